/* A picture of the OpenGL state: everything that a program may have set and a library must not
 * disturb. */
#ifndef TRIREME_TESTS_GL_STATE_H
#define TRIREME_TESTS_GL_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glad/gl.h>

#define GL_STATE_MAX 4096

/* One value of the state: an integer, a bool, an enum, or the bits of a float. Indexed buffer
 * bindings count from 1000, for their names are those of the generic ones. */
typedef struct gl_state_value {
    const char *name;
    unsigned index; /* of the binding point, texture unit, ...; or which of several numbers */
    GLint64 value;
} gl_state_value;

typedef struct gl_state {
    gl_state_value values[GL_STATE_MAX];
    size_t count;
} gl_state;

/* Sets up a context in which as much as possible differs from the initial state and from zero. */
void gl_state_scramble(GladGLContext *gl);

/* Takes down what gl_state_scramble made. */
void gl_state_unscramble(GladGLContext *gl);

/* Takes a picture. The state is afterwards as before, error flag included: that must be clear. */
void gl_state_take(GladGLContext *gl, gl_state *out);

/* How many values differ, without those whose name begins with an entry of `except` (a list that
 * ends with NULL, or NULL). Prints each one. */
size_t gl_state_compare(const gl_state *before, const gl_state *after, const char *const *except);

/* The value of a name and index; fails the test if the picture has none. */
GLint64 gl_state_get(const gl_state *state, const char *name, unsigned index);

#endif
