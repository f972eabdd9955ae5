/* Trireme: the device - one GPU context, the buffers attached to it, and its frames.
 *
 * A device is made by a backend (trm_gl_device_create in gl.h); everything after that is here, but
 * for the calls that speak of GL objects. A frame, for an application:
 *
 *     trm_device_sync(device);                   upload what was edited
 *     trm_gl_acquire(device, buffer, &span);     what to draw from, in this frame
 *     ... draw ...
 *     trm_device_end_frame(device);              once, after the last draw
 *
 * Acquires upload what they meet, so that small programs need no sync; but scattered edits are
 * moved by one dispatch, and buffers that are no longer edited return to one copy, in a sync only.
 *
 * A span is valid until trm_device_end_frame, or until the same buffer is acquired again: draws
 * issued before keep what they had, draws issued after use the new span. An edit made between two
 * acquires of a frame is seen by draws after the second and never by those before it. A sync counts
 * as an acquire of every edited buffer: sync first, then acquire and draw.
 *
 * Placement: MAPPED buffers have N regions that the CPU writes directly; their span moves. DEVICE
 * buffers have one device-local copy, fed through a staging ring; their span is the same from the
 * first acquire to detach or resize, so vertex arrays and buffer textures can be baked. AUTO starts
 * with one device-local copy, which is all that static data needs, and moves the buffer into mapped
 * regions when it is edited again and mapped memory is as good (unified or software memory), or
 * where many buffers of at most 16 KiB are edited in a frame, or where a buffer of at most 64 KiB
 * had better not rely on the staging ring (a device with a budget, a driver that refused it); it is
 * judged anew when it is resized. Buffers that the GPU writes, or that have no CPU data, stay
 * DEVICE.
 *
 * Threads: all calls of this header belong to the thread on which the context is current, but for
 * those that say otherwise. The device takes the thread that last called sync or end_frame for its
 * own: after the context has moved to another thread, call one of them there before a buffer is
 * destroyed or resized. No other thread may mark a buffer during the call that detaches it or
 * destroys its device.
 *
 * Waiting: a call waits for the GPU only where no other way is left: sync and acquire when the
 * unfinished frames move more through the staging ring than it holds, or when every region of a
 * buffer is in use and there is no memory for a ring; trm_device_write_begin and
 * trm_gl_stream_alloc when there is no room. Each wait lasts at most `wait_timeout_ns`, and an
 * upload of more than the ring may take several; a sync that has waited in vain waits no more, but
 * uploads what needs no wait. The statistics count them. trm_gl_try_acquire never waits. An upload
 * that trm_buffer_set_data makes begin anew, again and again, is given up after as long, as if it
 * had waited in vain. (Where a driver's copies overtake storage reads, the barrier against that
 * waits inside the driver, in any of these calls, and is not counted.)
 *
 * Memory that is refused: every call that takes GPU memory may then also clear the context's error
 * flags, which it asks whether the driver had any.
 */
#ifndef TRIREME_DEVICE_H
#define TRIREME_DEVICE_H

#include <trireme/buffer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One GPU context and what Trireme keeps in it. Opaque. */
typedef struct trm_device trm_device;

/* Memory for content that lives one frame. Opaque. */
typedef struct trm_stream trm_stream;

/* Bytes on their way from the GPU to the CPU. Opaque. */
typedef struct trm_read trm_read;

/* The most regions a mapped buffer can have. */
#define TRM_MAX_REGIONS 8

/* A piece of a buffer that was just copied towards the GPU; see trm_device_desc.on_copy. */
typedef struct trm_copy_event {
    const trm_buffer *buffer;
    uint32_t region; /* the region written */
    size_t offset;   /* items */
    size_t size;     /* items */
} trm_copy_event;

/* What a device is doing; see trm_device_desc.on_zone. */
typedef enum trm_zone {
    TRM_ZONE_SYNC,     /* trm_device_sync, when there is something to bring up */
    TRM_ZONE_UPLOAD,   /* an acquire that brings its buffer up to date; the label is the buffer's */
    TRM_ZONE_WAIT,     /* a wait for the GPU, inside one of the others or, alone, in calls that have
                          no zone */
    TRM_ZONE_END_FRAME /* trm_device_end_frame */
} trm_zone;

