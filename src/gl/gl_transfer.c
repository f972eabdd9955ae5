/* Moves on the GPU, and the barriers around them. */
#include "gl/gl_impl.h"

#include "core/mutant.h"

/* Updates that overtake keep their place while their buffer is bound where shaders could write it.
 */
void trm_gl_update(
    void *self, const trm_memory *target, const trm_update *updates, size_t count, bool any_time) {
    const trm_gl *backend = self;
    GLuint name = (GLuint)target->handle;
    bool holds = !any_time && (backend->quirks & TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE) &&
                 !TRM_MUTANT("updates-not-held");
    trm_gl_points points;
    if (holds) {
        trm_gl_points_borrow(&backend->gl, 1, &points);
        backend->gl.BindBuffersBase(GL_SHADER_STORAGE_BUFFER, TRM_GL_FIRST_POINT, 1, &name);
    }
    for (size_t i = 0; i < count; i++)
        trm_gl_named_write(backend, name, updates[i].offset, updates[i].nbytes, updates[i].bytes);
    if (holds)
        trm_gl_points_return(&backend->gl, &points, 0);
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
