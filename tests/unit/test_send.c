/* The queue of sent bytes against two arrays: what was sent, and what it should be. */
#include "unit.h"

#include "core/send.h"

#include <string.h>

#define NBYTES 3000

static unsigned char expected[NBYTES];
static bool sent[NBYTES];

static void reset_model(void) {
    memset(sent, 0, sizeof sent);
}

/* The pieces are sorted and disjoint, hold exactly the sent bytes, and add up. */
static void check(const trm_send_queue *queue) {
    size_t position = 0, total = 0;

    ck_assert_uint_le(queue->count, queue->capacity);
    for (size_t i = 0; i < queue->count; i++) {
        const trm_send_piece *piece = &queue->pieces[i];
        unit_assert(piece->nbytes > 0);
        unit_assert(piece->offset >= position);
        unit_assert(piece->offset + piece->nbytes <= NBYTES);
        for (; position < piece->offset; position++)
            unit_assert(!sent[position]);
        for (; position < piece->offset + piece->nbytes; position++) {
            unit_assert(sent[position]);
            unit_assert(piece->bytes[position - piece->offset] == expected[position]);
        }
        total += piece->nbytes;
    }
    for (; position < NBYTES; position++)
        unit_assert(!sent[position]);
    ck_assert_uint_eq(queue->nbytes, total);
}

static bool add(trm_send_queue *queue, random_state *random, size_t offset, size_t nbytes,
    const trm_allocator *allocator) {
    unsigned char bytes[NBYTES];

    for (size_t i = 0; i < nbytes; i++)
        bytes[i] = (unsigned char)random_next(random);
    if (!trm_send_add(queue, offset, bytes, nbytes, allocator))
        return false;
    memcpy(expected + offset, bytes, nbytes);
    memset(sent + offset, true, nbytes);
    memset(bytes, 0, sizeof bytes);
    return true;
}

static bool cut(
    trm_send_queue *queue, size_t offset, size_t nbytes, const trm_allocator *allocator) {
    if (!trm_send_cut(queue, offset, nbytes, allocator))
        return false;
    memset(sent + offset, false, nbytes);
    return true;
}

/* Every way in which a second and a third range can lie to the first. */
START_TEST(overlaps) {
    const trm_allocator heap = {0};
    random_state random = {7};

    for (size_t from = 0; from < 12; from++) {
        for (size_t to = from + 1; to <= 12; to++) {
            trm_send_queue queue = {0};
            reset_model();
            ck_assert(add(&queue, &random, 2, 3, &heap));
            ck_assert(add(&queue, &random, 7, 3, &heap));
            check(&queue);
            ck_assert(add(&queue, &random, from, to - from, &heap));
            check(&queue);
            trm_send_clear(&queue, &heap);
            ck_assert_uint_eq(queue.count, 0);
            ck_assert_uint_eq(queue.nbytes, 0);
        }
    }
}
END_TEST

/* Later bytes win, in the order of the calls. */
START_TEST(order_of_calls) {
    const trm_allocator heap = {0};
    trm_send_queue queue = {0};

    ck_assert(trm_send_add(&queue, 0, "aaaaaaaa", 8, &heap));
    ck_assert(trm_send_add(&queue, 2, "bbbb", 4, &heap));
    ck_assert(trm_send_add(&queue, 5, "ccccc", 5, &heap));
    ck_assert(trm_send_add(&queue, 3, "d", 1, &heap));
    ck_assert_uint_eq(queue.count, 1);
    ck_assert_uint_eq(queue.nbytes, 10);
    ck_assert_mem_eq(queue.pieces[0].bytes, "aabdbccccc", 10);
    trm_send_clear(&queue, &heap);
}
END_TEST

