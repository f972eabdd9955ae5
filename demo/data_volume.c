/* The synthetic scan: soft tissue in a rim of fat, a spine, and a vessel that forks, with a stent
 * in it. */
#include "data_volume.h"

#include <math.h>
#include <stdlib.h>

#include "data_noise.h"
#include "data_shape.h"

enum { WIDTH = 128, HEIGHT = 128, DEPTH = 256 };

/* Farther from the vessel's wall than this no metal is brighter than what surrounds it. */
#define STENT_REACH 8.0f

/* What is the same throughout a slice. */
typedef struct slice {
    uint32_t z;
    float wave_x[WIDTH]; /* factors of the tissue's pattern */
    float wave_y[HEIGHT];
    float wave_z;
    float disc;  /* 1 between two vertebrae */
    float cx[2]; /* the vessel: a trunk, or two legs */
    float cy;
    float radius;
    uint32_t legs;
    float strands; /* of the stent, around the vessel */
    float stent;
} slice;

static void slice_begin(slice *s, uint32_t z) {
    float height = (float)z, turn = (float)DEMO_TAU * height / DEPTH;
    float segment = height / 36.0f;

    s->z = z;
    s->wave_z = sinf(0.09f * height + 0.7f);
    s->disc = demo_smooth(0.40f, 0.45f, fabsf(segment - floorf(segment) - 0.5f));
    s->stent = demo_smooth(20, 26, height) * demo_smooth(232, 226, height);
    s->cx[0] = s->cx[1] = 64.0f + 6.0f * sinf(turn);
    s->cy = 56.0f + 4.0f * cosf(turn);
    if (z >= 104) {
        s->legs = 1;
        s->radius = 14.0f;
        s->strands = 8.0f;
    } else {
        float u = (104.0f - height) / 104.0f, apart = 5.0f + 17.0f * demo_smooth(0, 1, u);

        s->legs = 2;
        s->cx[0] -= apart;
        s->cx[1] += apart;
        s->radius = demo_mix(9.5f, 7.0f, demo_smooth(0, 0.35f, u));
        s->strands = 5.0f;
    }
}

static float tissue_at(const slice *s, uint32_t x, uint32_t y, float edge) {
    float value = 1030.0f + 25.0f * s->wave_x[x] * s->wave_y[y] * s->wave_z;

    return demo_mix(value, 900.0f, demo_smooth(0.86f, 0.90f, edge));
}

static float add_spine(const slice *s, float x, float y, float value) {
    float d = hypotf((x - 64.0f) / 22.0f, (y - 104.0f) / 16.0f);
    float rim, bone;

    if (d >= 1.04f)
        return value;
    rim = (d - 0.92f) / 0.07f;
    bone = demo_mix(1350.0f + 350.0f * expf(-rim * rim), 1080.0f, s->disc);
    return demo_mix(value, bone, demo_smooth(1.04f, 0.98f, d));
}

static float to_integer(float value) {
    return fabsf(value - roundf(value));
}

/* Two families of wires that wind around the wall in opposite directions. */
static float stent_at(const slice *s, float x, float y, float wall) {
    float angle = atan2f(y, x) * s->strands / (float)DEMO_TAU, rise = (float)s->z / 22.0f;
    float nearest = fminf(to_integer(angle + rise), to_integer(angle - rise));
    float wire = 1.0f - demo_smooth(0.07f, 0.17f, nearest), depth = wall / 1.3f;

    return 3300.0f * wire * expf(-depth * depth) * s->stent;
}

static float add_vessel(const slice *s, float x, float y, float value) {
    float dy = y - s->cy, dx = x - s->cx[0], wall = hypotf(dx, dy) - s->radius;

    if (s->legs == 2) {
        float other = hypotf(x - s->cx[1], dy) - s->radius;

        if (other < wall) {
            wall = other;
            dx = x - s->cx[1];
        }
    }
    value = demo_mix(value, 1330.0f, demo_smooth(0.8f, -0.8f, wall));
    if (s->stent <= 0.0f || fabsf(wall) > STENT_REACH)
        return value;
    return fmaxf(value, stent_at(s, dx, dy, wall));
}

static float voxel_at(const slice *s, uint32_t ix, uint32_t iy) {
    float x = (float)ix, y = (float)iy;
    float edge = hypotf((x - 63.5f) / 78.0f, (y - 63.5f) / 70.0f);
    float value = tissue_at(s, ix, iy, edge);

    value = add_vessel(s, x, y, add_spine(s, x, y, value));
    value += 40.0f * (2.0f * demo_random(ix, iy, s->z) - 1.0f);
    value = demo_mix(value, 40.0f, demo_smooth(0.985f, 1.005f, edge));
    return value < 0.0f ? 0.0f : value > 4095.0f ? 4095.0f : value;
}

bool demo_volume_generate(demo_volume *out, demo_progress *progress) {
    slice s;
    float *voxel;

    *out = (demo_volume){
        .voxels = malloc((size_t)WIDTH * HEIGHT * DEPTH * sizeof *out->voxels),
        .size = {WIDTH, HEIGHT, DEPTH},
        .spacing = {1, 1, 1},
        .white = 2000.0f,
        .synthetic = true,
    };
    if (!out->voxels) {
        *out = (demo_volume){0};
        return false;
    }
    for (uint32_t x = 0; x < WIDTH; x++)
        s.wave_x[x] = sinf(0.21f * (float)x);
    for (uint32_t y = 0; y < HEIGHT; y++)
        s.wave_y[y] = sinf(0.17f * (float)y + 1.3f);
    voxel = out->voxels;
    for (uint32_t z = 0; z < DEPTH; z++) {
        demo_progress_tick(progress, (double)z / DEPTH);
        slice_begin(&s, z);
        for (uint32_t y = 0; y < HEIGHT; y++)
            for (uint32_t x = 0; x < WIDTH; x++)
                *voxel++ = voxel_at(&s, x, y);
    }
    return true;
}

void demo_volume_destroy(demo_volume *volume) {
    free(volume->voxels);
    *volume = (demo_volume){0};
}
