/* Every common way to bring edits to the GPU. The others get the list of edits for free; Trireme is
 * told by marks, and its time includes marking. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#define COPIES 3

static GLuint object;
static size_t size;

static bool open_plain(const void *data, size_t nbytes, GLbitfield flags) {
    bench_gl.CreateBuffers(1, &object);
    bench_gl.NamedBufferStorage(object, (GLsizeiptr)nbytes, data, flags);
    size = nbytes;
    return bench_gl.GetError() == GL_NO_ERROR;
}

static void close_plain(void) {
    bench_gl.DeleteBuffers(1, &object);
}

/* --- glNamedBufferSubData for each run */

static bool sub_data_open(void *data, size_t nbytes) {
    return open_plain(data, nbytes, GL_DYNAMIC_STORAGE_BIT);
}

static bench_span sub_data(const void *data, size_t nbytes, const bench_edits *edits) {
    (void)nbytes;
    for (size_t i = 0; i < edits->count; i++) {
        size_t offset = edits->runs[i].offset * BENCH_ITEM;
        bench_gl.NamedBufferSubData(object, (GLintptr)offset,
            (GLsizeiptr)(edits->runs[i].size * BENCH_ITEM), (const char *)data + offset);
    }
    return (bench_span){object, 0};
}

/* --- glMapNamedBufferRange with invalidation for each run */

static bool map_range_open(void *data, size_t nbytes) {
    return open_plain(data, nbytes, GL_MAP_WRITE_BIT);
}

static bench_span map_range(const void *data, size_t nbytes, const bench_edits *edits) {
    (void)nbytes;
    for (size_t i = 0; i < edits->count; i++) {
        size_t offset = edits->runs[i].offset * BENCH_ITEM,
               length = edits->runs[i].size * BENCH_ITEM;
        void *to = bench_gl.MapNamedBufferRange(object, (GLintptr)offset, (GLsizeiptr)length,
            GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT);
        memcpy(to, (const char *)data + offset, length);
        bench_gl.UnmapNamedBuffer(object);
    }
    return (bench_span){object, 0};
}

/* --- a new store each frame */

static bool orphan_open(void *data, size_t nbytes) {
    bench_gl.CreateBuffers(1, &object);
    bench_gl.NamedBufferData(object, (GLsizeiptr)nbytes, data, GL_STREAM_DRAW);
    return bench_gl.GetError() == GL_NO_ERROR;
}

static bench_span orphan(const void *data, size_t nbytes, const bench_edits *edits) {
    (void)edits;
    bench_gl.NamedBufferData(object, (GLsizeiptr)nbytes, NULL, GL_STREAM_DRAW);
    bench_gl.NamedBufferSubData(object, 0, (GLsizeiptr)nbytes, data);
    return (bench_span){object, 0};
}

/* --- persistent, coherent, three copies, staleness by hand: the last two frames' edits are kept */

static unsigned char *mapping;
static GLsync fences[COPIES];
static bench_edits history[COPIES];
static uint64_t frame_number, blocked;

static bool persistent_open(void *data, size_t nbytes) {
    const GLbitfield access = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    if (!open_plain(NULL, COPIES * nbytes, access))
        return false;
    mapping = bench_gl.MapNamedBufferRange(object, 0, (GLsizeiptr)(COPIES * nbytes), access);
    for (size_t i = 0; mapping && i < COPIES; i++)
        memcpy(mapping + i * nbytes, data, nbytes);
    memset(fences, 0, sizeof fences);
    memset(history, 0, sizeof history);
    frame_number = blocked = 0;
    return mapping != NULL;
}

static void copy_runs(unsigned char *to, const void *data, const bench_edits *edits) {
    for (size_t i = 0; i < edits->count; i++) {
        size_t offset = edits->runs[i].offset * BENCH_ITEM;
        memcpy(to + offset, (const char *)data + offset, edits->runs[i].size * BENCH_ITEM);
    }
}

