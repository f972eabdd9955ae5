#include "core/timeline.h"

#include "core/clock.h"

/* A wait is cut into slices so that a driver which misjudges a long timeout cannot hold the caller
 * longer. */
#define WAIT_SLICE_NS UINT64_C(20000000)

/* Stamps begin anew some frames later, where limits are shrunk. */
#define FIRST_SERIAL TRM_LIMIT(UINT64_C(1), (UINT64_C(1) << 32) - 6)

void trm_timeline_init(trm_timeline *timeline, const trm_backend *backend, trm_stats *stats) {
    *timeline = (trm_timeline){.backend = backend, .stats = stats, .open = FIRST_SERIAL};
    timeline->completed = timeline->fenced = timeline->due = timeline->open - 1;
}

void trm_timeline_destroy(trm_timeline *timeline, bool lost) {
    for (size_t i = 0; i < timeline->count && !lost; i++)
        timeline->backend->fence_destroy(timeline->backend->self, timeline->queue[i].fence);
    timeline->count = 0;
}

static void open_next(trm_timeline *timeline) {
    timeline->open++;
    timeline->open += !(uint32_t)timeline->open; /* no stamp would be left for it */
}

void trm_timeline_restart(trm_timeline *timeline) {
    trm_timeline_destroy(timeline, true);
    open_next(timeline);
    timeline->completed = timeline->fenced = timeline->due = timeline->open - 1;
    timeline->used = timeline->wanted = timeline->polled = timeline->unsubmitted = false;
    timeline->reads = timeline->reads_ended = false;
}

static void pop_oldest(trm_timeline *timeline) {
    if (timeline->queue[0].serial)
        timeline->completed = timeline->queue[0].serial;
    timeline->backend->fence_destroy(timeline->backend->self, timeline->queue[0].fence);
    timeline->count--;
    for (size_t i = 0; i < timeline->count; i++)
        timeline->queue[i] = timeline->queue[i + 1];
}

trm_result trm_timeline_look(trm_timeline *timeline) {
    const trm_backend *backend = timeline->backend;
    while (timeline->count) {
        timeline->stats->polls++;
        trm_result result = backend->fence_wait(backend->self, timeline->queue[0].fence, 0);
        if (result != TRM_OK)
            return result == TRM_NOT_READY ? TRM_OK : result;
        pop_oldest(timeline);
    }
    return TRM_OK;
}

static void submit(trm_timeline *timeline) {
    if (timeline->unsubmitted)
        timeline->backend->submit(timeline->backend->self);
    timeline->unsubmitted = false;
}

/* A fence from the middle of a frame may never have left the CPU: whoever asks for it again and
 * again would ask for ever. */
static trm_result ask(trm_timeline *timeline) {
    trm_result result = trm_timeline_look(timeline);
    if (result == TRM_OK && timeline->count)
        submit(timeline);
    return result;
}

/* Whether there is room for one more entry, or the newest may share the fence to come. A loss found
 * here shows up again where there is someone to tell. */
static bool has_room(trm_timeline *timeline, bool may_merge) {
    if (timeline->count == TRM_FENCES)
        ask(timeline);
    return timeline->count < TRM_FENCES || (may_merge && timeline->queue[TRM_FENCES - 1].serial);
}

static void push(trm_timeline *timeline, trm_fence fence, uint64_t serial, bool for_reads) {
    const trm_backend *backend = timeline->backend;
    if (timeline->count == TRM_FENCES)
        backend->fence_destroy(backend->self, timeline->queue[--timeline->count].fence);
    timeline->queue[timeline->count++] =
        (trm_timeline_entry){.fence = fence, .serial = serial, .for_reads = for_reads};
}

/* A fence behind every frame that has ended: only right while nothing of the open one is recorded,
 * or when the frames before are all that is asked for. */
static void fence_ended_frames(trm_timeline *timeline) {
    const trm_backend *backend = timeline->backend;
    uint64_t serial = timeline->open - 1;
    if (timeline->fenced >= serial || !has_room(timeline, true))
        return;
    bool merges = timeline->count == TRM_FENCES;
    bool for_reads = timeline->reads_ended || (merges && timeline->queue[TRM_FENCES - 1].for_reads);
    trm_fence fence = backend->fence_insert(backend->self, for_reads);
    if (!fence)
        return;
    timeline->stats->fences++;
    if (TRM_MUTANT("fence-before-last-draw"))
        serial++;
    push(timeline, fence, serial, for_reads);
    timeline->fenced = serial;
    timeline->reads_ended = false;
    timeline->unsubmitted = true;
}

