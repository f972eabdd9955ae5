/* What a vertex shader gets of an attribute. */
#ifndef TRIREME_TESTS_VERTEX_VALUE_H
#define TRIREME_TESTS_VERTEX_VALUE_H

#include <stdint.h>

/* As what the vertex shader declares the attribute. */
typedef enum vertex_kind { VERTEX_FLOAT, VERTEX_SINT, VERTEX_UINT } vertex_kind;

/* One fetched attribute: four components of the declared type. */
typedef union vertex_value {
    float f[4];
    int32_t i[4];
    uint32_t u[4];
} vertex_value;

#endif
