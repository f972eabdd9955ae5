/* A vertex and a fragment shader, made a program. */
#ifndef TRIREME_TESTS_GL_PROGRAM_H
#define TRIREME_TESTS_GL_PROGRAM_H

#include <glad/gl.h>

/* Compiles and links; prints the log and returns 0 if that fails. */
GLuint gl_program_build(GladGLContext *gl, const char *vertex, const char *fragment);

#endif
