/* Small buffers that share objects. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/paced.h"

#define MANY 300

static void setup(void) {
    harness_open();
    harness_allow_pages(true);
    harness_allow_inline(true);
}

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static const trm_buffer_desc shapes[] = {
    {.nitems = 16, .format = "4xf4", .usage = TRM_USAGE_UNIFORM | TRM_USAGE_TEXEL},
    {.nitems = 300, .format = "3xf4", .stride = 20},
    {.nitems = 1001, .format = ">2xu2", .chunk_size = 1}, {.nitems = 333, .format = "3xu1"},
    {.nitems = 1024, .format = "4xf4"}, /* the largest that fits a slot */
};
#define SHAPES (sizeof shapes / sizeof shapes[0])

static const struct {
    trm_placement placement;
    trm_memory_kind memory;
    trm_gl_scatter_mode scatter;
} kinds[] = {
    {TRM_PLACEMENT_MAPPED, TRM_MEMORY_AUTO, TRM_GL_SCATTER_AUTO},
    {TRM_PLACEMENT_AUTO, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_DISCRETE, TRM_GL_SCATTER_ALWAYS},
    {TRM_PLACEMENT_DEVICE, TRM_MEMORY_AUTO, TRM_GL_SCATTER_NEVER},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

static trm_device *open_device(size_t kind) {
    return harness_gl_device(&(trm_gl_device_desc){
        .scatter = kinds[kind].scatter, .device.memory_kind = kinds[kind].memory});
}

/* _i: shape and kind. One buffer, frame after frame, with the GPU behind. */
START_TEST(draws_see_their_own_frame) {
    model m;
    const size_t kind = (size_t)_i / SHAPES;
    const paced_run run = {.frames = 40, .sync = _i % 2 == 1};
    trm_device *device = open_device(kind);
    model_open_placed(&m, &shapes[(size_t)_i % SHAPES], kinds[kind].placement, (uint64_t)_i);
    spy.lag = HARNESS_FRAMES_IN_FLIGHT;
    const paced_result result = paced_frames(device, &m, &run);
    spy.lag = 0;
    ck_assert_uint_eq(result.mismatches, 0);
    ck_assert_uint_eq(spy.uneven_updates, 0);
    ck_assert_uint_eq(get_stats(device).waits, 0);
    ck_assert(kind > 0 || result.regions_used >= 3);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

static model crowd[MANY];
/* A buffer that takes part in the crowd's syncs and makes them large, so that copies go past the
 * caches, or NULL. */
static model *ballast;

static void open_crowd(trm_placement placement) {
    for (size_t i = 0; i < MANY; i++)
        model_open_placed(&crowd[i], &shapes[0], placement, i);
}

/* All of the crowd edited, uploaded by one sync, drawn; every one is right. */
static void frame_of_crowd(trm_device *device, size_t step) {
    for (size_t i = 0; i < MANY; i += step)
        model_edit_range(&crowd[i], i % 16, 1);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    for (size_t i = 0; i < MANY; i += step) {
        trm_gl_span span;
        ck_assert_int_eq(trm_gl_acquire(device, crowd[i].buffer, &span), TRM_OK);
        model_draw draw = model_issue(&crowd[i], HARNESS_TEXEL, &span);
        ck_assert(model_check(&draw));
    }
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
}

/* _i: kind. A crowd shares a few objects, a sync of all of them a few flushes; when all are gone,
 * nothing is held any more. */
START_TEST(a_crowd_shares) {
    trm_device *device = open_device((size_t)_i);
    open_crowd(kinds[_i].placement);
    for (size_t i = 0; i < MANY; i++)
        ck_assert_int_eq(trm_device_attach(device, crowd[i].buffer), TRM_OK);
    frame_of_crowd(device, 1);
    frame_of_crowd(device, 1);
    ck_assert_uint_lt(spy.calls[SPY_CreateBuffers], 20);
    const uint64_t flushes = get_stats(device).flushes;
    frame_of_crowd(device, 1);
    if (kinds[_i].placement == TRM_PLACEMENT_MAPPED)
        ck_assert_uint_lt(get_stats(device).flushes - flushes, 10);
    frame_of_crowd(device, 7);
    for (size_t i = 0; i < MANY; i++)
        model_close(&crowd[i]);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    const trm_stats left = get_stats(device);
    ck_assert_uint_eq(left.mapped_nbytes + left.device_nbytes + left.retired_nbytes, 0);
    trm_device_destroy(device);
}
END_TEST

/* Whole rewrites of every slot but one, in pages of classes that take turns: one region is up to
 * date then, the others lack everything, and the bytes are those of the buffers. */
static void check_rewrite(trm_device *device, const trm_stats *before, size_t left_out) {
    uint64_t nbytes = ballast ? model_nbytes(ballast) : 0;
    for (size_t i = 0; i < MANY; i++) {
        trm_gl_span span;
        trm_buffer_info info;
        size_t current = 0;
        ck_assert_int_eq(trm_device_buffer_info(device, crowd[i].buffer, &info), TRM_OK);
        nbytes += i == left_out ? 0 : model_nbytes(&crowd[i]);
        for (uint32_t r = 0; r < info.region_count; r++) {
            const trm_region_info *region = &info.regions[r];
            current += region->current;
            ck_assert_uint_eq(region->stale_nbytes, region->current ? 0 : model_nbytes(&crowd[i]));
        }
        ck_assert_uint_eq(current, 1);
        ck_assert_int_eq(trm_gl_acquire(device, crowd[i].buffer, &span), TRM_OK);
        model_draw draw = model_issue(&crowd[i], HARNESS_TEXEL, &span);
        ck_assert(model_check(&draw));
    }
    const trm_stats after = get_stats(device);
    ck_assert_uint_eq(after.copied_nbytes - before->copied_nbytes, nbytes);
    ck_assert_uint_eq(after.marked_nbytes - before->marked_nbytes, nbytes);
    ck_assert_uint_eq(
        after.uploads - before->uploads, (left_out < MANY ? MANY - 1 : MANY) + (ballast ? 1u : 0u));
}

static void open_rewritten(trm_device *device, bool large) {
    static const trm_buffer_desc classes[] = {{.nitems = 16, .format = "4xf4"},
        {.nitems = 64, .format = "4xf4"}, {.nitems = 17, .format = "4xf4"}};
    static const trm_buffer_desc heavy = {.nitems = 300000, .format = "4xf4"};
    static model heavy_model;
    ballast = large ? &heavy_model : NULL;
    if (large) {
        model_open_placed(ballast, &heavy, TRM_PLACEMENT_MAPPED, 1);
        ck_assert_int_eq(trm_device_attach(device, ballast->buffer), TRM_OK);
    }
    for (size_t i = 0; i < MANY; i++) {
        model_open_placed(&crowd[i], &classes[i / 7 % 3], TRM_PLACEMENT_MAPPED, i);
        ck_assert_int_eq(trm_device_attach(device, crowd[i].buffer), TRM_OK);
    }
}

/* All but one by a single call, from the last to the first. */
static void edit_many(size_t left_out) {
    trm_buffer *list[MANY];
    size_t count = 0;
    for (size_t i = MANY; i-- > 0;) {
        if (i == left_out)
            continue;
        model_scribble(&crowd[i], 0, crowd[i].nitems);
        list[count++] = crowd[i].buffer;
    }
    ck_assert_int_eq(trm_buffer_update_many(list, count), TRM_OK);
}

static void edit_singly(size_t left_out, int way) {
    for (size_t i = 0; i < MANY; i++) {
        if (i == left_out)
            continue;
        if (way == 0)
            model_edit_full(&crowd[i]);
        else if (way == 1)
            model_set_data(&crowd[i]);
        else
            model_edit_range(&crowd[i], 0, crowd[i].nitems);
    }
}

#define WAYS 4
/* _i: how they are marked, and whether the syncs are large. */
START_TEST(slots_are_rewritten) {
    trm_device *device = open_device(_i < WAYS ? 0 : 1);
    open_rewritten(device, _i >= WAYS);
    for (size_t round = 0; round < 5; round++) {
        const size_t left_out = round < 2 ? MANY : 20 * round;
        const trm_stats before = get_stats(device);
        if (_i % WAYS == WAYS - 1)
            edit_many(left_out);
        else
            edit_singly(left_out, _i % WAYS);
        if (ballast)
            model_edit_full(ballast);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        check_rewrite(device, &before, left_out);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
    }
    for (size_t i = 0; i < MANY; i++)
        model_close(&crowd[i]);
    if (ballast)
        model_close(ballast);
    trm_device_destroy(device);
}
END_TEST

/* A slot that is given up while draws still read it is nobody's until they are done. */
START_TEST(freed_slots_wait_for_their_frame) {
    model old, young;
    trm_gl_span span;
    trm_device *device = open_device(0);
    model_open(&old, &shapes[0], 1);
    ck_assert_int_eq(trm_gl_acquire(device, old.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&old, HARNESS_TEXEL, &span);
    const size_t offset = span.offset;
    model_close(&old);
    model_open(&young, &shapes[0], 2);
    ck_assert_int_eq(trm_gl_acquire(device, young.buffer, &span), TRM_OK);
    ck_assert_uint_ne(span.offset, offset);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert(model_check(&draw));
    model_close(&young);
    trm_device_destroy(device);
}
END_TEST

/* Where no page can be had, the buffer still may. */
START_TEST(no_budget_for_a_page) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = 4096});
    model_open(&m, &shapes[0], 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_le(get_stats(device).mapped_nbytes, 4096);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-pages");
    TCase *tcase = tcase_create("pages");
    tcase_add_checked_fixture(tcase, setup, harness_close);
    tcase_add_loop_test(tcase, draws_see_their_own_frame, 0, (int)(SHAPES * KINDS));
    tcase_add_loop_test(tcase, a_crowd_shares, 0, (int)KINDS);
    tcase_add_loop_test(tcase, slots_are_rewritten, 0, 2 * WAYS);
    tcase_add_test(tcase, freed_slots_wait_for_their_frame);
    tcase_add_test(tcase, no_budget_for_a_page);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
