/* Edits of device-local stores that a dispatch moves, when they are few: see parcel.h. */
#include "core/device_impl.h"
#include "core/scatter.h"
#include "core/walk.h"

/* The buffer's lock is held. */
static void fill(trm_store *store, const trm_source *source, bool exact, unsigned char *to) {
    trm_staging *staging = &store->device->staging;
    trm_walk walk;
    for (trm_walk_begin(&walk, store, exact); trm_walk_on(&walk); walk.nbytes = 0) {
        size_t offset = walk.offset, nbytes = walk.nbytes;
        trm_copy_bytes(to, source, offset, nbytes);
        trm_parcel_transfer(staging, to, trm_store_move(store, offset, nbytes));
        trm_store_note_copy(store, store->turn->current, offset, nbytes);
        to += nbytes;
    }
}

/* Fewer runs are copied, and the ring does that as well; but slots of one page are one target, and
 * several that are edited in a frame become one dispatch. */
static size_t fewest_runs(const trm_store *store) {
    bool alone = !store->page || store->device->small_edits_before < TRM_SCATTER_FEWEST_RUNS;
    return alone ? TRM_SCATTER_FEWEST_RUNS : 1;
}

bool trm_store_parcel_stale(trm_store *store) {
    trm_device *device = store->device;
    trm_buffer *buffer = store->buffer;
    trm_plane *plane = &store->stale[store->turn->current];
    size_t nbytes = trm_store_stale_nbytes(store, store->turn->current);
    bool exact = trm_store_moves_exactly(store);
    if (!device->staging.parcel.may_fill || !trm_buffer_has_data(buffer) ||
        nbytes > TRM_PARCEL_NBYTES || !trm_walk_has_pieces(store, exact, fewest_runs(store)) ||
        !trm_device_has_parcel(device))
        return false;
    if (!exact)
        nbytes = trm_walk_measure(store, false).nbytes;
    if (!trm_parcel_has_room(&device->staging, nbytes, plane->set_count))
        return false;
    trm_store_raise_barriers(store);
    trm_mutex_lock(buffer->lock);
    /* Of another array there is more to move. The GPU has been asked already: not under the lock,
     * for the API may wait, and set_data must not. */
    unsigned char *bytes = trm_store_follow_array(store)
                               ? NULL
                               : trm_parcel_take(&device->staging, nbytes, plane->set_count);
    trm_source source = trm_buffer_source(buffer);
    if (bytes)
        fill(store, &source, exact, bytes);
    trm_mutex_unlock(buffer->lock);
    if (!bytes)
        return false;
    device->stats.inline_nbytes += nbytes;
    trm_plane_clear(plane);
    return true;
}
