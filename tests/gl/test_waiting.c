/* Frames and their fences: how many there are, and what happens when the GPU takes its time. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

#define SHORT_NS UINT64_C(2000000)

/* With this there is no room for a staging ring: what cannot have a region has to wait. */
#define NO_RING_NBYTES (UINT64_C(1) << 20)

static const trm_buffer_desc shape = {.nitems = 2000, .format = "4xf4", .label = "oar"};

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

/* A frame with one edit, its acquire and its draw. */
static model_draw draw_frame(trm_device *device, model *m) {
    trm_gl_span span;
    model_edit_range(m, random_below(&m->random, m->nitems), 1);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    return draw;
}

/* The bill of a frame: one fence, one glFlush, one flush for the one run, and each fence polled
 * until it has passed, once a frame at most while it has not. */
START_TEST(a_frame_costs_this) {
    enum { FRAMES = 50 };
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 1);
    model_draw draw = draw_frame(device, &m);
    ck_assert(model_check(&draw));
    harness_finish();
    const trm_stats before = get_stats(device);
    gl_spy_reset_counts();
    for (int frame = 0; frame < FRAMES; frame++) {
        draw = draw_frame(device, &m);
        harness_end_frame();
        ck_assert(model_check(&draw));
    }
    const trm_stats after = get_stats(device);
    ck_assert_uint_eq(after.frames - before.frames, FRAMES);
    ck_assert_uint_eq(after.fences - before.fences, FRAMES);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], FRAMES);
    ck_assert_uint_eq(spy.calls[SPY_Flush], FRAMES);
    ck_assert_uint_eq(after.flushes - before.flushes, spy.calls[SPY_FlushMappedNamedBufferRange]);
    ck_assert_uint_le(after.flushes - before.flushes, 3 * FRAMES);
    ck_assert_uint_eq(after.polls - before.polls, spy.calls[SPY_ClientWaitSync]);
    ck_assert_uint_le(after.polls - before.polls, 2 * FRAMES);
    ck_assert_uint_eq(spy.wait_nonzero, 0);
    ck_assert_uint_eq(after.waits, 0);
    ck_assert_uint_eq(after.waited_ns, 0);
    ck_assert_uint_eq(spy.calls[SPY_GetError], 0);
    ck_assert_uint_eq(spy.calls[SPY_CreateBuffers], 0);
    /* Nothing else is called: not one state is asked, but for a binding where direct state access
     * is broken. */
    const uint64_t asked = harness_forces(TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS)
                               ? spy.calls[SPY_FlushMappedNamedBufferRange]
                               : 0;
    ck_assert_uint_eq(spy.calls[SPY_GetIntegerv], asked);
    ck_assert_uint_eq(gl_spy_total() - asked,
        spy.calls[SPY_FenceSync] + spy.calls[SPY_DeleteSync] + spy.calls[SPY_Flush] +
            spy.calls[SPY_FlushMappedNamedBufferRange] + spy.calls[SPY_ClientWaitSync] +
            spy.calls[SPY_GetGraphicsResetStatus] + spy.calls[SPY_IsBuffer]);
    ck_assert_uint_eq(spy.calls[SPY_IsBuffer] > 0, asked > 0); /* what is bound again */
    ck_assert_uint_eq(spy.calls[SPY_GetGraphicsResetStatus], FRAMES);
    model_close(&m);
    trm_device_destroy(device);
    ck_assert_uint_eq(spy.calls[SPY_DeleteSync], spy.calls[SPY_FenceSync] + 1);
}
END_TEST

/* A hundred buffers still cost one fence a frame. */
START_TEST(one_fence_for_all_buffers) {
    enum { COUNT = 100, FRAMES = 10 };
    static model models[COUNT];
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    for (size_t i = 0; i < COUNT; i++) {
        model_open(&models[i], &(trm_buffer_desc){.nitems = 10, .format = "f4"}, i);
    }
    for (int frame = 0; frame < FRAMES; frame++) {
        for (size_t i = 0; i < COUNT; i++) {
            model_edit_full(&models[i]);
            ck_assert_int_eq(trm_gl_acquire(device, models[i].buffer, &span), TRM_OK);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    ck_assert_uint_eq(get_stats(device).fences, FRAMES);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], FRAMES);
    ck_assert_uint_le(get_stats(device).polls, 2 * FRAMES);
    ck_assert_uint_eq(get_stats(device).waits, 0);
    for (size_t i = 0; i < COUNT; i++) {
        model_close(&models[i]);
    }
    trm_device_destroy(device);
}
END_TEST