/* A zone begins or ends. They nest, and every one that has begun ends, also in calls that fail. */
typedef struct trm_zone_event {
    trm_zone zone;
    bool begins;
    const char *label; /* the buffer's or the device's, "" for most waits; lives until the callback
                          returns */
} trm_zone_event;

/* Where the GPU's memory is, as far as placement cares. */
typedef enum trm_memory_kind {
    TRM_MEMORY_AUTO = 0, /* as the driver describes itself */
    TRM_MEMORY_DISCRETE, /* its own, behind a bus: reading mapped memory crosses the bus each time
                          */
    TRM_MEMORY_UNIFIED,  /* the same as the CPU's */
    TRM_MEMORY_SOFTWARE  /* the GPU is the CPU */
} trm_memory_kind;

/* Runs `task(context, i)` once for each i below `count`, in any order and on any threads, and
 * returns when all have returned: the application's job system. Called on the device's thread, from
 * sync and acquire, with the buffer that is being copied locked against set_data; the tasks copy
 * memory and call nothing. */
typedef void (*trm_parallel_for)(
    void *user, size_t count, void (*task)(void *context, size_t index), void *context);

/* What every backend's device is made with. All zero is a good choice. */
typedef struct trm_device_desc {
    uint32_t region_count;   /* regions of a mapped buffer, 1..TRM_MAX_REGIONS; 0: 3 */
    uint64_t staging_nbytes; /* bytes a frame is expected to move through the staging ring, which is
                                three times as large; 0: 4 MiB */
    /* The most bytes that the ring may grow to; 0: 256 MiB; less than it has: it never grows. It
     * doubles when two frames in short order (within eight) move more than a third of it, as far as
     * this, the budget and the largest storage block (where edits are dispatched) let it, and
     * shrinks only for a buffer, stream or read-back that the budget has no room for; refused
     * memory is asked for again 256 frames later. What makes way while the GPU still uses it is
     * free a frame or two later: until then that call returns BUDGET. This is also the largest
     * array that is packed in host memory, for as long as its store is being made, if it has
     * strides, swapped bytes or a size that is no multiple of four bytes. */
    uint64_t staging_limit_nbytes;
    uint64_t budget_nbytes;   /* most GPU memory to hold at once, the ring as it has grown included;
                                 0: no limit */
    uint32_t idle_frames;     /* a buffer that AUTO has mapped, and that was not edited for so many
                                 frames, returns to one device-local copy, at a sync; 0: 600;
                                 UINT32_MAX: hardly ever */
    uint64_t wait_timeout_ns; /* bound of any single wait, and of beginning anew; 0: 2 seconds */
    bool no_flush; /* do not flush the context's commands at end_frame: right when a swap follows at
                      once */
    bool no_inline; /* small edits, too, go through the staging ring; otherwise they travel inside
                       the commands that write them, which costs less: up to 16 KiB a sync, or 128
                       KiB in many pieces that are dispatched (which takes 2 MiB of GPU memory),
                       more where nothing is dispatched */
    bool no_pages; /* an object of its own for every buffer, as debuggers like it; otherwise buffers
                      of up to 16 KiB share objects */
    bool explicit_sync; /* acquire never reads CPU data: only trm_device_sync uploads, and worker
                           threads may write between two syncs. Attach buffers before the sync: an
                           acquire that comes first attaches, and returns STATE */
    trm_memory_kind memory_kind; /* overrides what the driver says of itself */
    const char *label;           /* copied; appears in messages */
    trm_allocator allocator;     /* for the device's own memory, as long as it lives */
    trm_log log;                 /* hears of mistakes made with device calls, and at the levels
                                    below of what costs and where buffers go */
    /* Shares out copies of 256 KiB and more; NULL: the device's thread does them. Pays from three
     * or four threads on, for one alone cannot keep the bus busy. */
    trm_parallel_for parallel_for;
    void *parallel_user;
    /* Told of each piece copied, during the call that copies it; for overlays and debugging (small
     * buffers are uploaded more slowly for it). Must not call Trireme, but for what buffer.h tells
     * of a buffer without changing it. NULL: off. */
    void (*on_copy)(void *user, const trm_copy_event *event);
    void *on_copy_user;
    /* Told when a zone begins and ends, on the device's thread: for a profiler's zones or timer
     * queries. It may call GL's queries, and must not call Trireme. NULL: off. */
    void (*on_zone)(void *user, const trm_zone_event *event);
    void *on_zone_user;
} trm_device_desc;

