/* From stale chunks to pieces: everything stale is covered, little else is, and small gaps cost no
 * extra piece. */
#include "unit.h"

#include "core/plan.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BITS 9000

static bool stale[MAX_BITS];

static trm_plane create(size_t bits) {
    trm_plane plane;
    uint64_t *memory = calloc(trm_plane_words(bits), sizeof *memory);
    ck_assert_ptr_nonnull(memory);
    trm_plane_init(&plane, bits, memory);
    memset(stale, 0, sizeof stale);
    return plane;
}

static void add(trm_plane *plane, size_t first, size_t count) {
    for (size_t bit = first; bit < first + count && bit < plane->bit_count; bit++) {
        trm_plane_add(plane, bit / 64, UINT64_C(1) << (bit % 64));
        stale[bit] = true;
    }
}

/* Walks the plan and checks what must hold for any: ascending disjoint pieces that begin and end
 * with a stale chunk, and cover every one. Returns the widest gap that was joined; *narrowest is
 * the narrowest that was not (SIZE_MAX if there is none). */
static size_t check(const trm_plane *plane, size_t chunk_nbytes, size_t *narrowest) {
    trm_plan plan;
    trm_piece piece;
    size_t position = 0, widest = 0;
    bool first = true;

    *narrowest = SIZE_MAX;
    trm_plan_begin(&plan, plane, trm_plan_bridge(plane, chunk_nbytes));
    while (trm_plan_next(&plan, &piece)) {
        unit_assert(piece.first < piece.end && piece.end <= plane->bit_count);
        unit_assert(first ? piece.first >= position : piece.first > position);
        unit_assert(stale[piece.first] && stale[piece.end - 1]);
        for (size_t bit = position; bit < piece.first; bit++)
            unit_assert(!stale[bit]);
        if (!first && piece.first - position < *narrowest)
            *narrowest = piece.first - position;
        for (size_t bit = piece.first, gap = 0; bit < piece.end; bit++) {
            gap = stale[bit] ? 0 : gap + 1;
            widest = gap > widest ? gap : widest;
        }
        position = piece.end;
        first = false;
    }
    for (size_t bit = position; bit < plane->bit_count; bit++)
        unit_assert(!stale[bit]);
    return widest;
}

START_TEST(nothing_and_everything) {
    trm_plane plane = create(1000);
    trm_plan plan;
    trm_piece piece;

    trm_plan_begin(&plan, &plane, trm_plan_bridge(&plane, 256));
    ck_assert(!trm_plan_next(&plan, &piece));
    ck_assert(!trm_plan_next(&plan, &piece));
    trm_plane_fill(&plane);
    trm_plan_begin(&plan, &plane, trm_plan_bridge(&plane, 256));
    ck_assert(trm_plan_next(&plan, &piece));
    ck_assert_uint_eq(piece.first, 0);
    ck_assert_uint_eq(piece.end, 1000);
    ck_assert(!trm_plan_next(&plan, &piece));
    free(plane.words);
}
END_TEST

/* Small chunks: a gap of one is joined. No gap may cost more than the chunk that is promised. */
START_TEST(small_chunks) {
    trm_plane plane = create(MAX_BITS);
    size_t narrowest;

    for (size_t bit = 0, gap = 1; bit < MAX_BITS; bit += 3 + gap, gap = gap % 5 + 1)
        add(&plane, bit, 3);
    static const size_t sizes[] = {1, 16, 192, 256, 362};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        ck_assert_uint_eq(check(&plane, sizes[i], &narrowest), 1);
        ck_assert_uint_eq(narrowest, 2);
    }
    free(plane.words);
}
END_TEST

/* Chunks that cost more than a flush: nothing is joined. */
START_TEST(large_chunks) {
    trm_plane plane = create(MAX_BITS);
    size_t narrowest;

    for (size_t bit = 0; bit < MAX_BITS; bit += 2)
        add(&plane, bit, 1);
    static const size_t sizes[] = {1024, 4096, 1 << 20};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        ck_assert_uint_eq(check(&plane, sizes[i], &narrowest), 0);
        ck_assert_uint_eq(narrowest, 1);
    }
    free(plane.words);
}
END_TEST

