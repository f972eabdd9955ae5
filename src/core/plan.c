#include "core/plan.h"

/* A flush call costs about as long as writing this many bytes into mapped memory (16-20 ns, at 7-12
 * GB/s with the driver's own work behind it). Gaps are at most one chunk: so a run never costs more
 * than a chunk on top. */
#define BRIDGE_NBYTES 384
/* Where most is stale: there a piece costs an entry in lists and the start of a short copy, too.
 * (At most TRM_PLANE_WIDEST_BRIDGE chunks.) */
#define DENSE_BRIDGE_NBYTES 1024

static unsigned widest_gap(const trm_plane *plane, size_t chunk_nbytes) {
    if (!trm_plane_is_dense(plane))
        return chunk_nbytes <= BRIDGE_NBYTES;
    size_t chunks = DENSE_BRIDGE_NBYTES / chunk_nbytes;
    return chunks < TRM_PLANE_WIDEST_BRIDGE ? (unsigned)chunks : TRM_PLANE_WIDEST_BRIDGE;
}

void trm_plan_begin(trm_plan *plan, const trm_plane *plane, size_t chunk_nbytes) {
    *plan = (trm_plan){.plane = plane, .bridge = widest_gap(plane, chunk_nbytes)};
}

void trm_plan_begin_exact(trm_plan *plan, const trm_plane *plane) {
    *plan = (trm_plan){.plane = plane};
}

bool trm_plan_next(trm_plan *plan, trm_piece *out) {
    if (!trm_plane_next(plan->plane, plan->position, plan->bridge, &out->first, &out->end))
        return false;
    plan->position = out->end;
    return true;
}
