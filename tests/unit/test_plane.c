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

/* A walk over the groups comes by every word with set bits, and by every group once. */
static size_t walk(const trm_plane *plane) {
    const uint64_t *summary = trm_plane_summary(plane);
    const size_t groups = trm_plane_group_count(plane);
    size_t count = 0, group = 0, from = 0;
    while ((group = trm_plane_next_group(plane, from)) < groups) {
        ck_assert_uint_ge(group, from);
        ck_assert(summary[group]);
        for (size_t word = group * 64; word < trm_plane_word_count(plane) && word < group * 64 + 64;
             word++)
            for (size_t bit = 0; bit < 64 && summary[group] >> word % 64 & 1; bit++)
                count += plane->words[word] >> bit & 1;
        from = group + 1;
    }
    ck_assert_uint_eq(group, groups);
    ck_assert_uint_eq(trm_plane_next_group(plane, groups), groups);
    return count;
}

/* Counting, testing and walking all agree with the flags. */
static void check(const trm_plane *plane) {
    size_t bits = plane->bit_count, count = 0;

    for (size_t bit = 0; bit < bits; bit++) {
        unit_assert(trm_plane_test(plane, bit) == set[bit]);
        count += set[bit];
    }
    ck_assert_uint_eq(plane->set_count, count);
    ck_assert_uint_eq(walk(plane), plane->full ? 0 : count);
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
    UNIT_ADD(suite, few_in_many);
    UNIT_ADD(suite, random_adds);
    return unit_main(suite);
}
