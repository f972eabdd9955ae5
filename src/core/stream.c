/* Streams: memory for what lives only one frame. A frame gets a region of its own, and further ones
 * if it needs them; the region after the current one is always the one that was used longest ago.
 */
#include "core/flush.h"
#include "core/lease.h"

typedef struct stream_region {
    uint64_t last_use; /* serial of the frame whose slices are in it */
    size_t used;       /* bytes given away */
    size_t flushed;    /* of those, the application's flushes covered so many */
} stream_region;

struct trm_stream {
    trm_lease lease;
    size_t nbytes; /* as asked for */
    uint32_t usage;
    size_t alignment; /* this and the next by the context's alignments */
    size_t region_nbytes;
    uint32_t region_count;
    uint32_t current;
    stream_region regions[TRM_MAX_REGIONS];
};

/* What a region takes in the device's context. False when all of them do not fit anywhere. */
static bool measure(const trm_device *device, size_t nbytes, uint32_t usage, size_t *alignment,
    size_t *region_nbytes) {
    *alignment = trm_span_alignment(&device->backend.alignments, usage);
    size_t rest = nbytes % *alignment, padding = rest ? *alignment - rest : 0;
    if (nbytes > (size_t)PTRDIFF_MAX / device->desc.region_count - padding)
        return false;
    *region_nbytes = nbytes + padding;
    return true;
}

trm_result trm_stream_create(trm_device *device, const trm_stream_desc *desc, trm_stream **out) {
    if (out)
        *out = NULL;
    if (!device || !desc || !out)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    const trm_log *log = &device->desc.log;
    if (trm_device_is_lost(device))
        return trm_fail(log, desc->label, TRM_RULE_DEVICE_LOST, NULL);
    if (!desc->nbytes)
        return trm_fail(log, desc->label, TRM_RULE_STREAM_EMPTY, NULL);
    if (desc->usage & ~TRM_ALL_USAGE)
        return trm_fail(log, desc->label, TRM_RULE_BUFFER_USAGE, "0x%x", (unsigned)desc->usage);
    size_t alignment, region_nbytes;
    uint32_t count = device->desc.region_count;
    if (!measure(device, desc->nbytes, desc->usage, &alignment, &region_nbytes))
        return trm_fail(log, desc->label, TRM_RULE_ATTACH_SIZE, "%zu bytes, %u regions",
            desc->nbytes, (unsigned)count);
    trm_lease *lease;
    uint64_t nbytes = (uint64_t)region_nbytes * count;
    trm_result result = trm_lease_create(
        device, device->backend.mapped_create, nbytes, desc->label, sizeof(trm_stream), &lease);
    if (result != TRM_OK)
        return result;
    trm_stream *stream = (trm_stream *)(void *)lease;
    stream->nbytes = desc->nbytes;
    stream->usage = desc->usage;
    stream->alignment = alignment;
    stream->region_nbytes = region_nbytes;
    stream->region_count = count;
    *out = stream;
    return TRM_OK;
}

/* New memory after a loss, whose context may have had other alignments. What the regions held is of
 * frames that are over. */
static trm_result renew(trm_stream *stream) {
    trm_device *device = stream->lease.device;
    uint32_t count = stream->region_count;
    if (!measure(device, stream->nbytes, stream->usage, &stream->alignment, &stream->region_nbytes))
        return trm_fail(&device->desc.log, stream->lease.label, TRM_RULE_ATTACH_SIZE,
            "%zu bytes, %u regions", stream->nbytes, (unsigned)count);
    return trm_lease_renew(
        &stream->lease, device->backend.mapped_create, (uint64_t)stream->region_nbytes * count);
}

/* Where in the memory `nbytes` bytes behind the first `used` of a region start; false if they do
 * not fit. */
static bool place(const trm_stream *stream, uint32_t region, size_t used, size_t nbytes,
    size_t alignment, size_t *out) {
    size_t start = region * stream->region_nbytes + used, room = stream->region_nbytes - used;
    size_t rest = start % alignment, padding = rest ? alignment - rest : 0;
    *out = start + padding;
    return padding <= room && nbytes <= room - padding;
}

/* Whether the bytes fit whichever region a frame begins with, for the answer must not change from
 * frame to frame. */
static bool fits(const trm_stream *stream, size_t nbytes, size_t alignment) {
    size_t start;
    if (nbytes <= stream->region_nbytes && alignment - 1 <= stream->region_nbytes - nbytes)
        return true;
    for (uint32_t i = 0; i < stream->region_count; i++)
        if (!place(stream, i, 0, nbytes, alignment, &start))
            return false;
    return true;
}

