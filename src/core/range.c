/* The parts of a span that its drawers share out among themselves. */
#include "core/backend.h"
#include "core/buffer_impl.h"

trm_result trm_buffer_locate(
    const trm_buffer *buffer, size_t nbytes, trm_range range, trm_range *out_nbytes) {
    size_t itemsize = buffer->layout.itemsize, nitems = nbytes / itemsize;
    size_t rest = range.offset <= nitems ? nitems - range.offset : 0;
    size_t size = range.size == TRM_WHOLE ? rest : range.size;
    if (!size || size > rest)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_RANGE_BOUNDS,
            "offset %zu, size %zu of %zu items", range.offset, range.size, nitems);
    *out_nbytes = (trm_range){range.offset * itemsize, size * itemsize};
    return TRM_OK;
}
