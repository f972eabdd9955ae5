#include "reference_compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <png.h>

unsigned char *reference_read(const char *path, int width, int height) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    unsigned char *pixels;

    if (!png_image_begin_read_from_file(&image, path) || image.width != (png_uint_32)width ||
        image.height != (png_uint_32)height) {
        fprintf(stderr, "%s: not a picture of %d x %d\n", path, width, height);
        return NULL;
    }
    image.format = PNG_FORMAT_RGBA;
    pixels = malloc(PNG_IMAGE_SIZE(image));
    if (pixels && png_image_finish_read(&image, NULL, pixels, 0, NULL))
        return pixels;
    fprintf(stderr, "%s: cannot be read\n", path);
    free(pixels);
    return NULL;
}

typedef struct score {
    long compared;
    long outliers;
    double sum;
    double worst;
    int worst_x;
    int worst_y;
} score;

static void compare_pixel(
    score *s, const unsigned char *got, const double wanted[4], int x, int y, double tolerance) {
    double apart = 0;

    for (int k = 0; k < 4; k++)
        apart = fmax(apart, fabs(got[k] - round(wanted[k])));
    s->compared++;
    s->outliers += apart > tolerance;
    s->sum += apart;
    if (apart > s->worst) {
        s->worst = apart;
        s->worst_x = x;
        s->worst_y = y;
    }
}

int reference_compare(
    const reference_picture *wanted, const unsigned char *pixels, const reference_limits *limits) {
    score s = {0};
    double colour[4];

    for (int y = 0; y < wanted->height; y++)
        for (int x = 0; x < wanted->width; x++) {
            if (limits->left_out && limits->left_out(limits->user, x, y))
                continue;
            reference_picture_pixel(wanted, x, y, colour);
            compare_pixel(
                &s, pixels + 4 * (y * wanted->width + x), colour, x, y, limits->tolerance);
        }
    printf("%ld pixels: %.4f off in the mean, %.1f at most (at %d, %d); %ld by more than %g\n",
        s.compared, s.sum / (double)s.compared, s.worst, s.worst_x, s.worst_y, s.outliers,
        limits->tolerance);
    return s.compared > 0 && (double)s.outliers <= limits->most_outliers * (double)s.compared;
}
