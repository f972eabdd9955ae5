/* The inside of the OpenGL backend. It trusts its caller: the core has validated everything. */
#ifndef TRM_GL_IMPL_H
#define TRM_GL_IMPL_H

#include "core/backend.h"

#include <trireme/gl.h>

#include <glad/gl.h>

typedef struct trm_gl {
    GladGLContext gl;
    trm_allocator allocator;
    GLint longest_label; /* bytes without the end */
} trm_gl;

/* Loads every function through the caller's loader. The version as major * 10 + minor, 0 without a
 * context. */
int trm_gl_load(GladGLContext *gl, trm_gl_proc (*load)(void *user, const char *name), void *user);

/* gl_store.c and gl_fence.c: the functions of trm_backend. */
trm_result trm_gl_memory_create(void *self, uint64_t nbytes, const char *label, trm_memory *out);
void trm_gl_memory_destroy(void *self, trm_memory *memory);
void trm_gl_flush(void *self, const trm_memory *memory, uint64_t offset, uint64_t nbytes);
trm_fence trm_gl_fence_insert(void *self);
void trm_gl_fence_destroy(void *self, trm_fence fence);
trm_result trm_gl_fence_wait(void *self, trm_fence fence, uint64_t timeout_ns);
void trm_gl_submit(void *self);
trm_result trm_gl_status(void *self);

/* Names an object for debuggers; a label that is too long is cut. */
void trm_gl_label(const trm_gl *self, GLenum kind, GLuint name, const char *label);

/* Removes the errors that a refused call of ours left behind. Whether the context is lost. */
bool trm_gl_clear_errors(const GladGLContext *gl);

#endif
