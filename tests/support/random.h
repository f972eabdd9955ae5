/* A small pseudo-random generator (a Weyl sequence through a mixing function): the same numbers for
 * the same seed, on every platform. */
#ifndef TRIREME_TESTS_RANDOM_H
#define TRIREME_TESTS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct random_state {
    uint64_t sequence;
} random_state;

static inline uint64_t random_next(random_state *state) {
    state->sequence += UINT64_C(0xd1342543de82ef95);
    uint64_t mixed = state->sequence;
    mixed = (mixed ^ (mixed >> 32)) * UINT64_C(0xdaba0b6eb09322e3);
    mixed = (mixed ^ (mixed >> 32)) * UINT64_C(0xdaba0b6eb09322e3);
    return mixed ^ (mixed >> 32);
}

/* 0 to bound - 1. */
static inline size_t random_below(random_state *state, size_t bound) {
    return (size_t)(random_next(state) % bound);
}

#endif
