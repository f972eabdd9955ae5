/* A loss of the context at every single call of GL, in programs of every kind: what the CPU has is
 * back on the next GPU, bit for bit, and the program goes on. And a restore that fails wherever it
 * can, and is called again. */
#include "strict/losses_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/runner.h"

#define FRAMES   6
#define VARIANTS 3 /* of the GPU */

/* Calls from one loss to the next: sanitizers make runs ten times as long, valgrind fifty times. */
static uint64_t stride(void) {
#ifdef TRIREME_SANITIZED
    return 3;
#else
    return getenv("TRIREME_TEST_MEMCHECK") != NULL ? 29 : 1;
#endif
}

/* --- What is special */

/* Leave in flight, and come back with the next acquire. */
static void leave(world *w, int frame) {
    subject *s = &w->subjects[frame % 3];
    losses_show(w, s);
    if (frame % 3 == 0) {
        const trm_result result = trm_device_detach(w->device, s->buffer);
        ck_assert(result == TRM_OK || result == TRM_ERROR_STATE); /* it may not be attached */
    } else if (frame % 3 == 1) {
        ck_assert_int_eq(trm_buffer_destroy(s->buffer), TRM_OK);
        free(s->shadow);
        losses_make(w, s);
    }
}

static void resize(world *w, int frame) {
    subject *s = &w->subjects[frame % 2];
    const size_t nitems = 30 + random_below(&w->dice, 300);
    unsigned char *bytes = malloc(nitems * s->itemsize);
    ck_assert_ptr_nonnull(bytes);
    losses_show(w, s);
    losses_scribble(w, bytes, nitems * s->itemsize);
    ck_assert_int_eq(trm_buffer_resize(s->buffer, bytes, nitems * s->itemsize, 0), TRM_OK);
    free(s->shadow);
    s->shadow = bytes;
    s->nitems = nitems;
}

static void stream(world *w, int frame) {
    const trm_stream_desc desc = {.nbytes = 1000, .usage = TRM_USAGE_VERTEX};
    trm_gl_slice slices[3];
    unsigned char bytes[3][300];
    if (w->stream == NULL && !losses_say(w, trm_stream_create(w->device, &desc, &w->stream))) {
        return;
    }
    for (int i = 0; i < 3; i++) {
        losses_scribble(w, bytes[i], sizeof bytes[i]);
        if (!losses_say(w, trm_gl_stream_alloc(w->stream, 300, 0, &slices[i]))) {
            return;
        }
        memcpy(slices[i].pointer, bytes[i], 300);
    }
    if (losses_say(w, trm_stream_flush(w->stream))) {
        for (int i = 0; i < 3; i++) {
            const trm_gl_span span = {slices[i].object, slices[i].offset, 300};
            losses_expect_draw(w, &span, bytes[i], 300);
        }
    }
    if (frame % 4 == 3) {
        trm_stream_destroy(w->stream);
        w->stream = NULL;
    }
}

static void read_back(world *w, int frame) {
    subject *s = &w->subjects[frame % 2];
    losses_show(w, s);
    if (w->read_count == LOSSES_READS || w->told) {
        return;
    }
    expected *read = &w->reads[w->read_count];
    trm_gl_span span;
    if (losses_say(w, trm_gl_acquire(w->device, s->buffer, &span)) &&
        losses_say(w, trm_device_read_begin(w->device, s->buffer, 5, 100, &read->read))) {
        read->nbytes = 100 * s->itemsize;
        read->bytes = malloc(read->nbytes);
        ck_assert_ptr_nonnull(read->bytes);
        memcpy(read->bytes, s->shadow + 5 * s->itemsize, read->nbytes);
        w->read_count++;
    }
}

/* Two open at a time, the second written in part. What does not arrive was never there. */
static void in_place(world *w, int frame) {
    unsigned char bytes[50 * 12];
    void *pointers[2];
    bool open[2];
    for (int i = 0; i < 2; i++) {
        open[i] = losses_say(w, trm_device_write_begin(w->device, w->subjects[i].buffer,
                                    10 * (size_t)frame, 50, &pointers[i]));
        losses_show(w, &w->subjects[i]);
    }
    for (int i = 0; i < 2; i++) {
        const size_t items = i == 0 ? 50 : 20, nbytes = items * w->subjects[i].itemsize;
        if (open[i]) {
            losses_scribble(w, bytes, sizeof bytes);
            memcpy(pointers[i], bytes, sizeof bytes);
            if (losses_say(w, trm_device_write_end(w->device, w->subjects[i].buffer, items))) {
                memcpy(w->subjects[i].shadow + 10 * (size_t)frame * 12, bytes, nbytes);
                w->subjects[i].has_content = true;
            }
        }
    }
}

