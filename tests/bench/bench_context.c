/* EGL first: glad brings a khrplatform of its own that hides what EGL needs. */
#include <EGL/egl.h>
#include <EGL/eglext.h>

#include "bench.h"

#include <stdlib.h>
#include <string.h>

GladGLContext bench_gl;

static EGLDisplay display = EGL_NO_DISPLAY;
static EGLContext context = EGL_NO_CONTEXT;

trm_gl_proc bench_context_proc(const char *name) {
    return eglGetProcAddress(name);
}

static EGLDisplay open_platform(EGLenum platform, void *native) {
    EGLDisplay found = eglGetPlatformDisplay(platform, native, NULL);
    return found != EGL_NO_DISPLAY && eglInitialize(found, NULL, NULL) ? found : EGL_NO_DISPLAY;
}

static EGLDisplay open_device(void) {
    PFNEGLQUERYDEVICESEXTPROC query =
        (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
    EGLDisplay found = EGL_NO_DISPLAY;
    EGLDeviceEXT devices[8];
    EGLint count = 0;
    if (!query || !query(8, devices, &count))
        return EGL_NO_DISPLAY;
    for (EGLint i = 0; i < count && found == EGL_NO_DISPLAY; i++)
        found = open_platform(EGL_PLATFORM_DEVICE_EXT, devices[i]);
    return found;
}

/* TRIREME_TEST_EGL=surfaceless or =device allows only that way, as in the tests. */
static EGLDisplay open_display(void) {
    const char *wanted = getenv("TRIREME_TEST_EGL");
    EGLDisplay found = EGL_NO_DISPLAY;
    if (!wanted || strcmp(wanted, "surfaceless") == 0)
        found = open_platform(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY);
    if (found == EGL_NO_DISPLAY && (!wanted || strcmp(wanted, "device") == 0))
        found = open_device();
    return found;
}

bool bench_context_open(const char **why) {
    static const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 5,
        EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    display = open_display();
    *why = "no EGL display";
    if (display == EGL_NO_DISPLAY || !eglBindAPI(EGL_OPENGL_API))
        return false;
    *why = "no OpenGL 4.5 core context";
    context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
    return context != EGL_NO_CONTEXT &&
           eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context) &&
           gladLoadGLContext(&bench_gl, bench_context_proc);
}

bool bench_context_is_software(void) {
    const char *renderer = (const char *)bench_gl.GetString(GL_RENDERER);
    return renderer && strstr(renderer, "llvmpipe");
}

/* The display stays initialised: terminating it unloads drivers, and leak checkers then see what
 * these keep on purpose. */
void bench_context_close(void) {
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(display, context);
}
