/* The staging ring: laps, waits, items that do not fit, and no memory for it. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

#define SMALL 4096 /* bytes a frame; the ring has three times as much */
/* So long takes a wait in vain. No real one may take as long, however many programs share a GPU. */
#define BOUND_NS UINT64_C(500000000)

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static trm_device *open_device(uint64_t staging_nbytes, trm_gl_scatter_mode scatter) {
    return harness_gl_device(&(trm_gl_device_desc){.scatter = scatter,
        .device = {.staging_nbytes = staging_nbytes, .memory_kind = TRM_MEMORY_DISCRETE}});
}

/* Items that are marked one by one. */
static const trm_buffer_desc single_items = {
    .nitems = 4096, .format = "4xf4", .chunk_size = 1, .placement = TRM_PLACEMENT_DEVICE};

/* Every other item, so that none joins the next. */
static void edit_runs(model *m, size_t count) {
    for (size_t run = 0; run < count; run++)
        model_edit_range(m, 2 * run, 1);
}

/* A ring of three times SMALL that dispatches, and may grow. */
static trm_device *open_growing(void) {
    return harness_gl_device(&(trm_gl_device_desc){.scatter = TRM_GL_SCATTER_ALWAYS,
        .device = {.staging_nbytes = SMALL, .staging_limit_nbytes = 1 << 20}});
}

static void assert_draws(trm_device *device, model *m) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
}

/* Uploads of many times the ring, in one frame: the ring laps behind fences of its own, and the
 * draws in between keep what they saw. */
START_TEST(laps_inside_a_frame) {
    model m;
    model_draw draws[3];
    const trm_gl_scatter_mode scatter = _i == 0 ? TRM_GL_SCATTER_NEVER : TRM_GL_SCATTER_ALWAYS;
    trm_device *device = open_device(SMALL, scatter);
    model_open(&m,
        &(trm_buffer_desc){
            .nitems = 20000, .format = "3xf4", .stride = 16, .placement = TRM_PLACEMENT_DEVICE},
        1);
    for (size_t i = 0; i < 3; i++) {
        trm_gl_span span;
        model_edit_full(&m);
        model_edit_indices(&m, 100);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        draws[i] = model_issue(&m, HARNESS_TEXEL, &span);
    }
    const trm_stats stats = get_stats(device);
    ck_assert_uint_eq(stats.copied_nbytes, 3 * model_nbytes(&m));
    ck_assert_uint_eq(stats.staging_nbytes, 3 * SMALL);
    ck_assert_uint_le(stats.staging_used_nbytes, 3 * SMALL);
    ck_assert_uint_eq(stats.frames, 0);
    /* At least one for each quarter, and far fewer than copies. */
    ck_assert_uint_ge(stats.fences, stats.copied_nbytes / (3 * SMALL));
    ck_assert_uint_le(stats.fences, 8 * stats.copied_nbytes / (3 * SMALL));
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(model_check(&draws[i]));
    }
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(get_stats(device).staging_used_nbytes, 0);
    model_close(&m);
    trm_device_destroy(device);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], spy.calls[SPY_DeleteSync]);
    ck_assert_uint_eq(spy.calls[SPY_CreateBuffers], spy.calls[SPY_DeleteBuffers]);
}
END_TEST

