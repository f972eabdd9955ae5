/* check_channels PICTURE.png TIME
 *
 * Draws the scene colormap-channels once more, from the specification alone, and compares. Exit
 * status 1 if the picture is too far off. */
#include <math.h>
#include <stdlib.h>

#include "reference_compare.h"
#include "reference_knot.h"

enum { WIDTH = 640, HEIGHT = 480 };

/* View direction -Z: the numbers of the specification, with more digits. */
static const double camera[3] = {0.160055, 0.000095, 15.73601};

/* Four texels, linear between them, repeating; sRGB-encoded but for alpha. */
static void shade(const void *user, const reference_fragment *fragment, double out[4]) {
    static const double maps[4][4][4] = {
        {{1, 1, 1, 1}, {0, 0, 0, 1}, {0, 0, 0, 1}, {1, 1, 1, 1}},
        {{1, 1, 1, 1}, {0, 0, 0, 1}, {0, 0, 0, 0}, {1, 1, 1, 0}},
        {{1, 1, 0, 1}, {0, 1, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1}},
        {{1, 1, 0, 1}, {0, 1, 0, 1}, {0, 1, 0, 0}, {1, 1, 0, 0}},
    };
    double at = 4 * fragment->texture[0] - 0.5, share = at - floor(at), view[3];
    int left = ((int)floor(at) + 4) % 4, right = (left + 1) % 4, object = *(const int *)user;

    for (int k = 0; k < 4; k++) {
        out[k] = maps[object][left][k] * (1 - share) + maps[object][right][k] * share;
        if (k < 3) {
            out[k] = reference_decode(out[k]);
            view[k] = camera[k] - fragment->position[k];
        }
    }
    reference_normalize(view);
    reference_phong(fragment->normal, view, 3, out);
}

static void place(reference_vertex *v, double x, int times) {
    const double near = 0.15736, far = 157360, pi = 3.14159265358979323846;
    double slope = 6.0 / 7 * tan(35 * pi / 180), w;

    reference_turn(v, times);
    v->position[0] += x;
    w = camera[2] - v->position[2];
    v->clip[0] = (v->position[0] - camera[0]) / (slope * 4 / 3);
    v->clip[1] = (v->position[1] - camera[1]) / slope;
    v->clip[2] = far * (w - near) / (far - near);
    v->clip[3] = w;
}

int main(int argc, char **argv) {
    static reference_knot knot;
    const reference_limits limits = {.tolerance = 2, .most_outliers = 0.0002};
    unsigned char *pixels = argc == 3 ? reference_read(argv[1], WIDTH, HEIGHT) : NULL;
    reference_picture wanted;
    int fine;

    if (!pixels || !reference_picture_create(&wanted, WIDTH, HEIGHT))
        return 2;
    reference_picture_fill(&wanted, reference_grey, NULL);
    for (int object = 0; object < 4; object++) {
        reference_knot_make(knot);
        for (int i = 0; i <= REFERENCE_KNOT_ALONG; i++)
            for (int j = 0; j <= REFERENCE_KNOT_AROUND; j++)
                place(&knot[i][j], 4 * object - 6, (int)floor(30 * atof(argv[2])));
        reference_knot_draw(
            &wanted, (const reference_vertex(*)[REFERENCE_KNOT_AROUND + 1]) knot, shade, &object);
    }
    fine = reference_compare(&wanted, pixels, &limits);
    reference_picture_destroy(&wanted);
    free(pixels);
    return fine ? 0 : 1;
}
