#include "marks_model.h"

#include <stdlib.h>
#include <string.h>

marks_model marks_model_create(const trm_buffer *buffer, bool marked) {
    marks_model model = {
        .nitems = trm_buffer_nitems(buffer), .chunk_size = trm_buffer_chunk_size(buffer)};
    model.chunk_count = (model.nitems + model.chunk_size - 1) / model.chunk_size;
    model.marked = malloc(model.chunk_count * sizeof *model.marked);
    ck_assert_ptr_nonnull(model.marked);
    for (size_t i = 0; i < model.chunk_count; i++)
        model.marked[i] = marked;
    return model;
}

void marks_model_destroy(marks_model *model) {
    free(model->marked);
    *model = (marks_model){0};
}

void marks_model_mark(marks_model *model, size_t offset, size_t size) {
    for (size_t item = offset; item < model->nitems && item - offset < size; item++)
        model->marked[item / model->chunk_size] = true;
}

size_t marks_model_runs(const marks_model *model, trm_run *runs) {
    size_t count = 0;
    for (size_t first = 0; first < model->chunk_count;) {
        size_t end = first;
        while (end < model->chunk_count && model->marked[end])
            end++;
        if (end > first) {
            size_t offset = first * model->chunk_size;
            size_t stop = end * model->chunk_size;
            if (runs)
                runs[count] =
                    (trm_run){offset, (stop < model->nitems ? stop : model->nitems) - offset};
            count++;
        }
        first = end + 1;
    }
    return count;
}

void marks_model_take(marks_model *model, trm_buffer *buffer) {
    size_t capacity = model->chunk_count + 1;
    trm_run *expected = malloc(capacity * sizeof *expected);
    trm_run *actual = malloc(capacity * sizeof *actual);
    size_t expected_count = marks_model_runs(model, expected);
    size_t count = 99, pending = 99;

    ck_assert_ptr_nonnull(expected);
    ck_assert_ptr_nonnull(actual);
    ck_assert_int_eq(trm_buffer_pending(buffer), expected_count > 0);
    ck_assert_int_eq(trm_buffer_take_runs(buffer, NULL, 0, &pending), TRM_OK);
    ck_assert_uint_eq(pending, expected_count);
    ck_assert_int_eq(trm_buffer_take_runs(buffer, actual, capacity, &count), TRM_OK);
    ck_assert_uint_eq(count, expected_count);
    for (size_t i = 0; i < count; i++) {
        unit_assert(actual[i].offset == expected[i].offset);
        unit_assert(actual[i].size == expected[i].size);
    }
    ck_assert(!trm_buffer_pending(buffer));
    memset(model->marked, 0, model->chunk_count * sizeof *model->marked);
    free(expected);
    free(actual);
}

trm_buffer *marks_buffer(size_t nitems, size_t chunk_size) {
    static unsigned char bytes[MARKS_MAX_ITEMS];
    trm_buffer *buffer = NULL;
    trm_buffer_desc desc = {.data = bytes,
        .nitems = nitems,
        .format = "u1",
        .chunk_size = chunk_size,
        .label = "marks",
        .log = unit_log()};

    ck_assert_uint_le(nitems, MARKS_MAX_ITEMS);
    expect_ok(trm_buffer_create(&desc, &buffer));
    marks_drain(buffer);
    return buffer;
}

void marks_drain(trm_buffer *buffer) {
    trm_run runs[64];
    size_t count;

    do
        ck_assert_int_eq(trm_buffer_take_runs(buffer, runs, 64, &count), TRM_OK);
    while (count > 0);
    ck_assert(!trm_buffer_pending(buffer));
}
