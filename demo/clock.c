#if defined(__unix__)
#define _POSIX_C_SOURCE 200809L
#endif
#include "clock.h"

#include <time.h>

#define LONGEST_STEP 0.1 /* a window dragged or stopped must not make the animation leap */

double demo_now(void) {
    struct timespec now;

#ifdef CLOCK_MONOTONIC
    clock_gettime(CLOCK_MONOTONIC, &now);
#else
    timespec_get(&now, TIME_UTC);
#endif
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double frame_of(double rate) {
    return 1.0 / (rate > 0 ? rate : 60.0);
}

void demo_clock_start(demo_clock *clock, demo_clock_mode mode, double start, double rate) {
    *clock =
        (demo_clock){.mode = mode, .start = start, .frame = frame_of(rate), .wall = demo_now()};
    clock->tick = (demo_tick){.time = start, .step = clock->frame};
}

void demo_clock_set_rate(demo_clock *clock, double rate) {
    clock->frame = frame_of(rate);
    clock->start = clock->tick.time;
    clock->since = clock->tick.frame;
    clock->tick.step = clock->frame;
}

void demo_clock_next(demo_clock *clock) {
    double now = demo_now();
    double step = now - clock->wall;

    clock->wall = now;
    clock->tick.frame++;
    if (clock->mode == DEMO_CLOCK_WALL)
        clock->tick.step = step < LONGEST_STEP ? step : LONGEST_STEP;
    if (clock->tick.paused || clock->mode == DEMO_CLOCK_FIXED)
        return;
    if (clock->mode == DEMO_CLOCK_FRAMES)
        clock->tick.time = clock->start + (double)(clock->tick.frame - clock->since) * clock->frame;
    else
        clock->tick.time += clock->tick.step;
}
