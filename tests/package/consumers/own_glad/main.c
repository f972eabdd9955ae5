/* EGL stands before glad: glad's header brings a khrplatform.h of its own. */
#include "../egl.h"

#ifdef GLAD_WITH_CONTEXTS
#include "contexts.h"
#else
#include <glad/gl.h>
#endif

#include "../draw.h"

static GLADapiproc load_for_glad(const char *name) {
    return (GLADapiproc)eglGetProcAddress(name);
}

/* Draws; the exit status, a failure also if the application's glad is not what it was. */
#ifdef GLAD_WITH_CONTEXTS
static int draw(void) {
    static unsigned char before[sizeof guarded];

    gladLoadGLContext(&guarded.gl, load_for_glad);
    memcpy(before, &guarded, sizeof guarded);
    const int status = draw_and_check(load_function);
    return memcmp(before, &guarded, sizeof guarded) == 0 ? status : EXIT_FAILURE;
}
#else
static int draw(void) {
    gladLoadGL(load_for_glad);
    const int version = GLAD_GL_VERSION_3_3;
    const PFNGLDRAWARRAYSPROC function = glad_glDrawArrays;
    const int status = draw_and_check(load_function);
    return GLAD_GL_VERSION_3_3 == version && glad_glDrawArrays == function ? status : EXIT_FAILURE;
}
#endif

int main(void) {
    const int status = open_context();
    return status ? status : draw();
}
