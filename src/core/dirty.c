#include "core/dirty.h"

#include "core/memory.h"
#include "core/prefetch.h"

/* Words of the summary; 0 when there is none. */
static size_t summary_count(const trm_dirty *dirty) {
    return dirty->summary ? trm_words_for(dirty->word_count) : 0;
}

bool trm_dirty_init(trm_dirty *dirty, size_t bit_count, const trm_allocator *allocator) {
    size_t word_count = trm_words_for(bit_count);
    if (word_count > UINT32_MAX)
        return false;
    *dirty = (trm_dirty){.word_count = (uint32_t)word_count, .words = &dirty->single};
    if (word_count <= 1)
        return true;
    dirty->words =
        trm_allocate(allocator, (word_count + trm_words_for(word_count)) * sizeof *dirty->words);
    if (!dirty->words)
        return false;
    dirty->summary = dirty->words + word_count;
    return true;
}

void trm_dirty_destroy(trm_dirty *dirty, const trm_allocator *allocator) {
    if (dirty->summary)
        trm_release(allocator, dirty->words,
            (dirty->word_count + summary_count(dirty)) * sizeof *dirty->words);
    dirty->words = NULL;
}

void trm_dirty_adopt(trm_dirty *dirty, const trm_dirty *from) {
    dirty->word_count = from->word_count;
    dirty->words = from->summary ? from->words : &dirty->single;
    dirty->summary = from->summary;
    dirty->single = 0;
}

void trm_dirty_mark(trm_dirty *dirty, size_t first, size_t end) {
    size_t first_word = first / TRM_WORD_BITS, last_word = (end - 1) / TRM_WORD_BITS;
    unsigned first_bit = first % TRM_WORD_BITS, end_bit = (unsigned)((end - 1) % TRM_WORD_BITS) + 1;
    for (size_t word = first_word; word <= last_word; word++) {
        unsigned from = word == first_word ? first_bit : 0;
        unsigned to = word == last_word ? end_bit : TRM_WORD_BITS;
        trm_dirty_mark_word(dirty, word, trm_bit_range(from, to));
    }
    trm_dirty_raise_marked(dirty);
}

/* A look first: most summary words are empty, and an exchange costs a locked bus cycle. A mark that
 * this look misses is one that has not raised the state yet, or raised it again after it was taken.
 */
static uint64_t take(_Atomic uint64_t *from) {
    return atomic_load(from) ? atomic_exchange(from, 0) : 0;
}

/* What a walk goes by: words of the summary, or the single word. */
static size_t group_count(const trm_dirty *dirty) {
    return dirty->summary ? summary_count(dirty) : 1;
}

/* The first from `group` on that is not empty, or the end. Eight at a time: with few marks in many
 * bits nearly all are. */
static size_t next_group(const trm_dirty *dirty, size_t group, size_t groups) {
    const _Atomic uint64_t *summary = dirty->summary;
    for (; groups - group >= 8; group += 8) {
        uint64_t any = 0;
        for (size_t i = 0; i < 8; i++)
            any |= atomic_load(&summary[group + i]);
        if (any)
            break;
    }
    while (group < groups && !atomic_load(&summary[group]))
        group++;
    return group;
}

/* Finds where the walk goes on when its group is done, and fetches what it will take there. */
static void look_ahead(trm_dirty_walk *walk, size_t groups) {
    trm_dirty *dirty = walk->dirty;
    size_t next = next_group(dirty, walk->summary_index + 1, groups);
    walk->next_index = next;
    if (next < groups) { /* its bits are there until the walk takes them */
        uint64_t bits = atomic_load(&dirty->summary[next]);
        trm_prefetch(&dirty->words[next * TRM_WORD_BITS + trm_lowest_bit(bits)]);
    }
}

uint32_t trm_dirty_take_begin(trm_dirty *dirty, trm_dirty_walk *walk) {
    uint32_t flags = atomic_exchange(&dirty->state, 0);
    *walk = (trm_dirty_walk){.dirty = dirty};
    if (!flags)
        walk->summary_index = group_count(dirty);
    else if (dirty->summary)
        walk->summary_bits = take(&dirty->summary[0]);
    else
        walk->summary_bits = dirty->word_count; /* 0 or 1 */
    if (flags)
        look_ahead(walk, group_count(dirty));
    return flags;
}

/* The lowest that is still to be taken of a word of the summary; there is one. */
static size_t next_word(const trm_dirty_walk *walk) {
    return walk->summary_index * TRM_WORD_BITS + trm_lowest_bit(walk->summary_bits);
}

bool trm_dirty_take_next(trm_dirty_walk *walk, size_t *word, uint64_t *bits) {
    trm_dirty *dirty = walk->dirty;
    size_t groups = group_count(dirty);
    while (walk->summary_index < groups) {
        while (walk->summary_bits) {
            *word = next_word(walk);
            walk->summary_bits &= walk->summary_bits - 1;
            if (walk->summary_bits)
                trm_prefetch(&dirty->words[next_word(walk)]);
            *bits = take(&dirty->words[*word]);
            if (*bits)
                return true;
        }
        walk->summary_index = walk->next_index;
        if (walk->summary_index < groups) {
            walk->summary_bits = take(&dirty->summary[walk->summary_index]);
            look_ahead(walk, groups);
        }
    }
    return false;
}

void trm_dirty_put_back(trm_dirty_walk *walk, size_t word, uint64_t bits) {
    trm_dirty *dirty = walk->dirty;
    if (bits)
        trm_dirty_mark_word(dirty, word, bits);
    if (walk->summary_index < summary_count(dirty))
        atomic_fetch_or(&dirty->summary[walk->summary_index], walk->summary_bits);
    trm_dirty_raise(dirty, TRM_DIRTY_SOME);
}