/* How to make a stream. */
typedef struct trm_stream_desc {
    size_t nbytes;  /* bytes that a frame may use without waiting for other frames, those between
                       slices for the sake of their alignment included */
    uint32_t usage; /* trm_usage bits of what is drawn from it; 0: anything (larger alignments) */
    const char *label; /* copied; names the GL object and appears in messages */
} trm_stream_desc;

/* Counters since the device was made. Bytes and nanoseconds are exact, not sampled. */
typedef struct trm_stats {
    uint64_t frames;              /* frames ended */
    uint64_t uploads;             /* times a buffer was brought up to date by copying */
    uint64_t marked_nbytes;       /* bytes of the chunks that the application's edits touched */
    uint64_t copied_nbytes;       /* bytes the CPU wrote into GPU-visible memory, in place or not */
    uint64_t flushed_nbytes;      /* bytes made visible by flushes */
    uint64_t flushes;             /* flush calls */
    uint64_t fences;              /* fences put into the command stream */
    uint64_t polls;               /* times a fence was asked without waiting */
    uint64_t waits;               /* for the GPU, but for trm_device_wait_idle's */
    uint64_t waited_ns;           /* time spent in those waits */
    uint64_t longest_call_ns;     /* the longest upload or end_frame, waits included */
    uint64_t uploading_ns;        /* time spent in syncs and acquires with edits, waits included */
    uint64_t buffers;             /* attached now */
    uint64_t mapped_nbytes;       /* GPU memory now held in mapped stores, streams, read-backs */
    uint64_t device_nbytes;       /* in device-local stores */
    uint64_t staging_nbytes;      /* in the staging ring and for parcels, once there are any */
    uint64_t staging_used_nbytes; /* of the ring, by unfinished frames */
    uint64_t transfers;           /* moves on the GPU: out of the ring or of parcels, or of an idle
                                     buffer into one copy */
    uint64_t inline_nbytes;   /* of copied_nbytes: handed over with their commands, past the ring */
    uint64_t streamed_nbytes; /* handed out by streams */
    uint64_t read_nbytes;     /* copied for read-backs */
    uint64_t retired_nbytes;  /* of detached, resized or moved buffers and of destroyed streams and
                                 read-backs, until the GPU is done with it; part of the above */
    uint64_t host_nbytes;     /* host memory now held for tracking */
    uint64_t restores;        /* times that the device was restored after a loss of its context */
    uint64_t lost_contents;   /* buffers that lost content in those; see content_lost */
} trm_stats;

/* One region of a buffer, for overlays and debugging. */
typedef struct trm_region_info {
    size_t stale_nbytes; /* bytes of chunks that this region still lacks */
    bool in_flight;      /* an unfinished frame, or the open one, may read it */
    bool current;        /* the next acquire returns it if nothing is edited */
} trm_region_info;

