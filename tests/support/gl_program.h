/* Shaders, made a program. */
#ifndef TRIREME_TESTS_GL_PROGRAM_H
#define TRIREME_TESTS_GL_PROGRAM_H

#include <glad/gl.h>

/* Compile and link; print the log and return 0 if that fails. */
GLuint gl_program_build(GladGLContext *gl, const char *vertex, const char *fragment);
GLuint gl_program_build_compute(GladGLContext *gl, const char *compute);
/* One stage, for a pipeline. */
GLuint gl_program_build_separable(GladGLContext *gl, GLenum stage, const char *source);

/* Links the program again, in vain: where it is in use, it stays what it was. */
void gl_program_break(GladGLContext *gl, GLuint program);

#endif
