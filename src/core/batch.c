#include "core/batch.h"

#include "core/prefetch.h"

/* A worker is worth waking for so much; more tasks than workers even out their speeds. */
#define TASK_NBYTES TRM_LIMIT((size_t)128 << 10, (size_t)64)
#define MOST_TASKS  TRM_LIMIT(64, 5)

/* Longer copies are cut into lanes by themselves. */
#define LONGEST_LANE TRM_LIMIT((size_t)16 << 10, (size_t)256)

/* Where a task begins: bytes of copy `copy` before `skip` are the task before's. */
typedef struct mark {
    size_t copy;
    size_t skip;
} mark;

typedef struct share {
    const trm_batch *batch;
    bool streamed;
    mark marks[MOST_TASKS + 1];
} share;

static void copy_part(const share *work, const trm_copy *copy, size_t from, size_t end) {
    const trm_source *source = work->batch->source;
    if (work->streamed)
        trm_copy_bytes_streamed(copy->to + from, source, copy->offset + from, end - from);
    else
        trm_copy_bytes(copy->to + from, source, copy->offset + from, end - from);
}

/* What copies [first, first + TRM_LANES), which come before `end`, can do abreast: as many bytes of
 * each, whole lines. 0: nothing. */
static size_t lane_nbytes(const share *work, size_t first, size_t end) {
    const trm_batch *batch = work->batch;
    size_t least = SIZE_MAX;
    uintptr_t misfit = 0;
    if (first + TRM_LANES > end || !work->streamed || !trm_source_is_plain(batch->source))
        return 0;
    for (size_t i = first; i < first + TRM_LANES; i++) {
        const trm_copy *copy = &batch->copies[i];
        least = copy->nbytes < least ? copy->nbytes : least;
        misfit |= (uintptr_t)copy->to % TRM_LINE_NBYTES;
    }
    return misfit || least > LONGEST_LANE ? 0 : least - least % TRM_LINE_NBYTES;
}

/* And the rest of each by itself. */
static void copy_abreast(const share *work, size_t first, size_t end, size_t nbytes) {
    const trm_copy *copies = work->batch->copies + first;
    const unsigned char *data = work->batch->source->data;
    unsigned char *to[TRM_LANES];
    const unsigned char *from[TRM_LANES], *next[TRM_LANES];
    bool more = lane_nbytes(work, first + TRM_LANES, end) >= nbytes;
    for (unsigned lane = 0; lane < TRM_LANES; lane++) {
        to[lane] = copies[lane].to;
        from[lane] = data + copies[lane].offset;
        next[lane] = more ? data + copies[TRM_LANES + lane].offset : NULL;
    }
    trm_copy_lanes(to, from, more ? next : NULL, nbytes);
    for (unsigned lane = 0; lane < TRM_LANES; lane++)
        if (copies[lane].nbytes > nbytes)
            copy_part(work, &copies[lane], nbytes, copies[lane].nbytes);
}

/* Copies of little are waited for, not done: what is further on in the list is fetched meanwhile.
 */
#define AHEAD 8

static void fetch(const share *work, const trm_copy *copy) {
    const trm_batch *batch = work->batch;
    if (!trm_source_is_plain(batch->source))
        return;
    trm_prefetch_read((const unsigned char *)batch->source->data + copy->offset);
    if (!work->streamed)
        trm_prefetch(copy->to);
}

static void run_task(void *context, size_t index) {
    const share *work = context;
    mark at = work->marks[index], end = work->marks[index + 1];
    for (; at.copy < end.copy; at.copy++, at.skip = 0) {
        const trm_copy *copy = &work->batch->copies[at.copy];
        size_t abreast = at.skip ? 0 : lane_nbytes(work, at.copy, end.copy);
        if (abreast) {
            copy_abreast(work, at.copy, end.copy, abreast);
            at.copy += TRM_LANES - 1;
            continue;
        }
        if (end.copy - at.copy > AHEAD)
            fetch(work, copy + AHEAD);
        copy_part(work, copy, at.skip, copy->nbytes);
    }
    if (end.skip)
        copy_part(work, &work->batch->copies[end.copy], at.skip, end.skip);
    trm_copy_fence(); /* also behind plain copies: the memory may be write-combined, and this a
                         worker */
}

/* Cuts the list, of two tasks' bytes at least, into tasks of about the same number of bytes,
 * between items. */
static size_t cut(share *work) {
    const trm_batch *batch = work->batch;
    size_t count = batch->nbytes / TASK_NBYTES, unit = batch->source->itemsize;
    count = count > MOST_TASKS ? MOST_TASKS : count;
    size_t portion = batch->nbytes / count, passed = 0, copy = 0;
    for (size_t i = 1; i < count; i++) {
        while (passed + batch->copies[copy].nbytes <= i * portion)
            passed += batch->copies[copy++].nbytes;
        size_t skip = i * portion - passed;
        work->marks[i] = (mark){copy, skip - skip % unit};
    }
    work->marks[0] = (mark){0, 0};
    work->marks[count] = (mark){batch->count, 0};
    return count;
}

void trm_batch_run(const trm_batch *batch, const trm_copier *copier) {
    share work = {.batch = batch, .streamed = copier->streamed};
    if (copier->parallel_for && batch->nbytes >= 2 * TASK_NBYTES) {
        copier->parallel_for(copier->user, cut(&work), run_task, &work);
        return;
    }
    work.marks[1] = (mark){batch->count, 0};
    run_task(&work, 0);
}
