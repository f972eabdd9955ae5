/* glad's implementation, all of it static: no loader symbol leaves this file, so an application's
 * own glad, of whatever version, stays its own. */
#define GLAD_API_CALL static
#define GLAD_GL_IMPLEMENTATION
#include <glad/gl.h>

/* The implementation stands outside the header's include guard. */
#undef GLAD_GL_IMPLEMENTATION
#include "gl/gl_impl.h"

/* glad takes the length of every extension's name, and a context that is lost meanwhile names none.
 * The real function has no room for a pointer of ours, hence the thread's own variable; it is set
 * during the call only. */
static _Thread_local PFNGLGETSTRINGIPROC real_get_stringi;

static const GLubyte *GLAD_API_PTR get_stringi(GLenum name, GLuint index) {
    const GLubyte *text = real_get_stringi(name, index);
    return text ? text : (const GLubyte *)"";
}

typedef struct loader {
    trm_gl_proc (*load)(void *user, const char *name);
    void *user;
} loader;

static GLADapiproc load_for_glad(void *user, const char *name) {
    const loader *from = user;
    GLADapiproc function = from->load(from->user, name);
    if (!function || strcmp(name, "glGetStringi") != 0)
        return function;
    real_get_stringi = (PFNGLGETSTRINGIPROC)function;
    return (GLADapiproc)get_stringi;
}

int trm_gl_load(GladGLContext *gl, trm_gl_proc (*load)(void *user, const char *name), void *user) {
    loader from = {load, user};
    int version = gladLoadGLContextUserPtr(gl, load_for_glad, &from);
    gl->GetStringi = real_get_stringi;
    return version ? GLAD_VERSION_MAJOR(version) * 10 + GLAD_VERSION_MINOR(version) : 0;
}
