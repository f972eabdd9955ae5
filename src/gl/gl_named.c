/* Calls on objects by their name. Where direct state access is broken they go through a binding,
 * which then gets back what it held. */
#include "gl/gl_impl.h"

static bool direct(const trm_gl *self) {
    return !(self->quirks & TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS);
}

GLuint trm_gl_bound(const GladGLContext *gl, GLenum binding) {
    GLint name = 0;
    gl->GetIntegerv(binding, &name);
    return (GLuint)name;
}

/* Binds for the calls that follow; returns what to bind again. No draw looks at this target. */
static GLuint bind(const GladGLContext *gl, GLuint name) {
    GLuint before = trm_gl_bound(gl, GL_COPY_WRITE_BUFFER_BINDING);
    gl->BindBuffer(GL_COPY_WRITE_BUFFER, name);
    return before;
}

void trm_gl_rebind(const GladGLContext *gl, GLenum target, GLuint before) {
    gl->BindBuffer(target, gl->IsBuffer(before) ? before : 0);
}

static void unbind(const GladGLContext *gl, GLuint before) {
    trm_gl_rebind(gl, GL_COPY_WRITE_BUFFER, before);
}

GLuint trm_gl_named_create(const trm_gl *self) {
    const GladGLContext *gl = &self->gl;
    GLuint name = 0;
    if (direct(self))
        gl->CreateBuffers(1, &name);
    else
        gl->GenBuffers(1, &name); /* an object once it is bound, for its storage */
    return name;
}

void trm_gl_named_storage(const trm_gl *self, GLuint name, uint64_t nbytes, const void *initial,
    GLbitfield flags, GLint64 *out_nbytes) {
    const GladGLContext *gl = &self->gl;
    if (direct(self)) {
        gl->NamedBufferStorage(name, (GLsizeiptr)nbytes, initial, flags);
        gl->GetNamedBufferParameteri64v(name, GL_BUFFER_SIZE, out_nbytes);
        return;
    }
    GLuint before = bind(gl, name);
    gl->BufferStorage(GL_COPY_WRITE_BUFFER, (GLsizeiptr)nbytes, initial, flags);
    gl->GetBufferParameteri64v(GL_COPY_WRITE_BUFFER, GL_BUFFER_SIZE, out_nbytes);
    unbind(gl, before);
}

void *trm_gl_named_map(const trm_gl *self, GLuint name, uint64_t nbytes, GLbitfield access) {
    const GladGLContext *gl = &self->gl;
    if (direct(self))
        return gl->MapNamedBufferRange(name, 0, (GLsizeiptr)nbytes, access);
    GLuint before = bind(gl, name);
    void *pointer = gl->MapBufferRange(GL_COPY_WRITE_BUFFER, 0, (GLsizeiptr)nbytes, access);
    unbind(gl, before);
    return pointer;
}

void trm_gl_named_flush(const trm_gl *self, GLuint name, uint64_t offset, uint64_t nbytes) {
    const GladGLContext *gl = &self->gl;
    if (direct(self)) {
        gl->FlushMappedNamedBufferRange(name, (GLintptr)offset, (GLsizeiptr)nbytes);
        return;
    }
    GLuint before = bind(gl, name);
    gl->FlushMappedBufferRange(GL_COPY_WRITE_BUFFER, (GLintptr)offset, (GLsizeiptr)nbytes);
    unbind(gl, before);
}

void trm_gl_named_write(
    const trm_gl *self, GLuint name, uint64_t offset, uint64_t nbytes, const void *bytes) {
    const GladGLContext *gl = &self->gl;
    if (direct(self)) {
        gl->NamedBufferSubData(name, (GLintptr)offset, (GLsizeiptr)nbytes, bytes);
        return;
    }
    GLuint before = bind(gl, name);
    gl->BufferSubData(GL_COPY_WRITE_BUFFER, (GLintptr)offset, (GLsizeiptr)nbytes, bytes);
    unbind(gl, before);
}

void trm_gl_named_clear(const trm_gl *self, GLuint name) {
    const GladGLContext *gl = &self->gl;
    if (direct(self)) {
        gl->ClearNamedBufferData(name, GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE, NULL);
        return;
    }
    GLuint before = bind(gl, name);
    gl->ClearBufferData(GL_COPY_WRITE_BUFFER, GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE, NULL);
    unbind(gl, before);
}

/* Both ends bound once for the whole list; targets mostly follow each other. */
static void copy_bound(
    const GladGLContext *gl, GLuint source, const trm_transfer *transfers, size_t count) {
    GLuint before_source = trm_gl_bound(gl, GL_COPY_READ_BUFFER_BINDING), target = 0;
    GLuint before_target = trm_gl_bound(gl, GL_COPY_WRITE_BUFFER_BINDING);
    gl->BindBuffer(GL_COPY_READ_BUFFER, source);
    for (size_t i = 0; i < count; i++) {
        if (transfers[i].target->handle != target) {
            target = (GLuint)transfers[i].target->handle;
            gl->BindBuffer(GL_COPY_WRITE_BUFFER, target);
        }
        gl->CopyBufferSubData(GL_COPY_READ_BUFFER, GL_COPY_WRITE_BUFFER,
            (GLintptr)transfers[i].source_offset, (GLintptr)transfers[i].target_offset,
            (GLsizeiptr)transfers[i].nbytes);
    }
    trm_gl_rebind(gl, GL_COPY_READ_BUFFER, before_source);
    trm_gl_rebind(gl, GL_COPY_WRITE_BUFFER, before_target);
}

void trm_gl_named_copy(
    const trm_gl *self, GLuint source, const trm_transfer *transfers, size_t count) {
    const GladGLContext *gl = &self->gl;
    if (!direct(self)) {
        copy_bound(gl, source, transfers, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        gl->CopyNamedBufferSubData(source, (GLuint)transfers[i].target->handle,
            (GLintptr)transfers[i].source_offset, (GLintptr)transfers[i].target_offset,
            (GLsizeiptr)transfers[i].nbytes);
}

void trm_gl_named_bind_vertex(const trm_gl *self, GLuint vertex_array, GLuint binding, GLuint name,
    size_t offset, size_t stride) {
    const GladGLContext *gl = &self->gl;
    if (direct(self)) {
        gl->VertexArrayVertexBuffer(vertex_array, binding, name, (GLintptr)offset, (GLsizei)stride);
        return;
    }
    GLuint before = trm_gl_bound(gl, GL_VERTEX_ARRAY_BINDING);
    gl->BindVertexArray(vertex_array);
    gl->BindVertexBuffer(binding, name, (GLintptr)offset, (GLsizei)stride);
    gl->BindVertexArray(before);
}

void trm_gl_named_bind_index(const trm_gl *self, GLuint vertex_array, GLuint name) {
    const GladGLContext *gl = &self->gl;
    if (direct(self)) {
        gl->VertexArrayElementBuffer(vertex_array, name);
        return;
    }
    GLuint before = trm_gl_bound(gl, GL_VERTEX_ARRAY_BINDING);
    gl->BindVertexArray(vertex_array);
    gl->BindBuffer(GL_ELEMENT_ARRAY_BUFFER, name); /* belongs to the array */
    gl->BindVertexArray(before);
}
