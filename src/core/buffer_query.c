/* What a buffer says of itself. */
#include "core/buffer_impl.h"

const void *trm_buffer_data(const trm_buffer *buffer) {
    trm_view view;
    return trm_buffer_view(buffer, &view) == TRM_OK ? view.data : NULL;
}

size_t trm_buffer_nbytes(const trm_buffer *buffer) {
    return buffer ? buffer->layout.nbytes : 0;
}

size_t trm_buffer_nitems(const trm_buffer *buffer) {
    return buffer ? buffer->layout.nitems : 0;
}

size_t trm_buffer_itemsize(const trm_buffer *buffer) {
    return buffer ? buffer->layout.itemsize : 0;
}

size_t trm_buffer_chunk_size(const trm_buffer *buffer) {
    return buffer ? buffer->layout.chunk_size : 0;
}

uint32_t trm_buffer_usage(const trm_buffer *buffer) {
    return buffer ? buffer->usage : 0;
}

trm_placement trm_buffer_placement(const trm_buffer *buffer) {
    return buffer ? buffer->placement : TRM_PLACEMENT_AUTO;
}

const char *trm_buffer_format(const trm_buffer *buffer) {
    return buffer && buffer->layout.format.nbytes ? buffer->format_name : NULL;
}

const char *trm_buffer_label(const trm_buffer *buffer) {
    return buffer ? buffer->label : NULL;
}

trm_range trm_buffer_draw_range(const trm_buffer *buffer) {
    if (!buffer)
        return (trm_range){0, 0};
    trm_range range = buffer->draw_range;
    if (range.size == TRM_WHOLE)
        range.size = buffer->layout.nitems - range.offset;
    return range;
}

bool trm_buffer_pending(const trm_buffer *buffer) {
    return buffer && trm_buffer_is_pending(buffer);
}

/* Both of the same array, without the lock: uploads hold that for long, and on_copy asks during
 * one. */
static void read_array(const trm_buffer *buffer, trm_view *out) {
    uint64_t epoch;
    do {
        while ((epoch = atomic_load(&buffer->data_epoch)) % 2)
            trm_thread_rest();
        out->data = atomic_load(&buffer->data);
        out->stride = atomic_load(&buffer->stride);
    } while (epoch != atomic_load(&buffer->data_epoch));
}

trm_result trm_buffer_view(const trm_buffer *buffer, trm_view *out) {
    if (out)
        *out = (trm_view){0};
    if (!buffer || !out)
        return trm_fail(buffer ? &buffer->log : NULL, buffer ? buffer->label : NULL,
            TRM_RULE_ARGUMENT_NULL, NULL);
    const trm_layout *layout = &buffer->layout;
    size_t element = layout->format.nbytes;
    *out = (trm_view){
        .nitems = layout->nitems,
        .itemsize = layout->itemsize,
        .components = element ? layout->itemsize / element * layout->format.count : 0,
        .format = layout->format,
    };
    read_array(buffer, out);
    return TRM_OK;
}
