/* A ring that turned out too small: a larger one takes over, and the old one serves out its frames.
 * And one that has grown, when its memory is wanted for a buffer. */
#include "core/staging.h"

/* Three frames fit, rounded up by doubling. A dispatch has to see all of it. */
static uint64_t choose_capacity(const trm_staging *staging) {
    uint64_t frame = staging->head - staging->frame_start + staging->table_nbytes;
    uint64_t capacity = staging->capacity;
    uint64_t limit = staging->limit, binding = staging->backend->traits.largest_binding;
    if (binding && binding < limit)
        limit = binding;
    if (frame < staging->frame_nbytes)
        frame = staging->frame_nbytes;
    while (capacity / 3 < frame && capacity <= limit / 2)
        capacity *= 2;
    return capacity;
}

static bool affords(const trm_staging *staging, uint64_t nbytes) {
    const trm_stats *stats = staging->stats;
    uint64_t held = stats->mapped_nbytes + stats->device_nbytes + stats->staging_nbytes;
    return !staging->budget || (nbytes <= staging->budget && held <= staging->budget - nbytes);
}

/* The ring's memory, if it has any, serves out the open frame. */
static void retire(trm_staging *staging) {
    const trm_backend *backend = staging->backend;
    trm_staging_hand_over(staging);
    staging->outgrown[staging->outgrown_count++] =
        (trm_outgrown_ring){staging->memory, trm_timeline_use(staging->timeline)};
    for (size_t i = 0; i < staging->mark_count; i++)
        if (staging->marks[i].fence)
            backend->fence_destroy(backend->self, staging->marks[i].fence);
    staging->mark_count = 0;
}

/* Nothing of the new memory is in use. */
static void start_anew(trm_staging *staging, uint64_t capacity, const trm_memory *memory) {
    staging->memory = *memory;
    staging->capacity = capacity;
    staging->head = staging->tail = staging->written = staging->flushed = staging->fenced = 0;
    staging->frame_start = staging->table_nbytes = staging->spare_begin = staging->spare_end = 0;
    staging->stats->staging_nbytes += capacity;
    staging->stats->staging_used_nbytes = 0;
}

bool trm_staging_grow(trm_staging *staging) {
    const trm_backend *backend = staging->backend;
    uint64_t wanted = choose_capacity(staging), capacity = wanted;
    trm_memory memory;
    if (staging->hold != UINT64_MAX || !staging->large_lately || staging->refused_lately ||
        staging->outgrown_count == TRM_STAGING_OUTGROWN)
        return false;
    while (capacity > staging->capacity &&
           (!affords(staging, capacity) || backend->mapped_create(backend->self, capacity,
                                               "trireme staging", &memory) != TRM_OK))
        capacity /= 2;
    if (capacity < wanted)
        staging->refused_lately = TRM_REFUSED_FRAMES; /* what there is will do, with waits */
    if (capacity == staging->capacity)
        return false;
    retire(staging);
    start_anew(staging, capacity, &memory);
    return true;
}

void trm_staging_give_way(trm_staging *staging) {
    if (staging->hold != UINT64_MAX || staging->outgrown_count == TRM_STAGING_OUTGROWN)
        return;
    if (trm_timeline_poll(staging->timeline) == TRM_OK)
        trm_staging_reclaim(staging);
    bool is_idle = !staging->mark_count && staging->head == staging->tail;
    retire(staging);
    start_anew(staging, 0, &(trm_memory){0});
    staging->refused_lately = TRM_REFUSED_FRAMES;
    if (is_idle)
        staging->outgrown[staging->outgrown_count - 1].last_use = 0;
    trm_staging_reclaim_outgrown(staging, false);
}

void trm_staging_reclaim_outgrown(trm_staging *staging, bool all) {
    const trm_backend *backend = staging->backend;
    size_t kept = 0;
    for (size_t i = 0; i < staging->outgrown_count; i++) {
        trm_outgrown_ring *ring = &staging->outgrown[i];
        if (all || trm_timeline_done(staging->timeline, ring->last_use)) {
            staging->stats->staging_nbytes -= ring->memory.nbytes;
            backend->memory_destroy(backend->self, &ring->memory);
        } else {
            staging->outgrown[kept++] = *ring;
        }
    }
    staging->outgrown_count = kept;
}
