/* Bytes that the CPU writes where the GPU reads them: into a region of mapped memory. */
#include "core/device_impl.h"
#include "core/flush.h"
#include "core/plan.h"

void trm_store_flush(trm_store *store, uint64_t offset, size_t nbytes) {
    trm_device *device = store->device;
    trm_flush(&device->backend, &device->stats, &store->memory, offset, nbytes);
}

/* Behind what was written: padding up to the next slot, which may be flushed along. */
static void flush_written(trm_store *store, uint64_t start, size_t offset, size_t nbytes) {
    trm_device *device = store->device;
    if (!store->page) {
        trm_store_flush(store, start + offset, nbytes);
        return;
    }
    bool to_the_end = offset + nbytes == store->layout.nbytes;
    size_t padding = to_the_end ? store->page->slot_nbytes - store->layout.nbytes : 0;
    trm_page_note_written(device, store->page, start + offset, nbytes, padding);
}

#ifdef TRIREME_MUTANTS
/* The bug "gap-not-copied": a bridged gap is flushed with the rest, but left as it was. */
static bool copy_runs_only(const trm_store *store, const trm_plane *stale, unsigned char *target,
    const trm_source *source, trm_piece piece) {
    trm_plan runs;
    trm_piece run;
    if (!TRM_MUTANT("gap-not-copied"))
        return false;
    trm_plan_begin(&runs, stale, 0);
    while (trm_plan_next(&runs, &run) && run.first < piece.end) {
        trm_range items = trm_chunks_to_items(&store->layout, run.first, run.end);
        if (run.first >= piece.first)
            trm_copy_items(
                target + items.offset * store->layout.itemsize, source, items.offset, items.size);
    }
    return true;
}
#else
#define copy_runs_only(store, stale, target, source, piece) false
#endif

/* Flushes and counts what a batch has copied. */
static void finish_batch(trm_store *store, uint32_t index, const trm_batch *batch) {
    uint64_t start = trm_store_offset(store, index);
    trm_copier copier = store->device->copier;
    copier.streamed = copier.streamed && (store->memory.nbytes > TRM_CACHED_NBYTES ||
                                             store->device->synced_nbytes > TRM_CACHED_NBYTES);
    trm_batch_run(batch, &copier);
    for (size_t i = 0; i < batch->count; i++) {
        const trm_copy *copy = &batch->copies[i];
        flush_written(store, start, copy->offset, copy->nbytes);
    }
    trm_store_note_batch(store, index, batch);
}

/* The buffer's lock is held. */
static void write_pieces(trm_store *store, uint32_t index, const trm_source *source) {
    const trm_layout *layout = &store->layout;
    const trm_plane *stale = &store->stale[index];
    unsigned char *target = (unsigned char *)store->memory.pointer + trm_store_offset(store, index);
    trm_batch *batch = &store->device->batch;
    trm_plan plan;
    trm_piece piece;
    trm_plan_begin(&plan, stale, trm_plan_bridge(stale, layout->chunk_size * layout->itemsize));
    do {
        trm_batch_begin(batch, source);
        while (!trm_batch_is_full(batch) && trm_plan_next(&plan, &piece)) {
            trm_range items = trm_chunks_to_items(layout, piece.first, piece.end);
            size_t offset = items.offset * layout->itemsize, nbytes = items.size * layout->itemsize;
            if (!copy_runs_only(store, stale, target, source, piece))
                trm_batch_add(batch, target + offset, offset, nbytes);
            else
                flush_written(store, trm_store_offset(store, index), offset, nbytes);
        }
        finish_batch(store, index, batch);
    } while (batch->count);
}

/* A small buffer as a whole: the commonest case where there are thousands. The lock is held. */
static bool write_small(trm_store *store, uint32_t index, const trm_source *source) {
    size_t nbytes = store->layout.nbytes;
    if (!store->stale[index].full || nbytes > TRM_PAGE_LARGEST_SLOT)
        return false;
    uint64_t start = trm_store_offset(store, index);
    trm_copy_bytes((unsigned char *)store->memory.pointer + start, source, 0, nbytes);
    flush_written(store, start, 0, nbytes);
    trm_store_note_copy(store, index, 0, nbytes);
    return true;
}

void trm_store_write_stale(trm_store *store, uint32_t index) {
    trm_mutex_lock(store->buffer->lock);
    trm_store_follow_array(store);
    trm_source source = trm_buffer_source(store->buffer);
    if (!write_small(store, index, &source))
        write_pieces(store, index, &source);
    trm_mutex_unlock(store->buffer->lock);
    trm_plane_clear(&store->stale[index]);
    for (uint32_t i = 0; i < store->region_count && TRM_MUTANT("staleness-of-all"); i++)
        trm_plane_clear(&store->stale[i]);
}

/* Copies what was sent, which is the whole content. */
void trm_store_write_sends(trm_store *store, uint32_t index) {
    trm_buffer *buffer = store->buffer;
    size_t nbytes = store->layout.nbytes;
    uint64_t start = trm_store_offset(store, index);
    unsigned char *target = (unsigned char *)store->memory.pointer + start;
    trm_mutex_lock(buffer->lock);
    for (size_t i = 0; i < buffer->sends.count; i++) {
        const trm_send_piece *piece = &buffer->sends.pieces[i];
        trm_source source = {.data = piece->bytes, .itemsize = 1, .stride = 1};
        trm_copy_bytes(target + piece->offset, &source, 0, piece->nbytes);
    }
    trm_send_clear(&buffer->sends, &buffer->allocator);
    trm_mutex_unlock(buffer->lock);
    store->device->stats.marked_nbytes += nbytes;
    flush_written(store, start, 0, nbytes);
    trm_store_note_copy(store, index, 0, nbytes);
}