/* Random frames through a ring that is far too small. It may wait; nothing else may go wrong. */
START_TEST(paced_through_a_small_ring) {
    model m;
    const trm_gl_scatter_mode scatter = _i % 2 == 0 ? TRM_GL_SCATTER_NEVER : TRM_GL_SCATTER_ALWAYS;
    const trm_buffer_desc shapes[] = {
        {.nitems = 5000, .format = "4xf4", .placement = TRM_PLACEMENT_DEVICE},
        {.nitems = 5001, .format = ">3xu2", .placement = TRM_PLACEMENT_DEVICE, .stride = 10},
    };
    trm_device *device = open_device(SMALL, scatter);
    model_open(&m, &shapes[_i / 2], 2);
    const paced_run run = {.frames = 30, .edits_per_frame = 2, .sync = _i % 2 == 1};
    const paced_result result = paced_frames(device, &m, &run);
    ck_assert_uint_eq(result.mismatches, 0);
    ck_assert_uint_eq(result.regions_used, 1);
    ck_assert_uint_le(get_stats(device).copied_nbytes, result.bound_nbytes);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A ring that a few frames fit into: nobody ever waits, and it comes back frame by frame. */
START_TEST(paced_frames_never_wait) {
    model m;
    trm_device *device = open_device(SMALL, TRM_GL_SCATTER_NEVER);
    model_open(&m,
        &(trm_buffer_desc){.nitems = 5000, .format = "4xf4", .placement = TRM_PLACEMENT_DEVICE}, 3);
    assert_draws(device, &m);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    for (size_t frame = 0; frame < 50; frame++) {
        harness_keep_busy();
        model_edit_range(&m, 77 * frame, 100); /* at most 2 KiB; a lap may waste as much again */
        trm_gl_span span;
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert_uint_ge(get_stats(device).copied_nbytes, 50 * 1600);
    assert_draws(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Rewrites that the ring does not hold: after two such frames it is as large as three of them, or
 * as large as it may be, and what it was before comes back. _i: way, and: allowed by limit and
 * budget, stopped early by the limit, by the budget. */
START_TEST(a_ring_that_is_too_small_grows) {
    model m;
    trm_gl_span span;
    const uint64_t first = 3 * SMALL, frame_nbytes = 80000;
    const bool may = _i < 2;
    trm_device *device = harness_gl_device(
        &(trm_gl_device_desc){.scatter = _i % 2 == 0 ? TRM_GL_SCATTER_NEVER : TRM_GL_SCATTER_ALWAYS,
            .device = {.staging_nbytes = SMALL,
                .staging_limit_nbytes = _i / 2 == 1 ? 2 * first : 1 << 20,
                .budget_nbytes = _i / 2 == 2 ? 200000 : 0}});
    model_open(&m,
        &(trm_buffer_desc){.nitems = 5000, .format = "4xf4", .placement = TRM_PLACEMENT_DEVICE}, 3);
    spy.lag = HARNESS_FRAMES_IN_FLIGHT;
    uint64_t waits = 0;
    for (int frame = 0; frame < 12; frame++) {
        waits = get_stats(device).waits;
        model_edit_full(&m);
        if (_i % 2 == 1)
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert(model_check(&draw));
    }
    spy.lag = 0;
    ck_assert(!may || get_stats(device).waits == waits);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    const uint64_t now = get_stats(device).staging_nbytes;
    if (may)
        ck_assert(now >= 3 * frame_nbytes && now <= 1 << 20);
    else /* twice, eight times: what fits into the limit, and into the budget beside the old one */
        ck_assert_uint_eq(now, _i / 2 == 1 ? 2 * first : 8 * first);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A frame that edits so many items. */
static void edit_and_draw(trm_device *device, model *m, size_t items) {
    trm_gl_span span;
    model_edit_range(m, 0, items);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert(model_check(&draw));
}

/* Two frames in flight fit into the ring, but only if the end of a lap is not thrown away. */
START_TEST(ends_of_laps_are_used) {
    model m;
    const uint64_t ring = 3 * SMALL;
    trm_device *device = open_device(SMALL, TRM_GL_SCATTER_NEVER);
    model_open(&m,
        &(trm_buffer_desc){
            .nitems = 700, .format = "4xf4", .chunk_size = 1, .placement = TRM_PLACEMENT_DEVICE},
        3);
    edit_and_draw(device, &m, 0);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    edit_and_draw(device, &m, 604);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    const uint64_t waits = get_stats(device).waits;
    spy.lag = 8;
    edit_and_draw(device, &m, 400);
    edit_and_draw(device, &m, 352);
    spy.lag = 0;
    ck_assert_uint_eq(get_stats(device).waits, waits);
    ck_assert_uint_eq(get_stats(device).staging_nbytes, ring);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Runs so short that a dispatch's table is as large as what it moves. _i: how many, so that now the
 * runs and then the tables find no room. Once the ring has grown everything is dispatched again,
 * and nobody waits. */
START_TEST(tables_make_a_ring_grow) {
    enum { FRAMES = 16, STEADY = 8 };
    model m;
    trm_gl_span span;
    const size_t runs = 40 + 17 * (size_t)_i;
    trm_device *device = open_growing();
    model_open(&m, &single_items, 3);
    spy.lag = 2;
    uint64_t waits = 0, copies = 0;
    for (int frame = 0; frame < FRAMES; frame++) {
        edit_runs(&m, runs);
        if (frame == STEADY) {
            waits = get_stats(device).waits;
            copies = spy.calls[SPY_CopyNamedBufferSubData];
        }
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert(model_check(&draw));
    }
    spy.lag = 0;
    ck_assert_uint_eq(get_stats(device).waits, waits);
    ck_assert_uint_eq(spy.calls[SPY_CopyNamedBufferSubData], copies);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* The ring holds one frame. The GPU is done with each at once, so that they find room, until it
 * falls behind: by then three fit, and nobody waits. */
START_TEST(a_ring_grows_before_it_is_full) {
    enum { FRAMES = 16, LATE = 6, FENCES = 4 };
    model m;
    trm_device *device = harness_device(&(trm_device_desc){
        .staging_nbytes = SMALL, .staging_limit_nbytes = 1 << 20, .no_inline = true});
    model_open(&m, &single_items, 3);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        spy.lag = frame < LATE ? 0 : FENCES;
        if (frame < LATE)
            ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
        edit_and_draw(device, &m, 2 * SMALL / 16 + 1);
    }
    spy.lag = 0;
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 12 * SMALL);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A driver without memory for a larger ring is not asked in every frame; nor is it given up. */
START_TEST(a_refused_ring_is_asked_for_rarely) {
    enum { FRAMES = 300 };
    model m;
    trm_device *device = open_growing();
    model_open(&m, &single_items, 3);
    edit_and_draw(device, &m, 0);
    edit_and_draw(device, &m, 400);
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 3 * SMALL);
    gl_spy_reset_counts();
    spy.fail[SPY_MapNamedBufferRange] = UINT_MAX;
    for (size_t frame = 0; frame < FRAMES; frame++) {
        edit_and_draw(device, &m, 400);
        gl_spy_take_error();
        if (frame == FRAMES / 2)
            ck_assert_uint_eq(spy.calls[SPY_MapNamedBufferRange], 1);
    }
    ck_assert_uint_eq(spy.calls[SPY_MapNamedBufferRange], 2);
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 3 * SMALL);
    spy.fail[SPY_MapNamedBufferRange] = 0;
    for (size_t frame = 0; frame < FRAMES; frame++)
        edit_and_draw(device, &m, 400);
    ck_assert_uint_gt(get_stats(device).staging_nbytes, 3 * SMALL);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A ring that has grown gives way to a buffer for which the budget has no room otherwise: at once
 * if the GPU is idle, else when it is done. What is drawn meanwhile stays right. _i: idle. */
START_TEST(a_ring_gives_way) {
    const uint64_t first = 3 * SMALL, nbytes = 16 * 4096, extra = 40000;
    model m, other;
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.staging_nbytes = SMALL,
        .staging_limit_nbytes = 1 << 20,
        .budget_nbytes = nbytes + 9 * first,
        .no_inline = true,
        .no_pages = true});
    model_open(&m, &single_items, 3);
    for (size_t frame = 0; frame < 6; frame++) {
        edit_and_draw(device, &m, 3000);
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    }
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 8 * first);
    model_open(&other,
        &(trm_buffer_desc){.nitems = extra / 4,
            .format = "f4",
            .placement = TRM_PLACEMENT_DEVICE,
            .label = "cargo"},
        4);
    if (_i == 0) {
        model_edit_range(&m, 0, 3000);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_gl_acquire(device, other.buffer, &span), TRM_ERROR_BUDGET);
        ck_assert_str_eq(harness_last_message()->rule, "attach.budget");
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
        ck_assert(model_check(&draw));
    }
    for (size_t frame = 0; frame < 6; frame++) {
        assert_draws(device, &other);
        edit_and_draw(device, &m, 3000);
        ck_assert_uint_le(get_stats(device).staging_nbytes, first);
    }
    model_close(&m);
    model_close(&other);
    trm_device_destroy(device);
    ck_assert_uint_eq(spy.calls[SPY_CreateBuffers], spy.calls[SPY_DeleteBuffers]);
}
END_TEST

/* A frame now and then that is too much for the ring is no reason to grow. */
START_TEST(one_large_frame_is_none) {
    static const size_t runs[] = {1, 400, 8, 8, 8, 8, 8, 8, 8, 8, 400, 8};
    model m;
    trm_gl_span span;
    trm_device *device = open_growing();
    model_open(&m, &single_items, 3);
    for (size_t frame = 0; frame < sizeof runs / sizeof *runs; frame++) {
        spy.lag = runs[frame] == 400 ? 8 : 0;
        edit_runs(&m, runs[frame]);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        spy.lag = 0;
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
        ck_assert_uint_le(get_stats(device).staging_nbytes, 3 * SMALL);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* When the GPU is to finish everything: after so many bytes that the library tells of. */
static uint64_t finish_after_nbytes;

static void finish_when_due(void *user, const trm_copy_event *event) {
    const uint64_t nbytes = 16 * event->size;
    (void)user;
    if (finish_after_nbytes > 0 && finish_after_nbytes <= nbytes) {
        spy.lag = 0;
        harness_gl()->Finish();
    }
    finish_after_nbytes -= nbytes < finish_after_nbytes ? nbytes : finish_after_nbytes;
}

/* The GPU has finished by the time that a full ring is handed over: what came free is room, also
 * behind an open in-place write (_i == 0), and no reason to wait for what was just handed over. */
START_TEST(a_hand_over_finds_the_gpu_done) {
    enum { RUNS = 200 };
    model models[2];
    trm_gl_span span;
    void *pointer;
    trm_buffer *written;
    const trm_buffer_desc sixteen = {
        .nitems = 16, .format = "4xf4", .placement = TRM_PLACEMENT_DEVICE};
    finish_after_nbytes = 0;
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){.scatter = TRM_GL_SCATTER_ALWAYS,
        .device = {.staging_nbytes = SMALL,
            .memory_kind = TRM_MEMORY_DISCRETE,
            .on_copy = finish_when_due}});
    ck_assert_int_eq(trm_buffer_create(&sixteen, &written), TRM_OK);
    ck_assert_int_eq(trm_device_write_begin(device, written, 0, 16, &pointer), TRM_OK);
    memset(pointer, 0, 256);
    ck_assert_int_eq(trm_device_write_end(device, written, 16), TRM_OK);
    for (size_t i = 0; i < 2; i++) {
        model_open(&models[i], &single_items, i);
        ck_assert_int_eq(trm_gl_acquire(device, models[i].buffer, &span), TRM_OK);
    }
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    spy.lag = 8;
    edit_and_draw(device, &models[0], 184);
    edit_and_draw(device, &models[0], 200);
    ck_assert_int_eq(trm_device_write_begin(device, written, 0, 4, &pointer), TRM_OK);
    memset(pointer, 0, 64);
    if (_i == 1)
        ck_assert_int_eq(trm_device_write_end(device, written, 4), TRM_OK);
    for (size_t i = 0; i < RUNS; i++)
        for (size_t k = 0; k < 2; k++)
            model_edit_range(&models[k], 2 * i, 1);
    finish_after_nbytes = (RUNS + RUNS * 7 / 8) * 16;
    const uint64_t waits = get_stats(device).waits;
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_uint_eq(get_stats(device).waits, waits);
    if (_i == 0)
        ck_assert_int_eq(trm_device_write_end(device, written, 4), TRM_OK);
    spy.lag = 0;
    for (size_t i = 0; i < 2; i++) {
        assert_draws(device, &models[i]);
        model_close(&models[i]);
    }
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_buffer_destroy(written), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* Three frames of it are more bytes than can be told. */
START_TEST(a_ring_beyond_all_measure) {
    model m;
    trm_gl_span span;
    trm_device *device = open_device(UINT64_MAX / 4, TRM_GL_SCATTER_NEVER);
    model_open(
        &m, &(trm_buffer_desc){.nitems = 50, .format = "f4", .placement = TRM_PLACEMENT_DEVICE}, 3);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK); /* its first content */
    model_edit_full(&m);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert_str_eq(harness_last_message()->rule, "staging.memory");
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* An item larger than a quarter of the ring is cut if it is plain, and refused if its bytes have to
 * be rearranged. */
START_TEST(items_larger_than_a_slice) {
    enum { ITEM = 6000 };
    static uint8_t array[3 * (ITEM + 8)];
    uint8_t seen[3 * ITEM];
    trm_buffer *buffer;
    trm_gl_span span;
    const bool strided = _i == 1;
    const trm_buffer_desc desc = {.data = array,
        .nitems = 3,
        .nbytes = 3 * ITEM,
        .stride = strided ? ITEM + 8 : 0,
        .placement = TRM_PLACEMENT_DEVICE,
        .label = "whale",
        .log = harness_log()};
    trm_device *device = open_device(SMALL, TRM_GL_SCATTER_NEVER);
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    if (strided) {
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_BUDGET);
        ck_assert_str_eq(harness_last_message()->rule, "staging.item");
        ck_assert_str_eq(harness_last_message()->label, "whale");
        ck_assert_uint_eq(span.object, 0);
        ck_assert(trm_buffer_pending(buffer));
        ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_BUDGET);
        ck_assert(trm_buffer_pending(buffer));
    } else {
        for (int i = 0; i < 5; i++) {
            memset(array + ITEM / 2, i + 1, ITEM);
            ck_assert_int_eq(trm_buffer_update_range(buffer, 0, 2), TRM_OK);
            ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
            harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
            ck_assert_mem_eq(seen, array, sizeof seen);
        }
    }
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* Items that have to be rearranged stay whole where a lap ends, whatever is left of it. */
START_TEST(items_at_the_ends_of_laps) {
    enum { ITEM = 1000, ITEMS = 12, FRAMES = 40 };
    static uint8_t array[ITEMS * (ITEM + 8)];
    uint8_t seen[ITEMS * ITEM];
    trm_buffer *buffer;
    trm_gl_span span;
    const trm_buffer_desc desc = {.data = array,
        .nitems = ITEMS,
        .nbytes = ITEMS * ITEM,
        .stride = ITEM + 8,
        .chunk_size = 1,
        .placement = TRM_PLACEMENT_DEVICE,
        .log = harness_log()};
    trm_device *device = open_device(SMALL, TRM_GL_SCATTER_NEVER);
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        const size_t count = 1 + frame % 3;
        memset(array, (int)frame, count * (ITEM + 8));
        ck_assert_int_eq(trm_buffer_update_range(buffer, 0, count), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
        harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
        for (size_t i = 0; i < ITEMS; i++)
            ck_assert_mem_eq(seen + i * ITEM, array + i * (ITEM + 8), ITEM);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* No ring, whoever refuses it: what needs one says so and stays pending; all else works. */
START_TEST(no_memory_for_the_ring) {
    model m, mapped;
    trm_gl_span span;
    const trm_buffer_desc shape = {.nitems = 1000, .format = "4xf4", .label = "cargo"};
    const bool budget = _i == 0;
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = budget ? 1 << 20 : 0});
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 4);
    model_open(&mapped, &shape, 5);
    assert_draws(device, &m); /* born with its content */
    assert_draws(device, &mapped);
    spy.fail[SPY_MapNamedBufferRange] = budget ? 0 : 2;
    model_edit_range(&m, 1, 2);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert_str_eq(harness_last_message()->rule, "staging.memory");
    ck_assert_str_eq(harness_last_message()->label, "cargo");
    ck_assert_uint_eq(span.object, 0);
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 0);
    model_edit_range(&mapped, 1, 2);
    assert_draws(device, &mapped);
    if (!budget) { /* the driver has thought better of it */
        assert_draws(device, &m);
        ck_assert_uint_gt(get_stats(device).staging_nbytes, 0);
    }
    model_close(&m);
    model_close(&mapped);
    trm_device_destroy(device);
}
END_TEST

