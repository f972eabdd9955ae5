/* From stale chunks to pieces worth copying: neighbouring runs are joined where writing the gap
 * costs less than one more flush. A joined gap is *copied* with the rest, never only flushed: the
 * client's bytes there may be older than what the GPU has. */
#ifndef TRM_CORE_PLAN_H
#define TRM_CORE_PLAN_H

#include "core/limit.h"
#include "core/plane.h"

/* Chunks [first, end). */
typedef struct trm_piece {
    size_t first;
    size_t end;
} trm_piece;

/* A word gives at most as many edges as it has bits, and some may be noted behind the last. */
#define TRM_PLAN_EDGES_OF_WORD (TRM_WORD_BITS + 4)
#define TRM_PLAN_EDGES         (TRM_PLAN_EDGES_OF_WORD + TRM_LIMIT(92u, 2u))

/* Pieces are found a few words ahead, as edges: where one begins, where it ends, where the next one
 * begins. */
typedef struct trm_plan {
    const trm_plane *plane;
    size_t group;    /* of the plane, that is being looked at */
    uint64_t todo;   /* words of the group that are still to be looked at */
    uint64_t inside; /* 1: the last one ends inside a piece; else 0 */
    unsigned bridge; /* widest gap to join, in chunks */
    unsigned next, count;
    size_t edges[TRM_PLAN_EDGES]; /* those before `count` are set, and from `next` on to be used */
} trm_plan;

/* Plans the set bits of a plane, joining gaps of up to `bridge` chunks; 0: none, for where a gap's
 * bytes must not be touched, or pieces cost next to nothing. The plane must not change meanwhile.
 */
#define TRM_PLAN_WIDEST_BRIDGE 64u
void trm_plan_begin(trm_plan *plan, const trm_plane *plane, unsigned bridge);

/* The widest gap worth joining in a plane whose chunks have `chunk_nbytes` bytes. */
unsigned trm_plan_bridge(const trm_plane *plane, size_t chunk_nbytes);

/* Finds more edges. False when no piece is left. */
bool trm_plan_look(trm_plan *plan);

/* The next piece in ascending order, or false. */
static inline bool trm_plan_next(trm_plan *plan, trm_piece *out) {
    if (plan->count - plan->next < 2 && !trm_plan_look(plan))
        return false;
    out->first = plan->edges[plan->next];
    out->end = plan->edges[plan->next + 1];
    plan->next += 2;
    return true;
}

#endif
