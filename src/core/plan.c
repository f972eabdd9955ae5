#include "core/plan.h"

/* A flush call costs about as long as writing this many bytes into mapped memory (16-20 ns, at 7-12
 * GB/s with the driver's own work behind it). Gaps are at most one chunk: so a run never costs more
 * than a chunk on top. */
#define BRIDGE_NBYTES 384
/* Where most is stale: there a piece costs an entry in lists and the start of a short copy, too. */
#define DENSE_BRIDGE_NBYTES 1024

/* The run at or after chunk `from`. */
static inline void look_ahead(trm_plan *plan, size_t from) {
    plan->has_next = trm_plane_next(plan->plane, from, &plan->next.first, &plan->next.end);
}

static void begin(trm_plan *plan, const trm_plane *plane, size_t bridge) {
    *plan = (trm_plan){.plane = plane, .bridge = bridge};
    look_ahead(plan, 0);
}

void trm_plan_begin(trm_plan *plan, const trm_plane *plane, size_t chunk_nbytes) {
    size_t bridge = chunk_nbytes <= BRIDGE_NBYTES ? 1 : 0;
    if (trm_plane_is_dense(plane))
        bridge = DENSE_BRIDGE_NBYTES / chunk_nbytes;
    begin(plan, plane, bridge);
}

void trm_plan_begin_exact(trm_plan *plan, const trm_plane *plane) {
    begin(plan, plane, 0);
}

bool trm_plan_next(trm_plan *plan, trm_piece *out) {
    if (!plan->has_next)
        return false;
    *out = plan->next;
    look_ahead(plan, out->end);
    while (plan->has_next && plan->next.first - out->end <= plan->bridge) {
        out->end = plan->next.end;
        look_ahead(plan, out->end);
    }
    return true;
}
