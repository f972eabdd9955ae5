/* Trireme: the buffer - CPU data, what the GPU will use it for, and which items changed.
 *
 * A buffer knows nothing of any GPU. It borrows an array of `nitems` items and remembers, in chunks
 * of a few items, what was edited. A device (device.h) later takes those marks and moves exactly
 * the marked chunks. The array is never copied here: write into it as you like, then say what you
 * wrote.
 *
 *     float positions[1000][3];
 *     trm_buffer *buffer;
 *     const trm_buffer_desc desc = {.data = positions, .nitems = 1000, .format = "3xf4"};
 *     trm_buffer_create(&desc, &buffer);
 *     positions[7][1] = 2.0f;
 *     trm_buffer_update_range(buffer, 7, 1);
 *
 * When is the array read? While a device uploads: in trm_device_sync, and when a buffer with
 * pending edits is acquired. Until then it may keep changing; while it is read it must not. Any
 * item may be read then, marked or not, so an edit that is never marked may appear for a while and
 * vanish again.
 *
 * Threads: any thread may create buffers, destroy unattached ones, mark (update_*), send_data and
 * set_data. Marking never waits for the GPU and never takes a lock. A mark made before a device
 * takes the marks is seen by it; no mark is ever lost. Draw ranges and trm_buffer_resize are the
 * caller's to serialise.
 *
 * A NULL buffer is a mistake like any other: calls that return a result say INVALID_ARGUMENT,
 * getters return 0, false or NULL.
 */
#ifndef TRIREME_BUFFER_H
#define TRIREME_BUFFER_H

#include <trireme/format.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One array and its pending edits. Opaque. */
typedef struct trm_buffer trm_buffer;

/* What the GPU will do with a buffer, OR-ed together. The first ten are WebGPU's values. 0 means
 * that everything but GPU_WRITE is possible: always right, sometimes slower (larger alignment,
 * wider barriers). The bind helpers of gl.h refuse any other use. */
typedef enum trm_usage {
    TRM_USAGE_MAP_READ = 0x1,
    TRM_USAGE_MAP_WRITE = 0x2,
    TRM_USAGE_COPY_SRC = 0x4,
    TRM_USAGE_COPY_DST = 0x8,
    TRM_USAGE_INDEX = 0x10,
    TRM_USAGE_VERTEX = 0x20,
    TRM_USAGE_UNIFORM = 0x40,
    TRM_USAGE_STORAGE = 0x80,
    TRM_USAGE_INDIRECT = 0x100,
    TRM_USAGE_QUERY_RESOLVE = 0x200,
    TRM_USAGE_PIXEL_UNPACK = 0x10000, /* source of texture uploads */
    TRM_USAGE_GPU_WRITE = 0x20000, /* shaders or copies of the application write into it. With CPU
                                      data an edit uploads its whole chunks: what the GPU wrote
                                      into other items of theirs is gone. With a chunk_size of 1
                                      there are none */
    TRM_USAGE_TEXEL = 0x40000      /* read through a buffer texture */
} trm_usage;

/* Where a buffer's GPU memory lives. */
typedef enum trm_placement {
    TRM_PLACEMENT_AUTO = 0, /* the device decides */
    TRM_PLACEMENT_MAPPED,   /* the GPU reads one of several regions that the CPU writes directly */
    TRM_PLACEMENT_DEVICE    /* device-local memory, fed through a staging ring */
} trm_placement;

/* Items [offset, offset + size). */
typedef struct trm_range {
    size_t offset;
    size_t size;
} trm_range;

/* A maximal sequence of marked chunks, in items. */
typedef trm_range trm_run;

/* How to make a buffer. Two of nbytes, nitems and format have to be known, and they have to agree:
 * nbytes is a multiple of nitems, and the format's size divides the item size. */
typedef struct trm_buffer_desc {
    const void *
        data; /* borrowed until set_data, resize or destroy; NULL: the data lives on the GPU only */
    size_t nbytes;      /* bytes of all items, packed; 0: nitems times the format's size */
    size_t nitems;      /* 0: nbytes divided by the format's size */
    const char *format; /* a spelling of format.h, or NULL: untyped items; not kept */
    size_t stride;      /* bytes from one item of `data` to the next; 0: packed */
    size_t chunk_size;  /* items tracked as one; 0: as many as make about 256 bytes; above nitems:
                           nitems */
    bool force_contiguous; /* refuse data that would have to be gathered or byte-swapped */
    uint32_t usage;        /* trm_usage bits; with data, COPY_DST is added to any but 0 */
    trm_placement placement;
    const char *label;       /* copied; names GL objects and appears in messages */
    trm_allocator allocator; /* for the buffer's own memory */
    trm_log log;             /* hears of mistakes made with this buffer */
} trm_buffer_desc;

