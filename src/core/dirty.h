/* Which chunks have a pending edit: a two-level bitmap that any thread may mark and one thread
 * takes.
 *
 * Three levels are touched from the bottom up when marking - word, summary (one bit a word), state
 * - and from the top down when taking. Marking always ends in an atomic read-modify-write of
 * `state`, also when the chunk was pending already: a taker that empties a level before the marker
 * reaches it leaves the levels above set, so the worst that happens is a look at an empty word.
 * Skipping the write because the bit "is there anyway" loses edits: the taker may be between
 * clearing the bit and reading the data.
 *
 * A bitmap of a single word has no summary. `state` also carries the flag "everything", which makes
 * a repeated full update one instruction whatever the size. */
#ifndef TRM_CORE_DIRTY_H
#define TRM_CORE_DIRTY_H

#include <trireme/base.h>

#include <stdatomic.h>

#define TRM_WORD_BITS 64u

#define TRM_DIRTY_SOME 1u /* there may be set bits */
#define TRM_DIRTY_FULL 2u /* everything is marked, whatever the bits say */

typedef struct trm_dirty {
    _Atomic uint32_t state;
    _Atomic uint64_t *words;
    _Atomic uint64_t *summary;
    size_t word_count;
    size_t summary_count; /* 0 when there is a single word */
    size_t bit_count;
} trm_dirty;

/* Memory for the bits of a bitmap; the struct itself is the caller's. False without memory. */
bool trm_dirty_init(trm_dirty *dirty, size_t bit_count, const trm_allocator *allocator);
void trm_dirty_destroy(trm_dirty *dirty, const trm_allocator *allocator);

/* Marks bits [first, end), which must lie inside and not be empty. */
void trm_dirty_mark(trm_dirty *dirty, size_t first, size_t end);

/* Marks `mask` in one word. Must be followed by trm_dirty_raise, once for any number of words. */
static inline void trm_dirty_mark_word(trm_dirty *dirty, size_t word, uint64_t mask) {
    atomic_fetch_or_explicit(&dirty->words[word], mask, memory_order_acq_rel);
    if (dirty->summary_count)
        atomic_fetch_or_explicit(&dirty->summary[word / TRM_WORD_BITS],
            UINT64_C(1) << (word % TRM_WORD_BITS), memory_order_acq_rel);
}

/* Sequentially consistent: attaching a buffer relies on one order of this and its own store. */
static inline void trm_dirty_raise(trm_dirty *dirty, uint32_t flags) {
    atomic_fetch_or_explicit(&dirty->state, flags, memory_order_seq_cst);
}

static inline bool trm_dirty_pending(const trm_dirty *dirty) {
    return atomic_load_explicit(&dirty->state, memory_order_acquire) != 0;
}

/* A walk that takes: trm_dirty_take_begin clears the state and returns its flags, then
 * trm_dirty_take_next clears and returns one non-zero word after the other. With TRM_DIRTY_FULL in
 * the flags the words still have to be walked, or they are pending again. */
typedef struct trm_dirty_walk {
    trm_dirty *dirty;
    size_t summary_index;
    uint64_t summary_bits;
} trm_dirty_walk;

uint32_t trm_dirty_take_begin(trm_dirty *dirty, trm_dirty_walk *walk);
bool trm_dirty_take_next(trm_dirty_walk *walk, size_t *word, uint64_t *bits);

/* Puts back what a walk has not reached, and `bits` of `word`. */
void trm_dirty_put_back(trm_dirty_walk *walk, size_t word, uint64_t bits);

#endif
