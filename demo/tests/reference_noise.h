/* The helpers of the specification for procedural data. */
#ifndef REFERENCE_NOISE_H
#define REFERENCE_NOISE_H

#include <math.h>
#include <stdint.h>

static inline double clamp(double low, double high, double x) {
    return x < low ? low : x > high ? high : x;
}

static inline double mix(double a, double b, double t) {
    return a + (b - a) * t;
}

static inline double soft(double a, double b, double x) {
    double t = clamp(0, 1, (x - a) / (b - a));

    return t * t * (3 - 2 * t);
}

static inline double rnd(int x, int y, int z) {
    uint32_t n =
        ((uint32_t)x * 0x8da6b343u) ^ ((uint32_t)y * 0xd8163841u) ^ ((uint32_t)z * 0xcb1ab31fu);

    n ^= n >> 13;
    n *= 0x5bd1e995u;
    n ^= n >> 15;
    return (double)(n & 0xffffff) / 16777215;
}

#endif
