#include "data_axes.h"

#include <math.h>
#include <string.h>

#include "data_shape.h"

/* For an axis of length 1; the cone's height is that of an equilateral triangle on its foot. */
#define CONE_RADIUS 0.1f

static void place_cone(size_t axis, float centre, mat4 out) {
    vec3 offset = {0};

    offset[axis] = centre;
    glm_translate_make(out, offset);
    if (axis == 0)
        glm_rotate_y(out, (float)(DEMO_TAU / 4), out);
    if (axis == 1)
        glm_rotate_x(out, (float)(-DEMO_TAU / 4), out);
}

bool demo_axes_create(demo_axes *out, float size) {
    float radius = CONE_RADIUS * size, height = sqrtf(3.0f) * radius;

    memset(out, 0, sizeof *out);
    if (!demo_geometry_cone(&out->cone, radius, height, 8))
        return false;
    for (size_t axis = 0; axis < 3; axis++) {
        out->positions[2 * axis + 1][axis] = size - height;
        out->cone_colours[axis][axis] = out->cone_colours[axis][3] = 1.0f;
        memcpy(out->colours[2 * axis], out->cone_colours[axis], sizeof out->colours[0]);
        memcpy(out->colours[2 * axis + 1], out->cone_colours[axis], sizeof out->colours[0]);
        place_cone(axis, size - 0.5f * height, out->cone_worlds[axis]);
    }
    return true;
}

void demo_axes_destroy(demo_axes *axes) {
    demo_geometry_destroy(&axes->cone);
}
