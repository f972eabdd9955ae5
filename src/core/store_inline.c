/* Small edits of device-local stores: their bytes travel inside the command that writes them. A few
 * kilobytes cost less that way than a dispatch with its barriers; and where there is no dispatch,
 * many small commands of this kind cost a fraction of as many copies out of the ring. */
#include "core/device_impl.h"
#include "core/walk.h"

bool trm_store_suits_inline(const trm_store *store) {
    const trm_device *device = store->device;
    if (device->desc.no_inline || !trm_buffer_has_data(store->buffer))
        return !device->desc.no_inline;
    const trm_region *region = &store->regions[store->current];
    trm_mutex_lock(store->buffer->lock); /* against set_data */
    trm_source source = trm_buffer_source(store->buffer);
    trm_mutex_unlock(store->buffer->lock);
    if (!trm_source_is_plain(&source) && source.itemsize > TRM_INLINE_NBYTES)
        return false;
    if (device->staging.may_dispatch)
        return region->stale.set_count <= TRM_INLINE_PIECES &&
               trm_store_stale_nbytes(store, region) <= device->inline_left;
    trm_walk_size size = trm_walk_measure(store, false);
    return size.nbytes / TRM_INLINE_NBYTES <= size.pieces;
}

/* Fills the batch from the walk. The buffer's lock is held. */
static void gather(trm_inline_batch *batch, trm_walk *walk, const trm_source *source) {
    size_t used = 0;
    batch->count = 0;
    while (batch->count < TRM_INLINE_PIECES && trm_walk_on(walk)) {
        size_t room = TRM_INLINE_NBYTES - used;
        if (!trm_source_is_plain(source))
            room -= room % source->itemsize;
        size_t nbytes = walk->nbytes < room ? walk->nbytes : room;
        if (!nbytes)
            return;
        trm_copy_bytes(batch->bytes + used, source, walk->offset, nbytes);
        batch->pieces[batch->count++] = (trm_inline_piece){walk->offset, nbytes};
        trm_walk_use(walk, nbytes);
        used += nbytes;
    }
}

static void update(trm_store *store, size_t offset, size_t nbytes, const void *bytes) {
    trm_device *device = store->device;
    device->backend.update(device->backend.self, &store->memory,
        trm_store_offset(store, store->current) + offset, nbytes, bytes);
    device->stats.inline_nbytes += nbytes;
    device->inline_left -= nbytes < device->inline_left ? nbytes : device->inline_left;
    trm_store_note_copy(store, store->current, offset, nbytes);
}

static void issue(trm_store *store, const trm_inline_batch *batch) {
    const unsigned char *bytes = batch->bytes;
    for (size_t i = 0; i < batch->count; i++) {
        update(store, batch->pieces[i].offset, batch->pieces[i].nbytes, bytes);
        bytes += batch->pieces[i].nbytes;
    }
}

bool trm_store_inline_stale(trm_store *store) {
    trm_buffer *buffer = store->buffer;
    trm_inline_batch *batch = &store->device->inline_batch;
    trm_plane *plane = &store->regions[store->current].stale;
    trm_walk walk = trm_walk_begin(store, false);
    trm_mutex_lock(buffer->lock);
    uint64_t epoch = buffer->data_epoch;
    bool replaced = false;
    do {
        trm_source source = trm_buffer_source(buffer);
        gather(batch, &walk, &source);
        /* Not under the lock: the API may wait, and set_data must not. */
        trm_mutex_unlock(buffer->lock);
        issue(store, batch);
        trm_mutex_lock(buffer->lock);
        replaced = buffer->data_epoch != epoch;
    } while (batch->count && !replaced);
    trm_mutex_unlock(buffer->lock);
    if (replaced)
        trm_plane_fill(plane);
    else
        trm_plane_clear(plane);
    return !replaced;
}

/* The lock is held. */
static void issue_sends(trm_store *store) {
    trm_send_queue *sends = &store->buffer->sends;
    for (size_t i = 0; i < sends->count; i++)
        update(store, sends->pieces[i].offset, sends->pieces[i].nbytes, sends->pieces[i].bytes);
    store->device->stats.marked_nbytes += sends->nbytes;
    trm_send_clear(sends, &store->buffer->allocator);
}

bool trm_store_inline_sends(trm_store *store) {
    trm_buffer *buffer = store->buffer;
    const trm_send_queue *sends = &buffer->sends;
    trm_mutex_lock(buffer->lock);
    bool suits = sends->count <= TRM_INLINE_PIECES && sends->nbytes <= store->device->inline_left;
    if (suits)
        issue_sends(store);
    trm_mutex_unlock(buffer->lock);
    return suits;
}

void trm_store_inline_every_send(trm_store *store) {
    trm_mutex_lock(store->buffer->lock);
    issue_sends(store);
    trm_mutex_unlock(store->buffer->lock);
}
