/* Attach, sync, frames: the public entry points of a device. */
#include "core/device_impl.h"

#include "core/bits.h"
#include "core/clock.h"
#include "core/lease.h"
#include "core/memory.h"
#include "core/write.h"

#define DEFAULT_REGIONS              3
#define DEFAULT_WAIT_TIMEOUT_NS      UINT64_C(2000000000)
#define DEFAULT_IDLE_FRAMES          600
#define DEFAULT_STAGING_NBYTES       (UINT64_C(4) << 20)
#define DEFAULT_STAGING_LIMIT_NBYTES (UINT64_C(256) << 20)

trm_result trm_device_check_desc(const trm_device_desc *desc) {
    if (!trm_allocator_valid(&desc->allocator))
        return trm_fail(&desc->log, desc->label, TRM_RULE_ALLOCATOR_HALF, NULL);
    if (desc->region_count > TRM_MAX_REGIONS)
        return trm_fail(
            &desc->log, desc->label, TRM_RULE_DEVICE_REGIONS, "%u", (unsigned)desc->region_count);
    if ((unsigned)desc->memory_kind > TRM_MEMORY_SOFTWARE)
        return trm_fail(
            &desc->log, desc->label, TRM_RULE_DEVICE_MEMORY_KIND, "%d", (int)desc->memory_kind);
    return TRM_OK;
}

void trm_device_adopt(trm_device *device, const trm_backend *backend) {
    const trm_device_desc *desc = &device->desc;
    device->backend = *backend;
    if (desc->memory_kind)
        device->backend.traits.memory_kind = desc->memory_kind;
    device->owner = trm_thread_id();
    device->copier = (trm_copier){
        .parallel_for = desc->parallel_for,
        .user = desc->parallel_user,
        .streamed = device->backend.traits.memory_kind == TRM_MEMORY_DISCRETE,
    };
    device->timeline.lazy = device->backend.traits.memory_kind == TRM_MEMORY_DISCRETE;
    device->staging = (trm_staging){
        .backend = &device->backend,
        .timeline = &device->timeline,
        .stats = &device->stats,
        .wait_timeout_ns = desc->wait_timeout_ns,
        .limit = desc->staging_limit_nbytes,
        .budget = desc->budget_nbytes,
    };
}

static void fill_in(trm_device *device, const trm_device_desc *desc) {
    device->desc = *desc;
    device->desc.label = device->label;
    if (!desc->region_count)
        device->desc.region_count = DEFAULT_REGIONS;
    if (!desc->wait_timeout_ns)
        device->desc.wait_timeout_ns = DEFAULT_WAIT_TIMEOUT_NS;
    if (!desc->idle_frames)
        device->desc.idle_frames = DEFAULT_IDLE_FRAMES;
    if (!desc->staging_nbytes)
        device->desc.staging_nbytes = DEFAULT_STAGING_NBYTES;
    if (!desc->staging_limit_nbytes)
        device->desc.staging_limit_nbytes = DEFAULT_STAGING_LIMIT_NBYTES;
    trm_timeline_init(&device->timeline, &device->backend, &device->stats);
    device->zones = (trm_zones){.on_zone = desc->on_zone, .user = desc->on_zone_user};
    device->timeline.zones = &device->zones;
}

trm_result trm_device_create(
    const trm_backend *backend, const trm_device_desc *desc, trm_device **out) {
    *out = NULL;
    trm_device *device = trm_allocate(&desc->allocator, sizeof *device);
    if (!device)
        goto fail_device;
    device->label = trm_copy_string(&desc->allocator, desc->label);
    if (!device->label)
        goto fail_label;
    fill_in(device, desc);
    trm_device_adopt(device, backend);
    *out = device;
    return TRM_OK;

fail_label:
    trm_release(&desc->allocator, device, sizeof *device);
fail_device:
    backend->destroy(backend->self, false);
    return trm_fail(&desc->log, desc->label, TRM_RULE_DEVICE_MEMORY, NULL);
}

void *trm_device_backend(const trm_device *device) {
    return device->backend.self;
}

