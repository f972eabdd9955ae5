/* What a scene is: a row of functions. The frame loop (app.c) knows nothing else of it; a new scene
 * is one file with such a row, and its name in scenes.c. */
#ifndef DEMO_SCENE_H
#define DEMO_SCENE_H

#include <stdbool.h>
#include <stdio.h>

#include <trireme/gl.h>

#include "gl.h"
#include "input.h"

/* What a scene is made with. All of it outlives the scene. */
typedef struct demo_scene_env {
    const GladGLContext *gl;
    trm_device *device;
    trm_log log;
    trm_placement placement;
    size_t points; /* for scenes of any number of items */
} demo_scene_env;

/* One frame's place in time. `time` stands still while paused. */
typedef struct demo_tick {
    uint64_t frame;
    double time;
    double step; /* seconds since the last frame; 1/60 while the clock is fixed */
    bool paused;
} demo_tick;

/* Where a scene draws: sRGB-encoded colour and a 32-bit depth buffer, with old contents. */
typedef struct demo_canvas {
    GLuint framebuffer;
    int width;
    int height;
} demo_canvas;

/* A buffer of the scene with the span that its last draw read. The overlay maps the first one;
 * --verify reads them back. */
typedef struct demo_subject {
    trm_buffer *buffer;
    trm_gl_span span;
} demo_subject;

typedef struct demo_scene_type {
    const char *name;
    const char *title;
    const char *keys; /* one line for the overlay */

    /* NULL after a failure, which has been reported. */
    void *(*create)(const demo_scene_env *env, double time);
    void (*destroy)(void *scene);
    void (*input)(void *scene, const demo_input *input, const demo_canvas *canvas);
    /* Edits CPU data and marks it; no GL. */
    void (*edit)(void *scene, const demo_tick *tick);
    /* Acquires and draws. False after a failure, which has been reported. */
    bool (*draw)(void *scene, const demo_tick *tick, const demo_canvas *canvas);
    size_t (*subjects)(void *scene, demo_subject *out, size_t capacity);
} demo_scene_type;

const demo_scene_type *demo_scene_find(const char *name); /* NULL: there is none */
void demo_scenes_print(FILE *to);

#endif
