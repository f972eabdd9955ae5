/* Memory that cannot be had, on the GPU and on the host: a clear error, and the edit stays pending.
 */
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

static const trm_buffer_desc shape = {.nitems = 3000, .format = "4xf4", .label = "cargo"};

/* The buffer works after all, and shows everything. */
static void assert_works(trm_device *device, model *m) {
    trm_gl_span span;
    model_edit_range(m, 17, 3);
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert(model_check(&draw));
    ck_assert(!trm_buffer_pending(m->buffer));
}

/* Nothing was taken and nothing is kept. */
static void assert_refused(trm_device *device, model *m, trm_result expected, const char *rule) {
    trm_gl_span span = {1, 2, 3};
    trm_stats stats;
    harness_forget_messages();
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), expected);
    ck_assert_uint_eq(span.object + span.offset + span.nbytes, 0);
    ck_assert_uint_eq(harness_last_message()->count, 1);
    ck_assert_str_eq(harness_last_message()->rule, rule);
    ck_assert_int_eq(harness_last_message()->result, expected);
    ck_assert_str_eq(harness_last_message()->label, "cargo");
    ck_assert(trm_buffer_pending(m->buffer));
    /* It is attached all the same; sync tries again. */
    ck_assert_int_eq(trm_device_sync(device), expected);
    ck_assert_str_eq(harness_last_message()->rule, rule);
    ck_assert(trm_buffer_pending(m->buffer));
    ck_assert_int_eq(trm_device_attach(device, m->buffer), TRM_OK);
    ck_assert_int_eq(trm_device_detach(device, m->buffer), TRM_OK);
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.mapped_nbytes + stats.device_nbytes, 0);
    ck_assert_uint_eq(stats.buffers, 0);
}

static const gl_spy_function allocating[] = {
    SPY_CreateBuffers, SPY_NamedBufferStorage, SPY_MapNamedBufferRange};

