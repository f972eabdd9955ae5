/* check_picture PICTURE.png like REFERENCE.png WITHIN MOST
 *     At most MOST pixels differ by more than WITHIN in any channel.
 * check_picture PICTURE.png holds POINTS.txt
 *     Each line of the file holds; '#' begins a comment:
 *         size WIDTH HEIGHT
 *         within TOLERANCE                      for the points that follow
 *         point X Y RED GREEN BLUE [ALPHA]      from the top left, 0 to 255
 *         alpha VALUE COUNT SLACK               so many pixels have that alpha
 *         box LEFT RIGHT  X0 X1 Y0 Y1 COUNT     between those columns, pixels with alpha above 127
 *
 * Prints what does not hold; exit status 1 then. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

typedef struct picture {
    int width;
    int height;
    unsigned char (*pixels)[4]; /* rows from the top */
} picture;

static int load(picture *out, const char *path) {
    png_image image;

    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_file(&image, path)) {
        fprintf(stderr, "%s: %s\n", path, image.message);
        return 0;
    }
    image.format = PNG_FORMAT_RGBA;
    out->width = (int)image.width;
    out->height = (int)image.height;
    out->pixels = malloc(PNG_IMAGE_SIZE(image));
    if (out->pixels && png_image_finish_read(&image, NULL, out->pixels, 0, NULL))
        return 1;
    fprintf(stderr, "%s: cannot be read\n", path);
    free(out->pixels);
    return 0;
}

static int apart(const unsigned char a[4], const unsigned char b[4]) {
    int most = 0;

    for (int i = 0; i < 4; i++)
        most = abs(a[i] - b[i]) > most ? abs(a[i] - b[i]) : most;
    return most;
}

static int compare(const picture *seen, const picture *wanted, int within, int most) {
    int off = 0, worst = 0, where = 0;

    if (seen->width != wanted->width || seen->height != wanted->height) {
        fprintf(stderr, "%d x %d pixels, not %d x %d\n", seen->width, seen->height, wanted->width,
            wanted->height);
        return 0;
    }
    for (int i = 0; i < seen->width * seen->height; i++) {
        int by = apart(seen->pixels[i], wanted->pixels[i]);

        off += by > within;
        if (by > worst) {
            worst = by;
            where = i;
        }
    }
    printf(
        "%d pixels are off by more than %d (at most %d may be); the worst one by %d, at %d, %d\n",
        off, within, most, worst, where % seen->width, where / seen->width);
    return off <= most;
}

static int check_point(const picture *seen, const char *line, int within) {
    int x, y, c[4] = {0, 0, 0, 255}, count;
    unsigned char wanted[4];
    const unsigned char *got;

    count = sscanf(line, "%d %d %d %d %d %d", &x, &y, &c[0], &c[1], &c[2], &c[3]);
    if (count < 5 || x < 0 || y < 0 || x >= seen->width || y >= seen->height)
        return 0;
    for (int i = 0; i < 4; i++)
        wanted[i] = (unsigned char)c[i];
    got = seen->pixels[y * seen->width + x];
    if (apart(got, wanted) <= within)
        return 1;
    fprintf(stderr, "(%d, %d) is %d %d %d %d, not %d %d %d %d within %d\n", x, y, got[0], got[1],
        got[2], got[3], c[0], c[1], c[2], c[3], within);
    return 0;
}

static int check_alpha(const picture *seen, const char *line) {
    int value, wanted, slack, count = 0;

    if (sscanf(line, "%d %d %d", &value, &wanted, &slack) != 3)
        return 0;
    for (int i = 0; i < seen->width * seen->height; i++)
        count += seen->pixels[i][3] == value;
    if (abs(count - wanted) <= slack)
        return 1;
    fprintf(stderr, "%d pixels have alpha %d, not %d +- %d\n", count, value, wanted, slack);
    return 0;
}

static int check_box(const picture *seen, const char *line) {
    int left, right, wanted[5], got[5] = {100000, -1, 100000, -1, 0};

    if (sscanf(line, "%d %d %d %d %d %d %d", &left, &right, &wanted[0], &wanted[1], &wanted[2],
            &wanted[3], &wanted[4]) != 7)
        return 0;
    for (int i = 0; i < seen->width * seen->height; i++) {
        int x = i % seen->width, y = i / seen->width;

        if (x < left || x > right || seen->pixels[i][3] <= 127)
            continue;
        got[0] = x < got[0] ? x : got[0];
        got[1] = x > got[1] ? x : got[1];
        got[2] = y < got[2] ? y : got[2];
        got[3] = y > got[3] ? y : got[3];
        got[4]++;
    }
    if (memcmp(got, wanted, sizeof got) == 0)
        return 1;
    fprintf(stderr, "columns %d to %d: x %d..%d, y %d..%d, %d pixels\n", left, right, got[0],
        got[1], got[2], got[3], got[4]);
    return 0;
}

static int check_size(const picture *seen, const char *line) {
    int width, height;

    if (sscanf(line, "%d %d", &width, &height) == 2 && width == seen->width &&
        height == seen->height)
        return 1;
    fprintf(stderr, "the picture has %d x %d pixels\n", seen->width, seen->height);
    return 0;
}

static int check_line(const picture *seen, const char *line, int *within, int *points) {
    char word[16] = "";
    int used = 0;

    if (sscanf(line, " %15s%n", word, &used) != 1 || word[0] == '#')
        return 1;
    line += used;
    if (strcmp(word, "within") == 0)
        return sscanf(line, "%d", within) == 1;
    ++*points;
    if (strcmp(word, "point") == 0)
        return check_point(seen, line, *within);
    if (strcmp(word, "alpha") == 0)
        return check_alpha(seen, line);
    if (strcmp(word, "box") == 0)
        return check_box(seen, line);
    return strcmp(word, "size") == 0 && check_size(seen, line);
}

static int holds(const picture *seen, const char *path) {
    FILE *file = fopen(path, "r");
    int within = 0, points = 0, failed = 0;
    char line[256];

    if (!file) {
        fprintf(stderr, "%s cannot be opened\n", path);
        return 0;
    }
    while (fgets(line, sizeof line, file)) {
        if (check_line(seen, line, &within, &points))
            continue;
        failed++;
        fprintf(stderr, "does not hold: %s", line);
    }
    fclose(file);
    printf("%d of %d lines hold\n", points - failed, points);
    return failed == 0 && points > 0;
}

int main(int argc, char **argv) {
    picture seen, wanted;
    int fine = 0;

    if (argc < 4 || !load(&seen, argv[1]))
        return EXIT_FAILURE;
    if (argc == 4 && strcmp(argv[2], "holds") == 0)
        fine = holds(&seen, argv[3]);
    if (argc == 6 && strcmp(argv[2], "like") == 0 && load(&wanted, argv[3])) {
        fine = compare(&seen, &wanted, atoi(argv[4]), atoi(argv[5]));
        free(wanted.pixels);
    }
    free(seen.pixels);
    return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
