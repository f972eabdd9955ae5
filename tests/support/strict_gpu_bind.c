/* Binding points of buffers: generic and indexed. */
#include "support/strict_gpu_internal.h"

static const struct {
    GLenum target;
    GLenum query;
} targets[STRICT_TARGETS] = {
    [STRICT_TARGET_ARRAY] = {GL_ARRAY_BUFFER, GL_ARRAY_BUFFER_BINDING},
    [STRICT_TARGET_ATOMIC_COUNTER] = {GL_ATOMIC_COUNTER_BUFFER, GL_ATOMIC_COUNTER_BUFFER_BINDING},
    [STRICT_TARGET_COPY_READ] = {GL_COPY_READ_BUFFER, GL_COPY_READ_BUFFER_BINDING},
    [STRICT_TARGET_COPY_WRITE] = {GL_COPY_WRITE_BUFFER, GL_COPY_WRITE_BUFFER_BINDING},
    [STRICT_TARGET_DISPATCH_INDIRECT] = {GL_DISPATCH_INDIRECT_BUFFER,
        GL_DISPATCH_INDIRECT_BUFFER_BINDING},
    [STRICT_TARGET_DRAW_INDIRECT] = {GL_DRAW_INDIRECT_BUFFER, GL_DRAW_INDIRECT_BUFFER_BINDING},
    [STRICT_TARGET_PIXEL_PACK] = {GL_PIXEL_PACK_BUFFER, GL_PIXEL_PACK_BUFFER_BINDING},
    [STRICT_TARGET_PIXEL_UNPACK] = {GL_PIXEL_UNPACK_BUFFER, GL_PIXEL_UNPACK_BUFFER_BINDING},
    [STRICT_TARGET_QUERY] = {GL_QUERY_BUFFER, GL_QUERY_BUFFER_BINDING},
    [STRICT_TARGET_SHADER_STORAGE] = {GL_SHADER_STORAGE_BUFFER, GL_SHADER_STORAGE_BUFFER_BINDING},
    /* The query of this one is the target itself. */
    [STRICT_TARGET_TEXTURE] = {GL_TEXTURE_BUFFER, GL_TEXTURE_BUFFER},
    [STRICT_TARGET_TRANSFORM_FEEDBACK] = {GL_TRANSFORM_FEEDBACK_BUFFER,
        GL_TRANSFORM_FEEDBACK_BUFFER_BINDING},
    [STRICT_TARGET_UNIFORM] = {GL_UNIFORM_BUFFER, GL_UNIFORM_BUFFER_BINDING},
};

GLenum strict_target_query(strict_target target) {
    return targets[target].query;
}

strict_buffer **strict_generic(strict_gpu *gpu, GLenum target) {
    if (target == GL_ELEMENT_ARRAY_BUFFER) {
        strict_vertex_array *array = gpu->state.vertex_array;
        return array == NULL ? NULL : &array->element;
    }
    for (int i = 0; i < STRICT_TARGETS; i++) {
        if (targets[i].target == target) {
            return &gpu->state.generic[i];
        }
    }
    return NULL;
}

strict_binding *strict_indexed(strict_gpu *gpu, GLenum target, GLuint *count) {
    *count = STRICT_OTHER_BINDINGS;
    switch (target) {
    case GL_SHADER_STORAGE_BUFFER:
        *count = STRICT_STORAGE_BINDINGS;
        return gpu->state.storage;
    case GL_UNIFORM_BUFFER:
        *count = STRICT_UNIFORM_BINDINGS;
        return gpu->state.uniform;
    case GL_ATOMIC_COUNTER_BUFFER:
        return gpu->state.counter;
    case GL_TRANSFORM_FEEDBACK_BUFFER:
        return gpu->state.feedback_object == NULL ? gpu->state.feedback
                                                  : gpu->state.feedback_object->feedback;
    default:
        *count = 0;
        return NULL;
    }
}

