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

static size_t divide_up(size_t a, size_t b) {
    return (a + b - 1) / b;
}

static size_t count_chunks(const trm_buffer *buffer) {
    return divide_up(trm_buffer_nitems(buffer), trm_buffer_chunk_size(buffer));
}

bool demo_map_create(demo_map *map, const demo_subject *subjects, size_t count, size_t most) {
    size_t chunks = 0, grouped;

    *map = (demo_map){.nparts = count < DEMO_MOST_SUBJECTS ? count : DEMO_MOST_SUBJECTS};
    for (size_t i = 0; i < map->nparts; i++)
        chunks += count_chunks(subjects[i].buffer);
    grouped = divide_up(chunks, most);
    for (size_t i = 0; i < map->nparts; i++) {
        const trm_buffer *buffer = subjects[i].buffer;

        map->parts[i] = (demo_map_part){.buffer = buffer,
            .first = map->count,
            .count = divide_up(count_chunks(buffer), grouped),
            .cell_items = grouped * trm_buffer_chunk_size(buffer)};
        map->count += map->parts[i].count;
    }
    map->cells = calloc(map->count, sizeof *map->cells);
    return map->cells != NULL;
}

void demo_map_destroy(demo_map *map) {
    free(map->cells);
    *map = (demo_map){0};
}

void demo_map_light(demo_map *map, const trm_copy_event *event) {
    const demo_map_part *part = map->parts;

    while (part < map->parts + map->nparts && part->buffer != event->buffer)
        part++;
    if (part == map->parts + map->nparts || event->size == 0)
        return;
    for (size_t i = event->offset / part->cell_items;
         i <= (event->offset + event->size - 1) / part->cell_items && i < part->count; i++)
        map->cells[part->first + i] = (demo_cell){.heat = LIT, .region = (uint8_t)event->region};
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
