#include "core/store.h"

#include "core/bits.h"
#include "core/device_impl.h"
#include "core/memory.h"

#include <string.h>

/* What a store that was born with its content has to tell. */
static void count_first_upload(trm_store *store) {
    trm_plane_clear(&store->stale[0]);
    store->device->stats.uploads++;
    store->uploads++;
    trm_store_note_copy(store, 0, 0, store->layout.nbytes);
}

/* Behind the struct: it is as long as there are regions. */
static trm_turn *own_turn(trm_store *store) {
    return (trm_turn *)(void *)(store + 1);
}

static void leave_page(trm_store *store) {
    store->page = NULL;
    store->turn = own_turn(store);
    memset(store->turn, 0, trm_turn_nbytes(store->region_count));
}

trm_result trm_store_create(trm_device *device, trm_buffer *buffer, trm_placement placement,
    bool with_content, const trm_log *log, trm_store **out) {
    const trm_allocator *allocator = &device->desc.allocator;
    uint32_t regions = placement == TRM_PLACEMENT_MAPPED ? device->desc.region_count : 1;
    size_t plane_words = trm_plane_words(buffer->layout.chunk_count);
    size_t turn_nbytes = trm_turn_nbytes(regions);
    size_t head_nbytes = sizeof(trm_store) + turn_nbytes + regions * sizeof(trm_plane);
    size_t host_nbytes = head_nbytes + plane_words * regions * sizeof(uint64_t);
    trm_store *store = trm_allocate_lines(allocator, host_nbytes);
    if (!store)
        return trm_fail(log, buffer->label, TRM_RULE_ATTACH_MEMORY, NULL);
    store->device = device;
    store->buffer = buffer;
    store->placement = placement;
    store->region_count = (uint8_t)regions;
    leave_page(store);
    store->layout = buffer->layout;
    store->nbytes = buffer->layout.nbytes;
    store->wants_fence = placement == TRM_PLACEMENT_MAPPED || !device->timeline.lazy;
    store->generation = buffer->generation;
    store->epoch = atomic_load(&buffer->data_epoch);
    store->host_nbytes = host_nbytes;
    trm_result result = trm_store_take_memory(store, with_content, log);
    if (result != TRM_OK) {
        trm_release_lines(allocator, store, host_nbytes);
        return result;
    }
    store->stale = (trm_plane *)(void *)((unsigned char *)own_turn(store) + turn_nbytes);
    uint64_t *words = (uint64_t *)(void *)(store->stale + regions);
    for (uint32_t i = 0; i < regions; i++) {
        trm_plane_init(&store->stale[i], store->layout.chunk_count, words + i * plane_words);
        trm_plane_fill(&store->stale[i]);
    }
    if (store->filled && trm_buffer_has_data(buffer))
        count_first_upload(store);
    device->stats.host_nbytes += host_nbytes + TRM_CACHE_LINE;
    *out = store;
    return TRM_OK;
}

void trm_store_succeed(trm_store *store, const trm_store *old) {
    store->uploads += trm_store_uploads(old);
    store->copied_nbytes += trm_store_copied_nbytes(old);
    store->waits = old->waits;
    store->since = old->since;
    store->lost_before = old->lost_before;
}

void trm_store_destroy(trm_store *store) {
    trm_device *device = store->device;
    trm_demote_unwatch(device, store);
    const trm_allocator *allocator = &device->desc.allocator;
    if (trm_store_has_memory(store))
        trm_store_give_back_memory(store);
    device->stats.host_nbytes -= store->host_nbytes + TRM_CACHE_LINE;
    trm_release_lines(allocator, store, store->host_nbytes);
}

void trm_store_forsake(trm_store *store) {
    trm_demote_unwatch(store->device, store);
    store->uploads = trm_store_uploads(store);
    store->copied_nbytes = trm_store_copied_nbytes(store);
    trm_store_give_back_memory(store);
    store->memory = (trm_memory){0};
    leave_page(store);
    store->held_nbytes = 0;
    store->filled = false;
    store->generation = TRM_NO_GENERATION;
}

uint64_t trm_store_region_use(const trm_store *store, uint32_t region) {
    return trm_timeline_serial(&store->device->timeline, store->turn->last_use[region]);
}

uint64_t trm_store_last_use(const trm_store *store) {
    uint64_t last = 0;
    for (uint32_t i = 0; i < store->region_count; i++) {
        uint64_t use = trm_store_region_use(store, i);
        last = use > last ? use : last;
    }
    return last;
}

