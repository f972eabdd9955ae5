/* GL's own rules: what is wrong raises the error that the specification names, has no effect, and
 * is recorded. */
#include <string.h>

#include "strict/strict_test.h"

#define SIZE 1024

/* The call must raise this error and be recorded; or, with GL_NO_ERROR, be right. */
#define CALL(error, call)                                                                          \
    do {                                                                                           \
        call;                                                                                      \
        const GLenum raised_ = gl.GetError();                                                      \
        ck_assert_msg(raised_ == (GLenum)(error), "%s raised 0x%x", #call, raised_);               \
        CHECK_VIOLATIONS((error) == GL_NO_ERROR ? 0U : 1U);                                        \
    } while (0)

/* Legal, but recorded. */
#define LINT(call)                                                                                 \
    do {                                                                                           \
        call;                                                                                      \
        ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);                                             \
        ck_assert_uint_eq(strict_gpu_violations(gpu), 1);                                          \
        ck_assert_ptr_nonnull(strstr(strict_gpu_violation(gpu, 0), "lint: "));                     \
        strict_gpu_forgive(gpu);                                                                   \
    } while (0)

static void open_gpu(void) {
    strict_test_open_mode(STRICT_FLUSHED);
}

static GLuint fresh(void) {
    GLuint buffer;
    gl.CreateBuffers(1, &buffer);
    return buffer;
}

START_TEST(storage) {
    const GLuint buffer = fresh();
    CALL(GL_INVALID_OPERATION, gl.NamedBufferStorage(999, SIZE, NULL, 0));
    CALL(GL_INVALID_OPERATION, gl.NamedBufferStorage(0, SIZE, NULL, 0));
    CALL(GL_INVALID_VALUE, gl.NamedBufferStorage(buffer, 0, NULL, 0));
    CALL(GL_INVALID_VALUE, gl.NamedBufferStorage(buffer, -1, NULL, 0));
    CALL(GL_INVALID_VALUE, gl.NamedBufferStorage(buffer, SIZE, NULL, 0x8000));
    CALL(GL_INVALID_VALUE, gl.NamedBufferStorage(buffer, SIZE, NULL, GL_MAP_PERSISTENT_BIT));
    CALL(GL_INVALID_VALUE,
        gl.NamedBufferStorage(buffer, SIZE, NULL, GL_MAP_WRITE_BIT | GL_MAP_COHERENT_BIT));
    CALL(GL_NO_ERROR, gl.NamedBufferStorage(buffer, SIZE, NULL, 0));
    CALL(GL_INVALID_OPERATION, gl.NamedBufferStorage(buffer, SIZE, NULL, 0));
    CALL(GL_INVALID_OPERATION, gl.NamedBufferData(buffer, SIZE, NULL, GL_STATIC_DRAW));
    CALL(GL_INVALID_ENUM, gl.NamedBufferData(fresh(), SIZE, NULL, GL_FLOAT));
    CALL(GL_INVALID_VALUE, gl.NamedBufferData(fresh(), -1, NULL, GL_STATIC_DRAW));
    GLuint reserved;
    gl.GenBuffers(1, &reserved);
    CALL(GL_INVALID_OPERATION, gl.NamedBufferStorage(reserved, SIZE, NULL, 0));
    ck_assert(!gl.IsBuffer(reserved));
    gl.BindBuffer(GL_ARRAY_BUFFER, reserved);
    ck_assert(gl.IsBuffer(reserved));
    CALL(GL_NO_ERROR, gl.NamedBufferStorage(reserved, SIZE, NULL, 0));
}
END_TEST

