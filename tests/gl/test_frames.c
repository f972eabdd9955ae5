/* What a program can say about time: try, sync only when told, and wait for other contexts. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

#define NO_RING_NBYTES (UINT64_C(1) << 20)

static const trm_buffer_desc shape = {.nitems = 2000, .format = "4xf4", .label = "watch"};

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static void edit_and_end(trm_device *device, model *m) {
    trm_gl_span span;
    model_edit_range(m, 3, 3);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
}

/* --- try */

START_TEST(try_does_not_wait) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = NO_RING_NBYTES});
    model_open(&m, &shape, 1);
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int i = 0; i < 3; i++) {
        edit_and_end(device, &m);
    }
    /* Nothing edited: nothing to wait for. */
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_OK);
    model_edit_range(&m, 100, 100);
    harness_forget_messages();
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_NOT_READY);
        ck_assert_uint_eq(span.object + span.offset + span.nbytes, 0);
        ck_assert(trm_buffer_pending(m.buffer));
    }
    ck_assert_uint_eq(harness_last_message()->count, 0); /* it is no mistake */
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert_uint_eq(spy.wait_nonzero, 0);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    spy.wait = SPY_WAIT_REAL;
    harness_finish();
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* With a ring there is nothing to wait for. */
START_TEST(try_takes_the_ring) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 2);
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int i = 0; i < 5; i++) {
        model_edit_range(&m, 7, 7);
        ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    spy.wait = SPY_WAIT_REAL;
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(try_says_what_acquire_says) {
    model m;
    trm_gl_span span = {1, 2, 3};
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = NO_RING_NBYTES});
    model_open(&m, &shape, 3);
    ck_assert_int_eq(trm_gl_try_acquire(NULL, m.buffer, &span), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_uint_eq(span.object + span.offset + span.nbytes, 0);
    ck_assert_int_eq(trm_gl_try_acquire(device, NULL, &span), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "argument.null");
    for (int i = 0; i < 3; i++) {
        model_edit_range(&m, 3, 3);
        ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_OK);
    }
    model_edit_range(&m, 3, 3);
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_ERROR_FRAME_OPEN);
    ck_assert_str_eq(harness_last_message()->rule, "frame.open");
    harness_expect_remains();
    trm_device_lost(device);
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_ERROR_DEVICE_LOST);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* --- explicit_sync */

static const trm_placement placements[] = {
    TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE, TRM_PLACEMENT_AUTO};

/* Acquire never looks at the array: an edit shows after the next sync, and not before. */
START_TEST(only_sync_reads) {
    model m;
    trm_gl_span span;
    static uint8_t old[2000 * 16], seen[2000 * 16];
    trm_device *device = harness_device(&(trm_device_desc){.explicit_sync = true});
    model_open_placed(&m, &shape, placements[_i], 4);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_STATE);
    ck_assert_str_eq(harness_last_message()->rule, "acquire.unsynced");
    ck_assert_str_eq(harness_last_message()->label, "watch");
    ck_assert_uint_eq(span.object, 0);
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_ERROR_STATE);
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_uint_eq(get_stats(device).copied_nbytes, 0);
    for (int frame = 0; frame < 6; frame++) {
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert(!trm_buffer_pending(m.buffer));
        const uint64_t copied = get_stats(device).copied_nbytes;
        model_expect(&m, old);
        model_edit_anything(&m);
        model_edit_range(&m, 50, 50);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert(trm_buffer_pending(m.buffer));
        ck_assert_uint_eq(get_stats(device).copied_nbytes, copied);
        harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
        ck_assert_mem_eq(seen, old, sizeof seen);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert(model_check(&draw));
        model_edit_range(&m, 0, 1);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A resize is an edit like any other: until the next sync the old size is drawn. */
START_TEST(sync_brings_a_new_size) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.explicit_sync = true});
    model_open_placed(&m, &shape, placements[_i], 5);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    m.nitems = 500;
    ck_assert_int_eq(trm_buffer_resize(m.buffer, m.array, model_nbytes(&m), 0), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(span.nbytes, 2000 * 16);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* --- other contexts */

/* A frame is not over before the fence of another context, put into it, has passed. */
START_TEST(a_frame_waits_for_added_fences) {
    model m;
    trm_gl_span first, span;
    trm_buffer_info info;
    GLsync sync;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 6);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &first), TRM_OK);
    harness_draw draw = harness_issue_elsewhere(HARNESS_TEXEL, &first, &sync);
    uint8_t expected[2000 * 16], seen[2000 * 16];
    model_expect(&m, expected);
    ck_assert_int_eq(trm_gl_device_add_fence(device, sync), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    spy.held = sync;
    harness_finish();
    ck_assert_int_eq(trm_device_wait_idle(device, 0), TRM_ERROR_TIMEOUT);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert(info.regions[0].in_flight);
    /* Another region, although the device's own context is idle. */
    model_edit_full(&m);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_ne(span.offset, first.offset);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    harness_fetch(draw, seen);
    ck_assert_mem_eq(seen, expected, sizeof seen);
    spy.held = NULL;
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert(!info.regions[0].in_flight);
    model_close(&m);
    trm_device_destroy(device);
    ck_assert_uint_eq(spy.calls[SPY_DeleteSync], spy.calls[SPY_FenceSync] + 1); /* ours is gone */
}
END_TEST

