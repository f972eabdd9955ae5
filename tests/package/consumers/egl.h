/* An OpenGL 4.5 core context without a window, for C and C++. */
#ifndef CONSUMER_EGL_H
#define CONSUMER_EGL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <trireme/gl.h>

/* 0, or the exit status: 77 says that there is no OpenGL 4.5 here, unless it was asked for. */
static int open_context(void) {
    static const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 5,
        EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    const char *required = getenv("TRIREME_REQUIRE_GL");
    EGLDisplay display = eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL);
    EGLContext context = EGL_NO_CONTEXT;

    if (eglInitialize(display, NULL, NULL) && eglBindAPI(EGL_OPENGL_API))
        context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
    if (context != EGL_NO_CONTEXT &&
        eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context))
        return 0;
    fputs("EGL has no OpenGL 4.5 without a window here\n", stderr);
    return required && strcmp(required, "1") == 0 ? EXIT_FAILURE : 77;
}

static trm_gl_proc load_function(void *user, const char *name) {
    (void)user;
    return eglGetProcAddress(name);
}

#endif
