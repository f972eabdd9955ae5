/* A picture of a scene's buffers, one after the other, in which what was uploaded lights up, in the
 * colour of the region written, and fades. One cell for one chunk, or for several where there are
 * many. */
#ifndef DEMO_MAP_H
#define DEMO_MAP_H

#include "sketch.h"

typedef struct demo_cell {
    uint8_t heat;   /* MAP_LIT: written in this frame */
    uint8_t region; /* that was written last */
} demo_cell;

/* One buffer's cells. */
typedef struct demo_map_part {
    const trm_buffer *buffer;
    size_t first;
    size_t count;
    size_t cell_items;
} demo_map_part;

typedef struct demo_map {
    demo_cell *cells;
    size_t count;
    demo_map_part parts[DEMO_MOST_SUBJECTS];
    size_t nparts;
} demo_map;

demo_colour demo_region_colour(uint32_t region);

/* About `most` cells at most, whole chunks each. False: no memory. */
bool demo_map_create(demo_map *map, const demo_subject *subjects, size_t count, size_t most);
void demo_map_destroy(demo_map *map);

void demo_map_light(demo_map *map, const trm_copy_event *event);

/* Rows of cells that a map of that width takes. */
size_t demo_map_rows(const demo_map *map, float width, float cell);

/* Draws the map, column by column, with cells of about `cell` pixels. */
void demo_map_draw(
    const demo_map *map, demo_sketch *sketch, float x, float y, float width, float cell);

void demo_map_fade(demo_map *map); /* once a frame */

#endif
