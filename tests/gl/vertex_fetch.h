/* Fetches vertices through a vertex array and brings back what the shader got. */
#ifndef TRIREME_TESTS_VERTEX_FETCH_H
#define TRIREME_TESTS_VERTEX_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glad/gl.h>
#include <trireme/format.h>

/* As what the vertex shader declares attribute 0. */
typedef enum vertex_kind { VERTEX_FLOAT, VERTEX_SINT, VERTEX_UINT } vertex_kind;

/* One fetched attribute: four components of the declared type. */
typedef union vertex_value {
    float f[4];
    int32_t i[4];
    uint32_t u[4];
} vertex_value;

/* Draws `count` points from the vertex array, each vertex once: with the element buffer's 32-bit
 * indices at `index_offset` if `indexed`. out[i] is what vertex i got in attribute 0. */
void vertex_fetch(GladGLContext *gl, vertex_kind kind, GLuint vertex_array, int count, bool indexed,
    size_t index_offset, vertex_value *out);

/* The kind of shader input that a format is for. */
vertex_kind vertex_format_kind(const trm_format *format);

/* What GL should make of one item (at most four components): missing ones are 0, 0, 0, 1. */
vertex_value vertex_decode(const trm_format *format, const uint8_t *item);

#endif
