/* Reading back: the right bytes, some frames later, without a stall. */
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/gl_writer.h"
#include "support/harness.h"
#include "support/model.h"

#define ITEMS 3000

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static trm_read *start(trm_device *device, trm_buffer *buffer, size_t offset, size_t size) {
    trm_read *read = NULL;
    ck_assert_int_eq(trm_device_read_begin(device, buffer, offset, size, &read), TRM_OK);
    ck_assert_ptr_nonnull(read);
    return read;
}

static void acquire(trm_device *device, trm_buffer *buffer) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
}

/* The read is there, and right. */
static void finish(trm_read *read, const void *expected, size_t nbytes) {
    ck_assert_int_eq(trm_read_poll(read), TRM_OK);
    ck_assert_ptr_nonnull(trm_read_data(read));
    ck_assert_mem_eq(trm_read_data(read), expected, nbytes);
    trm_read_destroy(read);
}

/* Edits and reads in turn, polled while the GPU lags; each read shows what was there when it was
 * begun. _i: placement; the third time with edits that travel inside commands. */
START_TEST(paced_reads) {
    enum { FRAMES = 30, NBYTES = 4 * ITEMS };
    static uint8_t expected[FRAMES][NBYTES];
    trm_read *reads[FRAMES];
    size_t first[FRAMES], size[FRAMES];
    random_state dice = {(uint64_t)_i + 5};
    model m;
    harness_allow_inline(_i == 2);
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc how = {
        .nitems = ITEMS, .format = "4xu1", .usage = _i == 2 ? TRM_USAGE_TEXEL : 0};
    model_open_placed(&m, &how, _i == 0 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE, 3);
    for (int frame = 0; frame < FRAMES; frame++) {
        harness_keep_busy();
        model_edit_anything(&m);
        acquire(device, m.buffer);
        model_expect(&m, expected[frame]);
        first[frame] = random_below(&dice, ITEMS);
        size[frame] = 1 + random_below(&dice, ITEMS - first[frame]);
        reads[frame] = start(device, m.buffer, first[frame], size[frame]);
        ck_assert_int_eq(trm_read_poll(reads[frame]), TRM_NOT_READY);
        ck_assert_ptr_null(trm_read_data(reads[frame]));
        model_edit_full(&m); /* not in it, though uploaded before it is there */
        acquire(device, m.buffer);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
        if (frame >= HARNESS_FRAMES_IN_FLIGHT) {
            const int past = frame - HARNESS_FRAMES_IN_FLIGHT;
            finish(reads[past], expected[past] + 4 * first[past], 4 * size[past]);
        }
    }
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert_uint_eq(spy.wait_nonzero, 0);
    harness_finish();
    for (int past = FRAMES - HARNESS_FRAMES_IN_FLIGHT; past < FRAMES; past++) {
        finish(reads[past], expected[past] + 4 * first[past], 4 * size[past]);
    }
    model_close(&m);
    trm_device_destroy(device);
    harness_allow_inline(false);
}
END_TEST

/* A read without any draw keeps its region until the copy is over. */
START_TEST(a_read_alone_keeps_its_region) {
    uint8_t expected[4 * ITEMS];
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = ITEMS, .format = "4xu1"}, 3);
    acquire(device, m.buffer);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    model_expect(&m, expected);
    harness_keep_busy();
    trm_read *read = start(device, m.buffer, 0, TRM_WHOLE);
    for (int i = 0; i < 2; i++) {
        model_edit_full(&m);
        acquire(device, m.buffer);
    }
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    finish(read, expected, sizeof expected);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* What a shader wrote, again and again: barriers before the copy, between it and the next shader,
 * and before the fence. */
