/* Several threads edit while one takes: no edit is ever lost.
 *
 * Each editing thread owns some items. It edits them in bursts: an edit writes the next number into
 * an item and marks it in one of the ways there are. The taker copies what it takes into a mirror,
 * then counts the take as finished. After a burst the editor keeps quiet (a later edit of the same
 * chunk would bring the lost one with it) until two takes have finished: the second of them was
 * surely begun after the last mark, so the mirror has every number or an edit was lost. No clock
 * decides. An editor whose taker does not run just now, on a busy machine, gives up after a while
 * and checks the next burst instead.
 */
#include "unit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_THREADS 4
#define MAX_ITEMS   8192
#define OWNED       16   /* items of each thread */
#define BURST       24   /* edits at most */
#define PATIENCE    4000 /* looks at the number of takes */

/* How many rounds a thread makes. */
static size_t effort(size_t rounds) {
#ifdef TRIREME_TEST_SHORT
    rounds /= 8;
#endif
    return getenv("TRIREME_TEST_MEMCHECK") ? rounds / 100 : rounds;
}

typedef enum way { BY_RANGE, BY_INDEX, BY_INDICES, BY_FULL, BY_SET_DATA, WAYS } way;

typedef struct arena {
    trm_buffer *buffer;
    size_t nitems;
    size_t threads;
    size_t bursts;         /* of each thread, at least */
    size_t wanted;         /* takes meanwhile, however late the taker is given a processor */
    bool ways[WAYS];       /* allowed beside ranges and single indices */
    way only;              /* if not BY_RANGE, which is 0: the only one */
    atomic_size_t takes;   /* finished */
    atomic_size_t editing; /* threads still at it */
    atomic_size_t checked; /* bursts that two takes had the time to bring */
    atomic_size_t lost;
    _Atomic uint32_t data[MAX_ITEMS];
    _Atomic uint32_t mirror[MAX_ITEMS];
} arena;

typedef struct editor {
    arena *shared;
    size_t index;
    uint64_t seed;
} editor;

/* A cast would drop the _Atomic, which the library's side of the array does not have. */
static const void *array_of(arena *a) {
    return (const void *)(uintptr_t)a->data;
}

static void mark(arena *a, uint32_t item, way how) {
    trm_result result = TRM_OK;
    switch (how) {
    case BY_RANGE:
        result = trm_buffer_update_range(a->buffer, item, 1);
        break;
    case BY_INDEX:
        result = trm_buffer_update_indices(a->buffer, &item, 1);
        break;
    case BY_INDICES: {
        const uint32_t list[] = {0, item, (uint32_t)a->nitems - 1};
        result = trm_buffer_update_indices(a->buffer, list, 3);
        break;
    }
    case BY_FULL:
        result = trm_buffer_update_full(a->buffer);
        break;
    default:
        result = trm_buffer_set_data(a->buffer, array_of(a), a->nitems * 4, 0);
    }
    if (result != TRM_OK)
        abort();
}

/* The threads' items alternate, so that they share words and summary words. */
static size_t place_of(const editor *self, size_t mine) {
    const arena *a = self->shared;
    return (mine * a->threads + self->index) * (a->nitems / (OWNED * a->threads));
}

static void edit_one(const editor *self, random_state *random, uint32_t numbers[OWNED]) {
    arena *a = self->shared;
    size_t mine = random_below(random, OWNED), place = place_of(self, mine);
    way how = (way)random_below(random, WAYS);

    if (!a->ways[how])
        how = self->index % 2 ? BY_RANGE : BY_INDEX;
    if (a->only != BY_RANGE)
        how = a->only;
    atomic_store_explicit(&a->data[place], ++numbers[mine], memory_order_relaxed);
    mark(a, (uint32_t)place, how);
}

