/* The stale bytes of a region, one contiguous piece after the other: what the ways of bringing them
 * up consume, in whatever portions suit them. */
#ifndef TRM_CORE_WALK_H
#define TRM_CORE_WALK_H

#include "core/plan.h"
#include "core/store.h"

typedef struct trm_walk {
    /* What is left of the current piece, in bytes. No pair: compilers would read both numbers at
     * once, right behind two writes, which processors take their time for. */
    size_t offset;
    size_t chunk_nbytes;
    size_t nbytes;
    size_t end; /* of the buffer */
    trm_plan plan;
} trm_walk;

/* What a walk will come by. */
typedef struct trm_walk_size {
    size_t nbytes;
    size_t pieces;
} trm_walk_size;

/* Starts before the first piece of the store's current region. `exact`: gaps are never joined. */
void trm_walk_begin(trm_walk *walk, const trm_store *store, bool exact);

/* Moves on to the next piece when the current one is used up. False at the end. */
static inline bool trm_walk_on(trm_walk *walk) {
    trm_piece piece;
    if (walk->nbytes)
        return true;
    if (!trm_plan_next(&walk->plan, &piece))
        return false;
    size_t end = piece.end * walk->chunk_nbytes; /* the last chunk may be short */
    walk->offset = piece.first * walk->chunk_nbytes;
    walk->nbytes = (end < walk->end ? end : walk->end) - walk->offset;
    return true;
}

/* Uses up the next bytes of the current piece. */
static inline void trm_walk_use(trm_walk *walk, size_t nbytes) {
    walk->offset += nbytes;
    walk->nbytes -= nbytes;
}

/* The chunks before this one are used up. */
size_t trm_walk_done(const trm_walk *walk);

/* Whether it will come by so many pieces, or more. */
bool trm_walk_has_pieces(const trm_store *store, bool exact, size_t count);

trm_walk_size trm_walk_measure(const trm_store *store, bool exact);

#endif
