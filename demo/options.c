#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trireme/trireme.h>

#include "scene.h"

#define MAX_POINTS ((size_t)1 << 24)
#define MAX_SIDE   16384
#define MIN_SIDE   16
#define MAX_TIME   1.0e5

/* Reads a whole number from `text` up to `stop` (or the end); false for anything else. */
static bool read_count(
    const char *text, char stop, uint64_t low, uint64_t high, uint64_t *out, const char **rest) {
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *out = strtoull(text, &end, 10);
    if (errno != 0 || *end != stop || *out < low || *out > high)
        return false;
    if (rest)
        *rest = end + (stop != '\0');
    return true;
}

static bool refuse(const char *option, const char *value, const char *wanted) {
    fprintf(stderr, "trireme-demo: %s %s: %s\n", option, value, wanted);
    return false;
}

static bool set_scene(demo_options *o, const char *value) {
    o->scene = value;
    if (demo_scene_find(value))
        return true;
    fprintf(stderr, "trireme-demo: there is no scene \"%s\". The scenes are:\n", value);
    demo_scenes_print(stderr);
    return false;
}

static bool set_frames(demo_options *o, const char *value) {
    return read_count(value, '\0', 1, 1000000000, &o->frames, NULL) ||
           refuse("--frames", value, "a whole number from 1 to 1000000000 is wanted");
}

static bool set_size(demo_options *o, const char *value) {
    uint64_t width, height;
    const char *rest;

    if (!read_count(value, 'x', MIN_SIDE, MAX_SIDE, &width, &rest) ||
        !read_count(rest, '\0', MIN_SIDE, MAX_SIDE, &height, NULL))
        return refuse("--size", value,
            "width x height in pixels is wanted, such as 1280x720, each side from 16 to 16384");
    o->width = (int)width;
    o->height = (int)height;
    o->size_given = true;
    return true;
}

static bool is_png(const char *option, const char *value) {
    size_t length = strlen(value);

    return (length > 4 && strcmp(value + length - 4, ".png") == 0) ||
           refuse(option, value, "the name of a .png file is wanted");
}

static bool set_screenshot(demo_options *o, const char *value) {
    o->screenshot = value;
    return is_png("--screenshot", value);
}

static bool set_contact_sheet(demo_options *o, const char *value) {
    o->contact_sheet = value;
    return is_png("--contact-sheet", value);
}

static bool set_volume(demo_options *o, const char *value) {
    o->volume.file = value;
    return true;
}

static bool set_volume_size(demo_options *o, const char *value) {
    return demo_volume_parse_size(value, o->volume.size) ||
           refuse("--volume-size", value,
               "width x height x depth in voxels is wanted, such as 128x128x256");
}

static bool set_volume_type(demo_options *o, const char *value) {
    o->volume.type_given = true;
    return demo_volume_parse_type(value, &o->volume.type) ||
           refuse("--volume-type", value, "f4, u2 or u1 is wanted");
}

static bool set_placement(demo_options *o, const char *value) {
    if (strcmp(value, "mapped") == 0)
        o->placement = TRM_PLACEMENT_MAPPED;
    else if (strcmp(value, "device") == 0)
        o->placement = TRM_PLACEMENT_DEVICE;
    else if (strcmp(value, "auto") == 0)
        o->placement = TRM_PLACEMENT_AUTO;
    else
        return refuse("--placement", value, "mapped, device or auto is wanted");
    return true;
}

static bool set_time(demo_options *o, const char *value) {
    char *end;

    o->time = strtod(value, &end);
    o->time_given = true;
    return (end != value && *end == '\0' && isfinite(o->time) && o->time >= 0 &&
               o->time <= MAX_TIME) ||
           refuse("--time", value, "seconds from 0 to 100000 are wanted");
}

static bool set_points(demo_options *o, const char *value) {
    uint64_t points;

    if (!read_count(value, '\0', 100, MAX_POINTS, &points, NULL))
        return refuse("--points", value, "a whole number from 100 to 16777216 is wanted");
    o->points = (size_t)points;
    return true;
}

