#include "core/timeline.h"

#include "core/clock.h"

/* A wait is cut into slices so that a driver which misjudges a long timeout cannot hold the caller
 * longer. */
#define WAIT_SLICE_NS UINT64_C(20000000)

void trm_timeline_init(trm_timeline *timeline, const trm_backend *backend, trm_stats *stats) {
    *timeline = (trm_timeline){.backend = backend, .stats = stats, .open = 1};
}

void trm_timeline_destroy(trm_timeline *timeline, bool lost) {
    for (size_t i = 0; i < timeline->count && !lost; i++)
        timeline->backend->fence_destroy(timeline->backend->self, timeline->queue[i].fence);
    timeline->count = 0;
}

/* Puts a fence behind everything recorded so far. False when the API would not give one. */
static bool insert_fence(trm_timeline *timeline) {
    const trm_backend *backend = timeline->backend;
    trm_fence fence = backend->fence_insert(backend->self);
    timeline->ended = !fence;
    if (!fence)
        return false;
    timeline->stats->fences++;
    if (timeline->count == TRM_FENCES)
        trm_timeline_poll(timeline); /* a loss shows up again where there is someone to tell */
    if (timeline->count == TRM_FENCES) {
        timeline->count--;
        backend->fence_destroy(backend->self, timeline->queue[timeline->count].fence);
    }
    timeline->queue[timeline->count].fence = fence;
    timeline->queue[timeline->count].serial = timeline->open;
    timeline->count++;
    timeline->open++;
    timeline->used = false;
    return true;
}

void trm_timeline_end_frame(trm_timeline *timeline) {
    timeline->polled = false;
    if (timeline->used)
        insert_fence(timeline);
}

static void pop_oldest(trm_timeline *timeline) {
    timeline->completed = timeline->queue[0].serial;
    timeline->backend->fence_destroy(timeline->backend->self, timeline->queue[0].fence);
    timeline->count--;
    for (size_t i = 0; i < timeline->count; i++)
        timeline->queue[i] = timeline->queue[i + 1];
}

trm_result trm_timeline_poll(trm_timeline *timeline) {
    const trm_backend *backend = timeline->backend;
    timeline->polled = true;
    while (timeline->count) {
        timeline->stats->polls++;
        trm_result result = backend->fence_wait(backend->self, timeline->queue[0].fence, 0);
        if (result != TRM_OK)
            return result == TRM_NOT_READY ? TRM_OK : result;
        pop_oldest(timeline);
    }
    return TRM_OK;
}

trm_result trm_timeline_poll_once(trm_timeline *timeline) {
    return timeline->polled ? TRM_OK : trm_timeline_poll(timeline);
}

/* Waits for the oldest fence until `deadline`. */
static trm_result wait_oldest(trm_timeline *timeline, uint64_t deadline) {
    const trm_backend *backend = timeline->backend;
    for (;;) {
        uint64_t now = trm_clock_ns();
        uint64_t left = deadline > now ? deadline - now : 0;
        uint64_t slice = left < WAIT_SLICE_NS ? left : WAIT_SLICE_NS;
        trm_result result = backend->fence_wait(backend->self, timeline->queue[0].fence, slice);
        if (result == TRM_OK)
            pop_oldest(timeline);
        if (result != TRM_NOT_READY || !left)
            return result;
    }
}

trm_result trm_timeline_wait(trm_timeline *timeline, uint64_t serial, uint64_t timeout_ns) {
    if (trm_timeline_done(timeline, serial))
        return TRM_OK;
    if (serial == timeline->open && !(timeline->ended && insert_fence(timeline)))
        return TRM_ERROR_FRAME_OPEN;

    uint64_t start = trm_clock_ns();
    uint64_t deadline = timeout_ns > UINT64_MAX - start ? UINT64_MAX : start + timeout_ns;
    trm_result result = TRM_OK;
    timeline->stats->waits++;
    while (result == TRM_OK && !trm_timeline_done(timeline, serial))
        result = wait_oldest(timeline, deadline);
    timeline->stats->waited_ns += trm_clock_ns() - start;
    return result;
}
