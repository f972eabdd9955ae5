/* A device whose context is gone goes on with another one. Nothing in here asks the old one for
 * anything: while the device counts as lost, whatever is freed goes without the API. Buffers keep
 * their places in the listings, so that other threads may go on marking. */
#include "core/device_impl.h"

#include "core/lease.h"
#include "core/write.h"

const trm_device_desc *trm_device_described(const trm_device *device) {
    return &device->desc;
}

/* Whether there was content that the CPU cannot bring back. */
static bool loses_content(const trm_buffer *buffer) {
    const trm_store *store = buffer->store;
    if (trm_buffer_has_data(buffer) && !(buffer->usage & TRM_USAGE_GPU_WRITE))
        return false;
    return store && (store->filled || buffer->write || trm_store_lacks_content(store));
}

/* Leaves the buffer as one that was just attached, all of it pending, but for the counts. */
static void forsake(trm_device *device, trm_buffer *buffer) {
    trm_store *store = buffer->store;
    bool loses = loses_content(buffer);
    if (buffer->write) { /* the call that ends it is still to come */
        trm_write_drop(device, buffer);
        buffer->write_lost = true;
    }
    trm_buffer_forbid_rewrites(buffer);
    if (store)
        trm_store_forsake(store);
    trm_buffer_raise(buffer, TRM_DIRTY_SOME); /* enough: whatever store comes next is all stale */
    if (!loses)
        return;
    store->lost_before = trm_store_uploads(store) + 1;
    device->stats.lost_contents++;
    trm_device_tell(device, buffer->label, TRM_NOTE_CONTENT);
}

static void forsake_all(trm_device *device) {
    for (size_t i = 0; i < device->listing_count * TRM_LISTING_BITS; i++)
        if (device->slots[i])
            forsake(device, device->slots[i]);
    trm_device_reclaim(device);
    trm_lease_forsake_all(device);
    trm_staging_destroy(&device->staging, &device->desc.allocator, true);
    device->stats.staging_nbytes = device->stats.staging_used_nbytes = 0;
    trm_timeline_restart(&device->timeline);
    device->backend.destroy(device->backend.self, true);
}

void trm_device_begin_restore(trm_device *device) {
    atomic_store(&device->lost, TRM_CONTEXT_IN_RESTORE);
}

trm_result trm_device_restore(trm_device *device, const trm_backend *backend) {
    int state = TRM_CONTEXT_IN_RESTORE;
    if (backend->status(backend->self) != TRM_OK || atomic_load(&device->lost) != state) {
        backend->destroy(backend->self, true);
        return trm_device_fail(device, TRM_RULE_DEVICE_LOST);
    }
    uint64_t lost_before = device->stats.lost_contents;
    forsake_all(device);
    trm_device_adopt(device, backend);
    if (!atomic_compare_exchange_strong(&device->lost, &state, TRM_CONTEXT_FINE))
        return trm_device_fail(device, TRM_RULE_DEVICE_LOST);
    device->stats.restores++;
    trm_tell(&device->desc.log, device->label, TRM_NOTE_RESTORED,
        "%llu buffers, %llu without their content", (unsigned long long)device->stats.buffers,
        (unsigned long long)(device->stats.lost_contents - lost_before));
    return TRM_OK;
}
