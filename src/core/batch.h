/* Many copies out of one array, done together: by one thread, or shared out over the application's
 * workers. */
#ifndef TRM_CORE_BATCH_H
#define TRM_CORE_BATCH_H

#include "core/copy.h"
#include "core/limit.h"

#include <trireme/device.h>

#define TRM_BATCH_COPIES TRM_LIMIT(1024, 8)

/* Bytes [offset, offset + nbytes) of the packed items go to `to`. (See plan.h
 * for their order.) */
typedef struct trm_copy {
    size_t offset;
    unsigned char *to;
    size_t nbytes;
} trm_copy;

/* How the device copies. */
typedef struct trm_copier {
    trm_parallel_for parallel_for; /* NULL: alone */
    void *user;
    bool streamed; /* past the caches: the target is read by another processor */
} trm_copier;

typedef struct trm_batch {
    const trm_source *source;
    size_t count;
    size_t nbytes;
    trm_copy copies[TRM_BATCH_COPIES];
} trm_batch;

static inline void trm_batch_begin(trm_batch *batch, const trm_source *source) {
    batch->source = source;
    batch->count = batch->nbytes = 0;
}

static inline bool trm_batch_is_full(const trm_batch *batch) {
    return batch->count == TRM_BATCH_COPIES;
}

/* Adds a copy, for which there is room; whole items unless the source is plain. */
static inline void trm_batch_add(
    trm_batch *batch, unsigned char *to, size_t offset, size_t nbytes) {
    batch->copies[batch->count++] = (trm_copy){offset, to, nbytes};
    batch->nbytes += nbytes;
}

/* Does them, and returns when all bytes are where they belong. The list stays for its reader. */
void trm_batch_run(const trm_batch *batch, const trm_copier *copier);

#endif
