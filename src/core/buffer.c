/* The public entry points of a buffer, but for marking (mark.c): validate, then do. */
#include "core/buffer_impl.h"

#include "core/memory.h"

/* One counter for the process, so that a revision names one state of one buffer. */
static uint64_t next_revision(void) {
    static _Atomic uint64_t counter;
    return atomic_fetch_add_explicit(&counter, 1, memory_order_relaxed) + 1;
}

uint64_t trm_buffer_revision(const trm_buffer *buffer) {
    if (!buffer)
        return 0;
    uint64_t number = atomic_load(buffer->revision);
    while (!number) {
        uint64_t fresh = next_revision();
        if (atomic_compare_exchange_strong(buffer->revision, &number, fresh))
            number = fresh;
    }
    return number;
}

trm_result trm_buffer_mark_words(trm_buffer *buffer, size_t first, size_t end) {
    trm_dirty_mark(&buffer->dirty, first, end);
    trm_buffer_edited(buffer, TRM_DIRTY_SOME);
    return TRM_OK;
}

trm_result trm_buffer_need_data(const trm_buffer *buffer) {
    if (!buffer)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    if (!trm_buffer_has_data(buffer))
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_BUFFER_NO_DATA, NULL);
    return TRM_OK;
}

/* The device's thread rewrites slots without the lock. Both sides write before they look: either
 * the bar is up before it looks, or it is seen at work here, and has a few hundred slots to go at
 * most. (A device that attaches now takes the lock first.) The wait is a sleep, so that a device's
 * thread of lower priority gets on. */
static void bar_rewrites(const trm_buffer *buffer, trm_listing *listing) {
    trm_listing_set(listing->barred, buffer);
    while (atomic_load(&listing->rewriting) >> (buffer->listing_bit / TRM_WORD_BITS) & 1)
        trm_thread_rest();
}

static void allow_rewrites(trm_buffer *buffer, trm_listing *listing, bool packed) {
    if (packed)
        trm_listing_set(listing->moved, buffer);
    else
        trm_buffer_forbid_rewrites(buffer);
    trm_listing_clear(listing->barred, buffer);
}

/* trm_buffer_view reads it without the lock, which uploads hold for long. */
void trm_buffer_replace_array(trm_buffer *buffer, const void *data, size_t stride) {
    atomic_fetch_add(&buffer->data_epoch, 1);
    atomic_store(&buffer->data, data);
    atomic_store(&buffer->stride, stride);
    atomic_fetch_add(&buffer->data_epoch, 1);
}

trm_result trm_buffer_set_data(trm_buffer *buffer, const void *data, size_t nbytes, size_t stride) {
    trm_result result = trm_buffer_need_data(buffer);
    if (result != TRM_OK)
        return result;
    if (!data)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_ARGUMENT_NULL, "data");
    if (nbytes != buffer->layout.nbytes)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_DATA_SIZE,
            "%zu bytes given, the buffer has %zu", nbytes, buffer->layout.nbytes);
    trm_layout layout = buffer->layout;
    layout.stride = stride ? stride : layout.itemsize;
    result = trm_layout_check_data(&layout, buffer->force_contiguous, &buffer->log, buffer->label);
    if (result != TRM_OK)
        return result;
    trm_mutex_lock(buffer->lock);
    trm_listing *listing = atomic_load(&buffer->listing);
    if (listing)
        bar_rewrites(buffer, listing);
    trm_buffer_replace_array(buffer, data, layout.stride);
    if (listing)
        allow_rewrites(buffer, listing, layout.stride == layout.itemsize);
    trm_mutex_unlock(buffer->lock);
    trm_buffer_edited(buffer, TRM_DIRTY_FULL);
    return TRM_OK;
}

trm_result trm_buffer_send_data(
    trm_buffer *buffer, size_t offset, const void *data, size_t nbytes) {
    if (!buffer)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    const trm_layout *layout = &buffer->layout;
    if (trm_buffer_has_data(buffer))
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_BUFFER_HAS_DATA, NULL);
    if (!data && nbytes)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_ARGUMENT_NULL, "data");
    if (offset > layout->nitems || nbytes > (layout->nitems - offset) * layout->itemsize)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_SEND_RANGE,
            "%zu bytes at item %zu of %zu (%zu bytes each)", nbytes, offset, layout->nitems,
            layout->itemsize);
    if (!nbytes)
        return TRM_OK;
    trm_mutex_lock(buffer->lock);
    bool added =
        trm_send_add(&buffer->sends, offset * layout->itemsize, data, nbytes, &buffer->allocator);
    trm_mutex_unlock(buffer->lock);
    if (!added)
        return trm_fail(
            &buffer->log, buffer->label, TRM_RULE_BUFFER_MEMORY, "%zu bytes to send", nbytes);
    trm_buffer_edited(buffer, TRM_DIRTY_SOME);
    return TRM_OK;
}

trm_result trm_buffer_set_draw_range(trm_buffer *buffer, size_t origin, size_t size) {
    if (!buffer)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    size_t nitems = buffer->layout.nitems;
    if (origin >= nitems || (size != TRM_WHOLE && size > nitems - origin))
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_DRAW_RANGE,
            "origin %zu, size %zu, %zu items", origin, size, nitems);
    buffer->draw_range = (trm_range){origin, size};
    trm_buffer_end_revision(buffer);
    return TRM_OK;
}
