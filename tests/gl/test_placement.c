/* Where buffers live: static data once, spans that stay, and AUTO's one move. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

#define ITEMS  2000
#define NBYTES (16 * ITEMS)

static const trm_buffer_desc shape = {.nitems = ITEMS, .format = "4xf4", .label = "berth"};

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static trm_buffer_info get_info(const trm_device *device, const model *m) {
    trm_buffer_info info;
    ck_assert_int_eq(trm_device_buffer_info(device, m->buffer, &info), TRM_OK);
    return info;
}

static trm_device *open_device(trm_memory_kind kind) {
    return harness_device(&(trm_device_desc){.memory_kind = kind});
}

static trm_gl_span frame(trm_device *device, model *m) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    harness_end_frame();
    ck_assert(model_check(&draw));
    return span;
}

/* Data that is never edited has one copy on the GPU, no ring, no mapping and no planes but its
 * own. */
START_TEST(static_data_has_one_copy) {
    model m;
    const trm_placement placement = _i % 2 == 0 ? TRM_PLACEMENT_AUTO : TRM_PLACEMENT_DEVICE;
    trm_device *device = open_device((trm_memory_kind)(_i / 2));
    model_open_placed(&m, &shape, placement, 1);
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        const trm_gl_span span = frame(device, &m);
        ck_assert_uint_eq(span.offset, 0);
    }
    const trm_stats stats = get_stats(device);
    ck_assert_uint_eq(stats.device_nbytes, NBYTES);
    ck_assert_uint_eq(stats.mapped_nbytes + stats.staging_nbytes + stats.retired_nbytes, 0);
    ck_assert_uint_eq(stats.copied_nbytes, NBYTES);
    ck_assert_uint_eq(stats.marked_nbytes, NBYTES);
    ck_assert_uint_eq(stats.uploads, 1);
    ck_assert_uint_eq(stats.flushes + stats.transfers + stats.waits, 0);
    ck_assert_uint_eq(spy.calls[SPY_MapNamedBufferRange], 0);
    ck_assert_uint_eq(spy.calls[SPY_NamedBufferStorage], 1);
    ck_assert_uint_eq(spy.storage_flags, GL_DYNAMIC_STORAGE_BIT);
    const trm_buffer_info info = get_info(device, &m);
    ck_assert_int_eq(info.placement, TRM_PLACEMENT_DEVICE);
    ck_assert_uint_eq(info.region_count, 1);
    ck_assert_uint_eq(info.store_nbytes, NBYTES);
    ck_assert_uint_eq(info.regions[0].stale_nbytes, 0);
    ck_assert(info.regions[0].current);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Strided or swapped data cannot be handed to the driver as it is. It is packed for its first way,
 * if it is not larger than rings may be (_i / 3); else the ring gathers it. */
START_TEST(gathered_data_has_one_copy_too) {
    static const trm_buffer_desc shapes[] = {{.nitems = ITEMS, .format = "3xf4", .stride = 20},
        {.nitems = ITEMS, .format = ">3xf4"}, {.nitems = 1001, .format = "3xu1"}};
    model m;
    const bool born = _i / 3 == 0;
    const uint64_t limit = born ? 12 * ITEMS : 1;
    trm_device *device = harness_device(&(trm_device_desc){.staging_limit_nbytes = limit});
    model_open_placed(&m, &shapes[_i % 3], TRM_PLACEMENT_DEVICE, 2);
    frame(device, &m);
    const trm_stats stats = get_stats(device);
    ck_assert_uint_eq(stats.device_nbytes, (model_nbytes(&m) + 3) / 4 * 4);
    ck_assert(born ? stats.staging_nbytes == 0 : stats.staging_nbytes > 0);
    ck_assert_uint_eq(stats.copied_nbytes, model_nbytes(&m));
    ck_assert_uint_eq(stats.flushed_nbytes, spy.flushed_nbytes);
    ck_assert_uint_eq(spy.transferred_nbytes, born ? 0 : model_nbytes(&m));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* From attach to detach a DEVICE span is the same, whatever happens to it and around it. */
START_TEST(device_spans_stay) {
    model m, other;
    trm_device *device = harness_device(NULL);
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 3);
    model_open_placed(&other, &shape, _i == 0 ? TRM_PLACEMENT_DEVICE : TRM_PLACEMENT_AUTO, 4);
    const trm_gl_span first = frame(device, &m);
    frame(device, &other);
    for (size_t i = 0; i < 20; i++) {
        model_edit_anything(&m);
        model_edit_anything(&other);
        if (i % 5 == 4) {
            other.nitems = ITEMS - 10 * i;
            ck_assert_int_eq(
                trm_buffer_resize(other.buffer, other.array, model_nbytes(&other), 0), TRM_OK);
        }
        if (i == 13) {
            ck_assert_int_eq(trm_device_detach(device, other.buffer), TRM_OK);
        }
        const trm_gl_span span = frame(device, &m);
        ck_assert_uint_eq(span.object, first.object);
        ck_assert_uint_eq(span.offset, 0);
        ck_assert_uint_eq(span.nbytes, NBYTES);
        frame(device, &other);
    }
    ck_assert_uint_eq(get_stats(device).waits, 0);
    model_close(&m);
    model_close(&other);
    trm_device_destroy(device);
}
END_TEST

