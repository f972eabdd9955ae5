#include "core/plan.h"

/* A flush call costs about as long as writing this many bytes into mapped memory (16-20 ns, at 7-12
 * GB/s with the driver's own work behind it). Gaps are at most one chunk: so a run never costs more
 * than a chunk on top. */
#define BRIDGE_NBYTES 384
/* Where most is stale: there a piece costs an entry in lists and the start of a short copy, too. */
#define DENSE_BRIDGE_NBYTES 1024

/* The run at or after chunk `from`. */
static inline void look_ahead(trm_plan *plan, size_t from) {
    plan->has_next = trm_plane_next(plan->plane, from, &plan->next_first, &plan->next_end);
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
    size_t first = plan->next_first, end = plan->next_end;
    if (!plan->has_next)
        return false;
    look_ahead(plan, end);
    while (plan->has_next && plan->next_first - end <= plan->bridge) {
        end = plan->next_end;
        look_ahead(plan, end);
    }
    *out = (trm_piece){first, end};
    return true;
}
