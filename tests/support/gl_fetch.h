/* Draws through what is bound, and brings back what the shaders got. */
#ifndef TRIREME_TESTS_GL_FETCH_H
#define TRIREME_TESTS_GL_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glad/gl.h>

#include "support/vertex_value.h"

/* harness_fetch_vertices and harness_read_blocks on a driver. */
void gl_fetch_vertices(GladGLContext *gl, vertex_kind kind, GLuint vertex_array, int count,
    bool indexed, size_t index_offset, vertex_value *out);
void gl_read_blocks(GladGLContext *gl, GLuint uniform, GLuint storage, uint32_t out[2][64]);

#endif
