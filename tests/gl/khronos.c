#include "khronos.h"

#include <stdlib.h>

khronos_buffer khronos_open(
    khronos_way way, GLbitfield access, GLbitfield more, GLintptr start, GLsizeiptr nbytes) {
    GladGLContext *gl = harness_gl();
    khronos_buffer buffer = {.way = way, .start = start, .nbytes = nbytes};
    GLbitfield flags = access | GL_MAP_PERSISTENT_BIT;
    GLbitfield arrival = 0;
    void *zeros = calloc(1, (size_t)(start + nbytes));
    ck_assert_ptr_nonnull(zeros);
    if (way == KHRONOS_COHERENT) {
        flags |= GL_MAP_COHERENT_BIT;
    } else if (way == KHRONOS_FLUSH && (access & GL_MAP_WRITE_BIT) != 0) {
        arrival = GL_MAP_FLUSH_EXPLICIT_BIT;
    }
    gl->CreateBuffers(1, &buffer.name);
    gl->NamedBufferStorage(buffer.name, start + nbytes, zeros, flags | more);
    buffer.bytes = gl->MapNamedBufferRange(buffer.name, start, nbytes, flags | arrival);
    free(zeros);
    ck_assert_uint_eq(gl->GetError(), GL_NO_ERROR);
    ck_assert_ptr_nonnull(buffer.bytes);
    return buffer;
}

void khronos_close(khronos_buffer *buffer) {
    ck_assert(harness_gl()->UnmapNamedBuffer(buffer->name));
    harness_gl()->DeleteBuffers(1, &buffer->name);
}

void khronos_publish(const khronos_buffer *buffer, GLintptr offset, GLsizeiptr nbytes) {
    if (buffer->way == KHRONOS_FLUSH) {
        harness_gl()->FlushMappedNamedBufferRange(buffer->name, offset, nbytes);
    } else if (buffer->way == KHRONOS_BARRIER) {
        harness_gl()->MemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
    }
}

void khronos_receive(const khronos_buffer *buffer) {
    GladGLContext *gl = harness_gl();
    if (buffer->way != KHRONOS_COHERENT) {
        gl->MemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
    }
    GLsync fence = gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    const GLenum status = gl->ClientWaitSync(fence, GL_SYNC_FLUSH_COMMANDS_BIT, UINT64_MAX);
    ck_assert(status == GL_ALREADY_SIGNALED || status == GL_CONDITION_SATISFIED);
    gl->DeleteSync(fence);
}

void khronos_fill(unsigned char *out, size_t nbytes, unsigned seed) {
    for (size_t i = 0; i < nbytes; i++) {
        out[i] = (unsigned char)(7 * i + 31 * (i >> 8) + 101 * seed + 1);
    }
}
