/* What a restore finds open: in-place writes, reads, streams, fences, memory that waits for the
 * GPU. Each has an end, and none of them touches the old context. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/writing.h"

#define NBYTES 4000

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static void lose_and_restore(trm_device *device) {
    trm_device_lost(device);
    harness_renew();
    gl_spy_reset_counts();
    ck_assert_int_eq(harness_try_restore(device, NULL), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers] + spy.calls[SPY_DeleteSync], 0);
}

static void assert_filled(trm_device *device, trm_buffer *buffer, int value) {
    uint8_t expected[NBYTES];
    memset(expected, value, sizeof expected);
    writing_assert_content(device, buffer, expected);
}

static bool content_is_lost(const trm_device *device, const trm_buffer *buffer) {
    trm_buffer_info info;
    ck_assert_int_eq(trm_device_buffer_info(device, buffer, &info), TRM_OK);
    return info.content_lost;
}

/* --- In-place writes */

static const trm_placement placements[] = {TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE};

/* Open over a loss: its end says so, once; a new one needs no end of the old. _i: placement. */
START_TEST(an_open_write) {
    trm_device *device = writing_small_device();
    trm_buffer *buffer = writing_bytes(NBYTES, placements[_i % 2]);
    trm_buffer *other = writing_bytes(NBYTES, placements[_i % 2]);
    writing_put(device, buffer, 0, NBYTES, 1);
    writing_put(device, other, 0, NBYTES, 2);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    memset(writing_begin(device, buffer, 0, NBYTES), 3, NBYTES);
    memset(writing_begin(device, other, 0, NBYTES), 4, NBYTES);
    lose_and_restore(device);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK); /* nothing is open */
    writing_assert_rule(
        trm_device_write_end(device, buffer, NBYTES), TRM_ERROR_DEVICE_LOST, "device.lost");
    writing_assert_rule(
        trm_device_write_end(device, buffer, NBYTES), TRM_ERROR_STATE, "write.none");
    writing_put(device, buffer, 0, NBYTES, 5);
    assert_filled(device, buffer, 5);
    memset(writing_begin(device, other, 0, NBYTES), 6, NBYTES);
    writing_end(device, other, NBYTES);
    writing_assert_rule(trm_device_write_end(device, other, NBYTES), TRM_ERROR_STATE, "write.none");
    assert_filled(device, other, 6);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_buffer_destroy(other), TRM_OK);
    writing_close(device, buffer);
}
END_TEST

/* A write that nobody ends loses content but once: the next loss finds none. */
START_TEST(an_open_write_that_nobody_ends) {
    trm_device *device = writing_small_device();
    trm_buffer *buffer = writing_bytes(NBYTES, placements[_i]);
    writing_begin(device, buffer, 0, NBYTES);
    lose_and_restore(device);
    ck_assert(content_is_lost(device, buffer));
    writing_send(buffer, 0, NBYTES, 1);
    assert_filled(device, buffer, 1);
    ck_assert(!content_is_lost(device, buffer));
    ck_assert_int_eq(trm_buffer_resize(buffer, NULL, NBYTES / 2, 0), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK); /* the new one is empty */
    const uint64_t lost = get_stats(device).lost_contents;
    lose_and_restore(device);
    ck_assert_uint_eq(get_stats(device).lost_contents, lost);
    writing_close(device, buffer);
}
END_TEST

/* The only region was being written: its content is as lost as any. */
START_TEST(an_open_write_of_the_only_region) {
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.region_count = 1});
    trm_buffer *buffer = writing_bytes(NBYTES, TRM_PLACEMENT_MAPPED);
    writing_put(device, buffer, 0, NBYTES, 1);
    writing_begin(device, buffer, 0, NBYTES);
    lose_and_restore(device);
    ck_assert(content_is_lost(device, buffer));
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE);
    writing_put(device, buffer, 0, NBYTES, 2);
    assert_filled(device, buffer, 2);
    ck_assert(!content_is_lost(device, buffer));
    writing_close(device, buffer);
}
END_TEST

