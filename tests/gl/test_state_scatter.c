/* The dispatch of trm_device_sync gives back what it borrows: program and storage bindings, in
 * every state in which the application may have left them. Where it cannot, there is no dispatch.
 * Updates borrow a storage binding, too, on some drivers. */
#include <string.h>

#include "support/gl_program.h"
#include "support/gl_spy.h"
#include "support/gl_state.h"
#include "support/gl_writer.h"
#include "support/harness.h"
#include "support/model.h"

#define POINT 6 /* that and the next one are borrowed */

static trm_device *device;
static model m;
static GLuint program;    /* made by a row; deleted with the scene unless 0 */
static GLuint storage[2]; /* bound to the storage points that are borrowed */

static const char vertex_source[] = "#version 450 core\n"
                                    "void main() { gl_Position = vec4(0); }\n";

static const char fragment_source[] =
    "#version 450 core\n"
    "subroutine vec4 shade_kind();\n"
    "layout(location = 0) subroutine uniform shade_kind shade;\n"
    "layout(index = 0) subroutine(shade_kind) vec4 red() { return vec4(1, 0, 0, 1); }\n"
    "layout(index = 1) subroutine(shade_kind) vec4 blue() { return vec4(0, 0, 1, 1); }\n"
    "layout(location = 0) out vec4 colour;\n"
    "void main() { colour = shade(); }\n";

static const char plain_source[] = "#version 450 core\n"
                                   "layout(location = 0) out vec4 colour;\n"
                                   "void main() { colour = vec4(1); }\n";

/* ---- situations: the scene has a program in use, a pipeline bound, and range 256, 512 of a buffer
 * at storage point 0; nothing at those that are borrowed ---- */

static void as_it_is(void) {
}

static void bind_ranges(void) {
    const GLintptr offsets[] = {256, 1024};
    const GLsizeiptr sizes[] = {64, 4096};
    harness_gl()->BindBuffersRange(GL_SHADER_STORAGE_BUFFER, POINT, 2, storage, offsets, sizes);
}

static void bind_whole_buffers(void) {
    harness_gl()->BindBuffersBase(GL_SHADER_STORAGE_BUFFER, POINT, 2, storage);
}

static void bind_one(void) {
    harness_gl()->BindBufferBase(GL_SHADER_STORAGE_BUFFER, POINT, 0);
    harness_gl()->BindBufferRange(GL_SHADER_STORAGE_BUFFER, POINT + 1, storage[1], 512, 32);
}

static void bind_nothing(void) {
    harness_gl()->BindBuffersBase(GL_SHADER_STORAGE_BUFFER, 0, 8, NULL);
    harness_gl()->BindBuffer(GL_SHADER_STORAGE_BUFFER, 0);
}

/* Its name is free, but the binding holds on to it. */
static void bind_ours(void) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    harness_gl()->BindBufferRange(GL_SHADER_STORAGE_BUFFER, POINT, span.object, 0, 256);
}

static void only_a_pipeline(void) {
    harness_gl()->UseProgram(0);
}

static void no_program(void) {
    harness_gl()->UseProgram(0);
    harness_gl()->BindProgramPipeline(0);
}

static void a_compute_program(void) {
    program = gl_writer_program(harness_gl());
    harness_gl()->UseProgram(program);
}

/* In use and flagged for deletion: taken out of use it would be gone. */
static void a_deleted_program(void) {
    GladGLContext *gl = harness_gl();
    const GLuint name = gl_program_build(gl, vertex_source, plain_source);
    gl->UseProgram(name);
    gl->DeleteProgram(name);
}

/* Its choice of subroutines is lost when another program comes into use. */
static void a_program_with_subroutines(void) {
    GladGLContext *gl = harness_gl();
    const GLuint chosen = 1;
    program = gl_program_build(gl, vertex_source, fragment_source);
    gl->UseProgram(program);
    gl->UniformSubroutinesuiv(GL_FRAGMENT_SHADER, 1, &chosen);
}

/* Whoever looks at shaders while they are edited has such a program: it cannot be used again. */
static void a_program_that_was_broken(void) {
    GladGLContext *gl = harness_gl();
    program = gl_program_build(gl, vertex_source, plain_source);
    gl->UseProgram(program);
    gl_program_break(gl, program);
}

static void use_pipeline(const char *source) {
    GladGLContext *gl = harness_gl();
    GLint pipeline = 0;
    gl->GetIntegerv(GL_PROGRAM_PIPELINE_BINDING, &pipeline);
    program = gl_program_build_separable(gl, GL_FRAGMENT_SHADER, source);
    gl->UseProgramStages((GLuint)pipeline, GL_FRAGMENT_SHADER_BIT, program);
    gl->UseProgram(0);
}

