/* trm_device_report: all of it, in both formats, whatever the labels. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/harness.h"
#include "support/model.h"

static const trm_buffer_desc shape = {.nitems = 1000, .format = "4xf4", .label = "buoy"};

/* ---- a reader of JSON that accepts nothing else ---- */

static const char *value(const char *at);

static bool is_hex(char c) {
    return c != '\0' && strchr("0123456789abcdefABCDEF", c) != NULL;
}

/* Bytes of a character of proper UTF-8, by decoding it; 0 if it is none. */
static size_t decode(const unsigned char *at) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const size_t length = *at < 0x80       ? 1
                          : *at >> 5 == 6  ? 2
                          : *at >> 4 == 14 ? 3
                          : *at >> 3 == 30 ? 4
                                           : 0;
    uint32_t code = length == 1 ? *at : *at & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (at[i] >> 6 != 2) {
            return 0;
        }
        code = code << 6 | (at[i] & 0x3f);
    }
    const bool proper =
        length > 0 && code >= least[length] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return proper ? length : 0;
}

static const char *string(const char *at) {
    if (*at++ != '"') {
        return NULL;
    }
    while (*at != '"') {
        if ((unsigned char)*at < 0x20) {
            return NULL;
        }
        if (*at == '\\') {
            at++;
            if (*at == 'u') {
                if (!is_hex(at[1]) || !is_hex(at[2]) || !is_hex(at[3]) || !is_hex(at[4])) {
                    return NULL;
                }
                at += 4;
            } else if (*at == '\0' || strchr("\"\\/bfnrt", *at) == NULL) {
                return NULL;
            }
            at++;
            continue;
        }
        const size_t length = decode((const unsigned char *)at);
        if (length == 0) {
            return NULL;
        }
        at += length;
    }
    return at + 1;
}

/* What stands between brackets of one kind. */
static const char *members(const char *at, char end) {
    at++;
    if (*at == end) {
        return at + 1;
    }
    for (;;) {
        if (end == '}') {
            at = string(at);
            if (at == NULL || *at++ != ':') {
                return NULL;
            }
        }
        at = value(at);
        if (at == NULL || (*at != ',' && *at != end)) {
            return NULL;
        }
        if (*at++ == end) {
            return at;
        }
    }
}

/* Past the value that begins here, or NULL. The library writes no spaces and whole numbers. */
static const char *value(const char *at) {
    if (*at == '{') {
        return members(at, '}');
    }
    if (*at == '[') {
        return members(at, ']');
    }
    if (*at == '"') {
        return string(at);
    }
    if (strncmp(at, "true", 4) == 0 || strncmp(at, "false", 5) == 0) {
        return at + (*at == 't' ? 4 : 5);
    }
    const size_t digits = strspn(at, "0123456789");
    return digits == 0 || (digits > 1 && *at == '0') ? NULL : at + digits;
}

static bool is_json(const char *text) {
    const char *end = value(text);
    return end != NULL && strcmp(end, "\n") == 0;
}

START_TEST(the_reader_of_json_is_strict) {
    static const char *const right[] = {
        "{}\n", "[1,20,{\"a\":\"\\u00ff\\\"\"}]\n", "\"\xc3\xa9\"\n"};
    static const char *const wrong[] = {"", "{}", "{\"a\":}\n", "[1,]\n", "[01]\n", "\"\x01\"\n",
        "\"\xc0\x80\"\n", "\"\xed\xa0\x80\"\n", "\"\xff\"\n", "\"\\x\"\n", "{\"a\":1,}\n", "\"\n"};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        ck_assert_msg(is_json(right[i]), "%s", right[i]);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        ck_assert_msg(!is_json(wrong[i]), "%s", wrong[i]);
    }
}
END_TEST

/* ---- reports ---- */