size_t trm_store_stale_nbytes(const trm_store *store, uint32_t region) {
    const trm_layout *layout = &store->layout;
    const trm_plane *stale = &store->stale[region];
    if (store->turn->whole)
        return region + 1 == store->turn->whole ? 0 : layout->nbytes;
    size_t chunk_nbytes = layout->chunk_size * layout->itemsize;
    size_t nbytes = stale->set_count * chunk_nbytes;
    if (nbytes && trm_plane_test(stale, layout->chunk_count - 1))
        nbytes -= layout->chunk_count * chunk_nbytes - layout->nbytes;
    return nbytes;
}

bool trm_store_follow_array(trm_store *store) {
    uint64_t epoch = atomic_load(&store->buffer->data_epoch);
    if (epoch == store->epoch)
        return false;
    store->epoch = epoch;
    for (uint32_t i = 0; i < store->region_count; i++)
        trm_plane_fill(&store->stale[i]);
    return true;
}

/* So many words are taken before the planes get them: these are fetched meanwhile. */
#define TAKEN_WORDS 16u

typedef struct taken_words {
    unsigned count;
    size_t word[TAKEN_WORDS];
    uint64_t bits[TAKEN_WORDS];
} taken_words;

static void take_words(trm_dirty_walk *walk, const trm_store *store, taken_words *taken) {
    for (taken->count = 0; taken->count < TAKEN_WORDS; taken->count++) {
        size_t *word = &taken->word[taken->count];
        if (!trm_dirty_take_next(walk, word, &taken->bits[taken->count]))
            return;
        for (uint32_t i = 0; store && i < store->region_count; i++)
            trm_plane_prefetch(&store->stale[i], *word);
    }
}

uint64_t trm_store_take_marks(trm_buffer *buffer, trm_store *store) {
    trm_dirty_walk walk;
    taken_words taken = {.count = TAKEN_WORDS};
    size_t chunks = 0;
    const trm_layout *layout = &buffer->layout;
    const uint32_t regions = store ? store->region_count : 0;
    bool last_chunk = false;
    uint32_t flags = trm_dirty_take_begin(&buffer->dirty, &walk);
    bool full = flags & TRM_DIRTY_FULL;
    while (taken.count == TAKEN_WORDS) {
        take_words(&walk, full ? NULL : store, &taken);
        for (unsigned k = 0; k < taken.count; k++) {
            size_t word = taken.word[k];
            uint64_t bits = taken.bits[k];
            for (uint32_t i = 0; i < regions && !full; i++)
                trm_plane_add(&store->stale[i], word, bits);
            chunks += trm_popcount(bits);
            last_chunk |= word * TRM_WORD_BITS + TRM_WORD_BITS >= layout->chunk_count &&
                          (bits >> ((layout->chunk_count - 1) % TRM_WORD_BITS) & 1);
        }
    }
    for (uint32_t i = 0; i < regions && full; i++)
        trm_plane_fill(&store->stale[i]);

    size_t chunk_nbytes = layout->chunk_size * layout->itemsize;
    size_t marked = full ? layout->nbytes : chunks * chunk_nbytes;
    if (!full && last_chunk)
        marked -= layout->chunk_count * chunk_nbytes - layout->nbytes;
    return marked;
}

/* A software rasteriser reads through the caches of other cores, and what one of them has just read
 * is the slowest memory to write: whoever is rewritten as a whole, so that every region lacks all
 * of it, goes on to the next one, for as long as the caches hold them all. */
#define GOES_ON_NBYTES TRM_LIMIT((size_t)1 << 20, (size_t)64)

static bool goes_on(const trm_store *store) {
    return store->device->backend.traits.memory_kind == TRM_MEMORY_SOFTWARE && store->filled &&
           store->layout.nbytes <= GOES_ON_NBYTES &&
           trm_store_stale_nbytes(store, store->turn->current) == store->layout.nbytes;
}

uint32_t trm_store_free_region(const trm_store *store) {
    const trm_timeline *timeline = &store->device->timeline;
    const uint32_t *last_use = store->turn->last_use;
    uint32_t count = store->region_count, current = store->turn->current, best = count;
    uint32_t next = current + 1 < count ? current + 1 : 0;
    if (trm_timeline_passed(timeline, last_use[current]))
        return goes_on(store) && trm_timeline_passed(timeline, last_use[next]) ? next : current;
    for (uint32_t i = next; i != current; i = i + 1 < count ? i + 1 : 0)
        if (trm_timeline_passed(timeline, last_use[i]) &&
            (best == count || store->stale[i].set_count < store->stale[best].set_count))
            best = i;
    return best;
}

