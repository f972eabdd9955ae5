/* The torus knot. In double precision, because the direction of the tube is the difference of two
 * points that are nearly the same. */
#include <math.h>

#include "data_shape.h"

static void centre_line(double scale, double u, double out[3]) {
    double reach = 0.5 * scale * (2.0 + cos(1.5 * u));

    out[0] = reach * cos(u);
    out[1] = reach * sin(u);
    out[2] = 0.5 * scale * sin(1.5 * u);
}

static void cross(const double a[3], const double b[3], double out[3]) {
    out[0] = a[1] * b[2] - a[2] * b[1];
    out[1] = a[2] * b[0] - a[0] * b[2];
    out[2] = a[0] * b[1] - a[1] * b[0];
}

static void normalize(double v[3]) {
    double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);

    for (size_t axis = 0; axis < 3; axis++)
        v[axis] /= length;
}

typedef struct knot_frame {
    double centre[3];
    double across[3]; /* two directions that span the tube's cross-section */
    double up[3];
} knot_frame;

static knot_frame frame_at(double scale, double u) {
    knot_frame frame;
    double ahead[3], back[3], middle[3];

    centre_line(scale, u, frame.centre);
    centre_line(scale, u + 0.01, ahead);
    for (size_t axis = 0; axis < 3; axis++) {
        back[axis] = frame.centre[axis] - ahead[axis];
        middle[axis] = frame.centre[axis] + ahead[axis];
    }
    cross(back, middle, frame.up);
    cross(frame.up, back, frame.across);
    normalize(frame.up);
    normalize(frame.across);
    return frame;
}

static void ring_vertices(demo_geometry *out, size_t at, const knot_frame *frame, double tube,
    double along, uint32_t around) {
    for (uint32_t j = 0; j <= around; j++, at++) {
        double v = (double)j / around, c = -cos(DEMO_TAU * v), s = sin(DEMO_TAU * v);

        for (size_t axis = 0; axis < 3; axis++) {
            double normal = c * frame->across[axis] + s * frame->up[axis];

            out->normals[at][axis] = (float)normal;
            out->positions[at][axis] = (float)(frame->centre[axis] + tube * normal);
        }
        out->texcoords[at][0] = (float)along;
        out->texcoords[at][1] = (float)v;
    }
}

bool demo_geometry_torus_knot(
    demo_geometry *out, float scale, float tube, uint32_t along, uint32_t around) {
    uint32_t n = around + 1;
    size_t at = 0;

    if (!demo_shape_alloc(out, (size_t)n * (along + 1), (size_t)2 * along * around))
        return false;
    for (uint32_t i = 0; i <= along; i++) {
        double u = (double)i / along;
        knot_frame frame = frame_at(scale, 2.0 * DEMO_TAU * u);

        ring_vertices(out, (size_t)i * n, &frame, tube, u, around);
    }
    for (uint32_t i = 0; i < along; i++)
        for (uint32_t j = 0; j < around; j++) {
            uint32_t a = i * n + j;

            demo_shape_triangle(out->triangles[at++], a + n, a, a + n + 1);
            demo_shape_triangle(out->triangles[at++], a + n + 1, a, a + 1);
        }
    return true;
}
