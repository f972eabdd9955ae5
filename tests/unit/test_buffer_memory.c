/* Host memory: every allocation that can fail does, once. Nothing leaks, nothing changes. */
#include "marks_model.h"
#include "rule_owners.h"

#include <string.h>

#define NO_MEMORY   TRM_ERROR_OUT_OF_MEMORY
#define MEMORY_RULE "buffer.out-of-memory"

static unsigned char bytes[MARKS_MAX_ITEMS];

static const trm_buffer_desc descs[] = {
    {.data = bytes, .nitems = 10, .format = "4xf4", .label = "short"},
    {.data = bytes, .nitems = MARKS_MAX_ITEMS, .format = "u1", .chunk_size = 1, .label = "long"},
    {.nitems = 10, .format = "4xf4", .label = "remote"},
};

#define DESC_COUNT (sizeof descs / sizeof descs[0])

/* The n-th description with a counting allocator. */
static trm_buffer_desc desc_with(size_t n, unit_memory *memory) {
    trm_buffer_desc desc = descs[n];
    desc.allocator = unit_allocator(memory);
    desc.log = unit_log();
    return desc;
}

START_TEST(create) {
    for (size_t i = 0; i < DESC_COUNT; i++) {
        size_t failures = 0;
        for (size_t fail_at = 1;; fail_at++) {
            unit_memory memory = {.fail_at = fail_at};
            trm_buffer_desc desc = desc_with(i, &memory);
            trm_buffer *buffer = (trm_buffer *)bytes;
            unit_forget_message();
            if (trm_buffer_create(&desc, &buffer) == TRM_OK) {
                ck_assert_uint_lt(memory.calls, fail_at);
                expect_ok(trm_buffer_destroy(buffer));
                ck_assert_uint_eq(memory.live_blocks, 0);
                break;
            }
            memory = (unit_memory){.fail_at = fail_at};
            expect_rule(trm_buffer_create(&desc, &buffer), NO_MEMORY, MEMORY_RULE, desc.label);
            ck_assert_ptr_null(buffer);
            ck_assert_uint_eq(memory.live_blocks, 0);
            failures++;
        }
        ck_assert_uint_gt(failures, 0);
    }
}
END_TEST

/* Everything a buffer shows of itself. */
typedef struct snapshot {
    trm_view view;
    trm_range draw_range;
    size_t nbytes, chunk_size;
    uint64_t revision;
    bool pending;
    unit_memory memory;
} snapshot;

static snapshot take_snapshot(const trm_buffer *buffer, const unit_memory *memory) {
    snapshot shot = {
        .draw_range = trm_buffer_draw_range(buffer),
        .nbytes = trm_buffer_nbytes(buffer),
        .chunk_size = trm_buffer_chunk_size(buffer),
        .revision = trm_buffer_revision(buffer),
        .pending = trm_buffer_pending(buffer),
        .memory = *memory,
    };
    ck_assert_int_eq(trm_buffer_view(buffer, &shot.view), TRM_OK);
    return shot;
}

static void assert_same(const snapshot *before, const snapshot *after) {
    ck_assert_ptr_eq(before->view.data, after->view.data);
    ck_assert_uint_eq(before->view.nitems, after->view.nitems);
    ck_assert_uint_eq(before->view.stride, after->view.stride);
    ck_assert_uint_eq(before->draw_range.offset, after->draw_range.offset);
    ck_assert_uint_eq(before->draw_range.size, after->draw_range.size);
    ck_assert_uint_eq(before->nbytes, after->nbytes);
    ck_assert_uint_eq(before->chunk_size, after->chunk_size);
    ck_assert_uint_eq(before->revision, after->revision);
    ck_assert_int_eq(before->pending, after->pending);
    ck_assert_uint_eq(before->memory.live_blocks, after->memory.live_blocks);
    ck_assert_uint_eq(before->memory.live_nbytes, after->memory.live_nbytes);
}

/* Resizes with the n-th allocation failing. Returns false once none failed any more. */
static bool resize_fails(trm_buffer *buffer, unit_memory *memory, size_t nbytes, size_t fail_at) {
    const void *data = trm_buffer_data(buffer);
    snapshot before = take_snapshot(buffer, memory);

    memory->fail_at = memory->calls + fail_at;
    unit_forget_message();
    trm_result result = trm_buffer_resize(buffer, data, nbytes, 0);
    memory->fail_at = 0;
    if (result == TRM_OK)
        return false;
    unit_expect_rule(result, NO_MEMORY, MEMORY_RULE, trm_buffer_label(buffer), "resize", __LINE__);
    snapshot after = take_snapshot(buffer, memory);
    assert_same(&before, &after);
    return true;
}

