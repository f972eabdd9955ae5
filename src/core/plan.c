#include "core/plan.h"

/* A flush call costs about as long as writing this many bytes into mapped memory (16-20 ns, at 7-12
 * GB/s with the driver's own work behind it). Gaps are at most one chunk: so a run never costs more
 * than a chunk on top. */
#define BRIDGE_NBYTES 384
/* Where most is stale, a piece is also an entry in lists and the start of another short copy; then
 * all gaps together are less than what is stale. */
#define DENSE_BRIDGE_NBYTES 1024

void trm_plan_begin(trm_plan *plan, const trm_plane *plane, size_t chunk_nbytes) {
    size_t bridge = chunk_nbytes <= BRIDGE_NBYTES ? 1 : 0;
    if (plane->set_count > plane->bit_count / 2)
        bridge = DENSE_BRIDGE_NBYTES / chunk_nbytes;
    *plan = (trm_plan){.plane = plane, .bridge = bridge};
}

void trm_plan_begin_exact(trm_plan *plan, const trm_plane *plane) {
    *plan = (trm_plan){.plane = plane};
}

bool trm_plan_next(trm_plan *plan, trm_piece *out) {
    if (!trm_plane_next(plan->plane, plan->position, &out->first, &out->end))
        return false;
    size_t first, end;
    while (plan->bridge && trm_plane_next(plan->plane, out->end, &first, &end) &&
           first - out->end <= plan->bridge)
        out->end = end;
    plan->position = out->end;
    return true;
}
