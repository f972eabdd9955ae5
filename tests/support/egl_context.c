#include "support/egl_context.h"

#include <stdlib.h>
#include <string.h>

#include <EGL/egl.h>
#include <EGL/eglext.h>

#define MAX_DEVICES 16

static EGLDisplay display = EGL_NO_DISPLAY;
static EGLContext context = EGL_NO_CONTEXT;
static EGLContext second_context = EGL_NO_CONTEXT;

static const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 5,
    EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_CONTEXT_OPENGL_DEBUG,
    EGL_TRUE, EGL_NONE};

static bool has_extension(const char *list, const char *name) {
    const size_t length = strlen(name);
    for (const char *at = list; at != NULL && (at = strstr(at, name)) != NULL; at += length) {
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static bool make_context(EGLDisplay candidate, const char **why) {
    if (candidate == EGL_NO_DISPLAY || !eglInitialize(candidate, NULL, NULL)) {
        *why = "the EGL display cannot be initialised";
        return false;
    }
    const char *extensions = eglQueryString(candidate, EGL_EXTENSIONS);
    if (!has_extension(extensions, "EGL_KHR_surfaceless_context") ||
        !has_extension(extensions, "EGL_KHR_no_config_context")) {
        *why = "EGL has no contexts without surface and config";
        return false;
    }
    if (!eglBindAPI(EGL_OPENGL_API)) {
        *why = "EGL has no OpenGL";
        return false;
    }
    EGLContext made = eglCreateContext(candidate, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
    if (made == EGL_NO_CONTEXT) {
        *why = "there is no OpenGL 4.5 core context";
        return false;
    }
    if (!eglMakeCurrent(candidate, EGL_NO_SURFACE, EGL_NO_SURFACE, made)) {
        *why = "the context cannot be made current";
        eglDestroyContext(candidate, made);
        return false;
    }
    display = candidate;
    context = made;
    return true;
}

static bool open_surfaceless(const char *extensions, const char **why) {
    if (!has_extension(extensions, "EGL_MESA_platform_surfaceless")) {
        *why = "EGL has no surfaceless platform";
        return false;
    }
    return make_context(
        eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL), why);
}

static bool open_device(const char *extensions, const char **why) {
    EGLDeviceEXT devices[MAX_DEVICES];
    EGLint count = 0;
    if (!has_extension(extensions, "EGL_EXT_platform_device") &&
        !has_extension(extensions, "EGL_EXT_platform_base")) {
        *why = "EGL has no device platform";
        return false;
    }
    PFNEGLQUERYDEVICESEXTPROC query_devices =
        (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
    if (query_devices == NULL || !query_devices(MAX_DEVICES, devices, &count)) {
        count = 0;
    }
    *why = "EGL has no devices";
    for (EGLint i = 0; i < count; i++) {
        if (make_context(eglGetPlatformDisplay(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL), why)) {
            return true;
        }
    }
    return false;
}

bool egl_context_open(const char **why) {
    const char *wanted = getenv("TRIREME_TEST_EGL");
    const char *extensions = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    *why = "TRIREME_TEST_EGL is neither surfaceless nor device";
    if (extensions == NULL) {
        *why = "EGL has no platforms to choose from";
        return false;
    }
    if (wanted == NULL || strcmp(wanted, "surfaceless") == 0) {
        if (open_surfaceless(extensions, why)) {
            return true;
        }
    }
    return (wanted == NULL || strcmp(wanted, "device") == 0) && open_device(extensions, why);
}

bool egl_context_use_second(bool second) {
    if (second && second_context == EGL_NO_CONTEXT) {
        second_context = eglCreateContext(display, EGL_NO_CONFIG_KHR, context, attributes);
    }
    if (second && second_context == EGL_NO_CONTEXT) {
        return false;
    }
    return eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE,
               second ? second_context : context) == EGL_TRUE;
}

void egl_context_close(void) {
    eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    if (second_context != EGL_NO_CONTEXT) {
        eglDestroyContext(display, second_context);
        second_context = EGL_NO_CONTEXT;
    }
    eglDestroyContext(display, context);
    context = EGL_NO_CONTEXT;
}

void (*egl_context_proc(const char *name))(void) {
    return eglGetProcAddress(name);
}
