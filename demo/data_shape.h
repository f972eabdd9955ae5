/* What the generators of shapes share: memory, and quads as two triangles. */
#ifndef DEMO_DATA_SHAPE_H
#define DEMO_DATA_SHAPE_H

#include "data_geometry.h"

#define DEMO_TAU 6.28318530717958647692

/* Arrays for that many vertices and triangles, all zero. */
bool demo_shape_alloc(demo_geometry *out, size_t nvertices, size_t ntriangles);

void demo_shape_triangle(uint32_t triangle[3], uint32_t a, uint32_t b, uint32_t c);

#endif
