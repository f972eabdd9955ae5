/* Steps: in-place writes, reading back, streams. */
#include <stdlib.h>
#include <string.h>

#include "simulation/sim_kinds.h"

#define NUMBER(s) ((unsigned long)((s)-world->subjects))
#define UL(value) ((unsigned long)(value))

static const unsigned move_excuses = SIM_MAY(TRM_ERROR_OUT_OF_MEMORY) |
                                     SIM_MAY(TRM_ERROR_OUT_OF_DEVICE_MEMORY) |
                                     SIM_MAY(TRM_ERROR_FRAME_OPEN) | SIM_MAY(TRM_ERROR_TIMEOUT);

/* --- In-place writes */

bool sim_any_write(const sim_world *world) {
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        const sim_subject *s = &world->subjects[i];
        if (s->write.pointer != NULL && s->home == world->here) {
            return true;
        }
    }
    return false;
}

static bool is_mapped(const sim_subject *s) {
    return s->placement == TRM_PLACEMENT_MAPPED;
}

static unsigned begin_result(const sim_world *world, const sim_subject *s, size_t nbytes) {
    unsigned allowed = SIM_OK | sim_upload_errors(world);
    if (is_mapped(s) && (s->usage & TRM_USAGE_GPU_WRITE) != 0) {
        return SIM_MAY(TRM_ERROR_UNSUPPORTED);
    }
    if (is_mapped(s) && nbytes != sim_nbytes(s)) {
        return SIM_MAY(TRM_ERROR_STATE) | sim_upload_errors(world);
    }
    if (is_mapped(s)) { /* each write of a frame takes a region */
        allowed |= SIM_MAY(TRM_ERROR_FRAME_OPEN);
    }
    if (!is_mapped(s) && nbytes > world->setup.staging_nbytes * 3) {
        allowed |= SIM_MAY(TRM_ERROR_BUDGET);
    }
    return allowed;
}

/* What was sent has gone up, or the write is to cover it. */
static void settle_begin(sim_subject *s, bool was_pending, trm_result result) {
    const bool pending = trm_buffer_pending(s->buffer);
    if (!is_mapped(s) && was_pending && !pending) {
        sim_uploaded(s);
    } else if (result == TRM_OK && (s->resized || s->shown == NULL)) {
        sim_new_store(s);
    } else if (pending && result != TRM_OK) {
        s->torn = true;
    }
}

void sim_step_write_begin(sim_world *world, sim_subject *s, const sim_step *step) {
    void *pointer = NULL;
    if (world->here->device == NULL || s->buffer == NULL || s->has_data ||
        s->write.pointer != NULL || world->here->lost || sim_is_away(world, s)) {
        return;
    }
    const bool whole = is_mapped(s) || step->b % 4 == 0;
    const size_t first = whole ? 0 : step->a % s->nitems, left = s->nitems - first;
    const size_t count = whole ? left : 1 + step->b / 4 % (left < 50 ? left : 50);
    sim_note(world, "write in #%lu: items %lu + %lu", NUMBER(s), UL(first), UL(count));
    sim_draw_held(world, s, false); /* what was sent goes up */
    const bool was_pending = trm_buffer_pending(s->buffer), was_attached = s->home != NULL;
    sim_enter(world);
    const trm_result result = trm_device_write_begin(
        world->here->device, s->buffer, first, whole ? TRM_WHOLE : count, &pointer);
    const unsigned held = sim_any_write(world) ? SIM_MAY(TRM_ERROR_FRAME_OPEN) : 0;
    const bool fine = sim_leave(world, "write_begin", result,
        begin_result(world, s, count * s->itemsize) | held, move_excuses);
    sim_ask_attached(world, s);
    if ((result == TRM_OK) != (pointer != NULL)) {
        sim_fail(world, "write_begin: %s, and %s pointer", trm_result_string(result),
            pointer != NULL ? "a" : "no");
    }
    if (!fine) {
        sim_lost_in_call(s);
    } else {
        settle_begin(s, was_pending || was_attached != (s->home != NULL), result);
    }
    if (pointer != NULL) {
        s->write_lost = false;
        s->write = (sim_write){pointer, first, count};
        if (is_mapped(s) && world->setup.regions == 1) {
            s->filled = false; /* until it ends, which it does at once */
            sim_end_write(world, s, step->c, step->c);
        }
    }
}

/* Bytes sent before lose to what was written; the others still wait. */
static void cover_sent(sim_subject *s, size_t count) {
    const size_t first = s->write.first * s->itemsize, end = first + count * s->itemsize;
    for (size_t i = first; i < end; i++) {
        s->sent_nbytes -= s->sent_mask[i];
        s->sent_mask[i] = 0;
    }
}

