/* A device goes on with another context: everything that the CPU has comes back, everything else is
 * reported. What was open at the time of the loss is in test_restore_remains.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/gl_writer.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/writing.h"

#define BUFFERS 6

static const trm_buffer_desc shape = {.nitems = 3000, .format = "4xf4", .label = "phoenix"};

/* Of all kinds; the second and third small enough for a page. */
static const trm_buffer_desc shapes[BUFFERS] = {
    {.nitems = 3000, .format = "4xf4", .label = "plain"},
    {.nitems = 40, .format = "16xf4", .label = "small"},
    {.nitems = 100, .format = "uint32", .label = "smaller"},
    {.nitems = 999, .format = "3xu1", .stride = 7, .label = "strided"},
    {.nitems = 777, .format = ">2xf4", .chunk_size = 5, .label = "swapped"},
    {.nitems = 65000, .format = "2xu2", .usage = TRM_USAGE_VERTEX | TRM_USAGE_TEXEL},
};

static struct {
    char rule[64];
    char label[32];
    char text[256];
} heard[200];
static size_t heard_count;

static trm_device *dying; /* loses the next context, too, when content is found to be lost */

static void hear(void *user, const trm_message *message) {
    (void)user;
    if (strcmp(message->rule, "content.lost") == 0)
        trm_device_lost(dying);
    ck_assert_uint_lt(heard_count, sizeof heard / sizeof heard[0]);
    snprintf(heard[heard_count].rule, sizeof heard[0].rule, "%s", message->rule);
    snprintf(heard[heard_count].label, sizeof heard[0].label, "%s", message->label);
    snprintf(heard[heard_count++].text, sizeof heard[0].text, "%s", message->text);
    harness_log().write(harness_log().user, message); /* who counts the rules that were heard */
}

static trm_log listen(void) {
    heard_count = 0;
    return (trm_log){.write = hear, .level = TRM_LOG_INFO};
}

static bool was_heard(const char *rule, const char *label) {
    for (size_t i = 0; i < heard_count; i++) {
        if (strcmp(heard[i].rule, rule) == 0 && strcmp(heard[i].label, label) == 0) {
            return true;
        }
    }
    return false;
}

static trm_stats get_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

static trm_buffer_info get_info(const trm_device *device, const trm_buffer *buffer) {
    trm_buffer_info info;
    ck_assert_int_eq(trm_device_buffer_info(device, buffer, &info), TRM_OK);
    return info;
}

static void end_frame(trm_device *device) {
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    harness_end_frame();
}

/* Acquires and draws. */
static model_draw draw(trm_device *device, model *m) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    return model_issue(m, HARNESS_TEXEL, &span);
}

static void assert_shown(trm_device *device, model *m) {
    model_draw seen = draw(device, m);
    ck_assert(model_check(&seen));
}

static void restore(trm_device *device) {
    gl_spy_reset_counts();
    const trm_result result = harness_try_restore(device, NULL);
    ck_assert_msg(
        result == TRM_OK, "%s: %s", trm_result_string(result), harness_last_message()->text);
    /* Names of the old context may be names of the new one. */
    ck_assert_uint_eq(spy.calls[SPY_DeleteBuffers], 0);
    ck_assert_uint_eq(spy.calls[SPY_DeleteSync], 0);
    ck_assert_uint_eq(spy.calls[SPY_DeleteProgram], 0);
    ck_assert_uint_eq(spy.calls[SPY_ClientWaitSync], 0);
}

static void lose_and_restore(trm_device *device) {
    trm_device_lost(device);
    harness_renew();
    restore(device);
}

/* --- What comes back */

/* Some frames of all buffers, drawn late. */
static void run(trm_device *device, model *models, int frames) {
    enum { LATE = HARNESS_FRAMES_IN_FLIGHT };
    static model_draw draws[32][BUFFERS];
    for (int frame = 0; frame < frames + LATE; frame++) {
        for (int i = 0; i < BUFFERS && frame >= LATE; i++) {
            ck_assert(model_check(&draws[frame - LATE][i]));
        }
        if (frame >= frames) {
            continue;
        }
        harness_keep_busy();
        for (int i = 0; i < BUFFERS; i++) {
            model_edit_anything(&models[i]);
        }
        if (frame % 2 == 0) {
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        }
        for (int i = 0; i < BUFFERS; i++) {
            draws[frame][i] = draw(device, &models[i]);
        }
        end_frame(device);
    }
}

