/* Steps: the GPU at its own pace, faults, losses. */
#include "simulation/sim_kinds.h"

#define NUMBER(s) ((unsigned long)((s)-world->subjects))

void sim_step_swap(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    sim_note(world, "swap");
    sim_gl()->Flush();
}

void sim_step_gpu_step(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (!world->here->stalled && !world->here->lost) {
        sim_note(world, "the GPU executes %u commands", (unsigned)(step->a % 16));
        strict_gpu_step(world->here->gpu, step->a % 16);
    }
}

void sim_step_gpu_fences(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (!world->here->stalled && !world->here->lost) {
        sim_note(world, "the GPU passes %u fences", (unsigned)(1 + step->a % 3));
        strict_gpu_step_fences(world->here->gpu, 1 + step->a % 3);
    }
}

void sim_step_stall(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    if (!world->here->stalled && !world->here->lost) {
        sim_note(world, "the GPU hangs");
        strict_gpu_set_policy(world->here->gpu, STRICT_MANUAL);
        world->here->stalled = true;
    }
}

void sim_step_resume(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    if (world->here->stalled) {
        sim_note(world, "the GPU goes on");
        strict_gpu_set_policy(world->here->gpu, world->setup.policy);
        world->here->stalled = false;
    }
}

/* In a call of GL to come, the subject is edited as if by another thread. */
void sim_step_interrupt(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->buffer != NULL && s->has_data && world->interrupt.left == 0) {
        world->interrupt = (sim_interrupt){1 + step->a % 6, NUMBER(s), step->c};
        sim_note(world, "another thread edits #%lu in call %u from here", NUMBER(s),
            (unsigned)world->interrupt.left);
    }
}

/* --- Faults */

/* What real drivers do. */
static const struct {
    const char *name;
    strict_failure way;
} failures[] = {
    {"glCreateBuffers", STRICT_FAIL_OUT_OF_MEMORY},
    {"glNamedBufferStorage", STRICT_FAIL_OUT_OF_MEMORY},
    {"glMapNamedBufferRange", STRICT_FAIL_OUT_OF_MEMORY},
    {"glMapNamedBufferRange", STRICT_FAIL_QUIETLY},
    {"glFenceSync", STRICT_FAIL_OUT_OF_MEMORY},
    {"glFenceSync", STRICT_FAIL_QUIETLY},
    {"glClientWaitSync", STRICT_FAIL_WAIT},
    {"glClientWaitSync", STRICT_FAIL_TIMEOUT},
    {"glCompileShader", STRICT_FAIL_BUILD},
};
#define FAILURES ((uint32_t)(sizeof failures / sizeof failures[0]))

void sim_step_fail_call(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (world->fault_left == 0 && world->plan.nth_call == 0) {
        world->fault_left = 1 + step->a % 4;
        world->fault_name = failures[step->b % FAILURES].name;
        world->fault_way = failures[step->b % FAILURES].way;
        sim_note(world, "call %lu of %s from here will fail, way 0x%x",
            (unsigned long)world->fault_left, world->fault_name, (unsigned)world->fault_way);
    }
}

void sim_step_fail_memory(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (world->plan.nth_allocation == 0) {
        const uint64_t now = atomic_load(&world->memory.allocations);
        atomic_store(&world->memory.fail_at, now + 1 + step->a % 8);
        sim_note(world, "allocation %u from here will fail", (unsigned)(1 + step->a % 8));
    }
}

void sim_step_lose(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (world->here->lost || world->here->device == NULL) {
        return;
    }
    if (step->a % 4 == 0 && !world->planned) {
        sim_note(world, "the context is lost in a call to come");
        world->fault_left = 1 + step->b % 16;
        world->fault_name = NULL;
        world->fault_way = STRICT_FAIL_CONTEXT_LOST;
    } else if (step->a % 4 == 1) {
        sim_note(world, "the program says that the context is lost");
        strict_gpu_lose(world->here->gpu, GL_UNKNOWN_CONTEXT_RESET);
        trm_device_lost(world->here->device);
        world->here->lost = world->here->told = true;
    } else {
        sim_note(world, "the context is lost");
        strict_gpu_lose(world->here->gpu, GL_INNOCENT_CONTEXT_RESET);
        world->here->lost = true;
    }
}

void sim_step_renew(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    sim_note(world, "a new device%s", world->here->lost ? " in a new context" : "");
    sim_renew(world);
}

void sim_step_restore(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (world->here->device == NULL) {
        return;
    }
    sim_note(world, "restore the device");
    if (world->here->lost) {
        sim_restore(world, step->a % 2 == 0);
    } else {
        sim_restore_in_vain(world);
    }
}
