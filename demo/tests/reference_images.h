/* The specified pictures once more, texel by texel, in double precision and straight from the
 * formulas. */
#ifndef REFERENCE_IMAGES_H
#define REFERENCE_IMAGES_H

enum { REFERENCE_CAT_WIDTH = 451, REFERENCE_CAT_HEIGHT = 300, REFERENCE_BRICKS_SIDE = 512 };

/* 0 to 1. */
void reference_cat(int x, int y, double out[3]);

/* 0 to 255, rounded. */
void reference_bricks(int x, int y, double out[3]);

#endif
