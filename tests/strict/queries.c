/* What was said comes back when it is asked for. */
#include <stdlib.h>
#include <string.h>

#include "strict/strict_test.h"

#define SIZE 1024

static void open_gpu(void) {
    strict_test_open_mode(STRICT_FLUSHED);
}

static void close_gpu(void) {
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    ck_assert_uint_eq(strict_gpu_audit(gpu), 0);
    strict_test_close();
}

static GLint integer(GLenum name) {
    GLint value = -1;
    gl.GetIntegerv(name, &value);
    return value;
}

static GLint indexed(GLenum name, GLuint index) {
    GLint value = -1;
    gl.GetIntegeri_v(name, index, &value);
    return value;
}

START_TEST(generic_bindings) {
    static const GLenum targets[][2] = {{GL_ARRAY_BUFFER, GL_ARRAY_BUFFER_BINDING},
        {GL_ATOMIC_COUNTER_BUFFER, GL_ATOMIC_COUNTER_BUFFER_BINDING},
        {GL_COPY_READ_BUFFER, GL_COPY_READ_BUFFER_BINDING},
        {GL_COPY_WRITE_BUFFER, GL_COPY_WRITE_BUFFER_BINDING},
        {GL_DISPATCH_INDIRECT_BUFFER, GL_DISPATCH_INDIRECT_BUFFER_BINDING},
        {GL_DRAW_INDIRECT_BUFFER, GL_DRAW_INDIRECT_BUFFER_BINDING},
        {GL_PIXEL_PACK_BUFFER, GL_PIXEL_PACK_BUFFER_BINDING},
        {GL_PIXEL_UNPACK_BUFFER, GL_PIXEL_UNPACK_BUFFER_BINDING},
        {GL_QUERY_BUFFER, GL_QUERY_BUFFER_BINDING},
        {GL_SHADER_STORAGE_BUFFER, GL_SHADER_STORAGE_BUFFER_BINDING},
        {GL_TEXTURE_BUFFER, GL_TEXTURE_BUFFER},
        {GL_TRANSFORM_FEEDBACK_BUFFER, GL_TRANSFORM_FEEDBACK_BUFFER_BINDING},
        {GL_UNIFORM_BUFFER, GL_UNIFORM_BUFFER_BINDING}};
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        const GLuint buffer = strict_test_buffer(SIZE, 0, 0);
        ck_assert_int_eq(integer(targets[i][1]), 0);
        gl.BindBuffer(targets[i][0], buffer);
        ck_assert_int_eq(integer(targets[i][1]), (GLint)buffer);
        gl.DeleteBuffers(1, &buffer);
        ck_assert_int_eq(integer(targets[i][1]), 0);
    }
}
END_TEST

START_TEST(indexed_bindings) {
    static const GLenum targets[][4] = {
        {GL_SHADER_STORAGE_BUFFER, GL_SHADER_STORAGE_BUFFER_BINDING, GL_SHADER_STORAGE_BUFFER_START,
            GL_SHADER_STORAGE_BUFFER_SIZE},
        {GL_UNIFORM_BUFFER, GL_UNIFORM_BUFFER_BINDING, GL_UNIFORM_BUFFER_START,
            GL_UNIFORM_BUFFER_SIZE},
        {GL_ATOMIC_COUNTER_BUFFER, GL_ATOMIC_COUNTER_BUFFER_BINDING, GL_ATOMIC_COUNTER_BUFFER_START,
            GL_ATOMIC_COUNTER_BUFFER_SIZE},
        {GL_TRANSFORM_FEEDBACK_BUFFER, GL_TRANSFORM_FEEDBACK_BUFFER_BINDING,
            GL_TRANSFORM_FEEDBACK_BUFFER_START, GL_TRANSFORM_FEEDBACK_BUFFER_SIZE}};
    const GLuint buffer = strict_test_buffer(SIZE, 0, 0);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        GLint64 wide = -1;
        gl.BindBufferRange(targets[i][0], 2, buffer, 256, 128);
        ck_assert_int_eq(indexed(targets[i][1], 2), (GLint)buffer);
        ck_assert_int_eq(indexed(targets[i][2], 2), 256);
        gl.GetInteger64i_v(targets[i][3], 2, &wide);
        ck_assert_int_eq(wide, 128);
        ck_assert_int_eq(indexed(targets[i][1], 1), 0);
        gl.BindBufferBase(targets[i][0], 2, buffer);
        ck_assert_int_eq(indexed(targets[i][3], 2), 0);
        gl.BindBufferBase(targets[i][0], 2, 0);
        ck_assert_int_eq(indexed(targets[i][1], 2), 0);
    }
}
END_TEST

