/* Copies that go past the caches. */
#include "core/copy.h"
#include "core/limit.h"

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__) || defined(_M_X64)
#define STREAMS 1
#include <emmintrin.h>
#endif

/* Lanes of one long copy: hardware prefetchers work inside pages. */
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

static inline void prefetch(const unsigned char *lane, size_t offset) {
    _mm_prefetch((const char *)lane + offset, _MM_HINT_T0);
}

void trm_copy_lanes(unsigned char *const to[TRM_LANES], const unsigned char *const from[TRM_LANES],
    const unsigned char *const next[TRM_LANES], size_t nbytes) {
    for (size_t i = 0; i < nbytes; i += TRM_LINE_NBYTES) {
        for (unsigned lane = 0; lane < TRM_LANES && next; lane++)
            prefetch(next[lane], i);
        for (unsigned lane = 0; lane < TRM_LANES; lane++)
            stream_line(to[lane] + i, from[lane] + i);
    }
}

/* Four pages at a time. */
static size_t stream_pages(unsigned char *to, const unsigned char *from, size_t nbytes) {
    const size_t step = TRM_LANES * PAGE_NBYTES;
    size_t done = 0;
    for (; nbytes - done >= step; done += step) {
        unsigned char *targets[TRM_LANES];
        const unsigned char *sources[TRM_LANES], *next[TRM_LANES];
        bool more = nbytes - done >= 2 * step;
        for (unsigned lane = 0; lane < TRM_LANES; lane++) {
            targets[lane] = to + done + lane * PAGE_NBYTES;
            sources[lane] = from + done + lane * PAGE_NBYTES;
            next[lane] = more ? sources[lane] + step : NULL;
        }
        trm_copy_lanes(targets, sources, more ? next : NULL, PAGE_NBYTES);
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
