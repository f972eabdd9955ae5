/* Small buffers in mapped pages that were edited as a whole, many at a time: see slot.c. */
#ifndef TRM_CORE_SLOT_H
#define TRM_CORE_SLOT_H

#include "core/dirty.h"
#include "core/limit.h"
#include "core/page.h"

/* So many words of a listing are copied in one go: between two of them stand locked instructions,
 * each of which waits until what was copied has left the processor. */
#define TRM_SLOT_WORDS TRM_LIMIT((size_t)8, (size_t)2)
/* Or fewer, with so many bytes: whoever sets another array waits for them. */
#define TRM_SLOT_NBYTES TRM_LIMIT((uint64_t)256 << 10, (uint64_t)4096)
#define TRM_SLOT_PIECES (TRM_SLOT_WORDS * TRM_WORD_BITS)

/* What becomes one copy: slots next to each other in a page, all but the last one filled, out of
 * arrays next to each other in memory. */
typedef struct trm_slot_piece {
    const trm_page *page;
    uint64_t offset; /* bytes in the page */
    const unsigned char *from;
    size_t nbytes;
} trm_slot_piece;

/* What is planned, and still to be copied. */
typedef struct trm_slot_work {
    size_t words;
    size_t count;
    uint64_t buffers;
    uint64_t nbytes;
    trm_slot_piece pieces[TRM_SLOT_PIECES];
} trm_slot_work;

struct trm_device;
struct trm_store;

/* Does what trm_store_update does, for those of 64 buffers that have a slot: word `word` of listing
 * `index`. `full` says which ones were marked as a whole, `some` which may have other marks
 * besides. Returns those that are left: they are marked as a whole in their own state. Copies when
 * it has enough; trm_slot_copy does the rest, and comes before anything else that is done to the
 * listing's buffers. */
uint64_t trm_slot_plan(
    struct trm_device *device, size_t index, size_t word, uint64_t full, uint64_t some);
void trm_slot_copy(struct trm_device *device, size_t index);

/* Whether that may be tried from now on. Behind an update that went well. */
void trm_slot_judge(struct trm_store *store);

#endif
