/* Pages: one piece of GPU memory for many small buffers. A slot is a small buffer's place in a
 * page; which of its regions is current, what each lacks and when it was last used is its own
 * business. Pages share the object, the mapping and the flushes: thousands of small edits become
 * one flush instead of thousands of calls.
 *
 * Slots of a page have one size, a power of two. A page begins small, and further pages of its size
 * are larger, so that a handful of buffers does not hold a megabyte. */
#ifndef TRM_CORE_PAGE_H
#define TRM_CORE_PAGE_H

#include "core/backend.h"

#define TRM_PAGE_SMALLEST_SLOT ((size_t)256)
#define TRM_PAGE_LARGEST_SLOT  ((size_t)16 << 10)
#define TRM_PAGE_CLASSES       7 /* powers of two from one to the other */

/* Whose turn it is: the regions of one store, and what is known of each. Those of a page lie side
 * by side, apart from all else that a store is: where thousands of slots are rewritten in every
 * frame (slot.c), this is nearly all that is looked at, and with three regions two of them are one
 * cache line. A store has one of its own for when it has no slot. */
typedef struct trm_turn {
    const void *data;            /* the array, for slot.c */
    const struct trm_page *page; /* NULL: none */
    uint16_t nbytes;             /* of the buffer, if it has a page */
    uint8_t current;             /* region */
    /* 1 + the region that has everything while the others lack everything, whatever their planes
     * say (slot.c); 0: they are right. */
    uint8_t whole;
    /* Of each region: stamp of the last frame that was handed it; 0: none. */
    uint32_t last_use[];
} trm_turn;

/* Bytes of one for so many regions: a power of two. */
size_t trm_turn_nbytes(uint32_t region_count);

typedef struct trm_page {
    trm_memory memory;
    trm_placement placement;
    uint32_t region_count;
    size_t slot_nbytes;
    size_t slot_count;
    size_t region_nbytes; /* all slots, once */
    size_t free_count;
    struct trm_page *next; /* in the list of pages of its class that have room */
    struct trm_page *previous;
    unsigned char *turns;  /* slot_count of them */
    unsigned turn_shift;   /* 2^turn_shift bytes apart */
    uint64_t *rewrites;    /* of each slot: uploads of slot.c, which the store has not counted */
    uint64_t free_slots[]; /* a bit for each */
} trm_page;

/* Pages of one placement and slot size. */
typedef struct trm_page_class {
    trm_page *with_room;
    size_t slot_count; /* of all pages */
} trm_page_class;

typedef struct trm_pages {
    trm_page_class mapped[TRM_PAGE_CLASSES];
    trm_page_class device_local[TRM_PAGE_CLASSES];
    /* Bytes that were written and still have to be flushed: one range of one page. */
    const trm_page *written;
    uint64_t written_from;
    uint64_t written_end;
} trm_pages;

/* Whether a buffer of this size and alignment can live in a slot. */
bool trm_page_suits(size_t nbytes, size_t alignment);

/* Takes a free slot for `nbytes` bytes, from a new page if need be. OK, OUT_OF_MEMORY,
 * OUT_OF_DEVICE_MEMORY, BUDGET or DEVICE_LOST. */
trm_result trm_page_take(struct trm_device *device, trm_placement placement, size_t nbytes,
    trm_page **page, size_t *slot);

/* The turn of a slot. */
trm_turn *trm_page_turn(const trm_page *page, size_t slot);

/* Gives it back; nothing may use it any more. A page goes with its last slot. */
void trm_page_give_back(struct trm_device *device, trm_page *page, size_t slot);

/* Notes that the CPU wrote bytes [offset, offset + nbytes) of a page. `padding` bytes behind them
 * belong to nobody, and may be flushed along. */
void trm_page_note_written(struct trm_device *device, const trm_page *page, uint64_t offset,
    size_t nbytes, size_t padding);

/* Flushes what was noted. Before anything that may draw, or copy over it. */
void trm_pages_flush(struct trm_device *device);

#endif