/* The data as the GPU will see it. Pointers into the caller's array. */
typedef struct trm_view {
    const void *data; /* first item; NULL without CPU data */
    size_t nitems;
    size_t itemsize;   /* packed bytes of one item */
    size_t stride;     /* bytes from one item of `data` to the next */
    size_t components; /* components of one item; 0 without a format */
    trm_format format; /* all zero without one */
} trm_view;

/* Makes a buffer. A buffer with data starts with everything marked. Does not wait; any thread.
 * Errors: INVALID_ARGUMENT for NULL, sizes that are zero, unknown or do not fit each other, a
 * stride below the item size, unknown usage or placement, half an allocator; FORMAT for a format
 * that is unknown or does not divide the item size; STATE for force_contiguous with strided or
 * byte-swapped data; OUT_OF_MEMORY. */
TRM_API trm_result trm_buffer_create(const trm_buffer_desc *desc, trm_buffer **out);

/* Destroys a buffer; NULL is fine. An attached buffer is detached first, which only the device's
 * thread may do (spans handed out in the open frame stay valid). The caller's array is not touched
 * and can be freed after the call. Does not wait. Errors: ATTACHED when the device belongs to
 * another thread; nothing happens then. */
TRM_API trm_result trm_buffer_destroy(trm_buffer *buffer);

/* What was given, or follows from it. Thread-safe (but for a resize), and take no lock. */
TRM_API const void *trm_buffer_data(const trm_buffer *buffer);
TRM_API size_t trm_buffer_nbytes(const trm_buffer *buffer);
TRM_API size_t trm_buffer_nitems(const trm_buffer *buffer);
TRM_API size_t trm_buffer_itemsize(const trm_buffer *buffer);   /* bytes */
TRM_API size_t trm_buffer_chunk_size(const trm_buffer *buffer); /* items; 0 without CPU data */
TRM_API uint32_t trm_buffer_usage(const trm_buffer *buffer);
TRM_API trm_placement trm_buffer_placement(const trm_buffer *buffer); /* as asked for */

/* The format's canonical spelling, or NULL without one. Lives as long as the buffer. */
TRM_API const char *trm_buffer_format(const trm_buffer *buffer);

/* The label, "" without one. Lives as long as the buffer. */
TRM_API const char *trm_buffer_label(const trm_buffer *buffer);

/* The array as items. Any thread, also during set_data (either array, whole), but not during a
 * resize. Errors: INVALID_ARGUMENT for NULL (*out is all zero then, if there is one). */
TRM_API trm_result trm_buffer_view(const trm_buffer *buffer, trm_view *out);

/* The items that draws should use; the whole buffer until it is set. {0, 0} for NULL. Any thread,
 * but not while the range is set or the buffer resized. */
TRM_API trm_range trm_buffer_draw_range(const trm_buffer *buffer);

/* Sets the items that draws should use: nothing is uploaded for it. TRM_WHOLE as size means "to the
 * end" and stays so after a resize. Errors: OUT_OF_RANGE when origin + size exceeds nitems, or
 * origin is at or past the end (0 is always allowed). One thread at a time. */
TRM_API trm_result trm_buffer_set_draw_range(trm_buffer *buffer, size_t origin, size_t size);

/* Replaces the array by another of the same packed byte count, and marks everything. The new array
 * is borrowed; `stride` as in the desc. Returns only when no upload is reading the old array, which
 * may be freed then: it waits for a running copy, never for the GPU. Any thread. Errors:
 * INVALID_ARGUMENT for NULL data, another byte count or a stride below the item size; STATE for a
 * buffer made without data, or strided data with force_contiguous. */
TRM_API trm_result trm_buffer_set_data(
    trm_buffer *buffer, const void *data, size_t nbytes, size_t stride);

