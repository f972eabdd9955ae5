/* The shapes of the gallery as CPU arrays: counter-clockwise triangles, outward normals. The arrays
 * are plain memory that buffers can borrow. */
#ifndef DEMO_DATA_GEOMETRY_H
#define DEMO_DATA_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct demo_geometry {
    float (*positions)[3]; /* nvertices of each */
    float (*normals)[3];
    float (*texcoords)[2];
    uint32_t (*triangles)[3]; /* ntriangles */
    size_t nvertices;
    size_t ntriangles;
} demo_geometry;

typedef struct demo_box {
    float low[3];
    float high[3];
} demo_box;

/* Each makes one geometry. False: no memory; *out is all zero then. */

/* In the xy plane, facing +Z; v is 0 at the top. */
bool demo_geometry_plane(
    demo_geometry *out, float width, float height, uint32_t columns, uint32_t rows);

typedef struct demo_cylinder_desc {
    float bottom; /* radii */
    float top;
    float height;
    uint32_t around; /* segments */
    uint32_t along;
    bool closed;
} demo_cylinder_desc;

/* Around the Z axis, its middle in the origin. A cap of radius 0 is left out. */
bool demo_geometry_cylinder(demo_geometry *out, const demo_cylinder_desc *desc);

/* The tip on +Z, half its height above the origin. */
bool demo_geometry_cone(demo_geometry *out, float radius, float height, uint32_t around);

/* The (2, 3) torus knot. Texture column 0 runs along the tube, column 1 around it. */
bool demo_geometry_torus_knot(
    demo_geometry *out, float scale, float tube, uint32_t along, uint32_t around);

/* The poles lie on the Y axis. */
bool demo_geometry_sphere(demo_geometry *out, float radius, uint32_t columns, uint32_t rows);

void demo_geometry_destroy(demo_geometry *geometry);

/* The box around all positions. */
demo_box demo_geometry_box(const demo_geometry *geometry);

#endif
