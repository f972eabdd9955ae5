/* The two-level bitmap against an array of flags: marking, taking, putting back. */
#include "unit.h"

#include "core/dirty.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BITS 140000

static const size_t sizes[] = {1, 2, 63, 64, 65, 128, 129, 4095, 4096, 4097, 8192, 12345, 20000};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const trm_allocator heap;

typedef struct bits_model {
    size_t count;
    bool set[MAX_BITS];
    bool full;
} bits_model;

static bits_model model;

static void start(trm_dirty *dirty, size_t count) {
    memset(&model, 0, sizeof model);
    model.count = count;
    ck_assert(trm_dirty_init(dirty, count, &heap));
    ck_assert(!trm_dirty_pending(dirty));
}

static void mark(trm_dirty *dirty, size_t first, size_t end) {
    trm_dirty_mark(dirty, first, end);
    for (size_t bit = first; bit < end; bit++)
        model.set[bit] = true;
}

static bool model_any(void) {
    bool any = model.full;
    for (size_t bit = 0; bit < model.count; bit++)
        any = any || model.set[bit];
    return any;
}

/* Compares one taken word with the model and clears it there. */
static void check_word(size_t word, uint64_t bits) {
    ck_assert_uint_ne(bits, 0);
    for (unsigned b = 0; b < 64; b++) {
        size_t bit = word * 64 + b;
        bool taken = bits >> b & 1;
        unit_assert(taken == (bit < model.count && model.set[bit]));
        if (taken)
            model.set[bit] = false;
    }
}

/* Takes at most `words` words, puts back half of the last one, and checks order and content.
 * Returns the number of words taken. */
static size_t take_some(trm_dirty *dirty, size_t words) {
    trm_dirty_walk walk;
    size_t word, taken = 0, last = 0;
    uint64_t bits;
    uint32_t flags = trm_dirty_take_begin(dirty, &walk);

    /* The state may say "some" over nothing, never the other way round. */
    ck_assert(flags != 0 || !model_any());
    ck_assert_int_eq((flags & TRM_DIRTY_FULL) != 0, model.full);
    model.full = false;
    while (trm_dirty_take_next(&walk, &word, &bits)) {
        ck_assert(taken == 0 || word > last);
        last = word;
        if (++taken > words) {
            uint64_t keep = UINT64_C(0x5555555555555555);
            trm_dirty_put_back(&walk, word, bits & keep);
            if (bits & ~keep)
                check_word(word, bits); /* clears all of it ... */
            for (unsigned b = 0; b < 64; b++) {
                if (bits & keep & (UINT64_C(1) << b))
                    model.set[word * 64 + b] = true; /* ... but what went back */
            }
            ck_assert(trm_dirty_pending(dirty));
            return taken;
        }
        check_word(word, bits);
    }
    return taken;
}

static void take_all(trm_dirty *dirty) {
    take_some(dirty, SIZE_MAX - 1);
    ck_assert(!trm_dirty_pending(dirty));
    ck_assert(!model_any());
}

START_TEST(every_bit) {
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        trm_dirty dirty;
        start(&dirty, sizes[i]);
        take_all(&dirty);
        for (size_t bit = 0; bit < sizes[i]; bit += 1 + bit / 300) {
            mark(&dirty, bit, bit + 1);
            ck_assert(trm_dirty_pending(&dirty));
            take_all(&dirty);
        }
        trm_dirty_destroy(&dirty, &heap);
    }
}
END_TEST

START_TEST(whole_ranges) {
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        trm_dirty dirty;
        start(&dirty, sizes[i]);
        mark(&dirty, 0, sizes[i]);
        take_all(&dirty);
        mark(&dirty, sizes[i] / 2, sizes[i]);
        take_all(&dirty);
        take_all(&dirty);
        trm_dirty_destroy(&dirty, &heap);
    }
}
END_TEST

/* The flag "everything" is reported once; bits below it are emptied by the same walk. */
START_TEST(full_flag) {
    trm_dirty dirty;
    start(&dirty, 5000);
    trm_dirty_raise(&dirty, TRM_DIRTY_FULL);
    model.full = true;
    mark(&dirty, 4000, 4200);
    take_all(&dirty);
    take_all(&dirty);
    mark(&dirty, 7, 8);
    take_all(&dirty);
    trm_dirty_destroy(&dirty, &heap);
}
END_TEST

