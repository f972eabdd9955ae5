/* The behaviours that the original library's tests pin, one test for each number in README.md. */
#include "unit.h"

#include "core/buffer_impl.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static trm_buffer *create(trm_buffer_desc desc) {
    trm_buffer *buffer = NULL;
    desc.log = unit_log();
    expect_ok(trm_buffer_create(&desc, &buffer));
    return buffer;
}

static void destroy(trm_buffer *buffer) {
    expect_ok(trm_buffer_destroy(buffer));
}

/* Takes all runs, of which there are at most 600 here. */
static size_t take(trm_buffer *buffer, trm_run runs[600]) {
    size_t count;
    expect_ok(trm_buffer_take_runs(buffer, runs, 600, &count));
    ck_assert(!trm_buffer_pending(buffer));
    return count;
}

static void assert_one_whole_run(trm_buffer *buffer) {
    trm_run runs[600];
    ck_assert_uint_eq(take(buffer, runs), 1);
    ck_assert_uint_eq(runs[0].offset, 0);
    ck_assert_uint_eq(runs[0].size, trm_buffer_nitems(buffer));
    ck_assert_uint_eq(take(buffer, runs), 0);
}

/* ---- construction and types ---- */

static float floats[1000];

START_TEST(C1_zero_items) {
    static const char *const formats[] = {"3xf4", "f4", "20xf4"};
    for (size_t i = 0; i < LENGTH(formats); i++) {
        trm_buffer *buffer = NULL;
        trm_buffer_desc desc = {
            .data = floats, .nitems = 0, .format = formats[i], .log = unit_log()};
        expect_rule(trm_buffer_create(&desc, &buffer), TRM_ERROR_INVALID_ARGUMENT,
            "buffer.size-unknown", "");
        ck_assert_ptr_null(buffer);
    }
}
END_TEST

START_TEST(C2_draw_range_and_item_size) {
    static const char *const formats[] = {"3xf4", "f4", "20xf4"};
    static const size_t itemsizes[] = {12, 4, 80};
    for (size_t i = 0; i < LENGTH(formats); i++) {
        trm_buffer *buffer =
            create((trm_buffer_desc){.data = floats, .nitems = 2, .format = formats[i]});
        ck_assert_uint_eq(trm_buffer_draw_range(buffer).offset, 0);
        ck_assert_uint_eq(trm_buffer_draw_range(buffer).size, 2);
        ck_assert_uint_eq(trm_buffer_itemsize(buffer), itemsizes[i]);
        destroy(buffer);
    }
}
END_TEST

/* C arrays carry no type, so nothing is detected; the formats are the ones that would be. */
START_TEST(C3_formats) {
    static const struct {
        const char *format;
        size_t nitems, nbytes;
    } rows[] = {{"3xf2", 10, 60}, {"2xi2", 10, 40}, {"u1", 16, 16}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        trm_buffer *buffer = create(
            (trm_buffer_desc){.data = floats, .nitems = rows[i].nitems, .format = rows[i].format});
        ck_assert_str_eq(trm_buffer_format(buffer), rows[i].format);
        ck_assert_uint_eq(trm_buffer_nbytes(buffer), rows[i].nbytes);
        destroy(buffer);
    }
}
END_TEST

START_TEST(C6_64_bit_types) {
    static const char *const formats[] = {
        "f8", "i8", "u8", "3xf8", "<2xi8", ">4xu8", "float64", "uint64x2"};
    for (size_t i = 0; i < LENGTH(formats); i++) {
        trm_buffer *buffer = NULL;
        trm_buffer_desc desc = {
            .data = floats, .nitems = 2, .format = formats[i], .log = unit_log()};
        expect_rule(trm_buffer_create(&desc, &buffer), TRM_ERROR_FORMAT, "buffer.format", "");
        ck_assert_ptr_nonnull(strstr(unit_message_text(), "64-bit"));
    }
}
END_TEST

/* ---- set_data ---- */

START_TEST(C10_new_buffer) {
    trm_buffer *buffer =
        create((trm_buffer_desc){.data = floats, .nitems = 100, .format = "f4", .chunk_size = 1});
    ck_assert(trm_buffer_pending(buffer));
    assert_one_whole_run(buffer);
    destroy(buffer);
}
END_TEST

