/* Mapping, flushing, and what a buffer says of itself. */
#include "support/strict_gpu_internal.h"

static strict_buffer *named(strict_gpu *gpu, GLuint name) {
    strict_buffer *buffer = strict_buffer_find(gpu, name);
    if (buffer == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is no buffer %u", name);
    }
    return buffer;
}

static bool access_right(strict_gpu *gpu, const strict_store *store, GLbitfield access) {
    const GLbitfield both = GL_MAP_READ_BIT | GL_MAP_WRITE_BIT;
    const GLbitfield granted = both | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    const GLbitfield write_only =
        GL_MAP_INVALIDATE_RANGE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT | GL_MAP_UNSYNCHRONIZED_BIT;
    const char *wrong = NULL;
    if ((access & both) == 0) {
        wrong = "neither READ nor WRITE";
    } else if ((access & GL_MAP_READ_BIT) != 0 && (access & write_only) != 0) {
        wrong = "READ with INVALIDATE or UNSYNCHRONIZED";
    } else if ((access & GL_MAP_FLUSH_EXPLICIT_BIT) != 0 && (access & GL_MAP_WRITE_BIT) == 0) {
        wrong = "FLUSH_EXPLICIT without WRITE";
    } else if ((access & granted & ~store->flags) != 0) {
        wrong = "access that the storage does not grant";
    }
    if (wrong != NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "%s", wrong);
    }
    return wrong == NULL;
}

static bool mapping_right(strict_gpu *gpu, const strict_buffer *buffer, GLintptr offset,
    GLsizeiptr length, GLbitfield access) {
    const GLbitfield known = GL_MAP_READ_BIT | GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT |
                             GL_MAP_COHERENT_BIT | GL_MAP_FLUSH_EXPLICIT_BIT |
                             GL_MAP_INVALIDATE_RANGE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT |
                             GL_MAP_UNSYNCHRONIZED_BIT;
    const GLsizeiptr size = buffer->store == NULL ? 0 : (GLsizeiptr)buffer->store->nbytes;
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
        strict_error(gpu, GL_INVALID_VALUE, "%ld bytes from %ld of the %ld of buffer %u",
            (long)length, (long)offset, (long)size, buffer->name);
        return false;
    }
    if ((access & ~known) != 0) {
        strict_error(gpu, GL_INVALID_VALUE, "access bits 0x%x", access);
        return false;
    }
    if (length == 0) {
        strict_error(gpu, GL_INVALID_OPERATION, "a length of zero");
        return false;
    }
    if (buffer->store->mapped) {
        strict_error(gpu, GL_INVALID_OPERATION, "buffer %u is already mapped", buffer->name);
        return false;
    }
    return access_right(gpu, buffer->store, access);
}

void *strict_buffer_map(
    strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr length, GLbitfield access) {
    const strict_buffer *buffer = named(gpu, name);
    if (buffer == NULL || !mapping_right(gpu, buffer, offset, length, access)) {
        return NULL;
    }
    const GLbitfield odd = GL_MAP_COHERENT_BIT | GL_MAP_FLUSH_EXPLICIT_BIT;
    if ((access & odd) == odd) {
        strict_violate(gpu, "lint", "buffer %u is mapped COHERENT and FLUSH_EXPLICIT", name);
    }
    if ((buffer->store->flags & ~access & GL_MAP_COHERENT_BIT) != 0) {
        strict_violate(gpu, "lint", "buffer %u is COHERENT but not mapped so", name);
    }
    if ((access & GL_MAP_UNSYNCHRONIZED_BIT) == 0) {
        strict_wait_for(gpu, buffer->store);
    }
    return strict_store_map(gpu, buffer->store, (size_t)offset, (size_t)length, access);
}

static void *GLAD_API_PTR map_named_buffer_range(
    GLuint name, GLintptr offset, GLsizeiptr length, GLbitfield access) {
    strict_gpu *gpu;
    return strict_enter(STRICT_glMapNamedBufferRange, &gpu)
               ? strict_buffer_map(gpu, name, offset, length, access)
               : NULL;
}

