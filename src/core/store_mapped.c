/* Bytes that the CPU writes where the GPU reads them: into a region of mapped memory. */
#include "core/device_impl.h"
#include "core/flush.h"
#include "core/plan.h"

/* Behind what was written: padding up to the next slot, which may be flushed along. */
static void flush_written(trm_store *store, uint64_t start, size_t offset, size_t nbytes) {
    trm_device *device = store->device;
    if (!store->page) {
        trm_flush(&device->backend, &device->stats, &store->memory, start + offset, nbytes);
        return;
    }
    bool to_the_end = offset + nbytes == store->layout.nbytes;
    size_t padding = to_the_end ? store->page->slot_nbytes - store->layout.nbytes : 0;
    trm_page_note_written(device, store->page, start + offset, nbytes, padding);
}

#ifdef TRIREME_MUTANTS
/* The bug "gap-not-copied": a bridged gap is flushed with the rest, but left as it was. */
static bool copy_runs_only(const trm_store *store, const trm_region *region, unsigned char *target,
    const trm_source *source, trm_piece piece) {
    size_t first, end, position = piece.first;
    if (!TRM_MUTANT("gap-not-copied"))
        return false;
    while (trm_plane_next(&region->stale, position, &first, &end) && first < piece.end) {
        trm_range items = trm_chunks_to_items(&store->layout, first, end);
        trm_copy_items(
            target + items.offset * store->layout.itemsize, source, items.offset, items.size);
        position = end;
    }
    return true;
}
#else
#define copy_runs_only(store, region, target, source, piece) false
#endif

/* The buffer's lock is held. */
static void write_piece(
    trm_store *store, uint32_t index, const trm_source *source, trm_piece piece) {
    uint64_t start = trm_store_offset(store, index);
    unsigned char *target = (unsigned char *)store->memory.pointer + start;
    trm_range items = trm_chunks_to_items(&store->layout, piece.first, piece.end);
    size_t itemsize = store->layout.itemsize;
    size_t offset = items.offset * itemsize, nbytes = items.size * itemsize;
    if (!copy_runs_only(store, &store->regions[index], target, source, piece))
        trm_copy_items(target + offset, source, items.offset, items.size);
    flush_written(store, start, offset, nbytes);
    trm_store_note_copy(store, index, offset, nbytes);
}

void trm_store_write_stale(trm_store *store, uint32_t index) {
    trm_region *region = &store->regions[index];
    const trm_layout *layout = &store->layout;
    trm_plan plan;
    trm_piece piece = {0, layout->chunk_count};
    trm_mutex_lock(store->buffer->lock);
    trm_source source = trm_buffer_source(store->buffer);
    if (region->stale.full) {
        write_piece(store, index, &source, piece);
    } else {
        trm_plan_begin(&plan, &region->stale, layout->chunk_size * layout->itemsize);
        while (trm_plan_next(&plan, &piece))
            write_piece(store, index, &source, piece);
    }
    trm_mutex_unlock(store->buffer->lock);
    trm_plane_clear(&region->stale);
    for (uint32_t i = 0; i < store->region_count && TRM_MUTANT("staleness-of-all"); i++)
        trm_plane_clear(&store->regions[i].stale);
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