bool trm_device_is_lost(const trm_device *device) {
    return atomic_load_explicit(&device->lost, memory_order_relaxed) != TRM_CONTEXT_FINE;
}

trm_result trm_device_fail(const trm_device *device, trm_rule rule) {
    return trm_fail(
        device ? &device->desc.log : NULL, device ? device->desc.label : NULL, rule, NULL);
}

static uint64_t note_duration(trm_device *device, uint64_t start) {
    uint64_t duration = trm_clock_ns() - start;
    if (duration > device->stats.longest_call_ns)
        device->stats.longest_call_ns = duration;
    return duration;
}

/* The serial after which nothing reads the store's memory any more. What is bound for good may be
 * read in the open frame, though nobody acquired it: objects outlive that in the API, but the slot
 * of a page goes to the next one, whose bytes some drivers let overtake the reader. */
static uint64_t last_reader(trm_device *device, const trm_store *store) {
    const trm_traits *traits = &device->backend.traits;
    if (store->page && store->placement == TRM_PLACEMENT_DEVICE &&
        trm_copies_overtake(traits, store->buffer->usage) && !trm_device_is_lost(device))
        return trm_timeline_use(&device->timeline);
    return trm_store_last_use(store);
}

void trm_device_retire(trm_device *device, trm_store *store) {
    trm_demote_unwatch(device, store);
    uint64_t last_use = last_reader(device, store);
    if (trm_timeline_done(&device->timeline, last_use) || trm_device_is_lost(device)) {
        trm_store_destroy(store);
        return;
    }
    trm_timeline_want(&device->timeline, last_use);
    /* In the order of time: a store waits for those before it too. */
    if (last_use < device->retired_at)
        last_use = device->retired_at;
    store->retired_at = device->retired_at = last_use;
    store->next = NULL;
    *(device->retired ? &device->last_retired->next : &device->retired) = store;
    device->last_retired = store;
    device->stats.retired_nbytes += store->held_nbytes;
}

void trm_device_reclaim(trm_device *device) {
    while (device->retired && (trm_timeline_done(&device->timeline, device->retired->retired_at) ||
                                  trm_device_is_lost(device))) {
        trm_store *store = device->retired;
        device->retired = store->next;
        device->stats.retired_nbytes -= store->held_nbytes;
        trm_store_destroy(store);
    }
    trm_lease_reclaim(device);
}

/* Whether `nbytes` more would keep the budget, if `spare` of those that are held were not. */
static bool affords_without(const trm_device *device, uint64_t spare, uint64_t nbytes) {
    const trm_stats *stats = &device->stats;
    uint64_t budget = device->desc.budget_nbytes;
    uint64_t held = stats->mapped_nbytes + stats->device_nbytes + stats->staging_nbytes - spare;
    return !budget || (nbytes <= budget && held <= budget - nbytes);
}

bool trm_device_affords(const trm_device *device, uint64_t nbytes) {
    return affords_without(device, 0, nbytes);
}

/* Parcels first, then what the ring has grown by; and neither for nothing. */
bool trm_device_makes_room(trm_device *device, uint64_t nbytes) {
    trm_staging *staging = &device->staging;
    uint64_t parcels = staging->parcel.memory.nbytes;
    if (trm_device_affords(device, nbytes))
        return true;
    if (!affords_without(device, parcels + trm_staging_grown_nbytes(staging), nbytes))
        return false;
    bool both = !affords_without(device, parcels, nbytes);
    trm_parcel_give_way(staging, &device->desc.allocator);
    if (both)
        trm_staging_give_way(staging);
    return trm_device_affords(device, nbytes);
}

/* Bytes of the ring that is still to be made; 0: there is one; UINT64_MAX: there can be none. */
static uint64_t lacking_ring_nbytes(const trm_device *device) {
    uint64_t frame = device->desc.staging_nbytes;
    if (device->staging.capacity)
        return 0;
    uint64_t capacity = frame <= INT64_MAX / 4 ? trm_staging_capacity(frame * 3) : UINT64_MAX;
    return capacity <= INT64_MAX ? capacity : UINT64_MAX;
}

