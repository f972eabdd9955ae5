#include "core/lease.h"

#include "core/memory.h"

trm_result trm_lease_renew(trm_lease *lease, trm_memory_create create, uint64_t nbytes) {
    trm_device *device = lease->device;
    const trm_log *log = &device->desc.log;
    if (!trm_device_makes_room(device, nbytes))
        return trm_fail(log, lease->label, TRM_RULE_ATTACH_BUDGET, "%llu bytes wanted, of %llu",
            (unsigned long long)nbytes, (unsigned long long)device->desc.budget_nbytes);
    trm_result result = create(device->backend.self, nbytes, lease->label, &lease->memory);
    if (result == TRM_ERROR_DEVICE_LOST) {
        trm_device_lost(device);
        return trm_fail(log, lease->label, TRM_RULE_DEVICE_LOST, NULL);
    }
    if (result != TRM_OK) {
        trm_parcel_give_way(&device->staging, &device->desc.allocator);
        return trm_fail(log, lease->label, TRM_RULE_ATTACH_DEVICE_MEMORY, "%llu bytes",
            (unsigned long long)nbytes);
    }
    device->stats.mapped_nbytes += nbytes;
    return TRM_OK;
}

trm_result trm_lease_create(trm_device *device, trm_memory_create create, uint64_t nbytes,
    const char *label, size_t owner_nbytes, trm_lease **out) {
    const trm_allocator *allocator = &device->desc.allocator;
    trm_lease *lease = trm_allocate(allocator, owner_nbytes);
    trm_result result = TRM_ERROR_OUT_OF_MEMORY;
    if (!lease)
        goto fail_lease;
    *lease = (trm_lease){.device = device, .owner_nbytes = owner_nbytes};
    lease->label = trm_copy_string(allocator, label);
    if (!lease->label)
        goto fail_label;
    result = trm_lease_renew(lease, create, nbytes);
    if (result != TRM_OK)
        goto fail_memory;
    device->stats.host_nbytes += owner_nbytes;
    lease->next = device->leases;
    if (lease->next)
        lease->next->previous = lease;
    device->leases = lease;
    *out = lease;
    return TRM_OK;

fail_memory:
    trm_release_string(allocator, lease->label);
fail_label:
    trm_release(allocator, lease, owner_nbytes);
fail_lease:
    if (result == TRM_ERROR_OUT_OF_MEMORY)
        trm_fail(&device->desc.log, label, TRM_RULE_DEVICE_MEMORY, NULL);
    return result;
}

static void destroy(trm_lease *lease) {
    trm_device *device = lease->device;
    *(lease->previous ? &lease->previous->next : &device->leases) = lease->next;
    if (lease->next)
        lease->next->previous = lease->previous;
    if (lease->given_back) {
        device->leases_due--;
        device->stats.retired_nbytes -= lease->memory.nbytes;
    }
    device->stats.mapped_nbytes -= lease->memory.nbytes;
    device->stats.host_nbytes -= lease->owner_nbytes;
    if (!trm_device_is_lost(device) && lease->memory.nbytes)
        device->backend.memory_destroy(device->backend.self, &lease->memory);
    trm_release_string(&device->desc.allocator, lease->label);
    trm_release(&device->desc.allocator, lease, lease->owner_nbytes);
}

static bool is_done(const trm_lease *lease) {
    return trm_timeline_done(&lease->device->timeline, lease->last_use) ||
           trm_device_is_lost(lease->device);
}

void trm_lease_give_back(trm_lease *lease) {
    trm_device *device = lease->device;
    if (is_done(lease)) {
        destroy(lease);
        return;
    }
    lease->given_back = true;
    device->leases_due++;
    device->stats.retired_nbytes += lease->memory.nbytes;
    trm_timeline_want(&device->timeline, lease->last_use);
}

void trm_lease_reclaim(trm_device *device) {
    for (trm_lease *lease = device->leases, *next; lease && device->leases_due; lease = next) {
        next = lease->next;
        if (lease->given_back && is_done(lease))
            destroy(lease);
    }
}

void trm_lease_forsake_all(trm_device *device) {
    for (trm_lease *lease = device->leases; lease; lease = lease->next) {
        device->stats.mapped_nbytes -= lease->memory.nbytes;
        lease->memory = (trm_memory){0};
    }
}

void trm_lease_destroy_all(trm_device *device) {
    while (device->leases)
        destroy(device->leases);
}
