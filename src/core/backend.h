/* What a graphics API provides, and what a backend may ask of the core. No policy lives behind this
 * table: a backend does what it is told, trusts its caller, and reports what the API said.
 *
 * All functions are called on the device's thread. `self` is the backend's own state. */
#ifndef TRM_CORE_BACKEND_H
#define TRM_CORE_BACKEND_H

#include "core/rules.h"

#include <trireme/device.h>

/* GPU memory. */
typedef struct trm_memory {
    uint64_t handle; /* the API's name for it */
    void *pointer;   /* start of its mapping, which lasts as long as it: for writing only, it may be
                        write-combined. NULL for device-local memory */
    uint64_t nbytes;
} trm_memory;

/* The caller's bytes that go into GPU memory inside a command. */
typedef struct trm_update {
    uint64_t offset; /* in the memory */
    uint64_t nbytes;
    const void *bytes;
} trm_update;

/* Bytes to move on the GPU, into `target`; mostly from the staging ring. */
typedef struct trm_transfer {
    const trm_memory *target;
    uint32_t usage; /* of the buffer that lives there */
    uint64_t target_offset;
    uint64_t source_offset;
    uint64_t nbytes;
} trm_transfer;

/* Many runs moved into one target by one dispatch. They are listed in the ring: `entries` rows of
 * four 32-bit words - source, target and length in words, the target counted from `target_offset`,
 * and a word of padding. */
typedef struct trm_scatter {
    const trm_memory *target;
    uint32_t usage;
    uint64_t target_offset; /* a multiple of the storage alignment */
    uint64_t target_nbytes; /* from there, at most the largest binding */
    uint64_t table_offset;  /* in the ring */
    uint32_t entries;
} trm_scatter;

/* What has to be over before the commands that follow. The first two: before copies overwrite, or
 * read, their memory. */
typedef enum trm_barrier {
    TRM_BARRIER_SHADER_WRITES, /* writes by shaders into the target arrive first */
    TRM_BARRIER_EVERYTHING, /* for drivers whose copies overtake reads; costs a full wait there */
    /* Behind copies into readable memory: the CPU finds them there once a later fence has passed,
     * and shaders do not overwrite their source any earlier. */
    TRM_BARRIER_CPU_READS
} trm_barrier;

/* A point in the command stream. 0 is none. */
typedef uintptr_t trm_fence;

/* Alignments in bytes that the offset of a span needs for each kind of use. */
typedef struct trm_alignments {
    size_t map;
    size_t uniform;
    size_t storage;
    size_t texel;
} trm_alignments;

/* What kind of machine this is, as far as policy cares. */
typedef struct trm_traits {
    trm_memory_kind memory_kind; /* never AUTO */
    uint64_t
        largest_binding; /* bytes that a dispatch can reach at once; 0: there are no dispatches */
    bool copies_overtake_storage; /* copies overwrite what earlier draws still read as shader
                                     storage */
    bool cheap_fences;            /* also where the GPU is a machine of its own */
} trm_traits;

