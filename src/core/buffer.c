/* The public entry points of a buffer: validate, then do. */
#include "core/buffer_impl.h"

#include "core/bits.h"
#include "core/memory.h"
#include "core/mutant.h"

/* One counter for the process, so that a revision names one state of one buffer. */
static uint64_t next_revision(void) {
    static _Atomic uint64_t counter;
    return atomic_fetch_add_explicit(&counter, 1, memory_order_relaxed) + 1;
}

/* Puts the buffer on its device's list. Read after its own bitmap was written: a device that
 * attaches now either shows up here or sees the raised state. */
static void list(const trm_buffer *buffer) {
    trm_listing *listing = atomic_load(&buffer->listing);
    if (listing)
        trm_dirty_lift_bit(&listing->dirty, buffer->listing_bit);
}

void trm_buffer_raise(trm_buffer *buffer, uint32_t flags) {
    trm_dirty_raise(&buffer->dirty, flags);
    list(buffer);
}

/* The number of a revision is drawn when somebody asks: marking only says that the last one is
 * over. */
static void end_revision(trm_buffer *buffer) {
    if (atomic_load(buffer->revision))
        atomic_store(buffer->revision, 0);
}

void trm_buffer_edited(trm_buffer *buffer, uint32_t flags) {
    trm_buffer_raise(buffer, flags);
    end_revision(buffer);
}

/* The same behind marks in the bitmap. */
static void edited_some(trm_buffer *buffer) {
    trm_dirty_raise_marked(&buffer->dirty);
    list(buffer);
    end_revision(buffer);
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

static trm_result need_data(const trm_buffer *buffer) {
    if (!buffer)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    if (!trm_buffer_has_data(buffer))
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_BUFFER_NO_DATA, NULL);
    return TRM_OK;
}

trm_result trm_buffer_update_full(trm_buffer *buffer) {
    trm_result result = need_data(buffer);
    if (result == TRM_OK)
        trm_buffer_edited(buffer, TRM_DIRTY_FULL);
    return result;
}

trm_result trm_buffer_update_range(trm_buffer *buffer, size_t offset, size_t size) {
    trm_result result = need_data(buffer);
    if (result != TRM_OK || !size || offset >= buffer->layout.nitems)
        return result;
    size_t left = buffer->layout.nitems - offset;
    if (size > left)
        size = left;
    if (size == buffer->layout.nitems) {
        trm_buffer_edited(buffer, TRM_DIRTY_FULL);
        return TRM_OK;
    }
    size_t first = trm_chunk_of(buffer, offset), last = trm_chunk_of(buffer, offset + size - 1);
    if (TRM_MUTANT("mark-early-exit") && first == last &&
        (atomic_load_explicit(&buffer->dirty.words[first / TRM_WORD_BITS], memory_order_relaxed) >>
                (first % TRM_WORD_BITS) &
            1))
        return TRM_OK;
    if (first / TRM_WORD_BITS == last / TRM_WORD_BITS)
        trm_dirty_mark_word(&buffer->dirty, first / TRM_WORD_BITS,
            trm_bit_range(first % TRM_WORD_BITS, (unsigned)(last % TRM_WORD_BITS) + 1));
    else
        trm_dirty_mark(&buffer->dirty, first, last + 1);
    edited_some(buffer);
    return TRM_OK;
}

trm_result trm_buffer_update_indices(trm_buffer *buffer, const uint32_t *indices, size_t count) {
    trm_result result = need_data(buffer);
    if (result != TRM_OK || !count)
        return result;
    if (!indices)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_ARGUMENT_NULL, "indices");
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = indices[i] > largest ? indices[i] : largest;
    if (largest >= buffer->layout.nitems)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_INDEX_RANGE, "index %u of %zu items",
            (unsigned)largest, buffer->layout.nitems);

    /* Neighbours in the list often share a word: gather its bits, and write it when the word
     * changes. */
    size_t word = 0;
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++) {
        size_t chunk = trm_chunk_of(buffer, indices[i]);
        if (chunk / TRM_WORD_BITS != word) {
            if (bits)
                trm_dirty_mark_word(&buffer->dirty, word, bits);
            word = chunk / TRM_WORD_BITS;
            bits = 0;
        }
        bits |= UINT64_C(1) << (chunk % TRM_WORD_BITS);
    }
    trm_dirty_mark_word(&buffer->dirty, word, bits);
    edited_some(buffer);
    return TRM_OK;
}

trm_result trm_buffer_set_data(trm_buffer *buffer, const void *data, size_t nbytes, size_t stride) {
    trm_result result = need_data(buffer);
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
    buffer->data = data;
    buffer->stride = layout.stride;
    buffer->data_epoch++;
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
    end_revision(buffer);
    return TRM_OK;
}

trm_source trm_buffer_source(const trm_buffer *buffer) {
    const trm_format *format = &buffer->layout.format;
    return (trm_source){
        .data = buffer->data,
        .stride = buffer->stride,
        .itemsize = buffer->layout.itemsize,
        .swap = format->big_endian ? trm_component_nbytes(format->component) : 0,
    };
}
