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
    void (*on_refresh)(void *user); /* what the window shows is damaged, or of another size */
    void *user;
} demo_host_desc;

typedef struct demo_host demo_host;

typedef struct demo_host_ops {
    trm_gl_proc (*get_proc)(const char *name);
    /* Delivers events. Waits for the first one, if there is none, at most that many seconds. */
    void (*poll)(demo_host *host, double seconds);
    void (*framebuffer_size)(const demo_host *host, int *width, int *height);
    float (*scale)(const demo_host *host); /* pixels of one logical pixel */
    bool (*closing)(const demo_host *host);
    void (*swap)(demo_host *host); /* NULL: there is nothing to present to */
    void (*title)(demo_host *host, const char *title);
    void (*close)(demo_host *host);
} demo_host_ops;

struct demo_host {
    const demo_host_ops *ops;
    demo_host_desc desc;
    void *window;     /* GLFWwindow; EGLDisplay offscreen */
    void *context;    /* EGLContext offscreen */
    double cursor[2]; /* where the last event saw it, window coordinates */
    bool cursor_seen;
};

/* Both make the context current. False after a failure, which has been reported. *host stays where
 * it is until it is closed. */
bool demo_window_open(const demo_host_desc *desc, demo_host *host);
bool demo_offscreen_open(const demo_host_desc *desc, demo_host *host);

#endif