/* Whoever tries until it works, within one frame, hears when the GPU has made room; and that was no
 * wait. */
START_TEST(trying_again_helps) {
    model m;
    trm_gl_span span;
    trm_device *device =
        harness_device(&(trm_device_desc){.staging_nbytes = SMALL, .no_inline = true});
    model_open(&m, &single_items, 6);
    assert_draws(device, &m);
    spy.lag = 8;
    trm_result result = TRM_OK;
    for (int frame = 0; frame < 8 && result == TRM_OK; frame++) {
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        model_edit_range(&m, 0, 150);
        result = trm_gl_try_acquire(device, m.buffer, &span);
    }
    ck_assert_int_eq(result, TRM_NOT_READY);
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_NOT_READY);
    spy.lag = 0;
    harness_finish();
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A sync that has waited in vain waits no more, however many buffers there are; those that need no
 * wait go up all the same. */
START_TEST(a_sync_waits_in_vain_once) {
    enum { COUNT = 5 };
    model large[COUNT], small;
    trm_device *device = harness_device(&(trm_device_desc){
        .staging_nbytes = SMALL, .wait_timeout_ns = BOUND_NS, .no_inline = true, .no_pages = true});
    const trm_buffer_desc desc = {
        .nitems = 2000, .format = "4xf4", .placement = TRM_PLACEMENT_DEVICE};
    for (size_t i = 0; i < COUNT; i++) {
        model_open(&large[i], &desc, i);
        assert_draws(device, &large[i]);
    }
    model_open(&small, &(trm_buffer_desc){.nitems = 100, .format = "f4"}, 9);
    assert_draws(device, &small);
    for (size_t i = 0; i < COUNT; i++)
        model_edit_full(&large[i]);
    model_edit_full(&small);
    spy.wait = SPY_WAIT_TIMEOUT;
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_TIMEOUT);
    ck_assert_uint_eq(get_stats(device).waits, 1);
    for (size_t i = 0; i < COUNT; i++)
        ck_assert(trm_buffer_pending(large[i].buffer));
    ck_assert(!trm_buffer_pending(small.buffer));
    spy.wait = SPY_WAIT_REAL;
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    for (size_t i = 0; i < COUNT; i++) {
        assert_draws(device, &large[i]);
        model_close(&large[i]);
    }
    assert_draws(device, &small);
    model_close(&small);
    trm_device_destroy(device);
}
END_TEST

