/* Draws that read through what is bound: vertices by a vertex array, and blocks at their binding
 * points. */
#include "support/strict_gpu_internal.h"

#include <string.h>

#define COMPONENTS 4

/* Bytes that the type's components take in memory each; of packed types all four together. 0: not
 * supported here. */
static size_t unit_nbytes(GLenum type) {
    switch (type) {
    case GL_BYTE:
    case GL_UNSIGNED_BYTE:
        return 1;
    case GL_SHORT:
    case GL_UNSIGNED_SHORT:
    case GL_HALF_FLOAT:
        return 2;
    case GL_INT:
    case GL_UNSIGNED_INT:
    case GL_FLOAT:
    case GL_UNSIGNED_INT_2_10_10_10_REV:
        return 4;
    default:
        return 0;
    }
}

static size_t value_nbytes(GLenum type, GLint size) {
    const bool packed = type == GL_UNSIGNED_INT_2_10_10_10_REV;
    const size_t components = packed ? 1 : size == GL_BGRA ? COMPONENTS : (size_t)size;
    return components * unit_nbytes(type);
}

/* --- Decoding */

static int64_t whole(GLenum type, const unsigned char *bytes) {
    uint32_t value = 0;
    for (size_t i = unit_nbytes(type); i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    switch (type) {
    case GL_BYTE:
        return value < 0x80 ? (int64_t)value : (int64_t)value - 0x100;
    case GL_SHORT:
        return value < 0x8000 ? (int64_t)value : (int64_t)value - 0x10000;
    case GL_INT:
        return value < 0x80000000 ? (int64_t)value : (int64_t)value - 0x100000000;
    default:
        return value;
    }
}

/* The largest number of an integer type: what 1 is when it is normalized. */
static double most(GLenum type) {
    const bool is_signed = type == GL_BYTE || type == GL_SHORT || type == GL_INT;
    const size_t bits = 8 * unit_nbytes(type) - is_signed;
    return (double)((UINT64_C(1) << bits) - 1);
}

/* The 32-bit pattern of a 16-bit float; one that is not normal is made so. */
static uint32_t widen(uint32_t half) {
    const uint32_t sign = (half & 0x8000) << 16;
    uint32_t exponent = half >> 10 & 0x1f;
    uint32_t mantissa = (half & 0x3ff) << 13;
    if (exponent == 0x1f) {
        return sign | 0x7f800000 | mantissa;
    }
    if (exponent == 0 && mantissa == 0) {
        return sign;
    }
    exponent += exponent == 0 ? 127 - 14 : 127 - 15;
    while ((half & 0x7c00) == 0 && (mantissa & 0x800000) == 0) {
        mantissa <<= 1;
        exponent--;
    }
    return sign | exponent << 23 | (mantissa & 0x7fffff);
}

static uint32_t bits_of(double number) {
    const float narrow = (float)number;
    uint32_t bits;
    memcpy(&bits, &narrow, sizeof bits);
    return bits;
}

static uint32_t component(const strict_fetch *fetch, const unsigned char *bytes) {
    const int64_t number = whole(fetch->type, bytes);
    if (fetch->type == GL_FLOAT || fetch->declared != GL_FLOAT) {
        return (uint32_t)number;
    }
    if (fetch->type == GL_HALF_FLOAT) {
        return widen((uint32_t)number);
    }
    if (!fetch->normalized) {
        return bits_of((double)number);
    }
    const double scaled = (double)number / most(fetch->type);
    return bits_of(scaled < -1.0 ? -1.0 : scaled);
}

static void unpack(const strict_fetch *fetch, uint32_t word, uint32_t *out) {
    for (unsigned i = 0; i < COMPONENTS; i++) {
        const uint32_t top = i < 3 ? 0x3ff : 3;
        const double number = word >> (10 * i) & top;
        out[i] = bits_of(fetch->normalized ? number / top : number);
    }
}

static void decode(const strict_fetch *fetch, const unsigned char *bytes, uint32_t *out) {
    const size_t unit = unit_nbytes(fetch->type);
    out[0] = out[1] = out[2] = 0;
    out[3] = fetch->declared == GL_FLOAT ? bits_of(1.0) : 1;
    if (bytes == NULL) {
        return;
    }
    if (fetch->type == GL_UNSIGNED_INT_2_10_10_10_REV) {
        unpack(fetch, (uint32_t)whole(fetch->type, bytes), out);
    } else if (fetch->size == GL_BGRA) {
        for (size_t i = 0; i < COMPONENTS; i++) {
            out[i == 3 ? 3 : 2 - i] = component(fetch, bytes + i * unit);
        }
    } else {
        for (size_t i = 0; i < (size_t)fetch->size; i++) {
            out[i] = component(fetch, bytes + i * unit);
        }
    }
}

/* --- Issuing */

static bool complain(strict_gpu *gpu, const char *what, size_t number) {
    strict_violate(gpu, "error", "a draw %s (%lu)", what, (unsigned long)number);
    return false;
}

/* A shader that declares an input of another kind than the attribute gets anything. */
static bool kind_right(strict_gpu *gpu, GLenum declared, bool integer, GLenum type) {
    const bool is_signed = type == GL_BYTE || type == GL_SHORT || type == GL_INT;
    const GLenum kind = !integer ? GL_FLOAT : is_signed ? GL_INT : GL_UNSIGNED_INT;
    return kind == declared || complain(gpu, "declares an input of another kind", declared);
}

static bool read_vertices(
    strict_gpu *gpu, const strict_vertex_array *array, GLuint attribute, strict_fetch *out) {
    const GLuint point = array->attributes[attribute].binding;
    const size_t relative = array->attributes[attribute].relative;
    const size_t offset = (size_t)array->bindings[point].offset + relative;
    const size_t unit = unit_nbytes(out->type);
    out->step = array->bindings[point].divisor > 0 ? 0 : (size_t)array->bindings[point].stride;
    if (unit == 0) {
        return complain(gpu, "fetches a type that is not supported here", out->type);
    }
    if (offset % unit != 0 || out->step % unit != 0) {
        return complain(gpu, "fetches from an offset or stride that is none of the type's", offset);
    }
    const size_t nbytes = (out->count - 1) * out->step + value_nbytes(out->type, out->size);
    out->vertices =
        strict_read_buffer(gpu, STRICT_VERTEX, array->bindings[point].buffer, offset, nbytes);
    return out->vertices != NULL;
}

bool strict_gpu_fetch_later(strict_gpu *gpu, GLuint attribute, GLenum declared, uint32_t count,
    const size_t *index_offset, strict_fetch *out) {
    const strict_vertex_array *array = gpu->state.vertex_array;
    *out = (strict_fetch){.declared = declared, .count = count};
    if (array == NULL || attribute >= STRICT_ATTRIBUTES || count == 0) {
        return complain(gpu, "has no vertex array, attribute, or vertices", attribute);
    }
    out->type = array->attributes[attribute].type;
    out->size = array->attributes[attribute].size;
    out->normalized = array->attributes[attribute].normalized;
    if (index_offset != NULL) {
        if (*index_offset % sizeof(uint32_t) != 0) {
            return complain(gpu, "takes indices from an odd place", *index_offset);
        }
        out->indices = strict_read_buffer(
            gpu, STRICT_ELEMENT, array->element, *index_offset, count * sizeof(uint32_t));
        if (out->indices == NULL) {
            return false;
        }
    }
    if (!array->attributes[attribute].enabled) {
        return true;
    }
    if (!kind_right(gpu, declared, array->attributes[attribute].integer, out->type) ||
        !read_vertices(gpu, array, attribute, out)) {
        strict_gpu_forget(gpu, out->indices);
        return false;
    }
    return true;
}

bool strict_gpu_fetched(strict_gpu *gpu, strict_fetch *fetch, uint32_t (*out)[4]) {
    const unsigned char *bytes = strict_gpu_result(fetch->vertices);
    const unsigned char *indices = strict_gpu_result(fetch->indices);
    if ((fetch->vertices != NULL && bytes == NULL) || (fetch->indices != NULL && indices == NULL)) {
        return false;
    }
    memset(out, 0, fetch->count * sizeof *out);
    for (uint32_t i = 0; i < fetch->count; i++) {
        uint32_t vertex = i;
        if (indices != NULL) {
            memcpy(&vertex, indices + i * sizeof vertex, sizeof vertex);
        }
        if (vertex >= fetch->count) {
            complain(gpu, "has an index past the last vertex", vertex);
            continue;
        }
        decode(fetch, bytes == NULL ? NULL : bytes + vertex * fetch->step, out[vertex]);
    }
    strict_gpu_forget(gpu, fetch->vertices);
    strict_gpu_forget(gpu, fetch->indices);
    *fetch = (strict_fetch){0};
    return true;
}

strict_read *strict_gpu_read_block_later(
    strict_gpu *gpu, GLenum target, GLuint index, size_t nbytes) {
    const bool uniform = target == GL_UNIFORM_BUFFER;
    GLuint count;
    const strict_binding *bindings = strict_indexed(gpu, target, &count);
    if (index >= count || (!uniform && target != GL_SHADER_STORAGE_BUFFER)) {
        complain(gpu, "reads a block at no binding point", index);
        return NULL;
    }
    const strict_binding *binding = &bindings[index];
    if (binding->nbytes != 0 && (size_t)binding->nbytes < nbytes) {
        complain(gpu, "reads a block that is longer than what is bound", nbytes);
        return NULL;
    }
    return strict_read_buffer(gpu, uniform ? STRICT_UNIFORM : STRICT_STORAGE, binding->buffer,
        (size_t)binding->offset, nbytes);
}
