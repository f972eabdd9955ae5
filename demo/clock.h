/* Wall time, and the time of the animation. */
#ifndef DEMO_CLOCK_H
#define DEMO_CLOCK_H

#include "scene.h"

double demo_now(void); /* seconds, of no particular start */

typedef enum demo_clock_mode {
    DEMO_CLOCK_WALL,   /* as time goes by */
    DEMO_CLOCK_FRAMES, /* frame / 60 s */
    DEMO_CLOCK_FIXED   /* stands at `start` */
} demo_clock_mode;

typedef struct demo_clock {
    demo_clock_mode mode;
    double start;
    double wall; /* when the last frame began */
    demo_tick tick;
} demo_clock;

void demo_clock_start(demo_clock *clock, demo_clock_mode mode, double start);
void demo_clock_next(demo_clock *clock); /* after each frame */

#endif
