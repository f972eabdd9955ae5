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
        if (world->subjects[i].write.pointer != NULL) {
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
    if (world->device == NULL || s->buffer == NULL || s->has_data || s->write.pointer != NULL ||
        world->lost) {
        return;
    }
    const bool whole = is_mapped(s) || step->b % 4 == 0;
    const size_t first = whole ? 0 : step->a % s->nitems, left = s->nitems - first;
    const size_t count = whole ? left : 1 + step->b / 4 % (left < 50 ? left : 50);
    sim_note(world, "write in #%lu: items %lu + %lu", NUMBER(s), UL(first), UL(count));
    sim_draw_held(world, s, false); /* what was sent goes up */
    const bool was_pending = trm_buffer_pending(s->buffer), was_attached = s->attached;
    sim_enter(world);
    const trm_result result = trm_device_write_begin(
        world->device, s->buffer, first, whole ? TRM_WHOLE : count, &pointer);
    const unsigned held = sim_any_write(world) ? SIM_MAY(TRM_ERROR_FRAME_OPEN) : 0;
    const bool fine = sim_leave(world, "write_begin", result,
        begin_result(world, s, count * s->itemsize) | held, move_excuses);
    sim_ask_attached(world, s);
    if ((result == TRM_OK) != (pointer != NULL)) {
        sim_fail(world, "write_begin: %s, and %s pointer", trm_result_string(result),
            pointer != NULL ? "a" : "no");
    }
    if (fine) {
        settle_begin(s, was_pending || was_attached != s->attached, result);
    }
    if (pointer != NULL) {
        s->write = (sim_write){pointer, first, count};
        if (is_mapped(s) && world->setup.regions == 1) {
            s->filled = false; /* until it ends, which it does at once */
            sim_end_write(world, s, step->c, step->c);
        }
    }
}

/* Bytes sent before lose to what was written; the others still wait. */
static void take_written(sim_subject *s, const unsigned char *bytes, size_t count) {
    const size_t first = s->write.first * s->itemsize, end = first + count * s->itemsize;
    for (size_t i = first; i < end; i++) {
        s->sent_nbytes -= s->sent_mask[i];
        s->sent_mask[i] = 0;
    }
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
    const trm_result result = trm_device_write_end(world->device, s->buffer, count);
    const unsigned excused = SIM_MAY(TRM_ERROR_OUT_OF_MEMORY);
    if (sim_leave(world, "write_end", result, SIM_OK, excused) && result == TRM_OK && count > 0) {
        take_written(s, bytes, count);
    } else if (result == TRM_ERROR_OUT_OF_MEMORY) {
        sim_enter(world);
        sim_leave(world, "write_end", trm_device_write_end(world->device, s->buffer, 0), SIM_OK, 0);
    }
    s->write = (sim_write){0};
    free(bytes);
}

void sim_step_write_end(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->write.pointer != NULL) {
        sim_note(world, "end of the write in #%lu", NUMBER(s));
        sim_end_write(world, s, step->a, step->c);
    }
}

void sim_end_writes(sim_world *world) {
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        sim_subject *s = &world->subjects[i];
        if (s->write.pointer != NULL) {
            sim_end_write(world, s, (uint32_t)(world->step * 7 + i), (uint32_t)world->step);
        }
    }
}

/* --- Reading back */

static void finish_read(sim_world *world, sim_reading *r) {
    trm_read_destroy(r->read);
    free(r->bytes);
    *r = world->readings[--world->reading_count];
}

void sim_forget_readings(sim_world *world) {
    while (world->reading_count > 0) {
        finish_read(world, &world->readings[0]);
    }
}