typedef struct trm_backend {
    void *self;
    trm_alignments alignments;
    trm_traits traits;

    /* Memory that is mapped for writing, not coherent: writes arrive by `flush`, if there is one.
     * OK, OUT_OF_DEVICE_MEMORY or DEVICE_LOST. The label is for the API's debug tools. */
    trm_result (*mapped_create)(void *self, uint64_t nbytes, const char *label, trm_memory *out);
    /* The same for the CPU to read what copies put there. Never written by the CPU. */
    trm_result (*readable_create)(void *self, uint64_t nbytes, const char *label, trm_memory *out);
    /* Memory that only the GPU touches, filled from `initial` if that is not NULL. With `updatable`
     * it takes `update`, and is undefined without `initial`; otherwise it is zero then. (Cleared
     * and updatable together make NVIDIA's driver move it to host memory.) The same errors. */
    trm_result (*device_create)(void *self, uint64_t nbytes, const void *initial, bool updatable,
        const char *label, trm_memory *out);
    void (*memory_destroy)(void *self, trm_memory *memory);
    /* Makes bytes that the CPU just wrote visible to commands that follow. NULL: they are. */
    void (*flush)(void *self, const trm_memory *memory, uint64_t offset, uint64_t nbytes);

    /* Writes bytes of the caller's, which are its own again after the call: for a few kilobytes,
     * whole words, into updatable memory only. Behind all commands so far; unless `any_time`, when
     * no command that is not over yet touches the bytes. */
    void (*update)(void *self, const trm_memory *target, const trm_update *updates, size_t count,
        bool any_time);
    /* Moves bytes (of mapped memory: flushed ones), in any order among themselves, behind all
     * commands so far. */
    void (*transfer)(
        void *self, const trm_memory *source, const trm_transfer *transfers, size_t count);
    void (*barrier)(void *self, trm_barrier barrier);
    /* The same by dispatches, with the barriers that they need before and after. False, and nothing
     * done, when the context's state does not allow one now. */
    bool (*scatter)(
        void *self, const trm_memory *source, const trm_scatter *scatters, size_t count);

    /* Brackets the commands between them for the API's debug tools. NULL when nobody looks. */
    void (*group_push)(void *self, const char *label);
    void (*group_pop)(void *self);

    /* 0 when the API would not. With `for_reads` the CPU is going to read what commands wrote into
     * readable memory. */
    trm_fence (*fence_insert)(void *self, bool for_reads);
    void (*fence_destroy)(void *self, trm_fence fence);
    /* Whether the GPU has passed the fence: OK, NOT_READY after `timeout_ns` (0: a poll), or
     * DEVICE_LOST. A wait also makes sure that the fence is on its way to the GPU. */
    trm_result (*fence_wait)(void *self, trm_fence fence, uint64_t timeout_ns);
    /* Lets commands from now on wait, on the GPU, for another context's fence. */
    void (*fence_follow)(void *self, trm_fence fence);
    void (*submit)(void *self);       /* sends off what was recorded */
    trm_result (*status)(void *self); /* OK or DEVICE_LOST, as far as the API tells */

    void (*destroy)(void *self, bool lost); /* with `lost`, without touching the API */
} trm_backend;

/* What a draw binds, in the core's words. */
typedef struct trm_span {
    uint64_t handle;
    size_t offset;
    size_t nbytes;
} trm_span;

/* Makes a device around a backend and takes it over: also on failure the backend is destroyed. */
trm_result trm_device_create(
    const trm_backend *backend, const trm_device_desc *desc, trm_device **out);

/* Before the new context is asked for anything: a loss that is told of from now on is its own. */
void trm_device_begin_restore(trm_device *device);

/* Puts a backend in the place of the one that was lost, and takes it over: also on failure, then as
 * a lost one. The device is lost. OK or DEVICE_LOST. */
trm_result trm_device_restore(trm_device *device, const trm_backend *backend);

/* What the device was made with. It is not NULL. */
const trm_device_desc *trm_device_described(const trm_device *device);

/* Checks what trm_device_create would refuse before a backend is built. */
trm_result trm_device_check_desc(const trm_device_desc *desc);

/* Validates, attaches if needed, uploads what is pending. Without `may_wait`, NOT_READY instead of
 * a wait. See trm_gl_acquire and trm_gl_try_acquire. */
trm_result trm_device_acquire(trm_device *device, trm_buffer *buffer, bool may_wait, trm_span *out);

/* A piece of a stream's memory. */
typedef struct trm_stream_slice {
    void *pointer;
    uint64_t handle;
    size_t offset;
    size_t nbytes;
} trm_stream_slice;

/* See trm_gl_stream_alloc. */
trm_result trm_stream_alloc(
    trm_stream *stream, size_t nbytes, size_t alignment, trm_stream_slice *out);

/* Makes the open frame last until another context's fence has passed too. The device owns the fence
 * then. */
trm_result trm_device_add_fence(trm_device *device, trm_fence fence);

/* The `self` of the device's backend. The device is not NULL. */
void *trm_device_backend(const trm_device *device);

/* Which bytes of a span of the buffer's, `nbytes` long, a range of items takes. TRM_WHOLE as size:
 * to the end. */
trm_result trm_buffer_locate(
    const trm_buffer *buffer, size_t nbytes, trm_range range, trm_range *out_nbytes);

/* Whether the API may be touched. */
bool trm_device_is_lost(const trm_device *device);

/* Says a rule in the device's name. */
trm_result trm_device_fail(const trm_device *device, trm_rule rule);

#endif
