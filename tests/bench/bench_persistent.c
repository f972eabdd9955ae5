/* The ways with three copies in one object, a fence for each, and written by hand: every frame
 * takes the next copy and writes what that one lacks. Where there are many buffers they are slots
 * of one such object. */
#include "bench.h"

#include <string.h>

#define PIECES 4 /* that a thread copies, on average */

static GLuint object;
static unsigned char *mapping; /* NULL: mapped anew in each frame */
static size_t pitch;           /* bytes from one copy to the next */
static GLsync fences[BENCH_COPIES];
static uint64_t uploads;

static bool open_copies(bench_job *job, GLbitfield storage, GLbitfield access) {
    const size_t nbytes = job->plan->row->nbytes;
    const GLsizeiptr whole = (GLsizeiptr)(BENCH_COPIES * (pitch = (nbytes + BENCH_ALIGN - 1) /
                                                                  BENCH_ALIGN * BENCH_ALIGN));
    memset(fences, 0, sizeof fences);
    uploads = 0;
    mapping = NULL;
    bench_gl.CreateBuffers(1, &object);
    job->span.object = object;
    bench_gl.NamedBufferStorage(object, whole, NULL, storage);
    unsigned char *to = bench_gl.MapNamedBufferRange(object, 0, whole, access);
    for (size_t i = 0; to && i < BENCH_COPIES; i++)
        memcpy(to + i * pitch, job->data, nbytes);
    if (storage & GL_MAP_PERSISTENT_BIT)
        mapping = to;
    else
        bench_gl.UnmapNamedBuffer(object);
    return to && bench_gl.GetError() == GL_NO_ERROR;
}

static bool coherent_open(bench_job *job) {
    const GLbitfield access = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    return open_copies(job, access, access);
}

static bool unsynchronised_open(bench_job *job) {
    return open_copies(job, GL_MAP_WRITE_BIT, GL_MAP_WRITE_BIT);
}

static void close_copies(bench_job *job) {
    (void)job;
    for (size_t i = 0; i < BENCH_COPIES; i++)
        if (fences[i])
            bench_gl.DeleteSync(fences[i]);
    bench_gl.DeleteBuffers(1, &object);
}

/* Waits until the GPU is done with the next copy, and makes it the current one. */
static size_t next_copy(bench_job *job) {
    const size_t copy = uploads++ % BENCH_COPIES;
    if (fences[copy]) {
        if (bench_gl.ClientWaitSync(fences[copy], 0, 0) == GL_TIMEOUT_EXPIRED) {
            job->waits++;
            bench_gl.ClientWaitSync(fences[copy], GL_SYNC_FLUSH_COMMANDS_BIT, UINT64_C(5000000000));
        }
        bench_gl.DeleteSync(fences[copy]);
        fences[copy] = NULL;
        job->calls += 2;
    }
    job->span = (bench_span){object, copy * pitch};
    return copy;
}

/* The copy that was taken last is the one that is read; an idle frame goes on reading it. */
static void end_frame(bench_job *job) {
    GLsync *fence = &fences[job->span.offset / pitch];
    if (*fence)
        bench_gl.DeleteSync(*fence);
    job->calls += *fence ? 2 : 1;
    *fence = bench_gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
}

/* --- copying out of the array, with several threads if there are */

typedef struct copying {
    unsigned char *to;
    const unsigned char *from;
    const bench_runs *runs;
    size_t pieces;
} copying;

/* Copies bytes [begin, end) of all the runs' bytes laid end to end. */
static void copy_piece(void *context, size_t index) {
    const copying *job = context;
    const size_t begin = job->runs->nbytes * index / job->pieces,
                 end = job->runs->nbytes * (index + 1) / job->pieces;
    size_t at = 0;
    for (size_t i = 0; i < job->runs->count && at < end; i++) {
        const size_t nbytes = (size_t)job->runs->runs[i].count * BENCH_ITEM;
        const size_t low = begin > at ? begin - at : 0;
        const size_t high = end - at < nbytes ? end - at : nbytes;
        const size_t offset = (size_t)job->runs->runs[i].first * BENCH_ITEM;
        if (low < high)
            memcpy(job->to + offset + low, job->from + offset + low, high - low);
        at += nbytes;
    }
}

