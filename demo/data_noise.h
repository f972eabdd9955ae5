/* What the procedural data is painted with: soft steps and a hash that is the same everywhere. */
#ifndef DEMO_DATA_NOISE_H
#define DEMO_DATA_NOISE_H

#include <stdint.h>

uint32_t demo_hash(uint32_t x, uint32_t y, uint32_t z);

/* The hash as a number from 0 to 1. */
float demo_random(uint32_t x, uint32_t y, uint32_t z);

/* From 0 at `a` to 1 at `b`, without corners; `a` above `b` makes a falling edge. */
float demo_smooth(float a, float b, float x);

float demo_mix(float a, float b, float t);

#endif
