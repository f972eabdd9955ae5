/* An allocator that counts, checks the sizes it gets back, and can refuse. */
#ifndef TRIREME_TESTS_SIM_MEMORY_H
#define TRIREME_TESTS_SIM_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <trireme/base.h>

typedef struct sim_memory {
    _Atomic uint64_t allocations; /* asked for */
    _Atomic uint64_t refused;
    _Atomic uint64_t live_nbytes;
    _Atomic uint64_t fail_at; /* number of the allocation to refuse; 0: none */
    atomic_bool corrupt;      /* something came back with another size */
} sim_memory;

trm_allocator sim_memory_allocator(sim_memory *memory);

#endif
