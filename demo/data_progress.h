/* A line of progress, for work that turns out to take long: nothing is said of what is quick. */
#ifndef DEMO_DATA_PROGRESS_H
#define DEMO_DATA_PROGRESS_H

#include <stdbool.h>

typedef struct demo_progress {
    const char *what; /* "making the volume" */
    double start;     /* seconds, by some clock */
    double spoken;    /* when the last line was printed */
    bool visible;
} demo_progress;

void demo_progress_begin(demo_progress *progress, const char *what);

/* Now and then, with the share that is done, 0..1. NULL is fine. */
void demo_progress_tick(demo_progress *progress, double done);

void demo_progress_end(demo_progress *progress);

#endif
