/* Buffers that are detached, destroyed, resized or handed on while the GPU still reads them. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

static const trm_buffer_desc shape = {.nitems = 2500, .format = "4xf4", .label = "ferry"};

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

/* A draw in the open frame, behind a long one. */
static model_draw draw_late(trm_device *device, model *m) {
    trm_gl_span span;
    harness_keep_busy();
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    return model_issue(m, HARNESS_TEXEL, &span);
}

START_TEST(detach_in_the_open_frame) {
    model m, other;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 1);
    model_open(&other, &shape, 2);
    model_draw draw = draw_late(device, &m);
    const uint64_t held = get_stats(device).mapped_nbytes;
    ck_assert_uint_ge(held, 3 * model_nbytes(&m));
    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    ck_assert_uint_eq(get_stats(device).buffers, 0);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, held);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, held);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 0);
    /* The span stays valid for what is still drawn in this frame, whoever comes next. */
    model_draw after = draw_late(device, &other);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, 0);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, held);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 1);
    ck_assert(model_check(&draw));
    ck_assert(model_check(&after));
    model_close(&m);
    model_close(&other);
    trm_device_destroy(device);
}
END_TEST

/* Frames alone give the memory back; nobody has to ask. */
START_TEST(frames_free_what_was_detached) {
    model m, other;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 3);
    model_open(&other, &(trm_buffer_desc){.nitems = 10, .format = "f4"}, 4);
    model_draw draw = draw_late(device, &m);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    spy.wait = SPY_WAIT_TIMEOUT;
    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    for (int frame = 0; frame < 3; frame++) {
        ck_assert_int_eq(trm_gl_acquire(device, other.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert_uint_gt(get_stats(device).retired_nbytes, 0);
    }
    spy.wait = SPY_WAIT_REAL;
    harness_finish();
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, 0);
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 1);
    ck_assert(model_check(&draw));
    model_close(&m);
    model_close(&other);
    trm_device_destroy(device);
}
END_TEST

START_TEST(detached_and_attached_again) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 5);
    for (int round = 0; round < 5; round++) {
        const paced_run run = {.frames = 4};
        ck_assert_uint_eq(paced_frames(device, &m, &run).mismatches, 0);
        ck_assert(!trm_buffer_pending(m.buffer));
        ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
        ck_assert_msg(
            trm_buffer_pending(m.buffer), "a detached buffer counts as edited everywhere");
        ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_ERROR_STATE);
        ck_assert_str_eq(harness_last_message()->rule, "attach.none");
        model_scribble(&m, 0, m.nitems);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(destroyed_in_flight) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 6);
    model_draw open_frame = draw_late(device, &m);
    model_close(&m); /* frees the array, too */
    model_open(&m, &shape, 7);
    model_draw successor = draw_late(device, &m);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    model_draw ended_frame = draw_late(device, &m);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    model_close(&m);
    ck_assert_uint_eq(get_stats(device).buffers, 0);
    ck_assert(model_check(&open_frame));
    ck_assert(model_check(&successor));
    ck_assert(model_check(&ended_frame));
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, 0);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, 0);
    trm_device_destroy(device);
}
END_TEST

