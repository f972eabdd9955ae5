/* From a context to a device: what is asked of the context, and what happens if it is not there. */
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

/* A device that does everything that a device can: dispatches, too. */
static trm_result try_full_device(trm_device **out) {
    const trm_gl_device_desc desc = {
        .scatter = TRM_GL_SCATTER_ALWAYS, .debug_groups = TRM_GL_DEBUG_GROUPS_ALWAYS};
    return harness_try_gl_device(&desc, out);
}

/* Uses every call that leads to GL, with a buffer that lives there. */
static void use_placement(trm_device *device, trm_placement placement) {
    GladGLContext *gl = harness_gl();
    model m;
    GLuint vertex_array;
    size_t offset;
    char report[100];
    const trm_buffer_desc desc = {
        .nitems = 10000, .format = "uint32", .label = "used", .placement = placement};
    model_open(&m, &desc, 1);
    gl->CreateVertexArrays(1, &vertex_array);
    for (int frame = 0; frame < 5; frame++) {
        trm_gl_span span;
        model_edit_indices(&m, 20);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_edit_range(&m, 3, 100);
        ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_OK);
        GLsync sync = gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        ck_assert_int_eq(trm_gl_device_add_fence(device, sync), TRM_OK);
        ck_assert_int_eq(trm_gl_bind_vertex(device, vertex_array, 0, m.buffer), TRM_OK);
        ck_assert_int_eq(
            trm_gl_bind_vertex_range(device, vertex_array, 0, m.buffer, (trm_range){2, 3}), TRM_OK);
        ck_assert_int_eq(trm_gl_bind_index(device, vertex_array, m.buffer, &offset), TRM_OK);
        ck_assert_int_eq(trm_gl_bind_uniform(device, 0, m.buffer), TRM_OK);
        ck_assert_int_eq(trm_gl_bind_storage(device, 0, m.buffer), TRM_OK);
        ck_assert_int_eq(
            trm_device_report(device, TRM_REPORT_TEXT, report, sizeof report, &offset), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    gl->DeleteVertexArrays(1, &vertex_array);
    model_close(&m);
}

/* Content of no CPU array: written in place, streamed, read back. */
static void use_moves(trm_device *device, trm_placement placement) {
    trm_buffer *buffer;
    trm_stream *stream;
    const trm_buffer_desc desc = {.nitems = 100, .format = "uint32", .placement = placement};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    ck_assert_int_eq(
        trm_stream_create(device, &(trm_stream_desc){.nbytes = 100, .label = "used"}, &stream),
        TRM_OK);
    for (int frame = 0; frame < 5; frame++) {
        void *pointer;
        trm_gl_slice slice;
        trm_read *read;
        ck_assert_int_eq(trm_device_write_begin(device, buffer, 0, TRM_WHOLE, &pointer), TRM_OK);
        memset(pointer, frame, 400);
        ck_assert_int_eq(trm_device_write_end(device, buffer, 100), TRM_OK);
        ck_assert_int_eq(trm_gl_stream_alloc(stream, 50, 0, &slice), TRM_OK);
        memset(slice.pointer, frame, 50);
        ck_assert_int_eq(trm_stream_flush(stream), TRM_OK);
        ck_assert_int_eq(trm_device_read_begin(device, buffer, 0, 10, &read), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
        ck_assert_int_eq(trm_read_poll(read), TRM_OK);
        ck_assert_int_eq(((const uint8_t *)trm_read_data(read))[39], frame);
        trm_read_destroy(read);
    }
    trm_stream_destroy(stream);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
}

static void use_everything(trm_device *device) {
    use_moves(device, TRM_PLACEMENT_MAPPED);
    use_moves(device, TRM_PLACEMENT_DEVICE);
    use_placement(device, TRM_PLACEMENT_MAPPED);
    use_placement(device, TRM_PLACEMENT_DEVICE);
}

START_TEST(all_defaults) {
    trm_stats stats;
    trm_device *device = harness_device(NULL);
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.frames, 0);
    ck_assert_uint_eq(stats.buffers, 0);
    ck_assert_uint_eq(stats.mapped_nbytes, 0);
    ck_assert_uint_eq(harness_last_message()->count, 0);
    use_everything(device);
    trm_device_destroy(device);
}
END_TEST

START_TEST(the_loader_is_not_kept) {
    trm_device *device;
    ck_assert_int_eq(try_full_device(&device), TRM_OK);
    for (int i = 0; i < SPY_COUNT; i++) {
        spy.missing[i] = true;
    }
    use_everything(device);
    trm_device_destroy(device);
}
END_TEST

START_TEST(null_arguments) {
    trm_device *device = (trm_device *)&spy;
    trm_gl_device_desc desc = {.device = {.log = harness_log()}};
    ck_assert_int_eq(trm_gl_device_create(&desc, &device), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(device);
    ck_assert_str_eq(harness_last_message()->rule, "argument.null");
    device = (trm_device *)&spy;
    ck_assert_int_eq(trm_gl_device_create(NULL, &device), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(device);
    desc.get_proc_address = harness_get_proc_address;
    ck_assert_int_eq(trm_gl_device_create(&desc, NULL), TRM_ERROR_INVALID_ARGUMENT);
    trm_device_destroy(NULL);
}
END_TEST

START_TEST(too_many_regions) {
    trm_device *device = (trm_device *)&spy;
    const trm_device_desc desc = {.region_count = TRM_MAX_REGIONS + 1, .label = "nine oars"};
    ck_assert_int_eq(harness_try_device(&desc, &device), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(device);
    ck_assert_str_eq(harness_last_message()->rule, "device.region-count");
    ck_assert_str_eq(harness_last_message()->label, "nine oars");
}
END_TEST

START_TEST(an_unknown_kind_of_memory) {
    trm_device *device = (trm_device *)&spy;
    const trm_device_desc desc = {.memory_kind = (trm_memory_kind)(TRM_MEMORY_SOFTWARE + 1)};
    ck_assert_int_eq(harness_try_device(&desc, &device), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(device);
    ck_assert_str_eq(harness_last_message()->rule, "device.memory-kind");
}
END_TEST

/* Choices and quirks that do not exist, when a device is made and when it is restored. */
START_TEST(unknown_settings) {
    const trm_gl_device_desc descs[] = {
        {.scatter = (trm_gl_scatter_mode)(TRM_GL_SCATTER_ALWAYS + 1)},
        {.debug_groups = (trm_gl_debug_groups)(TRM_GL_DEBUG_GROUPS_ALWAYS + 1)},
        {.client_storage = (trm_gl_client_storage)(TRM_GL_CLIENT_STORAGE_ALWAYS + 1)},
        {.quirks_on = 2 * TRM_GL_QUIRK_SLOW_FENCES},
    };
    trm_device *device = (trm_device *)&spy;
    ck_assert_int_eq(harness_try_gl_device(&descs[_i], &device), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(device);
    ck_assert_str_eq(harness_last_message()->rule, "context.setting");
    ck_assert_int_eq(harness_try_gl_device(&(trm_gl_device_desc){0}, &device), TRM_OK);
    trm_device_lost(device);
    trm_gl_device_desc desc = descs[_i];
    desc.get_proc_address = harness_get_proc_address;
    ck_assert_int_eq(trm_gl_device_restore(device, &desc), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "context.setting");
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_DEVICE_LOST);
    trm_device_destroy(device);
}
END_TEST

/* A driver that cannot build the compute program: everything goes by copies then. */
START_TEST(without_a_compute_program) {
    trm_device *device;
    spy.fail[_i == 0 ? SPY_CreateShader : SPY_CreateProgram] = 1;
    ck_assert_int_eq(try_full_device(&device), TRM_OK);
    use_everything(device);
    ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], 0);
    ck_assert_uint_gt(spy.calls[SPY_CopyNamedBufferSubData], 0);
    trm_device_destroy(device);
}
END_TEST

static void *allocate(void *user, size_t nbytes) {
    (void)user;
    return malloc(nbytes);
}

START_TEST(half_an_allocator) {
    trm_device *device = (trm_device *)&spy;
    const trm_device_desc desc = {.allocator = {.allocate = allocate}};
    ck_assert_int_eq(harness_try_device(&desc, &device), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(device);
    ck_assert_str_eq(harness_last_message()->rule, "allocator.incomplete");
}
END_TEST

static const int old_versions[] = {44, 43, 33, 30};

START_TEST(too_old_a_context) {
    trm_device *device = (trm_device *)&spy;
    spy.version = old_versions[_i];
    ck_assert_int_eq(harness_try_device(NULL, &device), TRM_ERROR_UNSUPPORTED);
    ck_assert_ptr_null(device);
    ck_assert_str_eq(harness_last_message()->rule, "context.version");
    ck_assert_int_eq(harness_last_message()->level, TRM_LOG_ERROR);
    ck_assert_ptr_nonnull(strstr(harness_last_message()->text, "4.5"));
}
END_TEST

START_TEST(a_newer_context) {
    trm_device *device;
    spy.version = 46;
    ck_assert_int_eq(harness_try_device(NULL, &device), TRM_OK);
    use_everything(device);
    trm_device_destroy(device);
}
END_TEST

/* Takes the functions away one by one: either the device is refused, and the message names what is
 * missing, or the function is never called. */
START_TEST(a_missing_function) {
    const gl_spy_function function = (gl_spy_function)_i;
    trm_device *device = (trm_device *)&spy;
    spy.missing[function] = true;
    const trm_result result = try_full_device(&device);
    if (result == TRM_OK) {
        use_everything(device);
        ck_assert_uint_eq(spy.calls[function], 0);
        trm_device_destroy(device);
        return;
    }
    ck_assert_int_eq(result, TRM_ERROR_UNSUPPORTED);
    ck_assert_ptr_null(device);
    ck_assert_str_eq(harness_last_message()->rule, "context.function");
    ck_assert_ptr_nonnull(strstr(harness_last_message()->text, gl_spy_name(function)));
}
END_TEST

START_TEST(these_functions_are_enough) {
    trm_device *device;
    spy.nothing_else = true;
    ck_assert_int_eq(try_full_device(&device), TRM_OK);
    use_everything(device);
    ck_assert_uint_gt(spy.calls[SPY_DispatchCompute], 0);
    ck_assert_uint_gt(spy.calls[SPY_PushDebugGroup], 0);
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], spy.calls[SPY_PopDebugGroup]);
    ck_assert_uint_gt(spy.calls[SPY_CopyNamedBufferSubData], 0);
    trm_device_destroy(device);
}
END_TEST

/* A loader that finds nothing, as without a current context. */
static trm_gl_proc find_nothing(void *user, const char *name) {
    (void)name;
    ++*(unsigned *)user;
    return NULL;
}

START_TEST(no_functions_at_all) {
    unsigned asked = 0;
    trm_device *device = (trm_device *)&spy;
    const trm_gl_device_desc desc = {
        .get_proc_address = find_nothing, .user = &asked, .device = {.log = harness_log()}};
    ck_assert_int_eq(trm_gl_device_create(&desc, &device), TRM_ERROR_UNSUPPORTED);
    ck_assert_ptr_null(device);
    ck_assert_uint_gt(asked, 0);
}
END_TEST

START_TEST(an_error_of_the_application_is_not_ours) {
    model m;
    trm_gl_span span;
    harness_gl()->Enable(GL_TRIANGLES); /* not a capability */
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = 100, .format = "f4"}, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    harness_expect_error(GL_INVALID_ENUM);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* What the driver says of its memory decides where buffers go. _i: it has some of its own. */
START_TEST(the_kind_of_memory) {
    char text[200];
    size_t length;
    spy.renderer = "an adapter";
    spy.tells_memory = true;
    spy.dedicated_kib = _i * 8 << 20;
    trm_device *device = harness_device(NULL);
    ck_assert_int_eq(
        trm_device_report(device, TRM_REPORT_TEXT, text, sizeof text, &length), TRM_OK);
    ck_assert_ptr_nonnull(strstr(text, _i == 1 ? ": discrete memory\n" : ": unified memory\n"));
    trm_device_destroy(device);
}
END_TEST

START_TEST(two_devices_on_one_context) {
    trm_device *first = harness_device(NULL);
    trm_device *second = harness_device(NULL);
    use_everything(first);
    use_everything(second);
    trm_device_destroy(first);
    use_everything(second);
    trm_device_destroy(second);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-create");
    TCase *tcase = tcase_create("create");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, all_defaults);
    tcase_add_test(tcase, the_loader_is_not_kept);
    tcase_add_test(tcase, null_arguments);
    tcase_add_test(tcase, too_many_regions);
    tcase_add_test(tcase, an_unknown_kind_of_memory);
    tcase_add_loop_test(tcase, unknown_settings, 0, 4);
    tcase_add_loop_test(tcase, without_a_compute_program, 0, 2);
    tcase_add_test(tcase, half_an_allocator);
    tcase_add_loop_test(tcase, too_old_a_context, 0, sizeof old_versions / sizeof old_versions[0]);
    tcase_add_test(tcase, a_newer_context);
    tcase_add_loop_test(tcase, a_missing_function, 0, SPY_COUNT);
    tcase_add_test(tcase, these_functions_are_enough);
    tcase_add_test(tcase, no_functions_at_all);
    tcase_add_test(tcase, an_error_of_the_application_is_not_ours);
    tcase_add_loop_test(tcase, the_kind_of_memory, 0, 2);
    tcase_add_test(tcase, two_devices_on_one_context);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_CREATE);
    return harness_main(&suite, 1);
}