/* Random sends and cuts, some of which find no memory: those change nothing. */
START_TEST(random_sends) {
    random_state random = unit_seeded("random_sends");
    unit_memory memory = {0};
    trm_allocator allocator = unit_allocator(&memory);
    size_t failures = 0;

    for (int round = 0; round < 60; round++) {
        trm_send_queue queue = {0};
        reset_model();
        for (size_t sends = random_below(&random, 120); sends > 0; sends--) {
            size_t offset = random_below(&random, NBYTES);
            size_t longest = random_below(&random, 20) ? 40 : NBYTES;
            size_t room = NBYTES - offset < longest ? NBYTES - offset : longest;
            if (random_below(&random, 5) == 0)
                memory.fail_at = memory.calls + 1 + random_below(&random, 2);
            size_t nbytes = 1 + random_below(&random, room);
            bool done = random_below(&random, 4) == 0
                            ? cut(&queue, offset, nbytes, &allocator)
                            : add(&queue, &random, offset, nbytes, &allocator);
            failures += !done;
            memory.fail_at = 0;
            check(&queue);
            ck_assert_uint_le(queue.nbytes, NBYTES);
        }
        trm_send_clear(&queue, &allocator);
        ck_assert_uint_eq(memory.live_blocks, 0);
        ck_assert_uint_eq(memory.live_nbytes, 0);
    }
    ck_assert_uint_gt(failures, 10);
}
END_TEST

/* A send into bytes that are queued already needs no memory. */
START_TEST(resend_in_place) {
    random_state random = {7};
    unit_memory memory = {0};
    trm_allocator allocator = unit_allocator(&memory);
    trm_send_queue queue = {0};

    reset_model();
    ck_assert(add(&queue, &random, 100, 500, &allocator));
    size_t calls = memory.calls;
    for (size_t i = 0; i < 500; i += 10)
        ck_assert(add(&queue, &random, 100 + i, 10, &allocator));
    ck_assert_uint_eq(memory.calls, calls);
    check(&queue);
    trm_send_clear(&queue, &allocator);
    ck_assert_uint_eq(memory.live_blocks, 0);
}
END_TEST

/* A range in a piece leaves one or two, and takes as many allocations, and one for the list when
 * that is full; whichever fails, the queue is as before. Returns how many could. */
static size_t cut_without(size_t pieces, size_t from) {
    unit_memory memory = {0};
    trm_allocator allocator = unit_allocator(&memory);
    trm_send_queue queue = {0};
    random_state random = {11};
    size_t failures = 0;

    reset_model();
    for (size_t i = 0; i < pieces; i++)
        ck_assert(add(&queue, &random, 300 * i, 200, &allocator));
    for (size_t fail_at = 1; failures + 1 == fail_at; fail_at++) {
        memory.fail_at = memory.calls + fail_at;
        failures += !trm_send_cut(&queue, from, 50, &allocator);
        if (failures == fail_at)
            check(&queue);
    }
    memory.fail_at = 0;
    memset(sent + from, false, 50);
    check(&queue);
    trm_send_clear(&queue, &allocator);
    ck_assert_uint_eq(memory.live_blocks, 0);
    return failures;
}

START_TEST(cut_without_memory) {
    for (size_t pieces = 1; pieces <= 9; pieces++) {
        ck_assert_uint_ge(cut_without(pieces, 0), 1);
        ck_assert_uint_ge(cut_without(pieces, 70), 2);
    }
}
END_TEST

START_TEST(clear_of_nothing) {
    const trm_allocator heap = {0};
    trm_send_queue queue = {0};
    trm_send_clear(&queue, &heap);
    trm_send_clear(&queue, &heap);
    ck_assert_uint_eq(queue.count, 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("send");
    UNIT_ADD(suite, overlaps);
    UNIT_ADD(suite, order_of_calls);
    UNIT_ADD(suite, random_sends);
    UNIT_ADD(suite, resend_in_place);
    UNIT_ADD(suite, cut_without_memory);
    UNIT_ADD(suite, clear_of_nothing);
    return unit_main(suite);
}
