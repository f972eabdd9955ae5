/* The library's clock, by the strict GPU's time: a wait in vain takes no time, and a program does
 * the same each time it runs. Linked in place of src/core/clock.c. */
#include "simulation/sim_clock.h"

#include "core/clock.h"

static const strict_gpu *clock_gpu;
static _Atomic uint64_t looks;

void sim_clock_follow(const strict_gpu *gpu) {
    clock_gpu = gpu;
    looks = 0;
}

/* Every look takes a moment, so that nobody waits for ever. */
uint64_t trm_clock_ns(void) {
    looks += 100;
    return looks + (clock_gpu != NULL ? strict_gpu_now(clock_gpu) : 0);
}
