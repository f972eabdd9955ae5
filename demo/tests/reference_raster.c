#include "reference_raster.h"

#include <math.h>
#include <string.h>

double reference_dot(const double a[3], const double b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

void reference_cross(const double a[3], const double b[3], double out[3]) {
    for (int k = 0; k < 3; k++)
        out[k] = a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3];
}

void reference_normalize(double v[3]) {
    double length = sqrt(reference_dot(v, v));

    for (int k = 0; k < 3; k++)
        v[k] /= length;
}

void reference_rotate(double v[3], int axis, double angle) {
    double *a = &v[(axis + 1) % 3], *b = &v[(axis + 2) % 3], x = *a, y = *b;

    *a = x * cos(angle) - y * sin(angle);
    *b = x * sin(angle) + y * cos(angle);
}

void reference_turn(reference_vertex *vertex, int times) {
    for (int i = 0; i < times; i++) {
        reference_rotate(vertex->position, 1, 0.01);
        reference_rotate(vertex->position, 0, 0.0071);
        reference_rotate(vertex->normal, 1, 0.01);
        reference_rotate(vertex->normal, 0, 0.0071);
    }
}

void reference_phong(
    const double normal[3], const double view[3], double intensity, double colour[4]) {
    static const double pi = 3.14159265358979323846, light[3] = {0, 0, 1};
    double specular = reference_decode(0x49 / 255.0),
           facing = fmax(reference_dot(normal, light), 0);
    double half[3] = {view[0], view[1], view[2] + 1}, h, q, f, d;

    reference_normalize(half);
    h = fmax(reference_dot(view, half), 0);
    q = pow(2, (-5.55473 * h - 6.98316) * h);
    f = specular * (1 - q) + q;
    d = (30.0 / 2 + 1) / pi * pow(fmax(reference_dot(normal, half), 0), 30);
    for (int k = 0; k < 3; k++)
        colour[k] = intensity * facing * (colour[k] / pi + f * 0.25 * d) + 0.2 * colour[k] / pi;
}

/* A triangle on the picture. */
typedef struct face {
    const reference_vertex *v[3];
    double x[3], y[3], z[3]; /* in samples; depth */
    double area;
} face;

static void make_fragment(const face *f, const double weight[3], reference_fragment *out) {
    double w = 0;

    memset(out, 0, sizeof *out);
    for (int i = 0; i < 3; i++)
        w += weight[i] / f->v[i]->clip[3];
    for (int i = 0; i < 3; i++) {
        double share = weight[i] / f->v[i]->clip[3] / w;

        for (int k = 0; k < 3; k++) {
            out->position[k] += share * f->v[i]->position[k];
            out->texture[k] += share * f->v[i]->texture[k];
            out->normal[k] += (f->area < 0 ? -share : share) * f->v[i]->normal[k];
        }
    }
    reference_normalize(out->normal);
}

static void draw_sample(reference_picture *picture, const face *f, int x, int y,
    reference_shader shader, const void *user) {
    double weight[3], depth = 0, colour[4];
    int at = y * 2 * picture->width + x;
    reference_fragment fragment;

    for (int i = 0; i < 3; i++) {
        int p = (i + 1) % 3, q = (i + 2) % 3;

        weight[i] = ((f->x[q] - f->x[p]) * (y + 0.5 - f->y[p]) -
                        (x + 0.5 - f->x[p]) * (f->y[q] - f->y[p])) /
                    f->area;
        if (weight[i] < 0)
            return;
        depth += weight[i] * f->z[i];
    }
    if ((float)depth >= picture->depths[at])
        return;
    picture->depths[at] = (float)depth;
    make_fragment(f, weight, &fragment);
    shader(user, &fragment, colour);
    reference_blend(picture->samples[at], colour);
}

void reference_triangle(reference_picture *picture, const reference_vertex *a,
    const reference_vertex *b, const reference_vertex *c, reference_shader shader,
    const void *user) {
    int columns = 2 * picture->width, rows = 2 * picture->height, left, right, low, high;
    face f = {.v = {a, b, c}};

    for (int i = 0; i < 3; i++) {
        const double *clip = f.v[i]->clip;

        f.x[i] = (clip[0] / clip[3] + 1) * columns / 2;
        f.y[i] = (clip[1] / clip[3] + 1) * rows / 2;
        f.z[i] = clip[2] / clip[3];
    }
    f.area = (f.x[1] - f.x[0]) * (f.y[2] - f.y[0]) - (f.x[2] - f.x[0]) * (f.y[1] - f.y[0]);
    if (fabs(f.area) < 1e-12)
        return;
    left = (int)fmax(0, fmin(f.x[0], fmin(f.x[1], f.x[2])));
    right = (int)fmin(columns - 1, fmax(f.x[0], fmax(f.x[1], f.x[2])));
    low = (int)fmax(0, fmin(f.y[0], fmin(f.y[1], f.y[2])));
    high = (int)fmin(rows - 1, fmax(f.y[0], fmax(f.y[1], f.y[2])));
    for (int y = low; y <= high; y++)
        for (int x = left; x <= right; x++)
            draw_sample(picture, &f, x, y, shader, user);
}
