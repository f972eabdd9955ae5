/* Where buffers live. A buffer starts in one device-local copy, which is all that static data
 * needs; being edited again is what earns it N mapped regions, where mapped memory is as good as
 * any, or the buffer is small. */
#include "core/device_impl.h"

/* Above this a discrete GPU reads its own memory often enough to be worth the detour through the
 * ring. */
#define SMALL_NBYTES ((size_t)64 << 10)

/* Regions other than the current one could never catch up with data that the CPU does not have. */
static bool must_be_device_local(const trm_buffer *buffer) {
    return (buffer->usage & TRM_USAGE_GPU_WRITE) || !trm_buffer_has_data(buffer);
}

trm_result trm_place_check(const trm_device *device, const trm_buffer *buffer) {
    if (buffer->placement == TRM_PLACEMENT_MAPPED && (buffer->usage & TRM_USAGE_GPU_WRITE))
        return trm_fail(&device->desc.log, buffer->label, TRM_RULE_ATTACH_PLACEMENT,
            "what the GPU writes into one mapped region never reaches the others");
    return TRM_OK;
}

trm_placement trm_place_first(const trm_device *device, const trm_buffer *buffer) {
    (void)device;
    return buffer->placement == TRM_PLACEMENT_MAPPED ? TRM_PLACEMENT_MAPPED : TRM_PLACEMENT_DEVICE;
}

trm_placement trm_place_edited(const trm_device *device, const trm_store *store) {
    const trm_buffer *buffer = store->buffer;
    if (buffer->placement != TRM_PLACEMENT_AUTO || buffer->keeps_placement || !store->filled ||
        must_be_device_local(buffer))
        return store->placement;
    if (device->backend.traits.memory_kind != TRM_MEMORY_DISCRETE ||
        store->layout.nbytes <= SMALL_NBYTES)
        return TRM_PLACEMENT_MAPPED;
    return store->placement;
}