bool trm_device_can_spare(const trm_device *device, uint64_t nbytes) {
    uint64_t ring = lacking_ring_nbytes(device);
    if (ring == UINT64_MAX || !trm_device_affords(device, ring))
        ring = 0;
    return trm_device_affords(device, nbytes + ring);
}

trm_result trm_device_ensure_staging(trm_device *device) {
    trm_result result = TRM_ERROR_OUT_OF_DEVICE_MEMORY;
    uint64_t capacity = lacking_ring_nbytes(device);
    if (!capacity)
        return TRM_OK;
    if (capacity != UINT64_MAX && trm_device_makes_room(device, capacity)) {
        result = trm_staging_create(&device->staging, capacity, &device->desc.allocator);
        if (result == TRM_OK || result == TRM_ERROR_DEVICE_LOST)
            return result;
        trm_parcel_give_way(&device->staging, &device->desc.allocator);
    }
    device->staging.refused_lately = TRM_REFUSED_FRAMES;
    trm_device_tell(device, NULL, TRM_NOTE_RING);
    return result;
}

bool trm_device_has_parcel(trm_device *device) {
    if (!device->staging.parcel.bytes &&
        !trm_device_can_spare(device, TRM_PARCEL_PLACES * TRM_PARCEL_NBYTES))
        return false;
    return trm_parcel_create(&device->staging, &device->desc.allocator);
}

static trm_result attach(trm_device *device, trm_buffer *buffer) {
    trm_device *none = NULL;
    if (!atomic_compare_exchange_strong(&buffer->device, &none, device))
        return trm_fail(&device->desc.log, buffer->label, TRM_RULE_ATTACH_OTHER, NULL);
    trm_result result = trm_place_check(device, buffer);
    if (result == TRM_OK && !trm_listing_add(device, buffer))
        result = trm_fail(&device->desc.log, buffer->label, TRM_RULE_ATTACH_MEMORY, NULL);
    if (result != TRM_OK) {
        atomic_store(&buffer->device, NULL);
        return result;
    }
    buffer->keeps_placement = false;
    trm_buffer_raise(buffer, TRM_DIRTY_SOME);
    device->stats.buffers++;
    return TRM_OK;
}

/* The checks that every call about a buffer on a device begins with. */
static trm_result check(trm_device *device, const trm_buffer *buffer) {
    if (!device || !buffer)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    if (trm_device_is_lost(device))
        return trm_fail(&device->desc.log, buffer->label, TRM_RULE_DEVICE_LOST, NULL);
    return TRM_OK;
}

trm_result trm_device_attach(trm_device *device, trm_buffer *buffer) {
    trm_result result = check(device, buffer);
    if (result != TRM_OK || atomic_load(&buffer->device) == device)
        return result;
    return attach(device, buffer);
}

/* A new store takes over; the old one, if any, serves out its frame. The marks so far are covered
 * by the new store being stale all over, or born up to date; should the old one have to go on, it
 * has them too. Where it does as well, a failure is no error to tell of. */
static trm_result replace_store(
    trm_device *device, trm_buffer *buffer, trm_place place, bool needed) {
    trm_store *store, *old = buffer->store;
    bool goes_on = old && old->generation == buffer->generation;
    if (goes_on)
        trm_store_settle(old);
    uint64_t marked = trm_store_take_marks(buffer, goes_on ? old : NULL);
    trm_result result = trm_store_create(
        device, buffer, place.placement, true, needed ? &device->desc.log : NULL, &store);
    bool forgets = result != TRM_OK && !goes_on && trm_buffer_has_data(buffer);
    device->stats.marked_nbytes += forgets ? 0 : marked;
    if (result != TRM_OK || !store->filled)
        trm_buffer_raise(buffer, forgets ? TRM_DIRTY_FULL : TRM_DIRTY_SOME);
    if (result != TRM_OK)
        return result;
    store->reason = place.reason;
    store->since = store->edited_at = device->stats.frames;
    const bool first = !trm_store_has_memory(old);
    const bool moved = first || old->placement != place.placement;
    if (old) {
        trm_store_succeed(store, old);
        trm_device_retire(device, old);
    }
    trm_device_reclaim(device);
    trm_store_install(buffer, store);
    if (place.placement == TRM_PLACEMENT_MAPPED && place.reason != TRM_REASON_ASKED)
        trm_demote_watch(device, store);
    if (moved)
        trm_device_tell_place(device, buffer, first);
    return TRM_OK;
}

