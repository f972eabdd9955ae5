/* Many runs moved by one dispatch: that it happens where it should, that every byte arrives, and
 * that the shader and its C twin on the strict GPU do what is meant. */
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/gl_writer.h"
#include "support/harness.h"
#include "support/model.h"
#include "support/scatter_twin.h"

#include "gl/scatter_comp.h"

#define ITEMS 20000 /* of 16 bytes */

static const trm_buffer_desc shape = {
    .nitems = ITEMS, .format = "4xf4", .chunk_size = 1, .placement = TRM_PLACEMENT_DEVICE};

static trm_device *open_device(trm_gl_scatter_mode scatter, trm_memory_kind kind) {
    return harness_gl_device(
        &(trm_gl_device_desc){.scatter = scatter, .device = {.memory_kind = kind}});
}

static void assert_draws(trm_device *device, model *m) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, m->buffer, &span), TRM_OK);
    model_draw draw = model_issue(m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
}

/* So many edits, far enough apart to be runs of their own. */
static void edit_runs(model *m, size_t count) {
    for (size_t i = 0; i < count; i++) {
        model_edit_range(m, i * 4, 1);
    }
}

/* --- When */

typedef struct choice {
    trm_gl_scatter_mode mode;
    trm_memory_kind memory;
    size_t runs;
    bool by_sync;
    bool dispatches;
} choice;

static const choice choices[] = {
    {TRM_GL_SCATTER_AUTO, TRM_MEMORY_DISCRETE, 100, true, true},
    {TRM_GL_SCATTER_AUTO, TRM_MEMORY_UNIFIED, 100, true, false},
    {TRM_GL_SCATTER_AUTO, TRM_MEMORY_SOFTWARE, 100, true, false},
    {TRM_GL_SCATTER_ALWAYS, TRM_MEMORY_SOFTWARE, 100, true, true},
    {TRM_GL_SCATTER_NEVER, TRM_MEMORY_DISCRETE, 100, true, false},
    {TRM_GL_SCATTER_ALWAYS, TRM_MEMORY_DISCRETE, 1, true, false},
    /* Acquire may come between two draws, where a program is set up; sync does not. */
    {TRM_GL_SCATTER_ALWAYS, TRM_MEMORY_DISCRETE, 100, false, false},
};

START_TEST(by_dispatch_or_by_copies) {
    model m;
    trm_stats before, after;
    const choice *this = &choices[_i];
    trm_device *device = open_device(this->mode, this->memory);
    model_open(&m, &shape, 1);
    assert_draws(device, &m);
    trm_device_stats(device, &before);
    edit_runs(&m, this->runs);
    gl_spy_reset_counts();
    if (this->by_sync) {
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    } else {
        assert_draws(device, &m);
    }
    trm_device_stats(device, &after);
    ck_assert_uint_eq(after.transfers - before.transfers, this->runs);
    ck_assert_uint_eq(after.copied_nbytes - before.copied_nbytes, 16 * this->runs);
    ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], this->dispatches);
    ck_assert_uint_eq(spy.calls[SPY_CopyNamedBufferSubData], this->dispatches ? 0 : this->runs);
    ck_assert_uint_le(after.flushes - before.flushes, 2);
    assert_draws(device, &m);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* --- Every byte */

/* Sizes and places that are no whole words, or longer than a work group's share, and several
 * buffers in one batch. */
