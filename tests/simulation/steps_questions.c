/* Steps: questions and mistakes. */
#include <string.h>

#include "simulation/sim_kinds.h"

#define NUMBER(s) ((unsigned long)((s)-world->subjects))

/* --- Questions */

static void check_sizes(sim_world *world, const sim_subject *s) {
    trm_view view;
    if (trm_buffer_nitems(s->buffer) != s->nitems ||
        trm_buffer_nbytes(s->buffer) != sim_nbytes(s) ||
        trm_buffer_itemsize(s->buffer) != s->itemsize || trm_buffer_data(s->buffer) != s->array) {
        sim_fail(world, "#%lu has forgotten its size", NUMBER(s));
    }
    if (strcmp(trm_buffer_label(s->buffer), s->label != NULL ? s->label : "") != 0 ||
        trm_buffer_placement(s->buffer) != s->placement ||
        (trm_buffer_usage(s->buffer) & s->usage) != s->usage ||
        (trm_buffer_format(s->buffer) != NULL) != (sim_format_name(s) != NULL)) {
        sim_fail(world, "#%lu has forgotten what it is for", NUMBER(s));
    }
    if (trm_buffer_view(s->buffer, &view) != TRM_OK || view.data != s->array ||
        view.stride != s->stride) {
        sim_fail(world, "#%lu has another view", NUMBER(s));
    }
}

static void check_info(sim_world *world, const sim_subject *s) {
    trm_buffer_info info;
    trm_stats stats;
    const trm_result result = trm_device_buffer_info(world->here->device, s->buffer, &info);
    if ((result == TRM_OK) != (s->home == world->here)) {
        sim_fail(world, "buffer_info: %s", trm_result_string(result));
    }
    if (result == TRM_OK && !s->unsure && !s->torn && info.content_lost != s->content_lost) {
        sim_fail(world, "#%lu has %slost content", NUMBER(s), info.content_lost ? "" : "not ");
    }
    trm_device_stats(world->here->device, &stats);
    uint64_t attached = 0;
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        attached += world->subjects[i].home == world->here;
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
    if (world->here->device != NULL && !world->here->lost) {
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
        return trm_gl_acquire(world->here->device, NULL, &span);
    case 7:
        *code = s->has_data ? TRM_OK : TRM_ERROR_STATE;
        return trm_buffer_update_range(buffer, s->nitems, TRM_WHOLE);
    default:
        return trm_gl_acquire(NULL, buffer, &span);
    }
}

/* While an in-place write is open. */
static trm_result make_write_mistake(
    sim_world *world, sim_subject *s, uint32_t which, trm_result *code) {
    trm_device *device = world->here->device;
    void *pointer = NULL;
    *code = TRM_ERROR_STATE;
    switch (which) {
    case 0:
        return trm_device_end_frame(device);
    case 1:
        return trm_buffer_resize(s->buffer, NULL, sim_nbytes(s), 0);
    case 2:
        *code = TRM_ERROR_OUT_OF_RANGE;
        return trm_device_write_end(device, s->buffer, s->write.count + 1);
    case 3:
        if (s->placement == TRM_PLACEMENT_MAPPED && s->write.count > 1) {
            return trm_device_write_end(device, s->buffer, s->write.count - 1);
        }
        *code = TRM_ERROR_INVALID_ARGUMENT;
        return trm_device_write_end(device, NULL, 0);
    default:
        return trm_device_write_begin(device, s->buffer, 0, TRM_WHOLE, &pointer);
    }
}

void sim_step_mistake(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_result code;
    const bool open = s->write.pointer != NULL;
    if (s->buffer == NULL || (open && (s->home != world->here || world->here->lost))) {
        return;
    }
    const bool pending = trm_buffer_pending(s->buffer);
    sim_note(world, "mistake %u with #%lu", (unsigned)(step->a % 9), NUMBER(s));
    sim_enter(world);
    world->watch.deaf = step->a % 9 == 8 || world->here->device == NULL;
    const trm_result result = open ? make_write_mistake(world, s, step->a % 5, &code)
                                   : make_mistake(world, s, step->a % 9, &code);
    sim_leave_buffer(world, "a mistake", result, SIM_MAY(code), 0);
    if (trm_buffer_pending(s->buffer) != pending) {
        sim_fail(world, "a mistake left a mark");
    }
    check_sizes(world, s);
}
