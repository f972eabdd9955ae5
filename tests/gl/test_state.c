/* No call of the library changes OpenGL state, but for the bindings that the bind helpers are for.
 *
 * Each row is a public call that takes a device or a buffer, or a way in which one fails. The state
 * is scrambled, pictured, the call made, and pictured again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/gl_state.h"
#include "support/harness.h"
#include "support/model.h"

#define ITEMS 1000

/* What the rows play with. `m` is attached, acquired, its frame ended and finished. */
static struct {
    trm_device *device;
    trm_device *other;
    model m;
    model loose;       /* never attached */
    model far;         /* in device memory, synced once */
    trm_buffer *empty; /* without CPU data, nothing sent */
    GLuint vertex_array;
} scene;

typedef struct row {
    const char *name;
    void (*prepare)(void);
    trm_result (*call)(void);
    trm_result expected;
    const char *const *except; /* state that the call may change */
} row;

/* ---- situations ---- */

static void edit(void) {
    model_edit_range(&scene.m, 3, 300);
}

static void edit_everything(void) {
    edit();
    ck_assert_int_eq(trm_device_attach(scene.device, scene.loose.buffer), TRM_OK);
}

static void edit_far(void) {
    model_edit_indices(&scene.far, 10);
}

/* The first bytes of the far buffer came with its storage; what follows needs the ring. */
static void edit_far_without_ring(void) {
    edit_far();
    spy.fail[SPY_MapNamedBufferRange] = 1;
}

static void attach_loose_first(void) {
    ck_assert_int_eq(trm_device_attach(scene.device, scene.loose.buffer), TRM_OK);
}

static void use(void) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(scene.device, scene.m.buffer, &span), TRM_OK);
}

/* Every region is in use: by ended frames whose fences do not signal, or by the open one. */
static void fill(bool end_frames) {
    spy.wait = SPY_WAIT_TIMEOUT;
    spy.fail[SPY_MapNamedBufferRange] = 1000; /* nor is there a ring */
    for (int i = 0; i < 3; i++) {
        edit();
        use();
        if (end_frames) {
            ck_assert_int_eq(trm_device_end_frame(scene.device), TRM_OK);
        }
    }
    edit();
}

static void fill_frames(void) {
    fill(true);
}

static void fill_frame(void) {
    fill(false);
}

/* All regions in use, and a ring to be had. */
static void fill_and_stage(void) {
    fill(false);
    spy.fail[SPY_MapNamedBufferRange] = 0;
}

static void fail_storage(void) {
    spy.fail[SPY_NamedBufferStorage] = 1;
}

static void fail_map(void) {
    spy.fail[SPY_MapNamedBufferRange] = 1;
}

static void fail_create(void) {
    spy.fail[SPY_CreateBuffers] = 1;
}

static void fail_first_sync(void) {
    attach_loose_first();
    fail_storage();
}

static void fail_first_object(void) {
    attach_loose_first();
    fail_create();
}

static void fail_first_map(void) {
    attach_loose_first();
    fail_map();
}

static void fail_fence(void) {
    use();
    spy.fail[SPY_FenceSync] = 1;
}

static void use_and_fail_wait(void) {
    edit();
    use();
    ck_assert_int_eq(trm_device_end_frame(scene.device), TRM_OK);
    edit();
    harness_expect_remains();
    spy.wait = SPY_WAIT_FAILED;
    spy.reset_status = GL_INNOCENT_CONTEXT_RESET;
}

static void old_context(void) {
    spy.version = 44;
}

static void lose(void) {
    edit();
    harness_expect_remains();
    trm_device_lost(scene.device);
}

static void send(void) {
    static uint8_t content[ITEMS * 4];
    ck_assert_int_eq(trm_buffer_send_data(scene.empty, 0, content, sizeof content), TRM_OK);
}

static void shrink(void) {
    use();
    scene.m.nitems = ITEMS / 2;
    ck_assert_int_eq(
        trm_buffer_resize(scene.m.buffer, scene.m.array, model_nbytes(&scene.m), 0), TRM_OK);
}

