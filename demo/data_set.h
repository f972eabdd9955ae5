/* All generated or loaded data of the gallery, made once at the start and only read afterwards. */
#ifndef DEMO_DATA_SET_H
#define DEMO_DATA_SET_H

#include "data_image.h"
#include "data_volume.h"

typedef struct demo_data {
    demo_volume volume;
    uint8_t (*bricks)[4]; /* DEMO_BRICKS_SIDE x DEMO_BRICKS_SIDE */
    float (*cat)[4];      /* DEMO_CAT_WIDTH x DEMO_CAT_HEIGHT */
} demo_data;

/* Prints a line of progress to stderr when it takes more than half a second. False after a failure,
 * which has been reported; *out is all zero then. */
bool demo_data_create(demo_data *out, const demo_volume_source *source);
void demo_data_destroy(demo_data *data);

#endif