/* What is pending, in flight, in the ring and in the open frame when the context goes: draws that
 * nobody waits for, edits with and without a sync. */
static void leave_open(trm_device *device, model *models) {
    harness_keep_busy();
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < BUFFERS; i++) {
            trm_gl_span span;
            model_edit_range(&models[i], (size_t)round, 30);
            ck_assert_int_eq(trm_gl_acquire(device, models[i].buffer, &span), TRM_OK);
        }
        if (round < 2) {
            ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        }
    }
    for (int i = 0; i < BUFFERS; i++) {
        model_edit_range(&models[i], 33, 3);
    }
}

/* _i: three placements; scatter, pages, inline on and off. */
START_TEST(everything_comes_back) {
    model models[BUFFERS];
    const bool discrete = _i / 3 % 2;
    harness_allow_pages(_i >= 6);
    harness_allow_inline(_i >= 6);
    const trm_gl_device_desc desc = {
        .scatter = discrete ? TRM_GL_SCATTER_ALWAYS : TRM_GL_SCATTER_NEVER,
        .device = {.memory_kind = discrete ? TRM_MEMORY_DISCRETE : TRM_MEMORY_AUTO,
            .staging_nbytes = 65536}};
    trm_device *device = harness_gl_device(&desc);
    for (int i = 0; i < BUFFERS; i++) {
        model_open_placed(&models[i], &shapes[i], (trm_placement)(_i % 3), (uint64_t)i + 1);
    }
    for (int round = 0; round < 3; round++) {
        run(device, models, 8);
        leave_open(device, models);
        trm_device_lost(device);
        ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_DEVICE_LOST);
        harness_renew();
        gl_spy_reset_counts();
        ck_assert_int_eq(harness_try_restore(device, &desc), TRM_OK);
        ck_assert_uint_eq(spy.calls[SPY_CreateProgram], discrete);
        if (round > 0) {
            ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        }
        for (int i = 0; i < BUFFERS; i++) {
            assert_shown(device, &models[i]);
        }
    }
    run(device, models, 8);
    ck_assert_uint_eq(get_stats(device).restores, 3);
    ck_assert_uint_eq(get_stats(device).lost_contents, 0);
    for (int i = 0; i < BUFFERS; i++) {
        ck_assert(!get_info(device, models[i].buffer).content_lost);
        model_close(&models[i]);
    }
    trm_device_destroy(device);
    harness_allow_pages(false);
    harness_allow_inline(false);
}
END_TEST