/* What a buffer held before a resize is obsolete, and goes once the GPU does not read it any more:
 * now, or some try later. */
static void drop_memory(trm_device *device, trm_store *store) {
    uint64_t last_use = trm_store_last_use(store);
    if (!store->retired_at) /* later frames draw from it only if they acquire it */
        store->retired_at = last_reader(device, store);
    if (last_use < store->retired_at)
        last_use = store->retired_at;
    if (trm_timeline_poll(&device->timeline) == TRM_OK &&
        trm_timeline_done(&device->timeline, last_use))
        trm_store_forsake(store);
    else
        trm_timeline_want(&device->timeline, last_use);
}

/* Where the budget has no room for both, the old memory goes first. */
static void drop_outgrown(trm_device *device, trm_buffer *buffer) {
    trm_store *store = buffer->store;
    uint64_t nbytes = buffer->layout.nbytes, regions = store->region_count;
    uint64_t padding = trm_span_alignment(&device->backend.alignments, buffer->usage);
    if (!trm_store_has_memory(store) || nbytes > INT64_MAX / TRM_MAX_REGIONS - padding ||
        trm_device_affords(device, (nbytes + padding) * regions))
        return;
    drop_memory(device, store);
}

trm_result trm_device_ensure_store(trm_device *device, trm_buffer *buffer) {
    const trm_store *store = buffer->store;
    bool outgrown = !store || store->generation != buffer->generation;
    if (outgrown && store)
        drop_outgrown(device, buffer);
    trm_place place = outgrown && !trm_store_has_memory(store) ? trm_place_first(buffer)
                                                               : trm_place_edited(device, store);
    if (outgrown || place.placement != store->placement) {
        /* Where it can live as it does, or in one copy, more is only a wish. */
        bool wish = !outgrown || (place.placement == TRM_PLACEMENT_MAPPED &&
                                     buffer->placement == TRM_PLACEMENT_AUTO);
        trm_result result = replace_store(device, buffer, place, !wish);
        if (result == TRM_ERROR_DEVICE_LOST)
            return result;
        buffer->keeps_placement = wish && result != TRM_OK;
        if (buffer->keeps_placement) {
            place = (trm_place){TRM_PLACEMENT_DEVICE, TRM_REASON_MOVE_REFUSED};
            trm_device_tell(device, buffer->label, TRM_NOTE_KEPT);
            result = outgrown ? replace_store(device, buffer, place, true) : TRM_OK;
        }
        if (result == TRM_ERROR_OUT_OF_DEVICE_MEMORY && outgrown &&
            trm_store_has_memory(buffer->store))
            drop_memory(device, buffer->store);
        if (result != TRM_OK)
            return result;
    }
    buffer->store->reason = place.reason;
    return TRM_OK;
}

static trm_result bring_up_to_date(trm_device *device, trm_buffer *buffer, bool may_wait) {
    if (trm_write_bars_upload(buffer))
        return TRM_OK;
    trm_listing_collect(buffer);
    trm_result result = trm_device_ensure_store(device, buffer);
    if (result != TRM_OK)
        return result;
    trm_waits before = trm_device_count_waits(device);
    result = trm_store_update(buffer->store, may_wait);
    trm_device_tell_waits(device, buffer->label, buffer->store, before);
    return result;
}

/* Acquire with something to do first. */
static trm_result prepare(trm_device *device, trm_buffer *buffer, bool may_wait) {
    trm_result result = trm_device_attach(device, buffer);
    if (result != TRM_OK || device->desc.explicit_sync || !trm_buffer_is_pending(buffer))
        return result;
    uint64_t start = trm_clock_ns();
    trm_device_begin_work(device, TRM_ZONE_UPLOAD, buffer->label);
    device->inline_left = TRM_INLINE_NBYTES;
    result = bring_up_to_date(device, buffer, may_wait);
    trm_pages_flush(device);
    trm_staging_hand_over(&device->staging);
    trm_device_end_work(device, TRM_ZONE_UPLOAD, buffer->label);
    device->stats.uploading_ns += note_duration(device, start);
    return result;
}