static void a_pipeline_with_a_program(void) {
    use_pipeline(plain_source);
}

static void a_pipeline_with_subroutines(void) {
    const GLuint chosen = 1;
    use_pipeline(fragment_source);
    harness_gl()->UniformSubroutinesuiv(GL_FRAGMENT_SHADER, 1, &chosen);
}

static void a_pipeline_that_was_broken(void) {
    use_pipeline(plain_source);
    gl_program_break(harness_gl(), program);
}

typedef struct row {
    const char *name;
    void (*prepare)(void);
    bool dispatches;
} row;

static const row rows[] = {
    {"a program, a pipeline and a range", as_it_is, true},
    {"two ranges", bind_ranges, true},
    {"two whole buffers", bind_whole_buffers, true},
    {"only the second point", bind_one, true},
    {"no storage", bind_nothing, true},
    {"the target itself", bind_ours, true},
    {"only a pipeline", only_a_pipeline, true},
    {"neither", no_program, true},
    {"a compute program", a_compute_program, true},
    {"a program flagged for deletion", a_deleted_program, false},
    {"a program with subroutines", a_program_with_subroutines, false},
    {"a program that was broken", a_program_that_was_broken, false},
    {"a pipeline with a program", a_pipeline_with_a_program, true},
    {"a pipeline with subroutines", a_pipeline_with_subroutines, false},
    {"a pipeline that was broken", a_pipeline_that_was_broken, false},
};

static void open_scene(void) {
    GladGLContext *gl = harness_gl();
    harness_open();
    program = 0;
    device = harness_gl_device(&(trm_gl_device_desc){.scatter = TRM_GL_SCATTER_ALWAYS});
    model_open_placed(&m, &(trm_buffer_desc){.nitems = 5000, .format = "4xf4", .chunk_size = 1},
        TRM_PLACEMENT_DEVICE, 1);
    gl->CreateBuffers(2, storage);
    gl->NamedBufferStorage(storage[0], 8192, NULL, 0);
    gl->NamedBufferStorage(storage[1], 8192, NULL, 0);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    gl_state_scramble(gl);
}

static void close_scene(void) {
    GladGLContext *gl = harness_gl();
    gl_state_unscramble(gl);
    gl->DeleteProgram(program);
    gl->DeleteBuffers(2, storage);
    model_close(&m);
    trm_device_destroy(device);
    harness_close();
}

/* Mesa looks at the framebuffers even for a dispatch, and one of the scene's has no image. */
static void expect_messages(void) {
    if (!harness_is_strict()) {
        harness_expect_messages("FBO incomplete");
    }
}

START_TEST(sync_gives_everything_back) {
    static gl_state before, after;
    GladGLContext *gl = harness_gl();
    const row *this = &rows[_i];
    expect_messages();
    this->prepare();
    model_edit_indices(&m, 60);
    gl_state_take(gl, &before);
    gl_spy_reset_counts();
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_msg((spy.calls[SPY_DispatchCompute] > 0) == this->dispatches, "%s", this->name);
    ck_assert_int_eq(spy.calls[SPY_CopyNamedBufferSubData] == 0, this->dispatches);
    gl_state_take(gl, &after);
    const size_t differences = gl_state_compare(&before, &after, NULL);
    ck_assert_msg(differences == 0, "%s: %zu values differ", this->name, differences);
    if (this->prepare == a_program_with_subroutines ||
        this->prepare == a_pipeline_with_subroutines) {
        GLuint chosen = 9;
        gl->GetUniformSubroutineuiv(GL_FRAGMENT_SHADER, 0, &chosen);
        ck_assert_uint_eq(chosen, 1);
    }
    if (this->prepare == a_deleted_program) {
        ck_assert(gl->IsProgram((GLuint)gl_state_get(&after, "GL_CURRENT_PROGRAM", 0)));
    }
}
END_TEST

/* With small edits inside commands, which are kept from overtaking. */
static void open_inline_device(void) {
    expect_messages();
    ck_assert_int_eq(trm_device_detach(device, m.buffer), TRM_OK);
    trm_device_destroy(device);
    harness_allow_inline(true);
    device =
        harness_gl_device(&(trm_gl_device_desc){.quirks_on = TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE,
            .scatter = TRM_GL_SCATTER_ALWAYS,
            .device.memory_kind = TRM_MEMORY_DISCRETE});
    harness_allow_inline(false);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    model_edit_indices(&m, 6); /* what comes next is as small */
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
}