START_TEST(names) {
    const GLuint buffer = fresh();
    CALL(GL_INVALID_VALUE, gl.DeleteBuffers(-1, &buffer));
    CALL(GL_NO_ERROR, gl.DeleteBuffers(1, &buffer));
    LINT(gl.DeleteBuffers(1, &buffer));
    CALL(GL_NO_ERROR, gl.DeleteBuffers(1, &(GLuint){0}));
    ck_assert_uint_ne(fresh(), buffer);
    CALL(GL_INVALID_OPERATION, gl.BindBuffer(GL_ARRAY_BUFFER, buffer));
    CALL(GL_INVALID_VALUE, gl.InvalidateBufferData(buffer));
    CALL(GL_INVALID_OPERATION, gl.FlushMappedNamedBufferRange(buffer, 0, 1));
    CALL(GL_INVALID_OPERATION, gl.UnmapNamedBuffer(buffer));
    CALL(GL_INVALID_OPERATION, gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_SIZE, &(GLint){0}));
}
END_TEST

START_TEST(mapping) {
    const GLbitfield write = GL_MAP_WRITE_BIT;
    const GLbitfield read = GL_MAP_READ_BIT;
    const GLuint buffer = strict_test_buffer(SIZE, 1, read | write);
    CALL(GL_INVALID_OPERATION, gl.MapNamedBufferRange(999, 0, SIZE, write));
    CALL(GL_INVALID_VALUE, gl.MapNamedBufferRange(buffer, -1, SIZE, write));
    CALL(GL_INVALID_VALUE, gl.MapNamedBufferRange(buffer, 0, -1, write));
    CALL(GL_INVALID_VALUE, gl.MapNamedBufferRange(buffer, 1, SIZE, write));
    CALL(GL_INVALID_VALUE, gl.MapNamedBufferRange(buffer, 0, SIZE, write | 0x8000));
    CALL(GL_INVALID_OPERATION, gl.MapNamedBufferRange(buffer, 0, 0, write));
    CALL(GL_INVALID_OPERATION, gl.MapNamedBufferRange(buffer, 0, SIZE, 0));
    CALL(GL_INVALID_OPERATION,
        gl.MapNamedBufferRange(buffer, 0, SIZE, read | GL_MAP_UNSYNCHRONIZED_BIT));
    CALL(GL_INVALID_OPERATION,
        gl.MapNamedBufferRange(buffer, 0, SIZE, read | GL_MAP_INVALIDATE_RANGE_BIT));
    CALL(GL_INVALID_OPERATION,
        gl.MapNamedBufferRange(buffer, 0, SIZE, read | GL_MAP_FLUSH_EXPLICIT_BIT));
    CALL(GL_INVALID_OPERATION,
        gl.MapNamedBufferRange(buffer, 0, SIZE, write | GL_MAP_PERSISTENT_BIT));
    CALL(GL_INVALID_OPERATION,
        gl.MapNamedBufferRange(strict_test_buffer(SIZE, 1, write), 0, SIZE, read));
    CALL(GL_INVALID_VALUE, gl.MapNamedBufferRange(fresh(), 0, SIZE, write));
    CALL(GL_INVALID_OPERATION, gl.UnmapNamedBuffer(buffer));
    CALL(GL_NO_ERROR, gl.MapNamedBufferRange(buffer, 0, SIZE, write));
    CALL(GL_INVALID_OPERATION, gl.MapNamedBufferRange(buffer, 0, SIZE, write));
    CALL(GL_INVALID_OPERATION, gl.FlushMappedNamedBufferRange(buffer, 0, SIZE));
    CALL(GL_NO_ERROR, gl.UnmapNamedBuffer(buffer));
}
END_TEST

