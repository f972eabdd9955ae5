/* Vertex arrays: what they are told, and what they say of it. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>

#define MAX_STRIDE   2048
#define MAX_RELATIVE 2047

void strict_vertex_array_detach(
    strict_gpu *gpu, strict_vertex_array *array, const strict_buffer *buffer) {
    if (array->element == buffer) {
        strict_buffer_bind(gpu, &array->element, NULL);
    }
    for (int i = 0; i < STRICT_ATTRIBUTES; i++) {
        if (array->bindings[i].buffer == buffer) {
            strict_buffer_bind(gpu, &array->bindings[i].buffer, NULL);
        }
    }
}

void strict_vertex_array_init(strict_vertex_array *array) {
    for (GLuint i = 0; i < STRICT_ATTRIBUTES; i++) {
        array->attributes[i].size = 4;
        array->attributes[i].type = GL_FLOAT;
        array->attributes[i].binding = i;
        array->bindings[i].stride = 16;
    }
}

void strict_vertex_array_delete(strict_gpu *gpu, strict_vertex_array *array) {
    if (gpu->state.vertex_array == array) {
        gpu->state.vertex_array = NULL;
    }
    strict_buffer_bind(gpu, &array->element, NULL);
    for (int i = 0; i < STRICT_ATTRIBUTES; i++) {
        strict_buffer_bind(gpu, &array->bindings[i].buffer, NULL);
    }
    strict_names_remove(&gpu->vertex_arrays, array->name);
    free(array->label);
    free(array);
}

static void make(strict_function function, GLsizei n, GLuint *names, bool exist) {
    strict_gpu *gpu;
    if (!strict_enter(function, &gpu)) {
        return;
    }
    if (n < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
        return;
    }
    for (GLsizei i = 0; i < n; i++) {
        strict_vertex_array *array = strict_alloc(sizeof *array);
        array->exists = exist;
        array->name = strict_names_add(&gpu->vertex_arrays, array);
        strict_vertex_array_init(array);
        names[i] = array->name;
    }
}

static void GLAD_API_PTR gen_vertex_arrays(GLsizei n, GLuint *names) {
    make(STRICT_glGenVertexArrays, n, names, false);
}

static void GLAD_API_PTR create_vertex_arrays(GLsizei n, GLuint *names) {
    make(STRICT_glCreateVertexArrays, n, names, true);
}

static void GLAD_API_PTR delete_vertex_arrays(GLsizei n, const GLuint *names) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glDeleteVertexArrays, &gpu)) {
        return;
    }
    if (n < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
        return;
    }
    for (GLsizei i = 0; i < n; i++) {
        strict_vertex_array *array = strict_names_get(&gpu->vertex_arrays, names[i]);
        if (array != NULL) {
            strict_vertex_array_delete(gpu, array);
        } else if (names[i] != 0) {
            strict_violate(gpu, "lint", "glDeleteVertexArrays: there is no %u", names[i]);
        }
    }
}

static GLboolean GLAD_API_PTR is_vertex_array(GLuint name) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glIsVertexArray, &gpu)) {
        return GL_FALSE;
    }
    const strict_vertex_array *array = strict_names_get(&gpu->vertex_arrays, name);
    return array != NULL && array->exists;
}

static void GLAD_API_PTR bind_vertex_array(GLuint name) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glBindVertexArray, &gpu)) {
        return;
    }
    strict_vertex_array *array = strict_names_get(&gpu->vertex_arrays, name);
    if (array == NULL && name != 0) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is no vertex array %u", name);
        return;
    }
    if (array != NULL) {
        array->exists = true;
    }
    gpu->state.vertex_array = array;
}

/* Opens a call that names a vertex array: NULL if it ends here. */
static strict_vertex_array *open_array(strict_function function, GLuint name, strict_gpu **gpu) {
    if (!strict_enter(function, gpu)) {
        return NULL;
    }
    strict_vertex_array *array = strict_names_get(&(*gpu)->vertex_arrays, name);
    if (array == NULL || !array->exists) {
        strict_error(*gpu, GL_INVALID_OPERATION, "there is no vertex array %u", name);
        return NULL;
    }
    return array;
}

/* *buffer by name; false, with an error, if there is none by a name other than 0. */
static bool found(strict_gpu *gpu, GLuint name, strict_buffer **buffer) {
    *buffer = strict_buffer_find(gpu, name);
    if (*buffer == NULL && name != 0) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is no buffer %u", name);
        return false;
    }
    return true;
}

static bool index_right(strict_gpu *gpu, GLuint index) {
    if (index >= STRICT_ATTRIBUTES) {
        strict_error(gpu, GL_INVALID_VALUE, "index %u of %d", index, STRICT_ATTRIBUTES);
        return false;
    }
    return true;
}

