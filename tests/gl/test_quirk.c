/* Drivers whose copies or updates overtake the storage reads of earlier draws, and the ways around
 * that. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

#define FRAMES 30

static const trm_buffer_desc shape = {.nitems = 4096, .format = "4xf4"};

typedef struct outcome {
    unsigned mismatches;
    uint64_t barriers;
} outcome;

/* Storage readers in flight while copies go into what they read. */
static outcome run(const trm_gl_device_desc *desc, trm_placement placement, uint32_t usage) {
    model m;
    trm_buffer_desc how = shape;
    how.usage = usage;
    trm_device *device = harness_gl_device(desc);
    model_open_placed(&m, &how, placement, 1);
    /* Two edits a frame: with one region the second goes in order, too. */
    const paced_run frames = {.frames = FRAMES, .edits_per_frame = 2, .reader = HARNESS_STORAGE};
    spy.lag = HARNESS_FRAMES_IN_FLIGHT;
    const paced_result result = paced_frames(device, &m, &frames);
    spy.lag = 0;
    ck_assert_uint_gt(spy.calls[SPY_CopyNamedBufferSubData], FRAMES);
    const outcome seen = {result.mismatches, spy.calls[SPY_MemoryBarrier]};
    model_close(&m);
    trm_device_destroy(device);
    return seen;
}

/* As the device knows its driver. */
START_TEST(storage_readers_are_right) {
    const trm_gl_device_desc desc = {.device = {.region_count = 1}};
    const outcome seen =
        run(&desc, _i == 0 ? TRM_PLACEMENT_DEVICE : TRM_PLACEMENT_MAPPED, TRM_USAGE_STORAGE);
    ck_assert_uint_eq(seen.mismatches, 0);
    ck_assert_int_eq(seen.barriers > 0, harness_is_llvmpipe());
}
END_TEST

/* Told that the driver has the quirk: a barrier before copies into what storage readers may read;
 * usage 0 is any usage. */
START_TEST(the_quirk_can_be_assumed) {
    const trm_gl_device_desc desc = {.quirks_on = TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE};
    const outcome seen = run(&desc, TRM_PLACEMENT_DEVICE, _i == 0 ? TRM_USAGE_STORAGE : 0);
    ck_assert_uint_eq(seen.mismatches, 0);
    ck_assert_uint_ge(seen.barriers, FRAMES / 2);
    ck_assert_uint_eq(spy.barriers, GL_ALL_BARRIER_BITS);
}
END_TEST

/* A device-local span may be bound for good: frames that edit nothing do not acquire it, and draw.
 * _i: as the device knows its driver, assumed. */