static const program programs[] = {
    {"mapped", TRM_PLACEMENT_MAPPED, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, false, false, false,
        3, 200, 3, NULL},
    {"device", TRM_PLACEMENT_DEVICE, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, false, false, false,
        3, 400, 3, NULL},
    {"moves", TRM_PLACEMENT_AUTO, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, false, true, false, 3,
        200, 2, NULL},
    {"scatter", TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS, false, false,
        false, 2, 500, 20, NULL},
    {"inline", TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_AUTO, false, true, false,
        3, 200, 2, NULL},
    {"pages", TRM_PLACEMENT_MAPPED, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, true, false, false,
        LOSSES_SUBJECTS, 20, 1, NULL},
    {"moving pages", TRM_PLACEMENT_AUTO, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS, true, true,
        false, 8, 30, 1, NULL},
    {"sent", TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_AUTO, false, false, true, 2,
        200, 3, NULL},
    {"in place", TRM_PLACEMENT_DEVICE, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, false, false, true,
        3, 200, 1, in_place},
    {"read back", TRM_PLACEMENT_AUTO, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, true, false, false,
        2, 200, 1, read_back},
    {"stream", TRM_PLACEMENT_MAPPED, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, false, false, false,
        1, 100, 1, stream},
    {"resize", TRM_PLACEMENT_AUTO, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_AUTO, false, false, false, 2,
        200, 2, resize},
    {"leave", TRM_PLACEMENT_MAPPED, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, true, false, false, 3,
        20, 2, leave},
};
#define PROGRAMS ((int)(sizeof programs / sizeof programs[0]))

/* --- Losses */

/* Runs a program whose GPUs are lost at these calls. */
static void run(
    world *w, const program *how, const strict_gpu_desc *desc, uint64_t first, uint64_t second) {
    memset(w, 0, sizeof *w);
    w->lose_at[0] = first;
    w->lose_at[1] = second;
    losses_open(w, how, desc);
    unsigned unheard = 0;
    for (int frame = 0; frame < FRAMES; frame++) {
        losses_frame(w, frame);
        if (strict_gpu_is_lost(gpu) && (w->told || desc->no_robustness)) {
            losses_recover(w);
            unheard = 0;
        }
        /* The end of a frame finds what happened before it. */
        unheard += strict_gpu_is_lost(gpu);
        ck_assert_uint_le(unheard, 1);
    }
    if (strict_gpu_is_lost(gpu)) {
        trm_device_lost(w->device);
        w->told = true;
        losses_recover(w);
    }
    losses_look_at_all(w);
    losses_close(w);
}

/* Either mode, and a context that never says that it is lost. */
static strict_gpu_desc variant(int i) {
    return (strict_gpu_desc){.mode = i == 1 ? STRICT_EAGER : STRICT_FLUSHED,
        .policy = i == 2 ? STRICT_ON_POLL : STRICT_ON_WAIT,
        .seed = 3,
        .no_robustness = i == 2};
}

/* _i: program and kind of GPU. */
START_TEST(a_loss_at_every_call) {
    static world w;
    const program *how = &programs[_i / VARIANTS];
    const strict_gpu_desc desc = variant(_i % VARIANTS);
    run(&w, how, &desc, 0, 0);
    const uint64_t calls = w.calls;
    ck_assert_uint_gt(calls, 50);
    for (uint64_t n = 1; n <= calls; n += stride()) {
        run(&w, how, &desc, n, 0);
        ck_assert_uint_eq(w.losses, 1);
    }
}
END_TEST

/* The second GPU is lost at every call, too: in the restore, in what it brings back, later. */
START_TEST(a_loss_behind_a_loss) {
    static world w;
    const program *how = &programs[_i];
    const strict_gpu_desc desc = variant(_i % 2);
    run(&w, how, &desc, 0, 0);
    const uint64_t middle = w.calls / 2;
    uint64_t losses = 2;
    for (uint64_t n = 1; losses == 2; n += stride()) {
        run(&w, how, &desc, middle, n);
        losses = w.losses;
    }
    ck_assert_uint_eq(losses, 1); /* the second GPU had fewer calls */
}
END_TEST

/* --- Restores that fail */

/* A device in the middle of things, lost. */
static void open_lost(world *w, const program *how, bool record) {
    memset(w, 0, sizeof *w);
    const strict_gpu_desc desc = {.policy = STRICT_ON_WAIT, .record_calls = record};
    losses_open(w, how, &desc);
    for (int frame = 0; frame < 3; frame++) {
        losses_frame(w, frame);
    }
    strict_gpu_lose(gpu, GL_GUILTY_CONTEXT_RESET);
    losses_say(w, trm_device_end_frame(w->device));
    ck_assert(w->told);
    losses_next_gpu(w);
}

