/* The library on the strict GPU: random frames of several buffers, with the GPU as late as it
 * likes. Whatever fails on the way, each draw reads its buffer as it was when the span was
 * acquired. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trireme/trireme.h>

#include "strict/strict_test.h"
#include "support/random.h"
#include "support/runner.h"
#include "support/scatter_kernel.h"

#define BUFFERS 5
#define FRAMES  60
#define SEEDS   12
#define DRAWS   512

typedef struct subject {
    trm_buffer *buffer;
    unsigned char *array; /* borrowed by the buffer */
    size_t nitems, itemsize;
    strict_reader reader;
    /* A span acquired in this frame whose draw comes later, and what it must read. */
    bool held;
    trm_gl_span span;
    unsigned char *bytes;
} subject;

/* What a draw must read. */
typedef struct expectation {
    strict_read *draw;
    unsigned char *bytes;
    size_t nbytes;
} expectation;

/* Where the buffers live, and how bytes get there. The ring is small enough to be lapped. */
typedef struct variant {
    trm_placement placement;
    trm_memory_kind memory;
    trm_gl_scatter_mode scatter;
    uint64_t staging_nbytes;
    bool with_inline; /* small edits go with their commands */
    bool with_pages;  /* small buffers share objects */
} variant;

static const variant variants[] = {
    {TRM_PLACEMENT_MAPPED, TRM_MEMORY_SOFTWARE, TRM_GL_SCATTER_NEVER, 4096, false, false},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_SOFTWARE, TRM_GL_SCATTER_NEVER, 4096, false, false},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_AUTO, 16384, false, false},
    {TRM_PLACEMENT_AUTO, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, 0, true, false},
    {TRM_PLACEMENT_AUTO, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS, 4096, false, false},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_AUTO, 4096, true, false},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_NEVER, 4096, true, false},
    {TRM_PLACEMENT_MAPPED, TRM_MEMORY_SOFTWARE, TRM_GL_SCATTER_NEVER, 4096, false, true},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_AUTO, 4096, false, true},
    {TRM_PLACEMENT_AUTO, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS, 4096, true, true},
};
#define VARIANTS ((int)(sizeof variants / sizeof variants[0]))

static const variant *how = &variants[0];
static uint64_t dispatches, copies, updates; /* in the runs of one test */
static random_state dice;
static subject subjects[BUFFERS];
static expectation expectations[DRAWS];
static size_t draw_count;
static trm_device *device;
static char last_message[256];

static void hear(void *user, const trm_message *message) {
    (void)user;
    snprintf(last_message, sizeof last_message, "%s: %s", message->rule, message->text);
}

static void scribble(unsigned char *bytes, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++) {
        bytes[i] = (unsigned char)random_next(&dice);
    }
}

/* --- Buffers */

static void open_subject(subject *s, size_t index) {
    static const struct {
        const char *format;
        size_t itemsize, nitems, chunk_size;
        uint32_t usage;
        strict_reader reader;
    } kinds[BUFFERS] = {
        {"3xf4", 12, 500, 0, TRM_USAGE_VERTEX, STRICT_VERTEX},
        {"uint16", 2, 3001, 7, TRM_USAGE_INDEX, STRICT_ELEMENT},
        {"16xf4", 64, 9, 1, TRM_USAGE_UNIFORM, STRICT_UNIFORM},
        {"4xu1", 4, 1000, 0, TRM_USAGE_STORAGE | TRM_USAGE_TEXEL, STRICT_STORAGE},
        {"4xf4", 16, 700, 3, 0, STRICT_TEXEL},
    };
    s->nitems = kinds[index].nitems;
    s->itemsize = kinds[index].itemsize;
    s->reader = kinds[index].reader;
    s->array = malloc(s->nitems * s->itemsize);
    ck_assert_ptr_nonnull(s->array);
    scribble(s->array, s->nitems * s->itemsize);
    const trm_buffer_desc desc = {.data = s->array,
        .nitems = s->nitems,
        .format = kinds[index].format,
        .chunk_size = kinds[index].chunk_size,
        .usage = kinds[index].usage,
        .placement = how->placement,
        .label = kinds[index].format,
        .log = {.write = hear}};
    ck_assert_int_eq(trm_buffer_create(&desc, &s->buffer), TRM_OK);
}

