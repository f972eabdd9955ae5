/* The draw range: bounds, "to the end", and that it uploads nothing. */
#include "marks_model.h"
#include "rule_owners.h"

static void assert_range(const trm_buffer *buffer, size_t offset, size_t size) {
    trm_range range = trm_buffer_draw_range(buffer);
    ck_assert_uint_eq(range.offset, offset);
    ck_assert_uint_eq(range.size, size);
}

/* Every origin and size around a small buffer: accepted exactly where the header says so. */
START_TEST(every_range) {
    const size_t nitems = 9;
    trm_buffer *buffer = marks_buffer(nitems, 2);
    trm_range set = {0, nitems};

    assert_range(buffer, 0, nitems);
    for (size_t origin = 0; origin < 12; origin++) {
        for (size_t size = 0; size < 12; size++) {
            uint64_t revision = trm_buffer_revision(buffer);
            if (origin < nitems && origin + size <= nitems) {
                expect_ok(trm_buffer_set_draw_range(buffer, origin, size));
                set = (trm_range){origin, size};
                ck_assert_uint_ne(trm_buffer_revision(buffer), revision);
            } else {
                expect_rule(trm_buffer_set_draw_range(buffer, origin, size), TRM_ERROR_OUT_OF_RANGE,
                    "draw-range.bounds", "marks");
                ck_assert_uint_eq(trm_buffer_revision(buffer), revision);
            }
            assert_range(buffer, set.offset, set.size);
            ck_assert(!trm_buffer_pending(buffer));
        }
    }
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(to_the_end) {
    trm_buffer *buffer = marks_buffer(9, 2);

    for (size_t origin = 0; origin < 9; origin++) {
        expect_ok(trm_buffer_set_draw_range(buffer, origin, TRM_WHOLE));
        assert_range(buffer, origin, 9 - origin);
    }
    expect_ok(trm_buffer_set_draw_range(buffer, 3, 4));
    expect_rule(trm_buffer_set_draw_range(buffer, 9, TRM_WHOLE), TRM_ERROR_OUT_OF_RANGE,
        "draw-range.bounds", "marks");
    expect_rule(trm_buffer_set_draw_range(buffer, 1, TRM_WHOLE - 1), TRM_ERROR_OUT_OF_RANGE,
        "draw-range.bounds", "marks");
    expect_rule(trm_buffer_set_draw_range(buffer, TRM_WHOLE, 2), TRM_ERROR_OUT_OF_RANGE,
        "draw-range.bounds", "marks");
    assert_range(buffer, 3, 4);
    ck_assert_int_eq(trm_buffer_set_draw_range(NULL, 0, 1), TRM_ERROR_INVALID_ARGUMENT);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(without_data) {
    trm_buffer *buffer = NULL;
    trm_buffer_desc desc = {.nitems = 10, .format = "f4"};

    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    assert_range(buffer, 0, 10);
    expect_ok(trm_buffer_set_draw_range(buffer, 2, 3));
    assert_range(buffer, 2, 3);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

static unsigned char bytes[100];

static void resize(trm_buffer *buffer, size_t nitems) {
    expect_ok(trm_buffer_resize(buffer, bytes, nitems, 0));
}

START_TEST(clamped_by_a_resize) {
    trm_buffer *buffer = marks_buffer(50, 4);

    expect_ok(trm_buffer_set_draw_range(buffer, 10, 20));
    resize(buffer, 60);
    assert_range(buffer, 10, 20);
    resize(buffer, 25);
    assert_range(buffer, 10, 15);
    resize(buffer, 60);
    assert_range(buffer, 10, 15);
    resize(buffer, 11);
    assert_range(buffer, 10, 1);
    resize(buffer, 10);
    assert_range(buffer, 0, 0);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* "To the end" follows the end. */
START_TEST(whole_follows_a_resize) {
    trm_buffer *buffer = marks_buffer(50, 4);

    resize(buffer, 60);
    assert_range(buffer, 0, 60);
    expect_ok(trm_buffer_set_draw_range(buffer, 20, TRM_WHOLE));
    resize(buffer, 80);
    assert_range(buffer, 20, 60);
    resize(buffer, 21);
    assert_range(buffer, 20, 1);
    resize(buffer, 5);
    assert_range(buffer, 0, 5);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(rules_seen) {
    unit_check_rules(UNIT_OWNER_DRAW_RANGE);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("buffer_draw_range");
    UNIT_ADD(suite, every_range);
    UNIT_ADD(suite, to_the_end);
    UNIT_ADD(suite, without_data);
    UNIT_ADD(suite, clamped_by_a_resize);
    UNIT_ADD(suite, whole_follows_a_resize);
    UNIT_ADD(suite, rules_seen);
    return unit_main(suite);
}
