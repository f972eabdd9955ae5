/* What a device tells of itself: notes in the log, reasons, debug groups, zones. */
#include <stdio.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

#define NBYTES 16000 /* 1000 items of 16 */

static const trm_buffer_desc shape = {.nitems = 1000, .format = "4xf4", .label = "buoy"};

/* ---- the log ---- */

static struct {
    char rule[64];
    char label[32];
    char text[256];
    trm_log_level level;
} heard[100];
static size_t heard_count;

static void hear(void *user, const trm_message *message) {
    (void)user;
    ck_assert_uint_lt(heard_count, sizeof heard / sizeof heard[0]);
    snprintf(heard[heard_count].rule, sizeof heard[0].rule, "%s", message->rule);
    snprintf(heard[heard_count].label, sizeof heard[0].label, "%s", message->label);
    snprintf(heard[heard_count].text, sizeof heard[0].text, "%s", message->text);
    heard[heard_count++].level = message->level;
    harness_log().write(harness_log().user, message); /* who counts the rules that were heard */
}

static trm_log listen(trm_log_level level) {
    heard_count = 0;
    return (trm_log){.write = hear, .level = level};
}

static size_t times(const char *rule) {
    size_t count = 0;
    for (size_t i = 0; i < heard_count; i++) {
        count += strcmp(heard[i].rule, rule) == 0;
    }
    return count;
}

/* The last message of a rule, which has been heard. */
static size_t last(const char *rule) {
    for (size_t i = heard_count; i-- > 0;) {
        if (strcmp(heard[i].rule, rule) == 0) {
            return i;
        }
    }
    ck_abort_msg("%s was not heard", rule);
    return 0;
}

static void frame(trm_device *device, const model *m) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
}

/* Two regions, both in flight, and no memory for a ring: a wait, each time. */
static void wait_twice(trm_log_level level) {
    model m;
    trm_device *device = harness_device(
        &(trm_device_desc){.region_count = 2, .budget_nbytes = 1 << 20, .log = listen(level)});
    model_open(&m, &shape, 1);
    frame(device, &m);
    for (int i = 0; i < 3; i++) {
        model_edit_range(&m, 0, 1);
        spy.wait_not_yet = i == 0 ? 1 : 5;
        frame(device, &m);
    }
    spy.wait_not_yet = 0;
    trm_stats stats;
    trm_buffer_info info;
    trm_device_stats(device, &stats);
    ck_assert_uint_eq(stats.waits, 2);
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert_uint_eq(info.waits, 2);
    model_close(&m);
    trm_device_destroy(device);
}

START_TEST(waits_are_told) {
    wait_twice(TRM_LOG_WARNING);
    ck_assert_uint_eq(times("wait.gpu"), 2);
    ck_assert_str_eq(heard[last("wait.gpu")].label, "buoy");
    ck_assert_int_eq(heard[last("wait.gpu")].level, TRM_LOG_WARNING);
    ck_assert_ptr_nonnull(strstr(heard[last("wait.gpu")].text, " ns"));
    /* Lasting: but once. */
    ck_assert_uint_eq(times("ring.refused"), 1);
    ck_assert_uint_eq(heard_count, 3);
}
END_TEST

START_TEST(levels_are_heeded) {
    wait_twice(TRM_LOG_ERROR);
    ck_assert_uint_eq(heard_count, 0);
    wait_twice(TRM_LOG_INFO);
    ck_assert_uint_eq(times("placement.chosen"), 1);
    ck_assert_uint_eq(heard_count, 4);
}
END_TEST

static void take_from(trm_stream *stream) {
    trm_gl_slice slice;
    ck_assert_int_eq(trm_gl_stream_alloc(stream, 100, 0, &slice), TRM_OK);
}

