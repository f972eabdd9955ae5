/* Copies shared out over workers: each byte is written once, by whichever task, as one thread would
 * write it. */
#include "unit.h"

#include "core/batch.h"

#include <stdlib.h>
#include <string.h>

#define KIB ((size_t)1 << 10)
#define MIB ((size_t)1 << 20)

static trm_batch batch;

typedef struct workers {
    size_t calls;
    size_t tasks;
} workers;

/* Last things first: nobody may count on an order. */
static void backwards(
    void *user, size_t count, void (*task)(void *context, size_t index), void *context) {
    workers *self = user;
    self->calls++;
    self->tasks = count;
    while (count-- > 0)
        task(context, count);
}

/* A list of `count` copies of `nbytes` each, every other one left out of the array. */
static void begin(const trm_source *source, unsigned char *target, size_t count, size_t nbytes) {
    trm_batch_begin(&batch, source);
    for (size_t i = 0; i < count; i++)
        trm_batch_add(&batch, target + i * nbytes, 2 * i * nbytes, nbytes);
}

static size_t run(const trm_source *source, size_t count, size_t nbytes, bool streamed) {
    workers self = {0};
    const trm_copier alone = {.streamed = streamed}, together = {backwards, &self, streamed};
    unsigned char *expected = calloc(count, nbytes), *actual = calloc(count, nbytes);

    ck_assert(expected && actual);
    begin(source, expected, count, nbytes);
    trm_batch_run(&batch, &alone);
    begin(source, actual, count, nbytes);
    trm_batch_run(&batch, &together);
    ck_assert(memcmp(actual, expected, count * nbytes) == 0);
    ck_assert_uint_le(self.calls, 1);
    free(expected);
    free(actual);
    return self.tasks;
}

static unsigned char *make_array(size_t nbytes) {
    unsigned char *array = malloc(nbytes);
    random_state random = {3};

    ck_assert_ptr_nonnull(array);
    for (size_t i = 0; i < nbytes; i++)
        array[i] = (unsigned char)random_next(&random);
    return array;
}

/* Few and many copies, whose ends lie on the tasks' borders, or between them. _i: streamed. */
static const struct {
    size_t count, nbytes, tasks;
} plain[] = {
    {1, 256 * KIB - 16, 0},               /* not worth it */
    {1, 256 * KIB, 2}, {4, 128 * KIB, 4}, /* a task each */
    {2, 384 * KIB, 6}, {60, 9 * KIB, 4}, {1000, 1 * KIB, 7}, {3, 1 * MIB, 24},
    {3, 3 * MIB, 64}, /* no more than that */
};

START_TEST(plain_bytes) {
    unsigned char *array = make_array(18 * MIB);
    const trm_source source = {.data = array, .stride = 16, .itemsize = 16};

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        ck_assert_uint_eq(run(&source, plain[i].count, plain[i].nbytes, false), plain[i].tasks);
        ck_assert_uint_eq(run(&source, plain[i].count, plain[i].nbytes, true), plain[i].tasks);
    }
    free(array);
}
END_TEST

/* Items that are gathered and swapped stay whole. */
START_TEST(rearranged_items) {
    unsigned char *array = make_array(3 * MIB);
    const trm_source strided = {.data = array, .stride = 20, .itemsize = 12, .swap = 4};
    const trm_source swapped = {.data = array, .stride = 6, .itemsize = 6, .swap = 2};

    for (int streamed = 0; streamed < 2; streamed++) {
        ck_assert_uint_eq(run(&strided, 7, 12 * 5000, streamed), 3);
        ck_assert_uint_eq(run(&swapped, 7, 6 * 11111, streamed), 3);
    }
    free(array);
}
END_TEST

#define NBYTES MIB
#define GUARD  ((size_t)64)

typedef struct world {
    unsigned char *source;
    unsigned char *target; /* with a guard at both ends */
    unsigned char *expected;
    trm_batch batch;
} world;

static world *open_world(void) {
    world *w = calloc(1, sizeof *w);
    ck_assert_ptr_nonnull(w);
    w->source = malloc(NBYTES);
    w->target = malloc(NBYTES + 2 * GUARD);
    w->expected = malloc(NBYTES + 2 * GUARD);
    random_state random = {99};
    for (size_t i = 0; i < NBYTES; i++)
        w->source[i] = (unsigned char)random_next(&random);
    memset(w->target, 0xEE, NBYTES + 2 * GUARD);
    memset(w->expected, 0xEE, NBYTES + 2 * GUARD);
    return w;
}

static void close_world(world *w) {
    free(w->source);
    free(w->target);
    free(w->expected);
    free(w);
}

/* Adds a copy of packed bytes, and does it in the model. */
static void add(world *w, size_t to, size_t offset, size_t nbytes) {
    const trm_source *source = w->batch.source;
    trm_batch_add(&w->batch, w->target + GUARD + to, offset, nbytes);
    for (size_t i = 0; i < nbytes; i++) {
        size_t item = (offset + i) / source->itemsize, byte = (offset + i) % source->itemsize;
        w->expected[GUARD + to + i] = w->source[item * source->stride + byte];
    }
}

/* Pieces of all sizes around the bounds, at odd addresses; nothing beside them is written. */
START_TEST(odd_places) {
    static const size_t sizes[] = {1, 63, 255, 256, 257, 511, 4096, 32768, 32769, 70001, 300000};
    for (int how = 0; how < 4; how++) {
        const bool streamed = how & 1, together = how >> 1 & 1;
        workers self = {0};
        world *w = open_world();
        trm_source source = {w->source, 1, 1, 0};
        trm_batch_begin(&w->batch, &source);
        size_t to = 1;
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            add(w, to, to + 3 * i, sizes[i]);
            to += sizes[i] + 5;
        }
        trm_batch_run(&w->batch, &(trm_copier){together ? backwards : NULL, &self, streamed});
        ck_assert_mem_eq(w->target, w->expected, NBYTES + 2 * GUARD);
        close_world(w);
    }
}
END_TEST

/* Whole lines into whole lines, in series of one length or of several that a stranger interrupts:
 * what can be copied abreast. */
START_TEST(abreast) {
    static const size_t lengths[] = {64, 256, 4096, 16384, 16448};
    for (size_t length = 0; length < sizeof lengths / sizeof *lengths; length++) {
        for (size_t stranger = 0; stranger < 24; stranger++) {
            workers self = {0};
            world *w = open_world();
            trm_source source = {w->source, 1, 1, 0};
            trm_batch_begin(&w->batch, &source);
            size_t to = -(uintptr_t)(w->target + GUARD) % 64;
            for (size_t i = 0; i < 22; i++) {
                const size_t nbytes = lengths[length] + (i == stranger ? stranger % 3 * 32 : 0) +
                                      i % 5 * 64 * (stranger % 2);
                add(w, to, 40000 * i % (NBYTES / 2) + i, nbytes);
                to += nbytes;
            }
            const bool together = stranger >> 1 & 1;
            trm_batch_run(&w->batch, &(trm_copier){together ? backwards : NULL, &self, true});
            ck_assert_mem_eq(w->target, w->expected, NBYTES + 2 * GUARD);
            close_world(w);
        }
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("batch");
    UNIT_ADD(suite, plain_bytes);
    UNIT_ADD(suite, rearranged_items);
    UNIT_ADD(suite, odd_places);
    UNIT_ADD(suite, abreast);
    return unit_main(suite);
}
