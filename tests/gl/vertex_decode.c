#include "vertex_decode.h"

#include <math.h>
#include <string.h>

vertex_kind vertex_format_kind(const trm_format *format) {
    switch (format->component) {
    case TRM_COMPONENT_SINT8:
    case TRM_COMPONENT_SINT16:
    case TRM_COMPONENT_SINT32:
        return VERTEX_SINT;
    case TRM_COMPONENT_UINT8:
    case TRM_COMPONENT_UINT16:
    case TRM_COMPONENT_UINT32:
        return VERTEX_UINT;
    default:
        return VERTEX_FLOAT;
    }
}

static float decode_half(uint16_t bits) {
    const int exponent = bits >> 10 & 0x1f;
    const float mantissa = (float)(bits & 0x3ff);
    const float magnitude =
        exponent == 0 ? ldexpf(mantissa, -24) : ldexpf(mantissa + 1024.0f, exponent - 25);
    return bits & 0x8000 ? -magnitude : magnitude;
}

static uint16_t read_16(const uint8_t *bytes) {
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static uint32_t read_32(const uint8_t *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static float decode_float(trm_component component, const uint8_t *bytes) {
    float value;
    switch (component) {
    case TRM_COMPONENT_FLOAT16:
        return decode_half(read_16(bytes));
    case TRM_COMPONENT_UNORM8:
        return (float)bytes[0] / 255.0f;
    case TRM_COMPONENT_SNORM8:
        return fmaxf((float)(int8_t)bytes[0] / 127.0f, -1.0f);
    case TRM_COMPONENT_UNORM16:
        return (float)read_16(bytes) / 65535.0f;
    case TRM_COMPONENT_SNORM16:
        return fmaxf((float)(int16_t)read_16(bytes) / 32767.0f, -1.0f);
    default:
        memcpy(&value, bytes, sizeof value);
        return value;
    }
}

static uint32_t decode_integer(trm_component component, const uint8_t *bytes) {
    switch (component) {
    case TRM_COMPONENT_UINT8:
        return bytes[0];
    case TRM_COMPONENT_SINT8:
        return (uint32_t)(int8_t)bytes[0];
    case TRM_COMPONENT_UINT16:
        return read_16(bytes);
    case TRM_COMPONENT_SINT16:
        return (uint32_t)(int16_t)read_16(bytes);
    default:
        return read_32(bytes);
    }
}

vertex_value vertex_decode(const trm_format *format, const uint8_t *item) {
    const vertex_kind kind = vertex_format_kind(format);
    vertex_value value = {.u = {0, 0, 0, 1}};
    if (kind == VERTEX_FLOAT) {
        value.f[3] = 1.0f;
    }
    if (format->component == TRM_COMPONENT_UNORM10_10_10_2) {
        const uint32_t word = read_32(item);
        for (int i = 0; i < 3; i++) {
            value.f[i] = (float)(word >> (10 * i) & 0x3ff) / 1023.0f;
        }
        value.f[3] = (float)(word >> 30) / 3.0f;
        return value;
    }
    if (format->component == TRM_COMPONENT_UNORM8_BGRA) {
        for (int i = 0; i < 4; i++) {
            value.f[i] = (float)item[i == 3 ? 3 : 2 - i] / 255.0f;
        }
        return value;
    }
    for (size_t i = 0; i < format->count; i++) {
        const uint8_t *bytes = item + i * trm_component_nbytes(format->component);
        if (kind == VERTEX_FLOAT) {
            value.f[i] = decode_float(format->component, bytes);
        } else {
            value.u[i] = decode_integer(format->component, bytes);
        }
    }
    return value;
}
