/* Steps: frames. */
#include <stdlib.h>
#include <string.h>

#include "simulation/sim_kinds.h"

#define NUMBER(s) ((unsigned long)((s)-world->subjects))

bool sim_is_usable(const sim_world *world, const sim_subject *s) {
    return world->here->device != NULL && s->buffer != NULL && !sim_is_away(world, s);
}

/* --- What is to be expected */

/* What the GPU writes cannot be mapped. */
static bool is_impossible(const sim_subject *s) {
    return s->placement == TRM_PLACEMENT_MAPPED && (s->usage & TRM_USAGE_GPU_WRITE) != 0;
}

/* A mapped buffer without data that was sent only in part. */
static bool is_partial(const sim_subject *s) {
    return !s->has_data && s->placement == TRM_PLACEMENT_MAPPED && s->sent_nbytes > 0 &&
           s->sent_nbytes < sim_nbytes(s);
}

/* Whether there is content after an upload that works. */
static bool will_fill(const sim_subject *s) {
    const bool stays = s->filled && !s->resized;
    return s->has_data || s->sent_nbytes > 0 || stays || (s->usage & TRM_USAGE_GPU_WRITE) != 0;
}

static unsigned attach_result(const sim_subject *s) {
    return is_impossible(s) ? SIM_MAY(TRM_ERROR_UNSUPPORTED) : SIM_OK;
}

static unsigned acquire_result(const sim_world *world, const sim_subject *s) {
    if (is_impossible(s)) {
        return SIM_MAY(TRM_ERROR_UNSUPPORTED);
    }
    if (world->setup.explicit_sync) {
        return s->torn     ? SIM_OK | SIM_MAY(TRM_ERROR_STATE)
               : s->filled ? SIM_OK
                           : SIM_MAY(TRM_ERROR_STATE);
    }
    return is_partial(s) || !will_fill(s) ? SIM_MAY(TRM_ERROR_STATE) : SIM_OK;
}

static const unsigned memory_errors =
    SIM_MAY(TRM_ERROR_OUT_OF_MEMORY) | SIM_MAY(TRM_ERROR_OUT_OF_DEVICE_MEMORY);
static const unsigned upload_excuses = SIM_MAY(TRM_ERROR_OUT_OF_MEMORY) |
                                       SIM_MAY(TRM_ERROR_OUT_OF_DEVICE_MEMORY) |
                                       SIM_MAY(TRM_ERROR_FRAME_OPEN) | SIM_MAY(TRM_ERROR_TIMEOUT);

/* A call that fails may have attached the buffer, or not. */
void sim_ask_attached(sim_world *world, sim_subject *s) {
    trm_buffer_info info;
    if (trm_device_buffer_info(world->here->device, s->buffer, &info) != TRM_OK) {
        s->home = s->home == world->here ? NULL : s->home;
    } else if (sim_is_away(world, s)) {
        sim_fail(world, "#%lu is attached to two devices", NUMBER(s));
    } else {
        s->home = world->here;
    }
}

/* --- Attaching */

void sim_step_attach(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)step;
    if (!sim_is_usable(world, s)) {
        return;
    }
    const bool was_attached = s->home != NULL;
    sim_note(world, "attach #%lu", NUMBER(s));
    sim_enter(world);
    const trm_result result = trm_device_attach(world->here->device, s->buffer);
    sim_leave(world, "attach", result, attach_result(s), memory_errors);
    sim_ask_attached(world, s);
    if (!world->here->lost && result != TRM_OK && s->home != NULL && !was_attached) {
        sim_fail(world, "attach: failed, and did it");
    }
}

void sim_step_detach(sim_world *world, sim_subject *s, const sim_step *step) {
    if (!sim_is_usable(world, s)) {
        return;
    }
    sim_note(world, "detach #%lu", NUMBER(s));
    if (step->a % 2 == 0) {
        sim_draw_held(world, s, false);
    }
    sim_enter(world);
    const trm_result result = trm_device_detach(world->here->device, s->buffer);
    sim_leave_buffer(
        world, "detach", result, s->home != NULL ? SIM_OK : SIM_MAY(TRM_ERROR_STATE), 0);
    if (result == TRM_OK) {
        sim_detached(s); /* what is held stays valid */
    }
}

/* --- Uploading */

/* Edited in the middle, and pending because of that: each item is shown as it was in the old array
 * or as it is in the new one. */
static void settle_interrupted(sim_subject *s, trm_result result) {
    s->torn = s->unsure = true;
    if (result != TRM_OK || (s->usage & TRM_USAGE_GPU_WRITE) != 0) {
        return;
    }
    sim_uploaded(s);
    s->mixed = true;
    if (s->before != NULL) {
        sim_mark_all(s);
    } else {
        sim_mark(s, s->doubt.first, s->doubt.count);
        s->loose = s->doubt;
    }
}

