/* Small edits of device-local stores: their bytes travel inside the command that writes them. A few
 * kilobytes cost less that way than a dispatch with its barriers; and where there is no dispatch,
 * many small commands of this kind cost a fraction of as many copies out of the ring. */
#include "core/device_impl.h"
#include "core/walk.h"

/* Only whole words go inline. NVIDIA's driver (580) writes others by the CPU: it moves the buffer
 * to host memory for that, and loses bytes when a clear of the buffer is still under way. */
#define WORD_NBYTES ((size_t)4)

/* What a piece takes of a sync's share at least, so that it has room for so many: beyond that a
 * call each takes the CPU longer than those around a dispatch, and the GPU as long. */
#define PIECE_NBYTES (TRM_INLINE_NBYTES / TRM_INLINE_PIECES)

/* Whether every piece begins with a word. The last one may end inside one: the store is padded. */
static bool has_whole_words(const trm_store *store) {
    const trm_layout *layout = &store->layout;
    return layout->chunk_count == 1 || layout->chunk_size * layout->itemsize % WORD_NBYTES == 0;
}

/* Bytes that are gathered together: whole items and whole words. */
static size_t portion(const trm_source *source) {
    size_t unit = source->itemsize;
    if (trm_source_is_plain(source))
        return WORD_NBYTES;
    while (unit % WORD_NBYTES)
        unit *= 2;
    return unit;
}

/* Whether there is so little, or so much in short pieces, that commands carry it best. */
static bool is_light(const trm_store *store) {
    const trm_device *device = store->device;
    size_t nbytes = trm_store_stale_nbytes(store, store->turn->current);
    size_t most = device->inline_left / PIECE_NBYTES;
    if (device->staging.may_dispatch)
        return nbytes <= device->inline_left &&
               (store->stale[store->turn->current].set_count <= most ||
                   !trm_walk_has_pieces(store, false, most + 1));
    if (nbytes <= TRM_INLINE_NBYTES)
        return true;
    trm_walk_size size = trm_walk_measure(store, false);
    return size.nbytes / TRM_INLINE_NBYTES <= size.pieces;
}

bool trm_store_suits_inline(const trm_store *store) {
    const trm_device *device = store->device;
    if (device->desc.no_inline || !trm_buffer_has_data(store->buffer))
        return false;
    trm_mutex_lock(store->buffer->lock); /* against set_data */
    trm_source source = trm_buffer_source(store->buffer);
    trm_mutex_unlock(store->buffer->lock);
    return has_whole_words(store) && portion(&source) <= TRM_INLINE_NBYTES && is_light(store);
}

/* Fills the batch from the walk; the buffer begins at `start` of its memory. The buffer's lock is
 * held. Only at the buffer's end there may be no whole word. */
static void gather(
    trm_inline_batch *batch, trm_walk *walk, const trm_source *source, uint64_t start) {
    size_t used = 0, unit = portion(source);
    batch->count = batch->padding = 0;
    while (batch->count < TRM_INLINE_PIECES && trm_walk_on(walk)) {
        size_t room = TRM_INLINE_NBYTES - used;
        room -= room % unit;
        size_t nbytes = walk->nbytes < room ? walk->nbytes : room;
        if (!nbytes)
            return;
        unsigned char *bytes = batch->bytes + used;
        trm_copy_bytes(bytes, source, walk->offset, nbytes);
        for (used += nbytes; used % WORD_NBYTES; used++, batch->padding++)
            batch->bytes[used] = 0;
        batch->updates[batch->count++] =
            (trm_update){start + walk->offset, nbytes + batch->padding, bytes};
        trm_walk_use(walk, nbytes);
    }
}

static void issue(trm_store *store, const trm_inline_batch *batch, uint64_t start) {
    trm_device *device = store->device;
    if (!batch->count)
        return;
    device->backend.update(
        device->backend.self, &store->memory, batch->updates, batch->count, false);
    trm_timeline_touch(&device->timeline);
    for (size_t i = 0; i < batch->count; i++) {
        const trm_update *update = &batch->updates[i];
        size_t nbytes = (size_t)update->nbytes - (i + 1 == batch->count ? batch->padding : 0);
        device->stats.inline_nbytes += nbytes;
        size_t taken = nbytes < PIECE_NBYTES ? PIECE_NBYTES : nbytes;
        device->inline_left -= taken < device->inline_left ? taken : device->inline_left;
        trm_store_note_copy(store, store->turn->current, (size_t)(update->offset - start), nbytes);
    }
}

bool trm_store_inline_stale(trm_store *store) {
    trm_buffer *buffer = store->buffer;
    trm_inline_batch *batch = &store->device->inline_batch;
    trm_plane *plane = &store->stale[store->turn->current];
    uint64_t start = trm_store_offset(store, store->turn->current);
    trm_walk walk;
    trm_walk_begin(&walk, store, false);
    trm_mutex_lock(buffer->lock);
    bool replaced = trm_store_follow_array(store);
    for (bool more = !replaced; more; more = batch->count && !replaced) {
        trm_source source = trm_buffer_source(buffer);
        gather(batch, &walk, &source, start);
        /* Not under the lock: the API may wait, and set_data must not. */
        trm_mutex_unlock(buffer->lock);
        issue(store, batch, start);
        trm_mutex_lock(buffer->lock);
        replaced = trm_store_follow_array(store);
    }
    trm_mutex_unlock(buffer->lock);
    if (!replaced) /* all of it is on its way: what does not fit is of another array */
        trm_plane_clear(plane);
    return !replaced;
}