static void close_subject(subject *s) {
    ck_assert_int_eq(trm_buffer_destroy(s->buffer), TRM_OK);
    free(s->array);
}

static void edit_range(subject *s) {
    const size_t first = random_below(&dice, s->nitems);
    const size_t count = 1 + random_below(&dice, s->nitems - first);
    scribble(s->array + first * s->itemsize, count * s->itemsize);
    ck_assert_int_eq(trm_buffer_update_range(s->buffer, first, count), TRM_OK);
}

static void edit_indices(subject *s) {
    uint32_t indices[8];
    for (size_t i = 0; i < 8; i++) {
        indices[i] = (uint32_t)random_below(&dice, s->nitems);
        scribble(s->array + indices[i] * s->itemsize, s->itemsize);
    }
    ck_assert_int_eq(trm_buffer_update_indices(s->buffer, indices, 8), TRM_OK);
}

static void replace_array(subject *s) {
    const size_t nbytes = s->nitems * s->itemsize;
    unsigned char *fresh = malloc(nbytes);
    ck_assert_ptr_nonnull(fresh);
    scribble(fresh, nbytes);
    ck_assert_int_eq(trm_buffer_set_data(s->buffer, fresh, nbytes, 0), TRM_OK);
    free(s->array);
    s->array = fresh;
}

static void resize(subject *s) {
    const size_t nitems = 1 + random_below(&dice, 2 * s->nitems);
    unsigned char *fresh = malloc(nitems * s->itemsize);
    ck_assert_ptr_nonnull(fresh);
    scribble(fresh, nitems * s->itemsize);
    ck_assert_int_eq(trm_buffer_resize(s->buffer, fresh, nitems * s->itemsize, 0), TRM_OK);
    free(s->array);
    s->array = fresh;
    s->nitems = nitems;
}

static void edit(subject *s) {
    switch (random_below(&dice, 16)) {
    case 0:
        scribble(s->array, s->nitems * s->itemsize);
        ck_assert_int_eq(trm_buffer_update_full(s->buffer), TRM_OK);
        break;
    case 1:
        replace_array(s);
        break;
    case 2:
        resize(s);
        break;
    case 3:
        trm_device_detach(device, s->buffer); /* or is not attached */
        break;
    case 4:
    case 5:
    case 6:
    case 7:
    case 8:
        edit_range(s);
        break;
    default:
        edit_indices(s);
    }
}

/* --- Frames */

/* Notes what a draw from the span must read, whenever in the frame it is issued. */
static void hold(subject *s, const trm_gl_span *span) {
    ck_assert_uint_eq(span->nbytes, s->nitems * s->itemsize);
    ck_assert_uint_ne(span->object, 0);
    s->bytes = malloc(span->nbytes);
    ck_assert_ptr_nonnull(s->bytes);
    memcpy(s->bytes, s->array, span->nbytes);
    s->span = *span;
    s->held = true;
}

static void draw(subject *s) {
    if (s->held) {
        ck_assert_uint_lt(draw_count, DRAWS);
        expectations[draw_count++] = (expectation){
            .draw = strict_gpu_read_later(
                gpu, s->reader, s->span.object, s->span.offset, s->span.nbytes),
            .bytes = s->bytes,
            .nbytes = s->span.nbytes,
        };
        s->held = false;
    }
}

static void draw_held(void) {
    for (size_t i = 0; i < BUFFERS; i++) {
        draw(&subjects[i]);
    }
}

static trm_result end_frame(void) {
    draw_held();
    return trm_device_end_frame(device);
}

/* Acquires as a program does that knows how many edits a frame can take. */
static void acquire(subject *s) {
    trm_gl_span span;
    draw(s);
    trm_result result = trm_gl_acquire(device, s->buffer, &span);
    if (result == TRM_ERROR_FRAME_OPEN) {
        ck_assert_int_eq(end_frame(), TRM_OK);
        result = trm_gl_acquire(device, s->buffer, &span);
    }
    ck_assert_msg(result == TRM_OK, "%s: %s", trm_result_string(result), last_message);
    hold(s, &span);
}

static void acquire_and_draw(subject *s) {
    acquire(s);
    draw(s);
}