START_TEST(limits) {
    ck_assert_int_eq(integer(GL_MAJOR_VERSION), 4);
    ck_assert_int_eq(integer(GL_MINOR_VERSION), 5);
    ck_assert_int_eq(integer(GL_MIN_MAP_BUFFER_ALIGNMENT), 64);
    ck_assert_int_eq(integer(GL_UNIFORM_BUFFER_OFFSET_ALIGNMENT), 256);
    ck_assert_int_eq(integer(GL_MAX_SERVER_WAIT_TIMEOUT), INT32_MAX); /* cut off */
    ck_assert_int_eq(indexed(GL_MAX_COMPUTE_WORK_GROUP_COUNT, 0), 65535);
    ck_assert_int_eq(indexed(GL_MAX_COMPUTE_WORK_GROUP_SIZE, 2), 64);
    ck_assert_str_eq((const char *)gl.GetString(GL_VERSION), "4.5 (strict)");
    ck_assert_ptr_nonnull(gl.GetString(GL_VENDOR));
    ck_assert_ptr_nonnull(gl.GetString(GL_SHADING_LANGUAGE_VERSION));
    ck_assert_int_eq(integer(GL_TRANSFORM_FEEDBACK_ACTIVE), 0);
}
END_TEST

START_TEST(vertex_array_attributes) {
    GLuint array;
    GLint value = -1;
    gl.GenVertexArrays(1, &array);
    ck_assert(!gl.IsVertexArray(array));
    gl.BindVertexArray(array);
    ck_assert(gl.IsVertexArray(array));
    ck_assert_int_eq(integer(GL_VERTEX_ARRAY_BINDING), (GLint)array);
    gl.VertexArrayAttribFormat(array, 3, 2, GL_UNSIGNED_SHORT, GL_TRUE, 8);
    gl.VertexArrayAttribIFormat(array, 4, 1, GL_UNSIGNED_INT, 4);
    gl.VertexArrayAttribBinding(array, 3, 7);
    gl.VertexArrayBindingDivisor(array, 3, 5);
    gl.EnableVertexArrayAttrib(array, 3);
    gl.EnableVertexArrayAttrib(array, 4);
    gl.DisableVertexArrayAttrib(array, 4);
    static const struct {
        GLenum name;
        GLuint index;
        GLint value;
    } expected[] = {{GL_VERTEX_ATTRIB_ARRAY_SIZE, 3, 2},
        {GL_VERTEX_ATTRIB_ARRAY_TYPE, 3, GL_UNSIGNED_SHORT},
        {GL_VERTEX_ATTRIB_ARRAY_NORMALIZED, 3, 1}, {GL_VERTEX_ATTRIB_ARRAY_INTEGER, 3, 0},
        {GL_VERTEX_ATTRIB_ARRAY_INTEGER, 4, 1}, {GL_VERTEX_ATTRIB_RELATIVE_OFFSET, 3, 8},
        {GL_VERTEX_ATTRIB_BINDING, 3, 7}, {GL_VERTEX_BINDING_DIVISOR, 3, 5},
        {GL_VERTEX_ATTRIB_ARRAY_ENABLED, 3, 1}, {GL_VERTEX_ATTRIB_ARRAY_ENABLED, 4, 0}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        gl.GetVertexArrayIndexediv(array, expected[i].index, expected[i].name, &value);
        ck_assert_int_eq(value, expected[i].value);
    }
    gl.DeleteVertexArrays(1, &array);
    ck_assert_int_eq(integer(GL_VERTEX_ARRAY_BINDING), 0);
}
END_TEST

