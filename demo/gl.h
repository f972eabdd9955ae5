/* The demo's own OpenGL functions, its shader programs, and the debug messages of its context.
 * Nothing of it is shared with the library, which loads what it needs itself. */
#ifndef DEMO_GL_H
#define DEMO_GL_H

#include <stdbool.h>

#include <glad/gl.h>
#include <trireme/gl.h>

/* Loads the functions of the current context, which has to be 4.5. Reports failure. */
bool demo_gl_load(GladGLContext *gl, trm_gl_proc (*get)(void *user, const char *name), void *user);

/* Who counts debug messages. Lives as long as the context. */
typedef struct demo_gl_watcher {
    unsigned *complaints;
} demo_gl_watcher;

/* Prints and counts every debug message above notification severity. */
void demo_gl_watch(const GladGLContext *gl, const demo_gl_watcher *watcher);

/* Builds a program from GLSL without its #version line. 0 after a failure, which is reported. */
GLuint demo_gl_program(
    const GladGLContext *gl, const char *label, const char *vertex, const char *fragment);

/* The same with `prelude` and `common` before both. */
GLuint demo_gl_program_with(const GladGLContext *gl, const char *label, const char *prelude,
    const char *common, const char *vertex, const char *fragment);

#endif