/* Waits until no frame uses the region. */
static trm_result claim(trm_stream *stream, uint32_t index) {
    trm_device *device = stream->lease.device;
    trm_timeline *timeline = &device->timeline;
    uint64_t last_use = stream->regions[index].last_use;
    trm_result result = TRM_OK;
    if (!trm_timeline_done(timeline, last_use))
        result = trm_timeline_poll(timeline);
    trm_waits before = trm_device_count_waits(device);
    if (result == TRM_OK)
        result = trm_timeline_wait(timeline, last_use, device->desc.wait_timeout_ns);
    trm_device_tell_waits(device, stream->lease.label, NULL, before);
    const trm_log *log = &device->desc.log;
    const char *label = stream->lease.label;
    if (result == TRM_ERROR_DEVICE_LOST) {
        trm_device_lost(device);
        return trm_fail(log, label, TRM_RULE_DEVICE_LOST, NULL);
    }
    if (result == TRM_ERROR_FRAME_OPEN)
        return trm_fail(log, label, TRM_RULE_FRAME_OPEN, "a stream of %u times %zu bytes",
            (unsigned)stream->region_count, stream->region_nbytes);
    if (result == TRM_NOT_READY)
        return trm_fail(log, label, TRM_RULE_WAIT_TIMEOUT, "%llu ns",
            (unsigned long long)device->desc.wait_timeout_ns);
    stream->regions[index] = (stream_region){0};
    return TRM_OK;
}

/* Finds room in the frame's region, or in a further one. */
static trm_result find_room(trm_stream *stream, size_t nbytes, size_t alignment, size_t *out) {
    trm_device *device = stream->lease.device;
    const stream_region *region = &stream->regions[stream->current];
    if (!fits(stream, nbytes, alignment))
        return trm_fail(&device->desc.log, stream->lease.label, TRM_RULE_STREAM_SIZE,
            "%zu bytes, aligned to %zu, of %zu", nbytes, alignment, stream->region_nbytes);
    if (region->last_use == device->timeline.open &&
        place(stream, stream->current, region->used, nbytes, alignment, out))
        return TRM_OK;
    uint32_t next = (stream->current + 1) % stream->region_count;
    trm_result result = claim(stream, next);
    if (result != TRM_OK)
        return result;
    stream->current = next;
    place(stream, next, 0, nbytes, alignment, out);
    return TRM_OK;
}

trm_result trm_stream_alloc(
    trm_stream *stream, size_t nbytes, size_t alignment, trm_stream_slice *out) {
    if (!stream)
        return trm_device_fail(NULL, TRM_RULE_ARGUMENT_NULL);
    trm_device *device = stream->lease.device;
    if (trm_device_is_lost(device))
        return trm_fail(&device->desc.log, stream->lease.label, TRM_RULE_DEVICE_LOST, NULL);
    if (!nbytes)
        return trm_fail(&device->desc.log, stream->lease.label, TRM_RULE_STREAM_EMPTY, NULL);
    size_t offset = 0;
    trm_result result = stream->lease.memory.nbytes ? TRM_OK : renew(stream);
    if (result == TRM_OK)
        result = find_room(stream, nbytes, alignment ? alignment : stream->alignment, &offset);
    if (result != TRM_OK)
        return result;
    stream_region *region = &stream->regions[stream->current];
    region->used = offset + nbytes - stream->current * stream->region_nbytes;
    region->last_use = stream->lease.last_use = trm_timeline_use(&device->timeline);
    device->stats.streamed_nbytes += nbytes;
    *out = (trm_stream_slice){
        .pointer = (unsigned char *)stream->lease.memory.pointer + offset,
        .handle = stream->lease.memory.handle,
        .offset = offset,
        .nbytes = nbytes,
    };
    return TRM_OK;
}

/* Only what was given away in this frame: older slices are over. Nobody says which slices are
 * written, so each has to be. */
trm_result trm_stream_flush(trm_stream *stream) {
    if (!stream)
        return trm_device_fail(NULL, TRM_RULE_ARGUMENT_NULL);
    trm_device *device = stream->lease.device;
    if (trm_device_is_lost(device))
        return trm_fail(&device->desc.log, stream->lease.label, TRM_RULE_DEVICE_LOST, NULL);
    for (uint32_t i = 0; i < stream->region_count; i++) {
        stream_region *region = &stream->regions[i];
        size_t nbytes = region->used - region->flushed;
        if (region->last_use != device->timeline.open || !nbytes)
            continue;
        trm_flush(&device->backend, &device->stats, &stream->lease.memory,
            i * stream->region_nbytes + region->flushed, nbytes);
        region->flushed = region->used;
    }
    return TRM_OK;
}

void trm_stream_destroy(trm_stream *stream) {
    if (stream)
        trm_lease_give_back(&stream->lease);
}