/* What AUTO does with a buffer that is edited again. */
typedef struct move {
    trm_memory_kind memory;
    size_t nitems; /* of 16 bytes */
    bool moves;
} move;

static const move moves[] = {
    {TRM_MEMORY_UNIFIED, ITEMS, true},
    {TRM_MEMORY_SOFTWARE, ITEMS, true},
    {TRM_MEMORY_SOFTWARE, 10000, true},
    {TRM_MEMORY_DISCRETE, 1, false}, /* unless many are edited */
    {TRM_MEMORY_DISCRETE, 4097, false},
};

START_TEST(auto_moves_once) {
    model m;
    const move *this = &moves[_i];
    trm_device *device = open_device(this->memory);
    model_open_placed(
        &m, &(trm_buffer_desc){.nitems = this->nitems, .format = "4xf4"}, TRM_PLACEMENT_AUTO, 5);
    const trm_gl_span first = frame(device, &m);
    ck_assert_int_eq(get_info(device, &m).placement, TRM_PLACEMENT_DEVICE);
    uint32_t object = first.object;
    for (int i = 0; i < 12; i++) {
        model_edit_range(&m, random_below(&m.random, m.nitems), 1);
        const trm_gl_span span = frame(device, &m);
        if (i == 0 && this->moves) {
            ck_assert_uint_ne(span.object, object);
            object = span.object;
        }
        ck_assert_uint_eq(span.object, object);
    }
    harness_finish(); /* or the last frame's fence, behind the last draw, may be waited for */
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    const trm_stats stats = get_stats(device);
    const size_t nbytes = model_nbytes(&m);
    ck_assert_int_eq(
        get_info(device, &m).placement, this->moves ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE);
    ck_assert_uint_eq(get_info(device, &m).region_count, this->moves ? 3 : 1);
    ck_assert_uint_eq(stats.device_nbytes, this->moves ? 0 : nbytes);
    ck_assert(this->moves ? stats.mapped_nbytes >= 3 * nbytes : stats.mapped_nbytes == 0);
    ck_assert_uint_eq(stats.retired_nbytes, 0);
    ck_assert_uint_eq(stats.waits, 0);
    ck_assert_int_eq(trm_buffer_placement(m.buffer), TRM_PLACEMENT_AUTO);
    /* A buffer that comes back starts anew. */
    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    frame(device, &m);
    ck_assert_int_eq(get_info(device, &m).placement, TRM_PLACEMENT_DEVICE);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

static trm_device *open_discrete(const trm_device_desc *desc) {
    trm_gl_device_desc full = {.scatter = TRM_GL_SCATTER_ALWAYS, .device = *desc};
    full.device.memory_kind = TRM_MEMORY_DISCRETE;
    return harness_gl_device(&full);
}

/* Which of `count` buffers of so many items are mapped after some frames with an edit of each. */
static size_t count_mapped(
    trm_device *device, model *models, size_t count, size_t edited, bool with_sync) {
    size_t mapped = 0;
    for (unsigned turn = 0; turn < 4; turn++) {
        for (size_t i = 0; i < edited; i++)
            model_edit_range(&models[i], turn, 1);
        if (with_sync)
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        for (size_t i = 0; i < count; i++) {
            trm_gl_span span;
            ck_assert_int_eq(trm_gl_acquire(device, models[i].buffer, &span), TRM_OK);
            model_draw draw = model_issue(&models[i], HARNESS_TEXEL, &span);
            ck_assert(model_check(&draw));
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
    }
    for (size_t i = 0; i < count; i++) {
        const trm_buffer_info info = get_info(device, &models[i]);
        const bool is_mapped = info.placement == TRM_PLACEMENT_MAPPED;
        mapped += is_mapped;
        ck_assert_int_eq(is_mapped, info.reason == TRM_REASON_EDITED_SMALL);
    }
    return mapped;
}

/* A discrete GPU: small buffers are mapped where many are edited in a frame, and stay mapped; up to
 * 16 KiB are small. */
static const struct {
    bool with_sync;
    size_t nitems, edited; /* of 12 */
    bool mapped;
} crowds[] = {{true, 16, 8, false}, {true, 16, 9, true}, {true, 1024, 9, true},
    {true, 1025, 9, false}, {false, 16, 2, false}, {false, 16, 3, true}, {false, 1025, 3, false}};

START_TEST(many_small_ones_are_mapped) {
    enum { COUNT = 12 };
    model models[COUNT];
    harness_allow_pages(_i % 2 == 1);
    trm_device *device = open_discrete(&(trm_device_desc){0});
    const trm_buffer_desc small = {.nitems = crowds[_i].nitems, .format = "4xf4"};
    for (size_t i = 0; i < COUNT; i++)
        model_open_placed(&models[i], &small, TRM_PLACEMENT_AUTO, i);
    ck_assert_uint_eq(count_mapped(device, models, COUNT, 0, crowds[_i].with_sync), 0);
    const size_t edited = crowds[_i].edited, mapped = crowds[_i].mapped ? edited : 0;
    ck_assert_uint_eq(count_mapped(device, models, COUNT, edited, crowds[_i].with_sync), mapped);
    ck_assert_uint_eq(count_mapped(device, models, COUNT, 1, crowds[_i].with_sync), mapped);
    ck_assert_int_eq(get_info(device, &models[COUNT - 1]).reason, TRM_REASON_FIRST_UPLOAD);
    const bool is_large = crowds[_i].nitems > 1024;
    ck_assert_int_eq(get_info(device, &models[0]).reason, is_large ? TRM_REASON_EDITED_LARGE
                                                          : mapped ? TRM_REASON_EDITED_SMALL
                                                                   : TRM_REASON_EDITED_FEW);
    /* Those that are mapped count as well, in pages and outside: who joins them is one of many. */
    ck_assert_uint_eq(
        count_mapped(device, models, COUNT, COUNT, crowds[_i].with_sync), is_large ? 0 : COUNT);
    ck_assert_uint_eq(get_stats(device).waits, 0);
    for (size_t i = 0; i < COUNT; i++)
        model_close(&models[i]);
    trm_device_destroy(device);
    harness_allow_pages(false);
}
END_TEST

/* The GPU's own memory may need the ring. Where its room may be gone some day, or a gathered item
 * is too long for it, a single small buffer is mapped; up to 64 KiB are small then. */
static const struct {
    uint64_t budget_nbytes;
    size_t nitems;
} ringless[] = {{200000, 16}, {(uint64_t)40 << 20, 16}, {(uint64_t)40 << 20, 4096}};

START_TEST(without_a_ring_few_are_mapped) {
    model m;
    trm_device *device =
        open_discrete(&(trm_device_desc){.budget_nbytes = ringless[_i].budget_nbytes});
    const trm_buffer_desc small = {.nitems = ringless[_i].nitems, .format = "4xf4"};
    model_open_placed(&m, &small, TRM_PLACEMENT_AUTO, 15);
    frame(device, &m);
    for (unsigned i = 0; i < 5; i++) {
        model_edit_range(&m, i, 1);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        frame(device, &m);
    }
    ck_assert_int_eq(get_info(device, &m).reason, TRM_REASON_EDITED_SMALL);
    ck_assert_uint_eq(get_stats(device).staging_nbytes, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(a_long_gathered_item_is_mapped) {
    static uint8_t array[40000];
    trm_buffer *buffer;
    trm_gl_span span;
    trm_buffer_info info;
    trm_device *device =
        open_discrete(&(trm_device_desc){.staging_nbytes = 16384, .staging_limit_nbytes = 1 << 20});
    const trm_buffer_desc desc = {
        .data = array, .nbytes = sizeof array, .nitems = 1, .format = ">f4", .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_int_eq(trm_buffer_update_full(buffer), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
    }
    ck_assert_int_eq(trm_device_buffer_info(device, buffer, &info), TRM_OK);
    ck_assert_int_eq(info.reason, TRM_REASON_EDITED_SMALL);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* The driver refuses the ring: one error, and what is edited then is mapped, until that is long
 * ago. _i: 256 bytes or 32 KiB. */
START_TEST(a_refused_ring_is_remembered) {
    model m, late;
    trm_device *device = open_discrete(&(trm_device_desc){0});
    const trm_buffer_desc small = {.nitems = _i == 0 ? 16 : 2048, .format = "4xf4"};
    model_open_placed(&m, &small, TRM_PLACEMENT_AUTO, 16);
    model_open_placed(&late, &small, TRM_PLACEMENT_AUTO, 17);
    frame(device, &m);
    frame(device, &late);
    for (unsigned i = 0; i < 3; i++) {
        model_edit_range(&m, i, 1);
        spy.fail[SPY_NamedBufferStorage] = i == 0 ? 1 : 0;
        ck_assert_int_eq(trm_device_sync(device), i == 0 ? TRM_ERROR_OUT_OF_DEVICE_MEMORY : TRM_OK);
    }
    frame(device, &m);
    ck_assert_int_eq(get_info(device, &m).reason, TRM_REASON_EDITED_SMALL);
    for (unsigned i = 0; i < 300; i++)
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    model_edit_range(&late, 1, 1);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    frame(device, &late);
    ck_assert_int_eq(
        get_info(device, &late).reason, _i == 0 ? TRM_REASON_EDITED_FEW : TRM_REASON_EDITED_LARGE);
    ck_assert_int_eq(get_info(device, &m).placement, TRM_PLACEMENT_MAPPED);
    model_close(&m);
    model_close(&late);
    trm_device_destroy(device);
}
END_TEST

/* Where fences cost little, one small buffer is worth a mapping as much as many. _i: with room for
 * 16 KiB, and for a little more. */
START_TEST(a_small_one_where_fences_are_cheap) {
    model m;
    const bool is_small = _i == 0;
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .quirks_on = TRM_GL_QUIRK_SLOW_FENCES, .device.memory_kind = TRM_MEMORY_DISCRETE});
    const trm_buffer_desc small = {.nitems = is_small ? 1024 : 1025, .format = "4xf4"};
    model_open_placed(&m, &small, TRM_PLACEMENT_AUTO, 19);
    frame(device, &m);
    ck_assert_int_eq(get_info(device, &m).placement, TRM_PLACEMENT_DEVICE);
    model_edit_range(&m, 5, 1);
    frame(device, &m);
    const trm_buffer_info info = get_info(device, &m);
    ck_assert_int_eq(info.placement, is_small ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE);
    ck_assert_int_eq(info.reason, is_small ? TRM_REASON_EDITED_SMALL : TRM_REASON_EDITED_LARGE);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Buffers are counted, not edits; wherever they live, and however they are edited. _i: one of
 * AUTO's alone, edited again and again in a frame; among others that are mapped because they ask
 * for it, edited as a whole or in part. */
START_TEST(buffers_are_counted) {
    enum { OTHERS = 12 };
    model m, others[OTHERS];
    const size_t count = _i == 0 ? 0 : OTHERS;
    harness_allow_pages(true);
    trm_device *device = open_discrete(&(trm_device_desc){0});
    const trm_buffer_desc small = {.nitems = 64, .format = "4xf4"};
    model_open_placed(&m, &small, TRM_PLACEMENT_AUTO, 18);
    for (size_t i = 0; i < count; i++) {
        model_open_placed(&others[i], &small, TRM_PLACEMENT_MAPPED, i);
        frame(device, &others[i]);
    }
    for (unsigned turn = 0; turn < 6; turn++) {
        trm_gl_span span;
        for (size_t i = 0; i < count; i++)
            model_edit_range(&others[i], 0, _i == 1 ? small.nitems : 1);
        for (unsigned again = 0; again < (_i == 0 ? 10 : 1); again++) {
            model_edit_range(&m, again, 1);
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
            ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        }
        frame(device, &m);
    }
    ck_assert_int_eq(
        get_info(device, &m).reason, _i == 0 ? TRM_REASON_EDITED_FEW : TRM_REASON_EDITED_SMALL);
    model_close(&m);
    for (size_t i = 0; i < count; i++)
        model_close(&others[i]);
    trm_device_destroy(device);
    harness_allow_pages(false);
}
END_TEST

/* A move for which there is no memory is only a wish: the buffer stays, and works. */
START_TEST(a_move_may_be_refused) {
    model m;
    trm_device *device = open_device(TRM_MEMORY_UNIFIED);
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 6);
    const trm_gl_span first = frame(device, &m);
    spy.skip[SPY_NamedBufferStorage] = 0;
    spy.fail[SPY_NamedBufferStorage] = 1;
    for (int i = 0; i < 5; i++) {
        model_edit_range(&m, 10, 50);
        const trm_gl_span span = frame(device, &m);
        ck_assert_uint_eq(span.object, first.object);
    }
    ck_assert_int_eq(get_info(device, &m).placement, TRM_PLACEMENT_DEVICE);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A span of the frame in which the buffer moved stays valid, as any does. */
START_TEST(moved_in_the_middle_of_a_frame) {
    model m;
    trm_gl_span before, after;
    trm_device *device = open_device(TRM_MEMORY_UNIFIED);
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 7);
    harness_keep_busy();
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &before), TRM_OK);
    model_draw first = model_issue(&m, HARNESS_TEXEL, &before);
    model_edit_full(&m);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &after), TRM_OK);
    ck_assert_uint_ne(before.object, after.object);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, NBYTES);
    model_draw second = model_issue(&m, HARNESS_TEXEL, &after);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert(model_check(&first));
    ck_assert(model_check(&second));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Without CPU data, or written by the GPU: one copy, and never a move. */
