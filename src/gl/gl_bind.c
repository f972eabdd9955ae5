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

trm_result trm_gl_device_add_fence(trm_device *device, void *sync) {
    return trm_device_add_fence(device, (trm_fence)sync);
}

/* The device is not NULL. */
static const trm_gl *backend(const trm_device *device) {
    return trm_device_backend(device);
}

trm_result trm_gl_bind_vertex(
    trm_device *device, uint32_t vertex_array, uint32_t binding, trm_buffer *buffer) {
    trm_gl_span span;
    trm_result result = trm_gl_acquire(device, buffer, &span);
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
    trm_result result = trm_gl_acquire(device, buffer, &span);
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
    trm_result result = trm_gl_acquire(device, buffer, &span);
    if (result == TRM_OK)
        result = trm_gl_span_range(&span, buffer, range, &span);
    if (result == TRM_OK)
        trm_gl_named_bind_vertex(backend(device), vertex_array, binding, span.object, span.offset,
            trm_buffer_itemsize(buffer));
    return result;
}

static trm_result bind_range(
    trm_device *device, GLenum target, uint32_t binding, trm_buffer *buffer) {
    trm_gl_span span;
    trm_result result = trm_gl_acquire(device, buffer, &span);
    if (result == TRM_OK)
        backend(device)->gl.BindBufferRange(
            target, binding, span.object, (GLintptr)span.offset, (GLsizeiptr)span.nbytes);
    return result;
}

trm_result trm_gl_bind_uniform(trm_device *device, uint32_t binding, trm_buffer *buffer) {
    return bind_range(device, GL_UNIFORM_BUFFER, binding, buffer);
}

trm_result trm_gl_bind_storage(trm_device *device, uint32_t binding, trm_buffer *buffer) {
    return bind_range(device, GL_SHADER_STORAGE_BUFFER, binding, buffer);
}
