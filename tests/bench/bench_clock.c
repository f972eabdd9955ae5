#define _POSIX_C_SOURCE 200809L

#include "bench.h"

#include <time.h>

static double read_us(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

double bench_now_us(void) {
    return read_us(CLOCK_MONOTONIC);
}

double bench_thread_us(void) {
    return read_us(CLOCK_THREAD_CPUTIME_ID);
}
