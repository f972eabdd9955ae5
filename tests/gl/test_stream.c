/* Streams: slices that live a frame, in memory that comes round when the GPU is done with it. */
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/random.h"

#define SHARE 4096 /* bytes a frame */

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static trm_stream *open_stream(trm_device *device, size_t nbytes, uint32_t usage) {
    trm_stream *stream;
    const trm_stream_desc desc = {.nbytes = nbytes, .usage = usage, .label = "brook"};
    ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_OK);
    return stream;
}

static trm_gl_slice take(trm_stream *stream, size_t nbytes, size_t alignment) {
    trm_gl_slice slice;
    ck_assert_int_eq(trm_gl_stream_alloc(stream, nbytes, alignment, &slice), TRM_OK);
    ck_assert_ptr_nonnull(slice.pointer);
    ck_assert_uint_ne(slice.object, 0);
    ck_assert_uint_eq(slice.nbytes, nbytes);
    ck_assert(alignment == 0 || slice.offset % alignment == 0);
    return slice;
}

static void flush(trm_stream *stream) {
    ck_assert_int_eq(trm_stream_flush(stream), TRM_OK);
}

static harness_draw issue(const trm_gl_slice *slice) {
    return harness_issue(HARNESS_TEXEL,
        &(trm_gl_span){.object = slice->object, .offset = slice->offset, .nbytes = slice->nbytes});
}

static void assert_filled(harness_draw draw, int value, size_t nbytes) {
    static uint8_t seen[1 << 16], expected[1 << 16];
    ck_assert_uint_le(nbytes, sizeof seen);
    harness_fetch(draw, seen);
    memset(expected, value, nbytes);
    ck_assert_mem_eq(seen, expected, nbytes);
}

static void end_frame(trm_device *device) {
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    harness_end_frame();
}

/* Frames of slices of all sizes, flushed one by one or together, drawn late. With its share a frame
 * never waits. */
START_TEST(paced_frames) {
    enum { FRAMES = 60, MOST = 8 };
    static const uint32_t usages[] = {0, TRM_USAGE_TEXEL, TRM_USAGE_UNIFORM | TRM_USAGE_TEXEL};
    harness_draw draws[FRAMES][MOST] = {{0}};
    size_t sizes[FRAMES][MOST], total = 0;
    random_state dice = {(uint64_t)_i + 7};
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device, 16 * SHARE, usages[_i % 3]);
    for (int frame = 0; frame < FRAMES; frame++) {
        const bool together = random_below(&dice, 2);
        size_t count = random_below(&dice, MOST + 1);
        trm_gl_slice slices[MOST];
        harness_keep_busy();
        for (size_t i = 0; i < count; i++) {
            sizes[frame][i] = 1 + random_below(&dice, 2 * SHARE - 256);
            slices[i] =
                take(stream, sizes[frame][i], _i % 3 == 0 || random_below(&dice, 2) ? 0 : 512);
            total += sizes[frame][i];
            memset(slices[i].pointer, frame * MOST + (int)i, sizes[frame][i]);
            if (!together) {
                flush(stream);
                draws[frame][i] = issue(&slices[i]);
            }
        }
        flush(stream);
        for (size_t i = 0; i < count && together; i++) {
            draws[frame][i] = issue(&slices[i]);
        }
        end_frame(device);
        for (int i = 0; i < MOST && frame >= HARNESS_FRAMES_IN_FLIGHT; i++) {
            const int past = frame - HARNESS_FRAMES_IN_FLIGHT;
            if (draws[past][i] != 0) {
                assert_filled(draws[past][i], past * MOST + i, sizes[past][i]);
            }
        }
    }
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert_uint_eq(get_stats(device).streamed_nbytes, total);
    ck_assert_uint_ge(get_stats(device).flushed_nbytes, harness_flushes(total));
    ck_assert_uint_eq(spy.calls[SPY_CreateBuffers], 1);
    harness_finish();
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}
END_TEST

/* A frame has its whole share whatever the frames before it used. */
START_TEST(a_share_is_always_there) {
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device, SHARE, TRM_USAGE_TEXEL);
    for (int frame = 0; frame < 20; frame++) {
        harness_keep_busy();
        for (int i = frame % 7 == 0; i < 2; i++) {
            const trm_gl_slice slice = take(stream, SHARE / 2, 0);
            memset(slice.pointer, frame, SHARE / 2);
            flush(stream);
            const harness_draw draw = issue(&slice);
            if (frame % 7 == 6) {
                assert_filled(draw, frame, SHARE / 2);
            }
        }
        end_frame(device);
    }
    ck_assert_uint_eq(get_stats(device).waits, 0);
    harness_finish();
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}
END_TEST

