#include "data_noise.h"

uint32_t demo_hash(uint32_t x, uint32_t y, uint32_t z) {
    uint32_t n = x * 0x8da6b343u ^ y * 0xd8163841u ^ z * 0xcb1ab31fu;

    n ^= n >> 13;
    n *= 0x5bd1e995u;
    return n ^ n >> 15;
}

float demo_random(uint32_t x, uint32_t y, uint32_t z) {
    return (float)(demo_hash(x, y, z) & 0xffffffu) / 16777215.0f;
}

float demo_smooth(float a, float b, float x) {
    float t = (x - a) / (b - a);

    t = t < 0.0f ? 0.0f : t > 1.0f ? 1.0f : t;
    return t * t * (3.0f - 2.0f * t);
}

float demo_mix(float a, float b, float t) {
    return a + (b - a) * t;
}
