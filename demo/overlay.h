/* The overlay: what the library does, as it does it. */
#ifndef DEMO_OVERLAY_H
#define DEMO_OVERLAY_H

#include "map.h"

#define DEMO_TIMES 120 /* frames in the plot */

typedef struct demo_overlay {
    demo_sketch sketch;
    trm_device *device; /* the overlay's own */
    demo_map map;
    trm_stats last;          /* of the scene's device, one frame ago */
    float times[DEMO_TIMES]; /* milliseconds; a ring */
    size_t at;
    bool shown;
} demo_overlay;

/* What a frame's overlay is about. */
typedef struct demo_overlay_view {
    const demo_scene_type *type;
    const trm_device *device; /* the scene's */
    demo_subject subject;     /* the buffer whose regions are shown */
    size_t buffers;           /* of the scene */
    size_t full_nbytes;       /* of all of the scene's buffers */
    bool paused;
    bool help; /* show the keys */
} demo_overlay_view;

/* `env` is the scene's; the overlay makes its own device from `device`. False after a failure,
 * which has been reported. */
bool demo_overlay_create(
    demo_overlay *overlay, const demo_scene_env *env, const trm_gl_device_desc *device);
void demo_overlay_destroy(demo_overlay *overlay);

/* Maps these buffers from now on. False: no memory. */
bool demo_overlay_map(demo_overlay *overlay, const demo_subject *subjects, size_t count);

void demo_overlay_copied(demo_overlay *overlay, const trm_copy_event *event);

void demo_overlay_time(demo_overlay *overlay, double seconds); /* that the last frame took */

bool demo_overlay_draw(
    demo_overlay *overlay, const demo_overlay_view *view, const demo_canvas *canvas);

/* Once a frame, drawn or not. */
void demo_overlay_next(demo_overlay *overlay, const trm_device *scene_device);

#endif