/* Whether a slice fits does not depend on where in the object the frame's share happens to be. */
START_TEST(the_same_in_every_frame) {
    static const struct {
        size_t nbytes, alignment;
        trm_result result;
    } rows[] = {
        {2500, 3072, TRM_ERROR_BUDGET}, /* fits in two of the three regions */
        {SHARE - 6, 12, TRM_ERROR_BUDGET},
        {1, SIZE_MAX, TRM_ERROR_BUDGET},
        {1024, 3072, TRM_OK},
        {SHARE - 11, 12, TRM_OK}, /* whatever has to be skipped */
        {SHARE, SHARE, TRM_OK},
        {SHARE, 1, TRM_OK},
    };
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device, SHARE, TRM_USAGE_VERTEX);
    for (int frame = 0; frame < 7; frame++) {
        trm_gl_slice slice;
        ck_assert_int_eq(trm_gl_stream_alloc(stream, rows[_i].nbytes, rows[_i].alignment, &slice),
            rows[_i].result);
        if (rows[_i].result != TRM_OK) {
            take(stream, 1, 1);
            ck_assert_int_eq(
                trm_gl_stream_alloc(stream, rows[_i].nbytes, rows[_i].alignment, &slice),
                rows[_i].result);
        }
        end_frame(device);
    }
    harness_finish();
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}
END_TEST

/* The object: room for every region, mapped for writing, labelled, counted; offsets as the usage
 * asks for. */
START_TEST(what_it_is_made_of) {
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device, 1000, TRM_USAGE_UNIFORM);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, (uint64_t)spy.storage_nbytes);
    ck_assert_int_eq(spy.storage_nbytes % 3, 0);
    ck_assert_int_ge(spy.storage_nbytes, 3000);
    ck_assert_uint_eq(
        spy.storage_flags & ~(GLbitfield)GL_CLIENT_STORAGE_BIT, harness_upload_storage());
    ck_assert_uint_eq(spy.map_access, harness_upload_access());
    GLint alignment;
    harness_gl()->GetIntegerv(GL_UNIFORM_BUFFER_OFFSET_ALIGNMENT, &alignment);
    const trm_gl_slice first = take(stream, 10, 0), second = take(stream, 10, 0);
    ck_assert_uint_eq(first.offset % (size_t)alignment, 0);
    ck_assert_uint_eq(second.offset % (size_t)alignment, 0);
    ck_assert_uint_ge(second.offset, first.offset + 10);
    ck_assert_uint_eq(take(stream, 3, 1).offset, second.offset + 10);
    ck_assert_uint_eq(take(stream, 12, 12).offset % 12, 0);
    ck_assert_int_eq((unsigned char *)second.pointer - (unsigned char *)first.pointer,
        (ptrdiff_t)(second.offset - first.offset));
    char label[16] = "";
    harness_gl()->GetObjectLabel(GL_BUFFER, first.object, sizeof label, NULL, label);
    ck_assert_str_eq(label, "brook");
    trm_stream_destroy(stream);
    end_frame(device);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, 0);
    ck_assert_uint_eq(get_stats(device).host_nbytes, 0);
    trm_device_destroy(device);
}
END_TEST

/* Only what is new is flushed. */
START_TEST(flushes_are_exact) {
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device, SHARE, TRM_USAGE_VERTEX);
    flush(stream);
    ck_assert_uint_eq(spy.calls[SPY_FlushMappedNamedBufferRange], 0);
    memset(take(stream, 100, 1).pointer, 1, 100);
    flush(stream);
    ck_assert_uint_eq(spy.flushed_nbytes, harness_flushes(100));
    flush(stream);
    ck_assert_uint_eq(spy.calls[SPY_FlushMappedNamedBufferRange], harness_flushes(1));
    memset(take(stream, 30, 1).pointer, 2, 30);
    memset(take(stream, 20, 1).pointer, 2, 20);
    flush(stream);
    ck_assert_uint_eq(spy.calls[SPY_FlushMappedNamedBufferRange], harness_flushes(2));
    ck_assert_uint_eq(spy.flushed_nbytes, harness_flushes(150));
    ck_assert_uint_eq(get_stats(device).flushes, harness_flushes(2));
    /* A slice that was never flushed is over with its frame. */
    take(stream, 500, 1);
    end_frame(device);
    flush(stream);
    ck_assert_uint_eq(spy.flushed_nbytes, harness_flushes(150));
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}
END_TEST

/* More than its share: the frame goes on in the others' regions, waits for them, and has them all
 * in the end. */