static void frame(void) {
    const size_t steps = 1 + random_below(&dice, 8);
    for (size_t i = 0; i < steps; i++) {
        subject *s = &subjects[random_below(&dice, BUFFERS)];
        if (random_below(&dice, 3) > 0) {
            edit(s);
        }
        if (random_below(&dice, 4) == 0) {
            edit_indices(&subjects[random_below(&dice, BUFFERS)]);
            draw_held(); /* a sync is an acquire of everything edited */
            const trm_result result = trm_device_sync(device);
            ck_assert(result == TRM_OK || result == TRM_ERROR_FRAME_OPEN);
        }
        acquire(s);
        if (random_below(&dice, 2) == 0) {
            draw(s);
        }
    }
    if (random_below(&dice, 8) > 0) {
        ck_assert_int_eq(end_frame(), TRM_OK);
    }
    if (random_below(&dice, 16) == 0) {
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    }
}

/* Compares everything that has executed; all must have with `drained`. */
static void check_draws(bool drained) {
    size_t kept = 0;
    for (size_t i = 0; i < draw_count; i++) {
        const expectation e = expectations[i];
        const unsigned char *bytes = strict_gpu_result(e.draw);
        ck_assert(bytes != NULL || !drained);
        if (bytes == NULL) {
            expectations[kept++] = e;
            continue;
        }
        size_t n = 0;
        while (n < e.nbytes && bytes[n] == e.bytes[n]) {
            n++;
        }
        ck_assert_msg(n == e.nbytes, "byte %lu of %lu is 0x%02x, not 0x%02x", (unsigned long)n,
            (unsigned long)e.nbytes, n < e.nbytes ? bytes[n] : 0U, n < e.nbytes ? e.bytes[n] : 0U);
        strict_gpu_forget(gpu, e.draw);
        free(e.bytes);
    }
    draw_count = kept;
}

static void forget_draws(void) {
    while (draw_count > 0) {
        draw_count--;
        strict_gpu_forget(gpu, expectations[draw_count].draw);
        free(expectations[draw_count].bytes);
    }
}

static trm_result open_device(uint32_t regions, bool no_flush) {
    const trm_gl_device_desc desc = {.get_proc_address = strict_gpu_get_proc,
        .user = gpu,
        .scatter = how->scatter,
        .device = {.region_count = regions,
            .no_flush = no_flush,
            .no_inline = !how->with_inline,
            .no_pages = !how->with_pages,
            .staging_nbytes = how->staging_nbytes,
            .memory_kind = how->memory,
            .label = "smoke",
            .log = {.write = hear}}};
    return trm_gl_device_create(&desc, &device);
}

static void open_gpu(const strict_gpu_desc *desc) {
    strict_test_open(desc);
    scatter_kernel_register(gpu);
}

static void open_all(const strict_gpu_desc *desc, uint32_t regions, bool no_flush) {
    dice.sequence = desc->seed;
    open_gpu(desc);
    ck_assert_int_eq(open_device(regions, no_flush), TRM_OK);
    for (size_t i = 0; i < BUFFERS; i++) {
        open_subject(&subjects[i], i);
    }
}

static void close_all(void) {
    draw_held();
    for (size_t i = 0; i < BUFFERS; i++) {
        close_subject(&subjects[i]);
    }
    trm_device_destroy(device);
    device = NULL;
}

static void run_frames(const strict_gpu_desc *desc, uint32_t regions, bool no_flush) {
    open_all(desc, regions, no_flush);
    const uint64_t state = strict_gpu_state_hash(gpu);
    for (int i = 0; i < FRAMES; i++) {
        frame();
        check_draws(false);
        if (no_flush) {
            gl.Flush(); /* the swap */
        }
    }
    ck_assert_uint_eq(strict_gpu_state_hash(gpu), state);
    dispatches += strict_gpu_calls(gpu, "glDispatchCompute");
    copies += strict_gpu_calls(gpu, "glCopyNamedBufferSubData");
    updates += strict_gpu_calls(gpu, "glNamedBufferSubData");
    close_all();
    ck_assert_uint_eq(strict_gpu_live_buffers(gpu), 0);
    ck_assert_uint_eq(strict_gpu_live_fences(gpu), 0);
    strict_gpu_drain(gpu);
    check_draws(true);
    ck_assert_uint_eq(strict_gpu_memory(gpu), 0);
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    CHECK_VIOLATIONS(0);
}

