/* The inside of a device, for the core. */
#ifndef TRM_CORE_DEVICE_IMPL_H
#define TRM_CORE_DEVICE_IMPL_H

#include "core/backend.h"
#include "core/batch.h"
#include "core/buffer_impl.h"
#include "core/limit.h"
#include "core/notes.h"
#include "core/slot.h"
#include "core/staging.h"
#include "core/store.h"
#include "core/timeline.h"
#include "core/zone.h"

/* Host memory through which small edits pass on their way into commands. */
#define TRM_INLINE_NBYTES TRM_LIMIT((size_t)16 << 10, (size_t)256)
#define TRM_INLINE_PIECES TRM_LIMIT((size_t)128, (size_t)3)

typedef struct trm_inline_batch {
    size_t count;
    trm_update updates[TRM_INLINE_PIECES];
    size_t padding; /* bytes at the end of the last one that belong to nobody */
    unsigned char bytes[TRM_INLINE_NBYTES];
} trm_inline_batch;

/* While it is restored a device is still lost; a loss that is told of then shows in the end. */
enum { TRM_CONTEXT_FINE, TRM_CONTEXT_LOST, TRM_CONTEXT_IN_RESTORE };

struct trm_device {
    trm_backend backend;
    trm_device_desc desc; /* defaults filled in; `label` is a copy */
    char *label;
    trm_stats stats;
    trm_zones zones;
    uint32_t told; /* bits of the lasting notes that were */
    trm_timeline timeline;
    trm_staging staging;
    _Atomic int lost;        /* TRM_CONTEXT_... */
    _Atomic uintptr_t owner; /* thread of the last sync or end_frame */

    trm_pages pages;
    trm_copier copier;
    trm_batch batch;
    trm_slot_work slot_work;
    trm_inline_batch inline_batch;
    size_t inline_left;     /* bytes that may still go inline in this sync or acquire */
    uint64_t synced_nbytes; /* what the last sync with edits moved */
    /* Small buffers with edits in this frame, and in the last one that had any (place.c). */
    uint32_t small_edits, small_edits_before;

    /* Attached buffers: slot i is bit i % TRM_LISTING_BITS of listing i / TRM_LISTING_BITS. */
    trm_listing **listings;
    size_t listing_count;
    trm_buffer **slots; /* listing_count * TRM_LISTING_BITS */
    trm_turn **turns;   /* as many; of those that may be rewritten (slot.c) */
    size_t free_slot;   /* no slot before this one is free */

    struct trm_write *writes; /* open in-place writes */
    struct trm_lease *leases; /* of streams and read-backs */
    size_t leases_due;        /* given back, waiting for the GPU */

    trm_store *watched; /* mapped by AUTO's choice, for demote.c */
    trm_store *last_watched;

    trm_store *retired; /* detached or outgrown, waiting for the GPU; oldest first */
    trm_store *last_retired;
    uint64_t retired_at; /* the serial that the last one waits for */
};

/* Takes a backend over, with all that hangs on it; nothing of another one is left. */
void trm_device_adopt(trm_device *device, const trm_backend *backend);

/* Detaches a buffer that is being destroyed. ATTACHED from a foreign thread. */
trm_result trm_device_release_buffer(trm_buffer *buffer);

/* Whether the caller is on the thread of the device that the buffer is attached to. */
bool trm_device_owns_thread(const trm_buffer *buffer);

/* store.c: tells whoever listens which items were copied. */
void trm_store_tell_copy(const trm_store *store, uint32_t region, size_t offset, size_t nbytes);

/* The CPU has copied these bytes on the buffer's behalf: counts them, and tells of them. */
static inline void trm_store_note_copy(
    trm_store *store, uint32_t region, size_t offset, size_t nbytes) {
    trm_device *device = store->device;
    device->stats.copied_nbytes += nbytes;
    store->copied_nbytes += nbytes;
    if (device->desc.on_copy)
        trm_store_tell_copy(store, region, offset, nbytes);
}

