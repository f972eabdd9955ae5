#include "core/send.h"

#include "core/memory.h"

#include <string.h>

/* The first piece that ends after `offset`; `count` if there is none. */
static size_t find(const trm_send_queue *queue, size_t offset) {
    size_t low = 0, high = queue->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const trm_send_piece *piece = &queue->pieces[middle];
        if (piece->offset + piece->nbytes <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool reserve(trm_send_queue *queue, size_t extra, const trm_allocator *allocator) {
    if (extra <= queue->capacity - queue->count)
        return true;
    size_t capacity = (queue->count + extra) * 2;
    trm_send_piece *pieces = trm_allocate(allocator, capacity * sizeof *pieces);
    if (!pieces)
        return false;
    if (queue->count)
        memcpy(pieces, queue->pieces, queue->count * sizeof *pieces);
    trm_release(allocator, queue->pieces, queue->capacity * sizeof *pieces);
    queue->pieces = pieces;
    queue->capacity = capacity;
    return true;
}

/* Replaces pieces [first, first + removed) by `count` new ones; the room is there. */
static void splice(
    trm_send_queue *queue, size_t first, size_t removed, const trm_send_piece *with, size_t count) {
    memmove(queue->pieces + first + count, queue->pieces + first + removed,
        (queue->count - first - removed) * sizeof *with);
    memcpy(queue->pieces + first, with, count * sizeof *with);
    queue->count = queue->count - removed + count;
}

/* A send that touches others swallows them into one piece: the union of neighbours is contiguous,
 * and one allocation taken before anything changes keeps a failure harmless. */
bool trm_send_add(trm_send_queue *queue, size_t offset, const void *bytes, size_t nbytes,
    const trm_allocator *allocator) {
    size_t first = find(queue, offset), end = first;
    size_t start = offset, stop = offset + nbytes;
    if (first < queue->count && queue->pieces[first].offset < start)
        start = queue->pieces[first].offset;
    while (end < queue->count && queue->pieces[end].offset < stop) {
        size_t piece_stop = queue->pieces[end].offset + queue->pieces[end].nbytes;
        stop = piece_stop > stop ? piece_stop : stop;
        end++;
    }
    if (end - first == 1 && queue->pieces[first].offset == start &&
        queue->pieces[first].nbytes == stop - start) {
        memcpy(queue->pieces[first].bytes + (offset - start), bytes, nbytes);
        return true;
    }

    if (!reserve(queue, 1, allocator))
        return false;
    trm_send_piece joined = {.offset = start, .nbytes = stop - start};
    joined.bytes = trm_allocate(allocator, joined.nbytes);
    if (!joined.bytes)
        return false;
    for (size_t i = first; i < end; i++) {
        trm_send_piece *piece = &queue->pieces[i];
        memcpy(joined.bytes + (piece->offset - start), piece->bytes, piece->nbytes);
        queue->nbytes -= piece->nbytes;
        trm_release(allocator, piece->bytes, piece->nbytes);
    }
    memcpy(joined.bytes + (offset - start), bytes, nbytes);
    queue->nbytes += joined.nbytes;
    splice(queue, first, end - first, &joined, 1);
    return true;
}

/* A piece of its own for bytes [from, end) of a piece, if there are any. */
static bool keep(const trm_send_piece *piece, size_t from, size_t end, trm_send_piece *kept,
    size_t *count, const trm_allocator *allocator) {
    if (from >= end)
        return true;
    trm_send_piece part = {.offset = from, .nbytes = end - from};
    part.bytes = trm_allocate(allocator, part.nbytes);
    if (!part.bytes)
        return false;
    memcpy(part.bytes, piece->bytes + (from - piece->offset), part.nbytes);
    kept[(*count)++] = part;
    return true;
}

/* Only the first piece can reach out of the range in front of it and only the last one behind it:
 * both remainders are taken before anything changes, so that a failure loses nothing. */
bool trm_send_cut(
    trm_send_queue *queue, size_t offset, size_t nbytes, const trm_allocator *allocator) {
    size_t end = offset + nbytes, first = find(queue, offset), last = first, count = 0;
    while (last < queue->count && queue->pieces[last].offset < end)
        last++;
    if (first == last)
        return true;
    if (!reserve(queue, last - first == 1, allocator)) /* one piece can become two */
        return false;
    trm_send_piece kept[2] = {{0}};
    const trm_send_piece *head = &queue->pieces[first], *tail = &queue->pieces[last - 1];
    if (!keep(head, head->offset, offset, kept, &count, allocator))
        return false;
    if (!keep(tail, end, tail->offset + tail->nbytes, kept, &count, allocator)) {
        if (count)
            trm_release(allocator, kept[0].bytes, kept[0].nbytes);
        return false;
    }
    for (size_t i = first; i < last; i++) {
        queue->nbytes -= queue->pieces[i].nbytes;
        trm_release(allocator, queue->pieces[i].bytes, queue->pieces[i].nbytes);
    }
    for (size_t i = 0; i < count; i++)
        queue->nbytes += kept[i].nbytes;
    splice(queue, first, last - first, kept, count);
    return true;
}

void trm_send_clear(trm_send_queue *queue, const trm_allocator *allocator) {
    for (size_t i = 0; i < queue->count; i++)
        trm_release(allocator, queue->pieces[i].bytes, queue->pieces[i].nbytes);
    trm_release(allocator, queue->pieces, queue->capacity * sizeof *queue->pieces);
    *queue = (trm_send_queue){0};
}
