#include "core/write.h"

#include "core/memory.h"

bool trm_write_bars_upload(const trm_buffer *buffer) {
    return buffer->write && buffer->store->placement == TRM_PLACEMENT_MAPPED &&
           buffer->store->region_count == 1;
}

/* The ring must not come round to what is still being written. */
static void update_hold(trm_device *device) {
    device->staging.hold = UINT64_MAX;
    for (const trm_write *write = device->writes; write; write = write->next)
        if (write->slice.nbytes && write->slice.position < device->staging.hold)
            device->staging.hold = write->slice.position;
}

/* Forgets a write. What it held is the caller's to give back. */
static trm_write unlink_write(trm_device *device, trm_buffer *buffer) {
    trm_write *write = buffer->write, **link = &device->writes;
    while (*link != write)
        link = &(*link)->next;
    *link = write->next;
    buffer->write = NULL;
    trm_write closed = *write;
    trm_release(&device->desc.allocator, write, sizeof *write);
    update_hold(device);
    return closed;
}

/* Bytes go where the write was to go, from the ring. */
static void close_staged(trm_store *store, const trm_write *write, size_t nbytes) {
    trm_staging_close(&store->device->staging, &write->slice, nbytes,
        (trm_transfer){
            .target = &store->memory,
            .usage = store->buffer->usage,
            .target_offset = trm_store_offset(store, store->turn->current) + write->offset,
            .nbytes = nbytes,
        });
}

void trm_write_drop(trm_device *device, trm_buffer *buffer) {
    if (!buffer->write)
        return;
    trm_store *store = buffer->store;
    trm_write write = unlink_write(device, buffer);
    if (store->placement == TRM_PLACEMENT_MAPPED)
        store->turn->last_use[write.region] = write.previous_use;
    else
        close_staged(store, &write, 0);
}

/* The next region that no frame uses, from the `first` one after the current on. */
static uint32_t next_region(const trm_store *store, uint32_t first) {
    const trm_timeline *timeline = &store->device->timeline;
    for (uint32_t step = first; step < store->region_count; step++) {
        uint32_t i = (store->turn->current + step) % store->region_count;
        if (trm_timeline_passed(timeline, store->turn->last_use[i]))
            return i;
    }
    return store->region_count;
}

/* Waits for the region that was used longest ago, of those from the `first` after the current on.
 */
static trm_result wait_for_region(trm_store *store, uint32_t first) {
    trm_timeline *timeline = &store->device->timeline;
    uint64_t oldest = UINT64_MAX;
    for (uint32_t step = first; step < store->region_count; step++) {
        uint64_t use =
            trm_store_region_use(store, (store->turn->current + step) % store->region_count);
        oldest = use < oldest ? use : oldest;
    }
    return trm_timeline_wait(timeline, oldest, store->device->desc.wait_timeout_ns);
}

/* Never the region that draws may be given meanwhile, unless there is no other. */
static trm_result open_mapped(trm_store *store, trm_write *write) {
    trm_timeline *timeline = &store->device->timeline;
    uint32_t first = store->filled && store->region_count > 1;
    trm_result result = TRM_OK;
    if (next_region(store, first) == store->region_count)
        result = trm_timeline_poll(timeline);
    if (result == TRM_OK && next_region(store, first) == store->region_count)
        result = wait_for_region(store, first);
    if (result != TRM_OK)
        return trm_store_fail_wait(store, result, true);
    write->region = next_region(store, first);
    uint32_t *last_use = &store->turn->last_use[write->region];
    write->previous_use = *last_use;
    *last_use = (uint32_t)timeline->open;
    store->filled = store->filled && store->region_count > 1;
    return TRM_OK;
}

