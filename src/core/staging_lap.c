/* Where in the ring the next bytes go.
 *
 * Behind the last ones, as a rule. But memory that was written lately is still in the processor's
 * caches and in its table of pages: a frame that finds room for itself at the beginning of the ring
 * goes back there, and small frames never see the end. What is left of that lap is spare: should
 * the frame need more than is free at the beginning, it goes on there, one lap later. */
#include "core/copy.h"
#include "core/staging.h"

/* The end of a lap is left empty if it is less than this part of the ring. */
#define SMALLEST_END 64u

uint64_t trm_staging_marked(const trm_staging *staging) {
    return staging->mark_count ? staging->marks[staging->mark_count - 1].position : staging->tail;
}

/* Whether frames from before the turn are unfinished. */
static bool is_turned(const trm_staging *staging) {
    return staging->tail < staging->spare_end;
}

void trm_staging_count_used(trm_staging *staging) {
    uint64_t spare = is_turned(staging) ? staging->spare_end - staging->spare_begin : 0;
    uint64_t used = staging->head - staging->tail - spare;
    staging->stats->staging_used_nbytes = used < staging->capacity ? used : staging->capacity;
}

static uint64_t aligned(uint64_t position) {
    return position + -position % TRM_SLICE_ALIGNMENT;
}

size_t trm_staging_slice_limit(const trm_staging *staging, size_t least) {
    uint64_t quarter = staging->capacity / 4;
    uint64_t end = staging->capacity - aligned(staging->head) % staging->capacity;
    bool serves = end < quarter && end >= staging->capacity / SMALLEST_END && end >= least;
    return (size_t)(serves ? end : quarter);
}

/* The start of `nbytes` contiguous bytes at or after the head: the rest of a lap is skipped if too
 * small. */
static uint64_t contiguous(const trm_staging *staging, size_t nbytes) {
    uint64_t start = aligned(staging->head);
    uint64_t offset = start % staging->capacity;
    return offset + nbytes > staging->capacity ? start + staging->capacity - offset : start;
}

/* Up to the tail; or in the spare part, whose positions of one lap later are beyond it. */
static bool fits(const trm_staging *staging, uint64_t start, uint64_t nbytes) {
    uint64_t capacity = staging->capacity;
    return start + nbytes - staging->tail <= capacity ||
           (is_turned(staging) && start >= staging->spare_begin + capacity &&
               start + nbytes <= staging->spare_end + capacity);
}

/* Whether everything before the head comes back with the last mark. */
static bool all_marked(const trm_staging *staging) {
    return staging->mark_count && trm_staging_marked(staging) == staging->head;
}

/* Leaves out what is before `start`. It comes back with the frames before; with the open one, if
 * that has begun. */
static void leave_out(trm_staging *staging, uint64_t start) {
    uint64_t nbytes = start - staging->head;
    if (all_marked(staging))
        staging->marks[staging->mark_count - 1].position = start;
    staging->head = staging->written = staging->flushed = start;
    staging->frame_start += nbytes;
    staging->fenced += nbytes;
}

/* With nothing in flight even all of it is contiguous. */
bool trm_staging_start_over(trm_staging *staging) {
    uint64_t offset = staging->head % staging->capacity;
    uint64_t start = offset ? staging->head + staging->capacity - offset : staging->head;
    if (staging->mark_count || staging->flushed > staging->tail || staging->hold != UINT64_MAX ||
        staging->tail == start)
        return false;
    leave_out(staging, start);
    staging->tail = staging->fenced = start;
    return true;
}

/* Goes on behind what was in flight when the ring turned back, if `nbytes` fit there. */
static bool enter_spare(trm_staging *staging, uint64_t nbytes) {
    uint64_t start = aligned(staging->spare_begin + staging->capacity);
    if (!is_turned(staging) || staging->head >= start ||
        start + nbytes > staging->spare_end + staging->capacity)
        return false;
    trm_staging_flush_written(staging);
    leave_out(staging, start);
    return true;
}

void trm_staging_choose_start(trm_staging *staging) {
    uint64_t offset = staging->head % staging->capacity;
    uint64_t in_flight = staging->head - staging->tail, usual = staging->usual_nbytes;
    /* Of a large frame that turns out larger the spare part may hold too little. */
    uint64_t more = usual > staging->capacity / 8 ? usual / 8 : 0;
    if (trm_staging_start_over(staging) || !all_marked(staging))
        return;
    if (in_flight < offset && offset - in_flight >= usual + more) {
        staging->spare_begin = staging->head;
        staging->spare_end = staging->head + staging->capacity - offset;
        leave_out(staging, staging->spare_end);
    } else if (!fits(staging, aligned(staging->head), usual)) {
        enter_spare(staging, usual);
    }
}

/* Three frames and one that waits for its fence are in use. Smaller frames share a fence with so
 * many others that it is long ago when their turn comes again. */
bool trm_staging_is_cached(const trm_staging *staging) {
    uint64_t nbytes = staging->head - staging->frame_start;
    if (nbytes < staging->usual_nbytes)
        nbytes = staging->usual_nbytes;
    return nbytes >= TRM_CACHED_NBYTES / 32 && nbytes <= TRM_CACHED_NBYTES / 3;
}

static trm_slice advance(trm_staging *staging, uint64_t start, size_t nbytes) {
    staging->head = start + nbytes;
    trm_staging_count_used(staging);
    uint64_t offset = start % staging->capacity;
    return (trm_slice){
        .pointer = (unsigned char *)staging->memory.pointer + offset,
        .position = start,
        .offset = offset,
        .nbytes = nbytes,
    };
}

bool trm_staging_try_reserve(trm_staging *staging, size_t nbytes, trm_slice *out) {
    uint64_t start = contiguous(staging, nbytes);
    if (!fits(staging, start, nbytes)) {
        if (!enter_spare(staging, nbytes))
            return false;
        start = staging->head;
    }
    *out = advance(staging, start, nbytes);
    return true;
}
