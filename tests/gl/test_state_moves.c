/* In-place writes, streams and read-backs leave OpenGL state alone, as the calls of test_state.c
 * do.
 */
#include <string.h>

#include "support/gl_spy.h"
#include "support/gl_state.h"
#include "support/harness.h"
#include "support/model.h"

#define ITEMS 1000

/* What the rows play with. `m` and `far` are attached, acquired, their frame ended and finished. */
static struct {
    trm_device *device;
    model m;           /* in mapped regions */
    model far;         /* in device memory */
    trm_buffer *empty; /* mapped, without CPU data, nothing sent */
    trm_buffer *blank; /* the same in device memory */
    trm_stream *stream;
    trm_read *read;
} scene;

typedef struct row {
    const char *name;
    void (*prepare)(void);
    trm_result (*call)(void);
    trm_result expected;
} row;

/* ---- situations ---- */

static void fail_storage(void) {
    spy.fail[SPY_NamedBufferStorage] = 1;
}

static void fail_map(void) {
    spy.fail[SPY_MapNamedBufferRange] = 1;
}

static void fail_create(void) {
    spy.fail[SPY_CreateBuffers] = 1;
}

static void lose(void) {
    harness_expect_remains();
    trm_device_lost(scene.device);
}

static void open_write(void) {
    void *pointer;
    ck_assert_int_eq(trm_device_write_begin(scene.device, scene.blank, 3, 9, &pointer), TRM_OK);
    memset(pointer, 1, 36);
}

static void open_whole_write(void) {
    void *pointer;
    ck_assert_int_eq(
        trm_device_write_begin(scene.device, scene.empty, 0, TRM_WHOLE, &pointer), TRM_OK);
    memset(pointer, 1, ITEMS * 4);
}

static void open_stream(void) {
    const trm_stream_desc desc = {.nbytes = 1000, .label = "scene"};
    ck_assert_int_eq(trm_stream_create(scene.device, &desc, &scene.stream), TRM_OK);
}

static void take_slice(void) {
    trm_gl_slice slice;
    open_stream();
    ck_assert_int_eq(trm_gl_stream_alloc(scene.stream, 1000, 0, &slice), TRM_OK);
    memset(slice.pointer, 1, 1000);
}

static void take_all_slices(void) {
    trm_gl_slice slice;
    take_slice();
    ck_assert_int_eq(trm_gl_stream_alloc(scene.stream, 1000, 0, &slice), TRM_OK);
    ck_assert_int_eq(trm_gl_stream_alloc(scene.stream, 1000, 0, &slice), TRM_OK);
}

static void begin_read(void) {
    ck_assert_int_eq(
        trm_device_read_begin(scene.device, scene.far.buffer, 1, 5, &scene.read), TRM_OK);
}

