/* Bytes that take the way through the staging ring: into device-local stores, and into a mapped
 * region that draws of unfinished frames still read. GL keeps such copies in order with the draws
 * around them. */
#include "core/clock.h"
#include "core/device_impl.h"
#include "core/walk.h"

bool trm_store_moves_exactly(const trm_store *store) {
    return store->device->backend.traits.largest_binding != 0 &&
           !trm_plane_is_dense(&store->stale[store->turn->current]);
}

/* The most bytes to reserve at a time: whole items if they have to be gathered. 0 if not even one
 * fits. */
static size_t slice_limit(const trm_store *store, const trm_source *source) {
    size_t unit = trm_source_is_plain(source) ? 1 : source->itemsize;
    size_t limit = trm_staging_slice_limit(&store->device->staging, unit);
    return limit - limit % unit;
}

/* Fills a slice from the walk, or as much of it as there are moves to be had. Returns the bytes
 * used. The buffer's lock is held. Thousands of runs come by here: what is counted is counted once,
 * and lists are written straight through, for compilers would read a struct at once that was set
 * field by field, and processors wait for that. */
static size_t fill_slice(
    trm_store *store, const trm_source *source, trm_walk *walk, const trm_slice *slice) {
    trm_device *device = store->device;
    trm_staging *staging = &device->staging;
    trm_batch *batch = &device->batch;
    trm_transfer *moves = staging->transfers + staging->transfer_count;
    const trm_transfer start = trm_store_move(store, 0, 0);
    size_t most = TRM_STAGING_TRANSFERS - staging->transfer_count, count = 0, used = 0;
    most = most < TRM_BATCH_COPIES ? most : TRM_BATCH_COPIES;
    for (; used < slice->nbytes && count < most && trm_walk_on(walk); count++) {
        size_t room = slice->nbytes - used, nbytes = walk->nbytes < room ? walk->nbytes : room;
        batch->copies[count] = (trm_copy){walk->offset, slice->pointer + used, nbytes};
        moves[count] = (trm_transfer){start.target, start.usage, start.target_offset + walk->offset,
            slice->offset + used, nbytes};
        trm_walk_use(walk, nbytes);
        used += nbytes;
    }
    batch->source = source;
    batch->count = count;
    batch->nbytes = used;
    trm_copier copier = device->copier;
    /* Several threads would find it in each other's caches. */
    bool cached = !copier.parallel_for && trm_staging_is_cached(staging);
    copier.streamed = copier.streamed && !cached;
    trm_batch_run(batch, &copier);
    trm_staging_queue(staging, slice, used, count);
    trm_staging_trim(staging, slice, used);
    trm_store_note_batch(store, store->turn->current, batch);
    return used;
}

/* Stages everything stale as long as nobody replaces the array. *done: chunks before it are staged.
 */
static trm_result stage_epoch(trm_store *store, bool may_wait, bool *replaced, size_t *done) {
    trm_buffer *buffer = store->buffer;
    trm_mutex_lock(buffer->lock);
    trm_store_follow_array(store);
    bool exact = trm_store_moves_exactly(store);
    size_t left = exact ? trm_store_stale_nbytes(store, store->turn->current)
                        : trm_walk_measure(store, false).nbytes;
    trm_walk walk;
    trm_walk_begin(&walk, store, exact);
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
        *replaced = trm_store_follow_array(store);
        if (result == TRM_OK && *replaced)
            trm_staging_trim(&store->device->staging, &slice, 0);
        if (result != TRM_OK || *replaced)
            break;
        left -= fill_slice(store, &source, &walk, &slice);
    }
    trm_mutex_unlock(buffer->lock);
    *done = trm_walk_done(&walk);
    return result;
}

/* Whoever replaces the array again and again must not keep the device's thread for ever: then it is
 * as if the GPU had not made room in time. */
trm_result trm_store_stage_stale(trm_store *store, bool may_wait) {
    trm_plane *plane = &store->stale[store->turn->current];
    uint64_t start = 0;
    bool replaced;
    size_t done;
    trm_result result;
    do {
        trm_store_raise_barriers(store);
        result = stage_epoch(store, may_wait, &replaced, &done);
        if (!replaced)
            break;
        /* A new array in the middle: what was staged of the old one is overwritten, in order. */
        trm_staging_hand_over(&store->device->staging);
        done = 0;
        start = start ? start : trm_clock_ns();
        if (result == TRM_OK && trm_clock_ns() - start >= store->device->desc.wait_timeout_ns)
            result = TRM_NOT_READY;
    } while (result == TRM_OK);
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
    for (size_t done = 0; done < piece->nbytes;) {
        trm_slice slice;
        size_t limit = trm_staging_slice_limit(staging, 1);
        size_t left = piece->nbytes - done, nbytes = left < limit ? left : limit;
        trm_result result = trm_staging_reserve(staging, nbytes, may_wait, &slice);
        if (result != TRM_OK)
            return result;
        trm_source source = {.data = piece->bytes, .itemsize = 1, .stride = 1};
        trm_copy_bytes(slice.pointer, &source, done, nbytes);
        trm_staging_transfer(
            staging, &slice, 0, trm_store_move(store, piece->offset + done, nbytes));
        trm_store_note_copy(store, store->turn->current, piece->offset + done, nbytes);
        done += nbytes;
    }
    return TRM_OK;
}

/* The lock is held throughout: pieces that were not staged must stay below what is sent meanwhile.
 */
trm_result trm_store_stage_sends(trm_store *store, bool may_wait) {
    trm_buffer *buffer = store->buffer;
    trm_result result = TRM_OK;
    trm_store_raise_barriers(store);
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
