/* Arrays that are replaced in the middle of their upload: the test does from inside the library's
 * GL calls what another thread may do at any time. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

#define SMALL 4096 /* bytes a frame; the ring has three times as much */
#define MOST  1000 /* arrays, so that a call that goes on with each of them returns */
/* So long takes a wait in vain. No real one may take as long, however many programs share a GPU. */
#define BOUND_NS UINT64_C(500000000)

/* What is replaced at which call. */
static struct {
    gl_spy_function at;
    model *m;
    unsigned left;
} plan;

static void replace(gl_spy_function function) {
    if (function != plan.at || !plan.left)
        return;
    plan.left--;
    model_set_data(plan.m);
}

static void replace_at(gl_spy_function function, model *m, unsigned times) {
    plan.at = function;
    plan.m = m;
    plan.left = times;
    spy.on_call = replace;
}

static void assert_draws(trm_device *device, model *m) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
}

/* A call that brings the buffer up. */
static trm_result upload(trm_device *device, model *m, int how) {
    trm_gl_span span = {0};
    const trm_result result = how == 0   ? trm_device_sync(device)
                              : how == 1 ? trm_gl_acquire(device, m->buffer, &span)
                                         : trm_gl_try_acquire(device, m->buffer, &span);
    ck_assert_uint_eq(span.object, 0);
    return result;
}

/* Somebody replaces the array whenever some of it is under way, or the GPU is waited for in vain:
 * the call ends all the same, nothing is lost, and all of it arrives in the end. */
START_TEST(nobody_is_kept_for_ever) {
    model m;
    trm_stats stats;
    const bool hangs = _i >= 3, waits = hangs && _i % 3 != 2;
    const trm_result expected = _i % 3 == 2 ? TRM_NOT_READY : TRM_ERROR_TIMEOUT;
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){.scatter = TRM_GL_SCATTER_NEVER,
        .device = {.staging_nbytes = SMALL, .wait_timeout_ns = hangs ? BOUND_NS : 1}});
    /* More than the ring, or less. */
    const trm_buffer_desc shape = {.nitems = hangs ? 2000 : 600, .format = "4xf4"};
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 1);
    assert_draws(device, &m);
    model_edit_full(&m);
    spy.wait = hangs ? SPY_WAIT_TIMEOUT : SPY_WAIT_REAL;
    replace_at(hangs ? SPY_ClientWaitSync : SPY_CopyNamedBufferSubData, &m, MOST);
    ck_assert_int_eq(upload(device, &m, _i % 3), expected);
    ck_assert_uint_lt(plan.left, MOST);
    ck_assert(waits || plan.left > MOST / 2); /* a single wait may ask any number of times */
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.waits, waits);
    ck_assert(
        expected == TRM_NOT_READY || strcmp(harness_last_message()->rule, "wait.timeout") == 0);
    ck_assert(trm_buffer_pending(m.buffer));
    spy.on_call = NULL;
    spy.wait = SPY_WAIT_REAL;
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, BOUND_NS), TRM_OK);
    assert_draws(device, &m);
    ck_assert(!trm_buffer_pending(m.buffer));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-replace");
    TCase *tcase = tcase_create("replace");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, nobody_is_kept_for_ever, 0, 6);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
