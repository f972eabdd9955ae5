/* Bit tricks in plain C11, written so that compilers recognise them. */
#ifndef TRM_CORE_BITS_H
#define TRM_CORE_BITS_H

#include <stddef.h>
#include <stdint.h>

#define TRM_WORD_BITS 64u

/* Words that so many bits need. */
static inline size_t trm_words_for(size_t bits) {
    return bits / TRM_WORD_BITS + (bits % TRM_WORD_BITS != 0);
}

/* Index of the lowest set bit; `bits` is not 0. */
static inline unsigned trm_lowest_bit(uint64_t bits) {
#ifdef __GNUC__
    return (unsigned)__builtin_ctzll(bits);
#else
    unsigned index = 0;
    while (!(bits & 1)) {
        bits >>= 1;
        index++;
    }
    return index;
#endif
}

/* By halves: compilers for processors that may lack the instruction make a call of it. */
static inline unsigned trm_popcount(uint64_t bits) {
    const uint64_t pairs = UINT64_C(0x3333333333333333);
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & pairs) + (bits >> 2 & pairs);
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(bits * UINT64_C(0x0101010101010101) >> 56);
}

/* Bits [first, end) of a word; first < end <= 64. */
static inline uint64_t trm_bit_range(unsigned first, unsigned end) {
    return (~UINT64_C(0) << first) & (~UINT64_C(0) >> (64 - end));
}

#endif
