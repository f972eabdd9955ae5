/* Resizing: new sizes, the same nature, everything marked. */
#include "marks_model.h"

static unsigned char small[1200], large[MARKS_MAX_ITEMS];

static trm_buffer *create(trm_buffer_desc desc) {
    trm_buffer *buffer = NULL;
    desc.label = "growing";
    desc.log = unit_log();
    expect_ok(trm_buffer_create(&desc, &buffer));
    if (desc.data)
        marks_drain(buffer);
    return buffer;
}

/* The buffer tracks its present items, all of them, and nothing else. */
static void check_tracking(trm_buffer *buffer, bool marked) {
    marks_model model = marks_model_create(buffer, marked);
    size_t nitems = model.nitems;

    marks_model_take(&model, buffer);
    expect_ok(trm_buffer_update_range(buffer, nitems - 1, 1));
    marks_model_mark(&model, nitems - 1, 1);
    marks_model_take(&model, buffer);
    expect_ok(trm_buffer_update_range(buffer, nitems, 1));
    marks_model_take(&model, buffer);
    uint32_t beyond = (uint32_t)nitems;
    expect_rule(trm_buffer_update_indices(buffer, &beyond, 1), TRM_ERROR_OUT_OF_RANGE,
        "indices.range", "growing");
    marks_model_destroy(&model);
}

