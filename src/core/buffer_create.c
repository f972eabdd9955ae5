/* Making, resizing and destroying buffers: everything that decides sizes. */
#include "core/buffer_impl.h"

#include "core/device_impl.h"
#include "core/format_internal.h"
#include "core/memory.h"

#define CHUNK_NBYTES 256
#define MAX_CHUNKS   ((size_t)1 << 26)

size_t trm_automatic_chunk_size(size_t nitems, size_t itemsize) {
    size_t chunk = 1;
    /* The power of two nearest to 256 bytes, by ratio: up to sqrt(2) above. */
    while (itemsize * chunk < CHUNK_NBYTES && itemsize * chunk * 2 <= CHUNK_NBYTES * 1414 / 1000)
        chunk *= 2;
    while (nitems / chunk >= MAX_CHUNKS)
        chunk *= 2;
    return chunk < nitems ? chunk : nitems;
}

/* nbytes, nitems and itemsize, from two of nbytes, nitems and the format. */
static trm_result resolve_sizes(const trm_buffer_desc *desc, trm_layout *layout) {
    const trm_log *log = &desc->log;
    const char *label = desc->label;
    size_t element = layout->format.nbytes;
    size_t nbytes = desc->nbytes, nitems = desc->nitems;

    if (!nbytes && !nitems)
        return trm_fail(log, label, TRM_RULE_BUFFER_SIZE_UNKNOWN, "nbytes and nitems are 0");
    if ((!nbytes || !nitems) && !element)
        return trm_fail(
            log, label, TRM_RULE_BUFFER_SIZE_UNKNOWN, "%s is 0", nbytes ? "nitems" : "nbytes");
    if (!nbytes) {
        if (nitems > SIZE_MAX / element)
            return trm_fail(log, label, TRM_RULE_BUFFER_SIZE_OVERFLOW, "%zu items of %zu bytes",
                nitems, element);
        nbytes = nitems * element;
    }
    size_t itemsize = nitems ? nbytes / nitems : element;
    if (nitems ? nbytes % nitems : nbytes % element)
        return trm_fail(log, label, TRM_RULE_BUFFER_SIZE_UNEVEN, "%zu bytes, %zu %s", nbytes,
            nitems ? nitems : element, nitems ? "items" : "bytes an item");
    if (element && itemsize % element)
        return trm_fail(log, label, TRM_RULE_BUFFER_FORMAT_SIZE,
            "format %s has %zu bytes, an item %zu", desc->format, element, itemsize);
    layout->nbytes = nbytes;
    layout->nitems = nbytes / itemsize;
    layout->itemsize = itemsize;
    return TRM_OK;
}

trm_result trm_layout_check_data(
    const trm_layout *layout, bool force_contiguous, const trm_log *log, const char *label) {
    size_t stride = layout->stride, itemsize = layout->itemsize;
    if (stride < itemsize)
        return trm_fail(
            log, label, TRM_RULE_BUFFER_STRIDE, "stride %zu, item size %zu", stride, itemsize);
    if (layout->nitems - 1 > (SIZE_MAX - itemsize) / stride)
        return trm_fail(log, label, TRM_RULE_BUFFER_SIZE_OVERFLOW, "%zu items %zu bytes apart",
            layout->nitems, stride);
    if (force_contiguous && stride != itemsize && layout->nitems > 1)
        return trm_fail(
            log, label, TRM_RULE_BUFFER_STRIDED, "stride %zu, item size %zu", stride, itemsize);
    if (force_contiguous && layout->format.big_endian)
        return trm_fail(log, label, TRM_RULE_BUFFER_SWAPPED, NULL);
    return TRM_OK;
}

/* Chunks for a layout whose sizes stand. */
static void resolve_chunks(trm_layout *layout, size_t wanted) {
    size_t chunk = wanted ? wanted : trm_automatic_chunk_size(layout->nitems, layout->itemsize);
    layout->chunk_size = chunk < layout->nitems ? chunk : layout->nitems;
    layout->chunk_count = (layout->nitems - 1) / layout->chunk_size + 1;
}

