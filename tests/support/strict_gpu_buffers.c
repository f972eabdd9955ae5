/* Buffer objects: names, storage, and what is copied between them. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>
#include <string.h>

#define GARBAGE_BYTE 0x99                /* what invalidated bytes become */
#define MOST_NBYTES  (UINT64_C(1) << 30) /* of memory, unless the desc says less */

/* --- Objects */

void strict_buffer_unref(strict_gpu *gpu, strict_buffer *buffer) {
    if (buffer == NULL || --buffer->refs > 0) {
        return;
    }
    strict_store_unref(gpu, buffer->store);
    free(buffer->label);
    free(buffer);
}

void strict_buffer_bind(strict_gpu *gpu, strict_buffer **slot, strict_buffer *buffer) {
    if (buffer != NULL) {
        buffer->refs++;
        buffer->exists = true;
    }
    strict_buffer_unref(gpu, *slot);
    *slot = buffer;
}

strict_buffer *strict_buffer_find(const strict_gpu *gpu, GLuint name) {
    strict_buffer *buffer = strict_names_get(&gpu->buffers, name);
    return buffer != NULL && buffer->exists ? buffer : NULL;
}

void strict_buffer_delete(strict_gpu *gpu, strict_buffer *buffer) {
    if (buffer->store != NULL && buffer->store->mapped) {
        strict_store_unmap(gpu, buffer->store, false);
    }
    strict_names_remove(&gpu->buffers, buffer->name);
    strict_unbind_everywhere(gpu, buffer);
    strict_buffer_unref(gpu, buffer);
}

static strict_buffer *named(strict_gpu *gpu, GLuint name) {
    strict_buffer *buffer = strict_buffer_find(gpu, name);
    if (buffer == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is no buffer %u", name);
    }
    return buffer;
}

static void make_names(strict_function function, GLsizei n, GLuint *names, bool exist) {
    strict_gpu *gpu;
    if (!strict_enter(function, &gpu)) {
        return;
    }
    if (n < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
        return;
    }
    for (GLsizei i = 0; i < n; i++) {
        strict_buffer *buffer = strict_alloc(sizeof *buffer);
        buffer->refs = 1;
        buffer->exists = exist;
        buffer->name = strict_names_add(&gpu->buffers, buffer);
        names[i] = buffer->name;
    }
}

static void GLAD_API_PTR gen_buffers(GLsizei n, GLuint *names) {
    make_names(STRICT_glGenBuffers, n, names, false);
}

static void GLAD_API_PTR create_buffers(GLsizei n, GLuint *names) {
    make_names(STRICT_glCreateBuffers, n, names, true);
}

static void GLAD_API_PTR delete_buffers(GLsizei n, const GLuint *names) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glDeleteBuffers, &gpu)) {
        return;
    }
    if (n < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
        return;
    }
    for (GLsizei i = 0; i < n; i++) {
        strict_buffer *buffer = strict_names_get(&gpu->buffers, names[i]);
        if (buffer != NULL) {
            strict_buffer_delete(gpu, buffer);
        } else if (names[i] != 0) {
            strict_violate(gpu, "lint", "glDeleteBuffers: there is no buffer %u", names[i]);
        }
    }
}

static GLboolean GLAD_API_PTR is_buffer(GLuint name) {
    strict_gpu *gpu;
    return strict_enter(STRICT_glIsBuffer, &gpu) && strict_buffer_find(gpu, name) != NULL;
}

/* --- Storage */

static bool fits_memory(strict_gpu *gpu, GLsizeiptr size) {
    const uint64_t limit = gpu->desc.memory_limit != 0 ? gpu->desc.memory_limit : MOST_NBYTES;
    if (gpu->memory > limit || (uint64_t)size > limit - gpu->memory) {
        strict_raise(gpu, GL_OUT_OF_MEMORY);
        return false;
    }
    return true;
}

static bool storage_flags_right(strict_gpu *gpu, GLbitfield flags) {
    const GLbitfield known = GL_DYNAMIC_STORAGE_BIT | GL_MAP_READ_BIT | GL_MAP_WRITE_BIT |
                             GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT | GL_CLIENT_STORAGE_BIT;
    if ((flags & ~known) != 0) {
        strict_error(gpu, GL_INVALID_VALUE, "storage flags 0x%x", flags);
        return false;
    }
    const bool persistent = (flags & GL_MAP_PERSISTENT_BIT) != 0;
    if (persistent && (flags & (GL_MAP_READ_BIT | GL_MAP_WRITE_BIT)) == 0) {
        strict_error(gpu, GL_INVALID_VALUE, "PERSISTENT without READ or WRITE");
        return false;
    }
    if ((flags & GL_MAP_COHERENT_BIT) != 0 && !persistent) {
        strict_error(gpu, GL_INVALID_VALUE, "COHERENT without PERSISTENT");
        return false;
    }
    return true;
}

