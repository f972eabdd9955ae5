/* Acquire, and acquire with the DSA call that usually follows. */
#include "gl/gl_impl.h"

static trm_result acquire(trm_device *device, trm_buffer *buffer, bool may_wait, trm_gl_span *out) {
    trm_span span;
    if (!out)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    trm_result result = trm_device_acquire(device, buffer, may_wait, &span);
    if (result != TRM_OK)
        span = (trm_span){0};
    *out = (trm_gl_span){
        .object = (uint32_t)span.handle, .offset = span.offset, .nbytes = span.nbytes};
    return result;
}

trm_result trm_gl_acquire(trm_device *device, trm_buffer *buffer, trm_gl_span *out) {
    return acquire(device, buffer, true, out);
}

trm_result trm_gl_try_acquire(trm_device *device, trm_buffer *buffer, trm_gl_span *out) {
    return acquire(device, buffer, false, out);
}

/* The device is not NULL. */
static const trm_gl *backend(const trm_device *device) {
    return trm_device_backend(device);
}

/* What else is wrong with them the core says. */
static bool is_usable(const trm_device *device) {
    return device && !trm_device_is_lost(device);
}

/* A context that was just lost knows no sync object any more. */
static trm_result refuse_fence(trm_device *device) {
    if (trm_gl_status(trm_device_backend(device)) == TRM_OK)
        return trm_device_fail(device, TRM_RULE_FENCE_SYNC);
    trm_device_lost(device);
    return trm_device_fail(device, TRM_RULE_DEVICE_LOST);
}

trm_result trm_gl_device_add_fence(trm_device *device, void *sync) {
    if (sync && is_usable(device) && !backend(device)->gl.IsSync(sync))
        return refuse_fence(device);
    return trm_device_add_fence(device, (trm_fence)sync);
}

/* Acquires for a use that the buffer was declared for: to others neither its offsets nor the
 * barriers behind its uploads need be right. */
static trm_result acquire_for(
    trm_device *device, trm_buffer *buffer, uint32_t use, trm_gl_span *out) {
    uint32_t usage = trm_buffer_usage(buffer);
    *out = (trm_gl_span){0};
    if (usage && !(usage & use) && is_usable(device))
        return trm_fail(&trm_device_described(device)->log, trm_buffer_label(buffer),
            TRM_RULE_BIND_USAGE, "usage 0x%x, bound for 0x%x", (unsigned)usage, (unsigned)use);
    return trm_gl_acquire(device, buffer, out);
}

static trm_result acquire_vertices(trm_device *device, trm_buffer *buffer, trm_gl_span *out) {
    size_t stride = trm_buffer_itemsize(buffer);
    *out = (trm_gl_span){0};
    if (is_usable(device) && stride > backend(device)->largest_stride)
        return trm_fail(&trm_device_described(device)->log, trm_buffer_label(buffer),
            TRM_RULE_BIND_STRIDE, "%zu bytes of %zu", stride, backend(device)->largest_stride);
    return acquire_for(device, buffer, TRM_USAGE_VERTEX, out);
}

trm_result trm_gl_bind_vertex(
    trm_device *device, uint32_t vertex_array, uint32_t binding, trm_buffer *buffer) {
    trm_gl_span span;
    trm_result result = acquire_vertices(device, buffer, &span);
    if (result == TRM_OK)
        trm_gl_named_bind_vertex(backend(device), vertex_array, binding, span.object, span.offset,
            trm_buffer_itemsize(buffer));
    return result;
}

trm_result trm_gl_bind_index(
    trm_device *device, uint32_t vertex_array, trm_buffer *buffer, size_t *out_offset) {
    trm_gl_span span;
    if (out_offset)
        *out_offset = 0;
    else
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    trm_result result = acquire_for(device, buffer, TRM_USAGE_INDEX, &span);
    if (result != TRM_OK)
        return result;
    trm_gl_named_bind_index(backend(device), vertex_array, span.object);
    *out_offset = span.offset;
    return TRM_OK;
}

trm_result trm_gl_span_range(
    const trm_gl_span *span, const trm_buffer *buffer, trm_range range, trm_gl_span *out) {
    trm_gl_span whole = span ? *span : (trm_gl_span){0};
    if (out)
        *out = (trm_gl_span){0};
    if (!span || !buffer || !out)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, NULL);
    trm_range bytes;
    trm_result result = trm_buffer_locate(buffer, whole.nbytes, range, &bytes);
    if (result == TRM_OK)
        *out = (trm_gl_span){
            .object = whole.object, .offset = whole.offset + bytes.offset, .nbytes = bytes.size};
    return result;
}

trm_result trm_gl_bind_vertex_range(trm_device *device, uint32_t vertex_array, uint32_t binding,
    trm_buffer *buffer, trm_range range) {
    trm_gl_span span;
    trm_result result = acquire_vertices(device, buffer, &span);
    if (result == TRM_OK)
        result = trm_gl_span_range(&span, buffer, range, &span);
    if (result == TRM_OK)
        trm_gl_named_bind_vertex(backend(device), vertex_array, binding, span.object, span.offset,
            trm_buffer_itemsize(buffer));
    return result;
}

static trm_result bind_range(
    trm_device *device, GLenum target, uint32_t use, uint32_t binding, trm_buffer *buffer) {
    trm_gl_span span;
    trm_result result = acquire_for(device, buffer, use, &span);
    if (result == TRM_OK)
        backend(device)->gl.BindBufferRange(
            target, binding, span.object, (GLintptr)span.offset, (GLsizeiptr)span.nbytes);
    return result;
}

trm_result trm_gl_bind_uniform(trm_device *device, uint32_t binding, trm_buffer *buffer) {
    return bind_range(device, GL_UNIFORM_BUFFER, TRM_USAGE_UNIFORM, binding, buffer);
}

trm_result trm_gl_bind_storage(trm_device *device, uint32_t binding, trm_buffer *buffer) {
    return bind_range(device, GL_SHADER_STORAGE_BUFFER, TRM_USAGE_STORAGE, binding, buffer);
}
