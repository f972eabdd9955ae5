/* Where the demo runs: in a window, or with a context and no window system at all. */
#ifndef DEMO_HOST_H
#define DEMO_HOST_H

#include <stdbool.h>

#include <trireme/gl.h>

#include "input.h"

typedef struct demo_host_desc {
    const char *title;
    int width;
    int height;
    bool debug; /* ask for a debug context */
    void (*on_input)(void *user, const demo_input *input);
    void *user;
} demo_host_desc;

typedef struct demo_host demo_host;

typedef struct demo_host_ops {
    trm_gl_proc (*get_proc)(const char *name);
    /* Delivers events; returns at once, or within a moment while there is nothing to show. */
    void (*poll)(demo_host *host);
    void (*framebuffer_size)(const demo_host *host, int *width, int *height);
    bool (*closing)(const demo_host *host);
    void (*swap)(demo_host *host); /* NULL: there is nothing to present to */
    void (*title)(demo_host *host, const char *title);
    void (*close)(demo_host *host);
} demo_host_ops;

struct demo_host {
    const demo_host_ops *ops;
    demo_host_desc desc;
    void *window;  /* GLFWwindow; EGLDisplay offscreen */
    void *context; /* EGLContext offscreen */
};

/* Both make the context current. False after a failure, which has been reported. *host stays where
 * it is until it is closed. */
bool demo_window_open(const demo_host_desc *desc, demo_host *host);
bool demo_offscreen_open(const demo_host_desc *desc, demo_host *host);

#endif
