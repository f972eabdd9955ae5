/* Small dispatches, whose bytes travel in one command: when that happens, that every byte arrives,
 * and that none is overwritten that the GPU still reads. */
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

#define RUNS 140 /* more than travel one by one */

static void setup(void) {
    harness_open();
    harness_allow_inline(true);
}

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static uint64_t staged_nbytes(const trm_device *device) {
    const trm_stats stats = get_stats(device);
    return stats.copied_nbytes - stats.inline_nbytes;
}

static trm_device *open_device(void) {
    return harness_gl_device(&(trm_gl_device_desc){
        .scatter = TRM_GL_SCATTER_ALWAYS, .device.memory_kind = TRM_MEMORY_DISCRETE});
}

static model_draw draw(trm_device *device, model *m, harness_reader reader) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    return model_issue(m, reader, &span);
}

static void end_frame(trm_device *device) {
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    harness_end_frame();
}

static void check_frame(trm_device *device, model *m) {
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    model_draw seen = draw(device, m, HARNESS_TEXEL);
    end_frame(device);
    ck_assert(model_check(&seen));
}

/* Runs of `length` items, far enough apart to stay runs; from another place in each frame. */
static void edit_runs(model *m, size_t count, size_t length, size_t frame) {
    const size_t step = m->nitems / count;
    for (size_t i = 0; i < count; i++)
        model_edit_range(m, i * step + frame * m->chunk % (step / 2), length);
}

static const trm_buffer_desc shapes[] = {
    {.nitems = 20000, .format = "4xf4"},
    {.nitems = 40000, .format = "3xf4", .stride = 20, .usage = TRM_USAGE_TEXEL},
    {.nitems = 70000, .format = ">2xu2"},
    {.nitems = 70001, .format = "3xu1", .chunk_size = 64},
};

/* _i: shape. One command with the bytes, one dispatch; no ring, no flush, no copy. */
START_TEST(one_command_and_one_dispatch) {
    model m;
    trm_device *device = open_device();
    model_open_placed(&m, &shapes[_i], TRM_PLACEMENT_DEVICE, (uint64_t)_i);
    check_frame(device, &m); /* the first upload is another matter */
    model_frame(&m);
    for (size_t frame = 0; frame < 40; frame++) {
        const trm_stats before = get_stats(device);
        edit_runs(&m, RUNS, 1 + frame % 5, frame);
        const model_frame_info edited = model_frame(&m);
        gl_spy_reset_counts();
        check_frame(device, &m);
        const trm_stats after = get_stats(device);
        ck_assert_uint_eq(spy.calls[SPY_NamedBufferSubData], 1);
        ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], 1);
        ck_assert_uint_eq(spy.calls[SPY_CopyNamedBufferSubData], 0);
        ck_assert_uint_eq(after.inline_nbytes - before.inline_nbytes, edited.touched_nbytes);
        ck_assert_uint_eq(after.copied_nbytes - before.copied_nbytes, edited.touched_nbytes);
        ck_assert_uint_eq(after.transfers - before.transfers, edited.runs);
        ck_assert_uint_eq(after.flushes, before.flushes);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Single runs are copied, and what is more than a parcel goes through the ring. */