trm_result trm_layout_resolve(const trm_buffer_desc *desc, trm_layout *out) {
    trm_layout layout = {0};
    if (desc->format && trm_format_parse(desc->format, &layout.format) != TRM_OK)
        return trm_fail(&desc->log, desc->label, TRM_RULE_BUFFER_FORMAT, "\"%.40s\": %s",
            desc->format, trm_format_why(desc->format));
    trm_result result = resolve_sizes(desc, &layout);
    if (result != TRM_OK)
        return result;
    layout.stride = desc->data && desc->stride ? desc->stride : layout.itemsize;
    if (desc->data) {
        result = trm_layout_check_data(&layout, desc->force_contiguous, &desc->log, desc->label);
        if (result != TRM_OK)
            return result;
        resolve_chunks(&layout, desc->chunk_size);
    }
    *out = layout;
    return TRM_OK;
}

static trm_result check_desc(const trm_buffer_desc *desc) {
    const trm_log *log = &desc->log;
    if (!trm_allocator_valid(&desc->allocator))
        return trm_fail(log, desc->label, TRM_RULE_ALLOCATOR_HALF, NULL);
    if (desc->usage & ~TRM_ALL_USAGE)
        return trm_fail(log, desc->label, TRM_RULE_BUFFER_USAGE, "0x%x",
            (unsigned)(desc->usage & ~TRM_ALL_USAGE));
    if ((unsigned)desc->placement > TRM_PLACEMENT_DEVICE)
        return trm_fail(log, desc->label, TRM_RULE_BUFFER_PLACEMENT, "%d", (int)desc->placement);
    return TRM_OK;
}

void trm_buffer_set_layout(trm_buffer *buffer, const trm_layout *layout, const trm_dirty *dirty) {
    size_t chunk = layout->chunk_size;
    buffer->layout = *layout;
    buffer->stride = layout->stride;
    buffer->chunk_is_power_of_two = chunk && !(chunk & (chunk - 1));
    buffer->chunk_shift = 0;
    while (buffer->chunk_is_power_of_two && (size_t)1 << buffer->chunk_shift < chunk)
        buffer->chunk_shift++;
    trm_dirty_adopt(&buffer->dirty, dirty);
}

static void fill_in(trm_buffer *buffer, const trm_buffer_desc *desc) {
    atomic_init(&buffer->data, desc->data);
    buffer->draw_range.size = TRM_WHOLE;
    buffer->wanted_chunk_size = desc->chunk_size;
    buffer->usage = desc->usage | (desc->data && desc->usage ? TRM_USAGE_COPY_DST : 0);
    buffer->placement = desc->placement;
    buffer->force_contiguous = desc->force_contiguous;
    buffer->allocator = desc->allocator;
    buffer->log = desc->log;
    if (desc->format)
        trm_format_name(&buffer->layout.format, buffer->format_name, sizeof buffer->format_name);
}