static bool set_play(demo_options *o, const char *value) {
    return demo_play_parse(&o->play, value) ||
           refuse("--play", value,
               "a list of wheel:N, alt-wheel:N, drag:X:Y, pan:X:Y and key:C is wanted, such as "
               "wheel:-3,drag:100:50");
}

static bool set_overlay(demo_options *o, const char *value) {
    (void)value;
    return o->overlay = true;
}

static bool set_offscreen(demo_options *o, const char *value) {
    (void)value;
    return o->offscreen = true;
}

static bool set_verify(demo_options *o, const char *value) {
    (void)value;
    return o->verify = true;
}

static bool set_soak(demo_options *o, const char *value) {
    const char *rest = strchr(value, ':');
    uint64_t seconds;

    o->soak_seed = 1;
    if (!read_count(value, rest ? ':' : '\0', 1, 10000000, &seconds, NULL) ||
        (rest && !read_count(rest + 1, '\0', 0, UINT64_MAX, &o->soak_seed, NULL)))
        return refuse("--soak", value, "seconds, or seconds:seed, are wanted, such as 480:1");
    o->soak = (double)seconds;
    return o->verify = true;
}

static bool set_gl_debug(demo_options *o, const char *value) {
    (void)value;
    return o->gl_debug = true;
}

static bool set_fault(demo_options *o, const char *value) {
    bool no_poll = strcmp(value, "no-poll") == 0, late_gpu = strcmp(value, "late-gpu") == 0;

    o->no_poll |= no_poll;
    o->late_gpu |= late_gpu;
    return no_poll || late_gpu || refuse("--fault", value, "no-poll or late-gpu is wanted");
}

typedef struct option_row {
    const char *name;
    const char *value; /* what stands behind it in --help; NULL: nothing */
    const char *help;  /* NULL: not for people */
    bool (*set)(demo_options *, const char *);
} option_row;

static const option_row rows[] = {
    {"--scene", "NAME", "the scene to show (default: edit-lab)", set_scene},
    {"--points", "N", "points of edit-lab; default: what this machine can draw", set_points},
    {"--placement", "WHERE", "mapped, device or auto: where buffers live", set_placement},
    {"--volume", "FILE", "show this scan: NIfTI-1 (.nii, .nii.gz) or raw voxels", set_volume},
    {"--volume-size", "WxHxD", "voxels of a raw scan, x fastest", set_volume_size},
    {"--volume-type", "TYPE", "of its voxels: f4 (default), u2 or u1", set_volume_type},
    {"--size", "WxH", "picture size; default: the scene's, then the window's", set_size},
    {"--frames", "N", "stop after N frames", set_frames},
    {"--time", "T", "stop the clock at T seconds", set_time},
    {"--screenshot", "FILE.png", "save the last frame (of 120, unless --frames)", set_screenshot},
    {"--contact-sheet", "FILE.png", "save one picture of all scenes, and stop", set_contact_sheet},
    {"--overlay", NULL, "show the overlay, in screenshots too", set_overlay},
    {"--play", "LIST", "do this in the second frame, see below", set_play},
    {"--offscreen", NULL, "no window system; the clock ticks at the scene's rate", set_offscreen},
    {"--verify", NULL, "compare what the GPU read with the CPU arrays, each frame", set_verify},
    {"--soak", "S[:SEED]", "verify S seconds of resizes and moves; see below", set_soak},
    {"--gl-debug", NULL, "debug context; its complaints are errors", set_gl_debug},
    {"--fault", "NAME", NULL, set_fault},
};

