/* Every counter moves when, and only when, what it counts happens. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

#define NBYTES 16000 /* 1000 items of 16, in chunks of 16 items */

static const trm_buffer_desc shape = {.nitems = 1000, .format = "4xf4", .chunk_size = 16};

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

START_TEST(counters_of_an_upload) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    const trm_stats fresh = get_stats(device);
    const trm_stats zero = {.host_nbytes = fresh.host_nbytes};
    ck_assert_mem_eq(&fresh, &zero, sizeof zero);

    model_open(&m, &shape, 1);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    const trm_stats attached = get_stats(device);
    ck_assert_uint_eq(attached.buffers, 1);
    ck_assert_uint_eq(attached.mapped_nbytes, 0); /* memory comes with the content */
    ck_assert_uint_eq(attached.host_nbytes, fresh.host_nbytes);
    ck_assert_uint_eq(attached.uploads, 0);
    ck_assert_uint_eq(attached.copied_nbytes, 0);

    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    const trm_stats synced = get_stats(device);
    ck_assert_uint_eq(synced.uploads, 1);
    ck_assert_uint_ge(synced.mapped_nbytes, 3 * NBYTES);
    ck_assert_uint_eq(synced.device_nbytes + synced.staging_nbytes, 0);
    ck_assert_uint_gt(synced.host_nbytes, fresh.host_nbytes);
    ck_assert_uint_eq(synced.marked_nbytes, NBYTES);
    ck_assert_uint_eq(synced.copied_nbytes, NBYTES);
    ck_assert_uint_eq(synced.flushed_nbytes, harness_flushes(NBYTES));
    ck_assert_uint_ge(synced.flushes, harness_flushes(1));
    ck_assert_uint_gt(synced.longest_call_ns, 0);
    ck_assert_uint_eq(synced.frames, 0);
    ck_assert_uint_eq(synced.fences, 0);

    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    const trm_stats framed = get_stats(device);
    ck_assert_uint_eq(framed.uploads, 1);
    ck_assert_uint_eq(framed.frames, 1);
    ck_assert_uint_eq(framed.fences, 1);
    ck_assert_uint_eq(framed.polls, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(counters_of_a_busy_gpu) {
    model m;
    trm_gl_span span;
    /* No room for a staging ring. */
    trm_device *device =
        harness_device(&(trm_device_desc){.region_count = 2, .budget_nbytes = 1 << 20});
    model_open(&m, &shape, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    const trm_stats first = get_stats(device);

    /* The first region is asked for and not free, the second one is written whole. */
    spy.wait_not_yet = 1;
    model_edit_range(&m, 0, 17);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    const trm_stats polled = get_stats(device);
    ck_assert_uint_eq(polled.polls, 1);
    ck_assert_uint_eq(polled.waits, 0);
    ck_assert_uint_eq(polled.marked_nbytes, first.marked_nbytes + 2 * 256);
    ck_assert_uint_eq(polled.copied_nbytes, 2 * NBYTES);

    /* Both in flight: a wait. */
    spy.wait_not_yet = 5;
    model_edit_range(&m, 999, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    const trm_stats waited = get_stats(device);
    ck_assert_uint_eq(waited.waits, 1);
    ck_assert_uint_gt(waited.waited_ns, 0);
    ck_assert_uint_eq(waited.marked_nbytes, polled.marked_nbytes + 128);

    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    const trm_stats detached = get_stats(device);
    ck_assert_uint_eq(detached.buffers, 0);
    ck_assert_uint_eq(detached.retired_nbytes, first.mapped_nbytes);
    ck_assert_uint_eq(detached.mapped_nbytes, first.mapped_nbytes);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    const trm_stats idle = get_stats(device);
    ck_assert_uint_eq(idle.retired_nbytes, 0);
    ck_assert_uint_eq(idle.mapped_nbytes, 0);
    ck_assert_uint_lt(idle.host_nbytes, first.host_nbytes);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Marks count once, however often the same chunk is marked before an upload. */
START_TEST(marked_bytes_are_those_of_chunks) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 2);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    uint64_t expected = NBYTES;
    model_frame(&m);
    for (int i = 0; i < 30; i++) {
        model_edit_anything(&m);
        expected += model_frame(&m).touched_nbytes;
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_uint_eq(get_stats(device).marked_nbytes, expected);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A move copies more than was edited, and marks no more. _i: it is refused. */
START_TEST(moves_mark_nothing) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_UNIFIED});
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 2);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(get_stats(device).marked_nbytes, NBYTES);
    model_edit_range(&m, 0, 17);
    spy.fail[SPY_NamedBufferStorage] = _i != 0;
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    const trm_stats edited = get_stats(device);
    ck_assert_int_eq(edited.mapped_nbytes != 0, _i == 0);
    ck_assert_uint_eq(edited.marked_nbytes, NBYTES + 2 * 256);
    ck_assert_uint_eq(edited.copied_nbytes, NBYTES + (_i == 0 ? NBYTES : 2 * 256));
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* What no buffer could be made for is still to come, and counts then. */
START_TEST(marks_of_what_is_refused) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 2);
    spy.fail[SPY_NamedBufferStorage] = 1;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert_uint_eq(get_stats(device).marked_nbytes, 0);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(get_stats(device).marked_nbytes, NBYTES);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(buffer_info_of_one_buffer) {
    model m, other;
    trm_gl_span span;
    trm_buffer_info info;
    trm_device *device = harness_device(&(trm_device_desc){.region_count = 4});
    model_open(&m, &shape, 3);
    model_open(&other, &shape, 4);
    memset(&info, 0xff, sizeof info);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_ERROR_STATE);
    ck_assert_uint_eq(info.region_count, 0);
    ck_assert_uint_eq(info.store_nbytes, 0);
    ck_assert_int_eq(trm_device_buffer_info(NULL, m.buffer, &info), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_buffer_info(device, NULL, &info), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, NULL), TRM_ERROR_INVALID_ARGUMENT);

    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, other.buffer, &span), TRM_OK);
    /* Attached, and nothing has gone up yet. */
    const trm_buffer_info nothing = {0};
    memset(&info, 0xff, sizeof info);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert_uint_eq(info.region_count, 0);
    ck_assert_uint_eq(info.uploads, 0);
    ck_assert_mem_eq(&info.regions, &nothing.regions, sizeof info.regions);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert_int_eq(info.placement, TRM_PLACEMENT_MAPPED);
    ck_assert_uint_eq(info.region_count, 4);
    ck_assert_uint_ge(info.region_nbytes, NBYTES);
    ck_assert_uint_eq(info.store_nbytes, 4 * info.region_nbytes);
    ck_assert_uint_eq(info.uploads, 1);
    ck_assert_uint_eq(info.copied_nbytes, NBYTES);
    unsigned current = 0;
    for (size_t i = 0; i < 4; i++) {
        current += info.regions[i].current;
        ck_assert_uint_eq(info.regions[i].stale_nbytes, info.regions[i].current ? 0 : NBYTES);
        ck_assert_int_eq(info.regions[i].in_flight, info.regions[i].current);
        ck_assert(!info.regions[i].current || span.offset == i * info.region_nbytes);
    }
    ck_assert_uint_eq(current, 1);
    model_close(&m);
    model_close(&other);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-stats");
    TCase *tcase = tcase_create("stats");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, counters_of_an_upload);
    tcase_add_test(tcase, counters_of_a_busy_gpu);
    tcase_add_test(tcase, marked_bytes_are_those_of_chunks);
    tcase_add_loop_test(tcase, moves_mark_nothing, 0, 2);
    tcase_add_test(tcase, marks_of_what_is_refused);
    tcase_add_test(tcase, buffer_info_of_one_buffer);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
