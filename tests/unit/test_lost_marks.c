/* One thread edits the same item again and again, another takes: not one edit is lost.
 *
 * What is looked for is a mark that is skipped because the item is pending already. On most
 * machines a store becomes visible to others late, after loads that follow it: the editor writes,
 * sees its earlier mark still standing, and leaves; the taker clears that mark, reads the bytes
 * from before, and nobody tells it again. Only an atomic read-modify-write between the write and
 * the look prevents it.
 *
 * So edits come in pairs, the second of which is likely to meet the mark of the first, and stores
 * to cold memory before the second one keep it in the processor's store buffer for as long as can
 * be. After each pair the editor is quiet until two takes have finished, the second of which was
 * surely begun after its last mark. No clock decides: an editor whose taker does not run just now
 * gives up after a while and goes on. */
#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define ITEM_WORDS 16         /* a cache line */
#define CHUNK      32         /* items; copying them gives the next edit time to find its mark */
#define CHUNKS     4200       /* two levels of bitmap */
#define COLD_BYTES (64 << 20) /* more than caches hold */
#define COLD_STEP  (4096 + 64)
#define COLD_COUNT 12
#define PATIENCE   1500 /* looks at the number of takes */

typedef struct item {
    _Atomic uint32_t words[ITEM_WORDS];
} item;

typedef struct arena {
    trm_buffer *buffer;
    size_t nitems;
    size_t at; /* the item edited: the first of its chunk */
    size_t pairs;
    item *data, *mirror;
    volatile unsigned char *cold;
    atomic_size_t takes; /* finished */
    atomic_bool done;
    size_t checked; /* pairs that two takes had the time to bring */
    size_t lost;
} arena;

/* Pairs of edits. The environment may ask for another number. */
static size_t count_pairs(void) {
    const char *wanted = getenv("TRIREME_TEST_PAIRS");
    if (wanted)
        return (size_t)strtoull(wanted, NULL, 10);
    if (getenv("TRIREME_TEST_MEMCHECK"))
        return 2000;
#ifdef TRIREME_TEST_SHORT
    return 100000;
#else
    return 500000;
#endif
}

static void write_and_mark(arena *a, uint32_t number) {
    atomic_store_explicit(&a->data[a->at].words[0], number, memory_order_relaxed);
    if (trm_buffer_update_range(a->buffer, a->at, 1) != TRM_OK)
        abort();
}

/* Whether two takes have finished since the call. */
static bool let_two_takes_pass(arena *a) {
    size_t enough = atomic_load(&a->takes) + 2;
    for (int patience = PATIENCE; atomic_load(&a->takes) < enough; patience--) {
        if (patience == 0)
            return false;
    }
    return true;
}

static void *edit(void *argument) {
    arena *a = argument;
    uint32_t number = 0;
    size_t place = 0;
    for (size_t pair = 0; pair < a->pairs && !a->lost; pair++) {
        write_and_mark(a, ++number);
        for (size_t i = 0; i < COLD_COUNT && pair % 4 == 0; i++) {
            a->cold[place] = (unsigned char)number;
            place = (place + COLD_STEP) % COLD_BYTES;
        }
        write_and_mark(a, ++number);
        if (let_two_takes_pass(a)) {
            a->checked++;
            a->lost += atomic_load(&a->mirror[a->at].words[0]) != number;
        }
    }
    atomic_store(&a->done, true);
    return NULL;
}

static void copy_run(arena *a, const trm_run *run) {
    for (size_t i = run->offset; i < run->offset + run->size; i++) {
        uint32_t number = atomic_load_explicit(&a->data[i].words[0], memory_order_relaxed);
        atomic_store_explicit(&a->mirror[i].words[0], number, memory_order_relaxed);
    }
}

/* One complete take into the mirror. */
static void take(arena *a) {
    trm_run runs[4];
    size_t count = 0;
    if (trm_buffer_take_runs(a->buffer, runs, 4, &count) != TRM_OK)
        abort();
    for (size_t i = 0; i < count; i++)
        copy_run(a, &runs[i]);
    atomic_fetch_add(&a->takes, 1);
}

static void run(const char *name, size_t chunks, size_t chunk) {
    arena a = {.nitems = chunks * CHUNK, .at = chunk * CHUNK, .pairs = count_pairs()};
    pthread_t thread;
    a.data = calloc(a.nitems, sizeof *a.data);
    a.mirror = calloc(a.nitems, sizeof *a.mirror);
    a.cold = malloc(COLD_BYTES);
    ck_assert(a.data && a.mirror && a.cold);
    trm_buffer_desc desc = {.data = a.data,
        .nitems = a.nitems,
        .nbytes = a.nitems * sizeof *a.data,
        .chunk_size = CHUNK};
    ck_assert_int_eq(trm_buffer_create(&desc, &a.buffer), TRM_OK);
    take(&a);
    ck_assert_int_eq(pthread_create(&thread, NULL, edit, &a), 0);
    while (!atomic_load(&a.done))
        take(&a);
    pthread_join(thread, NULL);
    take(&a);
    a.lost += atomic_load(&a.mirror[a.at].words[0]) != atomic_load(&a.data[a.at].words[0]);
    printf("%s: %zu edits, %zu takes, %zu pairs checked on the way, %zu lost\n", name, 2 * a.pairs,
        (size_t)atomic_load(&a.takes), a.checked, a.lost);
    ck_assert_uint_eq(a.lost, 0);
    ck_assert_uint_gt(a.checked, 0);
    ck_assert_int_eq(trm_buffer_destroy(a.buffer), TRM_OK);
    free(a.data);
    free(a.mirror);
    free((void *)(uintptr_t)a.cold);
}

START_TEST(in_one_word) {
    run("in_one_word", 4, 2);
}
END_TEST

START_TEST(under_a_summary) {
    run("under_a_summary", CHUNKS, CHUNKS - 3);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("lost_marks");
    UNIT_ADD(suite, in_one_word);
    UNIT_ADD(suite, under_a_summary);
    return unit_main(suite);
}
