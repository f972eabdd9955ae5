/* Copies that go past the caches. */
#include "core/copy.h"
#include "core/limit.h"

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) || defined(_M_X64)
#define STREAMS 1
#include <emmintrin.h>
#endif

/* Of one long copy: hardware prefetchers work inside pages. */
#define PAGE_NBYTES TRM_LIMIT((size_t)4096, (size_t)128)

#ifdef STREAMS
/* Below, most of it would be the ends. */
#define SHORTEST_STREAM TRM_LIMIT((size_t)256, (size_t)128)

static inline void stream_line(unsigned char *to, const unsigned char *from) {
    const __m128i *source = (const __m128i *)(const void *)from;
    __m128i *target = (__m128i *)(void *)to;
    __m128i a = _mm_loadu_si128(source), b = _mm_loadu_si128(source + 1);
    __m128i c = _mm_loadu_si128(source + 2), d = _mm_loadu_si128(source + 3);
    _mm_stream_si128(target, a);
    _mm_stream_si128(target + 1, b);
    _mm_stream_si128(target + 2, c);
    _mm_stream_si128(target + 3, d);
}

static inline void prefetch(const unsigned char *line) {
    _mm_prefetch((const char *)line, _MM_HINT_T0);
}

/* The pointers are read once: for all that the compiler knows what is written may be they. */
void trm_copy_lanes(unsigned char *const to[TRM_LANES], const unsigned char *const from[TRM_LANES],
    const unsigned char *const next[TRM_LANES], size_t nbytes) {
    unsigned char *to_0 = to[0], *to_1 = to[1], *to_2 = to[2], *to_3 = to[3];
    const unsigned char *from_0 = from[0], *from_1 = from[1], *from_2 = from[2], *from_3 = from[3];
    const unsigned char *const *ahead = next ? next : from;
    const unsigned char *next_0 = ahead[0], *next_1 = ahead[1], *next_2 = ahead[2],
                        *next_3 = ahead[3];
    for (size_t i = 0; i < nbytes; i += TRM_LINE_NBYTES) {
        prefetch(next_0 + i);
        prefetch(next_1 + i);
        prefetch(next_2 + i);
        prefetch(next_3 + i);
        stream_line(to_0 + i, from_0 + i);
        stream_line(to_1 + i, from_1 + i);
        stream_line(to_2 + i, from_2 + i);
        stream_line(to_3 + i, from_3 + i);
    }
}

/* Two pages at a time, and the two after them fetched ahead: one or four abreast take a core of a
 * Xeon a tenth longer, where they come from memory. */
static size_t stream_pages(unsigned char *to, const unsigned char *from, size_t nbytes) {
    const size_t step = 2 * PAGE_NBYTES;
    size_t done = 0;
    for (; nbytes - done >= step; done += step) {
        unsigned char *target = to + done;
        const unsigned char *source = from + done;
        const unsigned char *next = source + (nbytes - done >= 2 * step ? step : 0);
        for (size_t i = 0; i < PAGE_NBYTES; i += TRM_LINE_NBYTES) {
            prefetch(next + i);
            prefetch(next + PAGE_NBYTES + i);
            stream_line(target + i, source + i);
            stream_line(target + PAGE_NBYTES + i, source + PAGE_NBYTES + i);
        }
    }
    return done;
}

/* Whole lines with stores that do not fetch them first; the ends as usual. */
static void stream(unsigned char *to, const unsigned char *from, size_t nbytes) {
    size_t head = (size_t)(-(uintptr_t)to % TRM_LINE_NBYTES);
    memcpy(to, from, head);
    size_t done = head + stream_pages(to + head, from + head, nbytes - head);
    for (; nbytes - done >= TRM_LINE_NBYTES; done += TRM_LINE_NBYTES)
        stream_line(to + done, from + done);
    memcpy(to + done, from + done, nbytes - done);
}
#else
void trm_copy_lanes(unsigned char *const to[TRM_LANES], const unsigned char *const from[TRM_LANES],
    const unsigned char *const next[TRM_LANES], size_t nbytes) {
    (void)next;
    for (unsigned lane = 0; lane < TRM_LANES; lane++)
        memcpy(to[lane], from[lane], nbytes);
}
#endif

void trm_copy_bytes_streamed(void *target, const trm_source *source, size_t offset, size_t nbytes) {
#ifdef STREAMS
    if (trm_source_is_plain(source) && nbytes >= SHORTEST_STREAM) {
        stream(target, (const unsigned char *)source->data + offset, nbytes);
        return;
    }
#endif
    trm_copy_bytes(target, source, offset, nbytes);
}

/* Whether the first TRM_LANES can be copied abreast: whole lines, as many of each. */
static bool are_alike(const trm_plain_copy *copies, size_t count) {
    size_t nbytes = copies[0].nbytes, misfit = nbytes % TRM_LINE_NBYTES;
    for (size_t i = 0; i < TRM_LANES && count >= TRM_LANES; i++) {
        misfit |= (uintptr_t)copies[i].to % TRM_LINE_NBYTES;
        misfit |= copies[i].nbytes ^ nbytes;
    }
    return count >= TRM_LANES && nbytes <= PAGE_NBYTES && !misfit;
}

static void copy_abreast(const trm_plain_copy *copies) {
    unsigned char *to[TRM_LANES];
    const unsigned char *from[TRM_LANES];
    for (size_t lane = 0; lane < TRM_LANES; lane++) {
        to[lane] = copies[lane].to;
        from[lane] = copies[lane].from;
    }
    trm_copy_lanes(to, from, NULL, copies[0].nbytes);
}

void trm_copy_plain_streamed(const trm_plain_copy *copies, size_t count) {
    while (count) {
        bool abreast = are_alike(copies, count);
        size_t done = abreast ? TRM_LANES : 1;
        const trm_source source = {.data = copies[0].from, .stride = 1, .itemsize = 1};
        if (abreast)
            copy_abreast(copies);
        else
            trm_copy_bytes_streamed(copies[0].to, &source, 0, copies[0].nbytes);
        copies += done;
        count -= done;
    }
    trm_copy_fence();
}

void trm_copy_fence(void) {
#ifdef STREAMS
    _mm_sfence();
#endif
}