/* A buffer that another context has deleted, and that is bound here: nothing can be bound there
 * again, least of all something of ours. _i: behind a dispatch, or updates. */
START_TEST(a_binding_that_is_gone) {
    GladGLContext *gl = harness_gl();
    GLint bound = -1;
    expect_messages();
    if (_i == 1)
        open_inline_device();
    gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, POINT, storage[0]);
    harness_delete_elsewhere(storage[0]);
    model_edit_indices(&m, _i == 0 ? 60 : 6);
    gl_spy_reset_counts();
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(spy.calls[SPY_DispatchCompute] > 0, _i == 0);
    ck_assert_int_eq(spy.calls[SPY_NamedBufferSubData] > 0, _i == 1);
    gl->GetIntegeri_v(GL_SHADER_STORAGE_BUFFER_BINDING, POINT, &bound);
    ck_assert_int_eq(bound, 0);
    ck_assert_uint_eq(gl->GetError(), GL_NO_ERROR);
    gl->CreateBuffers(1, storage); /* for close_scene */
}
END_TEST

/* NVIDIA's driver gives a deleted name to the next buffer, which may be the ring of the very sync.
 * What is bound then looks as it does here, where no driver has to. */
START_TEST(a_binding_by_the_rings_name) {
    GladGLContext *gl = harness_gl();
    GLint64 size = 0;
    GLint bound = -1;
    GLuint ring = 0;
    expect_messages();
    model_edit_indices(&m, 60);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK); /* makes the ring, last of all objects */
    while (size != spy.storage_nbytes) {
        ck_assert_uint_lt(++ring, 100);
        if (gl->IsBuffer(ring)) {
            gl->GetNamedBufferParameteri64v(ring, GL_BUFFER_SIZE, &size);
        }
    }
    gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, POINT, ring);
    model_edit_indices(&m, 60);
    gl_spy_reset_counts();
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_uint_gt(spy.calls[SPY_DispatchCompute], 0);
    gl->GetIntegeri_v(GL_SHADER_STORAGE_BUFFER_BINDING, POINT, &bound);
    ck_assert_int_eq(bound, 0);
}
END_TEST

/* Updates borrow one point where drivers let others overtake, by sync and by acquire; whatever
 * program is in use. _i: a row; by which. */
START_TEST(updates_give_everything_back) {
    static gl_state before, after;
    GladGLContext *gl = harness_gl();
    const row *this = &rows[_i / 2];
    trm_gl_span span;
    open_inline_device();
    this->prepare();
    model_edit_indices(&m, 6);
    gl_state_take(gl, &before);
    gl_spy_reset_counts();
    if (_i % 2 == 0)
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    else
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_gt(spy.calls[SPY_NamedBufferSubData], 0);
    ck_assert_uint_gt(spy.calls[SPY_BindBuffersBase], 0);
    gl_state_take(gl, &after);
    const size_t differences = gl_state_compare(&before, &after, NULL);
    ck_assert_msg(differences == 0, "%s: %zu values differ", this->name, differences);
}
END_TEST

/* Acquire dispatches nothing, so copies have nothing to give back: not even asked for. */
START_TEST(acquire_asks_for_nothing) {
    trm_gl_span span;
    rows[_i].prepare();
    model_edit_indices(&m, 60);
    gl_spy_reset_counts();
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_gt(spy.calls[SPY_CopyNamedBufferSubData], 0);
    /* Without direct state access copies have a binding to give back. */
    if (!harness_forces(TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS)) {
        ck_assert_uint_eq(spy.calls[SPY_GetIntegerv], 0);
    }
    ck_assert_uint_eq(
        spy.calls[SPY_GetIntegeri_v] + spy.calls[SPY_UseProgram] + spy.calls[SPY_DispatchCompute],
        0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-state-scatter");
    TCase *tcase = tcase_create("scatter");
    const int count = (int)(sizeof rows / sizeof rows[0]);
    tcase_add_checked_fixture(tcase, open_scene, close_scene);
    tcase_add_loop_test(tcase, sync_gives_everything_back, 0, count);
    tcase_add_loop_test(tcase, acquire_asks_for_nothing, 0, count);
    tcase_add_loop_test(tcase, updates_give_everything_back, 0, 2 * count);
    tcase_add_loop_test(tcase, a_binding_that_is_gone, 0, 2);
    tcase_add_test(tcase, a_binding_by_the_rings_name);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