/* After a call that may have uploaded: whether it did, or else whether the edits are still there.
 */
static void settle_upload(sim_world *world, sim_subject *s, bool was_pending, trm_result result) {
    const bool pending = trm_buffer_pending(s->buffer), interrupted = s->interrupted;
    s->interrupted = false;
    if (interrupted && pending) {
        settle_interrupted(s, result);
        return;
    }
    if (interrupted || (was_pending && !pending)) {
        sim_uploaded(s);
    } else if (was_pending && result != TRM_OK) {
        s->torn = true;
    }
    if (result == TRM_OK && pending && !world->setup.explicit_sync) {
        sim_fail(world, "edits are pending after an upload");
    }
    const bool empty = result == TRM_ERROR_STATE && !is_partial(s);
    if (was_pending && !pending && result != TRM_OK && !empty) {
        sim_fail(world, "a call that failed took edits along");
    }
}

trm_result sim_acquire_by(sim_world *world, sim_subject *s, const sim_acquirer *by, bool *fine) {
    const unsigned expected = acquire_result(world, s);
    unsigned allowed = expected | sim_upload_errors(world) | by->more;
    if (by->bad_range && (expected & SIM_OK) != 0) {
        allowed = (allowed & ~SIM_OK) | SIM_MAY(TRM_ERROR_OUT_OF_RANGE);
    }
    sim_draw_held(world, s, false);
    const bool was_pending = trm_buffer_pending(s->buffer), was_attached = s->home != NULL;
    sim_expect_nothing(world);
    if (!world->setup.explicit_sync) {
        sim_expect_upload(world, s);
    }
    sim_enter(world);
    trm_result result = by->run(world, s, by->context);
    *fine = sim_leave(world, by->call, result, allowed, upload_excuses);
    sim_ask_attached(world, s);
    if (!*fine) {
        sim_lost_in_call(s);
        return result;
    }
    sim_check_bytes(world, by->call);
    s->used_in = world->here->frames;
    if (!world->setup.explicit_sync) { /* being attached is an edit */
        const bool done = result == TRM_ERROR_OUT_OF_RANGE;
        settle_upload(
            world, s, was_pending || was_attached != (s->home != NULL), done ? TRM_OK : result);
    }
    return result;
}

typedef struct attempt {
    trm_gl_span span;
    bool try_only;
} attempt;

static trm_result run_acquire(sim_world *world, sim_subject *s, void *context) {
    attempt *to = context;
    const trm_result result = to->try_only
                                  ? trm_gl_try_acquire(world->here->device, s->buffer, &to->span)
                                  : trm_gl_acquire(world->here->device, s->buffer, &to->span);
    if (result != TRM_OK && (to->span.object != 0 || to->span.nbytes != 0)) {
        sim_fail(world, "a failed acquire left a span");
    }
    return result;
}

void sim_acquire(sim_world *world, sim_subject *s, bool try_only) {
    attempt to = {.span = {.object = 1}, .try_only = try_only};
    const sim_acquirer by = {.call = try_only ? "try_acquire" : "acquire",
        .run = run_acquire,
        .context = &to,
        .more = try_only ? SIM_MAY(TRM_NOT_READY) : 0};
    bool fine;
    if (!sim_is_usable(world, s)) {
        return;
    }
    trm_result result = sim_acquire_by(world, s, &by, &fine);
    if (fine && result == TRM_ERROR_FRAME_OPEN) {
        sim_end_frame(world);
        result = sim_acquire_by(world, s, &by, &fine);
    }
    if (fine && result == TRM_OK && !world->report->failed) {
        sim_hold(world, s, &to.span);
    }
}

void sim_sync(sim_world *world) {
    bool was_pending[SIM_SUBJECTS], partial = false;
    if (world->here->device == NULL) {
        return;
    }
    sim_expect_nothing(world);
    sim_draw_all_held(world); /* a sync is an acquire of everything edited */
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        const sim_subject *s = &world->subjects[i];
        was_pending[i] =
            s->buffer != NULL && s->home == world->here && trm_buffer_pending(s->buffer);
        partial |= was_pending[i] && is_partial(s);
        if (was_pending[i]) {
            sim_expect_upload(world, s);
        }
    }
    sim_enter(world);
    const trm_result result = trm_device_sync(world->here->device);
    const unsigned usual = partial ? SIM_MAY(TRM_ERROR_STATE) : SIM_OK;
    if (!sim_leave(
            world, "sync", result, usual | sim_upload_errors(world), upload_excuses | SIM_OK)) {
        for (size_t i = 0; i < SIM_SUBJECTS; i++) {
            if (was_pending[i]) {
                sim_lost_in_call(&world->subjects[i]);
            }
        }
        return;
    }
    sim_check_bytes(world, "sync");
    for (size_t i = 0; i < SIM_SUBJECTS && !world->report->failed; i++) {
        sim_subject *s = &world->subjects[i];
        const bool interrupted = s->interrupted;
        if (s->home == world->here && (was_pending[i] || interrupted)) {
            s->used_in = world->here->frames;
        }
        s->interrupted = false;
        if (interrupted && s->home == world->here && trm_buffer_pending(s->buffer)) {
            s->torn = s->unsure = true;
        } else if (was_pending[i] && trm_buffer_pending(s->buffer)) {
            s->torn = true;
            if (result == TRM_OK) {
                sim_fail(world, "edits of #%lu are pending after a sync", NUMBER(s));
            }
        } else if (was_pending[i] || (interrupted && s->home == world->here)) {
            sim_uploaded(s);
        }
    }
}

