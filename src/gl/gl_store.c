/* Mapped memory: immutable storage, one persistent mapping of the whole object, explicit flushes.
 * Coherent only instead of them, where they are broken; readable only what is there for the CPU to
 * read, and that never written. */
#include "gl/gl_impl.h"

bool trm_gl_clear_errors(const GladGLContext *gl) {
    /* Bounded: a lost context may answer with an error for ever. */
    for (int i = 0; i < 8; i++) {
        GLenum error = gl->GetError();
        if (error == GL_CONTEXT_LOST)
            return true;
        if (error == GL_NO_ERROR)
            break;
    }
    return false;
}

static trm_result fail_storage(const GladGLContext *gl, GLuint name) {
    if (name)
        gl->DeleteBuffers(1, &name);
    return trm_gl_clear_errors(gl) ? TRM_ERROR_DEVICE_LOST : TRM_ERROR_OUT_OF_DEVICE_MEMORY;
}

/* A buffer object with immutable storage, or 0. Whether the driver really made it says a query, for
 * glGetError would take an error away that belongs to the application. */
static GLuint create_storage(
    const trm_gl *self, uint64_t nbytes, const void *initial, GLbitfield flags, const char *label) {
    GLuint name = trm_gl_named_create(self);
    GLint64 size = 0;
    if (!name)
        return 0;
    trm_gl_named_storage(self, name, nbytes, initial, flags, &size);
    if (size < 0 || (uint64_t)size != nbytes) {
        self->gl.DeleteBuffers(1, &name);
        return 0;
    }
    trm_gl_label(self, GL_BUFFER, name, label);
    return name;
}

/* Storage and its mapping for good. */
static trm_result create_mapped(const trm_gl *self, uint64_t nbytes, const char *label,
    GLbitfield hints, GLbitfield access, trm_memory *out) {
    const GladGLContext *gl = &self->gl;
    *out = (trm_memory){0};
    GLbitfield granted = access & ~(GLbitfield)GL_MAP_FLUSH_EXPLICIT_BIT;
    GLuint name = create_storage(self, nbytes, NULL, granted | hints, label);
    if (!name)
        return fail_storage(gl, 0);
    void *pointer = trm_gl_named_map(self, name, nbytes, access);
    if (!pointer)
        return fail_storage(gl, name);
    *out = (trm_memory){.handle = name, .pointer = pointer, .nbytes = nbytes};
    return TRM_OK;
}

trm_result trm_gl_mapped_create(void *self, uint64_t nbytes, const char *label, trm_memory *out) {
    const trm_gl *backend = self;
    GLbitfield arrival = backend->quirks & TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH
                             ? GL_MAP_COHERENT_BIT
                             : GL_MAP_FLUSH_EXPLICIT_BIT;
    return create_mapped(backend, nbytes, label, backend->client_storage,
        GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | arrival, out);
}

trm_result trm_gl_readable_create(void *self, uint64_t nbytes, const char *label, trm_memory *out) {
    return create_mapped(self, nbytes, label, 0, GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT, out);
}

trm_result trm_gl_device_local_create(void *self, uint64_t nbytes, const void *initial,
    bool updatable, const char *label, trm_memory *out) {
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    *out = (trm_memory){0};
    GLuint name =
        create_storage(self, nbytes, initial, updatable ? GL_DYNAMIC_STORAGE_BIT : 0, label);
    if (!name)
        return fail_storage(gl, 0);
    /* Bytes that nobody ever sends are zero, not somebody's old ones. */
    if (!initial && !updatable)
        trm_gl_named_clear(self, name);
    *out = (trm_memory){.handle = name, .nbytes = nbytes};
    return TRM_OK;
}

void trm_gl_memory_destroy(void *self, trm_memory *memory) {
    const GladGLContext *gl = &((trm_gl *)self)->gl;
    GLuint name = (GLuint)memory->handle;
    gl->DeleteBuffers(1, &name); /* unmaps, too */
    *memory = (trm_memory){0};
}

void trm_gl_flush(void *self, const trm_memory *memory, uint64_t offset, uint64_t nbytes) {
    /* Relative to the mapping, which starts at 0. */
    trm_gl_named_flush(self, (GLuint)memory->handle, offset, nbytes);
}
