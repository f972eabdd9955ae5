/* Parts of one buffer for several drawers, and a buffer that grows under them. */
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"

#define ITEMS   960
#define DRAWERS 3

static const trm_buffer_desc shape = {.nitems = ITEMS, .format = "4xf4", .label = "berth"};

static const struct {
    trm_range range;
    size_t nitems;   /* of the span */
    trm_range bytes; /* size 0: refused */
} bounds[] = {
    {{0, TRM_WHOLE}, 10, {0, 120}},
    {{0, 10}, 10, {0, 120}},
    {{3, 4}, 10, {36, 48}},
    {{3, TRM_WHOLE}, 10, {36, 84}},
    {{9, 1}, 10, {108, 12}},
    {{9, TRM_WHOLE}, 10, {108, 12}},
    {{0, 0}, 10, {0, 0}},
    {{0, 11}, 10, {0, 0}},
    {{9, 2}, 10, {0, 0}},
    {{10, 0}, 10, {0, 0}},
    {{10, 1}, 10, {0, 0}},
    {{10, TRM_WHOLE}, 10, {0, 0}},
    {{11, TRM_WHOLE}, 10, {0, 0}},
    {{SIZE_MAX, 2}, 10, {0, 0}},
    {{2, SIZE_MAX - 1}, 10, {0, 0}},
    {{1, SIZE_MAX - 1}, 10, {0, 0}},
    {{SIZE_MAX, TRM_WHOLE}, 10, {0, 0}},
    {{0, TRM_WHOLE}, 0, {0, 0}},
    /* The span counts, not the buffer: here it is from before the buffer shrank. */
    {{12, 3}, 15, {144, 36}},
};

/* _i: a row. */
START_TEST(ranges_of_a_span) {
    static float data[10][3];
    trm_buffer *buffer;
    const trm_gl_span whole = {5, 1024, 12 * bounds[_i].nitems};
    trm_gl_span part = {9, 9, 9};
    ck_assert_int_eq(
        trm_buffer_create(
            &(trm_buffer_desc){
                .data = data, .nitems = 10, .format = "3xf4", .label = "ten", .log = harness_log()},
            &buffer),
        TRM_OK);
    const trm_result result = trm_gl_span_range(&whole, buffer, bounds[_i].range, &part);
    if (bounds[_i].bytes.size > 0) {
        ck_assert_int_eq(result, TRM_OK);
        ck_assert_uint_eq(part.object, 5);
        ck_assert_uint_eq(part.offset, 1024 + bounds[_i].bytes.offset);
        ck_assert_uint_eq(part.nbytes, bounds[_i].bytes.size);
        /* In place it is the same. */
        trm_gl_span same = whole;
        ck_assert_int_eq(trm_gl_span_range(&same, buffer, bounds[_i].range, &same), TRM_OK);
        ck_assert_mem_eq(&same, &part, sizeof part);
    } else {
        ck_assert_int_eq(result, TRM_ERROR_OUT_OF_RANGE);
        ck_assert_str_eq(harness_last_message()->rule, "range.bounds");
        ck_assert_str_eq(harness_last_message()->label, "ten");
        ck_assert_uint_eq(part.object + part.offset + part.nbytes, 0);
    }
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
}
END_TEST

