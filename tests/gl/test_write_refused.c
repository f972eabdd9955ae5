/* In-place writes that are refused, dropped, or find no memory. */
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/writing.h"

/* The frame does not end over an open write, says whose, and loses nothing. */
START_TEST(the_frame_waits_for_its_writes) {
    uint8_t expected[300];
    trm_device *device = writing_small_device();
    trm_buffer *buffer =
        writing_bytes(sizeof expected, _i == 1 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE);
    unsigned char *target = writing_begin(device, buffer, 0, TRM_WHOLE);
    for (int i = 0; i < 3; i++) {
        writing_assert_rule(trm_device_end_frame(device), TRM_ERROR_STATE, "write.unended");
        ck_assert_uint_eq(writing_stats(device).frames, 0);
    }
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    memset(target, 5, sizeof expected);
    memset(expected, 5, sizeof expected);
    writing_end(device, buffer, sizeof expected);
    writing_assert_content(device, buffer, expected);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_uint_eq(writing_stats(device).frames, 1);
    writing_close(device, buffer);
}
END_TEST

START_TEST(what_is_refused) {
    uint8_t bytes[100] = {0};
    void *pointer = &spy;
    trm_device *device = harness_device(NULL), *second = harness_device(NULL);
    trm_buffer *far = writing_buffer(50, "2xu1", TRM_PLACEMENT_DEVICE, 0);
    trm_buffer *near = writing_buffer(50, "2xu1", TRM_PLACEMENT_MAPPED, 0), *full;
    const trm_buffer_desc desc = {
        .data = bytes, .nitems = 100, .format = "u1", .label = "slate", .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &full), TRM_OK);
    ck_assert_int_eq(trm_device_write_begin(NULL, far, 0, 1, &pointer), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_ptr_null(pointer);
    ck_assert_int_eq(
        trm_device_write_begin(device, NULL, 0, 1, &pointer), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_write_begin(device, far, 0, 1, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_write_end(NULL, far, 0), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_device_write_end(device, NULL, 0), TRM_ERROR_INVALID_ARGUMENT);
    writing_assert_rule(trm_device_write_end(device, far, 0), TRM_ERROR_STATE, "attach.none");
    writing_assert_rule(
        trm_device_write_begin(device, full, 0, 1, &pointer), TRM_ERROR_STATE, "buffer.has-data");
    static const size_t ranges[][2] = {{0, 0}, {0, 51}, {50, 1}, {50, TRM_WHOLE}, {51, TRM_WHOLE},
        {49, 2}, {SIZE_MAX, 2}, {2, SIZE_MAX - 1}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        pointer = &spy;
        writing_assert_rule(
            trm_device_write_begin(device, far, ranges[i][0], ranges[i][1], &pointer),
            TRM_ERROR_OUT_OF_RANGE, "write.range");
        ck_assert_ptr_null(pointer);
    }
    writing_assert_rule(
        trm_device_write_begin(device, near, 0, 49, &pointer), TRM_ERROR_STATE, "write.partial");
    writing_assert_rule(
        trm_device_write_begin(device, near, 1, 49, &pointer), TRM_ERROR_STATE, "write.partial");
    memset(writing_begin(device, far, 10, 5), 1, 10);
    memset(writing_begin(device, near, 0, 50), 2, 100);
    writing_assert_rule(
        trm_device_write_begin(device, far, 20, 5, &pointer), TRM_ERROR_STATE, "write.open");
    writing_assert_rule(trm_device_write_begin(second, far, 20, 5, &pointer), TRM_ERROR_ATTACHED,
        "attach.other-device");
    writing_assert_rule(trm_device_write_end(second, far, 5), TRM_ERROR_STATE, "attach.none");
    writing_assert_rule(trm_buffer_resize(far, NULL, 200, 0), TRM_ERROR_STATE, "write.open");
    writing_assert_rule(
        trm_device_write_end(device, far, 6), TRM_ERROR_OUT_OF_RANGE, "write.range");
    writing_assert_rule(trm_device_write_end(device, near, 49), TRM_ERROR_STATE, "write.partial");
    writing_end(device, far, 5); /* after all that */
    writing_end(device, near, 50);
    writing_assert_rule(trm_device_write_end(device, far, 5), TRM_ERROR_STATE, "write.none");
    memset(bytes + 20, 1, 10);
    writing_assert_content(device, far, bytes);
    memset(bytes, 2, 100);
    writing_assert_content(device, near, bytes);
    ck_assert_int_eq(trm_buffer_resize(far, NULL, 200, 0), TRM_OK);
    trm_buffer *large = writing_bytes(WRITING_RING + 1, TRM_PLACEMENT_AUTO);
    trm_device *small = writing_small_device();
    writing_assert_rule(trm_device_write_begin(small, large, 0, TRM_WHOLE, &pointer),
        TRM_ERROR_BUDGET, "write.size");
    ck_assert_ptr_null(pointer);
    writing_close(small, large);
    ck_assert_int_eq(trm_buffer_destroy(near), TRM_OK);
    ck_assert_int_eq(trm_buffer_destroy(full), TRM_OK);
    trm_device_destroy(second);
    writing_close(device, far);
}
END_TEST

/* A buffer that leaves with a write open drops it: by detach, by destruction, with the device, with
 * a device that is lost. The ring is free for others then. _i: way and placement. */
START_TEST(leaving_with_a_write_open) {
    uint8_t expected[3000];
    const int way = _i % 4;
    trm_gl_span span;
    trm_device *device = writing_small_device();
    trm_buffer *buffer =
        writing_bytes(sizeof expected, _i < 4 ? TRM_PLACEMENT_DEVICE : TRM_PLACEMENT_MAPPED);
    trm_buffer *large = writing_bytes(WRITING_RING, TRM_PLACEMENT_DEVICE);
    writing_put(device, buffer, 0, sizeof expected, 1);
    writing_issue(device, buffer);
    memset(writing_begin(device, buffer, 0, TRM_WHOLE), 2, sizeof expected);
    switch (way) {
    case 0:
        ck_assert_int_eq(trm_device_detach(device, buffer), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE);
        break;
    case 1:
        ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
        buffer = NULL;
        break;
    case 2:
        trm_device_destroy(device);
        device = writing_small_device();
        break;
    default:
        harness_expect_remains();
        trm_device_lost(device);
        gl_spy_reset_counts();
        writing_assert_rule(trm_device_write_end(device, buffer, sizeof expected),
            TRM_ERROR_DEVICE_LOST, "device.lost");
        writing_assert_rule(trm_device_write_end(device, buffer, 1), TRM_ERROR_STATE, "write.none");
        ck_assert_int_eq(
            trm_device_write_begin(device, buffer, 0, 1, (void *[]){NULL}), TRM_ERROR_DEVICE_LOST);
        trm_device_destroy(device);
        ck_assert_uint_eq(gl_spy_total(), 0);
        device = writing_small_device();
        break;
    }
    writing_put(device, large, 0, WRITING_RING, 7);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    if (buffer != NULL) {
        writing_put(device, buffer, 0, sizeof expected, 3);
        memset(expected, 3, sizeof expected);
        writing_assert_content(device, buffer, expected);
    }
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    writing_close(device, large);
}
END_TEST

static size_t allocations_left;

static void *allocate(void *user, size_t nbytes) {
    (void)user;
    return allocations_left > 0 && allocations_left-- > 0 ? malloc(nbytes) : NULL;
}

static void release(void *user, void *memory, size_t nbytes) {
    (void)user;
    (void)nbytes;
    free(memory);
}

/* No memory, on either side, at any point: an error, and the next try succeeds. */
START_TEST(no_memory) {
    static const gl_spy_function failing[] = {
        SPY_CreateBuffers, SPY_NamedBufferStorage, SPY_MapNamedBufferRange};
    uint8_t expected[500];
    size_t refused = 0;
    void *pointer = &spy;
    allocations_left = SIZE_MAX;
    trm_device *device = harness_device(&(trm_device_desc){
        .staging_nbytes = WRITING_SMALL, .allocator = {.allocate = allocate, .release = release}});
    trm_buffer *buffer =
        writing_bytes(sizeof expected, _i == 0 ? TRM_PLACEMENT_DEVICE : TRM_PLACEMENT_MAPPED);
    for (size_t i = 0; i < 3; i++) {
        spy.fail[failing[i]] = 1;
        ck_assert_int_eq(trm_device_write_begin(device, buffer, 0, 500, &pointer),
            TRM_ERROR_OUT_OF_DEVICE_MEMORY);
        ck_assert_ptr_null(pointer);
    }
    for (allocations_left = 0;; allocations_left = refused) {
        const trm_result result = trm_device_write_begin(device, buffer, 0, 500, &pointer);
        if (result == TRM_OK) {
            break;
        }
        ck_assert(result == TRM_ERROR_OUT_OF_MEMORY || result == TRM_ERROR_OUT_OF_DEVICE_MEMORY);
        ck_assert_ptr_null(pointer);
        ck_assert_uint_lt(++refused, 20);
    }
    ck_assert_uint_gt(refused, 0);
    memset(pointer, 5, 500);
    memset(expected, 5, 500);
    writing_end(device, buffer, 500);
    allocations_left = SIZE_MAX;
    writing_assert_content(device, buffer, expected);
    writing_close(device, buffer);
}
END_TEST

/* The ring is full and the GPU does not come back: a bounded wait, and the next try succeeds. */
START_TEST(a_ring_that_stays_full) {
    static uint8_t expected[WRITING_RING];
    void *pointer = &spy;
    trm_device *device = harness_device(&(trm_device_desc){.staging_nbytes = WRITING_SMALL,
        .memory_kind = TRM_MEMORY_DISCRETE,
        .wait_timeout_ns = 100000000});
    trm_buffer *buffer = writing_bytes(WRITING_RING, TRM_PLACEMENT_DEVICE);
    writing_put(device, buffer, 0, WRITING_RING, 1);
    spy.wait = SPY_WAIT_TIMEOUT;
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    writing_assert_rule(trm_device_write_begin(device, buffer, 0, 100, &pointer), TRM_ERROR_TIMEOUT,
        "wait.timeout");
    ck_assert_ptr_null(pointer);
    spy.wait = SPY_WAIT_REAL;
    harness_finish(); /* or a busy machine is late by more than the bound */
    writing_put(device, buffer, 0, 100, 2);
    memset(expected, 1, sizeof expected);
    memset(expected, 2, 100);
    writing_assert_content(device, buffer, expected);
    writing_close(device, buffer);
}
END_TEST

/* What was sent meanwhile has to make way for the write, which may need memory: without any, the
 * write stays open and the sends stay whole. */
START_TEST(no_memory_to_cut_a_send) {
    uint8_t expected[300];
    allocations_left = SIZE_MAX;
    trm_buffer *buffer;
    const trm_buffer_desc desc = {.nbytes = sizeof expected,
        .nitems = sizeof expected,
        .placement = TRM_PLACEMENT_DEVICE,
        .label = "slate",
        .allocator = {.allocate = allocate, .release = release},
        .log = harness_log()};
    trm_device *device = writing_small_device();
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    memset(writing_begin(device, buffer, 100, 50), 2, 50);
    writing_send(buffer, 0, sizeof expected, 1);
    size_t refused = 0;
    for (allocations_left = 0;; allocations_left = refused) {
        const trm_result result = trm_device_write_end(device, buffer, 50);
        if (result == TRM_OK) {
            break;
        }
        ck_assert_int_eq(result, TRM_ERROR_OUT_OF_MEMORY);
        ck_assert_uint_lt(++refused, 20);
    }
    ck_assert_uint_gt(refused, 0);
    allocations_left = SIZE_MAX;
    memset(expected, 1, sizeof expected);
    memset(expected + 100, 2, 50);
    writing_assert_content(device, buffer, expected);
    writing_close(device, buffer);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-write-refused");
    TCase *tcase = tcase_create("refused");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, the_frame_waits_for_its_writes, 0, 2);
    tcase_add_test(tcase, what_is_refused);
    tcase_add_loop_test(tcase, leaving_with_a_write_open, 0, 8);
    tcase_add_loop_test(tcase, no_memory, 0, 2);
    tcase_add_test(tcase, a_ring_that_stays_full);
    tcase_add_test(tcase, no_memory_to_cut_a_send);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_WRITE);
    return harness_main(&suite, 1);
}