static void GLAD_API_PTR element_buffer(GLuint name, GLuint buffer_name) {
    strict_gpu *gpu;
    strict_buffer *buffer;
    strict_vertex_array *array = open_array(STRICT_glVertexArrayElementBuffer, name, &gpu);
    if (array != NULL && found(gpu, buffer_name, &buffer)) {
        strict_buffer_bind(gpu, &array->element, buffer);
    }
}

static void set_vertex_buffer(strict_gpu *gpu, strict_vertex_array *array, GLuint index,
    GLuint buffer_name, GLintptr offset, GLsizei stride) {
    strict_buffer *buffer;
    if (array == NULL || !found(gpu, buffer_name, &buffer) || !index_right(gpu, index)) {
        return;
    }
    if (offset < 0 || stride < 0 || stride > MAX_STRIDE) {
        strict_error(gpu, GL_INVALID_VALUE, "offset %ld, stride %d", (long)offset, stride);
        return;
    }
    strict_buffer_bind(gpu, &array->bindings[index].buffer, buffer);
    array->bindings[index].offset = offset;
    array->bindings[index].stride = stride;
}

static void GLAD_API_PTR vertex_buffer(
    GLuint name, GLuint index, GLuint buffer_name, GLintptr offset, GLsizei stride) {
    strict_gpu *gpu;
    strict_vertex_array *array = open_array(STRICT_glVertexArrayVertexBuffer, name, &gpu);
    set_vertex_buffer(gpu, array, index, buffer_name, offset, stride);
}

static void GLAD_API_PTR bind_vertex_buffer(
    GLuint index, GLuint buffer_name, GLintptr offset, GLsizei stride) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glBindVertexBuffer, &gpu)) {
        return;
    }
    if (gpu->state.vertex_array == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "no vertex array is bound");
    }
    set_vertex_buffer(gpu, gpu->state.vertex_array, index, buffer_name, offset, stride);
}

static bool size_right(strict_gpu *gpu, GLint size, GLenum type, bool integer, bool normalized) {
    if (size == GL_BGRA && !integer) {
        const bool fits =
            normalized && (type == GL_UNSIGNED_BYTE || type == GL_INT_2_10_10_10_REV ||
                              type == GL_UNSIGNED_INT_2_10_10_10_REV);
        if (!fits) {
            strict_error(gpu, GL_INVALID_OPERATION, "GL_BGRA with type 0x%x", type);
        }
        return fits;
    }
    if (size < 1 || size > 4) {
        strict_error(gpu, GL_INVALID_VALUE, "size %d", size);
        return false;
    }
    const bool packed = type == GL_INT_2_10_10_10_REV || type == GL_UNSIGNED_INT_2_10_10_10_REV;
    if (packed && size != 4) {
        strict_error(gpu, GL_INVALID_OPERATION, "a packed type with size %d", size);
        return false;
    }
    return true;
}

static bool type_right(strict_gpu *gpu, GLenum type, bool integer) {
    const bool whole = type >= GL_BYTE && type <= GL_UNSIGNED_INT;
    const bool real = type == GL_FLOAT || type == GL_HALF_FLOAT || type == GL_DOUBLE ||
                      type == GL_FIXED || type == GL_INT_2_10_10_10_REV ||
                      type == GL_UNSIGNED_INT_2_10_10_10_REV ||
                      type == GL_UNSIGNED_INT_10F_11F_11F_REV;
    if (whole || (real && !integer)) {
        return true;
    }
    strict_error(gpu, GL_INVALID_ENUM, "type 0x%x", type);
    return false;
}

static void set_format(strict_gpu *gpu, strict_vertex_array *array, GLuint index, GLint size,
    GLenum type, bool normalized, bool integer, GLuint relative) {
    if (!index_right(gpu, index) || !type_right(gpu, type, integer) ||
        !size_right(gpu, size, type, integer, normalized)) {
        return;
    }
    if (relative > MAX_RELATIVE) {
        strict_error(gpu, GL_INVALID_VALUE, "relative offset %u", relative);
        return;
    }
    array->attributes[index].size = size;
    array->attributes[index].type = type;
    array->attributes[index].normalized = normalized;
    array->attributes[index].integer = integer;
    array->attributes[index].relative = relative;
}

static void GLAD_API_PTR attrib_format(
    GLuint name, GLuint index, GLint size, GLenum type, GLboolean normalized, GLuint relative) {
    strict_gpu *gpu;
    strict_vertex_array *array = open_array(STRICT_glVertexArrayAttribFormat, name, &gpu);
    if (array != NULL) {
        set_format(gpu, array, index, size, type, normalized != 0, false, relative);
    }
}

