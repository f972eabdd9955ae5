/* Moves on the GPU, and the barriers before them. */
#include "gl/gl_impl.h"

#include "core/mutant.h"

void trm_gl_update(
    void *self, const trm_memory *target, uint64_t offset, uint64_t nbytes, const void *bytes) {
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    gl->NamedBufferSubData((GLuint)target->handle, (GLintptr)offset, (GLsizeiptr)nbytes, bytes);
}

void trm_gl_transfer(
    void *self, const trm_memory *source, const trm_transfer *transfers, size_t count) {
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    for (size_t i = 0; i < count; i++)
        gl->CopyNamedBufferSubData((GLuint)source->handle, (GLuint)transfers[i].target->handle,
            (GLintptr)transfers[i].source_offset, (GLintptr)transfers[i].target_offset,
            (GLsizeiptr)transfers[i].nbytes);
}

void trm_gl_barrier(void *self, trm_barrier barrier) {
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    if (TRM_MUTANT("no-barrier-before"))
        return;
    gl->MemoryBarrier(
        barrier == TRM_BARRIER_EVERYTHING ? GL_ALL_BARRIER_BITS : GL_BUFFER_UPDATE_BARRIER_BIT);
}