START_TEST(C11_set_data) {
    static float other[100];
    trm_buffer *buffer =
        create((trm_buffer_desc){.data = floats, .nitems = 100, .format = "f4", .chunk_size = 1});
    assert_one_whole_run(buffer);
    expect_ok(trm_buffer_set_data(buffer, other, sizeof other, 0));
    assert_one_whole_run(buffer);
    for (int repeat = 0; repeat < 2; repeat++) {
        expect_ok(trm_buffer_set_data(buffer, floats, sizeof other, 0));
        ck_assert_ptr_eq(trm_buffer_data(buffer), floats);
        assert_one_whole_run(buffer);
    }
    destroy(buffer);
}
END_TEST

START_TEST(C12_force_contiguous) {
    trm_buffer *buffer = create(
        (trm_buffer_desc){.data = floats, .nitems = 50, .format = "f4", .force_contiguous = true});
    expect_rule(
        trm_buffer_set_data(buffer, floats, 200, 8), TRM_ERROR_STATE, "buffer.not-contiguous", "");
    ck_assert_ptr_nonnull(strstr(unit_message_text(), "strided"));
    destroy(buffer);
}
END_TEST

/* ---- chunk sizes ---- */

static size_t chunk_size(trm_buffer_desc desc) {
    trm_buffer *buffer = create(desc);
    size_t chunk = trm_buffer_chunk_size(buffer);
    destroy(buffer);
    return chunk;
}

/* What remains of it: sizes given are kept, and above nitems lowered to nitems. 0 is "automatic",
 * and there is nothing below. */
START_TEST(C16_given_chunk_size) {
    static const size_t rows[][3] = {
        {16, 1, 1}, {26, 26, 26}, {200, 1, 1}, {26, 27, 26}, {26, SIZE_MAX, 26}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        trm_buffer_desc desc = {
            .data = floats, .nitems = rows[i][0], .format = "4xf4", .chunk_size = rows[i][1]};
        ck_assert_uint_eq(chunk_size(desc), rows[i][2]);
    }
}
END_TEST

/* For the item sizes of the original's table: automatic chunks are multiples of its multiplier, so
 * that each begins at a 16-byte (32-byte) boundary. */
START_TEST(C21_alignment_of_chunks) {
    static const size_t table16[][2] = {{1, 16}, {2, 8}, {3, 16}, {4, 4}, {5, 16}, {6, 8}, {7, 16},
        {8, 2}, {9, 16}, {10, 8}, {11, 16}, {12, 4}, {13, 16}, {14, 8}, {15, 16}, {16, 1}, {17, 16},
        {18, 8}, {24, 2}, {32, 1}};
    static const size_t table32[][2] = {
        {1, 32}, {2, 16}, {3, 32}, {4, 8}, {5, 32}, {8, 4}, {12, 8}, {16, 2}, {32, 1}};
    static unsigned char bytes[32 * 10000];

    for (size_t i = 0; i < LENGTH(table16); i++) {
        trm_buffer_desc desc = {.data = bytes, .nbytes = table16[i][0] * 10000, .nitems = 10000};
        ck_assert_uint_eq(chunk_size(desc) % table16[i][1], 0);
    }
    for (size_t i = 0; i < LENGTH(table32); i++) {
        trm_buffer_desc desc = {.data = bytes, .nbytes = table32[i][0] * 10000, .nitems = 10000};
        ck_assert_uint_eq(chunk_size(desc) % table32[i][1], 0);
    }
}
END_TEST

/* Only chunks side by side merge; a gap is never reported. */
START_TEST(C23_merging) {
    static const struct {
        const char *marks;
        size_t count;
        trm_run runs[2];
    } rows[] = {
        {"0011010", 2, {{2, 2}, {5, 1}}},
        {"1001111", 2, {{0, 1}, {3, 4}}},
        {"0011100", 1, {{2, 3}}},
    };
    for (size_t chunk = 1; chunk <= 5; chunk++) {
        trm_buffer *buffer = create((trm_buffer_desc){
            .data = floats, .nitems = 7 * chunk, .format = "f4", .chunk_size = chunk});
        assert_one_whole_run(buffer);
        for (size_t i = 0; i < LENGTH(rows); i++) {
            trm_run runs[600];
            for (size_t c = 7; c > 0; c--) {
                if (rows[i].marks[c - 1] == '1')
                    expect_ok(trm_buffer_update_range(buffer, c * chunk - 1, 1));
            }
            ck_assert_uint_eq(take(buffer, runs), rows[i].count);
            for (size_t r = 0; r < rows[i].count; r++) {
                ck_assert_uint_eq(runs[r].offset, rows[i].runs[r].offset * chunk);
                ck_assert_uint_eq(runs[r].size, rows[i].runs[r].size * chunk);
            }
        }
        destroy(buffer);
    }
}
END_TEST