static void check_burst(const editor *self, const uint32_t numbers[OWNED]) {
    arena *a = self->shared;
    size_t enough = atomic_load(&a->takes) + 2;

    for (int patience = PATIENCE; atomic_load(&a->takes) < enough; patience--) {
        if (patience == 0)
            return;
    }
    atomic_fetch_add(&a->checked, 1);
    for (size_t mine = 0; mine < OWNED; mine++) {
        if (atomic_load(&a->mirror[place_of(self, mine)]) != numbers[mine])
            atomic_fetch_add(&a->lost, 1);
    }
}

static void *edit(void *argument) {
    const editor *self = argument;
    arena *a = self->shared;
    random_state random = {self->seed};
    uint32_t numbers[OWNED] = {0};

    for (size_t i = 0; i < a->bursts || atomic_load(&a->takes) < a->wanted; i++) {
        for (size_t edits = 1 + random_below(&random, BURST); edits > 0; edits--)
            edit_one(self, &random, numbers);
        check_burst(self, numbers);
    }
    atomic_fetch_sub(&a->editing, 1);
    return NULL;
}

/* One complete take into the mirror. */
static void take(arena *a) {
    static trm_run runs[MAX_ITEMS];
    size_t count = 0;

    if (trm_buffer_take_runs(a->buffer, runs, MAX_ITEMS, &count) != TRM_OK)
        abort();
    for (size_t r = 0; r < count; r++) {
        for (size_t item = runs[r].offset; item < runs[r].offset + runs[r].size; item++) {
            uint32_t number = atomic_load_explicit(&a->data[item], memory_order_relaxed);
            atomic_store_explicit(&a->mirror[item], number, memory_order_relaxed);
        }
    }
    atomic_fetch_add(&a->takes, 1);
}

static void run_editors(arena *a, random_state *random) {
    pthread_t threads[MAX_THREADS];
    editor editors[MAX_THREADS];

    atomic_store(&a->editing, a->threads);
    for (size_t i = 0; i < a->threads; i++) {
        editors[i] = (editor){a, i, random_next(random)};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, edit, &editors[i]), 0);
    }
    while (atomic_load(&a->editing) > 0) {
        take(a);
        unit_assert(trm_buffer_data(a->buffer) == array_of(a));
        unit_assert(trm_buffer_revision(a->buffer) != 0);
    }
    for (size_t i = 0; i < a->threads; i++)
        pthread_join(threads[i], NULL);
    take(a);
}

static void check_nothing_lost(const char *name, arena *a, size_t chunk_size) {
    random_state random = unit_seeded(name);
    trm_buffer_desc desc = {
        .data = array_of(a), .nitems = a->nitems, .format = "u4", .chunk_size = chunk_size};

    a->bursts = effort(a->bursts);
    a->wanted = 3;
    ck_assert_int_eq(trm_buffer_create(&desc, &a->buffer), TRM_OK);
    run_editors(a, &random);
    printf("%s: %zu bursts, %zu takes, %zu bursts checked on the way\n", name,
        a->bursts * a->threads, (size_t)atomic_load(&a->takes), (size_t)atomic_load(&a->checked));
    size_t lost = atomic_load(&a->lost);
    ck_assert_uint_eq(lost, 0);
    ck_assert(!trm_buffer_pending(a->buffer));
    for (size_t item = 0; item < a->nitems; item++)
        ck_assert_uint_eq(atomic_load(&a->mirror[item]), atomic_load(&a->data[item]));
    ck_assert_uint_gt(atomic_load(&a->takes), 2);
    ck_assert_int_eq(trm_buffer_destroy(a->buffer), TRM_OK);
}

/* A chunk for each item, all in one word: the taker and the editors meet there all the time. */
START_TEST(one_word) {
    static arena a = {.nitems = 3 * OWNED, .threads = 3, .bursts = 80000};
    check_nothing_lost("one_word", &a, 1);
}
END_TEST

/* One editor and one taker, who meet over a single chunk. An edit that is skipped because its mark
 * is there already shows here first. */
