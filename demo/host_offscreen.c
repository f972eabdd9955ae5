#include "host.h"

#include <stdio.h>

#ifndef DEMO_HAVE_EGL

bool demo_offscreen_open(const demo_host_desc *desc, demo_host *host) {
    (void)desc;
    (void)host;
    fprintf(stderr, "trireme-demo: --offscreen was not built in, EGL was missing (Debian: "
                    "libegl-dev)\n");
    return false;
}

#else

#include <string.h>

#include <EGL/egl.h>
#include <EGL/eglext.h>

#define MAX_DEVICES 16

static bool has_word(const char *words, const char *word) {
    size_t length = strlen(word);

    for (const char *at = words; at && (at = strstr(at, word)) != NULL; at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static bool make_context(EGLDisplay display, bool debug, EGLContext *out) {
    const EGLint wanted[] = {
        EGL_SURFACE_TYPE, EGL_PBUFFER_BIT, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
    const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION, 4, EGL_CONTEXT_MINOR_VERSION, 5,
        EGL_CONTEXT_OPENGL_PROFILE_MASK, EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
        EGL_CONTEXT_OPENGL_DEBUG, debug ? EGL_TRUE : EGL_FALSE, EGL_NONE};
    const char *extensions = eglQueryString(display, EGL_EXTENSIONS);
    EGLConfig config = NULL; /* what EGL_NO_CONFIG_KHR is */
    EGLint count = 0;

    if (!has_word(extensions, "EGL_KHR_surfaceless_context") || !eglBindAPI(EGL_OPENGL_API))
        return false;
    if (!has_word(extensions, "EGL_KHR_no_config_context") &&
        (!eglChooseConfig(display, wanted, &config, 1, &count) || count == 0))
        return false;
    *out = eglCreateContext(display, config, EGL_NO_CONTEXT, attributes);
    if (*out == EGL_NO_CONTEXT)
        return false;
    if (eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, *out))
        return true;
    eglDestroyContext(display, *out);
    return false;
}

static bool try_display(EGLDisplay display, bool debug, demo_host *host) {
    EGLContext context;

    if (display == EGL_NO_DISPLAY || !eglInitialize(display, NULL, NULL))
        return false;
    if (make_context(display, debug, &context)) {
        host->window = display;
        host->context = context;
        return true;
    }
    eglTerminate(display);
    return false;
}

/* Devices that are hardware, or those that are not. */
static bool try_devices(
    PFNEGLGETPLATFORMDISPLAYEXTPROC get_display, bool software, bool debug, demo_host *host) {
    PFNEGLQUERYDEVICESEXTPROC query =
        (PFNEGLQUERYDEVICESEXTPROC)eglGetProcAddress("eglQueryDevicesEXT");
    PFNEGLQUERYDEVICESTRINGEXTPROC describe =
        (PFNEGLQUERYDEVICESTRINGEXTPROC)eglGetProcAddress("eglQueryDeviceStringEXT");
    EGLDeviceEXT devices[MAX_DEVICES];
    EGLint count = 0;

    if (!query || !describe || !query(MAX_DEVICES, devices, &count))
        return false;
    for (EGLint i = 0; i < count; i++) {
        const char *extensions = describe(devices[i], EGL_EXTENSIONS);

        if (has_word(extensions, "EGL_MESA_device_software") == software &&
            try_display(get_display(EGL_PLATFORM_DEVICE_EXT, devices[i], NULL), debug, host))
            return true;
    }
    return false;
}

/* A GPU first, then whatever draws. */
static bool find_display(bool debug, demo_host *host) {
    const char *client = eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    PFNEGLGETPLATFORMDISPLAYEXTPROC get_display =
        (PFNEGLGETPLATFORMDISPLAYEXTPROC)eglGetProcAddress("eglGetPlatformDisplayEXT");
    bool devices = get_display && (has_word(client, "EGL_EXT_platform_device") ||
                                      has_word(client, "EGL_EXT_device_base"));

    if (devices && try_devices(get_display, false, debug, host))
        return true;
    if (get_display && has_word(client, "EGL_MESA_platform_surfaceless") &&
        try_display(
            get_display(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, NULL), debug, host))
        return true;
    if (devices && try_devices(get_display, true, debug, host))
        return true;
    return try_display(eglGetDisplay(EGL_DEFAULT_DISPLAY), debug, host);
}

static trm_gl_proc offscreen_get_proc(const char *name) {
    return eglGetProcAddress(name);
}

static void offscreen_poll(demo_host *host, double seconds) {
    (void)host;
    (void)seconds;
}

static void offscreen_size(const demo_host *host, int *width, int *height) {
    *width = host->desc.width;
    *height = host->desc.height;
}

static float offscreen_scale(const demo_host *host) {
    (void)host;
    return 1;
}

static bool offscreen_closing(const demo_host *host) {
    (void)host;
    return false;
}

static void offscreen_title(demo_host *host, const char *title) {
    (void)host;
    (void)title;
}

static void offscreen_close(demo_host *host) {
    eglMakeCurrent(host->window, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(host->window, host->context);
    /* The display stays, for the process to end with: to terminate it would unload drivers under
     * the eyes of a leak checker. */
}

static const demo_host_ops offscreen_ops = {
    .get_proc = offscreen_get_proc,
    .poll = offscreen_poll,
    .framebuffer_size = offscreen_size,
    .scale = offscreen_scale,
    .closing = offscreen_closing,
    .title = offscreen_title,
    .close = offscreen_close,
};

bool demo_offscreen_open(const demo_host_desc *desc, demo_host *host) {
    *host = (demo_host){.ops = &offscreen_ops, .desc = *desc};
    if (find_display(desc->debug, host))
        return true;
    fprintf(stderr, "trireme-demo: EGL offers no OpenGL 4.5 context without a window system "
                    "(Debian: libgl1-mesa-dri has a software one)\n");
    return false;
}

#endif
