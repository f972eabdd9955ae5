/* The one file with glad's code in it; all of its functions stay local to this file. */
#define GLAD_API_CALL static
#define GLAD_GL_IMPLEMENTATION
#include "gl.h"

#include <stdio.h>

#include "host.h"

typedef struct loader {
    trm_gl_proc (*get)(void *user, const char *name);
    void *user;
} loader;

static GLADapiproc load(void *user, const char *name) {
    const loader *from = user;

    return from->get(from->user, name);
}

bool demo_gl_load(GladGLContext *gl, trm_gl_proc (*get)(void *user, const char *name), void *user) {
    loader from = {get, user};
    int version = gladLoadGLContextUserPtr(gl, load, &from);

    if (version == 0) {
        fprintf(stderr, "trireme-demo: the functions of OpenGL could not be loaded\n");
        return false;
    }
    if (!gl->VERSION_4_5) {
        fprintf(stderr, "trireme-demo: OpenGL 4.5 is needed, this context has %d.%d\n",
            GLAD_VERSION_MAJOR(version), GLAD_VERSION_MINOR(version));
        return false;
    }
    return true;
}
