/* A small buffer in a mapped page that was edited as a whole: the commonest edit where there are
 * thousands of buffers. The steps are those of trm_store_update, in one go: none of them can fail,
 * and what each region lacks is a bit of the store's. Whatever does not fit goes the general way.
 */
#include "core/device_impl.h"

static inline bool suits(const trm_buffer *buffer, const trm_store *store) {
    return store && store->page && store->placement == TRM_PLACEMENT_MAPPED &&
           store->generation == buffer->generation && !buffer->dirty.summary &&
           (buffer->layout.chunk_count == 1 ||
               (atomic_load(&buffer->dirty.state) & TRM_DIRTY_FULL));
}

/* The current region if the GPU is done with it, else any other that it is done with: each will
 * lack the same, everything. region_count: somebody has to wait. */
static inline uint32_t choose_region(const trm_store *store, trm_timeline *timeline) {
    uint32_t count = store->region_count, region = store->current;
    if (trm_timeline_done(timeline, store->last_use[region]))
        return region;
    if (trm_timeline_poll_once(timeline) != TRM_OK)
        return count;
    for (uint32_t step = 0; step < count; step++) {
        if (trm_timeline_done(timeline, store->last_use[region]))
            return region;
        region = region + 1 < count ? region + 1 : 0;
    }
    return count;
}

static inline void take(trm_dirty *dirty) {
    atomic_exchange(&dirty->state, 0);
    if (atomic_load(&dirty->single))
        atomic_exchange(&dirty->single, 0);
}

static inline void rewrite(trm_buffer *buffer, trm_store *store, uint32_t region) {
    size_t nbytes = store->layout.nbytes;
    unsigned char *target =
        (unsigned char *)store->memory.pointer + trm_store_offset(store, region);
    trm_mutex_lock(buffer->lock);
    trm_source source = trm_buffer_source(buffer);
    trm_copy_bytes(target, &source, 0, nbytes);
    trm_mutex_unlock(buffer->lock);
    trm_plane_clear(&store->stale[region]);
    store->lacking = ~(UINT32_C(1) << region);
    store->current = region;
    store->filled = true;
    store->uploads++;
    trm_store_note_copy(store, region, 0, nbytes);
}

bool trm_slot_rewrite(trm_device *device, trm_buffer *buffer) {
    trm_store *store = buffer->store;
    if (!suits(buffer, store))
        return false;
    uint32_t region = choose_region(store, &device->timeline);
    if (region == store->region_count)
        return false;
    take(&buffer->dirty);
    rewrite(buffer, store, region);
    trm_page_note_written(device, store->page, trm_store_offset(store, region),
        store->layout.nbytes, store->page->slot_nbytes - store->layout.nbytes);
    device->stats.marked_nbytes += store->layout.nbytes;
    device->stats.uploads++;
    return true;
}
