/* What a draw reads is the CPU array as it was when the span was acquired, whatever happened to the
 * array since, and without anyone waiting. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

#ifdef TRIREME_TEST_SHORT
#define FRAMES 16
#else
#define FRAMES 40
#endif

/* With this there is no room for a staging ring: what cannot have a region has to wait. */
#define NO_RING_NBYTES (UINT64_C(1) << 20)

/* Formats, strides, byte orders and chunk sizes. */
static const trm_buffer_desc shapes[] = {
    {.nitems = 4096, .format = "4xf4"},
    {.nitems = 4096, .format = "f4", .chunk_size = 1},
    {.nitems = 1001, .format = "3xu1"},
    {.nitems = 3001, .format = "3xf4", .stride = 32},
    {.nitems = 3001, .format = ">3xf4"},
    {.nitems = 5003, .format = ">2xu2", .stride = 12, .chunk_size = 5},
    {.nitems = 700, .format = "16xf4", .chunk_size = 7},
    {.nitems = 5001, .format = "uint16"},
    {.nitems = 2000, .format = "unorm10-10-10-2", .usage = TRM_USAGE_TEXEL | TRM_USAGE_VERTEX},
    {.nitems = 9, .format = "unorm8x4", .chunk_size = 2},
    {.nitems = 1, .format = "f4"},
    {.nitems = 100, .format = "4xf4", .chunk_size = 100000},
    {.nitems = 60000, .format = "4xf4", .usage = TRM_USAGE_TEXEL},
};

/* Where the buffers live, on what kind of machine, and how their bytes get there. */
typedef struct variant {
    trm_placement placement;
    trm_memory_kind memory;
    trm_gl_scatter_mode scatter;
    bool with_inline; /* small edits go with their commands */
} variant;

static const variant variants[] = {
    {TRM_PLACEMENT_MAPPED, TRM_MEMORY_AUTO, TRM_GL_SCATTER_AUTO, false},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_AUTO, TRM_GL_SCATTER_NEVER, false},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS, false},
    {TRM_PLACEMENT_AUTO, TRM_MEMORY_UNIFIED, TRM_GL_SCATTER_AUTO, false},
    {TRM_PLACEMENT_AUTO, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS, false},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_AUTO, TRM_GL_SCATTER_NEVER, true},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS, true},
};

/* What a variant promises of its spans and its traffic. */
static void check_promises(const variant *how, uint32_t regions, const paced_result *result,
    const trm_stats *stats, size_t nbytes) {
    uint64_t most = (regions > 0 ? regions : 3) * (uint64_t)result->bound_nbytes;
    bool mapped = how->placement != TRM_PLACEMENT_DEVICE;
    if (how->placement == TRM_PLACEMENT_AUTO) { /* one buffer, which is few if it is small */
        mapped = how->memory != TRM_MEMORY_DISCRETE;
    }
    if (how->placement == TRM_PLACEMENT_AUTO && mapped) {
        most += nbytes; /* the move */
        ck_assert_uint_eq(result->moves, 1);
        ck_assert_uint_eq(stats->device_nbytes, 0);
    } else {
        ck_assert_uint_eq(result->moves, 0);
    }
    if (mapped) {
        ck_assert_uint_ge(stats->mapped_nbytes, (regions > 0 ? regions : 3) * (uint64_t)nbytes);
    } else {
        most = result->bound_nbytes;
        ck_assert_uint_eq(result->regions_used, 1);
        ck_assert_uint_eq(result->last_offset, 0);
        ck_assert_uint_eq(stats->mapped_nbytes, 0);
        ck_assert_uint_le(stats->device_nbytes, nbytes + 3);
    }
    ck_assert_uint_le(stats->copied_nbytes, most);
    ck_assert_uint_ge(stats->copied_nbytes, result->touched_nbytes);
    ck_assert_uint_eq(stats->retired_nbytes, 0);
    ck_assert_uint_eq(spy.uneven_updates, 0);
}

static paced_result run_variant(
    const variant *how, size_t shape, uint32_t regions, const paced_run *run, uint64_t *waits) {
    model m;
    trm_stats stats;
    harness_allow_inline(how->with_inline);
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .scatter = how->scatter, .device = {.region_count = regions, .memory_kind = how->memory}});
    model_open_placed(&m, &shapes[shape], how->placement, 1000 * shape + regions);
    spy.lag = HARNESS_FRAMES_IN_FLIGHT; /* also where the GPU is quick */
    const paced_result result = paced_frames(device, &m, run);
    spy.lag = 0;
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    trm_device_stats(device, &stats);
    *waits = stats.waits;
    check_promises(how, regions, &result, &stats, model_nbytes(&m));
    model_close(&m);
    trm_device_destroy(device);
    return result;
}