/* Why a buffer is where it is. */
typedef enum trm_placement_reason {
    TRM_REASON_NONE = 0,      /* it has no memory yet */
    TRM_REASON_ASKED,         /* its desc says so */
    TRM_REASON_GPU_WRITTEN,   /* shaders write into it: other regions could never catch up */
    TRM_REASON_NO_DATA,       /* it has no CPU data: likewise */
    TRM_REASON_FIRST_UPLOAD,  /* AUTO starts with one copy, and it was not edited since */
    TRM_REASON_EDITED_SHARED, /* edited again, and the GPU shares the CPU's memory */
    TRM_REASON_EDITED_SMALL,  /* edited again, at most 16 KiB and one of many in a frame, or where
                                 fences cost nothing, or at most 64 KiB without a ring to rely on */
    TRM_REASON_EDITED_FEW,   /* edited again, at most 16 KiB, and one of few where fences do cost */
    TRM_REASON_EDITED_LARGE, /* edited again, but the GPU reads so much from its own memory */
    TRM_REASON_MOVE_REFUSED, /* it was edited and should have moved: there was no memory */
    TRM_REASON_IDLE          /* it was mapped, and then not edited for long; now and then is not
                                enough to be mapped again */
} trm_placement_reason;

/* How an attached buffer is kept. The counts run on when the buffer moves or is resized, and after
 * a loss of the context. */
typedef struct trm_buffer_info {
    trm_placement placement;     /* as chosen; AUTO only while there is no memory yet */
    trm_placement_reason reason; /* ... and why */
    uint32_t region_count;
    trm_region_info regions[TRM_MAX_REGIONS];
    size_t region_nbytes;  /* distance between two regions */
    uint64_t store_nbytes; /* GPU memory held */
    uint64_t uploads;      /* times it was brought up to date */
    uint64_t copied_nbytes;
    uint64_t waits;    /* times that had to wait for the GPU */
    uint64_t frames;   /* frames ended since its first memory */
    bool content_lost; /* a restore lost content that only the GPU had, and nothing was uploaded
                          since: send it, write it in place or let shaders make it again */
} trm_buffer_info;

/* How trm_device_report writes. */
typedef enum trm_report_format {
    TRM_REPORT_TEXT = 0, /* for people: lines */
    TRM_REPORT_JSON      /* one object; valid JSON in UTF-8 whatever the labels hold */
} trm_report_format;

/* Registers a buffer with the device. The first acquire does it too; memory is taken, and the
 * content goes up, with the next sync or acquire. Attaching twice is fine. Does not wait. Errors:
 * INVALID_ARGUMENT for NULL; ATTACHED for a buffer of another device; UNSUPPORTED for MAPPED
 * together with GPU_WRITE; OUT_OF_MEMORY; DEVICE_LOST. */
TRM_API trm_result trm_device_attach(trm_device *device, trm_buffer *buffer);

/* Takes a buffer off the device. Spans of the open frame stay valid; the GPU memory is freed when
 * the last frame that used it has finished. The buffer keeps its data, can be used or attached
 * again, and then counts as edited everywhere. Does not wait. Errors: INVALID_ARGUMENT for NULL;
 * STATE for a buffer that is not attached to this device. */
TRM_API trm_result trm_device_detach(trm_device *device, trm_buffer *buffer);

/* Uploads every attached buffer with pending edits. Costs next to nothing when there are none. Call
 * it before drawing, outside transform feedback and discarding conditional rendering. If a buffer
 * fails the others are still uploaded, and the first error is returned; the failed edits stay
 * pending. Waits as stated at the top. Errors: INVALID_ARGUMENT for NULL; STATE for a mapped buffer
 * that was sent only in part; TIMEOUT, FRAME_OPEN, OUT_OF_DEVICE_MEMORY, BUDGET, OUT_OF_MEMORY,
 * DEVICE_LOST. */
TRM_API trm_result trm_device_sync(trm_device *device);

/* Ends the frame: everything handed out in it is finished when the GPU has passed this point. Call
 * it once a frame, after the last draw. Frees the memory of frames that have finished. Does not
 * wait. Errors: INVALID_ARGUMENT for NULL; STATE while an in-place write is open (the message names
 * the buffer): the frame goes on then, close the write and call again; DEVICE_LOST. */
TRM_API trm_result trm_device_end_frame(trm_device *device);

/* Waits until every ended frame has finished, at most `timeout_ns` (UINT64_MAX: the device's own
 * bound), and frees what they held. Errors: INVALID_ARGUMENT for NULL; TIMEOUT; DEVICE_LOST. */