static void shrink_and_fail(void) {
    shrink();
    fail_storage();
}

/* ---- calls ---- */

static trm_result create_device(void) {
    trm_device *device;
    const trm_result result = harness_try_device(NULL, &device);
    trm_device_destroy(device);
    return result;
}

static trm_result create_buffer(void) {
    trm_buffer *buffer;
    const trm_result result =
        trm_buffer_create(&(trm_buffer_desc){.data = &scene, .nitems = 1, .format = "f4"}, &buffer);
    trm_buffer_destroy(buffer);
    return result;
}

static trm_result create_bad_buffer(void) {
    trm_buffer *buffer;
    return trm_buffer_create(&(trm_buffer_desc){.format = "f8", .nitems = 1}, &buffer);
}

static trm_result destroy_buffer(void) {
    const trm_result result = trm_buffer_destroy(scene.m.buffer);
    scene.m.buffer = NULL;
    return result;
}

static trm_result destroy_loose(void) {
    const trm_result result = trm_buffer_destroy(scene.loose.buffer);
    scene.loose.buffer = NULL;
    return result;
}

static trm_result ask_buffer(void) {
    trm_buffer *buffer = scene.m.buffer;
    trm_view view;
    trm_buffer_data(buffer);
    trm_buffer_nbytes(buffer);
    trm_buffer_nitems(buffer);
    trm_buffer_itemsize(buffer);
    trm_buffer_chunk_size(buffer);
    trm_buffer_usage(buffer);
    trm_buffer_placement(buffer);
    trm_buffer_format(buffer);
    trm_buffer_label(buffer);
    trm_buffer_draw_range(buffer);
    trm_buffer_revision(buffer);
    trm_buffer_pending(buffer);
    return trm_buffer_view(buffer, &view);
}

static trm_result set_draw_range(void) {
    return trm_buffer_set_draw_range(scene.m.buffer, 1, 2);
}

static trm_result set_bad_draw_range(void) {
    return trm_buffer_set_draw_range(scene.m.buffer, ITEMS, 2);
}

static trm_result set_data(void) {
    return trm_buffer_set_data(scene.m.buffer, scene.m.spare, model_nbytes(&scene.m), 0);
}

static trm_result set_bad_data(void) {
    return trm_buffer_set_data(scene.m.buffer, NULL, 1, 0);
}

static trm_result resize(void) {
    return trm_buffer_resize(scene.m.buffer, scene.m.array, 4, 0);
}

static trm_result resize_badly(void) {
    return trm_buffer_resize(scene.m.buffer, scene.m.array, 0, 0);
}

static trm_result update_full(void) {
    return trm_buffer_update_full(scene.m.buffer);
}

static trm_result update_many(void) {
    return trm_buffer_update_many(&scene.m.buffer, 1);
}

static trm_result update_many_empty(void) {
    trm_buffer *const both[] = {scene.m.buffer, scene.empty};
    return trm_buffer_update_many(both, 2);
}

static trm_result update_range(void) {
    return trm_buffer_update_range(scene.m.buffer, 5, TRM_WHOLE);
}

static trm_result update_indices(void) {
    return trm_buffer_update_indices(scene.m.buffer, (const uint32_t[]){1, 999}, 2);
}

static trm_result update_bad_indices(void) {
    return trm_buffer_update_indices(scene.m.buffer, (const uint32_t[]){1, 1000}, 2);
}

static trm_result update_empty(void) {
    return trm_buffer_update_full(scene.empty);
}

static trm_result send_data(void) {
    return trm_buffer_send_data(scene.empty, 1, &scene, 4);
}

static trm_result send_to_data(void) {
    return trm_buffer_send_data(scene.m.buffer, 1, &scene, 4);
}

static trm_result take_runs(void) {
    trm_run runs[2];
    size_t count;
    return trm_buffer_take_runs(scene.m.buffer, runs, 2, &count);
}

