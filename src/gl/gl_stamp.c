/* Timestamp queries in the place of fences. glQueryCounter records its time when all commands
 * before it are done, so that a result that is there says what a signalled fence says (OpenGL 4.5
 * core, 4.3); and NVIDIA's driver takes an eighth of the time for it. To wait for one there is no
 * call with a timeout: a fence behind it is waited for instead, and the query is asked in between.
 */
#include "gl/gl_impl.h"

/* A fence behind a query may be much later than the query. */
#define LOOK_NS UINT64_C(100000)

void trm_gl_stamps_open(trm_gl *self) {
    for (size_t i = 0; i < TRM_GL_STAMPS; i++)
        self->free_stamps[i] = (uint8_t)i;
    self->free_stamp_count = TRM_GL_STAMPS;
}

void trm_gl_stamps_close(trm_gl *self) {
    if (self->free_stamp_count) /* they were opened, and all have been destroyed */
        self->gl.DeleteQueries(TRM_GL_STAMPS, self->stamps);
}

/* Stamps are known by where they are kept. */
bool trm_gl_is_stamp(const trm_gl *self, trm_fence fence) {
    return fence - (uintptr_t)self->stamps < sizeof self->stamps;
}

static size_t index_of(const trm_gl *self, trm_fence fence) {
    return (fence - (uintptr_t)self->stamps) / sizeof self->stamps[0];
}

/* Made when it is needed for the first time. */
static bool make(trm_gl *self, size_t i) {
    if (!self->stamps[i]) {
        self->gl.CreateQueries(GL_TIMESTAMP, 1, &self->stamps[i]);
        if (!self->stamps[i])
            trm_gl_clear_errors(&self->gl);
    }
    return self->stamps[i] != 0;
}

trm_fence trm_gl_stamp_insert(trm_gl *self) {
    size_t last = self->free_stamp_count;
    if (!last || !make(self, self->free_stamps[last - 1]))
        return 0;
    size_t i = self->free_stamps[--self->free_stamp_count];
    self->gl.QueryCounter(self->stamps[i], GL_TIMESTAMP);
    self->passed[i] = false;
    return (trm_fence)&self->stamps[i];
}

/* A query that is still to be answered is given up: the late answer must not be taken for that to
 * the next one. */
void trm_gl_stamp_destroy(trm_gl *self, trm_fence fence) {
    size_t i = index_of(self, fence);
    if (!self->passed[i]) {
        self->gl.DeleteQueries(1, &self->stamps[i]);
        self->stamps[i] = 0;
    }
    self->free_stamps[self->free_stamp_count++] = (uint8_t)i;
}

/* With a buffer bound for queries the answer would go there. */
static GLuint ask(const GladGLContext *gl, GLuint query) {
    GLuint answer = GL_FALSE, bound = trm_gl_bound(gl, GL_QUERY_BUFFER_BINDING);
    if (bound)
        gl->BindBuffer(GL_QUERY_BUFFER, 0);
    gl->GetQueryObjectuiv(query, GL_QUERY_RESULT_AVAILABLE, &answer);
    if (bound)
        trm_gl_rebind(gl, GL_QUERY_BUFFER, bound);
    return answer;
}

/* Of a context that was lost every query is answered, and exists no longer. (Its status tells of
 * the loss as well, but may do so only once, to whoever asked first.) OK, NOT_READY or DEVICE_LOST.
 */
static trm_result poll(trm_gl *self, size_t i) {
    if (!self->passed[i] && ask(&self->gl, self->stamps[i])) {
        if (trm_gl_status(self) != TRM_OK || !self->gl.IsQuery(self->stamps[i]))
            return TRM_ERROR_DEVICE_LOST;
        self->passed[i] = true;
    }
    return self->passed[i] ? TRM_OK : TRM_NOT_READY;
}

trm_result trm_gl_stamp_wait(trm_gl *self, trm_fence fence, uint64_t timeout_ns) {
    size_t i = index_of(self, fence);
    trm_result result = poll(self, i);
    if (result != TRM_NOT_READY || !timeout_ns)
        return result;
    trm_fence later = trm_gl_sync_insert(self);
    if (!later) {
        trm_gl_submit(self);
        return TRM_NOT_READY;
    }
    for (uint64_t left = timeout_ns, slice; result == TRM_NOT_READY && left; left -= slice) {
        slice = left < LOOK_NS ? left : LOOK_NS;
        result = trm_gl_sync_wait(self, later, slice);
        if (result == TRM_NOT_READY)
            result = poll(self, i);
    }
    trm_gl_sync_destroy(self, later);
    return result;
}
