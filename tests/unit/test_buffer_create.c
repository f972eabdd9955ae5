/* Every way to make a buffer, and every way to be refused one. */
#include "rule_owners.h"
#include "unit.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static float floats[64];

typedef struct expected {
    size_t nbytes, nitems, itemsize, stride, components;
    const char *format;
} expected;

static void check_view(const trm_buffer *buffer, const void *data, const expected *want) {
    trm_view view;
    ck_assert_int_eq(trm_buffer_view(buffer, &view), TRM_OK);
    ck_assert_ptr_eq(view.data, data);
    ck_assert_uint_eq(view.nitems, want->nitems);
    ck_assert_uint_eq(view.itemsize, want->itemsize);
    ck_assert_uint_eq(view.stride, want->stride);
    ck_assert_uint_eq(view.components, want->components);

    trm_format format = {0};
    if (want->format)
        ck_assert_int_eq(trm_format_parse(want->format, &format), TRM_OK);
    ck_assert_int_eq(view.format.component, format.component);
    ck_assert_uint_eq(view.format.count, format.count);
    ck_assert_uint_eq(view.format.nbytes, format.nbytes);
    ck_assert_int_eq(view.format.big_endian, format.big_endian);
}

static void check_created(trm_buffer_desc desc, expected want) {
    trm_buffer *buffer = NULL;
    desc.log = unit_log();
    expect_ok(trm_buffer_create(&desc, &buffer));
    ck_assert_ptr_nonnull(buffer);
    ck_assert_ptr_eq(trm_buffer_data(buffer), desc.data);
    ck_assert_uint_eq(trm_buffer_nbytes(buffer), want.nbytes);
    ck_assert_uint_eq(trm_buffer_nitems(buffer), want.nitems);
    ck_assert_uint_eq(trm_buffer_itemsize(buffer), want.itemsize);
    ck_assert_pstr_eq(trm_buffer_format(buffer), want.format);
    ck_assert_str_eq(trm_buffer_label(buffer), "");
    ck_assert_uint_eq(trm_buffer_draw_range(buffer).offset, 0);
    ck_assert_uint_eq(trm_buffer_draw_range(buffer).size, want.nitems);
    ck_assert_int_eq(trm_buffer_pending(buffer), desc.data != NULL);
    ck_assert_uint_ne(trm_buffer_revision(buffer), 0);
    check_view(buffer, desc.data, &want);
    expect_ok(trm_buffer_destroy(buffer));
}

START_TEST(sizes_and_formats) {
    const struct {
        trm_buffer_desc desc;
        expected want;
    } rows[] = {
        /* Two of three. */
        {{.nitems = 5, .format = "3xf4"}, {60, 5, 12, 12, 3, "3xf4"}},
        {{.nbytes = 60, .format = "3xf4"}, {60, 5, 12, 12, 3, "3xf4"}},
        {{.nbytes = 60, .nitems = 5}, {60, 5, 12, 12, 0, NULL}},
        /* All three. */
        {{.nbytes = 60, .nitems = 5, .format = "3xf4"}, {60, 5, 12, 12, 3, "3xf4"}},
        /* A format of a part of the item. */
        {{.nbytes = 60, .nitems = 5, .format = "f4"}, {60, 5, 12, 12, 3, "f4"}},
        {{.nbytes = 96, .nitems = 4, .format = "3xf4"}, {96, 4, 24, 24, 6, "3xf4"}},
        /* The format's spelling is made canonical. */
        {{.nitems = 4, .format = "float32x4"}, {64, 4, 16, 16, 4, "4xf4"}},
        {{.nitems = 4, .format = "1xf4"}, {16, 4, 4, 4, 1, "f4"}},
        {{.nitems = 4, .format = "<2xu2"}, {16, 4, 4, 4, 2, "2xu2"}},
        {{.nitems = 4, .format = ">2xu2"}, {16, 4, 4, 4, 2, ">2xu2"}},
        {{.nitems = 4, .format = ">4xu1"}, {16, 4, 4, 4, 4, "4xu1"}},
        {{.nitems = 4, .format = "uint16"}, {8, 4, 2, 2, 1, "u2"}},
        {{.nitems = 4, .format = "unorm8x4"}, {16, 4, 4, 4, 4, "unorm8x4"}},
        {{.nitems = 4, .format = "unorm10-10-10-2"}, {16, 4, 4, 4, 4, "unorm10-10-10-2"}},
        {{.nitems = 4, .format = "16xf4"}, {256, 4, 64, 64, 16, "16xf4"}},
        /* Smallest and oddest. */
        {{.nitems = 1, .format = "u1"}, {1, 1, 1, 1, 1, "u1"}},
        {{.nbytes = 35, .nitems = 5}, {35, 5, 7, 7, 0, NULL}},
        {{.nbytes = 256, .nitems = 1}, {256, 1, 256, 256, 0, NULL}},
    };

    for (size_t i = 0; i < LENGTH(rows); i++) {
        trm_buffer_desc desc = rows[i].desc;
        check_created(desc, rows[i].want);
        desc.data = floats;
        check_created(desc, rows[i].want);
    }
}
END_TEST

