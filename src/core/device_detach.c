/* Leaving a device: detach, loss, destruction. And what a device says of itself. */
#include "core/device_impl.h"

#include "core/lease.h"
#include "core/memory.h"
#include "core/write.h"

/* Unlinks a buffer and leaves it as a buffer that no device ever saw. Its store is the caller's. */
static trm_store *unlink_buffer(trm_device *device, trm_buffer *buffer) {
    trm_store *store = buffer->store;
    trm_write_drop(device, buffer);
    trm_listing_remove(device, buffer);
    trm_store_install(buffer, NULL);
    buffer->write_lost = false;
    device->stats.buffers--;
    if (trm_buffer_has_data(buffer))
        trm_buffer_raise(buffer, TRM_DIRTY_FULL);
    atomic_store(&buffer->device, NULL);
    return store;
}

static void detach(trm_device *device, trm_buffer *buffer) {
    trm_store *store = unlink_buffer(device, buffer);
    if (store)
        trm_device_retire(device, store);
    trm_device_reclaim(device);
}

trm_result trm_device_detach(trm_device *device, trm_buffer *buffer) {
    if (!device || !buffer)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    if (atomic_load(&buffer->device) != device)
        return trm_fail(&device->desc.log, buffer->label, TRM_RULE_ATTACH_NONE, NULL);
    detach(device, buffer);
    return TRM_OK;
}

bool trm_device_owns_thread(const trm_buffer *buffer) {
    trm_device *device = atomic_load(&buffer->device);
    return device && atomic_load_explicit(&device->owner, memory_order_relaxed) == trm_thread_id();
}

trm_result trm_device_release_buffer(trm_buffer *buffer) {
    if (!trm_device_owns_thread(buffer))
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_BUFFER_FOREIGN_THREAD, "destroy");
    detach(atomic_load(&buffer->device), buffer);
    return TRM_OK;
}

void trm_device_lost(trm_device *device) {
    if (device)
        atomic_store(&device->lost, TRM_CONTEXT_LOST);
}

void trm_device_destroy(trm_device *device) {
    if (!device)
        return;
    for (size_t i = 0; i < device->listing_count * TRM_LISTING_BITS; i++)
        if (device->slots[i])
            detach(device, device->slots[i]);
    while (device->retired) {
        trm_store *store = device->retired;
        device->retired = store->next;
        trm_store_destroy(store);
    }
    trm_lease_destroy_all(device);
    bool lost = trm_device_is_lost(device);
    trm_allocator allocator = device->desc.allocator;
    trm_staging_destroy(&device->staging, &allocator, lost);
    trm_timeline_destroy(&device->timeline, lost);
    trm_listing_destroy(device);
    device->backend.destroy(device->backend.self, lost);
    trm_release_string(&allocator, device->label);
    trm_release(&allocator, device, sizeof *device);
}

void trm_device_stats(const trm_device *device, trm_stats *out) {
    if (out)
        *out = device ? device->stats : (trm_stats){0};
}

trm_result trm_device_buffer_info(
    const trm_device *device, const trm_buffer *buffer, trm_buffer_info *out) {
    if (out)
        *out = (trm_buffer_info){0};
    if (!device || !buffer || !out)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    if (atomic_load(&buffer->device) != device)
        return trm_fail(&device->desc.log, buffer->label, TRM_RULE_ATTACH_NONE, NULL);
    const trm_store *store = buffer->store;
    if (!store)
        return TRM_OK; /* nothing has gone up yet */
    out->uploads = trm_store_uploads(store);
    out->copied_nbytes = trm_store_copied_nbytes(store);
    out->waits = store->waits;
    out->frames = device->stats.frames - store->since;
    out->content_lost = trm_store_lacks_content(store);
    if (!trm_store_has_memory(store))
        return TRM_OK;
    out->placement = store->placement;
    out->reason = store->reason;
    out->region_count = store->region_count;
    out->region_nbytes = store->region_nbytes;
    out->store_nbytes = store->held_nbytes;
    for (uint32_t i = 0; i < store->region_count; i++) {
        out->regions[i] = (trm_region_info){
            .stale_nbytes = trm_store_stale_nbytes(store, i),
            .in_flight = !trm_timeline_passed(&device->timeline, store->turn->last_use[i]),
            .current = i == store->turn->current,
        };
    }
    return TRM_OK;
}
