/* In-place writes: through the ring and into regions, in order with everything else. */
#include <pthread.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/gl_writer.h"
#include "support/model.h"
#include "support/writing.h"

/* Random pieces written in part, with bytes sent and edits of another buffer between, begin and end
 * far apart; drawn while the GPU lags. _i: scatter or not, ample ring or not. */
START_TEST(random_writes) {
    enum { ITEMS = 5000, ITEM = 6, NBYTES = ITEMS * ITEM, FRAMES = 40 };
    static uint8_t content[NBYTES], expected[HARNESS_FRAMES_IN_FLIGHT + 1][NBYTES];
    harness_draw draws[HARNESS_FRAMES_IN_FLIGHT + 1] = {0};
    random_state dice = {(uint64_t)_i + 31};
    model other;
    trm_device *device =
        writing_device(_i < 2 ? 0 : 40000, _i % 2 ? TRM_GL_SCATTER_ALWAYS : TRM_GL_SCATTER_NEVER);
    trm_buffer *buffer = writing_buffer(ITEMS, "3xu2", TRM_PLACEMENT_AUTO, 0);
    model_open_placed(
        &other, &(trm_buffer_desc){.nitems = 4000, .format = "4xu1"}, TRM_PLACEMENT_DEVICE, 5);
    memset(content, 0, NBYTES);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        const size_t slot = frame % (HARNESS_FRAMES_IN_FLIGHT + 1);
        if (draws[slot] != 0) {
            writing_assert_read(draws[slot], expected[slot], NBYTES);
        }
        harness_keep_busy();
        for (size_t i = 1 + random_below(&dice, 4); i > 0; i--) {
            const size_t first = random_below(&dice, ITEMS);
            const size_t size = 1 + random_below(&dice, ITEMS - first);
            const size_t written = random_below(&dice, size + 1);
            if (random_below(&dice, 3) == 0) {
                writing_send(buffer, first, size, (int)i);
                memset(content + first * ITEM, (int)i, size); /* in bytes */
            }
            unsigned char *target = writing_begin(device, buffer, first, size);
            model_edit_range(&other, random_below(&dice, 3950), 50);
            for (size_t byte = 0; byte < size * ITEM; byte++) {
                target[byte] = (unsigned char)(frame * 7 + i + byte);
            }
            if (random_below(&dice, 2) == 0) {
                ck_assert_int_eq(trm_device_sync(device), TRM_OK);
            }
            memcpy(content + first * ITEM, target, written * ITEM);
            writing_end(device, buffer, written);
        }
        trm_gl_span span;
        memcpy(expected[slot], content, NBYTES);
        draws[slot] = writing_issue(device, buffer);
        ck_assert_int_eq(trm_gl_acquire(device, other.buffer, &span), TRM_OK);
        model_draw draw = model_issue(&other, HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
        ck_assert(model_check(&draw));
    }
    ck_assert(_i >= 2 || writing_stats(device).waits == 0);
    harness_finish();
    model_close(&other);
    writing_close(device, buffer);
}
END_TEST

/* Every frame a whole new content in a region of its own; draws in flight keep theirs, and so do
 * draws between begin and end. Nothing ever waits. */