/* All of a report; free() it. */
static char *take(const trm_device *device, trm_report_format format) {
    size_t needed = 0, length = 0;
    ck_assert_int_eq(trm_device_report(device, format, NULL, 0, &needed), TRM_OK);
    ck_assert_uint_gt(needed, 0);
    char *text = malloc(needed + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(trm_device_report(device, format, text, needed + 1, &length), TRM_OK);
    ck_assert_uint_eq(length, needed);
    ck_assert_uint_eq(strlen(text), needed);
    return text;
}

static void expect_part(const char *text, const char *part) {
    ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in\n%s", part, text);
}

static void acquire_and_end(trm_device *device, trm_buffer *buffer) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
}

START_TEST(an_empty_device) {
    trm_device *device = harness_device(NULL);
    char *text = take(device, TRM_REPORT_TEXT), *json = take(device, TRM_REPORT_JSON);
    expect_part(text, "trireme " TRM_VERSION_STRING ", device \"\"");
    ck_assert_msg(is_json(json), "%s", json);
    expect_part(json, "\"buffers\":[]}");
    free(text);
    free(json);
    trm_device_destroy(device);
}
END_TEST

START_TEST(everything_is_in_it) {
    model first, second;
    char part[200];
    trm_stats stats;
    trm_buffer_desc desc = shape;
    trm_device *device =
        harness_device(&(trm_device_desc){.label = "harbour", .memory_kind = TRM_MEMORY_UNIFIED});
    model_open_placed(&first, &desc, TRM_PLACEMENT_AUTO, 1);
    desc.label = "mole";
    model_open_placed(&second, &desc, TRM_PLACEMENT_DEVICE, 2);
    ck_assert_int_eq(trm_device_attach(device, second.buffer), TRM_OK);
    acquire_and_end(device, first.buffer);
    model_edit_full(&first);
    acquire_and_end(device, first.buffer);
    char *text = take(device, TRM_REPORT_TEXT), *json = take(device, TRM_REPORT_JSON);
    trm_device_stats(device, &stats);
    ck_assert_msg(is_json(json), "%s", json);
    expect_part(text, "device \"harbour\": unified memory\n");
    expect_part(json, "\"label\":\"harbour\",\"memory\":\"unified\",\"lost\":false");
    expect_part(json, "\"frames\":2,\"uploads\":2,");
    snprintf(part, sizeof part, "\"uploading_ns\":%llu,", (unsigned long long)stats.uploading_ns);
    expect_part(json, part);
    ck_assert_uint_gt(stats.uploading_ns, 0);
    snprintf(part, sizeof part, "\"mapped_nbytes\":%llu,", (unsigned long long)stats.mapped_nbytes);
    expect_part(json, part);
    expect_part(json, "\"copied_nbytes_per_frame\":16000");
    expect_part(json, "{\"label\":\"buoy\",\"placement\":\"mapped\",\"reason\":\"edited-shared\","
                      "\"usage\":0,\"nitems\":1000,\"nbytes\":16000,");
    expect_part(json, "\"regions\":3,\"uploads\":2,\"copied_nbytes\":32000,"
                      "\"copied_nbytes_per_frame\":16000,\"waits\":0,\"frames\":2,"
                      "\"content_lost\":false}");
    expect_part(json, "{\"label\":\"mole\",\"placement\":\"none\",\"reason\":\"none\",");
    expect_part(text, "buffer \"buoy\": mapped (edited-shared), 1000 items, 16000 bytes, holds ");
    expect_part(text, "; 2 uploads, 32000 bytes copied, 16000 a frame; 0 waits\n");
    expect_part(text, "buffer \"mole\": none (none), ");
    free(text);
    free(json);
    model_close(&first);
    model_close(&second);
    trm_device_destroy(device);
}
END_TEST

