/* check_slices volume-slice PICTURE.png SLICE
 * check_slices multi-slice PICTURE.png TIME
 *
 * Works out what the scene shows, from the specification alone, and compares it with the picture,
 * pixel by pixel. Prints how far they are apart; exit status 1 if that is too much. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference_compare.h"
#include "reference_volume.h"

enum { WIDTH = 640, HEIGHT = 480 };

static void shade(double value, double out[3]) {
    out[0] = out[1] = out[2] = reference_decode(fmax(value / 2000, 0));
}

/* volume-slice: 200 units high, a square of 200. */
static void slice_colour(const void *user, double x, double y, double out[3]) {
    double px = x * 100 * WIDTH / HEIGHT, py = y * 100, w = *(const double *)user / 256;

    out[0] = out[1] = out[2] = 0;
    if (fabs(px) < 100)
        shade(reference_volume_sample(px / 200 + 0.5, 0.5 - py / 200, w), out);
}

/* multi-slice: along the diagonal, onto three planes and three cones. */
typedef struct view {
    double time;
    double right[3], up[3], ahead[3];
} view;

static view make_view(double time) {
    double r2 = sqrt(2), r3 = sqrt(3), r6 = sqrt(6);

    return (view){
        .time = time,
        .right = {-1 / r2, 1 / r2, 0},
        .up = {-1 / r6, -1 / r6, 2 / r6},
        .ahead = {-1 / r3, -1 / r3, -1 / r3},
    };
}

typedef struct hit {
    double depth;
    double colour[3];
} hit;

/* What lies nearer wins. `across` is the axis that the plane is perpendicular to. */
static void meet_plane(const view *v, const double origin[3], int across, double at, hit *best) {
    static const double half[3] = {64, 64, 128};
    double depth = (at - origin[across]) / v->ahead[across], texture[3];

    if (depth >= best->depth)
        return;
    for (int k = 0; k < 3; k++) {
        double position = origin[k] + depth * v->ahead[k];

        if (k != across && fabs(position) > half[k])
            return;
        texture[k] = k == across ? 0.5 : position / (2 * half[k]) + 0.5;
    }
    if (across == 2)
        texture[2] = (at / 128 + 1) / 2;
    best->depth = depth;
    shade(reference_volume_sample(texture[0], texture[1], texture[2]), best->colour);
}

static void cross(const double a[3], const double b[3], double out[3]) {
    for (int k = 0; k < 3; k++)
        out[k] = a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3];
}

static double dot(const double a[3], const double b[3]) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void meet_triangle(
    const view *v, const double origin[3], const double c[3][3], int axis, hit *best) {
    double a[3], b[3], to[3], normal[3], h[3], along, p, q, depth;

    for (int k = 0; k < 3; k++) {
        a[k] = c[1][k] - c[0][k];
        b[k] = c[2][k] - c[0][k];
        to[k] = origin[k] - c[0][k];
    }
    cross(a, b, normal);
    along = dot(normal, v->ahead);
    if (fabs(along) < 1e-9)
        return;
    depth = -dot(normal, to) / along;
    for (int k = 0; k < 3; k++)
        to[k] += depth * v->ahead[k];
    cross(to, b, h);
    p = dot(h, normal) / dot(normal, normal);
    cross(a, to, h);
    q = dot(h, normal) / dot(normal, normal);
    if (p < 0 || q < 0 || p + q > 1 || depth >= best->depth)
        return;
    best->depth = depth;
    for (int k = 0; k < 3; k++)
        best->colour[k] = k == axis;
}

static void meet_cone(const view *v, const double origin[3], int axis, hit *best) {
    double foot = 50 - 5 * sqrt(3), step = atan(1);

    for (int i = 0; i < 8; i++) {
        double corner[3][3] = {{0}};

        corner[0][axis] = 50;
        for (int end = 0; end < 2; end++) {
            corner[1 + end][axis] = foot;
            corner[1 + end][(axis + 1) % 3] = 5 * cos((i + end) * step);
            corner[1 + end][(axis + 2) % 3] = 5 * sin((i + end) * step);
        }
        meet_triangle(v, origin, (const double(*)[3])corner, axis, best);
        corner[0][axis] = foot;
        meet_triangle(v, origin, (const double(*)[3])corner, axis, best);
    }
}