START_TEST(mapped_writes_take_turns) {
    enum { NBYTES = 3000, FRAMES = 30 };
    static uint8_t expected[FRAMES][NBYTES];
    harness_draw draws[FRAMES], between = 0;
    trm_device *device = harness_device(NULL);
    trm_buffer *buffer = writing_bytes(NBYTES, TRM_PLACEMENT_MAPPED);
    for (int frame = 0; frame < FRAMES; frame++) {
        if (frame % 5 == 0) { /* also when the current region could be had */
            ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
        }
        harness_keep_busy();
        unsigned char *target = writing_begin(device, buffer, 0, TRM_WHOLE);
        memset(target, 0xcc, NBYTES / 2);
        if (frame > 0) {
            between = writing_issue(device, buffer);
        }
        for (int i = 0; i < NBYTES; i++) {
            target[i] = expected[frame][i] = (uint8_t)(frame * 13 + i * 7);
        }
        writing_end(device, buffer, NBYTES);
        draws[frame] = writing_issue(device, buffer);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
        if (frame > 0) {
            writing_assert_read(between, expected[frame - 1], NBYTES);
        }
        if (frame >= HARNESS_FRAMES_IN_FLIGHT) {
            writing_assert_read(draws[frame - HARNESS_FRAMES_IN_FLIGHT],
                expected[frame - HARNESS_FRAMES_IN_FLIGHT], NBYTES);
        }
    }
    const trm_stats stats = writing_stats(device);
    ck_assert_uint_eq(stats.waits, 0);
    ck_assert_uint_eq(stats.staging_nbytes, 0);
    ck_assert_uint_eq(stats.copied_nbytes, FRAMES * NBYTES);
    ck_assert_uint_eq(stats.flushed_nbytes, harness_flushes(FRAMES * NBYTES));
    ck_assert_uint_eq(stats.flushes, harness_flushes(FRAMES));
    harness_finish();
    writing_close(device, buffer);
}
END_TEST

/* What is sent meanwhile goes into another region than the one that is being written. */
START_TEST(mapped_sends_meanwhile) {
    uint8_t expected[3][100];
    harness_draw draws[3];
    trm_device *device = harness_device(NULL);
    trm_buffer *buffer = writing_bytes(100, TRM_PLACEMENT_MAPPED);
    for (int i = 0; i < 3; i++) {
        memset(expected[i], i + 1, 100);
    }
    writing_put(device, buffer, 0, 100, 1);
    draws[0] = writing_issue(device, buffer); /* takes the region that is current */
    unsigned char *target = writing_begin(device, buffer, 0, 100);
    memset(target, 3, 100);
    writing_send(buffer, 0, 100, 2);
    draws[1] = writing_issue(device, buffer);
    writing_end(device, buffer, 100);
    draws[2] = writing_issue(device, buffer);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    for (int i = 0; i < 3; i++) {
        writing_assert_read(draws[i], expected[i], 100);
    }
    writing_close(device, buffer);
}
END_TEST

/* A write that nobody draws from costs no region; those of the open frame do. */
START_TEST(mapped_regions_run_out) {
    void *pointer = &spy;
    uint8_t expected[100];
    trm_device *device = harness_device(&(trm_device_desc){.wait_timeout_ns = 1000000});
    trm_buffer *buffer = writing_bytes(100, TRM_PLACEMENT_MAPPED);
    for (int i = 0; i < 10; i++) {
        writing_put(device, buffer, 0, 100, i);
    }
    for (int i = 0; i < 3; i++) {
        writing_put(device, buffer, 0, 100, i);
        writing_issue(device, buffer);
    }
    writing_assert_rule(trm_device_write_begin(device, buffer, 0, 100, &pointer),
        TRM_ERROR_FRAME_OPEN, "frame.open");
    ck_assert_ptr_null(pointer);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    spy.wait = SPY_WAIT_TIMEOUT;
    writing_assert_rule(trm_device_write_begin(device, buffer, 0, 100, &pointer), TRM_ERROR_TIMEOUT,
        "wait.timeout");
    spy.wait = SPY_WAIT_REAL;
    if (!harness_is_strict()) { /* whose time is not the clock's */
        harness_finish();
    }
    memset(expected, 2, sizeof expected);
    writing_assert_content(device, buffer, expected);
    writing_put(device, buffer, 0, 100, 9); /* waits */
    memset(expected, 9, sizeof expected);
    writing_assert_content(device, buffer, expected);
    ck_assert_uint_gt(writing_stats(device).waits, 0);
    writing_close(device, buffer);
}
END_TEST

