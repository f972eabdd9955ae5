/* Wall time, and the time of the animation. */
#ifndef DEMO_CLOCK_H
#define DEMO_CLOCK_H

#include "scene.h"

double demo_now(void); /* seconds, of no particular start */

typedef enum demo_clock_mode {
    DEMO_CLOCK_WALL,   /* as time goes by */
    DEMO_CLOCK_FRAMES, /* the same from frame to frame */
    DEMO_CLOCK_FIXED   /* stands at `start` */
} demo_clock_mode;

typedef struct demo_clock {
    demo_clock_mode mode;
    double start; /* of the animation, in frame `since` */
    double frame; /* seconds */
    uint64_t since;
    double wall; /* when the last frame began */
    demo_tick tick;
} demo_clock;

/* `rate`: frames a second; 0: 60. */
void demo_clock_start(demo_clock *clock, demo_clock_mode mode, double start, double rate);
void demo_clock_set_rate(demo_clock *clock, double rate); /* from this frame on */
void demo_clock_next(demo_clock *clock);                  /* after each frame */

#endif
