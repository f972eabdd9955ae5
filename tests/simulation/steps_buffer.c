/* Steps: what a program does to its buffers. */
#include <stdlib.h>
#include <string.h>

#include "simulation/sim_kinds.h"

#define NUMBER(s) ((unsigned long)((s)-world->subjects))
#define UL(value) ((unsigned long)(value))

/* --- Coming and going */

void sim_step_create(sim_world *world, sim_subject *s, const sim_step *step) {
    char text[200];
    if (s->buffer != NULL) {
        return;
    }
    sim_subject_open(world, (size_t)NUMBER(s), step);
    if (s->buffer != NULL) {
        sim_describe(s, text, sizeof text);
        sim_note(world, "create #%lu: %s", NUMBER(s), text);
    }
}

void sim_step_destroy(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->buffer == NULL) {
        return;
    }
    sim_context *const back = world->here;
    sim_note(world, "destroy #%lu", NUMBER(s));
    if (s->home != NULL) {
        sim_go(world, s->home); /* it is detached there */
    }
    if (step->a % 2 == 0) {
        sim_draw_held(world, s, false);
    }
    const sim_held held = s->held; /* stays valid for the frame */
    s->held = (sim_held){0};
    const strict_reader reader = s->reader;
    sim_enter(world);
    const trm_result result = trm_buffer_destroy(s->buffer);
    sim_leave_buffer(world, "destroy", result, SIM_OK, 0);
    s->buffer = NULL;
    sim_subject_free(s);
    s->held = held;
    s->reader = reader;
    sim_draw_held(world, s, false);
    sim_go(world, back);
}

/* --- Edits */

static bool has_array(const sim_subject *s) {
    return s->buffer != NULL && s->has_data;
}

static void scribble_items(sim_subject *s, size_t first, size_t count, uint32_t noise) {
    for (size_t i = 0; i < count; i += 1) {
        unsigned char *item = s->array + (first + i) * s->stride;
        if (s->stride == s->itemsize) {
            sim_scribble(item, count * s->itemsize, noise);
            return;
        }
        sim_scribble(item, s->itemsize, noise + (uint32_t)i);
    }
}

/* Any range, mostly a short one. */
static sim_loose choose_range(const sim_subject *s, const sim_step *step) {
    const size_t first = step->a % s->nitems, left = s->nitems - first;
    const size_t most = step->b % 4 == 0 || left < 16 ? left : 16;
    return (sim_loose){first, 1 + step->b / 4 % most};
}

static void check_edited(sim_world *world, sim_subject *s, uint64_t revision) {
    if (!trm_buffer_pending(s->buffer)) {
        sim_fail(world, "an edit is not pending");
    }
    if (trm_buffer_revision(s->buffer) == revision) {
        sim_fail(world, "an edit left the revision as it was");
    }
}

static bool is_among(const trm_buffer *buffer, trm_buffer *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (list[i] == buffer) {
            return true;
        }
    }
    return false;
}

void sim_step_range(sim_world *world, sim_subject *s, const sim_step *step) {
    if (!has_array(s)) {
        return;
    }
    const sim_loose items = choose_range(s, step);
    const bool to_end = step->c % 16 == 0;
    const size_t count = to_end ? s->nitems - items.first : items.count;
    const uint64_t revision = trm_buffer_revision(s->buffer);
    sim_note(world, "update #%lu: items %lu + %lu", NUMBER(s), UL(items.first), UL(count));
    scribble_items(s, items.first, count, step->c);
    sim_enter(world);
    const trm_result result =
        trm_buffer_update_range(s->buffer, items.first, to_end ? TRM_WHOLE : count);
    sim_leave_buffer(world, "update_range", result, SIM_OK, 0);
    sim_mark(s, items.first, count);
    check_edited(world, s, revision);
}

/* Edits and marks single items. */
static void edit_items(
    sim_world *world, sim_subject *s, const uint32_t *indices, size_t count, uint32_t noise) {
    const uint64_t revision = trm_buffer_revision(s->buffer);
    sim_note(world, "update #%lu: %lu single items", NUMBER(s), UL(count));
    for (size_t i = 0; i < count; i++) {
        scribble_items(s, indices[i], 1, noise + (uint32_t)i);
        sim_mark(s, indices[i], 1);
    }
    sim_enter(world);
    const trm_result result = trm_buffer_update_indices(s->buffer, indices, count);
    sim_leave_buffer(world, "update_indices", result, SIM_OK, 0);
    check_edited(world, s, revision);
}