static void print_help(void) {
    puts("usage: trireme-demo [options]\n\n"
         "Shows CPU arrays being edited and Trireme carrying the edits to the GPU.\n\noptions:");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char head[32];

        if (!rows[i].help)
            continue;
        snprintf(head, sizeof head, "%s %s", rows[i].name, rows[i].value ? rows[i].value : "");
        printf("  %-26s%s\n", head, rows[i].help);
    }
    puts("  --list                    name the scenes\n"
         "  --version                 print the version\n"
         "  --help                    print this\n\nscenes, with their keys:");
    demo_scenes_print(stdout);
    puts("\nkeys and mouse:\n"
         "  1-9  scenes     H  overlay     S  save a PNG     space  pause     Esc  quit\n"
         "  drag  turn      right drag  pan      wheel  zoom     alt+wheel  field of view\n"
         "  volume-slice: wheel  through the slices      wireframe: [ ]  thickness\n"
         "  edit-lab: drag  brush     right drag  orbit     [ ]  brush size     F  rewrite all\n\n"
         "--play does the same without a person: wheel:N, alt-wheel:N (notches, up positive), "
         "drag:X:Y,\n"
         "pan:X:Y (pixels, right and down positive) and key:C, joined by commas.\n\n"
         "--soak resizes edit-lab's array at random, moves it through all placements, and\n"
         "fails if a frame is shown wrong or memory grows.\n\n"
         "The last line printed sums up the run in bytes; full is what uploading everything each\n"
         "frame would have taken. Exit status: 0, 1 for a mismatch or a failure, 2 for a mistake\n"
         "on the command line or a machine without what is needed.");
}

static bool answer(const char *name) {
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        print_help();
    else if (strcmp(name, "--version") == 0)
        printf("trireme-demo %s\n", trm_version_string());
    else if (strcmp(name, "--list") == 0)
        demo_scenes_print(stdout);
    else
        return false;
    return true;
}

static const option_row *find_row(const char *arg, size_t length) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strlen(rows[i].name) == length && strncmp(rows[i].name, arg, length) == 0)
            return &rows[i];
    return NULL;
}

/* One option with its value, written "--name value" or "--name=value". */
static bool take(demo_options *out, int argc, char **argv, int *at) {
    const char *arg = argv[*at];
    const char *equals = strchr(arg, '=');
    const option_row *row = find_row(arg, equals ? (size_t)(equals - arg) : strlen(arg));
    const char *value = equals ? equals + 1 : NULL;

    if (!row) {
        fprintf(stderr, "trireme-demo: unknown option %s (try --help)\n", arg);
        return false;
    }
    if (!row->value && value) {
        fprintf(stderr, "trireme-demo: %s takes no value\n", row->name);
        return false;
    }
    if (row->value && !value) {
        if (*at + 1 >= argc) {
            fprintf(stderr, "trireme-demo: %s needs a value: %s\n", row->name, row->value);
            return false;
        }
        value = argv[++*at];
    }
    return row->set(out, value);
}

demo_verdict demo_options_parse(demo_options *out, int argc, char **argv) {
    demo_reason reason;

    *out = (demo_options){.scene = "edit-lab", .width = 1280, .height = 720};
    for (int i = 1; i < argc; i++) {
        if (answer(argv[i]))
            return DEMO_ANSWERED;
        if (!take(out, argc, argv, &i))
            return DEMO_REFUSED;
    }
    if (!demo_volume_source_check(&out->volume, &reason)) {
        fprintf(stderr, "trireme-demo: %s\n", reason.text);
        return DEMO_REFUSED;
    }
    if (out->soak > 0 && !demo_scene_find(out->scene)->ops->vary) {
        fprintf(stderr, "trireme-demo: --soak: only edit-lab can be resized\n");
        return DEMO_REFUSED;
    }
    if (out->screenshot && out->frames == 0 && out->soak == 0)
        out->frames = 120;
    if (out->offscreen && out->frames == 0 && out->soak == 0 && !out->contact_sheet) {
        fprintf(stderr, "trireme-demo: --offscreen never ends without --frames N\n");
        return DEMO_REFUSED;
    }
    return DEMO_GO;
}