/* Larger and smaller, in the middle of frames; draws issued before keep the old size. */
START_TEST(resized_in_flight) {
    enum { STEPS = 12, MOST = 5000 };
    static const size_t sizes[STEPS] = {10, 4000, 4001, 1, 2, MOST, 64, 63, 65, 3000, 100, 2500};
    model m;
    model_draw before[STEPS], after[STEPS];
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = MOST, .format = "4xf4"}, 8);
    for (size_t step = 0; step < STEPS; step++) {
        model_scribble(&m, 0, m.nitems);
        ck_assert_int_eq(trm_buffer_update_full(m.buffer), TRM_OK);
        before[step] = draw_late(device, &m);
        m.nitems = sizes[step];
        model_scribble(&m, 0, m.nitems);
        ck_assert_int_eq(trm_buffer_resize(m.buffer, m.array, model_nbytes(&m), 0), TRM_OK);
        ck_assert_uint_eq(trm_buffer_nitems(m.buffer), m.nitems);
        ck_assert(trm_buffer_pending(m.buffer));
        after[step] = draw_late(device, &m);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    for (size_t step = 0; step < STEPS; step++) {
        ck_assert(model_check(&before[step]));
        ck_assert(model_check(&after[step]));
    }
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(get_stats(device).retired_nbytes, 0);
    ck_assert_uint_eq(get_stats(device).buffers, 1);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(one_device_at_a_time) {
    model m;
    trm_gl_span span;
    trm_buffer_info info;
    trm_device *first = harness_device(NULL);
    trm_device *second = harness_device(NULL);
    model_open(&m, &shape, 9);
    ck_assert_int_eq(trm_device_attach(first, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_attach(first, m.buffer), TRM_OK);
    ck_assert_uint_eq(get_stats(first).buffers, 1);
    ck_assert_int_eq(trm_device_attach(second, m.buffer), TRM_ERROR_ATTACHED);
    ck_assert_str_eq(harness_last_message()->rule, "attach.other-device");
    ck_assert_str_eq(harness_last_message()->label, "ferry");
    ck_assert_int_eq(trm_gl_acquire(second, m.buffer, &span), TRM_ERROR_ATTACHED);
    ck_assert_uint_eq(span.object, 0);
    ck_assert_int_eq(trm_device_detach(second, m.buffer), TRM_ERROR_STATE);
    ck_assert_int_eq(trm_device_buffer_info(second, m.buffer, &info), TRM_ERROR_STATE);
    ck_assert_uint_eq(info.region_count, 0);
    ck_assert_uint_eq(get_stats(second).buffers, 0);
    ck_assert_int_eq(trm_device_buffer_info(first, m.buffer, &info), TRM_OK);
    model_draw draw = draw_late(first, &m);
    ck_assert_int_eq(trm_device_detach(first, m.buffer), TRM_OK);
    model_draw other = draw_late(second, &m);
    ck_assert(model_check(&draw));
    ck_assert(model_check(&other));
    model_close(&m);
    trm_device_destroy(first);
    trm_device_destroy(second);
}
END_TEST

static void *destroy_elsewhere(void *user) {
    model *m = user;
    static trm_result results[2];
    results[0] = trm_buffer_destroy(m->buffer);
    results[1] = trm_buffer_resize(m->buffer, m->array, model_nbytes(m), 0);
    return results;
}

START_TEST(only_the_devices_thread_destroys) {
    model m;
    pthread_t thread;
    void *results = NULL;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 10);
    model_draw draw = draw_late(device, &m);
    ck_assert_int_eq(pthread_create(&thread, NULL, destroy_elsewhere, &m), 0);
    ck_assert_int_eq(pthread_join(thread, &results), 0);
    ck_assert_int_eq(((trm_result *)results)[0], TRM_ERROR_ATTACHED);
    ck_assert_int_eq(((trm_result *)results)[1], TRM_ERROR_ATTACHED);
    ck_assert_str_eq(harness_last_message()->rule, "buffer.destroy-thread");
    ck_assert_uint_eq(get_stats(device).buffers, 1);
    ck_assert(model_check(&draw));
    model_edit_range(&m, 3, 4);
    draw = draw_late(device, &m);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

typedef struct handed_over {
    trm_device *device;
    model *m;
    trm_result (*call)(trm_device *device);
} handed_over;

static void *take_over(void *user) {
    const handed_over *it = user;
    static trm_result results[2];
    results[0] = it->call(it->device);
    results[1] = trm_buffer_destroy(it->m->buffer);
    return results;
}

/* _i: by sync, by end_frame. Although these do nothing, a lost device follows them to their thread.
 */
START_TEST(a_lost_device_moves_too) {
    model m;
    pthread_t thread;
    void *results = NULL;
    trm_device *device = harness_device(NULL);
    harness_expect_remains();
    model_open(&m, &shape, 12);
    model_draw draw = draw_late(device, &m);
    ck_assert(model_check(&draw));
    trm_device_lost(device);
    handed_over it = {device, &m, _i == 0 ? trm_device_sync : trm_device_end_frame};
    ck_assert_int_eq(pthread_create(&thread, NULL, take_over, &it), 0);
    ck_assert_int_eq(pthread_join(thread, &results), 0);
    ck_assert_int_eq(((trm_result *)results)[0], TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(((trm_result *)results)[1], TRM_OK);
    m.buffer = NULL;
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

static void *destroy_detached(void *user) {
    static trm_result result;
    result = trm_buffer_destroy(user);
    return &result;
}

START_TEST(any_thread_destroys_a_detached_buffer) {
    model m;
    pthread_t thread;
    void *result = NULL;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 11);
    model_draw draw = draw_late(device, &m);
    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(pthread_create(&thread, NULL, destroy_detached, m.buffer), 0);
    ck_assert_int_eq(pthread_join(thread, &result), 0);
    ck_assert_int_eq(*(trm_result *)result, TRM_OK);
    m.buffer = NULL;
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* The device goes first; its buffers live on and serve the next one. */
START_TEST(buffers_outlive_devices) {
    enum { COUNT = 3 };
    model models[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        model_open(&models[i], &shape, 12 + i);
    }
    for (int round = 0; round < 3; round++) {
        model_draw draws[COUNT];
        trm_device *device = harness_device(NULL);
        for (size_t i = 0; i < COUNT; i++) {
            model_edit_anything(&models[i]);
            draws[i] = draw_late(device, &models[i]);
        }
        if (round > 0) {
            ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        }
        gl_spy_reset_counts();
        trm_device_destroy(device);
        ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert(model_check(&draws[i]));
            ck_assert(trm_buffer_pending(models[i].buffer));
        }
    }
    for (size_t i = 0; i < COUNT; i++) {
        model_close(&models[i]);
    }
}
END_TEST

/* Many buffers come and go; what remains is what is attached. */
START_TEST(a_crowd) {
    enum { COUNT = 200, ROUNDS = 1000 };
    static model models[COUNT];
    random_state dice = {77};
    uint64_t attached = 0;
    trm_device *device = harness_device(NULL);
    for (int round = 0; round < ROUNDS; round++) {
        model *m = &models[random_below(&dice, COUNT)];
        if (m->buffer == NULL) {
            trm_gl_span span;
            model_open(m, &(trm_buffer_desc){.nitems = 50, .format = "f4"}, (uint64_t)round);
            ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
            attached++;
        } else {
            model_close(m);
            attached--;
        }
        ck_assert_uint_eq(get_stats(device).buffers, attached);
        if (round % 10 == 9) {
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
            ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        }
    }
    for (size_t i = 0; i < COUNT; i++) {
        if (models[i].buffer != NULL) {
            model_edit_range(&models[i], 7, 5);
            model_draw draw = draw_late(device, &models[i]);
            ck_assert(model_check(&draw));
            model_close(&models[i]);
        }
    }
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(get_stats(device).mapped_nbytes, 0);
    trm_device_destroy(device);
    ck_assert_uint_eq(spy.calls[SPY_CreateBuffers], spy.calls[SPY_DeleteBuffers]);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], spy.calls[SPY_DeleteSync]);
}
END_TEST

START_TEST(take_runs_of_an_attached_buffer) {
    model m;
    trm_run runs[4];
    size_t count = 9;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 20);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_buffer_take_runs(m.buffer, runs, 4, &count), TRM_ERROR_ATTACHED);
    ck_assert_str_eq(harness_last_message()->rule, "runs.attached");
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_buffer_take_runs(m.buffer, runs, 4, &count), TRM_OK);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(runs[0].size, m.nitems);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* More buffers than one table of a device lists: edits of the last are seen as those of the first
 * are, and one that cannot go up does not keep the others from it. */