static void write_into(trm_device *device, trm_buffer *buffer) {
    void *pointer;
    trm_gl_span span;
    ck_assert_int_eq(trm_device_write_begin(device, buffer, 0, 100, &pointer), TRM_OK);
    memset(pointer, 0, 100);
    ck_assert_int_eq(trm_device_write_end(device, buffer, 100), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
}

/* Waits of streams and of writes in place are told like any other. _i: which. */
START_TEST(other_waits_are_told) {
    static const char *const labels[] = {"brook", "raft"};
    trm_buffer *buffer;
    trm_stream *stream;
    trm_buffer_info info;
    trm_device *device =
        harness_device(&(trm_device_desc){.region_count = 1, .log = listen(TRM_LOG_WARNING)});
    const trm_buffer_desc raft = {
        .nitems = 100, .format = "u1", .label = labels[1], .placement = TRM_PLACEMENT_MAPPED};
    const trm_stream_desc brook = {.nbytes = 100, .label = labels[0]};
    ck_assert_int_eq(trm_stream_create(device, &brook, &stream), TRM_OK);
    ck_assert_int_eq(trm_buffer_create(&raft, &buffer), TRM_OK);
    write_into(device, buffer);
    for (size_t i = 0; i < 2; i++) {
        spy.wait_not_yet = i == 0 ? 0 : 3;
        if (_i == 0)
            take_from(stream);
        else if (i == 1)
            write_into(device, buffer);
        spy.wait_not_yet = 0;
        ck_assert_uint_eq(times("wait.gpu"), i);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_str_eq(heard[last("wait.gpu")].label, labels[_i]);
    ck_assert_int_eq(trm_device_buffer_info(device, buffer, &info), TRM_OK);
    ck_assert_uint_eq(info.waits, (size_t)_i);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* A ring that cannot grow as frames would have it, told once. */
START_TEST(a_ring_that_stays_small) {
    model m;
    trm_buffer_desc desc = shape;
    trm_device *device = harness_device(&(trm_device_desc){.staging_nbytes = 4096,
        .staging_limit_nbytes = 1 << 20,
        .budget_nbytes = NBYTES + 3 * 4096 + 100,
        .log = listen(TRM_LOG_WARNING)});
    model_open_placed(&m, &desc, TRM_PLACEMENT_DEVICE, 1);
    for (int i = 0; i < 6; i++) {
        model_edit_full(&m);
        frame(device, &m);
        ck_assert(i > 0 || times("ring.small") == 0);
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    }
    ck_assert_uint_eq(times("ring.small"), 1);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(a_page_that_is_refused) {
    model first, second;
    trm_gl_span span;
    harness_allow_pages(true);
    trm_device *device =
        harness_device(&(trm_device_desc){.budget_nbytes = 4096, .log = listen(TRM_LOG_WARNING)});
    model_open(&first, &(trm_buffer_desc){.nitems = 16, .format = "f4"}, 1);
    model_open(&second, &(trm_buffer_desc){.nitems = 16, .format = "f4"}, 2);
    ck_assert_int_eq(trm_gl_acquire(device, first.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, second.buffer, &span), TRM_OK);
    ck_assert_uint_eq(times("page.refused"), 1);
    model_close(&first);
    model_close(&second);
    trm_device_destroy(device);
    harness_allow_pages(false);
}
END_TEST

START_TEST(a_quirk_in_use) {
    model m;
    trm_buffer_desc desc = shape;
    trm_device *device =
        harness_gl_device(&(trm_gl_device_desc){.quirks_on = TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE,
            .quirks_off = UINT32_MAX,
            .device.log = listen(TRM_LOG_WARNING)});
    desc.usage = TRM_USAGE_STORAGE;
    model_open_placed(&m, &desc, TRM_PLACEMENT_DEVICE, 1);
    spy.lag = 8;
    for (int i = 0; i < 4; i++) {
        model_edit_range(&m, 0, 1);
        frame(device, &m);
        ck_assert_uint_eq(times("quirk.copies-overtake-storage"), i > 0);
    }
    spy.lag = 0;
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Known from the start. */
START_TEST(a_quirk_of_the_whole_device) {
    static const struct {
        trm_gl_quirk quirk;
        const char *id;
    } quirks[] = {
        {TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS, "quirk.broken-direct-state-access"},
        {TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH, "quirk.broken-explicit-flush"},
    };
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .quirks_on = quirks[_i].quirk, .device.log = listen(TRM_LOG_WARNING)});
    ck_assert_uint_eq(times(quirks[_i].id), 1);
    ck_assert_uint_eq(heard_count, 1);
    trm_device_destroy(device);
}
END_TEST

START_TEST(no_compute_program) {
    trm_device *device;
    const trm_gl_device_desc desc = {
        .scatter = TRM_GL_SCATTER_ALWAYS, .device.log = listen(TRM_LOG_WARNING)};
    spy.fail[SPY_CreateShader] = 1;
    ck_assert_int_eq(harness_try_gl_device(&desc, &device), TRM_OK);
    ck_assert_uint_eq(times("scatter.unavailable"), 1);
    trm_device_destroy(device);
}
END_TEST

/* ---- reasons ---- */

static trm_placement_reason reason_of(const trm_device *device, const trm_buffer *buffer) {
    trm_buffer_info info;
    ck_assert_int_eq(trm_device_buffer_info(device, buffer, &info), TRM_OK);
    return info.reason;
}

static const struct {
    trm_placement placement;
    uint32_t usage;
    size_t nitems;
    trm_memory_kind memory;
    uint64_t budget;
    trm_placement_reason first;
    trm_placement_reason edited;
    trm_placement where;
} places[] = {
    {TRM_PLACEMENT_MAPPED, 0, 100, TRM_MEMORY_DISCRETE, 0, TRM_REASON_ASKED, TRM_REASON_ASKED,
        TRM_PLACEMENT_MAPPED},
    {TRM_PLACEMENT_DEVICE, 0, 100, TRM_MEMORY_UNIFIED, 0, TRM_REASON_ASKED, TRM_REASON_ASKED,
        TRM_PLACEMENT_DEVICE},
    {TRM_PLACEMENT_AUTO, TRM_USAGE_GPU_WRITE, 100, TRM_MEMORY_UNIFIED, 0, TRM_REASON_GPU_WRITTEN,
        TRM_REASON_GPU_WRITTEN, TRM_PLACEMENT_DEVICE},
    {TRM_PLACEMENT_AUTO, 0, 100, TRM_MEMORY_DISCRETE, 0, TRM_REASON_FIRST_UPLOAD,
        TRM_REASON_EDITED_FEW, TRM_PLACEMENT_DEVICE},
    {TRM_PLACEMENT_AUTO, 0, 5000, TRM_MEMORY_DISCRETE, 0, TRM_REASON_FIRST_UPLOAD,
        TRM_REASON_EDITED_LARGE, TRM_PLACEMENT_DEVICE},
    {TRM_PLACEMENT_AUTO, 0, 5000, TRM_MEMORY_UNIFIED, 0, TRM_REASON_FIRST_UPLOAD,
        TRM_REASON_EDITED_SHARED, TRM_PLACEMENT_MAPPED},
    /* Room for one copy and a ring, but not for three. */
    {TRM_PLACEMENT_AUTO, 0, 5000, TRM_MEMORY_UNIFIED, 140000, TRM_REASON_FIRST_UPLOAD,
        TRM_REASON_MOVE_REFUSED, TRM_PLACEMENT_DEVICE},
};

/* _i: a row. */
START_TEST(placements_have_reasons) {
    model m;
    trm_buffer_info info;
    trm_buffer_desc desc = shape;
    trm_device *device = harness_device(&(trm_device_desc){.memory_kind = places[_i].memory,
        .budget_nbytes = places[_i].budget,
        .staging_nbytes = 8192,
        .log = listen(TRM_LOG_INFO)});
    desc.nitems = places[_i].nitems;
    desc.usage = places[_i].usage;
    model_open_placed(&m, &desc, places[_i].placement, 1);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(reason_of(device, m.buffer), TRM_REASON_NONE);
    frame(device, &m);
    ck_assert_int_eq(reason_of(device, m.buffer), places[_i].first);
    ck_assert_uint_eq(times("placement.chosen"), 1);
    ck_assert_ptr_nonnull(strstr(
        heard[last("placement.chosen")].text, trm_placement_reason_string(places[_i].first)));
    for (int i = 0; i < 3; i++) {
        model_edit_range(&m, 1, 2);
        frame(device, &m);
        ck_assert_int_eq(reason_of(device, m.buffer), places[_i].edited);
    }
    ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
    ck_assert_int_eq(info.placement, places[_i].where);
    const bool moved =
        places[_i].placement == TRM_PLACEMENT_AUTO && places[_i].where == TRM_PLACEMENT_MAPPED;
    ck_assert_uint_eq(times("placement.moved"), moved);
    if (moved) {
        ck_assert_ptr_nonnull(strstr(
            heard[last("placement.moved")].text, trm_placement_reason_string(places[_i].edited)));
    }
    ck_assert_uint_eq(times("placement.kept"), places[_i].edited == TRM_REASON_MOVE_REFUSED);
    for (size_t i = 0; i < heard_count; i++) { /* being refused a move is no error */
        ck_assert_int_ne(heard[i].level, TRM_LOG_ERROR);
    }
    /* The counts are the buffer's, not those of its present memory. */
    ck_assert_uint_eq(info.uploads, 4);
    ck_assert_uint_eq(info.frames, 4);
    ck_assert_uint_ge(info.copied_nbytes, 16 * places[_i].nitems + 3 * 32);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* AUTO judges a buffer that was resized by its new size: on a discrete GPU a large one is not
 * mapped, and may be again when it is small, one of many; within a budget, where its edits cannot
 * rely on the ring, only a larger one is not. _i: kind of memory. */
START_TEST(a_buffer_that_grows_and_shrinks) {
    enum { OTHERS = 3 };
    static uint8_t array[16 * 5000];
    static const struct {
        trm_device_desc desc;
        trm_placement_reason mapped;
        size_t most; /* items that are mapped */
    } kinds[] = {
        {{.memory_kind = TRM_MEMORY_DISCRETE}, TRM_REASON_EDITED_SMALL, 1024},
        {{.memory_kind = TRM_MEMORY_UNIFIED}, TRM_REASON_EDITED_SHARED, SIZE_MAX},
        {{.memory_kind = TRM_MEMORY_DISCRETE, .budget_nbytes = UINT64_C(1) << 30},
            TRM_REASON_EDITED_SMALL, 4096},
    };
    static const size_t steps[] = {1000, 5000, 1000, 3000, 500};
    model m, others[OTHERS];
    trm_gl_span span;
    trm_buffer_info info;
    trm_device *device = harness_device(&kinds[_i].desc);
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 1);
    for (size_t i = 0; i < OTHERS; i++) {
        model_open_placed(&others[i], &shape, TRM_PLACEMENT_AUTO, i);
        frame(device, &others[i]);
    }
    frame(device, &m);
    for (size_t step = 0; step < sizeof steps / sizeof *steps; step++) {
        const size_t nbytes = 16 * steps[step];
        const bool mapped = steps[step] <= kinds[_i].most;
        ck_assert_int_eq(trm_buffer_resize(m.buffer, array, nbytes, 0), TRM_OK);
        for (int i = 0; i < 4; i++) {
            for (size_t k = 0; k < OTHERS; k++) {
                ck_assert_int_eq(trm_buffer_update_full(others[k].buffer), TRM_OK);
                ck_assert_int_eq(trm_gl_acquire(device, others[k].buffer, &span), TRM_OK);
            }
            ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
            ck_assert_uint_eq(span.nbytes, nbytes);
            ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
            ck_assert_int_eq(trm_buffer_update_range(m.buffer, 0, 1), TRM_OK);
        }
        ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
        ck_assert_int_eq(info.placement, mapped ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE);
        ck_assert_int_eq(info.reason, mapped ? kinds[_i].mapped : TRM_REASON_EDITED_LARGE);
    }
    for (size_t i = 0; i < OTHERS; i++)
        model_close(&others[i]);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Mapped, and then there is no memory for three regions of the new size: one copy will do. _i:
 * whether the old regions, which the GPU still reads, take their part. */
START_TEST(a_buffer_that_grows_too_much) {
    static uint8_t array[16 * 5000];
    model m;
    trm_gl_span span;
    trm_buffer_info info;
    trm_device *device = harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_UNIFIED,
        .budget_nbytes = 3 * sizeof array,
        .staging_nbytes = 4096,
        .log = listen(TRM_LOG_WARNING)});
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 1);
    spy.lag = _i == 0 ? 0 : 8;
    frame(device, &m);
    model_edit_range(&m, 0, 1);
    frame(device, &m);
    ck_assert_int_eq(reason_of(device, m.buffer), TRM_REASON_EDITED_SHARED);
    ck_assert_int_eq(trm_buffer_resize(m.buffer, array, sizeof array, 0), TRM_OK);
    if (_i == 0)
        ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_uint_eq(span.nbytes, sizeof array);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert_int_eq(trm_buffer_update_range(m.buffer, 0, 1), TRM_OK);
        ck_assert_int_eq(trm_device_buffer_info(device, m.buffer, &info), TRM_OK);
        ck_assert_int_eq(info.placement, TRM_PLACEMENT_DEVICE);
        ck_assert_int_eq(
            info.reason, i == 0 && _i == 0 ? TRM_REASON_FIRST_UPLOAD : TRM_REASON_MOVE_REFUSED);
    }
    spy.lag = 0;
    ck_assert_uint_eq(times("placement.kept"), 1);
    ck_assert_uint_eq(times("attach.budget"), 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(a_buffer_without_data) {
    static const uint8_t bytes[NBYTES];
    trm_buffer *buffer;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    ck_assert_int_eq(trm_buffer_create(&shape, &buffer), TRM_OK);
    ck_assert_int_eq(trm_buffer_send_data(buffer, 0, bytes, NBYTES), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    ck_assert_int_eq(reason_of(device, buffer), TRM_REASON_NO_DATA);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

START_TEST(reasons_have_names) {
    for (int i = TRM_REASON_NONE; i <= TRM_REASON_MOVE_REFUSED; i++) {
        const char *name = trm_placement_reason_string((trm_placement_reason)i);
        ck_assert_str_ne(name, "unknown");
        for (int j = TRM_REASON_NONE; j < i; j++) {
            ck_assert_str_ne(name, trm_placement_reason_string((trm_placement_reason)j));
        }
    }
    ck_assert_str_eq(trm_placement_reason_string((trm_placement_reason)99), "unknown");
    ck_assert_str_eq(trm_placement_reason_string((trm_placement_reason)-1), "unknown");
}
END_TEST

/* ---- debug groups ---- */

/* Not the harness's device, which never has AUTO. */
static trm_device *open_grouped(trm_gl_debug_groups groups) {
    trm_device *device;
    ck_assert_int_eq(
        trm_gl_device_create(&(trm_gl_device_desc){.get_proc_address = harness_get_proc_address,
                                 .debug_groups = groups,
                                 .device.log = harness_log()},
            &device),
        TRM_OK);
    return device;
}

START_TEST(uploads_stand_in_groups) {
    model m, nameless;
    trm_gl_span span;
    trm_buffer_desc desc = shape;
    trm_device *device = open_grouped(TRM_GL_DEBUG_GROUPS_ALWAYS);
    model_open(&m, &shape, 1);
    desc.label = NULL;
    model_open(&nameless, &desc, 2);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_str_eq(spy.group, "buoy");
    ck_assert_int_eq(trm_gl_acquire(device, nameless.buffer, &span), TRM_OK);
    ck_assert_str_eq(spy.group, "trireme upload");
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], 2);
    /* Nothing to do: no group. */
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], 2);
    model_edit_range(&m, 0, 1);
    model_edit_range(&nameless, 0, 1);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_str_eq(spy.group, "trireme sync");
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], 3);
    ck_assert_uint_eq(spy.calls[SPY_PopDebugGroup], 3);
    model_close(&m);
    model_close(&nameless);
    trm_device_destroy(device);
}
END_TEST