START_TEST(ranges_of_nothing) {
    model m;
    trm_gl_span span = {1, 2, 3};
    model_open(&m, &shape, 1);
    ck_assert_int_eq(
        trm_gl_span_range(NULL, m.buffer, (trm_range){0, 1}, &span), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_uint_eq(span.object + span.offset + span.nbytes, 0);
    ck_assert_int_eq(
        trm_gl_span_range(&span, NULL, (trm_range){0, 1}, &span), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(
        trm_gl_span_range(&span, m.buffer, (trm_range){0, 1}, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_gl_bind_vertex_range(NULL, 1, 0, m.buffer, (trm_range){0, 1}),
        TRM_ERROR_INVALID_ARGUMENT);
    model_close(&m);
}
END_TEST

/* A part of a model's content, being drawn. */
typedef struct part_draw {
    harness_draw draw;
    uint8_t expected[16 * ITEMS * 4];
    size_t nbytes;
} part_draw;

static part_draw draws[DRAWERS];

/* Every drawer draws its range from one span. Buffer textures want aligned offsets. */
static void draw_parts(const model *m, const trm_gl_span *span) {
    GLint alignment = 1;
    harness_gl()->GetIntegerv(GL_TEXTURE_BUFFER_OFFSET_ALIGNMENT, &alignment);
    const size_t step = (size_t)alignment > 16 ? (size_t)alignment / 16 : 1;
    const trm_range ranges[DRAWERS] = {
        {0, 3 * step}, {2 * step, 17 * step + 1}, {m->nitems / step / 2 * step, TRM_WHOLE}};
    static uint8_t content[sizeof draws[0].expected];
    ck_assert_uint_le(model_nbytes(m), sizeof content);
    model_expect(m, content);
    for (size_t i = 0; i < DRAWERS; i++) {
        trm_gl_span part;
        ck_assert_int_eq(trm_gl_span_range(span, m->buffer, ranges[i], &part), TRM_OK);
        draws[i].nbytes = part.nbytes;
        memcpy(draws[i].expected, content + 16 * ranges[i].offset, part.nbytes);
        draws[i].draw = harness_issue(HARNESS_TEXEL, &part);
    }
}

static void check_parts(void) {
    static uint8_t seen[sizeof draws[0].expected];
    for (size_t i = 0; i < DRAWERS; i++) {
        harness_fetch(draws[i].draw, seen);
        ck_assert_mem_eq(seen, draws[i].expected, draws[i].nbytes);
    }
}

/* _i: placement. Three drawers of one buffer, each in its own range: one upload an edit, one copy
 * on the GPU, and each sees its items of its frame, though the GPU reads them late. */
START_TEST(drawers_share_a_buffer) {
    model m;
    trm_stats before, after;
    trm_buffer_desc desc = shape;
    trm_device *device = harness_device(NULL);
    desc.usage = TRM_USAGE_TEXEL | TRM_USAGE_VERTEX;
    model_open_placed(&m, &desc, (trm_placement)_i, 1);
    for (int frame = 0; frame < 8; frame++) {
        trm_gl_span span;
        model_edit_range(&m, (size_t)frame * 100, 90);
        trm_device_stats(device, &before);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        trm_device_stats(device, &after);
        ck_assert_uint_eq(after.uploads, before.uploads + 1);
        draw_parts(&m, &span);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        /* Written before the GPU has read: the draws keep what they had. */
        model_edit_full(&m);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        check_parts();
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* _i: placement. It grows between two draws of a frame: the drawers of the old span keep its size
 * and content, those of the new one can reach further. */
START_TEST(a_shared_buffer_grows) {
    model m;
    trm_gl_span old, grown, part;
    uint8_t seen[16];
    static uint8_t larger[16 * ITEMS * 4], content[16 * ITEMS * 4];
    trm_buffer_desc desc = shape;
    trm_device *device = harness_device(NULL);
    desc.usage = TRM_USAGE_TEXEL | TRM_USAGE_VERTEX;
    model_open_placed(&m, &desc, (trm_placement)_i, 2);
    ck_assert_int_eq(trm_buffer_set_draw_range(m.buffer, 10, 20), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &old), TRM_OK);
    draw_parts(&m, &old);
    model_expect(&m, content);
    for (size_t i = 0; i < sizeof larger; i++) {
        larger[i] = (uint8_t)(i * 7);
    }
    ck_assert_int_eq(trm_buffer_resize(m.buffer, larger, sizeof larger, 0), TRM_OK);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &grown), TRM_OK);
    ck_assert_uint_eq(grown.nbytes, sizeof larger);
    const trm_range beyond = {2048, 1}; /* aligned for any buffer texture */
    ck_assert_int_eq(trm_gl_span_range(&old, m.buffer, beyond, &part), TRM_ERROR_OUT_OF_RANGE);
    ck_assert_int_eq(trm_gl_span_range(&grown, m.buffer, beyond, &part), TRM_OK);
    const harness_draw late = harness_issue(HARNESS_TEXEL, &part);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    check_parts();
    harness_fetch(late, seen);
    ck_assert_mem_eq(seen, larger + 16 * beyond.offset, sizeof seen);
    ck_assert_uint_eq(trm_buffer_draw_range(m.buffer).offset, 10);
    ck_assert_uint_eq(trm_buffer_draw_range(m.buffer).size, 20);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* Vertex 0 is the range's first item. */
START_TEST(bind_vertex_range_starts_there) {
    enum { COUNT = 100, PART = 13 };
    static uint32_t values[COUNT];
    GladGLContext *gl = harness_gl();
    trm_buffer *buffer;
    GLuint vertex_arrays[DRAWERS];
    vertex_value seen[PART];
    trm_device *device = harness_device(NULL);
    ck_assert_int_eq(trm_buffer_create(&(trm_buffer_desc){.data = values,
                                           .nitems = COUNT,
                                           .format = "uint32",
                                           .usage = TRM_USAGE_VERTEX,
                                           .placement = (trm_placement)_i,
                                           .log = harness_log()},
                         &buffer),
        TRM_OK);
    gl->CreateVertexArrays(DRAWERS, vertex_arrays);
    for (uint32_t frame = 0; frame < 5; frame++) {
        for (uint32_t i = 0; i < COUNT; i++) {
            values[i] = 1000 * frame + i;
        }
        ck_assert_int_eq(trm_buffer_update_full(buffer), TRM_OK);
        for (uint32_t i = 0; i < DRAWERS; i++) {
            const trm_range range = {7 + 31 * i, PART};
            gl->VertexArrayAttribIFormat(vertex_arrays[i], 0, 1, GL_UNSIGNED_INT, 0);
            gl->VertexArrayAttribBinding(vertex_arrays[i], 0, 2);
            gl->EnableVertexArrayAttrib(vertex_arrays[i], 0);
            ck_assert_int_eq(
                trm_gl_bind_vertex_range(device, vertex_arrays[i], 2, buffer, range), TRM_OK);
            harness_fetch_vertices(VERTEX_UINT, vertex_arrays[i], PART, false, 0, seen);
            for (uint32_t v = 0; v < PART; v++) {
                ck_assert_uint_eq(seen[v].u[0], values[range.offset + v]);
            }
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    /* A range that is refused binds nothing. */
    const uint64_t calls = spy.calls[SPY_VertexArrayVertexBuffer];
    ck_assert_int_eq(
        trm_gl_bind_vertex_range(device, vertex_arrays[0], 2, buffer, (trm_range){COUNT, 1}),
        TRM_ERROR_OUT_OF_RANGE);
    ck_assert_uint_eq(spy.calls[SPY_VertexArrayVertexBuffer], calls);
    gl->DeleteVertexArrays(DRAWERS, vertex_arrays);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-views");
    TCase *tcase = tcase_create("views");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(tcase, ranges_of_a_span, 0, sizeof bounds / sizeof bounds[0]);
    tcase_add_test(tcase, ranges_of_nothing);
    tcase_add_loop_test(tcase, drawers_share_a_buffer, 0, 3);
    tcase_add_loop_test(tcase, a_shared_buffer_grows, 0, 3);
    tcase_add_loop_test(tcase, bind_vertex_range_starts_there, 0, 3);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_VIEWS);
    return harness_main(&suite, 1);
}
