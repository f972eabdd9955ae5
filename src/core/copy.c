#include "core/copy.h"

#include <string.h>

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