START_TEST(strides) {
    check_created((trm_buffer_desc){.data = floats, .nitems = 5, .format = "f4", .stride = 4},
        (expected){20, 5, 4, 4, 1, "f4"});
    check_created((trm_buffer_desc){.data = floats, .nitems = 5, .format = "f4", .stride = 12},
        (expected){20, 5, 4, 12, 1, "f4"});
    check_created((trm_buffer_desc){.data = floats, .nbytes = 15, .nitems = 5, .stride = 17},
        (expected){15, 5, 3, 17, 0, NULL});
    check_created(
        (trm_buffer_desc){.data = floats, .nitems = 1, .format = "f4", .stride = SIZE_MAX},
        (expected){4, 1, 4, SIZE_MAX, 1, "f4"});
}
END_TEST

/* Sizes for which no memory has to exist: nothing here is allocated by item. */
START_TEST(huge_sizes) {
    if (sizeof(size_t) < 8)
        return;
    size_t huge = (size_t)1 << (sizeof(size_t) * 8 - 8);
    check_created((trm_buffer_desc){.nbytes = SIZE_MAX, .nitems = 1},
        (expected){SIZE_MAX, 1, SIZE_MAX, SIZE_MAX, 0, NULL});
    check_created((trm_buffer_desc){.nitems = huge, .format = "4xf4"},
        (expected){huge * 16, huge, 16, 16, 4, "4xf4"});
    check_created(
        (trm_buffer_desc){.data = floats, .nitems = huge, .format = "4xf4", .chunk_size = huge / 2},
        (expected){huge * 16, huge, 16, 16, 4, "4xf4"});
    check_created((trm_buffer_desc){.data = floats, .nitems = huge, .format = "4xf4"},
        (expected){huge * 16, huge, 16, 16, 4, "4xf4"});
}
END_TEST

static trm_buffer *create(trm_buffer_desc desc) {
    trm_buffer *buffer = NULL;
    desc.log = unit_log();
    expect_ok(trm_buffer_create(&desc, &buffer));
    return buffer;
}

static size_t chunk_size_of(trm_buffer_desc desc) {
    trm_buffer *buffer = create(desc);
    size_t chunk = trm_buffer_chunk_size(buffer);
    expect_ok(trm_buffer_destroy(buffer));
    return chunk;
}

START_TEST(chunk_size_given) {
    trm_buffer_desc desc = {.data = floats, .nitems = 26, .format = "f4"};
    static const size_t wanted[] = {1, 2, 3, 25, 26, 27, 1000, SIZE_MAX};
    static const size_t actual[] = {1, 2, 3, 25, 26, 26, 26, 26};

    for (size_t i = 0; i < LENGTH(wanted); i++) {
        desc.chunk_size = wanted[i];
        ck_assert_uint_eq(chunk_size_of(desc), actual[i]);
    }
    ck_assert_uint_eq(
        chunk_size_of((trm_buffer_desc){.nitems = 26, .format = "f4", .chunk_size = 3}), 0);
}
END_TEST

