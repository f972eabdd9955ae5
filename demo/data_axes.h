/* The axes helper: three coloured lines from the origin, with a cone at the end of each. */
#ifndef DEMO_DATA_AXES_H
#define DEMO_DATA_AXES_H

#include <cglm/cglm.h>

#include "data_geometry.h"

typedef struct demo_axes {
    float positions[6][3]; /* three segments: x, y, z */
    float colours[6][4];   /* sRGB-encoded */
    demo_geometry cone;    /* drawn three times */
    mat4 cone_worlds[3];   /* where */
    float cone_colours[3][4];
} demo_axes;

/* Axes that end at `size`. False: no memory. */
bool demo_axes_create(demo_axes *out, float size);
void demo_axes_destroy(demo_axes *axes);

#endif
