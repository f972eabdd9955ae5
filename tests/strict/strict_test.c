/* What the tests of the strict GPU share. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strict/strict_test.h"

strict_gpu *gpu;
GladGLContext gl;

void strict_test_close(void) {
    strict_gpu_destroy(gpu);
    gpu = NULL;
}

void strict_test_open(const strict_gpu_desc *desc) {
    strict_test_close();
    gpu = strict_gpu_create(desc);
    strict_gpu_make_current(gpu);
    ck_assert_int_ne(gladLoadGLContext(&gl, strict_gpu_current_proc), 0);
    ck_assert(gl.VERSION_4_5);
    strict_gpu_reset_calls(gpu);
}

void strict_test_open_mode(strict_mode mode) {
    strict_test_open(&(strict_gpu_desc){.mode = mode});
}

GLuint strict_test_buffer(size_t nbytes, int value, GLbitfield flags) {
    GLuint buffer = 0;
    void *bytes = malloc(nbytes);
    ck_assert_ptr_nonnull(bytes);
    memset(bytes, value, nbytes);
    gl.CreateBuffers(1, &buffer);
    gl.NamedBufferStorage(buffer, (GLsizeiptr)nbytes, bytes, flags);
    free(bytes);
    return buffer;
}

GLuint strict_test_mapped(size_t nbytes, int value, unsigned char **pointer) {
    const GLbitfield flags = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT;
    const GLuint buffer = strict_test_buffer(nbytes, value, flags);
    *pointer =
        gl.MapNamedBufferRange(buffer, 0, (GLsizeiptr)nbytes, flags | GL_MAP_FLUSH_EXPLICIT_BIT);
    ck_assert_ptr_nonnull(*pointer);
    return buffer;
}

void strict_test_flush(GLuint buffer, size_t offset, size_t nbytes) {
    gl.FlushMappedNamedBufferRange(buffer, (GLintptr)offset, (GLsizeiptr)nbytes);
}

GLsync strict_test_fence(void) {
    GLsync fence = gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.Flush();
    return fence;
}

bool strict_test_saw(strict_read *draw, int value) {
    ck_assert_ptr_nonnull(draw);
    const unsigned char *bytes = strict_gpu_result(draw);
    ck_assert_ptr_nonnull(bytes);
    bool all = true;
    for (size_t i = 0; i < strict_gpu_read_nbytes(draw); i++) {
        all = all && bytes[i] == (unsigned char)value;
    }
    strict_gpu_forget(gpu, draw);
    return all;
}

bool strict_test_sees(
    strict_reader reader, GLuint buffer, size_t offset, size_t nbytes, int value) {
    strict_read *draw = strict_gpu_read_later(gpu, reader, buffer, offset, nbytes);
    strict_gpu_drain(gpu);
    return strict_test_saw(draw, value);
}

GLuint strict_test_program(const char *marker) {
    char source[256];
    snprintf(source, sizeof source, "#version 450 core\n// %s\nvoid main() {}\n", marker);
    const GLchar *text = source;
    const GLuint shader = gl.CreateShader(GL_COMPUTE_SHADER);
    gl.ShaderSource(shader, 1, &text, NULL);
    gl.CompileShader(shader);
    const GLuint program = gl.CreateProgram();
    gl.AttachShader(program, shader);
    gl.LinkProgram(program);
    gl.DetachShader(program, shader);
    gl.DeleteShader(shader);
    gl.UseProgram(program);
    return program;
}