/* A fence for ended frames that want one and could not have it, or did not want it until now. */
static void fence_what_is_due(trm_timeline *timeline) {
    if (timeline->due > timeline->fenced)
        fence_ended_frames(timeline);
}

void trm_timeline_end_frame(trm_timeline *timeline) {
    timeline->polled = false;
    if (timeline->wanted)
        timeline->due = timeline->open;
    if (timeline->used)
        open_next(timeline);
    timeline->reads_ended |= timeline->reads;
    timeline->used = timeline->wanted = timeline->reads = false;
    fence_what_is_due(timeline);
}

bool trm_timeline_add_fence(trm_timeline *timeline, trm_fence fence) {
    if (!has_room(timeline, false))
        return false;
    push(timeline, fence, 0, false);
    timeline->used = timeline->wanted = true;
    return true;
}

trm_result trm_timeline_poll(trm_timeline *timeline) {
    timeline->polled = true;
    fence_what_is_due(timeline);
    return ask(timeline);
}

trm_result trm_timeline_poll_once(trm_timeline *timeline) {
    return timeline->polled ? TRM_OK : trm_timeline_poll(timeline);
}

/* Waits for one fence until `deadline`. */
static trm_result wait_until(trm_timeline *timeline, trm_fence fence, uint64_t deadline) {
    const trm_backend *backend = timeline->backend;
    for (;;) {
        uint64_t now = trm_clock_ns();
        uint64_t left = deadline > now ? deadline - now : 0;
        uint64_t slice = left < WAIT_SLICE_NS ? left : WAIT_SLICE_NS;
        trm_result result = backend->fence_wait(backend->self, fence, slice);
        if (result != TRM_NOT_READY || !left)
            return result;
    }
}

static uint64_t deadline_after(uint64_t start, uint64_t timeout_ns) {
    return timeout_ns > UINT64_MAX - start ? UINT64_MAX : start + timeout_ns;
}

trm_result trm_timeline_drain(trm_timeline *timeline, uint64_t serial, uint64_t timeout_ns) {
    if (trm_timeline_done(timeline, serial))
        return TRM_OK;
    if (serial == timeline->open)
        return TRM_ERROR_FRAME_OPEN;
    uint64_t deadline = deadline_after(trm_clock_ns(), timeout_ns);
    trm_result result = TRM_OK;
    while (result == TRM_OK && !trm_timeline_done(timeline, serial)) {
        /* Again each time: the frame may have had no fence for want of room. */
        fence_ended_frames(timeline);
        submit(timeline);
        if (!timeline->count)
            result = TRM_NOT_READY;
        else
            result = wait_until(timeline, timeline->queue[0].fence, deadline);
        if (result == TRM_OK)
            pop_oldest(timeline);
    }
    return result;
}

trm_result trm_timeline_wait(trm_timeline *timeline, uint64_t serial, uint64_t timeout_ns) {
    if (trm_timeline_done(timeline, serial) || serial == timeline->open)
        return trm_timeline_drain(timeline, serial, timeout_ns);
    uint64_t start = trm_clock_ns();
    timeline->stats->waits++;
    trm_zone_pass(timeline->zones, TRM_ZONE_WAIT, true, "");
    trm_result result = trm_timeline_drain(timeline, serial, timeout_ns);
    trm_zone_pass(timeline->zones, TRM_ZONE_WAIT, false, "");
    timeline->stats->waited_ns += trm_clock_ns() - start;
    return result;
}

trm_result trm_timeline_wait_fence(trm_timeline *timeline, trm_fence fence, uint64_t timeout_ns) {
    const trm_backend *backend = timeline->backend;
    timeline->stats->polls++;
    trm_result result = backend->fence_wait(backend->self, fence, 0);
    if (result != TRM_NOT_READY || !timeout_ns)
        return result;
    uint64_t start = trm_clock_ns();
    timeline->stats->waits++;
    trm_zone_pass(timeline->zones, TRM_ZONE_WAIT, true, "");
    result = wait_until(timeline, fence, deadline_after(start, timeout_ns));
    trm_zone_pass(timeline->zones, TRM_ZONE_WAIT, false, "");
    timeline->stats->waited_ns += trm_clock_ns() - start;
    return result;
}