START_TEST(a_span_that_is_bound_once) {
    enum { EVERY = HARNESS_FRAMES_IN_FLIGHT + 1 };
    static const uint32_t quirks_on[] = {0, TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE};
    model m;
    model_draw draws[FRAMES];
    trm_gl_span span;
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){.quirks_on = quirks_on[_i]});
    trm_buffer_desc how = shape;
    how.usage = TRM_USAGE_STORAGE;
    model_open_placed(&m, &how, TRM_PLACEMENT_DEVICE, 3);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        harness_keep_busy();
        if (frame % EVERY == 0)
            model_edit_full(&m);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        draws[frame] = model_issue(&m, HARNESS_STORAGE, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    harness_finish();
    unsigned mismatches = 0;
    for (unsigned frame = 0; frame < FRAMES; frame++)
        mismatches += !model_check(&draws[frame]);
    ck_assert_uint_eq(mismatches, 0);
    ck_assert(_i == 0 || spy.calls[SPY_MemoryBarrier] >= FRAMES / EVERY);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A buffer that no storage block reads pays nothing. */
START_TEST(other_readers_pay_nothing) {
    model m;
    trm_device *device =
        harness_gl_device(&(trm_gl_device_desc){.quirks_on = TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE});
    trm_buffer_desc how = shape;
    how.usage = TRM_USAGE_TEXEL | TRM_USAGE_VERTEX;
    model_open_placed(&m, &how, TRM_PLACEMENT_DEVICE, 2);
    const paced_run frames = {.frames = FRAMES};
    ck_assert_uint_eq(paced_frames(device, &m, &frames).mismatches, 0);
    ck_assert_uint_eq(spy.calls[SPY_MemoryBarrier], 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Without the way around llvmpipe shows wrong bytes: the table's row is still needed. */
START_TEST(without_the_way_around) {
    const trm_gl_device_desc desc = {.quirks_off = TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE};
    const outcome seen = run(&desc, TRM_PLACEMENT_DEVICE, TRM_USAGE_STORAGE);
    ck_assert_uint_eq(seen.barriers, 0);
    ck_assert_int_eq(seen.mismatches > 0, harness_is_llvmpipe());
}
END_TEST

/* Small edits of what storage blocks read, once the buffer is bound there no longer: by itself
 * where the driver is known for it, or told. Then it is bound for them. _i: usage 0 or STORAGE; as
 * known or assumed; by sync or not. */
START_TEST(updates_stay_behind_storage_reads) {
    static const uint32_t quirks_on[] = {0, TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE};
    model m;
    model_draw draws[FRAMES];
    trm_gl_span span;
    harness_allow_inline(true);
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .quirks_on = quirks_on[_i / 2 % 2], .device.memory_kind = TRM_MEMORY_DISCRETE});
    trm_buffer_desc how = shape;
    how.usage = _i % 2 == 0 ? 0 : TRM_USAGE_STORAGE;
    model_open_placed(&m, &how, TRM_PLACEMENT_DEVICE, 4);
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        harness_keep_busy();
        for (size_t i = 0; i < 1 + frame % 3; i++)
            model_edit_range(&m, 1000 * i + 16 * frame, 8);
        if (_i >= 4)
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        draws[frame] = model_issue(&m, HARNESS_STORAGE, &span);
        harness_unbind_storage();
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    harness_finish();
    for (unsigned frame = 0; frame < FRAMES; frame++)
        ck_assert(model_check(&draws[frame]));
    ck_assert_uint_ge(spy.calls[SPY_NamedBufferSubData], 2 * (FRAMES - 1));
    ck_assert(_i / 2 % 2 == 0 || spy.calls[SPY_BindBuffersBase] == 2 * (FRAMES - 1));
    model_close(&m);
    trm_device_destroy(device);
    harness_allow_inline(false);
}
END_TEST

/* Nobody else pays, and parcels need not: nobody touches their places any more. */
START_TEST(nothing_is_bound_without_need) {
    enum { RUNS = 200 };
    model m;
    harness_allow_inline(true);
    harness_expect_messages("Buffer performance warning"); /* of what nobody draws */
    trm_device *device = harness_gl_device(
        &(trm_gl_device_desc){.quirks_on = _i == 0 ? 0 : TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE,
            .quirks_off = TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE,
            .scatter = TRM_GL_SCATTER_ALWAYS,
            .device.memory_kind = TRM_MEMORY_DISCRETE});
    trm_buffer_desc how = shape;
    how.chunk_size = 1;
    model_open_placed(&m, &how, TRM_PLACEMENT_DEVICE, 5);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    model_edit_range(&m, 0, 1); /* what is moved next is as little, for all that is known */
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    gl_spy_reset_counts();
    for (size_t i = 0; i < (_i == 0 ? 3 : RUNS); i++)
        model_edit_range(&m, i * (shape.nitems / RUNS), 1);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_NamedBufferSubData], _i == 0 ? 3 : 1);
    ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], _i == 0 ? 0 : 1);
    ck_assert_uint_eq(spy.calls[SPY_BindBuffersBase], _i == 0 ? 0 : 1); /* behind the dispatch */
    model_close(&m);
    trm_device_destroy(device);
    harness_allow_inline(false);
}
END_TEST

/* An edit that is dispatched, and small ones of the same items behind it, which are not to get
 * there first. _i: as the device knows its driver, assumed. */
START_TEST(updates_stay_behind_dispatches) {
    enum { RUNS = 200 };
    static const uint32_t quirks_on[] = {0, TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE};
    model m;
    model_draw draws[FRAMES] = {{0}};
    trm_gl_span span;
    harness_allow_inline(true);
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){.quirks_on = quirks_on[_i],
        .scatter = TRM_GL_SCATTER_ALWAYS,
        .device.memory_kind = TRM_MEMORY_DISCRETE});
    trm_buffer_desc how = shape;
    how.usage = TRM_USAGE_TEXEL | TRM_USAGE_VERTEX;
    how.chunk_size = 1;
    model_open_placed(&m, &how, TRM_PLACEMENT_DEVICE, 6);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    spy.lag = HARNESS_FRAMES_IN_FLIGHT;
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        harness_keep_busy();
        for (size_t i = 0; i < (frame % 3 == 0 ? RUNS : 3); i++)
            model_edit_range(&m, i * (shape.nitems / RUNS), 1);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        if (frame % 3 != 0) { /* a draw would hold the updates up */
            ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
            draws[frame] = model_issue(&m, HARNESS_TEXEL, &span);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    spy.lag = 0;
    ck_assert_uint_ge(spy.calls[SPY_DispatchCompute], FRAMES / 3);
    ck_assert_uint_ge(spy.calls[SPY_NamedBufferSubData], 3 * 2 * FRAMES / 3);
    harness_finish();
    for (unsigned frame = 0; frame < FRAMES; frame++)
        ck_assert(frame % 3 == 0 || model_check(&draws[frame]));
    model_close(&m);
    trm_device_destroy(device);
    harness_allow_inline(false);
}
END_TEST

