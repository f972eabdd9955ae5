#include "gl/gl_impl.h"

trm_fence trm_gl_sync_insert(const trm_gl *self) {
    const GladGLContext *gl = &self->gl;
    GLsync sync = gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (!sync)
        trm_gl_clear_errors(gl);
    return (trm_fence)sync;
}

void trm_gl_sync_destroy(const trm_gl *self, trm_fence fence) {
    self->gl.DeleteSync((GLsync)fence);
}

trm_result trm_gl_sync_wait(const trm_gl *self, trm_fence fence, uint64_t timeout_ns) {
    const GladGLContext *gl = &self->gl;
    /* A poll does not flush: it is made thousands of times, and end_frame flushes. A wait must, or
     * it may wait for a fence that never left the client. */
    GLbitfield flags = timeout_ns ? GL_SYNC_FLUSH_COMMANDS_BIT : 0;
    switch (gl->ClientWaitSync((GLsync)fence, flags, timeout_ns)) {
    case GL_ALREADY_SIGNALED:
    case GL_CONDITION_SATISFIED:
        return TRM_OK;
    case GL_TIMEOUT_EXPIRED:
        return TRM_NOT_READY;
    default: {
        bool reset = gl->GetGraphicsResetStatus() != GL_NO_ERROR;
        bool lost = trm_gl_clear_errors(gl);
        return reset || lost ? TRM_ERROR_DEVICE_LOST : TRM_NOT_READY;
    }
    }
}

/* A query where those are cheaper, as long as there are any left. But only behind a fence that has
 * passed, or glFinish, the CPU is promised the bytes of a mapping for reading that is not coherent.
 */
trm_fence trm_gl_fence_insert(void *self, bool for_reads) {
    trm_gl *backend = self;
    trm_fence stamp = for_reads ? 0 : trm_gl_stamp_insert(backend);
    return stamp ? stamp : trm_gl_sync_insert(backend);
}

void trm_gl_fence_destroy(void *self, trm_fence fence) {
    if (trm_gl_is_stamp(self, fence))
        trm_gl_stamp_destroy(self, fence);
    else
        trm_gl_sync_destroy(self, fence);
}

trm_result trm_gl_fence_wait(void *self, trm_fence fence, uint64_t timeout_ns) {
    return trm_gl_is_stamp(self, fence) ? trm_gl_stamp_wait(self, fence, timeout_ns)
                                        : trm_gl_sync_wait(self, fence, timeout_ns);
}

void trm_gl_fence_follow(void *self, trm_fence fence) {
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    gl->WaitSync((GLsync)fence, 0, GL_TIMEOUT_IGNORED);
}

trm_result trm_gl_status(void *self) {
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    return gl->GetGraphicsResetStatus() == GL_NO_ERROR ? TRM_OK : TRM_ERROR_DEVICE_LOST;
}

void trm_gl_submit(void *self) {
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    gl->Flush();
}
