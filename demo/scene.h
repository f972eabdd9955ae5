/* What a scene is, to the frame loop (app.c), which knows nothing else of it: a name, a size, and a
 * row of functions. edit-lab has its own; the scenes of the gallery share those of stage.h. */
#ifndef DEMO_SCENE_H
#define DEMO_SCENE_H

#include <stdbool.h>
#include <stdio.h>

#include <trireme/gl.h>

#include "data_set.h"
#include "gl.h"
#include "input.h"

/* What a scene is made with. All of it outlives the scene. */
typedef struct demo_scene_env {
    const GladGLContext *gl;
    trm_device *device;
    const demo_data *data; /* NULL for scenes that do not ask for it */
    trm_log log;
    trm_placement placement;
    size_t points; /* for scenes of any number of items */
} demo_scene_env;

/* One frame's place in time. `time` stands still while paused. */
typedef struct demo_tick {
    uint64_t frame;
    double time;
    double step; /* seconds since the last frame; that of one frame while the clock is fixed */
    bool paused;
} demo_tick;

/* Where a scene draws, with old contents: sRGB-encoded colour and a 32-bit depth buffer. */
typedef struct demo_canvas {
    GLuint framebuffer; /* writes the encoded numbers as they are */
    GLuint encoder;     /* the same pixels; encodes while FRAMEBUFFER_SRGB is on. No depth */
    int width;
    int height;
    float scale; /* pixels of one logical pixel */
} demo_canvas;

/* A buffer of the scene with the span that its last draw read. The overlay maps the first one;
 * --verify reads all of them back. */
typedef struct demo_subject {
    trm_buffer *buffer;
    trm_gl_span span;
} demo_subject;

#define DEMO_MOST_SUBJECTS 96

typedef struct demo_scene_type demo_scene_type;

typedef struct demo_scene_ops {
    /* NULL after a failure, which has been reported. */
    void *(*create)(const demo_scene_type *type, const demo_scene_env *env, double time);
    void (*destroy)(void *scene);
    void (*input)(void *scene, const demo_input *input, const demo_canvas *canvas);
    /* Edits CPU data and marks it; no GL. */
    void (*edit)(void *scene, const demo_tick *tick, const demo_canvas *canvas);
    /* Acquires and draws. False after a failure, which has been reported. */
    bool (*draw)(void *scene, const demo_tick *tick, const demo_canvas *canvas);
    size_t (*subjects)(void *scene, demo_subject *out, size_t capacity); /* how many there are */
    /* For --soak: from now on with the points and the placement of `env`, between two frames. False
     * after a failure, which has been reported. NULL: it cannot do that. */
    bool (*vary)(void *scene, const demo_scene_env *env, double time);
} demo_scene_ops;

struct demo_scene_type {
    const char *name;
    const char *title;
    const char *keys; /* one line for the overlay */
    const demo_scene_ops *ops;
    const void *data; /* for the ops */
    int width;        /* of the picture, unless the command line says otherwise */
    int height;
    double rate;      /* frames a second at most; 0: 60 */
    bool transparent; /* its pictures have an alpha channel */
    bool wants_data;  /* env.data */
    bool wants_points;
    bool on_demand; /* nothing moves by itself: redrawn when there was input */
};

const demo_scene_type *demo_scene_find(const char *name); /* NULL: there is none */
const demo_scene_type *demo_scene_at(size_t index);       /* likewise; in the order of the keys */
void demo_scenes_print(FILE *to);

#endif
