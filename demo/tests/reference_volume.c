#include "reference_volume.h"

#include <stdbool.h>

#include "reference_noise.h"

static const double pi = 3.14159265358979323846;

static double near(double h) {
    return fabs(h - round(h));
}

/* Step 1 and 2: tissue and spine. */
static double body(double x, double y, double z, double e) {
    double tissue = 1030 + 25 * sin(0.21 * x) * sin(0.17 * y + 1.3) * sin(0.09 * z + 0.7);
    double value = mix(tissue, 900, soft(0.86, 0.90, e));
    double d2 = sqrt(pow((x - 64) / 22, 2) + pow((y - 104) / 16, 2));
    double disc = soft(0.40, 0.45, fabs(z / 36 - floor(z / 36) - 0.5));
    double bone = mix(1350 + 350 * exp(-pow((d2 - 0.92) / 0.07, 2)), 1080, disc);

    return mix(value, bone, soft(1.04, 0.98, d2));
}

/* Step 3 and 4: vessel and stent. */
static double vessel(double x, double y, double z, double value) {
    double cx = 64 + 6 * sin(2 * pi * z / 256), cy = 56 + 4 * cos(2 * pi * z / 256);
    double b = hypot(x - cx, y - cy) - 14, t = atan2(y - cy, x - cx), strands = 8;
    double ext = soft(20, 26, z) * soft(232, 226, z), a, c, wire;

    if (z < 104) {
        double u = (104 - z) / 104, off = 5 + 17 * soft(0, 1, u);
        double r = mix(9.5, 7, soft(0, 0.35, u));
        double left = hypot(x - (cx - off), y - cy), right = hypot(x - (cx + off), y - cy);

        b = fmin(left, right) - r;
        t = atan2(y - cy, x - (left <= right ? cx - off : cx + off));
        strands = 5;
    }
    value = mix(value, 1330, soft(0.8, -0.8, b));
    a = t * strands / (2 * pi);
    c = z / 22;
    wire = 1 - soft(0.07, 0.17, fmin(near(a + c), near(a - c)));
    return fmax(value, 3300 * wire * exp(-pow(b / 1.3, 2)) * ext);
}

double reference_voxel(int x, int y, int z) {
    double e = sqrt(pow((x - 63.5) / 78, 2) + pow((y - 63.5) / 70, 2));
    double value = vessel(x, y, z, body(x, y, z, e));

    value += 40 * (2 * rnd(x, y, z) - 1);
    return clamp(0, 4095, mix(value, 40, soft(0.985, 1.005, e)));
}

static double remembered(int x, int y, int z) {
    static float values[256][128][128];
    static bool known[256][128][128];

    x &= 127;
    y &= 127;
    z &= 255;
    if (!known[z][y][x]) {
        values[z][y][x] = (float)reference_voxel(x, y, z);
        known[z][y][x] = true;
    }
    return (double)values[z][y][x];
}

double reference_volume_sample(double u, double v, double w) {
    double x = u * 128 - 0.5, y = v * 128 - 0.5, z = w * 256 - 0.5, sum = 0;
    int ix = (int)floor(x), iy = (int)floor(y), iz = (int)floor(z);

    for (int corner = 0; corner < 8; corner++) {
        int dx = corner & 1, dy = corner >> 1 & 1, dz = corner >> 2;
        double weight =
            (dx ? x - ix : ix + 1 - x) * (dy ? y - iy : iy + 1 - y) * (dz ? z - iz : iz + 1 - z);

        if (weight > 0)
            sum += weight * remembered(ix + dx, iy + dy, iz + dz);
    }
    return sum;
}
