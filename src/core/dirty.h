/* Which chunks have a pending edit: a two-level bitmap that any thread may mark and one thread
 * takes.
 *
 * Three levels are touched from the bottom up when marking - word, summary (one bit a word), state
 * - and from the top down when taking. Marking always does an atomic read-modify-write of the word,
 * also when the chunk was pending already: skipping it because the bit "is there anyway" loses
 * edits, for the look may come before the data has left the marker's processor, and the taker may
 * be between clearing the bit and reading the data. Behind that write a look is enough for the
 * levels above: all accesses are sequentially consistent, so a flag that is seen there will be
 * taken later than the word was written, and the taker then finds the bit. A taker that empties a
 * level before the marker reaches it leaves the levels above set: the worst that happens is a look
 * at an empty word.
 *
 * A bitmap of a single word has no summary. `state` also carries the flag "everything": a full
 * update costs the same whatever the size. */
#ifndef TRM_CORE_DIRTY_H
#define TRM_CORE_DIRTY_H

#include "core/bits.h"

#include <trireme/base.h>

#include <stdatomic.h>

#define TRM_DIRTY_SOME 1u /* there may be set bits */
#define TRM_DIRTY_FULL 2u /* everything is marked, whatever the bits say */

typedef struct trm_dirty {
    _Atomic uint32_t state;
    uint32_t word_count;
    _Atomic uint64_t *words;   /* &single when there is a single word */
    _Atomic uint64_t *summary; /* behind the words; NULL when there is a single word */
    _Atomic uint64_t single;
} trm_dirty;

/* Memory for the bits of a bitmap; the struct itself is the caller's. False without memory, or with
 * more than 2^38 bits. */
bool trm_dirty_init(trm_dirty *dirty, size_t bit_count, const trm_allocator *allocator);
void trm_dirty_destroy(trm_dirty *dirty, const trm_allocator *allocator);

/* Gives `dirty` the size and the memory of `from`, all of whose bits are clear. The state stays. */
void trm_dirty_adopt(trm_dirty *dirty, const trm_dirty *from);

/* Marks bits [first, end), which must lie inside and not be empty. */
void trm_dirty_mark(trm_dirty *dirty, size_t first, size_t end);

/* Sets a bit that may well be set. Only behind a read-modify-write, or such a look, of the level
 * below. */
static inline void trm_dirty_lift(_Atomic uint64_t *level, size_t bit) {
    if (!(atomic_load(level) >> (bit % TRM_WORD_BITS) & 1))
        atomic_fetch_or(level, UINT64_C(1) << (bit % TRM_WORD_BITS));
}

/* trm_dirty_mark_word for loops, which keep both pointers at hand. */
static inline void trm_dirty_mark_at(
    _Atomic uint64_t *words, _Atomic uint64_t *summary, size_t word, uint64_t mask) {
    atomic_fetch_or(&words[word], mask);
    if (summary)
        trm_dirty_lift(&summary[word / TRM_WORD_BITS], word);
}

/* Marks `mask` in one word. Must be followed by trm_dirty_raise or trm_dirty_raise_marked, once for
 * any number of words. */
static inline void trm_dirty_mark_word(trm_dirty *dirty, size_t word, uint64_t mask) {
    trm_dirty_mark_at(dirty->words, dirty->summary, word, mask);
}

/* Attaching a buffer relies on one order of this and its own store. */
static inline void trm_dirty_raise(trm_dirty *dirty, uint32_t flags) {
    atomic_fetch_or(&dirty->state, flags);
}

/* Raises TRM_DIRTY_SOME. Only behind trm_dirty_mark_word. */
static inline void trm_dirty_raise_marked(trm_dirty *dirty) {
    if (!(atomic_load(&dirty->state) & TRM_DIRTY_SOME))
        atomic_fetch_or(&dirty->state, TRM_DIRTY_SOME);
}

static inline bool trm_dirty_pending(const trm_dirty *dirty) {
    return atomic_load(&dirty->state) != 0;
}

/* A walk that takes: trm_dirty_take_begin clears the state and returns its flags, then
 * trm_dirty_take_next clears and returns one non-zero word after the other. With TRM_DIRTY_FULL in
 * the flags the words still have to be walked, or they are pending again. */
typedef struct trm_dirty_walk {
    trm_dirty *dirty;
    size_t summary_index;
    uint64_t summary_bits;
    size_t next_index; /* the next group that was seen to have marks */
} trm_dirty_walk;

uint32_t trm_dirty_take_begin(trm_dirty *dirty, trm_dirty_walk *walk);
bool trm_dirty_take_next(trm_dirty_walk *walk, size_t *word, uint64_t *bits);

/* Puts back what a walk has not reached, and `bits` of `word`. */
void trm_dirty_put_back(trm_dirty_walk *walk, size_t word, uint64_t bits);

#endif
