/* In-place writes: the application writes where the GPU's commands will read, without a copy of
 * ours. Into a slice of the staging ring for a device-local store, into a region of its own for a
 * mapped one. */
#ifndef TRM_CORE_WRITE_H
#define TRM_CORE_WRITE_H

#include "core/device_impl.h"

/* An open write. */
typedef struct trm_write {
    trm_buffer *buffer;
    size_t offset; /* bytes, in the buffer */
    size_t nbytes;
    trm_slice slice;       /* device-local */
    uint32_t region;       /* mapped */
    uint32_t previous_use; /* of the region, which nobody else gets meanwhile */
    struct trm_write *next;
} trm_write;

/* Whether the only region is being written: nothing can be uploaded until that is over. */
bool trm_write_bars_upload(const trm_buffer *buffer);

/* Closes the buffer's write, if one is open, as if nothing had been written. */
void trm_write_drop(trm_device *device, trm_buffer *buffer);

#endif
