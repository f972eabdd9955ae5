/* The ways without persistent mapping: one object, or one for each of many buffers. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

static GLuint *objects;
static size_t object_count;

static bool open_objects(
    bench_job *job, size_t count, size_t nbytes, bool storage, GLbitfield flags) {
    objects = calloc(count, sizeof *objects);
    object_count = objects ? count : 0;
    if (!objects)
        return false;
    bench_gl.CreateBuffers((GLsizei)count, objects);
    for (size_t i = 0; i < count; i++)
        if (storage)
            bench_gl.NamedBufferStorage(
                objects[i], (GLsizeiptr)nbytes, job->data + i * nbytes, flags);
        else
            bench_gl.NamedBufferData(
                objects[i], (GLsizeiptr)nbytes, job->data + i * nbytes, GL_STREAM_DRAW);
    job->span.object = objects[0];
    return bench_gl.GetError() == GL_NO_ERROR;
}

static void close_objects(bench_job *job) {
    bench_gl.DeleteBuffers((GLsizei)object_count, objects);
    free(objects);
    free(job->spans);
    objects = NULL;
    job->spans = NULL;
    object_count = 0;
}

/* --- glNamedBufferSubData for each run */

static bool sub_data_open(bench_job *job) {
    const bench_plan *plan = job->plan;
    if (!open_objects(job, plan->buffers, plan->each, true, GL_DYNAMIC_STORAGE_BIT))
        return false;
    if (plan->buffers == 1)
        return true;
    job->spans = calloc(plan->buffers, sizeof *job->spans);
    for (size_t i = 0; job->spans && i < plan->buffers; i++)
        job->spans[i].object = objects[i];
    return job->spans != NULL;
}

static void sub_data(bench_job *job, const bench_edits *edits) {
    const bench_runs *runs = &edits->fresh;
    for (size_t i = 0; i < runs->count; i++) {
        const size_t offset = (size_t)runs->runs[i].first * BENCH_ITEM;
        const GLsizeiptr nbytes = (GLsizeiptr)((size_t)runs->runs[i].count * BENCH_ITEM);
        if (job->spans)
            bench_gl.NamedBufferSubData(
                objects[offset / BENCH_BLOCK], 0, nbytes, job->data + offset);
        else
            bench_gl.NamedBufferSubData(objects[0], (GLintptr)offset, nbytes, job->data + offset);
    }
    job->nbytes += runs->nbytes;
    job->calls += runs->count;
}

/* The items themselves, not the chunks around them. */
static void sub_data_items(bench_job *job, const bench_edits *edits) {
    for (size_t i = 0; i < edits->count; i++) {
        const size_t offset = (size_t)edits->places[i] * BENCH_ITEM;
        bench_gl.NamedBufferSubData(objects[0], (GLintptr)offset, BENCH_ITEM, job->data + offset);
    }
    job->nbytes += edits->count * BENCH_ITEM;
    job->calls += edits->count;
}

/* --- glMapNamedBufferRange with invalidation for each run */

static bool map_range_open(bench_job *job) {
    return open_objects(job, 1, job->plan->row->nbytes, true, GL_MAP_WRITE_BIT);
}

static void map_range(bench_job *job, const bench_edits *edits) {
    const bench_runs *runs = &edits->fresh;
    for (size_t i = 0; i < runs->count; i++) {
        const size_t offset = (size_t)runs->runs[i].first * BENCH_ITEM;
        const size_t nbytes = (size_t)runs->runs[i].count * BENCH_ITEM;
        void *to = bench_gl.MapNamedBufferRange(objects[0], (GLintptr)offset, (GLsizeiptr)nbytes,
            GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT);
        if (to)
            memcpy(to, job->data + offset, nbytes);
        bench_gl.UnmapNamedBuffer(objects[0]);
    }
    job->nbytes += runs->nbytes;
    job->calls += 2 * runs->count;
}

/* --- a new store in each frame that edits, and everything written again */

static bool orphan_open(bench_job *job) {
    return open_objects(job, 1, job->plan->row->nbytes, false, 0);
}

static void orphan(bench_job *job, const bench_edits *edits) {
    const GLsizeiptr nbytes = (GLsizeiptr)job->plan->row->nbytes;
    if (edits->count == 0)
        return;
    bench_gl.NamedBufferData(objects[0], nbytes, NULL, GL_STREAM_DRAW);
    bench_gl.NamedBufferSubData(objects[0], 0, nbytes, job->data);
    job->nbytes += (uint64_t)nbytes;
    job->calls += 2;
}

const bench_way bench_peers[] = {
    {"subdata", 0, sub_data_open, sub_data, NULL, NULL, close_objects},
    {"subdata-items", BENCH_ONLY_ITEMS, sub_data_open, sub_data_items, NULL, NULL, close_objects},
    {"map-range", BENCH_ONE_BUFFER, map_range_open, map_range, NULL, NULL, close_objects},
    {"orphan", 0, orphan_open, orphan, NULL, NULL, close_objects},
};
const size_t bench_peer_count = sizeof bench_peers / sizeof bench_peers[0];