/* With one region there is nothing to draw from meanwhile, and nothing is uploaded into it. */
START_TEST(a_single_region) {
    uint8_t expected[100];
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.region_count = 1});
    trm_buffer *buffer = writing_bytes(100, TRM_PLACEMENT_MAPPED);
    for (int i = 0; i < 4; i++) {
        unsigned char *target = writing_begin(device, buffer, 0, 100);
        writing_send(buffer, 0, 100, 77);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        writing_assert_rule(
            trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE, "acquire.empty");
        memset(target, i, 100);
        writing_end(device, buffer, 100);
        memset(expected, i, 100);
        writing_assert_content(device, buffer, expected);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    writing_begin(device, buffer, 0, 100);
    writing_end(device, buffer, 0);
    writing_assert_rule(trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE, "acquire.empty");
    writing_send(buffer, 0, 100, 78);
    memset(expected, 78, 100);
    writing_assert_content(device, buffer, expected);
    writing_close(device, buffer);
}
END_TEST

static struct {
    unsigned count;
    trm_copy_event last;
} heard;

static void hear(void *user, const trm_copy_event *event) {
    (void)user;
    heard.count++;
    heard.last = *event;
}

/* Exactly the bytes written are flushed and moved, by one copy; the rest keeps its value. */
START_TEST(only_written_bytes_move) {
    uint32_t expected[1000] = {0};
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .scatter = TRM_GL_SCATTER_ALWAYS, .device = {.on_copy = hear, .label = "raft"}});
    trm_buffer *buffer = writing_buffer(1000, "u4", TRM_PLACEMENT_DEVICE, 0);
    const uint64_t revision = trm_buffer_revision(buffer);
    for (uint32_t round = 0; round < 3; round++) {
        uint32_t *target = (uint32_t *)(void *)writing_begin(device, buffer, 100 * round, 500);
        const trm_stats before = writing_stats(device);
        gl_spy_reset_counts();
        for (uint32_t i = 0; i < 500; i++) {
            target[i] = i < 300 ? (expected[100 * round + i] = 1000 * round + i) : 0xffffffff;
        }
        heard.count = 0;
        writing_end(device, buffer, 300);
        const trm_stats after = writing_stats(device);
        ck_assert_uint_eq(spy.flushed_nbytes, harness_flushes(1200));
        ck_assert_uint_eq(spy.transferred_nbytes, 1200);
        ck_assert_uint_eq(spy.calls[SPY_FlushMappedNamedBufferRange], harness_flushes(1));
        ck_assert_uint_eq(spy.calls[SPY_CopyNamedBufferSubData], 1);
        ck_assert_uint_eq(after.copied_nbytes - before.copied_nbytes, 1200);
        ck_assert_uint_eq(after.marked_nbytes - before.marked_nbytes, 1200);
        ck_assert_uint_eq(after.flushed_nbytes - before.flushed_nbytes, harness_flushes(1200));
        ck_assert_uint_eq(after.transfers - before.transfers, 1);
        ck_assert_uint_eq(after.uploads - before.uploads, 1);
        ck_assert_uint_lt(after.staging_used_nbytes, before.staging_used_nbytes);
        ck_assert_uint_eq(heard.count, 1);
        ck_assert_ptr_eq(heard.last.buffer, buffer);
        ck_assert_uint_eq(heard.last.offset, 100 * round);
        ck_assert_uint_eq(heard.last.size, 300);
        writing_assert_content(device, buffer, expected);
    }
    ck_assert_uint_ne(trm_buffer_revision(buffer), revision);
    writing_close(device, buffer);
}
END_TEST

/* While a write is open others flush their own bytes and no more; and a buffer may leave right
 * after its write, whose copy is still to come. */
