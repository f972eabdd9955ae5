/* Vertex attribute arguments. The GL values stand here as numbers from the specification, so that
 * the test needs no GL header. */
#include "unit.h"

#include <stdio.h>
#include <trireme/gl.h>

enum {
    BYTE = 0x1400,
    UNSIGNED_BYTE = 0x1401,
    SHORT = 0x1402,
    UNSIGNED_SHORT = 0x1403,
    INT = 0x1404,
    UNSIGNED_INT = 0x1405,
    FLOAT = 0x1406,
    HALF_FLOAT = 0x140B,
    BGRA = 0x80E1,
    UNSIGNED_INT_2_10_10_10_REV = 0x8368
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void assert_attribute(const char *text, trm_gl_vertex_attribute expected) {
    trm_format format;
    trm_gl_vertex_attribute actual;

    ck_assert_int_eq(trm_format_parse(text, &format), TRM_OK);
    trm_result result = trm_gl_vertex_format(&format, &actual);
    ck_assert_msg(result == TRM_OK, "%s: %s", text, trm_result_string(result));
    ck_assert_msg(actual.size == expected.size, "%s: size %d", text, actual.size);
    ck_assert_msg(actual.type == expected.type, "%s: type 0x%x", text, (unsigned)actual.type);
    ck_assert_msg(actual.normalized == expected.normalized, "%s: normalized", text);
    ck_assert_msg(actual.integer == expected.integer, "%s: integer", text);
    ck_assert_msg(actual.count == expected.count, "%s: count %u", text, (unsigned)actual.count);
    ck_assert_msg(actual.nbytes == expected.nbytes, "%s: nbytes %u", text, (unsigned)actual.nbytes);
}

static void assert_refused(trm_format format) {
    trm_gl_vertex_attribute actual = {1, 2, true, true, 3, 4};

    ck_assert_int_eq(trm_gl_vertex_format(&format, &actual), TRM_ERROR_FORMAT);
    ck_assert_int_eq(actual.size, 0);
    ck_assert_uint_eq(actual.type, 0);
    ck_assert(!actual.normalized && !actual.integer);
    ck_assert_uint_eq(actual.count, 0);
    ck_assert_uint_eq(actual.nbytes, 0);
}

START_TEST(every_component) {
    static const struct {
        const char *text;
        trm_gl_vertex_attribute expected;
    } rows[] = {
        {"i1", {1, BYTE, false, true, 1, 1}},
        {"u1", {1, UNSIGNED_BYTE, false, true, 1, 1}},
        {"2xi2", {2, SHORT, false, true, 1, 4}},
        {"3xu2", {3, UNSIGNED_SHORT, false, true, 1, 6}},
        {"4xi4", {4, INT, false, true, 1, 16}},
        {"u4", {1, UNSIGNED_INT, false, true, 1, 4}},
        {"3xf2", {3, HALF_FLOAT, false, false, 1, 6}},
        {"f4", {1, FLOAT, false, false, 1, 4}},
        {"2xf4", {2, FLOAT, false, false, 1, 8}},
        {"3xf4", {3, FLOAT, false, false, 1, 12}},
        {"4xf4", {4, FLOAT, false, false, 1, 16}},
        {"unorm8", {1, UNSIGNED_BYTE, true, false, 1, 1}},
        {"unorm8x4", {4, UNSIGNED_BYTE, true, false, 1, 4}},
        {"snorm8x2", {2, BYTE, true, false, 1, 2}},
        {"unorm16x2", {2, UNSIGNED_SHORT, true, false, 1, 4}},
        {"snorm16x4", {4, SHORT, true, false, 1, 8}},
        {"unorm10-10-10-2", {4, UNSIGNED_INT_2_10_10_10_REV, true, false, 1, 4}},
        {"unorm8x4-bgra", {BGRA, UNSIGNED_BYTE, true, false, 1, 4}},
        {">3xf4", {3, FLOAT, false, false, 1, 12}},
        {">u2", {1, UNSIGNED_SHORT, false, true, 1, 2}},
    };

    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_attribute(rows[i].text, rows[i].expected);
}
END_TEST

START_TEST(split_items) {
    assert_attribute("16xf4", (trm_gl_vertex_attribute){4, FLOAT, false, false, 4, 16});
    assert_attribute("12xf4", (trm_gl_vertex_attribute){4, FLOAT, false, false, 3, 16});
    assert_attribute("9xf4", (trm_gl_vertex_attribute){3, FLOAT, false, false, 3, 12});
    assert_attribute("6xf4", (trm_gl_vertex_attribute){3, FLOAT, false, false, 2, 12});
    assert_attribute("10xf4", (trm_gl_vertex_attribute){2, FLOAT, false, false, 5, 8});
    assert_attribute("8xu1", (trm_gl_vertex_attribute){4, UNSIGNED_BYTE, false, true, 2, 4});
    assert_attribute("6xi2", (trm_gl_vertex_attribute){3, SHORT, false, true, 2, 6});
}
END_TEST

/* Whatever the count: an even split into as few attributes as GL allows, or a refusal. */
START_TEST(every_count) {
    for (uint32_t count = 1; count <= 65536; count++) {
        trm_format format = {TRM_COMPONENT_FLOAT32, count, count * 4, false};
        trm_gl_vertex_attribute actual;
        uint32_t fewest = 0;
        for (uint32_t size = 1; size <= 4; size++) {
            if (count % size == 0 && (size > 1 || count == 1))
                fewest = count / size;
        }
        if (fewest == 0) {
            unit_assert(trm_gl_vertex_format(&format, &actual) == TRM_ERROR_FORMAT);
            continue;
        }
        unit_assert(trm_gl_vertex_format(&format, &actual) == TRM_OK);
        unit_assert(actual.count == fewest);
        unit_assert((uint32_t)actual.size * actual.count == count);
        unit_assert(actual.nbytes == (uint32_t)actual.size * 4);
    }
}
END_TEST

START_TEST(refusals) {
    assert_refused((trm_format){0});
    assert_refused((trm_format){TRM_COMPONENT_NONE, 3, 12, false});
    assert_refused((trm_format){TRM_COMPONENT_FLOAT32, 0, 0, false});
    assert_refused((trm_format){TRM_COMPONENT_FLOAT32, 5, 20, false});
    assert_refused((trm_format){TRM_COMPONENT_FLOAT32, 7, 28, false});
    assert_refused((trm_format){TRM_COMPONENT_UNORM10_10_10_2, 1, 4, false});
    assert_refused((trm_format){TRM_COMPONENT_UNORM10_10_10_2, 8, 8, false});
    assert_refused((trm_format){TRM_COMPONENT_UNORM8_BGRA, 3, 3, false});
    assert_refused((trm_format){(trm_component)99, 1, 4, false});
}
END_TEST

START_TEST(arguments) {
    trm_format format = {TRM_COMPONENT_FLOAT32, 1, 4, false};
    trm_gl_vertex_attribute actual = {1, 2, true, true, 3, 4};

    ck_assert_int_eq(trm_gl_vertex_format(NULL, &actual), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(actual.size, 0);
    ck_assert_uint_eq(actual.count, 0);
    ck_assert_int_eq(trm_gl_vertex_format(&format, NULL), TRM_ERROR_INVALID_ARGUMENT);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl_format");
    UNIT_ADD(suite, every_component);
    UNIT_ADD(suite, split_items);
    UNIT_ADD(suite, every_count);
    UNIT_ADD(suite, refusals);
    UNIT_ADD(suite, arguments);
    return unit_main(suite);
}