static trm_result attach_loose(void) {
    return trm_device_attach(scene.device, scene.loose.buffer);
}

static trm_result attach_again(void) {
    return trm_device_attach(scene.device, scene.m.buffer);
}

static trm_result attach_elsewhere(void) {
    return trm_device_attach(scene.other, scene.m.buffer);
}

static trm_result attach_null(void) {
    return trm_device_attach(scene.device, NULL);
}

static trm_result detach(void) {
    return trm_device_detach(scene.device, scene.m.buffer);
}

static trm_result detach_loose(void) {
    return trm_device_detach(scene.device, scene.loose.buffer);
}

static trm_result sync(void) {
    return trm_device_sync(scene.device);
}

static trm_result end_frame(void) {
    return trm_device_end_frame(scene.device);
}

static trm_result wait_idle(void) {
    return trm_device_wait_idle(scene.device, UINT64_MAX);
}

static trm_result ask_device(void) {
    trm_stats stats;
    trm_buffer_info info;
    trm_device_stats(scene.device, &stats);
    return trm_device_buffer_info(scene.device, scene.m.buffer, &info);
}

static trm_result report(void) {
    char text[5000];
    size_t length;
    const trm_result result =
        trm_device_report(scene.device, TRM_REPORT_TEXT, text, sizeof text, &length);
    return result == TRM_OK ? trm_device_report(scene.device, TRM_REPORT_JSON, NULL, 0, &length)
                            : result;
}

static trm_result report_nowhere(void) {
    return trm_device_report(scene.device, TRM_REPORT_TEXT, NULL, 0, NULL);
}

static trm_result ask_about_loose(void) {
    trm_buffer_info info;
    return trm_device_buffer_info(scene.device, scene.loose.buffer, &info);
}

static trm_result mark_lost(void) {
    harness_expect_remains();
    trm_device_lost(scene.device);
    return TRM_OK;
}

static trm_result destroy_device(void) {
    trm_device_destroy(scene.device);
    scene.device = NULL;
    return TRM_OK;
}

static trm_result acquire(void) {
    trm_gl_span span;
    return trm_gl_acquire(scene.device, scene.m.buffer, &span);
}

static trm_result acquire_loose(void) {
    trm_gl_span span;
    return trm_gl_acquire(scene.device, scene.loose.buffer, &span);
}

static trm_result acquire_elsewhere(void) {
    trm_gl_span span;
    return trm_gl_acquire(scene.other, scene.m.buffer, &span);
}

static trm_result acquire_empty(void) {
    trm_gl_span span;
    return trm_gl_acquire(scene.device, scene.empty, &span);
}

static trm_result acquire_far(void) {
    trm_gl_span span;
    return trm_gl_acquire(scene.device, scene.far.buffer, &span);
}

static trm_result try_acquire(void) {
    trm_gl_span span;
    return trm_gl_try_acquire(scene.device, scene.m.buffer, &span);
}

static trm_result try_acquire_far(void) {
    trm_gl_span span;
    return trm_gl_try_acquire(scene.device, scene.far.buffer, &span);
}

static trm_result add_fence(void) {
    GLsync sync = harness_gl()->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    return trm_gl_device_add_fence(scene.device, sync);
}

static trm_result add_no_fence(void) {
    return trm_gl_device_add_fence(scene.device, NULL);
}

static trm_result acquire_null(void) {
    return trm_gl_acquire(scene.device, scene.m.buffer, NULL);
}

static trm_result bind_vertex(void) {
    return trm_gl_bind_vertex(scene.device, scene.vertex_array, 1, scene.m.buffer);
}

static trm_result take_range(size_t first) {
    const trm_gl_span whole = {1, 0, 4 * ITEMS};
    trm_gl_span part;
    return trm_gl_span_range(&whole, scene.m.buffer, (trm_range){first, TRM_WHOLE}, &part);
}

static trm_result span_range(void) {
    return take_range(5);
}

static trm_result span_bad_range(void) {
    return take_range(ITEMS);
}

