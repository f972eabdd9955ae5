/* Spans, the draws from them, and what these must have read. */
#include "simulation/sim_world.h"

#include <stdlib.h>
#include <string.h>

void sim_hold(sim_world *world, sim_subject *s, const trm_gl_span *span) {
    if (span->object == 0 || (!s->torn && span->nbytes != s->shown_nbytes)) {
        sim_fail(world, "a span of %lu bytes in object %u for %lu bytes",
            (unsigned long)span->nbytes, (unsigned)span->object, (unsigned long)s->shown_nbytes);
        return;
    }
    s->held = (sim_held){.held = true, .where = world->here, .span = *span};
    if (s->torn) {
        return;
    }
    s->held.bytes = malloc(span->nbytes);
    if (s->held.bytes == NULL) {
        abort();
    }
    memcpy(s->held.bytes, s->shown, span->nbytes);
    if (s->before != NULL) {
        s->held.other = s->before;
        s->before = NULL;
    }
    s->held.loose_first = s->loose.first * s->itemsize;
    s->held.loose_nbytes = s->loose.count * s->itemsize;
}

/* The program draws in another context of the share group, which waits for this one, and makes the
 * frame last until that is done. */
static strict_read *read_elsewhere(sim_world *world, const sim_subject *s) {
    strict_gpu *gpu = world->here->gpu;
    const trm_gl_span *span = &s->held.span;
    const GLsync before = sim_gl()->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    sim_gl()->Flush();
    strict_gpu_use_context(gpu, 1);
    sim_gl()->WaitSync(before, 0, GL_TIMEOUT_IGNORED);
    strict_read *read =
        strict_gpu_read_later(gpu, s->reader, span->object, span->offset, span->nbytes);
    const GLsync after = sim_gl()->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    sim_gl()->Flush();
    strict_gpu_use_context(gpu, 0);
    sim_gl()->DeleteSync(before);
    sim_enter(world);
    const trm_result result = trm_gl_device_add_fence(world->here->device, after);
    const bool taken = sim_leave(world, "add_fence", result, SIM_OK | SIM_MAY(TRM_ERROR_BUDGET), 0);
    if (!taken || result != TRM_OK) {
        strict_gpu_complete_up_to(gpu, after); /* the program waits for itself */
        sim_gl()->DeleteSync(after);
    }
    return read;
}

static void drop_held(sim_subject *s) {
    free(s->held.bytes);
    free(s->held.other);
    s->held = (sim_held){0};
}

/* Room for one more. */
static sim_draw *new_draw(sim_world *world, const sim_subject *s) {
    sim_context *here = world->here;
    if (here->draw_count == SIM_DRAWS) {
        strict_gpu_drain(here->gpu);
        sim_check_draws(world, true);
    }
    sim_draw *draw = &here->draws[(here->draw_first + here->draw_count++) % SIM_DRAWS];
    *draw = (sim_draw){.subject = (size_t)(s - world->subjects), .step = world->step};
    return draw;
}

static void set_read(sim_world *world, sim_draw *draw, strict_read *read) {
    draw->read = read;
    if (read == NULL && !world->here->lost) {
        sim_fail(world, "a span that no draw may read: %s",
            strict_gpu_violation(world->here->gpu, strict_gpu_violations(world->here->gpu) - 1));
    }
}

static unsigned char *copy_of(const unsigned char *bytes, size_t nbytes) {
    unsigned char *copy = malloc(nbytes);
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, bytes, nbytes);
    return copy;
}

/* A part of `bytes`, of which `loose_nbytes` are anyone's guess. */
static void add_part(
    sim_world *world, sim_subject *s, strict_read *read, size_t first, const sim_held *from) {
    sim_draw *draw = new_draw(world, s);
    set_read(world, draw, read);
    if (read == NULL || from->bytes == NULL) {
        return;
    }
    draw->nbytes = strict_gpu_read_nbytes(read);
    draw->bytes = copy_of(from->bytes + first, draw->nbytes);
    draw->other = from->other != NULL ? copy_of(from->other + first, draw->nbytes) : NULL;
    const size_t end = from->loose_first + from->loose_nbytes;
    if (end > first) {
        const size_t start = from->loose_first > first ? from->loose_first : first;
        draw->loose_first = start - first;
        draw->loose_nbytes = end - start;
    }
}

