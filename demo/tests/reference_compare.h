/* What the programs that check a whole picture share. */
#ifndef REFERENCE_COMPARE_H
#define REFERENCE_COMPARE_H

#include "reference_picture.h"

/* RGBA, rows from the top; NULL after a failure, which is printed. Free it with free(). */
unsigned char *reference_read(const char *path, int width, int height);

typedef struct reference_limits {
    double tolerance;     /* of 255: roundings of the samples, of the filter and of the picture */
    double most_outliers; /* the share of pixels that may be farther off */
    int (*left_out)(const void *user, int x, int y); /* pixels not to look at; NULL: none */
    const void *user;
} reference_limits;

/* Prints how far they are apart. Whether that is within the limits. */
int reference_compare(
    const reference_picture *wanted, const unsigned char *pixels, const reference_limits *limits);

#endif