static trm_result bind_vertex_range(void) {
    return trm_gl_bind_vertex_range(
        scene.device, scene.vertex_array, 1, scene.m.buffer, (trm_range){1, 2});
}

static trm_result bind_bad_vertex_range(void) {
    return trm_gl_bind_vertex_range(
        scene.device, scene.vertex_array, 1, scene.m.buffer, (trm_range){1, ITEMS});
}

static GLuint current_vertex_array(void) {
    GLint name = 0;
    harness_gl()->GetIntegerv(GL_VERTEX_ARRAY_BINDING, &name);
    return (GLuint)name;
}

static trm_result bind_current_vertex(void) {
    return trm_gl_bind_vertex(scene.device, current_vertex_array(), 1, scene.m.buffer);
}

static trm_result bind_current_vertex_range(void) {
    return trm_gl_bind_vertex_range(
        scene.device, current_vertex_array(), 1, scene.m.buffer, (trm_range){1, 2});
}

static trm_result bind_index(void) {
    size_t offset;
    return trm_gl_bind_index(scene.device, scene.vertex_array, scene.m.buffer, &offset);
}

static trm_result bind_current_index(void) {
    size_t offset;
    return trm_gl_bind_index(scene.device, current_vertex_array(), scene.m.buffer, &offset);
}

static trm_result bind_uniform(void) {
    return trm_gl_bind_uniform(scene.device, 3, scene.m.buffer);
}

static trm_result bind_storage(void) {
    return trm_gl_bind_storage(scene.device, 3, scene.m.buffer);
}

static trm_result vertex_format(void) {
    trm_gl_vertex_attribute attribute;
    return trm_gl_vertex_format(&(trm_format){TRM_COMPONENT_FLOAT32, 3, 12, false}, &attribute);
}

static const char *const vertex_state[] = {"GL_VERTEX_BINDING_", NULL};
static const char *const element_state[] = {"GL_ELEMENT_ARRAY_BUFFER_BINDING", NULL};
static const char *const uniform_state[] = {"GL_UNIFORM_BUFFER_", NULL};
static const char *const storage_state[] = {"GL_SHADER_STORAGE_BUFFER_", NULL};

