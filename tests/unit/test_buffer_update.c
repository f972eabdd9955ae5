/* Marking: exactly the touched chunks become pending, and mistakes mark nothing. */
#include "marks_model.h"
#include "rule_owners.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Items and chunk size: one word of chunks, several, several summary words; chunks that divide the
 * buffer and chunks that do not; powers of two and others. */
static const struct {
    size_t nitems;
    size_t chunk_size;
} layouts[] = {{1, 1}, {7, 3}, {64, 1}, {65, 1}, {200, 64}, {1000, 7}, {1000, 8}, {4096, 1},
    {4097, 1}, {9000, 2}, {300000, 1}, {MARKS_MAX_ITEMS, 13}};

START_TEST(new_buffer_is_marked) {
    static const unsigned char byte[20];
    for (size_t chunk = 1; chunk <= 20; chunk++) {
        trm_buffer *buffer = NULL;
        trm_buffer_desc desc = {.data = byte, .nitems = 20, .format = "u1", .chunk_size = chunk};
        ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
        marks_model model = marks_model_create(buffer, true);
        marks_model_take(&model, buffer);
        marks_model_take(&model, buffer);
        marks_model_destroy(&model);
        ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    }
}
END_TEST

START_TEST(full) {
    for (size_t i = 0; i < LENGTH(layouts); i++) {
        trm_buffer *buffer = marks_buffer(layouts[i].nitems, layouts[i].chunk_size);
        marks_model model = marks_model_create(buffer, true);
        for (int repeat = 0; repeat < 3; repeat++)
            expect_ok(trm_buffer_update_full(buffer));
        marks_model_take(&model, buffer);
        /* Marks below a full one are taken with it. */
        expect_ok(trm_buffer_update_range(buffer, layouts[i].nitems / 2, 1));
        expect_ok(trm_buffer_update_full(buffer));
        expect_ok(trm_buffer_update_range(buffer, 0, 1));
        marks_model_mark(&model, 0, TRM_WHOLE);
        marks_model_take(&model, buffer);
        marks_model_take(&model, buffer);
        marks_model_destroy(&model);
        expect_ok(trm_buffer_destroy(buffer));
    }
}
END_TEST

/* Every range of a small buffer, and ranges that pass its end. */
START_TEST(every_range) {
    for (size_t chunk = 1; chunk <= 5; chunk++) {
        trm_buffer *buffer = marks_buffer(23, chunk);
        marks_model model = marks_model_create(buffer, false);
        for (size_t offset = 0; offset < 26; offset++) {
            for (size_t size = 0; size < 27; size++) {
                expect_ok(trm_buffer_update_range(buffer, offset, size));
                marks_model_mark(&model, offset, size);
                marks_model_take(&model, buffer);
            }
        }
        marks_model_destroy(&model);
        expect_ok(trm_buffer_destroy(buffer));
    }
}
END_TEST