/* About 256 bytes, whole items, whatever they are. */
START_TEST(chunk_size_automatic) {
    static char bytes[100000];

    for (size_t itemsize = 1; itemsize <= 1000; itemsize++) {
        size_t nitems = sizeof bytes / itemsize;
        size_t chunk = chunk_size_of(
            (trm_buffer_desc){.data = bytes, .nbytes = nitems * itemsize, .nitems = nitems});
        if (itemsize >= 256)
            ck_assert_uint_eq(chunk, 1);
        ck_assert_uint_ge(chunk * itemsize, itemsize > 181 ? itemsize : 181);
        ck_assert_uint_le(chunk * itemsize, itemsize > 362 ? itemsize : 362);
    }
    ck_assert_uint_eq(
        chunk_size_of((trm_buffer_desc){.data = bytes, .nitems = 100, .format = "u1"}), 100);
    ck_assert_uint_eq(
        chunk_size_of((trm_buffer_desc){.data = bytes, .nitems = 1, .format = "4xf4"}), 1);
}
END_TEST

START_TEST(usage_and_placement) {
    static const uint32_t all =
        0x3ff | TRM_USAGE_PIXEL_UNPACK | TRM_USAGE_GPU_WRITE | TRM_USAGE_TEXEL;

    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t usage = UINT32_C(1) << bit;
        trm_buffer_desc desc = {
            .nitems = 4, .format = "f4", .usage = usage, .label = "u", .log = unit_log()};
        if (!(usage & all)) {
            trm_buffer *buffer = NULL;
            expect_rule(
                trm_buffer_create(&desc, &buffer), TRM_ERROR_INVALID_ARGUMENT, "buffer.usage", "u");
            continue;
        }
        trm_buffer *buffer = create(desc);
        ck_assert_uint_eq(trm_buffer_usage(buffer), usage);
        expect_ok(trm_buffer_destroy(buffer));
        desc.data = floats;
        buffer = create(desc);
        ck_assert_uint_eq(trm_buffer_usage(buffer), usage | TRM_USAGE_COPY_DST);
        expect_ok(trm_buffer_destroy(buffer));
    }
    trm_buffer *buffer = create((trm_buffer_desc){.nitems = 4, .format = "f4", .usage = all});
    ck_assert_uint_eq(trm_buffer_usage(buffer), all);
    expect_ok(trm_buffer_destroy(buffer));
    for (int placement = TRM_PLACEMENT_AUTO; placement <= TRM_PLACEMENT_DEVICE; placement++) {
        buffer = create(
            (trm_buffer_desc){.nitems = 4, .format = "f4", .placement = (trm_placement)placement});
        ck_assert_int_eq(trm_buffer_placement(buffer), placement);
        expect_ok(trm_buffer_destroy(buffer));
    }
}
END_TEST

START_TEST(strings_are_copied) {
    char label[] = "instances", format[] = "float32x3";
    trm_buffer *buffer = create((trm_buffer_desc){.nitems = 4, .format = format, .label = label});
    memset(label, 'x', sizeof label - 1);
    memset(format, 'x', sizeof format - 1);
    ck_assert_str_eq(trm_buffer_label(buffer), "instances");
    ck_assert_str_eq(trm_buffer_format(buffer), "3xf4");
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* ---- refusals ---- */

static void check_refused(trm_buffer_desc desc, trm_result result, const char *rule) {
    trm_buffer *buffer = (trm_buffer *)floats;
    unit_memory memory = {0};

    desc.label = "culprit";
    desc.log = unit_log();
    if (!desc.allocator.allocate && !desc.allocator.release)
        desc.allocator = unit_allocator(&memory);
    expect_rule(trm_buffer_create(&desc, &buffer), result, rule, "culprit");
    ck_assert_ptr_null(buffer);
    ck_assert_uint_eq(memory.live_blocks, 0);

    /* The same without anyone listening. */
    desc.log = (trm_log){0};
    buffer = (trm_buffer *)floats;
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), result);
    ck_assert_ptr_null(buffer);
}