START_TEST(programs) {
    GLint value = -1;
    GLuint word = 0;
    char log[8];
    GLsizei length = -1;
    const GLuint program = strict_test_program("x");
    ck_assert(gl.IsProgram(program) && !gl.IsShader(program));
    ck_assert_int_eq(integer(GL_CURRENT_PROGRAM), (GLint)program);
    gl.Uniform1i(0, -1);
    gl.Uniform2ui(1, 2, 3);
    gl.Uniform4ui(2, 4, 5, 6, 7);
    gl.ProgramUniform1i(program, 3, 8);
    gl.ProgramUniform2ui(program, 4, 9, 10);
    gl.ProgramUniform4ui(program, 5, 11, 12, 13, 14);
    static const GLuint first[] = {UINT32_MAX, 2, 4, 8, 9, 11};
    for (GLint i = 0; i < 6; i++) {
        gl.GetUniformuiv(program, i, &word);
        ck_assert_uint_eq(word, first[i]);
    }
    gl.GetProgramiv(program, GL_INFO_LOG_LENGTH, &value);
    ck_assert_int_eq(value, 0);
    gl.GetProgramiv(program, GL_ATTACHED_SHADERS, &value);
    ck_assert_int_eq(value, 0); /* detached again */
    gl.GetProgramInfoLog(program, sizeof log, &length, log);
    ck_assert_int_eq(length, 0);
    const GLuint shader = gl.CreateShader(GL_VERTEX_SHADER);
    static const GLchar *const parts[] = {"#version 450XXX", " core\n"};
    static const GLint lengths[] = {12, -1};
    gl.ShaderSource(shader, 2, parts, lengths);
    gl.GetShaderiv(shader, GL_SHADER_SOURCE_LENGTH, &value);
    ck_assert_int_eq(value, 19);
    gl.GetShaderiv(shader, GL_SHADER_TYPE, &value);
    ck_assert_int_eq(value, GL_VERTEX_SHADER);
    gl.DeleteShader(shader);
    ck_assert(!gl.IsShader(shader));
    gl.DeleteShader(0);
    gl.DeleteProgram(0);
}
END_TEST

START_TEST(labels_and_groups) {
    char text[16];
    GLsizei length = -1;
    GLuint array;
    gl.CreateVertexArrays(1, &array);
    gl.ObjectLabel(GL_VERTEX_ARRAY, array, -1, "array");
    gl.GetObjectLabel(GL_VERTEX_ARRAY, array, 4, &length, text);
    ck_assert_str_eq(text, "arr");
    ck_assert_int_eq(length, 3);
    const GLuint program = strict_test_program("x");
    gl.ObjectLabel(GL_PROGRAM, program, -1, "program");
    gl.GetObjectLabel(GL_PROGRAM, program, 0, &length, NULL);
    ck_assert_int_eq(length, 7);
    GLsync sync = gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.ObjectPtrLabel((void *)sync, -1, "fence");
    gl.GetObjectPtrLabel((void *)sync, sizeof text, &length, text);
    ck_assert_str_eq(text, "fence");
    ck_assert(gl.IsSync(sync));
    ck_assert_int_eq(integer(GL_DEBUG_GROUP_STACK_DEPTH), 1);
    gl.PushDebugGroup(GL_DEBUG_SOURCE_APPLICATION, 1, -1, "upload");
    ck_assert_int_eq(integer(GL_DEBUG_GROUP_STACK_DEPTH), 2);
    gl.PopDebugGroup();
    ck_assert_int_eq(integer(GL_DEBUG_GROUP_STACK_DEPTH), 1);
}
END_TEST

static void GLAD_API_PTR hear(GLenum source, GLenum type, GLuint id, GLenum severity,
    GLsizei length, const GLchar *message, const void *user) {
    (void)source;
    (void)type;
    (void)id;
    (void)severity;
    (void)length;
    (void)message;
    (void)user;
}

START_TEST(switches) {
    int user;
    void *pointer = NULL;
    GLDEBUGPROC callback = hear;
    ck_assert(!gl.IsEnabled(GL_DEBUG_OUTPUT));
    gl.Enable(GL_DEBUG_OUTPUT);
    gl.Enable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
    ck_assert(gl.IsEnabled(GL_DEBUG_OUTPUT));
    ck_assert_int_eq(integer(GL_DEBUG_OUTPUT_SYNCHRONOUS), 1);
    gl.Disable(GL_DEBUG_OUTPUT);
    ck_assert_int_eq(integer(GL_DEBUG_OUTPUT), 0);
    ck_assert(!gl.IsEnabled(GL_RASTERIZER_DISCARD));
    gl.DebugMessageCallback(hear, &user);
    gl.GetPointerv(GL_DEBUG_CALLBACK_USER_PARAM, &pointer);
    ck_assert_ptr_eq(pointer, &user);
    gl.GetPointerv(GL_DEBUG_CALLBACK_FUNCTION, &pointer);
    ck_assert_int_eq(memcmp(&pointer, &callback, sizeof pointer), 0);
    gl.DebugMessageControl(GL_DONT_CARE, GL_DONT_CARE, GL_DONT_CARE, 0, NULL, GL_TRUE);
}
END_TEST

