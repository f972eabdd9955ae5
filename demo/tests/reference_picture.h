/* From the colour of each sample to the picture, as specified: 2 x 2 samples a pixel, stored as
 * sRGB bytes, and a filter of twelve taps on linear values. */
#ifndef REFERENCE_PICTURE_H
#define REFERENCE_PICTURE_H

#include <stdint.h>

/* sRGB-encoded 0..1 to linear, and back. */
double reference_decode(double c);
double reference_encode(double c);

typedef struct reference_picture {
    int width; /* pixels */
    int height;
    uint8_t (*samples)[4]; /* 2 width x 2 height, bottom row first; rgb encoded, alpha as it is */
    float *depths;         /* of the samples, 1 at first */
} reference_picture;

/* All samples zero. 0: no memory. */
int reference_picture_create(reference_picture *out, int width, int height);
void reference_picture_destroy(reference_picture *picture);

/* All samples by `colour`, which gives linear values at a point between -1 and 1 on both axes, up
 * positive. */
void reference_picture_fill(reference_picture *picture,
    void (*colour)(const void *user, double x, double y, double out[3]), const void *user);

/* The grey gradient that is the background of several scenes: linear values at -1 <= y <= 1. */
void reference_grey(const void *unused, double x, double y, double out[3]);

/* Blends a linear colour over a sample. */
void reference_blend(uint8_t sample[4], const double colour[4]);

/* A pixel of the picture, rows from the top, 0 to 255. */
void reference_picture_pixel(const reference_picture *picture, int x, int y, double out[4]);

#endif
