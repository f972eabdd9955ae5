/* Timestamp queries in the place of fences (TRM_GL_QUIRK_SLOW_FENCES). */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

#define SHORT_NS UINT64_C(2000000)

/* With this there is no room for a staging ring: what cannot have a region has to wait. */
#define NO_RING_NBYTES (UINT64_C(1) << 20)

static const trm_buffer_desc shape = {.nitems = 2000, .format = "4xf4", .label = "oar"};

static trm_device *open_device(const trm_device_desc *desc) {
    return harness_gl_device(
        &(trm_gl_device_desc){.quirks_on = TRM_GL_QUIRK_SLOW_FENCES, .device = *desc});
}

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

/* One query a frame, no fence, and few queries in all: they are asked again and again. */
START_TEST(a_frame_costs_this) {
    enum { FRAMES = 50 };
    model m;
    trm_device *device = open_device(&(trm_device_desc){0});
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 1);
    for (int frame = 0; frame < FRAMES; frame++) {
        model_draw draw = draw_frame(device, &m);
        harness_end_frame();
        ck_assert(model_check(&draw));
    }
    const trm_stats stats = get_stats(device);
    ck_assert_uint_eq(stats.fences, FRAMES);
    ck_assert_uint_eq(spy.calls[SPY_QueryCounter], FRAMES);
    ck_assert_uint_eq(stats.polls, spy.calls[SPY_GetQueryObjectuiv]);
    ck_assert_uint_ge(stats.polls, FRAMES - 1);
    ck_assert_uint_le(stats.polls, 2 * FRAMES);
    ck_assert_uint_le(spy.calls[SPY_CreateQueries], 4);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync] + spy.calls[SPY_ClientWaitSync], 0);
    ck_assert_uint_eq(stats.waits, 0);
    model_close(&m);
    trm_device_destroy(device);
    /* The names go together, but for those of the last frames, which nobody asked for. */
    ck_assert_uint_le(spy.calls[SPY_DeleteQueries], 4);
}
END_TEST

/* Frames that the GPU is behind with. _i: the placement. */
START_TEST(draws_see_their_own_frame) {
    model m;
    const trm_placement placement = _i == 0 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE;
    trm_device *device = open_device(&(trm_device_desc){0});
    model_open_placed(&m, &shape, placement, 2);
    spy.lag = HARNESS_FRAMES_IN_FLIGHT;
    const paced_result result =
        paced_frames(device, &m, &(paced_run){.frames = 40, .edits_per_frame = 2});
    spy.lag = 0;
    ck_assert_uint_eq(result.mismatches, 0);
    if (placement == TRM_PLACEMENT_MAPPED) /* others may do without */
        ck_assert_uint_ge(spy.calls[SPY_QueryCounter], 40);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A wait has a fence of its own, and is over when the query is answered, or the time is up. */
START_TEST(a_wait_is_bounded) {
    model m;
    trm_gl_span span;
    trm_device *device = open_device(
        &(trm_device_desc){.wait_timeout_ns = SHORT_NS, .budget_nbytes = NO_RING_NBYTES});
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 3);
    model_draw draws[4];
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int i = 0; i < 3; i++)
        draws[i] = draw_frame(device, &m);
    model_edit_range(&m, 100, 10);
    for (unsigned again = 1; again <= 2; again++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_TIMEOUT);
        ck_assert_str_eq(harness_last_message()->rule, "wait.timeout");
        ck_assert(trm_buffer_pending(m.buffer));
        ck_assert_uint_eq(get_stats(device).waits, again);
        ck_assert_uint_ge(get_stats(device).waited_ns, again * SHORT_NS);
    }
    harness_finish(); /* or a busy machine is late by more than the bound */
    spy.wait = SPY_WAIT_REAL;
    spy.wait_not_yet = 5;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_ge(get_stats(device).waits, 3);
    ck_assert_uint_gt(spy.wait_nonzero, 0);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], spy.calls[SPY_DeleteSync]);
    draws[3] = model_issue(&m, HARNESS_TEXEL, &span);
    for (int i = 0; i < 4; i++)
        ck_assert(model_check(&draws[i]));
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_C(20000000000)), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], spy.calls[SPY_DeleteSync]);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A query that is answered while the wait's fence, behind it, is not. */
static unsigned asked;

static void answer_the_third(gl_spy_function function) {
    asked += function == SPY_GetQueryObjectuiv;
    if (asked == 3)
        spy.wait = SPY_WAIT_REAL;
}

START_TEST(a_wait_ends_with_the_query) {
    model m;
    trm_gl_span span;
    trm_device *device =
        open_device(&(trm_device_desc){.region_count = 1, .budget_nbytes = NO_RING_NBYTES});
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 4);
    model_draw first = draw_frame(device, &m);
    harness_finish();
    model_edit_range(&m, 100, 10);
    asked = 0;
    spy.wait = SPY_WAIT_TIMEOUT;
    spy.on_call = answer_the_third;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    spy.on_call = NULL;
    ck_assert_uint_eq(asked, 3);
    ck_assert_uint_eq(get_stats(device).waits, 1);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&first) && model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Where no query can be made there is a fence, and the next frame tries again. */
START_TEST(a_fence_in_its_place) {
    model m;
    trm_device *device = open_device(&(trm_device_desc){0});
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 5);
    spy.fail[SPY_CreateQueries] = 1;
    model_draw draw = draw_frame(device, &m);
    ck_assert(model_check(&draw));
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 1);
    ck_assert_uint_eq(spy.calls[SPY_QueryCounter], 0);
    ck_assert_uint_eq(gl_spy_take_error(), GL_NO_ERROR);
    draw = draw_frame(device, &m);
    ck_assert(model_check(&draw));
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 1);
    ck_assert_uint_eq(spy.calls[SPY_QueryCounter], 1);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Frames are covered by later fences when the queue is full of unanswered queries, which are given
 * up: their names go, and no late answer is taken for that to another. */
