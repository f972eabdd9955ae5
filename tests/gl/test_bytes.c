/* How many bytes are moved: no more than the edits and the regions ask for. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

#define ITEMS 1024 /* of 16 bytes, */
#define CHUNK 16   /* in chunks of 256 bytes */

static const trm_buffer_desc shape = {.nitems = ITEMS, .format = "4xf4", .chunk_size = CHUNK};

/* Acquires, and says how many bytes were copied for it. Every byte copied must be flushed, once. */
static size_t acquire_cost(trm_device *device, const model *m, trm_gl_span *span) {
    trm_stats before, after;
    trm_device_stats(device, &before);
    const uint64_t flushed = spy.flushed_nbytes;
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, span), TRM_OK);
    trm_device_stats(device, &after);
    ck_assert_uint_eq(after.flushed_nbytes - before.flushed_nbytes, spy.flushed_nbytes - flushed);
    ck_assert_uint_eq(
        harness_flushes(after.copied_nbytes - before.copied_nbytes), spy.flushed_nbytes - flushed);
    return after.copied_nbytes - before.copied_nbytes;
}

static trm_device *open_device(trm_memory_kind kind) {
    return harness_device(&(trm_device_desc){.memory_kind = kind});
}

/* With a GPU that keeps up, every edited chunk is written once, and always in the same place; but
 * for what a software rasteriser sees rewritten. _i: UNIFIED or SOFTWARE. */