void strict_buffer_storage(
    strict_gpu *gpu, GLuint name, GLsizeiptr size, const void *data, GLbitfield flags) {
    strict_buffer *buffer = named(gpu, name);
    if (buffer == NULL || !storage_flags_right(gpu, flags)) {
        return;
    }
    if (size <= 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a size of %ld", (long)size);
        return;
    }
    if (buffer->store != NULL && buffer->store->immutable) {
        strict_error(gpu, GL_INVALID_OPERATION, "buffer %u is immutable", name);
        return;
    }
    if (!fits_memory(gpu, size)) {
        return;
    }
    if (buffer->store != NULL && buffer->store->mapped) {
        strict_store_unmap(gpu, buffer->store, false);
    }
    strict_store_unref(gpu, buffer->store);
    buffer->store = strict_store_open(gpu, name, (size_t)size, data, flags, true);
    buffer->store->usage = GL_DYNAMIC_DRAW;
}

static void GLAD_API_PTR named_buffer_storage(
    GLuint name, GLsizeiptr size, const void *data, GLbitfield flags) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glNamedBufferStorage, &gpu)) {
        strict_buffer_storage(gpu, name, size, data, flags);
    }
}

void strict_buffer_data(
    strict_gpu *gpu, GLuint name, GLsizeiptr size, const void *data, GLenum usage) {
    strict_buffer *buffer = named(gpu, name);
    if (buffer == NULL) {
        return;
    }
    const bool stream = usage >= GL_STREAM_DRAW && usage <= GL_STREAM_COPY;
    const bool is_static = usage >= GL_STATIC_DRAW && usage <= GL_STATIC_COPY;
    const bool dynamic = usage >= GL_DYNAMIC_DRAW && usage <= GL_DYNAMIC_COPY;
    if (!stream && !is_static && !dynamic) {
        strict_error(gpu, GL_INVALID_ENUM, "usage 0x%x", usage);
        return;
    }
    if (size < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative size");
        return;
    }
    if (buffer->store != NULL && buffer->store->immutable) {
        strict_error(gpu, GL_INVALID_OPERATION, "buffer %u is immutable", name);
        return;
    }
    if (!fits_memory(gpu, size)) {
        return;
    }
    if (buffer->store != NULL && buffer->store->mapped) {
        strict_store_unmap(gpu, buffer->store, false);
    }
    const GLbitfield flags = GL_DYNAMIC_STORAGE_BIT | GL_MAP_READ_BIT | GL_MAP_WRITE_BIT;
    strict_store_unref(gpu, buffer->store);
    buffer->store = strict_store_open(gpu, name, (size_t)size, data, flags, false);
    buffer->store->usage = usage;
}

static void GLAD_API_PTR named_buffer_data(
    GLuint name, GLsizeiptr size, const void *data, GLenum usage) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glNamedBufferData, &gpu)) {
        strict_buffer_data(gpu, name, size, data, usage);
    }
}

/* --- Moving bytes */

/* The store of a buffer whose bytes [offset, offset + size) a command may use, or NULL and an
 * error. */
static strict_store *range_of(
    strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr size, GLenum no_name) {
    const strict_buffer *buffer = strict_buffer_find(gpu, name);
    if (buffer == NULL) {
        strict_error(gpu, no_name, "there is no buffer %u", name);
        return NULL;
    }
    const GLsizeiptr nbytes = buffer->store == NULL ? 0 : (GLsizeiptr)buffer->store->nbytes;
    if (offset < 0 || size < 0 || offset > nbytes || size > nbytes - offset) {
        strict_error(gpu, GL_INVALID_VALUE, "%ld bytes from %ld of the %ld of buffer %u",
            (long)size, (long)offset, (long)nbytes, name);
        return NULL;
    }
    if (buffer->store == NULL) {
        strict_violate(
            gpu, "lint", "%s: buffer %u has no storage", strict_function_name(gpu->function), name);
        return NULL;
    }
    if (buffer->store->mapped && (buffer->store->access & GL_MAP_PERSISTENT_BIT) == 0) {
        strict_error(gpu, GL_INVALID_OPERATION, "buffer %u is mapped and not persistent", name);
        return NULL;
    }
    return buffer->store;
}

static bool nothing_to_do(strict_gpu *gpu, GLsizeiptr size) {
    if (size == 0) {
        strict_violate(gpu, "lint", "%s: a length of zero", strict_function_name(gpu->function));
    }
    return size == 0;
}

