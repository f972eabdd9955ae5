/* The interpreter. */
#include <stdio.h>
#include <stdlib.h>

#include "simulation/sim_kinds.h"

/* A program notices after a while that its context is gone. */
#define PATIENCE 12

static void do_step(sim_world *world, const sim_step *step) {
    world->noted = false;
    sim_execute(world, step);
    world->report->applied += world->noted;
    if (world->report->failed) {
        return;
    }
    if (world->here->lost && ++world->here->lost_for > PATIENCE) {
        (step->b % 3 == 0 ? sim_renew(world) : sim_restore(world, step->b % 2 == 0));
    }
    sim_check_draws(world, false);
    for (size_t i = 0; i < SIM_CONTEXTS; i++) {
        const strict_gpu *gpu = world->contexts[i].gpu;
        if (gpu != NULL && strict_gpu_violations(gpu) > 0) {
            sim_fail(world, "%s", strict_gpu_violation(gpu, 0));
        }
    }
}

void sim_run(const sim_program *program, const sim_fault *fault, bool trace, sim_report *out) {
    sim_world *world = calloc(1, sizeof *world);
    if (world == NULL) {
        abort();
    }
    *out = (sim_report){0};
    world->report = out;
    world->trace = trace;
    if (trace) {
        sim_setup_print(&program->setup);
    }
    sim_world_open(world, program, fault);
    for (world->step = 0; world->step < program->count && !out->failed; world->step++) {
        do_step(world, &program->steps[world->step]);
    }
    if (!out->failed) {
        sim_world_close(world);
    }
    sim_world_drop(world);
    free(world);
}