/* _i: three functions for a mapped store, the first two of them for a device-local one. */
START_TEST(the_driver_gives_no_memory) {
    model m;
    trm_buffer_desc desc = shape;
    trm_device *device = harness_device(NULL);
    const gl_spy_function failing = allocating[_i % 3];
    desc.placement = _i < 3 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE;
    model_open(&m, &desc, 1);
    spy.fail[failing] = 2;
    assert_refused(device, &m, TRM_ERROR_OUT_OF_DEVICE_MEMORY, "attach.out-of-device-memory");
    ck_assert_uint_eq(spy.fail[failing], 0);
    /* What was made before the failure is given back. */
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], failing == SPY_CreateBuffers ? 0 : 2);
    assert_works(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(a_mapping_is_null_without_an_error) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 2);
    spy.quiet = true;
    spy.fail[SPY_MapNamedBufferRange] = 2;
    assert_refused(device, &m, TRM_ERROR_OUT_OF_DEVICE_MEMORY, "attach.out-of-device-memory");
    assert_works(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A failure in the middle of a frame leaves what was handed out in it alone. */
START_TEST(others_go_on) {
    model first, second;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&first, &shape, 3);
    model_open(&second, &shape, 4);
    ck_assert_int_eq(trm_gl_acquire(device, first.buffer, &span), TRM_OK);
    spy.fail[SPY_NamedBufferStorage] = 1;
    trm_gl_span none;
    ck_assert_int_eq(trm_gl_acquire(device, second.buffer, &none), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    model_draw draw = model_issue(&first, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    assert_works(device, &second);
    assert_works(device, &first);
    model_close(&first);
    model_close(&second);
    trm_device_destroy(device);
}
END_TEST

/* A buffer that grows, and no memory for its new size: what the old one held can still be drawn,
 * and the new content comes when there is memory. */
START_TEST(no_memory_for_a_resize) {
    model m;
    trm_gl_span old, span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 5);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &old), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &old);
    m.nitems = 2000;
    ck_assert_int_eq(trm_buffer_resize(m.buffer, m.array, model_nbytes(&m), 0), TRM_OK);
    spy.fail[SPY_NamedBufferStorage] = 2;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert(model_check(&draw));
    assert_works(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Beyond 4 GiB: all sizes reach GL in full. The array is never read, for there is no memory. */
START_TEST(more_than_four_gibibytes) {
    static const uint64_t gibibyte = UINT64_C(1) << 30;
    if (SIZE_MAX / 16 < gibibyte) {
        return; /* no such sizes on this machine */
    }
    uint8_t byte = 0;
    trm_buffer *buffer;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc desc = {.data = &byte,
        .nbytes = (size_t)(5 * gibibyte),
        .format = "4xf4",
        .chunk_size = 1 << 20,
        .placement = TRM_PLACEMENT_MAPPED,
        .label = "cargo",
        .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    spy.fail[SPY_NamedBufferStorage] = 1;
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert_uint_eq((uint64_t)spy.storage_nbytes, 15 * gibibyte);
    ck_assert_str_eq(harness_last_message()->label, "cargo");
    ck_assert_ptr_nonnull(strstr(harness_last_message()->text, "16106127360"));
    ck_assert(trm_buffer_pending(buffer));
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* Sizes that no memory has: refused before GL hears of them. */
static const size_t absurd[] = {
    SIZE_MAX / 4, PTRDIFF_MAX, SIZE_MAX / 2 + 1, SIZE_MAX - 2, SIZE_MAX};

START_TEST(absurd_sizes) {
    uint8_t byte = 0;
    trm_buffer *buffer;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    const trm_buffer_desc desc = {.data = &byte,
        .nbytes = absurd[_i],
        .nitems = 1,
        .placement = TRM_PLACEMENT_MAPPED,
        .label = "cargo",
        .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    gl_spy_reset_counts();
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert_str_eq(harness_last_message()->rule, "attach.size");
    ck_assert_uint_eq(gl_spy_total(), 0);
    ck_assert(trm_buffer_pending(buffer));
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

START_TEST(the_budget_holds) {
    enum { REGION = 3000 * 16 };
    model first, second;
    trm_gl_span span;
    trm_stats stats;
    trm_device *device = harness_device(&(trm_device_desc){.budget_nbytes = 5 * REGION});
    model_open(&first, &shape, 6);
    model_open(&second, &shape, 7);
    assert_works(device, &first);
    gl_spy_reset_counts();
    harness_forget_messages();
    ck_assert_int_eq(trm_gl_acquire(device, second.buffer, &span), TRM_ERROR_BUDGET);
    ck_assert_uint_eq(span.object, 0);
    ck_assert_str_eq(harness_last_message()->rule, "attach.budget");
    ck_assert_str_eq(harness_last_message()->label, "cargo");
    ck_assert_uint_eq(gl_spy_total(), 0);
    ck_assert(trm_buffer_pending(second.buffer));
    trm_device_stats(device, &stats);
    ck_assert_uint_ge(stats.mapped_nbytes, 3 * REGION);
    ck_assert_uint_le(stats.mapped_nbytes, 5 * REGION);
    /* Memory counts until the GPU is done with it. */
    ck_assert_int_eq(trm_device_detach(device, first.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    assert_works(device, &second);
    model_close(&first);
    model_close(&second);
    trm_device_destroy(device);
}
END_TEST

/* A ring of odd size is rounded up, and counts as what it is. */
START_TEST(the_ring_is_in_the_budget) {
    model m;
    trm_gl_span span;
    trm_stats stats;
    const trm_buffer_desc bytes = {.nitems = 40, .format = "u1"};
    trm_device *device = harness_device(&(trm_device_desc){
        .staging_nbytes = 100, .budget_nbytes = 340, .no_inline = true, .no_pages = true});
    model_open_placed(&m, &bytes, TRM_PLACEMENT_DEVICE, 6);
    assert_works(device, &m);
    model_edit_full(&m);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.staging_nbytes, 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A resized buffer for which there is room once, not twice: the old memory goes first, when no
 * frame reads it any more. Spans of the open frame stay valid. _i: placement. */
START_TEST(a_resize_in_a_tight_budget) {
    static const trm_placement placements[] = {
        TRM_PLACEMENT_AUTO, TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE};
    model m;
    trm_gl_span span;
    const uint64_t most = (placements[_i] == TRM_PLACEMENT_MAPPED ? 3 : 1) * 3000 * 16;
    trm_device *device = harness_device(&(trm_device_desc){
        .memory_kind = TRM_MEMORY_DISCRETE, .staging_nbytes = 1024, .budget_nbytes = most + 10000});
    model_open_placed(&m, &shape, placements[_i], 6);
    const size_t all = m.nitems;
    for (size_t less = 0; less < 3; less++) {
        assert_works(device, &m);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
        m.nitems = all - 1 - less;
        ck_assert_int_eq(trm_buffer_resize(m.buffer, m.array, model_nbytes(&m), 0), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_BUDGET);
        ck_assert(trm_buffer_pending(m.buffer));
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert(model_check(&draw));
        if (less == 0)
            ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
        else /* the refusal has asked for a fence behind that frame */
            harness_finish();
        harness_forget_messages();
        assert_works(device, &m);
        ck_assert_uint_eq(harness_last_message()->count, 0);
    }
    model_close(&m);
    trm_device_destroy(device);
    ck_assert_uint_eq(spy.calls[SPY_CreateBuffers], spy.calls[SPY_DeleteBuffers]);
}
END_TEST

/* The same where the driver has no room: a refusal gives the old memory back for the next try. _i:
 * placement. */
START_TEST(a_resize_in_a_full_driver) {
    static const trm_placement placements[] = {
        TRM_PLACEMENT_AUTO, TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE};
    model m;
    trm_gl_span span;
    trm_stats stats;
    trm_device *device = harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_DISCRETE});
    model_open_placed(&m, &shape, placements[_i], 14);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    m.nitems = 2999;
    ck_assert_int_eq(trm_buffer_resize(m.buffer, m.array, model_nbytes(&m), 0), TRM_OK);
    for (int again = 0; again < 2; again++) {
        trm_device_stats(device, &stats);
        ck_assert_uint_gt(stats.mapped_nbytes + stats.device_nbytes, 0);
        spy.fail[SPY_NamedBufferStorage] = 2; /* AUTO asks for less then */
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
        spy.fail[SPY_NamedBufferStorage] = 0;
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_finish();
    }
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.mapped_nbytes + stats.device_nbytes, 0);
    ck_assert(model_check(&draw));
    assert_works(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* What cannot be had takes nobody's memory away: not the ring's, on which others rely. */
START_TEST(nothing_makes_way_in_vain) {
    enum { FRAMES = 20 };
    model m, hopeless;
    trm_gl_span span;
    trm_stats before, after;
    trm_device *device = harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_DISCRETE,
        .staging_nbytes = 1024,
        .staging_limit_nbytes = 200000,
        .budget_nbytes = 400000});
    model_open_placed(&m, &shape, TRM_PLACEMENT_DEVICE, 10);
    model_open_placed(
        &hopeless, &(trm_buffer_desc){.nitems = 500000, .format = "u1"}, TRM_PLACEMENT_DEVICE, 11);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        model_edit_full(&m);
        assert_works(device, &m);
    }
    trm_device_stats(device, &before);
    ck_assert_uint_gt(before.staging_nbytes, 3 * 1024);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        ck_assert_int_eq(trm_gl_acquire(device, hopeless.buffer, &span), TRM_ERROR_BUDGET);
        model_edit_full(&m);
        assert_works(device, &m);
    }
    trm_device_stats(device, &after);
    ck_assert_uint_eq(after.staging_nbytes, before.staging_nbytes);
    model_close(&m);
    model_close(&hopeless);
    trm_device_destroy(device);
}
END_TEST

/* More regions are a wish: it does not take the room that the ring will need. */
START_TEST(regions_leave_room_for_the_ring) {
    enum { NBYTES = 3000 * 16, RING = 300032 };
    model eager, other;
    trm_gl_span span;
    trm_buffer_info info;
    trm_device *device = harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_UNIFIED,
        .staging_nbytes = RING / 3,
        .budget_nbytes = 3 * NBYTES + NBYTES + RING - 10000,
        .no_inline = true});
    model_open_placed(&eager, &shape, TRM_PLACEMENT_AUTO, 12);
    model_open_placed(&other, &shape, TRM_PLACEMENT_DEVICE, 13);
    ck_assert_int_eq(trm_gl_acquire(device, other.buffer, &span), TRM_OK);
    for (size_t frame = 0; frame < 5; frame++)
        assert_works(device, &eager);
    ck_assert_int_eq(trm_device_buffer_info(device, eager.buffer, &info), TRM_OK);
    ck_assert_int_eq(info.placement, TRM_PLACEMENT_DEVICE);
    ck_assert_int_eq(info.reason, TRM_REASON_MOVE_REFUSED);
    model_edit_full(&other);
    assert_works(device, &other);
    model_close(&eager);
    model_close(&other);
    trm_device_destroy(device);
}
END_TEST

/* A host allocator that counts, and refuses from a given call on. */
typedef struct host {
    size_t calls;
    size_t refuse_at;
    size_t live;
} host;

static void *host_allocate(void *user, size_t nbytes) {
    host *self = user;
    if (++self->calls >= self->refuse_at) {
        return NULL;
    }
    self->live += nbytes;
    return malloc(nbytes);
}

static void host_release(void *user, void *memory, size_t nbytes) {
    host *self = user;
    self->live -= nbytes;
    free(memory);
}

/* What a host refusal may look like: of tracking the buffer, or of the ring, which takes with it
 * the way into device memory and the way around regions that are all in use. */
static void assert_refusal(trm_result result) {
    static const struct {
        const char *rule;
        trm_result result;
    } ways[] = {
        {"attach.out-of-memory", TRM_ERROR_OUT_OF_MEMORY},
        {"staging.out-of-memory", TRM_ERROR_OUT_OF_MEMORY},
        {"frame.open", TRM_ERROR_FRAME_OPEN},
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(harness_last_message()->rule, ways[i].rule) == 0) {
            ck_assert_int_eq(result, ways[i].result);
            return;
        }
    }
    ck_abort_msg("%s: %s", trm_result_string(result), harness_last_message()->rule);
}