GLint strict_target_alignment(const strict_gpu *gpu, GLenum target) {
    switch (target) {
    case GL_SHADER_STORAGE_BUFFER:
        return gpu->desc.storage_alignment;
    case GL_UNIFORM_BUFFER:
        return gpu->desc.uniform_alignment;
    default:
        return 4;
    }
}

static void forget(strict_gpu *gpu, strict_binding *binding, const strict_buffer *buffer) {
    if (binding->buffer == buffer) {
        strict_buffer_bind(gpu, &binding->buffer, NULL);
        binding->offset = 0;
        binding->nbytes = 0;
    }
}

void strict_unbind_everywhere(strict_gpu *gpu, const strict_buffer *buffer) {
    static const GLenum indexed[] = {GL_SHADER_STORAGE_BUFFER, GL_UNIFORM_BUFFER,
        GL_ATOMIC_COUNTER_BUFFER, GL_TRANSFORM_FEEDBACK_BUFFER};
    for (int i = 0; i < STRICT_TARGETS; i++) {
        if (gpu->state.generic[i] == buffer) {
            strict_buffer_bind(gpu, &gpu->state.generic[i], NULL);
        }
    }
    for (size_t i = 0; i < sizeof indexed / sizeof indexed[0]; i++) {
        GLuint count;
        strict_binding *bindings = strict_indexed(gpu, indexed[i], &count);
        for (GLuint n = 0; n < count; n++) {
            forget(gpu, &bindings[n], buffer);
        }
    }
    if (gpu->state.vertex_array != NULL) {
        strict_vertex_array_detach(gpu, gpu->state.vertex_array, buffer);
    }
}

/* The buffer of a name that was generated; *found is false, with an error, for any other but 0. */
static strict_buffer *generated(strict_gpu *gpu, GLuint name, bool *found) {
    strict_buffer *buffer = strict_names_get(&gpu->buffers, name);
    *found = name == 0 || buffer != NULL;
    if (!*found) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is no buffer %u", name);
    }
    return buffer;
}

static void GLAD_API_PTR bind_buffer(GLenum target, GLuint name) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glBindBuffer, &gpu)) {
        return;
    }
    strict_buffer **slot = strict_generic(gpu, target);
    if (slot == NULL) {
        const bool element = target == GL_ELEMENT_ARRAY_BUFFER;
        strict_error(gpu, element ? GL_INVALID_OPERATION : GL_INVALID_ENUM, "target 0x%x", target);
        return;
    }
    bool found;
    strict_buffer *buffer = generated(gpu, name, &found);
    if (found) {
        strict_buffer_bind(gpu, slot, buffer);
    }
}

/* `nbytes` 0: the whole buffer. */
static bool range_right(
    strict_gpu *gpu, GLenum target, GLuint name, GLintptr offset, GLsizeiptr nbytes) {
    const GLint alignment = strict_target_alignment(gpu, target);
    if (name == 0) {
        return true;
    }
    if (nbytes <= 0 || offset < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "%ld bytes from %ld", (long)nbytes, (long)offset);
        return false;
    }
    if (offset % alignment != 0) {
        strict_error(
            gpu, GL_INVALID_VALUE, "offset %ld is not a multiple of %d", (long)offset, alignment);
        return false;
    }
    if (target == GL_TRANSFORM_FEEDBACK_BUFFER && nbytes % 4 != 0) {
        strict_error(gpu, GL_INVALID_VALUE, "size %ld is not a multiple of 4", (long)nbytes);
        return false;
    }
    return true;
}

static void bind_slot(strict_gpu *gpu, strict_binding *slot, strict_buffer *buffer, GLintptr offset,
    GLsizeiptr nbytes) {
    if (buffer != NULL && buffer->store != NULL &&
        (uint64_t)offset + (uint64_t)nbytes > buffer->store->nbytes) {
        strict_violate(gpu, "lint", "%s: the range ends past the end of buffer %u",
            strict_function_name(gpu->function), buffer->name);
    }
    strict_buffer_bind(gpu, &slot->buffer, buffer);
    slot->offset = buffer == NULL ? 0 : offset;
    slot->nbytes = buffer == NULL ? 0 : nbytes;
}