START_TEST(flushing) {
    const GLbitfield write = GL_MAP_WRITE_BIT;
    const GLuint buffer = strict_test_buffer(SIZE, 1, write);
    CALL(GL_INVALID_OPERATION, gl.FlushMappedNamedBufferRange(buffer, 0, 1));
    gl.MapNamedBufferRange(buffer, 256, 256, write | GL_MAP_FLUSH_EXPLICIT_BIT);
    CALL(GL_INVALID_VALUE, gl.FlushMappedNamedBufferRange(buffer, -1, 1));
    CALL(GL_INVALID_VALUE, gl.FlushMappedNamedBufferRange(buffer, 0, -1));
    CALL(GL_INVALID_VALUE, gl.FlushMappedNamedBufferRange(buffer, 1, 256));
    CALL(GL_INVALID_VALUE, gl.FlushMappedNamedBufferRange(buffer, 256, 256));
    CALL(GL_NO_ERROR, gl.FlushMappedNamedBufferRange(buffer, 0, 256));
    LINT(gl.FlushMappedNamedBufferRange(buffer, 0, 0));
    const GLbitfield coherent = write | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    const GLuint other = strict_test_buffer(SIZE, 1, coherent);
    LINT(gl.MapNamedBufferRange(other, 0, SIZE, coherent | GL_MAP_FLUSH_EXPLICIT_BIT));
    gl.UnmapNamedBuffer(other);
    LINT(gl.MapNamedBufferRange(other, 0, SIZE, write | GL_MAP_PERSISTENT_BIT));
}
END_TEST

START_TEST(moving_bytes) {
    unsigned char bytes[SIZE] = {0};
    const GLuint fixed = strict_test_buffer(SIZE, 1, GL_MAP_WRITE_BIT);
    const GLuint free = strict_test_buffer(SIZE, 1, GL_DYNAMIC_STORAGE_BIT);
    CALL(GL_INVALID_OPERATION, gl.NamedBufferSubData(fixed, 0, SIZE, bytes));
    CALL(GL_INVALID_VALUE, gl.NamedBufferSubData(free, 1, SIZE, bytes));
    CALL(GL_INVALID_VALUE, gl.NamedBufferSubData(free, -1, 1, bytes));
    CALL(GL_INVALID_VALUE, gl.GetNamedBufferSubData(free, 1, SIZE, bytes));
    LINT(gl.NamedBufferSubData(free, 0, 0, bytes));
    LINT(gl.CopyNamedBufferSubData(free, fixed, 0, 0, 0));
    CALL(GL_INVALID_OPERATION, gl.CopyNamedBufferSubData(999, free, 0, 0, 1));
    CALL(GL_INVALID_OPERATION, gl.CopyNamedBufferSubData(free, 999, 0, 0, 1));
    CALL(GL_INVALID_VALUE, gl.CopyNamedBufferSubData(free, fixed, 0, 1, SIZE));
    CALL(GL_INVALID_VALUE, gl.CopyNamedBufferSubData(free, fixed, 1, 0, SIZE));
    CALL(GL_INVALID_VALUE, gl.CopyNamedBufferSubData(free, free, 0, 100, 101));
    CALL(GL_INVALID_VALUE, gl.CopyNamedBufferSubData(free, free, 100, 0, 101));
    CALL(GL_NO_ERROR, gl.CopyNamedBufferSubData(free, free, 0, 100, 100));
    CALL(GL_INVALID_VALUE,
        gl.ClearNamedBufferSubData(free, GL_R32UI, 2, 4, GL_RED_INTEGER, GL_UNSIGNED_INT, NULL));
    CALL(GL_INVALID_ENUM,
        gl.ClearNamedBufferSubData(free, GL_RGB8, 0, 4, GL_RED_INTEGER, GL_UNSIGNED_INT, NULL));
    CALL(GL_INVALID_VALUE, gl.InvalidateBufferSubData(free, 1, SIZE));
    gl.MapNamedBufferRange(fixed, 0, 16, GL_MAP_WRITE_BIT);
    CALL(GL_INVALID_OPERATION, gl.CopyNamedBufferSubData(free, fixed, 0, 0, 16));
    CALL(GL_INVALID_OPERATION, gl.CopyNamedBufferSubData(fixed, free, 0, 0, 16));
    CALL(GL_INVALID_OPERATION, gl.GetNamedBufferSubData(fixed, 0, 16, bytes));
    CALL(GL_INVALID_OPERATION, gl.InvalidateBufferData(fixed));
}
END_TEST