/* The pattern over and over, in ever longer pieces. */
static void fill(
    unsigned char *out, size_t nbytes, const unsigned char *pattern, size_t pattern_nbytes) {
    memcpy(out, pattern, pattern_nbytes);
    for (size_t done = pattern_nbytes; done < nbytes;) {
        const size_t piece = done < nbytes - done ? done : nbytes - done;
        memcpy(out + done, out, piece);
        done += piece;
    }
}

static void write_later(strict_gpu *gpu, strict_store *store, GLintptr offset, GLsizeiptr size,
    const unsigned char *pattern, size_t pattern_nbytes) {
    strict_command *command = strict_issue_write(gpu, store);
    command->target_offset = (size_t)offset;
    command->nbytes = (size_t)size;
    command->data = strict_grow(NULL, (size_t)size);
    fill(command->data, (size_t)size, pattern, pattern_nbytes);
}

void strict_buffer_write(
    strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr size, const void *data) {
    strict_store *store = range_of(gpu, name, offset, size, GL_INVALID_OPERATION);
    if (store == NULL) {
        return;
    }
    if ((store->flags & GL_DYNAMIC_STORAGE_BIT) == 0) {
        strict_error(gpu, GL_INVALID_OPERATION, "buffer %u has no DYNAMIC_STORAGE", name);
        return;
    }
    if (!nothing_to_do(gpu, size)) {
        write_later(gpu, store, offset, size, data, (size_t)size);
    }
}

static void GLAD_API_PTR named_buffer_sub_data(
    GLuint name, GLintptr offset, GLsizeiptr size, const void *data) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glNamedBufferSubData, &gpu)) {
        strict_buffer_write(gpu, name, offset, size, data);
    }
}

void strict_buffer_read(
    strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr size, void *data) {
    strict_store *store = range_of(gpu, name, offset, size, GL_INVALID_OPERATION);
    if (store != NULL && !nothing_to_do(gpu, size)) {
        const strict_access who = {++gpu->seq, gpu->barriers[STRICT_UPDATE]};
        strict_wait_for(gpu, store);
        strict_store_read(gpu, store, &who, (size_t)offset, (size_t)size, data);
    }
}

static void GLAD_API_PTR get_named_buffer_sub_data(
    GLuint name, GLintptr offset, GLsizeiptr size, void *data) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glGetNamedBufferSubData, &gpu)) {
        strict_buffer_read(gpu, name, offset, size, data);
    }
}

void strict_buffer_copy(strict_gpu *gpu, GLuint source, GLuint target, GLintptr source_offset,
    GLintptr target_offset, GLsizeiptr size) {
    strict_store *from = range_of(gpu, source, source_offset, size, GL_INVALID_OPERATION);
    strict_store *to =
        from == NULL ? NULL : range_of(gpu, target, target_offset, size, GL_INVALID_OPERATION);
    if (to == NULL || nothing_to_do(gpu, size)) {
        return;
    }
    if (from == to && source_offset < target_offset + size &&
        target_offset < source_offset + size) {
        strict_error(gpu, GL_INVALID_VALUE, "the ranges overlap");
        return;
    }
    strict_command *command = strict_issue(gpu, STRICT_COMMAND_COPY, STRICT_UPDATE);
    command->source = strict_store_ref(from);
    command->target = strict_store_ref(to);
    command->source_offset = (size_t)source_offset;
    command->target_offset = (size_t)target_offset;
    command->nbytes = (size_t)size;
}

static void GLAD_API_PTR copy_named_buffer_sub_data(
    GLuint source, GLuint target, GLintptr source_offset, GLintptr target_offset, GLsizeiptr size) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glCopyNamedBufferSubData, &gpu)) {
        strict_buffer_copy(gpu, source, target, source_offset, target_offset, size);
    }
}

/* Bytes of a texel; only formats whose data needs no conversion here. 0 for others. */
static GLsizeiptr texel_nbytes(GLenum internal) {
    switch (internal) {
    case GL_R8:
    case GL_R8UI:
    case GL_R8I:
        return 1;
    case GL_R16UI:
    case GL_R16I:
        return 2;
    case GL_R32UI:
    case GL_R32I:
    case GL_R32F:
        return 4;
    case GL_RG32UI:
    case GL_RG32F:
        return 8;
    case GL_RGBA32UI:
    case GL_RGBA32F:
        return 16;
    default:
        return 0;
    }
}