START_TEST(what_is_no_parcel) {
    static const struct {
        const char *format;
        size_t chunk, runs, length;
        bool dispatched;
    } edits[] = {{"4xf4", 16, 1, 4000, false}, {"4xf4", 16, 3, 1500, false},
        {"4xf4", 16, RUNS, 200, true}, {"4xf4", 16, 600, 16, true},
        {"u4", 1, 5000, 1, true}}; /* more runs than are listed at once */
    model m;
    trm_device *device = open_device();
    const trm_buffer_desc shape = {
        .nitems = 40000, .format = edits[_i].format, .chunk_size = edits[_i].chunk};
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, (uint64_t)_i);
    check_frame(device, &m);
    for (size_t frame = 0; frame < 3; frame++) {
        const trm_stats before = get_stats(device);
        edit_runs(&m, edits[_i].runs, edits[_i].length, frame);
        gl_spy_reset_counts();
        check_frame(device, &m);
        const trm_stats after = get_stats(device);
        ck_assert_uint_eq(after.inline_nbytes, before.inline_nbytes);
        ck_assert_uint_gt(after.transfers, before.transfers);
        ck_assert_int_eq(spy.calls[SPY_DispatchCompute] != 0, edits[_i].dispatched);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Several buffers share one, and what no longer fits goes through the ring, in the same sync. */
START_TEST(several_buffers) {
    enum { BUFFERS = 6 };
    model models[BUFFERS];
    trm_device *device = open_device();
    for (size_t i = 0; i < BUFFERS; i++)
        model_open_placed(&models[i], &shapes[i % 4], TRM_PLACEMENT_DEVICE, 20 + i);
    for (size_t i = 0; i < BUFFERS; i++)
        check_frame(device, &models[i]);
    const uint64_t first = staged_nbytes(device);
    for (size_t frame = 0; frame < 16; frame++) {
        /* Large frames every fourth; the one behind expects to be large, too. */
        const size_t length = frame % 4 == 3 ? 100 : 2;
        model_draw draws[BUFFERS];
        for (size_t i = 0; i < BUFFERS; i++)
            edit_runs(&models[i], RUNS, length, frame);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        for (size_t i = 0; i < BUFFERS; i++)
            draws[i] = draw(device, &models[i], HARNESS_TEXEL);
        end_frame(device);
        for (size_t i = 0; i < BUFFERS; i++)
            ck_assert(model_check(&draws[i]));
    }
    ck_assert_uint_gt(get_stats(device).inline_nbytes, 0);
    ck_assert_uint_gt(staged_nbytes(device), first);
    for (size_t i = 0; i < BUFFERS; i++)
        model_close(&models[i]);
    trm_device_destroy(device);
}
END_TEST

/* What would fit into a place of its own does not fit behind what is there: it waits for no other
 * place in the same sync. */
START_TEST(no_room_behind_others) {
    model a, b;
    trm_device *device = open_device();
    model_open_placed(&a, &shapes[0], TRM_PLACEMENT_DEVICE, 1);
    model_open_placed(&b, &shapes[0], TRM_PLACEMENT_DEVICE, 2);
    check_frame(device, &a);
    check_frame(device, &b);
    for (size_t frame = 0; frame < 6; frame++) {
        const bool large = frame % 2;
        const uint64_t staged = staged_nbytes(device), sent = get_stats(device).inline_nbytes;
        model_draw draws[2];
        edit_runs(&a, large ? 200 : RUNS, 1, 0);
        if (large)
            edit_runs(&b, 200, 1, 0);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        draws[0] = draw(device, &a, HARNESS_TEXEL);
        draws[1] = draw(device, &b, HARNESS_TEXEL);
        end_frame(device);
        ck_assert(model_check(&draws[0]));
        ck_assert(model_check(&draws[1]));
        ck_assert_uint_gt(get_stats(device).inline_nbytes, sent);
        ck_assert_int_eq(staged_nbytes(device) > staged, large);
    }
    model_close(&a);
    model_close(&b);
    trm_device_destroy(device);
}
END_TEST

/* Most is stale: small gaps travel along. */
START_TEST(gaps_that_are_joined) {
    model m;
    trm_device *device = open_device();
    model_open_placed(
        &m, &(trm_buffer_desc){.nitems = 8192, .format = "4xf4"}, TRM_PLACEMENT_DEVICE, 6);
    check_frame(device, &m);
    for (size_t frame = 0; frame < 3; frame++) {
        const uint64_t sent = get_stats(device).inline_nbytes;
        edit_runs(&m, 32, 128, 0);
        for (size_t i = 0; i < 32; i++)
            model_edit_range(&m, i * 256 + 160, 16); /* two chunks behind the eight */
        check_frame(device, &m);
        ck_assert_uint_eq(get_stats(device).inline_nbytes - sent, 32 * 11 * 256);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Small buffers that AUTO leaves where they are, for they are few: each has one run, and as many as
 * make a dispatch share a page. */
START_TEST(a_few_small_buffers) {
    enum { SLOTS = 4, NITEMS = 512 }; /* of a page; three are too much for commands of their own */
    const size_t count = _i == 0 ? 2 * SLOTS : _i == 1 ? SLOTS : SLOTS - 1, pages = count / SLOTS;
    model models[2 * SLOTS];
    harness_allow_pages(true);
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .scatter = TRM_GL_SCATTER_ALWAYS, .device.memory_kind = TRM_MEMORY_DISCRETE});
    for (size_t i = 0; i < count; i++)
        model_open_placed(&models[i], &(trm_buffer_desc){.nitems = NITEMS, .format = "4xf4"},
            TRM_PLACEMENT_AUTO, i);
    for (size_t frame = 0; frame < 20; frame++) {
        model_draw draws[2 * SLOTS];
        for (size_t i = 0; i < count && frame > 0; i++)
            model_edit_range(&models[i], frame % 16, NITEMS - 16);
        gl_spy_reset_counts();
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        for (size_t i = 0; i < count; i++)
            draws[i] = draw(device, &models[i], HARNESS_TEXEL);
        if (frame > 1) { /* frames resemble the ones before them */
            ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], pages);
            ck_assert_uint_eq(spy.calls[SPY_NamedBufferSubData], pages != 0);
            ck_assert_uint_eq(spy.calls[SPY_CopyNamedBufferSubData], pages != 0 ? 0 : count);
        }
        end_frame(device);
        for (size_t i = 0; i < count; i++)
            ck_assert(model_check(&draws[i]));
    }
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, 0);
    for (size_t i = 0; i < count; i++)
        model_close(&models[i]);
    trm_device_destroy(device);
    harness_allow_pages(false);
}
END_TEST