START_TEST(binding) {
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    const GLuint pair[] = {buffer, 999};
    const GLintptr offsets[] = {256, 0};
    const GLsizeiptr sizes[] = {256, 256};
    GLint name = -1;
    CALL(GL_INVALID_ENUM, gl.BindBuffer(GL_FLOAT, buffer));
    CALL(
        GL_INVALID_OPERATION, gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, buffer)); /* no vertex array */
    CALL(GL_INVALID_ENUM, gl.BindBufferBase(GL_ARRAY_BUFFER, 0, buffer));
    CALL(GL_INVALID_VALUE, gl.BindBufferBase(GL_UNIFORM_BUFFER, 84, buffer));
    CALL(GL_INVALID_OPERATION, gl.BindBufferBase(GL_UNIFORM_BUFFER, 0, 999));
    CALL(GL_INVALID_VALUE, gl.BindBufferRange(GL_UNIFORM_BUFFER, 0, buffer, 128, 64));
    CALL(GL_INVALID_VALUE, gl.BindBufferRange(GL_SHADER_STORAGE_BUFFER, 0, buffer, 16, 64));
    CALL(GL_INVALID_VALUE, gl.BindBufferRange(GL_UNIFORM_BUFFER, 0, buffer, -256, 64));
    CALL(GL_INVALID_VALUE, gl.BindBufferRange(GL_UNIFORM_BUFFER, 0, buffer, 0, 0));
    CALL(GL_INVALID_VALUE, gl.BindBufferRange(GL_TRANSFORM_FEEDBACK_BUFFER, 0, buffer, 0, 6));
    LINT(gl.BindBufferRange(GL_UNIFORM_BUFFER, 0, buffer, 768, 512));
    CALL(GL_INVALID_OPERATION, gl.BindBuffersBase(GL_UNIFORM_BUFFER, 83, 2, pair));
    CALL(GL_INVALID_OPERATION,
        gl.BindBuffersRange(GL_SHADER_STORAGE_BUFFER, 3, 2, pair, offsets, sizes));
    gl.GetIntegeri_v(GL_SHADER_STORAGE_BUFFER_BINDING, 3, &name); /* the right one was bound */
    ck_assert_int_eq(name, (GLint)buffer);
    gl.GetIntegeri_v(GL_SHADER_STORAGE_BUFFER_BINDING, 4, &name);
    ck_assert_int_eq(name, 0);
    gl.GetIntegerv(GL_SHADER_STORAGE_BUFFER_BINDING, &name); /* the generic one untouched */
    ck_assert_int_eq(name, 0);
    CALL(GL_INVALID_VALUE, gl.GetIntegeri_v(GL_UNIFORM_BUFFER_BINDING, 84, &name));
}
END_TEST

