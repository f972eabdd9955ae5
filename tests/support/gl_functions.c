/* The tests' own OpenGL loader. */
#define GLAD_GL_IMPLEMENTATION
#include <glad/gl.h>
