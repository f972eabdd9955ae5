#include "support/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *get_memory(size_t nbytes) {
    void *memory = calloc(nbytes, 1);
    ck_assert_ptr_nonnull(memory);
    return memory;
}

void model_open_placed(
    model *m, const trm_buffer_desc *desc, trm_placement placement, uint64_t seed) {
    trm_format format;
    trm_buffer_desc full = *desc;
    memset(m, 0, sizeof *m);
    ck_assert_int_eq(trm_format_parse(desc->format, &format), TRM_OK);
    m->random.sequence = seed;
    m->nitems = desc->nitems;
    m->itemsize = format.nbytes;
    m->stride = desc->stride != 0 ? desc->stride : m->itemsize;
    m->swapped = format.big_endian ? trm_component_nbytes(format.component) : 1;
    m->array = get_memory(m->nitems * m->stride);
    m->spare = get_memory(m->nitems * m->stride);
    model_scribble(m, 0, m->nitems);
    full.data = m->array;
    full.nbytes = m->nitems * m->itemsize;
    full.log = harness_log();
    full.placement = placement;
    ck_assert_int_eq(trm_buffer_create(&full, &m->buffer), TRM_OK);
    m->chunk = trm_buffer_chunk_size(m->buffer);
    ck_assert_uint_gt(m->chunk, 0);
    m->touched = get_memory((m->nitems + m->chunk - 1) / m->chunk);
    memset(m->touched, 1, (m->nitems + m->chunk - 1) / m->chunk);
}

void model_open(model *m, const trm_buffer_desc *desc, uint64_t seed) {
    const bool any = desc->placement == TRM_PLACEMENT_AUTO;
    model_open_placed(m, desc, any ? TRM_PLACEMENT_MAPPED : desc->placement, seed);
}

void model_close(model *m) {
    ck_assert_int_eq(trm_buffer_destroy(m->buffer), TRM_OK);
    free(m->array);
    free(m->spare);
    free(m->touched);
    memset(m, 0, sizeof *m);
}

size_t model_nbytes(const model *m) {
    return m->nitems * m->itemsize;
}

static void reverse(uint8_t *bytes, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        const uint8_t byte = bytes[i];
        bytes[i] = bytes[count - 1 - i];
        bytes[count - 1 - i] = byte;
    }
}

void model_expect(const model *m, uint8_t *out) {
    if (m->swapped == 1 && m->stride == m->itemsize) {
        memcpy(out, m->array, model_nbytes(m));
        return;
    }
    for (size_t item = 0; item < m->nitems; item++) {
        uint8_t *to = out + item * m->itemsize;
        memcpy(to, m->array + item * m->stride, m->itemsize);
        for (size_t i = 0; i < m->itemsize && m->swapped > 1; i += m->swapped) {
            reverse(to + i, m->swapped);
        }
    }
}

void model_scribble(model *m, size_t first, size_t count) {
    for (size_t i = first; i < first + count; i++) {
        for (size_t at = 0; at < m->itemsize; at++) {
            m->array[i * m->stride + at] = (uint8_t)random_next(&m->random);
        }
    }
}

static void touch(model *m, size_t first, size_t count) {
    if (count > 0) {
        const size_t from = first / m->chunk;
        memset(m->touched + from, 1, (first + count - 1) / m->chunk - from + 1);
    }
}

void model_edit_range(model *m, size_t first, size_t count) {
    model_scribble(m, first, count);
    touch(m, first, count);
    ck_assert_int_eq(trm_buffer_update_range(m->buffer, first, count), TRM_OK);
}

void model_edit_indices(model *m, size_t count) {
    uint32_t *indices = get_memory((count + 1) * sizeof *indices);
    for (size_t i = 0; i < count; i++) {
        indices[i] = (uint32_t)random_below(&m->random, m->nitems);
        model_scribble(m, indices[i], 1);
        touch(m, indices[i], 1);
    }
    ck_assert_int_eq(trm_buffer_update_indices(m->buffer, indices, count), TRM_OK);
    free(indices);
}

void model_edit_full(model *m) {
    model_scribble(m, 0, m->nitems);
    touch(m, 0, m->nitems);
    ck_assert_int_eq(trm_buffer_update_full(m->buffer), TRM_OK);
}

void model_set_data(model *m) {
    uint8_t *old = m->array;
    m->array = m->spare;
    m->spare = old;
    model_scribble(m, 0, m->nitems);
    touch(m, 0, m->nitems);
    ck_assert_int_eq(trm_buffer_set_data(m->buffer, m->array, model_nbytes(m), m->stride), TRM_OK);
    memset(old, 0xee, m->nitems * m->stride);
}

void model_edit_anything(model *m) {
    random_state *dice = &m->random;
    for (size_t edits = random_below(dice, 8) % 4; edits > 0; edits--) {
        const size_t kind = random_below(dice, 16);
        if (kind == 0) {
            model_edit_full(m);
        } else if (kind == 1) {
            model_set_data(m);
        } else if (kind < 9) {
            const size_t first = random_below(dice, m->nitems);
            const size_t most = m->nitems - first;
            model_edit_range(m, first, random_below(dice, most < 300 ? most : 300) + 1);
        } else {
            model_edit_indices(m, random_below(dice, 20));
        }
    }
}

model_frame_info model_frame(model *m) {
    model_frame_info info = {0, 0};
    const size_t chunks = (m->nitems + m->chunk - 1) / m->chunk;
    for (size_t i = 0; i < chunks; i++) {
        if (m->touched[i]) {
            const size_t first = i * m->chunk;
            const size_t left = m->nitems - first;
            info.touched_nbytes += (left < m->chunk ? left : m->chunk) * m->itemsize;
            info.runs += i == 0 || !m->touched[i - 1];
        }
    }
    memset(m->touched, 0, chunks);
    return info;
}

model_draw model_issue(const model *m, harness_reader reader, const trm_gl_span *span) {
    model_draw draw = {.nbytes = model_nbytes(m)};
    ck_assert_uint_ne(span->object, 0);
    ck_assert_uint_eq(span->nbytes, draw.nbytes);
    draw.expected = get_memory(draw.nbytes);
    model_expect(m, draw.expected);
    draw.draw = harness_issue(reader, span);
    return draw;
}

bool model_check(model_draw *draw) {
    uint8_t *seen = get_memory(draw->nbytes);
    harness_fetch(draw->draw, seen);
    const bool same = memcmp(seen, draw->expected, draw->nbytes) == 0;
    if (!same) {
        size_t at = 0;
        while (seen[at] == draw->expected[at]) {
            at++;
        }
        printf("byte %zu of %zu: 0x%02x was drawn, 0x%02x is right\n", at, draw->nbytes, seen[at],
            draw->expected[at]);
    }
    free(seen);
    free(draw->expected);
    memset(draw, 0, sizeof *draw);
    return same;
}
