/* Slices of streams, in GL's words. */
#include "gl/gl_impl.h"

trm_result trm_gl_stream_alloc(
    trm_stream *stream, size_t nbytes, size_t alignment, trm_gl_slice *out) {
    trm_stream_slice slice;
    if (!out)
        return trm_device_fail(NULL, TRM_RULE_ARGUMENT_NULL);
    *out = (trm_gl_slice){0};
    trm_result result = trm_stream_alloc(stream, nbytes, alignment, &slice);
    if (result == TRM_OK)
        *out = (trm_gl_slice){
            .pointer = slice.pointer,
            .object = (uint32_t)slice.handle,
            .offset = slice.offset,
            .nbytes = slice.nbytes,
        };
    return result;
}