START_TEST(buffers) {
    static const struct {
        GLbitfield access;
        GLenum old;
    } kinds[] = {{GL_MAP_READ_BIT, GL_READ_ONLY}, {GL_MAP_WRITE_BIT, GL_WRITE_ONLY},
        {GL_MAP_READ_BIT | GL_MAP_WRITE_BIT, GL_READ_WRITE}};
    for (size_t i = 0; i < 3; i++) {
        GLint value = -1;
        void *pointer = NULL;
        const GLuint buffer = strict_test_buffer(SIZE, 0, kinds[i].access);
        gl.GetNamedBufferPointerv(buffer, GL_BUFFER_MAP_POINTER, &pointer);
        ck_assert_ptr_null(pointer);
        pointer = gl.MapNamedBuffer(buffer, kinds[i].old);
        ck_assert_ptr_nonnull(pointer);
        gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_ACCESS, &value);
        ck_assert_int_eq(value, (GLint)kinds[i].old);
        gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_ACCESS_FLAGS, &value);
        ck_assert_int_eq(value, (GLint)kinds[i].access);
        gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_STORAGE_FLAGS, &value);
        ck_assert_int_eq(value, (GLint)kinds[i].access);
        gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_MAP_LENGTH, &value);
        ck_assert_int_eq(value, SIZE);
        gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_MAP_OFFSET, &value);
        ck_assert_int_eq(value, 0);
        gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_MAPPED, &value);
        ck_assert_int_eq(value, 1);
        gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_USAGE, &value);
        ck_assert_int_eq(value, GL_DYNAMIC_DRAW);
    }
}
END_TEST

START_TEST(clears) {
    static const GLuint words[] = {0x01010101, 0x01010101, 0x01010101, 0x01010101};
    static const struct {
        GLenum internal, format, type;
    } kinds[] = {{GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE},
        {GL_R16UI, GL_RED_INTEGER, GL_UNSIGNED_SHORT}, {GL_R32UI, GL_RED_INTEGER, GL_UNSIGNED_INT},
        {GL_RG32UI, GL_RG_INTEGER, GL_UNSIGNED_INT},
        {GL_RGBA32UI, GL_RGBA_INTEGER, GL_UNSIGNED_INT}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const GLuint buffer = strict_test_buffer(SIZE, 9, 0);
        gl.ClearNamedBufferSubData(
            buffer, kinds[i].internal, 16, 512, kinds[i].format, kinds[i].type, words);
        ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 16, 512, 1));
        ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 528, 16, 9));
        gl.ClearNamedBufferData(buffer, kinds[i].internal, kinds[i].format, kinds[i].type, NULL);
        ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 0));
    }
}
END_TEST

START_TEST(draws_may_be_forgotten_before_they_run) {
    unsigned char bytes[16];
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    strict_read *draws[3];
    for (size_t i = 0; i < 3; i++) {
        draws[i] = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    }
    strict_gpu_forget(gpu, draws[1]);
    strict_gpu_forget(gpu, NULL);
    strict_gpu_set_policy(gpu, STRICT_ON_POLL);
    gl.ClientWaitSync(strict_test_fence(), 0, 0);
    ck_assert(strict_test_saw(draws[0], 1));
    ck_assert_ptr_nonnull(strict_gpu_result(draws[2]));
    strict_gpu_peek(gpu, buffer, 0, sizeof bytes, bytes);
    ck_assert_uint_eq(bytes[15], 1);
}
END_TEST

Suite *strict_queries_suite(void) {
    Suite *suite = suite_create("queries");
    TCase *tcase = tcase_create("queries");
    tcase_add_checked_fixture(tcase, open_gpu, close_gpu);
    tcase_add_test(tcase, generic_bindings);
    tcase_add_test(tcase, indexed_bindings);
    tcase_add_test(tcase, limits);
    tcase_add_test(tcase, vertex_array_attributes);
    tcase_add_test(tcase, programs);
    tcase_add_test(tcase, labels_and_groups);
    tcase_add_test(tcase, switches);
    tcase_add_test(tcase, buffers);
    tcase_add_test(tcase, clears);
    tcase_add_test(tcase, draws_may_be_forgotten_before_they_run);
    suite_add_tcase(suite, tcase);
    return suite;
}