static void copy_runs(bench_job *job, unsigned char *to, const bench_runs *runs) {
    copying work = {to, job->data, runs, job->pool ? PIECES * bench_pool_threads(job->pool) : 1};
    bench_pool_run(job->pool, work.pieces, copy_piece, &work);
    job->nbytes += runs->nbytes;
}

static void coherent(bench_job *job, const bench_edits *edits) {
    if (edits->count > 0) {
        const size_t copy = next_copy(job);
        copy_runs(job, mapping + copy * pitch, &edits->stale);
    }
}

/* Maps the whole copy once, and flushes each run. */
static void unsynchronised(bench_job *job, const bench_edits *edits) {
    const bench_runs *runs = &edits->stale;
    if (runs->count == 0)
        return;
    const size_t copy = next_copy(job);
    unsigned char *to =
        bench_gl.MapNamedBufferRange(object, (GLintptr)(copy * pitch), (GLsizeiptr)pitch,
            GL_MAP_WRITE_BIT | GL_MAP_UNSYNCHRONIZED_BIT | GL_MAP_FLUSH_EXPLICIT_BIT);
    if (!to)
        return;
    copy_runs(job, to, runs);
    for (size_t i = 0; i < runs->count; i++)
        bench_gl.FlushMappedNamedBufferRange(object,
            (GLintptr)((size_t)runs->runs[i].first * BENCH_ITEM),
            (GLsizeiptr)((size_t)runs->runs[i].count * BENCH_ITEM));
    bench_gl.UnmapNamedBuffer(object);
    job->calls += 2 + runs->count;
}

/* --- written in place: what the copy lacks is produced again, the oldest frame first */

typedef struct producing {
    unsigned char *to;
    const bench_edits *edits;
    unsigned frame;
    size_t pieces;
} producing;

static void produce_piece(void *context, size_t index) {
    const producing *job = context;
    const bench_edits *edits = job->edits;
    const size_t total = edits->count * edits->size;
    size_t at = total * index / job->pieces, end = total * (index + 1) / job->pieces;
    while (at < end) {
        const size_t within = at % edits->size;
        const size_t left = edits->size - within < end - at ? edits->size - within : end - at;
        const size_t first = edits->places[at / edits->size] + within;
        bench_produce_mapped(
            job->to + first * BENCH_ITEM, (uint32_t)first, (uint32_t)left, job->frame);
        at += left;
    }
    bench_produced();
}

static void in_place(bench_job *job, const bench_edits *edits) {
    if (edits->count == 0)
        return;
    unsigned char *to = mapping + next_copy(job) * pitch;
    const bool whole = edits->count * edits->size * BENCH_ITEM == job->plan->row->nbytes;
    const unsigned known = job->frame < BENCH_COPIES - 1 ? job->frame : BENCH_COPIES - 1;
    for (unsigned back = whole ? 0 : known;; back--) {
        producing work = {to, bench_plan_edits(job->plan, job->frame - back), job->frame - back,
            job->pool ? PIECES * bench_pool_threads(job->pool) : 1};
        bench_pool_run(job->pool, work.pieces, produce_piece, &work);
        job->nbytes += work.edits->count * work.edits->size * BENCH_ITEM;
        if (back == 0)
            return;
    }
}

const bench_way bench_persistents[] = {
    {"unsync-x3", BENCH_THREADED, unsynchronised_open, unsynchronised, end_frame, NULL,
        close_copies},
    {"coherent-x3", BENCH_THREADED, coherent_open, coherent, end_frame, NULL, close_copies},
    {"in-place-x3", BENCH_THREADED | BENCH_IN_PLACE, coherent_open, in_place, end_frame, NULL,
        close_copies},
};
const size_t bench_persistent_count = sizeof bench_persistents / sizeof bench_persistents[0];