/* Buffers lie in a page in another order than they are uploaded in: one dispatch goes upwards. */
START_TEST(slots_in_any_order) {
    enum { SLOTS = 4, NITEMS = 512 };
    model models[SLOTS];
    model_draw draws[SLOTS];
    harness_allow_pages(true);
    trm_device *device = open_device();
    for (size_t i = 0; i < SLOTS; i++) {
        model_open_placed(&models[i], &(trm_buffer_desc){.nitems = NITEMS, .format = "4xf4"},
            TRM_PLACEMENT_DEVICE, i);
        check_frame(device, &models[i]);
    }
    /* The last one's slot is free; the first one's is not yet, but its place in the list is. */
    ck_assert_int_eq(trm_device_detach(device, models[SLOTS - 1].buffer), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    end_frame(device);
    draws[0] = draw(device, &models[0], HARNESS_TEXEL);
    ck_assert_int_eq(trm_device_detach(device, models[0].buffer), TRM_OK);
    ck_assert_int_eq(trm_device_attach(device, models[0].buffer), TRM_OK);
    model_draw again = draw(device, &models[0], HARNESS_TEXEL);
    end_frame(device);
    ck_assert(model_check(&draws[0]));
    ck_assert(model_check(&again));
    for (size_t frame = 0; frame < 5; frame++) {
        for (size_t i = 0; i < SLOTS; i++)
            model_edit_range(&models[i], frame, NITEMS - 16);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        for (size_t i = 0; i < SLOTS; i++)
            draws[i] = draw(device, &models[i], HARNESS_TEXEL);
        end_frame(device);
        for (size_t i = 0; i < SLOTS; i++)
            ck_assert(model_check(&draws[i]));
    }
    for (size_t i = 0; i < SLOTS; i++)
        model_close(&models[i]);
    trm_device_destroy(device);
    harness_allow_pages(false);
}
END_TEST

/* The rest is copied out of the parcel. */
START_TEST(more_targets_than_tables) {
    enum { BUFFERS = 70, TABLES = 64 };
    static model models[BUFFERS];
    trm_device *device = open_device();
    for (size_t i = 0; i < BUFFERS; i++)
        model_open_placed(&models[i],
            &(trm_buffer_desc){.nitems = 1200, .format = "4xf4", .usage = TRM_USAGE_TEXEL},
            TRM_PLACEMENT_DEVICE, i);
    for (size_t frame = 0; frame < 3; frame++) {
        for (size_t i = 0; i < BUFFERS && frame > 0; i++)
            edit_runs(&models[i], 5, 1, frame);
        gl_spy_reset_counts();
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        if (frame == 2) { /* expecting too much for commands of their own */
            ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], TABLES);
            ck_assert_uint_eq(spy.calls[SPY_CopyNamedBufferSubData], (BUFFERS - TABLES) * 5);
            ck_assert_uint_eq(spy.calls[SPY_NamedBufferSubData], 1);
        }
        for (size_t i = 0; i < BUFFERS; i++) {
            model_draw seen = draw(device, &models[i], HARNESS_TEXEL);
            ck_assert(model_check(&seen));
        }
        end_frame(device);
    }
    for (size_t i = 0; i < BUFFERS; i++)
        model_close(&models[i]);
    trm_device_destroy(device);
}
END_TEST

static const uint32_t usages[] = {0, TRM_USAGE_STORAGE | TRM_USAGE_TEXEL};
static const harness_reader readers[] = {HARNESS_TEXEL, HARNESS_STORAGE};

