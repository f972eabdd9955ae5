/* Lights of a stage. */
#ifndef DEMO_LIGHT_H
#define DEMO_LIGHT_H

#include <stdbool.h>

typedef struct demo_light {
    float intensity;    /* 3 is about full: shading divides by pi */
    float grey;         /* its colour, an sRGB-encoded grey; 0: white */
    float direction[3]; /* where it shines, in the world */
    bool on_camera;     /* it shines where the camera looks, instead */
} demo_light;

#endif
