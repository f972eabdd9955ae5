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
 * exist; an attached buffer knows its bit. The same rules as in dirty.h hold, with the buffer's own
 * bitmap as the level below `words`.
 *
 * `full` has nothing below it: a bit there is itself the mark of a whole attached buffer. Where
 * thousands of small ones are edited every frame, that is one atomic write for a mark, and one for
 * taking 64 of them. */
#define TRM_LISTING_WORDS ((size_t)64)
#define TRM_LISTING_BITS  (TRM_LISTING_WORDS * TRM_WORD_BITS)
typedef struct trm_listing {
    _Atomic uint64_t words[TRM_LISTING_WORDS];
    _Atomic uint64_t full[TRM_LISTING_WORDS];
    _Atomic uint64_t summary; /* words that may have set bits, here or there */
    /* Between rewriting slots and set_data (slot.c). Bits: the buffer's slot may be rewritten; its
     * array is being replaced, and must not be read without the lock; it was replaced. */
    _Atomic uint64_t rewritable[TRM_LISTING_WORDS];
    _Atomic uint64_t barred[TRM_LISTING_WORDS];
    _Atomic uint64_t moved[TRM_LISTING_WORDS];
    _Atomic uint64_t rewriting; /* words whose arrays are being read */
} trm_listing;

/* Sizes that follow from one another. */
typedef struct trm_layout {
    size_t nitems;
    size_t chunk_size;  /* items; 0 without data */
    size_t chunk_count; /* 0 without data */
    size_t itemsize;
    size_t stride;
    trm_format format;
    size_t nbytes;
} trm_layout;

/* In the order in which marking, sync and acquire come by: with thousands of buffers each cache
 * line counts. The first one, up to `dirty.words`, is all that marking a buffer as a whole, or an
 * acquire with nothing to do, looks at. */
struct trm_buffer {
    _Atomic(struct trm_device *)
        device;                     /* claimed before the store is made; NULL while unattached */
    uint8_t demotions;              /* times it has returned, up to some number */
    bool keeps_placement;           /* AUTO has settled: a move was tried and refused */
    _Atomic(trm_listing *) listing; /* NULL while unattached */
    _Atomic uint64_t revision_storage;
    struct trm_store *store; /* where it lives on the GPU; NULL while unattached */
    _Atomic(const void *) data;
    uint32_t listing_bit; /* in the listing */
    bool chunk_is_power_of_two;
    uint8_t chunk_shift;
    trm_dirty dirty; /* without data it has no words, and the state means: something was sent */

    trm_layout layout;
    struct trm_write *write; /* open in place; NULL: none */
    uint64_t generation;     /* counts resizes */
    _Atomic size_t stride;   /* bytes */

    trm_mutex *lock; /* of the array and sends: held while they are read or replaced */
    trm_mutex lock_storage;
    bool force_contiguous;
    _Atomic uint64_t data_epoch; /* of data and stride: odd while they are replaced */
    uint32_t usage;
    trm_placement placement;
    bool write_lost; /* an open write went with its context; whoever ends it has to hear of it */
    trm_send_queue sends;

    _Atomic uint64_t *revision; /* drawn when somebody asks; 0: not yet */
    size_t listing_slot;        /* in the device */
    trm_range draw_range;       /* size TRM_WHOLE is kept as such */
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

static inline bool trm_buffer_has_data(const trm_buffer *buffer) {
    return buffer->dirty.word_count != 0;
}

/* The buffer's bit in a bitmap of its listing. */
static inline bool trm_listing_test(const _Atomic uint64_t *bitmap, const trm_buffer *buffer) {
    size_t bit = buffer->listing_bit;
    return atomic_load(&bitmap[bit / TRM_WORD_BITS]) >> (bit % TRM_WORD_BITS) & 1;
}

static inline void trm_listing_set(_Atomic uint64_t *bitmap, const trm_buffer *buffer) {
    size_t bit = buffer->listing_bit;
    atomic_fetch_or(&bitmap[bit / TRM_WORD_BITS], UINT64_C(1) << (bit % TRM_WORD_BITS));
}

static inline void trm_listing_clear(_Atomic uint64_t *bitmap, const trm_buffer *buffer) {
    size_t bit = buffer->listing_bit;
    atomic_fetch_and(&bitmap[bit / TRM_WORD_BITS], ~(UINT64_C(1) << (bit % TRM_WORD_BITS)));
}

static inline bool trm_buffer_is_pending(const trm_buffer *buffer) {
    const trm_listing *listing = atomic_load(&buffer->listing);
    return trm_dirty_pending(&buffer->dirty) ||
           (listing && trm_listing_test(listing->full, buffer));
}

/* Chunks [first, end) as items. */
static inline trm_range trm_chunks_to_items(const trm_layout *layout, size_t first, size_t end) {
    size_t offset = first * layout->chunk_size;
    size_t stop = end >= layout->chunk_count ? layout->nitems : end * layout->chunk_size;
    return (trm_range){offset, stop - offset};
}

/* Takes over a layout with data: its chunk shift, its bitmap, marked as a whole. */
void trm_buffer_set_layout(trm_buffer *buffer, const trm_layout *layout, const trm_dirty *dirty);

/* Another array. The lock is held. */
void trm_buffer_replace_array(trm_buffer *buffer, const void *data, size_t stride);

/* ARGUMENT_NULL or BUFFER_NO_DATA, unless there is a buffer with data. */
trm_result trm_buffer_need_data(const trm_buffer *buffer);

/* mark.c: raises flags of the state and puts the buffer on its device's list. */
void trm_buffer_raise(trm_buffer *buffer, uint32_t flags);

/* The same for an edit of the application: the revision changes too. */
void trm_buffer_edited(trm_buffer *buffer, uint32_t flags);

/* listing.c: moves the listing's mark of the whole buffer, if there is one, into the buffer's
 * state. The device's thread. */
void trm_listing_collect(trm_buffer *buffer);

/* buffer.c: what update_range does with chunks [first, end) of more than one word. */
trm_result trm_buffer_mark_words(trm_buffer *buffer, size_t first, size_t end);

/* The number of a revision is drawn when somebody asks: an edit only says that the last one is
 * over. */
static inline void trm_buffer_end_revision(trm_buffer *buffer) {
    if (atomic_load(&buffer->revision_storage))
        atomic_store(&buffer->revision_storage, 0);
}

/* From now on nobody rewrites its slot, until it is judged again. */
static inline void trm_buffer_forbid_rewrites(trm_buffer *buffer) {
    trm_listing *listing = atomic_load(&buffer->listing);
    if (listing)
        trm_listing_clear(listing->rewritable, buffer);
}

/* How the array is read. The lock is held. */
static inline trm_source trm_buffer_source(const trm_buffer *buffer) {
    const trm_format *format = &buffer->layout.format;
    return (trm_source){
        .data = atomic_load_explicit(&buffer->data, memory_order_relaxed),
        .stride = atomic_load_explicit(&buffer->stride, memory_order_relaxed),
        .itemsize = buffer->layout.itemsize,
        .swap = format->big_endian ? trm_component_nbytes(format->component) : 0,
    };
}

#endif
