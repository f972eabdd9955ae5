/* The GPU side of one buffer: either a mapped object with N regions, or one device-local object,
 * and what each region still lacks. (A device-local object counts as one region.)
 *
 * A buffer's marks have one consumer, its store, which takes them once and ORs them into the stale
 * plane of every region before anything that can fail. From then on the store alone knows what is
 * missing where: whichever region is chosen next, it catches up on exactly that. */
#ifndef TRM_CORE_STORE_H
#define TRM_CORE_STORE_H

#include "core/backend.h"
#include "core/buffer_impl.h"
#include "core/page.h"
#include "core/plane.h"

/* Of a store without memory: no buffer's. */
#define TRM_NO_GENERATION UINT64_MAX

typedef struct trm_region {
    trm_plane stale;   /* without CPU data it has no bits */
    uint64_t last_use; /* serial of the last frame that was handed this region; 0: none yet */
} trm_region;

typedef struct trm_store {
    trm_memory memory;    /* of the page, if it has a slot in one */
    uint64_t base;        /* of region 0 in the memory, in bytes */
    size_t region_nbytes; /* from region to region */
    uint32_t region_count;
    uint32_t current;
    trm_placement placement; /* MAPPED or DEVICE */
    trm_placement_reason reason;
    bool filled; /* the current region has content */
    struct trm_device *device;
    trm_buffer *buffer;
    trm_page *page;
    uint64_t generation; /* of the buffer when the store was made */
    trm_layout layout;   /* likewise */
    uint64_t uploads;
    uint64_t copied_nbytes;
    uint64_t waits;
    uint64_t since; /* frames that had ended when the buffer got its first memory */
    size_t slot;
    uint64_t held_nbytes;
    size_t host_nbytes;     /* of this struct, its regions and their planes */
    uint64_t lost_before;   /* content was lost before the n-th upload, from 1; 0: never */
    uint64_t retired_at;    /* when retired: free once this serial has completed */
    struct trm_store *next; /* in the device's list of retired stores */
    trm_region regions[];
} trm_store;

/* Where a region begins in the memory. */
static inline uint64_t trm_store_offset(const trm_store *store, uint32_t region) {
    return store->base + (uint64_t)region * store->region_nbytes;
}

/* After a loss of the context a store has no memory, and only keeps count for its successor. */
static inline bool trm_store_has_memory(const trm_store *store) {
    return store && store->held_nbytes;
}

/* Whether content was lost, and none came since. */
static inline bool trm_store_lacks_content(const trm_store *store) {
    return store->uploads < store->lost_before;
}

/* A store for the buffer as it is now; everything in it is stale, unless a device-local store could
 * be made with its content. The caller has taken the buffer's marks, and gives them back if this
 * fails. */
trm_result trm_store_create(
    struct trm_device *device, trm_buffer *buffer, trm_placement placement, trm_store **out);

/* Frees it at once; the GPU must be done with it (or the context lost). */
void trm_store_destroy(trm_store *store);

/* Its memory went with the context. */
void trm_store_forsake(trm_store *store);

/* The current region is handed out, or written by the GPU, in the open frame. */
void trm_store_use(trm_store *store);

/* The serial after which nothing reads the store any more. */
uint64_t trm_store_last_use(const trm_store *store);

/* Takes the buffer's pending marks and brings a region up to date; it is the current one then. What
 * went through the staging ring still has to be handed over. On error, or when it would have to
 * wait and may not (NOT_READY), the marks stay in the stale planes, and the buffer is pending
 * again. */
trm_result trm_store_update(trm_store *store, bool may_wait);

/* Bytes of the chunks that a region lacks. */
size_t trm_store_stale_nbytes(const trm_store *store, const trm_region *region);

/* The CPU has copied these bytes on the buffer's behalf: counts them, and tells whoever listens
 * which items they belong to. */
void trm_store_note_copy(trm_store *store, uint32_t region, size_t offset, size_t nbytes);

/* Makes bytes of a mapped store visible, from byte `offset` of its memory on. */
void trm_store_flush(trm_store *store, uint64_t offset, size_t nbytes);

/* The alignment that a span of this usage needs; usage 0 may be anything. */
size_t trm_span_alignment(const trm_alignments *alignments, uint32_t usage);

/* What must be over before the GPU may write into the current region: asks the ring for barriers.
 */
void trm_store_raise_barriers(trm_store *store);

/* store_memory.c: GPU memory for the store, whose layout, placement and number of regions are set.
 */
trm_result trm_store_take_memory(trm_store *store);
void trm_store_give_back_memory(trm_store *store);

/* store_mapped.c: copies what a region lacks out of the caller's array, or what was sent, which is
 * the whole content. */
void trm_store_write_stale(trm_store *store, uint32_t region);
void trm_store_write_sends(trm_store *store, uint32_t region);

/* store_inline.c: whether what is stale had better travel inside commands; brings it up that way,
 * in order with the commands recorded so far. False when the array was replaced meanwhile:
 * everything is left for the ring then. */
bool trm_store_suits_inline(const trm_store *store);
bool trm_store_inline_stale(trm_store *store);

/* store_staged.c: through the ring into the current region, in order with the commands recorded so
 * far. */
trm_result trm_store_stage_stale(trm_store *store, bool may_wait);
trm_result trm_store_stage_sends(trm_store *store, bool may_wait);

/* The result of a wait that did not end well, told to the device's log. */
trm_result trm_store_fail_wait(trm_store *store, trm_result result, bool may_wait);

#endif
