/* The two pictures that textures are made of. */
#ifndef DEMO_DATA_IMAGE_H
#define DEMO_DATA_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

enum { DEMO_BRICKS_SIDE = 512, DEMO_CAT_WIDTH = 451, DEMO_CAT_HEIGHT = 300 };

/* A brick wall that tiles in both directions: DEMO_BRICKS_SIDE squared RGBA8 texels, row 0 first.
 * Free it with free(). NULL: no memory. */
uint8_t (*demo_bricks_generate(void))[4];

/* The face of a cat: RGB in 0..1, padded with alpha 1 to four floats. Free it with free(). NULL:
 * no memory. */
float (*demo_cat_generate(void))[4];

#endif