/* --- Tests */

/* The environment may ask for fewer. */
static uint64_t count_seeds(void) {
    const char *wanted = getenv("TRIREME_TEST_SEEDS");
    return wanted != NULL ? strtoull(wanted, NULL, 10) : SEEDS;
}

static const strict_policy policies[] = {STRICT_ON_WAIT, STRICT_ON_POLL, STRICT_RANDOM};

/* _i: mode, policy and variant. */
START_TEST(draws_read_what_was_there) {
    how = &variants[_i / 6];
    static const uint32_t regions[] = {0, 2, 3, 5, 8};
    for (uint64_t seed = 1; seed <= count_seeds(); seed++) {
        run_frames(&(strict_gpu_desc){.mode = (strict_mode)(_i % 2),
                       .policy = policies[_i / 2 % 3],
                       .seed = seed,
                       .progress = (unsigned)(4 + seed * 8),
                       .map_skew = seed % 4 == 0 ? 16 : 0},
            regions[seed % 5], seed % 3 == 0);
    }
    ck_assert(dispatches > 0 || how->memory != TRM_MEMORY_DISCRETE || how->with_inline);
    ck_assert(copies > 0 || how->with_inline || how->with_pages);
    ck_assert(updates > 0 || !how->with_inline || how->placement == TRM_PLACEMENT_AUTO);
}
END_TEST

/* A short program that is the same up to the fault: edits, a draw, frames. Nothing in it may crash,
 * corrupt or lose an edit; calls may fail. */
static void faulty_frames(void) {
    for (int i = 0; i < 4 && device != NULL; i++) {
        for (size_t n = 0; n < BUFFERS; n++) {
            trm_gl_span span;
            edit_range(&subjects[n]);
            if (trm_gl_acquire(device, subjects[n].buffer, &span) == TRM_OK) {
                hold(&subjects[n], &span);
            }
        }
        end_frame();
    }
}

/* The same program with failure `way` at call `nth`; false if the program has fewer calls. */
static bool run_with_fault(strict_mode mode, uint64_t nth, strict_failure way) {
    const strict_gpu_desc desc = {.mode = mode, .policy = STRICT_ON_WAIT, .seed = 5};
    dice.sequence = desc.seed;
    open_gpu(&desc);
    for (size_t i = 0; i < BUFFERS; i++) {
        open_subject(&subjects[i], i);
    }
    strict_gpu_fail(gpu, NULL, nth, false, way);
    if (open_device(0, false) != TRM_OK) {
        ck_assert_ptr_null(device);
    }
    faulty_frames();
    const bool hit = strict_gpu_failed(gpu) > 0;
    strict_gpu_fail_nothing(gpu);
    if (way == STRICT_FAIL_CONTEXT_LOST) {
        trm_device_lost(device);
        forget_draws();
    } else {
        /* The fault is gone: everything works again, and nothing was lost. */
        if (device == NULL) {
            ck_assert_int_eq(open_device(0, false), TRM_OK);
        }
        for (int i = 0; i < 3; i++) {
            for (size_t n = 0; n < BUFFERS; n++) {
                acquire_and_draw(&subjects[n]);
                edit_indices(&subjects[n]);
            }
            ck_assert_int_eq(end_frame(), TRM_OK);
        }
    }
    const uint64_t calls = strict_gpu_calls(gpu, NULL);
    close_all();
    if (way == STRICT_FAIL_CONTEXT_LOST) {
        ck_assert_uint_eq(strict_gpu_calls(gpu, NULL), calls);
    } else {
        ck_assert_uint_eq(strict_gpu_live_buffers(gpu), 0);
        ck_assert_uint_eq(strict_gpu_live_fences(gpu), 0);
        strict_gpu_drain(gpu);
        check_draws(true);
    }
    CHECK_VIOLATIONS(0);
    return hit;
}

/* The names of the calls of a run without faults. */
static size_t record_calls(const char **names, size_t capacity) {
    const strict_gpu_desc desc = {.policy = STRICT_ON_WAIT, .seed = 5, .record_calls = true};
    dice.sequence = desc.seed;
    open_gpu(&desc);
    for (size_t i = 0; i < BUFFERS; i++) {
        open_subject(&subjects[i], i);
    }
    ck_assert_int_eq(open_device(0, false), TRM_OK);
    faulty_frames();
    size_t count = 0;
    while (count < capacity && (names[count] = strict_gpu_call_name(gpu, count + 1)) != NULL) {
        count++;
    }
    strict_gpu_drain(gpu);
    check_draws(true);
    close_all();
    return count;
}

