/* Steps: the GPU at its own pace, faults, losses; questions and mistakes. */
#include <string.h>

#include "simulation/sim_kinds.h"

#define NUMBER(s) ((unsigned long)((s)-world->subjects))

void sim_step_swap(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    sim_note(world, "swap");
    sim_gl()->Flush();
}

void sim_step_gpu_step(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (!world->stalled && !world->lost) {
        sim_note(world, "the GPU executes %u commands", (unsigned)(step->a % 16));
        strict_gpu_step(world->gpu, step->a % 16);
    }
}

void sim_step_gpu_fences(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (!world->stalled && !world->lost) {
        sim_note(world, "the GPU passes %u fences", (unsigned)(1 + step->a % 3));
        strict_gpu_step_fences(world->gpu, 1 + step->a % 3);
    }
}

void sim_step_stall(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    if (!world->stalled && !world->lost) {
        sim_note(world, "the GPU hangs");
        strict_gpu_set_policy(world->gpu, STRICT_MANUAL);
        world->stalled = true;
    }
}

void sim_step_resume(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    if (world->stalled) {
        sim_note(world, "the GPU goes on");
        strict_gpu_set_policy(world->gpu, world->setup.policy);
        world->stalled = false;
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
    if (world->lost || world->device == NULL) {
        return;
    }
    if (step->a % 4 == 0) {
        sim_note(world, "the context is lost in a call to come");
        world->fault_left = 1 + step->b % 16;
        world->fault_name = NULL;
        world->fault_way = STRICT_FAIL_CONTEXT_LOST;
    } else if (step->a % 4 == 1) {
        sim_note(world, "the program says that the context is lost");
        strict_gpu_lose(world->gpu, GL_UNKNOWN_CONTEXT_RESET);
        trm_device_lost(world->device);
        world->lost = world->told = true;
    } else {
        sim_note(world, "the context is lost");
        strict_gpu_lose(world->gpu, GL_INNOCENT_CONTEXT_RESET);
        world->lost = true;
    }
}

void sim_step_renew(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    sim_note(world, "a new device%s", world->lost ? " in a new context" : "");
    sim_renew(world);
}

/* --- Questions */

static void check_sizes(sim_world *world, const sim_subject *s) {
    trm_view view;
    if (trm_buffer_nitems(s->buffer) != s->nitems ||
        trm_buffer_nbytes(s->buffer) != sim_nbytes(s) ||
        trm_buffer_itemsize(s->buffer) != s->itemsize || trm_buffer_data(s->buffer) != s->array) {
        sim_fail(world, "#%lu has forgotten its size", NUMBER(s));
    }
    if (trm_buffer_view(s->buffer, &view) != TRM_OK || view.data != s->array ||
        view.stride != s->stride) {
        sim_fail(world, "#%lu has another view", NUMBER(s));
    }
}

static void check_info(sim_world *world, const sim_subject *s) {
    trm_buffer_info info;
    trm_stats stats;
    const trm_result result = trm_device_buffer_info(world->device, s->buffer, &info);
    if ((result == TRM_OK) != s->attached) {
        sim_fail(world, "buffer_info: %s", trm_result_string(result));
    }
    trm_device_stats(world->device, &stats);
    uint64_t attached = 0;
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        attached += world->subjects[i].attached;
    }
    if (stats.buffers != attached) {
        sim_fail(world, "%lu buffers are attached, not %lu", (unsigned long)stats.buffers,
            (unsigned long)attached);
    }
    const uint64_t held = stats.mapped_nbytes + stats.device_nbytes + stats.staging_nbytes;
    if (world->setup.budget_nbytes > 0 && held > world->setup.budget_nbytes) {
        sim_fail(world, "%lu bytes are held, beyond the budget", (unsigned long)held);
    }
    if (stats.retired_nbytes > held) {
        sim_fail(world, "%lu bytes are retired, of %lu", (unsigned long)stats.retired_nbytes,
            (unsigned long)held);
    }
}

void sim_step_query(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)step;
    if (s->buffer == NULL) {
        return;
    }
    sim_note(world, "ask #%lu", NUMBER(s));
    check_sizes(world, s);
    if (world->device != NULL && !world->lost) {
        check_info(world, s);
    }
}

/* --- Mistakes: each has its code, and changes nothing. */

static trm_result make_mistake(sim_world *world, sim_subject *s, uint32_t which, trm_result *code) {
    static const unsigned char bytes[4];
    const uint32_t index = (uint32_t)s->nitems;
    trm_buffer *buffer = s->buffer;
    trm_gl_span span;
    *code = TRM_ERROR_INVALID_ARGUMENT;
    switch (which) {
    case 0:
        *code = s->has_data ? TRM_ERROR_OUT_OF_RANGE : TRM_ERROR_STATE;
        return trm_buffer_update_indices(buffer, &index, 1);
    case 1:
        *code = s->has_data ? TRM_ERROR_STATE : TRM_ERROR_OUT_OF_RANGE;
        return trm_buffer_send_data(buffer, s->nitems, bytes, 1);
    case 2:
        *code = s->has_data ? TRM_ERROR_INVALID_ARGUMENT : TRM_ERROR_STATE;
        return trm_buffer_set_data(buffer, bytes, sim_nbytes(s) + 1, 0);
    case 3:
        *code = s->has_data ? TRM_ERROR_STATE : TRM_ERROR_STATE;
        return trm_buffer_resize(buffer, s->has_data ? NULL : bytes, sim_nbytes(s), 0);
    case 4:
        return s->has_data ? trm_buffer_set_data(buffer, bytes, sim_nbytes(s), s->itemsize - 1)
                           : trm_buffer_send_data(buffer, 0, NULL, 1);
    case 5:
        return trm_buffer_resize(buffer, s->array, 0, 0);
    case 6:
        return trm_gl_acquire(world->device, NULL, &span);
    case 7:
        *code = s->has_data ? TRM_OK : TRM_ERROR_STATE;
        return trm_buffer_update_range(buffer, s->nitems, TRM_WHOLE);
    default:
        return trm_gl_acquire(NULL, buffer, &span);
    }
}

void sim_step_mistake(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_result code;
    if (s->buffer == NULL || s->write.pointer != NULL) { /* which is a mistake of its own */
        return;
    }
    const bool pending = trm_buffer_pending(s->buffer);
    sim_note(world, "mistake %u with #%lu", (unsigned)(step->a % 9), NUMBER(s));
    sim_enter(world);
    const trm_result result = make_mistake(world, s, step->a % 9, &code);
    sim_leave_buffer(world, "a mistake", result, SIM_MAY(code), 0);
    if (trm_buffer_pending(s->buffer) != pending) {
        sim_fail(world, "a mistake left a mark");
    }
    check_sizes(world, s);
}
