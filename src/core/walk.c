#include "core/walk.h"

static size_t chunk_nbytes(const trm_layout *layout) {
    return layout->chunk_size * layout->itemsize;
}

trm_walk trm_walk_begin(const trm_store *store, bool exact) {
    const trm_plane *plane = &store->stale[store->turn->current];
    trm_walk walk = {.layout = &store->layout};
    /* In a gap the GPU may have newer bytes than the CPU. */
    if (exact || (store->buffer->usage & TRM_USAGE_GPU_WRITE))
        trm_plan_begin_exact(&walk.plan, plane);
    else
        trm_plan_begin(&walk.plan, plane, chunk_nbytes(walk.layout));
    return walk;
}

bool trm_walk_on(trm_walk *walk) {
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

size_t trm_walk_done(const trm_walk *walk) {
    return walk->offset / chunk_nbytes(walk->layout);
}

bool trm_walk_has_pieces(const trm_store *store, bool exact, size_t count) {
    trm_walk walk = trm_walk_begin(store, exact);
    for (; count && trm_walk_on(&walk); count--)
        walk.nbytes = 0;
    return !count;
}

trm_walk_size trm_walk_measure(const trm_store *store, bool exact) {
    trm_walk_size size = {0};
    for (trm_walk walk = trm_walk_begin(store, exact); trm_walk_on(&walk); walk.nbytes = 0) {
        size.nbytes += walk.nbytes;
        size.pieces++;
    }
    return size;
}