static trm_result open_staged(trm_store *store, trm_write *write) {
    trm_device *device = store->device;
    const trm_log *log = &device->desc.log;
    const char *label = store->buffer->label;
    trm_result result = trm_device_ensure_staging(device);
    if (result != TRM_OK)
        return trm_store_fail_staging(store, result);
    if (write->nbytes > device->staging.capacity)
        return trm_fail(log, label, TRM_RULE_WRITE_SIZE, "%zu bytes, the ring has %llu",
            write->nbytes, (unsigned long long)device->staging.capacity);
    result = trm_staging_open(&device->staging, write->nbytes, &write->slice);
    return result == TRM_OK ? TRM_OK : trm_store_fail_wait(store, result, true);
}

/* What was sent so far goes first. Into mapped regions it need not go at all: it will be covered.
 */
static trm_result open_write(trm_device *device, trm_write *write) {
    trm_buffer *buffer = write->buffer;
    trm_result result = trm_device_ensure_store(device, buffer);
    if (result != TRM_OK)
        return result;
    trm_store *store = buffer->store;
    if (store->placement == TRM_PLACEMENT_MAPPED) {
        if (write->nbytes != store->layout.nbytes)
            return trm_fail(&device->desc.log, buffer->label, TRM_RULE_WRITE_PARTIAL,
                "%zu of %zu bytes", write->nbytes, store->layout.nbytes);
        return open_mapped(store, write);
    }
    result = trm_store_update(store, true);
    trm_staging_hand_over(&device->staging);
    return result == TRM_OK ? open_staged(store, write) : result;
}

static void *pointer_of(const trm_write *write) {
    const trm_store *store = write->buffer->store;
    return write->slice.nbytes
               ? write->slice.pointer
               : (unsigned char *)store->memory.pointer + trm_store_offset(store, write->region);
}

static trm_result check_begin(
    trm_device *device, trm_buffer *buffer, size_t offset, size_t *size, void **out) {
    if (out)
        *out = NULL;
    if (!device || !buffer || !out)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    const trm_log *log = &device->desc.log;
    if (trm_device_is_lost(device))
        return trm_fail(log, buffer->label, TRM_RULE_DEVICE_LOST, NULL);
    if (trm_buffer_has_data(buffer))
        return trm_fail(log, buffer->label, TRM_RULE_BUFFER_HAS_DATA, NULL);
    size_t nitems = buffer->layout.nitems;
    if (*size == TRM_WHOLE && offset < nitems)
        *size = nitems - offset;
    if (!*size || offset > nitems || *size > nitems - offset)
        return trm_fail(log, buffer->label, TRM_RULE_WRITE_RANGE, "%zu items at %zu of %zu", *size,
            offset, nitems);
    trm_result result = trm_device_attach(device, buffer);
    if (result == TRM_OK && buffer->write)
        return trm_fail(log, buffer->label, TRM_RULE_WRITE_OPEN, NULL);
    return result;
}

trm_result trm_device_write_begin(
    trm_device *device, trm_buffer *buffer, size_t offset, size_t size, void **out) {
    trm_result result = check_begin(device, buffer, offset, &size, out);
    if (result != TRM_OK)
        return result;
    trm_write *write = trm_allocate(&device->desc.allocator, sizeof *write);
    if (!write)
        return trm_fail(&device->desc.log, buffer->label, TRM_RULE_DEVICE_MEMORY, NULL);
    size_t itemsize = buffer->layout.itemsize;
    *write = (trm_write){
        .buffer = buffer,
        .offset = offset * itemsize,
        .nbytes = size * itemsize,
        .next = device->writes,
    };
    trm_waits before = trm_device_count_waits(device);
    result = open_write(device, write);
    trm_device_tell_waits(device, buffer->label, buffer->store, before);
    if (result != TRM_OK) {
        trm_release(&device->desc.allocator, write, sizeof *write);
        return result;
    }
    buffer->write = device->writes = write;
    buffer->write_lost = false;
    update_hold(device);
    *out = pointer_of(write);
    return TRM_OK;
}

static void count_write(trm_store *store, uint32_t region, size_t offset, size_t nbytes) {
    trm_stats *stats = &store->device->stats;
    store->filled = true;
    store->uploads++;
    stats->uploads++;
    stats->marked_nbytes += nbytes;
    trm_store_note_copy(store, region, offset, nbytes);
}