/* Ended, detached or destroyed before or after the restore. */
START_TEST(ways_to_end_a_write) {
    trm_device *device = writing_small_device();
    trm_buffer *buffer = writing_bytes(NBYTES, placements[_i % 2]);
    writing_begin(device, buffer, 0, NBYTES);
    trm_device_lost(device);
    if (_i / 2 == 0) {
        writing_assert_rule(
            trm_device_write_end(device, buffer, NBYTES), TRM_ERROR_DEVICE_LOST, "device.lost");
    } else if (_i / 2 == 1) {
        ck_assert_int_eq(trm_device_detach(device, buffer), TRM_OK);
    }
    harness_renew();
    ck_assert_int_eq(harness_try_restore(device, NULL), TRM_OK);
    if (_i / 2 == 0) {
        writing_assert_rule(
            trm_device_write_end(device, buffer, NBYTES), TRM_ERROR_STATE, "write.none");
    } else if (_i / 2 == 2) {
        ck_assert_int_eq(trm_device_detach(device, buffer), TRM_OK);
    }
    if (_i / 2 != 3) {
        ck_assert_int_eq(trm_device_attach(device, buffer), TRM_OK);
        writing_assert_rule(
            trm_device_write_end(device, buffer, NBYTES), TRM_ERROR_STATE, "write.none");
        writing_put(device, buffer, 0, NBYTES, 9);
        assert_filled(device, buffer, 9);
    }
    writing_close(device, buffer);
}
END_TEST

/* --- Reads */

/* Pending, ready, given back: none comes any more, and a new one does. */
START_TEST(reads_of_the_old_context) {
    trm_read *reads[3], *fresh;
    uint8_t expected[NBYTES];
    trm_device *device = writing_small_device();
    trm_buffer *buffer = writing_bytes(NBYTES, TRM_PLACEMENT_DEVICE);
    writing_put(device, buffer, 0, NBYTES, 1);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(trm_device_read_begin(device, buffer, 0, 10, &reads[i]), TRM_OK);
        if (i < 2) {
            ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        }
        if (i == 0) {
            ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
            ck_assert_int_eq(trm_read_poll(reads[0]), TRM_OK);
        }
    }
    trm_read_destroy(reads[2]); /* in flight */
    lose_and_restore(device);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, 0);
    writing_put(device, buffer, 0, NBYTES, 2);
    ck_assert_int_eq(trm_device_read_begin(device, buffer, 0, TRM_WHOLE, &fresh), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    for (int i = 0; i < 2; i++) {
        for (int round = 0; round < 2; round++) {
            ck_assert_int_eq(trm_read_poll(reads[i]), TRM_ERROR_DEVICE_LOST);
            ck_assert_str_eq(harness_last_message()->rule, "device.lost");
            ck_assert_ptr_null(trm_read_data(reads[i]));
        }
    }
    /* That was about the reads: the device is well. */
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(trm_read_poll(fresh), TRM_OK);
    memset(expected, 2, NBYTES);
    ck_assert_mem_eq(trm_read_data(fresh), expected, NBYTES);
    trm_read_destroy(fresh);
    trm_read_destroy(reads[0]);
    /* The device takes the other one along. */
    writing_close(device, buffer);
}
END_TEST

/* --- Streams */

