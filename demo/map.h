/* A picture of a buffer in which what was uploaded lights up, in the colour of the region written,
 * and fades. One cell for one chunk, or for several where there are many. */
#ifndef DEMO_MAP_H
#define DEMO_MAP_H

#include "sketch.h"

typedef struct demo_cell {
    uint8_t heat;   /* MAP_LIT: written in this frame */
    uint8_t region; /* that was written last */
} demo_cell;

typedef struct demo_map {
    demo_cell *cells;
    size_t count;
    size_t cell_items;
    size_t nitems;
} demo_map;

demo_colour demo_region_colour(uint32_t region);

/* At most `most` cells, whole chunks each. False: no memory. */
bool demo_map_create(demo_map *map, size_t nitems, size_t chunk_items, size_t most);
void demo_map_destroy(demo_map *map);

void demo_map_light(demo_map *map, const trm_copy_event *event);

/* Rows of cells that a map of that width takes. */
size_t demo_map_rows(const demo_map *map, float width, float cell);

/* Draws the map, column by column, with cells of about `cell` pixels. */
void demo_map_draw(
    const demo_map *map, demo_sketch *sketch, float x, float y, float width, float cell);

void demo_map_fade(demo_map *map); /* once a frame */

#endif
