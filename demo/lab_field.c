#include "lab_field.h"

#include <math.h>
#include <stdlib.h>

#define TURN 6.28318531f

uint32_t lab_ring_start(uint32_t ring) {
    return LAB_RING_STEP * (ring * (ring + 1) / 2);
}

uint32_t lab_ring_count(uint32_t ring) {
    return LAB_RING_STEP * (ring + 1);
}

float lab_ring_radius(const lab_field *field, uint32_t ring) {
    return ((float)ring + 0.5f) / (float)field->rings;
}

/* A golden-section step from ring to ring keeps spokes from showing. */
float lab_ring_turn(uint32_t ring) {
    return (float)(ring * 2654435769u >> 8) * (1.0f / 16777216.0f);
}

static void place_ring(lab_field *field, uint32_t ring) {
    uint32_t start = lab_ring_start(ring);
    uint32_t count = lab_ring_count(ring);
    float radius = lab_ring_radius(field, ring);

    for (uint32_t i = 0; i < count && start + i < field->count; i++) {
        float angle = TURN * (((float)i + 0.5f) / (float)count + lab_ring_turn(ring));

        field->places[start + i][0] = radius * cosf(angle);
        field->places[start + i][1] = radius * sinf(angle);
    }
}

bool lab_field_create(lab_field *field, size_t count) {
    *field = (lab_field){.count = (uint32_t)count};
    field->points = calloc(count, sizeof *field->points);
    field->places = calloc(count, sizeof *field->places);
    if (!field->points || !field->places) {
        lab_field_destroy(field);
        return false;
    }
    while (lab_ring_start(field->rings) < field->count)
        field->rings++;
    for (uint32_t ring = 0; ring < field->rings; ring++)
        place_ring(field, ring);
    return true;
}

void lab_field_destroy(lab_field *field) {
    free(field->points);
    free(field->places);
    *field = (lab_field){0};
}

uint32_t lab_field_nearest(const lab_field *field, float x, float z) {
    float radius = sqrtf(x * x + z * z) * (float)field->rings - 0.5f;
    uint32_t ring = radius > 0 ? (uint32_t)lrintf(radius) : 0;
    uint32_t count, index;
    float turn;

    if (ring >= field->rings)
        ring = field->rings - 1;
    count = lab_ring_count(ring);
    turn = atan2f(z, x) / TURN - lab_ring_turn(ring);
    turn -= floorf(turn);
    index = lab_ring_start(ring) + (uint32_t)(turn * (float)count) % count;
    return index < field->count ? index : field->count - 1;
}

/* One train of waves with sharp crests: height and its derivative by the phase, both at most about
 * one. The root keeps the crest from being a knife. */
static float ridge(float phase, float *derivative) {
    float s = sinf(phase);
    float c = cosf(phase);
    float root = sqrtf(s * s + 0.012f);
    float crest = 1.0f - root;

    *derivative = -2.0f * crest * s * c / root;
    return crest * crest;
}

typedef struct train {
    float kx, kz; /* radians per unit */
    float speed;  /* radians per second */
    float amplitude;
    float lean; /* how much taller crests lift those of later trains */
} train;

static const train trains[] = {
    {2.60f, 1.70f, 0.13f, 0.115f, 0.42f},
    {-2.30f, 4.10f, -0.17f, 0.095f, 0.45f},
    {6.20f, -3.10f, 0.26f, 0.075f, 0.42f},
    {4.30f, 9.80f, -0.38f, 0.050f, 0.35f},
    {-14.6f, 7.10f, 0.55f, 0.030f, 0.0f},
};

/* Ridges on ridges: each train of waves is stronger where the ones before it are high, and all of
 * them are bent by a slow swell. */
lab_wave lab_wave_at(float x, float z, float time) {
    float bend_x = 0.22f * sinf(2.3f * z + 0.10f * time);
    float bend_z = 0.22f * sinf(2.7f * x - 0.08f * time + 1.0f);
    float dbend_x = 0.22f * 2.3f * cosf(2.3f * z + 0.10f * time);
    float dbend_z = 0.22f * 2.7f * cosf(2.7f * x - 0.08f * time + 1.0f);
    float px = x + bend_x, pz = z + bend_z;
    float weight = 1.0f;
    lab_wave wave = {0};

    for (size_t i = 0; i < sizeof trains / sizeof trains[0]; i++) {
        const train *t = &trains[i];
        float along;
        float high = ridge(t->kx * px + t->kz * pz - t->speed * time, &along);
        float scale = t->amplitude * weight;

        wave.height += scale * high;
        wave.slope[0] += scale * along * (t->kx + t->kz * dbend_z);
        wave.slope[1] += scale * along * (t->kz + t->kx * dbend_x);
        weight *= 1.0f - t->lean + 1.6f * t->lean * high;
    }
    return wave;
}

static int16_t pack_slope(float slope) {
    float scaled = slope * (32767.0f / LAB_SLOPE_SCALE);

    return (int16_t)(scaled < -32767.0f ? -32767.0f : scaled > 32767.0f ? 32767.0f : scaled);
}

void lab_point_set_slope(lab_point *point, float x, float z) {
    point->slope[0] = pack_slope(x);
    point->slope[1] = pack_slope(z);
}
