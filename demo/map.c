#include "map.h"

#include <math.h>
#include <stdlib.h>

#define LIT    255
#define EMBERS 112 /* the frame after */
#define FADE   7

demo_colour demo_region_colour(uint32_t region) {
    static const demo_colour colours[4] = {
        {92, 200, 255, 255}, {255, 116, 168, 255}, {255, 206, 92, 255}, {140, 232, 150, 255}};

    return colours[region % 4];
}

bool demo_map_create(demo_map *map, size_t nitems, size_t chunk_items, size_t most) {
    size_t chunks = (nitems + chunk_items - 1) / chunk_items;
    size_t grouped = (chunks + most - 1) / most;

    *map = (demo_map){.cell_items = grouped * chunk_items, .nitems = nitems};
    map->count = (nitems + map->cell_items - 1) / map->cell_items;
    map->cells = calloc(map->count, sizeof *map->cells);
    return map->cells != NULL;
}

void demo_map_destroy(demo_map *map) {
    free(map->cells);
    *map = (demo_map){0};
}

void demo_map_light(demo_map *map, const trm_copy_event *event) {
    if (event->size == 0 || event->offset >= map->nitems)
        return;
    for (size_t i = event->offset / map->cell_items;
         i <= (event->offset + event->size - 1) / map->cell_items && i < map->count; i++)
        map->cells[i] = (demo_cell){.heat = LIT, .region = (uint8_t)event->region};
}

static demo_colour cell_colour(demo_cell cell) {
    demo_colour colour = demo_region_colour(cell.region);

    if (cell.heat < LIT)
        colour.a = cell.heat;
    return colour;
}

size_t demo_map_rows(const demo_map *map, float width, float cell) {
    size_t columns = width > cell ? (size_t)(width / cell) : 1;

    return (map->count + columns - 1) / columns;
}

void demo_map_draw(
    const demo_map *map, demo_sketch *sketch, float x, float y, float width, float cell) {
    size_t rows = demo_map_rows(map, width, cell);
    size_t columns = (map->count + rows - 1) / rows;
    demo_colour dark = {120, 150, 200, 34};

    demo_sketch_box(sketch, x, y, width, (float)rows * cell, dark);
    for (size_t i = 0; i < map->count;) {
        size_t row = i % rows, length = 1;
        demo_cell first = map->cells[i];
        float left = floorf((float)(i / rows) * width / (float)columns);
        float right = floorf((float)(i / rows + 1) * width / (float)columns);

        /* Equal cells of a column make one box. */
        while (row + length < rows && i + length < map->count &&
               map->cells[i + length].heat == first.heat &&
               (first.heat == 0 || map->cells[i + length].region == first.region))
            length++;
        if (first.heat > 0)
            demo_sketch_box(sketch, x + left, y + (float)row * cell, right - left,
                (float)length * cell, cell_colour(first));
        i += length;
    }
}

void demo_map_fade(demo_map *map) {
    for (size_t i = 0; i < map->count; i++) {
        uint8_t heat = map->cells[i].heat;

        map->cells[i].heat = (uint8_t)(heat == LIT ? EMBERS : heat > FADE ? heat - FADE : 0);
    }
}