START_TEST(one_chunk) {
    static arena a = {.nitems = OWNED, .threads = 1, .bursts = 150000};
    check_nothing_lost("one_chunk", &a, OWNED);
}
END_TEST

START_TEST(one_chunk_in_full) {
    static arena a = {.nitems = OWNED, .threads = 1, .bursts = 150000, .only = BY_FULL};
    check_nothing_lost("one_chunk_in_full", &a, OWNED);
}
END_TEST

/* A chunk for each item, two levels of bitmap. */
START_TEST(many_words) {
    static arena a = {
        .nitems = MAX_ITEMS, .threads = 3, .bursts = 80000, .ways = {[BY_INDICES] = true}};
    check_nothing_lost("many_words", &a, 1);
}
END_TEST

START_TEST(full_updates_between) {
    static arena a = {.nitems = 30 * OWNED,
        .threads = 3,
        .bursts = 50000,
        .ways = {[BY_FULL] = true, [BY_INDICES] = true}};
    check_nothing_lost("full_updates_between", &a, 1);
}
END_TEST

START_TEST(set_data_between) {
    static arena a = {.nitems = 30 * OWNED,
        .threads = 3,
        .bursts = 30000,
        .ways = {[BY_FULL] = true, [BY_SET_DATA] = true}};
    check_nothing_lost("set_data_between", &a, 3);
}
END_TEST

/* ---- takes that stop half-way ---- */

/* As above, but the taker's array is small, so that most takes put something back. Only what is
 * there at the end counts: a take that was begun after a mark need not have come as far. */
START_TEST(partial_takes) {
    static arena a = {.nitems = MAX_ITEMS, .threads = 1};
    random_state random = unit_seeded("partial_takes");
    trm_buffer_desc desc = {
        .data = array_of(&a), .nitems = a.nitems, .format = "u4", .chunk_size = 1};
    size_t rounds = effort(400);
    pthread_t thread;

    ck_assert_int_eq(trm_buffer_create(&desc, &a.buffer), TRM_OK);
    take(&a);
    for (size_t round = 0; round < rounds; round++) {
        editor only = {&a, 0, random_next(&random)};
        a.bursts = 4;
        atomic_store(&a.editing, 1);
        ck_assert_int_eq(pthread_create(&thread, NULL, edit, &only), 0);
        while (atomic_load(&a.editing) > 0) {
            trm_run runs[3];
            size_t count;
            unit_assert(trm_buffer_take_runs(a.buffer, runs, 3, &count) == TRM_OK);
            for (size_t r = 0; r < count; r++) {
                for (size_t item = runs[r].offset; item < runs[r].offset + runs[r].size; item++)
                    atomic_store(&a.mirror[item], atomic_load(&a.data[item]));
            }
        }
        pthread_join(thread, NULL);
        take(&a);
        for (size_t item = 0; item < a.nitems; item++)
            unit_assert(atomic_load(&a.mirror[item]) == atomic_load(&a.data[item]));
        for (size_t item = 0; item < a.nitems; item++) {
            atomic_store(&a.data[item], 0);
            atomic_store(&a.mirror[item], 0);
        }
    }
    ck_assert_int_eq(trm_buffer_destroy(a.buffer), TRM_OK);
}
END_TEST

/* ---- other calls that any thread may make ---- */

static void *live_a_life(void *argument) {
    size_t *rounds = argument;
    static const unsigned char bytes[64];

    for (size_t i = 0; i < *rounds; i++) {
        trm_buffer *local = NULL, *remote = NULL;
        trm_run runs[4];
        size_t count;
        trm_buffer_desc desc = {.data = bytes, .nitems = 16, .format = "f4", .label = "local"};
        if (trm_buffer_create(&desc, &local) != TRM_OK)
            abort();
        desc.data = NULL;
        if (trm_buffer_create(&desc, &remote) != TRM_OK)
            abort();
        if (trm_buffer_send_data(remote, i % 16, bytes, 4) != TRM_OK)
            abort();
        if (trm_buffer_take_runs(local, runs, 4, &count) != TRM_OK || count != 1)
            abort();
        if (trm_buffer_revision(local) == trm_buffer_revision(remote))
            abort();
        if (trm_buffer_destroy(local) != TRM_OK || trm_buffer_destroy(remote) != TRM_OK)
            abort();
    }
    return NULL;
}