/* Words marked one by one are taken once the state was raised. */
START_TEST(words_then_raise) {
    trm_dirty dirty;
    start(&dirty, 9000);
    for (size_t word = 3; word < 140; word += 17) {
        uint64_t mask = UINT64_C(1) << (word % 64);
        trm_dirty_mark_word(&dirty, word, mask);
        model.set[word * 64 + word % 64] = true;
    }
    trm_dirty_raise(&dirty, TRM_DIRTY_SOME);
    take_all(&dirty);
    trm_dirty_destroy(&dirty, &heap);
}
END_TEST

/* Taking word by word with interruptions brings every bit exactly once. */
START_TEST(put_back) {
    random_state random = unit_seeded("put_back");
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        trm_dirty dirty;
        start(&dirty, sizes[i]);
        for (int round = 0; round < 30; round++) {
            for (size_t marks = random_below(&random, 40); marks > 0; marks--) {
                size_t first = random_below(&random, sizes[i]);
                size_t room = sizes[i] - first;
                mark(&dirty, first, first + 1 + random_below(&random, room < 90 ? room : 90));
            }
            size_t words = random_below(&random, 4);
            for (int steps = 0; model_any(); steps++) {
                ck_assert_int_lt(steps, MAX_BITS);
                if (take_some(&dirty, words) <= words)
                    break;
                words += random_below(&random, 3) + (words == 0);
            }
            take_all(&dirty);
        }
        trm_dirty_destroy(&dirty, &heap);
    }
}
END_TEST

START_TEST(random_marks) {
    random_state random = unit_seeded("random_marks");
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        trm_dirty dirty;
        start(&dirty, sizes[i]);
        for (int round = 0; round < 100; round++) {
            for (size_t marks = random_below(&random, 30); marks > 0; marks--) {
                size_t first = random_below(&random, sizes[i]);
                size_t longest = random_below(&random, 10) ? 100 : sizes[i];
                size_t room = sizes[i] - first;
                mark(&dirty, first,
                    first + 1 + random_below(&random, room < longest ? room : longest));
            }
            take_all(&dirty);
        }
        trm_dirty_destroy(&dirty, &heap);
    }
}
END_TEST

/* So large that empty parts are stepped over by the dozen; and marks that come while others are
 * taken, before or behind those, are there next time at the latest. */
START_TEST(few_in_many) {
    random_state random = unit_seeded("few_in_many");
    trm_dirty dirty;
    start(&dirty, MAX_BITS);
    for (int round = 0; round < 300; round++) {
        for (size_t marks = random_below(&random, 5); marks > 0; marks--) {
            size_t first = random_below(&random, MAX_BITS - 70);
            mark(&dirty, first, first + 1 + random_below(&random, 70));
        }
        if (round % 3 == 0) {
            take_all(&dirty);
        } else if (round % 3 == 1) {
            take_some(&dirty, random_below(&random, 3));
        } else {
            trm_dirty_walk walk;
            size_t word, late = random_below(&random, MAX_BITS);
            uint64_t bits;
            trm_dirty_take_begin(&dirty, &walk);
            if (trm_dirty_take_next(&walk, &word, &bits))
                check_word(word, bits);
            mark(&dirty, late, late + 1);
            while (trm_dirty_take_next(&walk, &word, &bits))
                check_word(word, bits);
            take_all(&dirty);
        }
    }
    take_all(&dirty);
    trm_dirty_destroy(&dirty, &heap);
}
END_TEST

START_TEST(memory) {
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        unit_memory counted = {.fail_at = 1};
        trm_allocator allocator = unit_allocator(&counted);
        trm_dirty dirty;
        bool single = sizes[i] <= 64;
        ck_assert(trm_dirty_init(&dirty, sizes[i], &allocator) == single);
        ck_assert(single || trm_dirty_init(&dirty, sizes[i], &allocator));
        ck_assert_uint_eq(counted.live_blocks, single ? 0 : 1);
        /* A bit each, and the level above. */
        ck_assert_uint_le(counted.live_nbytes, sizes[i] / 8 + sizes[i] / 512 + 16);
        trm_dirty_destroy(&dirty, &allocator);
        ck_assert_uint_eq(counted.live_blocks, 0);
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("dirty");
    UNIT_ADD(suite, every_bit);
    UNIT_ADD(suite, whole_ranges);
    UNIT_ADD(suite, full_flag);
    UNIT_ADD(suite, words_then_raise);
    UNIT_ADD(suite, put_back);
    UNIT_ADD(suite, random_marks);
    UNIT_ADD(suite, few_in_many);
    UNIT_ADD(suite, memory);
    return unit_main(suite);
}