static void bind_indexed(
    strict_gpu *gpu, GLenum target, GLuint index, GLuint name, GLintptr offset, GLsizeiptr nbytes) {
    GLuint count;
    strict_binding *bindings = strict_indexed(gpu, target, &count);
    if (bindings == NULL) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
        return;
    }
    if (index >= count) {
        strict_error(gpu, GL_INVALID_VALUE, "index %u of %u", index, count);
        return;
    }
    bool found;
    strict_buffer *buffer = generated(gpu, name, &found);
    if (found) {
        strict_buffer_bind(gpu, strict_generic(gpu, target), buffer);
        bind_slot(gpu, &bindings[index], buffer, offset, nbytes);
    }
}

static void GLAD_API_PTR bind_buffer_base(GLenum target, GLuint index, GLuint name) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glBindBufferBase, &gpu)) {
        bind_indexed(gpu, target, index, name, 0, 0);
    }
}

static void GLAD_API_PTR bind_buffer_range(
    GLenum target, GLuint index, GLuint name, GLintptr offset, GLsizeiptr size) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glBindBufferRange, &gpu) &&
        range_right(gpu, target, name, offset, size)) {
        bind_indexed(gpu, target, index, name, offset, size);
    }
}

/* Multi-bind leaves the generic binding alone, and binds what it can when one of many is wrong. */
static void bind_many(strict_gpu *gpu, GLenum target, GLuint first, GLsizei n, const GLuint *names,
    const GLintptr *offsets, const GLsizeiptr *sizes) {
    GLuint count;
    strict_binding *bindings = strict_indexed(gpu, target, &count);
    if (bindings == NULL) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
        return;
    }
    if (n < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
        return;
    }
    if (first > count || (GLuint)n > count - first) {
        strict_error(gpu, GL_INVALID_OPERATION, "%d bindings from %u of %u", n, first, count);
        return;
    }
    for (GLuint i = 0; i < (GLuint)n; i++) {
        const GLuint name = names == NULL ? 0 : names[i];
        const GLintptr offset = offsets == NULL || name == 0 ? 0 : offsets[i];
        const GLsizeiptr nbytes = sizes == NULL || name == 0 ? 0 : sizes[i];
        strict_buffer *buffer = name == 0 ? NULL : strict_buffer_find(gpu, name);
        if (name != 0 && buffer == NULL) {
            strict_error(gpu, GL_INVALID_OPERATION, "there is no buffer %u", name);
        } else if (sizes == NULL || range_right(gpu, target, name, offset, nbytes)) {
            bind_slot(gpu, &bindings[first + i], buffer, offset, nbytes);
        }
    }
}

static void GLAD_API_PTR bind_buffers_base(
    GLenum target, GLuint first, GLsizei n, const GLuint *names) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glBindBuffersBase, &gpu)) {
        bind_many(gpu, target, first, n, names, NULL, NULL);
    }
}

static void GLAD_API_PTR bind_buffers_range(GLenum target, GLuint first, GLsizei n,
    const GLuint *names, const GLintptr *offsets, const GLsizeiptr *sizes) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glBindBuffersRange, &gpu)) {
        bind_many(gpu, target, first, n, names, offsets, sizes);
    }
}

const strict_entry strict_bind_entries[] = {
    STRICT_ENTRY(glBindBuffer, PFNGLBINDBUFFERPROC, bind_buffer),
    STRICT_ENTRY(glBindBufferBase, PFNGLBINDBUFFERBASEPROC, bind_buffer_base),
    STRICT_ENTRY(glBindBufferRange, PFNGLBINDBUFFERRANGEPROC, bind_buffer_range),
    STRICT_ENTRY(glBindBuffersBase, PFNGLBINDBUFFERSBASEPROC, bind_buffers_base),
    STRICT_ENTRY(glBindBuffersRange, PFNGLBINDBUFFERSRANGEPROC, bind_buffers_range),
    STRICT_ENTRY_END,
};
