#include "strict/losses_world.h"

#include <stdlib.h>
#include <string.h>

#include "support/scatter_kernel.h"

/* --- Host memory */

static void *get_memory(size_t nbytes) {
    void *memory = malloc(nbytes);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

static void *allocate(void *user, size_t nbytes) {
    world *w = user;
    w->allocations++;
    if (w->fail_allocation > 0 && --w->fail_allocation == 0) {
        return NULL;
    }
    w->live_nbytes += nbytes;
    return get_memory(nbytes);
}

static void release(void *user, void *memory, size_t nbytes) {
    world *w = user;
    w->live_nbytes -= nbytes;
    free(memory);
}

/* --- GPUs */

static void open_gpu(world *w) {
    gpu = strict_gpu_create(&w->gpu_desc);
    strict_gpu_make_current(gpu);
    scatter_kernel_register(gpu);
    const uint64_t nth = w->gpus < 2 ? w->lose_at[w->gpus] : 0;
    if (nth > 0) {
        strict_gpu_fail(gpu, NULL, nth, false, STRICT_FAIL_CONTEXT_LOST);
    }
    w->gpus++;
}

static void forget_draws(world *w) {
    for (size_t i = 0; i < w->draw_count; i++) {
        strict_gpu_forget(gpu, w->draws[i].draw);
        free(w->draws[i].bytes);
    }
    w->draw_count = 0;
}

/* The old one is gone for good: whoever touches its memory touches freed memory. */
void losses_next_gpu(world *w) {
    forget_draws(w);
    ck_assert_uint_eq(strict_gpu_audit(gpu), 0);
    if (w->gpus == 1) {
        w->calls = strict_gpu_calls(gpu, NULL);
    }
    strict_gpu_destroy(gpu);
    open_gpu(w);
    w->losses++;
}

bool losses_say(world *w, trm_result result) {
    if (result == TRM_OK) {
        return true;
    }
    ck_assert_msg(strict_gpu_is_lost(gpu), "%s: %s", w->how->name, trm_result_string(result));
    w->told |= result == TRM_ERROR_DEVICE_LOST;
    return false;
}

/* The same names in the same order, thousands of times: looking them up would take most of a run.
 */
static trm_gl_proc get_proc(void *user, const char *name) {
    static struct {
        char name[64];
        trm_gl_proc proc;
    } known[2048];
    static size_t count, at; /* the last one found */
    for (size_t i = 0; i < count; i++) {
        at = at + 1 < count ? at + 1 : 0;
        if (strcmp(known[at].name, name) == 0) {
            return known[at].proc;
        }
    }
    const trm_gl_proc proc = strict_gpu_get_proc(user, name);
    ck_assert(count < sizeof known / sizeof known[0] && strlen(name) < sizeof known[0].name);
    strcpy(known[count].name, name);
    known[count++].proc = proc;
    return proc;
}

static trm_gl_device_desc describe(world *w) {
    return (trm_gl_device_desc){.get_proc_address = get_proc,
        .user = gpu,
        .scatter = w->how->scatter,
        .device = {.memory_kind = w->how->memory,
            .no_pages = !w->how->with_pages,
            .no_inline = !w->how->with_inline,
            .staging_nbytes = 16384,
            .wait_timeout_ns = 100000,
            .allocator = {.allocate = allocate, .release = release, .user = w}}};
}

trm_result losses_restore(world *w) {
    trm_gl_device_desc desc = describe(w);
    desc.device = (trm_device_desc){.region_count = 0};
    return trm_gl_device_restore(w->device, &desc);
}

/* --- Buffers */

void losses_scribble(world *w, unsigned char *bytes, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++) {
        bytes[i] = (unsigned char)random_next(&w->dice);
    }
}

