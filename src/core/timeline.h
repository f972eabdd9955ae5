/* Frames and their fences. A frame has a serial; what was used in it is stamped with that serial
 * and is free once the serial has completed.
 *
 * One fence a frame, and none for a frame in which nothing was used: its serial is simply used on.
 * When the queue of fences is full, or the API refuses a fence, a later fence covers the frame as
 * well. So ending a frame needs no memory and never waits. */
#ifndef TRM_CORE_TIMELINE_H
#define TRM_CORE_TIMELINE_H

#include "core/backend.h"
#include "core/mutant.h"

#define TRM_FENCES 32

typedef struct trm_timeline_entry {
    trm_fence fence;
    uint64_t
        serial; /* completes this serial and all before; 0: only holds up the entries behind it */
} trm_timeline_entry;

typedef struct trm_timeline {
    const trm_backend *backend;
    trm_stats *stats;
    uint64_t open;                        /* serial of the frame being recorded; starts at 1 */
    uint64_t fenced;                      /* every serial up to this one has a fence, or had */
    uint64_t completed;                   /* every serial up to this one has finished */
    bool used;                            /* something carries the open serial */
    bool polled;                          /* the fences were asked since the frame was opened */
    trm_timeline_entry queue[TRM_FENCES]; /* oldest first */
    size_t count;
} trm_timeline;

void trm_timeline_init(trm_timeline *timeline, const trm_backend *backend, trm_stats *stats);

/* Drops the fences, without touching the API if the context is lost. */
void trm_timeline_destroy(trm_timeline *timeline, bool lost);

/* The serial to stamp with; from now on this frame will have a fence. */
static inline uint64_t trm_timeline_use(trm_timeline *timeline) {
    timeline->used = true;
    return timeline->open;
}

static inline bool trm_timeline_done(const trm_timeline *timeline, uint64_t serial) {
    return serial <= timeline->completed || TRM_MUTANT("no-fence-wait");
}

/* Closes the open frame. */
void trm_timeline_end_frame(trm_timeline *timeline);

/* Makes the open frame, and all after it, wait for one more fence, which the timeline owns from now
 * on. False when the queue is full. */
bool trm_timeline_add_fence(trm_timeline *timeline, trm_fence fence);

/* Asks the oldest fences whether they have passed. OK or DEVICE_LOST. */
trm_result trm_timeline_poll(trm_timeline *timeline);

/* The same, but only the first time in a frame: for callers that come by thousands of times. */
trm_result trm_timeline_poll_once(trm_timeline *timeline);

/* Waits for a serial. OK, NOT_READY when the time was up, FRAME_OPEN when that frame is still being
 * recorded, DEVICE_LOST. */
trm_result trm_timeline_wait(trm_timeline *timeline, uint64_t serial, uint64_t timeout_ns);

/* Waits for a fence that is not in the queue; a timeout of 0 polls. OK, NOT_READY or DEVICE_LOST.
 */
trm_result trm_timeline_wait_fence(trm_timeline *timeline, trm_fence fence, uint64_t timeout_ns);

#endif
