#include "support/paced.h"

#include <string.h>

#define MAX_DRAWS (4 * (HARNESS_FRAMES_IN_FLIGHT + 1))
#define MAX_SPANS 16

typedef struct paced_state {
    model_draw draws[MAX_DRAWS]; /* oldest first */
    size_t draw_count;
    trm_gl_span spans[MAX_SPANS];
    uint32_t object; /* of the last span */
    paced_result result;
} paced_state;

static void note_span(paced_state *state, const trm_gl_span *span) {
    state->result.moves += state->object != 0 && state->object != span->object;
    state->result.last_offset = span->offset;
    state->object = span->object;
    for (unsigned i = 0; i < state->result.regions_used; i++) {
        if (state->spans[i].object == span->object && state->spans[i].offset == span->offset) {
            return;
        }
    }
    ck_assert_uint_lt(state->result.regions_used, MAX_SPANS);
    state->spans[state->result.regions_used++] = *span;
}

/* Compares the oldest draws until `keep` are left. */
static void check_draws(paced_state *state, size_t keep) {
    while (state->draw_count > keep) {
        state->result.draws++;
        state->result.mismatches += !model_check(&state->draws[0]);
        state->draw_count--;
        memmove(&state->draws[0], &state->draws[1], state->draw_count * sizeof state->draws[0]);
    }
}

static void edit_and_draw(paced_state *state, trm_device *device, model *m, const paced_run *run) {
    trm_gl_span span;
    model_edit_anything(m);
    const model_frame_info info = model_frame(m);
    state->result.touched_nbytes += info.touched_nbytes;
    state->result.bound_nbytes += info.touched_nbytes + info.runs * m->chunk * m->itemsize;
    if (run->sync) {
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    }
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    note_span(state, &span);
    ck_assert_uint_lt(state->draw_count, MAX_DRAWS);
    state->draws[state->draw_count++] = model_issue(m, run->reader, &span);
}

paced_result paced_frames(trm_device *device, model *m, const paced_run *run) {
    static paced_state state;
    const unsigned edits = run->edits_per_frame > 0 ? run->edits_per_frame : 1;
    memset(&state, 0, sizeof state);
    for (unsigned frame = 0; frame < run->frames; frame++) {
        if (run->idle) {
            harness_finish();
        } else {
            harness_keep_busy();
        }
        for (unsigned i = 0; i < edits; i++) {
            edit_and_draw(&state, device, m, run);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
        check_draws(&state, edits * HARNESS_FRAMES_IN_FLIGHT);
    }
    harness_finish();
    check_draws(&state, 0);
    return state.result;
}
