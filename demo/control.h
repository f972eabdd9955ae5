/* Turns what a person does into camera motion: left drag turns, right drag pans, the wheel zooms,
 * alt+wheel changes the field of view. Motion is damped: each frame takes a part of what is left to
 * do. */
#ifndef DEMO_CONTROL_H
#define DEMO_CONTROL_H

#include "camera.h"
#include "scene.h"

typedef enum demo_control_mode {
    DEMO_CONTROL_NONE, /* the camera stands still */
    DEMO_CONTROL_ORBIT,
    DEMO_CONTROL_TRACKBALL
} demo_control_mode;

typedef struct demo_control {
    demo_control_mode mode;
    vec3 pivot; /* what the camera turns around; pans move it */
    vec3 up;    /* what orbits turn about; all zero: +Y */
    /* What is left to do. */
    float turn[2]; /* logical pixels */
    float pan[2];  /* logical pixels */
    float wheel;   /* wheel units: a notch is 100, positive away from the scene */
    float fov;     /* degrees * 100 */
    /* The mouse. */
    float at[2]; /* logical pixels */
    bool turning;
    bool panning;
} demo_control;

void demo_control_input(demo_control *control, const demo_input *input, const demo_canvas *canvas);

/* Whether there is motion left. */
bool demo_control_moving(const demo_control *control);

/* Moves the camera as one frame of `step` seconds does. */
void demo_control_apply(
    demo_control *control, demo_camera *camera, const demo_canvas *canvas, double step);

#endif
