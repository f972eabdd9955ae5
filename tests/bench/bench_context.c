/* EGL first: glad brings a khrplatform of its own that hides what EGL needs. */
#include <EGL/egl.h>
#include <EGL/eglext.h>

#include "bench.h"

GladGLContext bench_gl;

trm_gl_proc bench_proc(void *user, const char *name) {
    (void)user;
    return eglGetProcAddress(name);
}

static GLADapiproc load(const char *name) {
    return eglGetProcAddress(name);
}

static EGLDisplay open_platform(EGLenum platform, void *native) {
    EGLDisplay display = eglGetPlatformDisplay(platform, native, NULL);
    return display != EGL_NO_DISPLAY && eglInitialize(display, NULL, NULL) ? display
                                                                           : EGL_NO_DISPLAY;
}

static EGLDisplay open_display(void) {
    EGLDisplay display = open_platform(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY);
    if (display != EGL_NO_DISPLAY)
        return display;
    PFNEGLQUERYDEVICESEXTPROC query =
        (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
    EGLDeviceEXT devices[8];
    EGLint count = 0;
    if (!query || !query(8, devices, &count))
        return EGL_NO_DISPLAY;
    for (EGLint i = 0; i < count && display == EGL_NO_DISPLAY; i++)
        display = open_platform(EGL_PLATFORM_DEVICE_EXT, devices[i]);
    return display;
}

bool bench_context_open(const char **why) {
    static const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 5,
        EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    EGLDisplay display = open_display();
    *why = "no EGL display";
    if (display == EGL_NO_DISPLAY || !eglBindAPI(EGL_OPENGL_API))
        return false;
    *why = "no OpenGL 4.5 core context";
    EGLContext context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
    return context != EGL_NO_CONTEXT &&
           eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) &&
           gladLoadGLContext(&bench_gl, load);
}