/* All that a batch has copied. */
static inline void trm_store_note_batch(trm_store *store, uint32_t region, const trm_batch *batch) {
    trm_device *device = store->device;
    device->stats.copied_nbytes += batch->nbytes;
    store->copied_nbytes += batch->nbytes;
    for (size_t i = 0; i < batch->count && device->desc.on_copy; i++)
        trm_store_tell_copy(store, region, batch->copies[i].offset, batch->copies[i].nbytes);
}

/* Acquires a buffer that has to be attached or brought up first, or cannot be acquired. */
trm_result trm_device_acquire_pending(
    trm_device *device, trm_buffer *buffer, bool may_wait, trm_span *out);

/* acquire.c: what an attached buffer is drawn from as it is. */
trm_result trm_device_hand_out(trm_device *device, const trm_buffer *buffer, trm_span *out);

/* Gives the buffer a store of its present size, if it has none. */
trm_result trm_device_ensure_store(trm_device *device, trm_buffer *buffer);

/* Puts a store among those that wait for the GPU. */
void trm_device_retire(trm_device *device, trm_store *store);

/* Frees retired stores whose frames have completed. */
void trm_device_reclaim(trm_device *device);

/* Whether `nbytes` more would keep the budget. */
bool trm_device_affords(const trm_device *device, uint64_t nbytes);

/* The same, for what is needed: parcels give way, and a ring that has grown, maybe in time for the
 * next try. Not if that would not suffice. */
bool trm_device_makes_room(trm_device *device, uint64_t nbytes);

/* The same, for what is only a wish: the first ring, if there is room for it, keeps that. */
bool trm_device_can_spare(const trm_device *device, uint64_t nbytes);

/* Makes the staging ring when it is first needed. OK, OUT_OF_MEMORY, OUT_OF_DEVICE_MEMORY (the
 * budget's, too) or DEVICE_LOST, which trm_store_fail_staging tells. */
trm_result trm_device_ensure_staging(trm_device *device);

/* Whether there are parcels; makes their memory when they are first needed. */
bool trm_device_has_parcel(trm_device *device);

/* demote.c: the stores that AUTO mapped, and the one among them that a sync sends back. */
void trm_demote_watch(trm_device *device, trm_store *store);
void trm_demote_unwatch(trm_device *device, trm_store *store);
void trm_demote_idle(trm_device *device);

/* place.c: where a buffer starts, and where it should move now that it is edited again. */
typedef struct trm_place {
    trm_placement placement;
    trm_placement_reason reason;
} trm_place;
trm_place trm_place_first(const trm_buffer *buffer);
trm_place trm_place_edited(trm_device *device, const trm_store *store);

/* Whether a buffer's wish can be had at all. */
trm_result trm_place_check(const trm_device *device, const trm_buffer *buffer);

/* observe.c: tells the device's log, lasting notes but once. `label` NULL: the device's. */
void trm_device_tell(trm_device *device, const char *label, trm_note note);
/* Waits for the GPU so far; counts those since then for a store, if there is one, and tells of
 * them. */
typedef struct trm_waits {
    uint64_t count;
    uint64_t ns;
} trm_waits;
trm_waits trm_device_count_waits(const trm_device *device);
void trm_device_tell_waits(
    const trm_device *device, const char *label, trm_store *store, trm_waits before);
/* Tells where the buffer lives now. */
void trm_device_tell_place(trm_device *device, const trm_buffer *buffer, bool first);

/* Brackets what is done to bring buffers up: a zone of the application's profiler, and a group for
 * the API's debug tools where they are on. These do not nest. */
void trm_device_begin_work(trm_device *device, trm_zone zone, const char *label);
void trm_device_end_work(trm_device *device, trm_zone zone, const char *label);

/* A slot in the listings, growing them if needed. False without memory. */
bool trm_listing_add(trm_device *device, trm_buffer *buffer);

static inline uint64_t trm_listing_take(_Atomic uint64_t *word) {
    return atomic_load(word) ? atomic_exchange(word, 0) : 0;
}

void trm_listing_remove(trm_device *device, trm_buffer *buffer);
void trm_listing_destroy(trm_device *device);

#endif
