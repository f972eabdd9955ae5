/* Acquire, which every draw begins with: mostly there is nothing to do. */
#include "core/device_impl.h"

static trm_result refuse(const trm_device *device, const trm_buffer *buffer) {
    return trm_fail(&device->desc.log, buffer->label,
        device->desc.explicit_sync ? TRM_RULE_ACQUIRE_UNSYNCED : TRM_RULE_ACQUIRE_EMPTY, NULL);
}

/* The store has content. */
static inline trm_result hand_out(trm_device *device, trm_store *store, trm_span *out) {
    trm_store_use(store, &device->timeline);
    out->handle = store->memory.handle;
    out->offset = (size_t)trm_store_offset(store, store->turn->current);
    out->nbytes = store->nbytes;
    return TRM_OK;
}

trm_result trm_device_hand_out(trm_device *device, const trm_buffer *buffer, trm_span *out) {
    trm_store *store = buffer->store;
    return store && store->filled ? hand_out(device, store, out) : refuse(device, buffer);
}

/* Whose it is comes first: another device's store may be going away. A buffer with a store has a
 * device, and is listed. */
static inline bool has_nothing_to_do(const trm_device *device, const trm_buffer *buffer) {
    return atomic_load_explicit(&buffer->device, memory_order_relaxed) == device && buffer->store &&
           buffer->store->filled && !atomic_load_explicit(&device->lost, memory_order_relaxed) &&
           !trm_dirty_pending(&buffer->dirty) &&
           !trm_listing_test(
               atomic_load_explicit(&buffer->listing, memory_order_relaxed)->full, buffer);
}

trm_result trm_device_acquire(
    trm_device *device, trm_buffer *buffer, bool may_wait, trm_span *out) {
    if (buffer && has_nothing_to_do(device, buffer))
        return hand_out(device, buffer->store, out);
    return trm_device_acquire_pending(device, buffer, may_wait, out);
}
