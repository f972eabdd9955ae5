/* What the device makes of its driver: faults that it knows, faults that it is told of, and the
 * memory that it asks for. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

static const trm_buffer_desc shape = {.nitems = 4096, .format = "4xf4", .usage = TRM_USAGE_TEXEL};

/* Each placement, edited and drawn with frames in flight. */
static void use(trm_device *device) {
    static const trm_placement placements[] = {TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE};
    for (size_t i = 0; i < 2; i++) {
        model m;
        const paced_run frames = {.frames = 10, .edits_per_frame = 2};
        model_open_placed(&m, &shape, placements[i], i);
        ck_assert_uint_eq(paced_frames(device, &m, &frames).mismatches, 0);
        model_close(&m);
    }
}

/* --- Recognised by what the driver says of itself */

typedef struct driver {
    const char *vendor, *renderer, *version;
    bool broken_direct_state_access;
    GLbitfield client_storage;
} driver;

static const driver drivers[] = {
    {"Intel", "Intel(R) UHD Graphics 630", "4.5.0 - Build 26.20.100.7262", true, 0},
    {"Intel", "Mesa Intel(R) UHD Graphics 630 (CFL GT2)", "4.5 (Core Profile) Mesa 22.3.6", false,
        0},
    {"Intel Open Source Technology Center", "Mesa DRI Intel(R) HD Graphics 520",
        "4.5 (Core Profile) Mesa 19.0.8", false, 0},
    {"NVIDIA Corporation", "NVIDIA H200/PCIe/SSE2", "4.5.0 NVIDIA 580.65.06", false, 0},
    {"ATI Technologies Inc.", "AMD Radeon RX 6800 XT", "4.5.14800 Core Profile Context", false,
        GL_CLIENT_STORAGE_BIT},
    {"AMD", "AMD Radeon RX 6800 XT (navi21, LLVM 15.0.6, DRM 3.49)",
        "4.5 (Core Profile) Mesa 22.3.6", false, GL_CLIENT_STORAGE_BIT},
    {"X.Org", "AMD Radeon (TM) R9 390 Series (HAWAII, DRM 3.8.0)", "4.5 (Core Profile) Mesa 17.2.2",
        false, GL_CLIENT_STORAGE_BIT},
    {"Mesa", "llvmpipe (LLVM 15.0.6, 256 bits)", "4.5 (Core Profile) Mesa 22.3.6", false, 0},
};
#define DRIVERS (sizeof drivers / sizeof drivers[0])

static const driver *pretend(int index) {
    spy.vendor = drivers[index].vendor;
    spy.renderer = drivers[index].renderer;
    spy.version_text = drivers[index].version;
    return &drivers[index];
}

START_TEST(broken_direct_state_access_is_known) {
    const driver *this = pretend(_i);
    trm_device *device = harness_device(NULL);
    use(device);
    ck_assert_int_eq(spy.bound_calls > 0, this->broken_direct_state_access);
    trm_device_destroy(device);
}
END_TEST

START_TEST(it_can_be_denied) {
    pretend(0);
    trm_device *device = harness_gl_device(
        &(trm_gl_device_desc){.quirks_off = TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS});
    use(device);
    ck_assert_uint_eq(spy.bound_calls, 0);
    trm_device_destroy(device);
}
END_TEST

/* --- Told of */

/* The loader of a device that is told of it has no direct state access at all (harness_gl_device),
 * so what is drawn came the other way. */
START_TEST(direct_state_access_can_be_done_without) {
    trm_device *device = harness_gl_device(
        &(trm_gl_device_desc){.quirks_on = TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS});
    use(device);
    ck_assert_uint_gt(spy.bound_calls, 0);
    ck_assert_uint_gt(spy.calls[SPY_FlushMappedNamedBufferRange], 0);
    trm_device_destroy(device);
}
END_TEST

/* What was bound there comes back, or nothing does if it is gone. */
START_TEST(bindings_come_back) {
    static const GLenum targets[] = {GL_COPY_READ_BUFFER, GL_COPY_WRITE_BUFFER};
    static const GLenum queries[] = {GL_COPY_READ_BUFFER_BINDING, GL_COPY_WRITE_BUFFER_BINDING};
    GladGLContext *gl = harness_gl();
    GLuint names[2];
    trm_device *device = harness_gl_device(
        &(trm_gl_device_desc){.quirks_on = TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS});
    gl->CreateBuffers(2, names);
    for (int i = 0; i < 2; i++) {
        gl->BindBuffer(targets[i], names[i]);
    }
    for (int gone = 0; gone < 2; gone++) {
        use(device);
        for (int i = 0; i < 2; i++) {
            GLint bound = -1;
            gl->GetIntegerv(queries[i], &bound);
            ck_assert_int_eq(bound, gone ? 0 : (GLint)names[i]);
            if (!gone) {
                harness_delete_elsewhere(names[i]);
            }
        }
    }
    trm_device_destroy(device);
}
END_TEST

