/* Small buffers in mapped pages that were edited as a whole: the commonest edit where there are
 * thousands. The steps are those of trm_store_update, in one go: none of them can fail, what each
 * region lacks is a bit of the store's, and no lock is taken, for locked instructions and cache
 * lines are all that this costs beside the copy. Whatever does not fit goes the general way.
 *
 * Against set_data, which replaces the array on any thread, both sides announce themselves, pass
 * the listing's gate (an atomic write, so that one comes first), and look for the other. */
#include "core/bits.h"
#include "core/device_impl.h"
#include "core/prefetch.h"

#include <string.h>

/* A sync of this much does not find its targets in the processor's caches, and copies past them. */
#define STREAM_NBYTES TRM_LIMIT((size_t)1 << 20, (size_t)128)

void trm_slot_judge(trm_store *store) {
    trm_buffer *buffer = store->buffer;
    if (!store->page || store->placement != TRM_PLACEMENT_MAPPED || buffer->dirty.summary)
        return;
    trm_mutex_lock(buffer->lock); /* against set_data */
    trm_source source = trm_buffer_source(buffer);
    atomic_store_explicit(
        &buffer->is_rewritable, trm_source_is_plain(&source), memory_order_relaxed);
    trm_mutex_unlock(buffer->lock);
}

/* The current region if the GPU is done with it, else any other that it is done with: each will
 * lack the same, everything. region_count: somebody has to wait. */
static inline uint32_t choose_region(const trm_store *store, const trm_timeline *timeline) {
    uint32_t count = store->region_count, region = store->current;
    for (uint32_t step = 0; step < count; step++) {
        if (trm_timeline_done(timeline, store->last_use[region]))
            return region;
        region = region + 1 < count ? region + 1 : 0;
    }
    return count;
}

static inline bool is_rewritable(const trm_buffer *buffer) {
    return atomic_load_explicit(&buffer->is_rewritable, memory_order_relaxed);
}

/* Announces the rewrites that can be done; returns the others' bits. */
static uint64_t announce(trm_buffer *const *buffers, uint64_t bits) {
    uint64_t left = 0;
    for (uint64_t rest = bits; rest; rest &= rest - 1) {
        trm_buffer *buffer = buffers[trm_lowest_bit(rest)];
        if (buffer && is_rewritable(buffer)) {
            atomic_store_explicit(&buffer->is_rewriting, true, memory_order_relaxed);
            trm_prefetch(buffer->store);
            trm_prefetch(buffer->store->last_use);
        } else
            left |= rest & -rest;
    }
    return left;
}

/* Slots next to each other that were written, in bytes of their page. */
typedef struct stretch {
    trm_page *page;
    uint64_t from;
    uint64_t end;
} stretch;

static inline void note(trm_store *store, uint32_t region) {
    trm_stats *stats = &store->device->stats;
    store->complete = (uint8_t)(1u << region);
    store->lacking = (uint8_t)~store->complete;
    store->current = region;
    store->uploads++;
    store->copied_nbytes += store->nbytes;
    stats->uploads++;
    stats->copied_nbytes += store->nbytes;
    stats->marked_nbytes += store->nbytes;
}

static inline void extend(stretch *list, size_t *count, trm_page *page, uint64_t offset) {
    stretch *last = list + (*count ? *count - 1 : 0);
    if (*count && last->page == page && last->end == offset)
        last->end += page->slot_nbytes;
    else
        list[(*count)++] = (stretch){page, offset, offset + page->slot_nbytes};
}

/* Slots that are copied together. */
typedef struct group {
    size_t count;
    trm_buffer *buffers[TRM_LANES];
    unsigned char *to[TRM_LANES];
    const unsigned char *from[TRM_LANES];
    size_t nbytes[TRM_LANES];
} group;

/* Whether they can be copied abreast: whole lines, as many of each. */
static inline bool are_alike(const group *work) {
    size_t misfit = work->nbytes[0] % TRM_LINE_NBYTES;
    for (size_t i = 0; i < TRM_LANES && work->count == TRM_LANES; i++) {
        misfit |= (uintptr_t)work->to[i] % TRM_LINE_NBYTES;
        misfit |= work->nbytes[i] ^ work->nbytes[0];
    }
    return work->count == TRM_LANES && !misfit;
}

