/* Content that does not come from a CPU array: what was sent, and what the GPU wrote itself. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/gl_writer.h"
#include "support/harness.h"
#include "support/random.h"

static trm_buffer *make_buffer(size_t nitems, const char *format, trm_placement placement) {
    trm_buffer *buffer;
    const trm_buffer_desc desc = {.nitems = nitems,
        .format = format,
        .placement = placement,
        .label = "letters",
        .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    return buffer;
}

static trm_gl_span acquire(trm_device *device, trm_buffer *buffer) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    return span;
}

static void assert_content(trm_device *device, trm_buffer *buffer, const void *expected) {
    static uint8_t seen[1 << 18];
    const trm_gl_span span = acquire(device, buffer);
    ck_assert_uint_le(span.nbytes, sizeof seen);
    harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
    ck_assert_mem_eq(seen, expected, span.nbytes);
}

/* Two sends before the first draw, the second over the end of the first: call order decides, and
 * the last item is changed in part. */
START_TEST(later_sends_win) {
    float content[33], tail[2] = {-1.0f, -2.0f};
    trm_buffer *buffer = make_buffer(11, "3xf4", TRM_PLACEMENT_DEVICE);
    trm_device *device = harness_device(NULL);
    for (int i = 0; i < 33; i++) {
        content[i] = (float)i;
    }
    ck_assert_int_eq(trm_buffer_send_data(buffer, 0, content, sizeof content), TRM_OK);
    ck_assert_int_eq(trm_buffer_send_data(buffer, 10, tail, sizeof tail), TRM_OK);
    content[30] = -1.0f;
    content[31] = -2.0f;
    assert_content(device, buffer, content);
    /* And the other way round, in the next frame: the whole wins over the part. */
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_buffer_send_data(buffer, 10, tail, sizeof tail), TRM_OK);
    content[30] = 7.0f;
    ck_assert_int_eq(trm_buffer_send_data(buffer, 0, content, sizeof content), TRM_OK);
    assert_content(device, buffer, content);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* Bytes that were never sent are zero, whatever lay in that memory before. */
START_TEST(unsent_bytes_are_zero) {
    enum { ITEMS = 10000 };
    static uint32_t content[ITEMS];
    trm_device *device = harness_device(NULL);
    for (int round = 0; round < 3; round++) {
        trm_buffer *buffer = make_buffer(ITEMS, "u4", TRM_PLACEMENT_AUTO);
        memset(content, 0, sizeof content);
        content[777] = 0xffffffff;
        ck_assert_int_eq(trm_buffer_send_data(buffer, 777, &content[777], 4), TRM_OK);
        assert_content(device, buffer, content);
        memset(content, 0xee, sizeof content);
        ck_assert_int_eq(trm_buffer_send_data(buffer, 0, content, sizeof content), TRM_OK);
        assert_content(device, buffer, content);
        ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    }
    trm_device_destroy(device);
}
END_TEST

/* Nothing sent, nothing to draw. */
START_TEST(empty_until_something_is_sent) {
    trm_gl_span span = {1, 2, 3};
    trm_buffer *buffer = make_buffer(5, "u4", TRM_PLACEMENT_DEVICE);
    trm_device *device = harness_device(NULL);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE);
    ck_assert_str_eq(harness_last_message()->rule, "acquire.empty");
    ck_assert_str_eq(harness_last_message()->label, "letters");
    ck_assert_uint_eq(span.object, 0);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE);
    const uint32_t zeros[5] = {0};
    ck_assert_int_eq(trm_buffer_send_data(buffer, 2, zeros, 1), TRM_OK);
    assert_content(device, buffer, zeros);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* Random pieces, several in a frame, drawn while the GPU lags behind. */
