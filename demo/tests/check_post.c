/* check_post PICTURE.png TIME
 *
 * Draws the scene post-processing once more, from the specification alone, and compares. The noise
 * depends on the last bit of a product, so a picture with noise (any TIME but 0) is compared in the
 * mean of many pixels; and what smooths edges is left open, so edges are left out. Exit status 1 if
 * the picture is too far off. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "reference_compare.h"
#include "reference_images.h"
#include "reference_knot.h"

enum {
    WIDTH = 640,
    HEIGHT = 480,
    COLUMNS = 2 * WIDTH,
    ROWS = 2 * HEIGHT,
    BLOCK = 20,
    MARGIN = 6 /* samples around an edge that it may have touched */
};

typedef double wall[REFERENCE_BRICKS_SIDE][REFERENCE_BRICKS_SIDE][3];

/* A texel of the wall, which repeats, 0 to 1. */
static double brick_texel(wall bricks, int column, int row, int channel) {
    int last = REFERENCE_BRICKS_SIDE - 1;

    return bricks[row & last][column & last][channel] / 255;
}

/* Filtered as stored, decoded after that. */
static void shade(const void *user, const reference_fragment *fragment, double out[4]) {
    static const double view[3] = {0, 0, 1};
    static wall bricks;
    static int built;
    double x = fragment->texture[0] * 10 * REFERENCE_BRICKS_SIDE - 0.5;
    double y = fragment->texture[1] * REFERENCE_BRICKS_SIDE - 0.5;
    int i = (int)floor(x), j = (int)floor(y);

    (void)user;
    for (int at = 0; !built && at < REFERENCE_BRICKS_SIDE * REFERENCE_BRICKS_SIDE; at++) {
        int column = at % REFERENCE_BRICKS_SIDE, row = at / REFERENCE_BRICKS_SIDE;

        reference_bricks(column, row, bricks[row][column]);
    }
    built = 1;
    for (int k = 0; k < 3; k++) {
        double near =
            brick_texel(bricks, i, j, k) * (i + 1 - x) + brick_texel(bricks, i + 1, j, k) * (x - i);
        double next = brick_texel(bricks, i, j + 1, k) * (i + 1 - x) +
                      brick_texel(bricks, i + 1, j + 1, k) * (x - i);

        out[k] = reference_decode(near * (j + 1 - y) + next * (y - j));
    }
    out[3] = 1;
    reference_phong(fragment->normal, view, 3, out);
}

static void draw_knot(reference_picture *picture) {
    static reference_knot knot;
    const double half = 5.00519 / 2;

    reference_knot_make(knot);
    for (int i = 0; i <= REFERENCE_KNOT_ALONG; i++)
        for (int j = 0; j <= REFERENCE_KNOT_AROUND; j++) {
            reference_vertex *v = &knot[i][j];

            v->clip[0] = (v->position[0] - 0.16006) / (half * WIDTH / HEIGHT);
            v->clip[1] = (v->position[1] - 0.0001) / half;
            v->clip[2] = (2 - v->position[2]) / 4;
            v->clip[3] = 1;
        }
    reference_knot_draw(
        picture, (const reference_vertex(*)[REFERENCE_KNOT_AROUND + 1]) knot, shade, NULL);
}

/* What is added to a value by noise of strength 0.5, in the mean; the target cuts off above 1. */
static double mean_noise(double value) {
    double room = 1 - value;

    return room >= 0.5 ? 0.25 : room - room * room;
}

/* Noise in the mean, or none, and fog. */
static void post(reference_picture *picture, int noisy) {
    for (int i = 0; i < COLUMNS * ROWS; i++) {
        uint8_t *sample = picture->samples[i];
        double fog = (double)picture->depths[i];

        for (int k = 0; k < 4; k++) {
            double value = k < 3 ? reference_decode(sample[k] / 255.0) : sample[k] / 255.0;

            if (noisy)
                value += mean_noise(value);
            value = value * (1 - fog) + fog;
            sample[k] = (uint8_t)lround(255 * (k < 3 ? reference_encode(value) : value));
        }
    }
}

static double luma(const uint8_t sample[4]) {
    return sqrt(0.299 * reference_decode(sample[0] / 255.0) +
                0.587 * reference_decode(sample[1] / 255.0) +
                0.114 * reference_decode(sample[2] / 255.0));
}