/* A full ring and a GPU that does not come back: the wait is bounded, what is pending stays so, and
 * all of it arrives in the end. */
START_TEST(a_full_ring_waits_within_bounds) {
    model m;
    trm_gl_span span;
    trm_device *device =
        harness_device(&(trm_device_desc){.staging_nbytes = SMALL, .wait_timeout_ns = BOUND_NS});
    model_open(&m,
        &(trm_buffer_desc){
            .nitems = 2000, .format = "4xf4", .placement = TRM_PLACEMENT_DEVICE, .label = "oar"},
        6);
    assert_draws(device, &m);
    spy.wait = SPY_WAIT_TIMEOUT;
    model_edit_full(&m); /* 32000 bytes through 12288 */
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_NOT_READY);
    ck_assert_uint_eq(span.object, 0);
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_TIMEOUT);
    ck_assert_str_eq(harness_last_message()->rule, "wait.timeout");
    ck_assert_str_eq(harness_last_message()->label, "oar");
    ck_assert_uint_gt(get_stats(device).waits, 0);
    ck_assert_uint_ge(get_stats(device).waited_ns, BOUND_NS);
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_TIMEOUT);
    spy.wait = SPY_WAIT_REAL;
    assert_draws(device, &m);
    ck_assert(!trm_buffer_pending(m.buffer));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Without fences the ring cannot lap: that is the frame's end to mend. */
