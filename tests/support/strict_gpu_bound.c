/* The calls on buffers by way of a binding, as they were before direct state access. */
#include "support/strict_gpu_internal.h"

/* The name of the buffer bound to a target; 0, with an error, if there is none. */
static GLuint bound(strict_gpu *gpu, GLenum target) {
    strict_buffer *const *slot = strict_generic(gpu, target);
    if (slot == NULL && target != GL_ELEMENT_ARRAY_BUFFER) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
        return 0;
    }
    if (slot == NULL || *slot == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "nothing is bound to target 0x%x", target);
        return 0;
    }
    return (*slot)->name;
}

/* Opens a call; 0: it ends here. */
static GLuint enter(strict_function function, GLenum target, strict_gpu **gpu) {
    return strict_enter(function, gpu) ? bound(*gpu, target) : 0;
}

static void GLAD_API_PTR buffer_storage(
    GLenum target, GLsizeiptr size, const void *data, GLbitfield flags) {
    strict_gpu *gpu;
    const GLuint name = enter(STRICT_glBufferStorage, target, &gpu);
    if (name != 0) {
        strict_buffer_storage(gpu, name, size, data, flags);
    }
}

static void GLAD_API_PTR buffer_data(
    GLenum target, GLsizeiptr size, const void *data, GLenum usage) {
    strict_gpu *gpu;
    const GLuint name = enter(STRICT_glBufferData, target, &gpu);
    if (name != 0) {
        strict_buffer_data(gpu, name, size, data, usage);
    }
}

static void GLAD_API_PTR buffer_sub_data(
    GLenum target, GLintptr offset, GLsizeiptr size, const void *data) {
    strict_gpu *gpu;
    const GLuint name = enter(STRICT_glBufferSubData, target, &gpu);
    if (name != 0) {
        strict_buffer_write(gpu, name, offset, size, data);
    }
}

static void GLAD_API_PTR get_buffer_sub_data(
    GLenum target, GLintptr offset, GLsizeiptr size, void *data) {
    strict_gpu *gpu;
    const GLuint name = enter(STRICT_glGetBufferSubData, target, &gpu);
    if (name != 0) {
        strict_buffer_read(gpu, name, offset, size, data);
    }
}

static void GLAD_API_PTR copy_buffer_sub_data(
    GLenum source, GLenum target, GLintptr from, GLintptr to, GLsizeiptr size) {
    strict_gpu *gpu;
    const GLuint source_name = enter(STRICT_glCopyBufferSubData, source, &gpu);
    const GLuint target_name = source_name != 0 ? bound(gpu, target) : 0;
    if (target_name != 0) {
        strict_buffer_copy(gpu, source_name, target_name, from, to, size);
    }
}

static void GLAD_API_PTR clear_buffer_data(
    GLenum target, GLenum internal, GLenum format, GLenum type, const void *data) {
    strict_gpu *gpu;
    (void)format;
    (void)type;
    const GLuint name = enter(STRICT_glClearBufferData, target, &gpu);
    if (name != 0) {
        strict_buffer_clear(gpu, name, internal, data);
    }
}

static void *GLAD_API_PTR map_buffer_range(
    GLenum target, GLintptr offset, GLsizeiptr length, GLbitfield access) {
    strict_gpu *gpu;
    const GLuint name = enter(STRICT_glMapBufferRange, target, &gpu);
    return name != 0 ? strict_buffer_map(gpu, name, offset, length, access) : NULL;
}

static GLboolean GLAD_API_PTR unmap_buffer(GLenum target) {
    strict_gpu *gpu;
    const GLuint name = enter(STRICT_glUnmapBuffer, target, &gpu);
    return name != 0 ? strict_buffer_unmap(gpu, name) : GL_FALSE;
}

static void GLAD_API_PTR flush_mapped_buffer_range(
    GLenum target, GLintptr offset, GLsizeiptr length) {
    strict_gpu *gpu;
    const GLuint name = enter(STRICT_glFlushMappedBufferRange, target, &gpu);
    if (name != 0) {
        strict_buffer_flush(gpu, name, offset, length);
    }
}

static void GLAD_API_PTR get_buffer_parameteriv(GLenum target, GLenum parameter, GLint *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    const GLuint name = enter(STRICT_glGetBufferParameteriv, target, &gpu);
    if (name != 0 && strict_buffer_parameter(gpu, name, parameter, &value)) {
        *out = value > INT32_MAX ? INT32_MAX : (GLint)value;
    }
}

static void GLAD_API_PTR get_buffer_parameteri64v(GLenum target, GLenum parameter, GLint64 *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    const GLuint name = enter(STRICT_glGetBufferParameteri64v, target, &gpu);
    if (name != 0 && strict_buffer_parameter(gpu, name, parameter, &value)) {
        *out = value;
    }
}

static void GLAD_API_PTR get_buffer_pointerv(GLenum target, GLenum parameter, void **out) {
    strict_gpu *gpu;
    const GLuint name = enter(STRICT_glGetBufferPointerv, target, &gpu);
    if (name != 0) {
        strict_buffer_pointer(gpu, name, parameter, out);
    }
}

const strict_entry strict_bound_entries[] = {
    STRICT_ENTRY(glBufferStorage, PFNGLBUFFERSTORAGEPROC, buffer_storage),
    STRICT_ENTRY(glBufferData, PFNGLBUFFERDATAPROC, buffer_data),
    STRICT_ENTRY(glBufferSubData, PFNGLBUFFERSUBDATAPROC, buffer_sub_data),
    STRICT_ENTRY(glGetBufferSubData, PFNGLGETBUFFERSUBDATAPROC, get_buffer_sub_data),
    STRICT_ENTRY(glCopyBufferSubData, PFNGLCOPYBUFFERSUBDATAPROC, copy_buffer_sub_data),
    STRICT_ENTRY(glClearBufferData, PFNGLCLEARBUFFERDATAPROC, clear_buffer_data),
    STRICT_ENTRY(glMapBufferRange, PFNGLMAPBUFFERRANGEPROC, map_buffer_range),
    STRICT_ENTRY(glUnmapBuffer, PFNGLUNMAPBUFFERPROC, unmap_buffer),
    STRICT_ENTRY(
        glFlushMappedBufferRange, PFNGLFLUSHMAPPEDBUFFERRANGEPROC, flush_mapped_buffer_range),
    STRICT_ENTRY(glGetBufferParameteriv, PFNGLGETBUFFERPARAMETERIVPROC, get_buffer_parameteriv),
    STRICT_ENTRY(
        glGetBufferParameteri64v, PFNGLGETBUFFERPARAMETERI64VPROC, get_buffer_parameteri64v),
    STRICT_ENTRY(glGetBufferPointerv, PFNGLGETBUFFERPOINTERVPROC, get_buffer_pointerv),
    STRICT_ENTRY_END,
};