/* ---- memory layout ---- */

/* The whole buffer as it would go to the GPU. */
static void read_all(trm_buffer *buffer, void *out) {
    trm_source source = trm_buffer_source(buffer);
    trm_copy_items(out, &source, 0, trm_buffer_nitems(buffer));
}

START_TEST(C17_strided_data) {
    static float wide[500][5];
    static float packed[500][3];
    for (size_t i = 0; i < 500; i++) {
        for (size_t c = 0; c < 5; c++)
            wide[i][c] = (float)(i * 10 + c);
    }
    trm_buffer_desc desc = {
        .data = &wide[0][1], .nitems = 500, .format = "3xf4", .stride = sizeof wide[0]};
    trm_buffer *buffer = create(desc);
    read_all(buffer, packed);
    for (size_t i = 0; i < 500; i++)
        ck_assert_mem_eq(packed[i], &wide[i][1], sizeof packed[i]);
    destroy(buffer);

    desc.force_contiguous = true;
    desc.log = unit_log();
    expect_rule(trm_buffer_create(&desc, &buffer), TRM_ERROR_STATE, "buffer.not-contiguous", "");
}
END_TEST

START_TEST(C18_contiguous_data) {
    trm_view view;
    trm_buffer *buffer = create((trm_buffer_desc){.data = floats, .nitems = 100, .format = "3xf4"});
    ck_assert_ptr_eq(trm_buffer_data(buffer), floats);
    expect_ok(trm_buffer_view(buffer, &view));
    ck_assert_ptr_eq(view.data, floats);
    ck_assert_uint_eq(view.stride, view.itemsize);
    trm_source source = trm_buffer_source(buffer);
    ck_assert_ptr_eq(source.data, floats);
    ck_assert_uint_eq(source.swap, 0);
    destroy(buffer);
}
END_TEST

START_TEST(C19_byte_order) {
    static unsigned char big[100][4], before[100][4], little[100][4], read[100][4];
    for (size_t i = 0; i < 100; i++) {
        for (size_t b = 0; b < 4; b++) {
            big[i][b] = (unsigned char)(i * 7 + b);
            little[i][3 - b] = big[i][b];
        }
    }
    memcpy(before, big, sizeof big);
    trm_buffer *buffer = create((trm_buffer_desc){.data = big, .nitems = 100, .format = ">f4"});
    read_all(buffer, read);
    ck_assert_mem_eq(read, little, sizeof little);
    ck_assert_mem_eq(big, before, sizeof big);
    destroy(buffer);

    trm_buffer_desc desc = {.data = little,
        .nitems = 100,
        .format = "<f4",
        .force_contiguous = true,
        .log = unit_log()};
    buffer = create(desc);
    read_all(buffer, read);
    ck_assert_mem_eq(read, little, sizeof little);
    destroy(buffer);
    desc.format = ">f4";
    expect_rule(trm_buffer_create(&desc, &buffer), TRM_ERROR_STATE, "buffer.not-native-order", "");
}
END_TEST

/* ---- C20: upload validity ---- */

#define ITEMS      1000
#define MAX_STRIDE 40

/* One kind of array: how its items lie, and the chunk size that the original gives it. */
typedef struct array_kind {
    const char *format;
    size_t itemsize;
    size_t stride;
    size_t chunk_size;
} array_kind;

static const array_kind kinds[] = {
    {"u1", 1, 1, 256},
    {"f4", 4, 4, 64},
    {"3xf4", 12, 12, 32},
    {"4xf4", 16, 16, 32},
    {"u1", 1, 3, 256},
    {"3xf4", 12, 40, 32},
};

/* A buffer, its array, and the copy that is kept up to date by replaying runs. */
typedef struct replay {
    const array_kind *kind;
    trm_buffer *buffer;
    unsigned char *data;
    bool touched[ITEMS]; /* chunks of an edit, by number */
    unsigned char arrays[2][ITEMS * MAX_STRIDE];
    unsigned char copy[ITEMS * MAX_STRIDE];
} replay;