/* Where most is stale, a kilobyte is joined, or 64 chunks: still less than what is stale. */
START_TEST(dense_planes) {
    size_t narrowest;

    static const struct {
        size_t chunk_nbytes, widest;
    } cases[] = {
        {1, 64}, {16, 64}, {256, 4}, {362, 2}, {512, 2}, {1024, 1}, {1025, 0}, {1 << 20, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        trm_plane plane = create(MAX_BITS);
        for (size_t bit = 0, gap = 1; bit < MAX_BITS; bit += 40 + gap, gap = gap % 70 + 1)
            add(&plane, bit, 40);
        ck_assert_uint_gt(plane.set_count, MAX_BITS / 2);
        ck_assert_uint_eq(check(&plane, cases[i].chunk_nbytes, &narrowest), cases[i].widest);
        ck_assert_uint_eq(narrowest, cases[i].widest + 1);
        free(plane.words);
    }
}
END_TEST

/* What a plan must find from `from`, bit by bit. */
static bool find_slowly(size_t bits, size_t from, size_t bridge, size_t *first, size_t *end) {
    while (from < bits && !stale[from])
        from++;
    *first = from;
    for (size_t bit = from, gap = 0; bit < bits && gap <= bridge; bit++) {
        gap = stale[bit] ? 0 : gap + 1;
        if (stale[bit])
            *end = bit + 1;
    }
    return from < bits;
}

static void expect_slow_pieces(const trm_plane *plane, unsigned bridge) {
    trm_plan plan;
    trm_piece piece;
    size_t first, end = 0;
    trm_plan_begin(&plan, plane, bridge);
    while (find_slowly(plane->bit_count, end, bridge, &first, &end)) {
        ck_assert(trm_plan_next(&plan, &piece));
        ck_assert_uint_eq(piece.first, first);
        ck_assert_uint_eq(piece.end, end);
    }
    ck_assert(!trm_plan_next(&plan, &piece));
    ck_assert(!trm_plan_next(&plan, &piece));
}

static const unsigned bridges[] = {0, 1, 2, 3, 4, 7, 31, 32, 33, 62, 63, TRM_PLAN_WIDEST_BRIDGE};

/* Runs and gaps of all lengths around the bridge's, anywhere in a word and across several, and
 * behind the last bit. */
START_TEST(every_bridge) {
    random_state random = unit_seeded("bridges");
    static const size_t sizes[] = {1, 2, 63, 64, 65, 128, 4095, 4096, 4097, 8192, MAX_BITS};
    for (int round = 0; round < 1000; round++) {
        const unsigned bridge = bridges[random_below(&random, sizeof bridges / sizeof *bridges)];
        trm_plane plane = create(sizes[random_below(&random, sizeof sizes / sizeof *sizes)]);
        for (size_t bit = random_below(&random, 3); bit < plane.bit_count;) {
            size_t run = 1 + random_below(&random, 70);
            add(&plane, bit, run);
            bit += run + (random_below(&random, 3) ? 1 + random_below(&random, bridge + 3)
                                                   : random_below(&random, 300));
        }
        expect_slow_pieces(&plane, bridge);
        free(plane.words);
    }
}
END_TEST

/* As many pieces as there can be: more than are found at a time, and each ends in its word. */
START_TEST(most_pieces) {
    for (size_t start = 0; start < 2; start++) {
        trm_plane plane = create(MAX_BITS);
        for (size_t bit = start; bit < MAX_BITS; bit += 2)
            add(&plane, bit, 1);
        expect_slow_pieces(&plane, 0);
        expect_slow_pieces(&plane, 1);
        free(plane.words);
    }
}
END_TEST

/* Few words with bits, far from each other, and pieces that end where the next word begins. */
START_TEST(far_apart) {
    random_state random = unit_seeded("far_apart");
    for (int round = 0; round < 300; round++) {
        trm_plane plane = create(MAX_BITS - random_below(&random, 70));
        for (size_t adds = 1 + random_below(&random, 6); adds > 0; adds--) {
            size_t word = random_below(&random, trm_plane_word_count(&plane));
            size_t count = 1 + random_below(&random, random_below(&random, 2) ? 4 : 200);
            add(&plane, word * 64 + 64 - (count < 64 ? count : 64), count);
        }
        for (size_t i = 0; i < sizeof bridges / sizeof *bridges; i++)
            expect_slow_pieces(&plane, bridges[i]);
        free(plane.words);
    }
}
END_TEST

START_TEST(random_planes) {
    random_state random = unit_seeded("plan");
    static const size_t bits[] = {1, 64, 65, 300, 4097, MAX_BITS};
    size_t narrowest;

    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++) {
        for (int round = 0; round < 100; round++) {
            trm_plane plane = create(bits[i]);
            for (size_t adds = random_below(&random, 60); adds > 0; adds--)
                add(&plane, random_below(&random, bits[i]), random_below(&random, 9));
            size_t chunk_nbytes = (size_t)1 << random_below(&random, 16);
            size_t widest = check(&plane, chunk_nbytes, &narrowest);
            size_t bridge = 1024 / chunk_nbytes < 64 ? 1024 / chunk_nbytes : 64;
            if (plane.set_count > bits[i] / 2) {
                unit_assert(widest <= bridge && narrowest > bridge);
            } else {
                unit_assert(widest <= 1 && (narrowest > 1 || chunk_nbytes > 256));
            }
            free(plane.words);
        }
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("plan");
    UNIT_ADD(suite, nothing_and_everything);
    UNIT_ADD(suite, small_chunks);
    UNIT_ADD(suite, large_chunks);
    UNIT_ADD(suite, dense_planes);
    UNIT_ADD(suite, every_bridge);
    UNIT_ADD(suite, most_pieces);
    UNIT_ADD(suite, far_apart);
    UNIT_ADD(suite, random_planes);
    return unit_main(suite);
}