START_TEST(between_begin_and_end) {
    uint8_t expected[2048];
    trm_device *device = writing_small_device();
    trm_buffer *buffer = writing_bytes(sizeof expected, TRM_PLACEMENT_DEVICE);
    trm_buffer *other = writing_bytes(1024, TRM_PLACEMENT_DEVICE);
    unsigned char *target = writing_begin(device, buffer, 0, TRM_WHOLE);
    gl_spy_reset_counts();
    writing_send(other, 0, 1024, 1);
    writing_issue(device, other);
    writing_put(device, other, 100, 500, 2);
    ck_assert_uint_eq(spy.flushed_nbytes, harness_flushes(1524));
    ck_assert_uint_eq(spy.transferred_nbytes, 1524);
    memset(target, 3, sizeof expected);
    writing_end(device, buffer, sizeof expected);
    ck_assert_uint_eq(spy.flushed_nbytes, harness_flushes(3572));
    gl_spy_reset_counts();
    ck_assert_int_eq(trm_device_detach(device, buffer), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 0);
    ck_assert_uint_eq(writing_stats(device).retired_nbytes, sizeof expected);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 1);
    ck_assert_int_eq(trm_buffer_destroy(other), TRM_OK);
    writing_close(device, buffer);
}
END_TEST

/* As much as the ring has, wherever its head is. */
START_TEST(the_whole_ring) {
    static uint8_t expected[WRITING_RING + 64];
    trm_device *device = writing_small_device();
    trm_buffer *buffer = writing_bytes(sizeof expected, TRM_PLACEMENT_DEVICE);
    for (int i = 0; i < 6; i++) {
        const size_t odd = 100 + 1000 * (size_t)i;
        writing_put(device, buffer, 0, odd, 40 + i); /* the head is elsewhere now */
        memset(expected, 40 + i, odd);
        if (i % 2) {
            ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        }
        writing_put(device, buffer, 17, WRITING_RING, i);
        memset(expected + 17, i, WRITING_RING);
        writing_assert_content(device, buffer, expected);
        ck_assert_uint_eq(writing_stats(device).staging_nbytes, WRITING_RING);
    }
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    writing_close(device, buffer);
}
END_TEST

/* An open write holds its place: fences that pass meanwhile do not free it, and what comes after it
 * does not overwrite it, neither before nor after it is closed. */