trm_result trm_device_acquire_pending(
    trm_device *device, trm_buffer *buffer, bool may_wait, trm_span *out) {
    trm_result result = check(device, buffer);
    if (result == TRM_OK)
        result = prepare(device, buffer, may_wait);
    return result == TRM_OK ? trm_device_hand_out(device, buffer, out) : result;
}

trm_result trm_device_add_fence(trm_device *device, trm_fence fence) {
    if (!device || !fence)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    if (trm_device_is_lost(device))
        return trm_device_fail(device, TRM_RULE_DEVICE_LOST);
    if (!trm_timeline_add_fence(&device->timeline, fence))
        return trm_device_fail(device, TRM_RULE_FENCE_FULL);
    /* Copies of ours may overwrite what the other context's draws still read. */
    device->backend.fence_follow(device->backend.self, fence);
    return TRM_OK;
}

/* A sync so far. */
typedef struct progress {
    uint64_t start;     /* when the first buffer with edits was met; 0: none was */
    trm_result first;   /* the first error */
    bool waits_no_more; /* the GPU was waited for in vain */
} progress;

/* The first buffer with edits that this sync meets. */
static void begin_sync(trm_device *device, progress *sync) {
    if (sync->start)
        return;
    sync->start = trm_clock_ns();
    trm_device_begin_work(device, TRM_ZONE_SYNC, device->label);
}

/* Takes the marks of a listing, and rewrites the slots among its buffers: left[word] are those that
 * remain. Returns which words have any. */
static uint64_t sync_slots(trm_device *device, size_t index, progress *sync, uint64_t *left) {
    trm_listing *listing = device->listings[index];
    uint64_t words = atomic_exchange(&listing->summary, 0);
    for (uint64_t rest = words; rest; rest &= rest - 1) {
        size_t word = trm_lowest_bit(rest);
        left[word] = trm_listing_take(&listing->words[word]);
        uint64_t full = trm_listing_take(&listing->full[word]);
        if (full) {
            begin_sync(device, sync);
            left[word] |= trm_slot_plan(device, index, word, full, left[word]);
        }
        if (!left[word])
            words &= ~(rest & -rest);
    }
    trm_slot_copy(device, index);
    return words;
}

/* Uploads the buffers of one listing that have edits. */
static void sync_listing(trm_device *device, size_t index, progress *sync) {
    uint64_t left[TRM_LISTING_WORDS];
    for (uint64_t words = sync_slots(device, index, sync, left); words; words &= words - 1) {
        size_t word = trm_lowest_bit(words);
        trm_buffer *const *buffers =
            device->slots + index * TRM_LISTING_BITS + word * TRM_WORD_BITS;
        for (uint64_t bits = left[word]; bits; bits &= bits - 1) {
            trm_buffer *buffer = buffers[trm_lowest_bit(bits)];
            if (!buffer || !trm_buffer_is_pending(buffer))
                continue;
            begin_sync(device, sync);
            trm_result result = bring_up_to_date(device, buffer, !sync->waits_no_more);
            sync->waits_no_more |= result == TRM_ERROR_TIMEOUT;
            sync->first = sync->first == TRM_OK ? result : sync->first;
        }
    }
}