START_TEST(what_the_gpu_owns_stays_on_the_gpu) {
    trm_gl_span span;
    static uint32_t content[ITEMS];
    trm_buffer *buffer;
    trm_buffer_info info;
    trm_device *device = open_device(TRM_MEMORY_UNIFIED);
    const trm_buffer_desc desc = {.data = _i == 0 ? content : NULL,
        .nitems = ITEMS,
        .format = "u4",
        .usage = _i < 2 ? TRM_USAGE_GPU_WRITE : 0,
        .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    for (int i = 0; i < 4; i++) {
        if (_i == 0) {
            ck_assert_int_eq(trm_buffer_update_range(buffer, 5, 5), TRM_OK);
        } else {
            ck_assert_int_eq(trm_buffer_send_data(buffer, 5, content, 20), TRM_OK);
        }
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert_int_eq(trm_device_buffer_info(device, buffer, &info), TRM_OK);
        ck_assert_int_eq(info.placement, TRM_PLACEMENT_DEVICE);
        ck_assert_uint_eq(info.store_nbytes, 4 * ITEMS);
    }
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-placement");
    TCase *tcase = tcase_create("placement");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, static_data_has_one_copy, 0, 8);
    tcase_add_loop_test(tcase, gathered_data_has_one_copy_too, 0, 6);
    tcase_add_loop_test(tcase, device_spans_stay, 0, 2);
    tcase_add_loop_test(tcase, auto_moves_once, 0, (int)(sizeof moves / sizeof moves[0]));
    tcase_add_loop_test(
        tcase, many_small_ones_are_mapped, 0, (int)(sizeof crowds / sizeof crowds[0]));
    tcase_add_loop_test(
        tcase, without_a_ring_few_are_mapped, 0, (int)(sizeof ringless / sizeof ringless[0]));
    tcase_add_test(tcase, a_long_gathered_item_is_mapped);
    tcase_add_loop_test(tcase, a_refused_ring_is_remembered, 0, 2);
    tcase_add_loop_test(tcase, a_small_one_where_fences_are_cheap, 0, 2);
    tcase_add_loop_test(tcase, buffers_are_counted, 0, 3);
    tcase_add_test(tcase, a_move_may_be_refused);
    tcase_add_test(tcase, moved_in_the_middle_of_a_frame);
    tcase_add_loop_test(tcase, what_the_gpu_owns_stays_on_the_gpu, 0, 3);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
