/* The face of a cat, painted back to front. It is symmetric but for its fur and its stripes. */
#include <math.h>
#include <stdlib.h>

#include "data_image.h"
#include "data_noise.h"
#include "data_shape.h"

typedef struct brush {
    float colour[3];
    float x, y; /* centre of the texel */
    float q;    /* distance from the line of symmetry */
    float head; /* 1 inside */
    float fur;
} brush;

static void over(brush *b, float red, float green, float blue, float alpha) {
    const float colour[3] = {red, green, blue};

    for (size_t k = 0; k < 3; k++)
        b->colour[k] = demo_mix(b->colour[k], colour[k], alpha);
}

static float ellipse(float x, float y, float cx, float cy, float rx, float ry) {
    return hypotf((x - cx) / rx, (y - cy) / ry);
}

/* The distance to the nearest edge of a triangle, positive inside, whichever way it is wound. */
static float triangle(float x, float y, const float corner[3][2]) {
    float area = (corner[1][0] - corner[0][0]) * (corner[2][1] - corner[0][1]) -
                 (corner[2][0] - corner[0][0]) * (corner[1][1] - corner[0][1]);
    float side = area < 0.0f ? -1.0f : 1.0f, nearest = INFINITY;

    for (size_t i = 0; i < 3; i++) {
        const float *a = corner[i], *b = corner[(i + 1) % 3];
        float ex = b[0] - a[0], ey = b[1] - a[1];
        float distance = (ex * (y - a[1]) - ey * (x - a[0])) / hypotf(ex, ey);

        nearest = fminf(nearest, side * distance);
    }
    return nearest;
}

static void paint_ear(brush *b) {
    static const float outer[3][2] = {{70, 95}, {150, 110}, {128, 8}};
    static const float inner[3][2] = {{86, 98}, {138, 104}, {124, 36}};

    over(b, 0.72f, 0.45f, 0.24f, demo_smooth(-1.5f, 1.5f, triangle(b->q, b->y, outer)));
    over(b, 0.86f, 0.62f, 0.55f, demo_smooth(-1.5f, 1.5f, triangle(b->q, b->y, inner)));
}

static void paint_head(brush *b, uint32_t ix, uint32_t iy) {
    float h = ellipse(b->x, b->y, 225, 178, 165, 122);
    float wave = 0.5f + 0.5f * sinf(0.16f * b->q + 2.2f * sinf(0.045f * b->y));
    float stripe = demo_smooth(0.35f, 0.75f, wave) * demo_smooth(0.25f, 0.8f, h);

    b->head = demo_smooth(1.01f, 0.99f, h);
    b->fur = 0.06f * (demo_random(ix, iy / 4, 11) - 0.5f) +
             0.05f * (demo_random(ix / 2, iy / 2, 12) - 0.5f);
    over(b, demo_mix(0.80f, 0.47f, stripe) + b->fur, demo_mix(0.54f, 0.28f, stripe) + b->fur,
        demo_mix(0.31f, 0.14f, stripe) + b->fur, b->head);
    over(b, 0.94f + b->fur, 0.88f + b->fur, 0.80f + b->fur,
        demo_smooth(1.08f, 0.92f, ellipse(b->q, b->y, 34, 232, 58, 44)) * b->head);
}

static void paint_eye(brush *b) {
    float g = ellipse(b->q, b->y, 74, 150, 34, 25), pupil = ellipse(b->q, b->y, 74, 150, 8, 22);
    float glint = ellipse(b->x, b->y, b->x < 225.0f ? 143.0f : 291.0f, 141, 5, 5);

    over(b, 0.10f, 0.07f, 0.05f, demo_smooth(1.14f, 1.06f, g));
    over(b, 0.62f + 0.2f * (1.0f - g), 0.72f, 0.28f, demo_smooth(1.02f, 0.96f, g));
    over(b, 0.03f, 0.03f, 0.03f, demo_smooth(1.05f, 0.95f, pupil));
    over(b, 1.0f, 1.0f, 1.0f, demo_smooth(1.2f, 0.8f, glint));
}

static void paint_mouth(brush *b) {
    static const float nose[3][2] = {{-24, 196}, {24, 196}, {0, 216}};
    float curve = 226.0f + 10.0f * sinf(0.5f * (float)DEMO_TAU * b->q / 44.0f);

    over(b, 0.86f, 0.45f, 0.45f, demo_smooth(-2, 2, triangle(b->q, b->y, nose)));
    if (b->q < 44.0f)
        over(b, 0.25f, 0.12f, 0.10f, demo_smooth(2.2f, 0.8f, fabsf(b->y - curve)));
    if (b->y > 214.0f && b->y < 228.0f)
        over(b, 0.25f, 0.12f, 0.10f, demo_smooth(2.2f, 0.8f, b->q));
}

static void paint_whiskers(brush *b) {
    float r = b->q - 50.0f;

    if (b->q <= 50.0f || b->q >= 196.0f)
        return;
    for (int k = 0; k < 3; k++) {
        float n = (float)k;
        float line = 222.0f + 9.0f * n - r * (0.10f - 0.09f * n) + 0.0006f * r * r * (n - 1.0f);

        over(b, 0.97f, 0.95f, 0.92f, 0.85f * demo_smooth(1.6f, 0.6f, fabsf(b->y - line)));
    }
}

static void paint_texel(uint32_t ix, uint32_t iy, float out[4]) {
    float x = (float)ix + 0.5f, y = (float)iy + 0.5f, t = y / DEMO_CAT_HEIGHT;
    brush b = {
        .colour = {demo_mix(0.36f, 0.22f, t), demo_mix(0.30f, 0.18f, t), demo_mix(0.26f, 0.16f, t)},
        .x = x,
        .y = y,
        .q = fabsf(x - 225.0f),
    };

    paint_ear(&b);
    paint_head(&b, ix, iy);
    paint_eye(&b);
    paint_mouth(&b);
    paint_whiskers(&b);
    for (size_t k = 0; k < 3; k++)
        out[k] = fminf(fmaxf(b.colour[k], 0.0f), 1.0f);
    out[3] = 1.0f;
}

float (*demo_cat_generate(void))[4] {
    float(*texels)[4] = malloc((size_t)DEMO_CAT_WIDTH * DEMO_CAT_HEIGHT * sizeof *texels);

    if (!texels)
        return NULL;
    for (uint32_t y = 0; y < DEMO_CAT_HEIGHT; y++)
        for (uint32_t x = 0; x < DEMO_CAT_WIDTH; x++)
            paint_texel(x, y, texels[y * DEMO_CAT_WIDTH + x]);
    return texels;
}
