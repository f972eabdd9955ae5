#include <math.h>
#include <stdlib.h>

#include "data_image.h"
#include "data_noise.h"

/* Where a texel lies in the wall: which brick, and how far from its edges. */
typedef struct brick {
    uint32_t column;
    uint32_t row;
    float edge; /* to the nearest joint, in heights of a brick */
} brick;

static brick brick_at(uint32_t x, uint32_t y) {
    float u = 8.0f * ((float)x + 0.5f) / DEMO_BRICKS_SIDE;
    float v = 16.0f * ((float)y + 0.5f) / DEMO_BRICKS_SIDE;
    uint32_t row = (uint32_t)v;
    float shifted = u + (row % 2 == 1 ? 0.5f : 0.0f);
    float fu = shifted - floorf(shifted), fv = v - floorf(v);

    return (brick){
        .column = (uint32_t)shifted % 8,
        .row = row,
        .edge = fminf(2.0f * fminf(fu, 1.0f - fu), fminf(fv, 1.0f - fv)),
    };
}

static void paint_texel(uint32_t x, uint32_t y, uint8_t out[4]) {
    static const float dark[3] = {118, 62, 48}, light[3] = {178, 92, 70},
                       mortar[3] = {168, 163, 154};
    brick b = brick_at(x, y);
    float tint = demo_random(b.column, b.row, 7), body = demo_smooth(0.05f, 0.11f, b.edge);
    float shade = 0.86f + 0.14f * demo_smooth(0.1f, 0.3f, b.edge);
    float grain =
        16.0f * (demo_random(x, y, 3) - 0.5f) + 22.0f * (demo_random(x / 3, y / 3, 5) - 0.5f);

    for (size_t k = 0; k < 3; k++) {
        float value = demo_mix(mortar[k], demo_mix(dark[k], light[k], tint) * shade, body) + grain;

        out[k] = (uint8_t)lroundf(fminf(fmaxf(value, 0.0f), 255.0f));
    }
    out[3] = 255;
}

uint8_t (*demo_bricks_generate(void))[4] {
    uint8_t(*texels)[4] = malloc((size_t)DEMO_BRICKS_SIDE * DEMO_BRICKS_SIDE * sizeof *texels);

    if (!texels)
        return NULL;
    for (uint32_t y = 0; y < DEMO_BRICKS_SIDE; y++)
        for (uint32_t x = 0; x < DEMO_BRICKS_SIDE; x++)
            paint_texel(x, y, texels[y * DEMO_BRICKS_SIDE + x]);
    return texels;
}