/* It was refused, or not; after that it works. */
static void restore_at_last(world *w, trm_result result) {
    trm_gl_span span;
    if (result != TRM_OK) {
        ck_assert(result == TRM_ERROR_UNSUPPORTED || result == TRM_ERROR_DEVICE_LOST ||
                  result == TRM_ERROR_OUT_OF_MEMORY);
        const uint64_t calls = strict_gpu_calls(gpu, NULL);
        ck_assert_int_eq(
            trm_gl_acquire(w->device, w->subjects[0].buffer, &span), TRM_ERROR_DEVICE_LOST);
        ck_assert_uint_eq(strict_gpu_calls(gpu, NULL), calls);
    }
    if (strict_gpu_is_lost(gpu)) { /* noticed or not */
        trm_device_lost(w->device);
        losses_next_gpu(w);
        result = TRM_ERROR_DEVICE_LOST;
    }
    if (result != TRM_OK) {
        ck_assert_int_eq(losses_restore(w), TRM_OK);
    }
    w->told = false;
    losses_bring_back(w);
    losses_look_at_all(w);
    losses_frame(w, 3);
    losses_look_at_all(w);
    losses_close(w);
}

START_TEST(a_restore_that_fails_at_every_call) {
    static world w;
    const program *how = &programs[3]; /* the scatter program is built, too */
    char names[300][40];
    open_lost(&w, how, true);
    ck_assert_int_eq(losses_restore(&w), TRM_OK);
    const size_t calls = (size_t)strict_gpu_calls(gpu, NULL);
    ck_assert(calls > 20 && calls <= 300);
    for (size_t i = 0; i < calls; i++) {
        snprintf(names[i], sizeof names[i], "%s", strict_gpu_call_name(gpu, i + 1));
    }
    restore_at_last(&w, TRM_OK);
    size_t failed = 0, refused = 0;
    for (size_t i = 0; i < calls; i++) {
        for (unsigned way = 1; way <= STRICT_FAIL_CONTEXT_LOST; way <<= 1) {
            if ((strict_gpu_failures_of(names[i]) & way) == 0) {
                continue;
            }
            open_lost(&w, how, false);
            strict_gpu_fail(gpu, NULL, i + 1, false, (strict_failure)way);
            const trm_result result = losses_restore(&w);
            failed += strict_gpu_failed(gpu) != 0;
            refused += result != TRM_OK;
            restore_at_last(&w, result);
        }
    }
    ck_assert_uint_ge(failed, calls);
    ck_assert_uint_ge(refused, calls); /* each of the losses */
    printf("%lu calls, %lu failures, %lu restores refused\n", (unsigned long)calls,
        (unsigned long)failed, (unsigned long)refused);
}
END_TEST

/* Whatever follows from a context's limits is worked out anew. */
START_TEST(a_context_with_other_alignments) {
    static world w;
    trm_gl_slice slice;
    open_lost(
        &w, &(program){.name = "streams", .count = 1, .nitems = 20, .special = stream}, false);
    w.gpu_desc.map_alignment = 512;
    losses_next_gpu(&w);
    ck_assert_int_eq(losses_restore(&w), TRM_OK);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(trm_gl_stream_alloc(w.stream, 300, 0, &slice), TRM_OK);
        ck_assert_uint_eq(slice.offset % 512, 0);
    }
    restore_at_last(&w, TRM_OK);
}
END_TEST

START_TEST(a_restore_that_gets_no_memory) {
    static world w;
    for (int i = 0; i < PROGRAMS; i++) {
        trm_result result = TRM_ERROR_OUT_OF_MEMORY;
        uint64_t n = 1;
        for (; result != TRM_OK; n++) {
            open_lost(&w, &programs[i], false);
            w.fail_allocation = n;
            result = losses_restore(&w);
            ck_assert(result == TRM_OK || result == TRM_ERROR_OUT_OF_MEMORY);
            w.fail_allocation = 0;
            restore_at_last(&w, result);
        }
        ck_assert_uint_gt(n, 2); /* it allocates at all */
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("losses on the strict GPU");
    TCase *tcase = tcase_create("losses");
    tcase_add_checked_fixture(tcase, NULL, strict_test_close);
    tcase_add_loop_test(tcase, a_loss_at_every_call, 0, VARIANTS * PROGRAMS);
    tcase_add_loop_test(tcase, a_loss_behind_a_loss, 0, PROGRAMS);
    tcase_add_test(tcase, a_restore_that_fails_at_every_call);
    tcase_add_test(tcase, a_context_with_other_alignments);
    tcase_add_test(tcase, a_restore_that_gets_no_memory);
    suite_add_tcase(suite, tcase);
    return runner_run(&suite, 1);
}
