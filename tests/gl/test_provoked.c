/* The harness itself: every test here provokes something that must fail it. */
#include "support/harness.h"

START_TEST(an_error_is_left) {
    harness_gl()->BindBuffer(GL_TRIANGLES, 0); /* not a target */
}
END_TEST

/* Who takes an error without a word of what it is has not expected it. */
START_TEST(an_error_is_swallowed) {
    harness_gl()->BindBuffer(GL_TRIANGLES, 0);
    harness_gl()->GetError();
}
END_TEST

START_TEST(another_error_than_expected) {
    harness_gl()->BindBuffer(GL_TRIANGLES, 0);
    harness_expect_error(GL_INVALID_VALUE);
}
END_TEST

START_TEST(no_error_at_all) {
    harness_expect_error(GL_INVALID_ENUM);
}
END_TEST

START_TEST(an_error_after_the_expected_one) {
    harness_gl()->BindBuffer(GL_TRIANGLES, 0);
    harness_expect_error(GL_INVALID_ENUM);
    harness_gl()->BindBuffer(GL_TRIANGLES, 0);
    harness_gl()->GetError();
}
END_TEST

START_TEST(other_messages_than_expected) {
    harness_expect_messages("nobody will say this");
    harness_gl()->BindBuffer(GL_TRIANGLES, 0);
    harness_gl()->GetError();
}
END_TEST

/* No error at all: a word of the driver's, of the least severity above notification. */
START_TEST(a_message_of_low_severity) {
    if (harness_is_strict()) {
        ck_abort_msg("its violations have no severity");
    }
    harness_gl()->DebugMessageInsert(GL_DEBUG_SOURCE_APPLICATION, GL_DEBUG_TYPE_PERFORMANCE, 1,
        GL_DEBUG_SEVERITY_LOW, -1, "as a driver would");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-provoked");
    TCase *tcase = tcase_create("provoked");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, an_error_is_left);
    tcase_add_test(tcase, an_error_is_swallowed);
    tcase_add_test(tcase, another_error_than_expected);
    tcase_add_test(tcase, no_error_at_all);
    tcase_add_test(tcase, an_error_after_the_expected_one);
    tcase_add_test(tcase, other_messages_than_expected);
    tcase_add_test(tcase, a_message_of_low_severity);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
