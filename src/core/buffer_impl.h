/* The inside of a buffer, for the core. */
#ifndef TRM_CORE_BUFFER_IMPL_H
#define TRM_CORE_BUFFER_IMPL_H

#include "core/copy.h"
#include "core/dirty.h"
#include "core/mutex.h"
#include "core/rules.h"
#include "core/send.h"

#include <trireme/buffer.h>

#define TRM_ALL_USAGE (0x3ffu | TRM_USAGE_PIXEL_UNPACK | TRM_USAGE_GPU_WRITE | TRM_USAGE_TEXEL)

/* A device's list of buffers with edits is a bitmap too, made of segments that never move once they
 * exist; an attached buffer knows its bit. */
#define TRM_LISTING_BITS ((size_t)64 * 64)
typedef struct trm_listing {
    trm_dirty dirty;
} trm_listing;

/* Sizes that follow from one another. */
typedef struct trm_layout {
    size_t nbytes;
    size_t nitems;
    size_t itemsize;
    size_t stride;
    size_t chunk_size;  /* items; 0 without data */
    size_t chunk_count; /* 0 without data */
    trm_format format;
} trm_layout;

/* In the order in which marking, sync and acquire come by: with thousands of buffers each cache
 * line counts. */
struct trm_buffer {
    trm_dirty dirty;                /* without data only its state is used: something was sent */
    _Atomic(trm_listing *) listing; /* NULL while unattached */
    _Atomic uint64_t revision_storage;

    _Atomic uint64_t *revision; /* drawn when somebody asks; 0: not yet */
    size_t listing_bit;         /* in the listing */
    _Atomic(struct trm_device *)
        device;              /* claimed before the store is made; NULL while unattached */
    struct trm_store *store; /* where it lives on the GPU; NULL while unattached */
    struct trm_write *write; /* open in place; NULL: none */
    uint64_t generation;     /* counts resizes */
    const void *data;
    size_t stride; /* bytes */
    uint32_t usage;
    bool chunk_is_power_of_two;
    uint8_t chunk_shift;
    bool keeps_placement; /* AUTO has settled: a move was tried and refused */
    bool force_contiguous;

    trm_layout layout;

    trm_mutex *lock; /* of data, stride and sends: held while they are read or replaced */
    trm_mutex lock_storage;
    uint64_t data_epoch; /* counts replacements of `data` */
    trm_placement placement;
    bool write_lost; /* an open write went with its context; whoever ends it has to hear of it */
    trm_send_queue sends;

    size_t listing_slot;  /* in the device */
    trm_range draw_range; /* size TRM_WHOLE is kept as such */
    size_t wanted_chunk_size;
    char format_name[TRM_FORMAT_NAME_SIZE];
    char *label;
    trm_allocator allocator;
    trm_log log;
};

/* Works out and validates sizes, stride and format. Says what is wrong through `desc->log`. */
trm_result trm_layout_resolve(const trm_buffer_desc *desc, trm_layout *out);

/* The rules that a new array has to keep: its stride, contiguity, and that it fits in the address
 * space. */
trm_result trm_layout_check_data(
    const trm_layout *layout, bool force_contiguous, const trm_log *log, const char *label);

/* Items that make about 256 bytes, a power of two; fewer chunks than 2^26 whatever the size. */
size_t trm_automatic_chunk_size(size_t nitems, size_t itemsize);

static inline size_t trm_buffer_has_data(const trm_buffer *buffer) {
    return buffer->layout.chunk_count;
}

static inline size_t trm_chunk_of(const trm_buffer *buffer, size_t item) {
    return buffer->chunk_is_power_of_two ? item >> buffer->chunk_shift
                                         : item / buffer->layout.chunk_size;
}

/* Chunks [first, end) as items. */
static inline trm_range trm_chunks_to_items(const trm_layout *layout, size_t first, size_t end) {
    size_t offset = first * layout->chunk_size;
    size_t stop = end >= layout->chunk_count ? layout->nitems : end * layout->chunk_size;
    return (trm_range){offset, stop - offset};
}

/* Takes over a layout with data: its chunk shift, its bitmap, marked as a whole. */
void trm_buffer_set_layout(trm_buffer *buffer, const trm_layout *layout, const trm_dirty *dirty);

/* Raises flags of the state and puts the buffer on its device's list. */
void trm_buffer_raise(trm_buffer *buffer, uint32_t flags);

/* The same for an edit of the application: the revision changes too. */
void trm_buffer_edited(trm_buffer *buffer, uint32_t flags);

/* How the array is read. The lock is held. */
trm_source trm_buffer_source(const trm_buffer *buffer);

#endif