trm_result trm_device_sync(trm_device *device) {
    if (!device)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    atomic_store_explicit(&device->owner, trm_thread_id(), memory_order_relaxed);
    if (trm_device_is_lost(device))
        return trm_device_fail(device, TRM_RULE_DEVICE_LOST);
    progress sync = {.first = TRM_OK};
    /* A sync that moves more than a little had better move all of it at once; syncs resemble the
     * ones before them. */
    uint64_t copied = device->stats.copied_nbytes;
    device->inline_left = device->synced_nbytes <= TRM_INLINE_NBYTES ? TRM_INLINE_NBYTES : 0;
    device->staging.may_dispatch = device->backend.traits.largest_binding != 0;
    device->staging.parcel.may_fill = device->staging.may_dispatch && !device->desc.no_inline &&
                                      device->synced_nbytes <= TRM_PARCEL_NBYTES;
    for (size_t i = 0; i < device->listing_count && !trm_device_is_lost(device); i++) {
        if (!atomic_load_explicit(&device->listings[i]->summary, memory_order_acquire))
            continue;
        sync_listing(device, i, &sync);
    }
    if (sync.start) {
        trm_pages_flush(device);
        trm_staging_hand_over(&device->staging);
        trm_device_end_work(device, TRM_ZONE_SYNC, device->label);
        device->stats.uploading_ns += note_duration(device, sync.start);
        device->synced_nbytes = device->stats.copied_nbytes - copied;
    }
    device->staging.may_dispatch = device->staging.parcel.may_fill = false;
    trm_demote_idle(device);
    return sync.first;
}

/* What the GPU has finished with, goes back. */
static trm_result reclaim_all(trm_device *device, trm_result result) {
    if (result == TRM_ERROR_DEVICE_LOST) {
        trm_device_lost(device);
        trm_fail(&device->desc.log, device->desc.label, TRM_RULE_DEVICE_LOST, NULL);
    } else {
        trm_staging_reclaim(&device->staging);
    }
    trm_device_reclaim(device);
    return result;
}

trm_result trm_device_end_frame(trm_device *device) {
    if (!device)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    atomic_store_explicit(&device->owner, trm_thread_id(), memory_order_relaxed);
    if (trm_device_is_lost(device))
        return trm_device_fail(device, TRM_RULE_DEVICE_LOST);
    if (device->writes)
        return trm_fail(&device->desc.log, device->writes->buffer->label, TRM_RULE_WRITE_UNENDED,
            "%zu bytes", device->writes->nbytes);
    uint64_t start = trm_clock_ns();
    trm_timeline *timeline = &device->timeline;
    trm_zone_pass(&device->zones, TRM_ZONE_END_FRAME, true, device->label);
    /* Before the frame has a fence of its own: the GPU cannot be done with that, and NVIDIA's
     * driver takes microseconds to say so. */
    bool reclaims = device->retired || device->leases_due || device->staging.mark_count ||
                    device->staging.outgrown_count;
    trm_result looked = reclaims ? trm_timeline_look(timeline) : TRM_OK;
    trm_staging_end_frame(&device->staging);
    bool used = timeline->used;
    trm_timeline_end_frame(timeline);
    if ((used || timeline->unsubmitted) && !device->desc.no_flush)
        device->backend.submit(device->backend.self);
    timeline->unsubmitted = false; /* without the flush a swap follows */
    trm_result result = device->backend.status(device->backend.self);
    result = result == TRM_OK ? looked : result;
    if (result != TRM_OK || reclaims)
        result = reclaim_all(device, result);
    device->stats.frames++;
    if (device->small_edits)
        device->small_edits_before = device->small_edits;
    device->small_edits = 0;
    note_duration(device, start);
    trm_zone_pass(&device->zones, TRM_ZONE_END_FRAME, false, device->label);
    return result;
}

trm_result trm_device_wait_idle(trm_device *device, uint64_t timeout_ns) {
    if (!device)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    if (trm_device_is_lost(device))
        return trm_device_fail(device, TRM_RULE_DEVICE_LOST);
    uint64_t bound = timeout_ns == UINT64_MAX ? device->desc.wait_timeout_ns : timeout_ns;
    trm_timeline *timeline = &device->timeline;
    trm_zone_pass(&device->zones, TRM_ZONE_WAIT, true, device->label);
    trm_result result = trm_timeline_poll(timeline);
    if (result == TRM_OK)
        result = trm_timeline_drain(timeline, timeline->open - 1, bound);
    trm_zone_pass(&device->zones, TRM_ZONE_WAIT, false, device->label);
    result = reclaim_all(device, result);
    return result == TRM_NOT_READY ? trm_device_fail(device, TRM_RULE_WAIT_TIMEOUT) : result;
}