/* With a buffer that is up to date. `how`: who reads it. */
static trm_device *open_read_by(model *m, int how, uint64_t seed) {
    trm_device *device = open_device();
    trm_buffer_desc shape = shapes[0];
    shape.usage = usages[how];
    model_open_placed(m, &shape, TRM_PLACEMENT_DEVICE, seed);
    check_frame(device, m);
    return device;
}

/* A frame with runs of that length, behind which the GPU falls. */
static model_draw late_frame(
    trm_device *device, model *m, size_t length, size_t frame, harness_reader reader) {
    harness_keep_busy();
    edit_runs(m, RUNS, length, frame);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    const model_draw seen = draw(device, m, reader);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    return seen;
}

/* As long as the GPU has not read what was sent before, the ring takes over, without a wait; and
 * parcels go on when it has. */
START_TEST(a_late_gpu_keeps_its_bytes) {
    enum { FRAMES = 40, LENGTH = 32 }; /* too much for two of them to share a place */
    model m;
    model_draw draws[FRAMES];
    trm_device *device = open_read_by(&m, _i, 3);
    uint64_t by_parcel = 0, by_ring = 0;
    spy.lag = 30;
    for (size_t frame = 0; frame < FRAMES; frame++) {
        const uint64_t sent = get_stats(device).inline_nbytes, staged = staged_nbytes(device);
        draws[frame] = late_frame(device, &m, LENGTH, frame, readers[_i]);
        by_parcel += get_stats(device).inline_nbytes != sent;
        by_ring += staged_nbytes(device) != staged;
    }
    spy.lag = 0;
    harness_finish();
    ck_assert_uint_eq(by_parcel + by_ring, FRAMES);
    ck_assert_uint_ge(by_parcel, 8); /* three unfinished frames leave some to spare */
    ck_assert_uint_gt(by_ring, 0);
    for (size_t frame = 0; frame < FRAMES; frame++)
        ck_assert(model_check(&draws[frame]));
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK); /* hears of it */
    const uint64_t staged = staged_nbytes(device);
    edit_runs(&m, RUNS, LENGTH, 0);
    check_frame(device, &m);
    ck_assert_uint_eq(staged_nbytes(device), staged);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* One behind the other, none where the GPU still reads: all of them are sent while it has read
 * none. */
