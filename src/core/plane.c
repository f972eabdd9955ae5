#include "core/plane.h"

size_t trm_plane_words(size_t bit_count) {
    size_t words = trm_words_for(bit_count);
    return words + trm_words_for(words);
}

void trm_plane_init(trm_plane *plane, size_t bit_count, uint64_t *memory) {
    *plane = (trm_plane){.words = memory, .bit_count = bit_count};
}

/* Eight at a time: of a large plane with few bits nearly all are empty. */
size_t trm_plane_next_group(const trm_plane *plane, size_t group) {
    const uint64_t *summary = trm_plane_summary(plane);
    const size_t groups = trm_plane_group_count(plane);
    for (; group < groups && groups - group >= 8; group += 8) {
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
    uint64_t *summary = trm_plane_summary(plane);
    size_t groups = trm_plane_group_count(plane), group = 0;
    while ((group = trm_plane_next_group(plane, group)) < groups) {
        for (uint64_t bits = summary[group]; bits; bits &= bits - 1)
            plane->words[group * TRM_WORD_BITS + trm_lowest_bit(bits)] = 0;
        summary[group] = 0;
    }
}

void trm_plane_add(trm_plane *plane, size_t word, uint64_t bits) {
    if (plane->full)
        return;
    plane->set_count += trm_popcount(bits & ~plane->words[word]);
    plane->words[word] |= bits;
    trm_plane_summary(plane)[word / TRM_WORD_BITS] |= UINT64_C(1) << (word % TRM_WORD_BITS);
}

void trm_plane_clear_before(trm_plane *plane, size_t end) {
    if (plane->full) {
        plane->full = false;
        plane->set_count = 0;
        for (size_t word = end / TRM_WORD_BITS; word < trm_plane_word_count(plane); word++) {
            size_t bits = plane->bit_count - word * TRM_WORD_BITS;
            unsigned first = word == end / TRM_WORD_BITS ? end % TRM_WORD_BITS : 0;
            if (bits > first)
                trm_plane_add(plane, word,
                    trm_bit_range(first, bits < TRM_WORD_BITS ? (unsigned)bits : TRM_WORD_BITS));
        }
        return;
    }
    for (size_t word = 0; word * TRM_WORD_BITS < end; word++) {
        size_t bits = end - word * TRM_WORD_BITS;
        uint64_t mask = bits < TRM_WORD_BITS ? trm_bit_range(0, (unsigned)bits) : ~UINT64_C(0);
        plane->set_count -= trm_popcount(plane->words[word] & mask);
        plane->words[word] &= ~mask;
        if (!plane->words[word])
            trm_plane_summary(plane)[word / TRM_WORD_BITS] &=
                ~(UINT64_C(1) << (word % TRM_WORD_BITS));
    }
}

bool trm_plane_test(const trm_plane *plane, size_t bit) {
    return plane->full || (plane->words[bit / TRM_WORD_BITS] >> (bit % TRM_WORD_BITS) & 1);
}
