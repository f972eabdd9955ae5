#include "data_voxels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_VOXELS ((long long)1 << 28) /* 1 GiB of floats */
#define MAX_VALUE  1e30                 /* room for differences of two */

bool demo_voxels_check_size(const char *path, const long long size[3], demo_reason *reason) {
    for (size_t axis = 0; axis < 3; axis++)
        if (size[axis] < 1 || size[axis] > DEMO_MAX_SIDE)
            return demo_because(reason, "%s: %lld x %lld x %lld voxels: each side can be 1 to %d",
                path, size[0], size[1], size[2], DEMO_MAX_SIDE);
    if (size[0] * size[1] * size[2] > MAX_VOXELS)
        return demo_because(reason, "%s: %lld x %lld x %lld voxels are more than %lld million",
            path, size[0], size[1], size[2], MAX_VOXELS / 1000000);
    return true;
}

bool demo_voxels_alloc(demo_volume *volume, const char *path, demo_reason *reason) {
    volume->voxels = calloc(demo_volume_count(volume), sizeof *volume->voxels);
    return volume->voxels || demo_because(reason, "%s: out of memory", path);
}

static double to_signed(uint64_t bits, uint32_t nbytes) {
    uint64_t sign = (uint64_t)1 << (8 * nbytes - 1);

    /* Two's complement: the sign bit counts negative. */
    return (double)(bits & (sign - 1)) - (bits & sign ? (double)sign : 0.0);
}

static double to_float(uint64_t bits, uint32_t nbytes) {
    uint32_t narrow = (uint32_t)bits;
    float single;
    double wide;

    if (nbytes == 4) {
        memcpy(&single, &narrow, sizeof single);
        return (double)single;
    }
    memcpy(&wide, &bits, sizeof wide);
    return wide;
}

static float decode(const unsigned char *bytes, const demo_voxel_format *format) {
    uint64_t bits = 0;
    double value;

    for (uint32_t i = 0; i < format->nbytes; i++)
        bits = bits << 8 | bytes[format->big_endian ? i : format->nbytes - 1 - i];
    switch (format->class) {
    case DEMO_CLASS_SIGNED:
        value = to_signed(bits, format->nbytes);
        break;
    case DEMO_CLASS_FLOAT:
        value = to_float(bits, format->nbytes);
        break;
    default:
        value = (double)bits;
        break;
    }
    value = value * format->slope + format->intercept;
    if (!isfinite(value))
        return NAN;
    return (float)(value > MAX_VALUE ? MAX_VALUE : value < -MAX_VALUE ? -MAX_VALUE : value);
}

bool demo_voxels_read(demo_volume *volume, demo_stream *stream, const demo_voxel_format *format,
    demo_progress *progress, uint64_t *read, demo_reason *reason) {
    unsigned char block[1 << 15];
    size_t count = demo_volume_count(volume), at = 0, got = 0;

    *read = 0;
    while (at < count) {
        size_t left = (count - at) * format->nbytes;
        size_t wanted = left < sizeof block ? left : sizeof block;

        demo_progress_tick(progress, (double)at / (double)count);
        if (!demo_stream_read(stream, block, wanted, &got, reason))
            return false;
        for (size_t i = 0; i + format->nbytes <= got; i += format->nbytes)
            volume->voxels[at++] = decode(block + i, format);
        *read += got;
        if (got < wanted)
            break;
    }
    return true;
}

enum { BINS = 4096 };

/* The value below which `share` of the voxels lie. */
static float quantile(const size_t bins[BINS], size_t count, double share, float low, float step) {
    size_t sum = 0, wanted = (size_t)(share * (double)count);

    for (size_t i = 0; i < BINS; i++) {
        sum += bins[i];
        if (sum > wanted)
            return low + step * (float)(share < 0.5 ? i : i + 1);
    }
    return low + step * BINS;
}

static bool find_range(const demo_volume *volume, float *low, float *high) {
    size_t count = demo_volume_count(volume);

    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        *low = fminf(*low, volume->voxels[i]); /* which pass over what is no number */
        *high = fmaxf(*high, volume->voxels[i]);
    }
    return *low < *high && (*high - *low) / BINS > 0.0f;
}

void demo_voxels_measure(demo_volume *volume) {
    size_t count = demo_volume_count(volume), numbers = 0;
    size_t bins[BINS] = {0};
    float low, high, step;

    if (!find_range(volume, &low, &high)) {
        /* All alike, or no number at all: black it is. */
        volume->black = isfinite(low) ? low : 0.0f;
        volume->white = volume->black + fmaxf(1.0f, fabsf(volume->black));
    } else {
        step = (high - low) / BINS;
        for (size_t i = 0; i < count; i++)
            if (!isnan(volume->voxels[i])) {
                float bin = (volume->voxels[i] - low) / step;

                bins[bin < BINS - 1 ? (size_t)bin : BINS - 1]++;
                numbers++;
            }
        volume->black = quantile(bins, numbers, 0.005, low, step);
        volume->white = quantile(bins, numbers, 0.995, low, step);
        if (volume->white - volume->black < 0.01f * (high - low)) { /* a few bright spots */
            volume->black = low;
            volume->white = high;
        }
    }
    for (size_t i = 0; i < count; i++)
        if (isnan(volume->voxels[i]))
            volume->voxels[i] = volume->black;
}