static void clear(strict_gpu *gpu, GLuint name, GLenum internal, GLintptr offset, GLsizeiptr size,
    const void *data) {
    static const unsigned char zeros[16];
    const GLsizeiptr texel = texel_nbytes(internal);
    if (texel == 0) {
        strict_error(
            gpu, GL_INVALID_ENUM, "internal format 0x%x (or not supported here)", internal);
        return;
    }
    strict_store *store = range_of(gpu, name, offset, size, GL_INVALID_OPERATION);
    if (store == NULL) {
        return;
    }
    if (offset % texel != 0 || size % texel != 0) {
        strict_error(gpu, GL_INVALID_VALUE, "the range is no whole number of texels");
        return;
    }
    if (!nothing_to_do(gpu, size)) {
        write_later(gpu, store, offset, size, data == NULL ? zeros : data, (size_t)texel);
    }
}

static void GLAD_API_PTR clear_named_buffer_sub_data(GLuint name, GLenum internal, GLintptr offset,
    GLsizeiptr size, GLenum format, GLenum type, const void *data) {
    strict_gpu *gpu;
    (void)format;
    (void)type;
    if (strict_enter(STRICT_glClearNamedBufferSubData, &gpu)) {
        clear(gpu, name, internal, offset, size, data);
    }
}

void strict_buffer_clear(strict_gpu *gpu, GLuint name, GLenum internal, const void *data) {
    const strict_buffer *buffer = named(gpu, name);
    if (buffer != NULL && buffer->store != NULL) {
        clear(gpu, name, internal, 0, (GLsizeiptr)buffer->store->nbytes, data);
    }
}

static void GLAD_API_PTR clear_named_buffer_data(
    GLuint name, GLenum internal, GLenum format, GLenum type, const void *data) {
    strict_gpu *gpu;
    (void)format;
    (void)type;
    if (strict_enter(STRICT_glClearNamedBufferData, &gpu)) {
        strict_buffer_clear(gpu, name, internal, data);
    }
}

static void invalidate(strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr size) {
    static const unsigned char garbage[] = {GARBAGE_BYTE};
    strict_store *store = range_of(gpu, name, offset, size, GL_INVALID_VALUE);
    if (store != NULL && !nothing_to_do(gpu, size)) {
        write_later(gpu, store, offset, size, garbage, 1);
    }
}

static void GLAD_API_PTR invalidate_buffer_sub_data(GLuint name, GLintptr offset, GLsizeiptr size) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glInvalidateBufferSubData, &gpu)) {
        invalidate(gpu, name, offset, size);
    }
}

static void GLAD_API_PTR invalidate_buffer_data(GLuint name) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glInvalidateBufferData, &gpu)) {
        const strict_buffer *buffer = strict_buffer_find(gpu, name);
        const bool empty = buffer == NULL || buffer->store == NULL;
        invalidate(gpu, name, 0, empty ? 0 : (GLsizeiptr)buffer->store->nbytes);
    }
}

const strict_entry strict_buffer_entries[] = {
    STRICT_ENTRY(glGenBuffers, PFNGLGENBUFFERSPROC, gen_buffers),
    STRICT_ENTRY(glCreateBuffers, PFNGLCREATEBUFFERSPROC, create_buffers),
    STRICT_ENTRY(glDeleteBuffers, PFNGLDELETEBUFFERSPROC, delete_buffers),
    STRICT_ENTRY(glIsBuffer, PFNGLISBUFFERPROC, is_buffer),
    STRICT_ENTRY(glNamedBufferStorage, PFNGLNAMEDBUFFERSTORAGEPROC, named_buffer_storage),
    STRICT_ENTRY(glNamedBufferData, PFNGLNAMEDBUFFERDATAPROC, named_buffer_data),
    STRICT_ENTRY(glNamedBufferSubData, PFNGLNAMEDBUFFERSUBDATAPROC, named_buffer_sub_data),
    STRICT_ENTRY(
        glGetNamedBufferSubData, PFNGLGETNAMEDBUFFERSUBDATAPROC, get_named_buffer_sub_data),
    STRICT_ENTRY(
        glCopyNamedBufferSubData, PFNGLCOPYNAMEDBUFFERSUBDATAPROC, copy_named_buffer_sub_data),
    STRICT_ENTRY(glClearNamedBufferData, PFNGLCLEARNAMEDBUFFERDATAPROC, clear_named_buffer_data),
    STRICT_ENTRY(
        glClearNamedBufferSubData, PFNGLCLEARNAMEDBUFFERSUBDATAPROC, clear_named_buffer_sub_data),
    STRICT_ENTRY(glInvalidateBufferData, PFNGLINVALIDATEBUFFERDATAPROC, invalidate_buffer_data),
    STRICT_ENTRY(
        glInvalidateBufferSubData, PFNGLINVALIDATEBUFFERSUBDATAPROC, invalidate_buffer_sub_data),
    STRICT_ENTRY_END,
};