/* Another context draws every frame, late, from mapped and from device-local memory. */
START_TEST(two_contexts_share_a_buffer) {
    enum { FRAMES = 12 };
    model m;
    harness_draw draws[FRAMES];
    static uint8_t expected[FRAMES][2000 * 16], seen[2000 * 16];
    trm_device *device = harness_device(NULL);
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 7);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        trm_gl_span span;
        GLsync sync;
        model_edit_anything(&m);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_expect(&m, expected[frame]);
        /* What the device recorded must come first. */
        GLsync before = harness_gl()->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        harness_gl()->ClientWaitSync(before, GL_SYNC_FLUSH_COMMANDS_BIT, UINT64_MAX);
        harness_gl()->DeleteSync(before);
        draws[frame] = harness_issue_elsewhere(HARNESS_TEXEL, &span, &sync);
        ck_assert_int_eq(trm_gl_device_add_fence(device, sync), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    for (size_t frame = 0; frame < FRAMES; frame++) {
        harness_fetch(draws[frame], seen);
        ck_assert_mem_eq(seen, expected[frame], sizeof seen);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* The queue has an end; a fence that is refused stays the caller's. */
START_TEST(too_many_fences) {
    model m;
    trm_gl_span span;
    GladGLContext *gl = harness_gl();
    GLsync sync = NULL;
    unsigned added = 0;
    trm_result result = TRM_OK;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 8);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    spy.wait = SPY_WAIT_TIMEOUT;
    while (result == TRM_OK && added < 1000) {
        sync = gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        result = trm_gl_device_add_fence(device, sync);
        added += result == TRM_OK;
    }
    ck_assert_int_eq(result, TRM_ERROR_BUDGET);
    ck_assert_str_eq(harness_last_message()->rule, "fence.full");
    ck_assert_uint_ge(added, 24);
    ck_assert(gl->IsSync(sync));
    gl->DeleteSync(sync);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    spy.wait = SPY_WAIT_REAL;
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_DeleteSync], added + spy.calls[SPY_FenceSync]);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(fences_that_are_none) {
    GladGLContext *gl = harness_gl();
    trm_device *device = harness_device(NULL);
    GLsync sync = gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    ck_assert_int_eq(trm_gl_device_add_fence(device, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "argument.null");
    ck_assert_int_eq(trm_gl_device_add_fence(NULL, sync), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_gl_device_add_fence(device, &sync), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "fence.sync");
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    /* A context that is lost has none. */
    spy.reset_status = GL_GUILTY_CONTEXT_RESET;
    ck_assert_int_eq(trm_gl_device_add_fence(device, &sync), TRM_ERROR_DEVICE_LOST);
    spy.reset_status = GL_NO_ERROR;
    ck_assert_int_eq(trm_gl_device_add_fence(device, sync), TRM_ERROR_DEVICE_LOST);
    ck_assert_str_eq(harness_last_message()->rule, "device.lost");
    ck_assert(gl->IsSync(sync)); /* still the caller's */
    gl->DeleteSync(sync);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-frames");
    TCase *tcase = tcase_create("frames");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, try_does_not_wait);
    tcase_add_test(tcase, try_takes_the_ring);
    tcase_add_test(tcase, try_says_what_acquire_says);
    tcase_add_loop_test(tcase, only_sync_reads, 0, 3);
    tcase_add_loop_test(tcase, sync_brings_a_new_size, 0, 3);
    tcase_add_test(tcase, a_frame_waits_for_added_fences);
    tcase_add_test(tcase, two_contexts_share_a_buffer);
    tcase_add_test(tcase, too_many_fences);
    tcase_add_test(tcase, fences_that_are_none);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_FRAMES);
    return harness_main(&suite, 1);
}