/* Gives the buffer another number of items of the same size and format, and marks everything.
 * `data` is NULL exactly for buffers made without data, whose content and queued sends are dropped.
 * The draw range is cut at the new end; one that starts past it becomes empty. Spans handed out in
 * the open frame stay valid; the next acquire (with explicit_sync: the first one after the next
 * sync) returns one of the new size. Where the device's budget or its driver has no room for both,
 * it returns BUDGET or OUT_OF_DEVICE_MEMORY until no frame reads the old memory, which is given
 * back then. The old array is not read any more, and may be freed after the call. Not while another
 * thread marks, and on the device's thread if attached. Does not wait for the GPU. Errors:
 * INVALID_ARGUMENT for a byte count of zero or of no whole number of items, or a bad stride; STATE
 * for data where there was none or none where there was, while an in-place write is open, or for
 * strided data with force_contiguous; ATTACHED when the device belongs to another thread;
 * OUT_OF_MEMORY. */
TRM_API trm_result trm_buffer_resize(
    trm_buffer *buffer, const void *data, size_t nbytes, size_t stride);

/* Marks everything. Nearly free when repeated. Any thread, no waiting, no lock.
 * Errors: STATE for a buffer without data. */
TRM_API trm_result trm_buffer_update_full(trm_buffer *buffer);

/* Marks everything of `count` buffers, in any order, repetitions allowed; none at all is fine. The
 * same as update_full for each, in about half the time where thousands are marked in the order in
 * which they were attached. `buffers` is read during the call only. Any thread, no waiting, no
 * lock. Errors: INVALID_ARGUMENT for NULL, also in the list; STATE if one has no data: the first
 * mistake counts, and all the other buffers are marked. */
TRM_API trm_result trm_buffer_update_many(trm_buffer *const *buffers, size_t count);

/* Marks items [offset, offset + size); TRM_WHOLE = to the end. What lies past the end is cut off,
 * an empty range does nothing. Any thread, no waiting, no lock. Errors: STATE for a buffer without
 * data. */
TRM_API trm_result trm_buffer_update_range(trm_buffer *buffer, size_t offset, size_t size);

/* Marks `count` single items, in any order, repetitions allowed; none at all is fine. `indices` is
 * read during the call only. Any thread, no waiting, no lock. Errors: INVALID_ARGUMENT for NULL
 * with a count; OUT_OF_RANGE if any index is >= nitems, and then nothing is marked; STATE for a
 * buffer without data. */
TRM_API trm_result trm_buffer_update_indices(
    trm_buffer *buffer, const uint32_t *indices, size_t count);

/* Queues `nbytes` bytes for the items from `offset` on, in a buffer without CPU data. The bytes are
 * copied before the call returns and are already in GPU order. They may end inside an item. Calls
 * apply in order: later bytes win; the queue never holds more than the buffer's own size. Any
 * thread; takes a lock, which an upload of this buffer holds, also where that waits for the GPU
 * (see device.h). Errors: INVALID_ARGUMENT for NULL; OUT_OF_RANGE past the end; STATE for a
 * buffer with data; OUT_OF_MEMORY (then nothing is queued). Zero bytes do nothing. */
TRM_API trm_result trm_buffer_send_data(
    trm_buffer *buffer, size_t offset, const void *data, size_t nbytes);

/* A number that changes with every edit and draw-range change, unique in the process: (buffer,
 * revision) can serve as a cache key. 0 for NULL. Thread-safe. */
TRM_API uint64_t trm_buffer_revision(const trm_buffer *buffer);

/* Whether edits wait to be taken (a resize counts as one). An edit by another thread may be a
 * moment late. Thread-safe where marking is: not during the call that detaches it or destroys
 * its device. */
TRM_API bool trm_buffer_pending(const trm_buffer *buffer);

/* Takes the pending marks as runs in ascending order, for programs with an uploader of their own.
 * Writes at most `capacity` runs; what did not fit stays pending. *count is the number written.
 * With `runs` NULL nothing is taken and *count is the number of runs pending. Call from one thread
 * at a time; others may go on marking. Errors: INVALID_ARGUMENT for NULL or a capacity of 0 with an
 * array; STATE without data; ATTACHED when the buffer's marks belong to a device. */
TRM_API trm_result trm_buffer_take_runs(
    trm_buffer *buffer, trm_run *runs, size_t capacity, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