void sim_check_readings(sim_world *world) {
    for (size_t i = 0; i < world->reading_count && !world->lost;) {
        sim_reading *r = &world->readings[i];
        sim_enter(world);
        const trm_result result = trm_read_poll(r->read);
        if (!sim_leave(world, "read_poll", result, SIM_OK | SIM_MAY(TRM_NOT_READY), 0)) {
            return;
        }
        const void *data = trm_read_data(r->read);
        if ((result == TRM_OK) != (data != NULL)) {
            sim_fail(world, "a read that is %s", data != NULL ? "early" : "late");
            return;
        }
        if (data == NULL) {
            i++;
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
    return (s->attached && s->filled && !s->resized ? SIM_OK : state) | trouble;
}

void sim_step_read(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_read *read = NULL;
    if (world->device == NULL || s->buffer == NULL || world->lost ||
        world->reading_count == SIM_READINGS) {
        return;
    }
    const size_t first = step->a % s->nitems, count = 1 + step->b % (s->nitems - first);
    sim_note(world, "read #%lu: items %lu + %lu", NUMBER(s), UL(first), UL(count));
    sim_enter(world);
    const trm_result result = trm_device_read_begin(world->device, s->buffer, first, count, &read);
    if (!sim_leave(world, "read_begin", result, read_result(world, s), move_excuses) ||
        result != TRM_OK) {
        trm_read_destroy(read);
        return;
    }
    sim_reading r = {.read = read, .nbytes = count * s->itemsize, .step = world->step};
    if (!s->torn && !s->mixed && s->loose.count == 0) {
        r.bytes = malloc(r.nbytes);
        if (r.bytes == NULL) {
            abort();
        }
        memcpy(r.bytes, s->shown + first * s->itemsize, r.nbytes);
    }
    world->readings[world->reading_count++] = r;
}

void sim_step_poll(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)s;
    if (world->reading_count == 0 || world->device == NULL) {
        return;
    }
    sim_note(world, "poll the reads");
    if (step->a % 8 == 0) {
        finish_read(world, &world->readings[step->b % world->reading_count]);
    }
    sim_check_readings(world);
}

/* --- Streams */

#define STREAM_NBYTES 2048

static void open_stream(sim_world *world) {
    const trm_stream_desc desc = {.nbytes = STREAM_NBYTES, .usage = TRM_USAGE_VERTEX};
    sim_enter(world);
    const trm_result result = trm_stream_create(world->device, &desc, &world->stream);
    sim_leave(world, "stream_create", result, SIM_OK | sim_upload_errors(world), move_excuses);
}

static void draw_slice(sim_world *world, const trm_gl_slice *slice, unsigned char *bytes) {
    sim_draw *draw = &world->draws[(world->draw_first + world->draw_count++) % SIM_DRAWS];
    *draw = (sim_draw){.bytes = bytes,
        .nbytes = slice->nbytes,
        .subject = SIM_SUBJECTS,
        .step = world->step,
        .read = strict_gpu_read_later(
            world->gpu, STRICT_VERTEX, slice->object, slice->offset, slice->nbytes)};
}

void sim_step_stream(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_gl_slice slice;
    (void)s;
    if (world->device == NULL || world->lost || world->draw_count == SIM_DRAWS) {
        return;
    }
    sim_note(world, "stream %u bytes", (unsigned)(1 + step->a % 700));
    if (world->stream == NULL) {
        open_stream(world);
    }
    if (world->stream == NULL || world->lost) {
        return;
    }
    sim_enter(world);
    const trm_result result = trm_gl_stream_alloc(world->stream, 1 + step->a % 700, 4, &slice);
    const unsigned allowed =
        SIM_OK | SIM_MAY(TRM_ERROR_FRAME_OPEN) | (world->stalled ? SIM_MAY(TRM_ERROR_TIMEOUT) : 0);
    if (!sim_leave(world, "stream_alloc", result, allowed, move_excuses) || result != TRM_OK) {
        return;
    }
    unsigned char *bytes = malloc(slice.nbytes);
    if (bytes == NULL) {
        abort();
    }
    sim_scribble(bytes, slice.nbytes, step->c);
    memcpy(slice.pointer, bytes, slice.nbytes);
    sim_enter(world);
    if (sim_leave(world, "stream_flush", trm_stream_flush(world->stream), SIM_OK, 0)) {
        draw_slice(world, &slice, bytes);
    } else {
        free(bytes);
    }
    if (step->b % 32 == 0) {
        trm_stream_destroy(world->stream);
        world->stream = NULL;
    }
}