void sim_add_draw(sim_world *world, sim_subject *s, strict_read *read, size_t first) {
    add_part(world, s, read, first,
        &(sim_held){.bytes = s->torn ? NULL : s->shown,
            .other = s->before,
            .loose_first = s->loose.first * s->itemsize,
            .loose_nbytes = s->loose.count * s->itemsize});
}

void sim_add_held_draw(sim_world *world, sim_subject *s, strict_read *read, size_t first) {
    add_part(world, s, read, first, &s->held);
}

static void draw_held(sim_world *world, sim_subject *s, bool elsewhere) {
    if (world->here->lost) {
        drop_held(s);
        return;
    }
    const sim_held held = s->held;
    const trm_gl_span *span = &held.span;
    sim_draw *draw = new_draw(world, s);
    draw->bytes = held.bytes;
    draw->other = held.other;
    draw->nbytes = span->nbytes;
    draw->loose_first = held.loose_first;
    draw->loose_nbytes = held.loose_nbytes;
    set_read(world, draw,
        elsewhere ? read_elsewhere(world, s)
                  : strict_gpu_read_later(
                        world->here->gpu, s->reader, span->object, span->offset, span->nbytes));
    s->held = (sim_held){0};
}

void sim_draw_held(sim_world *world, sim_subject *s, bool elsewhere) {
    sim_context *const back = world->here;
    if (s->held.held) {
        sim_go(world, s->held.where);
        draw_held(world, s, elsewhere);
        sim_go(world, back);
    }
}

void sim_draw_all_held(sim_world *world) {
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        if (world->subjects[i].held.where == world->here) {
            sim_draw_held(world, &world->subjects[i], false);
        }
    }
}

static void compare(sim_world *world, const sim_draw *draw, const unsigned char *got) {
    world->report->compared++;
    if (draw->bytes == NULL || memcmp(got, draw->bytes, draw->nbytes) == 0) {
        return;
    }
    for (size_t i = 0; i < draw->nbytes; i++) {
        const bool loose = i >= draw->loose_first && i - draw->loose_first < draw->loose_nbytes;
        const bool other = draw->other != NULL && got[i] == draw->other[i];
        if (!loose && !other && got[i] != draw->bytes[i]) {
            sim_fail(world, "the draw of #%lu at step %lu: byte %lu of %lu is 0x%02x, not 0x%02x",
                (unsigned long)draw->subject, (unsigned long)draw->step, (unsigned long)i,
                (unsigned long)draw->nbytes, got[i], draw->bytes[i]);
            return;
        }
    }
}

static void pop_draw(sim_world *world) {
    sim_draw *draw = &world->here->draws[world->here->draw_first];
    if (draw->read != NULL) {
        strict_gpu_forget(world->here->gpu, draw->read);
    }
    free(draw->bytes);
    free(draw->other);
    world->here->draw_first = (world->here->draw_first + 1) % SIM_DRAWS;
    world->here->draw_count--;
}

void sim_check_draws(sim_world *world, bool all) {
    while (world->here->draw_count > 0) {
        const sim_draw *draw = &world->here->draws[world->here->draw_first];
        const unsigned char *got = draw->read != NULL ? strict_gpu_result(draw->read) : NULL;
        if (got == NULL && !all) {
            return;
        }
        if (got != NULL) {
            compare(world, draw, got);
        } else if (!world->here->lost) {
            sim_fail(world, "a draw that never executed");
        }
        pop_draw(world);
    }
}

void sim_forget_draws(sim_world *world) {
    while (world->here->draw_count > 0) {
        pop_draw(world);
    }
}