static void assert_stream_works(trm_device *device, trm_stream *stream) {
    for (int frame = 0; frame < 8; frame++) {
        trm_gl_slice slices[2];
        uint8_t seen[600], expected[600];
        for (int i = 0; i < 2; i++) {
            ck_assert_int_eq(trm_gl_stream_alloc(stream, 600, 0, &slices[i]), TRM_OK);
            memset(slices[i].pointer, 10 * frame + i, 600);
        }
        ck_assert_int_eq(trm_stream_flush(stream), TRM_OK);
        for (int i = 0; i < 2; i++) {
            harness_fetch(harness_issue(HARNESS_TEXEL,
                              &(trm_gl_span){slices[i].object, slices[i].offset, slices[i].nbytes}),
                seen);
            memset(expected, 10 * frame + i, 600);
            ck_assert_mem_eq(seen, expected, sizeof seen);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
}

static trm_stream *open_stream(trm_device *device) {
    trm_stream *stream;
    const trm_stream_desc desc = {.nbytes = 2048, .usage = TRM_USAGE_TEXEL, .label = "brook"};
    ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_OK);
    return stream;
}

/* Lives on with new memory, which may be refused at first. */
START_TEST(streams) {
    trm_gl_slice slice;
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device), *gone = open_stream(device);
    trm_stream *unused = open_stream(device);
    assert_stream_works(device, stream);
    ck_assert_int_eq(trm_gl_stream_alloc(stream, 2000, 0, &slice), TRM_OK);
    ck_assert_int_eq(trm_gl_stream_alloc(gone, 1, 0, &slice), TRM_OK);
    trm_stream_destroy(gone); /* its frame is open */
    const uint64_t streamed = get_stats(device).streamed_nbytes;
    lose_and_restore(device);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, 0);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, 0);
    ck_assert_int_eq(trm_stream_flush(stream), TRM_OK); /* nothing */
    ck_assert_uint_eq(spy.calls[SPY_FlushMappedNamedBufferRange], 0);
    for (int i = 0; i < 2; i++) {
        spy.fail[SPY_MapNamedBufferRange] = 1;
        slice = (trm_gl_slice){.object = 1};
        ck_assert_int_eq(trm_gl_stream_alloc(stream, 1, 0, &slice), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
        ck_assert_str_eq(harness_last_message()->rule, "attach.out-of-device-memory");
        ck_assert_str_eq(harness_last_message()->label, "brook");
        ck_assert_uint_eq(slice.object, 0);
    }
    ck_assert_uint_eq(get_stats(device).streamed_nbytes, streamed);
    assert_stream_works(device, stream);
    ck_assert_uint_eq(get_stats(device).waits, 0);
    trm_stream_destroy(unused);
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}
END_TEST

/* Counted against the budget like a new one. */
START_TEST(a_stream_beyond_the_budget) {
    trm_gl_slice slice;
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = 65536});
    trm_stream *stream = open_stream(device);
    model m;
    trm_gl_span span;
    model_open_placed(&m, &(trm_buffer_desc){.nitems = 60000, .format = "u1", .label = "fill"},
        TRM_PLACEMENT_DEVICE, 1);
    lose_and_restore(device);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_gl_stream_alloc(stream, 1, 0, &slice), TRM_ERROR_BUDGET);
    ck_assert_str_eq(harness_last_message()->rule, "attach.budget");
    model_close(&m);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    assert_stream_works(device, stream);
    trm_device_destroy(device);
}
END_TEST

/* --- Frames, fences, memory in flight */

/* The open frame is over and old fences are nobody's: there is nothing to wait for. */
START_TEST(nothing_is_in_flight) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = 900, .format = "u4"}, 1);
    for (int i = 0; i < 40; i++) {
        trm_gl_span span;
        spy.wait = SPY_WAIT_TIMEOUT;
        model_edit_range(&m, 0, 10);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    }
    GladGLContext *gl = harness_gl();
    ck_assert_int_eq(
        trm_gl_device_add_fence(device, gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0)),
        TRM_ERROR_BUDGET);
    lose_and_restore(device);
    ck_assert_int_eq(trm_device_wait_idle(device, 0), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_ClientWaitSync], 0);
    spy.wait = SPY_WAIT_REAL;
    /* There is room for fences again, and one that was added holds the frame up. */
    GLsync sync = harness_gl()->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    harness_gl()->Flush();
    ck_assert_int_eq(trm_gl_device_add_fence(device, sync), TRM_OK);
    model_draw draw = {0};
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* An added fence goes with its context, unasked. */
START_TEST(an_added_fence) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = 900, .format = "u4"}, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    GLsync sync = harness_gl()->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    ck_assert_int_eq(trm_gl_device_add_fence(device, sync), TRM_OK);
    lose_and_restore(device);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_DeleteSync] + spy.calls[SPY_ClientWaitSync], 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Stores that wait for the GPU: of detached, destroyed and resized buffers, of pages, of rings. */