static void *GLAD_API_PTR map_named_buffer(GLuint name, GLenum access) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glMapNamedBuffer, &gpu)) {
        return NULL;
    }
    if (access != GL_READ_ONLY && access != GL_WRITE_ONLY && access != GL_READ_WRITE) {
        strict_error(gpu, GL_INVALID_ENUM, "access 0x%x", access);
        return NULL;
    }
    const strict_buffer *buffer = strict_buffer_find(gpu, name);
    const bool empty = buffer == NULL || buffer->store == NULL;
    const GLbitfield read = access != GL_WRITE_ONLY ? GL_MAP_READ_BIT : 0;
    const GLbitfield write = access != GL_READ_ONLY ? GL_MAP_WRITE_BIT : 0;
    return strict_buffer_map(
        gpu, name, 0, empty ? 0 : (GLsizeiptr)buffer->store->nbytes, read | write);
}

GLboolean strict_buffer_unmap(strict_gpu *gpu, GLuint name) {
    const strict_buffer *buffer = named(gpu, name);
    if (buffer == NULL) {
        return GL_FALSE;
    }
    if (buffer->store == NULL || !buffer->store->mapped) {
        strict_error(gpu, GL_INVALID_OPERATION, "buffer %u is not mapped", name);
        return GL_FALSE;
    }
    const bool corrupt = gpu->failing == STRICT_FAIL_UNMAP;
    strict_store_unmap(gpu, buffer->store, corrupt);
    return !corrupt;
}

static GLboolean GLAD_API_PTR unmap_named_buffer(GLuint name) {
    strict_gpu *gpu;
    return strict_enter(STRICT_glUnmapNamedBuffer, &gpu) ? strict_buffer_unmap(gpu, name)
                                                         : GL_FALSE;
}

void strict_buffer_flush(strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr length) {
    const strict_buffer *buffer = named(gpu, name);
    if (buffer == NULL) {
        return;
    }
    strict_store *store = buffer->store;
    if (store == NULL || !store->mapped || (store->access & GL_MAP_FLUSH_EXPLICIT_BIT) == 0) {
        strict_error(gpu, GL_INVALID_OPERATION, "buffer %u is not mapped FLUSH_EXPLICIT", name);
        return;
    }
    const GLsizeiptr size = (GLsizeiptr)store->map_nbytes;
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
        strict_error(gpu, GL_INVALID_VALUE, "%ld bytes from %ld of the %ld mapped of buffer %u",
            (long)length, (long)offset, (long)size, name);
        return;
    }
    if (length == 0) {
        strict_violate(gpu, "lint", "a flush of zero bytes");
        return;
    }
    strict_store_cross(gpu, store, store->map_offset + (size_t)offset, (size_t)length);
}

static void GLAD_API_PTR flush_mapped_named_buffer_range(
    GLuint name, GLintptr offset, GLsizeiptr length) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glFlushMappedNamedBufferRange, &gpu)) {
        strict_buffer_flush(gpu, name, offset, length);
    }
}

/* --- Queries */

static GLint64 old_style_access(const strict_store *store) {
    if (store == NULL || !store->mapped) {
        return GL_READ_WRITE;
    }
    const GLbitfield both = GL_MAP_READ_BIT | GL_MAP_WRITE_BIT;
    if ((store->access & both) == both) {
        return GL_READ_WRITE;
    }
    return (store->access & GL_MAP_READ_BIT) != 0 ? GL_READ_ONLY : GL_WRITE_ONLY;
}

