/* Gathering and swapping against a byte-by-byte model. */
#include "unit.h"

#include "core/copy.h"

#include <string.h>

#define ITEMS  37
#define STRIDE 300
#define GUARD  32

static unsigned char source[ITEMS * STRIDE];
static unsigned char target[GUARD + ITEMS * STRIDE + GUARD];

static void fill_source(void) {
    random_state random = {12345};
    for (size_t i = 0; i < sizeof source; i++)
        source[i] = (unsigned char)random_next(&random);
}

/* Copies items [first, first + count) and checks each byte, and that none beside them changed. */
static void check(const trm_source *from, size_t first, size_t count) {
    size_t itemsize = from->itemsize, unit = from->swap ? from->swap : 1;
    unsigned char *out = target + GUARD;

    memset(target, 0xEE, sizeof target);
    trm_copy_items(out, from, first, count);
    for (size_t i = 0; i < count; i++) {
        const unsigned char *item = (const unsigned char *)from->data + (first + i) * from->stride;
        for (size_t byte = 0; byte < itemsize; byte++) {
            size_t swapped = byte / unit * unit + (unit - 1 - byte % unit);
            unit_assert(out[i * itemsize + byte] == item[swapped]);
        }
    }
    for (size_t i = 0; i < GUARD; i++) {
        unit_assert(target[i] == 0xEE);
        unit_assert(out[count * itemsize + i] == 0xEE);
    }
}

static void check_ranges(const trm_source *from) {
    check(from, 0, ITEMS);
    check(from, 0, 1);
    check(from, ITEMS - 1, 1);
    check(from, 5, 20);
    check(from, 7, 0);
}

START_TEST(every_item_size_and_stride) {
    static const size_t gaps[] = {0, 1, 2, 3, 4, 5, 12, 100};

    fill_source();
    for (size_t itemsize = 1; itemsize <= 200; itemsize += itemsize < 33 ? 1 : 13) {
        for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++)
            check_ranges(&(trm_source){source, itemsize + gaps[g], itemsize, 0});
    }
}
END_TEST

START_TEST(swapping) {
    static const size_t gaps[] = {0, 1, 2, 4, 100};

    fill_source();
    for (size_t unit = 2; unit <= 4; unit += 2) {
        for (size_t itemsize = unit; itemsize <= 80; itemsize += unit) {
            for (size_t g = 0; g < sizeof gaps / sizeof gaps[0]; g++)
                check_ranges(&(trm_source){source, itemsize + gaps[g], itemsize, unit});
        }
    }
}
END_TEST

/* Neither end has to be aligned. */
START_TEST(unaligned) {
    fill_source();
    for (size_t shift = 0; shift < 8; shift++) {
        for (size_t unit = 0; unit <= 4; unit += 2) {
            check_ranges(&(trm_source){source + shift, 12, 12, unit});
            check_ranges(&(trm_source){source + shift, 17, 12, unit});
        }
    }
}
END_TEST

/* Copies of all lengths, whole lines and others, aligned and not, in groups of as many and of
 * different ones; not a byte beside them. */
START_TEST(plain_and_streamed) {
    enum { COUNT = 60, ROOM = 10048, LONG = 40000 };
    static const size_t lengths[] = {1, 63, 64, 256, 256, 256, 256, 1024, 320, 4096, 4160, 9999};
    static unsigned char from[COUNT * ROOM + LONG], expected[sizeof from];
    static _Alignas(64) unsigned char to[sizeof from];
    random_state random = unit_seeded("plain_and_streamed");
    for (size_t i = 0; i < sizeof from; i++)
        from[i] = (unsigned char)random_next(&random);
    for (size_t round = 0; round < 40; round++) {
        trm_plain_copy copies[COUNT + 1];
        memset(to, 0xaa, sizeof to);
        memset(expected, 0xaa, sizeof expected);
        for (size_t i = 0; i < COUNT; i++) {
            const size_t pick = round % 2 ? i / 7 + round : random_below(&random, 100);
            const size_t shift = round % 4 < 2 ? 0 : random_below(&random, 3);
            const size_t nbytes = lengths[pick % (sizeof lengths / sizeof lengths[0])];
            copies[i] = (trm_plain_copy){
                to + i * ROOM + shift * 16, from + i * ROOM + random_below(&random, 2), nbytes};
        }
        copies[COUNT] = (trm_plain_copy){to + COUNT * ROOM, from + COUNT * ROOM, LONG};
        for (size_t i = 0; i <= COUNT; i++)
            memcpy(expected + (copies[i].to - to), copies[i].from, copies[i].nbytes);
        trm_copy_plain_streamed(copies, round ? COUNT + 1 : 0);
        ck_assert(!round || memcmp(to, expected, sizeof to) == 0);
        ck_assert(round || to[0] == 0xaa);
    }
}
END_TEST

START_TEST(known_values) {
    static const unsigned char big[] = {0x3F, 0x80, 0x00, 0x00, 0xC0, 0x00, 0x00, 0x00};
    unsigned char out[8];

    trm_copy_items(out, &(trm_source){big, 4, 4, 4}, 0, 2);
    ck_assert_mem_eq(out, ((unsigned char[]){0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0xC0}), 8);
    trm_copy_items(out, &(trm_source){big, 4, 4, 2}, 0, 2);
    ck_assert_mem_eq(out, ((unsigned char[]){0x80, 0x3F, 0x00, 0x00, 0x00, 0xC0, 0x00, 0x00}), 8);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("copy");
    UNIT_ADD(suite, every_item_size_and_stride);
    UNIT_ADD(suite, swapping);
    UNIT_ADD(suite, unaligned);
    UNIT_ADD(suite, known_values);
    UNIT_ADD(suite, plain_and_streamed);
    return unit_main(suite);
}