static void GLAD_API_PTR attrib_i_format(
    GLuint name, GLuint index, GLint size, GLenum type, GLuint relative) {
    strict_gpu *gpu;
    strict_vertex_array *array = open_array(STRICT_glVertexArrayAttribIFormat, name, &gpu);
    if (array != NULL) {
        set_format(gpu, array, index, size, type, false, true, relative);
    }
}

static void GLAD_API_PTR attrib_binding(GLuint name, GLuint index, GLuint binding) {
    strict_gpu *gpu;
    strict_vertex_array *array = open_array(STRICT_glVertexArrayAttribBinding, name, &gpu);
    if (array != NULL && index_right(gpu, index) && index_right(gpu, binding)) {
        array->attributes[index].binding = binding;
    }
}

static void GLAD_API_PTR binding_divisor(GLuint name, GLuint binding, GLuint divisor) {
    strict_gpu *gpu;
    strict_vertex_array *array = open_array(STRICT_glVertexArrayBindingDivisor, name, &gpu);
    if (array != NULL && index_right(gpu, binding)) {
        array->bindings[binding].divisor = divisor;
    }
}

static void GLAD_API_PTR enable_attrib(GLuint name, GLuint index) {
    strict_gpu *gpu;
    strict_vertex_array *array = open_array(STRICT_glEnableVertexArrayAttrib, name, &gpu);
    if (array != NULL && index_right(gpu, index)) {
        array->attributes[index].enabled = true;
    }
}

static void GLAD_API_PTR disable_attrib(GLuint name, GLuint index) {
    strict_gpu *gpu;
    strict_vertex_array *array = open_array(STRICT_glDisableVertexArrayAttrib, name, &gpu);
    if (array != NULL && index_right(gpu, index)) {
        array->attributes[index].enabled = false;
    }
}

/* --- Queries */

static void GLAD_API_PTR get_vertex_arrayiv(GLuint name, GLenum parameter, GLint *out) {
    strict_gpu *gpu;
    const strict_vertex_array *array = open_array(STRICT_glGetVertexArrayiv, name, &gpu);
    if (array == NULL) {
        return;
    }
    if (parameter != GL_ELEMENT_ARRAY_BUFFER_BINDING) {
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x", parameter);
        return;
    }
    *out = array->element == NULL ? 0 : (GLint)array->element->name;
}

static bool attribute_value(
    const strict_vertex_array *array, GLuint index, GLenum parameter, GLint *out) {
    switch (parameter) {
    case GL_VERTEX_ATTRIB_ARRAY_ENABLED:
        *out = array->attributes[index].enabled;
        return true;
    case GL_VERTEX_ATTRIB_ARRAY_SIZE:
        *out = array->attributes[index].size;
        return true;
    case GL_VERTEX_ATTRIB_ARRAY_TYPE:
        *out = (GLint)array->attributes[index].type;
        return true;
    case GL_VERTEX_ATTRIB_ARRAY_NORMALIZED:
        *out = array->attributes[index].normalized;
        return true;
    case GL_VERTEX_ATTRIB_ARRAY_INTEGER:
        *out = array->attributes[index].integer;
        return true;
    case GL_VERTEX_ATTRIB_RELATIVE_OFFSET:
        *out = (GLint)array->attributes[index].relative;
        return true;
    case GL_VERTEX_ATTRIB_BINDING:
        *out = (GLint)array->attributes[index].binding;
        return true;
    default:
        return false;
    }
}

bool strict_vertex_binding_value(
    const strict_vertex_array *array, GLuint index, GLenum parameter, GLint64 *out) {
    const strict_buffer *buffer = array->bindings[index].buffer;
    switch (parameter) {
    case GL_VERTEX_BINDING_BUFFER:
        *out = buffer == NULL ? 0 : (GLint64)buffer->name;
        return true;
    case GL_VERTEX_BINDING_OFFSET:
        *out = array->bindings[index].offset;
        return true;
    case GL_VERTEX_BINDING_STRIDE:
        *out = array->bindings[index].stride;
        return true;
    case GL_VERTEX_BINDING_DIVISOR:
        *out = array->bindings[index].divisor;
        return true;
    default:
        return false;
    }
}