trm_result trm_buffer_create(const trm_buffer_desc *desc, trm_buffer **out) {
    if (out)
        *out = NULL;
    if (!desc || !out)
        return trm_fail(desc ? &desc->log : NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    trm_layout layout = {0};
    trm_result result = check_desc(desc);
    if (result == TRM_OK)
        result = trm_layout_resolve(desc, &layout);
    if (result != TRM_OK)
        return result;

    trm_buffer *buffer = trm_allocate_lines(&desc->allocator, sizeof *buffer);
    if (!buffer)
        goto fail_buffer;
    buffer->label = trm_copy_string(&desc->allocator, desc->label);
    if (!buffer->label)
        goto fail_label;
    trm_dirty dirty = {0};
    if (desc->data && !trm_dirty_init(&dirty, layout.chunk_count, &desc->allocator))
        goto fail_dirty;
    if (!trm_mutex_init(&buffer->lock_storage))
        goto fail_lock;
    buffer->lock = &buffer->lock_storage;
    buffer->revision = &buffer->revision_storage;
    trm_buffer_set_layout(buffer, &layout, &dirty);
    fill_in(buffer, desc);
    trm_buffer_edited(buffer, desc->data ? TRM_DIRTY_FULL : 0);
    *out = buffer;
    return TRM_OK;

fail_lock:
    trm_dirty_destroy(&dirty, &desc->allocator);
fail_dirty:
    trm_release_string(&desc->allocator, buffer->label);
fail_label:
    trm_release_lines(&desc->allocator, buffer, sizeof *buffer);
fail_buffer:
    return trm_fail(
        &desc->log, desc->label, TRM_RULE_BUFFER_MEMORY, "%zu bytes to track", layout.nbytes);
}

trm_result trm_buffer_destroy(trm_buffer *buffer) {
    if (!buffer)
        return TRM_OK;
    if (atomic_load(&buffer->device)) {
        trm_result result = trm_device_release_buffer(buffer);
        if (result != TRM_OK)
            return result;
    }
    trm_allocator allocator = buffer->allocator;
    trm_send_clear(&buffer->sends, &allocator);
    trm_mutex_destroy(buffer->lock);
    trm_dirty_destroy(&buffer->dirty, &allocator);
    trm_release_string(&allocator, buffer->label);
    trm_release_lines(&allocator, buffer, sizeof *buffer);
    return TRM_OK;
}

/* The layout after a resize, and the bitmap for it. Nothing of the buffer changes. */
static trm_result prepare_resize(const trm_buffer *buffer, const void *data, size_t nbytes,
    size_t stride, trm_layout *layout, trm_dirty *dirty) {
    const trm_log *log = &buffer->log;
    const char *label = buffer->label;
    if (!data != !trm_buffer_has_data(buffer))
        return trm_fail(
            log, label, data ? TRM_RULE_BUFFER_NO_DATA : TRM_RULE_BUFFER_HAS_DATA, "in a resize");
    *layout = buffer->layout;
    if (!nbytes || nbytes % layout->itemsize)
        return trm_fail(log, label, TRM_RULE_BUFFER_SIZE_UNEVEN, "%zu bytes, %zu bytes an item",
            nbytes, layout->itemsize);
    layout->nbytes = nbytes;
    layout->nitems = nbytes / layout->itemsize;
    layout->stride = data && stride ? stride : layout->itemsize;
    *dirty = (trm_dirty){0};
    if (!data)
        return TRM_OK;
    trm_result result = trm_layout_check_data(layout, buffer->force_contiguous, log, label);
    if (result != TRM_OK)
        return result;
    resolve_chunks(layout, buffer->wanted_chunk_size);
    if (!trm_dirty_init(dirty, layout->chunk_count, &buffer->allocator))
        return trm_fail(log, label, TRM_RULE_BUFFER_MEMORY, "%zu bytes to track", nbytes);
    return TRM_OK;
}

trm_result trm_buffer_resize(trm_buffer *buffer, const void *data, size_t nbytes, size_t stride) {
    if (!buffer)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    if (atomic_load(&buffer->device) && !trm_device_owns_thread(buffer))
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_BUFFER_FOREIGN_THREAD, "resize");
    if (buffer->write)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_WRITE_OPEN, "resize");
    trm_layout layout = {0};
    trm_dirty dirty = {0};
    trm_result result = prepare_resize(buffer, data, nbytes, stride, &layout, &dirty);
    if (result != TRM_OK)
        return result;

    trm_mutex_lock(buffer->lock);
    trm_dirty_destroy(&buffer->dirty, &buffer->allocator);
    trm_buffer_set_layout(buffer, &layout, &dirty);
    trm_send_clear(&buffer->sends, &buffer->allocator);
    trm_buffer_replace_array(buffer, data, layout.stride);
    buffer->generation++;
    trm_buffer_forbid_rewrites(buffer);
    buffer->keeps_placement = false;
    trm_mutex_unlock(buffer->lock);

    trm_range *range = &buffer->draw_range;
    if (range->offset >= layout.nitems)
        *range = (trm_range){0, range->size == TRM_WHOLE ? TRM_WHOLE : 0};
    else if (range->size != TRM_WHOLE && range->size > layout.nitems - range->offset)
        range->size = layout.nitems - range->offset;
    trm_buffer_edited(buffer, data ? TRM_DIRTY_FULL : TRM_DIRTY_SOME);
    return TRM_OK;
}
