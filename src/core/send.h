/* Bytes queued for a buffer without CPU data. Overlaps are resolved when they arrive - later bytes
 * win - so the pieces are disjoint, sorted, and together never larger than the buffer. */
#ifndef TRM_CORE_SEND_H
#define TRM_CORE_SEND_H

#include <trireme/base.h>

typedef struct trm_send_piece {
    size_t offset; /* bytes into the buffer */
    size_t nbytes;
    unsigned char *bytes;
} trm_send_piece;

typedef struct trm_send_queue {
    trm_send_piece *pieces;
    size_t count;
    size_t capacity;
    size_t nbytes; /* of all pieces */
} trm_send_queue;

/* Copies the bytes in. False without memory; the queue is as before then. */
bool trm_send_add(trm_send_queue *queue, size_t offset, const void *bytes, size_t nbytes,
    const trm_allocator *allocator);

/* Drops what lies in a range of bytes. False without memory; the queue is as before then. */
bool trm_send_cut(
    trm_send_queue *queue, size_t offset, size_t nbytes, const trm_allocator *allocator);

/* Drops everything. */
void trm_send_clear(trm_send_queue *queue, const trm_allocator *allocator);

#endif
