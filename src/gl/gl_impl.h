/* The inside of the OpenGL backend. It trusts its caller: the core has validated everything. */
#ifndef TRM_GL_IMPL_H
#define TRM_GL_IMPL_H

#include "core/backend.h"
#include "core/limit.h"

#include <trireme/gl.h>

#include <glad/gl.h>

/* Fences that can be queries at a time. */
#define TRM_GL_STAMPS TRM_LIMIT(64, 3)

typedef struct trm_gl {
    GladGLContext gl;
    trm_allocator allocator;
    GLint longest_label;       /* bytes without the end */
    GLint longest_message;     /* of a debug group, likewise */
    GLint deepest_group;       /* of all that are open at a time */
    bool in_group;             /* the last push was one */
    size_t largest_stride;     /* of vertices */
    GLuint scatter_program;    /* 0: no dispatches */
    uint32_t quirks;           /* trm_gl_quirk bits: of the driver, or as the caller says */
    GLbitfield client_storage; /* the flag, if memory for writing is to have it */
    /* Queries in the place of fences (gl_stamp.c). */
    GLuint stamps[TRM_GL_STAMPS]; /* 0: still to be made */
    bool passed[TRM_GL_STAMPS];
    uint8_t free_stamps[TRM_GL_STAMPS]; /* the indices of those that nobody has */
    size_t free_stamp_count;
} trm_gl;

/* Loads every function through the caller's loader. The version as major * 10 + minor, 0 without a
 * context. */
int trm_gl_load(GladGLContext *gl, trm_gl_proc (*load)(void *user, const char *name), void *user);

/* gl_traits.c. Quirks and hints need the strings only. */
uint32_t trm_gl_get_quirks(const GladGLContext *gl, uint32_t quirks_on, uint32_t quirks_off);
GLbitfield trm_gl_get_client_storage(const GladGLContext *gl, trm_gl_client_storage wish);
trm_traits trm_gl_get_traits(const trm_gl *self);

/* gl_named.c: calls on objects by name, whatever the driver's direct state access is worth. */
GLuint trm_gl_bound(const GladGLContext *gl, GLenum binding);
/* Another context may have deleted what was bound: then nobody can bind it again. */
void trm_gl_rebind(const GladGLContext *gl, GLenum target, GLuint before);
GLuint trm_gl_named_create(const trm_gl *self);
void trm_gl_named_storage(const trm_gl *self, GLuint name, uint64_t nbytes, const void *initial,
    GLbitfield flags, GLint64 *out_nbytes); /* those that there really are then */
void *trm_gl_named_map(const trm_gl *self, GLuint name, uint64_t nbytes, GLbitfield access);
void trm_gl_named_flush(const trm_gl *self, GLuint name, uint64_t offset, uint64_t nbytes);
void trm_gl_named_write(
    const trm_gl *self, GLuint name, uint64_t offset, uint64_t nbytes, const void *bytes);
void trm_gl_named_clear(const trm_gl *self, GLuint name);
void trm_gl_named_copy(
    const trm_gl *self, GLuint source, const trm_transfer *transfers, size_t count);
void trm_gl_named_bind_vertex(const trm_gl *self, GLuint vertex_array, GLuint binding, GLuint name,
    size_t offset, size_t stride);
void trm_gl_named_bind_index(const trm_gl *self, GLuint vertex_array, GLuint name);

/* gl_points.c: the last points for shader storage that every OpenGL 4.5 has, so that what is bound
 * there is mostly nothing. By glBindBuffers..., which leaves the generic binding alone. */
#define TRM_GL_POINTS      2
#define TRM_GL_FIRST_POINT ((GLuint)(8 - TRM_GL_POINTS)) /* scatter.comp has them, too */

typedef struct trm_gl_points {
    GLuint count;
    bool any; /* something is bound there */
    GLint buffer[TRM_GL_POINTS];
    GLint64 start[TRM_GL_POINTS];
    GLint64 size[TRM_GL_POINTS];
} trm_gl_points;

/* Looks at the first `count` of them, and binds there again what was; but not `ours`, which the
 * application never bound: then it is a name that was another's. */
void trm_gl_points_borrow(const GladGLContext *gl, GLuint count, trm_gl_points *out);
void trm_gl_points_return(const GladGLContext *gl, const trm_gl_points *points, GLuint ours);

/* gl_scatter.c: the program, or 0 when it cannot be built. */
GLuint trm_gl_scatter_build(const trm_gl *self);

/* gl_store.c, gl_transfer.c, gl_scatter.c and gl_fence.c: the functions of trm_backend. */
trm_result trm_gl_mapped_create(void *self, uint64_t nbytes, const char *label, trm_memory *out);
trm_result trm_gl_readable_create(void *self, uint64_t nbytes, const char *label, trm_memory *out);
trm_result trm_gl_device_local_create(void *self, uint64_t nbytes, const void *initial,
    bool updatable, const char *label, trm_memory *out);
void trm_gl_memory_destroy(void *self, trm_memory *memory);
void trm_gl_flush(void *self, const trm_memory *memory, uint64_t offset, uint64_t nbytes);
void trm_gl_update(
    void *self, const trm_memory *target, const trm_update *updates, size_t count, bool any_time);
void trm_gl_transfer(
    void *self, const trm_memory *source, const trm_transfer *transfers, size_t count);
void trm_gl_barrier(void *self, trm_barrier barrier);
bool trm_gl_scatter(
    void *self, const trm_memory *source, const trm_scatter *scatters, size_t count);
trm_fence trm_gl_fence_insert(void *self, bool for_reads);
void trm_gl_fence_destroy(void *self, trm_fence fence);
trm_result trm_gl_fence_wait(void *self, trm_fence fence, uint64_t timeout_ns);
void trm_gl_fence_follow(void *self, trm_fence fence);
void trm_gl_submit(void *self);
trm_result trm_gl_status(void *self);

/* gl_fence.c: sync objects. */
trm_fence trm_gl_sync_insert(const trm_gl *self);
void trm_gl_sync_destroy(const trm_gl *self, trm_fence fence);
trm_result trm_gl_sync_wait(const trm_gl *self, trm_fence fence, uint64_t timeout_ns);

/* gl_stamp.c: timestamp queries in their place. 0 when none is left, or can be made. */
void trm_gl_stamps_open(trm_gl *self);
void trm_gl_stamps_close(trm_gl *self);
bool trm_gl_is_stamp(const trm_gl *self, trm_fence fence);
trm_fence trm_gl_stamp_insert(trm_gl *self);
void trm_gl_stamp_destroy(trm_gl *self, trm_fence fence);
trm_result trm_gl_stamp_wait(trm_gl *self, trm_fence fence, uint64_t timeout_ns);

/* gl_debug.c: whether uploads stand in debug groups; the functions of trm_backend. */
bool trm_gl_wants_groups(const GladGLContext *gl, trm_gl_debug_groups wish);
void trm_gl_group_push(void *self, const char *label);
void trm_gl_group_pop(void *self);

/* Names an object for debuggers; a label that is too long is cut. */
void trm_gl_label(const trm_gl *self, GLenum kind, GLuint name, const char *label);

/* Removes the errors that a refused call of ours left behind. Whether the context is lost. */
bool trm_gl_clear_errors(const GladGLContext *gl);

#endif
