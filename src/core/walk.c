#include "core/walk.h"

void trm_walk_begin(trm_walk *walk, const trm_store *store, bool exact) {
    const trm_plane *plane = &store->stale[store->turn->current];
    const trm_layout *layout = &store->layout;
    walk->offset = walk->nbytes = 0;
    walk->chunk_nbytes = layout->chunk_size * layout->itemsize;
    walk->end = layout->nbytes;
    /* In a gap the GPU may have newer bytes than the CPU. */
    exact = exact || (store->buffer->usage & TRM_USAGE_GPU_WRITE);
    trm_plan_begin(&walk->plan, plane, exact ? 0 : trm_plan_bridge(plane, walk->chunk_nbytes));
}

size_t trm_walk_done(const trm_walk *walk) {
    return walk->offset / walk->chunk_nbytes;
}

bool trm_walk_has_pieces(const trm_store *store, bool exact, size_t count) {
    trm_walk walk;
    trm_walk_begin(&walk, store, exact);
    for (; count && trm_walk_on(&walk); count--)
        walk.nbytes = 0;
    return !count;
}

trm_walk_size trm_walk_measure(const trm_store *store, bool exact) {
    trm_walk_size size = {0};
    trm_walk walk;
    for (trm_walk_begin(&walk, store, exact); trm_walk_on(&walk); walk.nbytes = 0) {
        size.nbytes += walk.nbytes;
        size.pieces++;
    }
    return size;
}