static paced_result run_shape(
    size_t shape, uint32_t regions, const paced_run *run, uint64_t *waits) {
    return run_variant(&variants[0], shape, regions, run, waits);
}

/* _i: a shape of each variant. */
START_TEST(draws_see_their_own_frame) {
    enum { SHAPES = sizeof shapes / sizeof shapes[0] };
    uint64_t waits;
    const variant *how = &variants[_i / SHAPES];
    const bool sync = _i % 2 == 1 || how->scatter == TRM_GL_SCATTER_ALWAYS;
    const paced_run run = {.frames = FRAMES, .sync = sync};
    const paced_result result = run_variant(how, (size_t)_i % SHAPES, 0, &run, &waits);
    ck_assert_uint_eq(result.draws, FRAMES);
    ck_assert_uint_eq(result.mismatches, 0);
    ck_assert_uint_eq(waits, 0);
    ck_assert(how->placement != TRM_PLACEMENT_MAPPED || result.regions_used == 3);
}
END_TEST

/* _i: two shapes of each variant. */
START_TEST(storage_readers_see_their_own_frame) {
    uint64_t waits;
    const variant *how = &variants[_i / 2];
    const paced_run run = {.frames = FRAMES, .reader = HARNESS_STORAGE, .sync = _i % 4 > 1};
    const paced_result result = run_variant(how, (size_t)_i % 2, 0, &run, &waits);
    ck_assert_uint_eq(result.mismatches, 0);
    ck_assert_uint_eq(waits, 0);
    ck_assert(how->placement != TRM_PLACEMENT_MAPPED || result.regions_used == 3);
}
END_TEST

static const uint32_t region_counts[] = {1, 2, 3, 4, 8};

START_TEST(any_number_of_regions) {
    uint64_t waits;
    const uint32_t regions = region_counts[_i];
    const paced_run run = {.frames = FRAMES};
    const paced_result result = run_shape(0, regions, &run, &waits);
    ck_assert_uint_eq(result.mismatches, 0);
    ck_assert_uint_le(result.regions_used, regions);
    if (regions >= HARNESS_FRAMES_IN_FLIGHT + 1) {
        ck_assert_uint_eq(waits, 0);
        ck_assert_uint_ge(result.regions_used, 3);
    }
}
END_TEST

/* _i: a shape of MAPPED, or of DEVICE. */
START_TEST(several_edits_in_a_frame) {
    enum { SHAPES = sizeof shapes / sizeof shapes[0] };
    uint64_t waits;
    const variant *how = &variants[_i / SHAPES];
    const paced_run run = {.frames = FRAMES, .edits_per_frame = 3};
    const paced_result result = run_variant(how, (size_t)_i % SHAPES, 8, &run, &waits);
    ck_assert_uint_eq(result.draws, 3 * FRAMES);
    ck_assert_uint_eq(result.mismatches, 0);
    ck_assert_uint_eq(waits, 0);
    ck_assert(how->placement != TRM_PLACEMENT_MAPPED || result.regions_used > 3);
}
END_TEST

/* The instrument itself: if the library's fences say "done" at once, a draw in flight has its bytes
 * overwritten, and the same frames as above must show it. */
START_TEST(blind_fences_are_noticed) {
    model m;
    const paced_run run = {.frames = FRAMES};
    trm_device *device = harness_device(NULL);
    model_open(&m, &shapes[_i], 7);
    if (harness_is_strict()) {
        harness_expect_messages("race: "); /* it sees them as such, too */
    }
    spy.wait = SPY_WAIT_SIGNALLED;
    const paced_result result = paced_frames(device, &m, &run);
    ck_assert_uint_gt(result.mismatches, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Without a ring. */
START_TEST(only_the_end_of_the_frame_frees_a_region) {
    model m;
    trm_gl_span spans[4];
    model_draw draws[3];
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = NO_RING_NBYTES});
    model_open(&m, &shapes[0], 11);
    for (size_t i = 0; i < 3; i++) {
        model_edit_range(&m, 10 * i, 5);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &spans[i]), TRM_OK);
        draws[i] = model_issue(&m, HARNESS_TEXEL, &spans[i]);
        for (size_t other = 0; other < i; other++) {
            ck_assert(
                spans[other].object != spans[i].object || spans[other].offset != spans[i].offset);
        }
    }
    model_edit_range(&m, 2000, 3);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &spans[3]), TRM_ERROR_FRAME_OPEN);
    ck_assert_uint_eq(spans[3].object, 0);
    ck_assert_uint_eq(spans[3].nbytes, 0);
    ck_assert_str_eq(harness_last_message()->rule, "frame.open");
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_FRAME_OPEN);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &spans[3]), TRM_OK);
    model_draw last = model_issue(&m, HARNESS_TEXEL, &spans[3]);
    ck_assert(!trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(model_check(&draws[i]));
    }
    ck_assert(model_check(&last));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* More edits in a frame than there are regions: the bytes go through the ring, in order with the
 * draws. Each draw sees its own edit, and nobody waits. */
