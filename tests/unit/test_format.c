/* Formats: every spelling, both ways, and nothing else. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

typedef struct spelling {
    const char *name;
    trm_component component;
    uint32_t count;
    uint32_t nbytes;
    const char *canonical;
} spelling;

/* All of WebGPU's vertex formats. */
static const spelling vertex_formats[] = {
    {"uint8", TRM_COMPONENT_UINT8, 1, 1, "u1"},
    {"uint8x2", TRM_COMPONENT_UINT8, 2, 2, "2xu1"},
    {"uint8x4", TRM_COMPONENT_UINT8, 4, 4, "4xu1"},
    {"sint8", TRM_COMPONENT_SINT8, 1, 1, "i1"},
    {"sint8x2", TRM_COMPONENT_SINT8, 2, 2, "2xi1"},
    {"sint8x4", TRM_COMPONENT_SINT8, 4, 4, "4xi1"},
    {"unorm8", TRM_COMPONENT_UNORM8, 1, 1, "unorm8"},
    {"unorm8x2", TRM_COMPONENT_UNORM8, 2, 2, "unorm8x2"},
    {"unorm8x4", TRM_COMPONENT_UNORM8, 4, 4, "unorm8x4"},
    {"snorm8", TRM_COMPONENT_SNORM8, 1, 1, "snorm8"},
    {"snorm8x2", TRM_COMPONENT_SNORM8, 2, 2, "snorm8x2"},
    {"snorm8x4", TRM_COMPONENT_SNORM8, 4, 4, "snorm8x4"},
    {"uint16", TRM_COMPONENT_UINT16, 1, 2, "u2"},
    {"uint16x2", TRM_COMPONENT_UINT16, 2, 4, "2xu2"},
    {"uint16x4", TRM_COMPONENT_UINT16, 4, 8, "4xu2"},
    {"sint16", TRM_COMPONENT_SINT16, 1, 2, "i2"},
    {"sint16x2", TRM_COMPONENT_SINT16, 2, 4, "2xi2"},
    {"sint16x4", TRM_COMPONENT_SINT16, 4, 8, "4xi2"},
    {"unorm16", TRM_COMPONENT_UNORM16, 1, 2, "unorm16"},
    {"unorm16x2", TRM_COMPONENT_UNORM16, 2, 4, "unorm16x2"},
    {"unorm16x4", TRM_COMPONENT_UNORM16, 4, 8, "unorm16x4"},
    {"snorm16", TRM_COMPONENT_SNORM16, 1, 2, "snorm16"},
    {"snorm16x2", TRM_COMPONENT_SNORM16, 2, 4, "snorm16x2"},
    {"snorm16x4", TRM_COMPONENT_SNORM16, 4, 8, "snorm16x4"},
    {"float16", TRM_COMPONENT_FLOAT16, 1, 2, "f2"},
    {"float16x2", TRM_COMPONENT_FLOAT16, 2, 4, "2xf2"},
    {"float16x4", TRM_COMPONENT_FLOAT16, 4, 8, "4xf2"},
    {"float32", TRM_COMPONENT_FLOAT32, 1, 4, "f4"},
    {"float32x2", TRM_COMPONENT_FLOAT32, 2, 8, "2xf4"},
    {"float32x3", TRM_COMPONENT_FLOAT32, 3, 12, "3xf4"},
    {"float32x4", TRM_COMPONENT_FLOAT32, 4, 16, "4xf4"},
    {"uint32", TRM_COMPONENT_UINT32, 1, 4, "u4"},
    {"uint32x2", TRM_COMPONENT_UINT32, 2, 8, "2xu4"},
    {"uint32x3", TRM_COMPONENT_UINT32, 3, 12, "3xu4"},
    {"uint32x4", TRM_COMPONENT_UINT32, 4, 16, "4xu4"},
    {"sint32", TRM_COMPONENT_SINT32, 1, 4, "i4"},
    {"sint32x2", TRM_COMPONENT_SINT32, 2, 8, "2xi4"},
    {"sint32x3", TRM_COMPONENT_SINT32, 3, 12, "3xi4"},
    {"sint32x4", TRM_COMPONENT_SINT32, 4, 16, "4xi4"},
    {"unorm10-10-10-2", TRM_COMPONENT_UNORM10_10_10_2, 4, 4, "unorm10-10-10-2"},
    {"unorm8x4-bgra", TRM_COMPONENT_UNORM8_BGRA, 4, 4, "unorm8x4-bgra"},
};

typedef struct array_code {
    const char *code;
    trm_component component;
    uint32_t nbytes;
} array_code;

