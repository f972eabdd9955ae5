/* Many copies at once, past the caches or not, alone or shared out: the same bytes in the same
 * places. */
#include "unit.h"

#include "core/batch.h"

#include <stdlib.h>
#include <string.h>

#define NBYTES ((size_t)1 << 20)
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

/* The tasks from the last to the first. */
static unsigned tasks;
static void backwards(
    void *user, size_t count, void (*task)(void *context, size_t index), void *context) {
    (void)user;
    tasks += (unsigned)count;
    for (size_t i = count; i-- > 0;)
        task(context, i);
}

static void run_and_check(world *w, bool cold, bool streamed, bool parallel) {
    w->batch.cold = cold;
    trm_batch_run(&w->batch,
        &(trm_copier){.parallel_for = parallel ? backwards : NULL, .streamed = streamed});
    ck_assert_mem_eq(w->target, w->expected, NBYTES + 2 * GUARD);
}

/* Bits of the loop's index. */
#define CASES 8
static bool is(int index, int bit) {
    return index >> bit & 1;
}

/* Of all sizes around the bounds, at odd addresses. */
START_TEST(plain_bytes) {
    static const size_t sizes[] = {1, 63, 255, 256, 257, 511, 4096, 32768, 32769, 70001, 300000};
    world *w = open_world();
    trm_source source = {w->source, 1, 1, 0};
    trm_batch_begin(&w->batch, &source);
    size_t to = 1;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        add(w, to, to + 3 * i, sizes[i]);
        to += sizes[i] + 5;
    }
    run_and_check(w, is(_i, 0), is(_i, 1), is(_i, 2));
    close_world(w);
}
END_TEST

/* Tasks are cut between items. */
START_TEST(gathered_items) {
    world *w = open_world();
    trm_source source = {w->source, 28, 20, 0};
    trm_batch_begin(&w->batch, &source);
    add(w, 7, 0, 20 * 3);
    add(w, 100, 20 * 10, 20 * 20000);
    add(w, 500000, 20 * 30000, 20 * 500);
    tasks = 0;
    run_and_check(w, is(_i, 0), is(_i, 1), is(_i, 2));
    ck_assert_uint_eq(tasks > 1, is(_i, 2));
    close_world(w);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("batch");
    TCase *tcase = tcase_create("batch");
    tcase_add_loop_test(tcase, plain_bytes, 0, CASES);
    tcase_add_loop_test(tcase, gathered_items, 0, CASES);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
