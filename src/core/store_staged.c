/* Bytes that take the way through the staging ring: into device-local stores, and into a mapped
 * region that draws of unfinished frames still read. GL keeps such copies in order with the draws
 * around them. */
#include "core/device_impl.h"
#include "core/plan.h"

/* The stale bytes of a region, one contiguous piece after the other. */
typedef struct byte_walk {
    const trm_layout *layout;
    trm_plan plan;
    size_t offset; /* of what is left of the current piece */
    size_t nbytes;
} byte_walk;

static size_t chunk_nbytes(const trm_layout *layout) {
    return layout->chunk_size * layout->itemsize;
}

/* Moves on to the next piece when the current one is used up. */
static bool walk_on(byte_walk *walk) {
    trm_piece piece;
    if (walk->nbytes)
        return true;
    if (!trm_plan_next(&walk->plan, &piece))
        return false;
    trm_range items = trm_chunks_to_items(walk->layout, piece.first, piece.end);
    walk->offset = items.offset * walk->layout->itemsize;
    walk->nbytes = items.size * walk->layout->itemsize;
    return true;
}

static byte_walk walk_begin(const trm_store *store, const trm_plane *plane) {
    byte_walk walk = {.layout = &store->layout};
    trm_plan_begin(&walk.plan, plane, chunk_nbytes(walk.layout));
    /* In a gap the GPU may have newer bytes than the CPU. */
    if (store->buffer->usage & TRM_USAGE_GPU_WRITE)
        walk.plan.bridge = 0;
    return walk;
}

static size_t count_bytes(const trm_store *store, const trm_plane *plane) {
    size_t nbytes = 0;
    for (byte_walk walk = walk_begin(store, plane); walk_on(&walk); walk.nbytes = 0)
        nbytes += walk.nbytes;
    return nbytes;
}

/* What must be over before the GPU may write into the store. */
static void raise_barriers(trm_store *store) {
    const trm_device *device = store->device;
    uint32_t usage = store->buffer->usage;
    if (usage & TRM_USAGE_GPU_WRITE)
        trm_staging_barrier(&store->device->staging, TRM_BARRIER_SHADER_WRITES);
    bool storage = !usage || (usage & (TRM_USAGE_STORAGE | TRM_USAGE_GPU_WRITE));
    if (device->backend.traits.copies_overtake_storage && storage &&
        !trm_timeline_done(&device->timeline, store->regions[store->current].last_use))
        trm_staging_barrier(&store->device->staging, TRM_BARRIER_EVERYTHING);
}

/* A move to byte `offset` of the current region. */
static trm_transfer move(const trm_store *store, size_t offset, size_t nbytes) {
    return (trm_transfer){
        .target = &store->memory,
        .usage = store->buffer->usage,
        .target_offset = store->current * store->region_nbytes + offset,
        .nbytes = nbytes,
    };
}

/* The most bytes to reserve at a time: whole items if they have to be gathered. 0 if not even one
 * fits. */
static size_t slice_limit(const trm_store *store, const trm_source *source) {
    size_t limit = trm_staging_slice_limit(&store->device->staging);
    return trm_source_is_plain(source) ? limit : limit - limit % source->itemsize;
}

/* Fills a slice from the walk, or as much of it as there are moves to be had. Returns the bytes
 * used. The buffer's lock is held. */
static size_t fill_slice(
    trm_store *store, const trm_source *source, byte_walk *walk, const trm_slice *slice) {
    trm_staging *staging = &store->device->staging;
    size_t used = 0;
    while (used < slice->nbytes && !trm_staging_is_full(staging) && walk_on(walk)) {
        size_t room = slice->nbytes - used, nbytes = walk->nbytes < room ? walk->nbytes : room;
        trm_copy_bytes(slice->pointer + used, source, walk->offset, nbytes);
        trm_staging_transfer(staging, slice, used, move(store, walk->offset, nbytes));
        trm_store_count_copy(store, nbytes);
        trm_store_tell_copy(store, store->current, walk->offset, nbytes);
        walk->offset += nbytes;
        walk->nbytes -= nbytes;
        used += nbytes;
    }
    trm_staging_trim(staging, slice, used);
    return used;
}