bool strict_buffer_parameter(strict_gpu *gpu, GLuint name, GLenum parameter_name, GLint64 *value) {
    static const strict_store none;
    const strict_buffer *buffer = named(gpu, name);
    if (buffer == NULL) {
        return false;
    }
    const strict_store *store = buffer->store == NULL ? &none : buffer->store;
    switch (parameter_name) {
    case GL_BUFFER_SIZE:
        *value = (GLint64)store->nbytes;
        return true;
    case GL_BUFFER_USAGE:
        *value = buffer->store == NULL ? GL_STATIC_DRAW : (GLint64)store->usage;
        return true;
    case GL_BUFFER_ACCESS:
        *value = old_style_access(store);
        return true;
    case GL_BUFFER_ACCESS_FLAGS:
        *value = store->access;
        return true;
    case GL_BUFFER_IMMUTABLE_STORAGE:
        *value = store->immutable;
        return true;
    case GL_BUFFER_STORAGE_FLAGS:
        *value = store->flags;
        return true;
    case GL_BUFFER_MAPPED:
        *value = store->mapped;
        return true;
    case GL_BUFFER_MAP_OFFSET:
        *value = (GLint64)store->map_offset;
        return true;
    case GL_BUFFER_MAP_LENGTH:
        *value = (GLint64)store->map_nbytes;
        return true;
    default:
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x", parameter_name);
        return false;
    }
}

static void GLAD_API_PTR get_named_buffer_parameteriv(
    GLuint name, GLenum parameter_name, GLint *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    if (strict_enter(STRICT_glGetNamedBufferParameteriv, &gpu) &&
        strict_buffer_parameter(gpu, name, parameter_name, &value)) {
        *out = value > INT32_MAX ? INT32_MAX : (GLint)value;
    }
}

static void GLAD_API_PTR get_named_buffer_parameteri64v(
    GLuint name, GLenum parameter_name, GLint64 *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    if (strict_enter(STRICT_glGetNamedBufferParameteri64v, &gpu) &&
        strict_buffer_parameter(gpu, name, parameter_name, &value)) {
        *out = value;
    }
}

void strict_buffer_pointer(strict_gpu *gpu, GLuint name, GLenum parameter_name, void **out) {
    const strict_buffer *buffer = named(gpu, name);
    if (buffer == NULL) {
        return;
    }
    if (parameter_name != GL_BUFFER_MAP_POINTER) {
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x", parameter_name);
        return;
    }
    const strict_store *store = buffer->store;
    if (store == NULL || !store->mapped) {
        *out = NULL;
    } else {
        *out = store->eager ? store->server->bytes + store->map_offset : store->client->bytes;
    }
}

static void GLAD_API_PTR get_named_buffer_pointerv(GLuint name, GLenum parameter_name, void **out) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glGetNamedBufferPointerv, &gpu)) {
        strict_buffer_pointer(gpu, name, parameter_name, out);
    }
}

const strict_entry strict_map_entries[] = {
    STRICT_ENTRY(glMapNamedBuffer, PFNGLMAPNAMEDBUFFERPROC, map_named_buffer),
    STRICT_ENTRY(glMapNamedBufferRange, PFNGLMAPNAMEDBUFFERRANGEPROC, map_named_buffer_range),
    STRICT_ENTRY(glUnmapNamedBuffer, PFNGLUNMAPNAMEDBUFFERPROC, unmap_named_buffer),
    STRICT_ENTRY(glFlushMappedNamedBufferRange, PFNGLFLUSHMAPPEDNAMEDBUFFERRANGEPROC,
        flush_mapped_named_buffer_range),
    STRICT_ENTRY(glGetNamedBufferParameteriv, PFNGLGETNAMEDBUFFERPARAMETERIVPROC,
        get_named_buffer_parameteriv),
    STRICT_ENTRY(glGetNamedBufferParameteri64v, PFNGLGETNAMEDBUFFERPARAMETERI64VPROC,
        get_named_buffer_parameteri64v),
    STRICT_ENTRY(
        glGetNamedBufferPointerv, PFNGLGETNAMEDBUFFERPOINTERVPROC, get_named_buffer_pointerv),
    STRICT_ENTRY_END,
};