void sim_step_sync(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    sim_note(world, "sync");
    sim_sync(world);
}

void sim_step_acquire(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)step;
    if (sim_is_usable(world, s)) {
        sim_note(world, "acquire #%lu", NUMBER(s));
        sim_acquire(world, s, false);
    }
}

void sim_step_acquire_draw(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)step;
    if (sim_is_usable(world, s)) {
        sim_note(world, "acquire and draw #%lu", NUMBER(s));
        sim_acquire(world, s, false);
        sim_draw_held(world, s, false);
    }
}

void sim_step_try_acquire(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)step;
    if (sim_is_usable(world, s)) {
        sim_note(world, "try to acquire #%lu", NUMBER(s));
        sim_acquire(world, s, true);
    }
}

/* --- Drawing */

void sim_step_draw(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)step;
    if (s->held.held) {
        sim_note(world, "draw #%lu", NUMBER(s));
        sim_draw_held(world, s, false);
    }
}

void sim_step_elsewhere(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)step;
    if (s->held.held && s->held.where == world->here && world->here->device != NULL &&
        !world->here->lost) {
        sim_note(world, "draw #%lu in another context", NUMBER(s));
        sim_draw_held(world, s, true);
    }
}

/* A shader of the program writes into the span, between barriers of the program's own. */
void sim_step_gpu_write(sim_world *world, sim_subject *s, const sim_step *step) {
    unsigned char bytes[64];
    if (s->buffer == NULL || !s->held.held || s->held.where != world->here ||
        s->home != world->here || s->held.bytes == NULL || s->resized || s->shown == NULL ||
        (s->usage & TRM_USAGE_GPU_WRITE) == 0 || world->here->lost || s->shown_nbytes < 4) {
        return;
    }
    /* Shaders write words. */
    const size_t words = s->shown_nbytes / 4, first = step->a % words * 4;
    const size_t left = words - first / 4;
    const size_t nbytes = 4 + 4 * (step->b % (left < 16 ? left : 16));
    sim_note(world, "the GPU writes into #%lu: bytes %lu + %lu", NUMBER(s), (unsigned long)first,
        (unsigned long)nbytes);
    sim_scribble(bytes, nbytes, step->c);
    sim_gl()->MemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT);
    strict_gpu_write_later(
        world->here->gpu, s->held.span.object, s->held.span.offset + first, bytes, nbytes);
    sim_gl()->MemoryBarrier(strict_reader_barrier(s->reader));
    memcpy(s->shown + first, bytes, nbytes);
    memcpy(s->held.bytes + first, bytes, nbytes);
}

/* --- Frames */

void sim_end_frame(sim_world *world) {
    if (world->here->device == NULL) {
        return;
    }
    sim_end_writes(world);
    sim_draw_all_held(world);
    sim_enter(world);
    const trm_result result = trm_device_end_frame(world->here->device);
    if (sim_leave(world, "end_frame", result, SIM_OK, 0)) {
        world->here->frames++;
    }
}

void sim_step_end_frame(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s, (void)step;
    sim_note(world, "end of the frame");
    sim_end_frame(world);
}

void sim_step_wait_idle(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (world->here->device == NULL) {
        return;
    }
    const bool patient = step->a % 3 != 0;
    sim_note(world, "wait until idle%s", patient ? "" : ", briefly");
    sim_enter(world);
    const trm_result result =
        trm_device_wait_idle(world->here->device, patient ? UINT64_MAX : step->b % 5000);
    const unsigned late = SIM_MAY(TRM_ERROR_TIMEOUT);
    if (sim_leave(world, "wait_idle", result,
            SIM_OK | (world->here->stalled || !patient ? late : 0), late) &&
        result == TRM_OK) {
        world->here->idle_to = world->here->frames;
    }
}