/* Ranges whose ends lie around the borders of words and summary words. */
START_TEST(ranges_at_word_borders) {
    static const size_t borders[] = {
        0, 1, 63, 64, 65, 127, 128, 4095, 4096, 4097, 8191, 8192, 8193, 299999};
    trm_buffer *buffer = marks_buffer(300000, 1);
    marks_model model = marks_model_create(buffer, false);

    for (size_t i = 0; i < LENGTH(borders); i++) {
        for (size_t j = i; j < LENGTH(borders); j++) {
            size_t size = borders[j] - borders[i] + 1;
            expect_ok(trm_buffer_update_range(buffer, borders[i], size));
            marks_model_mark(&model, borders[i], size);
            marks_model_take(&model, buffer);
        }
    }
    marks_model_destroy(&model);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(to_the_end) {
    trm_buffer *buffer = marks_buffer(1000, 7);
    marks_model model = marks_model_create(buffer, false);
    static const size_t sizes[] = {TRM_WHOLE, TRM_WHOLE - 1, TRM_WHOLE / 2, 1000, 996};

    for (size_t i = 0; i < LENGTH(sizes); i++) {
        expect_ok(trm_buffer_update_range(buffer, 5, sizes[i]));
        marks_model_mark(&model, 5, 995);
        marks_model_take(&model, buffer);
        expect_ok(trm_buffer_update_range(buffer, 999, sizes[i]));
        marks_model_mark(&model, 999, 1);
        marks_model_take(&model, buffer);
        expect_ok(trm_buffer_update_range(buffer, 0, sizes[i]));
        marks_model_mark(&model, 0, sizes[i]);
        marks_model_take(&model, buffer);
    }
    marks_model_destroy(&model);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(nothing_to_mark) {
    trm_buffer *buffer = marks_buffer(1000, 7);
    uint32_t index = 0;

    expect_ok(trm_buffer_update_range(buffer, 0, 0));
    expect_ok(trm_buffer_update_range(buffer, 999, 0));
    expect_ok(trm_buffer_update_range(buffer, 1000, 1));
    expect_ok(trm_buffer_update_range(buffer, 1000, TRM_WHOLE));
    expect_ok(trm_buffer_update_range(buffer, TRM_WHOLE, TRM_WHOLE));
    expect_ok(trm_buffer_update_indices(buffer, &index, 0));
    expect_ok(trm_buffer_update_indices(buffer, NULL, 0));
    ck_assert(!trm_buffer_pending(buffer));
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(indices) {
    static const uint32_t list[] = {999, 0, 500, 500, 64, 63, 448, 449, 0, 998};

    for (size_t chunk = 1; chunk <= 100; chunk += 9) {
        trm_buffer *buffer = marks_buffer(1000, chunk);
        marks_model model = marks_model_create(buffer, false);
        for (size_t count = 0; count <= LENGTH(list); count++) {
            expect_ok(trm_buffer_update_indices(buffer, list, count));
            for (size_t i = 0; i < count; i++)
                marks_model_mark(&model, list[i], 1);
            marks_model_take(&model, buffer);
        }
        for (uint32_t item = 0; item < 1000; item++) {
            expect_ok(trm_buffer_update_indices(buffer, &item, 1));
            marks_model_mark(&model, item, 1);
            if (item % 13 == 0)
                marks_model_take(&model, buffer);
        }
        marks_model_destroy(&model);
        expect_ok(trm_buffer_destroy(buffer));
    }
}
END_TEST

START_TEST(index_out_of_range) {
    static const uint32_t wrong[] = {1000, 1001, UINT32_MAX};
    trm_buffer *buffer = marks_buffer(1000, 7);

    for (size_t i = 0; i < LENGTH(wrong); i++) {
        for (size_t place = 0; place < 5; place++) {
            uint32_t list[5] = {1, 900, 3, 400, 5};
            list[place] = wrong[i];
            uint64_t revision = trm_buffer_revision(buffer);
            expect_rule(trm_buffer_update_indices(buffer, list, 5), TRM_ERROR_OUT_OF_RANGE,
                "indices.range", "marks");
            ck_assert(!trm_buffer_pending(buffer));
            ck_assert_uint_eq(trm_buffer_revision(buffer), revision);
        }
    }
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* Each is marked as a whole, whatever the order and however often it is named. */
START_TEST(many) {
    enum { COUNT = 100 };
    trm_buffer *buffers[COUNT], *list[3 * COUNT];
    uint64_t revisions[COUNT];
    expect_ok(trm_buffer_update_many(NULL, 0));
    for (size_t i = 0; i < COUNT; i++) {
        buffers[i] = marks_buffer(1 + 97 * i, 1 + i % 7);
        revisions[i] = trm_buffer_revision(buffers[i]);
    }
    size_t count = 0;
    for (size_t i = 0; i < 3 * COUNT; i++)
        if (i * 7 % COUNT % 5 != 0)
            list[count++] = buffers[i * 7 % COUNT];
    expect_ok(trm_buffer_update_many(list, count));
    for (size_t i = 0; i < COUNT; i++) {
        const bool named = i % 5 != 0;
        marks_model model = marks_model_create(buffers[i], named);
        ck_assert_int_eq(trm_buffer_pending(buffers[i]), named);
        ck_assert_int_eq(trm_buffer_revision(buffers[i]) != revisions[i], named);
        marks_model_take(&model, buffers[i]);
        marks_model_destroy(&model);
        expect_ok(trm_buffer_destroy(buffers[i]));
    }
}
END_TEST

/* One that cannot be marked, and all others are: before it and behind it. */
START_TEST(many_mistakes) {
    trm_buffer *remote = NULL, *before = marks_buffer(1000, 7), *behind = marks_buffer(10, 1);
    trm_buffer_desc desc = {.nitems = 10, .format = "f4", .label = "remote", .log = unit_log()};
    expect_ok(trm_buffer_create(&desc, &remote));
    trm_buffer *const lists[][4] = {{before, remote, NULL, behind}, {before, NULL, remote, behind}};
    trm_buffer *const both[] = {before, behind};
    const uint64_t revision = trm_buffer_revision(remote);

    ck_assert_int_eq(trm_buffer_update_many(NULL, 1), TRM_ERROR_INVALID_ARGUMENT);
    for (size_t list = 0; list < 2; list++) {
        uint64_t revisions[2];
        for (size_t i = 0; i < 2; i++)
            revisions[i] = trm_buffer_revision(both[i]);
        if (list == 0)
            expect_rule(trm_buffer_update_many(lists[list], 4), TRM_ERROR_STATE, "buffer.no-data",
                "remote");
        else
            ck_assert_int_eq(trm_buffer_update_many(lists[list], 4), TRM_ERROR_INVALID_ARGUMENT);
        for (size_t i = 0; i < 2; i++) {
            marks_model model = marks_model_create(both[i], true);
            ck_assert_uint_ne(trm_buffer_revision(both[i]), revisions[i]);
            marks_model_take(&model, both[i]);
            marks_model_destroy(&model);
        }
        ck_assert(!trm_buffer_pending(remote));
        ck_assert_uint_eq(trm_buffer_revision(remote), revision);
    }
    expect_ok(trm_buffer_destroy(remote));
    expect_ok(trm_buffer_destroy(before));
    expect_ok(trm_buffer_destroy(behind));
}
END_TEST

/* Arguments are looked at even when everything is pending anyway. */
START_TEST(mistakes_while_full) {
    trm_buffer *buffer = marks_buffer(1000, 7);
    uint32_t wrong = 1000;

    expect_ok(trm_buffer_update_full(buffer));
    expect_rule(trm_buffer_update_indices(buffer, &wrong, 1), TRM_ERROR_OUT_OF_RANGE,
        "indices.range", "marks");
    expect_rule(trm_buffer_update_indices(buffer, NULL, 1), TRM_ERROR_INVALID_ARGUMENT,
        "argument.null", "marks");
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(buffer_without_data) {
    trm_buffer *buffer = NULL;
    trm_buffer_desc desc = {.nitems = 10, .format = "f4", .label = "remote", .log = unit_log()};
    uint32_t index = 0;
    trm_run run;
    size_t count = 9;

    expect_ok(trm_buffer_create(&desc, &buffer));
    uint64_t revision = trm_buffer_revision(buffer);
    expect_rule(trm_buffer_update_full(buffer), TRM_ERROR_STATE, "buffer.no-data", "remote");
    expect_rule(trm_buffer_update_range(buffer, 0, 1), TRM_ERROR_STATE, "buffer.no-data", "remote");
    expect_rule(trm_buffer_update_range(buffer, 0, 0), TRM_ERROR_STATE, "buffer.no-data", "remote");
    expect_rule(
        trm_buffer_update_indices(buffer, &index, 1), TRM_ERROR_STATE, "buffer.no-data", "remote");
    expect_rule(
        trm_buffer_set_data(buffer, &index, 40, 0), TRM_ERROR_STATE, "buffer.no-data", "remote");
    expect_rule(
        trm_buffer_take_runs(buffer, &run, 1, &count), TRM_ERROR_STATE, "buffer.no-data", "remote");
    ck_assert_uint_eq(count, 0);
    ck_assert(!trm_buffer_pending(buffer));
    ck_assert_uint_eq(trm_buffer_revision(buffer), revision);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(null_buffer) {
    uint32_t index = 0;
    ck_assert_int_eq(trm_buffer_update_full(NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_buffer_update_range(NULL, 0, 1), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_buffer_update_range(NULL, 0, 0), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_buffer_update_indices(NULL, &index, 1), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_buffer_update_indices(NULL, NULL, 0), TRM_ERROR_INVALID_ARGUMENT);
}
END_TEST

/* Q2: every edit counts, also while everything is pending. Numbers never repeat, whichever buffer.
 */
START_TEST(revisions) {
    trm_buffer *buffers[2] = {marks_buffer(1000, 7), marks_buffer(50, 1)};
    uint64_t seen[200];
    size_t count = 0;
    uint32_t index = 3;

    for (int round = 0; round < 20; round++) {
        for (int b = 0; b < 2; b++) {
            trm_buffer *buffer = buffers[b];
            seen[count++] = trm_buffer_revision(buffer);
            expect_ok(trm_buffer_update_full(buffer));
            seen[count++] = trm_buffer_revision(buffer);
            expect_ok(trm_buffer_update_range(buffer, 2, 3));
            seen[count++] = trm_buffer_revision(buffer);
            expect_ok(trm_buffer_update_indices(buffer, &index, 1));
            seen[count++] = trm_buffer_revision(buffer);
            expect_ok(trm_buffer_update_range(buffer, 0, TRM_WHOLE));
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            ck_assert_uint_ne(seen[i], seen[j]);
    }
    expect_ok(trm_buffer_destroy(buffers[0]));
    expect_ok(trm_buffer_destroy(buffers[1]));
}
END_TEST

/* ---- random edits ---- */

static void random_edit(random_state *random, trm_buffer *buffer, marks_model *model) {
    size_t nitems = model->nitems;
    uint32_t list[40];

    switch (random_below(random, 8)) {
    case 0: {
        size_t offset = random_below(random, nitems + 2);
        size_t size = random_below(random, nitems + 2);
        expect_ok(trm_buffer_update_range(buffer, offset, size));
        marks_model_mark(model, offset, size);
        break;
    }
    case 1:
        if (random_below(random, 20) == 0) {
            expect_ok(trm_buffer_update_full(buffer));
            marks_model_mark(model, 0, TRM_WHOLE);
        }
        break;
    case 2:
    case 3: {
        size_t count = random_below(random, LENGTH(list) + 1);
        for (size_t i = 0; i < count; i++) {
            list[i] = (uint32_t)random_below(random, nitems);
            marks_model_mark(model, list[i], 1);
        }
        expect_ok(trm_buffer_update_indices(buffer, list, count));
        break;
    }
    default: {
        size_t offset = random_below(random, nitems);
        size_t size = random_below(random, 3 * model->chunk_size);
        expect_ok(trm_buffer_update_range(buffer, offset, size));
        marks_model_mark(model, offset, size);
    }
    }
}

START_TEST(random_edits) {
    random_state random = unit_seeded("random_edits");

    for (size_t i = 0; i < LENGTH(layouts); i++) {
        trm_buffer *buffer = marks_buffer(layouts[i].nitems, layouts[i].chunk_size);
        marks_model model = marks_model_create(buffer, false);
        size_t rounds = layouts[i].nitems > 10000 ? 60 : 1500;
        for (size_t round = 0; round < rounds; round++) {
            for (size_t edits = random_below(&random, 12); edits > 0; edits--)
                random_edit(&random, buffer, &model);
            marks_model_take(&model, buffer);
        }
        marks_model_destroy(&model);
        expect_ok(trm_buffer_destroy(buffer));
    }
}
END_TEST

START_TEST(rules_seen) {
    unit_check_rules(UNIT_OWNER_UPDATE);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("buffer_update");
    UNIT_ADD(suite, new_buffer_is_marked);
    UNIT_ADD(suite, full);
    UNIT_ADD(suite, every_range);
    UNIT_ADD(suite, ranges_at_word_borders);
    UNIT_ADD(suite, to_the_end);
    UNIT_ADD(suite, nothing_to_mark);
    UNIT_ADD(suite, indices);
    UNIT_ADD(suite, index_out_of_range);
    UNIT_ADD(suite, many);
    UNIT_ADD(suite, many_mistakes);
    UNIT_ADD(suite, mistakes_while_full);
    UNIT_ADD(suite, buffer_without_data);
    UNIT_ADD(suite, null_buffer);
    UNIT_ADD(suite, revisions);
    UNIT_ADD(suite, random_edits);
    UNIT_ADD(suite, rules_seen);
    return unit_main(suite);
}
