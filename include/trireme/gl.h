/* Trireme: the OpenGL 4.5 backend. Includes no GL header: object names are uint32_t, enums too.
 *
 * The library loads its own copy of the GL functions through your loader and shares nothing with
 * whichever one you use. It works with direct state access throughout, or gives back what it bound:
 * no binding point of yours is disturbed, except those that GL itself clears when a bound object is
 * deleted. Calls must not be made inside transform feedback or a conditional render that discards.
 *
 * All calls belong to the thread on which the context is current: the device's own, not another one
 * of its share group, for queries, which may stand for fences, are not shared. See device.h for
 * frames and spans.
 */
#ifndef TRIREME_GL_H
#define TRIREME_GL_H

#include <trireme/device.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*trm_gl_proc)(void);

/* Ways in which drivers depart from the specification, each with a way around it. The device
 * recognises the drivers it knows by their vendor, renderer and version strings; the desc overrides
 * that in both directions. */
typedef enum trm_gl_quirk {
    /* Copies into a buffer overwrite what earlier draws still read through shader storage (Mesa
     * llvmpipe, 22.3). The way around is a barrier before the copy, which costs a wait for the GPU.
     */
    TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE = 0x1,
    /* Direct state access to buffers and vertex arrays does not do what the calls by binding do
     * (Intel on Windows). The way around binds, calls, and binds again what was bound: to
     * GL_COPY_READ_BUFFER and GL_COPY_WRITE_BUFFER, in the bind helpers to GL_VERTEX_ARRAY.
     * (Nothing is bound there afterwards if what was has been deleted by another context.) */
    TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS = 0x2,
    /* Explicit flushes of persistent mappings lose bytes, or cost far too much (no driver that is
     * recognised). The way around is coherent memory, never flushed; tools that record GL calls
     * then have no flush to tell them what was written. */
    TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH = 0x4,
    /* glBufferSubData overwrites what earlier draws and dispatches still read through shader
     * storage, barriers or not, and comes before what earlier commands write there; but not while
     * the buffer is bound to a storage point (NVIDIA 580). The way around binds it to point 6 for
     * the calls, and again what was bound there. (Nothing is bound there afterwards if that has
     * been deleted by another context.) */
    TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE = 0x8,
    /* glFenceSync takes long (NVIDIA 580: it adds 7 microseconds to a frame). The way around asks
     * timestamp queries whether the GPU is done; fences are for waits, for frames with read-backs,
     * and where there is no query to be had. GL_QUERY_BUFFER is bound to nothing meanwhile, and
     * again to what it was. (Nothing is bound there afterwards if that has been deleted by another
     * context.) */
    TRM_GL_QUIRK_SLOW_FENCES = 0x10
} trm_gl_quirk;

/* Whether memory that the CPU writes and the GPU reads is asked for in host memory
 * (GL_CLIENT_STORAGE_BIT, a hint). It matters for speed alone, and differs from driver to driver.
 */
typedef enum trm_gl_client_storage {
    TRM_GL_CLIENT_STORAGE_AUTO = 0, /* on AMD GPUs */
    TRM_GL_CLIENT_STORAGE_NEVER,
    TRM_GL_CLIENT_STORAGE_ALWAYS
} trm_gl_client_storage;

/* Whether many scattered runs are moved by one compute dispatch, which trm_device_sync then issues.
 */
typedef enum trm_gl_scatter_mode {
    TRM_GL_SCATTER_AUTO = 0, /* on discrete GPUs */
    TRM_GL_SCATTER_NEVER,
    TRM_GL_SCATTER_ALWAYS
} trm_gl_scatter_mode;

/* Whether what the library does for a sync or an acquire stands in a debug group of its own, named
 * "trireme sync" or after the buffer ("trireme upload" without a label). A group costs a few calls;
 * off, it costs nothing. */
typedef enum trm_gl_debug_groups {
    TRM_GL_DEBUG_GROUPS_AUTO = 0, /* in contexts made for debugging */
    TRM_GL_DEBUG_GROUPS_NEVER,
    TRM_GL_DEBUG_GROUPS_ALWAYS
} trm_gl_debug_groups;

/* How a device comes to its context. */
typedef struct trm_gl_device_desc {
    /* Returns a GL function by name, or NULL: glfwGetProcAddress, eglGetProcAddress and their like,
     * behind a function that drops `user` if they take none. Used during the call only. */
    trm_gl_proc (*get_proc_address)(void *user, const char *name);
    void *user;
    uint32_t quirks_on;  /* trm_gl_quirk bits to assume, whatever quirks_off says */
    uint32_t quirks_off; /* trm_gl_quirk bits not to assume; UINT32_MAX: none at all. Unknown bits
                            are ignored */
    trm_gl_scatter_mode scatter;
    trm_gl_debug_groups debug_groups;
    trm_gl_client_storage client_storage;
    trm_device_desc device;
} trm_gl_device_desc;