static const char *const bound_functions[] = {"glBindBuffer", "glBindVertexArray",
    "glBindVertexBuffer", "glBufferStorage", "glBufferSubData", "glClearBufferData",
    "glCopyBufferSubData", "glFlushMappedBufferRange", "glGenBuffers", "glGetBufferParameteri64v",
    "glMapBufferRange"};
#define BOUND_FUNCTIONS (sizeof bound_functions / sizeof bound_functions[0])

/* What binding needs is asked for when it is needed, and only then. */
START_TEST(a_missing_function_of_the_other_way) {
    trm_device *device;
    spy.hidden = bound_functions[_i];
    ck_assert_int_eq(
        harness_try_gl_device(
            &(trm_gl_device_desc){.quirks_on = TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS}, &device),
        TRM_ERROR_UNSUPPORTED);
    ck_assert_ptr_null(device);
    ck_assert_str_eq(harness_last_message()->rule, "context.function");
    ck_assert_ptr_nonnull(strstr(harness_last_message()->text, bound_functions[_i]));
    device = harness_device(NULL);
    use(device);
    trm_device_destroy(device);
}
END_TEST

/* Coherent, and then neither the flag nor the call of an explicit flush. */
START_TEST(explicit_flush_can_be_done_without) {
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .quirks_on = TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH |
                     (_i == 0 ? 0u : TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS)});
    const GLbitfield coherent = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    trm_stats stats;
    use(device);
    ck_assert_uint_eq(spy.map_access, coherent);
    ck_assert_uint_eq(spy.calls[SPY_FlushMappedNamedBufferRange], 0);
    ck_assert_int_eq(spy.bound_calls > 0, _i != 0);
    trm_device_stats(device, &stats);
    ck_assert_uint_gt(stats.copied_nbytes, 0);
    ck_assert_uint_eq(stats.flushes, 0);
    ck_assert_uint_eq(stats.flushed_nbytes, 0);
    trm_device_destroy(device);
}
END_TEST

/* --- The hint */

/* A mapped store, a stream and the ring are all written by the CPU. */
static void check_uploads(const trm_gl_device_desc *desc, GLbitfield expected) {
    model m;
    trm_gl_span span;
    trm_stream *stream;
    trm_device *device = harness_gl_device(desc);
    model_open_placed(&m, &shape, TRM_PLACEMENT_MAPPED, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(spy.storage_flags, GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | expected);
    /* It is no way to map. */
    ck_assert_uint_eq(
        spy.map_access, GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_FLUSH_EXPLICIT_BIT);
    model_close(&m);
    spy.storage_flags = 0;
    ck_assert_int_eq(trm_stream_create(device, &(trm_stream_desc){.nbytes = 100}, &stream), TRM_OK);
    ck_assert_uint_eq(spy.storage_flags, GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | expected);
    trm_stream_destroy(stream);
    trm_device_destroy(device);
}

START_TEST(client_storage_by_driver) {
    const driver *this = pretend(_i);
    check_uploads(&(trm_gl_device_desc){.quirks_off = UINT32_MAX}, this->client_storage);
}
END_TEST

START_TEST(client_storage_as_told) {
    pretend(_i);
    check_uploads(&(trm_gl_device_desc){.quirks_off = UINT32_MAX,
                      .client_storage = TRM_GL_CLIENT_STORAGE_NEVER},
        0);
    check_uploads(&(trm_gl_device_desc){.quirks_off = UINT32_MAX,
                      .client_storage = TRM_GL_CLIENT_STORAGE_ALWAYS},
        GL_CLIENT_STORAGE_BIT);
}
END_TEST

/* Memory of the GPU's own, and what the CPU reads, never have the hint. */
START_TEST(client_storage_of_other_memory) {
    model m;
    trm_gl_span span;
    trm_read *read;
    trm_device *device =
        harness_gl_device(&(trm_gl_device_desc){.client_storage = TRM_GL_CLIENT_STORAGE_ALWAYS});
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_NamedBufferStorage], 1); /* its first content goes along */
    ck_assert_uint_eq(
        spy.storage_flags & (GL_CLIENT_STORAGE_BIT | GL_MAP_WRITE_BIT | GL_MAP_READ_BIT), 0);
    ck_assert_int_eq(trm_device_read_begin(device, m.buffer, 0, 10, &read), TRM_OK);
    ck_assert_uint_eq(spy.storage_flags, GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT);
    trm_read_destroy(read);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-driver");
    TCase *tcase = tcase_create("driver");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, broken_direct_state_access_is_known, 0, DRIVERS);
    tcase_add_test(tcase, it_can_be_denied);
    tcase_add_test(tcase, direct_state_access_can_be_done_without);
    tcase_add_test(tcase, bindings_come_back);
    tcase_add_loop_test(tcase, a_missing_function_of_the_other_way, 0, BOUND_FUNCTIONS);
    tcase_add_loop_test(tcase, explicit_flush_can_be_done_without, 0, 2);
    tcase_add_loop_test(tcase, client_storage_by_driver, 0, DRIVERS);
    tcase_add_loop_test(tcase, client_storage_as_told, 0, DRIVERS);
    tcase_add_test(tcase, client_storage_of_other_memory);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
