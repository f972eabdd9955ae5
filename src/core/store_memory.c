/* Where a store's bytes lie: in a slot of a page if they are few, else in an object of their own.
 */
#include "core/device_impl.h"
#include "core/memory.h"

#include <string.h>

static size_t greatest_common_divisor(size_t a, size_t b) {
    while (b) {
        size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static size_t common_multiple(size_t a, size_t b) {
    return b ? a / greatest_common_divisor(a, b) * b : a;
}

size_t trm_span_alignment(const trm_alignments *alignments, uint32_t usage) {
    size_t alignment = alignments->map;
    if (!usage || (usage & TRM_USAGE_UNIFORM))
        alignment = common_multiple(alignment, alignments->uniform);
    if (!usage || (usage & TRM_USAGE_STORAGE))
        alignment = common_multiple(alignment, alignments->storage);
    if (!usage || (usage & TRM_USAGE_TEXEL))
        alignment = common_multiple(alignment, alignments->texel);
    return alignment;
}

/* Bytes from region to region, and of all. 0 when that does not fit anywhere. A device-local store
 * is padded to the words that shaders move. */
static uint64_t size_regions(trm_store *store) {
    const trm_device *device = store->device;
    size_t nbytes = store->layout.nbytes;
    size_t alignment = store->placement == TRM_PLACEMENT_MAPPED
                           ? trm_span_alignment(&device->backend.alignments, store->buffer->usage)
                           : 4;
    size_t rest = nbytes % alignment, padding = rest ? alignment - rest : 0;
    if (nbytes > PTRDIFF_MAX - padding)
        return 0;
    store->region_nbytes = nbytes + padding;
    if (store->region_nbytes > (uint64_t)PTRDIFF_MAX / store->region_count)
        return 0;
    return (uint64_t)store->region_nbytes * store->region_count;
}

/* The items as the GPU gets them, packed, with zeros up to `nbytes`. NULL without memory. */
static void *pack(const trm_store *store, const trm_source *source, size_t nbytes) {
    const trm_device_desc *desc = &store->device->desc;
    void *packed =
        nbytes <= desc->staging_limit_nbytes ? trm_allocate(&desc->allocator, nbytes) : NULL;
    if (packed)
        trm_copy_items(packed, source, 0, store->layout.nitems);
    return packed;
}

/* Born with its content, if that can be had: vertices that came by a copy of the GPU's cost another
 * copy of all of them, into host memory, at their first draw (NVIDIA 580: 36 ms for 64 MiB). */
static trm_result create_device_local(trm_store *store, uint64_t nbytes, bool with_content) {
    trm_device *device = store->device;
    trm_buffer *buffer = store->buffer;
    const trm_backend *backend = &device->backend;
    void *packed = NULL;
    trm_mutex_lock(buffer->lock);
    trm_source source = trm_buffer_source(buffer);
    store->epoch = atomic_load(&buffer->data_epoch);
    const void *content = with_content ? source.data : NULL;
    if (content && (!trm_source_is_plain(&source) || nbytes != store->layout.nbytes))
        content = packed = pack(store, &source, (size_t)nbytes);
    trm_result result = backend->device_create(
        backend->self, nbytes, content, source.data != NULL, buffer->label, &store->memory);
    trm_mutex_unlock(buffer->lock);
    trm_release(&device->desc.allocator, packed, (size_t)nbytes);
    store->filled = content || (!source.data && (buffer->usage & TRM_USAGE_GPU_WRITE));
    return result;
}

/* A page holds what the CPU has too: what shaders or the application write, and what only the GPU
 * has, stays by itself. So does what pixels are unpacked from: a driver that does that by the CPU
 * might move the whole object for it. */
static bool wants_page(const trm_store *store) {
    const trm_device *device = store->device;
    const trm_buffer *buffer = store->buffer;
    return !device->desc.no_pages && trm_buffer_has_data(buffer) &&
           !(buffer->usage & (TRM_USAGE_GPU_WRITE | TRM_USAGE_PIXEL_UNPACK)) &&
           trm_page_suits(store->layout.nbytes,
               trm_span_alignment(&device->backend.alignments, buffer->usage));
}

static bool take_slot(trm_store *store) {
    trm_page *page;
    if (!wants_page(store))
        return false;
    if (trm_page_take(store->device, store->placement, store->layout.nbytes, &page, &store->slot) !=
        TRM_OK) {
        trm_device_tell(store->device, store->buffer->label, TRM_NOTE_PAGE);
        return false;
    }
    store->page = page;
    store->memory = page->memory;
    store->base = store->slot * page->slot_nbytes;
    store->turn = trm_page_turn(page, store->slot);
    memset(store->turn, 0, trm_turn_nbytes(page->region_count));
    store->turn->page = page;
    store->turn->nbytes = (uint16_t)store->nbytes;
    page->rewrites[store->slot] = 0;
    store->region_nbytes = page->region_nbytes;
    store->held_nbytes = (uint64_t)page->slot_nbytes * page->region_count;
    return true;
}

/* A buffer object of its own. */
static trm_result create_memory(
    trm_store *store, uint64_t nbytes, bool with_content, const trm_log *log) {
    trm_device *device = store->device;
    const char *label = store->buffer->label;
    bool mapped = store->placement == TRM_PLACEMENT_MAPPED;
    trm_result result =
        mapped ? device->backend.mapped_create(device->backend.self, nbytes, label, &store->memory)
               : create_device_local(store, nbytes, with_content);
    if (result == TRM_ERROR_DEVICE_LOST)
        return trm_store_fail_wait(store, result, true);
    if (result != TRM_OK) {
        if (log) /* maybe in time for the next try */
            trm_parcel_give_way(&device->staging, &device->desc.allocator);
        return trm_fail(
            log, label, TRM_RULE_ATTACH_DEVICE_MEMORY, "%llu bytes", (unsigned long long)nbytes);
    }
    store->held_nbytes = nbytes;
    *(mapped ? &device->stats.mapped_nbytes : &device->stats.device_nbytes) += nbytes;
    return TRM_OK;
}

trm_result trm_store_take_memory(trm_store *store, bool with_content, const trm_log *log) {
    trm_device *device = store->device;
    const char *label = store->buffer->label;
    if (take_slot(store))
        return TRM_OK;
    uint64_t nbytes = size_regions(store);
    if (!nbytes)
        return trm_fail(log, label, TRM_RULE_ATTACH_SIZE, "%zu bytes, %u regions",
            store->layout.nbytes, (unsigned)store->region_count);
    bool has_room = log ? trm_device_makes_room(device, nbytes)
                    : store->placement == TRM_PLACEMENT_MAPPED
                        ? trm_device_can_spare(device, nbytes)
                        : trm_device_affords(device, nbytes);
    if (!has_room)
        return trm_fail(log, label, TRM_RULE_ATTACH_BUDGET, "%llu bytes wanted, of %llu",
            (unsigned long long)nbytes, (unsigned long long)device->desc.budget_nbytes);
    return create_memory(store, nbytes, with_content, log);
}

void trm_store_give_back_memory(trm_store *store) {
    trm_device *device = store->device;
    bool mapped = store->placement == TRM_PLACEMENT_MAPPED;
    if (store->page) {
        trm_page_give_back(device, store->page, store->slot);
        return;
    }
    *(mapped ? &device->stats.mapped_nbytes : &device->stats.device_nbytes) -= store->held_nbytes;
    if (!trm_device_is_lost(device))
        device->backend.memory_destroy(device->backend.self, &store->memory);
}