/* _i: AUTO, whatever kind of context this is, and NEVER. */
START_TEST(no_groups_unless_wanted) {
    model m;
    trm_device *device =
        open_grouped(_i == 0 ? TRM_GL_DEBUG_GROUPS_AUTO : TRM_GL_DEBUG_GROUPS_NEVER);
    GLint flags = 0;
    harness_gl()->GetIntegerv(GL_CONTEXT_FLAGS, &flags);
    const bool wanted = _i == 0 && (flags & GL_CONTEXT_FLAG_DEBUG_BIT) != 0;
    model_open(&m, &shape, 1);
    frame(device, &m);
    ck_assert_int_eq(spy.calls[SPY_PushDebugGroup] > 0, wanted);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A context that was made for debugging, by what it says. */
START_TEST(groups_in_contexts_for_debugging) {
    model m;
    spy.debug_context = true;
    trm_device *device =
        open_grouped(_i == 0 ? TRM_GL_DEBUG_GROUPS_AUTO : TRM_GL_DEBUG_GROUPS_NEVER);
    model_open(&m, &shape, 1);
    frame(device, &m);
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], _i == 0);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* The application's groups stay its own, even where the stack is full. */
START_TEST(a_full_stack_of_groups) {
    GladGLContext *gl = harness_gl();
    model m;
    GLint most = 0, depth = 0;
    trm_device *device = open_grouped(TRM_GL_DEBUG_GROUPS_ALWAYS);
    model_open(&m, &shape, 1);
    gl->GetIntegerv(GL_MAX_DEBUG_GROUP_STACK_DEPTH, &most);
    for (GLint i = 1; i < most; i++) {
        gl->PushDebugGroup(GL_DEBUG_SOURCE_APPLICATION, 0, -1, "deep");
    }
    frame(device, &m);
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], 0);
    ck_assert_uint_eq(spy.calls[SPY_PopDebugGroup], 0);
    gl->PopDebugGroup();
    model_edit_range(&m, 0, 1);
    frame(device, &m);
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], 1);
    gl->GetIntegerv(GL_DEBUG_GROUP_STACK_DEPTH, &depth);
    ck_assert_int_eq(depth, most - 1);
    for (GLint i = 2; i < most; i++) {
        gl->PopDebugGroup();
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(long_labels_become_short_groups) {
    static char label[100001];
    model m;
    trm_buffer_desc desc = shape;
    trm_device *device = open_grouped(TRM_GL_DEBUG_GROUPS_ALWAYS);
    memset(label, 'x', sizeof label - 1);
    desc.label = label;
    model_open(&m, &desc, 1);
    frame(device, &m);
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], 1);
    ck_assert_uint_eq(harness_gl()->GetError(), GL_NO_ERROR);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* ---- zones ---- */

