/* Several threads mark, replace arrays, send, and make and destroy buffers of their own, while one
 * syncs and draws on the strict GPU. There is no driver in the process, so the thread sanitizer
 * sees everything; and in the end the GPU has what the arrays have.
 *
 * While a sync reads, the array it reads must not change. So the editors write between two syncs (a
 * lock stands for the program's own discipline) but mark whenever they like; and set_data needs no
 * such care, for it waits until the old array is read. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trireme/trireme.h>

#include "strict/strict_test.h"
#include "support/random.h"
#include "support/runner.h"

#define THREADS 3
#define BUFFERS 4
#define ITEMS   600
#define NBYTES  (ITEMS * 4)

/* The threads go on until so many frames have been drawn meanwhile, whoever gets a processor first.
 */
#define FRAMES 50

#ifdef TRIREME_TEST_SHORT
#define ROUNDS 4000
#else
#define ROUNDS 40000
#endif

typedef struct shared_buffer {
    trm_buffer *buffer;
    uint32_t *array; /* the current one */
} shared_buffer;

static shared_buffer buffers[BUFFERS];
static trm_buffer *mailbox; /* without CPU data */
static uint32_t letters[THREADS][ITEMS / THREADS];
static pthread_mutex_t writers = PTHREAD_MUTEX_INITIALIZER; /* whoever changes an array */
static pthread_mutex_t arrays = PTHREAD_MUTEX_INITIALIZER;  /* contents that a sync may read */
static atomic_size_t working;
static atomic_size_t wanted; /* restores, before the editors stop */
static atomic_size_t frames; /* drawn so far */
static trm_device *device;

/* A failed assertion belongs to the main thread. */
static void demand(bool condition) {
    if (!condition) {
        abort();
    }
}

static uint32_t *new_array(const uint32_t *content) {
    uint32_t *array = malloc(NBYTES);
    demand(array != NULL);
    memcpy(array, content, NBYTES);
    return array;
}

/* Writes under the lock, marks outside it: the mark may come after the sync that brought it. */
static void edit(shared_buffer *shared, random_state *dice) {
    uint32_t indices[5];
    const size_t first = random_below(dice, ITEMS), count = 1 + random_below(dice, 20);
    pthread_mutex_lock(&writers);
    pthread_mutex_lock(&arrays);
    for (size_t i = first; i < first + count && i < ITEMS; i++) {
        shared->array[i] = (uint32_t)random_next(dice);
    }
    for (size_t i = 0; i < 5; i++) {
        indices[i] = (uint32_t)random_below(dice, ITEMS);
        shared->array[indices[i]] = (uint32_t)random_next(dice);
    }
    pthread_mutex_unlock(&arrays);
    pthread_mutex_unlock(&writers);
    demand(trm_buffer_update_range(shared->buffer, first, count) == TRM_OK);
    demand(trm_buffer_update_indices(shared->buffer, indices, 5) == TRM_OK);
}

/* The old array is free as soon as set_data returns: whoever reads it is waited for. */
static void replace(shared_buffer *shared, random_state *dice) {
    pthread_mutex_lock(&writers);
    uint32_t *old = shared->array;
    uint32_t *fresh = new_array(old);
    fresh[random_below(dice, ITEMS)] = (uint32_t)random_next(dice);
    demand(trm_buffer_set_data(shared->buffer, fresh, NBYTES, 0) == TRM_OK);
    shared->array = fresh;
    pthread_mutex_unlock(&writers);
    memset(old, 0xdd, NBYTES);
    free(old);
}

static void send(size_t thread, random_state *dice) {
    const size_t share = ITEMS / THREADS, first = random_below(dice, share);
    const size_t count = 1 + random_below(dice, share - first);
    for (size_t i = first; i < first + count; i++) {
        letters[thread][i] = (uint32_t)random_next(dice);
    }
    demand(trm_buffer_send_data(
               mailbox, thread * share + first, &letters[thread][first], 4 * count) == TRM_OK);
}

static void live_a_short_life(void) {
    static const uint32_t content[16] = {0};
    trm_buffer *own;
    const trm_buffer_desc desc = {.data = content, .nitems = 16, .format = "u4", .label = "own"};
    demand(trm_buffer_create(&desc, &own) == TRM_OK);
    demand(trm_buffer_update_full(own) == TRM_OK);
    demand(trm_buffer_pending(own));
    demand(trm_buffer_destroy(own) == TRM_OK);
}

static void *work(void *argument) {
    const size_t thread = (size_t)(uintptr_t)argument;
    random_state dice = {thread + 1};
    for (size_t round = 0;
         round < ROUNDS || atomic_load(&wanted) > 0 || atomic_load(&frames) < FRAMES; round++) {
        shared_buffer *shared = &buffers[random_below(&dice, BUFFERS)];
        switch (random_below(&dice, 8)) {
        case 0:
            replace(shared, &dice);
            break;
        case 1:
            send(thread, &dice);
            break;
        case 2:
            live_a_short_life();
            break;
        case 3:
            demand(trm_buffer_update_full(shared->buffer) == TRM_OK);
            break;
        default:
            edit(shared, &dice);
        }
    }
    atomic_fetch_sub(&working, 1);
    return NULL;
}