START_TEST(grow_and_shrink) {
    static const size_t counts[] = {
        101, 5, 5, 1, 64, 65, 4096, 4097, 300000, 2, MARKS_MAX_ITEMS / 2, 99};
    trm_buffer *buffer =
        create((trm_buffer_desc){.data = small, .nitems = 100, .format = "2xu1", .chunk_size = 1});

    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        uint64_t revision = trm_buffer_revision(buffer);
        expect_ok(trm_buffer_update_range(buffer, 0, 1));
        expect_ok(trm_buffer_resize(buffer, large, counts[i] * 2, 0));
        ck_assert_uint_eq(trm_buffer_nitems(buffer), counts[i]);
        ck_assert_uint_eq(trm_buffer_nbytes(buffer), counts[i] * 2);
        ck_assert_uint_eq(trm_buffer_itemsize(buffer), 2);
        ck_assert_ptr_eq(trm_buffer_data(buffer), large);
        ck_assert_str_eq(trm_buffer_format(buffer), "2xu1");
        ck_assert_str_eq(trm_buffer_label(buffer), "growing");
        ck_assert_uint_ne(trm_buffer_revision(buffer), revision);
        check_tracking(buffer, true);
    }
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* A given chunk size is kept as it was given, not as it was cut off. */
START_TEST(chunk_size) {
    trm_buffer *buffer =
        create((trm_buffer_desc){.data = small, .nitems = 5, .format = "u1", .chunk_size = 8});

    ck_assert_uint_eq(trm_buffer_chunk_size(buffer), 5);
    expect_ok(trm_buffer_resize(buffer, large, 1000, 0));
    ck_assert_uint_eq(trm_buffer_chunk_size(buffer), 8);
    expect_ok(trm_buffer_destroy(buffer));

    buffer = create((trm_buffer_desc){.data = small, .nitems = 5, .format = "u1"});
    expect_ok(trm_buffer_resize(buffer, large, 100000, 0));
    ck_assert_uint_gt(trm_buffer_chunk_size(buffer), 5);
    ck_assert_uint_le(trm_buffer_chunk_size(buffer), 362);
    expect_ok(trm_buffer_resize(buffer, large, 7, 0));
    ck_assert_uint_eq(trm_buffer_chunk_size(buffer), 7);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(strides) {
    trm_view view;
    trm_buffer *buffer =
        create((trm_buffer_desc){.data = small, .nitems = 5, .format = "3xf4", .stride = 20});

    expect_ok(trm_buffer_resize(buffer, large, 120, 0));
    expect_ok(trm_buffer_view(buffer, &view));
    ck_assert_uint_eq(view.stride, 12);
    expect_ok(trm_buffer_resize(buffer, large, 120, 36));
    expect_ok(trm_buffer_view(buffer, &view));
    ck_assert_uint_eq(view.stride, 36);
    ck_assert_ptr_eq(view.data, large);
    ck_assert_uint_eq(view.nitems, 10);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(without_data) {
    trm_buffer *buffer = create((trm_buffer_desc){.nitems = 5, .format = "3xf4"});

    expect_ok(trm_buffer_send_data(buffer, 0, small, 60));
    uint64_t revision = trm_buffer_revision(buffer);
    expect_ok(trm_buffer_resize(buffer, NULL, 120, 0));
    ck_assert_uint_eq(trm_buffer_nitems(buffer), 10);
    ck_assert_ptr_null(trm_buffer_data(buffer));
    ck_assert_uint_ne(trm_buffer_revision(buffer), revision);
    expect_ok(trm_buffer_send_data(buffer, 9, small, 12));
    expect_rule(trm_buffer_send_data(buffer, 9, small, 13), TRM_ERROR_OUT_OF_RANGE, "send.range",
        "growing");
    expect_ok(trm_buffer_resize(buffer, NULL, 12, 0));
    ck_assert_uint_eq(trm_buffer_nitems(buffer), 1);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

static void check_refused(trm_buffer *buffer, const void *data, size_t nbytes, size_t stride,
    trm_result result, const char *rule) {
    uint64_t revision = trm_buffer_revision(buffer);
    size_t nitems = trm_buffer_nitems(buffer), chunk = trm_buffer_chunk_size(buffer);
    const void *before = trm_buffer_data(buffer);

    expect_rule(trm_buffer_resize(buffer, data, nbytes, stride), result, rule, "growing");
    ck_assert_uint_eq(trm_buffer_revision(buffer), revision);
    ck_assert_uint_eq(trm_buffer_nitems(buffer), nitems);
    ck_assert_uint_eq(trm_buffer_nbytes(buffer), nitems * trm_buffer_itemsize(buffer));
    ck_assert_uint_eq(trm_buffer_chunk_size(buffer), chunk);
    ck_assert_ptr_eq(trm_buffer_data(buffer), before);
    ck_assert_uint_eq(trm_buffer_draw_range(buffer).size, nitems);
    ck_assert(!trm_buffer_pending(buffer));
}

START_TEST(refusals) {
    const trm_result invalid = TRM_ERROR_INVALID_ARGUMENT;
    trm_buffer *buffer = create((trm_buffer_desc){.data = small, .nitems = 5, .format = "3xf4"});

    check_refused(buffer, large, 0, 0, invalid, "buffer.size-uneven");
    check_refused(buffer, large, 11, 0, invalid, "buffer.size-uneven");
    check_refused(buffer, large, 61, 0, invalid, "buffer.size-uneven");
    check_refused(buffer, large, 120, 11, invalid, "buffer.stride");
    check_refused(buffer, large, 120, SIZE_MAX / 5, invalid, "buffer.size-overflow");
    check_refused(buffer, NULL, 120, 0, TRM_ERROR_STATE, "buffer.has-data");
    check_tracking(buffer, false);
    expect_ok(trm_buffer_destroy(buffer));

    buffer = create(
        (trm_buffer_desc){.data = small, .nitems = 5, .format = "3xf4", .force_contiguous = true});
    check_refused(buffer, large, 120, 16, TRM_ERROR_STATE, "buffer.not-contiguous");
    expect_ok(trm_buffer_destroy(buffer));

    buffer = create((trm_buffer_desc){.nitems = 5, .format = "3xf4"});
    check_refused(buffer, large, 120, 0, TRM_ERROR_STATE, "buffer.no-data");
    check_refused(buffer, NULL, 0, 0, invalid, "buffer.size-uneven");
    expect_ok(trm_buffer_destroy(buffer));
    ck_assert_int_eq(trm_buffer_resize(NULL, large, 12, 0), invalid);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("buffer_resize");
    UNIT_ADD(suite, grow_and_shrink);
    UNIT_ADD(suite, chunk_size);
    UNIT_ADD(suite, strides);
    UNIT_ADD(suite, without_data);
    UNIT_ADD(suite, refusals);
    return unit_main(suite);
}