START_TEST(the_ring_does_not_run_over_a_write) {
    static uint8_t expected[6000], others[3000];
    trm_device *device = writing_small_device();
    trm_buffer *buffer = writing_bytes(sizeof expected, TRM_PLACEMENT_DEVICE);
    trm_buffer *other = writing_bytes(sizeof others, TRM_PLACEMENT_DEVICE);
    ck_assert_int_eq(trm_device_attach(device, other), TRM_OK);
    for (int round = 0; round < 8; round++) {
        const size_t ahead = 500 * (size_t)round;
        if (ahead) {
            writing_send(other, 0, ahead < 3000 ? ahead : 3000, 1);
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        }
        unsigned char *target = writing_begin(device, buffer, 0, 2000);
        memset(target, 60 + round, 2000);
        trm_result result = TRM_OK;
        int laps = 0;
        while (result == TRM_OK && laps < 20) {
            writing_send(other, 0, 3000, laps++);
            result = trm_device_sync(device);
        }
        ck_assert_int_eq(result, TRM_ERROR_FRAME_OPEN);
        ck_assert_str_eq(harness_last_message()->rule, "frame.open");
        writing_end(device, buffer, 2000);
        const harness_draw draw = writing_issue(device, buffer);
        for (int i = 0; i < 10; i++) { /* the copy out of the ring may still be on its way */
            writing_send(other, 0, 3000, 100 + i);
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        }
        memset(expected, 60 + round, 2000);
        writing_assert_read(draw, expected, sizeof expected);
        memset(others, 109, sizeof others);
        writing_assert_content(device, other, others);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    ck_assert_int_eq(trm_buffer_destroy(other), TRM_OK);
    writing_close(device, buffer);
}
END_TEST

/* Several open at once, closed in any order, one dropped: each has its own bytes, and the ring is
 * free again afterwards. */
START_TEST(several_writes_at_once) {
    enum { COUNT = 4 };
    static const int orders[][COUNT] = {{0, 1, 2, 3}, {3, 2, 1, 0}, {2, 0, 3, 1}};
    static uint8_t expected[COUNT][2500];
    trm_buffer *buffers[COUNT];
    unsigned char *targets[COUNT];
    trm_device *device = writing_small_device();
    for (size_t i = 0; i < COUNT; i++) {
        buffers[i] = writing_bytes(sizeof expected[i], TRM_PLACEMENT_DEVICE);
        writing_send(buffers[i], 0, sizeof expected[i], 0);
        writing_assert_content(device, buffers[i], expected[i]);
    }
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    for (int round = 0; round < 9; round++) {
        const int *order = orders[round % 3];
        for (size_t i = 0; i < COUNT; i++) {
            targets[i] = writing_begin(device, buffers[i], 100 * i, 2000);
        }
        for (size_t i = 0; i < COUNT; i++) {
            memset(targets[i], 10 * round + (int)i, 2000);
        }
        for (int i = 0; i < COUNT; i++) {
            const int n = order[i];
            const bool dropped = (n + round) % COUNT == 0;
            writing_end(device, buffers[n], dropped ? 0 : 1500);
            memset(expected[n] + 100 * n, 10 * round + n, dropped ? 0 : 1500);
            if (dropped) {
                continue;
            }
            writing_assert_content(device, buffers[n], expected[n]);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    trm_buffer *large = writing_bytes(WRITING_RING, TRM_PLACEMENT_DEVICE);
    writing_put(device, large, 0, WRITING_RING, 3);
    ck_assert_int_eq(trm_buffer_destroy(large), TRM_OK);
    for (size_t i = 0; i < COUNT; i++) {
        writing_assert_content(device, buffers[i], expected[i]);
        ck_assert_int_eq(trm_buffer_destroy(buffers[i]), TRM_OK);
    }
    trm_device_destroy(device);
}
END_TEST

/* What is sent before the end loses, what is sent after it wins; also while the write holds all of
 * the ring. _i: placement. */
START_TEST(order_with_sends) {
    enum { NBYTES = WRITING_RING };
    static uint8_t expected[NBYTES];
    const bool mapped = _i == 1;
    trm_device *device = writing_small_device();
    trm_buffer *buffer =
        writing_bytes(NBYTES, mapped ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE);
    for (int round = 0; round < 4; round++) {
        writing_send(buffer, 0, NBYTES, 1);
        unsigned char *target = writing_begin(device, buffer, 0, NBYTES);
        memset(target, 2, NBYTES);
        for (size_t piece = 0; piece < 100; piece++) {
            writing_send(buffer, piece * 110, 70, 3);
        }
        const size_t written = mapped ? NBYTES : 9000;
        writing_end(device, buffer, written);
        memset(expected, 1, NBYTES);
        for (size_t piece = 0; piece < 100; piece++) {
            memset(expected + piece * 110, 3, 70);
        }
        memset(expected, 2, written);
        writing_assert_content(device, buffer, expected);
        if (!mapped) {
            writing_send(buffer, 10, 20, 4);
            memset(expected + 10, 4, 20);
            writing_assert_content(device, buffer, expected);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    writing_close(device, buffer);
}
END_TEST

/* A write that comes to nothing lets go of what was sent while it barred the upload. */
START_TEST(sends_wait_for_an_empty_write) {
    uint8_t expected[2000];
    const trm_device_desc desc = {.explicit_sync = true, .region_count = 1};
    trm_device *device = harness_device(&desc);
    trm_buffer *buffer = writing_bytes(sizeof expected, TRM_PLACEMENT_MAPPED);
    ck_assert_int_eq(trm_device_attach(device, buffer), TRM_OK);
    writing_begin(device, buffer, 0, TRM_WHOLE);
    writing_send(buffer, 0, sizeof expected, 7);
    memset(expected, 7, sizeof expected);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    writing_end(device, buffer, 0);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    writing_assert_content(device, buffer, expected);
    writing_close(device, buffer);
}
END_TEST

/* A shader writes, the CPU writes into its midst: a barrier stands between. */
START_TEST(over_what_a_shader_wrote) {
    enum { ITEMS = 2000 };
    GladGLContext *gl = harness_gl();
    static uint32_t expected[ITEMS];
    const GLuint program = gl_writer_program(gl);
    trm_device *device = writing_small_device();
    trm_buffer *buffer =
        writing_buffer(ITEMS, "u4", TRM_PLACEMENT_AUTO, TRM_USAGE_GPU_WRITE | TRM_USAGE_TEXEL);
    trm_gl_span span;
    ck_assert_uint_ne(program, 0);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    for (uint32_t round = 1; round <= 5; round++) {
        gl_writer_fill(gl, program, span.object, 10, 1500, 1000 * round);
        for (uint32_t i = 0; i < 1500; i++) {
            expected[10 + i] = 1000 * round + i;
        }
        uint32_t *target = (uint32_t *)(void *)writing_begin(device, buffer, 100 * round, 200);
        for (uint32_t i = 0; i < 200; i++) {
            target[i] = expected[100 * round + i] = 7 * i;
        }
        gl_spy_reset_counts();
        writing_end(device, buffer, 200);
        ck_assert_uint_ne(spy.barriers & GL_BUFFER_UPDATE_BARRIER_BIT, 0);
        gl->MemoryBarrier(GL_TEXTURE_FETCH_BARRIER_BIT); /* the application's own duty */
        writing_assert_content(device, buffer, expected);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    gl->DeleteProgram(program);
    writing_close(device, buffer);
}
END_TEST

typedef struct part {
    unsigned char *target;
    size_t nbytes;
    int value;
} part;

static void *fill_part(void *user) {
    const part *mine = user;
    memset(mine->target, mine->value, mine->nbytes);
    return NULL;
}

/* The pointer may be given to other threads. */
START_TEST(filled_by_threads) {
    enum { THREADS = 4, EACH = 2500 };
    uint8_t expected[THREADS * EACH];
    trm_device *device = writing_device(sizeof expected, TRM_GL_SCATTER_NEVER);
    trm_buffer *buffer =
        writing_bytes(sizeof expected, _i == 0 ? TRM_PLACEMENT_DEVICE : TRM_PLACEMENT_MAPPED);
    for (int round = 0; round < 5; round++) {
        pthread_t threads[THREADS];
        part parts[THREADS];
        unsigned char *target = writing_begin(device, buffer, 0, TRM_WHOLE);
        for (int i = 0; i < THREADS; i++) {
            parts[i] = (part){target + i * EACH, EACH, 16 * round + i};
            ck_assert_int_eq(pthread_create(&threads[i], NULL, fill_part, &parts[i]), 0);
            memset(expected + i * EACH, 16 * round + i, EACH);
        }
        for (int i = 0; i < THREADS; i++) {
            ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        }
        writing_end(device, buffer, sizeof expected);
        writing_assert_content(device, buffer, expected);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    writing_close(device, buffer);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-write");
    TCase *tcase = tcase_create("write");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, random_writes, 0, 4);
    tcase_add_test(tcase, mapped_writes_take_turns);
    tcase_add_test(tcase, mapped_sends_meanwhile);
    tcase_add_test(tcase, mapped_regions_run_out);
    tcase_add_test(tcase, a_single_region);
    tcase_add_test(tcase, only_written_bytes_move);
    tcase_add_test(tcase, between_begin_and_end);
    tcase_add_test(tcase, the_whole_ring);
    tcase_add_test(tcase, the_ring_does_not_run_over_a_write);
    tcase_add_test(tcase, several_writes_at_once);
    tcase_add_loop_test(tcase, order_with_sends, 0, 2);
    tcase_add_test(tcase, sends_wait_for_an_empty_write);
    tcase_add_test(tcase, over_what_a_shader_wrote);
    tcase_add_loop_test(tcase, filled_by_threads, 0, 2);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