static void end_read(void) {
    begin_read();
    ck_assert_int_eq(trm_device_end_frame(scene.device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(scene.device, UINT64_MAX), TRM_OK);
}

/* ---- calls ---- */

static trm_result end_frame(void) {
    return trm_device_end_frame(scene.device);
}

static trm_result destroy_device(void) {
    trm_device_destroy(scene.device);
    scene.device = NULL;
    return TRM_OK;
}

static trm_result write_begin(void) {
    void *pointer;
    return trm_device_write_begin(scene.device, scene.blank, 3, 9, &pointer);
}

static trm_result write_begin_whole(void) {
    void *pointer;
    return trm_device_write_begin(scene.device, scene.empty, 0, ITEMS, &pointer);
}

static trm_result write_begin_data(void) {
    void *pointer;
    return trm_device_write_begin(scene.device, scene.m.buffer, 0, 1, &pointer);
}

static trm_result write_end(void) {
    return trm_device_write_end(scene.device, scene.blank, 5);
}

static trm_result write_end_whole(void) {
    return trm_device_write_end(scene.device, scene.empty, ITEMS);
}

static trm_result write_drop(void) {
    return trm_device_write_end(scene.device, scene.blank, 0);
}

static trm_result resize_blank(void) {
    return trm_buffer_resize(scene.blank, NULL, 4, 0);
}

static trm_result detach_blank(void) {
    return trm_device_detach(scene.device, scene.blank);
}

static trm_result stream_create(void) {
    const trm_stream_desc desc = {.nbytes = 1000, .label = "scene"};
    return trm_stream_create(scene.device, &desc, &scene.stream);
}

static trm_result stream_destroy(void) {
    trm_stream_destroy(scene.stream);
    return TRM_OK;
}

static trm_result stream_alloc(void) {
    trm_gl_slice slice;
    return trm_gl_stream_alloc(scene.stream, 10, 0, &slice);
}

static trm_result stream_flush(void) {
    return trm_stream_flush(scene.stream);
}

static trm_result read_begin(void) {
    return trm_device_read_begin(scene.device, scene.m.buffer, 0, 7, &scene.read);
}

static trm_result read_begin_far(void) {
    return trm_device_read_begin(scene.device, scene.far.buffer, 0, 7, &scene.read);
}

static trm_result read_begin_blank(void) {
    return trm_device_read_begin(scene.device, scene.blank, 0, 7, &scene.read);
}

static trm_result read_poll(void) {
    const trm_result result = trm_read_poll(scene.read);
    ck_assert_int_eq(trm_read_data(scene.read) != NULL, result == TRM_OK);
    return result;
}

static trm_result read_destroy(void) {
    trm_read_destroy(scene.read);
    return TRM_OK;
}

static const row rows[] = {
    {"device_write_begin", NULL, write_begin, TRM_OK},
    {"device_write_begin, no ring", fail_map, write_begin, TRM_ERROR_OUT_OF_DEVICE_MEMORY},
    {"device_write_begin, mapped", NULL, write_begin_whole, TRM_OK},
    {"device_write_begin, has data", NULL, write_begin_data, TRM_ERROR_STATE},
    {"device_write_begin, lost", lose, write_begin, TRM_ERROR_DEVICE_LOST},
    {"device_write_end", open_write, write_end, TRM_OK},
    {"device_write_end, mapped", open_whole_write, write_end_whole, TRM_OK},
    {"device_write_end, nothing", open_write, write_drop, TRM_OK},
    {"device_write_end, not attached", NULL, write_end, TRM_ERROR_STATE},
    {"device_end_frame, write open", open_write, end_frame, TRM_ERROR_STATE},
    {"device_detach, write open", open_write, detach_blank, TRM_OK},
    {"device_destroy, write open", open_write, destroy_device, TRM_OK},
    {"buffer_resize, write open", open_write, resize_blank, TRM_ERROR_STATE},
    {"stream_create", NULL, stream_create, TRM_OK},
    {"stream_create, no object", fail_create, stream_create, TRM_ERROR_OUT_OF_DEVICE_MEMORY},
    {"stream_create, no mapping", fail_map, stream_create, TRM_ERROR_OUT_OF_DEVICE_MEMORY},
    {"stream_destroy", open_stream, stream_destroy, TRM_OK},
    {"stream_destroy, in the open frame", take_slice, stream_destroy, TRM_OK},
    {"gl_stream_alloc", open_stream, stream_alloc, TRM_OK},
    {"gl_stream_alloc, frame open", take_all_slices, stream_alloc, TRM_ERROR_FRAME_OPEN},
    {"stream_flush", take_slice, stream_flush, TRM_OK},
    {"device_destroy, stream and read", end_read, destroy_device, TRM_OK},
    {"device_read_begin, mapped", NULL, read_begin, TRM_OK},
    {"device_read_begin", NULL, read_begin_far, TRM_OK},
    {"device_read_begin, no storage", fail_storage, read_begin, TRM_ERROR_OUT_OF_DEVICE_MEMORY},
    {"device_read_begin, not attached", NULL, read_begin_blank, TRM_ERROR_STATE},
    {"read_poll, not ready", begin_read, read_poll, TRM_NOT_READY},
    {"read_poll", end_read, read_poll, TRM_OK},
    {"read_destroy", end_read, read_destroy, TRM_OK},
    {"read_destroy, in the open frame", begin_read, read_destroy, TRM_OK},
};

static void acquire(trm_buffer *buffer) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(scene.device, buffer, &span), TRM_OK);
}

static void open_scene(void) {
    trm_buffer_desc desc = {.nitems = ITEMS, .format = "f4", .label = "scene"};
    harness_open();
    memset(&scene, 0, sizeof scene);
    scene.device = harness_device(NULL);
    model_open(&scene.m, &desc, 1);
    model_open_placed(&scene.far, &desc, TRM_PLACEMENT_DEVICE, 3);
    desc.placement = TRM_PLACEMENT_MAPPED;
    ck_assert_int_eq(trm_buffer_create(&desc, &scene.empty), TRM_OK);
    desc.placement = TRM_PLACEMENT_DEVICE;
    ck_assert_int_eq(trm_buffer_create(&desc, &scene.blank), TRM_OK);
    acquire(scene.m.buffer);
    acquire(scene.far.buffer);
    ck_assert_int_eq(trm_device_end_frame(scene.device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(scene.device, UINT64_MAX), TRM_OK);
    gl_state_scramble(harness_gl());
    ck_assert_uint_eq(harness_gl()->GetError(), GL_NO_ERROR);
}

static void close_scene(void) {
    gl_state_unscramble(harness_gl());
    model_close(&scene.m);
    model_close(&scene.far);
    ck_assert_int_eq(trm_buffer_destroy(scene.empty), TRM_OK);
    ck_assert_int_eq(trm_buffer_destroy(scene.blank), TRM_OK);
    trm_device_destroy(scene.device);
    harness_close();
}

START_TEST(calls_leave_the_state_alone) {
    static gl_state before, after;
    const row *this = &rows[_i];
    if (this->prepare != NULL) {
        this->prepare();
    }
    gl_state_take(harness_gl(), &before);
    const trm_result result = this->call();
    const GLenum left = gl_spy_take_error();
    gl_state_take(harness_gl(), &after);
    ck_assert_msg(result == this->expected, "%s: %s", this->name, trm_result_string(result));
    ck_assert_msg(left == GL_NO_ERROR, "%s leaves GL error 0x%x", this->name, left);
    const size_t differences = gl_state_compare(&before, &after, NULL);
    ck_assert_msg(differences == 0, "%s changes %zu values", this->name, differences);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-state-moves");
    TCase *tcase = tcase_create("moves");
    tcase_add_checked_fixture(tcase, open_scene, close_scene);
    tcase_add_loop_test(tcase, calls_leave_the_state_alone, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