/* Of an attribute, or of the binding point of that number. */
static bool indexed_value(
    const strict_vertex_array *array, GLuint index, GLenum parameter, GLint *out) {
    GLint64 value;
    if (attribute_value(array, index, parameter, out)) {
        return true;
    }
    if (parameter == GL_VERTEX_BINDING_OFFSET || /* too wide for this query */
        !strict_vertex_binding_value(array, index,
            parameter == GL_VERTEX_ATTRIB_ARRAY_STRIDE ? GL_VERTEX_BINDING_STRIDE : parameter,
            &value)) {
        return false;
    }
    *out = (GLint)value;
    return true;
}

/* Of the array in use; the initial values if none is. */
static void GLAD_API_PTR get_vertex_attribiv(GLuint index, GLenum parameter, GLint *out) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetVertexAttribiv, &gpu) || !index_right(gpu, index)) {
        return;
    }
    const strict_vertex_array *array =
        gpu->state.vertex_array == NULL ? &gpu->state.no_array : gpu->state.vertex_array;
    if (!attribute_value(array, index, parameter, out)) {
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x (or not supported here)", parameter);
    }
}

static void GLAD_API_PTR get_vertex_array_indexediv(
    GLuint name, GLuint index, GLenum parameter, GLint *out) {
    strict_gpu *gpu;
    const strict_vertex_array *array = open_array(STRICT_glGetVertexArrayIndexediv, name, &gpu);
    if (array != NULL && index_right(gpu, index) && !indexed_value(array, index, parameter, out)) {
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x", parameter);
    }
}

static void GLAD_API_PTR get_vertex_array_indexed64iv(
    GLuint name, GLuint index, GLenum parameter, GLint64 *out) {
    strict_gpu *gpu;
    const strict_vertex_array *array = open_array(STRICT_glGetVertexArrayIndexed64iv, name, &gpu);
    if (array == NULL || !index_right(gpu, index)) {
        return;
    }
    if (parameter != GL_VERTEX_BINDING_OFFSET) {
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x", parameter);
        return;
    }
    *out = array->bindings[index].offset;
}

const strict_entry strict_vertex_array_entries[] = {
    STRICT_ENTRY(glGenVertexArrays, PFNGLGENVERTEXARRAYSPROC, gen_vertex_arrays),
    STRICT_ENTRY(glCreateVertexArrays, PFNGLCREATEVERTEXARRAYSPROC, create_vertex_arrays),
    STRICT_ENTRY(glDeleteVertexArrays, PFNGLDELETEVERTEXARRAYSPROC, delete_vertex_arrays),
    STRICT_ENTRY(glIsVertexArray, PFNGLISVERTEXARRAYPROC, is_vertex_array),
    STRICT_ENTRY(glBindVertexArray, PFNGLBINDVERTEXARRAYPROC, bind_vertex_array),
    STRICT_ENTRY(glVertexArrayElementBuffer, PFNGLVERTEXARRAYELEMENTBUFFERPROC, element_buffer),
    STRICT_ENTRY(glBindVertexBuffer, PFNGLBINDVERTEXBUFFERPROC, bind_vertex_buffer),
    STRICT_ENTRY(glVertexArrayVertexBuffer, PFNGLVERTEXARRAYVERTEXBUFFERPROC, vertex_buffer),
    STRICT_ENTRY(glVertexArrayAttribFormat, PFNGLVERTEXARRAYATTRIBFORMATPROC, attrib_format),
    STRICT_ENTRY(glVertexArrayAttribIFormat, PFNGLVERTEXARRAYATTRIBIFORMATPROC, attrib_i_format),
    STRICT_ENTRY(glVertexArrayAttribBinding, PFNGLVERTEXARRAYATTRIBBINDINGPROC, attrib_binding),
    STRICT_ENTRY(glVertexArrayBindingDivisor, PFNGLVERTEXARRAYBINDINGDIVISORPROC, binding_divisor),
    STRICT_ENTRY(glEnableVertexArrayAttrib, PFNGLENABLEVERTEXARRAYATTRIBPROC, enable_attrib),
    STRICT_ENTRY(glDisableVertexArrayAttrib, PFNGLDISABLEVERTEXARRAYATTRIBPROC, disable_attrib),
    STRICT_ENTRY(glGetVertexArrayiv, PFNGLGETVERTEXARRAYIVPROC, get_vertex_arrayiv),
    STRICT_ENTRY(
        glGetVertexArrayIndexediv, PFNGLGETVERTEXARRAYINDEXEDIVPROC, get_vertex_array_indexediv),
    STRICT_ENTRY(glGetVertexArrayIndexed64iv, PFNGLGETVERTEXARRAYINDEXED64IVPROC,
        get_vertex_array_indexed64iv),
    STRICT_ENTRY(glGetVertexAttribiv, PFNGLGETVERTEXATTRIBIVPROC, get_vertex_attribiv),
    STRICT_ENTRY_END,
};
