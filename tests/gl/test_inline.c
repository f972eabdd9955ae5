/* Small edits that travel inside the commands that write them. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

static void setup(void) {
    harness_open();
    harness_allow_inline(true);
}

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static trm_device *open_device(trm_gl_scatter_mode scatter) {
    return harness_gl_device(
        &(trm_gl_device_desc){.scatter = scatter, .device.memory_kind = TRM_MEMORY_DISCRETE});
}

/* Uploads by sync if asked to, draws, and looks at what was read. */
static void check_frame(trm_device *device, model *m, bool sync) {
    trm_gl_span span;
    if (sync)
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert(model_check(&draw));
}

static const trm_buffer_desc shapes[] = {
    {.nitems = 20000, .format = "4xf4", .usage = TRM_USAGE_TEXEL},
    {.nitems = 20000, .format = "3xf4", .stride = 20, .usage = TRM_USAGE_TEXEL},
    {.nitems = 30000, .format = ">2xu2", .chunk_size = 1, .usage = TRM_USAGE_TEXEL},
    {.nitems = 70001, .format = "3xu1", .usage = TRM_USAGE_TEXEL},
};

/* _i: shape and way. A few chunks: no ring, no flush, no dispatch; exactly their bytes. */
START_TEST(a_few_chunks_need_no_ring) {
    model m;
    const bool sync = _i % 2;
    trm_device *device = open_device(_i % 4 < 2 ? TRM_GL_SCATTER_ALWAYS : TRM_GL_SCATTER_NEVER);
    model_open_placed(&m, &shapes[_i / 4], TRM_PLACEMENT_DEVICE, (uint64_t)_i);
    check_frame(device, &m, sync); /* the first upload is another matter */
    check_frame(device, &m, sync);
    model_frame(&m);
    for (int frame = 0; frame < 5; frame++) {
        const trm_stats before = get_stats(device);
        const uint64_t calls = spy.calls[SPY_NamedBufferSubData];
        model_edit_range(&m, (size_t)frame * 1000, 1);
        model_edit_range(&m, 12000, 40);
        model_edit_range(&m, m.nitems - 1, 1); /* may end inside a word */
        const model_frame_info edited = model_frame(&m);
        check_frame(device, &m, sync);
        const trm_stats after = get_stats(device);
        ck_assert_uint_eq(after.inline_nbytes - before.inline_nbytes, edited.touched_nbytes);
        ck_assert_uint_eq(after.copied_nbytes - before.copied_nbytes, edited.touched_nbytes);
        ck_assert_uint_eq(spy.calls[SPY_NamedBufferSubData] - calls, edited.runs);
        ck_assert_uint_eq(after.flushes, before.flushes);
        ck_assert_uint_eq(after.transfers, before.transfers);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* An acquire has no dispatch: many short runs are as many commands, however many they are. */
START_TEST(more_pieces_than_are_gathered_at_once) {
    enum { PIECES = 300 };
    model m;
    trm_device *device = open_device(_i ? TRM_GL_SCATTER_ALWAYS : TRM_GL_SCATTER_NEVER);
    model_open_placed(&m, &(trm_buffer_desc){.nitems = 3 * PIECES, .format = "u4", .chunk_size = 1},
        TRM_PLACEMENT_DEVICE, 1);
    check_frame(device, &m, false);
    for (size_t frame = 0; frame < 3; frame++) {
        const trm_stats before = get_stats(device);
        const uint64_t calls = spy.calls[SPY_NamedBufferSubData];
        for (size_t i = 0; i < PIECES; i++)
            model_edit_range(&m, 3 * i + frame, 1);
        check_frame(device, &m, false);
        ck_assert_uint_eq(spy.calls[SPY_NamedBufferSubData] - calls, PIECES);
        ck_assert_uint_eq(get_stats(device).inline_nbytes - before.inline_nbytes, 4 * PIECES);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Where there are dispatches, more than a parcel goes through the ring; and so does the little that
 * follows it, for one sync, until syncs have become small again. */
START_TEST(large_syncs_are_dispatched) {
    model m;
    trm_device *device = open_device(TRM_GL_SCATTER_ALWAYS);
    model_open_placed(&m, &shapes[0], TRM_PLACEMENT_DEVICE, 1);
    check_frame(device, &m, true);
    for (int small = 0; small < 3; small++) {
        const trm_stats before = get_stats(device);
        if (small)
            model_edit_range(&m, 500, 3);
        else
            for (size_t i = 0; i < 300; i++)
                model_edit_range(&m, i * 64, 17);
        check_frame(device, &m, true);
        const trm_stats after = get_stats(device);
        ck_assert((after.inline_nbytes > before.inline_nbytes) == (small == 2));
        ck_assert((after.transfers > before.transfers) == (small != 2));
    }
    ck_assert_uint_gt(spy.calls[SPY_DispatchCompute], 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* All buffers of a sync have 128 pieces, those behind them a dispatch; a piece may have any number
 * of chunks. */
START_TEST(a_sync_has_so_many_pieces) {
    enum { BUFFERS = 30, EDITS = 5, FITTING = 25 };
    static model models[BUFFERS];
    const trm_buffer_desc shape = {.nitems = 3000, .format = "4xf4", .chunk_size = 1};
    trm_device *device = open_device(TRM_GL_SCATTER_ALWAYS);
    for (size_t i = 0; i < BUFFERS; i++) {
        model_open_placed(&models[i], &shape, TRM_PLACEMENT_DEVICE, i);
        check_frame(device, &models[i], true);
    }
    for (size_t frame = 0; frame < 4; frame++) {
        const size_t length = frame % 2 ? 600 : 1, edits = frame % 2 ? 1 : EDITS;
        const size_t buffers = frame % 2 ? 1 : BUFFERS;
        for (size_t i = 0; i < buffers; i++)
            for (size_t k = 0; k < edits; k++)
                model_edit_range(&models[i], 100 * k + frame, length);
        gl_spy_reset_counts();
        check_frame(device, &models[0], true);
        if (frame == 0) /* the sync before moved more */
            continue;
        const size_t parcels = frame % 2 ? 0 : 1;
        ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], parcels * (BUFFERS - FITTING));
        ck_assert_uint_eq(
            spy.calls[SPY_NamedBufferSubData], (frame % 2 ? 1 : FITTING * EDITS) + parcels);
    }
    for (size_t i = 0; i < BUFFERS; i++) {
        check_frame(device, &models[i], true);
        model_close(&models[i]);
    }
    trm_device_destroy(device);
}
END_TEST

/* Without dispatches many short runs go inline, too, in as many portions as it takes; long ones
 * through the ring. */
START_TEST(runs_that_are_not_dispatched) {
    model m;
    trm_device *device = open_device(TRM_GL_SCATTER_ALWAYS);
    model_open_placed(&m, &shapes[0], TRM_PLACEMENT_DEVICE, 1);
    check_frame(device, &m, false);
    const trm_stats first = get_stats(device);
    for (size_t i = 0; i < 300; i++)
        model_edit_range(&m, i * 64, 1);
    check_frame(device, &m, false);
    const trm_stats second = get_stats(device);
    ck_assert_uint_eq(second.inline_nbytes - first.inline_nbytes, 300 * 256);
    ck_assert_uint_eq(second.transfers, first.transfers);
    model_edit_range(&m, 0, 15000);
    check_frame(device, &m, false);
    ck_assert_uint_eq(get_stats(device).inline_nbytes, second.inline_nbytes);
    ck_assert_uint_gt(get_stats(device).transfers, second.transfers);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* What was sent goes through the ring: such a buffer begins as zeros, and memory that was cleared
 * is not to be updated. */
START_TEST(sent_bytes) {
    static uint8_t content[100000], seen[100000];
    trm_buffer *buffer;
    trm_gl_span span;
    trm_device *device = open_device(TRM_GL_SCATTER_NEVER);
    memset(content, 0, sizeof content);
    ck_assert_int_eq(trm_buffer_create(
                         &(trm_buffer_desc){.nitems = sizeof content / 4, .format = "u4"}, &buffer),
        TRM_OK);
    for (size_t round = 0; round < 4; round++) {
        const size_t nbytes = round % 2 ? sizeof content : 1000, at = round % 2 ? 0 : 400;
        memset(content + at, (int)round + 1, nbytes);
        ck_assert_int_eq(trm_buffer_send_data(buffer, at / 4, content + at, nbytes), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
        harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
        ck_assert_mem_eq(seen, content, sizeof content);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_uint_eq(get_stats(device).inline_nbytes, 0);
    ck_assert_uint_eq(spy.calls[SPY_NamedBufferSubData], 0);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* A shader's writes and the CPU's small ones, in turn: a barrier stands between them. */
START_TEST(barrier_before_what_a_shader_wrote) {
    model m;
    trm_device *device = open_device(TRM_GL_SCATTER_NEVER);
    trm_buffer_desc desc = shapes[0];
    desc.usage = TRM_USAGE_STORAGE | TRM_USAGE_GPU_WRITE | TRM_USAGE_TEXEL;
    model_open_placed(&m, &desc, TRM_PLACEMENT_AUTO, 1);
    check_frame(device, &m, false);
    const uint64_t barriers = spy.calls[SPY_MemoryBarrier];
    model_edit_range(&m, 7, 1);
    check_frame(device, &m, false);
    ck_assert_uint_gt(spy.calls[SPY_MemoryBarrier], barriers);
    ck_assert_uint_gt(get_stats(device).inline_nbytes, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-inline");
    TCase *tcase = tcase_create("inline");
    tcase_add_checked_fixture(tcase, setup, harness_close);
    tcase_add_loop_test(
        tcase, a_few_chunks_need_no_ring, 0, 4 * (int)(sizeof shapes / sizeof shapes[0]));
    tcase_add_loop_test(tcase, more_pieces_than_are_gathered_at_once, 0, 2);
    tcase_add_test(tcase, large_syncs_are_dispatched);
    tcase_add_test(tcase, a_sync_has_so_many_pieces);
    tcase_add_test(tcase, runs_that_are_not_dispatched);
    tcase_add_test(tcase, sent_bytes);
    tcase_add_test(tcase, barrier_before_what_a_shader_wrote);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
