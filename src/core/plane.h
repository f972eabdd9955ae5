/* Which chunks one region of a store still lacks: a two-level bitmap for the device's thread alone.
 * "Everything" is a flag, so that a new store costs nothing per chunk; while it is set no bit is.
 */
#ifndef TRM_CORE_PLANE_H
#define TRM_CORE_PLANE_H

#include "core/bits.h"
#include "core/prefetch.h"

#include <trireme/base.h>

typedef struct trm_plane {
    uint64_t *words; /* and behind them the summary: a bit for each word that has set ones */
    size_t bit_count;
    size_t set_count; /* how many bits are set, or bit_count with `full` */
    bool full;
} trm_plane;

/* Words of 8 bytes that a plane of `bit_count` bits needs; its memory is the caller's, zeroed. */
size_t trm_plane_words(size_t bit_count);
void trm_plane_init(trm_plane *plane, size_t bit_count, uint64_t *memory);

/* Empties the words. Only while bits are set one by one. */
void trm_plane_empty(trm_plane *plane);

/* Clears every bit. */
static inline void trm_plane_clear(trm_plane *plane) {
    if (plane->set_count && !plane->full)
        trm_plane_empty(plane);
    plane->set_count = 0;
    plane->full = false;
}

/* Sets every bit. */
static inline void trm_plane_fill(trm_plane *plane) {
    trm_plane_clear(plane);
    plane->set_count = plane->bit_count;
    plane->full = true;
}

/* Whether more than half of the bits are set: then the gaps together are less than what is set. */
static inline bool trm_plane_is_dense(const trm_plane *plane) {
    return plane->set_count > plane->bit_count / 2;
}

/* A hint that trm_plane_add comes for this word. */
static inline void trm_plane_prefetch(const trm_plane *plane, size_t word) {
    trm_prefetch(&plane->words[word]);
}

/* Sets `bits`, of which there is at least one, in a word. */
void trm_plane_add(trm_plane *plane, size_t word, uint64_t bits);
/* Clears every bit before `end`, which is at most bit_count. */
void trm_plane_clear_before(trm_plane *plane, size_t end);
bool trm_plane_test(const trm_plane *plane, size_t bit);

/* For walks: its words, and those of the summary, here called groups. */
static inline size_t trm_plane_word_count(const trm_plane *plane) {
    return trm_words_for(plane->bit_count);
}

static inline uint64_t *trm_plane_summary(const trm_plane *plane) {
    return plane->words + trm_plane_word_count(plane);
}

static inline size_t trm_plane_group_count(const trm_plane *plane) {
    return trm_words_for(trm_plane_word_count(plane));
}

/* The first group from `group` on that has a word with set bits, or their number. */
size_t trm_plane_next_group(const trm_plane *plane, size_t group);

#endif