START_TEST(random_pieces) {
    enum { NBYTES = 30003, FRAMES = 40 };
    static uint8_t content[NBYTES], seen[NBYTES], piece[NBYTES];
    static uint8_t expected[HARNESS_FRAMES_IN_FLIGHT + 1][NBYTES];
    harness_draw draws[HARNESS_FRAMES_IN_FLIGHT + 1] = {0};
    random_state dice = {(uint64_t)_i + 99};
    trm_stats stats;
    trm_buffer *buffer = make_buffer(NBYTES / 3, "3xu1", TRM_PLACEMENT_DEVICE);
    trm_device *device = harness_gl_device(
        &(trm_gl_device_desc){.scatter = _i % 2 == 0 ? TRM_GL_SCATTER_NEVER : TRM_GL_SCATTER_ALWAYS,
            .device = {.memory_kind = TRM_MEMORY_DISCRETE, .staging_nbytes = _i < 2 ? 0 : 8192}});
    memset(content, 0, sizeof content);
    for (size_t frame = 0; frame < FRAMES + HARNESS_FRAMES_IN_FLIGHT + 1; frame++) {
        const size_t slot = frame % (HARNESS_FRAMES_IN_FLIGHT + 1);
        if (draws[slot] != 0) {
            harness_fetch(draws[slot], seen);
            ck_assert_mem_eq(seen, expected[slot], NBYTES);
            draws[slot] = 0;
        }
        if (frame >= FRAMES) {
            continue;
        }
        harness_keep_busy();
        for (size_t i = random_below(&dice, 6); i > 0 || frame == 0; i--) {
            const size_t item = random_below(&dice, NBYTES / 3);
            const size_t most = NBYTES - 3 * item, nbytes = 1 + random_below(&dice, most);
            memset(piece, (int)random_next(&dice), nbytes);
            memcpy(content + 3 * item, piece, nbytes);
            ck_assert_int_eq(trm_buffer_send_data(buffer, item, piece, nbytes), TRM_OK);
            if (i == 0) {
                break;
            }
        }
        if (frame % 2 == 0) {
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        }
        const trm_gl_span span = acquire(device, buffer);
        ck_assert_uint_eq(span.offset, 0);
        memcpy(expected[slot], content, NBYTES);
        draws[slot] = harness_issue(HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    trm_device_stats(device, &stats);
    ck_assert(_i > 1 || stats.waits == 0);
    ck_assert_uint_eq(stats.marked_nbytes, stats.copied_nbytes);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* A shader of the application writes some items, the CPU edits others, over and over: everyone's
 * bytes stay. The copies come behind the shader's writes, for a barrier stands between. */
START_TEST(gpu_and_cpu_write_in_turn) {
    enum { ITEMS = 4096 };
    GladGLContext *gl = harness_gl();
    static uint32_t array[ITEMS], expected[ITEMS];
    trm_buffer *buffer;
    const GLuint program = gl_writer_program(gl);
    const bool scatter = _i == 1;
    trm_device *device = harness_gl_device(
        &(trm_gl_device_desc){.scatter = scatter ? TRM_GL_SCATTER_ALWAYS : TRM_GL_SCATTER_NEVER});
    const trm_buffer_desc desc = {.data = array,
        .nitems = ITEMS,
        .format = "u4",
        .chunk_size = 1,
        .usage = TRM_USAGE_GPU_WRITE | TRM_USAGE_TEXEL,
        .log = harness_log()};
    ck_assert_uint_ne(program, 0);
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    memcpy(expected, array, sizeof array);
    trm_gl_span span = acquire(device, buffer);
    for (uint32_t round = 1; round <= 6; round++) {
        const uint32_t first = 100 * round, count = 1000;
        gl_writer_fill(gl, program, span.object, first, count, 1000000 * round);
        for (uint32_t i = 0; i < count; i++) {
            expected[first + i] = 1000000 * round + i;
        }
        /* In the middle of what the shader writes, every second item: what lies between is the
         * GPU's. And one item that the shader has just written becomes the CPU's. */
        gl_spy_reset_counts();
        for (uint32_t i = first + 10; i < first + 90; i += 2) {
            array[i] = expected[i] = 7000 + round * i;
            ck_assert_int_eq(trm_buffer_update_range(buffer, i, 1), TRM_OK);
        }
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_uint_ne(
            spy.barriers & (scatter ? GL_SHADER_STORAGE_BARRIER_BIT : GL_BUFFER_UPDATE_BARRIER_BIT),
            0);
        ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], scatter);
        gl->MemoryBarrier(GL_TEXTURE_FETCH_BARRIER_BIT); /* the application's own duty */
        assert_content(device, buffer, expected);
        ck_assert_uint_eq(acquire(device, buffer).object, span.object);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    gl->DeleteProgram(program);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* A buffer that only the GPU writes can be acquired before anything was sent: as zeros. */
START_TEST(written_by_the_gpu_alone) {
    enum { ITEMS = 1000 };
    GladGLContext *gl = harness_gl();
    uint32_t expected[ITEMS] = {0};
    trm_buffer *buffer;
    const GLuint program = gl_writer_program(gl);
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc desc = {
        .nitems = ITEMS, .format = "u4", .usage = TRM_USAGE_GPU_WRITE, .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    assert_content(device, buffer, expected);
    const trm_gl_span span = acquire(device, buffer);
    gl_writer_fill(gl, program, span.object, 10, 500, 42);
    for (uint32_t i = 0; i < 500; i++) {
        expected[10 + i] = 42 + i;
    }
    expected[12] = 9;
    ck_assert_int_eq(trm_buffer_send_data(buffer, 12, &expected[12], 4), TRM_OK);
    ck_assert_uint_eq(acquire(device, buffer).object, span.object);
    gl->MemoryBarrier(GL_TEXTURE_FETCH_BARRIER_BIT);
    assert_content(device, buffer, expected);
    gl->DeleteProgram(program);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-sent");
    TCase *tcase = tcase_create("sent");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, later_sends_win);
    tcase_add_test(tcase, unsent_bytes_are_zero);
    tcase_add_test(tcase, empty_until_something_is_sent);
    tcase_add_loop_test(tcase, random_pieces, 0, 4);
    tcase_add_loop_test(tcase, gpu_and_cpu_write_in_turn, 0, 2);
    tcase_add_test(tcase, written_by_the_gpu_alone);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_SENT);
    return harness_main(&suite, 1);
}