static void open_buffers(void) {
    static const trm_placement placements[BUFFERS] = {
        TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE, TRM_PLACEMENT_AUTO, TRM_PLACEMENT_MAPPED};
    static const uint32_t zeros[ITEMS] = {0};
    for (size_t i = 0; i < BUFFERS; i++) {
        buffers[i].array = new_array(zeros);
        const trm_buffer_desc desc = {.data = buffers[i].array,
            .nitems = ITEMS,
            .format = "u4",
            .chunk_size = i + 1,
            .placement = placements[i]};
        ck_assert_int_eq(trm_buffer_create(&desc, &buffers[i].buffer), TRM_OK);
        ck_assert_int_eq(trm_device_attach(device, buffers[i].buffer), TRM_OK);
    }
    memset(letters, 0, sizeof letters);
    ck_assert_int_eq(
        trm_buffer_create(&(trm_buffer_desc){.nitems = ITEMS, .format = "u4"}, &mailbox), TRM_OK);
    ck_assert_int_eq(trm_buffer_send_data(mailbox, 0, letters, NBYTES), TRM_OK);
    ck_assert_int_eq(trm_device_attach(device, mailbox), TRM_OK);
}

static void draw(trm_buffer *buffer, strict_read **out) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    *out = strict_gpu_read_later(gpu, STRICT_VERTEX, span.object, span.offset, span.nbytes);
}

static void frame(strict_read *draws[BUFFERS + 1]) {
    pthread_mutex_lock(&arrays);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    pthread_mutex_unlock(&arrays);
    for (size_t i = 0; i < BUFFERS; i++) {
        draw(buffers[i].buffer, &draws[i]);
    }
    draw(mailbox, &draws[BUFFERS]);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
}

/* The context goes, and another one comes, while the others mark, send and replace arrays. */
static void lose_and_restore(strict_mode mode) {
    trm_device_lost(device);
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_DEVICE_LOST);
    strict_test_open(&(strict_gpu_desc){.mode = mode, .policy = STRICT_ON_WAIT});
    const trm_gl_device_desc desc = {.get_proc_address = strict_gpu_get_proc, .user = gpu};
    ck_assert_int_eq(trm_gl_device_restore(device, &desc), TRM_OK);
}

static void check_and_close(strict_read *const draws[BUFFERS + 1]) {
    strict_gpu_drain(gpu);
    for (size_t i = 0; i < BUFFERS; i++) {
        ck_assert_mem_eq(strict_gpu_result(draws[i]), buffers[i].array, NBYTES);
        ck_assert(!trm_buffer_pending(buffers[i].buffer));
        ck_assert_int_eq(trm_buffer_destroy(buffers[i].buffer), TRM_OK);
        free(buffers[i].array);
    }
    ck_assert_mem_eq(strict_gpu_result(draws[BUFFERS]), letters, NBYTES);
    ck_assert_int_eq(trm_buffer_destroy(mailbox), TRM_OK);
    trm_device_destroy(device);
    CHECK_VIOLATIONS(0);
}

/* explicit_sync: acquire reads no array, so nobody has to hold still for it. _i: mode, and whether
 * contexts come and go. What the mailbox had on the GPU is lost then, and only sent again in the
 * end. */
START_TEST(threads_edit_while_one_draws) {
    pthread_t threads[THREADS];
    strict_read *draws[BUFFERS + 1];
    const strict_mode mode = (strict_mode)(_i % 2);
    const bool losing = _i >= 2;
    strict_test_open(&(strict_gpu_desc){.mode = mode, .policy = STRICT_ON_WAIT});
    const trm_gl_device_desc desc = {.get_proc_address = strict_gpu_get_proc,
        .user = gpu,
        .device = {.explicit_sync = true, .memory_kind = TRM_MEMORY_UNIFIED}};
    ck_assert_int_eq(trm_gl_device_create(&desc, &device), TRM_OK);
    open_buffers();
    atomic_store(&working, THREADS);
    atomic_store(&wanted, losing ? 30 : 0);
    atomic_store(&frames, 0);
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, (void *)(uintptr_t)i), 0);
    }
    while (atomic_load(&working) > 0) {
        frame(draws);
        atomic_fetch_add(&frames, 1);
        for (size_t i = 0; i < BUFFERS + 1; i++) {
            strict_gpu_forget(gpu, draws[i]);
        }
        if (atomic_load(&wanted) > 0 && frames % 2 == 0) {
            lose_and_restore(mode);
            atomic_fetch_sub(&wanted, 1);
            ck_assert_int_eq(trm_buffer_send_data(mailbox, 0, &(uint32_t){0}, 4), TRM_OK);
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    }
    printf("%zu frames\n", (size_t)atomic_load(&frames));
    if (losing) {
        ck_assert_int_eq(trm_buffer_send_data(mailbox, 0, letters, NBYTES), TRM_OK);
    }
    frame(draws);
    check_and_close(draws);
}
END_TEST

