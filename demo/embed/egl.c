/* An OpenGL 4.5 core context without a window: on Mesa's surfaceless platform, or else on the first
 * GPU that EGL lists. */
#include "embed.h"

#include <stddef.h>

#include <EGL/egl.h>
#include <EGL/eglext.h>

enum { MOST_GPUS = 16 };

static bool open_display(EGLDisplay display) {
    static const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 5,
        EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    EGLContext context;

    if (display == EGL_NO_DISPLAY || !eglInitialize(display, NULL, NULL) ||
        !eglBindAPI(EGL_OPENGL_API))
        return false;
    context = eglCreateContext(display, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
    return context != EGL_NO_CONTEXT &&
           eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context);
}

bool embed_open_egl(void) {
    PFNEGLQUERYDEVICESEXTPROC list_gpus =
        (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
    EGLDeviceEXT gpus[MOST_GPUS];
    EGLint count = 0;

    if (open_display(eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, NULL, NULL)))
        return true;
    if (!list_gpus || !list_gpus(MOST_GPUS, gpus, &count))
        return false;
    for (EGLint i = 0; i < count; i++)
        if (open_display(eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT, gpus[i], NULL)))
            return true;
    return false;
}
