/* Frames of random edits, each drawn while the one before is still in flight. */
#ifndef TRIREME_TESTS_PACED_H
#define TRIREME_TESTS_PACED_H

#include "support/harness.h"
#include "support/model.h"

typedef struct paced_run {
    unsigned frames;
    unsigned edits_per_frame; /* edit, acquire and draw so many times; 0: once */
    bool sync;                /* trm_device_sync before each acquire */
    bool idle;                /* let the GPU finish before each acquire */
    harness_reader reader;
} paced_run;

typedef struct paced_result {
    unsigned draws;
    unsigned mismatches;
    unsigned regions_used; /* different spans handed out */
    unsigned moves;        /* times that the object of the span changed */
    size_t last_offset;    /* of the last span */
    size_t touched_nbytes; /* of edited chunks, over all frames */
    size_t bound_nbytes;   /* the same with one chunk more for each run */
} paced_result;

/* Runs the frames with random edits of one buffer. Every call of the library must succeed. */
paced_result paced_frames(trm_device *device, model *m, const paced_run *run);

#endif