/* Two arrays that differ in address and stride. */
typedef struct exchange {
    trm_buffer *buffer;
    const uint32_t *arrays[2];
    _Atomic bool done;
} exchange;

static size_t stride_of(const exchange *it, const void *array) {
    return array == it->arrays[0] ? 4 : 12;
}

static void *replace(void *argument) {
    exchange *it = argument;
    for (size_t i = 0; !atomic_load(&it->done); i++) {
        const void *array = it->arrays[i % 2];
        if (trm_buffer_set_data(it->buffer, array, 40, stride_of(it, array)) != TRM_OK)
            abort();
    }
    return NULL;
}

/* A view never shows the address of one array and the stride of the other. */
START_TEST(views_are_of_one_array) {
    static const uint32_t first[10], second[30];
    exchange it = {.arrays = {first, second}};
    pthread_t thread;
    size_t views = effort(8000000), changes = 0;
    const void *last = NULL;
    const trm_buffer_desc desc = {.data = first, .nitems = 10, .format = "u4"};
    ck_assert_int_eq(trm_buffer_create(&desc, &it.buffer), TRM_OK);
    ck_assert_int_eq(pthread_create(&thread, NULL, replace, &it), 0);
    for (size_t i = 0; i < views; i++) {
        trm_view view;
        unit_assert(trm_buffer_view(it.buffer, &view) == TRM_OK);
        unit_assert(view.stride == stride_of(&it, view.data));
        changes += view.data != last;
        last = view.data;
    }
    atomic_store(&it.done, true);
    pthread_join(thread, NULL);
    printf("views_are_of_one_array: %zu views, %zu changes seen\n", views, changes);
    ck_assert_int_eq(trm_buffer_destroy(it.buffer), TRM_OK);
}
END_TEST

START_TEST(create_and_destroy) {
    pthread_t threads[MAX_THREADS];
    size_t rounds = effort(20000);

    for (size_t i = 0; i < MAX_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, live_a_life, &rounds), 0);
    for (size_t i = 0; i < MAX_THREADS; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

typedef struct sender {
    trm_buffer *buffer;
    size_t rounds;
} sender;

static void *send(void *argument) {
    sender *self = argument;
    static const unsigned char bytes[100];

    for (size_t i = 0; i < self->rounds; i++) {
        size_t offset = i * 7 % 90;
        if (trm_buffer_send_data(self->buffer, offset, bytes, 1 + i % 10) != TRM_OK)
            abort();
    }
    return NULL;
}

START_TEST(send_from_several_threads) {
    trm_buffer *buffer = NULL;
    trm_buffer_desc desc = {.nitems = 100, .format = "u1"};
    pthread_t threads[MAX_THREADS];

    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    sender shared = {buffer, effort(50000)};
    for (size_t i = 0; i < MAX_THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, send, &shared), 0);
    for (size_t i = 0; i < MAX_THREADS; i++)
        pthread_join(threads[i], NULL);
    ck_assert(trm_buffer_pending(buffer));
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("buffer_threads");
    UNIT_ADD(suite, one_word);
    UNIT_ADD(suite, one_chunk);
    UNIT_ADD(suite, one_chunk_in_full);
    UNIT_ADD(suite, many_words);
    UNIT_ADD(suite, full_updates_between);
    UNIT_ADD(suite, set_data_between);
    UNIT_ADD(suite, partial_takes);
    UNIT_ADD(suite, views_are_of_one_array);
    UNIT_ADD(suite, create_and_destroy);
    UNIT_ADD(suite, send_from_several_threads);
    return unit_main(suite);
}