static void change(replay *r, random_state *random, size_t item) {
    unsigned char *bytes = r->data + item * r->kind->stride;
    for (size_t i = 0; i < r->kind->itemsize; i++)
        bytes[i] = (unsigned char)(bytes[i] + 1 + random_below(random, 255));
    r->touched[item / trm_buffer_chunk_size(r->buffer)] = true;
}

/* Copies exactly the reported items. Fails if a run holds a chunk that no edit touched: the bound
 * on traffic. */
static void replay_runs(replay *r) {
    trm_run runs[600];
    size_t chunk = trm_buffer_chunk_size(r->buffer);
    size_t count = take(r->buffer, runs);

    for (size_t i = 0; i < count; i++) {
        unit_assert(runs[i].offset % chunk == 0);
        for (size_t item = runs[i].offset; item < runs[i].offset + runs[i].size; item++) {
            unit_assert(item < ITEMS);
            unit_assert(r->touched[item / chunk]);
            memcpy(r->copy + item * r->kind->stride, r->data + item * r->kind->stride,
                r->kind->itemsize);
        }
    }
    memset(r->touched, 0, sizeof r->touched);
}

static void check_replay(replay *r) {
    replay_runs(r);
    for (size_t item = 0; item < ITEMS; item++)
        unit_assert(memcmp(r->copy + item * r->kind->stride, r->data + item * r->kind->stride,
                        r->kind->itemsize) == 0);
}

/* Starts with nothing pending and the copy equal to the data. `chunk` 0: automatic. */
static void start_replay(replay *r, random_state *random, const array_kind *kind, size_t chunk) {
    r->kind = kind;
    r->data = r->arrays[0];
    for (size_t i = 0; i < sizeof r->arrays[0]; i++)
        r->arrays[0][i] = (unsigned char)random_next(random);
    memcpy(r->copy, r->data, sizeof r->copy);
    r->buffer = create((trm_buffer_desc){.data = r->data,
        .nitems = ITEMS,
        .format = kind->format,
        .stride = kind->stride,
        .chunk_size = chunk});
    memset(r->touched, true, sizeof r->touched);
    replay_runs(r);
}

static void full_by_set_data(replay *r, random_state *random) {
    unsigned char *other = r->data == r->arrays[0] ? r->arrays[1] : r->arrays[0];
    memcpy(other, r->data, sizeof r->arrays[0]);
    r->data = other;
    for (size_t item = 0; item < ITEMS; item++)
        change(r, random, item);
    expect_ok(trm_buffer_set_data(r->buffer, other, ITEMS * r->kind->itemsize, r->kind->stride));
    expect_ok(trm_buffer_update_full(r->buffer));
    check_replay(r);
}

static void full_in_place(replay *r, random_state *random) {
    for (size_t item = 0; item < ITEMS; item++)
        change(r, random, item);
    expect_ok(trm_buffer_update_full(r->buffer));
    check_replay(r);
}

static void every_nth_index(replay *r, random_state *random) {
    static const size_t steps[] = {2, 3, 9, 22, 77, 101};
    for (size_t s = 0; s < LENGTH(steps); s++) {
        uint32_t list[ITEMS];
        size_t count = 0;
        for (size_t item = 0; item < ITEMS; item += steps[s]) {
            change(r, random, item);
            list[count++] = (uint32_t)item;
        }
        expect_ok(trm_buffer_update_indices(r->buffer, list, count));
        check_replay(r);
    }
}

static void random_indices(replay *r, random_state *random, size_t count) {
    uint32_t list[20];
    for (size_t i = 0; i < count; i++) {
        list[i] = (uint32_t)random_below(random, ITEMS);
        change(r, random, list[i]);
    }
    expect_ok(trm_buffer_update_indices(r->buffer, list, count));
    check_replay(r);
}

/* Ranges may pass the end, and may be empty. */
static void random_ranges(replay *r, random_state *random, size_t count, size_t longest) {
    for (size_t i = 0; i < count; i++) {
        size_t offset = random_below(random, ITEMS);
        size_t size = random_below(random, longest);
        for (size_t item = offset; item < offset + size && item < ITEMS; item++)
            change(r, random, item);
        expect_ok(trm_buffer_update_range(r->buffer, offset, size));
    }
    check_replay(r);
}