void losses_make(world *w, subject *s) {
    const program *how = w->how;
    s->nitems = how->nitems;
    s->itemsize = 12;
    s->has_data = !how->without_data;
    s->has_content = s->has_data;
    s->shadow = get_memory(s->nitems * s->itemsize);
    losses_scribble(w, s->shadow, s->nitems * s->itemsize);
    const trm_buffer_desc desc = {.data = s->has_data ? s->shadow : NULL,
        .nitems = s->nitems,
        .format = "3xf4",
        .chunk_size = 4,
        .usage = TRM_USAGE_VERTEX,
        .placement = how->placement};
    ck_assert_int_eq(trm_buffer_create(&desc, &s->buffer), TRM_OK);
    if (!s->has_data) {
        memset(s->shadow, 0, s->nitems * s->itemsize);
    }
}

void losses_send(world *w, subject *s, size_t offset, size_t nbytes) {
    unsigned char *bytes = s->shadow + offset * s->itemsize;
    losses_scribble(w, bytes, nbytes);
    ck_assert_int_eq(trm_buffer_send_data(s->buffer, offset, bytes, nbytes), TRM_OK);
    s->has_content = true;
}

static void edit(world *w, subject *s) {
    for (size_t i = 0; i < w->how->edits; i++) {
        const size_t first = random_below(&w->dice, s->nitems), most = s->nitems - first;
        const size_t count = 1 + random_below(&w->dice, most < 5 ? most : 5);
        if (!s->has_data) {
            losses_send(w, s, first, count * s->itemsize);
            continue;
        }
        losses_scribble(w, s->shadow + first * s->itemsize, count * s->itemsize);
        ck_assert_int_eq(trm_buffer_update_range(s->buffer, first, count), TRM_OK);
    }
}

/* --- Looking */

static void compare_draws(world *w) {
    strict_gpu_drain(gpu);
    for (size_t i = 0; i < w->draw_count && !strict_gpu_is_lost(gpu); i++) {
        const unsigned char *seen = strict_gpu_result(w->draws[i].draw);
        ck_assert_ptr_nonnull(seen);
        ck_assert_msg(memcmp(seen, w->draws[i].bytes, w->draws[i].nbytes) == 0,
            "%s: draw %lu shows other bytes", w->how->name, (unsigned long)i);
    }
    forget_draws(w);
}

void losses_expect_draw(
    world *w, const trm_gl_span *span, const unsigned char *bytes, size_t nbytes) {
    if (strict_gpu_is_lost(gpu)) {
        return;
    }
    if (w->draw_count == LOSSES_DRAWS) {
        compare_draws(w);
    }
    expected *draw = &w->draws[w->draw_count++];
    draw->nbytes = nbytes;
    draw->bytes = memcpy(get_memory(nbytes), bytes, nbytes);
    draw->draw = strict_gpu_read_later(gpu, STRICT_VERTEX, span->object, span->offset, nbytes);
    ck_assert_ptr_nonnull(draw->draw);
}

void losses_show(world *w, subject *s) {
    trm_gl_span span;
    if (s->has_content && losses_say(w, trm_gl_acquire(w->device, s->buffer, &span))) {
        losses_expect_draw(w, &span, s->shadow, s->nitems * s->itemsize);
    }
}

/* Reads that have come are right; others are still under way. With `over` they are of a context
 * that is gone. */
static void poll_reads(world *w, bool over) {
    size_t kept = 0;
    for (size_t i = 0; i < w->read_count; i++) {
        expected *read = &w->reads[i];
        const trm_result result = trm_read_poll(read->read);
        ck_assert_int_eq(over, over && result == TRM_ERROR_DEVICE_LOST);
        if (result == TRM_NOT_READY) {
            w->reads[kept++] = *read;
            continue;
        }
        if (over || !losses_say(w, result)) {
            ck_assert_ptr_null(over ? trm_read_data(read->read) : NULL);
        } else if (!strict_gpu_is_lost(gpu)) {
            ck_assert_mem_eq(trm_read_data(read->read), read->bytes, read->nbytes);
        }
        trm_read_destroy(read->read);
        free(read->bytes);
    }
    w->read_count = kept;
}

void losses_look_at_all(world *w) {
    if (!losses_say(w, trm_device_sync(w->device))) {
        return;
    }
    for (size_t i = 0; i < w->how->count; i++) {
        losses_show(w, &w->subjects[i]);
    }
    losses_say(w, trm_device_end_frame(w->device));
    compare_draws(w);
}

/* --- Programs */