/* What a draw binds: `nbytes` bytes from `offset` (bytes) in the buffer object `object`. */
typedef struct trm_gl_span {
    uint32_t object; /* GL buffer name; owned by the device, do not delete or map it */
    size_t offset;   /* bytes; a multiple of every alignment the buffer's usage asks for */
    size_t nbytes;   /* the buffer's nbytes, as of its last upload */
} trm_gl_span;

/* A piece of a stream. */
typedef struct trm_gl_slice {
    void *pointer;   /* write here, do not read */
    uint32_t object; /* GL buffer name; owned by the device, do not delete or map it */
    size_t offset;   /* bytes; where `pointer` is in `object` */
    size_t nbytes;   /* as asked for */
} trm_gl_slice;

/* Arguments for glVertexArrayAttribFormat and its kin. An item of more than four components takes
 * several attributes, as a matrix does. */
typedef struct trm_gl_vertex_attribute {
    int32_t size;    /* components of one attribute: 1..4, or GL_BGRA */
    uint32_t type;   /* GL_FLOAT, ... */
    bool normalized; /* the argument of that name */
    bool integer;    /* use glVertexArrayAttribIFormat: the shader reads integers */
    uint32_t count;  /* attributes that one item takes */
    uint32_t nbytes; /* bytes from one of them to the next */
} trm_gl_vertex_attribute;

/* Makes a device for the current context, which must be OpenGL 4.5 core or compatible and outlive
 * it. Errors: INVALID_ARGUMENT for NULL, a region_count that is too large, half an allocator, and
 * choices, quirks_on and kinds of memory that do not exist; UNSUPPORTED for an older context or a
 * missing function (the message names it); OUT_OF_MEMORY. */
TRM_API trm_result trm_gl_device_create(const trm_gl_device_desc *desc, trm_device **out);

/* Lets a lost device go on with another context, which must be current on the calling thread; it is
 * the device's thread from now on. The old context is not touched, and may be destroyed before or
 * after: with it, or the last of its share group, go all its objects. Of `desc` everything counts
 * but `device`, whose place is taken by what the device was made with. Does not wait, and takes no
 * GPU memory: that comes with the next sync or acquire.
 *
 * Buffers stay attached, and other threads may mark them, send to them and replace their arrays all
 * the while, also between the loss and this call; no edit is lost. Every buffer with CPU data is
 * pending as a whole, so that the next sync or acquire brings it back, bit for bit. Where it lives
 * is decided anew: a DEVICE span is another one than before the loss, and vertex arrays, textures
 * and programs are yours to make again. Buffers without CPU data get memory again, all zero: what
 * was sent but not uploaded goes up as if nothing had happened, content that was on the GPU is lost
 * and has to be sent or written again. So is what shaders wrote into a buffer with CPU data. The
 * log is told of each such buffer ("content.lost"), trm_buffer_info.content_lost says it too, and
 * until something was sent trm_gl_acquire returns STATE (not with TRM_USAGE_GPU_WRITE).
 *
 * Everything else of the old context is over. The open frame is: spans and slices are dead, and a
 * new frame begins. An in-place write that was open is dropped, its pointer must not be used any
 * more, and its trm_device_write_end returns DEVICE_LOST. Reads return DEVICE_LOST for ever, those
 * that were ready too, and still have to be destroyed. Fences of trm_gl_device_add_fence are
 * forgotten, not deleted. Streams live on, with new memory from their next slice on. Counters and
 * revisions run on.
 *
 * Errors, which leave the device lost and everything as it was, so that this can be called again:
 * INVALID_ARGUMENT for NULL, and choices and quirks that do not exist; STATE for a device that is
 * not lost (trm_device_lost first, to leave a healthy context); UNSUPPORTED as in
 * trm_gl_device_create; OUT_OF_MEMORY; DEVICE_LOST if the new context is lost, too,
 * also where trm_device_lost says so meanwhile. */
TRM_API trm_result trm_gl_device_restore(trm_device *device, const trm_gl_device_desc *desc);

/* Brings the buffer up to date, without a dispatch, and returns what to draw from until the frame
 * ends. Attaches it if needed. Waits only as device.h says. Errors: INVALID_ARGUMENT for NULL;
 * those of trm_device_attach; STATE for a buffer without data into which nothing was sent yet, for
 * a mapped one that was sent in part, or, with explicit_sync, before the first sync;
 * OUT_OF_DEVICE_MEMORY, BUDGET (also for strided or byte-swapped items of more than a quarter of
 * the staging ring), OUT_OF_MEMORY, TIMEOUT, FRAME_OPEN, DEVICE_LOST: edits stay pending. */
TRM_API trm_result trm_gl_acquire(trm_device *device, trm_buffer *buffer, trm_gl_span *out);