static char zones[200]; /* a letter for each: upper case begins, lower case ends */
static size_t zone_depth;

static void pass(void *user, const trm_zone_event *event) {
    static const char letters[2][5] = {"suwe", "SUWE"};
    static trm_zone open[8];
    const size_t length = strlen(zones);
    ck_assert_ptr_eq(user, zones);
    ck_assert_uint_lt(length, sizeof zones - 1);
    zones[length] = letters[event->begins][event->zone];
    if (event->begins) {
        ck_assert_uint_lt(zone_depth, 8);
        open[zone_depth++] = event->zone;
    } else {
        ck_assert_uint_gt(zone_depth, 0);
        ck_assert_int_eq(open[--zone_depth], event->zone);
    }
    if (event->zone == TRM_ZONE_UPLOAD) {
        ck_assert_str_eq(event->label, "buoy");
    } else if (event->zone != TRM_ZONE_WAIT) {
        ck_assert_str_eq(event->label, "harbour");
    }
}

static void expect_zones(const char *expected) {
    ck_assert_str_eq(zones, expected);
    ck_assert_uint_eq(zone_depth, 0);
    memset(zones, 0, sizeof zones);
}

START_TEST(zones_open_and_close) {
    model m;
    trm_gl_span span;
    memset(zones, 0, sizeof zones);
    trm_device *device = harness_device(&(trm_device_desc){.region_count = 2,
        .budget_nbytes = 1 << 20, /* no ring */
        .wait_timeout_ns = 100000000,
        .label = "harbour",
        .on_zone = pass,
        .on_zone_user = zones});
    model_open(&m, &shape, 1);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    expect_zones("Uu");
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    expect_zones("Ee");
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    expect_zones("");
    model_edit_range(&m, 0, 1);
    spy.wait_not_yet = 1;
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    expect_zones("Ss");
    frame(device, &m);
    expect_zones("Ee");
    model_edit_range(&m, 0, 1);
    spy.wait_not_yet = 5;
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    expect_zones("SWws");
    frame(device, &m);
    model_edit_range(&m, 0, 1);
    memset(zones, 0, sizeof zones);
    spy.wait = SPY_WAIT_TIMEOUT;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_TIMEOUT);
    expect_zones("UWwu");
    ck_assert_int_eq(trm_gl_try_acquire(device, m.buffer, &span), TRM_NOT_READY);
    expect_zones("Uu");
    spy.wait = SPY_WAIT_REAL;
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    expect_zones("Ww");
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A context that goes in the middle: what has begun ends. */
START_TEST(zones_of_a_lost_context) {
    model m;
    trm_gl_span span;
    harness_expect_remains();
    memset(zones, 0, sizeof zones);
    trm_device *device =
        harness_gl_device(&(trm_gl_device_desc){.debug_groups = TRM_GL_DEBUG_GROUPS_ALWAYS,
            .device = {.label = "harbour", .on_zone = pass, .on_zone_user = zones}});
    model_open(&m, &shape, 1);
    frame(device, &m);
    model_edit_range(&m, 0, 1);
    spy.wait = SPY_WAIT_FAILED;
    spy.reset_status = GL_GUILTY_CONTEXT_RESET;
    memset(zones, 0, sizeof zones);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_DEVICE_LOST);
    expect_zones("Uu");
    ck_assert_uint_eq(spy.calls[SPY_PushDebugGroup], 2);
    ck_assert_uint_eq(spy.calls[SPY_PopDebugGroup], 2);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-diagnostics");
    TCase *tcase = tcase_create("diagnostics");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_test(tcase, waits_are_told);
    tcase_add_test(tcase, levels_are_heeded);
    tcase_add_loop_test(tcase, other_waits_are_told, 0, 2);
    tcase_add_test(tcase, a_ring_that_stays_small);
    tcase_add_test(tcase, a_page_that_is_refused);
    tcase_add_test(tcase, a_quirk_in_use);
    tcase_add_loop_test(tcase, a_quirk_of_the_whole_device, 0, 2);
    tcase_add_test(tcase, no_compute_program);
    tcase_add_loop_test(tcase, placements_have_reasons, 0, sizeof places / sizeof places[0]);
    tcase_add_loop_test(tcase, a_buffer_that_grows_and_shrinks, 0, 3);
    tcase_add_loop_test(tcase, a_buffer_that_grows_too_much, 0, 2);
    tcase_add_test(tcase, a_buffer_without_data);
    tcase_add_test(tcase, reasons_have_names);
    tcase_add_test(tcase, uploads_stand_in_groups);
    tcase_add_loop_test(tcase, no_groups_unless_wanted, 0, 2);
    tcase_add_loop_test(tcase, groups_in_contexts_for_debugging, 0, 2);
    tcase_add_test(tcase, a_full_stack_of_groups);
    tcase_add_test(tcase, long_labels_become_short_groups);
    tcase_add_test(tcase, zones_open_and_close);
    tcase_add_test(tcase, zones_of_a_lost_context);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_DIAGNOSTICS);
    return harness_main(&suite, 1);
}
