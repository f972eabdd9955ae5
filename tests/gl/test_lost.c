/* A context that is gone: everything says so, nothing touches GL, and taking down is safe. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

static const trm_buffer_desc shape = {.nitems = 500, .format = "uint32", .label = "wreck"};

/* Calls everything that a device has. */
static void assert_lost(trm_device *device, model *m, model *stranger) {
    trm_gl_span span = {1, 2, 3};
    trm_stats stats;
    trm_buffer_info info;
    size_t offset = 9;
    void *pointer = &spy;
    trm_read *read = (trm_read *)(void *)&spy;
    trm_stream *stream = (trm_stream *)(void *)&spy;
    gl_spy_reset_counts();
    model_edit_range(m, 1, 2);
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_DEVICE_LOST);
    ck_assert_str_eq(harness_last_message()->rule, "device.lost");
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_ERROR_DEVICE_LOST);
    ck_assert_uint_eq(span.object + span.offset + span.nbytes, 0);
    ck_assert_int_eq(trm_gl_acquire(device, stranger->buffer, &span), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_device_attach(device, m->buffer), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_device_attach(device, stranger->buffer), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_gl_bind_vertex(device, 0, 0, m->buffer), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_gl_bind_index(device, 0, m->buffer, &offset), TRM_ERROR_DEVICE_LOST);
    ck_assert_uint_eq(offset, 0);
    ck_assert_int_eq(trm_gl_bind_uniform(device, 0, m->buffer), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_gl_bind_storage(device, 0, m->buffer), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(
        trm_device_write_begin(device, m->buffer, 0, 1, &pointer), TRM_ERROR_DEVICE_LOST);
    ck_assert_ptr_null(pointer);
    ck_assert_int_eq(trm_device_read_begin(device, m->buffer, 0, 1, &read), TRM_ERROR_DEVICE_LOST);
    ck_assert_ptr_null(read);
    ck_assert_int_eq(
        trm_stream_create(device, &(trm_stream_desc){.nbytes = 1}, &stream), TRM_ERROR_DEVICE_LOST);
    ck_assert_ptr_null(stream);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_ERROR_DEVICE_LOST);
    ck_assert(trm_buffer_pending(m->buffer));
    trm_device_stats(device, &stats);
    ck_assert_uint_gt(stats.buffers, 0);
    ck_assert_int_eq(trm_device_buffer_info(device, m->buffer, &info), TRM_OK);
    ck_assert_uint_eq(gl_spy_total(), 0);
}

/* The device goes, and its buffer serves another one. */
static void assert_recovery(trm_device *device, model *m) {
    trm_gl_span span;
    trm_device_destroy(device);
    ck_assert_uint_eq(gl_spy_total(), 0);
    ck_assert(trm_buffer_pending(m->buffer));
    spy.wait = SPY_WAIT_REAL;
    spy.reset_status = 0;
    device = harness_device(NULL);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    trm_device_destroy(device);
}

/* A device with a fence in flight, a retired store, and an open frame. */
static trm_device *open_device(model *m, model *stranger) {
    trm_gl_span span;
    model gone;
    trm_device *device = harness_device(NULL);
    harness_expect_remains();
    model_open(m, &shape, 1);
    model_open(stranger, &shape, 2);
    model_open(&gone, &shape, 3);
    spy.wait = SPY_WAIT_TIMEOUT;
    ck_assert_int_eq(trm_gl_acquire(device, gone.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    model_close(&gone);
    model_edit_range(m, 5, 5);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    return device;
}

START_TEST(told_by_the_application) {
    model m, stranger;
    trm_device *device = open_device(&m, &stranger);
    gl_spy_reset_counts();
    trm_device_lost(device);
    ck_assert_uint_eq(gl_spy_total(), 0);
    assert_lost(device, &m, &stranger);
    assert_recovery(device, &m);
    model_close(&m);
    model_close(&stranger);
}
END_TEST

/* A wait fails and the context says that it was reset: found in a poll of acquire, of sync, of
 * end_frame, of wait_idle. */
START_TEST(found_by_waiting) {
    model m, stranger;
    trm_gl_span span;
    trm_result result = TRM_OK;
    trm_device *device = open_device(&m, &stranger);
    if (_i != 2) {
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    spy.wait = SPY_WAIT_FAILED;
    spy.reset_status = GL_GUILTY_CONTEXT_RESET;
    model_edit_range(&m, 9, 9);
    switch (_i) {
    case 0:
        result = trm_gl_acquire(device, m.buffer, &span);
        ck_assert_uint_eq(span.object, 0);
        break;
    case 1:
        result = trm_device_sync(device);
        break;
    case 2:
        result = trm_device_end_frame(device);
        break;
    case 3:
        result = trm_device_wait_idle(device, UINT64_MAX);
        break;
    default:
        break;
    }
    ck_assert_int_eq(result, TRM_ERROR_DEVICE_LOST);
    ck_assert_str_eq(harness_last_message()->rule, "device.lost");
    ck_assert(trm_buffer_pending(m.buffer));
    assert_lost(device, &m, &stranger);
    assert_recovery(device, &m);
    model_close(&m);
    model_close(&stranger);
}
END_TEST

/* A wait that fails although the context is well is no loss: it ends as a timeout. */
START_TEST(a_failed_wait_alone_is_no_loss) {
    model m;
    trm_gl_span span;
    /* No room for a staging ring. */
    trm_device *device =
        harness_device(&(trm_device_desc){.wait_timeout_ns = 2000000, .budget_nbytes = 1 << 20});
    model_open(&m, &shape, 4);
    spy.wait = SPY_WAIT_FAILED;
    for (int frame = 0; frame < 3; frame++) {
        model_edit_range(&m, 1, 1);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    model_edit_range(&m, 1, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_TIMEOUT);
    spy.wait = SPY_WAIT_REAL;
    harness_finish(); /* or a busy machine is late by more than the bound */
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Buffers can leave a lost device one by one, and be destroyed while on it. */
START_TEST(leaving_a_lost_device) {
    model m, stranger;
    trm_device *device = open_device(&m, &stranger);
    trm_device_lost(device);
    gl_spy_reset_counts();
    if (_i == 0) {
        ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
        ck_assert(trm_buffer_pending(m.buffer));
    }
    model_close(&m);
    trm_device_destroy(device);
    ck_assert_uint_eq(gl_spy_total(), 0);
    model_close(&stranger);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-lost");
    TCase *tcase = tcase_create("lost");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, told_by_the_application);
    tcase_add_loop_test(tcase, found_by_waiting, 0, 4);
    tcase_add_test(tcase, a_failed_wait_alone_is_no_loss);
    tcase_add_loop_test(tcase, leaving_a_lost_device, 0, 2);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_LOST);
    return harness_main(&suite, 1);
}
