/* What a vertex shader should get of an item: the formats once more, written without the library.
 */
#ifndef TRIREME_TESTS_VERTEX_DECODE_H
#define TRIREME_TESTS_VERTEX_DECODE_H

#include <stdint.h>

#include <trireme/format.h>

#include "support/vertex_value.h"

/* The kind of shader input that a format is for. */
vertex_kind vertex_format_kind(const trm_format *format);

/* What GL should make of one item (at most four components): missing ones are 0, 0, 0, 1. */
vertex_value vertex_decode(const trm_format *format, const uint8_t *item);

#endif