/* Attached, all of it pending, no memory; the counts run on, the revision stays. */
START_TEST(attached_and_pending) {
    model m, untouched;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 1);
    model_open(&untouched, &shape, 2);
    ck_assert_int_eq(trm_device_attach(device, untouched.buffer), TRM_OK);
    for (int i = 0; i < 4; i++) {
        model_edit_range(&m, 5, 5);
        model_draw seen = draw(device, &m);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        ck_assert(model_check(&seen));
    }
    const uint64_t revision = trm_buffer_revision(m.buffer);
    const trm_buffer_info info = get_info(device, m.buffer);
    const trm_stats stats = get_stats(device);
    ck_assert(!trm_buffer_pending(m.buffer));
    lose_and_restore(device);

    ck_assert(trm_buffer_pending(m.buffer));
    ck_assert(trm_buffer_pending(untouched.buffer));
    ck_assert_uint_eq(trm_buffer_revision(m.buffer), revision);
    const trm_buffer_info empty = get_info(device, m.buffer);
    ck_assert_int_eq(empty.placement, TRM_PLACEMENT_AUTO);
    ck_assert_uint_eq(empty.region_count + empty.store_nbytes, 0);
    ck_assert_uint_eq(empty.uploads, info.uploads);
    ck_assert_uint_eq(empty.copied_nbytes, info.copied_nbytes);
    ck_assert_uint_eq(empty.frames, info.frames);
    const trm_stats after = get_stats(device);
    ck_assert_uint_eq(after.buffers, 2);
    ck_assert_uint_eq(after.frames, stats.frames);
    ck_assert_uint_eq(after.copied_nbytes, stats.copied_nbytes);
    ck_assert_uint_eq(after.fences, stats.fences);
    ck_assert_uint_eq(after.mapped_nbytes + after.device_nbytes + after.staging_nbytes, 0);
    ck_assert_uint_eq(after.staging_used_nbytes + after.retired_nbytes, 0);
    ck_assert_uint_eq(after.restores, 1);

    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_uint_eq(get_stats(device).copied_nbytes - stats.copied_nbytes, 2 * 48000);
    ck_assert_uint_eq(get_info(device, m.buffer).uploads, info.uploads + 1);
    ck_assert_int_eq(get_info(device, m.buffer).placement, TRM_PLACEMENT_MAPPED);
    ck_assert_uint_eq(get_info(device, m.buffer).regions[1].stale_nbytes, 48000);
    ck_assert(!trm_buffer_pending(m.buffer));
    assert_shown(device, &m);
    assert_shown(device, &untouched);
    model_close(&m);
    model_close(&untouched);
    trm_device_destroy(device);
}
END_TEST

/* Edits of all kinds between the loss and the restore, and behind it. */
START_TEST(edits_in_the_meantime) {
    model m, resized;
    uint8_t *larger = calloc(5000, 16);
    ck_assert_ptr_nonnull(larger);
    trm_device *device = harness_device(NULL);
    model_open_placed(&m, &shape, (trm_placement)_i, 1);
    model_open_placed(&resized, &shape, (trm_placement)_i, 2);
    assert_shown(device, &m);
    assert_shown(device, &resized);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    trm_device_lost(device);
    model_edit_range(&m, 100, 100);
    harness_renew();
    model_edit_indices(&m, 10);
    model_set_data(&m);
    memset(larger, 7, 5000 * 16);
    ck_assert_int_eq(trm_buffer_resize(resized.buffer, larger, 5000 * 16, 0), TRM_OK);
    restore(device);
    model_edit_range(&m, 2000, 9);
    assert_shown(device, &m);
    trm_gl_span span;
    static uint8_t seen[5000 * 16];
    ck_assert_int_eq(trm_gl_acquire(device, resized.buffer, &span), TRM_OK);
    ck_assert_uint_eq(span.nbytes, sizeof seen);
    harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
    ck_assert_mem_eq(seen, larger, sizeof seen);
    model_close(&m);
    model_close(&resized);
    trm_device_destroy(device);
    free(larger);
}
END_TEST

/* AUTO starts over: one device-local copy, and regions when it is edited again. A move that was
 * refused on the old context is tried on the new one. */
