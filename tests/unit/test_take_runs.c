/* Taking runs: capacity, counting, order, mistakes. That the runs are the right ones is shown by
 * test_buffer_update.c. */
#include "marks_model.h"
#include "rule_owners.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static size_t count_pending(trm_buffer *buffer) {
    size_t count = 99;
    expect_ok(trm_buffer_take_runs(buffer, NULL, 0, &count));
    return count;
}

/* Adjacent chunks make one run, also across words; others are never bridged. */
START_TEST(merging) {
    trm_buffer *buffer = marks_buffer(300, 1);
    trm_run runs[8];
    size_t count;

    expect_ok(trm_buffer_update_indices(buffer, (const uint32_t[]){2, 3, 5}, 3));
    expect_ok(trm_buffer_take_runs(buffer, runs, 8, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(runs[0].offset, 2);
    ck_assert_uint_eq(runs[0].size, 2);
    ck_assert_uint_eq(runs[1].offset, 5);
    ck_assert_uint_eq(runs[1].size, 1);

    for (uint32_t item = 60; item < 200; item++)
        expect_ok(trm_buffer_update_indices(buffer, &item, 1));
    expect_ok(trm_buffer_take_runs(buffer, runs, 1, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(runs[0].offset, 60);
    ck_assert_uint_eq(runs[0].size, 140);
    ck_assert(!trm_buffer_pending(buffer));
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(every_chunk_alone_is_one_run) {
    trm_buffer *buffer = marks_buffer(300, 1);
    trm_run runs[8];
    size_t count;

    for (uint32_t item = 0; item < 300; item++)
        expect_ok(trm_buffer_update_indices(buffer, &item, 1));
    expect_ok(trm_buffer_take_runs(buffer, runs, 8, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(runs[0].offset, 0);
    ck_assert_uint_eq(runs[0].size, 300);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* The last chunk of a buffer may be short. */
START_TEST(last_chunk) {
    trm_buffer *buffer = marks_buffer(25, 10);
    trm_run runs[4];
    size_t count;

    expect_ok(trm_buffer_update_range(buffer, 22, 1));
    expect_ok(trm_buffer_take_runs(buffer, runs, 4, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(runs[0].offset, 20);
    ck_assert_uint_eq(runs[0].size, 5);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(counting_takes_nothing) {
    trm_buffer *buffer = marks_buffer(300, 1);
    trm_run runs[8];
    size_t count;

    ck_assert_uint_eq(count_pending(buffer), 0);
    expect_ok(trm_buffer_update_indices(buffer, (const uint32_t[]){1, 3, 64, 65, 299}, 5));
    for (int repeat = 0; repeat < 3; repeat++)
        ck_assert_uint_eq(count_pending(buffer), 4);
    ck_assert(trm_buffer_pending(buffer));
    expect_ok(trm_buffer_take_runs(buffer, NULL, 17, &count));
    ck_assert_uint_eq(count, 4);
    expect_ok(trm_buffer_take_runs(buffer, runs, 8, &count));
    ck_assert_uint_eq(count, 4);
    expect_ok(trm_buffer_update_full(buffer));
    ck_assert_uint_eq(count_pending(buffer), 1);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* What does not fit stays pending: taken in pieces of any size, the runs are the same. */
static void check_pieces(trm_buffer *buffer, marks_model *model, size_t capacity) {
    trm_run expected[400]; /* more than the edits below can make */
    size_t total = marks_model_runs(model, expected);
    trm_run runs[100];
    size_t count, taken = 0;

    while (taken < total) {
        runs[capacity] = (trm_run){77, 88};
        ck_assert(trm_buffer_pending(buffer));
        ck_assert_uint_eq(count_pending(buffer), total - taken);
        expect_ok(trm_buffer_take_runs(buffer, runs, capacity, &count));
        ck_assert_uint_eq(count, total - taken < capacity ? total - taken : capacity);
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_eq(runs[i].offset, expected[taken + i].offset);
            ck_assert_uint_eq(runs[i].size, expected[taken + i].size);
        }
        ck_assert_uint_eq(runs[capacity].offset, 77);
        taken += count;
    }
    marks_drain(buffer);
}

START_TEST(small_capacity) {
    static const size_t layouts[][2] = {{60, 1}, {500, 1}, {9000, 2}, {300000, 1}};
    random_state random = unit_seeded("small_capacity");

    for (size_t i = 0; i < LENGTH(layouts); i++) {
        size_t nitems = layouts[i][0];
        trm_buffer *buffer = marks_buffer(nitems, layouts[i][1]);
        for (size_t capacity = 1; capacity < 100; capacity += 1 + capacity / 4) {
            marks_model model = marks_model_create(buffer, false);
            for (size_t edits = random_below(&random, 300); edits > 0; edits--) {
                size_t offset = random_below(&random, nitems);
                size_t size = random_below(&random, 5);
                expect_ok(trm_buffer_update_range(buffer, offset, size));
                marks_model_mark(&model, offset, size);
            }
            check_pieces(buffer, &model, capacity);
            marks_model_destroy(&model);
        }
        expect_ok(trm_buffer_destroy(buffer));
    }
}
END_TEST

/* A run that spans many words is whole, even where it fills the last place of the array. */
START_TEST(long_run_in_the_last_place) {
    trm_buffer *buffer = marks_buffer(10000, 1);
    trm_run runs[2];
    size_t count;

    expect_ok(trm_buffer_update_range(buffer, 3, 1));
    expect_ok(trm_buffer_update_range(buffer, 10, 5000));
    expect_ok(trm_buffer_update_range(buffer, 9000, 1));
    expect_ok(trm_buffer_take_runs(buffer, runs, 2, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(runs[1].offset, 10);
    ck_assert_uint_eq(runs[1].size, 5000);
    expect_ok(trm_buffer_take_runs(buffer, runs, 2, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(runs[0].offset, 9000);
    ck_assert(!trm_buffer_pending(buffer));
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* Marks made between two takes of one batch are neither lost nor mixed up. */
START_TEST(marks_between_pieces) {
    trm_buffer *buffer = marks_buffer(10000, 1);
    trm_run runs[1];
    size_t count;

    expect_ok(trm_buffer_update_range(buffer, 100, 1));
    expect_ok(trm_buffer_update_range(buffer, 5000, 1));
    expect_ok(trm_buffer_take_runs(buffer, runs, 1, &count));
    ck_assert_uint_eq(runs[0].offset, 100);
    expect_ok(trm_buffer_update_range(buffer, 50, 1));
    expect_ok(trm_buffer_update_range(buffer, 5001, 1));
    expect_ok(trm_buffer_take_runs(buffer, runs, 1, &count));
    ck_assert_uint_eq(runs[0].offset, 50);
    expect_ok(trm_buffer_take_runs(buffer, runs, 1, &count));
    ck_assert_uint_eq(runs[0].offset, 5000);
    ck_assert_uint_eq(runs[0].size, 2);
    expect_ok(trm_buffer_take_runs(buffer, runs, 1, &count));
    ck_assert_uint_eq(count, 0);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(mistakes) {
    trm_buffer *buffer = marks_buffer(100, 1);
    trm_run runs[4];
    size_t count = 9;

    expect_ok(trm_buffer_update_range(buffer, 7, 1));
    expect_rule(trm_buffer_take_runs(buffer, runs, 4, NULL), TRM_ERROR_INVALID_ARGUMENT,
        "argument.null", "marks");
    expect_rule(trm_buffer_take_runs(buffer, runs, 0, &count), TRM_ERROR_INVALID_ARGUMENT,
        "runs.capacity", "marks");
    ck_assert_uint_eq(count, 0);
    count = 9;
    ck_assert_int_eq(trm_buffer_take_runs(NULL, runs, 4, &count), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(trm_buffer_take_runs(NULL, NULL, 0, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_uint_eq(count_pending(buffer), 1);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(rules_seen) {
    unit_check_rules(UNIT_OWNER_TAKE_RUNS);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("take_runs");
    UNIT_ADD(suite, merging);
    UNIT_ADD(suite, every_chunk_alone_is_one_run);
    UNIT_ADD(suite, last_chunk);
    UNIT_ADD(suite, counting_takes_nothing);
    UNIT_ADD(suite, small_capacity);
    UNIT_ADD(suite, long_run_in_the_last_place);
    UNIT_ADD(suite, marks_between_pieces);
    UNIT_ADD(suite, mistakes);
    UNIT_ADD(suite, rules_seen);
    return unit_main(suite);
}