static void take_written(sim_subject *s, const unsigned char *bytes, size_t count) {
    cover_sent(s, count);
    s->content_lost = false;
    memcpy(s->shown + s->write.first * s->itemsize, bytes, count * s->itemsize);
    s->filled = true;
}

void sim_end_write(sim_world *world, sim_subject *s, uint32_t share, uint32_t noise) {
    const size_t asked = s->write.count;
    const size_t count = is_mapped(s) ? (share % 8 == 0 ? 0 : asked) : share % (asked + 1);
    unsigned char *bytes = malloc(asked * s->itemsize);
    if (bytes == NULL) {
        abort();
    }
    sim_scribble(bytes, asked * s->itemsize, noise);
    memcpy(s->write.pointer, bytes, count * s->itemsize);
    sim_draw_held(world, s, false);
    sim_enter(world);
    const trm_result result = trm_device_write_end(world->here->device, s->buffer, count);
    const unsigned excused = SIM_MAY(TRM_ERROR_OUT_OF_MEMORY);
    s->used_in = world->here->frames;
    if (sim_leave(world, "write_end", result, SIM_OK, excused) && result == TRM_OK && count > 0) {
        take_written(s, bytes, count);
    } else if (world->here->lost) {
        cover_sent(s, result == TRM_OK ? count : 0);
        s->unsure = true;
    } else if (result == TRM_ERROR_OUT_OF_MEMORY) {
        sim_enter(world);
        sim_leave(
            world, "write_end", trm_device_write_end(world->here->device, s->buffer, 0), SIM_OK, 0);
    }
    s->write = (sim_write){0};
    free(bytes);
}

void sim_step_write_end(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->write.pointer != NULL && s->home == world->here) {
        sim_note(world, "end of the write in #%lu", NUMBER(s));
        sim_end_write(world, s, step->a, step->c);
    } else if (s->write_lost && s->home == world->here && !world->here->lost) {
        sim_note(world, "end of the write in #%lu, which was lost", NUMBER(s));
        sim_enter(world);
        const trm_result result = trm_device_write_end(world->here->device, s->buffer, 0);
        sim_leave(world, "write_end", result, SIM_MAY(TRM_ERROR_DEVICE_LOST), 0);
        s->write_lost = false;
    }
}

void sim_end_writes(sim_world *world) {
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        sim_subject *s = &world->subjects[i];
        if (s->write.pointer != NULL && s->home == world->here) {
            sim_end_write(world, s, (uint32_t)(world->step * 7 + i), (uint32_t)world->step);
        }
    }
}

/* --- Reading back */

static void finish_read(sim_world *world, sim_reading *r) {
    trm_read_destroy(r->read);
    free(r->bytes);
    *r = world->here->readings[--world->here->reading_count];
}

void sim_forget_readings(sim_world *world) {
    while (world->here->reading_count > 0) {
        finish_read(world, &world->here->readings[0]);
    }
}

void sim_check_readings(sim_world *world) {
    for (size_t i = 0; i < world->here->reading_count && !world->here->lost;) {
        sim_reading *r = &world->here->readings[i];
        sim_enter(world);
        const trm_result result = trm_read_poll(r->read);
        const unsigned usual = SIM_OK | SIM_MAY(TRM_NOT_READY),
                       dead = SIM_MAY(TRM_ERROR_DEVICE_LOST);
        if (!sim_leave(world, "read_poll", result, r->dead ? dead : usual, 0)) {
            return;
        }
        const void *data = trm_read_data(r->read);
        if ((result == TRM_OK) != (data != NULL)) {
            sim_fail(world, "a read that is %s", data != NULL ? "early" : "late");
            return;
        }
        if (data == NULL && !(r->dead && r->polls++ > 0)) {
            i++;
            continue;
        }
        if (data == NULL) {
            finish_read(world, r);
            continue;
        }
        world->report->compared++;
        if (r->bytes != NULL && memcmp(data, r->bytes, r->nbytes) != 0) {
            sim_fail(world, "what was read back at step %lu is wrong", UL(r->step));
        }
        finish_read(world, r);
    }
}

static unsigned read_result(const sim_world *world, const sim_subject *s) {
    const unsigned trouble = sim_upload_errors(world), state = SIM_MAY(TRM_ERROR_STATE);
    if (s->torn) {
        return SIM_OK | state | trouble;
    }
    return (s->home == world->here && s->filled && !s->resized ? SIM_OK : state) | trouble;
}

