/* Around every call of the library: the fault that may hit it, and whether the result is one that
 * the documentation allows. */
#include "simulation/sim_world.h"

#include <stdio.h>

void sim_enter(sim_world *world) {
    world->failed_before = strict_gpu_failed(world->here->gpu);
    world->refused_before = atomic_load(&world->memory.refused);
    world->calls_before = strict_gpu_calls(world->here->gpu, NULL);
    world->named_before = strict_gpu_calls(world->here->gpu, world->fault_name);
    if (world->fault_left > 0 && !world->here->lost) {
        strict_gpu_fail(
            world->here->gpu, world->fault_name, world->fault_left, false, world->fault_way);
    }
    sim_interrupt_begin(world);
    sim_watch_enter(&world->watch, world->here->device);
}

/* Keeps the names of the first calls, for whoever wants to make each of them fail. */
static void record_names(sim_world *world, uint64_t made) {
    for (uint64_t i = 0; i < made && world->plan.names != NULL; i++) {
        const uint64_t number = world->calls_made + i;
        if (number < world->plan.capacity) {
            world->plan.names[number] =
                strict_gpu_call_name(world->here->gpu, world->calls_before + i + 1);
        }
    }
}

static void settle_fault(sim_world *world) {
    const uint64_t made = strict_gpu_calls(world->here->gpu, NULL) - world->calls_before;
    const bool failed = strict_gpu_failed(world->here->gpu) > world->failed_before;
    const bool refused = atomic_load(&world->memory.refused) > world->refused_before;
    record_names(world, made);
    world->calls_made += made;
    world->fault_fired = failed || refused;
    world->report->hit |= world->fault_fired;
    if (failed) {
        world->fault_left = 0;
    } else if (world->fault_left > 0) {
        const uint64_t passed =
            strict_gpu_calls(world->here->gpu, world->fault_name) - world->named_before;
        const bool missed = world->fault_left <= passed; /* on a lost context nothing fails */
        world->fault_left = !missed                     ? world->fault_left - passed
                            : world->plan.nth_call != 0 ? 0
                                                        : 1;
    }
    strict_gpu_fail_nothing(world->here->gpu);
    if (strict_gpu_is_lost(world->here->gpu)) {
        world->here->lost = true;
    }
}

static bool check_result(
    sim_world *world, const char *call, trm_result result, unsigned allowed, unsigned excused) {
    if (world->fault_fired) {
        allowed |= excused;
    }
    if ((SIM_MAY(result) & allowed) == 0) {
        sim_fail(world, "%s: %s is not to be expected here", call, trm_result_string(result));
        return false;
    }
    sim_watch_leave(world, call, result);
    world->report->errors += result < 0;
    return true;
}

static void settle(sim_world *world, const char *call, trm_result result) {
    sim_interrupt_end();
    settle_fault(world);
    if (world->trace && result != TRM_OK) {
        printf("        %s: %s%s\n", call, trm_result_string(result),
            world->fault_fired ? " (a fault hit it)" : "");
    }
}

bool sim_leave_buffer(
    sim_world *world, const char *call, trm_result result, unsigned allowed, unsigned excused) {
    settle(world, call, result);
    return check_result(world, call, result, allowed, excused);
}

bool sim_leave(
    sim_world *world, const char *call, trm_result result, unsigned allowed, unsigned excused) {
    settle(world, call, result);
    if (world->here->told && result != TRM_ERROR_DEVICE_LOST) {
        sim_fail(
            world, "%s: %s from a device that said it was lost", call, trm_result_string(result));
        return false;
    }
    if (world->here->lost) {
        world->here->told |= result == TRM_ERROR_DEVICE_LOST;
        return false;
    }
    return check_result(world, call, result, allowed, excused);
}

unsigned sim_upload_errors(const sim_world *world) {
    const sim_setup *setup = &world->setup;
    unsigned errors = 0;
    if (setup->budget_nbytes > 0) {
        errors |= SIM_MAY(TRM_ERROR_BUDGET) | SIM_MAY(TRM_ERROR_OUT_OF_DEVICE_MEMORY) |
                  SIM_MAY(TRM_ERROR_FRAME_OPEN);
    }
    if (setup->memory_limit > 0) {
        errors |= SIM_MAY(TRM_ERROR_OUT_OF_DEVICE_MEMORY) | SIM_MAY(TRM_ERROR_FRAME_OPEN);
    }
    if (sim_any_write(world)) { /* which keep their part of the ring */
        errors |= SIM_MAY(TRM_ERROR_FRAME_OPEN);
    }
    if (world->here->stalled) {
        errors |= SIM_MAY(TRM_ERROR_TIMEOUT);
    }
    return errors;
}