/* Two edits of the same items that nobody reads in between, the second of them small. _i: the first
 * inside commands or through the ring; the draw before them over by the second one or not; as the
 * device knows its driver, assumed. */
START_TEST(updates_stay_behind_other_writes) {
    static const uint32_t quirks_on[] = {0, TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE};
    model m;
    model_draw draws[2 * FRAMES];
    trm_gl_span span;
    harness_allow_inline(true);
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .quirks_on = quirks_on[_i / 4], .device.memory_kind = TRM_MEMORY_DISCRETE});
    trm_buffer_desc how = shape;
    how.usage = TRM_USAGE_TEXEL;
    model_open_placed(&m, &how, TRM_PLACEMENT_DEVICE, 7);
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        draws[2 * frame] = model_issue(&m, HARNESS_TEXEL, &span);
        harness_end_frame();
        harness_keep_busy();
        model_edit_range(&m, 0, _i % 2 ? shape.nitems : 8);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        for (int end = 0; end < _i / 2 % 2 * HARNESS_FRAMES_IN_FLIGHT; end++)
            harness_end_frame();
        model_edit_range(&m, 0, 8);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        draws[2 * frame + 1] = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    harness_finish();
    for (unsigned i = 0; i < 2 * FRAMES; i++)
        ck_assert(model_check(&draws[i]));
    model_close(&m);
    trm_device_destroy(device);
    harness_allow_inline(false);
}
END_TEST

/* A buffer that is bound for good is read in a frame that did not acquire it, and leaves its slot:
 * to a buffer of another usage, whose bytes must not overtake that draw. _i: inside commands or
 * not; destroyed or outgrown, where the budget wants the old memory to go first. */
START_TEST(slots_that_are_bound_for_good) {
    enum { LARGE = 256 << 10, SOME = 10 };
    static const uint8_t large[LARGE];
    model old, young, keeper; /* of the page */
    trm_gl_span span, other;
    const bool is_outgrown = _i / 2 != 0;
    trm_buffer_desc how = {.nitems = 1024, .format = "4xf4", .usage = TRM_USAGE_VERTEX};
    harness_allow_pages(true);
    harness_allow_inline(_i % 2 != 0);
    trm_device *device =
        harness_device(&(trm_device_desc){.staging_nbytes = 16 << 10, .budget_nbytes = LARGE});
    model_open_placed(&keeper, &how, TRM_PLACEMENT_DEVICE, 99);
    ck_assert_int_eq(trm_gl_acquire(device, keeper.buffer, &span), TRM_OK);
    for (unsigned frame = 0; frame < SOME; frame++) {
        how.usage = TRM_USAGE_STORAGE;
        model_open_placed(&old, &how, TRM_PLACEMENT_DEVICE, frame);
        ck_assert_int_eq(trm_gl_acquire(device, old.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
        harness_keep_busy();
        model_draw draw = model_issue(&old, HARNESS_STORAGE, &span);
        harness_unbind_storage();
        if (is_outgrown) {
            ck_assert_int_eq(trm_buffer_resize(old.buffer, large, LARGE, 0), TRM_OK);
            ck_assert_int_eq(trm_gl_acquire(device, old.buffer, &other), TRM_ERROR_BUDGET);
        } else {
            model_close(&old);
        }
        how.usage = TRM_USAGE_VERTEX | TRM_USAGE_TEXEL;
        model_open_placed(&young, &how, TRM_PLACEMENT_DEVICE, 100 + frame);
        ck_assert_int_eq(trm_gl_acquire(device, young.buffer, &other), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
        ck_assert(model_check(&draw));
        if (is_outgrown)
            model_close(&old);
        model_close(&young);
    }
    model_close(&keeper);
    trm_device_destroy(device);
    harness_allow_inline(false);
    harness_allow_pages(false);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-quirk");
    TCase *tcase = tcase_create("quirk");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, storage_readers_are_right, 0, 2);
    tcase_add_loop_test(tcase, the_quirk_can_be_assumed, 0, 2);
    tcase_add_loop_test(tcase, a_span_that_is_bound_once, 0, 2);
    tcase_add_test(tcase, other_readers_pay_nothing);
    tcase_add_test(tcase, without_the_way_around);
    tcase_add_loop_test(tcase, updates_stay_behind_storage_reads, 0, 8);
    tcase_add_loop_test(tcase, nothing_is_bound_without_need, 0, 2);
    tcase_add_loop_test(tcase, updates_stay_behind_dispatches, 0, 2);
    tcase_add_loop_test(tcase, updates_stay_behind_other_writes, 0, 8);
    tcase_add_loop_test(tcase, slots_that_are_bound_for_good, 0, 4);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
