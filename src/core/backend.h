/* What a graphics API provides, and what a backend may ask of the core. No policy lives behind this
 * table: a backend does what it is told, trusts its caller, and reports what the API said.
 *
 * All functions are called on the device's thread. `self` is the backend's own state. */
#ifndef TRM_CORE_BACKEND_H
#define TRM_CORE_BACKEND_H

#include "core/rules.h"

#include <trireme/device.h>

/* GPU memory with a mapping that lasts as long as it. */
typedef struct trm_memory {
    uint64_t handle; /* the API's name for it */
    void *pointer;   /* start of the mapping: for writing only, it may be write-combined */
    uint64_t nbytes;
} trm_memory;

/* A point in the command stream. 0 is none. */
typedef uintptr_t trm_fence;

/* Alignments in bytes that the offset of a span needs for each kind of use. */
typedef struct trm_alignments {
    size_t map;
    size_t uniform;
    size_t storage;
    size_t texel;
} trm_alignments;

typedef struct trm_backend {
    void *self;
    trm_alignments alignments;

    /* Memory that is mapped for writing, not coherent: writes arrive by `flush`. OK,
     * OUT_OF_DEVICE_MEMORY or DEVICE_LOST. The label is for the API's debug tools. */
    trm_result (*memory_create)(void *self, uint64_t nbytes, const char *label, trm_memory *out);
    void (*memory_destroy)(void *self, trm_memory *memory);
    /* Makes bytes that the CPU just wrote visible to commands that follow. */
    void (*flush)(void *self, const trm_memory *memory, uint64_t offset, uint64_t nbytes);

    trm_fence (*fence_insert)(void *self); /* 0 when the API would not */
    void (*fence_destroy)(void *self, trm_fence fence);
    /* Whether the GPU has passed the fence: OK, NOT_READY after `timeout_ns` (0: a poll), or
     * DEVICE_LOST. A wait also makes sure that the fence is on its way to the GPU. */
    trm_result (*fence_wait)(void *self, trm_fence fence, uint64_t timeout_ns);
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

/* Checks what trm_device_create would refuse before a backend is built. */
trm_result trm_device_check_desc(const trm_device_desc *desc);

/* Validates, attaches if needed, uploads what is pending. See trm_gl_acquire. */
trm_result trm_device_acquire(trm_device *device, trm_buffer *buffer, trm_span *out);

/* The `self` of the device's backend. The device is not NULL. */
void *trm_device_backend(const trm_device *device);

/* Whether GL may be touched. */
bool trm_device_is_lost(const trm_device *device);

/* Says a rule in the device's name. */
trm_result trm_device_fail(const trm_device *device, trm_rule rule);

#endif