/* The GPU cannot be done with a frame that ends just now, and asking for its fence is dear: what
 * the ring gets back then is that of frames before. */
START_TEST(a_frame_does_not_ask_for_its_own_fence) {
    enum { FRAMES = 10, NBYTES = 32000 };
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.staging_nbytes = 2 * NBYTES});
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    for (uint64_t frame = 1; frame <= FRAMES; frame++) {
        const trm_stats before = get_stats(device);
        harness_finish();
        model_edit_full(&m);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert_uint_eq(get_stats(device).polls, before.polls);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        const trm_stats after = get_stats(device);
        ck_assert_uint_eq(after.fences - before.fences, 1);
        ck_assert_uint_eq(after.polls - before.polls, frame > 1);
        ck_assert_uint_ge(after.staging_used_nbytes, NBYTES);
        ck_assert_uint_lt(after.staging_used_nbytes, 2 * NBYTES);
        harness_end_frame();
        ck_assert(model_check(&draw));
    }
    ck_assert_uint_eq(get_stats(device).waits, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(empty_frames_have_no_fence) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 2);
    for (int frame = 0; frame < 5; frame++) {
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_uint_eq(get_stats(device).frames, 5);
    ck_assert_uint_eq(get_stats(device).fences, 0);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 0);
    ck_assert_uint_eq(spy.calls[SPY_Flush], 0);
    /* An unedited buffer that is drawn needs one. */
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 2);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 2);
    ck_assert_uint_eq(spy.calls[SPY_ClientWaitSync], 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(no_flush_leaves_it_to_the_swap) {
    model m;
    trm_device *device = harness_device(&(trm_device_desc){.no_flush = true});
    model_open(&m, &shape, 3);
    model_draw draw = draw_frame(device, &m);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 1);
    ck_assert_uint_eq(spy.calls[SPY_Flush], 0);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Three frames whose fences never signal, and a fourth edit: it stays pending until they do. */
START_TEST(a_wait_is_bounded) {
    model m;
    trm_gl_span span;
    model_draw draws[4];
    trm_device *device = harness_device(
        &(trm_device_desc){.wait_timeout_ns = SHORT_NS, .budget_nbytes = NO_RING_NBYTES});
    model_open(&m, &shape, 4);
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int i = 0; i < 3; i++) {
        draws[i] = draw_frame(device, &m);
    }
    ck_assert_uint_eq(get_stats(device).waits, 0);
    model_edit_range(&m, 100, 10);
    for (unsigned again = 1; again <= 2; again++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_TIMEOUT);
        ck_assert_uint_eq(span.object, 0);
        ck_assert_str_eq(harness_last_message()->rule, "wait.timeout");
        ck_assert_str_eq(harness_last_message()->label, "oar");
        ck_assert(trm_buffer_pending(m.buffer));
        ck_assert_uint_eq(get_stats(device).waits, again);
        ck_assert_uint_ge(get_stats(device).waited_ns, again * SHORT_NS);
        ck_assert_uint_ge(get_stats(device).longest_call_ns, SHORT_NS);
    }
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_TIMEOUT);
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_device_wait_idle(device, 0), TRM_ERROR_TIMEOUT);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_ERROR_TIMEOUT);
    spy.wait = SPY_WAIT_REAL;
    harness_finish(); /* or a busy machine is late by more than the bound */
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    draws[3] = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(!trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    for (int i = 0; i < 4; i++) {
        ck_assert(model_check(&draws[i]));
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* "Not yet" a few times, then the truth: the call waits, and says so in the statistics. */
START_TEST(waits_are_counted) {
    model m;
    trm_device *device =
        harness_device(&(trm_device_desc){.region_count = 1, .budget_nbytes = NO_RING_NBYTES});
    model_open(&m, &shape, 5);
    for (int frame = 0; frame < 10; frame++) {
        spy.wait_not_yet = frame == 0 ? 0 : 4;
        model_draw draw = draw_frame(device, &m);
        ck_assert(model_check(&draw));
        ck_assert_uint_eq(get_stats(device).waits, (uint64_t)frame);
    }
    ck_assert_uint_gt(spy.wait_nonzero, 0);
    ck_assert_uint_gt(get_stats(device).waited_ns, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(a_buffer_that_fails_does_not_hold_up_the_others) {
    model stuck, fine;
    trm_gl_span span;
    trm_device *device = harness_device(
        &(trm_device_desc){.wait_timeout_ns = SHORT_NS, .budget_nbytes = NO_RING_NBYTES});
    model_open(&stuck, &shape, 6);
    model_open(&fine, &shape, 7);
    ck_assert_int_eq(trm_device_attach(device, stuck.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_attach(device, fine.buffer), TRM_OK);
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int i = 0; i < 3; i++) {
        model_draw draw = draw_frame(device, &stuck);
        ck_assert(model_check(&draw));
    }
    model_edit_range(&stuck, 5, 5);
    model_edit_range(&fine, 5, 5);
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_TIMEOUT);
    ck_assert(trm_buffer_pending(stuck.buffer));
    ck_assert(!trm_buffer_pending(fine.buffer));
    ck_assert_int_eq(trm_gl_acquire(device, fine.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&fine, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&stuck);
    model_close(&fine);
    trm_device_destroy(device);
}
END_TEST

/* A sync waits in vain once, also if something else went wrong before. */
START_TEST(another_error_does_not_make_it_wait_again) {
    enum { COUNT = 3 };
    model stuck[COUNT];
    trm_buffer *partial;
    trm_device *device = harness_device(
        &(trm_device_desc){.wait_timeout_ns = SHORT_NS, .budget_nbytes = NO_RING_NBYTES});
    const trm_buffer_desc desc = {
        .nitems = 16, .format = "f4", .placement = TRM_PLACEMENT_MAPPED, .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &partial), TRM_OK);
    ck_assert_int_eq(trm_device_attach(device, partial), TRM_OK);
    spy.wait = SPY_WAIT_TIMEOUT;
    for (size_t i = 0; i < COUNT; i++) {
        model_open(&stuck[i], &shape, i);
        for (int frame = 0; frame < 3; frame++) {
            model_draw draw = draw_frame(device, &stuck[i]);
            ck_assert(model_check(&draw));
        }
    }
    ck_assert_int_eq(trm_buffer_send_data(partial, 0, &(float){1}, 4), TRM_OK);
    for (size_t i = 0; i < COUNT; i++)
        model_edit_range(&stuck[i], 5, 5);
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_STATE);
    ck_assert_uint_eq(get_stats(device).waits, 1);
    spy.wait = SPY_WAIT_REAL;
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert(trm_buffer_pending(stuck[i].buffer));
        model_close(&stuck[i]);
    }
    ck_assert_int_eq(trm_buffer_destroy(partial), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* A frame whose fence was refused is covered by a later one. */
START_TEST(a_refused_fence_is_made_up_for) {
    model m;
    model_draw draws[3];
    trm_buffer_info info;
    trm_device *device = harness_device(&(trm_device_desc){.region_count = 2});
    model_open(&m, &shape, 8);
    spy.fail[SPY_FenceSync] = 1;
    spy.wait = SPY_WAIT_TIMEOUT;
    harness_keep_busy();
    draws[0] = draw_frame(device, &m);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 1);
    ck_assert_uint_eq(get_stats(device).frames, 1);
    ck_assert_uint_eq(get_stats(device).fences, 0);
    draws[1] = draw_frame(device, &m);
    ck_assert_uint_eq(get_stats(device).frames, 2);
    ck_assert_uint_ge(get_stats(device).fences, 1);
    ck_assert_uint_le(get_stats(device).fences, 2);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert(info.regions[0].in_flight && info.regions[1].in_flight);
    spy.wait = SPY_WAIT_REAL;
    draws[2] = draw_frame(device, &m);
    for (int i = 0; i < 3; i++) {
        ck_assert(model_check(&draws[i]));
    }
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert(!info.regions[0].in_flight && !info.regions[1].in_flight);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* No fence for many frames: what they read must not be written, and waiting must still end. */
START_TEST(without_any_fence_nothing_is_overwritten) {
    model m;
    trm_gl_span span;
    model_draw draws[3];
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = NO_RING_NBYTES});
    model_open(&m, &shape, 9);
    spy.fail[SPY_FenceSync] = 1000;
    harness_keep_busy();
    for (int i = 0; i < 3; i++) {
        draws[i] = draw_frame(device, &m);
    }
    model_edit_full(&m);
    const trm_result result = trm_gl_acquire(device, m.buffer, &span);
    ck_assert(result == TRM_ERROR_FRAME_OPEN || result == TRM_ERROR_TIMEOUT);
    ck_assert(trm_buffer_pending(m.buffer));
    spy.fail[SPY_FenceSync] = 0;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    model_draw last = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    for (int i = 0; i < 3; i++) {
        ck_assert(model_check(&draws[i]));
    }
    ck_assert(model_check(&last));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(wait_idle_waits_for_ended_frames) {
    model m;
    trm_buffer_info info;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    ck_assert_int_eq(trm_device_wait_idle(device, 0), TRM_OK);
    model_open(&m, &shape, 10);
    harness_keep_busy();
    model_draw draw = draw_frame(device, &m);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_C(60000000000)), TRM_OK);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert(!info.regions[0].in_flight && info.regions[0].current);
    ck_assert(model_check(&draw));
    /* An open frame is not waited for. */
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, 0), TRM_OK);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert(info.regions[0].in_flight);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Asking with no time to spend is an answer in the end, also for frames that had no fence. */
START_TEST(wait_idle_may_be_asked_again) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_DISCRETE});
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 2);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    gl_spy_reset_counts();
    trm_result result = trm_device_wait_idle(device, 0);
    /* The strict GPU does nothing for those who only ask; but it has been told to begin. */
    ck_assert_uint_eq(spy.calls[SPY_Flush], 1);
    while (result == TRM_ERROR_TIMEOUT && !harness_is_strict())
        result = trm_device_wait_idle(device, 0);
    ck_assert(result == TRM_OK || harness_is_strict());
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* More unfinished frames than anyone keeps fences for. */
START_TEST(many_frames_in_flight) {
    enum { FRAMES = 100 };
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 11);
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int frame = 0; frame < FRAMES; frame++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    spy.wait = SPY_WAIT_REAL;
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], spy.calls[SPY_DeleteSync]);
    const paced_run run = {.frames = 10};
    ck_assert_uint_eq(paced_frames(device, &m, &run).mismatches, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(null_devices) {
    trm_stats stats;
    trm_gl_span span = {1, 2, 3};
    memset(&stats, 0xff, sizeof stats);
    ck_assert_int_eq(trm_device_sync(NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_end_frame(NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_wait_idle(NULL, 0), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_gl_acquire(NULL, NULL, &span), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_uint_eq(span.object + span.offset + span.nbytes, 0);
    trm_device_stats(NULL, &stats);
    ck_assert_uint_eq(stats.frames + stats.fences + stats.host_nbytes, 0);
    trm_device_lost(NULL);
    trm_device_destroy(NULL);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-waiting");
    TCase *tcase = tcase_create("waiting");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, a_frame_costs_this);
    tcase_add_test(tcase, one_fence_for_all_buffers);
    tcase_add_test(tcase, a_frame_does_not_ask_for_its_own_fence);
    tcase_add_test(tcase, empty_frames_have_no_fence);
    tcase_add_test(tcase, no_flush_leaves_it_to_the_swap);
    tcase_add_test(tcase, a_wait_is_bounded);
    tcase_add_test(tcase, waits_are_counted);
    tcase_add_test(tcase, a_buffer_that_fails_does_not_hold_up_the_others);
    tcase_add_test(tcase, another_error_does_not_make_it_wait_again);
    tcase_add_test(tcase, a_refused_fence_is_made_up_for);
    tcase_add_test(tcase, without_any_fence_nothing_is_overwritten);
    tcase_add_test(tcase, wait_idle_waits_for_ended_frames);
    tcase_add_test(tcase, wait_idle_may_be_asked_again);
    tcase_add_test(tcase, many_frames_in_flight);
    tcase_add_test(tcase, null_devices);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_WAITING);
    return harness_main(&suite, 1);
}