trm_result trm_store_fail_wait(trm_store *store, trm_result result, bool may_wait) {
    const trm_device_desc *desc = &store->device->desc;
    if (result == TRM_ERROR_DEVICE_LOST) {
        trm_device_lost(store->device);
        return trm_fail(&desc->log, store->buffer->label, TRM_RULE_DEVICE_LOST, NULL);
    }
    if (result == TRM_ERROR_FRAME_OPEN)
        return trm_fail(&desc->log, store->buffer->label, TRM_RULE_FRAME_OPEN, "%u regions",
            (unsigned)store->region_count);
    if (!may_wait)
        return TRM_NOT_READY;
    return trm_fail(&desc->log, store->buffer->label, TRM_RULE_WAIT_TIMEOUT, "%llu ns",
        (unsigned long long)desc->wait_timeout_ns);
}

trm_result trm_store_fail_staging(trm_store *store, trm_result result) {
    const trm_device_desc *desc = &store->device->desc;
    if (result == TRM_ERROR_DEVICE_LOST)
        return trm_store_fail_wait(store, result, true);
    return trm_fail(&desc->log, store->buffer->label,
        result == TRM_ERROR_OUT_OF_MEMORY ? TRM_RULE_STAGING_HOST_MEMORY : TRM_RULE_STAGING_MEMORY,
        "%llu bytes", (unsigned long long)desc->staging_nbytes * 3);
}

void trm_store_tell_copy(const trm_store *store, uint32_t region, size_t offset, size_t nbytes) {
    const trm_device_desc *desc = &store->device->desc;
    size_t itemsize = store->layout.itemsize, first = offset / itemsize;
    desc->on_copy(desc->on_copy_user, &(trm_copy_event){.buffer = store->buffer,
                                          .region = region,
                                          .offset = first,
                                          .size = (offset + nbytes - 1) / itemsize + 1 - first});
}

/* Finds a region that the GPU does not read. region_count when there is none. */
static trm_result find_region(trm_store *store, uint32_t *out) {
    trm_timeline *timeline = &store->device->timeline;
    trm_result result = TRM_OK;
    if (!trm_timeline_passed(timeline, store->turn->last_use[store->turn->current]))
        result = trm_timeline_poll_once(timeline);
    *out = trm_store_free_region(store);
    if (result == TRM_OK && *out == store->region_count) {
        result = trm_timeline_poll(timeline);
        *out = trm_store_free_region(store);
    }
    return result;
}

/* Waits for the region that was used longest ago. */
static trm_result wait_for_region(trm_store *store, bool may_wait, uint32_t *out) {
    trm_timeline *timeline = &store->device->timeline;
    uint64_t oldest = UINT64_MAX;
    for (uint32_t i = 0; i < store->region_count; i++) {
        uint64_t use = trm_store_region_use(store, i);
        oldest = use < oldest ? use : oldest;
    }
    trm_result result =
        oldest == timeline->open ? TRM_ERROR_FRAME_OPEN
        : may_wait ? trm_timeline_wait(timeline, oldest, store->device->desc.wait_timeout_ns)
                   : TRM_NOT_READY;
    *out = trm_store_free_region(store);
    return result;
}

/* Whether there are sends, and whether they can be written: with regions that never catch up, only
 * a whole content can. */
static trm_result check_sends(trm_store *store, bool *any) {
    trm_buffer *buffer = store->buffer;
    trm_mutex_lock(buffer->lock);
    size_t nbytes = buffer->sends.nbytes;
    trm_mutex_unlock(buffer->lock);
    *any = nbytes != 0;
    if (store->placement == TRM_PLACEMENT_MAPPED && nbytes && nbytes < store->layout.nbytes)
        return trm_fail(&store->device->desc.log, buffer->label, TRM_RULE_ACQUIRE_PARTIAL,
            "%zu of %zu bytes were sent", nbytes, store->layout.nbytes);
    return TRM_OK;
}