void sim_step_read(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_read *read = NULL;
    if (world->here->device == NULL || s->buffer == NULL || world->here->lost ||
        world->here->reading_count == SIM_READINGS) {
        return;
    }
    const size_t first = step->a % s->nitems, count = 1 + step->b % (s->nitems - first);
    sim_note(world, "read #%lu: items %lu + %lu", NUMBER(s), UL(first), UL(count));
    sim_enter(world);
    const trm_result result =
        trm_device_read_begin(world->here->device, s->buffer, first, count, &read);
    if (!sim_leave(world, "read_begin", result, read_result(world, s), move_excuses) ||
        result != TRM_OK) {
        trm_read_destroy(read);
        return;
    }
    s->used_in = world->here->frames;
    sim_reading r = {.read = read, .nbytes = count * s->itemsize, .step = world->step};
    if (!s->torn && !s->mixed && s->loose.count == 0) {
        r.bytes = malloc(r.nbytes);
        if (r.bytes == NULL) {
            abort();
        }
        memcpy(r.bytes, s->shown + first * s->itemsize, r.nbytes);
    }
    world->here->readings[world->here->reading_count++] = r;
}

void sim_step_poll(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (world->here->reading_count == 0 || world->here->device == NULL) {
        return;
    }
    sim_note(world, "poll the reads");
    if (step->a % 8 == 0) {
        finish_read(world, &world->here->readings[step->b % world->here->reading_count]);
    }
    sim_check_readings(world);
}

/* --- Streams */

#define STREAM_NBYTES 2048

/* Which need the context's alignment. */
static bool streams_blocks(const sim_world *world) {
    return world->setup.seed % 2 != 0;
}

static void open_stream(sim_world *world) {
    const trm_stream_desc desc = {.nbytes = STREAM_NBYTES,
        .usage = streams_blocks(world) ? TRM_USAGE_UNIFORM : TRM_USAGE_VERTEX};
    sim_enter(world);
    const trm_result result = trm_stream_create(world->here->device, &desc, &world->here->stream);
    sim_leave(world, "stream_create", result, SIM_OK | sim_upload_errors(world), move_excuses);
}

static void draw_slice(sim_world *world, const trm_gl_slice *slice, unsigned char *bytes) {
    sim_draw *draw =
        &world->here->draws[(world->here->draw_first + world->here->draw_count++) % SIM_DRAWS];
    *draw = (sim_draw){.bytes = bytes,
        .nbytes = slice->nbytes,
        .subject = SIM_SUBJECTS,
        .step = world->step,
        .read = strict_gpu_read_later(world->here->gpu,
            streams_blocks(world) ? STRICT_UNIFORM : STRICT_VERTEX, slice->object, slice->offset,
            slice->nbytes)};
}

void sim_step_stream(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_gl_slice slice;
    (void)s;
    if (world->here->device == NULL || world->here->lost || world->here->draw_count == SIM_DRAWS) {
        return;
    }
    sim_note(world, "stream %u bytes", (unsigned)(1 + step->a % 700));
    if (world->here->stream == NULL) {
        open_stream(world);
    }
    if (world->here->stream == NULL || world->here->lost) {
        return;
    }
    sim_enter(world);
    const trm_result result = trm_gl_stream_alloc(
        world->here->stream, 1 + step->a % 700, streams_blocks(world) ? 0 : 4, &slice);
    unsigned allowed = SIM_OK | SIM_MAY(TRM_ERROR_FRAME_OPEN);
    allowed |= world->here->stalled ? SIM_MAY(TRM_ERROR_TIMEOUT) : 0;
    allowed |= world->here->stream_lost ? sim_upload_errors(world) : 0;
    if (!sim_leave(world, "stream_alloc", result, allowed, move_excuses) || result != TRM_OK) {
        return;
    }
    world->here->stream_lost = false;
    unsigned char *bytes = malloc(slice.nbytes);
    if (bytes == NULL) {
        abort();
    }
    sim_scribble(bytes, slice.nbytes, step->c);
    memcpy(slice.pointer, bytes, slice.nbytes);
    sim_enter(world);
    if (sim_leave(world, "stream_flush", trm_stream_flush(world->here->stream), SIM_OK, 0)) {
        draw_slice(world, &slice, bytes);
    } else {
        free(bytes);
    }
    if (step->b % 32 == 0) {
        trm_stream_destroy(world->here->stream);
        world->here->stream = NULL;
    }
}