START_TEST(placement_is_chosen_anew) {
    model m;
    trm_device *device =
        harness_device(&(trm_device_desc){.memory_kind = TRM_MEMORY_UNIFIED, .log = listen()});
    model_open_placed(&m, &shape, TRM_PLACEMENT_AUTO, 1);
    assert_shown(device, &m);
    model_edit_range(&m, 0, 1);
    spy.fail[SPY_MapNamedBufferRange] = _i == 0 ? 0 : 9;
    trm_gl_span span;
    ck_assert_int_eq(
        trm_gl_acquire(device, m.buffer, &span), _i == 0 ? TRM_OK : TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert_int_eq(get_info(device, m.buffer).reason,
        _i == 0 ? TRM_REASON_EDITED_SHARED : TRM_REASON_MOVE_REFUSED);
    spy.fail[SPY_MapNamedBufferRange] = 0;
    lose_and_restore(device);
    ck_assert(was_heard("device.restored", ""));
    heard_count = 0;
    assert_shown(device, &m);
    ck_assert(was_heard("placement.chosen", "phoenix"));
    ck_assert_int_eq(get_info(device, m.buffer).placement, TRM_PLACEMENT_DEVICE);
    ck_assert_int_eq(get_info(device, m.buffer).reason, TRM_REASON_FIRST_UPLOAD);
    model_edit_range(&m, 0, 1);
    assert_shown(device, &m);
    ck_assert_int_eq(get_info(device, m.buffer).placement, TRM_PLACEMENT_MAPPED);
    ck_assert_int_eq(get_info(device, m.buffer).reason, TRM_REASON_EDITED_SHARED);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A loss that the library finds itself, in a wait. */
START_TEST(a_loss_that_was_found) {
    model m;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 1);
    for (int i = 0; i < 3; i++) {
        model_edit_range(&m, 0, 10);
        spy.wait = SPY_WAIT_TIMEOUT;
        trm_gl_span span;
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    spy.wait = SPY_WAIT_FAILED;
    spy.reset_status = GL_INNOCENT_CONTEXT_RESET;
    model_edit_range(&m, 50, 10);
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_DEVICE_LOST);
    spy.wait = SPY_WAIT_REAL;
    spy.reset_status = 0;
    harness_renew();
    restore(device);
    assert_shown(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Again before anything went up, and with the memory for it refused. */
START_TEST(losses_in_a_row) {
    model m, small;
    trm_gl_span span;
    harness_allow_pages(true);
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 1);
    model_open(&small, &shapes[2], 1);
    assert_shown(device, &m);
    assert_shown(device, &small);
    for (int i = 0; i < 3; i++) {
        lose_and_restore(device);
    }
    spy.fail[SPY_CreateBuffers] = 9;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_OUT_OF_DEVICE_MEMORY);
    ck_assert(trm_buffer_pending(m.buffer));
    spy.fail[SPY_CreateBuffers] = 0;
    lose_and_restore(device);
    assert_shown(device, &m);
    assert_shown(device, &small);
    ck_assert_uint_eq(get_stats(device).restores, 4);
    harness_allow_pages(false);
    model_close(&small);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* --- What does not */

static bool is_reported(trm_device *device, const trm_buffer *buffer, const char *label) {
    static char text[65536];
    size_t length;
    const bool lost = get_info(device, buffer).content_lost;
    ck_assert_int_eq(was_heard("content.lost", label), lost);
    ck_assert_int_eq(
        trm_device_report(device, TRM_REPORT_TEXT, text, sizeof text, &length), TRM_OK);
    ck_assert_int_eq(strstr(text, "; content lost") != NULL, lost);
    ck_assert_int_eq(
        trm_device_report(device, TRM_REPORT_JSON, text, sizeof text, &length), TRM_OK);
    ck_assert_int_eq(strstr(text, "\"content_lost\":true") != NULL, lost);
    return lost;
}

/* What was sent and had gone up is lost, and said to be; what was queued goes up. _i: placement. */
START_TEST(sent_content) {
    enum { NBYTES = 6000 };
    uint8_t expected[NBYTES];
    trm_gl_span span;
    const trm_placement placement = (trm_placement)_i;
    trm_device *device = harness_device(&(trm_device_desc){.log = listen()});
    trm_buffer *buffer = writing_bytes(NBYTES, placement);
    writing_send(buffer, 0, NBYTES, 1);
    memset(expected, 1, NBYTES);
    writing_assert_content(device, buffer, expected);
    ck_assert(!is_reported(device, buffer, "slate"));
    lose_and_restore(device);
    ck_assert(is_reported(device, buffer, "slate"));
    ck_assert_uint_eq(get_stats(device).lost_contents, 1);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert(get_info(device, buffer).content_lost);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_ERROR_STATE);
    ck_assert_str_eq(harness_last_message()->rule, "acquire.empty");
    /* A second loss before it was sent anew does not make it well. */
    heard_count = 0;
    lose_and_restore(device);
    ck_assert(is_reported(device, buffer, "slate"));

    memset(expected, 0, NBYTES);
    if (placement == TRM_PLACEMENT_MAPPED) {
        writing_send(buffer, 0, NBYTES, 2);
        memset(expected, 2, NBYTES);
    } else {
        writing_send(buffer, 100, 50, 2);
        memset(expected + 100, 2, 50);
    }
    heard_count = 0;
    writing_assert_content(device, buffer, expected);
    ck_assert(!is_reported(device, buffer, "slate"));
    writing_close(device, buffer);
}
END_TEST

/* Queued before and after the loss, never uploaded: as if nothing had happened. */
START_TEST(queued_sends) {
    enum { NBYTES = 6000 };
    uint8_t expected[NBYTES];
    trm_device *device = harness_device(&(trm_device_desc){.log = listen()});
    trm_buffer *buffer = writing_bytes(NBYTES, (trm_placement)_i);
    ck_assert_int_eq(trm_device_attach(device, buffer), TRM_OK);
    writing_send(buffer, 0, NBYTES, 1);
    trm_device_lost(device);
    writing_send(buffer, 1000, 1000, 2);
    harness_renew();
    writing_send(buffer, 1500, 1000, 3);
    restore(device);
    writing_send(buffer, 0, 10, 4);
    memset(expected, 1, NBYTES);
    memset(expected + 1000, 2, 500);
    memset(expected + 1500, 3, 1000);
    memset(expected, 4, 10);
    ck_assert(!is_reported(device, buffer, "slate"));
    writing_assert_content(device, buffer, expected);
    writing_close(device, buffer);
}
END_TEST

/* Queued behind content that is lost: the rest is zero. */
START_TEST(queued_over_lost_content) {
    enum { NBYTES = 6000 };
    uint8_t expected[NBYTES];
    trm_device *device = harness_device(&(trm_device_desc){.log = listen()});
    trm_buffer *buffer = writing_bytes(NBYTES, TRM_PLACEMENT_DEVICE);
    writing_send(buffer, 0, NBYTES, 1);
    memset(expected, 1, NBYTES);
    writing_assert_content(device, buffer, expected);
    writing_send(buffer, 1000, 1000, 2);
    lose_and_restore(device);
    ck_assert(is_reported(device, buffer, "slate"));
    memset(expected, 0, NBYTES);
    memset(expected + 1000, 2, 1000);
    writing_assert_content(device, buffer, expected);
    writing_close(device, buffer);
}
END_TEST

/* What was written in place is lost like what was sent. */
START_TEST(content_written_in_place) {
    enum { NBYTES = 6000 };
    uint8_t expected[NBYTES];
    trm_device *device = harness_device(&(trm_device_desc){.log = listen()});
    trm_buffer *buffer =
        writing_bytes(NBYTES, _i == 0 ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE);
    writing_put(device, buffer, 0, NBYTES, 5);
    lose_and_restore(device);
    ck_assert(is_reported(device, buffer, "slate"));
    heard_count = 0;
    writing_put(device, buffer, 0, NBYTES, 6);
    memset(expected, 6, NBYTES);
    writing_assert_content(device, buffer, expected);
    ck_assert(!is_reported(device, buffer, "slate"));
    writing_close(device, buffer);
}
END_TEST

/* What shaders wrote is lost: without CPU data it is zero, with CPU data it is that again. */
START_TEST(content_written_by_shaders) {
    enum { ITEMS = 500 };
    uint32_t array[ITEMS], seen[ITEMS];
    const uint32_t zeros[ITEMS] = {0};
    trm_gl_span span;
    trm_buffer *buffer;
    GladGLContext *gl = harness_gl();
    GLuint program = gl_writer_program(gl);
    trm_device *device = harness_device(&(trm_device_desc){.log = listen()});
    for (uint32_t i = 0; i < ITEMS; i++) {
        array[i] = 1000 + i;
    }
    const trm_buffer_desc desc = {.nitems = ITEMS,
        .format = "uint32",
        .data = _i == 0 ? NULL : array,
        .usage = TRM_USAGE_STORAGE | TRM_USAGE_GPU_WRITE | TRM_USAGE_TEXEL,
        .label = "shaded"};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    gl_writer_fill(gl, program, span.object, span.offset / 4, ITEMS, 7);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    gl->UseProgram(0);
    gl->DeleteProgram(program);
    lose_and_restore(device);
    ck_assert(is_reported(device, buffer, "shaded"));
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
    ck_assert_mem_eq(seen, _i == 0 ? zeros : array, sizeof seen);
    ck_assert_int_eq(get_info(device, buffer).content_lost, _i == 0);
    writing_close(device, buffer);
}
END_TEST

/* A buffer that never had any content has lost none. */
START_TEST(no_content_to_lose) {
    trm_device *device = harness_device(&(trm_device_desc){.log = listen()});
    trm_buffer *buffer = writing_bytes(100, TRM_PLACEMENT_DEVICE);
    ck_assert_int_eq(trm_device_attach(device, buffer), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    lose_and_restore(device);
    ck_assert(!is_reported(device, buffer, "slate"));
    ck_assert_uint_eq(get_stats(device).lost_contents, 0);
    writing_close(device, buffer);
}
END_TEST

/* --- Refused */

static void assert_refused(trm_result actual, trm_result expected, const char *rule) {
    ck_assert_int_eq(actual, expected);
    ck_assert_str_eq(harness_last_message()->rule, rule);
    ck_assert_int_eq(harness_last_message()->result, expected);
}

START_TEST(mistakes) {
    model m;
    trm_device *device = harness_device(NULL);
    const trm_gl_device_desc none = {.scatter = TRM_GL_SCATTER_AUTO};
    model_open(&m, &shape, 1);
    assert_shown(device, &m);
    gl_spy_reset_counts();
    ck_assert_int_eq(harness_try_restore(NULL, NULL), TRM_ERROR_INVALID_ARGUMENT);
    assert_refused(
        trm_gl_device_restore(device, NULL), TRM_ERROR_INVALID_ARGUMENT, "argument.null");
    assert_refused(
        trm_gl_device_restore(device, &none), TRM_ERROR_INVALID_ARGUMENT, "argument.null");
    assert_refused(harness_try_restore(device, NULL), TRM_ERROR_STATE, "device.not-lost");
    ck_assert_uint_eq(gl_spy_total(), 0);
    assert_shown(device, &m);
    /* Away from a healthy context. */
    lose_and_restore(device);
    assert_refused(harness_try_restore(device, NULL), TRM_ERROR_STATE, "device.not-lost");
    assert_shown(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A context that will not do leaves the device lost; another one will. */
START_TEST(contexts_that_will_not_do) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    model_open(&m, &shape, 1);
    assert_shown(device, &m);
    trm_device_lost(device);
    harness_renew();
    const trm_stats stats = get_stats(device);
    const trm_buffer_info info = get_info(device, m.buffer);
    spy.version = 44;
    assert_refused(harness_try_restore(device, NULL), TRM_ERROR_UNSUPPORTED, "context.version");
    spy.version = 0;
    spy.missing[SPY_MapNamedBufferRange] = true;
    assert_refused(harness_try_restore(device, NULL), TRM_ERROR_UNSUPPORTED, "context.function");
    spy.missing[SPY_MapNamedBufferRange] = false;
    spy.reset_status = GL_GUILTY_CONTEXT_RESET;
    assert_refused(harness_try_restore(device, NULL), TRM_ERROR_DEVICE_LOST, "device.lost");
    spy.reset_status = 0;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_ERROR_DEVICE_LOST);
    const trm_stats same = get_stats(device);
    const trm_buffer_info same_info = get_info(device, m.buffer);
    ck_assert_mem_eq(&same, &stats, sizeof stats);
    ck_assert_uint_eq(same_info.store_nbytes, info.store_nbytes);
    ck_assert_uint_eq(same_info.region_count, info.region_count);
    if (_i == 0) {
        restore(device);
        assert_shown(device, &m);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

static struct {
    trm_device *device;
    size_t after; /* calls */
} loss;

static void lose_later(gl_spy_function function) {
    (void)function;
    if (loss.after && --loss.after == 0)
        trm_device_lost(loss.device);
}

/* Another thread says during a restore that the context is gone: which is the new one, and the
 * device is as lost as it was. At each call to GL; and last of all, when nothing more is asked. */
START_TEST(lost_while_it_is_restored) {
    model m;
    trm_buffer *sent;
    size_t at = 0;
    trm_device *device = harness_device(&(trm_device_desc){.log = listen()});
    harness_expect_remains();
    model_open(&m, &shape, 1);
    assert_shown(device, &m);
    for (trm_result result = TRM_ERROR_DEVICE_LOST; result != TRM_OK;) {
        loss.device = device;
        loss.after = ++at;
        heard_count = 0;
        trm_device_lost(device);
        spy.on_call = lose_later;
        result = harness_try_restore(device, NULL);
        ck_assert_int_eq(result, loss.after ? TRM_OK : TRM_ERROR_DEVICE_LOST);
        spy.on_call = NULL;
        ck_assert_int_eq(trm_device_sync(device), result);
    }
    ck_assert_uint_gt(at, 10);
    assert_shown(device, &m);
    const trm_buffer_desc desc = {.nitems = 1, .format = "u4", .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &sent), TRM_OK);
    ck_assert_int_eq(trm_buffer_send_data(sent, 0, &(uint32_t){1}, 4), TRM_OK);
    ck_assert_int_eq(trm_device_attach(device, sent), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    dying = device;
    trm_device_lost(device);
    ck_assert_int_eq(harness_try_restore(device, NULL), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_device_sync(device), TRM_ERROR_DEVICE_LOST);
    dying = NULL;
    ck_assert_int_eq(harness_try_restore(device, NULL), TRM_OK);
    assert_shown(device, &m);
    ck_assert_int_eq(trm_buffer_destroy(sent), TRM_OK);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* The desc's device counts for nothing: allocator, log and limits stay as they were. */
START_TEST(the_description_of_the_device_stays) {
    model m;
    trm_stats before;
    trm_gl_span span;
    trm_device *device =
        harness_device(&(trm_device_desc){.region_count = 2, .label = "ark", .log = listen()});
    model_open(&m, &shape, 1);
    before = get_stats(device);
    trm_device_lost(device);
    harness_renew();
    const trm_gl_device_desc desc = {
        .device = {
            .region_count = 99, .budget_nbytes = 1, .label = "raft", .allocator = {.user = &m}}};
    ck_assert_int_eq(harness_try_restore(device, &desc), TRM_OK);
    ck_assert(was_heard("device.restored", "ark"));
    ck_assert_uint_eq(before.restores, 0);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(get_info(device, m.buffer).region_count, 2);
    assert_shown(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-restore");
    TCase *tcase = tcase_create("restore");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, everything_comes_back, 0, 12);
    tcase_add_test(tcase, attached_and_pending);
    tcase_add_loop_test(tcase, edits_in_the_meantime, 0, 3);
    tcase_add_loop_test(tcase, placement_is_chosen_anew, 0, 2);
    tcase_add_test(tcase, a_loss_that_was_found);
    tcase_add_test(tcase, losses_in_a_row);
    tcase_add_loop_test(tcase, sent_content, 0, 3);
    tcase_add_loop_test(tcase, queued_sends, 0, 3);
    tcase_add_test(tcase, queued_over_lost_content);
    tcase_add_loop_test(tcase, content_written_in_place, 0, 2);
    tcase_add_loop_test(tcase, content_written_by_shaders, 0, 2);
    tcase_add_test(tcase, no_content_to_lose);
    tcase_add_test(tcase, mistakes);
    tcase_add_loop_test(tcase, contexts_that_will_not_do, 0, 2);
    tcase_add_test(tcase, lost_while_it_is_restored);
    tcase_add_test(tcase, the_description_of_the_device_stays);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_RESTORE);
    return harness_main(&suite, 1);
}
