/* Triangles into a reference_picture, sample by sample and in double precision. */
#ifndef REFERENCE_RASTER_H
#define REFERENCE_RASTER_H

#include "reference_picture.h"

typedef struct reference_vertex {
    double position[3]; /* in the world */
    double normal[3];
    double texture[3];
    double clip[4]; /* as a vertex shader gives it, depth from 0 to w */
} reference_vertex;

typedef struct reference_fragment {
    double position[3];
    double normal[3]; /* of unit length, towards the side that is seen */
    double texture[3];
} reference_fragment;

/* The linear colour of a fragment. */
typedef void (*reference_shader)(
    const void *user, const reference_fragment *fragment, double out[4]);

void reference_triangle(reference_picture *picture, const reference_vertex *a,
    const reference_vertex *b, const reference_vertex *c, reference_shader shader,
    const void *user);

/* Rx(0.0071) Ry(0.01), that many times, on position and normal. */
void reference_turn(reference_vertex *vertex, int times);

/* About one axis, counter-clockwise. */
void reference_rotate(double v[3], int axis, double angle);

double reference_dot(const double a[3], const double b[3]);
void reference_cross(const double a[3], const double b[3], double out[3]);
void reference_normalize(double v[3]);

/* The Phong material of the specification with its default shininess and specular colour: ambient
 * light of 0.2 and one of `intensity` that shines along -Z. `colour` is the albedo at first;
 * `view` points to the camera. */
void reference_phong(
    const double normal[3], const double view[3], double intensity, double colour[4]);

#endif
