/* Read-backs: a copy into memory that the CPU may read, which is there when the frame's fence has
 * passed. */
#include "core/lease.h"

struct trm_read {
    trm_lease lease;
};

static trm_result check(
    trm_device *device, trm_buffer *buffer, size_t offset, size_t *size, trm_read **out) {
    if (out)
        *out = NULL;
    if (!device || !buffer || !out)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    const trm_log *log = &device->desc.log;
    if (trm_device_is_lost(device))
        return trm_fail(log, buffer->label, TRM_RULE_DEVICE_LOST, NULL);
    if (atomic_load(&buffer->device) != device)
        return trm_fail(log, buffer->label, TRM_RULE_ATTACH_NONE, NULL);
    size_t nitems = buffer->layout.nitems;
    if (*size == TRM_WHOLE && offset < nitems)
        *size = nitems - offset;
    if (!*size || offset > nitems || *size > nitems - offset)
        return trm_fail(log, buffer->label, TRM_RULE_READ_RANGE, "%zu items at %zu of %zu", *size,
            offset, nitems);
    const trm_store *store = buffer->store;
    if (!store || !store->filled || store->generation != buffer->generation)
        return trm_fail(log, buffer->label, TRM_RULE_READ_EMPTY, NULL);
    return TRM_OK;
}

/* The barrier behind the copy comes before the fence that the CPU will look at. */
static void copy(trm_store *store, trm_read *read, size_t offset, size_t nbytes) {
    trm_device *device = store->device;
    const trm_backend *backend = &device->backend;
    const trm_transfer transfer = {
        .target = &read->lease.memory,
        .usage = TRM_USAGE_MAP_READ,
        .source_offset = trm_store_offset(store, store->turn->current) + offset,
        .nbytes = nbytes,
    };
    if (store->buffer->usage & TRM_USAGE_GPU_WRITE)
        backend->barrier(backend->self, TRM_BARRIER_SHADER_WRITES);
    backend->transfer(backend->self, &store->memory, &transfer, 1);
    backend->barrier(backend->self, TRM_BARRIER_CPU_READS);
    trm_store_use(store, &device->timeline);
    read->lease.last_use = trm_timeline_use_for_reads(&device->timeline);
    device->stats.read_nbytes += nbytes;
}

trm_result trm_device_read_begin(
    trm_device *device, trm_buffer *buffer, size_t offset, size_t size, trm_read **out) {
    trm_result result = check(device, buffer, offset, &size, out);
    if (result != TRM_OK)
        return result;
    trm_lease *lease;
    size_t itemsize = buffer->layout.itemsize, nbytes = size * itemsize;
    result = trm_lease_create(
        device, device->backend.readable_create, nbytes, buffer->label, sizeof(trm_read), &lease);
    if (result != TRM_OK)
        return result;
    *out = (trm_read *)(void *)lease;
    copy(buffer->store, *out, offset * itemsize, nbytes);
    return TRM_OK;
}

/* Its context is gone. */
static bool is_dead(const trm_read *read) {
    return !read->lease.memory.nbytes;
}

static bool is_ready(const trm_read *read) {
    return trm_timeline_done(&read->lease.device->timeline, read->lease.last_use) && !is_dead(read);
}

trm_result trm_read_poll(trm_read *read) {
    if (!read)
        return trm_device_fail(NULL, TRM_RULE_ARGUMENT_NULL);
    trm_device *device = read->lease.device;
    if (is_ready(read))
        return TRM_OK;
    if (is_dead(read)) /* whatever has become of the device */
        return trm_fail(&device->desc.log, read->lease.label, TRM_RULE_DEVICE_LOST, NULL);
    trm_result result = trm_device_is_lost(device) ? TRM_ERROR_DEVICE_LOST
                        : read->lease.last_use == device->timeline.open
                            ? TRM_NOT_READY
                            : trm_timeline_poll(&device->timeline);
    if (result == TRM_ERROR_DEVICE_LOST) {
        trm_device_lost(device);
        return trm_fail(&device->desc.log, read->lease.label, TRM_RULE_DEVICE_LOST, NULL);
    }
    return is_ready(read) ? TRM_OK : TRM_NOT_READY;
}

const void *trm_read_data(const trm_read *read) {
    return read && is_ready(read) ? read->lease.memory.pointer : NULL;
}

void trm_read_destroy(trm_read *read) {
    if (read)
        trm_lease_give_back(&read->lease);
}