/* Whether smoothing may have changed a sample. */
static int is_edge(const reference_picture *picture, int x, int y) {
    double low = 1, high = 0;

    if (x < 1 || y < 1 || x >= COLUMNS - 1 || y >= ROWS - 1)
        return 0;
    for (int k = 0; k < 5; k++) {
        static const int beside[5][2] = {{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}};
        double l = luma(picture->samples[(y + beside[k][1]) * COLUMNS + x + beside[k][0]]);

        low = fmin(low, l);
        high = fmax(high, l);
    }
    return high - low >= 0.9 * fmax(0.0625, 0.166 * high);
}

typedef struct marks {
    unsigned char near_edge[HEIGHT][WIDTH];
    unsigned char knot[HEIGHT][WIDTH]; /* all four samples */
} marks;

static void mark(const reference_picture *picture, marks *out) {
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int at = 2 * (HEIGHT - 1 - y) * COLUMNS + 2 * x;

            out->knot[y][x] = picture->depths[at] < 1 && picture->depths[at + 1] < 1 &&
                              picture->depths[at + COLUMNS] < 1 &&
                              picture->depths[at + COLUMNS + 1] < 1;
        }
    for (int j = 0; j < ROWS; j++)
        for (int i = 0; i < COLUMNS; i++) {
            int row = HEIGHT - 1 - j / 2;

            if (!is_edge(picture, i, j))
                continue;
            for (int y = row - MARGIN / 2; y <= row + MARGIN / 2; y++)
                for (int x = i / 2 - MARGIN / 2; x <= i / 2 + MARGIN / 2; x++)
                    if (x >= 0 && y >= 0 && x < WIDTH && y < HEIGHT)
                        out->near_edge[y][x] = 1;
        }
}

/* Pixels of the knot that are compared. */
static int count_knot(const marks *m) {
    int count = 0;

    for (int i = 0; i < WIDTH * HEIGHT; i++)
        count += m->knot[i / WIDTH][i % WIDTH] && !m->near_edge[i / WIDTH][i % WIDTH];
    printf("%d pixels of the knot are away from edges\n", count);
    return count;
}

static int near_edge(const void *user, int x, int y) {
    return ((const marks *)user)->near_edge[y][x];
}

/* Linear means of blocks that lie on the knot. */
static int compare_blocks(
    const reference_picture *wanted, const unsigned char *pixels, const marks *m) {
    double worst = 0, spread = 0, colour[4];
    int blocks = 0;

    for (int y = 0; y < HEIGHT; y += BLOCK)
        for (int x = 0; x < WIDTH; x += BLOCK) {
            double sum = 0, square = 0, mean;
            int whole = 1;

            for (int i = 0; i < BLOCK * BLOCK; i++)
                whole &= m->knot[y + i / BLOCK][x + i % BLOCK];
            if (!whole)
                continue;
            for (int i = 0; i < BLOCK * BLOCK; i++) {
                int px = x + i % BLOCK, py = y + i / BLOCK;
                double apart;

                reference_picture_pixel(wanted, px, py, colour);
                apart = reference_decode(pixels[4 * (py * WIDTH + px)] / 255.0) -
                        reference_decode(colour[0] / 255);
                sum += apart;
                square += apart * apart;
            }
            mean = sum / (BLOCK * BLOCK);
            worst = fmax(worst, fabs(mean));
            spread += sqrt(square / (BLOCK * BLOCK) - mean * mean);
            blocks++;
        }
    spread /= fmax(blocks, 1);
    printf("%d blocks on the knot: means at most %.4f off, spread %.4f\n", blocks, worst, spread);
    return blocks >= 50 && worst < 0.025 && spread > 0.01;
}

int main(int argc, char **argv) {
    static marks m;
    reference_limits limits = {
        .tolerance = 2, .most_outliers = 0.001, .left_out = near_edge, .user = &m};
    unsigned char *pixels = argc == 3 ? reference_read(argv[1], WIDTH, HEIGHT) : NULL;
    reference_picture wanted;
    int noisy = argc == 3 && atof(argv[2]) > 0, fine;

    if (!pixels || !reference_picture_create(&wanted, WIDTH, HEIGHT))
        return 2;
    draw_knot(&wanted);
    post(&wanted, noisy);
    mark(&wanted, &m);
    fine = noisy ? compare_blocks(&wanted, pixels, &m)
                 : reference_compare(&wanted, pixels, &limits) & (count_knot(&m) > 10000);
    reference_picture_destroy(&wanted);
    free(pixels);
    return fine ? 0 : 1;
}