START_TEST(more_than_a_share) {
    harness_draw draws[4];
    trm_gl_slice slice;
    trm_device *device = harness_device(&(trm_device_desc){.wait_timeout_ns = 1000000});
    trm_stream *stream = open_stream(device, SHARE, TRM_USAGE_TEXEL);
    for (int i = 0; i < 3; i++) {
        slice = take(stream, SHARE, 0);
        memset(slice.pointer, i, SHARE);
        flush(stream);
        draws[i] = issue(&slice);
    }
    ck_assert_int_eq(trm_gl_stream_alloc(stream, 1, 0, &slice), TRM_ERROR_FRAME_OPEN);
    ck_assert_str_eq(harness_last_message()->rule, "frame.open");
    ck_assert_str_eq(harness_last_message()->label, "brook");
    ck_assert_ptr_null(slice.pointer);
    ck_assert_uint_eq(slice.object + slice.nbytes, 0);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    spy.wait = SPY_WAIT_TIMEOUT;
    ck_assert_int_eq(trm_gl_stream_alloc(stream, 1, 0, &slice), TRM_ERROR_TIMEOUT);
    ck_assert_str_eq(harness_last_message()->rule, "wait.timeout");
    ck_assert_str_eq(harness_last_message()->label, "brook");
    spy.wait = SPY_WAIT_REAL;
    if (!harness_is_strict()) { /* whose time is not the clock's */
        harness_finish();
    }
    slice = take(stream, 100, 0);
    memset(slice.pointer, 3, 100);
    flush(stream);
    draws[3] = issue(&slice);
    for (int i = 0; i < 4; i++) {
        assert_filled(draws[i], i, i < 3 ? SHARE : 100);
    }
    ck_assert_uint_gt(get_stats(device).waits, 0);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}
END_TEST

/* Written after a further region was taken, flushed together. */
START_TEST(two_regions_in_one_flush) {
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device, SHARE, TRM_USAGE_TEXEL);
    for (int round = 0; round < 5; round++) {
        const trm_gl_slice one = take(stream, 3000, 0), two = take(stream, 3000, 0);
        memset(two.pointer, 2, 3000);
        memset(one.pointer, 1, 3000);
        flush(stream);
        assert_filled(issue(&one), 1, 3000);
        assert_filled(issue(&two), 2, 3000);
        end_frame(device);
    }
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}
END_TEST

/* Destroyed while draws are in flight, or still to be issued in the open frame. */
START_TEST(destroyed_in_flight) {
    trm_device *device = harness_device(NULL);
    trm_stream *stream = open_stream(device, SHARE, TRM_USAGE_TEXEL);
    harness_draw draws[2];
    harness_keep_busy();
    const trm_gl_slice slice = take(stream, 1000, 0);
    memset(slice.pointer, 9, 1000);
    flush(stream);
    draws[0] = issue(&slice);
    if (_i == 1) {
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    trm_stream_destroy(stream);
    ck_assert_uint_gt(get_stats(device).retired_nbytes, 0);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 0);
    if (_i == 0) {
        draws[1] = issue(&slice);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        assert_filled(draws[1], 9, 1000);
    }
    assert_filled(draws[0], 9, 1000);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 1);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, 0);
    trm_stream_destroy(NULL);
    trm_device_destroy(device);
}
END_TEST

/* Several, destroyed in any order; the device takes what is left with itself. */
START_TEST(several_streams) {
    enum { COUNT = 5 };
    trm_stream *streams[COUNT];
    trm_device *device = harness_device(NULL);
    for (int i = 0; i < COUNT; i++) {
        streams[i] = open_stream(device, SHARE, TRM_USAGE_TEXEL);
    }
    for (int i = 0; i < COUNT; i++) {
        const trm_gl_slice slice = take(streams[i], 100, 0);
        memset(slice.pointer, i, 100);
        flush(streams[i]);
        assert_filled(issue(&slice), i, 100);
    }
    trm_stream_destroy(streams[2]);
    end_frame(device);
    trm_stream_destroy(streams[0]);
    trm_stream_destroy(streams[4]);
    if (_i == 1) {
        harness_expect_remains();
        trm_device_lost(device);
        gl_spy_reset_counts();
        trm_gl_slice slice;
        ck_assert_int_eq(trm_gl_stream_alloc(streams[1], 1, 0, &slice), TRM_ERROR_DEVICE_LOST);
        ck_assert_int_eq(trm_stream_flush(streams[1]), TRM_ERROR_DEVICE_LOST);
        const trm_stream_desc desc = {.nbytes = 1};
        ck_assert_int_eq(trm_stream_create(device, &desc, &streams[0]), TRM_ERROR_DEVICE_LOST);
        ck_assert_ptr_null(streams[0]);
        trm_stream_destroy(streams[3]);
    }
    trm_device_destroy(device);
    ck_assert(_i == 0 || gl_spy_total() == 0);
}
END_TEST

