/* The staging ring: mapped memory through which bytes reach device-local stores.
 *
 * Bytes are reserved in order, written by the CPU, and handed over in batches: at most two flushes
 * (the ring may wrap) and one list of transfers. The space of a frame comes back when its fence has
 * passed. An upload that needs more than the ring in one frame laps it: marks with fences of their
 * own are set every quarter, so that only the oldest quarter is ever waited for. When two frames in
 * short order need more than a third of it, a larger ring takes over, within the device's limit and
 * budget: so frames that are paced at two unfinished ones do not wait for each other.
 *
 * Positions count up for ever; their place in memory is `position % capacity`. A frame that finds
 * room at the beginning leaves the rest of the lap out (staging_lap.c). */
#ifndef TRM_CORE_STAGING_H
#define TRM_CORE_STAGING_H

#include "core/parcel.h"
#include "core/timeline.h"

#define TRM_STAGING_MARKS     TRM_LIMIT(32, 3)
#define TRM_STAGING_SCATTERS  TRM_LIMIT(64, 2)
#define TRM_STAGING_OUTGROWN  TRM_LIMIT(4, 1)
#define TRM_STAGING_TRANSFERS TRM_LIMIT(4096, 7)

/* Everything before `position` is free again once the frame `serial`, or the fence, has passed. */
typedef struct trm_staging_mark {
    uint64_t position;
    uint64_t serial; /* 0: `fence` counts */
    trm_fence fence;
} trm_staging_mark;

/* Memory of a ring that was too small, until the GPU has done with it. */
typedef struct trm_outgrown_ring {
    trm_memory memory;
    uint64_t last_use; /* serial */
} trm_outgrown_ring;

typedef struct trm_staging {
    const trm_backend *backend;
    trm_timeline *timeline;
    trm_stats *stats;
    uint64_t wait_timeout_ns;
    trm_memory memory;
    uint64_t capacity;                         /* 0 until the ring is first used */
    uint64_t head;                             /* next byte to reserve */
    uint64_t tail;                             /* oldest byte that the GPU may still read */
    uint64_t written;                          /* end of the last queued transfer's bytes */
    uint64_t flushed;                          /* everything before has been handed over */
    uint64_t fenced;                           /* everything before has a fence, or will have */
    trm_staging_mark marks[TRM_STAGING_MARKS]; /* oldest first */
    size_t mark_count;
    uint64_t spare_begin, spare_end; /* positions left out when a frame last turned back */
    uint64_t first_capacity;         /* before it grew */
    uint64_t limit;                  /* the most bytes that it may grow to */
    uint64_t budget;                 /* of the device; 0: none */
    uint64_t frame_start;            /* the head when the open frame began */
    uint64_t frame_nbytes;           /* of the frame before, with what found no room */
    uint64_t usual_nbytes;           /* what frames took lately, at most */
    uint32_t large_lately;   /* how many more frames remember one larger than a third of the ring */
    uint32_t refused_lately; /* how many more frames remember that there was no memory */
    bool wants_more;         /* two of them: the next reservation tries to grow */
    bool asked;              /* by this hand-over, whether the GPU has finished something */
    uint64_t table_nbytes;   /* of the open frame's tables that found no room: copies, for now */
    trm_outgrown_ring outgrown[TRM_STAGING_OUTGROWN];
    size_t outgrown_count;
    /* The oldest open slice: no fence frees what comes behind it. UINT64_MAX: none. */
    uint64_t hold;
    bool barriers[2];  /* by trm_barrier: due before the queued transfers */
    bool may_dispatch; /* during sync, where the application expects it */
    trm_parcel parcel;
    trm_transfer *transfers; /* TRM_STAGING_TRANSFERS of them */
    size_t transfer_count;
    trm_scatter scatters[TRM_STAGING_SCATTERS]; /* scratch of one hand-over */
    size_t scatter_count;
} trm_staging;

/* A piece of the ring to write into. */
typedef struct trm_slice {
    unsigned char *pointer;
    uint64_t position;
    uint64_t offset; /* in the ring's memory */
    size_t nbytes;
} trm_slice;

/* Slices start with a cache line: copies of whole lines are made of nothing else then. */
#define TRM_SLICE_ALIGNMENT UINT64_C(64)

/* The least capacity that holds so many bytes. */
uint64_t trm_staging_capacity(uint64_t nbytes);

/* Makes the list for transfers, if there is none. */
bool trm_staging_has_queue(trm_staging *staging, const trm_allocator *allocator);

/* Gives a ring that has none its memory. OK, OUT_OF_MEMORY, OUT_OF_DEVICE_MEMORY, DEVICE_LOST. */
trm_result trm_staging_create(
    trm_staging *staging, uint64_t capacity, const trm_allocator *allocator);