void sim_step_indices(sim_world *world, sim_subject *s, const sim_step *step) {
    uint32_t indices[24];
    if (!has_array(s)) {
        return;
    }
    random_state dice = {step->b};
    const size_t count = 1 + step->a % 24;
    for (size_t i = 0; i < count; i++) {
        indices[i] = (uint32_t)random_below(&dice, s->nitems);
    }
    edit_items(world, s, indices, count, step->c);
}

/* Items far from each other, and a sync at once: what is dispatched if anything is. Three times,
 * for the first sync may have more to do, which lets the next one expect much. */
void sim_step_scattered(sim_world *world, sim_subject *s, const sim_step *step) {
    uint32_t indices[64];
    for (uint32_t turn = 0; turn < 3 && has_array(s) && s->nitems >= 64; turn++) {
        const size_t most = s->nitems / 16 < 64 ? s->nitems / 16 : 64;
        const size_t count = 4 + step->a % (most - 3), distance = s->nitems / count;
        for (size_t i = 0; i < count; i++) {
            indices[i] = (uint32_t)(i * distance + (step->b + turn) % distance);
        }
        edit_items(world, s, indices, count, step->c + turn);
        sim_note(world, "sync");
        sim_sync(world);
    }
}

void sim_step_full(sim_world *world, sim_subject *s, const sim_step *step) {
    if (!has_array(s)) {
        return;
    }
    const uint64_t revision = trm_buffer_revision(s->buffer);
    sim_note(world, "update #%lu: everything", NUMBER(s));
    scribble_items(s, 0, s->nitems, step->c);
    sim_enter(world);
    const trm_result result = trm_buffer_update_full(s->buffer);
    sim_leave_buffer(world, "update_full", result, SIM_OK, 0);
    sim_mark_all(s);
    s->owed = (sim_loose){0, 0};
    check_edited(world, s, revision);
}

/* Some of the buffers, in an order that is not theirs, and some twice. Now and then one of them has
 * no array: the others are marked all the same. */
void sim_step_many(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_buffer *list[2 * SIM_SUBJECTS];
    uint64_t revisions[SIM_SUBJECTS];
    const bool mistaken = s->buffer != NULL && !s->has_data;
    size_t count = 0;
    for (size_t i = 0; i < 2 * SIM_SUBJECTS; i++) {
        sim_subject *other = &world->subjects[(i * 5 + step->a) % SIM_SUBJECTS];
        if (has_array(other) && (step->b >> (i % 32) & 1) != 0) {
            list[count++] = other->buffer;
        }
    }
    if (mistaken) {
        const size_t place = step->c % (count + 1);
        list[count] = s->buffer;
        list[count++] = list[place];
        list[place] = s->buffer;
    }
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        sim_subject *other = &world->subjects[i];
        revisions[i] = other->buffer != NULL ? trm_buffer_revision(other->buffer) : 0;
        if (has_array(other) && is_among(other->buffer, list, count)) {
            scribble_items(other, 0, other->nitems, step->c + (uint32_t)i);
        }
    }
    sim_note(world, "update %lu buffers%s", UL(count), mistaken ? ", one without an array" : "");
    sim_enter(world);
    const trm_result result = trm_buffer_update_many(list, count);
    sim_leave_buffer(world, "update_many", result, mistaken ? SIM_MAY(TRM_ERROR_STATE) : SIM_OK, 0);
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        sim_subject *other = &world->subjects[i];
        if (has_array(other) && is_among(other->buffer, list, count)) {
            sim_mark_all(other);
            other->owed = (sim_loose){0, 0};
            check_edited(world, other, revisions[i]);
        } else if (other->buffer != NULL && trm_buffer_revision(other->buffer) != revisions[i]) {
            sim_fail(world, "a buffer that was not named has another revision");
        }
    }
}

/* Another thread writes, and its mark comes later: until then nobody can say what is shown. Where
 * the GPU writes too, whole chunks would be in doubt. */
void sim_step_write(sim_world *world, sim_subject *s, const sim_step *step) {
    if (!has_array(s) || s->owed.count > 0 || (s->usage & TRM_USAGE_GPU_WRITE) != 0) {
        return;
    }
    s->owed = choose_range(s, step);
    sim_note(world, "write #%lu: items %lu + %lu, not marked", NUMBER(s), UL(s->owed.first),
        UL(s->owed.count));
    scribble_items(s, s->owed.first, s->owed.count, step->c);
}