static const array_code array_codes[] = {
    {"i1", TRM_COMPONENT_SINT8, 1},
    {"u1", TRM_COMPONENT_UINT8, 1},
    {"i2", TRM_COMPONENT_SINT16, 2},
    {"u2", TRM_COMPONENT_UINT16, 2},
    {"i4", TRM_COMPONENT_SINT32, 4},
    {"u4", TRM_COMPONENT_UINT32, 4},
    {"f2", TRM_COMPONENT_FLOAT16, 2},
    {"f4", TRM_COMPONENT_FLOAT32, 4},
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool same_format(const trm_format *a, const trm_format *b) {
    return a->component == b->component && a->count == b->count && a->nbytes == b->nbytes &&
           a->big_endian == b->big_endian;
}

static void assert_zero_format(const trm_format *format) {
    ck_assert(same_format(format, &(trm_format){0}));
}

static void assert_refused(const char *text) {
    trm_format format = {TRM_COMPONENT_UINT32, 7, 28, true};
    trm_result result = trm_format_parse(text, &format);
    ck_assert_msg(result == TRM_ERROR_FORMAT, "\"%s\": %s", text, trm_result_string(result));
    assert_zero_format(&format);
}

/* The name of what `text` means is `canonical`, and means the same. */
static void assert_canonical(const char *text, const char *canonical) {
    trm_format format, again;
    char name[TRM_FORMAT_NAME_SIZE];

    ck_assert_int_eq(trm_format_parse(text, &format), TRM_OK);
    memset(name, 'z', sizeof name);
    ck_assert_int_eq(trm_format_name(&format, name, sizeof name), TRM_OK);
    ck_assert_str_eq(name, canonical);
    ck_assert_int_eq(trm_format_parse(name, &again), TRM_OK);
    ck_assert_msg(same_format(&format, &again), "\"%s\" is not \"%s\"", text, name);
}

START_TEST(vertex_names) {
    ck_assert_uint_eq(LENGTH(vertex_formats), 41);
    for (size_t i = 0; i < LENGTH(vertex_formats); i++) {
        const spelling *row = &vertex_formats[i];
        trm_format format;
        ck_assert_msg(
            trm_format_parse(row->name, &format) == TRM_OK, "\"%s\" is refused", row->name);
        ck_assert_int_eq(format.component, row->component);
        ck_assert_uint_eq(format.count, row->count);
        ck_assert_uint_eq(format.nbytes, row->nbytes);
        ck_assert(!format.big_endian);
        assert_canonical(row->name, row->canonical);
    }
}
END_TEST

static bool is_vertex_name(const char *text) {
    for (size_t i = 0; i < LENGTH(vertex_formats); i++) {
        if (strcmp(vertex_formats[i].name, text) == 0)
            return true;
    }
    return false;
}

/* Every kind, width and count that a vertex name could be made of: accepted exactly when WebGPU has
 * it. */
START_TEST(vertex_names_that_do_not_exist) {
    static const char *const kinds[] = {"uint", "sint", "int", "unorm", "snorm", "float", "Float"};
    static const char *const widths[] = {"", "4", "8", "16", "32", "64", "128", "08"};
    static const char *const tails[] = {"", "x", "x0", "x1", "x2", "x3", "x4", "x5", "x8", "x02",
        "x22", "x2 ", " ", "x-2", "X2", "-bgra", "x4-bgra", "x3-bgra"};
    size_t accepted = 0;
    char text[32];

    for (size_t k = 0; k < LENGTH(kinds); k++) {
        for (size_t w = 0; w < LENGTH(widths); w++) {
            for (size_t t = 0; t < LENGTH(tails); t++) {
                snprintf(text, sizeof text, "%s%s%s", kinds[k], widths[w], tails[t]);
                if (is_vertex_name(text))
                    accepted++;
                else
                    assert_refused(text);
            }
        }
    }
    ck_assert_uint_eq(accepted, LENGTH(vertex_formats) - 1);
    assert_refused("unorm10-10-10-2x2");
    assert_refused("unorm10-10-10");
    assert_refused("unorm10-10-10-2 ");
    assert_refused("snorm10-10-10-2");
    assert_refused("3xfloat32");
    assert_refused("<float32");
    assert_refused(">uint16");
}
END_TEST

static void check_array_spelling(const char *order, uint32_t count, const array_code *code) {
    char text[32], canonical[32], number[16] = "";
    trm_format format;

    snprintf(text, sizeof text, "%s%ux%s", order, (unsigned)count, code->code);
    bool big = order[0] == '>' && code->nbytes > 1;
    ck_assert_msg(trm_format_parse(text, &format) == TRM_OK, "\"%s\" is refused", text);
    ck_assert_int_eq(format.component, code->component);
    ck_assert_uint_eq(format.count, count);
    ck_assert_uint_eq(format.nbytes, count * code->nbytes);
    ck_assert_int_eq(format.big_endian, big);

    if (count > 1)
        snprintf(number, sizeof number, "%ux", (unsigned)count);
    snprintf(canonical, sizeof canonical, "%s%s%s", big ? ">" : "", number, code->code);
    assert_canonical(text, canonical);
}

START_TEST(array_style) {
    static const char *const orders[] = {"", "<", ">"};

    for (size_t o = 0; o < LENGTH(orders); o++) {
        for (size_t c = 0; c < LENGTH(array_codes); c++) {
            char text[8];
            trm_format short_form, long_form;
            snprintf(text, sizeof text, "%s%s", orders[o], array_codes[c].code);
            ck_assert_int_eq(trm_format_parse(text, &short_form), TRM_OK);
            snprintf(text, sizeof text, "%s1x%s", orders[o], array_codes[c].code);
            ck_assert_int_eq(trm_format_parse(text, &long_form), TRM_OK);
            ck_assert(same_format(&short_form, &long_form));

            for (uint32_t count = 1; count <= 1100; count++)
                check_array_spelling(orders[o], count, &array_codes[c]);
            check_array_spelling(orders[o], 9999, &array_codes[c]);
            check_array_spelling(orders[o], 10000, &array_codes[c]);
            check_array_spelling(orders[o], 65535, &array_codes[c]);
            check_array_spelling(orders[o], 65536, &array_codes[c]);
        }
    }
}
END_TEST

/* Q1: the original spells sixteen floats "6xf4" and eleven "f4". */
START_TEST(count_is_not_stripped) {
    assert_canonical("16xf4", "16xf4");
    assert_canonical("11xf4", "11xf4");
    assert_canonical("10xf4", "10xf4");
    assert_canonical("111xf4", "111xf4");
    assert_canonical("1xf4", "f4");
}
END_TEST

/* All texts of up to five letters over the letters that array spellings use: exactly as many are
 * accepted as can be counted by hand, and each has a name that means the same. */
START_TEST(short_texts) {
    static const char letters[] = "<>0123456789xiuf";
    const size_t base = sizeof letters - 1;
    size_t accepted = 0;
    size_t total = 1;

    for (size_t length = 0; length <= 5; length++, total *= base) {
        for (size_t n = 0; n < total; n++) {
            char text[8] = "";
            size_t rest = n;
            for (size_t i = 0; i < length; i++, rest /= base)
                text[i] = letters[rest % base];
            trm_format format;
            trm_result result = trm_format_parse(text, &format);
            if (result == TRM_OK) {
                char name[TRM_FORMAT_NAME_SIZE];
                ck_assert_int_eq(trm_format_name(&format, name, sizeof name), TRM_OK);
                assert_canonical(text, name);
                accepted++;
            } else {
                unit_assert(result == TRM_ERROR_FORMAT);
                unit_assert(same_format(&format, &(trm_format){0}));
            }
        }
    }
    /* Eight codes: alone or with a count of one or two digits (1..99); with a byte order in front,
     * alone or with a count of one digit. */
    ck_assert_uint_eq(accepted, 8 * (1 + 99) + 2 * 8 * (1 + 9));
}
END_TEST

START_TEST(array_style_refusals) {
    static const char *const texts[] = {"", "x", "f", "4", "f4 ", " f4", "f4x", "xf4", "3f4", "3x",
        "3xf4 ", "3 xf4", "3xf", "3xxf4", "3Xf4", "3xF4", "0xf4", "00xf4", "03xf4", "0x3f4",
        "65537xf4", "99999xf4", "4294967297xf4", "4294967299xf4", "18446744073709551617xf4",
        "99999999999999999999999999999999xf4", "-3xf4", "+3xf4", "3.0xf4", "<<f4", "><f4", "=f4",
        "|u1", "!f4", "<", ">", "<3x", "f1", "f3", "i3", "u16", "b1", "c4", "s4", "3x4xf4",
        "3xf4,2xf4", "3xuint16", "f8", "i8", "u8", ">f8", "3xf8", "<2xu8", "2xi8", "float64",
        "float64x3", "uint64", "sint64x2", "int64", "\xC2\xB3xf4"};

    for (size_t i = 0; i < LENGTH(texts); i++)
        assert_refused(texts[i]);
}
END_TEST

START_TEST(parse_arguments) {
    trm_format format = {TRM_COMPONENT_UINT32, 7, 28, true};

    ck_assert_int_eq(trm_format_parse(NULL, &format), TRM_ERROR_INVALID_ARGUMENT);
    assert_zero_format(&format);
    ck_assert_int_eq(trm_format_parse("f4", NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_format_parse(NULL, NULL), TRM_ERROR_INVALID_ARGUMENT);
}
END_TEST

static void assert_no_name(trm_component component, uint32_t count, uint32_t nbytes, bool big) {
    trm_format format = {component, count, nbytes, big};
    char name[TRM_FORMAT_NAME_SIZE] = "zzz";

    ck_assert_int_eq(trm_format_name(&format, name, sizeof name), TRM_OK);
    ck_assert_str_eq(name, "");
}

START_TEST(values_without_a_spelling) {
    assert_no_name(TRM_COMPONENT_NONE, 0, 0, false);
    assert_no_name(TRM_COMPONENT_NONE, 3, 12, false);
    assert_no_name(TRM_COMPONENT_FLOAT32, 0, 0, false);
    assert_no_name(TRM_COMPONENT_FLOAT32, 3, 11, false);
    assert_no_name(TRM_COMPONENT_FLOAT32, 65537, 262148, false);
    assert_no_name(TRM_COMPONENT_UINT8, 2, 2, true);
    assert_no_name(TRM_COMPONENT_UNORM8, 3, 3, false);
    assert_no_name(TRM_COMPONENT_UNORM8, 5, 5, false);
    assert_no_name(TRM_COMPONENT_UNORM8, 33, 33, false);
    assert_no_name(TRM_COMPONENT_UNORM16, 2, 4, true);
    assert_no_name(TRM_COMPONENT_UNORM10_10_10_2, 1, 4, false);
    assert_no_name(TRM_COMPONENT_UNORM10_10_10_2, 4, 16, false);
    assert_no_name(TRM_COMPONENT_UNORM8_BGRA, 3, 3, false);
    assert_no_name((trm_component)99, 1, 4, false);
}
END_TEST

START_TEST(name_arguments) {
    trm_format format;
    char name[TRM_FORMAT_NAME_SIZE + 1] = "zzz";

    ck_assert_int_eq(trm_format_parse("3xf4", &format), TRM_OK);
    ck_assert_int_eq(trm_format_name(NULL, name, sizeof name), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(name, "");
    ck_assert_int_eq(
        trm_format_name(&format, NULL, TRM_FORMAT_NAME_SIZE), TRM_ERROR_INVALID_ARGUMENT);
    name[0] = 'z';
    ck_assert_int_eq(trm_format_name(&format, name, 0), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(name[0], 'z');
    ck_assert_int_eq(
        trm_format_name(&format, name, TRM_FORMAT_NAME_SIZE - 1), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(name, "");
    ck_assert_int_eq(trm_format_name(&format, name, sizeof name), TRM_OK);
    ck_assert_str_eq(name, "3xf4");
}
END_TEST

START_TEST(component_sizes) {
    for (size_t i = 0; i < LENGTH(array_codes); i++)
        ck_assert_uint_eq(trm_component_nbytes(array_codes[i].component), array_codes[i].nbytes);
    ck_assert_uint_eq(trm_component_nbytes(TRM_COMPONENT_NONE), 0);
    ck_assert_uint_eq(trm_component_nbytes(TRM_COMPONENT_UNORM8), 1);
    ck_assert_uint_eq(trm_component_nbytes(TRM_COMPONENT_SNORM8), 1);
    ck_assert_uint_eq(trm_component_nbytes(TRM_COMPONENT_UNORM16), 2);
    ck_assert_uint_eq(trm_component_nbytes(TRM_COMPONENT_SNORM16), 2);
    ck_assert_uint_eq(trm_component_nbytes(TRM_COMPONENT_UNORM10_10_10_2), 4);
    ck_assert_uint_eq(trm_component_nbytes(TRM_COMPONENT_UNORM8_BGRA), 1);
    ck_assert_uint_eq(trm_component_nbytes((trm_component)99), 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("format");
    UNIT_ADD(suite, vertex_names);
    UNIT_ADD(suite, vertex_names_that_do_not_exist);
    UNIT_ADD(suite, array_style);
    UNIT_ADD(suite, count_is_not_stripped);
    UNIT_ADD(suite, short_texts);
    UNIT_ADD(suite, array_style_refusals);
    UNIT_ADD(suite, parse_arguments);
    UNIT_ADD(suite, values_without_a_spelling);
    UNIT_ADD(suite, name_arguments);
    UNIT_ADD(suite, component_sizes);
    return unit_main(suite);
}
