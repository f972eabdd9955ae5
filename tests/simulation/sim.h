/* The simulation: programs of random steps over the whole public API, executed on the strict GPU
 * and held against a plain model.
 *
 * A program is a setup (what kind of GPU, device and trouble) and a list of steps, both made from a
 * seed (sim_generate.c) or from a fuzzer's bytes. A step is plain numbers: its row in the table of
 * kinds (sim_kinds.c) says what they mean at the moment of execution. A step that cannot apply does
 * nothing; so any part of a program is a program, and dropping steps shrinks it (sim_shrink.c).
 *
 * A new kind of step is a row in sim_kinds.h and a function of the steps_*.c.
 */
#ifndef TRIREME_TESTS_SIM_H
#define TRIREME_TESTS_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <trireme/gl.h>

#include "support/random.h"
#include "support/strict_gpu.h"

/* What overtakes storage readers, on a driver that the device is told of. */
typedef enum sim_overtaking { SIM_NOTHING_OVERTAKES, SIM_COPIES, SIM_UPDATES } sim_overtaking;

/* The setup's choices, each a small number that sim_setup_describe puts in words. */
typedef struct sim_setup {
    uint64_t seed; /* of the strict GPU */
    strict_mode mode;
    strict_policy policy;
    strict_reorder reorder;
    unsigned progress;
    uint32_t regions;
    uint64_t staging_nbytes, budget_nbytes, memory_limit;
    trm_memory_kind memory_kind;
    trm_gl_scatter_mode scatter;
    bool no_flush, no_inline, no_pages, explicit_sync;
    sim_overtaking overtaking;
    bool no_robustness;
    size_t map_skew;
    int64_t max_storage; /* largest storage block, which is all that a dispatch can reach */
    bool dispatches;     /* a program of scattered edits, which are dispatched if anything is */
    bool small;          /* buffers of a fraction of the usual sizes: for many short programs */
    /* What the steps may bring. */
    bool with_faults, with_loss, with_stalls, with_second;
} sim_setup;

typedef struct sim_step {
    uint8_t kind;
    uint8_t subject;
    uint32_t a, b, c;
} sim_step;

typedef struct sim_program {
    sim_setup setup;
    sim_step *steps;
    size_t count;
} sim_program;

/* How a run went. */
typedef struct sim_report {
    bool failed;
    size_t step;       /* at which it failed; `count` for the end of the program */
    size_t applied;    /* steps that did something */
    uint64_t compared; /* draws */
    uint64_t errors;   /* calls that returned an error that they may return */
    /* Of the library, before the end of the program, which is without faults. */
    uint64_t gl_calls, allocations;
    bool hit; /* a planted fault was reached */
    char text[512];
} sim_report;

/* A single fault, counted from the first call of the library, beside those of the steps. */
typedef struct sim_fault {
    uint64_t nth_allocation; /* 0: none */
    uint64_t nth_call;       /* 0: none */
    strict_failure way;
    const char **names; /* receives the names of the first `capacity` calls; NULL: no */
    size_t capacity;
} sim_fault;

/* --- sim_generate.c */

/* The setup and `count` steps of a seed. `mode` below 0: the seed's. */
void sim_generate(sim_program *out, uint64_t seed, size_t count, int mode);
/* The steps alone, for a setup that was changed since. */
void sim_generate_steps(sim_program *out, size_t count);
void sim_setup_generate(sim_setup *out, uint64_t seed, int mode);
void sim_program_free(sim_program *program);

/* --- sim_run.c */

/* Executes a program; `trace` prints each step as it is done. `fault` may be NULL. */
void sim_run(const sim_program *program, const sim_fault *fault, bool trace, sim_report *out);

/* --- sim_shrink.c */

/* Drops steps as long as the program still fails. kept[i] says what is left of the original. */
void sim_shrink(sim_program *program, size_t *kept);

/* --- sim_kinds.c */

size_t sim_kind_count(void);
const char *sim_kind_name(size_t kind);
unsigned sim_kind_weight(size_t kind, const sim_setup *setup);
void sim_setup_print(const sim_setup *setup);

/* --- sim_faults.c and sim_threads.c: the other instruments. The program's exit status. */

int sim_every_failure(uint64_t seeds, size_t steps);
int sim_threads(uint64_t seed, size_t rounds);

#endif