void sim_step_mark(sim_world *world, sim_subject *s, const sim_step *step) {
    (void)step;
    if (!has_array(s) || s->owed.count == 0) {
        return;
    }
    const uint64_t revision = trm_buffer_revision(s->buffer);
    sim_note(world, "mark #%lu: items %lu + %lu", NUMBER(s), UL(s->owed.first), UL(s->owed.count));
    sim_enter(world);
    const trm_result result = trm_buffer_update_range(s->buffer, s->owed.first, s->owed.count);
    sim_leave_buffer(world, "update_range", result, SIM_OK, 0);
    sim_mark(s, s->owed.first, s->owed.count);
    s->owed = (sim_loose){0, 0};
    check_edited(world, s, revision);
}

void sim_step_set_data(sim_world *world, sim_subject *s, const sim_step *step) {
    static const size_t gaps[] = {0, 0, 1, 8};
    if (!has_array(s)) {
        return;
    }
    const size_t stride = s->itemsize + gaps[step->a % 4];
    unsigned char *fresh = sim_new_array(s, stride, step->c);
    const uint64_t revision = trm_buffer_revision(s->buffer);
    sim_note(world, "set_data #%lu: stride %lu", NUMBER(s), UL(stride));
    sim_enter(world);
    const trm_result result =
        trm_buffer_set_data(s->buffer, fresh, sim_nbytes(s), stride == s->itemsize ? 0 : stride);
    sim_leave_buffer(world, "set_data", result, SIM_OK, 0);
    memset(s->array, 0xdd, sim_array_nbytes(s));
    free(s->array);
    s->array = fresh;
    s->stride = stride;
    s->owed = (sim_loose){0, 0};
    sim_mark_all(s);
    check_edited(world, s, revision);
}

/* --- Without data */

static void note_sent(sim_subject *s, size_t first, const unsigned char *bytes, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++) {
        s->sent[first + i] = bytes[i];
        s->sent_nbytes += !s->sent_mask[first + i];
        s->sent_mask[first + i] = 1;
    }
}

void sim_step_send(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->buffer == NULL || s->has_data) {
        return;
    }
    const bool whole = step->b % 4 == 0;
    const size_t item = whole ? 0 : step->a % s->nitems, first = item * s->itemsize;
    const size_t left = sim_nbytes(s) - first;
    const size_t nbytes = whole ? left : 1 + step->b / 4 % (left < 200 ? left : 200);
    unsigned char *bytes = malloc(nbytes);
    if (bytes == NULL) {
        abort();
    }
    sim_scribble(bytes, nbytes, step->c);
    sim_note(world, "send #%lu: %lu bytes at item %lu", NUMBER(s), UL(nbytes), UL(item));
    sim_enter(world);
    const trm_result result = trm_buffer_send_data(s->buffer, item, bytes, nbytes);
    sim_leave_buffer(world, "send_data", result, SIM_OK, SIM_MAY(TRM_ERROR_OUT_OF_MEMORY));
    if (result == TRM_OK) {
        note_sent(s, first, bytes, nbytes);
        if (!trm_buffer_pending(s->buffer)) {
            sim_fail(world, "what was sent is not pending");
        }
    }
    memset(bytes, 0xdd, nbytes);
    free(bytes);
}

/* --- Other sizes */

static void clamp_draw_range(sim_subject *s) {
    if (s->draw_offset >= s->nitems) {
        s->draw_offset = 0;
        s->draw_size = s->draw_size == TRM_WHOLE ? TRM_WHOLE : 0;
    } else if (s->draw_size != TRM_WHOLE && s->draw_size > s->nitems - s->draw_offset) {
        s->draw_size = s->nitems - s->draw_offset;
    }
}

static void check_draw_range(sim_world *world, const sim_subject *s) {
    const trm_range range = trm_buffer_draw_range(s->buffer);
    const size_t size = s->draw_size == TRM_WHOLE ? s->nitems - s->draw_offset : s->draw_size;
    if (range.offset != s->draw_offset || range.size != size) {
        sim_fail(world, "the draw range is %lu + %lu, not %lu + %lu", UL(range.offset),
            UL(range.size), UL(s->draw_offset), UL(size));
    }
}

/* The model after a resize that succeeded. */
static void take_size(sim_subject *s, unsigned char *fresh) {
    const size_t nbytes = sim_nbytes(s);
    free(s->array);
    s->array = fresh;
    s->owed = (sim_loose){0, 0};
    s->resized = true;
    clamp_draw_range(s);
    sim_set_chunks(s);
    if (!s->has_data) {
        free(s->sent);
        free(s->sent_mask);
        s->sent = malloc(nbytes);
        s->sent_mask = calloc(nbytes, 1);
        s->sent_nbytes = 0;
        if (s->sent == NULL || s->sent_mask == NULL) {
            abort();
        }
    }
}

