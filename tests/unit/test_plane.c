/* What a region lacks, against an array of flags. */
#include "unit.h"

#include "core/plane.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BITS 140000

static const size_t sizes[] = {1, 2, 63, 64, 65, 128, 4095, 4096, 4097, 12345, 20000};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool set[MAX_BITS];

static trm_plane create(size_t bits) {
    trm_plane plane;
    uint64_t *memory = calloc(trm_plane_words(bits), sizeof *memory);
    ck_assert_ptr_nonnull(memory);
    trm_plane_init(&plane, bits, memory);
    memset(set, 0, sizeof set);
    return plane;
}

static void destroy(trm_plane *plane) {
    free(plane->words);
}

/* Counting, testing and walking all agree with the flags. */
static void check(const trm_plane *plane) {
    size_t bits = plane->bit_count, count = 0, first = 99, end = 99, from = 0;

    for (size_t bit = 0; bit < bits; bit++) {
        unit_assert(trm_plane_test(plane, bit) == set[bit]);
        count += set[bit];
    }
    ck_assert_uint_eq(plane->set_count, count);
    while (trm_plane_next(plane, from, 0, &first, &end)) {
        unit_assert(from <= first && first < end && end <= bits);
        for (size_t bit = from; bit < first; bit++)
            unit_assert(!set[bit]);
        for (size_t bit = first; bit < end; bit++)
            unit_assert(set[bit]);
        unit_assert(end == bits || !set[end]);
        from = end;
    }
    for (size_t bit = from; bit < bits; bit++)
        unit_assert(!set[bit]);
    ck_assert(!trm_plane_next(plane, bits, 0, &first, &end));
}

static void add_bit(trm_plane *plane, size_t bit) {
    trm_plane_add(plane, bit / 64, UINT64_C(1) << (bit % 64));
    set[bit] = true;
}

START_TEST(starts_empty) {
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        trm_plane plane = create(sizes[i]);
        check(&plane);
        destroy(&plane);
    }
}
END_TEST

START_TEST(full_and_clear) {
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        trm_plane plane = create(sizes[i]);
        for (int repeat = 0; repeat < 3; repeat++) {
            trm_plane_fill(&plane);
            memset(set, true, sizes[i]);
            check(&plane);
            /* Adding to a full plane changes nothing, also not after it is cleared. */
            add_bit(&plane, sizes[i] / 2);
            check(&plane);
            trm_plane_clear(&plane);
            memset(set, false, sizes[i]);
            check(&plane);
            add_bit(&plane, sizes[i] - 1);
            add_bit(&plane, 0);
            check(&plane);
        }
        destroy(&plane);
    }
}
END_TEST

/* A search may begin anywhere, also inside a sequence of set bits. */
START_TEST(search_from_anywhere) {
    trm_plane plane = create(500);
    for (size_t bit = 0; bit < 500; bit++) {
        if (bit / 7 % 3 == 0 || (bit > 120 && bit < 330))
            add_bit(&plane, bit);
    }
    for (size_t from = 0; from <= 500; from++) {
        size_t expected = from, stop, first, end;
        while (expected < 500 && !set[expected])
            expected++;
        for (stop = expected; stop < 500 && set[stop];)
            stop++;
        bool found = trm_plane_next(&plane, from, 0, &first, &end);
        ck_assert_int_eq(found, expected < 500);
        if (found) {
            ck_assert_uint_eq(first, expected);
            ck_assert_uint_eq(end, stop);
        }
    }
    destroy(&plane);
}
END_TEST

/* What a search with a bridge must find from `from`, bit by bit. */
static bool find_slowly(size_t bits, size_t from, size_t bridge, size_t *first, size_t *end) {
    while (from < bits && !set[from])
        from++;
    *first = from;
    for (size_t bit = from, gap = 0; bit < bits && gap <= bridge; bit++) {
        gap = set[bit] ? 0 : gap + 1;
        if (set[bit])
            *end = bit + 1;
    }
    return from < bits;
}

/* Gaps of all lengths around the bridge's, anywhere in a word and across several, and behind the
 * last bit. */
START_TEST(bridges) {
    random_state random = unit_seeded("bridges");
    static const unsigned widths[] = {
        0, 1, 2, 3, 4, 7, 31, 32, 33, 62, 63, TRM_PLANE_WIDEST_BRIDGE};
    for (int round = 0; round < 400; round++) {
        const unsigned bridge = widths[random_below(&random, LENGTH(widths))];
        trm_plane plane = create(sizes[random_below(&random, LENGTH(sizes))]);
        size_t first, end, expected_first, expected_end = 0, from = 0;
        for (size_t bit = random_below(&random, 3); bit < plane.bit_count;) {
            for (size_t run = 1 + random_below(&random, 70); run > 0 && bit < plane.bit_count;
                 run--)
                add_bit(&plane, bit++);
            bit += random_below(&random, 3) ? 1 + random_below(&random, bridge + 3)
                                            : random_below(&random, 300);
        }
        while (find_slowly(plane.bit_count, from, bridge, &expected_first, &expected_end)) {
            ck_assert(trm_plane_next(&plane, from, bridge, &first, &end));
            ck_assert_uint_eq(first, expected_first);
            ck_assert_uint_eq(end, expected_end);
            from = end;
        }
        ck_assert(!trm_plane_next(&plane, from, bridge, &first, &end));
        destroy(&plane);
    }
}
END_TEST

/* So large that empty parts are stepped over by the dozen. */
START_TEST(few_in_many) {
    random_state random = unit_seeded("few_in_many");
    trm_plane plane = create(MAX_BITS);
    for (int round = 0; round < 100; round++) {
        for (size_t adds = random_below(&random, 4); adds > 0; adds--)
            add_bit(&plane, random_below(&random, MAX_BITS));
        check(&plane);
        if (round % 4 == 3) {
            trm_plane_clear(&plane);
            memset(set, false, sizeof set);
            check(&plane);
            for (size_t word = 0; word < trm_plane_words(MAX_BITS); word++)
                unit_assert(!plane.words[word]); /* the summary's, too */
        }
    }
    destroy(&plane);
}
END_TEST

START_TEST(random_adds) {
    random_state random = unit_seeded("plane");
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        trm_plane plane = create(sizes[i]);
        size_t words = (sizes[i] + 63) / 64;
        for (int round = 0; round < 60; round++) {
            for (size_t adds = random_below(&random, 20); adds > 0; adds--) {
                size_t word = random_below(&random, words);
                uint64_t bits = random_next(&random) & random_next(&random);
                if (random_below(&random, 4) == 0)
                    bits = UINT64_MAX;
                if (word == words - 1 && sizes[i] % 64 != 0)
                    bits &= (UINT64_C(1) << (sizes[i] % 64)) - 1;
                if (bits == 0)
                    continue;
                trm_plane_add(&plane, word, bits);
                for (unsigned b = 0; b < 64; b++) {
                    if (bits >> b & 1)
                        set[word * 64 + b] = true;
                }
            }
            check(&plane);
            if (random_below(&random, 3) == 0) {
                trm_plane_clear(&plane);
                memset(set, false, sizes[i]);
                check(&plane);
            }
        }
        destroy(&plane);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("plane");
    UNIT_ADD(suite, starts_empty);
    UNIT_ADD(suite, full_and_clear);
    UNIT_ADD(suite, search_from_anywhere);
    UNIT_ADD(suite, bridges);
    UNIT_ADD(suite, few_in_many);
    UNIT_ADD(suite, random_adds);
    return unit_main(suite);
}