static const row rows[] = {
    {"device_create and _destroy", NULL, create_device, TRM_OK, NULL},
    {"device_create, old context", old_context, create_device, TRM_ERROR_UNSUPPORTED, NULL},
    {"buffer_create", NULL, create_buffer, TRM_OK, NULL},
    {"buffer_create, bad format", NULL, create_bad_buffer, TRM_ERROR_FORMAT, NULL},
    {"buffer_destroy, attached", NULL, destroy_buffer, TRM_OK, NULL},
    {"buffer_destroy, in the open frame", use, destroy_buffer, TRM_OK, NULL},
    {"buffer_destroy, lost", lose, destroy_buffer, TRM_OK, NULL},
    {"buffer_destroy, never attached", NULL, destroy_loose, TRM_OK, NULL},
    {"buffer getters", NULL, ask_buffer, TRM_OK, NULL},
    {"buffer_set_draw_range", NULL, set_draw_range, TRM_OK, NULL},
    {"buffer_set_draw_range, outside", NULL, set_bad_draw_range, TRM_ERROR_OUT_OF_RANGE, NULL},
    {"buffer_set_data", NULL, set_data, TRM_OK, NULL},
    {"buffer_set_data, NULL", NULL, set_bad_data, TRM_ERROR_INVALID_ARGUMENT, NULL},
    {"buffer_resize", NULL, resize, TRM_OK, NULL},
    {"buffer_resize, to nothing", NULL, resize_badly, TRM_ERROR_INVALID_ARGUMENT, NULL},
    {"buffer_update_full", NULL, update_full, TRM_OK, NULL},
    {"buffer_update_full, no data", NULL, update_empty, TRM_ERROR_STATE, NULL},
    {"buffer_update_many", NULL, update_many, TRM_OK, NULL},
    {"buffer_update_many, no data", NULL, update_many_empty, TRM_ERROR_STATE, NULL},
    {"buffer_update_range", NULL, update_range, TRM_OK, NULL},
    {"buffer_update_indices", NULL, update_indices, TRM_OK, NULL},
    {"buffer_update_indices, outside", NULL, update_bad_indices, TRM_ERROR_OUT_OF_RANGE, NULL},
    {"buffer_send_data", NULL, send_data, TRM_OK, NULL},
    {"buffer_send_data, has data", NULL, send_to_data, TRM_ERROR_STATE, NULL},
    {"buffer_take_runs, attached", NULL, take_runs, TRM_ERROR_ATTACHED, NULL},
    {"device_attach", NULL, attach_loose, TRM_OK, NULL},
    {"device_attach, again", NULL, attach_again, TRM_OK, NULL},
    {"device_attach, second device", NULL, attach_elsewhere, TRM_ERROR_ATTACHED, NULL},
    {"device_attach, NULL", NULL, attach_null, TRM_ERROR_INVALID_ARGUMENT, NULL},
    {"device_attach, lost", lose, attach_loose, TRM_ERROR_DEVICE_LOST, NULL},
    {"device_detach", NULL, detach, TRM_OK, NULL},
    {"device_detach, in the open frame", use, detach, TRM_OK, NULL},
    {"device_detach, not attached", NULL, detach_loose, TRM_ERROR_STATE, NULL},
    {"device_detach, lost", lose, detach, TRM_OK, NULL},
    {"device_sync, nothing to do", NULL, sync, TRM_OK, NULL},
    {"device_sync", edit_everything, sync, TRM_OK, NULL},
    {"device_sync, resized", shrink, sync, TRM_OK, NULL},
    {"device_sync, no storage", shrink_and_fail, sync, TRM_ERROR_OUT_OF_DEVICE_MEMORY, NULL},
    {"device_sync, no first object", fail_first_object, sync, TRM_ERROR_OUT_OF_DEVICE_MEMORY, NULL},
    {"device_sync, no first storage", fail_first_sync, sync, TRM_ERROR_OUT_OF_DEVICE_MEMORY, NULL},
    {"device_sync, no first mapping", fail_first_map, sync, TRM_ERROR_OUT_OF_DEVICE_MEMORY, NULL},
    {"device_sync, by copies", edit_far, sync, TRM_OK, NULL},
    {"device_sync, no ring", edit_far_without_ring, sync, TRM_ERROR_OUT_OF_DEVICE_MEMORY, NULL},
    {"device_sync, in order", fill_and_stage, sync, TRM_OK, NULL},
    {"device_sync, timeout", fill_frames, sync, TRM_ERROR_TIMEOUT, NULL},
    {"device_sync, frame open", fill_frame, sync, TRM_ERROR_FRAME_OPEN, NULL},
    {"device_sync, context reset", use_and_fail_wait, sync, TRM_ERROR_DEVICE_LOST, NULL},
    {"device_end_frame, empty", NULL, end_frame, TRM_OK, NULL},
    {"device_end_frame", use, end_frame, TRM_OK, NULL},
    {"device_end_frame, no fence", fail_fence, end_frame, TRM_OK, NULL},
    {"device_end_frame, lost", lose, end_frame, TRM_ERROR_DEVICE_LOST, NULL},
    {"device_wait_idle", NULL, wait_idle, TRM_OK, NULL},
    {"device_wait_idle, timeout", fill_frames, wait_idle, TRM_ERROR_TIMEOUT, NULL},
    {"device_stats, _buffer_info", NULL, ask_device, TRM_OK, NULL},
    {"device_report", NULL, report, TRM_OK, NULL},
    {"device_report, lost", lose, report, TRM_OK, NULL},
    {"device_report, NULL", NULL, report_nowhere, TRM_ERROR_INVALID_ARGUMENT, NULL},
    {"device_buffer_info, not attached", NULL, ask_about_loose, TRM_ERROR_STATE, NULL},
    {"device_lost", NULL, mark_lost, TRM_OK, NULL},
    {"device_destroy", use, destroy_device, TRM_OK, NULL},
    {"device_destroy, lost", lose, destroy_device, TRM_OK, NULL},
    {"gl_acquire, unedited", NULL, acquire, TRM_OK, NULL},
    {"gl_acquire", edit, acquire, TRM_OK, NULL},
    {"gl_acquire, first", NULL, acquire_loose, TRM_OK, NULL},
    {"gl_acquire, sent", send, acquire_empty, TRM_OK, NULL},
    {"gl_acquire, resized", shrink, acquire, TRM_OK, NULL},
    {"gl_acquire, no storage", fail_storage, acquire_loose, TRM_ERROR_OUT_OF_DEVICE_MEMORY, NULL},
    {"gl_acquire, no mapping", fail_map, acquire_loose, TRM_ERROR_OUT_OF_DEVICE_MEMORY, NULL},
    {"gl_acquire, timeout", fill_frames, acquire, TRM_ERROR_TIMEOUT, NULL},
    {"gl_acquire, frame open", fill_frame, acquire, TRM_ERROR_FRAME_OPEN, NULL},
    {"gl_acquire, context reset", use_and_fail_wait, acquire, TRM_ERROR_DEVICE_LOST, NULL},
    {"gl_acquire, by copies", edit_far, acquire_far, TRM_OK, NULL},
    {"gl_acquire, no ring", edit_far_without_ring, acquire_far, TRM_ERROR_OUT_OF_DEVICE_MEMORY,
        NULL},
    {"gl_acquire, in order", fill_and_stage, acquire, TRM_OK, NULL},
    {"gl_try_acquire", edit, try_acquire, TRM_OK, NULL},
    {"gl_try_acquire, by copies", edit_far, try_acquire_far, TRM_OK, NULL},
    {"gl_try_acquire, not ready", fill_frames, try_acquire, TRM_NOT_READY, NULL},
    {"gl_try_acquire, frame open", fill_frame, try_acquire, TRM_ERROR_FRAME_OPEN, NULL},
    {"gl_try_acquire, lost", lose, try_acquire, TRM_ERROR_DEVICE_LOST, NULL},
    {"gl_device_add_fence", NULL, add_fence, TRM_OK, NULL},
    {"gl_device_add_fence, NULL", NULL, add_no_fence, TRM_ERROR_INVALID_ARGUMENT, NULL},
    {"gl_acquire, second device", NULL, acquire_elsewhere, TRM_ERROR_ATTACHED, NULL},
    {"gl_acquire, nothing sent", NULL, acquire_empty, TRM_ERROR_STATE, NULL},
    {"gl_acquire, NULL", NULL, acquire_null, TRM_ERROR_INVALID_ARGUMENT, NULL},
    {"gl_bind_vertex, array not bound", edit, bind_vertex, TRM_OK, NULL},
    {"gl_bind_vertex, array bound", edit, bind_current_vertex, TRM_OK, vertex_state},
    {"gl_bind_vertex, timeout", fill_frames, bind_current_vertex, TRM_ERROR_TIMEOUT, NULL},
    {"gl_span_range", NULL, span_range, TRM_OK, NULL},
    {"gl_span_range, outside", NULL, span_bad_range, TRM_ERROR_OUT_OF_RANGE, NULL},
    {"gl_bind_vertex_range, array not bound", edit, bind_vertex_range, TRM_OK, NULL},
    {"gl_bind_vertex_range, array bound", edit, bind_current_vertex_range, TRM_OK, vertex_state},
    {"gl_bind_vertex_range, outside", edit, bind_bad_vertex_range, TRM_ERROR_OUT_OF_RANGE, NULL},
    {"gl_bind_vertex_range, timeout", fill_frames, bind_current_vertex_range, TRM_ERROR_TIMEOUT,
        NULL},
    {"gl_bind_index, array not bound", edit, bind_index, TRM_OK, NULL},
    {"gl_bind_index, array bound", edit, bind_current_index, TRM_OK, element_state},
    {"gl_bind_index, timeout", fill_frames, bind_current_index, TRM_ERROR_TIMEOUT, NULL},
    {"gl_bind_uniform", edit, bind_uniform, TRM_OK, uniform_state},
    {"gl_bind_uniform, timeout", fill_frames, bind_uniform, TRM_ERROR_TIMEOUT, NULL},
    {"gl_bind_storage", edit, bind_storage, TRM_OK, storage_state},
    {"gl_bind_storage, timeout", fill_frames, bind_storage, TRM_ERROR_TIMEOUT, NULL},
    {"gl_vertex_format", NULL, vertex_format, TRM_OK, NULL},
};