START_TEST(resize) {
    static const size_t sizes[] = {160, 16, 4096, 524288, 16};

    for (size_t i = 0; i < DESC_COUNT; i++) {
        unit_memory memory = {0};
        trm_buffer_desc desc = desc_with(i, &memory);
        trm_buffer *buffer = NULL;
        size_t failures = 0;
        expect_ok(trm_buffer_create(&desc, &buffer));
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            size_t fail_at = 1;
            for (; resize_fails(buffer, &memory, sizes[s], fail_at); fail_at++)
                failures++;
            ck_assert_uint_eq(trm_buffer_nbytes(buffer), sizes[s]);
        }
        if (desc.data)
            ck_assert_uint_gt(failures, 0);
        expect_ok(trm_buffer_destroy(buffer));
        ck_assert_uint_eq(memory.live_blocks, 0);
        ck_assert_uint_eq(memory.live_nbytes, 0);
    }
}
END_TEST

/* The marks of a buffer outlive a resize that failed. */
START_TEST(marks_survive_a_failed_resize) {
    unit_memory memory = {0};
    trm_buffer_desc desc = desc_with(1, &memory);
    trm_buffer *buffer = NULL;

    expect_ok(trm_buffer_create(&desc, &buffer));
    marks_drain(buffer);
    marks_model model = marks_model_create(buffer, false);
    expect_ok(trm_buffer_update_range(buffer, 70, 5));
    marks_model_mark(&model, 70, 5);
    memory.fail_at = memory.calls + 1;
    expect_rule(trm_buffer_resize(buffer, bytes, 100, 0), NO_MEMORY, MEMORY_RULE, "long");
    memory.fail_at = 0;
    marks_model_take(&model, buffer);
    marks_model_destroy(&model);
    expect_ok(trm_buffer_destroy(buffer));
    ck_assert_uint_eq(memory.live_blocks, 0);
}
END_TEST

/* Sends until `fail_at` allocations in a row worked, so that each kind of send fails at each of its
 * allocations: into an empty queue, beside others, across others. */
static void send_all(trm_buffer *buffer, unit_memory *memory, size_t *failures) {
    static const size_t sends[][2] = {{0, 16}, {2, 16}, {4, 16}, {1, 40}, {0, 160}, {3, 5}};

    for (size_t i = 0; i < sizeof sends / sizeof sends[0]; i++) {
        for (size_t fail_at = 1;; fail_at++) {
            snapshot before = take_snapshot(buffer, memory);
            memory->fail_at = memory->calls + fail_at;
            unit_forget_message();
            trm_result result = trm_buffer_send_data(buffer, sends[i][0], bytes, sends[i][1]);
            memory->fail_at = 0;
            if (result == TRM_OK)
                break;
            unit_expect_rule(result, NO_MEMORY, MEMORY_RULE, "remote", "send", __LINE__);
            snapshot after = take_snapshot(buffer, memory);
            ck_assert_int_eq(before.pending, after.pending);
            ck_assert_uint_eq(before.revision, after.revision);
            (*failures)++;
        }
        ck_assert(trm_buffer_pending(buffer));
    }
}

START_TEST(send_data) {
    unit_memory memory = {0};
    trm_buffer_desc desc = desc_with(2, &memory);
    trm_buffer *buffer = NULL;
    size_t failures = 0;

    expect_ok(trm_buffer_create(&desc, &buffer));
    send_all(buffer, &memory, &failures);
    ck_assert_uint_ge(failures, 5);
    expect_ok(trm_buffer_destroy(buffer));
    ck_assert_uint_eq(memory.live_blocks, 0);
    ck_assert_uint_eq(memory.live_nbytes, 0);
}
END_TEST

/* Everything else allocates nothing at all. */
START_TEST(edits_need_no_memory) {
    unit_memory memory = {0};
    trm_buffer_desc desc = desc_with(1, &memory);
    trm_buffer *buffer = NULL;
    trm_run runs[4];
    size_t count;
    uint32_t index = 5;

    expect_ok(trm_buffer_create(&desc, &buffer));
    size_t calls = memory.calls;
    memory.fail_at = calls + 1;
    expect_ok(trm_buffer_update_full(buffer));
    expect_ok(trm_buffer_update_range(buffer, 7, 70000));
    expect_ok(trm_buffer_update_indices(buffer, &index, 1));
    expect_ok(trm_buffer_set_data(buffer, bytes, sizeof bytes, 0));
    expect_ok(trm_buffer_set_draw_range(buffer, 1, 2));
    expect_ok(trm_buffer_take_runs(buffer, runs, 4, &count));
    ck_assert_uint_eq(memory.calls, calls);
    expect_ok(trm_buffer_destroy(buffer));
    ck_assert_uint_eq(memory.live_blocks, 0);
}
END_TEST

START_TEST(rules_seen) {
    unit_check_rules(UNIT_OWNER_MEMORY);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("buffer_memory");
    UNIT_ADD(suite, create);
    UNIT_ADD(suite, resize);
    UNIT_ADD(suite, marks_survive_a_failed_resize);
    UNIT_ADD(suite, send_data);
    UNIT_ADD(suite, edits_need_no_memory);
    UNIT_ADD(suite, rules_seen);
    return unit_main(suite);
}