static bench_span persistent(const void *data, size_t nbytes, const bench_edits *edits) {
    size_t copy = frame_number % COPIES;
    if (fences[copy]) {
        if (bench_gl.ClientWaitSync(fences[copy], 0, 0) == GL_TIMEOUT_EXPIRED) {
            blocked++;
            bench_gl.ClientWaitSync(fences[copy], GL_SYNC_FLUSH_COMMANDS_BIT, UINT64_C(5000000000));
        }
        bench_gl.DeleteSync(fences[copy]);
        fences[copy] = NULL;
    }
    history[copy] = *edits;
    for (size_t i = 0; i < COPIES; i++)
        copy_runs(mapping + copy * nbytes, data, &history[i]);
    return (bench_span){object, copy * nbytes};
}

static void persistent_end_frame(void) {
    fences[frame_number++ % COPIES] = bench_gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    bench_gl.Flush();
}

static uint64_t persistent_waits(void) {
    return blocked;
}

static void persistent_close(void) {
    for (size_t i = 0; i < COPIES; i++)
        if (fences[i])
            bench_gl.DeleteSync(fences[i]);
    close_plain();
}

/* --- Trireme */

static trm_device *device;
static trm_buffer *buffer;

static bool trireme_open(void *data, size_t nbytes, trm_placement placement) {
    trm_gl_device_desc desc = {.get_proc_address = bench_proc, .device.log.write = trm_log_stderr};
    const char *staging = getenv("TRIREME_BENCH_STAGING");
    if (staging)
        desc.device.staging_nbytes = (uint64_t)strtoull(staging, NULL, 10);
    return trm_gl_device_create(&desc, &device) == TRM_OK &&
           trm_buffer_create(&(trm_buffer_desc){.data = data,
                                 .nbytes = nbytes,
                                 .format = "4xf4",
                                 .usage = TRM_USAGE_STORAGE,
                                 .placement = placement,
                                 .log.write = trm_log_stderr},
               &buffer) == TRM_OK;
}

static bool auto_open(void *data, size_t nbytes) {
    return trireme_open(data, nbytes, TRM_PLACEMENT_AUTO);
}

static bool mapped_open(void *data, size_t nbytes) {
    return trireme_open(data, nbytes, TRM_PLACEMENT_MAPPED);
}

static bool device_open(void *data, size_t nbytes) {
    return trireme_open(data, nbytes, TRM_PLACEMENT_DEVICE);
}

static bench_span trireme(const void *data, size_t nbytes, const bench_edits *edits) {
    trm_gl_span span;
    (void)data;
    if (edits->count == 1 && edits->runs[0].size * BENCH_ITEM == nbytes)
        trm_buffer_update_full(buffer);
    else
        for (size_t i = 0; i < edits->count; i++)
            trm_buffer_update_range(buffer, edits->runs[i].offset, edits->runs[i].size);
    trm_device_sync(device);
    trm_gl_acquire(device, buffer, &span);
    return (bench_span){span.object, span.offset};
}

static void trireme_end_frame(void) {
    trm_device_end_frame(device);
}

static uint64_t trireme_waits(void) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats.waits;
}

static void trireme_close(void) {
    trm_device_destroy(device);
    trm_buffer_destroy(buffer);
}

const bench_way bench_ways[] = {
    {"auto", true, auto_open, trireme, trireme_end_frame, trireme_waits, trireme_close},
    {"mapped", true, mapped_open, trireme, trireme_end_frame, trireme_waits, trireme_close},
    {"device", true, device_open, trireme, trireme_end_frame, trireme_waits, trireme_close},
    {"subdata", false, sub_data_open, sub_data, NULL, NULL, close_plain},
    {"map-range", false, map_range_open, map_range, NULL, NULL, close_plain},
    {"orphan", false, orphan_open, orphan, NULL, NULL, close_plain},
    {"coherent-x3", false, persistent_open, persistent, persistent_end_frame, persistent_waits,
        persistent_close},
};
const size_t bench_way_count = sizeof bench_ways / sizeof bench_ways[0];
