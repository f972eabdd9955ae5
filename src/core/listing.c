/* Which attached buffers have edits. Buffers mark themselves from any thread, so the bitmaps never
 * move; the device grows by whole segments. */
#include "core/device_impl.h"

#include "core/memory.h"

#include <string.h>

/* A larger table for pointers to listings and for slots; the old entries keep their place. */
static bool grow(trm_device *device) {
    const trm_allocator *allocator = &device->desc.allocator;
    size_t count = device->listing_count;
    trm_listing *listing = trm_allocate(allocator, sizeof *listing);
    if (!listing)
        goto fail_listing;
    trm_listing **listings = trm_allocate(allocator, (count + 1) * sizeof *listings);
    if (!listings)
        goto fail_listings;
    trm_buffer **slots = trm_allocate(allocator, (count + 1) * TRM_LISTING_BITS * sizeof *slots);
    if (!slots)
        goto fail_slots;
    if (count) {
        memcpy(listings, device->listings, count * sizeof *listings);
        memcpy(slots, device->slots, count * TRM_LISTING_BITS * sizeof *slots);
    }
    trm_release(allocator, device->listings, count * sizeof *listings);
    trm_release(allocator, device->slots, count * TRM_LISTING_BITS * sizeof *slots);
    listings[count] = listing;
    device->listings = listings;
    device->slots = slots;
    device->listing_count = count + 1;
    return true;

fail_slots:
    trm_release(allocator, listings, (count + 1) * sizeof *listings);
fail_listings:
    trm_release(allocator, listing, sizeof *listing);
fail_listing:
    return false;
}

bool trm_listing_add(trm_device *device, trm_buffer *buffer) {
    size_t slot = device->free_slot;
    while (slot < device->listing_count * TRM_LISTING_BITS && device->slots[slot])
        slot++;
    if (slot == device->listing_count * TRM_LISTING_BITS && !grow(device))
        return false;
    device->slots[slot] = buffer;
    device->free_slot = slot + 1;
    buffer->listing_bit = (uint32_t)(slot % TRM_LISTING_BITS);
    buffer->listing_slot = slot;
    atomic_store_explicit(
        &buffer->listing, device->listings[slot / TRM_LISTING_BITS], memory_order_seq_cst);
    return true;
}

void trm_listing_collect(trm_buffer *buffer) {
    trm_listing *listing = atomic_load(&buffer->listing);
    uint64_t bit = UINT64_C(1) << (buffer->listing_bit % TRM_WORD_BITS);
    _Atomic uint64_t *full = &listing->full[buffer->listing_bit / TRM_WORD_BITS];
    if (!(atomic_load(full) & bit))
        return;
    atomic_fetch_and(full, ~bit);
    trm_dirty_raise(&buffer->dirty, TRM_DIRTY_FULL);
}

void trm_listing_remove(trm_device *device, trm_buffer *buffer) {
    size_t slot = buffer->listing_slot;
    trm_listing_collect(buffer);
    atomic_store_explicit(&buffer->listing, NULL, memory_order_seq_cst);
    device->slots[slot] = NULL;
    if (slot < device->free_slot)
        device->free_slot = slot;
}

void trm_listing_destroy(trm_device *device) {
    const trm_allocator *allocator = &device->desc.allocator;
    size_t count = device->listing_count;
    for (size_t i = 0; i < count; i++)
        trm_release(allocator, device->listings[i], sizeof *device->listings[i]);
    trm_release(allocator, device->listings, count * sizeof *device->listings);
    trm_release(allocator, device->slots, count * TRM_LISTING_BITS * sizeof *device->slots);
}
