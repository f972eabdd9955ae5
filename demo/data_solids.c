/* Shapes of revolution: cylinder, cone, sphere. */
#include <math.h>

#include "data_shape.h"

static void put(float out[3], double x, double y, double z) {
    out[0] = (float)x;
    out[1] = (float)y;
    out[2] = (float)z;
}

static void mantle_vertices(demo_geometry *out, const demo_cylinder_desc *desc) {
    double slope = ((double)desc->bottom - desc->top) / desc->height;
    double length = sqrt(1.0 + slope * slope);
    size_t at = 0;

    for (uint32_t j = 0; j <= desc->along; j++) {
        double v = (double)j / desc->along;
        double radius = desc->bottom + ((double)desc->top - desc->bottom) * v;

        for (uint32_t i = 0; i <= desc->around; i++, at++) {
            double u = (double)i / desc->around, c = cos(DEMO_TAU * u), s = sin(DEMO_TAU * u);

            put(out->positions[at], radius * c, radius * s, (v - 0.5) * desc->height);
            put(out->normals[at], c / length, s / length, slope / length);
            out->texcoords[at][0] = (float)u;
            out->texcoords[at][1] = (float)v;
        }
    }
}

static size_t mantle_triangles(demo_geometry *out, const demo_cylinder_desc *desc) {
    uint32_t n = desc->around + 1;
    size_t at = 0;

    for (uint32_t j = 0; j < desc->along; j++)
        for (uint32_t i = 0; i < desc->around; i++) {
            uint32_t a = j * n + i;

            demo_shape_triangle(out->triangles[at++], a, a + 1, a + n);
            demo_shape_triangle(out->triangles[at++], a + n + 1, a + n, a + 1);
        }
    return at;
}

typedef struct cap {
    uint32_t vertex; /* where it starts in the arrays */
    size_t triangle;
    double radius;
    double side; /* 1: the top, -1: the bottom */
} cap;

/* The triangles fan around the last rim vertex, and the centre stays unused: two of them have no
 * area, and nobody can see the difference. */
static void add_cap(demo_geometry *out, const demo_cylinder_desc *desc, const cap *c) {
    uint32_t hub = c->vertex + desc->around + 1;

    for (uint32_t k = 0; k <= desc->around + 1; k++) {
        size_t at = c->vertex + k;
        double reach = k > 0, t = k > 0 ? DEMO_TAU * (k - 1) / desc->around : 0.0;

        put(out->positions[at], reach * c->radius * cos(t), reach * c->radius * sin(t),
            c->side * 0.5 * desc->height);
        put(out->normals[at], 0.0, 0.0, c->side);
        out->texcoords[at][0] = (float)(0.5 + 0.5 * reach * cos(t));
        out->texcoords[at][1] = (float)(0.5 + 0.5 * reach * c->side * sin(t));
    }
    for (uint32_t i = 0; i < desc->around; i++) {
        uint32_t *triangle = out->triangles[c->triangle + i];
        uint32_t a = c->vertex + i + 1;

        if (c->side > 0)
            demo_shape_triangle(triangle, a, a + 1, hub);
        else
            demo_shape_triangle(triangle, a, hub, a + 1);
    }
}

bool demo_geometry_cylinder(demo_geometry *out, const demo_cylinder_desc *desc) {
    uint32_t rings = desc->along + 1, n = desc->around + 1;
    bool bottom = desc->closed && desc->bottom > 0.0f, top = desc->closed && desc->top > 0.0f;
    size_t caps = (size_t)bottom + (size_t)top;
    cap next = {.vertex = rings * n};

    if (!demo_shape_alloc(out, (size_t)rings * n + caps * (n + 1),
            (size_t)2 * desc->along * desc->around + caps * desc->around))
        return false;
    mantle_vertices(out, desc);
    next.triangle = mantle_triangles(out, desc);
    if (bottom) {
        next.radius = desc->bottom;
        next.side = -1.0;
        add_cap(out, desc, &next);
        next.vertex += n + 1;
        next.triangle += desc->around;
    }
    if (top) {
        next.radius = desc->top;
        next.side = 1.0;
        add_cap(out, desc, &next);
    }
    return true;
}

bool demo_geometry_cone(demo_geometry *out, float radius, float height, uint32_t around) {
    return demo_geometry_cylinder(
        out, &(demo_cylinder_desc){
                 .bottom = radius, .height = height, .around = around, .along = 1, .closed = true});
}

bool demo_geometry_sphere(demo_geometry *out, float radius, uint32_t columns, uint32_t rows) {
    uint32_t n = columns + 1;
    size_t at = 0;

    if (!demo_shape_alloc(out, (size_t)n * (rows + 1), (size_t)2 * columns * rows))
        return false;
    for (uint32_t j = 0; j <= rows; j++)
        for (uint32_t i = 0; i <= columns; i++, at++) {
            double u = (double)i / columns, v = (double)j / rows;
            double ring = sin(0.5 * DEMO_TAU * v);
            double x = -cos(DEMO_TAU * u) * ring, y = cos(0.5 * DEMO_TAU * v);
            double z = sin(DEMO_TAU * u) * ring;

            put(out->normals[at], x, y, z);
            put(out->positions[at], radius * x, radius * y, radius * z);
            out->texcoords[at][0] = (float)u;
            out->texcoords[at][1] = (float)(1.0 - v);
        }
    at = 0;
    for (uint32_t j = 0; j < rows; j++)
        for (uint32_t i = 0; i < columns; i++) {
            uint32_t a = j * n + i;

            demo_shape_triangle(out->triangles[at++], a, a + n, a + 1);
            demo_shape_triangle(out->triangles[at++], a + n + 1, a + 1, a + n);
        }
    return true;
}