START_TEST(small_ones_share_a_place) {
    enum { FRAMES = 24 };
    model m;
    model_draw draws[FRAMES];
    trm_device *device = open_read_by(&m, _i, 13);
    const trm_stats before = get_stats(device);
    spy.lag = 30;
    for (size_t frame = 0; frame < FRAMES; frame++) {
        draws[frame] = late_frame(device, &m, 2 + frame % 3, frame, readers[_i]);
    }
    const trm_stats after = get_stats(device);
    spy.lag = 0;
    harness_finish();
    for (size_t frame = 0; frame < FRAMES; frame++)
        ck_assert(model_check(&draws[frame]));
    ck_assert_uint_eq(
        after.copied_nbytes - before.copied_nbytes, after.inline_nbytes - before.inline_nbytes);
    ck_assert_uint_le(after.fences - before.fences, 2); /* 24 of them fill a dozen places */
    ck_assert_uint_eq(after.waits, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Sizes in any order: what does not fit in the rest of a place begins the next one. */
START_TEST(places_are_left_in_time) {
    enum { FRAMES = 150, SOME = 5 };
    model m;
    model_draw draws[SOME];
    trm_device *device = open_read_by(&m, _i, 14);
    uint64_t by_parcel = 0, sent = 0;
    spy.lag = 1; /* a fence */
    for (size_t frame = 0; frame < FRAMES; frame++) {
        const size_t length = 1 + frame * frame * 13 % 29;
        draws[frame % SOME] = late_frame(device, &m, length, frame, readers[_i]);
        by_parcel += get_stats(device).inline_nbytes != sent;
        sent = get_stats(device).inline_nbytes;
        for (size_t i = 0; i < SOME && frame % SOME == SOME - 1; i++)
            ck_assert(model_check(&draws[i]));
    }
    spy.lag = 0;
    ck_assert_uint_eq(by_parcel, FRAMES);
    ck_assert_uint_eq(get_stats(device).waits, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* An allocator without memory of the size in `user`. */
static void *allocate(void *user, size_t nbytes) {
    return nbytes == *(const size_t *)user ? NULL : calloc(1, nbytes);
}

static void release(void *user, void *memory, size_t nbytes) {
    (void)user;
    (void)nbytes;
    free(memory);
}

/* No memory, whoever refuses it: the ring does as well, and nobody is asked again for long. _i:
 * budget, driver, host. */
START_TEST(no_memory_for_parcels) {
    static size_t refused = (size_t)128 << 10;
    model m;
    const bool budget = _i == 0, driver = _i == 1;
    const uint64_t nbytes = 16 * 20000;
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){.scatter = TRM_GL_SCATTER_ALWAYS,
        .device = {.memory_kind = TRM_MEMORY_DISCRETE,
            .staging_nbytes = 100000,
            .budget_nbytes = budget ? nbytes + 1000000 : 0,
            .allocator = {.allocate = _i == 2 ? allocate : NULL,
                .release = _i == 2 ? release : NULL,
                .user = &refused}}});
    model_open_placed(&m, &shapes[0], TRM_PLACEMENT_DEVICE, 4);
    check_frame(device, &m);
    for (size_t frame = 0; frame < 3; frame++) {
        const uint64_t stores = spy.calls[SPY_NamedBufferStorage];
        spy.fail[SPY_NamedBufferStorage] = driver && frame == 0 ? 1 : 0;
        edit_runs(&m, RUNS, 1, frame);
        check_frame(device, &m);
        ck_assert_uint_eq(spy.calls[SPY_NamedBufferStorage] - stores, frame != 0 ? 0
                                                                      : driver   ? 2
                                                                                 : 1);
    }
    ck_assert_uint_eq(get_stats(device).inline_nbytes, 0);
    ck_assert_uint_ge(get_stats(device).transfers, 3 * RUNS);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A device whose budget has `nbytes` for buffers, and 300000 for the ring. */
static trm_device *open_within(uint64_t nbytes) {
    return harness_gl_device(&(trm_gl_device_desc){.scatter = TRM_GL_SCATTER_ALWAYS,
        .device = {.memory_kind = TRM_MEMORY_DISCRETE,
            .staging_nbytes = 100000,
            .budget_nbytes = nbytes + 350000}});
}

static bool goes_in_parcels(trm_device *device, model *m, size_t frame) {
    const uint64_t before = get_stats(device).inline_nbytes;
    edit_runs(m, RUNS, 1, frame);
    check_frame(device, m);
    return get_stats(device).inline_nbytes > before;
}

/* Parcels would fit, and the ring behind them would not: nothing does without the ring. */
START_TEST(the_ring_comes_first) {
    model m;
    trm_device *device = open_within(16 * 20000 + (2 << 20) - 50000);
    model_open_placed(&m, &shapes[0], TRM_PLACEMENT_DEVICE, 6);
    check_frame(device, &m);
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 0);
    ck_assert(!goes_in_parcels(device, &m, 0));
    ck_assert_uint_gt(get_stats(device).staging_nbytes, 0);
    model_edit_full(&m);
    check_frame(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A buffer that the budget has room for without parcels gets it, at once when the GPU is idle; they
 * come back when there is room again. _i: whether the GPU is late. */
START_TEST(parcels_make_room) {
    model m, other;
    trm_gl_span span;
    trm_device *device = open_within(16 * 20000 + (2 << 20));
    model_open_placed(&m, &shapes[0], TRM_PLACEMENT_DEVICE, 7);
    model_open_placed(
        &other, &(trm_buffer_desc){.nitems = 1 << 20, .format = "u1"}, TRM_PLACEMENT_DEVICE, 8);
    check_frame(device, &m);
    model_edit_full(&m);
    check_frame(device, &m); /* the ring */
    const uint64_t ring_nbytes = get_stats(device).staging_nbytes;
    goes_in_parcels(device, &m, 9); /* or not yet: the sync before was a large one */
    ck_assert(goes_in_parcels(device, &m, 0));
    ck_assert_uint_eq(get_stats(device).staging_nbytes, ring_nbytes + (2 << 20));
    edit_runs(&m, RUNS, 1, 1);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    spy.wait = _i == 0 ? SPY_WAIT_REAL : SPY_WAIT_TIMEOUT;
    if (_i == 0)
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    const trm_result result = trm_gl_acquire(device, other.buffer, &span);
    ck_assert_int_eq(result, _i == 0 ? TRM_OK : TRM_ERROR_BUDGET);
    spy.wait = SPY_WAIT_REAL;
    for (size_t frame = 0; frame < 2; frame++) { /* the next one has a fence behind them */
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
    }
    check_frame(device, &other);
    ck_assert_uint_eq(get_stats(device).staging_nbytes, ring_nbytes);
    check_frame(device, &m);
    ck_assert(!goes_in_parcels(device, &m, 2));
    model_close(&other);
    for (size_t frame = 0; frame < 300; frame++) {
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
    }
    ck_assert(goes_in_parcels(device, &m, 3));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Where the driver has no memory for what is needed, it has that of the parcels for the next try.
 * _i: for the ring, a store, a stream. */
START_TEST(parcels_make_room_in_the_driver) {
    model m, other;
    trm_gl_span span;
    trm_stream *stream = NULL;
    trm_device *device = open_device();
    const trm_stream_desc desc = {.nbytes = 1000};
    model_open_placed(&m, &shapes[0], TRM_PLACEMENT_DEVICE, 9);
    model_open_placed(&other, &shapes[0], TRM_PLACEMENT_DEVICE, 10);
    check_frame(device, &m);
    ck_assert(goes_in_parcels(device, &m, 0));
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 2 << 20);
    if (_i == 0)
        model_edit_full(&m);
    for (int again = 0; again < 2; again++) {
        spy.fail[SPY_NamedBufferStorage] = again == 0 ? 1 : 0;
        const trm_result result = _i == 0   ? trm_device_sync(device)
                                  : _i == 1 ? trm_gl_acquire(device, other.buffer, &span)
                                            : trm_stream_create(device, &desc, &stream);
        ck_assert_int_eq(result, again == 0 ? TRM_ERROR_OUT_OF_DEVICE_MEMORY : TRM_OK);
        for (size_t frame = 0; frame < 2; frame++)
            end_frame(device);
        harness_finish();
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        if (again == 0)
            ck_assert_uint_eq(get_stats(device).staging_nbytes, 0);
    }
    check_frame(device, &m);
    check_frame(device, &other);
    trm_stream_destroy(stream);
    model_close(&m);
    model_close(&other);
    trm_device_destroy(device);
}
END_TEST

/* A program that cannot be borrowed: what was sent is copied to where it belongs. */
START_TEST(copies_out_of_a_parcel) {
    model m;
    GladGLContext *gl = harness_gl();
    trm_device *device = open_device();
    model_open_placed(&m, &shapes[0], TRM_PLACEMENT_DEVICE, 5);
    check_frame(device, &m);
    const GLuint program = gl->CreateProgram();
    const GLuint shader = gl->CreateShader(GL_VERTEX_SHADER);
    const GLchar *source = "#version 450\nvoid main() { gl_Position = vec4(0); }";
    gl->ShaderSource(shader, 1, &source, NULL);
    gl->CompileShader(shader);
    gl->AttachShader(program, shader);
    gl->LinkProgram(program);
    gl->UseProgram(program);
    gl->DeleteProgram(program);
    edit_runs(&m, RUNS, 1, 1);
    gl_spy_reset_counts();
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], 0);
    ck_assert_uint_eq(spy.calls[SPY_CopyNamedBufferSubData], RUNS);
    ck_assert_uint_eq(get_stats(device).flushes, 0);
    gl->UseProgram(0);
    gl->DeleteShader(shader);
    model_draw seen = draw(device, &m, HARNESS_TEXEL);
    end_frame(device);
    ck_assert(model_check(&seen));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-parcel");
    TCase *tcase = tcase_create("parcel");
    tcase_add_checked_fixture(tcase, setup, harness_close);
    tcase_add_loop_test(tcase, one_command_and_one_dispatch, 0, 4);
    tcase_add_loop_test(tcase, what_is_no_parcel, 0, 5);
    tcase_add_test(tcase, no_room_behind_others);
    tcase_add_test(tcase, gaps_that_are_joined);
    tcase_add_loop_test(tcase, a_few_small_buffers, 0, 3);
    tcase_add_test(tcase, slots_in_any_order);
    tcase_add_test(tcase, more_targets_than_tables);
    tcase_add_test(tcase, several_buffers);
    tcase_add_loop_test(tcase, a_late_gpu_keeps_its_bytes, 0, 2);
    tcase_add_loop_test(tcase, small_ones_share_a_place, 0, 2);
    tcase_add_loop_test(tcase, places_are_left_in_time, 0, 2);
    tcase_add_loop_test(tcase, no_memory_for_parcels, 0, 3);
    tcase_add_test(tcase, the_ring_comes_first);
    tcase_add_loop_test(tcase, parcels_make_room, 0, 2);
    tcase_add_loop_test(tcase, parcels_make_room_in_the_driver, 0, 3);
    tcase_add_test(tcase, copies_out_of_a_parcel);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
