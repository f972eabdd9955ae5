/* Shaders, made a program. */
#ifndef TRIREME_TESTS_GL_PROGRAM_H
#define TRIREME_TESTS_GL_PROGRAM_H

#include <glad/gl.h>

/* Compile and link; print the log and return 0 if that fails. */
GLuint gl_program_build(GladGLContext *gl, const char *vertex, const char *fragment);
GLuint gl_program_build_compute(GladGLContext *gl, const char *compute);

#endif
