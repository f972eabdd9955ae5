#include "core/copy.h"

#include <string.h>

#if defined(__SSE2__) || defined(_M_X64)
#define STREAMS 1
#include <emmintrin.h>
#endif

static void swap_item(unsigned char *to, const unsigned char *from, size_t nbytes, size_t unit) {
    for (size_t word = 0; word < nbytes; word += unit)
        for (size_t i = 0; i < unit; i++)
            to[word + i] = from[word + unit - 1 - i];
}

/* The constant sizes become single moves. */
static void gather(
    unsigned char *to, const unsigned char *from, const trm_source *source, size_t count) {
    size_t itemsize = source->itemsize, stride = source->stride;
    switch (itemsize) {
    case 4:
        for (size_t i = 0; i < count; i++)
            memcpy(to + 4 * i, from + stride * i, 4);
        break;
    case 8:
        for (size_t i = 0; i < count; i++)
            memcpy(to + 8 * i, from + stride * i, 8);
        break;
    case 12:
        for (size_t i = 0; i < count; i++)
            memcpy(to + 12 * i, from + stride * i, 12);
        break;
    case 16:
        for (size_t i = 0; i < count; i++)
            memcpy(to + 16 * i, from + stride * i, 16);
        break;
    default:
        for (size_t i = 0; i < count; i++)
            memcpy(to + itemsize * i, from + stride * i, itemsize);
    }
}

void trm_copy_items(void *target, const trm_source *source, size_t first, size_t count) {
    const unsigned char *from = (const unsigned char *)source->data + first * source->stride;
    unsigned char *to = target;
    if (source->swap) {
        for (size_t i = 0; i < count; i++)
            swap_item(to + i * source->itemsize, from + i * source->stride, source->itemsize,
                source->swap);
    } else if (trm_source_is_plain(source)) {
        memcpy(to, from, count * source->itemsize);
    } else {
        gather(to, from, source, count);
    }
}

void trm_copy_bytes(void *target, const trm_source *source, size_t offset, size_t nbytes) {
    if (trm_source_is_plain(source))
        memcpy(target, (const unsigned char *)source->data + offset, nbytes);
    else
        trm_copy_items(target, source, offset / source->itemsize, nbytes / source->itemsize);
}

#ifdef STREAMS
#define LINE_NBYTES 64u
/* Below, most of it would be the ends. */
#define SHORTEST_STREAM ((size_t)256)

/* Whole lines with stores that do not fetch them first; the ends as usual. */
static void stream(unsigned char *to, const unsigned char *from, size_t nbytes) {
    size_t head = (size_t)(-(uintptr_t)to % LINE_NBYTES);
    memcpy(to, from, head);
    for (to += head, from += head, nbytes -= head; nbytes >= LINE_NBYTES;
         to += LINE_NBYTES, from += LINE_NBYTES, nbytes -= LINE_NBYTES) {
        const __m128i *source = (const __m128i *)(const void *)from;
        __m128i *target = (__m128i *)(void *)to;
        __m128i a = _mm_loadu_si128(source), b = _mm_loadu_si128(source + 1);
        __m128i c = _mm_loadu_si128(source + 2), d = _mm_loadu_si128(source + 3);
        _mm_stream_si128(target, a);
        _mm_stream_si128(target + 1, b);
        _mm_stream_si128(target + 2, c);
        _mm_stream_si128(target + 3, d);
    }
    memcpy(to, from, nbytes);
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

void trm_copy_fence(void) {
#ifdef STREAMS
    _mm_sfence();
#endif
}
