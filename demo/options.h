/* What the command line asks for. */
#ifndef DEMO_OPTIONS_H
#define DEMO_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trireme/buffer.h>

#include "data_volume.h"
#include "play.h"

typedef struct demo_options {
    const char *scene;
    const char *screenshot;    /* a PNG of the last frame; NULL: none */
    const char *contact_sheet; /* a PNG of all scenes; NULL: none */
    demo_volume_source volume;
    demo_play play;  /* what a person would do before the second frame */
    uint64_t frames; /* 0: until the window is closed */
    size_t points;   /* 0: measured */
    double time;
    double soak; /* seconds; 0: none */
    uint64_t soak_seed;
    int width;
    int height;
    trm_placement placement;
    bool size_given;
    bool time_given;
    bool overlay;
    bool offscreen;
    bool gl_debug;
    bool verify;
    bool no_poll;  /* see fault.h */
    bool late_gpu; /* see gate.h */
} demo_options;

typedef enum demo_verdict {
    DEMO_GO,       /* run */
    DEMO_ANSWERED, /* --help and its like: the answer is printed */
    DEMO_REFUSED   /* a mistake: the reason is printed */
} demo_verdict;

demo_verdict demo_options_parse(demo_options *out, int argc, char **argv);

#endif
