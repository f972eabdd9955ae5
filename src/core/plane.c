#include "core/plane.h"

#include "core/bits.h"

#define WORD_BITS 64u

static size_t words_for(size_t bits) {
    return bits / WORD_BITS + (bits % WORD_BITS != 0);
}

size_t trm_plane_words(size_t bit_count) {
    size_t words = words_for(bit_count);
    return words + words_for(words);
}

void trm_plane_init(trm_plane *plane, size_t bit_count, uint64_t *memory) {
    *plane = (trm_plane){.words = memory, .bit_count = bit_count};
}

static size_t word_count(const trm_plane *plane) {
    return words_for(plane->bit_count);
}

/* A bit for each word that has set ones. */
static uint64_t *summary_of(const trm_plane *plane) {
    return plane->words + word_count(plane);
}

static size_t summary_count(const trm_plane *plane) {
    return words_for(word_count(plane));
}

/* The first group from `group` on that has any bit set; `groups`, of which there are so many, when
 * none has. Eight at a time: of a large plane with few bits nearly all are empty. */
static size_t next_group(const uint64_t *summary, size_t group, size_t groups) {
    for (; groups - group >= 8; group += 8) {
        uint64_t any = 0;
        for (size_t i = 0; i < 8; i++)
            any |= summary[group + i];
        if (any)
            break;
    }
    while (group < groups && !summary[group])
        group++;
    return group;
}

void trm_plane_empty(trm_plane *plane) {
    uint64_t *summary = summary_of(plane);
    size_t groups = summary_count(plane), group = 0;
    while ((group = next_group(summary, group, groups)) < groups) {
        for (uint64_t bits = summary[group]; bits; bits &= bits - 1)
            plane->words[group * WORD_BITS + trm_lowest_bit(bits)] = 0;
        summary[group] = 0;
    }
}

void trm_plane_add(trm_plane *plane, size_t word, uint64_t bits) {
    if (plane->full)
        return;
    plane->set_count += trm_popcount(bits & ~plane->words[word]);
    plane->words[word] |= bits;
    summary_of(plane)[word / WORD_BITS] |= UINT64_C(1) << (word % WORD_BITS);
}

void trm_plane_clear_before(trm_plane *plane, size_t end) {
    if (plane->full) {
        plane->full = false;
        plane->set_count = 0;
        for (size_t word = end / WORD_BITS; word < word_count(plane); word++) {
            size_t bits = plane->bit_count - word * WORD_BITS;
            unsigned first = word == end / WORD_BITS ? end % WORD_BITS : 0;
            if (bits > first)
                trm_plane_add(plane, word,
                    trm_bit_range(first, bits < WORD_BITS ? (unsigned)bits : WORD_BITS));
        }
        return;
    }
    for (size_t word = 0; word * WORD_BITS < end; word++) {
        size_t bits = end - word * WORD_BITS;
        uint64_t mask = bits < WORD_BITS ? trm_bit_range(0, (unsigned)bits) : ~UINT64_C(0);
        plane->set_count -= trm_popcount(plane->words[word] & mask);
        plane->words[word] &= ~mask;
        if (!plane->words[word])
            summary_of(plane)[word / WORD_BITS] &= ~(UINT64_C(1) << (word % WORD_BITS));
    }
}

bool trm_plane_test(const trm_plane *plane, size_t bit) {
    return plane->full || (plane->words[bit / WORD_BITS] >> (bit % WORD_BITS) & 1);
}

/* The first set bit at or after `from`, or bit_count. */
static size_t next_set(const trm_plane *plane, size_t from) {
    if (from >= plane->bit_count)
        return plane->bit_count;
    size_t word = from / WORD_BITS;
    uint64_t bits = plane->words[word] & (~UINT64_C(0) << (from % WORD_BITS));
    if (bits)
        return word * WORD_BITS + trm_lowest_bit(bits);

    const uint64_t *summary = summary_of(plane);
    size_t next = word + 1, group = next / WORD_BITS, group_count = summary_count(plane);
    if (group >= group_count)
        return plane->bit_count;
    uint64_t groups = summary[group] & (~UINT64_C(0) << (next % WORD_BITS));
    if (!groups) {
        group = next_group(summary, group + 1, group_count);
        if (group == group_count)
            return plane->bit_count;
        groups = summary[group];
    }
    word = group * WORD_BITS + trm_lowest_bit(groups);
    return word * WORD_BITS + trm_lowest_bit(plane->words[word]);
}

/* Bit i: it and the `count` - 1 bits behind it are set, bits of `high` following those of `low`. At
 * most 65: by doubling, so that a word takes as long whatever lies in it. */
static uint64_t starts_of(uint64_t low, uint64_t high, unsigned count) {
    for (unsigned have = 1, step; have < count; have += step) {
        step = have < count - have ? have : count - have;
        low &= low >> step | high << (WORD_BITS - step);
        high &= high >> step;
    }
    return low;
}

/* Where the first gap of so many clear bits begins behind the set bit `from`; behind the last bit
 * there is nothing else. */
static size_t next_gap(const trm_plane *plane, size_t from, unsigned nbits) {
    size_t count = word_count(plane), word = from / WORD_BITS;
    uint64_t clear = ~plane->words[word], mask = ~UINT64_C(0) << (from % WORD_BITS);
    for (;;) {
        uint64_t next = word + 1 < count ? ~plane->words[word + 1] : ~UINT64_C(0);
        uint64_t gaps = starts_of(clear, next, nbits) & mask;
        if (gaps)
            return word * WORD_BITS + trm_lowest_bit(gaps);
        if (++word == count)
            return plane->bit_count;
        clear = next;
        mask = ~UINT64_C(0);
    }
}

bool trm_plane_next(
    const trm_plane *plane, size_t from, unsigned bridge, size_t *first, size_t *end) {
    if (plane->full) {
        *first = from;
        *end = plane->bit_count;
        return from < plane->bit_count;
    }
    *first = next_set(plane, from);
    if (*first >= plane->bit_count)
        return false;
    *end = next_gap(plane, *first, bridge + 1);
    return true;
}
