/* Frames and their fences. A frame has a serial; what was used in it is stamped with that serial
 * and is free once the serial has completed.
 *
 * At most one fence a frame, and none for a frame in which nothing was used: its serial is simply
 * used on. Where fences are dear, a frame that nobody is going to ask for soon has none either; the
 * next one covers it. So it goes when the queue of fences is full, or the API refuses one: ending a
 * frame needs no memory and never waits. */
#ifndef TRM_CORE_TIMELINE_H
#define TRM_CORE_TIMELINE_H

#include "core/backend.h"
#include "core/limit.h"
#include "core/mutant.h"
#include "core/zone.h"

#define TRM_FENCES TRM_LIMIT(32, 4)

typedef struct trm_timeline_entry {
    trm_fence fence;
    uint64_t
        serial; /* completes this serial and all before; 0: only holds up the entries behind it */
    bool for_reads; /* made so */
} trm_timeline_entry;

typedef struct trm_timeline {
    const trm_backend *backend;
    trm_stats *stats;
    const trm_zones *zones;               /* told of waits; may be NULL */
    uint64_t open;                        /* serial of the frame being recorded; starts at 1, but
                                             see FIRST_SERIAL */
    uint64_t fenced;                      /* every serial up to this one has a fence, or had */
    uint64_t completed;                   /* every serial up to this one has finished */
    uint64_t due;                         /* the last ended serial that should have a fence */
    bool lazy;                            /* no fence for a frame that nobody will ask for */
    bool reads, reads_ended;              /* the CPU is going to read what the open frame wrote, or
                                             ended ones without a fence */
    bool used;                            /* something carries the open serial */
    bool wanted;                          /* ... and somebody will ask for it */
    bool polled;                          /* the fences were asked since the frame was opened */
    trm_timeline_entry queue[TRM_FENCES]; /* oldest first */
    size_t count;
    bool unsubmitted; /* a fence was put in since commands were submitted */
} trm_timeline;

void trm_timeline_init(trm_timeline *timeline, const trm_backend *backend, trm_stats *stats);

/* Drops the fences, without touching the API if the context is lost. */
void trm_timeline_destroy(trm_timeline *timeline, bool lost);

/* Goes on behind a loss: whatever was recorded counts as finished, and its fences are nobody's. */
void trm_timeline_restart(trm_timeline *timeline);

/* The serial to stamp with; from now on this frame will have a fence. */
static inline uint64_t trm_timeline_use(trm_timeline *timeline) {
    timeline->used = timeline->wanted = true;
    return timeline->open;
}

/* The same where the CPU is going to read what the frame writes. */
static inline uint64_t trm_timeline_use_for_reads(trm_timeline *timeline) {
    timeline->reads = true;
    return trm_timeline_use(timeline);
}

/* The same, without the fence where those are dear. */
static inline uint64_t trm_timeline_touch(trm_timeline *timeline) {
    timeline->used = true;
    timeline->wanted |= !timeline->lazy;
    return timeline->open;
}

/* Asks for a fence behind a serial, if it has none yet. */
static inline void trm_timeline_want(trm_timeline *timeline, uint64_t serial) {
    if (serial == timeline->open)
        timeline->wanted = true;
    else if (serial > timeline->due)
        timeline->due = serial;
}

static inline bool trm_timeline_done(const trm_timeline *timeline, uint64_t serial) {
    return serial <= timeline->completed || TRM_MUTANT("no-fence-wait");
}

/* Stamps are the lower halves of serials, for where there are thousands of them; 0 is none, and no
 * serial's. None is later than the open frame's. What was stamped 2^32 frames ago passes for as
 * many younger: for unfinished, if at all, as long as a frame takes. */
static inline uint64_t trm_timeline_serial(const trm_timeline *timeline, uint32_t stamp) {
    return stamp ? timeline->open - (uint32_t)((uint32_t)timeline->open - stamp) : 0;
}

static inline bool trm_timeline_passed(const trm_timeline *timeline, uint32_t stamp) {
    return trm_timeline_done(timeline, trm_timeline_serial(timeline, stamp));
}

/* Closes the open frame. */
void trm_timeline_end_frame(trm_timeline *timeline);

/* Makes the open frame, and all after it, wait for one more fence, which the timeline owns from now
 * on. False when the queue is full. */
bool trm_timeline_add_fence(trm_timeline *timeline, trm_fence fence);

/* Asks the oldest fences whether they have passed. OK or DEVICE_LOST. */
trm_result trm_timeline_poll(trm_timeline *timeline);

/* The same of those that are there: makes none, and submits nothing. */
trm_result trm_timeline_look(trm_timeline *timeline);

/* As trm_timeline_poll, but only the first time in a frame: for callers that come by thousands of
 * times. */
trm_result trm_timeline_poll_once(trm_timeline *timeline);

/* Waits for a serial. OK, NOT_READY when the time was up, FRAME_OPEN when that frame is still being
 * recorded, DEVICE_LOST. */
trm_result trm_timeline_wait(trm_timeline *timeline, uint64_t serial, uint64_t timeout_ns);

/* The same for a caller who asked to wait: not among the waits of the statistics. */
trm_result trm_timeline_drain(trm_timeline *timeline, uint64_t serial, uint64_t timeout_ns);

/* Waits for a fence that is not in the queue; a timeout of 0 polls. OK, NOT_READY or DEVICE_LOST.
 */
trm_result trm_timeline_wait_fence(trm_timeline *timeline, trm_fence fence, uint64_t timeout_ns);

#endif