START_TEST(unanswered_ones_are_given_up) {
    enum { FRAMES = 80 };
    model m;
    trm_device *device = open_device(&(trm_device_desc){0});
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 6);
    trm_gl_span span;
    model_draw draws[FRAMES];
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int i = 0; i < FRAMES; i++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        draws[i] = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_uint_gt(spy.calls[SPY_DeleteQueries], 0);
    ck_assert_uint_le(spy.calls[SPY_CreateQueries], FRAMES);
    spy.wait = SPY_WAIT_REAL;
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    for (int i = 0; i < FRAMES; i++)
        ck_assert(model_check(&draws[i]));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* With a buffer of the application's bound for queries GL writes answers there, unless it is bound
 * elsewhere meanwhile. */
START_TEST(a_query_buffer_stays_yours) {
    static const uint32_t pattern[4] = {1, 22, 333, 4444};
    GladGLContext *gl = harness_gl();
    uint32_t seen[4];
    GLint bound;
    GLuint buffer;
    model m;
    trm_device *device = open_device(&(trm_device_desc){0});
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 7);
    gl->CreateBuffers(1, &buffer);
    gl->NamedBufferStorage(buffer, sizeof pattern, pattern, 0);
    gl->BindBuffer(GL_QUERY_BUFFER, buffer);
    for (int i = 0; i < 5; i++) {
        model_draw draw = draw_frame(device, &m);
        ck_assert(model_check(&draw));
    }
    ck_assert_uint_ge(spy.calls[SPY_GetQueryObjectuiv], 4);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    gl->GetIntegerv(GL_QUERY_BUFFER_BINDING, &bound);
    ck_assert_int_eq(bound, (GLint)buffer);
    gl->BindBuffer(GL_QUERY_BUFFER, 0);
    gl->GetNamedBufferSubData(buffer, 0, sizeof seen, seen);
    ck_assert_mem_eq(seen, pattern, sizeof pattern);
    gl->DeleteBuffers(1, &buffer);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A lost context answers every query: that is no sign that the GPU is done. _i: its status tells of
 * the loss, or has told somebody else before, and says nothing any more. */
START_TEST(a_loss_is_no_answer) {
    model m;
    trm_gl_span span;
    trm_device *device = open_device(&(trm_device_desc){.region_count = 1});
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 8);
    model_draw draw = draw_frame(device, &m);
    ck_assert(model_check(&draw));
    harness_expect_remains();
    spy.wait = SPY_WAIT_FAILED;
    spy.reset_status = GL_GUILTY_CONTEXT_RESET;
    spy.status_told = _i == 1;
    model_edit_range(&m, 9, 9);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_DEVICE_LOST);
    ck_assert(trm_buffer_pending(m.buffer));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Only a fence promises the CPU what it reads. */
START_TEST(a_read_has_a_fence) {
    model m;
    trm_gl_span span;
    trm_read *read = NULL;
    /* Otherwise few frames have anything. */
    trm_device *device = open_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_UNIFIED});
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 10);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_read_begin(device, m.buffer, 0, TRM_WHOLE, &read), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 1);
    ck_assert_uint_eq(spy.calls[SPY_QueryCounter], 0);
    harness_finish();
    ck_assert_int_eq(trm_read_poll(read), TRM_OK);
    ck_assert_mem_eq(trm_read_data(read), m.array, m.nitems * 16);
    trm_read_destroy(read);
    model_draw draw = draw_frame(device, &m);
    ck_assert(model_check(&draw));
    ck_assert_uint_eq(spy.calls[SPY_FenceSync], 1);
    ck_assert_uint_eq(spy.calls[SPY_QueryCounter], 1);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

static void answer_after_a_flush(gl_spy_function function) {
    if (function == SPY_Flush)
        spy.lag = 0;
}

/* Where no fence can be made for a wait, what was recorded is sent off all the same: no answer
 * comes before. */
START_TEST(a_wait_without_a_fence) {
    model m;
    trm_device *device = open_device(&(trm_device_desc){.no_flush = true});
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 11);
    model_draw draw = draw_frame(device, &m);
    ck_assert_uint_eq(spy.calls[SPY_Flush], 0);
    spy.fail[SPY_FenceSync] = 1000000;
    spy.lag = 1;
    spy.on_call = answer_after_a_flush;
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_C(20000000000)), TRM_OK);
    ck_assert_uint_gt(spy.calls[SPY_Flush], 0);
    spy.on_call = NULL;
    spy.fail[SPY_FenceSync] = 0;
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-stamps");
    TCase *tcase = tcase_create("stamps");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, a_frame_costs_this);
    tcase_add_loop_test(tcase, draws_see_their_own_frame, 0, 2);
    tcase_add_test(tcase, a_wait_is_bounded);
    tcase_add_test(tcase, a_wait_ends_with_the_query);
    tcase_add_test(tcase, a_fence_in_its_place);
    tcase_add_test(tcase, unanswered_ones_are_given_up);
    tcase_add_test(tcase, a_query_buffer_stays_yours);
    tcase_add_loop_test(tcase, a_loss_is_no_answer, 0, 2);
    tcase_add_test(tcase, a_read_has_a_fence);
    tcase_add_test(tcase, a_wait_without_a_fence);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
