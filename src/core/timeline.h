/* Frames and their fences. A frame has a serial; what was used in it is stamped with that serial
 * and is free once the serial has completed.
 *
 * One fence a frame, and none for a frame in which nothing was used: its serial is simply used on.
 * When the queue of fences is full, or the API refuses a fence, two frames share one and complete
 * together. So ending a frame needs no memory and never waits. */
#ifndef TRM_CORE_TIMELINE_H
#define TRM_CORE_TIMELINE_H

#include "core/backend.h"

#define TRM_FENCES 16

typedef struct trm_timeline {
    const trm_backend *backend;
    trm_stats *stats;
    uint64_t open;      /* serial of the frame being recorded; starts at 1 */
    uint64_t completed; /* every serial up to this one has finished */
    bool used;          /* something carries the open serial */
    bool ended;         /* it was ended, but there was no fence to be had */
    bool polled;        /* the fences were asked since the frame was opened */
    struct {
        trm_fence fence;
        uint64_t serial; /* completes this serial and all before */
    } queue[TRM_FENCES]; /* oldest first */
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
    return serial <= timeline->completed;
}

/* Closes the open frame. OK always: a refused fence is made up for by the next frame. */
void trm_timeline_end_frame(trm_timeline *timeline);

/* Asks the oldest fences whether they have passed. OK or DEVICE_LOST. */
trm_result trm_timeline_poll(trm_timeline *timeline);

/* The same, but only the first time in a frame: for callers that come by thousands of times. */
trm_result trm_timeline_poll_once(trm_timeline *timeline);

/* Waits for a serial. OK, NOT_READY when the time was up, FRAME_OPEN when that frame is still being
 * recorded, DEVICE_LOST. */
trm_result trm_timeline_wait(trm_timeline *timeline, uint64_t serial, uint64_t timeout_ns);

#endif