/* Attach, first upload, an edit (AUTO moves), and more edits than regions, by acquire or sync. The
 * first result that is not OK. */
static trm_result use_in_every_way(trm_device *device, model *m, bool sync) {
    trm_gl_span span;
    trm_result result = trm_device_attach(device, m->buffer);
    for (int i = 0; i < 5 && result == TRM_OK; i++) {
        model_edit_range(m, 10, 20);
        if (sync) {
            result = trm_device_sync(device);
        }
        if (result == TRM_OK) {
            result = trm_gl_acquire(device, m->buffer, &span);
        }
    }
    return result;
}

/* Refuses the first, the second, ... host allocation of creating and using a device, until nothing
 * is refused any more. _i: placement, and whether sync or acquire uploads. */
START_TEST(host_memory_runs_out) {
    size_t refused = 0;
    const trm_placement placement = (trm_placement)(_i / 2);
    for (size_t at = 1;; at++) {
        host memory = {.refuse_at = at};
        const trm_device_desc desc = {.allocator = {host_allocate, host_release, &memory}};
        trm_device *device = (trm_device *)&memory;
        const trm_result created = harness_try_device(&desc, &device);
        if (created != TRM_OK) {
            ck_assert_int_eq(created, TRM_ERROR_OUT_OF_MEMORY);
            ck_assert_str_eq(harness_last_message()->rule, "device.out-of-memory");
            ck_assert_ptr_null(device);
            ck_assert_uint_eq(memory.live, 0);
            refused++;
            continue;
        }
        model m;
        model_open_placed(&m, &shape, placement, at);
        trm_result acquired = use_in_every_way(device, &m, _i % 2 == 1);
        if (acquired != TRM_OK) {
            assert_refusal(acquired);
            ck_assert(trm_buffer_pending(m.buffer));
        }
        if (memory.calls >= at) {
            refused++;
            acquired = TRM_ERROR_OUT_OF_MEMORY; /* even if there was a way around */
        }
        memory.refuse_at = SIZE_MAX;
        assert_works(device, &m);
        model_close(&m);
        trm_device_destroy(device);
        ck_assert_uint_eq(memory.live, 0);
        if (acquired == TRM_OK) {
            break;
        }
    }
    ck_assert_uint_ge(refused, 4);
}
END_TEST