TRM_API trm_result trm_device_wait_idle(trm_device *device, uint64_t timeout_ns);

/* Counters, all zero for a NULL device. Does not touch the GPU. */
TRM_API void trm_device_stats(const trm_device *device, trm_stats *out);

/* How a buffer is kept on the device. Polls nothing: "in flight" is as of the last sync, acquire
 * with edits or end_frame. Errors: INVALID_ARGUMENT for NULL; STATE for a buffer that is not
 * attached here. */
TRM_API trm_result trm_device_buffer_info(
    const trm_device *device, const trm_buffer *buffer, trm_buffer_info *out);

/* The name of a reason, such as "edited-small"; stable, and never NULL ("unknown" for any other
 * value). Lives as long as the program. Thread-safe. */
TRM_API const char *trm_placement_reason_string(trm_placement_reason reason);

/* Writes what the device holds: all counters, and each buffer with its label, placement, the reason
 * for that, memory, uploads and rates. As snprintf does: at most `capacity` bytes, the last of them
 * zero, and in *length the bytes that the whole takes without that zero; cut if that is not below
 * the capacity. `out` may be NULL if `capacity` is 0. Does not touch the GPU, and works on a
 * lost device. Errors: INVALID_ARGUMENT for NULL, and for a format that does not exist. */
TRM_API trm_result trm_device_report(
    const trm_device *device, trm_report_format format, char *out, size_t capacity, size_t *length);

/* --- In-place writes: the application writes where the GPU reads, without a copy by the library */

/* Opens a write of items [offset, offset + size) of a buffer without CPU data, and returns where to
 * put them: contiguous, packed, in GPU order; TRM_WHOLE = to the end. Attaches the buffer if
 * needed. DEVICE buffers (AUTO ones, too) take any range, as long as the staging ring holds it:
 * raise staging_nbytes, of which it has three times, for large ones. MAPPED buffers are written
 * whole, each time into the next region that no frame uses; with a region_count of 1 there is
 * nothing to draw from until the write ends.
 *
 * The pointer is for writing only (reading it may be very slow, and tells nothing), by any threads,
 * until the write ends, the buffer is detached or destroyed, or the device is destroyed. One write
 * of a buffer at a time, any number of buffers; all have to end before the frame does. Sync and
 * acquire go on meanwhile and return the content from before; an open write keeps its part of the
 * ring, so that they may find no room in it (FRAME_OPEN). The buffer cannot be resized meanwhile.
 * Detaching or destroying it drops the write.
 *
 * What was sent before is uploaded first. Waits only as stated at the top. Errors, with *out NULL:
 * INVALID_ARGUMENT for NULL; those of trm_device_attach and trm_device_sync; STATE for a buffer
 * with CPU data, with a write open, or for a part of a MAPPED one; OUT_OF_RANGE for no items or
 * such past the end; BUDGET for more than the staging ring holds; DEVICE_LOST. */
TRM_API trm_result trm_device_write_begin(
    trm_device *device, trm_buffer *buffer, size_t offset, size_t size, void **out);

/* Ends it: the first `written` items, counted from the write's offset, are what draws see that are
 * issued after the next acquire (which returns the same span as before for DEVICE buffers). Items
 * beyond keep their value. Ordered with trm_buffer_send_data: bytes sent before this call lose to
 * what was written, bytes sent after it win. MAPPED buffers need everything. The number is exact:
 * TRM_WHOLE does not stand for it. 0 drops the write (with a region_count of 1 the MAPPED buffer is
 * then empty). Never waits. Errors: INVALID_ARGUMENT for NULL; STATE if the buffer is not attached
 * here, no write is open, or a MAPPED buffer was written in part; OUT_OF_RANGE for more than was
 * asked for (in all these the write stays as it was), OUT_OF_MEMORY (likewise); DEVICE_LOST (it is
 * dropped; also, and once, after a restore that found the write open). */
TRM_API trm_result trm_device_write_end(trm_device *device, trm_buffer *buffer, size_t written);