static inline void end_rewriting(trm_buffer *buffer) {
    atomic_store_explicit(&buffer->is_rewriting, false, memory_order_release);
}

static inline void copy(group *work) {
    if (are_alike(work))
        trm_copy_lanes(work->to, work->from, NULL, work->nbytes[0]);
    else
        for (size_t i = 0; i < work->count; i++)
            memcpy(work->to[i], work->from[i], work->nbytes[i]);
    for (size_t i = 0; i < work->count; i++)
        end_rewriting(work->buffers[i]);
    work->count = 0;
}

/* Behind the gate; calls nobody, for somebody may be waiting. False when set_data came first, or
 * the GPU has all regions. */
static inline bool plan(
    const trm_timeline *timeline, trm_buffer *buffer, group *work, stretch *list, size_t *count) {
    trm_store *store = buffer->store;
    uint32_t region = choose_region(store, timeline);
    if (atomic_load_explicit(&buffer->is_barred, memory_order_acquire) || !is_rewritable(buffer) ||
        region == store->region_count)
        return false;
    if (trm_dirty_pending(&buffer->dirty))
        trm_dirty_drain_word(&buffer->dirty);
    uint64_t offset = trm_store_offset(store, region);
    work->buffers[work->count] = buffer;
    work->to[work->count] = (unsigned char *)store->memory.pointer + offset;
    work->from[work->count] = atomic_load_explicit(&buffer->data, memory_order_relaxed);
    work->nbytes[work->count++] = store->nbytes;
    note(store, region);
    extend(list, count, store->page, offset);
    return true;
}

/* The first one shows whether the GPU has to be asked. False when that fails. */
static bool ask_once(trm_device *device, trm_buffer *const *buffers, uint64_t bits) {
    const trm_buffer *buffer = buffers[trm_lowest_bit(bits)];
    const trm_store *store = buffer ? buffer->store : NULL;
    return !store || trm_timeline_done(&device->timeline, store->last_use[store->current]) ||
           trm_timeline_poll_once(&device->timeline) == TRM_OK;
}

/* `size`: of a group, a constant. */
static inline uint64_t rewrite_all(trm_device *device, trm_listing *listing,
    trm_buffer *const *buffers, uint64_t bits, size_t size) {
    stretch list[TRM_WORD_BITS];
    size_t count = 0;
    group work;
    work.count = 0;
    uint64_t left = announce(buffers, bits);
    if (left != bits)
        atomic_fetch_or(&listing->gate, 0);
    for (uint64_t rest = bits & ~left; rest; rest &= rest - 1) {
        trm_buffer *buffer = buffers[trm_lowest_bit(rest)];
        if (!plan(&device->timeline, buffer, &work, list, &count)) {
            left |= rest & -rest;
            end_rewriting(buffer);
        } else if (work.count == size)
            copy(&work);
    }
    copy(&work);
    if (size > 1)
        trm_copy_fence();
    for (size_t i = 0; i < count; i++)
        trm_page_note_written(
            device, list[i].page, list[i].from, (size_t)(list[i].end - list[i].from), 0);
    return left;
}

uint64_t trm_slot_rewrite(
    trm_device *device, trm_listing *listing, trm_buffer *const *buffers, uint64_t bits) {
    uint64_t left = bits;
    /* Somebody who wants to hear of each copy is told by the general way. */
    if (!device->desc.on_copy && ask_once(device, buffers, bits))
        left = device->copier.streamed && device->synced_nbytes >= STREAM_NBYTES
                   ? rewrite_all(device, listing, buffers, bits, TRM_LANES)
                   : rewrite_all(device, listing, buffers, bits, 1);
    for (uint64_t rest = left; rest; rest &= rest - 1)
        if (buffers[trm_lowest_bit(rest)])
            trm_dirty_raise(&buffers[trm_lowest_bit(rest)]->dirty, TRM_DIRTY_FULL);
    return left;
}