START_TEST(vertex_arrays) {
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    GLuint array;
    GLint value = -1;
    GLint64 offset = -1;
    gl.CreateVertexArrays(1, &array);
    CALL(GL_INVALID_OPERATION, gl.VertexArrayElementBuffer(0, buffer));
    CALL(GL_INVALID_OPERATION, gl.VertexArrayElementBuffer(array, 999));
    CALL(GL_INVALID_VALUE, gl.VertexArrayVertexBuffer(array, 16, buffer, 0, 4));
    CALL(GL_INVALID_VALUE, gl.VertexArrayVertexBuffer(array, 0, buffer, -4, 4));
    CALL(GL_INVALID_VALUE, gl.VertexArrayVertexBuffer(array, 0, buffer, 0, 2049));
    CALL(GL_NO_ERROR, gl.VertexArrayVertexBuffer(array, 0, buffer, 64, 12));
    gl.GetVertexArrayIndexediv(array, 0, GL_VERTEX_BINDING_STRIDE, &value);
    gl.GetVertexArrayIndexed64iv(array, 0, GL_VERTEX_BINDING_OFFSET, &offset);
    ck_assert_int_eq(value, 12);
    ck_assert_int_eq(offset, 64);
    CALL(GL_INVALID_VALUE, gl.VertexArrayAttribFormat(array, 0, 5, GL_FLOAT, GL_FALSE, 0));
    CALL(GL_INVALID_ENUM, gl.VertexArrayAttribFormat(array, 0, 4, GL_RGBA, GL_FALSE, 0));
    CALL(GL_INVALID_ENUM, gl.VertexArrayAttribIFormat(array, 0, 4, GL_FLOAT, 0));
    CALL(GL_INVALID_OPERATION,
        gl.VertexArrayAttribFormat(array, 0, GL_BGRA, GL_UNSIGNED_BYTE, GL_FALSE, 0));
    CALL(GL_NO_ERROR, gl.VertexArrayAttribFormat(array, 0, GL_BGRA, GL_UNSIGNED_BYTE, GL_TRUE, 0));
    CALL(GL_INVALID_OPERATION,
        gl.VertexArrayAttribFormat(array, 0, 3, GL_UNSIGNED_INT_2_10_10_10_REV, GL_TRUE, 0));
    CALL(GL_INVALID_OPERATION, gl.BindVertexArray(999));
    CALL(GL_NO_ERROR, gl.BindVertexArray(array));
    CALL(GL_NO_ERROR, gl.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, buffer));
    gl.GetVertexArrayiv(array, GL_ELEMENT_ARRAY_BUFFER_BINDING, &value);
    ck_assert_int_eq(value, (GLint)buffer);
}
END_TEST

START_TEST(syncs) {
    GLint value;
    GLsync sync = gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    CALL(GL_INVALID_ENUM, gl.FenceSync(GL_FLOAT, 0));
    CALL(GL_INVALID_VALUE, gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 1));
    CALL(GL_INVALID_VALUE, gl.ClientWaitSync(sync, 2, 0));
    CALL(GL_INVALID_VALUE, gl.WaitSync(sync, 0, 1000));
    CALL(GL_INVALID_ENUM, gl.GetSynciv(sync, GL_FLOAT, 1, NULL, &value));
    CALL(GL_NO_ERROR, gl.DeleteSync(NULL));
    CALL(GL_NO_ERROR, gl.DeleteSync(sync));
    CALL(GL_INVALID_VALUE, gl.DeleteSync(sync));
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 0), GL_WAIT_FAILED);
    CALL(GL_INVALID_VALUE, (void)0);
    CALL(GL_INVALID_VALUE, gl.MemoryBarrier(0x10));
    CALL(GL_NO_ERROR, gl.MemoryBarrier(GL_ALL_BARRIER_BITS));
}
END_TEST

START_TEST(programs) {
    GLint value = -1;
    CALL(GL_INVALID_ENUM, gl.CreateShader(GL_FLOAT));
    CALL(GL_INVALID_VALUE, gl.UseProgram(999));
    CALL(GL_INVALID_OPERATION, gl.DispatchCompute(1, 1, 1));
    CALL(GL_INVALID_OPERATION, gl.Uniform1ui(0, 1));
    const GLuint shader = gl.CreateShader(GL_COMPUTE_SHADER);
    const GLchar *text = "void main() {}";
    gl.ShaderSource(shader, 1, &text, NULL);
    gl.CompileShader(shader);
    gl.GetShaderiv(shader, GL_COMPILE_STATUS, &value);
    ck_assert_int_eq(value, 0);
    gl.GetShaderiv(shader, GL_INFO_LOG_LENGTH, &value);
    ck_assert_int_gt(value, 0);
    const GLuint program = gl.CreateProgram();
    gl.AttachShader(program, shader);
    gl.LinkProgram(program);
    CALL(GL_INVALID_OPERATION, gl.UseProgram(program));
    CALL(GL_INVALID_OPERATION, gl.UseProgram(shader));
    CALL(GL_INVALID_OPERATION, gl.CompileShader(program));
    const GLuint good = strict_test_program("good");
    CALL(GL_INVALID_VALUE, gl.DispatchCompute(65536, 1, 1));
    LINT(gl.DispatchCompute(0, 1, 1));
    CALL(GL_INVALID_OPERATION, gl.Uniform1ui(16, 1));
    CALL(GL_NO_ERROR, gl.Uniform1ui(-1, 1));
    gl.DeleteProgram(good); /* in use: flagged only */
    gl.GetProgramiv(good, GL_DELETE_STATUS, &value);
    ck_assert_int_eq(value, 1);
    CALL(GL_NO_ERROR, gl.UseProgram(0));
    CALL(GL_INVALID_VALUE, gl.UseProgram(good)); /* and now it is gone */
    strict_gpu_set_subroutines(gpu, program, 2);
    gl.GetProgramStageiv(program, GL_COMPUTE_SHADER, GL_ACTIVE_SUBROUTINE_UNIFORMS, &value);
    ck_assert_int_eq(value, 2);
}
END_TEST