/* The first five kinds of edit in turn, each several times, with the two chunk layouts. */
START_TEST(C20_upload_validity) {
    random_state random = unit_seeded("C20");
    static replay r;

    for (size_t k = 0; k < LENGTH(kinds); k++) {
        for (int original = 0; original <= 1; original++) {
            start_replay(&r, &random, &kinds[k], original ? kinds[k].chunk_size : 0);
            full_by_set_data(&r, &random);
            full_in_place(&r, &random);
            full_by_set_data(&r, &random);
            every_nth_index(&r, &random);
            for (int repeat = 0; repeat < 50; repeat++) {
                random_indices(&r, &random, 1);
                random_indices(&r, &random, 20);
                random_ranges(&r, &random, 1, 500);
                random_ranges(&r, &random, 10, 125);
            }
            destroy(r.buffer);
        }
    }
}
END_TEST

/* The same property for any mixture of edits, any chunk size, and takes that come when they come.
 */
START_TEST(C20_random_mixture) {
    random_state random = unit_seeded("C20_random_mixture");
    static replay r;

    for (int round = 0; round < 40; round++) {
        const array_kind *kind = &kinds[random_below(&random, LENGTH(kinds))];
        start_replay(&r, &random, kind, random_below(&random, 60));
        for (int edit = 0; edit < 200; edit++) {
            switch (random_below(&random, 12)) {
            case 0:
                full_in_place(&r, &random);
                break;
            case 1:
                full_by_set_data(&r, &random);
                break;
            case 2:
                random_ranges(&r, &random, 1 + random_below(&random, 30), 200);
                break;
            case 3:
                check_replay(&r);
                break;
            default: {
                /* Marked, and taken some other time. */
                uint32_t item = (uint32_t)random_below(&random, ITEMS);
                change(&r, &random, item);
                expect_ok(trm_buffer_update_indices(r.buffer, &item, 1));
            }
            }
        }
        check_replay(&r);
        destroy(r.buffer);
    }
}
END_TEST

/* ---- send_data ---- */

/* Two sends wait; the second overlaps the first and ends inside the last item. */
START_TEST(C24_send_data) {
    float first[11][3], second[1][2] = {{100.0f, 200.0f}};
    unsigned char applied[132], expected[132];
    trm_buffer *buffer = create((trm_buffer_desc){
        .nbytes = 132, .nitems = 11, .format = "3xf4", .usage = TRM_USAGE_COPY_DST});

    for (size_t i = 0; i < 11; i++) {
        for (size_t c = 0; c < 3; c++)
            first[i][c] = (float)(i * 3 + c);
    }
    expect_ok(trm_buffer_send_data(buffer, 0, first, sizeof first));
    expect_ok(trm_buffer_send_data(buffer, 10, second, sizeof second));
    memcpy(expected, first, sizeof first);
    memcpy(expected + 120, second, sizeof second);
    memset(first, 0, sizeof first);
    memset(second, 0, sizeof second);

    memset(applied, 0xEE, sizeof applied);
    for (size_t i = 0; i < buffer->sends.count; i++) {
        const trm_send_piece *piece = &buffer->sends.pieces[i];
        memcpy(applied + piece->offset, piece->bytes, piece->nbytes);
    }
    ck_assert_mem_eq(applied, expected, sizeof expected);
    destroy(buffer);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("conformance");
    UNIT_ADD(suite, C1_zero_items);
    UNIT_ADD(suite, C2_draw_range_and_item_size);
    UNIT_ADD(suite, C3_formats);
    UNIT_ADD(suite, C6_64_bit_types);
    UNIT_ADD(suite, C10_new_buffer);
    UNIT_ADD(suite, C11_set_data);
    UNIT_ADD(suite, C12_force_contiguous);
    UNIT_ADD(suite, C16_given_chunk_size);
    UNIT_ADD(suite, C17_strided_data);
    UNIT_ADD(suite, C18_contiguous_data);
    UNIT_ADD(suite, C19_byte_order);
    UNIT_ADD(suite, C20_upload_validity);
    UNIT_ADD(suite, C20_random_mixture);
    UNIT_ADD(suite, C21_alignment_of_chunks);
    UNIT_ADD(suite, C23_merging);
    UNIT_ADD(suite, C24_send_data);
    return unit_main(suite);
}
