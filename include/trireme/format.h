/* Trireme: element formats - what one item of a buffer is made of.
 *
 * Three spellings are understood:
 *   - array style:   [<|>][Nx](i1|u1|i2|u2|i4|u4|f2|f4), e.g. "3xf4", "16xf4", ">2xu2". N counts
 *                    components, 1 when left out. '>' says that the source is big-endian: such data
 * is swapped on its way to the GPU. '<' and nothing say little-endian.
 *   - vertex style:  the names of WebGPU's GPUVertexFormat, e.g. "float32x3", "unorm8x4",
 *                    "unorm10-10-10-2", "unorm8x4-bgra".
 *   - index formats: "uint16", "uint32" (also vertex formats).
 * 64-bit types do not exist on this path: "f8", "i8" and "u8" are refused.
 */
#ifndef TRIREME_FORMAT_H
#define TRIREME_FORMAT_H

#include <trireme/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The type of one component. NONE stands for "bytes of no declared type". */
typedef enum trm_component {
    TRM_COMPONENT_NONE = 0,
    TRM_COMPONENT_SINT8,
    TRM_COMPONENT_UINT8,
    TRM_COMPONENT_SINT16,
    TRM_COMPONENT_UINT16,
    TRM_COMPONENT_SINT32,
    TRM_COMPONENT_UINT32,
    TRM_COMPONENT_FLOAT16,
    TRM_COMPONENT_FLOAT32,
    TRM_COMPONENT_UNORM8,
    TRM_COMPONENT_SNORM8,
    TRM_COMPONENT_UNORM16,
    TRM_COMPONENT_SNORM16,
    TRM_COMPONENT_UNORM10_10_10_2, /* four components in one 32-bit word, the first in the low bits
                                    */
    TRM_COMPONENT_UNORM8_BGRA      /* four bytes, stored blue first */
} trm_component;

/* A parsed format. A plain value: copy it, compare its fields. */
typedef struct trm_format {
    trm_component component;
    uint32_t count;  /* components: 3 for "3xf4"; 4 for the two packed formats */
    uint32_t nbytes; /* bytes of all components together: 12 for "3xf4" */
    bool big_endian; /* the source must be swapped; always false for one-byte components */
} trm_format;

/* Room for the longest name that trm_format_name writes, its zero byte included. */
#define TRM_FORMAT_NAME_SIZE 24

/* Reads a format from its spelling.
 * Errors: INVALID_ARGUMENT for NULL; FORMAT for an unknown spelling, a count of zero or beyond
 * 65536, and 64-bit types. On error *out is all zero. Thread-safe, allocates nothing. */
TRM_API trm_result trm_format_parse(const char *text, trm_format *out);

/* Writes the canonical spelling: array style ("3xf4", "f4", ">2xu2"; never "1x") for plain
 * components, the WebGPU name for normalized and packed ones. Writes "" for an all-zero format or
 * one that no spelling has. Errors: INVALID_ARGUMENT for NULL or a capacity below
 * TRM_FORMAT_NAME_SIZE. Thread-safe. */
TRM_API trm_result trm_format_name(const trm_format *format, char *text, size_t capacity);

/* Bytes of one component: 4 for f4, and 4 for the whole of unorm10-10-10-2. 0 for NONE.
 * Thread-safe. */
TRM_API size_t trm_component_nbytes(trm_component component);

#ifdef __cplusplus
}
#endif
#endif
