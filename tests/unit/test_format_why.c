/* What a message says about a format that does not parse. */
#include "unit.h"

#include "core/format_internal.h"

#include <string.h>

static void assert_why(const char *text, const char *part) {
    const char *why = trm_format_why(text);
    ck_assert_msg(why && strstr(why, part), "\"%s\": %s", text ? text : "NULL", why);
}

START_TEST(reasons) {
    static const char *const wide[] = {
        "f8", "i8", "u8", ">f8", "3xf8", "<2xu8", "float64", "float64x3", "sint64x2", "uint64"};
    static const char *const counts[] = {"0xf4", "03xf4", "65537xf4", "99999999999999999999xu1"};
    static const char *const unknown[] = {
        "", "f", "3f4", "float", "float32x5", "float64x5", "f3", "uint16 "};

    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        assert_why(wide[i], "64-bit");
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        assert_why(counts[i], "1 to 65536");
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_why(unknown[i], "unknown");
    assert_why("uint8x3", "array style");
    assert_why("float16x3", "array style");
    assert_why(NULL, "NULL");
}
END_TEST

START_TEST(no_reason_for_a_format) {
    ck_assert_ptr_null(trm_format_why("3xf4"));
    ck_assert_ptr_null(trm_format_why(">65536xu2"));
    ck_assert_ptr_null(trm_format_why("float32x3"));
    ck_assert_ptr_null(trm_format_why("unorm8x4-bgra"));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("format_why");
    UNIT_ADD(suite, reasons);
    UNIT_ADD(suite, no_reason_for_a_format);
    return unit_main(suite);
}