START_TEST(a_multitude) {
    enum { COUNT = 4200 };
    static uint32_t content[COUNT];
    static trm_buffer *buffers[COUNT];
    trm_buffer *empty;
    trm_gl_span span;
    uint32_t seen;
    harness_allow_pages(true);
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc letter = {
        .nbytes = 8, .nitems = 2, .placement = TRM_PLACEMENT_MAPPED, .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&letter, &empty), TRM_OK);
    ck_assert_int_eq(trm_device_attach(device, empty), TRM_OK);
    for (uint32_t i = 0; i < COUNT; i++) {
        content[i] = i;
        const trm_buffer_desc desc = {.data = &content[i], .nitems = 1, .format = "u4"};
        ck_assert_int_eq(trm_buffer_create(&desc, &buffers[i]), TRM_OK);
        ck_assert_int_eq(trm_device_attach(device, buffers[i]), TRM_OK);
    }
    ck_assert_uint_eq(get_stats(device).buffers, COUNT + 1);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    content[0] = content[COUNT - 1] = 7;
    ck_assert_int_eq(trm_buffer_send_data(empty, 0, content, 4), TRM_OK); /* a part alone */
    ck_assert_int_eq(trm_buffer_update_full(buffers[0]), TRM_OK);
    ck_assert_int_eq(trm_buffer_update_full(buffers[COUNT - 1]), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_STATE);
    ck_assert(!trm_buffer_pending(buffers[0]) && !trm_buffer_pending(buffers[COUNT - 1]));
    ck_assert(trm_buffer_pending(empty));
    for (size_t i = 0; i < COUNT; i += COUNT - 1) {
        ck_assert_int_eq(trm_gl_acquire(device, buffers[i], &span), TRM_OK);
        harness_fetch(harness_issue(HARNESS_TEXEL, &span), &seen);
        ck_assert_uint_eq(seen, 7);
    }
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_int_eq(trm_buffer_destroy(buffers[i]), TRM_OK);
    }
    ck_assert_int_eq(trm_buffer_destroy(empty), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

START_TEST(nothing_to_detach_from) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 21);
    ck_assert_int_eq(trm_device_detach(NULL, m.buffer), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_detach(device, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "argument.null");
    trm_device_stats(device, NULL);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-lifetime");
    TCase *tcase = tcase_create("lifetime");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, detach_in_the_open_frame);
    tcase_add_test(tcase, frames_free_what_was_detached);
    tcase_add_test(tcase, detached_and_attached_again);
    tcase_add_test(tcase, destroyed_in_flight);
    tcase_add_test(tcase, resized_in_flight);
    tcase_add_test(tcase, one_device_at_a_time);
    tcase_add_test(tcase, only_the_devices_thread_destroys);
    tcase_add_loop_test(tcase, a_lost_device_moves_too, 0, 2);
    tcase_add_test(tcase, any_thread_destroys_a_detached_buffer);
    tcase_add_test(tcase, buffers_outlive_devices);
    tcase_add_test(tcase, a_crowd);
    tcase_add_test(tcase, take_runs_of_an_attached_buffer);
    tcase_add_test(tcase, a_multitude);
    tcase_add_test(tcase, nothing_to_detach_from);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_LIFETIME);
    return harness_main(&suite, 1);
}
