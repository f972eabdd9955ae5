/* Where buffers live. A buffer starts in one device-local copy, which is all that static data
 * needs; being edited again is what earns it N mapped regions, where mapped memory is as good as
 * any, or the buffer is small. */
#include "core/device_impl.h"

/* Above this a discrete GPU reads its own memory often enough to be worth the detour through the
 * ring. */
#define SMALL_NBYTES ((size_t)64 << 10)

/* Frames with edits, close to each other, that show a buffer which has returned to be in use again.
 */
#define RETURN_EDITS 4u

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

trm_place trm_place_first(const trm_buffer *buffer) {
    if (buffer->placement != TRM_PLACEMENT_AUTO)
        return (trm_place){buffer->placement, TRM_REASON_ASKED};
    return (trm_place){TRM_PLACEMENT_DEVICE, buffer->usage & TRM_USAGE_GPU_WRITE
                                                 ? TRM_REASON_GPU_WRITTEN
                                             : trm_buffer_has_data(buffer) ? TRM_REASON_FIRST_UPLOAD
                                                                           : TRM_REASON_NO_DATA};
}

trm_place trm_place_edited(const trm_device *device, const trm_store *store) {
    const trm_buffer *buffer = store->buffer;
    bool is_discrete = device->backend.traits.memory_kind == TRM_MEMORY_DISCRETE;
    bool is_large = buffer->layout.nbytes > SMALL_NBYTES; /* it may just have been resized */
    if (buffer->placement != TRM_PLACEMENT_AUTO || must_be_device_local(buffer))
        return (trm_place){store->placement, store->reason};
    if (store->placement == TRM_PLACEMENT_MAPPED && is_discrete && is_large)
        return (trm_place){TRM_PLACEMENT_DEVICE, TRM_REASON_EDITED_LARGE};
    if (buffer->keeps_placement || !store->filled || store->placement == TRM_PLACEMENT_MAPPED)
        return (trm_place){store->placement, store->reason};
    if (buffer->demotions && store->streak + 1 < RETURN_EDITS)
        return (trm_place){TRM_PLACEMENT_DEVICE, TRM_REASON_IDLE};
    if (is_discrete && is_large)
        return (trm_place){TRM_PLACEMENT_DEVICE, TRM_REASON_EDITED_LARGE};
    return (trm_place){
        TRM_PLACEMENT_MAPPED, is_discrete ? TRM_REASON_EDITED_SMALL : TRM_REASON_EDITED_SHARED};
}

const char *trm_placement_reason_string(trm_placement_reason reason) {
    static const char *const names[] = {
        [TRM_REASON_NONE] = "none",
        [TRM_REASON_ASKED] = "asked",
        [TRM_REASON_GPU_WRITTEN] = "gpu-written",
        [TRM_REASON_NO_DATA] = "no-data",
        [TRM_REASON_FIRST_UPLOAD] = "first-upload",
        [TRM_REASON_EDITED_SHARED] = "edited-shared",
        [TRM_REASON_EDITED_SMALL] = "edited-small",
        [TRM_REASON_EDITED_LARGE] = "edited-large",
        [TRM_REASON_MOVE_REFUSED] = "move-refused",
        [TRM_REASON_IDLE] = "idle",
    };
    return (size_t)reason < sizeof names / sizeof *names ? names[reason] : "unknown";
}