START_TEST(every_run_arrives) {
    enum { BUFFERS = 4 };
    static const trm_buffer_desc shapes[BUFFERS] = {
        {.nitems = 50001, .format = "3xu1", .chunk_size = 5},
        {.nitems = 60001, .format = "u2", .chunk_size = 3},
        {.nitems = 40000, .format = "4xf4", .chunk_size = 1},
        {.nitems = 30000, .format = ">2xf4", .stride = 12, .chunk_size = 2},
    };
    model models[BUFFERS];
    trm_device *device = open_device(TRM_GL_SCATTER_ALWAYS, TRM_MEMORY_DISCRETE);
    for (size_t i = 0; i < BUFFERS; i++) {
        model_open_placed(&models[i], &shapes[i], TRM_PLACEMENT_DEVICE, 10 + i);
    }
    for (int frame = 0; frame < 12; frame++) {
        for (size_t i = 0; i < BUFFERS; i++) {
            model_edit_indices(&models[i], 60);
            model_edit_range(&models[i], 9000, frame % 3 == 0 ? 15000 : 7);
            model_edit_range(&models[i], models[i].nitems - 1, 1);
        }
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        for (size_t i = 0; i < BUFFERS; i++) {
            assert_draws(device, &models[i]);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert_uint_gt(spy.calls[SPY_DispatchCompute], 12);
    ck_assert_uint_gt(spy.calls[SPY_CopyNamedBufferSubData], 0); /* what is no whole words */
    for (size_t i = 0; i < BUFFERS; i++) {
        model_close(&models[i]);
    }
    trm_device_destroy(device);
}
END_TEST

/* More runs than one batch of transfers holds. */
START_TEST(thousands_of_runs) {
    model m;
    trm_device *device = open_device(TRM_GL_SCATTER_ALWAYS, TRM_MEMORY_DISCRETE);
    model_open(&m, &shape, 3);
    assert_draws(device, &m);
    for (int frame = 0; frame < 3; frame++) {
        edit_runs(&m, ITEMS / 4);
        gl_spy_reset_counts();
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_uint_ge(spy.calls[SPY_DispatchCompute], 2);
        ck_assert_uint_le(spy.calls[SPY_DispatchCompute], 4);
        ck_assert_uint_eq(spy.calls[SPY_CopyNamedBufferSubData], 0);
        assert_draws(device, &m);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A barrier before, so that nothing earlier is overtaken, and one after for each kind of reader. */
START_TEST(between_two_barriers) {
    static const struct {
        uint32_t usage;
        GLbitfield bits;
    } rows[] = {
        {0, GL_ALL_BARRIER_BITS},
        {TRM_USAGE_VERTEX, GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT | GL_SHADER_STORAGE_BARRIER_BIT |
                               GL_BUFFER_UPDATE_BARRIER_BIT},
        {TRM_USAGE_INDEX | TRM_USAGE_INDIRECT,
            GL_ELEMENT_ARRAY_BARRIER_BIT | GL_COMMAND_BARRIER_BIT | GL_SHADER_STORAGE_BARRIER_BIT |
                GL_BUFFER_UPDATE_BARRIER_BIT},
        {TRM_USAGE_UNIFORM | TRM_USAGE_TEXEL,
            GL_UNIFORM_BARRIER_BIT | GL_TEXTURE_FETCH_BARRIER_BIT | GL_SHADER_STORAGE_BARRIER_BIT |
                GL_BUFFER_UPDATE_BARRIER_BIT},
        {TRM_USAGE_PIXEL_UNPACK | TRM_USAGE_STORAGE, GL_PIXEL_BUFFER_BARRIER_BIT |
                                                         GL_SHADER_STORAGE_BARRIER_BIT |
                                                         GL_BUFFER_UPDATE_BARRIER_BIT},
        {TRM_USAGE_QUERY_RESOLVE, GL_QUERY_BUFFER_BARRIER_BIT | GL_SHADER_STORAGE_BARRIER_BIT |
                                      GL_BUFFER_UPDATE_BARRIER_BIT},
        /* Pixels and results of queries may be written there, too. */
        {TRM_USAGE_GPU_WRITE, GL_PIXEL_BUFFER_BARRIER_BIT | GL_QUERY_BUFFER_BARRIER_BIT |
                                  GL_TRANSFORM_FEEDBACK_BARRIER_BIT |
                                  GL_ATOMIC_COUNTER_BARRIER_BIT |
                                  GL_SHADER_IMAGE_ACCESS_BARRIER_BIT |
                                  GL_SHADER_STORAGE_BARRIER_BIT | GL_BUFFER_UPDATE_BARRIER_BIT},
    };
    model m;
    trm_buffer_desc desc = shape;
    trm_device *device = harness_gl_device(&(trm_gl_device_desc){
        .scatter = TRM_GL_SCATTER_ALWAYS, .quirks_off = TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE});
    desc.usage = rows[_i].usage;
    model_open(&m, &desc, 4);
    ck_assert_int_eq(trm_device_attach(device, m.buffer), TRM_OK);
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    edit_runs(&m, 50);
    gl_spy_reset_counts();
    ck_assert_int_eq(trm_device_sync(device), TRM_OK);
    ck_assert_uint_eq(spy.calls[SPY_DispatchCompute], 1);
    const bool written = desc.usage & TRM_USAGE_GPU_WRITE; /* then copies have a barrier, too */
    ck_assert_uint_eq(spy.calls[SPY_MemoryBarrier], written ? 3 : 2);
    ck_assert_uint_eq(spy.barriers, rows[_i].bits);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Draws that are still reading what a dispatch overwrites. */
START_TEST(draws_in_flight_keep_their_bytes) {
    model m;
    model_draw draws[12];
    const harness_reader reader = _i == 0 ? HARNESS_TEXEL : HARNESS_STORAGE;
    trm_device *device = open_device(TRM_GL_SCATTER_ALWAYS, TRM_MEMORY_DISCRETE);
    model_open(&m, &shape, 5);
    for (size_t i = 0; i < 12; i++) {
        trm_gl_span span;
        harness_keep_busy();
        edit_runs(&m, 200);
        ck_assert_int_eq(trm_device_sync(device), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        draws[i] = model_issue(&m, reader, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        harness_end_frame();
    }
    ck_assert_uint_ge(spy.calls[SPY_DispatchCompute], 11);
    for (size_t i = 0; i < 12; i++) {
        ck_assert(model_check(&draws[i]));
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* --- The shader and its twin */

enum { RING_WORDS = 40000, TARGET_WORDS = 30000, MOST_ENTRIES = 300 };

/* A random table of runs that do not overlap, at the end of a ring of random words. */
static uint32_t make_ring(uint32_t *ring, random_state *dice, uint32_t *table) {
    const uint32_t entries = 1 + (uint32_t)random_below(dice, MOST_ENTRIES);
    const uint32_t share = TARGET_WORDS / entries;
    for (size_t i = 0; i < RING_WORDS; i++) {
        ring[i] = (uint32_t)random_next(dice);
    }
    *table = (uint32_t)(RING_WORDS - 4 * (size_t)entries - random_below(dice, 100));
    for (uint32_t i = 0; i < entries; i++) {
        const uint32_t most = share < 1024 ? share : 1024;
        const uint32_t words = 1 + (uint32_t)random_below(dice, most);
        uint32_t *row = ring + *table + 4 * i;
        row[0] = (uint32_t)random_below(dice, *table - words);
        row[1] = i * share + (uint32_t)random_below(dice, share - words + 1);
        row[2] = words;
        row[3] = 0xdeadbeef; /* padding */
    }
    return entries;
}

/* What is meant, in plain words: each run's words go from the ring to their place. */
static void move_runs(const uint32_t *ring, uint32_t table, uint32_t entries, uint32_t *target) {
    for (const uint32_t *row = ring + table; row < ring + table + 4 * entries; row += 4) {
        memcpy(target + row[1], ring + row[0], row[2] * sizeof *target);
    }
}

/* The strict GPU runs the twin in the shader's place, so the two must be one: whichever the device
 * executes, and the twin on plain arrays, are held against the same words. */
START_TEST(the_shader_and_its_twin_do_what_is_meant) {
    GladGLContext *gl = harness_gl();
    static uint32_t ring[RING_WORDS], target[TARGET_WORDS], twin[TARGET_WORDS];
    random_state dice = {(uint64_t)_i + 1};
    uint32_t table;
    GLuint buffers[3];
    const GLbitfield readable = GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    const uint32_t entries = make_ring(ring, &dice, &table);
    for (size_t i = 0; i < TARGET_WORDS; i++) {
        target[i] = (uint32_t)i;
    }
    const GLuint program = gl_writer_compute_program(gl, scatter_comp);
    ck_assert_uint_ne(program, 0);
    gl->CreateBuffers(3, buffers);
    gl->NamedBufferStorage(buffers[0], sizeof ring, ring, 0);
    gl->NamedBufferStorage(buffers[1], sizeof target, target, 0);
    /* Through a third one: a driver may grumble over bytes fetched straight out of its own memory.
     */
    gl->NamedBufferStorage(buffers[2], sizeof target, NULL, readable);
    gl->BindBuffersBase(GL_SHADER_STORAGE_BUFFER, SCATTER_TWIN_RING, 2, buffers);
    gl->ProgramUniform1ui(program, 0, table);
    gl->UseProgram(program);
    gl->DispatchCompute(entries, 1, 1);
    gl->MemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
    gl->CopyNamedBufferSubData(buffers[1], buffers[2], 0, 0, sizeof target);
    gl->Finish();
    const void *seen = gl->MapNamedBufferRange(buffers[2], 0, sizeof target, readable);
    ck_assert_ptr_nonnull(seen);
    memcpy(twin, target, sizeof twin);
    for (uint32_t group = 0; group < entries; group++) {
        scatter_twin_group(ring, twin, table, group);
    }
    move_runs(ring, table, entries, target);
    ck_assert_msg(memcmp(twin, target, sizeof target) == 0, "the twin moves other words");
    ck_assert_msg(memcmp(seen, target, sizeof target) == 0,
        "the device, which runs %s, moves others", harness_scatter());
    gl->UnmapNamedBuffer(buffers[2]);
    gl->DeleteBuffers(3, buffers);
    gl->DeleteProgram(program);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-scatter");
    TCase *tcase = tcase_create("scatter");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(
        tcase, by_dispatch_or_by_copies, 0, (int)(sizeof choices / sizeof choices[0]));
    tcase_add_test(tcase, every_run_arrives);
    tcase_add_test(tcase, thousands_of_runs);
    tcase_add_loop_test(tcase, between_two_barriers, 0, 7);
    tcase_add_loop_test(tcase, draws_in_flight_keep_their_bytes, 0, 2);
    tcase_add_loop_test(tcase, the_shader_and_its_twin_do_what_is_meant, 0, 20);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
