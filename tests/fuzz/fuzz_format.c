/* Formats: any text is refused with a reason, or names itself and makes a buffer. */
#include <stdlib.h>
#include <string.h>

#include <trireme/gl.h>

#include "fuzz.h"

static void demand(bool condition) {
    if (!condition) {
        abort();
    }
}

static bool is_zero(const trm_format *format) {
    return format->component == TRM_COMPONENT_NONE && format->count == 0 && format->nbytes == 0 &&
           !format->big_endian;
}

/* The name that a format gives itself is one that it is known by. */
static void check_name(const trm_format *format) {
    char name[TRM_FORMAT_NAME_SIZE], again[TRM_FORMAT_NAME_SIZE];
    trm_format other;
    demand(trm_format_name(format, name, sizeof name) == TRM_OK);
    demand(strlen(name) < sizeof name && name[0] != '\0');
    demand(trm_format_parse(name, &other) == TRM_OK);
    demand(other.component == format->component && other.count == format->count);
    demand(other.nbytes == format->nbytes && other.big_endian == format->big_endian);
    demand(trm_format_name(&other, again, sizeof again) == TRM_OK && strcmp(name, again) == 0);
}

static void check_format(const trm_format *format) {
    trm_gl_vertex_attribute attribute;
    demand(format->count >= 1 && format->count <= 65536);
    demand(format->nbytes >= trm_component_nbytes(format->component));
    if (trm_gl_vertex_format(format, &attribute) == TRM_OK) {
        demand((uint64_t)attribute.nbytes * attribute.count == format->nbytes);
    }
    check_name(format);
}

/* Sizes as the first bytes say, up to SIZE_MAX; only tracked, for nothing reads the data. */
static void check_buffer(const char *text, const uint8_t *data, size_t nbytes) {
    static const unsigned char somewhere[1];
    size_t numbers[4] = {0};
    trm_buffer *buffer;
    memcpy(numbers, data, nbytes < sizeof numbers ? nbytes : sizeof numbers);
    trm_buffer_desc desc = {.data = numbers[3] % 2 ? somewhere : NULL,
        .nbytes = numbers[0] % 8 == 0 ? 0 : numbers[0] >> (numbers[3] >> 8 & 63),
        .nitems = numbers[1] % 8 == 0 ? 0 : numbers[1] >> (numbers[3] >> 16 & 63),
        .stride = numbers[2] >> (numbers[3] >> 24 & 63),
        .chunk_size = numbers[3] >> 32,
        .format = text};
    /* An itemwise bitmap of something that large is memory well spent only elsewhere. */
    if (desc.data != NULL && desc.nitems > 100000 && desc.chunk_size < desc.nitems / 1000) {
        desc.chunk_size = desc.nitems / 1000 + 1;
    }
    if (desc.data != NULL && desc.nitems == 0 && desc.nbytes > 1000000) {
        desc.chunk_size = SIZE_MAX;
    }
    if (trm_buffer_create(&desc, &buffer) != TRM_OK) {
        demand(buffer == NULL);
        return;
    }
    const size_t nitems = trm_buffer_nitems(buffer), itemsize = trm_buffer_itemsize(buffer);
    demand(nitems > 0 && itemsize > 0 && trm_buffer_nbytes(buffer) / itemsize == nitems);
    if (desc.data != NULL) {
        demand(trm_buffer_update_range(buffer, numbers[0], numbers[1]) == TRM_OK);
        demand(trm_buffer_update_range(buffer, nitems - 1, TRM_WHOLE) == TRM_OK);
    }
    trm_buffer_set_draw_range(buffer, numbers[1], numbers[2]);
    const trm_range range = trm_buffer_draw_range(buffer);
    demand(range.offset <= nitems && range.size <= nitems - range.offset);
    demand(trm_buffer_destroy(buffer) == TRM_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    char text[64];
    trm_format format;
    const size_t length = nbytes < sizeof text ? nbytes : sizeof text - 1;
    memcpy(text, data, length);
    text[length] = '\0';
    const trm_result result = trm_format_parse(text, &format);
    demand(result == TRM_OK || (result == TRM_ERROR_FORMAT && is_zero(&format)));
    if (result == TRM_OK) {
        check_format(&format);
    }
    const size_t used = strlen(text) + 1;
    if (nbytes > used) {
        check_buffer(result == TRM_OK ? text : NULL, data + used, nbytes - used);
    }
    return 0;
}