static void slices_colour(const void *user, double x, double y, double out[3]) {
    const view *v = user;
    double reach = 100 * sqrt(3), origin[3];
    hit best = {.depth = 1e9};

    reference_grey(NULL, x, y, best.colour);
    for (int k = 0; k < 3; k++)
        origin[k] = 200 + reach * (x * WIDTH / HEIGHT * v->right[k] + y * v->up[k]);
    meet_plane(v, origin, 0, 0, &best);
    meet_plane(v, origin, 1, 0, &best);
    meet_plane(v, origin, 2, 128 * cos(v->time / 2), &best);
    for (int axis = 0; axis < 3; axis++)
        meet_cone(v, origin, axis, &best);
    memcpy(out, best.colour, sizeof best.colour);
}

/* Where in the picture a point of an axis lies, in pixels from the left and the top. */
static void project(const view *v, int axis, double at, double out[2]) {
    double scale = HEIGHT / 2 / (100 * sqrt(3));

    out[0] = WIDTH / 2 + at * v->right[axis] * scale;
    out[1] = HEIGHT / 2 - at * v->up[axis] * scale;
}

/* How far a pixel's centre is from the nearest axis line. Lines are drawn half into the planes that
 * they lie in, and which half wins is left open: they are checked on their own. */
static double line_distance(const view *v, int x, int y) {
    double nearest = 1e9;

    for (int axis = 0; axis < 3; axis++) {
        double end[2], p[2] = {x + 0.5 - WIDTH / 2, y + 0.5 - HEIGHT / 2}, t;

        project(v, axis, 50 - 5 * sqrt(3), end);
        end[0] -= WIDTH / 2;
        end[1] -= HEIGHT / 2;
        t = (p[0] * end[0] + p[1] * end[1]) / (end[0] * end[0] + end[1] * end[1]);
        t = fmin(fmax(t, 0), 1);
        nearest = fmin(nearest, hypot(p[0] - t * end[0], p[1] - t * end[1]));
    }
    return nearest;
}

static int near_line(const void *user, int x, int y) {
    return line_distance(user, x, y) < 3.5;
}

/* Whether a pixel at or beside a point has the colour of an axis. */
static int shows_axis(const unsigned char *pixels, int axis, const double at[2]) {
    for (int side = 0; side < 9; side++) {
        int x = (int)floor(at[0]) + side % 3 - 1, y = (int)floor(at[1]) + side / 3 - 1;
        const unsigned char *pixel = pixels + 4 * (y * WIDTH + x);

        if (pixel[axis] > 240 && pixel[(axis + 1) % 3] < 90 && pixel[(axis + 2) % 3] < 90)
            return 1;
    }
    return 0;
}

/* Each axis shows its colour all along its line, but where the moving plane is before it. */
static int check_lines(const view *v, const unsigned char *pixels) {
    double plane = 128 * cos(v->time / 2);
    int wrong = 0, seen = 0, hidden = 0;

    for (int axis = 0; axis < 3; axis++)
        for (int i = 4; i < 40; i++) {
            /* How far below the plane the point is, and how far from the plane's edge the line of
             * sight passes through it. */
            double below = plane - (axis == 2 ? i : 0), at[2];
            double edge = 64 - below - (axis == 2 ? 0 : i);
            int shown;

            if (fabs(below) < 4 || fabs(edge) < 4)
                continue; /* too near to tell */
            project(v, axis, i, at);
            shown = shows_axis(pixels, axis, at);
            if (below > 0 && edge > 0) {
                wrong += shown;
                hidden++;
            } else {
                wrong += !shown;
                seen++;
            }
        }
    printf("axes: %d points that show and %d that do not, %d of them wrong\n", seen, hidden, wrong);
    return wrong == 0;
}

int main(int argc, char **argv) {
    int many = argc == 4 && strcmp(argv[1], "multi-slice") == 0, fine;
    double value = argc == 4 ? atof(argv[3]) : 0;
    view v = make_view(value);
    const reference_limits limits = {
        .tolerance = 2, .most_outliers = 0.0002, .left_out = many ? near_line : NULL, .user = &v};
    unsigned char *pixels = argc == 4 ? reference_read(argv[2], WIDTH, HEIGHT) : NULL;
    reference_picture picture;

    if (!pixels || !reference_picture_create(&picture, WIDTH, HEIGHT))
        return 2;
    if (many)
        reference_picture_fill(&picture, slices_colour, &v);
    else
        reference_picture_fill(&picture, slice_colour, &value);
    fine = reference_compare(&picture, pixels, &limits);
    if (many)
        fine &= check_lines(&v, pixels);
    reference_picture_destroy(&picture);
    free(pixels);
    return fine ? 0 : 1;
}
