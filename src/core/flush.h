/* The one place that flushes mapped memory. */
#ifndef TRM_CORE_FLUSH_H
#define TRM_CORE_FLUSH_H

#include "core/backend.h"
#include "core/mutant.h"

static inline void trm_flush(const trm_backend *backend, trm_stats *stats, const trm_memory *memory,
    uint64_t offset, uint64_t nbytes) {
    if (!nbytes || !backend->flush || TRM_MUTANT("no-flush"))
        return;
    if (TRM_MUTANT("half-flush"))
        nbytes -= nbytes / 2;
    backend->flush(backend->self, memory, offset, nbytes);
    stats->flushes++;
    stats->flushed_nbytes += nbytes;
}

#endif