START_TEST(a_lap_without_a_fence) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.staging_nbytes = SMALL});
    model_open(&m,
        &(trm_buffer_desc){.nitems = 2000, .format = "4xf4", .placement = TRM_PLACEMENT_DEVICE}, 7);
    assert_draws(device, &m);
    spy.fail[SPY_FenceSync] = 1000;
    model_edit_full(&m);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_FRAME_OPEN);
    ck_assert_str_eq(harness_last_message()->rule, "frame.open");
    ck_assert(trm_buffer_pending(m.buffer));
    spy.fail[SPY_FenceSync] = 0;
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    assert_draws(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-staging");
    TCase *tcase = tcase_create("staging");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, laps_inside_a_frame, 0, 2);
    tcase_add_loop_test(tcase, paced_through_a_small_ring, 0, 4);
    tcase_add_test(tcase, paced_frames_never_wait);
    tcase_add_test(tcase, ends_of_laps_are_used);
    tcase_add_loop_test(tcase, tables_make_a_ring_grow, 0, 12);
    tcase_add_test(tcase, items_at_the_ends_of_laps);
    tcase_add_test(tcase, a_ring_grows_before_it_is_full);
    tcase_add_test(tcase, a_refused_ring_is_asked_for_rarely);
    tcase_add_loop_test(tcase, a_ring_gives_way, 0, 2);
    tcase_add_test(tcase, one_large_frame_is_none);
    tcase_add_loop_test(tcase, a_hand_over_finds_the_gpu_done, 0, 2);
    tcase_add_loop_test(tcase, a_ring_that_is_too_small_grows, 0, 6);
    tcase_add_test(tcase, a_ring_beyond_all_measure);
    tcase_add_loop_test(tcase, items_larger_than_a_slice, 0, 2);
    tcase_add_loop_test(tcase, no_memory_for_the_ring, 0, 2);
    tcase_add_test(tcase, trying_again_helps);
    tcase_add_test(tcase, a_sync_waits_in_vain_once);
    tcase_add_test(tcase, a_full_ring_waits_within_bounds);
    tcase_add_test(tcase, a_lap_without_a_fence);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_STAGING);
    return harness_main(&suite, 1);
}
