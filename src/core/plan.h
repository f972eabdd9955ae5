/* From stale chunks to pieces worth copying: neighbouring runs are joined where writing the gap
 * costs less than one more flush. A joined gap is *copied* with the rest, never only flushed: the
 * client's bytes there may be older than what the GPU has. */
#ifndef TRM_CORE_PLAN_H
#define TRM_CORE_PLAN_H

#include "core/plane.h"

/* Chunks [first, end). */
typedef struct trm_piece {
    size_t first;
    size_t end;
} trm_piece;

typedef struct trm_plan {
    const trm_plane *plane;
    size_t position; /* everything before it has been planned */
    unsigned bridge; /* widest gap to join, in chunks */
} trm_plan;

/* Plans the set bits of a plane whose chunks have `chunk_nbytes` bytes. The plane must not change
 * meanwhile. */
void trm_plan_begin(trm_plan *plan, const trm_plane *plane, size_t chunk_nbytes);

/* The same without joining anything: where a gap's bytes must not be touched, or pieces cost next
 * to nothing. */
void trm_plan_begin_exact(trm_plan *plan, const trm_plane *plane);

/* The next piece in ascending order, or false. */
bool trm_plan_next(trm_plan *plan, trm_piece *out);

#endif