/* What was sent in the meantime is covered. */
static void end_mapped(trm_store *store, const trm_write *write) {
    trm_buffer *buffer = store->buffer;
    trm_mutex_lock(buffer->lock);
    trm_send_clear(&buffer->sends, &buffer->allocator);
    trm_mutex_unlock(buffer->lock);
    store->turn->last_use[write->region] = write->previous_use;
    store->turn->current = (uint8_t)write->region;
    trm_store_flush(store, trm_store_offset(store, write->region), write->nbytes);
}

/* What was sent in the meantime is older: it keeps its place in the queue, but for what the write
 * covers. */
static bool cover_sends(trm_buffer *buffer, size_t offset, size_t nbytes) {
    trm_mutex_lock(buffer->lock);
    bool covered = trm_send_cut(&buffer->sends, offset, nbytes, &buffer->allocator);
    trm_mutex_unlock(buffer->lock);
    return covered;
}

/* What was sent while the write barred it is nobody's to bring until the device hears of it again.
 */
static void list_sends(trm_buffer *buffer) {
    trm_mutex_lock(buffer->lock);
    bool any = buffer->sends.nbytes != 0;
    trm_mutex_unlock(buffer->lock);
    if (any)
        trm_buffer_raise(buffer, TRM_DIRTY_SOME);
}

static void end_staged(trm_store *store, const trm_write *write, size_t nbytes) {
    trm_store_raise_barriers(store);
    close_staged(store, write, nbytes);
    trm_store_use(store, &store->device->timeline);
}

static trm_result check_end(trm_device *device, trm_buffer *buffer, size_t written) {
    if (!device || !buffer)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    const trm_log *log = &device->desc.log;
    if (atomic_load(&buffer->device) != device)
        return trm_fail(log, buffer->label, TRM_RULE_ATTACH_NONE, NULL);
    const trm_write *write = buffer->write;
    if (!write && buffer->write_lost) {
        buffer->write_lost = false;
        return trm_fail(log, buffer->label, TRM_RULE_DEVICE_LOST, "the write went with it");
    }
    if (!write)
        return trm_fail(log, buffer->label, TRM_RULE_WRITE_NONE, NULL);
    size_t asked = write->nbytes / buffer->layout.itemsize;
    if (written > asked)
        return trm_fail(log, buffer->label, TRM_RULE_WRITE_RANGE,
            "%zu items written, of %zu asked for", written, asked);
    if (written && written < asked && buffer->store->placement == TRM_PLACEMENT_MAPPED)
        return trm_fail(
            log, buffer->label, TRM_RULE_WRITE_PARTIAL, "%zu of %zu items", written, asked);
    return TRM_OK;
}

trm_result trm_device_write_end(trm_device *device, trm_buffer *buffer, size_t written) {
    trm_result result = check_end(device, buffer, written);
    if (result != TRM_OK)
        return result;
    bool lost = trm_device_is_lost(device);
    if (lost || !written) {
        trm_write_drop(device, buffer);
        list_sends(buffer);
        return lost ? trm_fail(&device->desc.log, buffer->label, TRM_RULE_DEVICE_LOST, NULL)
                    : TRM_OK;
    }
    trm_store *store = buffer->store;
    size_t nbytes = written * buffer->layout.itemsize;
    if (store->placement == TRM_PLACEMENT_DEVICE &&
        !cover_sends(buffer, buffer->write->offset, nbytes))
        return trm_fail(&device->desc.log, buffer->label, TRM_RULE_DEVICE_MEMORY, NULL);
    trm_write write = unlink_write(device, buffer);
    if (store->placement == TRM_PLACEMENT_MAPPED)
        end_mapped(store, &write);
    else
        end_staged(store, &write, nbytes);
    count_write(store, write.region, write.offset, nbytes);
    trm_buffer_edited(buffer, 0);
    return TRM_OK;
}