START_TEST(memory_in_flight) {
    model models[4];
    trm_gl_span span;
    uint8_t bytes[64] = {1};
    harness_allow_pages(_i == 1);
    trm_device *device = harness_device(&(trm_device_desc){.staging_nbytes = 4096,
        .staging_limit_nbytes = 1 << 20,
        .wait_timeout_ns = 1000000,
        .memory_kind = TRM_MEMORY_DISCRETE});
    for (int i = 0; i < 4; i++) {
        model_open_placed(&models[i],
            &(trm_buffer_desc){.nitems = _i == 1 ? 500 : 10000, .format = "u4"},
            i % 2 == 0 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE, (uint64_t)i);
    }
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int frame = 0; frame < 3; frame++) {
        for (int i = 0; i < 4; i++) {
            model_edit_full(&models[i]);
            trm_gl_acquire(device, models[i].buffer, &span); /* or there is no room in the ring */
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_int_eq(trm_device_detach(device, models[0].buffer), TRM_OK);
    model_close(&models[1]);
    ck_assert_int_eq(trm_buffer_resize(models[2].buffer, bytes, sizeof bytes, 0), TRM_OK);
    trm_gl_acquire(device, models[2].buffer, &span);
    ck_assert_uint_gt(get_stats(device).retired_nbytes, 0);
    ck_assert_uint_gt(get_stats(device).staging_nbytes, 0);
    spy.wait = SPY_WAIT_REAL;
    lose_and_restore(device);
    const trm_stats stats = get_stats(device);
    ck_assert_uint_eq(stats.retired_nbytes + stats.mapped_nbytes + stats.device_nbytes, 0);
    ck_assert_uint_eq(stats.staging_nbytes, 0);
    ck_assert_uint_eq(stats.buffers, 2);
    ck_assert_int_eq(trm_gl_acquire(device, models[0].buffer, &span), TRM_OK);
    model_draw draw = model_issue(&models[0], HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    ck_assert_int_eq(trm_gl_acquire(device, models[3].buffer, &span), TRM_OK);
    draw = model_issue(&models[3], HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    for (int i = 0; i < 4; i++) {
        if (i != 1) {
            model_close(&models[i]);
        }
    }
    trm_device_destroy(device);
    harness_allow_pages(false);
}
END_TEST

/* Taken down right behind the restore, or by a buffer that leaves first. */
START_TEST(taken_down_at_once) {
    model m;
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device);
    trm_gl_span span;
    model_open(&m, &(trm_buffer_desc){.nitems = 900, .format = "u4"}, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    lose_and_restore(device);
    if (_i == 1) {
        ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
        trm_stream_destroy(stream);
    }
    if (_i == 2) {
        trm_device_lost(device);
    }
    trm_device_destroy(device);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers] + spy.calls[SPY_DeleteSync], 0);
    ck_assert(trm_buffer_pending(m.buffer));
    device = harness_device(NULL);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-restore-remains");
    TCase *tcase = tcase_create("remains");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, an_open_write, 0, 2);
    tcase_add_loop_test(tcase, an_open_write_that_nobody_ends, 0, 2);
    tcase_add_test(tcase, an_open_write_of_the_only_region);
    tcase_add_loop_test(tcase, ways_to_end_a_write, 0, 8);
    tcase_add_test(tcase, reads_of_the_old_context);
    tcase_add_test(tcase, streams);
    tcase_add_test(tcase, a_stream_beyond_the_budget);
    tcase_add_test(tcase, nothing_is_in_flight);
    tcase_add_test(tcase, an_added_fence);
    tcase_add_loop_test(tcase, memory_in_flight, 0, 2);
    tcase_add_loop_test(tcase, taken_down_at_once, 0, 3);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
