/* Buffers at the ends of size_t: nothing wraps, and nothing takes memory by the item. The arrays do
 * not exist; no call here reads one. */
#include "unit.h"

static const unsigned char somewhere[1];

static trm_buffer *create(trm_buffer_desc desc) {
    trm_buffer *buffer = NULL;
    desc.log = unit_log();
    expect_ok(trm_buffer_create(&desc, &buffer));
    return buffer;
}

/* A buffer of `nitems` single bytes, with nothing marked. */
static trm_buffer *create_clean(size_t nitems, size_t chunk_size) {
    trm_buffer *buffer = create((trm_buffer_desc){
        .data = somewhere, .nitems = nitems, .format = "u1", .chunk_size = chunk_size});
    trm_run run;
    size_t count = 0;
    expect_ok(trm_buffer_take_runs(buffer, &run, 1, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(run.offset, 0);
    ck_assert_uint_eq(run.size, nitems);
    return buffer;
}

static void expect_run(trm_buffer *buffer, size_t offset, size_t size) {
    trm_run runs[2];
    size_t count = 0;
    expect_ok(trm_buffer_take_runs(buffer, runs, 2, &count));
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(runs[0].offset, offset);
    ck_assert_uint_eq(runs[0].size, size);
}

START_TEST(marks_at_the_end_of_everything) {
    const size_t chunk = SIZE_MAX / 1000 + 1, last = SIZE_MAX / chunk * chunk;
    trm_buffer *buffer = create_clean(SIZE_MAX, chunk);
    expect_ok(trm_buffer_update_range(buffer, SIZE_MAX - 1, TRM_WHOLE));
    expect_run(buffer, last, SIZE_MAX - last);
    expect_ok(trm_buffer_update_range(buffer, SIZE_MAX - 1, 1));
    expect_run(buffer, last, SIZE_MAX - last);
    expect_ok(trm_buffer_update_range(buffer, chunk - 1, SIZE_MAX - 1)); /* the sum would wrap */
    expect_run(buffer, 0, SIZE_MAX);
    expect_ok(trm_buffer_update_range(buffer, 1, SIZE_MAX - 2));
    expect_run(buffer, 0, SIZE_MAX);
    expect_ok(trm_buffer_update_range(buffer, SIZE_MAX, TRM_WHOLE)); /* past the end: nothing */
    ck_assert(!trm_buffer_pending(buffer));
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(marks_of_any_range_of_a_huge_buffer) {
    const size_t nitems = SIZE_MAX - 12345, chunk = SIZE_MAX / 777;
    random_state random = unit_seeded("huge ranges");
    trm_buffer *buffer = create_clean(nitems, chunk);
    for (int i = 0; i < 2000; i++) {
        const size_t first = (size_t)random_next(&random) % nitems;
        const size_t size = 1 + (size_t)random_next(&random) % (SIZE_MAX - 1);
        const size_t end = size < nitems - first ? first + size : nitems;
        const size_t from = first / chunk * chunk, to = ((end - 1) / chunk + 1) * chunk;
        expect_ok(trm_buffer_update_range(buffer, first, size));
        expect_run(buffer, from, (to < nitems && to > from ? to : nitems) - from);
    }
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(indices_are_32_bits_wide) {
    static const uint32_t indices[] = {UINT32_MAX, 0, UINT32_MAX - 1};
    const size_t nitems = (size_t)UINT32_MAX + 2, chunk = (size_t)1 << 20;
    trm_run runs[3];
    size_t count = 0;
    if (sizeof(size_t) < 8)
        return;
    trm_buffer *buffer = create_clean(nitems, chunk);
    expect_ok(trm_buffer_update_indices(buffer, indices, 3));
    expect_ok(trm_buffer_take_runs(buffer, runs, 3, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(runs[0].offset, 0);
    ck_assert_uint_eq(runs[0].size, chunk);
    ck_assert_uint_eq(runs[1].offset, nitems - 1 - (nitems - 1) % chunk - chunk);
    ck_assert_uint_eq(runs[1].size, chunk);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

START_TEST(draw_ranges_do_not_wrap) {
    trm_buffer *buffer = create((trm_buffer_desc){.nbytes = SIZE_MAX, .nitems = SIZE_MAX});
    expect_ok(trm_buffer_set_draw_range(buffer, SIZE_MAX - 1, 1));
    expect_ok(trm_buffer_set_draw_range(buffer, 1, SIZE_MAX - 1));
    ck_assert_uint_eq(trm_buffer_draw_range(buffer).size, SIZE_MAX - 1);
    expect_rule(trm_buffer_set_draw_range(buffer, 2, SIZE_MAX - 1), TRM_ERROR_OUT_OF_RANGE,
        "draw-range.bounds", "");
    expect_rule(trm_buffer_set_draw_range(buffer, SIZE_MAX, 1), TRM_ERROR_OUT_OF_RANGE,
        "draw-range.bounds", "");
    expect_ok(trm_buffer_set_draw_range(buffer, SIZE_MAX - 1, TRM_WHOLE));
    ck_assert_uint_eq(trm_buffer_draw_range(buffer).size, 1);
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* Bytes are few, places are not. */
START_TEST(sends_at_the_end_of_everything) {
    static const unsigned char bytes[8];
    trm_buffer *buffer =
        create((trm_buffer_desc){.nbytes = SIZE_MAX / 3 * 3, .nitems = SIZE_MAX / 3});
    const size_t nitems = SIZE_MAX / 3;
    expect_ok(trm_buffer_send_data(buffer, nitems - 2, bytes, 6));
    expect_ok(trm_buffer_send_data(buffer, nitems - 1, bytes, 2));
    expect_ok(trm_buffer_send_data(buffer, 0, bytes, 8));
    expect_rule(trm_buffer_send_data(buffer, nitems - 2, bytes, 7), TRM_ERROR_OUT_OF_RANGE,
        "send.range", "");
    expect_rule(
        trm_buffer_send_data(buffer, nitems, bytes, 1), TRM_ERROR_OUT_OF_RANGE, "send.range", "");
    expect_rule(trm_buffer_send_data(buffer, 1, bytes, SIZE_MAX - 2), TRM_ERROR_OUT_OF_RANGE,
        "send.range", "");
    expect_ok(trm_buffer_send_data(buffer, nitems, bytes, 0));
    expect_ok(trm_buffer_destroy(buffer));
}
END_TEST

/* A bitmap that no memory holds is refused; what there was goes on. */
START_TEST(too_many_chunks) {
    unit_memory memory = {.fail_at = 3};
    trm_buffer *buffer = NULL;
    trm_buffer_desc desc = {
        .data = somewhere, .nitems = SIZE_MAX, .format = "u1", .chunk_size = 1, .log = unit_log()};
    desc.allocator = unit_allocator(&memory);
    expect_rule(
        trm_buffer_create(&desc, &buffer), TRM_ERROR_OUT_OF_MEMORY, "buffer.out-of-memory", "");
    ck_assert_ptr_null(buffer);
    ck_assert_uint_eq(memory.live_blocks, 0);
    memory.fail_at = 0;
    desc.nitems = 100;
    expect_ok(trm_buffer_create(&desc, &buffer));
    memory.fail_at = memory.calls + 1;
    expect_rule(trm_buffer_resize(buffer, somewhere, SIZE_MAX, 0), TRM_ERROR_OUT_OF_MEMORY,
        "buffer.out-of-memory", "");
    ck_assert_uint_eq(trm_buffer_nitems(buffer), 100);
    ck_assert_uint_eq(trm_buffer_draw_range(buffer).size, 100);
    expect_ok(trm_buffer_destroy(buffer));
    ck_assert_uint_eq(memory.live_blocks, 0);
}
END_TEST

static Suite *extremes_suite(void) {
    Suite *suite = suite_create("extremes");
    UNIT_ADD(suite, marks_at_the_end_of_everything);
    UNIT_ADD(suite, marks_of_any_range_of_a_huge_buffer);
    UNIT_ADD(suite, indices_are_32_bits_wide);
    UNIT_ADD(suite, draw_ranges_do_not_wrap);
    UNIT_ADD(suite, sends_at_the_end_of_everything);
    UNIT_ADD(suite, too_many_chunks);
    return suite;
}

int main(void) {
    return unit_main(extremes_suite());
}