void trm_store_raise_barriers(trm_store *store) {
    const trm_device *device = store->device;
    uint32_t usage = store->buffer->usage;
    if (usage & TRM_USAGE_GPU_WRITE)
        trm_staging_barrier(&store->device->staging, TRM_BARRIER_SHADER_WRITES);
    /* A device-local store may be bound for good, and drawn from without an acquire. */
    if (trm_copies_overtake(&device->backend.traits, usage) &&
        (store->placement == TRM_PLACEMENT_DEVICE ||
            !trm_timeline_passed(&device->timeline, store->turn->last_use[store->turn->current]))) {
        trm_staging_barrier(&store->device->staging, TRM_BARRIER_EVERYTHING);
        trm_device_tell(store->device, store->buffer->label, TRM_NOTE_OVERTAKING);
    }
}

/* Through the ring, which is there. */
static trm_result stage(trm_store *store, bool may_wait) {
    trm_result result = trm_buffer_has_data(store->buffer) ? trm_store_stage_stale(store, may_wait)
                                                           : trm_store_stage_sends(store, may_wait);
    /* The GPU will write here: nobody else may until it has. */
    if (!TRM_MUTANT("in-order-unmarked"))
        trm_store_use(store, &store->device->timeline);
    return result;
}

/* A free region if there is one; else, rather than wait, the ring and a copy in order with the
 * draws; else a wait. */
static trm_result update_mapped(trm_store *store, bool may_wait) {
    uint32_t region;
    trm_result result = find_region(store, &region);
    if (result == TRM_OK && region == store->region_count) {
        result = trm_device_ensure_staging(store->device);
        if (result == TRM_OK)
            return stage(store, may_wait);
        if (result != TRM_ERROR_DEVICE_LOST)
            result = wait_for_region(store, may_wait, &region);
    }
    if (result != TRM_OK)
        return trm_store_fail_wait(store, result, may_wait);
    if (trm_buffer_has_data(store->buffer))
        trm_store_write_stale(store, region);
    else
        trm_store_write_sends(store, region);
    store->turn->current = (uint8_t)region;
    return TRM_OK;
}

/* Inside commands what is small, many together or each by itself, the rest through the ring. */
static trm_result update_device_local(trm_store *store, bool may_wait) {
    if (trm_store_suits_inline(store)) {
        trm_store_raise_barriers(store);
        trm_staging_issue_barriers(&store->device->staging);
        if (trm_store_inline_stale(store)) {
            trm_store_use(store, &store->device->timeline);
            return TRM_OK;
        }
    }
    if (trm_store_parcel_stale(store)) {
        trm_store_use(store, &store->device->timeline);
        return TRM_OK;
    }
    trm_result result = trm_device_ensure_staging(store->device);
    return result == TRM_OK ? stage(store, may_wait) : trm_store_fail_staging(store, result);
}

static void count_upload(trm_store *store) {
    trm_stats *stats = &store->device->stats;
    uint64_t gap = stats->frames - store->edited_at;
    store->streak = gap > store->device->desc.idle_frames ? 1 : store->streak + (gap != 0);
    store->edited_at = stats->frames;
    store->filled = true;
    store->uploads++;
    stats->uploads++;
}

static trm_result update(trm_store *store, bool may_wait) {
    bool any = false;
    trm_result result = TRM_OK;
    trm_store_settle(store);
    store->device->stats.marked_nbytes += trm_store_take_marks(store->buffer, store);
    if (trm_buffer_has_data(store->buffer)) {
        trm_store_follow_array(store);
        any = store->stale[store->turn->current].set_count != 0;
    } else {
        result = check_sends(store, &any);
    }
    if (result != TRM_OK || !any)
        return result;
    result = store->placement == TRM_PLACEMENT_MAPPED ? update_mapped(store, may_wait)
                                                      : update_device_local(store, may_wait);
    if (result != TRM_OK)
        return result;
    count_upload(store);
    return TRM_OK;
}

trm_result trm_store_update(trm_store *store, bool may_wait) {
    trm_result result = update(store, may_wait);
    if (result == TRM_OK)
        trm_slot_judge(store);
    if (result != TRM_OK && !TRM_MUTANT("runs-dropped"))
        trm_buffer_raise(store->buffer, TRM_DIRTY_SOME);
    for (uint32_t i = 0; i < store->region_count && result != TRM_OK && TRM_MUTANT("runs-dropped");
         i++)
        trm_plane_clear(&store->stale[i]);
    return result;
}
