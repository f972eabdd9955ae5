/* Acquire, which every draw begins with: mostly there is nothing to do. */
#include "core/device_impl.h"

static trm_result refuse(const trm_device *device, const trm_buffer *buffer) {
    return trm_fail(&device->desc.log, buffer->label,
        device->desc.explicit_sync ? TRM_RULE_ACQUIRE_UNSYNCED : TRM_RULE_ACQUIRE_EMPTY, NULL);
}

trm_result trm_device_hand_out(trm_device *device, const trm_buffer *buffer, trm_span *out) {
    trm_store *store = buffer->store;
    if (!store || !store->filled)
        return refuse(device, buffer);
    trm_store_use(store, &device->timeline);
    out->handle = store->memory.handle;
    out->offset = (size_t)trm_store_offset(store, store->current);
    out->nbytes = store->layout.nbytes;
    return TRM_OK;
}

trm_result trm_device_acquire(
    trm_device *device, trm_buffer *buffer, bool may_wait, trm_span *out) {
    if (!device || !buffer || atomic_load_explicit(&device->lost, memory_order_relaxed) ||
        atomic_load_explicit(&buffer->device, memory_order_relaxed) != device ||
        trm_dirty_pending(&buffer->dirty))
        return trm_device_acquire_pending(device, buffer, may_wait, out);
    return trm_device_hand_out(device, buffer, out);
}