void sim_step_resize(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->buffer == NULL || s->write.pointer != NULL) {
        return;
    }
    const size_t before = s->nitems, stride = s->stride;
    const size_t most = before * s->itemsize > 20000 ? before : 2 * before;
    const size_t nitems = 1 + step->a % most;
    sim_note(world, "resize #%lu: %lu to %lu items", NUMBER(s), UL(before), UL(nitems));
    s->nitems = nitems;
    s->stride = s->itemsize + (s->has_data && step->b % 3 == 0 ? 5 : 0);
    unsigned char *fresh = s->has_data ? sim_new_array(s, s->stride, step->c) : NULL;
    sim_enter(world);
    const trm_result result = trm_buffer_resize(
        s->buffer, fresh, sim_nbytes(s), s->stride == s->itemsize ? 0 : s->stride);
    sim_leave_buffer(world, "resize", result, SIM_OK, SIM_MAY(TRM_ERROR_OUT_OF_MEMORY));
    if (result != TRM_OK) {
        s->nitems = before;
        s->stride = stride;
        free(fresh);
        return;
    }
    take_size(s, fresh);
    check_draw_range(world, s);
}

void sim_step_draw_range(sim_world *world, sim_subject *s, const sim_step *step) {
    if (s->buffer == NULL) {
        return;
    }
    const size_t offset = step->a % (s->nitems + 2);
    const size_t size = step->b % 4 == 0 ? TRM_WHOLE : step->b / 4 % (s->nitems + 2);
    const bool right = offset < s->nitems && (size == TRM_WHOLE || size <= s->nitems - offset);
    sim_note(world, "draw range #%lu: %lu + %lu", NUMBER(s), UL(offset), UL(size));
    sim_enter(world);
    const trm_result result = trm_buffer_set_draw_range(s->buffer, offset, size);
    sim_leave_buffer(
        world, "set_draw_range", result, right ? SIM_OK : SIM_MAY(TRM_ERROR_OUT_OF_RANGE), 0);
    if (right) {
        s->draw_offset = offset;
        s->draw_size = size;
    }
    check_draw_range(world, s);
}

/* --- A consumer of the program's own */

/* The next maximal sequence of marked chunks, in items; `size` 0 when there is none. */
static trm_run next_run(const sim_subject *s, size_t chunk) {
    while (chunk < s->chunk_count && !s->marks[chunk]) {
        chunk++;
    }
    const size_t first = chunk;
    while (chunk < s->chunk_count && s->marks[chunk]) {
        chunk++;
    }
    const size_t end = chunk * s->chunk < s->nitems ? chunk * s->chunk : s->nitems;
    return (trm_run){first * s->chunk, chunk > first ? end - first * s->chunk : 0};
}

/* Runs come in order and whole, but for the last one that found room. */
static void check_runs(
    sim_world *world, sim_subject *s, const trm_run *runs, size_t count, size_t capacity) {
    for (size_t i = 0; i < count; i++) {
        const trm_run run = next_run(s, 0);
        if (runs[i].offset != run.offset || runs[i].size != run.size) {
            sim_fail(world, "run %lu is %lu + %lu, not %lu + %lu", UL(i), UL(runs[i].offset),
                UL(runs[i].size), UL(run.offset), UL(run.size));
            return;
        }
        memset(s->marks + run.offset / s->chunk, 0, (run.size - 1) / s->chunk + 1);
    }
    if (count < capacity && next_run(s, 0).size > 0) {
        sim_fail(world, "a run is missing");
    }
}

void sim_step_take_runs(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_run runs[8];
    size_t count = 0;
    if (!has_array(s) || s->owed.count > 0) {
        return;
    }
    const size_t capacity = 1 + step->a % 8;
    sim_note(world, "take runs #%lu: at most %lu", NUMBER(s), UL(capacity));
    sim_enter(world);
    const trm_result result = trm_buffer_take_runs(s->buffer, runs, capacity, &count);
    sim_leave_buffer(
        world, "take_runs", result, s->home != NULL ? SIM_MAY(TRM_ERROR_ATTACHED) : SIM_OK, 0);
    if (result == TRM_OK) {
        check_runs(world, s, runs, count, capacity);
    }
}
