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

/* A few arrays are no reason to give up: the last one is drawn. */
START_TEST(a_few_are_gone_along_with) {
    model m;
    trm_device *device = harness_gl_device(
        &(trm_gl_device_desc){.scatter = TRM_GL_SCATTER_NEVER, .device.staging_nbytes = SMALL});
    model_open_placed(
        &m, &(trm_buffer_desc){.nitems = 2000, .format = "4xf4"}, TRM_PLACEMENT_DEVICE, 2);
    assert_draws(device, &m);
    model_edit_full(&m);
    replace_at(SPY_CopyNamedBufferSubData, &m, 3);
    assert_draws(device, &m);
    ck_assert_uint_eq(plan.left, 0);
    assert_draws(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* How edits go up, and at which call somebody is quicker than the copy. */
typedef struct way {
    trm_placement placement;
    uint32_t usage;
    bool is_inline;
    trm_gl_scatter_mode scatter;
    bool is_busy; /* the only region is still read */
    size_t edits;
    gl_spy_function at;
} way;

static const way ways[] = {
    {TRM_PLACEMENT_MAPPED, TRM_USAGE_TEXEL, false, TRM_GL_SCATTER_NEVER, false, 1,
        SPY_ClientWaitSync},
    {TRM_PLACEMENT_MAPPED, TRM_USAGE_TEXEL, false, TRM_GL_SCATTER_NEVER, true, 1,
        SPY_ClientWaitSync},
    /* The ring is made. */
    {TRM_PLACEMENT_DEVICE, TRM_USAGE_TEXEL, false, TRM_GL_SCATTER_NEVER, false, 1,
        SPY_NamedBufferStorage},
    {TRM_PLACEMENT_DEVICE, TRM_USAGE_TEXEL | TRM_USAGE_GPU_WRITE, true, TRM_GL_SCATTER_NEVER, false,
        1, SPY_MemoryBarrier},
    /* Memory for parcels is made. */
    {TRM_PLACEMENT_DEVICE, TRM_USAGE_TEXEL, true, TRM_GL_SCATTER_ALWAYS, false, 140,
        SPY_NamedBufferStorage},
};

/* Marks were taken, and then the array is another one: of that one a draw sees all, and nothing of
 * the old one. Acquires do not mend it. */
START_TEST(a_draw_sees_one_array) {
    model m;
    model_draw draws[3];
    trm_gl_span span;
    const way *how = &ways[_i];
    harness_allow_inline(how->is_inline);
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){.scatter = how->scatter,
        .device = {.region_count = 1, .explicit_sync = true, .memory_kind = TRM_MEMORY_DISCRETE}});
    model_open_placed(&m,
        &(trm_buffer_desc){.nitems = 8192, .format = "4xf4", .chunk_size = 16, .usage = how->usage},
        how->placement, (uint64_t)_i);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    for (size_t frame = 0; frame < 3; frame++) {
        for (size_t i = 0; i < how->edits && frame == 1; i++)
            model_edit_range(&m, 48 * i + 32, 1);
        if (frame == 1) {
            spy.lag = how->is_busy ? 8 : 0;
            replace_at(how->at, &m, 1);
        }
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        draws[frame] = model_issue(&m, HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        if (!how->is_busy)
            harness_finish();
    }
    ck_assert_uint_eq(plan.left, 0);
    ck_assert(!trm_buffer_pending(m.buffer));
    for (size_t frame = 0; frame < 3; frame++)
        ck_assert(model_check(&draws[frame]));
    spy.lag = 0;
    model_close(&m);
    trm_device_destroy(device);
    harness_allow_inline(false);
}
END_TEST

/* Nobody who replaces the array meets a lock that is held while the GPU is asked: here it is the
 * same thread, which would wait for itself. For a parcel's place it is asked once all are taken. */
START_TEST(no_lock_while_the_gpu_is_asked) {
    enum { FRAMES = 24, EDITS = 60, STEP = 256 };
    model m;
    unsigned asked = 0;
    harness_allow_inline(true);
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .scatter = TRM_GL_SCATTER_ALWAYS, .device.memory_kind = TRM_MEMORY_DISCRETE});
    const trm_buffer_desc shape = {
        .nitems = STEP * EDITS, .format = "4xf4", .chunk_size = 16, .usage = TRM_USAGE_TEXEL};
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 9);
    assert_draws(device, &m);
    spy.lag = 2 * FRAMES;
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        for (size_t i = 0; i < EDITS; i++)
            model_edit_range(&m, STEP * i, 48); /* too much for two of them to share a place */
        replace_at(SPY_ClientWaitSync, &m, 1);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        asked += plan.left == 0;
        spy.on_call = NULL;
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_uint_gt(asked, 0);
    spy.lag = 0;
    harness_finish();
    assert_draws(device, &m);
    model_close(&m);
    trm_device_destroy(device);
    harness_allow_inline(false);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-replace");
    TCase *tcase = tcase_create("replace");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, nobody_is_kept_for_ever, 0, 6);
    tcase_add_test(tcase, a_few_are_gone_along_with);
    tcase_add_loop_test(tcase, a_draw_sees_one_array, 0, (int)(sizeof ways / sizeof ways[0]));
    tcase_add_test(tcase, no_lock_while_the_gpu_is_asked);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
