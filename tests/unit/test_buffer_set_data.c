/* Replacing the array. */
#include "marks_model.h"
#include "rule_owners.h"

#include <string.h>

static float first[40], second[80];

static trm_buffer *create(trm_buffer_desc desc) {
    trm_buffer *buffer = NULL;
    desc.label = "colors";
    desc.log = unit_log();
    expect_ok(trm_buffer_create(&desc, &buffer));
    marks_drain(buffer);
    return buffer;
}

static void assert_one_full_run(trm_buffer *buffer) {
    trm_run runs[4];
    size_t count;
    expect_ok(trm_buffer_take_runs(buffer, runs, 4, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(runs[0].offset, 0);
    ck_assert_uint_eq(runs[0].size, trm_buffer_nitems(buffer));
}

static void assert_source(const trm_buffer *buffer, const void *data, size_t stride) {
    trm_view view;
    ck_assert_ptr_eq(trm_buffer_data(buffer), data);
    ck_assert_int_eq(trm_buffer_view(buffer, &view), TRM_OK);
    ck_assert_ptr_eq(view.data, data);
    ck_assert_uint_eq(view.stride, stride);
}

START_TEST(replaces_and_marks_all) {
    trm_buffer *buffer =
        create((trm_buffer_desc){.data = first, .nitems = 10, .format = "4xf4", .chunk_size = 1});
    uint64_t revision = trm_buffer_revision(buffer);

    expect_ok(trm_buffer_set_data(buffer, second, 160, 0));
    assert_source(buffer, second, 16);
    ck_assert_uint_ne(trm_buffer_revision(buffer), revision);
    ck_assert_uint_eq(trm_buffer_nitems(buffer), 10);
    ck_assert_str_eq(trm_buffer_format(buffer), "4xf4");
    assert_one_full_run(buffer);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* The same pointer may hold new content. */
START_TEST(same_array_again) {
    trm_buffer *buffer =
        create((trm_buffer_desc){.data = first, .nitems = 10, .format = "4xf4", .chunk_size = 1});

    for (int repeat = 0; repeat < 3; repeat++) {
        uint64_t revision = trm_buffer_revision(buffer);
        expect_ok(trm_buffer_set_data(buffer, first, 160, 0));
        ck_assert_uint_ne(trm_buffer_revision(buffer), revision);
        assert_one_full_run(buffer);
    }
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(other_stride) {
    trm_buffer *buffer = create((trm_buffer_desc){.data = first, .nitems = 10, .format = "4xf4"});

    expect_ok(trm_buffer_set_data(buffer, second, 160, 32));
    assert_source(buffer, second, 32);
    expect_ok(trm_buffer_set_data(buffer, first, 160, 16));
    assert_source(buffer, first, 16);
    expect_ok(trm_buffer_set_data(buffer, second, 160, 20));
    assert_source(buffer, second, 20);
    expect_ok(trm_buffer_set_data(buffer, first, 160, 0));
    assert_source(buffer, first, 16);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

static void check_refused(trm_buffer *buffer, const void *data, size_t nbytes, size_t stride,
    trm_result result, const char *rule) {
    uint64_t revision = trm_buffer_revision(buffer);
    expect_rule(trm_buffer_set_data(buffer, data, nbytes, stride), result, rule, "colors");
    assert_source(buffer, first, 16);
    ck_assert(!trm_buffer_pending(buffer));
    ck_assert_uint_eq(trm_buffer_revision(buffer), revision);
}

START_TEST(refusals) {
    const trm_result invalid = TRM_ERROR_INVALID_ARGUMENT;
    trm_buffer *buffer = create((trm_buffer_desc){.data = first, .nitems = 10, .format = "4xf4"});

    check_refused(buffer, NULL, 160, 0, invalid, "argument.null");
    check_refused(buffer, second, 0, 0, invalid, "data.size");
    check_refused(buffer, second, 159, 0, invalid, "data.size");
    check_refused(buffer, second, 161, 0, invalid, "data.size");
    check_refused(buffer, second, 320, 0, invalid, "data.size");
    check_refused(buffer, second, 10, 0, invalid, "data.size");
    check_refused(buffer, second, 160, 15, invalid, "buffer.stride");
    check_refused(buffer, second, 160, 1, invalid, "buffer.stride");
    check_refused(buffer, second, 160, SIZE_MAX / 4, invalid, "buffer.size-overflow");
    ck_assert_int_eq(trm_buffer_set_data(NULL, second, 160, 0), invalid);
    expect_ok(trm_buffer_destroy(buffer));

    buffer = create(
        (trm_buffer_desc){.data = first, .nitems = 10, .format = "4xf4", .force_contiguous = true});
    check_refused(buffer, second, 160, 32, TRM_ERROR_STATE, "buffer.not-contiguous");
    expect_ok(trm_buffer_set_data(buffer, second, 160, 16));
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(rules_seen) {
    unit_check_rules(UNIT_OWNER_SET_DATA);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("buffer_set_data");
    UNIT_ADD(suite, replaces_and_marks_all);
    UNIT_ADD(suite, same_array_again);
    UNIT_ADD(suite, other_stride);
    UNIT_ADD(suite, refusals);
    UNIT_ADD(suite, rules_seen);
    return unit_main(suite);
}