/* --- Streams: memory for what changes in every frame and lives only in it (trm_gl_stream_alloc) */

/* Makes a stream: one mapped object with room for region_count frames of `nbytes` bytes each (a
 * multiple of what the usage needs). Does not wait. Errors: INVALID_ARGUMENT for NULL, no bytes or
 * unknown usage; OUT_OF_DEVICE_MEMORY, BUDGET, OUT_OF_MEMORY, DEVICE_LOST. */
TRM_API trm_result trm_stream_create(
    trm_device *device, const trm_stream_desc *desc, trm_stream **out);

/* Makes everything that was allocated in this frame visible to the commands that follow. Every
 * slice allocated so far must be written by now, whichever thread does it: bytes that are written
 * after this call are flushed by no later one. Call it before the draws that read it, as often as
 * you like: only what was allocated since costs anything. Does not wait. Errors: INVALID_ARGUMENT
 * for NULL; DEVICE_LOST. */
TRM_API trm_result trm_stream_flush(trm_stream *stream);

/* Destroys a stream; NULL is fine. Slices of the open frame can no longer be written, but draws
 * issued or still to be issued in it may read what was flushed; the memory is freed when the last
 * frame that used it has finished. Does not wait. A device destroys its streams
 * with itself; they must not be used or destroyed after it. */
TRM_API void trm_stream_destroy(trm_stream *stream);

/* --- Reading back */

/* Asks for items [offset, offset + size) of a buffer as the GPU has them at this point of its
 * commands; TRM_WHOLE = to the end. Edits that no sync or acquire has uploaded yet are not in it,
 * nor is an open write. What shaders wrote is, if the buffer has TRM_USAGE_GPU_WRITE: the barriers
 * are the library's. Works in either placement. Never waits: the bytes are there some frames later.
 * Errors, with *out NULL: INVALID_ARGUMENT for NULL; STATE for a buffer that is not attached here,
 * or has no content on the GPU yet (or was just resized); OUT_OF_RANGE for no items or such past
 * the end; OUT_OF_DEVICE_MEMORY, BUDGET, OUT_OF_MEMORY, DEVICE_LOST. */
TRM_API trm_result trm_device_read_begin(
    trm_device *device, trm_buffer *buffer, size_t offset, size_t size, trm_read **out);

/* Whether the bytes are there: OK, or NOT_READY; the frame in which the read was begun has to end
 * first. Asks the GPU, and never waits; trm_device_wait_idle does, for those who must. Errors:
 * INVALID_ARGUMENT for NULL; DEVICE_LOST if they will never come: its context is gone, whether or
 * not the device has another one by now. */
TRM_API trm_result trm_read_poll(trm_read *read);

/* The bytes, packed and in GPU order, or NULL as long as they are not there. Any thread may read
 * (not write) them, until the read, or the context that it came from, is destroyed. Does not ask
 * the GPU: poll first. */
TRM_API const void *trm_read_data(const trm_read *read);

/* Destroys a read, finished or not; NULL is fine. Does not wait. A device destroys its reads with
 * itself; they must not be used or destroyed after it. */
TRM_API void trm_read_destroy(trm_read *read);

/* Tells the device that its context is gone, for contexts that never report it themselves. From
 * then on calls return DEVICE_LOST, but for detaching, the report and questions, and nothing
 * touches GL any more; buffers can be marked, sent to, resized, detached and destroyed as ever.
 * trm_gl_device_restore lets the device go on with another context; called during that, this is
 * about the new one. NULL is fine. Any thread, also from a debug callback; a call that is under way
 * elsewhere may still finish its GL commands. */
TRM_API void trm_device_lost(trm_device *device);

/* Detaches every buffer and frees the device with its streams and reads; NULL is fine. The buffers
 * live on. Unless the device is lost the context must be current. GL keeps what the GPU still reads
 * until it is done. Does not wait. */
TRM_API void trm_device_destroy(trm_device *device);

#ifdef __cplusplus
}
#endif
#endif
