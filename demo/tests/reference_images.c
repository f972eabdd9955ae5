#include "reference_images.h"

#include "reference_noise.h"

static void over(double c[3], double r, double g, double b, double alpha) {
    c[0] = mix(c[0], r, alpha);
    c[1] = mix(c[1], g, alpha);
    c[2] = mix(c[2], b, alpha);
}

static double ellipse(double a, double b, double cx, double cy, double rx, double ry) {
    return sqrt(pow((a - cx) / rx, 2) + pow((b - cy) / ry, 2));
}

/* The distance of a point from a line, positive on the side where `in` lies. */
static double beside(const double p[2], const double a[2], const double b[2], const double in[2]) {
    double nx = a[1] - b[1], ny = b[0] - a[0], length = hypot(nx, ny);
    double at = (nx * (p[0] - a[0]) + ny * (p[1] - a[1])) / length;

    return nx * (in[0] - a[0]) + ny * (in[1] - a[1]) > 0 ? at : -at;
}

static double triangle(double q, double y, const double t[3][2]) {
    const double p[2] = {q, y};

    return fmin(beside(p, t[0], t[1], t[2]),
        fmin(beside(p, t[1], t[2], t[0]), beside(p, t[2], t[0], t[1])));
}

/* Steps 1 to 3: ears, head, muzzle. */
static void coat(int xi, int yi, double x, double y, double q, double c[3]) {
    static const double ear[3][2] = {{70, 95}, {150, 110}, {128, 8}};
    static const double inner[3][2] = {{86, 98}, {138, 104}, {124, 36}};
    double h = ellipse(x, y, 225, 178, 165, 122), m = soft(1.01, 0.99, h);
    double stripe =
        soft(0.35, 0.75, 0.5 + 0.5 * sin(0.16 * q + 2.2 * sin(0.045 * y))) * soft(0.25, 0.8, h);
    double fur = 0.06 * (rnd(xi, yi / 4, 11) - 0.5) + 0.05 * (rnd(xi / 2, yi / 2, 12) - 0.5);
    double muzzle = soft(1.08, 0.92, ellipse(q, y, 34, 232, 58, 44)) * m;

    over(c, 0.72, 0.45, 0.24, soft(-1.5, 1.5, triangle(q, y, ear)));
    over(c, 0.86, 0.62, 0.55, soft(-1.5, 1.5, triangle(q, y, inner)));
    over(c, mix(0.80, 0.47, stripe) + fur, mix(0.54, 0.28, stripe) + fur,
        mix(0.31, 0.14, stripe) + fur, m);
    over(c, 0.94 + fur, 0.88 + fur, 0.80 + fur, muzzle);
}

/* Steps 4 to 6: eyes, nose, mouth, whiskers. */
static void features(double x, double y, double q, double c[3]) {
    static const double nose[3][2] = {{-24, 196}, {24, 196}, {0, 216}}, pi = 3.14159265358979323846;
    double g = ellipse(q, y, 74, 150, 34, 25);

    over(c, 0.10, 0.07, 0.05, soft(1.14, 1.06, g));
    over(c, 0.62 + 0.2 * (1 - g), 0.72, 0.28, soft(1.02, 0.96, g));
    over(c, 0.03, 0.03, 0.03, soft(1.05, 0.95, ellipse(q, y, 74, 150, 8, 22)));
    over(c, 1, 1, 1, soft(1.2, 0.8, ellipse(x, y, x < 225 ? 143 : 291, 141, 5, 5)));
    over(c, 0.86, 0.45, 0.45, soft(-2, 2, triangle(q, y, nose)));
    if (q < 44)
        over(c, 0.25, 0.12, 0.10, soft(2.2, 0.8, fabs(y - 226 - 10 * sin(pi * q / 44))));
    if (214 < y && y < 228)
        over(c, 0.25, 0.12, 0.10, soft(2.2, 0.8, q));
    for (int k = 0; k < 3 && 50 < q && q < 196; k++) {
        double line =
            222 + 9 * k - (q - 50) * (0.10 - 0.09 * k) + 0.0006 * pow(q - 50, 2) * (k - 1);

        over(c, 0.97, 0.95, 0.92, 0.85 * soft(1.6, 0.6, fabs(y - line)));
    }
}

void reference_cat(int xi, int yi, double out[3]) {
    double x = xi + 0.5, y = yi + 0.5, q = fabs(x - 225);

    out[0] = mix(0.36, 0.22, y / 300);
    out[1] = mix(0.30, 0.18, y / 300);
    out[2] = mix(0.26, 0.16, y / 300);
    coat(xi, yi, x, y, q, out);
    features(x, y, q, out);
    for (int k = 0; k < 3; k++)
        out[k] = clamp(0, 1, out[k]);
}

void reference_bricks(int x, int y, double out[3]) {
    static const double dark[3] = {118, 62, 48}, light[3] = {178, 92, 70};
    static const double mortar[3] = {168, 163, 154};
    double u = 8 * (x + 0.5) / 512, v = 16 * (y + 0.5) / 512;
    int row = (int)floor(v), col;
    double fu, fv, d, m, t, grain;

    u += row & 1 ? 0.5 : 0;
    col = (int)floor(u) % 8;
    fu = u - floor(u);
    fv = v - floor(v);
    d = fmin(2 * fmin(fu, 1 - fu), fmin(fv, 1 - fv));
    m = soft(0.05, 0.11, d);
    t = rnd(col, row, 7);
    grain = 16 * (rnd(x, y, 3) - 0.5) + 22 * (rnd(x / 3, y / 3, 5) - 0.5);
    for (int k = 0; k < 3; k++) {
        double brick = mix(dark[k], light[k], t) * (0.86 + 0.14 * soft(0.1, 0.3, d));

        out[k] = clamp(0, 255, round(mix(mortar[k], brick, m) + grain));
    }
}
