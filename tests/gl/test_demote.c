/* The way back: what AUTO has mapped, and nobody edits any more, returns to one device-local copy.
 */
#include "support/harness.h"
#include "support/model.h"

#define ITEMS  2000
#define NBYTES (16 * ITEMS)
#define IDLE   5

static const trm_buffer_desc shape = {
    .nitems = ITEMS, .format = "4xf4", .usage = TRM_USAGE_TEXEL, .label = "berth"};

static trm_buffer_info get_info(const trm_device *device, const model *m) {
    trm_buffer_info info;
    ck_assert_int_eq(trm_device_buffer_info(device, m->buffer, &info), TRM_OK);
    return info;
}

/* Syncs, draws and looks; true once the buffer is mapped after the sync. */
static bool frame(trm_device *device, model *m) {
    trm_gl_span span;
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    harness_end_frame();
    ck_assert(model_check(&draw));
    return get_info(device, m).placement == TRM_PLACEMENT_MAPPED;
}

static bool edited_frame(trm_device *device, model *m) {
    model_edit_range(m, 7, 100);
    return frame(device, m);
}

/* Frames until the buffer has returned, or `limit`. */
static unsigned frames_mapped(trm_device *device, model *m, unsigned limit) {
    unsigned count = 0;
    while (count < limit && frame(device, m))
        count++;
    return count;
}

static trm_device *open_device(trm_memory_kind kind) {
    return harness_device(&(trm_device_desc){.memory_kind = kind, .idle_frames = IDLE});
}

START_TEST(idle_buffers_return) {
    model m;
    trm_device *device = open_device((trm_memory_kind)(_i + TRM_MEMORY_UNIFIED));
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 1);
    ck_assert(!frame(device, &m));
    ck_assert(edited_frame(device, &m));
    ck_assert_uint_eq(frames_mapped(device, &m, 4 * IDLE), IDLE);
    const trm_buffer_info info = get_info(device, &m);
    ck_assert_int_eq(info.reason, TRM_REASON_IDLE);
    ck_assert_str_eq(trm_placement_reason_string(info.reason), "idle");
    ck_assert_uint_eq(info.store_nbytes, NBYTES);
    ck_assert_uint_eq(info.regions[0].stale_nbytes, 0);
    /* Three regions' memory is gone, and the array was not read again. */
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    trm_stats stats;
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.mapped_nbytes, 0);
    ck_assert_uint_eq(stats.device_nbytes, NBYTES);
    ck_assert_uint_eq(stats.copied_nbytes, info.copied_nbytes);
    ck_assert_uint_eq(info.uploads, 2);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* An edit now and then is none too many for the one copy; a few running are. */
START_TEST(returning_is_slow_to_be_undone) {
    model m;
    trm_device *device = open_device((trm_memory_kind)(_i + TRM_MEMORY_UNIFIED));
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 2);
    frame(device, &m);
    edited_frame(device, &m);
    frames_mapped(device, &m, 4 * IDLE);
    for (int rarely = 0; rarely < 6; rarely++) {
        ck_assert(!edited_frame(device, &m));
        ck_assert_int_eq(get_info(device, &m).reason, TRM_REASON_IDLE);
        for (int i = 0; i < 2 * IDLE; i++)
            ck_assert(!frame(device, &m));
    }
    for (unsigned running = 1; running <= 4; running++)
        ck_assert_int_eq(edited_frame(device, &m), running == 4);
    ck_assert_uint_eq(frames_mapped(device, &m, 8 * IDLE), 2 * IDLE);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* So many small ones that a discrete GPU has them mapped once they are edited. */
#define CROWD 12u

static trm_device *open_crowd(model *models) {
    trm_device *device = open_device(TRM_MEMORY_DISCRETE);
    const trm_buffer_desc small = {.nitems = 16, .format = "4xf4", .usage = TRM_USAGE_TEXEL};
    for (size_t i = 0; i < CROWD; i++) {
        model_open_placed(&models[i], &small, TRM_PLACEMENT_AUTO, i);
        ck_assert(!frame(device, &models[i]));
    }
    for (size_t i = 0; i < 3 * CROWD; i++) { /* with the first frame, whose first ones are few */
        model_edit_full(&models[i % CROWD]);
        if (i % CROWD == CROWD - 1)
            frame(device, &models[0]);
    }
    for (size_t i = 0; i < CROWD; i++)
        ck_assert_int_eq(get_info(device, &models[i]).placement, TRM_PLACEMENT_MAPPED);
    return device;
}

static void close_crowd(trm_device *device, model *models) {
    for (size_t i = 0; i < CROWD; i++)
        model_close(&models[i]);
    trm_device_destroy(device);
}

/* A discrete GPU reads what is mapped over its bus, pages, too: a crowd returns one by one, a sync
 * each. */
