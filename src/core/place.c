/* Where buffers live. A buffer starts in one device-local copy, which is all that static data
 * needs; being edited again is what earns it N mapped regions, where mapped memory is as good as
 * any, or the buffer is one of many small ones. */
#include "core/device_impl.h"

/* A discrete GPU reads its own memory so much faster that a buffer is worth its detour; not a small
 * one, whose command costs as much as the bus. But mapped memory needs fences: where those are dear
 * only many small ones are worth it, which pages spare the processor a command each. So many in a
 * frame are few: in syncs, where they may become one dispatch, and elsewhere. (H200, 256 bytes:
 * with glFenceSync they took the frame as long there as in mapped memory from 9 and 3 on.) */
#define SMALL_NBYTES TRM_PAGE_LARGEST_SLOT
#define FEW_IN_SYNCS TRM_LIMIT(8u, 2u)
#define FEW          TRM_LIMIT(2u, 1u)

/* What is no larger is mapped where it had better do without the ring. */
#define MODEST_NBYTES ((size_t)64 << 10)

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

/* Small buffers are counted wherever they live, once a frame; slot.c counts those that it rewrites.
 */
static void count_small(trm_device *device, const trm_store *store) {
    device->small_edits += store->edited_at != device->stats.frames;
}

/* Frames resemble the ones before them. */
static bool are_few(const trm_device *device) {
    uint32_t few = device->staging.may_dispatch ? FEW_IN_SYNCS : FEW;
    return !device->backend.traits.cheap_fences && device->small_edits <= few &&
           device->small_edits_before <= few;
}

/* Whether edits can rely on the ring: within a budget its room may be gone when it is needed, a
 * driver may have refused it, and gathered items go through a quarter of it. */
static bool may_travel(const trm_device *device, const trm_buffer *buffer) {
    bool is_refused = !device->staging.capacity && device->staging.refused_lately;
    return !device->desc.budget_nbytes && !is_refused &&
           buffer->layout.itemsize <= device->desc.staging_nbytes / 2;
}

static trm_place choose_on_discrete(const trm_device *device, const trm_store *store) {
    size_t nbytes = store->buffer->layout.nbytes;
    bool is_mapped = nbytes <= MODEST_NBYTES && !may_travel(device, store->buffer);
    if (!is_mapped && nbytes > SMALL_NBYTES)
        return (trm_place){TRM_PLACEMENT_DEVICE, TRM_REASON_EDITED_LARGE};
    if (!is_mapped && are_few(device))
        return (trm_place){TRM_PLACEMENT_DEVICE, TRM_REASON_EDITED_FEW};
    return (trm_place){TRM_PLACEMENT_MAPPED, TRM_REASON_EDITED_SMALL};
}

/* Whether a mapped buffer has been resized so that it would not be mapped now. */
static bool has_grown_large(const trm_device *device, const trm_store *store) {
    size_t nbytes = store->buffer->layout.nbytes;
    return nbytes > MODEST_NBYTES || (nbytes > SMALL_NBYTES && nbytes != store->layout.nbytes &&
                                         may_travel(device, store->buffer));
}

trm_place trm_place_edited(trm_device *device, const trm_store *store) {
    const trm_buffer *buffer = store->buffer;
    bool is_discrete = device->backend.traits.memory_kind == TRM_MEMORY_DISCRETE;
    bool is_small = buffer->layout.nbytes <= SMALL_NBYTES; /* it may just have been resized */
    if (is_discrete && is_small && store->filled)
        count_small(device, store);
    if (buffer->placement != TRM_PLACEMENT_AUTO || must_be_device_local(buffer))
        return (trm_place){store->placement, store->reason};
    if (store->placement == TRM_PLACEMENT_MAPPED && is_discrete && has_grown_large(device, store))
        return (trm_place){TRM_PLACEMENT_DEVICE, TRM_REASON_EDITED_LARGE};
    if (buffer->keeps_placement || !store->filled || store->placement == TRM_PLACEMENT_MAPPED)
        return (trm_place){store->placement, store->reason};
    if (buffer->demotions && store->streak + 1 < RETURN_EDITS)
        return (trm_place){TRM_PLACEMENT_DEVICE, TRM_REASON_IDLE};
    if (is_discrete)
        return choose_on_discrete(device, store);
    return (trm_place){TRM_PLACEMENT_MAPPED, TRM_REASON_EDITED_SHARED};
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
        [TRM_REASON_EDITED_FEW] = "edited-few",
        [TRM_REASON_EDITED_LARGE] = "edited-large",
        [TRM_REASON_MOVE_REFUSED] = "move-refused",
        [TRM_REASON_IDLE] = "idle",
    };
    return (size_t)reason < sizeof names / sizeof *names ? names[reason] : "unknown";
}
