/* The way back: a buffer that AUTO gave N regions, and that nobody edits any more, returns to one
 * device-local copy. Each sync looks at one of those buffers; the copy is the GPU's.
 *
 * Going to and fro would cost more than it saves, so each return makes the next one twice as slow
 * to come, and a returned buffer has to be edited a few times before it moves again (place.c). */
#include "core/device_impl.h"

#define MOST_DOUBLINGS 5u

/* Slots of pages have little to give back, unless they are read over a bus; and where copies
 * overtake reads one copy costs waits. */
static bool may_return(const trm_device *device, const trm_store *store) {
    const trm_traits *traits = &device->backend.traits;
    return (!store->page || traits->memory_kind == TRM_MEMORY_DISCRETE) &&
           !trm_copies_overtake(traits, store->buffer->usage);
}

void trm_demote_watch(trm_device *device, trm_store *store) {
    if (!may_return(device, store))
        return;
    store->watch_next = device->watched;
    store->watch_previous = NULL;
    if (device->watched)
        device->watched->watch_previous = store;
    else
        device->last_watched = store;
    device->watched = store;
    store->is_watched = true;
}

void trm_demote_unwatch(trm_device *device, trm_store *store) {
    if (!store->is_watched)
        return;
    *(store->watch_previous ? &store->watch_previous->watch_next : &device->watched) =
        store->watch_next;
    *(store->watch_next ? &store->watch_next->watch_previous : &device->last_watched) =
        store->watch_previous;
    store->is_watched = false;
}

/* Rewriting a slot leaves no date (slot.c): whatever was rewritten since the last look is edited
 * now. */
static void date_rewrites(const trm_device *device, trm_store *store) {
    uint64_t rewrites = trm_store_rewrites(store);
    if (store->dated_rewrites != rewrites)
        store->edited_at = device->stats.frames;
    store->dated_rewrites = rewrites;
}

/* A buffer with edits is not idle, whatever became of them so far: as long as its current region
 * lacks any it is pending. */
static bool is_idle(const trm_device *device, const trm_store *store) {
    const trm_buffer *buffer = store->buffer;
    uint64_t limit = (uint64_t)device->desc.idle_frames << buffer->demotions;
    return device->stats.frames - store->edited_at > limit && !trm_buffer_is_pending(buffer);
}

/* Copies the current region, which the GPU has all of. */
static void copy(trm_device *device, trm_store *from, trm_store *to) {
    const trm_backend *backend = &device->backend;
    trm_transfer transfer = {
        .target = &to->memory,
        .usage = to->buffer->usage,
        .target_offset = trm_store_offset(to, 0),
        .source_offset = trm_store_offset(from, from->turn->current),
        .nbytes = to->layout.nbytes,
    };
    backend->transfer(backend->self, &from->memory, &transfer, 1);
    device->stats.transfers++;
    trm_store_use(from, &device->timeline);
    trm_store_use(to, &device->timeline);
    trm_plane_clear(&to->stale[0]);
    to->epoch = from->epoch;
    to->filled = true;
}

void trm_demote_idle(trm_device *device) {
    trm_store *store = device->last_watched, *fresh;
    if (!store || trm_device_is_lost(device))
        return;
    trm_demote_unwatch(device, store);
    trm_demote_watch(device, store); /* behind all others */
    trm_buffer *buffer = store->buffer;
    date_rewrites(device, store);
    if (!is_idle(device, store))
        return;
    if (!trm_device_affords(device, store->layout.nbytes) ||
        trm_store_create(device, buffer, TRM_PLACEMENT_DEVICE, false, NULL, &fresh) != TRM_OK) {
        store->edited_at = device->stats.frames; /* not so soon again */
        return;
    }
    copy(device, store, fresh);
    fresh->reason = TRM_REASON_IDLE;
    fresh->edited_at = store->edited_at;
    if (buffer->demotions < MOST_DOUBLINGS)
        buffer->demotions++;
    trm_store_succeed(fresh, store);
    trm_device_retire(device, store);
    trm_store_install(buffer, fresh);
    trm_device_tell_place(device, buffer, false);
}