START_TEST(every_call_may_fail_in_every_way) {
    const char *names[4096];
    how = &variants[_i / 2];
    const size_t count = record_calls(names, 4096);
    ck_assert_uint_gt(count, 50);
    ck_assert_uint_lt(count, 4096);
#ifdef TRIREME_TEST_SHORT
    const size_t most = 5; /* other calls for each variant */
#else
    const size_t most = 1;
#endif
    const size_t step = getenv("TRIREME_TEST_MEMCHECK") != NULL ? 41 : most; /* valgrind is slow */
    for (size_t i = (size_t)_i % step; i < count; i += step) {
        unsigned ways = strict_gpu_failures_of(names[i]);
        for (unsigned way = 1; way <= STRICT_FAIL_CONTEXT_LOST; way <<= 1) {
            if ((ways & way) != 0) {
                ck_assert_msg(run_with_fault((strict_mode)(_i % 2), i + 1, (strict_failure)way),
                    "call %lu, %s, way 0x%x was not reached", (unsigned long)(i + 1), names[i],
                    way);
            }
        }
    }
}
END_TEST

START_TEST(a_wait_that_never_ends_is_bounded) {
    trm_gl_span span;
    trm_result result = TRM_OK;
    how = &variants[0];
    strict_test_open(&(strict_gpu_desc){.policy = STRICT_MANUAL});
    dice.sequence = 1;
    const trm_gl_device_desc desc = {.get_proc_address = strict_gpu_get_proc,
        .user = gpu,
        .device = {.wait_timeout_ns = 1000000, .budget_nbytes = 20000}}; /* no room for a ring */
    ck_assert_int_eq(trm_gl_device_create(&desc, &device), TRM_OK);
    open_subject(&subjects[0], 0);
    for (int i = 0; i < 3; i++) {
        edit_range(&subjects[0]);
        acquire_and_draw(&subjects[0]);
        ck_assert_int_eq(end_frame(), TRM_OK);
    }
    edit_range(&subjects[0]);
    result = trm_gl_acquire(device, subjects[0].buffer, &span);
    ck_assert_int_eq(result, TRM_ERROR_TIMEOUT);
    ck_assert(trm_buffer_pending(subjects[0].buffer));
    ck_assert_uint_eq(strict_gpu_step_fences(gpu, 1), 1);
    acquire_and_draw(&subjects[0]);
    close_subject(&subjects[0]);
    trm_device_destroy(device);
    strict_gpu_drain(gpu);
    check_draws(true);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(what_the_loader_does_not_find_is_named) {
    static const char *const needed[] = {"glCreateBuffers", "glNamedBufferStorage",
        "glMapNamedBufferRange", "glFlushMappedNamedBufferRange", "glFenceSync"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        strict_test_open(NULL);
        strict_gpu_hide(gpu, needed[i]);
        ck_assert_int_eq(open_device(0, false), TRM_ERROR_UNSUPPORTED);
        ck_assert_ptr_nonnull(strstr(last_message, needed[i]));
        ck_assert_ptr_null(device);
    }
}
END_TEST

static Suite *backend_suite(void) {
    Suite *suite = suite_create("backend on the strict GPU");
    TCase *draws = tcase_create("draws");
    tcase_add_checked_fixture(draws, NULL, strict_test_close);
    tcase_add_loop_test(draws, draws_read_what_was_there, 0, 6 * VARIANTS);
    suite_add_tcase(suite, draws);
    TCase *faults = tcase_create("faults");
    tcase_add_checked_fixture(faults, NULL, strict_test_close);
    tcase_add_loop_test(faults, every_call_may_fail_in_every_way, 0, 2 * VARIANTS);
    tcase_add_test(faults, a_wait_that_never_ends_is_bounded);
    tcase_add_test(faults, what_the_loader_does_not_find_is_named);
    suite_add_tcase(suite, faults);
    return suite;
}

int main(void) {
    Suite *suites[] = {backend_suite()};
    return runner_run(suites, 1);
}