void trm_staging_destroy(trm_staging *staging, const trm_allocator *allocator, bool lost);

/* The most bytes that the next slice should have: a quarter of the ring, or what is left of the
 * lap, if that is worth a slice and is `least` bytes or more. */
size_t trm_staging_slice_limit(const trm_staging *staging, size_t least);

/* Reserves `nbytes`, at most a quarter of the ring. May hand over what is written so far. OK;
 * NOT_READY when it would have to wait and may not, or waited too long; FRAME_OPEN; DEVICE_LOST. */
trm_result trm_staging_reserve(trm_staging *staging, size_t nbytes, bool may_wait, trm_slice *out);

/* Queues `count` moves, which the caller has put behind those that are queued, and for which there
 * is room: of the first `used` bytes of a slice, which are written. Slices in the order in which
 * they were reserved, and each from front to back. */
static inline void trm_staging_queue(
    trm_staging *staging, const trm_slice *slice, size_t used, size_t count) {
    staging->transfer_count += count;
    staging->written = slice->position + used;
}

/* The same with a single one, from `offset` of the slice; `source_offset` is filled in. */
static inline void trm_staging_transfer(
    trm_staging *staging, const trm_slice *slice, size_t offset, trm_transfer transfer) {
    transfer.source_offset = slice->offset + offset;
    staging->transfers[staging->transfer_count] = transfer;
    trm_staging_queue(staging, slice, offset + transfer.nbytes, 1);
}

/* Reserves only what is free right now. */
bool trm_staging_try_reserve(trm_staging *staging, size_t nbytes, trm_slice *out);

/* Reserves a slice that stays open while others come and go, up to all of the ring; the results of
 * trm_staging_reserve. Hands over what is queued. The caller keeps `hold` at the oldest open slice.
 */
trm_result trm_staging_open(trm_staging *staging, size_t nbytes, trm_slice *out);

/* Moves the first `used` bytes of such a slice, at once, and gives the rest back if it can. `hold`
 * no longer counts it. */
void trm_staging_close(
    trm_staging *staging, const trm_slice *slice, size_t used, trm_transfer transfer);

/* Whether no more moves can be queued before the next reservation; every slice has room for one. */
bool trm_staging_is_full(const trm_staging *staging);

/* Gives back the end of the slice that was reserved last, from byte `used` on. */
void trm_staging_trim(trm_staging *staging, const trm_slice *slice, size_t used);

/* Asks for a barrier before the moves that are queued from now on. */
void trm_staging_barrier(trm_staging *staging, trm_barrier barrier);

/* Issues those barriers now, for commands that do not come from the ring. */
void trm_staging_issue_barriers(trm_staging *staging);

/* Flushes what was written and issues the queued moves. */
void trm_staging_hand_over(trm_staging *staging);

/* The open frame ends: what it used comes back with its fence. Call before the timeline ends it. */
void trm_staging_end_frame(trm_staging *staging);

/* Takes back what the GPU is done with. */
void trm_staging_reclaim(trm_staging *staging);

/* Flushes what was written, without the moves. */
void trm_staging_flush_written(trm_staging *staging);

/* staging_lap.c: where the last mark stands; counts the bytes in use, for the statistics. */
uint64_t trm_staging_marked(const trm_staging *staging);
void trm_staging_count_used(trm_staging *staging);

/* Starts over at the beginning of the ring, if nothing is in flight. */
bool trm_staging_start_over(trm_staging *staging);

/* Where a frame begins, by what frames take: at the beginning of the ring if that is free, and not
 * where it would not fit. */
void trm_staging_choose_start(trm_staging *staging);

/* Whether the frame writes into memory that the processor still has in its caches, as far as can be
 * told from the size of frames. */
bool trm_staging_is_cached(const trm_staging *staging);

/* staging_grow.c: moves to a larger ring if that is wanted, allowed and to be had. Not in the
 * middle of a slice. */
bool trm_staging_grow(trm_staging *staging);

/* The ring's bytes, if it has grown. */
static inline uint64_t trm_staging_grown_nbytes(const trm_staging *staging) {
    return staging->capacity > staging->first_capacity ? staging->capacity : 0;
}

/* Gives back the memory of such a ring, for a buffer that the budget has no room for; the next
 * upload makes a ring as large as the first. Not in the middle of a slice. */
void trm_staging_give_way(trm_staging *staging);

/* Frees outgrown rings that the GPU has done with, or all. */
void trm_staging_reclaim_outgrown(trm_staging *staging, bool all);

#endif