START_TEST(idle_means_once) {
    model m;
    trm_stats stats;
    const paced_run run = {.frames = 40, .idle = true};
    trm_device *device = open_device(_i == 0 ? TRM_MEMORY_UNIFIED : TRM_MEMORY_SOFTWARE);
    model_open(&m, &shape, 3);
    const paced_result result = paced_frames(device, &m, &run);
    ck_assert_uint_eq(result.mismatches, 0);
    ck_assert_uint_eq(result.regions_used, _i == 0 ? 1 : 3);
    trm_device_stats(device, &stats);
    ck_assert_uint_le(stats.copied_nbytes, result.bound_nbytes);
    ck_assert_uint_eq(stats.marked_nbytes, result.touched_nbytes);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A whole frame, and the device knows that the GPU is done with it. */
static void see(trm_device *device, const model *m, const trm_gl_span *span) {
    model_draw draw = model_issue(m, HARNESS_TEXEL, span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert(model_check(&draw));
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
}

/* On a software rasteriser a buffer of up to 1 MiB that is rewritten goes on to its next region,
 * though the GPU is idle; edits of a part stay. _i: SOFTWARE, larger, UNIFIED. */
START_TEST(rewriting_goes_on) {
    enum { ROUNDS = 7, LARGEST = 1 << 20 };
    model m;
    trm_gl_span first, span, last;
    const trm_buffer_desc how = {.nitems = _i == 1 ? LARGEST + 1 : LARGEST, .format = "u1"};
    trm_device *device = open_device(_i == 2 ? TRM_MEMORY_UNIFIED : TRM_MEMORY_SOFTWARE);
    model_open_placed(&m, &how, TRM_PLACEMENT_MAPPED, 4);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &first), TRM_OK);
    see(device, &m, &first);
    last = first;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        model_edit_full(&m);
        ck_assert_uint_eq(acquire_cost(device, &m, &span), how.nitems);
        ck_assert_int_eq(span.offset != last.offset, _i == 0);
        ck_assert_int_eq(span.offset == first.offset, _i != 0 || round % 3 == 0);
        see(device, &m, &span);
        last = span;
        model_edit_range(&m, 100 * round, 50);
        ck_assert_uint_le(acquire_cost(device, &m, &span), how.nitems / 64);
        ck_assert_uint_eq(span.offset, last.offset);
        see(device, &m, &span);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* What is uploaded by syncs alone is drawn from by nobody: the current region is free, the next one
 * may be read still. */
START_TEST(rewriting_passes_by_readers) {
    model m;
    trm_gl_span span;
    trm_device *device = open_device(TRM_MEMORY_SOFTWARE);
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 5);
    for (unsigned round = 0; round < 4; round++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        harness_keep_busy();
        model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
        for (unsigned edit = 0; edit < 4; edit++) {
            ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
            model_edit_full(&m);
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert(model_check(&draw));
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(idle_means_exactly_once) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 3);
    ck_assert_uint_eq(acquire_cost(device, &m, &span), 16 * ITEMS);
    for (size_t i = 0; i < 20; i++) {
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
        model_frame(&m);
        model_edit_range(&m, 37 * i, 2 * i + 1);
        const model_frame_info info = model_frame(&m);
        ck_assert_uint_eq(info.runs, 1);
        ck_assert_uint_eq(acquire_cost(device, &m, &span), info.touched_nbytes);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A frame with an edit in the first item of a chunk. How many bytes were copied for it. */
static size_t edit_chunk(trm_device *device, model *m, size_t at, trm_gl_span *span) {
    model_edit_range(m, at * CHUNK, 1);
    const size_t copied = acquire_cost(device, m, span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    return copied;
}

/* Each region catches up on exactly what it missed, and the one with the least to catch up is
 * taken. The chunks are too far apart for a gap to be bridged. */
START_TEST(regions_catch_up_exactly) {
    model m;
    trm_gl_span spans[6];
    trm_buffer_info info;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 4);
    spy.wait = SPY_WAIT_TIMEOUT;
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(edit_chunk(device, &m, 5 * i, &spans[i]), 16 * ITEMS);
    }
    ck_assert_uint_ne(spans[0].offset, spans[1].offset);
    ck_assert_uint_ne(spans[0].offset, spans[2].offset);
    ck_assert_uint_ne(spans[1].offset, spans[2].offset);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert_uint_eq(info.regions[0].stale_nbytes, 2 * 256);
    ck_assert_uint_eq(info.regions[1].stale_nbytes, 1 * 256);
    ck_assert_uint_eq(info.regions[2].stale_nbytes, 0);
    ck_assert(info.regions[0].in_flight && info.regions[1].in_flight && info.regions[2].in_flight);
    ck_assert(!info.regions[0].current && !info.regions[1].current && info.regions[2].current);

    spy.wait = SPY_WAIT_REAL;
    harness_finish();
    /* Idle: the current region again. */
    ck_assert_uint_eq(edit_chunk(device, &m, 20, &spans[3]), 256);
    ck_assert_uint_eq(spans[3].offset, spans[2].offset);
    spy.wait = SPY_WAIT_TIMEOUT;
    /* The region of the second frame lacks 10, 20 and now 25; that of the first also 5 and 30. */
    ck_assert_uint_eq(edit_chunk(device, &m, 25, &spans[4]), 3 * 256);
    ck_assert_uint_eq(spans[4].offset, spans[1].offset);
    ck_assert_uint_eq(edit_chunk(device, &m, 30, &spans[5]), 5 * 256);
    ck_assert_uint_eq(spans[5].offset, spans[0].offset);
    spy.wait = SPY_WAIT_REAL;
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* An edit of one item costs one chunk, of the last item what is left of the last one. */
START_TEST(one_item_costs_one_chunk) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = 100, .format = "4xf4", .chunk_size = CHUNK}, 5);
    ck_assert_uint_eq(acquire_cost(device, &m, &span), 1600);
    for (size_t item = 0; item < 100; item += 33) {
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
        model_edit_range(&m, item, 1);
        ck_assert_uint_eq(acquire_cost(device, &m, &span), item < 96 ? 256 : 64);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Never coherent (but where explicit flush is broken), never readable, one mapping of the whole
 * object. */
START_TEST(mapped_once_whole_and_flushed) {
    model m;
    trm_gl_span span;
    const paced_run run = {.frames = 10};
    /* No room for a staging ring, which would be a second mapping. */
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = 1 << 20});
    model_open(&m, &shape, 6);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(
        spy.storage_flags & ~(GLbitfield)GL_CLIENT_STORAGE_BIT, harness_upload_storage());
    ck_assert_uint_eq(spy.map_access, harness_upload_access());
    ck_assert_int_eq(spy.map_offset, 0);
    ck_assert_int_eq(spy.map_nbytes, spy.storage_nbytes);
    ck_assert_int_ge(spy.storage_nbytes, 3 * 16 * ITEMS);
    paced_frames(device, &m, &run);
    ck_assert_uint_eq(spy.calls[SPY_MapNamedBufferRange], 1);
    ck_assert_uint_eq(spy.calls[SPY_NamedBufferStorage], 1);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A flush never covers what was not written: a bridged gap is copied. */
START_TEST(scattered_chunks_in_one_acquire) {
    model m;
    trm_gl_span span;
    trm_stats before, after;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 7);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    harness_finish();
    model_frame(&m);
    trm_device_stats(device, &before);
    for (size_t chunk = 0; chunk < 64; chunk += 8) {
        model_edit_range(&m, chunk * CHUNK + 3, 1);
        model_edit_range(&m, (chunk + 2) * CHUNK + 3, 1);
    }
    const model_frame_info info = model_frame(&m);
    ck_assert_uint_eq(info.runs, 16);
    const size_t copied = acquire_cost(device, &m, &span);
    trm_device_stats(device, &after);
    ck_assert_uint_ge(copied, info.touched_nbytes);
    ck_assert_uint_le(copied, info.touched_nbytes + info.runs * CHUNK * 16);
    ck_assert_uint_le(after.flushes - before.flushes, info.runs);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

typedef struct seen_copies {
    size_t count;
    size_t nbytes;
    const trm_buffer *buffer;
    uint32_t regions; /* one bit each */
} seen_copies;

static void see_copy(void *user, const trm_copy_event *event) {
    seen_copies *seen = user;
    seen->count++;
    seen->nbytes += event->size * trm_buffer_itemsize(event->buffer);
    seen->buffer = event->buffer;
    seen->regions |= 1u << event->region;
    ck_assert_uint_le(event->offset + event->size, trm_buffer_nitems(event->buffer));
}

START_TEST(copies_are_told) {
    model m;
    trm_stats stats;
    seen_copies seen = {0};
    const paced_run run = {.frames = 20};
    trm_device *device =
        harness_device(&(trm_device_desc){.on_copy = see_copy, .on_copy_user = &seen});
    model_open(&m, &shape, 8);
    spy.lag = HARNESS_FRAMES_IN_FLIGHT;
    paced_frames(device, &m, &run);
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(seen.nbytes, stats.copied_nbytes);
    ck_assert_uint_eq(harness_flushes(seen.count), stats.flushes);
    ck_assert_ptr_eq(seen.buffer, m.buffer);
    ck_assert_uint_eq(seen.regions, 7);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* More runs, far from each other, than are copied together. _i: placement. */
START_TEST(thousands_of_runs) {
    enum { RUNS = 2100, APART = 100 };
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open_placed(&m,
        &(trm_buffer_desc){.nitems = RUNS * APART, .format = "4xf4", .chunk_size = 16},
        _i == 0 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE, 9);
    for (int round = 0; round < 3; round++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert(model_check(&draw));
        for (size_t run = 0; run < RUNS; run++) {
            model_edit_range(&m, run * APART + (size_t)round, 1);
        }
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

static unsigned asked;

static void ask(void *user, const trm_copy_event *event) {
    trm_view view;
    const model *m = user;
    ck_assert_int_eq(trm_buffer_view(event->buffer, &view), TRM_OK);
    ck_assert_ptr_eq(view.data, m->array);
    ck_assert_ptr_eq(trm_buffer_data(event->buffer), m->array);
    ck_assert_uint_eq(trm_buffer_nitems(event->buffer), m->nitems);
    ck_assert_str_eq(trm_buffer_label(event->buffer), "buoy");
    asked++;
}

/* Whoever is told of a copy may ask the buffer about itself. */
START_TEST(what_is_copied_may_be_asked) {
    static const trm_placement placements[] = {
        TRM_PLACEMENT_AUTO, TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE};
    model m;
    trm_gl_span span;
    const trm_buffer_desc desc = {.nitems = 1000, .format = "4xf4", .label = "buoy"};
    trm_device *device = harness_device(&(trm_device_desc){.on_copy = ask, .on_copy_user = &m});
    model_open_placed(&m, &desc, placements[_i], 1);
    asked = 0;
    for (size_t i = 0; i < 4; i++) {
        model_edit_range(&m, 100 * i, i % 2 == 0 ? 1 : 500);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_uint_ge(asked, 3);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-bytes");
    TCase *tcase = tcase_create("bytes");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, idle_means_once, 0, 2);
    tcase_add_loop_test(tcase, rewriting_goes_on, 0, 3);
    tcase_add_test(tcase, rewriting_passes_by_readers);
    tcase_add_test(tcase, idle_means_exactly_once);
    tcase_add_test(tcase, regions_catch_up_exactly);
    tcase_add_test(tcase, one_item_costs_one_chunk);
    tcase_add_test(tcase, mapped_once_whole_and_flushed);
    tcase_add_test(tcase, scattered_chunks_in_one_acquire);
    tcase_add_test(tcase, copies_are_told);
    tcase_add_loop_test(tcase, thousands_of_runs, 0, 2);
    tcase_add_loop_test(tcase, what_is_copied_may_be_asked, 0, 3);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