static const char *const labels[][2] = {
    {"quote \" and \\ slash", "quote \\\" and \\\\ slash"},
    {"line\nfeed\ttab\x7f\x01", "line\\u000afeed\\u0009tab\\u007f\\u0001"},
    {"\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\xa3",
        "\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\xa3"},
    {"latin \xe9 end", "latin \\ufffd end"},
    {"cut \xe2\x82", "cut \\ufffd\\ufffd"},
    {"cut \xf0\x9f\x9a", "cut \\ufffd\\ufffd\\ufffd"},
    {"long \xc0\xaf \xe0\x80\xaf \xf0\x80\x80\xaf", NULL},
    {"surrogate \xed\xa0\x80 \xf4\x90\x80\x80 \xff\xfe", NULL},
    {"half \xc3( \xc3", "half \\ufffd( \\ufffd"},
    {"low \xe0\xa0\x80 \xed\x9f\xbf \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf",
        "low \xe0\xa0\x80 \xed\x9f\xbf \xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"},
    {"five \xf8\x88\x80\x80\x80 \x80", NULL},
    {"}],\"buffers\":[", "}],\\\"buffers\\\":["},
    {"%s%n%%", "%s%n%%"},
};

/* _i: a label, of the device and of a buffer. */
START_TEST(labels_are_escaped) {
    model m;
    trm_buffer_desc desc = shape;
    trm_device *device = harness_device(&(trm_device_desc){.label = labels[_i][0]});
    desc.label = labels[_i][0];
    model_open(&m, &desc, 1);
    acquire_and_end(device, m.buffer);
    char *json = take(device, TRM_REPORT_JSON), *text = take(device, TRM_REPORT_TEXT);
    ck_assert_msg(is_json(json), "%s", json);
    if (labels[_i][1] != NULL) {
        expect_part(json, labels[_i][1]);
        expect_part(text, labels[_i][1]);
    }
    free(json);
    free(text);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Cut at any capacity: what fits, a zero, and nothing behind it. _i: format. */
START_TEST(capacities_are_kept) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 1);
    acquire_and_end(device, m.buffer);
    char *whole = take(device, (trm_report_format)_i);
    const size_t needed = strlen(whole);
    char *cut = malloc(needed + 3);
    ck_assert_ptr_nonnull(cut);
    for (size_t capacity = 1; capacity <= needed + 1; capacity++) {
        size_t length = 0;
        memset(cut, '#', needed + 2);
        cut[needed + 2] = '\0';
        ck_assert_int_eq(
            trm_device_report(device, (trm_report_format)_i, cut, capacity, &length), TRM_OK);
        ck_assert_uint_eq(length, needed);
        ck_assert_mem_eq(cut, whole, capacity - 1);
        ck_assert_int_eq(cut[capacity - 1], '\0');
        ck_assert_uint_eq(strspn(cut + capacity, "#"), needed + 2 - capacity);
    }
    free(whole);
    free(cut);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(mistakes) {
    char text[10];
    size_t length = 7;
    trm_device *device = harness_device(NULL);
    ck_assert_int_eq(trm_device_report(NULL, TRM_REPORT_TEXT, text, sizeof text, &length),
        TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_uint_eq(length, 0);
    ck_assert_int_eq(trm_device_report(device, TRM_REPORT_TEXT, text, sizeof text, NULL),
        TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(
        trm_device_report(device, TRM_REPORT_TEXT, NULL, 1, &length), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "argument.null");
    length = 7;
    ck_assert_int_eq(trm_device_report(device, (trm_report_format)2, text, sizeof text, &length),
        TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_str_eq(harness_last_message()->rule, "report.format");
    ck_assert_uint_eq(length, 0);
    trm_device_destroy(device);
}
END_TEST

START_TEST(a_lost_device) {
    trm_device *device = harness_device(NULL);
    trm_device_lost(device);
    char *json = take(device, TRM_REPORT_JSON), *text = take(device, TRM_REPORT_TEXT);
    ck_assert(is_json(json));
    expect_part(json, "\"lost\":true");
    expect_part(text, "memory, lost\n");
    free(json);
    free(text);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-report");
    TCase *tcase = tcase_create("report");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, the_reader_of_json_is_strict);
    tcase_add_test(tcase, an_empty_device);
    tcase_add_test(tcase, everything_is_in_it);
    tcase_add_loop_test(tcase, labels_are_escaped, 0, sizeof labels / sizeof labels[0]);
    tcase_add_loop_test(tcase, capacities_are_kept, 0, 2);
    tcase_add_test(tcase, mistakes);
    tcase_add_test(tcase, a_lost_device);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_REPORT);
    return harness_main(&suite, 1);
}
