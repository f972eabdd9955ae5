/* A device that lost its context goes on with another one. */
#include <stdlib.h>
#include <string.h>

#include "simulation/sim_world.h"

#define ATTEMPTS 3

/* --- The model */

/* A call was made on a context that is gone: whether it took what was sent, only the buffer knows.
 */
void sim_lost_in_call(sim_subject *s) {
    s->unsure = true;
    if (!s->has_data && !trm_buffer_pending(s->buffer)) {
        memset(s->sent_mask, 0, sim_nbytes(s));
        s->sent_nbytes = 0;
    }
}

static bool may_lose_content(const sim_subject *s) {
    return !s->has_data || (s->usage & TRM_USAGE_GPU_WRITE) != 0;
}

/* Everything that the CPU has comes back; the rest has to be sent again. */
static uint64_t restore_subject(sim_world *world, sim_subject *s) {
    trm_buffer_info info;
    const bool sure = !s->unsure && !s->torn && !s->resized, open = s->write.pointer != NULL;
    const bool loses = may_lose_content(s) && (s->filled || open || s->content_lost);
    const bool write_lost = open || s->write_lost;
    const unsigned long number = (unsigned long)(s - world->subjects);
    sim_detached(s);
    s->home = world->here;
    s->write_lost = write_lost;
    if (trm_device_buffer_info(world->here->device, s->buffer, &info) != TRM_OK) {
        sim_fail(world, "restore: #%lu is not attached any more", number);
        return 0;
    }
    s->content_lost = info.content_lost;
    if (sure ? info.content_lost != loses : info.content_lost && !may_lose_content(s)) {
        sim_fail(
            world, "restore: #%lu has %slost content", number, info.content_lost ? "" : "not ");
    }
    if (!trm_buffer_pending(s->buffer)) {
        sim_fail(world, "restore: #%lu is not pending", number);
    }
    if (info.store_nbytes != 0) {
        sim_fail(world, "restore: #%lu has memory", number);
    }
    return info.content_lost;
}

static void restore_subjects(sim_world *world, const trm_stats *before) {
    trm_stats now;
    uint64_t lost = before->lost_contents;
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        sim_subject *s = &world->subjects[i];
        if (s->buffer != NULL) {
            sim_ask_attached(world, s);
        }
        if (s->buffer != NULL && s->home == world->here) {
            lost += restore_subject(world, s);
        }
    }
    trm_device_stats(world->here->device, &now);
    if (now.restores != before->restores + 1 || now.lost_contents != lost ||
        now.buffers != before->buffers) {
        sim_fail(world, "restore: counts that are wrong");
    }
    if (now.mapped_nbytes + now.device_nbytes + now.staging_nbytes + now.retired_nbytes > 0) {
        sim_fail(world, "restore: memory that is gone still counts");
    }
}

/* --- The call */

static trm_result attempt(sim_world *world, trm_stats *before) {
    sim_context *here = world->here;
    trm_gl_device_desc desc;
    trm_device_stats(here->device, before);
    here->generation++;
    sim_open_gpu(world);
    sim_describe_device(world, &desc);
    desc.device = (trm_device_desc){0}; /* it keeps its own */
    sim_enter(world);
    const trm_result result = trm_gl_device_restore(here->device, &desc);
    sim_leave(world, "restore", result, SIM_OK,
        SIM_MAY(TRM_ERROR_OUT_OF_MEMORY) | SIM_MAY(TRM_ERROR_UNSUPPORTED));
    if (!here->lost && strict_gpu_live_buffers(here->gpu) > 0) {
        sim_fail(world, "restore: took GPU memory");
    }
    return result;
}

static void go_on(sim_world *world, const trm_stats *before) {
    sim_context *here = world->here;
    restore_subjects(world, before);
    for (size_t i = 0; i < here->reading_count; i++) {
        here->readings[i].dead = true;
    }
    here->stream_lost = here->stream != NULL;
    here->idle_to = here->frames;
    here->state = strict_gpu_state_hash(here->gpu);
}

/* The old context goes first, or last, and is left alone. */
void sim_restore(sim_world *world, bool early) {
    sim_context *here = world->here;
    strict_gpu *old = here->gpu;
    trm_result result = TRM_NOT_READY;
    trm_stats before;
    if (here->device == NULL) {
        sim_renew(world);
        return;
    }
    sim_draw_all_held(world);
    sim_forget_draws(world);
    trm_device_lost(here->device);
    const uint64_t calls = strict_gpu_calls(old, NULL);
    if (early) {
        strict_gpu_destroy(old);
    }
    for (int i = 0; i < ATTEMPTS && result != TRM_OK && !world->report->failed; i++) {
        if (i > 0) {
            strict_gpu_destroy(here->gpu); /* a new one that was of no use */
        }
        result = attempt(world, &before);
    }
    if (!early && strict_gpu_calls(old, NULL) != calls) {
        sim_fail(world, "restore: asks the old context");
    }
    if (!early) {
        strict_gpu_destroy(old);
    }
    if (result == TRM_OK) {
        sim_note(world, "the device goes on, %s its old context was destroyed",
            early ? "after" : "before");
        go_on(world, &before);
    } else if (!world->report->failed) {
        here->lost = here->told = true;
        sim_renew(world);
    }
}

/* Only a lost device can be restored. */
void sim_restore_in_vain(sim_world *world) {
    trm_gl_device_desc desc;
    const uint64_t calls = strict_gpu_calls(world->here->gpu, NULL);
    sim_describe_device(world, &desc);
    sim_enter(world);
    const trm_result result = trm_gl_device_restore(world->here->device, &desc);
    sim_leave(world, "restore", result, SIM_MAY(TRM_ERROR_STATE), 0);
    if (strict_gpu_calls(world->here->gpu, NULL) != calls) {
        sim_fail(world, "restore: of a healthy device did something");
    }
}
