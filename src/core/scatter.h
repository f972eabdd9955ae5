/* Which queued moves go by dispatch. A copy command costs a driver some microseconds, whatever its
 * size; one dispatch moves thousands of runs. It moves whole words and has a cost of its own, so it
 * is for many runs into one target, and only where the GPU is not the CPU. */
#ifndef TRM_CORE_SCATTER_H
#define TRM_CORE_SCATTER_H

#include "core/staging.h"

/* Fewer runs than this are copied. */
#define TRM_SCATTER_FEWEST_RUNS TRM_LIMIT(4u, 2u)

/* What the tables of at most `runs` runs, of `nbytes` together, take at most. */
size_t trm_scatter_table_nbytes(size_t nbytes, size_t runs);

/* Sorts the first `count` queued transfers: fills `staging->scatters` and their table in the ring,
 * and moves what stays a copy to the front, in order. Returns how many those are; if the dispatch
 * then fails, all `count` are still there to be copied, in another order. */
size_t trm_scatter_plan(trm_staging *staging, size_t count);

#endif
