/* The GPU side of one buffer: a mapped object with N regions, and what each of them still lacks.
 *
 * A buffer's marks have one consumer, its store, which takes them once and ORs them into the stale
 * plane of every region before anything that can fail. From then on the store alone knows what is
 * missing where: whichever region is chosen next, it catches up on exactly that. */
#ifndef TRM_CORE_STORE_H
#define TRM_CORE_STORE_H

#include "core/backend.h"
#include "core/buffer_impl.h"
#include "core/plane.h"

typedef struct trm_region {
    trm_plane stale;   /* without CPU data it has no bits */
    uint64_t last_use; /* serial of the last frame that was handed this region; 0: none yet */
} trm_region;

typedef struct trm_store {
    struct trm_device *device;
    trm_buffer *buffer;
    trm_memory memory;
    trm_layout layout;   /* of the buffer when the store was made */
    uint64_t generation; /* of the buffer, likewise */
    size_t region_nbytes;
    uint32_t region_count;
    uint32_t current;
    bool filled; /* the current region has content */
    uint64_t uploads;
    uint64_t copied_nbytes;
    uint64_t *planes; /* memory of all stale planes */
    size_t planes_nbytes;
    uint64_t retired_at;    /* when retired: free once this serial has completed */
    struct trm_store *next; /* in the device's list of retired stores */
    trm_region regions[TRM_MAX_REGIONS];
} trm_store;

/* A store for the buffer as it is now. Everything is stale in all regions. */
trm_result trm_store_create(struct trm_device *device, trm_buffer *buffer, trm_store **out);

/* Frees it at once; the GPU must be done with it (or the context lost). */
void trm_store_destroy(trm_store *store);

/* The serial after which nothing reads the store any more. */
uint64_t trm_store_last_use(const trm_store *store);

/* Takes the buffer's pending marks and brings a region up to date; it is the current one then. On
 * error the marks stay in the stale planes, and the buffer is pending again. */
trm_result trm_store_update(trm_store *store);

/* Bytes of the chunks that a region lacks. */
size_t trm_store_stale_nbytes(const trm_store *store, const trm_region *region);

#endif
