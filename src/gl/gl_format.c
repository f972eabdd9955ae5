/* From an element format to the arguments of glVertexArrayAttribFormat. */
#include <trireme/gl.h>

#include <glad/gl.h>

typedef struct component_type {
    uint32_t type; /* 0: no such component */
    bool normalized;
    bool integer;
} component_type;

static const component_type types[] = {
    [TRM_COMPONENT_NONE] = {0, false, false},
    [TRM_COMPONENT_SINT8] = {GL_BYTE, false, true},
    [TRM_COMPONENT_UINT8] = {GL_UNSIGNED_BYTE, false, true},
    [TRM_COMPONENT_SINT16] = {GL_SHORT, false, true},
    [TRM_COMPONENT_UINT16] = {GL_UNSIGNED_SHORT, false, true},
    [TRM_COMPONENT_SINT32] = {GL_INT, false, true},
    [TRM_COMPONENT_UINT32] = {GL_UNSIGNED_INT, false, true},
    [TRM_COMPONENT_FLOAT16] = {GL_HALF_FLOAT, false, false},
    [TRM_COMPONENT_FLOAT32] = {GL_FLOAT, false, false},
    [TRM_COMPONENT_UNORM8] = {GL_UNSIGNED_BYTE, true, false},
    [TRM_COMPONENT_SNORM8] = {GL_BYTE, true, false},
    [TRM_COMPONENT_UNORM16] = {GL_UNSIGNED_SHORT, true, false},
    [TRM_COMPONENT_SNORM16] = {GL_SHORT, true, false},
    [TRM_COMPONENT_UNORM10_10_10_2] = {GL_UNSIGNED_INT_2_10_10_10_REV, true, false},
    [TRM_COMPONENT_UNORM8_BGRA] = {GL_UNSIGNED_BYTE, true, false},
};

#define TYPE_COUNT (sizeof types / sizeof types[0])

/* Components of one attribute if `count` of them are shared out evenly, as few attributes as
 * possible; 0 if they cannot be. */
static uint32_t attribute_size(uint32_t count) {
    if (count <= 4)
        return count;
    for (uint32_t size = 4; size > 1; size--) {
        if (count % size == 0)
            return size;
    }
    return 0;
}

static bool is_packed(trm_component component) {
    return component == TRM_COMPONENT_UNORM10_10_10_2 || component == TRM_COMPONENT_UNORM8_BGRA;
}

trm_result trm_gl_vertex_format(const trm_format *format, trm_gl_vertex_attribute *out) {
    if (!out)
        return TRM_ERROR_INVALID_ARGUMENT;
    *out = (trm_gl_vertex_attribute){0};
    if (!format)
        return TRM_ERROR_INVALID_ARGUMENT;

    size_t component = (size_t)format->component;
    if (component >= TYPE_COUNT || types[component].type == 0)
        return TRM_ERROR_FORMAT;
    bool packed = is_packed(format->component);
    uint32_t size = attribute_size(format->count);
    if (size == 0 || (packed && format->count != 4))
        return TRM_ERROR_FORMAT;

    bool bgra = format->component == TRM_COMPONENT_UNORM8_BGRA;
    uint32_t unit = (uint32_t)trm_component_nbytes(format->component);
    *out = (trm_gl_vertex_attribute){
        .size = bgra ? GL_BGRA : (int32_t)size,
        .type = types[component].type,
        .normalized = types[component].normalized,
        .integer = types[component].integer,
        .count = format->count / size,
        .nbytes = packed ? 4 : unit * size,
    };
    return TRM_OK;
}
