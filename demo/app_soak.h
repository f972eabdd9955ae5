/* --soak: edit-lab for minutes or days, with another number of points every few frames, and in all
 * placements in turn. Every frame is verified, and memory must not grow. */
#ifndef DEMO_APP_SOAK_H
#define DEMO_APP_SOAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes. The first part of a run warms up: drivers and allocators keep what they once needed. Its
 * most is what the least of the last part is held against, for sizes go up and down. */
typedef struct demo_soak_memory {
    uint64_t warm;    /* the most of the warm-up */
    uint64_t last;    /* the least of the last part; 0: not there yet */
    uint64_t largest; /* of all */
} demo_soak_memory;

typedef struct demo_soak {
    uint64_t random;
    size_t points; /* the most */
    double start;
    double spoken;   /* when the last line was printed, seconds from the start */
    uint64_t change; /* the frame of the next one */
    uint64_t resizes;
    uint64_t moves; /* to another placement */
    demo_soak_memory resident;
    demo_soak_memory gpu; /* that the scene's device holds */
} demo_soak;

typedef struct demo_app demo_app;

/* Once the scene is open; its points are the most that there will be. */
void demo_soak_start(demo_app *app);

/* Before each frame: changes the scene when it is time, and ends the run when it is over. False
 * after a failure, which has been reported. */
bool demo_soak_step(demo_app *app);

/* Prints the summary. False if memory has grown. */
bool demo_soak_conclude(const demo_app *app);

#endif
