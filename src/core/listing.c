/* Which attached buffers have edits. Buffers mark themselves from any thread, so the bitmaps never
 * move; the device grows by whole segments. */
#include "core/device_impl.h"

#include "core/memory.h"

#include <string.h>

static void release_tables(trm_device *device) {
    const trm_allocator *allocator = &device->desc.allocator;
    size_t count = device->listing_count, bits = count * TRM_LISTING_BITS;
    trm_release(allocator, device->turns, bits * sizeof *device->turns);
    trm_release(allocator, device->slots, bits * sizeof *device->slots);
    trm_release(allocator, device->listings, count * sizeof *device->listings);
}

/* Larger tables; the old entries keep their places. */
static bool grow(trm_device *device) {
    const trm_allocator *allocator = &device->desc.allocator;
    size_t count = device->listing_count, bits = count * TRM_LISTING_BITS;
    size_t new_bits = bits + TRM_LISTING_BITS;
    trm_listing *listing = trm_allocate(allocator, sizeof *listing);
    if (!listing)
        goto fail_listing;
    trm_listing **listings = trm_allocate(allocator, (count + 1) * sizeof *listings);
    if (!listings)
        goto fail_listings;
    trm_buffer **slots = trm_allocate(allocator, new_bits * sizeof *slots);
    if (!slots)
        goto fail_slots;
    trm_turn **turns = trm_allocate(allocator, new_bits * sizeof *turns);
    if (!turns)
        goto fail_turns;
    if (count) {
        memcpy(listings, device->listings, count * sizeof *listings);
        memcpy(slots, device->slots, bits * sizeof *slots);
        memcpy(turns, device->turns, bits * sizeof *turns);
    }
    release_tables(device);
    listings[count] = listing;
    device->listings = listings;
    device->slots = slots;
    device->turns = turns;
    device->listing_count = count + 1;
    return true;

fail_turns:
    trm_release(allocator, slots, new_bits * sizeof *slots);
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
    if (!trm_listing_test(listing->full, buffer))
        return;
    trm_listing_clear(listing->full, buffer);
    trm_dirty_raise(&buffer->dirty, TRM_DIRTY_FULL);
}

void trm_listing_remove(trm_device *device, trm_buffer *buffer) {
    size_t slot = buffer->listing_slot;
    trm_listing *listing = atomic_load(&buffer->listing);
    trm_listing_collect(buffer);
    trm_listing_clear(listing->rewritable, buffer);
    trm_listing_clear(listing->moved, buffer);
    atomic_store_explicit(&buffer->listing, NULL, memory_order_seq_cst);
    device->slots[slot] = NULL;
    if (slot < device->free_slot)
        device->free_slot = slot;
}

void trm_listing_destroy(trm_device *device) {
    for (size_t i = 0; i < device->listing_count; i++)
        trm_release(&device->desc.allocator, device->listings[i], sizeof *device->listings[i]);
    release_tables(device);
}
