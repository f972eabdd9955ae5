/* What a device lets others see of its work: notes, zones, groups. */
#include "core/device_impl.h"

void trm_device_tell(trm_device *device, const char *label, trm_note note) {
    if (device->told >> note & 1 || !device->desc.log.write)
        return;
    if (trm_note_is_lasting(note))
        device->told |= UINT32_C(1) << note;
    trm_tell(&device->desc.log, label ? label : device->label, note, NULL);
}

trm_waits trm_device_count_waits(const trm_device *device) {
    return (trm_waits){device->stats.waits, device->stats.waited_ns};
}

void trm_device_tell_waits(
    const trm_device *device, const char *label, trm_store *store, trm_waits before) {
    trm_waits now = trm_device_count_waits(device);
    if (now.count == before.count)
        return;
    if (store)
        store->waits += now.count - before.count;
    trm_tell(&device->desc.log, label, TRM_NOTE_WAIT, "%llu ns",
        (unsigned long long)(now.ns - before.ns));
}

void trm_device_tell_place(trm_device *device, const trm_buffer *buffer, bool first) {
    const trm_store *store = buffer->store;
    trm_tell(&device->desc.log, buffer->label, first ? TRM_NOTE_PLACED : TRM_NOTE_MOVED,
        "%s (%s), %llu bytes", store->placement == TRM_PLACEMENT_MAPPED ? "mapped" : "device",
        trm_placement_reason_string(store->reason), (unsigned long long)store->held_nbytes);
}

void trm_device_begin_work(trm_device *device, trm_zone zone, const char *label) {
    trm_zone_pass(&device->zones, zone, true, label);
    if (device->backend.group_push)
        device->backend.group_push(device->backend.self, zone == TRM_ZONE_SYNC ? "trireme sync"
                                                         : label[0]            ? label
                                                                               : "trireme upload");
}

/* Also on a context that was lost since the beginning: it is current still. */
void trm_device_end_work(trm_device *device, trm_zone zone, const char *label) {
    if (device->staging.capacity && device->staging.refused_lately)
        trm_device_tell(device, NULL, TRM_NOTE_SMALL);
    if (device->backend.group_pop)
        device->backend.group_pop(device->backend.self);
    trm_zone_pass(&device->zones, zone, false, label);
}