START_TEST(draws) {
    const GLuint buffer = strict_test_buffer(SIZE, 1, GL_MAP_WRITE_BIT);
    CALL(GL_NO_ERROR, strict_gpu_read_later(gpu, STRICT_UNIFORM, buffer, 256, 256));
    ck_assert_ptr_null(strict_gpu_read_later(gpu, STRICT_UNIFORM, buffer, 128, 256));
    ck_assert_ptr_null(strict_gpu_read_later(gpu, STRICT_TEXEL, buffer, 4, 256));
    ck_assert_ptr_null(strict_gpu_read_later(gpu, STRICT_STORAGE, buffer, 4, 256));
    ck_assert_ptr_null(strict_gpu_read_later(gpu, STRICT_INDIRECT, buffer, 2, 4));
    ck_assert_ptr_null(strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 1, SIZE));
    ck_assert_ptr_null(strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, SIZE_MAX, 2));
    ck_assert_ptr_null(strict_gpu_read_later(gpu, STRICT_VERTEX, 999, 0, 1));
    gl.MapNamedBufferRange(buffer, 0, SIZE, GL_MAP_WRITE_BIT);
    ck_assert_ptr_null(strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, 4));
    CHECK_VIOLATIONS(8);
}
END_TEST

START_TEST(state) {
    GLint value = -1;
    GLint64 wide = -1;
    GLboolean flag = GL_TRUE;
    char text[64];
    GLsizei length;
    ck_assert_str_eq((const char *)gl.GetStringi(GL_EXTENSIONS, 1), "GL_KHR_robustness");
    CALL(GL_INVALID_VALUE, gl.GetStringi(GL_EXTENSIONS, 2));
    CALL(GL_INVALID_ENUM, gl.GetString(GL_FLOAT));
    CALL(GL_INVALID_ENUM, gl.GetIntegerv(GL_FLOAT, &value));
    gl.GetInteger64v(GL_MAX_SHADER_STORAGE_BLOCK_SIZE, &wide);
    ck_assert_int_eq(wide, 1 << 27);
    gl.GetBooleanv(GL_TRANSFORM_FEEDBACK_ACTIVE, &flag);
    ck_assert_int_eq(flag, GL_FALSE);
    const GLuint buffer = strict_test_buffer(SIZE, 1, GL_MAP_WRITE_BIT);
    gl.ObjectLabel(GL_BUFFER, buffer, 3, "positions");
    gl.GetObjectLabel(GL_BUFFER, buffer, sizeof text, &length, text);
    ck_assert_str_eq(text, "pos");
    ck_assert_int_eq(length, 3);
    CALL(GL_INVALID_VALUE, gl.ObjectLabel(GL_BUFFER, 999, -1, "x"));
    CALL(GL_INVALID_VALUE, gl.ObjectLabel(GL_BUFFER, buffer, 256, text));
    CALL(GL_INVALID_ENUM, gl.ObjectLabel(GL_FLOAT, buffer, -1, "x"));
    CALL(GL_STACK_UNDERFLOW, gl.PopDebugGroup());
    gl.GetNamedBufferParameteri64v(buffer, GL_BUFFER_SIZE, &wide);
    ck_assert_int_eq(wide, SIZE);
    gl.GetNamedBufferParameteriv(buffer, GL_BUFFER_IMMUTABLE_STORAGE, &value);
    ck_assert_int_eq(value, 1);
    CALL(GL_INVALID_ENUM, gl.GetNamedBufferParameteriv(buffer, GL_FLOAT, &value));
    unsigned char *map = gl.MapNamedBufferRange(buffer, 64, 64, GL_MAP_WRITE_BIT);
    void *pointer = NULL;
    gl.GetNamedBufferPointerv(buffer, GL_BUFFER_MAP_POINTER, &pointer);
    ck_assert_ptr_eq(pointer, map);
}
END_TEST

