/* Sending bytes into buffers without CPU data: what is accepted. What becomes of them is shown by
 * test_send.c and the tests of the backend. */
#include "rule_owners.h"
#include "unit.h"

static unsigned char bytes[200];

static trm_buffer *create(const void *data) {
    trm_buffer *buffer = NULL;
    trm_buffer_desc desc = {.data = data,
        .nbytes = 132,
        .nitems = 11,
        .format = "3xf4",
        .label = "remote",
        .log = unit_log()};
    expect_ok(trm_buffer_create(&desc, &buffer));
    return buffer;
}

/* Offsets in items, sizes in bytes; a send may end inside an item. */
START_TEST(bounds) {
    trm_buffer *buffer = create(NULL);

    for (size_t offset = 0; offset < 13; offset++) {
        for (size_t nbytes = 1; nbytes < 150; nbytes++) {
            uint64_t revision = trm_buffer_revision(buffer);
            if (offset * 12 + nbytes <= 132) {
                expect_ok(trm_buffer_send_data(buffer, offset, bytes, nbytes));
                ck_assert_uint_ne(trm_buffer_revision(buffer), revision);
                ck_assert(trm_buffer_pending(buffer));
            } else {
                expect_rule(trm_buffer_send_data(buffer, offset, bytes, nbytes),
                    TRM_ERROR_OUT_OF_RANGE, "send.range", "remote");
                ck_assert_uint_eq(trm_buffer_revision(buffer), revision);
            }
        }
    }
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(bounds_do_not_wrap) {
    static const size_t sizes[] = {133, SIZE_MAX / 12, SIZE_MAX - 12, SIZE_MAX - 1, SIZE_MAX};
    trm_buffer *buffer = create(NULL);

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        expect_rule(trm_buffer_send_data(buffer, 0, bytes, sizes[i]), TRM_ERROR_OUT_OF_RANGE,
            "send.range", "remote");
        expect_rule(trm_buffer_send_data(buffer, 1, bytes, sizes[i]), TRM_ERROR_OUT_OF_RANGE,
            "send.range", "remote");
        expect_rule(trm_buffer_send_data(buffer, sizes[i], bytes, 12), TRM_ERROR_OUT_OF_RANGE,
            "send.range", "remote");
    }
    ck_assert(!trm_buffer_pending(buffer));
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(nothing_to_send) {
    trm_buffer *buffer = create(NULL);

    ck_assert(!trm_buffer_pending(buffer));
    expect_ok(trm_buffer_send_data(buffer, 0, bytes, 0));
    expect_ok(trm_buffer_send_data(buffer, 11, bytes, 0));
    expect_ok(trm_buffer_send_data(buffer, 3, NULL, 0));
    ck_assert(!trm_buffer_pending(buffer));
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(mistakes) {
    trm_buffer *buffer = create(NULL);
    expect_rule(trm_buffer_send_data(buffer, 0, NULL, 12), TRM_ERROR_INVALID_ARGUMENT,
        "argument.null", "remote");
    ck_assert(!trm_buffer_pending(buffer));
    expect_ok(trm_buffer_destroy(buffer));

    buffer = create(bytes);
    uint64_t revision = trm_buffer_revision(buffer);
    expect_rule(
        trm_buffer_send_data(buffer, 0, bytes, 12), TRM_ERROR_STATE, "buffer.has-data", "remote");
    ck_assert_uint_eq(trm_buffer_revision(buffer), revision);
    expect_ok(trm_buffer_destroy(buffer));
    ck_assert_int_eq(trm_buffer_send_data(NULL, 0, bytes, 12), TRM_ERROR_INVALID_ARGUMENT);
}
END_TEST

/* The bytes are copied during the call: no matter what happens to the source (the address sanitizer
 * and valgrind watch). */
START_TEST(source_is_free_after_the_call) {
    trm_buffer *buffer = create(NULL);
    for (size_t i = 0; i < 11; i++) {
        unsigned char local[12] = {(unsigned char)i};
        expect_ok(trm_buffer_send_data(buffer, i, local, sizeof local));
    }
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(rules_seen) {
    unit_check_rules(UNIT_OWNER_SEND);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("buffer_send");
    UNIT_ADD(suite, bounds);
    UNIT_ADD(suite, bounds_do_not_wrap);
    UNIT_ADD(suite, nothing_to_send);
    UNIT_ADD(suite, mistakes);
    UNIT_ADD(suite, source_is_free_after_the_call);
    UNIT_ADD(suite, rules_seen);
    return unit_main(suite);
}
