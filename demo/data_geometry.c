#include "data_geometry.h"

#include <stdlib.h>
#include <string.h>

#include "data_shape.h"

bool demo_shape_alloc(demo_geometry *out, size_t nvertices, size_t ntriangles) {
    *out = (demo_geometry){
        .positions = calloc(nvertices, sizeof *out->positions),
        .normals = calloc(nvertices, sizeof *out->normals),
        .texcoords = calloc(nvertices, sizeof *out->texcoords),
        .triangles = calloc(ntriangles, sizeof *out->triangles),
        .nvertices = nvertices,
        .ntriangles = ntriangles,
    };
    if (out->positions && out->normals && out->texcoords && out->triangles)
        return true;
    demo_geometry_destroy(out);
    return false;
}

void demo_shape_triangle(uint32_t triangle[3], uint32_t a, uint32_t b, uint32_t c) {
    triangle[0] = a;
    triangle[1] = b;
    triangle[2] = c;
}

void demo_geometry_destroy(demo_geometry *geometry) {
    free(geometry->positions);
    free(geometry->normals);
    free(geometry->texcoords);
    free(geometry->triangles);
    *geometry = (demo_geometry){0};
}

demo_box demo_geometry_box(const demo_geometry *geometry) {
    demo_box box;

    memcpy(box.low, geometry->positions[0], sizeof box.low);
    memcpy(box.high, geometry->positions[0], sizeof box.high);
    for (size_t i = 1; i < geometry->nvertices; i++)
        for (size_t axis = 0; axis < 3; axis++) {
            float value = geometry->positions[i][axis];

            if (value < box.low[axis])
                box.low[axis] = value;
            if (value > box.high[axis])
                box.high[axis] = value;
        }
    return box;
}

static void plane_vertices(
    demo_geometry *plane, float width, float height, uint32_t columns, uint32_t rows) {
    size_t at = 0;

    for (uint32_t j = 0; j <= rows; j++)
        for (uint32_t i = 0; i <= columns; i++, at++) {
            float u = (float)i / (float)columns, v = (float)j / (float)rows;

            plane->positions[at][0] = width * (u - 0.5f);
            plane->positions[at][1] = height * (v - 0.5f);
            plane->normals[at][2] = 1.0f;
            plane->texcoords[at][0] = u;
            plane->texcoords[at][1] = 1.0f - v;
        }
}

bool demo_geometry_plane(
    demo_geometry *out, float width, float height, uint32_t columns, uint32_t rows) {
    uint32_t n = columns + 1;
    size_t at = 0;

    if (!demo_shape_alloc(out, (size_t)n * (rows + 1), (size_t)2 * columns * rows))
        return false;
    plane_vertices(out, width, height, columns, rows);
    for (uint32_t j = 0; j < rows; j++)
        for (uint32_t i = 0; i < columns; i++) {
            uint32_t a = j * n + i;

            demo_shape_triangle(out->triangles[at++], a, a + 1, a + n);
            demo_shape_triangle(out->triangles[at++], a + n + 1, a + n, a + 1);
        }
    return true;
}
