/* Items from the caller's array into GPU-visible memory: gathered if strided, swapped if
 * big-endian. Writes ascending addresses once and never reads the target, which may be
 * write-combined. */
#ifndef TRM_CORE_COPY_H
#define TRM_CORE_COPY_H

#include <trireme/base.h>

#include "core/limit.h"

typedef struct trm_source {
    const void *data;
    size_t stride;   /* bytes */
    size_t itemsize; /* bytes */
    size_t swap;     /* bytes to reverse at a time: 0, 2 or 4 */
} trm_source;

/* Copies items [first, first + count) to `target`, packed. */
void trm_copy_items(void *target, const trm_source *source, size_t first, size_t count);

/* Whether the data is already what the GPU gets, so that any bytes of it can be copied by
 * themselves. */
static inline bool trm_source_is_plain(const trm_source *source) {
    return !source->swap && source->stride == source->itemsize;
}

/* Copies bytes [offset, offset + nbytes) of the packed items; whole items unless the source is
 * plain. */
void trm_copy_bytes(void *target, const trm_source *source, size_t offset, size_t nbytes);

/* The same past the caches where the processor can: for targets that another processor reads. Has
 * arrived after trm_copy_fence. (copy_streamed.c) */
void trm_copy_bytes_streamed(void *target, const trm_source *source, size_t offset, size_t nbytes);
void trm_copy_fence(void);

/* What was written so few bytes ago is still in the processor's caches: copies had better go
 * through them. Measured where a core has 2 MiB of its own. */
#define TRM_CACHED_NBYTES TRM_LIMIT((size_t)4 << 20, (size_t)512)

/* Four copies of `nbytes` each, whole lines, past the caches and abreast: one processor waits less
 * for memory when it reads in several places. `to` is aligned on lines. `next` is what the call
 * after this will read, or NULL. */
#define TRM_LANES       4u
#define TRM_LINE_NBYTES ((size_t)64)
void trm_copy_lanes(unsigned char *const to[TRM_LANES], const unsigned char *const from[TRM_LANES],
    const unsigned char *const next[TRM_LANES], size_t nbytes);

/* Bytes as they are, from somewhere to somewhere else. */
typedef struct trm_plain_copy {
    unsigned char *to;
    const unsigned char *from;
    size_t nbytes;
} trm_plain_copy;

/* Does several, past the caches where that pays. Has arrived when it returns. */
void trm_copy_plain_streamed(const trm_plain_copy *copies, size_t count);

#endif