static void open_scene(void) {
    const trm_buffer_desc desc = {.nitems = ITEMS, .format = "f4", .label = "scene"};
    trm_buffer_desc empty = desc;
    harness_open();
    memset(&scene, 0, sizeof scene);
    /* With debug groups, whose stack is part of the state. */
    scene.device = harness_gl_device(&(trm_gl_device_desc){
        .debug_groups = TRM_GL_DEBUG_GROUPS_ALWAYS, .device.wait_timeout_ns = 1000000});
    scene.other = harness_device(NULL);
    model_open(&scene.m, &desc, 1);
    model_open(&scene.loose, &desc, 2);
    model_open_placed(&scene.far, &desc, TRM_PLACEMENT_DEVICE, 3);
    empty.placement = TRM_PLACEMENT_MAPPED;
    ck_assert_int_eq(trm_buffer_create(&empty, &scene.empty), TRM_OK);
    harness_gl()->CreateVertexArrays(1, &scene.vertex_array);
    use();
    ck_assert_int_eq(acquire_far(), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(scene.device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(scene.device, UINT64_C(2000000000)), TRM_OK);
    gl_state_scramble(harness_gl());
    ck_assert_uint_eq(harness_gl()->GetError(), GL_NO_ERROR);
}

static void close_scene(void) {
    spy.wait = SPY_WAIT_REAL;
    gl_state_unscramble(harness_gl());
    harness_gl()->DeleteVertexArrays(1, &scene.vertex_array);
    model_close(&scene.m);
    model_close(&scene.loose);
    model_close(&scene.far);
    ck_assert_int_eq(trm_buffer_destroy(scene.empty), TRM_OK);
    trm_device_destroy(scene.device);
    trm_device_destroy(scene.other);
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
    const size_t differences = gl_state_compare(&before, &after, this->except);
    ck_assert_msg(differences == 0, "%s changes %zu values", this->name, differences);
    if (this->except != NULL) {
        ck_assert_msg(gl_state_compare(&before, &after, NULL) > 0, "%s binds nothing", this->name);
    }
}
END_TEST

/* A bind helper changes its own binding point and no other of the same kind. */
START_TEST(bind_helpers_change_one_binding_point) {
    static gl_state before, after;
    static const char *const names[] = {"GL_UNIFORM_BUFFER_BINDING",
        "GL_SHADER_STORAGE_BUFFER_BINDING", "GL_VERTEX_BINDING_BUFFER"};
    static trm_result (*const calls[])(void) = {bind_uniform, bind_storage, bind_current_vertex};
    const unsigned chosen = _i == 2 ? 1 : 1003;
    gl_state_take(harness_gl(), &before);
    ck_assert_int_eq(calls[_i](), TRM_OK);
    gl_state_take(harness_gl(), &after);
    for (unsigned i = _i == 2 ? 0 : 1000; i < (_i == 2 ? 16 : 1008); i++) {
        const bool same = gl_state_get(&before, names[_i], i) == gl_state_get(&after, names[_i], i);
        ck_assert_int_eq(same, i != chosen);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-state");
    TCase *tcase = tcase_create("state");
    tcase_add_checked_fixture(tcase, open_scene, close_scene);
    tcase_add_loop_test(tcase, calls_leave_the_state_alone, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tcase, bind_helpers_change_one_binding_point, 0, 3);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
