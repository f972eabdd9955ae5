#include "reference_picture.h"

#include <math.h>
#include <stdlib.h>

double reference_decode(double c) {
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

double reference_encode(double c) {
    if (c <= 0)
        return 0;
    return c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055;
}

static uint8_t to_byte(double value) {
    return (uint8_t)lround(255 * fmax(fmin(value, 1), 0));
}

int reference_picture_create(reference_picture *out, int width, int height) {
    size_t count = (size_t)width * (size_t)height * 4;

    out->width = width;
    out->height = height;
    out->samples = calloc(count, sizeof *out->samples);
    out->depths = calloc(count, sizeof *out->depths);
    if (!out->samples || !out->depths) {
        reference_picture_destroy(out);
        return 0;
    }
    for (size_t i = 0; i < count; i++)
        out->depths[i] = 1;
    return 1;
}

void reference_picture_destroy(reference_picture *picture) {
    free(picture->samples);
    free(picture->depths);
}

void reference_picture_fill(reference_picture *picture,
    void (*colour)(const void *user, double x, double y, double out[3]), const void *user) {
    int columns = 2 * picture->width, rows = 2 * picture->height;
    double value[3];

    for (int j = 0; j < rows; j++)
        for (int i = 0; i < columns; i++) {
            uint8_t *sample = picture->samples[j * columns + i];

            colour(user, (2 * i + 1.0) / columns - 1, (2 * j + 1.0) / rows - 1, value);
            for (int k = 0; k < 3; k++)
                sample[k] = to_byte(reference_encode(value[k]));
            sample[3] = 255;
        }
}

void reference_grey(const void *unused, double x, double y, double out[3]) {
    static const double bottom[3] = {100, 100, 100}, top[3] = {169, 167, 168};

    (void)unused;
    (void)x;
    for (int k = 0; k < 3; k++)
        out[k] = reference_decode((bottom[k] + (top[k] - bottom[k]) * (y + 1) / 2) / 255);
}

void reference_blend(uint8_t sample[4], const double colour[4]) {
    double alpha = colour[3];

    for (int k = 0; k < 3; k++) {
        double old = reference_decode(sample[k] / 255.0);

        sample[k] = to_byte(reference_encode(fmin(colour[k], 1) * alpha + old * (1 - alpha)));
    }
    sample[3] = to_byte(alpha + sample[3] / 255.0 * (1 - alpha));
}

static int inside(int value, int count) {
    return value < 0 ? 0 : value >= count ? count - 1 : value;
}

/* The bilinear tap of a sampler, at a point counted in samples. */
static void add_tap(
    const reference_picture *picture, double x, double y, double weight, double sum[4]) {
    int columns = 2 * picture->width, rows = 2 * picture->height;
    int i = (int)floor(x - 0.5), j = (int)floor(y - 0.5);
    double fx = x - 0.5 - i, fy = y - 0.5 - j;

    for (int corner = 0; corner < 4; corner++) {
        int dx = corner & 1, dy = corner >> 1;
        const uint8_t *sample =
            picture->samples[inside(j + dy, rows) * columns + inside(i + dx, columns)];
        double share = weight * (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy);

        for (int k = 0; k < 3; k++)
            sum[k] += share * reference_decode(sample[k] / 255.0);
        sum[3] += share * sample[3] / 255.0;
    }
}

void reference_picture_pixel(const reference_picture *picture, int x, int y, double out[4]) {
    static const double in = 0.746656, far = 2.886361, heavy = 0.269855, light = -0.009928;
    double cx = 2 * x + 1, cy = 2 * (picture->height - 1 - y) + 1, sum[4] = {0};

    for (int corner = 0; corner < 4; corner++) {
        double sx = corner & 1 ? 1 : -1, sy = corner & 2 ? 1 : -1;

        add_tap(picture, cx + sx * in, cy + sy * in, heavy, sum);
        add_tap(picture, cx + sx * far, cy + sy * in, light, sum);
        add_tap(picture, cx + sx * in, cy + sy * far, light, sum);
    }
    for (int k = 0; k < 3; k++)
        out[k] = 255 * fmin(reference_encode(sum[k] * sum[3]), 1);
    out[3] = 255 * fmin(fmax(sum[3] * fabs(sum[3]), 0), 1);
}