START_TEST(refused_arguments) {
    trm_buffer *buffer = (trm_buffer *)floats;
    trm_buffer_desc desc = {.nitems = 4, .format = "f4", .log = unit_log()};

    ck_assert_int_eq(trm_buffer_create(NULL, &buffer), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(buffer);
    ck_assert_int_eq(trm_buffer_create(NULL, NULL), TRM_ERROR_INVALID_ARGUMENT);
    expect_rule(trm_buffer_create(&desc, NULL), TRM_ERROR_INVALID_ARGUMENT, "argument.null", "");

    unit_memory memory = {0};
    trm_allocator whole = unit_allocator(&memory);
    check_refused(
        (trm_buffer_desc){.nitems = 4, .format = "f4", .allocator = {.allocate = whole.allocate}},
        TRM_ERROR_INVALID_ARGUMENT, "allocator.incomplete");
    check_refused(
        (trm_buffer_desc){.nitems = 4, .format = "f4", .allocator = {.release = whole.release}},
        TRM_ERROR_INVALID_ARGUMENT, "allocator.incomplete");
    check_refused((trm_buffer_desc){.nitems = 4, .format = "f4", .usage = 0x400},
        TRM_ERROR_INVALID_ARGUMENT, "buffer.usage");
    check_refused((trm_buffer_desc){.nitems = 4, .format = "f4", .placement = (trm_placement)3},
        TRM_ERROR_INVALID_ARGUMENT, "buffer.placement");
    check_refused((trm_buffer_desc){.nitems = 4, .format = "f4", .placement = (trm_placement)-1},
        TRM_ERROR_INVALID_ARGUMENT, "buffer.placement");
}
END_TEST

/* With and without data the sizes obey the same rules. */
static void check_size_refused(trm_buffer_desc desc, trm_result result, const char *rule) {
    check_refused(desc, result, rule);
    desc.data = floats;
    check_refused(desc, result, rule);
}

START_TEST(refused_sizes) {
    const trm_result invalid = TRM_ERROR_INVALID_ARGUMENT;

    check_size_refused((trm_buffer_desc){0}, invalid, "buffer.size-unknown");
    check_size_refused((trm_buffer_desc){.format = "f4"}, invalid, "buffer.size-unknown");
    check_size_refused((trm_buffer_desc){.nitems = 4}, invalid, "buffer.size-unknown");
    check_size_refused((trm_buffer_desc){.nbytes = 4}, invalid, "buffer.size-unknown");
    check_size_refused((trm_buffer_desc){.nbytes = 10, .nitems = 3}, invalid, "buffer.size-uneven");
    check_size_refused((trm_buffer_desc){.nbytes = 2, .nitems = 3}, invalid, "buffer.size-uneven");
    check_size_refused(
        (trm_buffer_desc){.nbytes = 10, .format = "f4"}, invalid, "buffer.size-uneven");
    check_size_refused(
        (trm_buffer_desc){.nbytes = 3, .format = "f4"}, invalid, "buffer.size-uneven");
    check_size_refused((trm_buffer_desc){.nbytes = 10, .nitems = 3, .format = "f4"}, invalid,
        "buffer.size-uneven");
    check_size_refused((trm_buffer_desc){.nitems = SIZE_MAX / 16 + 1, .format = "4xf4"}, invalid,
        "buffer.size-overflow");
    check_size_refused(
        (trm_buffer_desc){.nitems = SIZE_MAX, .format = "f4"}, invalid, "buffer.size-overflow");
}
END_TEST

START_TEST(refused_formats) {
    static const char *const unknown[] = {
        "", "f8", "3xf8", "0xf4", "float32x5", "03xf4", "uint8x3"};

    for (size_t i = 0; i < LENGTH(unknown); i++) {
        check_size_refused((trm_buffer_desc){.nitems = 4, .format = unknown[i]}, TRM_ERROR_FORMAT,
            "buffer.format");
        check_size_refused((trm_buffer_desc){.nbytes = 64, .nitems = 4, .format = unknown[i]},
            TRM_ERROR_FORMAT, "buffer.format");
    }
    check_refused(
        (trm_buffer_desc){.nitems = 4, .format = "f8"}, TRM_ERROR_FORMAT, "buffer.format");

    trm_buffer *buffer = NULL;
    trm_buffer_desc desc = {.nitems = 4, .format = "3xf8", .log = unit_log()};
    expect_rule(trm_buffer_create(&desc, &buffer), TRM_ERROR_FORMAT, "buffer.format", "");
    ck_assert_ptr_nonnull(strstr(unit_message_text(), "3xf8"));
    ck_assert_ptr_nonnull(strstr(unit_message_text(), "64-bit"));

    check_size_refused((trm_buffer_desc){.nbytes = 64, .nitems = 4, .format = "3xf4"},
        TRM_ERROR_FORMAT, "buffer.format-size");
    check_size_refused((trm_buffer_desc){.nbytes = 8, .nitems = 4, .format = "f4"},
        TRM_ERROR_FORMAT, "buffer.format-size");
}
END_TEST

START_TEST(refused_strides) {
    trm_buffer_desc desc = {.data = floats, .nitems = 4, .format = "3xf4"};

    for (desc.stride = 1; desc.stride < 12; desc.stride++)
        check_refused(desc, TRM_ERROR_INVALID_ARGUMENT, "buffer.stride");
    desc.stride = SIZE_MAX;
    check_refused(desc, TRM_ERROR_INVALID_ARGUMENT, "buffer.size-overflow");
    desc.stride = SIZE_MAX / 3;
    check_refused(desc, TRM_ERROR_INVALID_ARGUMENT, "buffer.size-overflow");
}
END_TEST

START_TEST(forced_contiguity) {
    const expected want = {48, 4, 12, 12, 3, "3xf4"};
    trm_buffer_desc desc = {
        .data = floats, .nitems = 4, .format = "3xf4", .force_contiguous = true};

    check_created(desc, want);
    desc.stride = 12;
    check_created(desc, want);
    desc.stride = 16;
    check_refused(desc, TRM_ERROR_STATE, "buffer.not-contiguous");
    /* One item has no next. */
    desc.nitems = 1;
    check_created(desc, (expected){12, 1, 12, 16, 3, "3xf4"});
    desc.nitems = 4;
    desc.stride = 0;
    desc.format = ">3xf4";
    check_refused(desc, TRM_ERROR_STATE, "buffer.not-native-order");
    desc.format = "<3xf4";
    check_created(desc, want);
    /* One byte has no order. */
    desc.format = ">12xu1";
    check_created(desc, (expected){48, 4, 12, 12, 12, "12xu1"});
}
END_TEST

START_TEST(null_buffer) {
    trm_view view;
    memset(&view, 0xff, sizeof view);

    ck_assert_ptr_null(trm_buffer_data(NULL));
    ck_assert_uint_eq(trm_buffer_nbytes(NULL), 0);
    ck_assert_uint_eq(trm_buffer_nitems(NULL), 0);
    ck_assert_uint_eq(trm_buffer_itemsize(NULL), 0);
    ck_assert_uint_eq(trm_buffer_chunk_size(NULL), 0);
    ck_assert_uint_eq(trm_buffer_usage(NULL), 0);
    ck_assert_int_eq(trm_buffer_placement(NULL), TRM_PLACEMENT_AUTO);
    ck_assert_ptr_null(trm_buffer_format(NULL));
    ck_assert_ptr_null(trm_buffer_label(NULL));
    ck_assert_uint_eq(trm_buffer_revision(NULL), 0);
    ck_assert(!trm_buffer_pending(NULL));
    ck_assert_uint_eq(trm_buffer_draw_range(NULL).size, 0);
    ck_assert_int_eq(trm_buffer_view(NULL, &view), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(view.data);
    ck_assert_uint_eq(
        view.nitems + view.itemsize + view.stride + view.components + view.format.count, 0);
    ck_assert_int_eq(trm_buffer_view(NULL, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_buffer_destroy(NULL), TRM_OK);

    trm_buffer *buffer = create((trm_buffer_desc){.nitems = 4, .format = "f4", .label = "seen"});
    expect_rule(trm_buffer_view(buffer, NULL), TRM_ERROR_INVALID_ARGUMENT, "argument.null", "seen");
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(rules_seen) {
    unit_check_rules(UNIT_OWNER_CREATE);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("buffer_create");
    UNIT_ADD(suite, sizes_and_formats);
    UNIT_ADD(suite, strides);
    UNIT_ADD(suite, huge_sizes);
    UNIT_ADD(suite, chunk_size_given);
    UNIT_ADD(suite, chunk_size_automatic);
    UNIT_ADD(suite, usage_and_placement);
    UNIT_ADD(suite, strings_are_copied);
    UNIT_ADD(suite, refused_arguments);
    UNIT_ADD(suite, refused_sizes);
    UNIT_ADD(suite, refused_formats);
    UNIT_ADD(suite, refused_strides);
    UNIT_ADD(suite, forced_contiguity);
    UNIT_ADD(suite, null_buffer);
    UNIT_ADD(suite, rules_seen);
    return unit_main(suite);
}
