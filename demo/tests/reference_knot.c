#include "reference_knot.h"

#include <math.h>

enum { ALONG = REFERENCE_KNOT_ALONG, AROUND = REFERENCE_KNOT_AROUND };

static const double pi = 3.14159265358979323846;

static void centre_line(double u, double out[3]) {
    double r = (2 + cos(3 * u / 2)) / 2;

    out[0] = r * cos(u);
    out[1] = r * sin(u);
    out[2] = sin(3 * u / 2) / 2;
}

static void knot_vertex(int i, int j, reference_vertex *out) {
    double u = 4 * pi * i / ALONG, v = 2 * pi * j / AROUND, c[3], next[3], d[3], m[3], b[3], n[3];

    centre_line(u, c);
    centre_line(u + 0.01, next);
    for (int k = 0; k < 3; k++) {
        d[k] = c[k] - next[k];
        m[k] = c[k] + next[k];
    }
    reference_cross(d, m, b);
    reference_cross(b, d, n);
    reference_normalize(b);
    reference_normalize(n);
    for (int k = 0; k < 3; k++) {
        out->normal[k] = -cos(v) * n[k] + sin(v) * b[k];
        out->position[k] = c[k] + 0.3 * out->normal[k];
    }
    out->texture[0] = (double)i / ALONG;
    out->texture[1] = (double)j / AROUND;
    out->texture[2] = 0;
}

void reference_knot_make(reference_knot out) {
    for (int i = 0; i <= ALONG; i++)
        for (int j = 0; j <= AROUND; j++)
            knot_vertex(i, j, &out[i][j]);
}

void reference_knot_draw(reference_picture *picture, const reference_knot knot,
    reference_shader shader, const void *user) {
    for (int i = 0; i < ALONG; i++)
        for (int j = 0; j < AROUND; j++) {
            const reference_vertex *a = &knot[i][j], *up = &knot[i + 1][j];

            reference_triangle(picture, up, a, up + 1, shader, user);
            reference_triangle(picture, up + 1, a, a + 1, shader, user);
        }
}
