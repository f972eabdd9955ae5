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

/* The next run, not joined with those behind it yet, is no pair: compilers would read both numbers
 * at once, right behind two writes, which processors take their time for. */
typedef struct trm_plan {
    const trm_plane *plane;
    size_t next_first;
    size_t bridge; /* widest gap to join, in chunks */
    size_t next_end;
    bool has_next;
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