START_TEST(more_edits_than_regions) {
    enum { EDITS = 9, ROUNDS = 4 };
    model m;
    trm_gl_span span, last = {0};
    trm_stats stats;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shapes[0], 11);
    for (size_t round = 0; round < ROUNDS; round++) {
        model_draw draws[EDITS];
        harness_keep_busy();
        for (size_t i = 0; i < EDITS; i++) {
            model_edit_range(&m, 10 * i, 15); /* each touches what the one before wrote */
            model_edit_range(&m, 3000, 1);
            if (i % 2 == 1) {
                ck_assert_int_eq(trm_device_sync(device), TRM_OK);
            }
            ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
            ck_assert(!trm_buffer_pending(m.buffer));
            /* In order means: in the region that was current. */
            ck_assert(i < 3 || (span.object == last.object && span.offset == last.offset));
            last = span;
            draws[i] = model_issue(&m, HARNESS_TEXEL, &span);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
        for (size_t i = 0; i < EDITS; i++) {
            ck_assert(model_check(&draws[i]));
        }
    }
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.waits, 0);
    ck_assert_uint_gt(stats.transfers, 0);
    ck_assert_uint_gt(stats.staging_nbytes, 0);
    /* What was copied in order is missing from no region afterwards. */
    const paced_run run = {.frames = 10};
    ck_assert_uint_eq(paced_frames(device, &m, &run).mismatches, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(nothing_edited_nothing_moved) {
    model m;
    trm_stats before, after;
    trm_gl_span first, again;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shapes[0], 12);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &first), TRM_OK);
    trm_device_stats(device, &before);
    for (int frame = 0; frame < 5; frame++) {
        for (int draw = 0; draw < 3; draw++) {
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
            ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &again), TRM_OK);
            ck_assert_uint_eq(again.object, first.object);
            ck_assert_uint_eq(again.offset, first.offset);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    trm_device_stats(device, &after);
    ck_assert_uint_eq(after.copied_nbytes, before.copied_nbytes);
    ck_assert_uint_eq(after.uploads, before.uploads);
    ck_assert_uint_eq(after.flushes, before.flushes);
    ck_assert_uint_eq(after.waits, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Several buffers with different edit rates on one device, some not drawn in some frames. */
START_TEST(buffers_do_not_disturb_each_other) {
    enum { COUNT = 5 };
    model models[COUNT];
    model_draw draws[HARNESS_FRAMES_IN_FLIGHT + 1][COUNT];
    unsigned mismatches = 0;
    trm_stats stats;
    trm_device *device = harness_device(NULL);
    memset(draws, 0, sizeof draws);
    for (size_t i = 0; i < COUNT; i++) {
        model_open(&models[i], &shapes[i], 50 + i);
    }
    for (size_t frame = 0; frame < FRAMES; frame++) {
        model_draw *now = draws[frame % (HARNESS_FRAMES_IN_FLIGHT + 1)];
        harness_keep_busy();
        for (size_t i = 0; i < COUNT; i++) {
            trm_gl_span span;
            mismatches += now[i].draw != 0 && !model_check(&now[i]);
            if (frame % (i + 1) == 0) {
                model_edit_anything(&models[i]);
            }
            if ((frame + i) % 4 != 3) {
                ck_assert_int_eq(trm_gl_acquire(device, models[i].buffer, &span), TRM_OK);
                now[i] = model_issue(&models[i], HARNESS_TEXEL, &span);
            }
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    for (size_t i = 0; i < (HARNESS_FRAMES_IN_FLIGHT + 1) * COUNT; i++) {
        model_draw *left = &draws[i / COUNT][i % COUNT];
        mismatches += left->draw != 0 && !model_check(left);
    }
    ck_assert_uint_eq(mismatches, 0);
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.waits, 0);
    for (size_t i = 0; i < COUNT; i++) {
        model_close(&models[i]);
    }
    trm_device_destroy(device);
}
END_TEST

/* A mapped buffer without CPU data is sent whole, frame by frame. */
START_TEST(sent_data_rotates_too) {
    enum { NBYTES = 20000 };
    static uint8_t content[NBYTES];
    uint8_t seen[NBYTES];
    trm_buffer *buffer;
    trm_gl_span span;
    harness_draw draws[FRAMES];
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc desc = {
        .nbytes = NBYTES, .format = "f4", .placement = TRM_PLACEMENT_MAPPED, .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE);
    ck_assert_str_eq(harness_last_message()->rule, "acquire.empty");
    for (int frame = 0; frame < FRAMES; frame++) {
        harness_keep_busy();
        memset(content, frame + 1, NBYTES);
        ck_assert_int_eq(trm_buffer_send_data(buffer, 0, content, NBYTES), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
        draws[frame] = harness_issue(HARNESS_TEXEL, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    for (int frame = 0; frame < FRAMES; frame++) {
        memset(content, frame + 1, NBYTES);
        harness_fetch(draws[frame], seen);
        ck_assert_mem_eq(seen, content, NBYTES);
    }
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* A part alone is refused, for the other regions would never get it, and is kept until the rest has
 * come. Later bytes win. */
START_TEST(sent_in_pieces) {
    enum { ITEMS = 1000 };
    static uint32_t content[ITEMS], seen[ITEMS];
    trm_buffer *buffer;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc desc = {.nitems = ITEMS,
        .format = "u4",
        .placement = TRM_PLACEMENT_MAPPED,
        .label = "letters",
        .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    for (uint32_t round = 1; round <= 5; round++) {
        for (uint32_t i = 0; i < ITEMS; i++) {
            content[i] = round * ITEMS + i;
        }
        ck_assert_int_eq(trm_buffer_send_data(buffer, 300, content, 4 * 700), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE);
        ck_assert_uint_eq(span.object, 0);
        ck_assert_str_eq(harness_last_message()->rule, "acquire.partial-send");
        ck_assert_str_eq(harness_last_message()->label, "letters");
        ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_STATE);
        ck_assert(trm_buffer_pending(buffer));
        ck_assert_int_eq(trm_buffer_send_data(buffer, 0, content, 4 * 400), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
        ck_assert(!trm_buffer_pending(buffer));
        harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
        for (size_t i = 0; i < ITEMS; i++) {
            ck_assert_uint_eq(seen[i], content[i < 400 ? i : i - 300]);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* Where mapped memory is the other processor's: a store that no cache holds, and a smaller one that
 * is written by itself, then beside it. */
START_TEST(large_regions) {
    static const trm_buffer_desc sizes[] = {
        {.nitems = 16384, .format = "4xf4"}, {.nitems = 320000, .format = "4xf4"}};
    model models[2];
    trm_device *device = harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_DISCRETE});
    for (size_t i = 0; i < 2; i++)
        model_open_placed(&models[i], &sizes[i], TRM_PLACEMENT_MAPPED, i);
    for (size_t frame = 0; frame < 4; frame++) {
        for (size_t i = 0; i < (frame ? 2 : 1); i++) {
            trm_gl_span span;
            model_edit_full(&models[i]);
            model_edit_indices(&models[i], 10);
            ck_assert_int_eq(trm_device_attach(device, models[i].buffer), TRM_OK);
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
            ck_assert_int_eq(trm_gl_acquire(device, models[i].buffer, &span), TRM_OK);
            model_draw draw = model_issue(&models[i], HARNESS_TEXEL, &span);
            ck_assert(model_check(&draw));
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    for (size_t i = 0; i < 2; i++)
        model_close(&models[i]);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    enum { SHAPES = sizeof shapes / sizeof shapes[0] };
    enum { VARIANTS = sizeof variants / sizeof variants[0] };
    Suite *suite = suite_create("gl-regions");
    TCase *tcase = tcase_create("regions");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, draws_see_their_own_frame, 0, SHAPES * VARIANTS);
    tcase_add_loop_test(tcase, storage_readers_see_their_own_frame, 0, 2 * VARIANTS);
    tcase_add_loop_test(tcase, any_number_of_regions, 0, 5);
    tcase_add_loop_test(tcase, several_edits_in_a_frame, 0, 2 * SHAPES);
    tcase_add_loop_test(tcase, blind_fences_are_noticed, 0, 2);
    tcase_add_test(tcase, only_the_end_of_the_frame_frees_a_region);
    tcase_add_test(tcase, more_edits_than_regions);
    tcase_add_test(tcase, nothing_edited_nothing_moved);
    tcase_add_test(tcase, buffers_do_not_disturb_each_other);
    tcase_add_test(tcase, sent_data_rotates_too);
    tcase_add_test(tcase, sent_in_pieces);
    tcase_add_test(tcase, large_regions);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_REGIONS);
    return harness_main(&suite, 1);
}