/* Stages everything stale as long as nobody replaces the array. *done: chunks before it are staged.
 */
static trm_result stage_epoch(trm_store *store, bool may_wait, bool *replaced, size_t *done) {
    trm_buffer *buffer = store->buffer;
    trm_plane *plane = &store->regions[store->current].stale;
    size_t left = count_bytes(store, plane);
    byte_walk walk = walk_begin(store, plane);
    trm_mutex_lock(buffer->lock);
    uint64_t epoch = buffer->data_epoch;
    trm_result result = TRM_OK;
    *replaced = false;
    while (left) {
        trm_source source = trm_buffer_source(buffer);
        size_t limit = slice_limit(store, &source), nbytes = left < limit ? left : limit;
        trm_slice slice;
        /* Not under the lock: the wait is for the GPU, and set_data must not have to wait for that.
         */
        trm_mutex_unlock(buffer->lock);
        result = nbytes ? trm_staging_reserve(&store->device->staging, nbytes, may_wait, &slice)
                        : TRM_ERROR_BUDGET;
        trm_mutex_lock(buffer->lock);
        *replaced = buffer->data_epoch != epoch;
        if (result != TRM_OK || *replaced)
            break;
        left -= fill_slice(store, &source, &walk, &slice);
    }
    trm_mutex_unlock(buffer->lock);
    *done = walk.offset / chunk_nbytes(&store->layout);
    return result;
}

trm_result trm_store_stage_stale(trm_store *store, bool may_wait) {
    trm_plane *plane = &store->regions[store->current].stale;
    bool replaced;
    size_t done;
    trm_result result;
    for (;;) {
        raise_barriers(store);
        result = stage_epoch(store, may_wait, &replaced, &done);
        if (!replaced)
            break;
        /* A new array in the middle: what was staged of the old one is overwritten, in order. */
        trm_staging_hand_over(&store->device->staging);
        trm_plane_fill(plane);
    }
    if (result == TRM_OK)
        trm_plane_clear(plane);
    else
        trm_plane_clear_before(plane, done);
    if (result == TRM_ERROR_BUDGET)
        return trm_fail(&store->device->desc.log, store->buffer->label, TRM_RULE_STAGING_ITEM,
            "%zu bytes", store->layout.itemsize);
    return result == TRM_OK ? TRM_OK : trm_store_fail_wait(store, result, may_wait);
}

/* One sent piece, in slices. */
static trm_result stage_piece(trm_store *store, const trm_send_piece *piece, bool may_wait) {
    trm_staging *staging = &store->device->staging;
    size_t limit = trm_staging_slice_limit(staging);
    for (size_t done = 0; done < piece->nbytes;) {
        trm_slice slice;
        size_t left = piece->nbytes - done, nbytes = left < limit ? left : limit;
        trm_result result = trm_staging_reserve(staging, nbytes, may_wait, &slice);
        if (result != TRM_OK)
            return result;
        trm_source source = {.data = piece->bytes, .itemsize = 1, .stride = 1};
        trm_copy_bytes(slice.pointer, &source, done, nbytes);
        trm_staging_transfer(staging, &slice, 0, move(store, piece->offset + done, nbytes));
        trm_store_count_copy(store, nbytes);
        trm_store_tell_copy(store, store->current, piece->offset + done, nbytes);
        done += nbytes;
    }
    return TRM_OK;
}

/* The lock is held throughout: pieces that were not staged must stay below what is sent meanwhile.
 */
trm_result trm_store_stage_sends(trm_store *store, bool may_wait) {
    trm_buffer *buffer = store->buffer;
    trm_result result = TRM_OK;
    raise_barriers(store);
    trm_mutex_lock(buffer->lock);
    size_t nbytes = buffer->sends.nbytes;
    for (size_t i = 0; i < buffer->sends.count && result == TRM_OK; i++)
        result = stage_piece(store, &buffer->sends.pieces[i], may_wait);
    if (result == TRM_OK) {
        store->device->stats.marked_nbytes += nbytes;
        trm_send_clear(&buffer->sends, &buffer->allocator);
    }
    trm_mutex_unlock(buffer->lock);
    return result == TRM_OK ? TRM_OK : trm_store_fail_wait(store, result, may_wait);
}