/* The same, but returns NOT_READY where trm_gl_acquire would wait; the edits stay pending. */
TRM_API trm_result trm_gl_try_acquire(trm_device *device, trm_buffer *buffer, trm_gl_span *out);

/* The part of a span that holds some of its buffer's items: several objects draw parts of one
 * buffer, which is acquired and brought up once, and each of them keeps a range of its own (another
 * than the buffer's draw range). TRM_WHOLE as size: to the end. `range` is checked against the
 * span, which may be from before a resize. `out` may be `span`. For vertices, indices and texel
 * buffers; uniform and storage bindings need an offset that is a multiple of the context's
 * alignment: choose item sizes and ranges so. Does not touch GL. Errors: INVALID_ARGUMENT for NULL;
 * OUT_OF_RANGE for a range that is empty or leaves the span. */
TRM_API trm_result trm_gl_span_range(
    const trm_gl_span *span, const trm_buffer *buffer, trm_range range, trm_gl_span *out);

/* Takes `nbytes` bytes of a stream for this frame: write them, trm_stream_flush, draw. `alignment`
 * (bytes, any number) is of the offset in the object; 0: what the stream's usage needs. Bytes that
 * are skipped for its sake count as the frame's, too. The slice is valid, for the CPU and for
 * draws, until trm_device_end_frame; its pointer may be filled by any thread. A frame that needs
 * more than the stream's nbytes takes from the share of others, and may have to wait for them.
 * Errors, with *out all zero: INVALID_ARGUMENT for NULL and zero bytes; BUDGET for more at once
 * than a whole frame's nbytes, in every frame alike: with them count the most bytes that may have
 * to be skipped (fewer than `alignment`; none for 0, or a power of two of which the stream's nbytes
 * is a multiple); FRAME_OPEN when the open frame has it all; TIMEOUT; DEVICE_LOST; and those of
 * trm_stream_create, if the device was restored after it. */
TRM_API trm_result trm_gl_stream_alloc(
    trm_stream *stream, size_t nbytes, size_t alignment, trm_gl_slice *out);

/* Makes the open frame last until `sync` (a GLsync) has passed too: for another context of the
 * share group that draws from spans of this device. The other context must have flushed it. The
 * device owns the sync object from now on. Errors: INVALID_ARGUMENT for NULL and what is no sync
 * object; BUDGET when 32 fences are unfinished; DEVICE_LOST. After an error the sync is still
 * yours. */
TRM_API trm_result trm_gl_device_add_fence(trm_device *device, void *sync);

/* Acquires and binds to a vertex array's binding point, with the item size as stride. Like all of
 * these helpers it waits as trm_gl_acquire does, binds nothing when that fails, and returns
 * INVALID_ARGUMENT for a buffer whose usage is not 0 and lacks TRM_USAGE_VERTEX, _INDEX, _UNIFORM
 * or _STORAGE, as the call may be (GPU_WRITE does not stand for STORAGE). Errors: those, acquire's,
 * and INVALID_ARGUMENT for items of more than GL_MAX_VERTEX_ATTRIB_STRIDE bytes. */
TRM_API trm_result trm_gl_bind_vertex(
    trm_device *device, uint32_t vertex_array, uint32_t binding, trm_buffer *buffer);

/* The same for a range of items: vertex 0 of the draw is item range.offset. Errors: the same, and
 * those of trm_gl_span_range. */
TRM_API trm_result trm_gl_bind_vertex_range(trm_device *device, uint32_t vertex_array,
    uint32_t binding, trm_buffer *buffer, trm_range range);

/* Acquires and makes the buffer a vertex array's element buffer. An element binding has no offset
 * of its own: *out_offset (bytes) must be added to the `indices` argument of draws, and for a draw
 * that starts at a later item that many item sizes more. Errors: acquire's, and INVALID_ARGUMENT as
 * stated above. */
TRM_API trm_result trm_gl_bind_index(
    trm_device *device, uint32_t vertex_array, trm_buffer *buffer, size_t *out_offset);

/* Acquires and binds the whole buffer to an indexed uniform or shader storage binding point (this
 * changes that binding and the generic one, as glBindBufferRange does). Errors: acquire's, and
 * INVALID_ARGUMENT as stated above. */
TRM_API trm_result trm_gl_bind_uniform(trm_device *device, uint32_t binding, trm_buffer *buffer);
TRM_API trm_result trm_gl_bind_storage(trm_device *device, uint32_t binding, trm_buffer *buffer);

/* The attribute arguments of a format. Errors: INVALID_ARGUMENT for NULL; FORMAT for an all-zero
 * format, and for more than four components that do not split into equal attributes. Thread-safe,
 * needs no context. */
TRM_API trm_result trm_gl_vertex_format(const trm_format *format, trm_gl_vertex_attribute *out);

#ifdef __cplusplus
}
#endif
#endif