START_TEST(the_first_error_sticks) {
    gl.NamedBufferStorage(999, SIZE, NULL, 0);
    gl.BindBuffer(GL_FLOAT, 0);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_OPERATION);
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    ck_assert_uint_eq(strict_gpu_violations(gpu), 2);
    ck_assert_str_eq(strict_gpu_violation(gpu, 0),
        "error: glNamedBufferStorage: INVALID_OPERATION: there is no buffer 999");
    ck_assert_ptr_null(strict_gpu_violation(gpu, 2));
}
END_TEST

START_TEST(the_state_hash_sees_every_binding) {
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    const uint64_t clean = strict_gpu_state_hash(gpu);
    gl.BindBuffer(GL_COPY_READ_BUFFER, buffer);
    ck_assert_uint_ne(strict_gpu_state_hash(gpu), clean);
    gl.BindBuffer(GL_COPY_READ_BUFFER, 0);
    ck_assert_uint_eq(strict_gpu_state_hash(gpu), clean);
    gl.BindBufferRange(GL_SHADER_STORAGE_BUFFER, 5, buffer, 256, 16);
    gl.BindBuffer(GL_SHADER_STORAGE_BUFFER, 0);
    const uint64_t bound = strict_gpu_state_hash(gpu);
    ck_assert_uint_ne(bound, clean);
    gl.BindBufferRange(GL_SHADER_STORAGE_BUFFER, 5, buffer, 256, 32);
    gl.BindBuffer(GL_SHADER_STORAGE_BUFFER, 0);
    ck_assert_uint_ne(strict_gpu_state_hash(gpu), bound);
    gl.BindBuffersBase(GL_SHADER_STORAGE_BUFFER, 5, 1, NULL);
    ck_assert_uint_eq(strict_gpu_state_hash(gpu), clean);
    const GLuint program = strict_test_program("x");
    ck_assert_uint_ne(strict_gpu_state_hash(gpu), clean);
    gl.UseProgram(0);
    gl.DeleteProgram(program);
    ck_assert_uint_eq(strict_gpu_state_hash(gpu), clean);
}
END_TEST

Suite *strict_rules_suite(void) {
    Suite *suite = suite_create("rules");
    TCase *tcase = tcase_create("rules");
    tcase_add_checked_fixture(tcase, open_gpu, strict_test_close);
    tcase_add_test(tcase, storage);
    tcase_add_test(tcase, names);
    tcase_add_test(tcase, mapping);
    tcase_add_test(tcase, flushing);
    tcase_add_test(tcase, moving_bytes);
    tcase_add_test(tcase, binding);
    tcase_add_test(tcase, vertex_arrays);
    tcase_add_test(tcase, syncs);
    tcase_add_test(tcase, programs);
    tcase_add_test(tcase, draws);
    tcase_add_test(tcase, state);
    tcase_add_test(tcase, the_first_error_sticks);
    tcase_add_test(tcase, the_state_hash_sees_every_binding);
    suite_add_tcase(suite, tcase);
    return suite;
}
