/* A compute shader of the application's own, which writes into a buffer object. */
#ifndef TRIREME_TESTS_GL_WRITER_H
#define TRIREME_TESTS_GL_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include <glad/gl.h>

/* Compiles and links a compute shader; prints the log and returns 0 if that fails. */
GLuint gl_writer_compute_program(GladGLContext *gl, const char *source);

/* The program that gl_writer_fill uses. */
GLuint gl_writer_program(GladGLContext *gl);

/* Writes value, value + 1, ... into `count` 32-bit words from `first` on. Issues no barrier.
 * Changes the current program and storage binding 6. */
void gl_writer_fill(
    GladGLContext *gl, GLuint program, GLuint buffer, size_t first, size_t count, uint32_t value);

#endif
