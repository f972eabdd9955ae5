/* Moves on the GPU, and the barriers around them. */
#include "gl/gl_impl.h"

#include "core/mutant.h"

void trm_gl_update(
    void *self, const trm_memory *target, uint64_t offset, uint64_t nbytes, const void *bytes) {
    trm_gl_named_write(self, (GLuint)target->handle, offset, nbytes, bytes);
}

void trm_gl_transfer(
    void *self, const trm_memory *source, const trm_transfer *transfers, size_t count) {
    trm_gl_named_copy(self, (GLuint)source->handle, transfers, count);
}

void trm_gl_barrier(void *self, trm_barrier barrier) {
    static const GLbitfield bits[] = {
        [TRM_BARRIER_SHADER_WRITES] = GL_BUFFER_UPDATE_BARRIER_BIT,
        [TRM_BARRIER_EVERYTHING] = GL_ALL_BARRIER_BITS,
        [TRM_BARRIER_CPU_READS] =
            GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT | GL_SHADER_STORAGE_BARRIER_BIT |
            GL_SHADER_IMAGE_ACCESS_BARRIER_BIT | GL_ATOMIC_COUNTER_BARRIER_BIT,
    };
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    if (!TRM_MUTANT("no-barrier-before"))
        gl->MemoryBarrier(bits[barrier]);
}
