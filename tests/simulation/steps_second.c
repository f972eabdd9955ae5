/* Steps: a second context with a device of its own. A buffer belongs to one device at a time. */
#include "simulation/sim_kinds.h"

#define NUMBER(s) ((unsigned long)((s)-world->subjects))

static sim_context *other(sim_world *world) {
    return world->here == world->contexts ? world->contexts + 1 : world->contexts;
}

void sim_step_switch(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    sim_note(world, "the other context");
    sim_go(world, other(world));
}

/* Detached here and shown there, or the other way round; the frames of both may be open. */
void sim_step_move(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->buffer == NULL || s->home == NULL || s->home->lost) {
        return;
    }
    sim_go(world, s->home);
    sim_note(world, "move #%lu to the other device", NUMBER(s));
    if (step->a % 2 == 0) {
        sim_draw_held(world, s, false);
    }
    sim_enter(world);
    const trm_result result = trm_device_detach(world->here->device, s->buffer);
    sim_leave_buffer(world, "detach", result, SIM_OK, 0);
    sim_detached(s);
    sim_go(world, other(world));
    sim_acquire(world, s, step->b % 4 == 0);
    if (step->b % 3 == 0) {
        sim_draw_held(world, s, false);
    }
}

/* --- What a device says of another one's buffer */

static trm_result ask_for_pieces(sim_world *world, sim_subject *s, uint32_t which, bool *left) {
    trm_device *device = world->here->device;
    trm_buffer_info info;
    trm_read *read = NULL;
    void *pointer = NULL;
    trm_result result;
    switch (which) {
    case 0:
        result = trm_device_detach(device, s->buffer);
        break;
    case 1:
        result = trm_device_write_end(device, s->buffer, 0);
        break;
    case 2:
        result = trm_device_read_begin(device, s->buffer, 0, TRM_WHOLE, &read);
        break;
    case 3:
        result = trm_device_write_begin(device, s->buffer, 0, TRM_WHOLE, &pointer);
        break;
    default:
        result = trm_device_buffer_info(device, s->buffer, &info);
        *left = info.region_count != 0;
    }
    *left |= read != NULL || pointer != NULL;
    return result;
}

static trm_result ask_for_spans(sim_world *world, sim_subject *s, uint32_t which, bool *left) {
    trm_device *device = world->here->device;
    trm_gl_span span = {.object = 1};
    size_t offset = 0;
    trm_result result;
    switch (which) {
    case 0:
        return trm_device_attach(device, s->buffer);
    case 1:
        result = trm_gl_acquire(device, s->buffer, &span);
        *left = span.object != 0;
        return result;
    case 2:
        result = trm_gl_try_acquire(device, s->buffer, &span);
        *left = span.object != 0;
        return result;
    case 3:
        return trm_gl_bind_uniform(device, 0, s->buffer);
    case 4:
        return trm_gl_bind_storage(device, 0, s->buffer);
    case 5:
        return trm_gl_bind_vertex(device, 1, 0, s->buffer);
    default:
        result = trm_gl_bind_index(device, 1, s->buffer, &offset);
        *left = offset != 0;
        return result;
    }
}

/* Bound for what it was not declared for, whoever has it. */
static bool is_misused(const sim_subject *s, uint32_t which) {
    static const uint32_t uses[] = {
        TRM_USAGE_UNIFORM, TRM_USAGE_STORAGE, TRM_USAGE_VERTEX, TRM_USAGE_INDEX};
    return which >= 3 && which < 7 && s->usage != 0 && (s->usage & uses[which - 3]) == 0;
}

void sim_step_foreign(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->buffer == NULL || s->home == NULL) {
        return;
    }
    if (!sim_is_away(world, s)) {
        sim_go(world, other(world));
    }
    if (world->here->device == NULL || world->here->lost) {
        return;
    }
    const uint32_t which = step->a % 12;
    const bool pending = trm_buffer_pending(s->buffer);
    const uint64_t calls = strict_gpu_calls(world->here->gpu, NULL);
    bool left = false;
    sim_note(world, "call %u with #%lu, which the other device has", (unsigned)which, NUMBER(s));
    sim_enter(world);
    const trm_result result = which < 7 ? ask_for_spans(world, s, which, &left)
                                        : ask_for_pieces(world, s, which - 7, &left);
    /* A write asks first whether there is CPU data, or a write already. */
    const unsigned state = SIM_MAY(TRM_ERROR_STATE), attached = SIM_MAY(TRM_ERROR_ATTACHED);
    const unsigned misused = SIM_MAY(TRM_ERROR_INVALID_ARGUMENT);
    const unsigned code = is_misused(s, which) ? misused
                          : which < 7          ? attached
                          : which == 10        ? attached | state
                                               : state;
    sim_leave(world, "a call with another device's buffer", result, code, 0);
    if (left || trm_buffer_pending(s->buffer) != pending ||
        strict_gpu_calls(world->here->gpu, NULL) != calls) {
        sim_fail(world, "a call with another device's buffer did something");
    }
}
