/* glad's implementation, all of it static: no loader symbol leaves this file, so an application's
 * own glad, of whatever version, stays its own. */
#define GLAD_API_CALL static
#define GLAD_GL_IMPLEMENTATION
#include <glad/gl.h>

/* The implementation stands outside the header's include guard. */
#undef GLAD_GL_IMPLEMENTATION
#include "gl/gl_impl.h"

int trm_gl_load(GladGLContext *gl, trm_gl_proc (*load)(void *user, const char *name), void *user) {
    int version = gladLoadGLContextUserPtr(gl, load, user);
    return version ? GLAD_VERSION_MAJOR(version) * 10 + GLAD_VERSION_MINOR(version) : 0;
}
