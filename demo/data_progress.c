#include "data_progress.h"

#include <stdio.h>
#include <time.h>

#define PATIENCE 0.5 /* seconds without a word */
#define INTERVAL 1.0 /* seconds between two lines */

static double now(void) {
    struct timespec t;

    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void demo_progress_begin(demo_progress *progress, const char *what) {
    *progress = (demo_progress){.what = what, .start = now()};
}

void demo_progress_tick(demo_progress *progress, double done) {
    double time;

    if (!progress)
        return;
    time = now();
    if (time - progress->start < PATIENCE ||
        (progress->visible && time - progress->spoken < INTERVAL))
        return;
    fprintf(stderr, "trireme-demo: %s: %.0f %%\n", progress->what, 100.0 * done);
    progress->spoken = time;
    progress->visible = true;
}

void demo_progress_end(demo_progress *progress) {
    double took = now() - progress->start;

    if (progress->visible || took >= PATIENCE)
        fprintf(stderr, "trireme-demo: %s: done, %.1f s\n", progress->what, took);
}
