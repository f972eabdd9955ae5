/* Draws that read a range of a buffer object in the fragment stage and keep what they saw.
 *
 * On a software rasteriser vertices are fetched when a draw is submitted; only what fragment
 * shaders read is read late. These are the readers for which a missing fence wait shows.
 */
#ifndef TRIREME_TESTS_GL_READER_H
#define TRIREME_TESTS_GL_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glad/gl.h>

/* What one draw saw: `result` is filled when the GPU gets to it. */
typedef struct gl_reading {
    GLuint source; /* buffer texture, or 0 */
    GLuint result; /* RGBA32UI texture, 16 bytes a texel */
    GLuint framebuffer;
    GLsizei height;
    size_t nbytes;
} gl_reading;

typedef struct gl_reader {
    GladGLContext *gl;
    GLuint texel_program;
    GLuint storage_program;
    GLuint busy_program;
    GLuint vertex_array;
    GLuint busy_texture;
    GLuint busy_framebuffer;
} gl_reader;

bool gl_reader_open(gl_reader *reader, GladGLContext *gl);
void gl_reader_close(gl_reader *reader);

/* Draws; changes program, vertex array, framebuffer, viewport, texture and storage bindings. The
 * storage reader sees whole words only. */
void gl_reader_draw(
    gl_reader *reader, bool storage, GLuint buffer, size_t offset, size_t nbytes, gl_reading *out);

/* Waits for the draw, copies what it saw, and deletes its objects. */
void gl_reader_fetch(gl_reader *reader, gl_reading *reading, void *out);

/* A draw of some milliseconds, on software and on hardware. */
void gl_reader_keep_busy(gl_reader *reader);

#endif
