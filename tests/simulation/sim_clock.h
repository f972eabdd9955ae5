#ifndef TRIREME_TESTS_SIM_CLOCK_H
#define TRIREME_TESTS_SIM_CLOCK_H

#include "support/strict_gpu.h"

/* Whose time it is from now on; NULL: nobody's. */
void sim_clock_follow(const strict_gpu *gpu);

#endif