START_TEST(what_a_shader_wrote) {
    enum { ROUNDS = 6 };
    GladGLContext *gl = harness_gl();
    static uint32_t expected[ROUNDS][ITEMS];
    trm_read *reads[ROUNDS];
    trm_buffer *buffer;
    trm_gl_span span;
    const GLuint program = gl_writer_program(gl);
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc desc = {.nitems = ITEMS, .format = "u4", .usage = TRM_USAGE_GPU_WRITE};
    ck_assert_uint_ne(program, 0);
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    for (uint32_t round = 0; round < ROUNDS; round++) {
        gl_writer_fill(gl, program, span.object, 10 * round, 2000, 5000 * round);
        if (round > 0) {
            memcpy(expected[round], expected[round - 1], sizeof expected[round]);
        }
        for (uint32_t i = 0; i < 2000; i++) {
            expected[round][10 * round + i] = 5000 * round + i;
        }
        gl_spy_reset_counts();
        reads[round] = start(device, buffer, 0, TRM_WHOLE);
        ck_assert_uint_ne(spy.barriers & GL_BUFFER_UPDATE_BARRIER_BIT, 0);
        ck_assert_uint_ne(spy.barriers & GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT, 0);
        ck_assert_uint_ne(spy.barriers & GL_SHADER_STORAGE_BARRIER_BIT, 0);
        ck_assert_uint_ne(spy.barriers & GL_SHADER_IMAGE_ACCESS_BARRIER_BIT, 0);
        ck_assert_uint_ne(spy.barriers & GL_ATOMIC_COUNTER_BARRIER_BIT, 0);
        if (round % 2) {
            ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        }
    }
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    for (int round = 0; round < ROUNDS; round++) {
        finish(reads[round], expected[round], sizeof expected[round]);
    }
    gl->DeleteProgram(program);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* An edit brings its chunks back as the CPU has them, and nothing else: not even the gap between
 * two of them. */
START_TEST(edits_beside_what_a_shader_wrote) {
    GladGLContext *gl = harness_gl();
    static uint32_t data[ITEMS], expected[ITEMS];
    trm_buffer *buffer;
    trm_gl_span span;
    const size_t chunk = _i % 2 == 0 ? 1 : 4;
    const size_t edits = _i < 2 ? 3 : 100;
    const GLuint program = gl_writer_program(gl);
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc desc = {.data = data,
        .nitems = ITEMS,
        .format = "u4",
        .chunk_size = chunk,
        .usage = TRM_USAGE_STORAGE | TRM_USAGE_GPU_WRITE};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    gl_writer_fill(gl, program, span.object, span.offset / 4, ITEMS, 100);
    for (uint32_t i = 0; i < ITEMS; i++) {
        expected[i] = 100 + i;
    }
    for (size_t i = 0; i < edits; i++) {
        const size_t item = 4 * (2 * i) + 2;
        data[item] = 7;
        memcpy(expected + item / chunk * chunk, data + item / chunk * chunk, 4 * chunk);
        ck_assert_int_eq(trm_buffer_update_range(buffer, item, 1), TRM_OK);
    }
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    trm_read *read = start(device, buffer, 0, TRM_WHOLE);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    finish(read, expected, sizeof expected);
    gl->DeleteProgram(program);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* Content without CPU data: sent, and written in place in either placement. */
START_TEST(what_was_sent_and_written) {
    uint8_t expected[200];
    void *pointer;
    trm_buffer *buffer;
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc desc = {.nitems = 100,
        .format = "2xu1",
        .placement = _i == 0 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    memset(expected, 6, sizeof expected);
    ck_assert_int_eq(trm_buffer_send_data(buffer, 0, expected, sizeof expected), TRM_OK);
    ck_assert_int_eq(trm_device_attach(device, buffer), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    trm_read *sent = start(device, buffer, 5, 20);
    ck_assert_int_eq(trm_device_write_begin(device, buffer, 0, TRM_WHOLE, &pointer), TRM_OK);
    memset(pointer, 7, sizeof expected);
    trm_read *before = start(device, buffer, 0, 100);
    ck_assert_int_eq(trm_device_write_end(device, buffer, 100), TRM_OK);
    trm_read *after = start(device, buffer, 0, 100);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    finish(sent, expected, 40);
    finish(before, expected, 200);
    memset(expected, 7, sizeof expected);
    finish(after, expected, 200);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* The memory: for reading alone, as large as asked for, given back. */
START_TEST(what_it_is_made_of) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open_placed(&m, &(trm_buffer_desc){.nitems = ITEMS, .format = "4xu1", .label = "log"},
        TRM_PLACEMENT_DEVICE, 3);
    acquire(device, m.buffer);
    const uint64_t held = get_stats(device).mapped_nbytes, host = get_stats(device).host_nbytes;
    trm_read *read = start(device, m.buffer, 10, 20);
    ck_assert_int_eq(spy.storage_nbytes, 80);
    ck_assert_uint_eq(spy.storage_flags, GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT);
    ck_assert_uint_eq(spy.map_access, GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, held + 80);
    ck_assert_uint_eq(get_stats(device).read_nbytes, 80);
    ck_assert_uint_eq(spy.transferred_nbytes, 80);
    trm_read_destroy(read); /* before it is there */
    ck_assert_uint_eq(get_stats(device).retired_nbytes, 80);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, 0);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, held);
    ck_assert_uint_eq(get_stats(device).host_nbytes, host);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 1);
    trm_read_destroy(NULL);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Reads outlive their buffer, and go with the device. _i: detached or destroyed. */
START_TEST(the_buffer_goes_first) {
    uint8_t expected[4 * ITEMS];
    model m;
    trm_device *device = harness_device(NULL);
    model_open_placed(&m, &(trm_buffer_desc){.nitems = ITEMS, .format = "4xu1"},
        _i % 2 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE, 3);
    acquire(device, m.buffer);
    model_expect(&m, expected);
    trm_read *read = start(device, m.buffer, 0, TRM_WHOLE);
    start(device, m.buffer, 0, 1); /* the device's to free */
    if (_i < 2) {
        ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    }
    model_close(&m);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    finish(read, expected, sizeof expected);
    trm_device_destroy(device);
}
END_TEST

START_TEST(what_is_refused) {
    trm_read *read = (trm_read *)(void *)&spy;
    trm_buffer *empty;
    model m;
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = 100000});
    model_open_placed(&m, &(trm_buffer_desc){.nitems = ITEMS, .format = "4xf4", .label = "log"},
        TRM_PLACEMENT_DEVICE, 3);
    ck_assert_int_eq(
        trm_buffer_create(&(trm_buffer_desc){.nitems = 10, .format = "u4"}, &empty), TRM_OK);
    ck_assert_int_eq(
        trm_device_read_begin(NULL, m.buffer, 0, 1, &read), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(read);
    ck_assert_int_eq(trm_device_read_begin(device, NULL, 0, 1, &read), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(
        trm_device_read_begin(device, m.buffer, 0, 1, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_read_begin(device, m.buffer, 0, 1, &read), TRM_ERROR_STATE);
    ck_assert_str_eq(harness_last_message()->rule, "attach.none");
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_attach(device, empty), TRM_OK);
    ck_assert_int_eq(trm_device_read_begin(device, m.buffer, 0, 1, &read), TRM_ERROR_STATE);
    ck_assert_str_eq(harness_last_message()->rule, "read.empty");
    ck_assert_str_eq(harness_last_message()->label, "log");
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(trm_device_read_begin(device, empty, 0, 1, &read), TRM_ERROR_STATE);
    ck_assert_str_eq(harness_last_message()->rule, "read.empty");
    static const size_t ranges[][2] = {{0, 0}, {0, ITEMS + 1}, {ITEMS, 1}, {ITEMS, TRM_WHOLE},
        {ITEMS + 1, TRM_WHOLE}, {SIZE_MAX, 2}, {2, SIZE_MAX - 1}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        read = (trm_read *)(void *)&spy;
        ck_assert_int_eq(trm_device_read_begin(device, m.buffer, ranges[i][0], ranges[i][1], &read),
            TRM_ERROR_OUT_OF_RANGE);
        ck_assert_str_eq(harness_last_message()->rule, "read.range");
        ck_assert_ptr_null(read);
    }
    trm_read *one = start(device, m.buffer, 0, TRM_WHOLE);
    ck_assert_int_eq(
        trm_device_read_begin(device, m.buffer, 0, TRM_WHOLE, &read), TRM_ERROR_BUDGET);
    ck_assert_str_eq(harness_last_message()->rule, "attach.budget");
    ck_assert_str_eq(harness_last_message()->label, "log");
    spy.fail[SPY_MapNamedBufferRange] = 1;
    ck_assert_int_eq(
        trm_device_read_begin(device, m.buffer, 0, 1, &read), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert_str_eq(harness_last_message()->rule, "attach.out-of-device-memory");
    m.nitems = ITEMS / 2;
    ck_assert_int_eq(trm_buffer_resize(m.buffer, m.array, model_nbytes(&m), 0), TRM_OK);
    ck_assert_int_eq(trm_device_read_begin(device, m.buffer, 0, 1, &read), TRM_ERROR_STATE);
    ck_assert_str_eq(harness_last_message()->rule, "read.empty");
    ck_assert_int_eq(trm_read_poll(NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(trm_read_data(NULL));
    trm_read_destroy(one);
    ck_assert_int_eq(trm_buffer_destroy(empty), TRM_OK);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A read that will never come says so; one that was there stays. _i: the application says it, or a
 * poll finds out. */
START_TEST(a_lost_device) {
    uint8_t expected[4 * ITEMS];
    trm_read *none;
    model m;
    trm_device *device = harness_device(NULL);
    model_open_placed(
        &m, &(trm_buffer_desc){.nitems = ITEMS, .format = "4xu1"}, TRM_PLACEMENT_DEVICE, 3);
    acquire(device, m.buffer);
    model_expect(&m, expected);
    trm_read *there = start(device, m.buffer, 0, TRM_WHOLE);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    trm_read *lost = start(device, m.buffer, 0, TRM_WHOLE);
    spy.wait = SPY_WAIT_TIMEOUT;
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_read_poll(lost), TRM_NOT_READY);
    harness_expect_remains();
    if (_i == 0) {
        trm_device_lost(device);
        gl_spy_reset_counts();
    } else {
        spy.wait = SPY_WAIT_FAILED;
        spy.reset_status = GL_GUILTY_CONTEXT_RESET;
    }
    ck_assert_int_eq(trm_read_poll(lost), TRM_ERROR_DEVICE_LOST);
    ck_assert_str_eq(harness_last_message()->rule, "device.lost");
    ck_assert_ptr_null(trm_read_data(lost));
    ck_assert_int_eq(trm_device_read_begin(device, m.buffer, 0, 1, &none), TRM_ERROR_DEVICE_LOST);
    finish(there, expected, sizeof expected);
    trm_read_destroy(lost);
    ck_assert(_i == 1 || gl_spy_total() == 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-read");
    TCase *tcase = tcase_create("read");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, paced_reads, 0, 3);
    tcase_add_test(tcase, a_read_alone_keeps_its_region);
    tcase_add_test(tcase, what_a_shader_wrote);
    tcase_add_loop_test(tcase, edits_beside_what_a_shader_wrote, 0, 4);
    tcase_add_loop_test(tcase, what_was_sent_and_written, 0, 2);
    tcase_add_test(tcase, what_it_is_made_of);
    tcase_add_loop_test(tcase, the_buffer_goes_first, 0, 4);
    tcase_add_test(tcase, what_is_refused);
    tcase_add_loop_test(tcase, a_lost_device, 0, 2);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_READ);
    return harness_main(&suite, 1);
}