void losses_open(world *w, const program *how, const strict_gpu_desc *desc) {
    w->how = how;
    w->gpu_desc = *desc;
    w->dice.sequence = 11;
    open_gpu(w);
    trm_gl_device_desc device_desc = describe(w);
    while (trm_gl_device_create(&device_desc, &w->device) != TRM_OK) {
        ck_assert(strict_gpu_is_lost(gpu));
        losses_next_gpu(w);
        device_desc = describe(w);
    }
    for (size_t i = 0; i < how->count; i++) {
        losses_make(w, &w->subjects[i]);
    }
}

void losses_frame(world *w, int frame) {
    for (size_t i = 0; i < w->how->count; i++) {
        edit(w, &w->subjects[i]);
    }
    if (w->how->special != NULL) {
        w->how->special(w, frame);
    }
    losses_say(w, trm_device_sync(w->device));
    for (size_t i = 0; i < w->how->count; i++) {
        losses_show(w, &w->subjects[i]);
        edit(w, &w->subjects[i]);
        losses_show(w, &w->subjects[i]);
    }
    losses_say(w, trm_device_end_frame(w->device));
    poll_reads(w, false);
    if (frame % 3 == 2) {
        compare_draws(w);
    }
}

/* A device that said that it is lost leaves GL alone. */
static void expect_silence(world *w) {
    trm_gl_span span;
    const uint64_t calls = strict_gpu_calls(gpu, NULL);
    ck_assert_int_eq(trm_device_sync(w->device), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(
        trm_gl_acquire(w->device, w->subjects[0].buffer, &span), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_device_end_frame(w->device), TRM_ERROR_DEVICE_LOST);
    ck_assert_uint_eq(strict_gpu_calls(gpu, NULL), calls);
}

/* What only the GPU had is sent again; everything else is there. */
void losses_bring_back(world *w) {
    poll_reads(w, true);
    for (size_t i = 0; i < w->how->count; i++) {
        subject *s = &w->subjects[i];
        trm_buffer_info info = {.content_lost = false};
        trm_device_buffer_info(w->device, s->buffer, &info); /* not if it is not attached */
        ck_assert(trm_buffer_pending(s->buffer) || !s->has_data);
        ck_assert(!info.content_lost || !s->has_data);
        if (info.content_lost) {
            const size_t nbytes = s->nitems * s->itemsize;
            ck_assert(s->has_content);
            ck_assert_int_eq(trm_buffer_send_data(s->buffer, 0, s->shadow, nbytes), TRM_OK);
        }
    }
}

void losses_recover(world *w) {
    if (!strict_gpu_is_lost(gpu)) {
        return;
    }
    if (!w->told) { /* the context says nothing */
        ck_assert(w->gpu_desc.no_robustness);
        trm_device_lost(w->device);
    }
    expect_silence(w);
    do {
        losses_next_gpu(w);
    } while (!losses_say(w, losses_restore(w)));
    w->told = false;
    losses_bring_back(w);
    losses_look_at_all(w);
}

void losses_close(world *w) {
    for (size_t i = 0; i < w->how->count; i++) {
        ck_assert_int_eq(trm_buffer_destroy(w->subjects[i].buffer), TRM_OK);
        free(w->subjects[i].shadow);
    }
    trm_stream_destroy(w->stream);
    poll_reads(w, false);
    for (size_t i = 0; i < w->read_count; i++) {
        free(w->reads[i].bytes); /* the read goes with the device */
    }
    trm_device_destroy(w->device);
    compare_draws(w);
    strict_gpu_drain(gpu);
    ck_assert_uint_eq(strict_gpu_audit(gpu), 0);
    const bool lost = strict_gpu_is_lost(gpu); /* on the way out */
    w->losses += lost;
    ck_assert(lost || strict_gpu_live_buffers(gpu) + strict_gpu_live_fences(gpu) == 0);
    ck_assert(lost || strict_gpu_live_programs(gpu) == 0);
    ck_assert_uint_eq(w->live_nbytes, 0);
    if (w->gpus == 1) {
        w->calls = strict_gpu_calls(gpu, NULL);
    }
    strict_test_close();
}