START_TEST(a_lost_context_gives_no_memory) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 8);
    spy.error = GL_CONTEXT_LOST;
    spy.fail[SPY_NamedBufferStorage] = 1;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_DEVICE_LOST);
    ck_assert_str_eq(harness_last_message()->rule, "device.lost");
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_ERROR_DEVICE_LOST);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* The context is lost where AUTO only wishes to move, or where the ring is made, for one copy or
 * for regions in use (_i): the call says so, rather than go on with a span of the dead. */
START_TEST(a_context_is_lost_in_the_middle) {
    model m;
    trm_gl_span span;
    static const trm_placement placements[] = {
        TRM_PLACEMENT_AUTO, TRM_PLACEMENT_DEVICE, TRM_PLACEMENT_MAPPED};
    trm_device *device = harness_device(
        &(trm_device_desc){.memory_kind = TRM_MEMORY_UNIFIED, .region_count = _i == 2 ? 1 : 0});
    harness_expect_remains();
    model_open_placed(&m, &shape, placements[_i], 8);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    model_edit_range(&m, 0, 1);
    spy.lag = 8;
    spy.error = GL_CONTEXT_LOST;
    spy.fail[SPY_NamedBufferStorage] = 1;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_DEVICE_LOST);
    ck_assert_uint_eq(span.object, 0);
    ck_assert_str_eq(harness_last_message()->rule, "device.lost");
    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_DEVICE_LOST);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(unknown_placements_are_refused) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    trm_buffer_desc desc = shape;
    desc.placement = TRM_PLACEMENT_MAPPED;
    model_open(&m, &desc, 9);
    assert_works(device, &m);
    trm_buffer_info info;
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert_int_eq(info.placement, TRM_PLACEMENT_MAPPED);
    model_close(&m);
    /* A buffer that the GPU writes has no other regions to catch up. */
    desc.usage = TRM_USAGE_GPU_WRITE;
    model_open(&m, &desc, 9);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_UNSUPPORTED);
    ck_assert_str_eq(harness_last_message()->rule, "attach.placement");
    ck_assert(trm_buffer_pending(m.buffer));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-memory");
    TCase *tcase = tcase_create("memory");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, the_driver_gives_no_memory, 0, 5);
    tcase_add_test(tcase, a_mapping_is_null_without_an_error);
    tcase_add_test(tcase, others_go_on);
    tcase_add_test(tcase, no_memory_for_a_resize);
    tcase_add_test(tcase, more_than_four_gibibytes);
    tcase_add_loop_test(tcase, absurd_sizes, 0, sizeof absurd / sizeof absurd[0]);
    tcase_add_test(tcase, the_budget_holds);
    tcase_add_test(tcase, the_ring_is_in_the_budget);
    tcase_add_loop_test(tcase, a_resize_in_a_tight_budget, 0, 3);
    tcase_add_loop_test(tcase, a_resize_in_a_full_driver, 0, 3);
    tcase_add_test(tcase, nothing_makes_way_in_vain);
    tcase_add_test(tcase, regions_leave_room_for_the_ring);
    tcase_add_loop_test(tcase, host_memory_runs_out, 0, 6);
    tcase_add_test(tcase, a_lost_context_gives_no_memory);
    tcase_add_loop_test(tcase, a_context_is_lost_in_the_middle, 0, 3);
    tcase_add_test(tcase, unknown_placements_are_refused);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_MEMORY);
    return harness_main(&suite, 1);
}
