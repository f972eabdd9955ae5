#include "data_maps.h"

#include <stddef.h>

const float demo_map_grey[4][1] = {{1}, {0}, {0}, {1}};
const float demo_map_grey_alpha[4][2] = {{1, 1}, {0, 1}, {0, 0}, {1, 0}};
const float demo_map_rgb[4][4] = {{1, 1, 0, 1}, {0, 1, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1}};
const float demo_map_rgba[4][4] = {{1, 1, 0, 1}, {0, 1, 0, 1}, {0, 1, 0, 0}, {1, 1, 0, 0}};

const float demo_map_yellow_cyan[2][4] = {{1, 1, 0, 1}, {0, 1, 1, 1}};

static const float steps[4] = {0.1f, 0.4f, 0.6f, 0.9f};

/* Channel k of texel i steps along axis k, for the first `axes` axes. */
static void fill_steps(float (*out)[4], size_t axes) {
    size_t count = (size_t)1 << 2 * axes;

    for (size_t i = 0; i < count; i++) {
        for (size_t axis = 0; axis < 3; axis++)
            out[i][axis] = axis < axes ? steps[i >> 2 * axis & 3] : 0.0f;
        out[i][3] = 1.0f;
    }
}

void demo_map_steps_1d(float out[4][4]) {
    fill_steps(out, 1);
}

void demo_map_steps_2d(float out[16][4]) {
    fill_steps(out, 2);
}

void demo_map_steps_3d(float out[64][4]) {
    fill_steps(out, 3);
}