START_TEST(a_crowd_returns) {
    model models[CROWD];
    trm_stats stats;
    harness_allow_pages(_i);
    trm_device *device = open_crowd(models);
    frames_mapped(device, &models[0], 4 * IDLE);
    for (size_t i = 0; i < CROWD + IDLE; i++)
        frame(device, &models[i % CROWD]);
    for (size_t i = 0; i < CROWD; i++)
        ck_assert_int_eq(get_info(device, &models[i]).reason, TRM_REASON_IDLE);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.mapped_nbytes, 0);
    close_crowd(device, models);
}
END_TEST

/* Slots that are rewritten are not idle, though that leaves no trace in their stores, and though a
 * sync looks at one of all only. */
START_TEST(rewritten_slots_stay) {
    model models[CROWD];
    harness_allow_pages(true);
    trm_device *device = open_crowd(models);
    for (size_t i = 0; i < 6 * (CROWD + IDLE); i++) {
        for (size_t busy = 0; busy < CROWD; busy += 2)
            model_edit_full(&models[busy]);
        frame(device, &models[i % CROWD]);
    }
    for (size_t i = 0; i < CROWD; i++)
        ck_assert_int_eq(get_info(device, &models[i]).placement,
            i % 2 ? TRM_PLACEMENT_DEVICE : TRM_PLACEMENT_MAPPED);
    close_crowd(device, models);
}
END_TEST

/* Each return makes the next one twice as slow to come, up to a bound. */
START_TEST(slower_up_to_a_bound) {
    model m;
    trm_device *device =
        harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_UNIFIED, .idle_frames = 1});
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 8);
    frame(device, &m);
    for (unsigned returned = 0; returned < 8; returned++) {
        while (!edited_frame(device, &m))
            continue;
        ck_assert_uint_eq(frames_mapped(device, &m, 100), 1u << (returned < 5 ? returned : 5));
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Asked for, in a page of memory that is no farther away, edited all the time: nothing of that
 * returns. */
START_TEST(others_stay) {
    model asked, small, busy;
    harness_allow_pages(true);
    trm_device *device = open_device(TRM_MEMORY_UNIFIED);
    model_open_placed(&asked, &shape, TRM_PLACEMENT_MAPPED, 3);
    model_open_placed(
        &small, &(trm_buffer_desc){.nitems = 16, .format = "4xf4"}, TRM_PLACEMENT_AUTO, 4);
    model_open_placed(&busy, &shape, TRM_PLACEMENT_AUTO, 5);
    frame(device, &asked);
    frame(device, &small);
    frame(device, &busy);
    model_edit_full(&small);
    ck_assert(frame(device, &small));
    for (int i = 0; i < 6 * IDLE; i++) {
        ck_assert(frame(device, &asked));
        ck_assert(frame(device, &small));
        ck_assert(edited_frame(device, &busy));
    }
    model_close(&asked);
    model_close(&small);
    model_close(&busy);
    trm_device_destroy(device);
}
END_TEST

/* Where copies overtake reads of storage, what shaders may read so stays mapped, too. */
START_TEST(storage_returns_where_copies_keep_order) {
    model m;
    trm_device *device = open_device(TRM_MEMORY_UNIFIED);
    model_open_placed(
        &m, &(trm_buffer_desc){.nitems = ITEMS, .format = "4xf4"}, TRM_PLACEMENT_AUTO, 9);
    frame(device, &m);
    ck_assert(edited_frame(device, &m));
    ck_assert_uint_eq(frames_mapped(device, &m, 4 * IDLE), harness_is_llvmpipe() ? 4 * IDLE : IDLE);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Without memory for the copy, or the buffer being gone, nothing happens. */
START_TEST(what_cannot_return_stays) {
    model m;
    trm_device *device = harness_device(&(trm_device_desc){
        .memory_kind = TRM_MEMORY_UNIFIED, .idle_frames = IDLE, .budget_nbytes = 4 * NBYTES});
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 6);
    frame(device, &m);
    ck_assert(edited_frame(device, &m));
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    model other;
    model_open_placed(
        &other, &(trm_buffer_desc){.nitems = ITEMS / 2, .format = "4xf4"}, TRM_PLACEMENT_DEVICE, 7);
    frame(device, &other);
    ck_assert_uint_eq(frames_mapped(device, &m, 6 * IDLE), 6 * IDLE);
    model_close(&other);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_lt(frames_mapped(device, &m, 6 * IDLE), 6 * IDLE);
    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    for (int i = 0; i < 3 * IDLE; i++)
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-demote");
    TCase *tcase = tcase_create("demote");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, idle_buffers_return, 0, 2);
    tcase_add_loop_test(tcase, returning_is_slow_to_be_undone, 0, 2);
    tcase_add_loop_test(tcase, a_crowd_returns, 0, 2);
    tcase_add_test(tcase, rewritten_slots_stay);
    tcase_add_test(tcase, slower_up_to_a_bound);
    tcase_add_test(tcase, storage_returns_where_copies_keep_order);
    tcase_add_test(tcase, others_stay);
    tcase_add_test(tcase, what_cannot_return_stays);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
