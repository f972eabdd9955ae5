/* Every failure once: the programs of some seeds, with the n-th allocation and the n-th call of GL
 * failing, for every n, in every way that the call can fail. The interpreter asks for the rest: the
 * documented code, nothing lost, nothing leaked, and a program that goes on. */
#include "simulation/sim.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST_CALLS 65536

typedef struct tally {
    uint64_t runs, missed;
} tally;

static bool run_with(const sim_program *program, const sim_fault *fault, const char *what,
    uint64_t seed, tally *sum) {
    sim_report report;
    sim_run(program, fault, false, &report);
    sum->runs++;
    sum->missed += !report.hit;
    if (report.failed) {
        printf("seed %lu, %lu steps, %s %lu, way 0x%x: step %lu: %s\n", (unsigned long)seed,
            (unsigned long)program->count, what,
            (unsigned long)(fault->nth_call + fault->nth_allocation), (unsigned)fault->way,
            (unsigned long)report.step, report.text);
        sim_run(program, fault, true, &report);
        return false;
    }
    return true;
}

static bool fail_allocations(
    const sim_program *program, const sim_report *plain, uint64_t seed, tally *sum) {
    bool fine = true;
    for (uint64_t n = 1; n <= plain->allocations && fine; n++) {
        fine = run_with(program, &(sim_fault){.nth_allocation = n}, "allocation", seed, sum);
    }
    return fine;
}

static bool fail_calls(
    const sim_program *program, const char *const *names, size_t count, uint64_t seed, tally *sum) {
    bool fine = true;
    for (size_t i = 0; i < count && fine; i++) {
        const unsigned ways = strict_gpu_failures_of(names[i]);
        for (unsigned way = 1; way <= STRICT_FAIL_CONTEXT_LOST && fine; way <<= 1) {
            if ((ways & way) != 0) {
                const sim_fault fault = {.nth_call = i + 1, .way = (strict_failure)way};
                fine = run_with(program, &fault, names[i], seed, sum);
            }
        }
    }
    return fine;
}

static bool fail_seed(uint64_t seed, size_t steps, tally *allocations, tally *calls) {
    static const char *names[MOST_CALLS];
    const sim_fault record = {.names = names, .capacity = MOST_CALLS};
    sim_program program;
    sim_report plain;
    sim_setup_generate(&program.setup, seed, (int)(seed % 2));
    program.setup.with_faults = false; /* one is enough */
    program.setup.with_loss = seed % 4 == 0;
    sim_generate_steps(&program, steps);
    sim_run(&program, &record, false, &plain);
    if (plain.failed) {
        printf("seed %lu fails by itself: %s\n", (unsigned long)seed, plain.text);
    }
    const size_t count = plain.gl_calls < MOST_CALLS ? (size_t)plain.gl_calls : MOST_CALLS;
    const bool fine = !plain.failed && fail_allocations(&program, &plain, seed, allocations) &&
                      fail_calls(&program, names, count, seed, calls);
    sim_program_free(&program);
    return fine;
}

int sim_every_failure(uint64_t seeds, size_t steps) {
    tally allocations = {0}, calls = {0};
    bool fine = true;
    for (uint64_t seed = 1; seed <= seeds && fine; seed++) {
        fine = fail_seed(seed, steps, &allocations, &calls);
    }
    printf("%lu programs of %lu steps: %lu allocations failed (%lu not reached), %lu calls failed "
           "(%lu not reached)\n",
        (unsigned long)seeds, (unsigned long)steps, (unsigned long)allocations.runs,
        (unsigned long)allocations.missed, (unsigned long)calls.runs, (unsigned long)calls.missed);
    return fine ? 0 : 1;
}