#define SLOTS 64 /* small buffers, each with a single chunk */

static atomic_size_t replaced; /* arrays so far */

static void *replace_all(void *argument) {
    shared_buffer *slots = argument;
    for (uint32_t round = 1; round < ROUNDS / SLOTS || atomic_load(&frames) < FRAMES; round++) {
        for (size_t i = 0; i < SLOTS; i++) {
            uint32_t *old = slots[i].array, *fresh = malloc(4 * SLOTS);
            demand(fresh != NULL);
            for (uint32_t item = 0; item < SLOTS; item++) {
                fresh[item] = round + item;
            }
            slots[i].array = fresh;
            demand(trm_buffer_set_data(slots[i].buffer, fresh, 4 * SLOTS, 0) == TRM_OK);
            atomic_fetch_add(&replaced, 1);
            memset(old, 0xdd, 4 * SLOTS);
            free(old);
        }
    }
    atomic_store(&working, 0);
    return NULL;
}

/* What thousands of small buffers are rewritten by takes no lock: set_data has to keep out all the
 * same, and no draw sees half of one array and half of another. _i: mode, and whether the syncs are
 * so large that slots are copied four abreast. */
START_TEST(arrays_of_slots_are_replaced) {
    enum { BALLAST = 5 << 20 };
    static const uint8_t heavy[BALLAST] = {0};
    static shared_buffer slots[SLOTS];
    trm_buffer *ballast = NULL;
    static const uint32_t zeros[SLOTS] = {0};
    pthread_t thread;
    strict_test_open(&(strict_gpu_desc){.mode = (strict_mode)(_i % 2), .policy = STRICT_ON_WAIT});
    const trm_gl_device_desc desc = {.get_proc_address = strict_gpu_get_proc,
        .user = gpu,
        .device.memory_kind = TRM_MEMORY_DISCRETE};
    ck_assert_int_eq(trm_gl_device_create(&desc, &device), TRM_OK);
    if (_i >= 2) {
        const trm_buffer_desc large = {
            .data = heavy, .nitems = BALLAST, .format = "u1", .placement = TRM_PLACEMENT_MAPPED};
        ck_assert_int_eq(trm_buffer_create(&large, &ballast), TRM_OK);
        ck_assert_int_eq(trm_device_attach(device, ballast), TRM_OK);
    }
    for (size_t i = 0; i < SLOTS; i++) {
        slots[i].array = malloc(sizeof zeros);
        ck_assert_ptr_nonnull(slots[i].array);
        memcpy(slots[i].array, zeros, sizeof zeros);
        const trm_buffer_desc buffer = {.data = slots[i].array,
            .nitems = SLOTS,
            .format = "u4",
            .placement = TRM_PLACEMENT_MAPPED};
        ck_assert_int_eq(trm_buffer_create(&buffer, &slots[i].buffer), TRM_OK);
        ck_assert_int_eq(trm_device_attach(device, slots[i].buffer), TRM_OK);
    }
    atomic_store(&working, 1);
    atomic_store(&frames, 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, replace_all, slots), 0);
    for (bool last = false; !last; atomic_fetch_add(&frames, 1)) {
        strict_read *seen;
        const size_t i = atomic_load(&frames) % SLOTS;
        last = atomic_load(&working) == 0;
        /* In the middle of a round, so that both are at it. */
        for (const size_t from = atomic_load(&replaced);
             atomic_load(&working) != 0 && atomic_load(&replaced) < from + SLOTS / 2;) {
            sched_yield();
        }
        if (ballast)
            ck_assert_int_eq(trm_buffer_update_full(ballast), TRM_OK);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        draw(slots[i].buffer, &seen);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        strict_gpu_drain(gpu);
        uint32_t values[SLOTS];
        memcpy(values, strict_gpu_result(seen), sizeof values);
        for (uint32_t item = 1; item < SLOTS; item++) {
            ck_assert_uint_eq(values[item], values[0] + (values[0] == 0 ? 0 : item));
        }
        strict_gpu_forget(gpu, seen);
    }
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    for (size_t i = 0; i < SLOTS; i++) {
        ck_assert_int_eq(trm_buffer_destroy(slots[i].buffer), TRM_OK);
        free(slots[i].array);
    }
    ck_assert(!ballast || trm_buffer_destroy(ballast) == TRM_OK);
    trm_device_destroy(device);
    CHECK_VIOLATIONS(0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("threads on the strict GPU");
    TCase *tcase = tcase_create("threads");
    tcase_add_checked_fixture(tcase, NULL, strict_test_close);
    tcase_add_loop_test(tcase, threads_edit_while_one_draws, 0, 4);
    tcase_add_loop_test(tcase, arrays_of_slots_are_replaced, 0, 4);
    suite_add_tcase(suite, tcase);
    return runner_run(&suite, 1);
}