START_TEST(what_is_refused) {
    trm_stream *stream = (trm_stream *)(void *)&spy;
    trm_gl_slice slice;
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = 1 << 20});
    trm_stream_desc desc = {.nbytes = 100, .label = "brook"};
    ck_assert_int_eq(trm_stream_create(NULL, &desc, &stream), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(stream);
    ck_assert_int_eq(trm_stream_create(device, NULL, &stream), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_stream_create(device, &desc, NULL), TRM_ERROR_INVALID_ARGUMENT);
    desc.nbytes = 0;
    ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "stream.empty");
    desc = (trm_stream_desc){.nbytes = 100, .usage = 0x80000000, .label = "brook"};
    ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "buffer.usage");
    desc = (trm_stream_desc){.nbytes = SIZE_MAX, .label = "brook"};
    ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert_str_eq(harness_last_message()->rule, "attach.size");
    desc.nbytes = 1 << 20;
    ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_ERROR_BUDGET);
    ck_assert_str_eq(harness_last_message()->rule, "attach.budget");
    ck_assert_str_eq(harness_last_message()->label, "brook");
    ck_assert_ptr_null(stream);
    stream = open_stream(device, SHARE, TRM_USAGE_VERTEX);
    ck_assert_int_eq(trm_gl_stream_alloc(NULL, 1, 0, &slice), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_gl_stream_alloc(stream, 1, 0, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_gl_stream_alloc(stream, 0, 0, &slice), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "stream.empty");
    static const size_t large[][2] = {{SHARE + 1, 0}, {SIZE_MAX, 1}, {1, SIZE_MAX}, {4000, 5000}};
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        take(stream, 1, 1);
        slice.pointer = &spy;
        ck_assert_int_eq(
            trm_gl_stream_alloc(stream, large[i][0], large[i][1], &slice), TRM_ERROR_BUDGET);
        ck_assert_str_eq(harness_last_message()->rule, "stream.size");
        ck_assert_str_eq(harness_last_message()->label, "brook");
        ck_assert_ptr_null(slice.pointer);
    }
    ck_assert_int_eq(trm_stream_flush(NULL), TRM_ERROR_INVALID_ARGUMENT);
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}
END_TEST

static size_t allocations_left;

static void *allocate(void *user, size_t nbytes) {
    (void)user;
    return allocations_left > 0 && allocations_left-- > 0 ? malloc(nbytes) : NULL;
}

static void release(void *user, void *memory, size_t nbytes) {
    (void)user;
    (void)nbytes;
    free(memory);
}

START_TEST(no_memory) {
    static const gl_spy_function failing[] = {
        SPY_CreateBuffers, SPY_NamedBufferStorage, SPY_MapNamedBufferRange};
    const trm_stream_desc desc = {.nbytes = 100, .label = "brook"};
    trm_stream *stream;
    allocations_left = SIZE_MAX;
    trm_device *device =
        harness_device(&(trm_device_desc){.allocator = {.allocate = allocate, .release = release}});
    for (size_t i = 0; i < 3; i++) {
        spy.fail[failing[i]] = 1;
        ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
        ck_assert_str_eq(harness_last_message()->rule, "attach.out-of-device-memory");
        ck_assert_str_eq(harness_last_message()->label, "brook");
        ck_assert_ptr_null(stream);
    }
    for (size_t i = 0; i < 2; i++) {
        allocations_left = i;
        ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_ERROR_OUT_OF_MEMORY);
        ck_assert_str_eq(harness_last_message()->rule, "device.out-of-memory");
        ck_assert_str_eq(harness_last_message()->label, "brook");
        ck_assert_ptr_null(stream);
    }
    ck_assert_uint_eq(get_stats(device).mapped_nbytes + get_stats(device).host_nbytes, 0);
    spy.error = GL_CONTEXT_LOST;
    spy.fail[SPY_CreateBuffers] = 1;
    allocations_left = SIZE_MAX;
    ck_assert_int_eq(trm_stream_create(device, &desc, &stream), TRM_ERROR_DEVICE_LOST);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-stream");
    TCase *tcase = tcase_create("stream");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, paced_frames, 0, 6);
    tcase_add_test(tcase, a_share_is_always_there);
    tcase_add_loop_test(tcase, the_same_in_every_frame, 0, 7);
    tcase_add_test(tcase, what_it_is_made_of);
    tcase_add_test(tcase, flushes_are_exact);
    tcase_add_test(tcase, more_than_a_share);
    tcase_add_test(tcase, two_regions_in_one_flush);
    tcase_add_loop_test(tcase, destroyed_in_flight, 0, 2);
    tcase_add_loop_test(tcase, several_streams, 0, 2);
    tcase_add_test(tcase, what_is_refused);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_STREAM);
    return harness_main(&suite, 1);
}
