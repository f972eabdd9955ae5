#include "support/gl_state.h"

#include <stdio.h>
#include <string.h>

#include <check.h>

#define MAX_UNITS    16
#define MAX_BINDINGS 96
#define MAX_NUMBERS  16

/* A number of values under one name. */
typedef struct named {
    const char *name;
    GLenum name_enum;
    int count;
} named;

#define NAMED(name, count)                                                                         \
    { #name, name, count }

static const named integers[] = {
    NAMED(GL_ARRAY_BUFFER_BINDING, 1),
    NAMED(GL_COPY_READ_BUFFER_BINDING, 1),
    NAMED(GL_COPY_WRITE_BUFFER_BINDING, 1),
    NAMED(GL_DRAW_INDIRECT_BUFFER_BINDING, 1),
    NAMED(GL_DISPATCH_INDIRECT_BUFFER_BINDING, 1),
    NAMED(GL_PIXEL_PACK_BUFFER_BINDING, 1),
    NAMED(GL_PIXEL_UNPACK_BUFFER_BINDING, 1),
    NAMED(GL_QUERY_BUFFER_BINDING, 1),
    NAMED(GL_TEXTURE_BUFFER_BINDING, 1),
    NAMED(GL_ATOMIC_COUNTER_BUFFER_BINDING, 1),
    NAMED(GL_SHADER_STORAGE_BUFFER_BINDING, 1),
    NAMED(GL_TRANSFORM_FEEDBACK_BUFFER_BINDING, 1),
    NAMED(GL_UNIFORM_BUFFER_BINDING, 1),
    NAMED(GL_VERTEX_ARRAY_BINDING, 1),
    NAMED(GL_ELEMENT_ARRAY_BUFFER_BINDING, 1),
    NAMED(GL_CURRENT_PROGRAM, 1),
    NAMED(GL_PROGRAM_PIPELINE_BINDING, 1),
    NAMED(GL_DRAW_FRAMEBUFFER_BINDING, 1),
    NAMED(GL_READ_FRAMEBUFFER_BINDING, 1),
    NAMED(GL_RENDERBUFFER_BINDING, 1),
    NAMED(GL_TRANSFORM_FEEDBACK_BINDING, 1),
    NAMED(GL_TRANSFORM_FEEDBACK_ACTIVE, 1),
    NAMED(GL_TRANSFORM_FEEDBACK_PAUSED, 1),
    NAMED(GL_ACTIVE_TEXTURE, 1),
    NAMED(GL_DRAW_BUFFER0, 1),
    NAMED(GL_READ_BUFFER, 1),
    NAMED(GL_BLEND_SRC_RGB, 1),
    NAMED(GL_BLEND_DST_RGB, 1),
    NAMED(GL_BLEND_SRC_ALPHA, 1),
    NAMED(GL_BLEND_DST_ALPHA, 1),
    NAMED(GL_BLEND_EQUATION_RGB, 1),
    NAMED(GL_BLEND_EQUATION_ALPHA, 1),
    NAMED(GL_CULL_FACE_MODE, 1),
    NAMED(GL_FRONT_FACE, 1),
    NAMED(GL_DEPTH_FUNC, 1),
    NAMED(GL_DEPTH_WRITEMASK, 1),
    NAMED(GL_COLOR_WRITEMASK, 4),
    NAMED(GL_STENCIL_FUNC, 1),
    NAMED(GL_STENCIL_REF, 1),
    NAMED(GL_STENCIL_VALUE_MASK, 1),
    NAMED(GL_STENCIL_WRITEMASK, 1),
    NAMED(GL_STENCIL_FAIL, 1),
    NAMED(GL_STENCIL_PASS_DEPTH_FAIL, 1),
    NAMED(GL_STENCIL_PASS_DEPTH_PASS, 1),
    NAMED(GL_STENCIL_BACK_FUNC, 1),
    NAMED(GL_STENCIL_BACK_REF, 1),
    NAMED(GL_STENCIL_BACK_VALUE_MASK, 1),
    NAMED(GL_STENCIL_BACK_WRITEMASK, 1),
    NAMED(GL_STENCIL_BACK_FAIL, 1),
    NAMED(GL_STENCIL_BACK_PASS_DEPTH_FAIL, 1),
    NAMED(GL_STENCIL_BACK_PASS_DEPTH_PASS, 1),
    NAMED(GL_STENCIL_CLEAR_VALUE, 1),
    NAMED(GL_SCISSOR_BOX, 4),
    NAMED(GL_LOGIC_OP_MODE, 1),
    NAMED(GL_POLYGON_MODE, 1),
    NAMED(GL_PACK_SWAP_BYTES, 1),
    NAMED(GL_PACK_LSB_FIRST, 1),
    NAMED(GL_PACK_ROW_LENGTH, 1),
    NAMED(GL_PACK_IMAGE_HEIGHT, 1),
    NAMED(GL_PACK_SKIP_ROWS, 1),
    NAMED(GL_PACK_SKIP_PIXELS, 1),
    NAMED(GL_PACK_SKIP_IMAGES, 1),
    NAMED(GL_PACK_ALIGNMENT, 1),
    NAMED(GL_UNPACK_SWAP_BYTES, 1),
    NAMED(GL_UNPACK_LSB_FIRST, 1),
    NAMED(GL_UNPACK_ROW_LENGTH, 1),
    NAMED(GL_UNPACK_IMAGE_HEIGHT, 1),
    NAMED(GL_UNPACK_SKIP_ROWS, 1),
    NAMED(GL_UNPACK_SKIP_PIXELS, 1),
    NAMED(GL_UNPACK_SKIP_IMAGES, 1),
    NAMED(GL_UNPACK_ALIGNMENT, 1),
    NAMED(GL_CLIP_ORIGIN, 1),
    NAMED(GL_CLIP_DEPTH_MODE, 1),
    NAMED(GL_PROVOKING_VERTEX, 1),
    NAMED(GL_PRIMITIVE_RESTART_INDEX, 1),
    NAMED(GL_PATCH_VERTICES, 1),
    NAMED(GL_POINT_SPRITE_COORD_ORIGIN, 1),
    NAMED(GL_SAMPLE_COVERAGE_INVERT, 1),
    NAMED(GL_LINE_SMOOTH_HINT, 1),
    NAMED(GL_POLYGON_SMOOTH_HINT, 1),
    NAMED(GL_TEXTURE_COMPRESSION_HINT, 1),
    NAMED(GL_FRAGMENT_SHADER_DERIVATIVE_HINT, 1),
    NAMED(GL_DEBUG_GROUP_STACK_DEPTH, 1),
    NAMED(GL_DEBUG_LOGGED_MESSAGES, 1),
};

static const named floats[] = {
    NAMED(GL_BLEND_COLOR, 4),
    NAMED(GL_COLOR_CLEAR_VALUE, 4),
    NAMED(GL_DEPTH_CLEAR_VALUE, 1),
    NAMED(GL_DEPTH_RANGE, 2),
    NAMED(GL_VIEWPORT, 4),
    NAMED(GL_LINE_WIDTH, 1),
    NAMED(GL_POINT_SIZE, 1),
    NAMED(GL_POINT_FADE_THRESHOLD_SIZE, 1),
    NAMED(GL_POLYGON_OFFSET_FACTOR, 1),
    NAMED(GL_POLYGON_OFFSET_UNITS, 1),
    NAMED(GL_SAMPLE_COVERAGE_VALUE, 1),
    NAMED(GL_MIN_SAMPLE_SHADING_VALUE, 1),
    NAMED(GL_PATCH_DEFAULT_INNER_LEVEL, 2),
    NAMED(GL_PATCH_DEFAULT_OUTER_LEVEL, 4),
};

static const named enables[] = {
    NAMED(GL_BLEND, 1),
    NAMED(GL_CLIP_DISTANCE0, 1),
    NAMED(GL_CLIP_DISTANCE1, 1),
    NAMED(GL_COLOR_LOGIC_OP, 1),
    NAMED(GL_CULL_FACE, 1),
    NAMED(GL_DEBUG_OUTPUT, 1),
    NAMED(GL_DEBUG_OUTPUT_SYNCHRONOUS, 1),
    NAMED(GL_DEPTH_CLAMP, 1),
    NAMED(GL_DEPTH_TEST, 1),
    NAMED(GL_DITHER, 1),
    NAMED(GL_FRAMEBUFFER_SRGB, 1),
    NAMED(GL_LINE_SMOOTH, 1),
    NAMED(GL_MULTISAMPLE, 1),
    NAMED(GL_POLYGON_OFFSET_FILL, 1),
    NAMED(GL_POLYGON_OFFSET_LINE, 1),
    NAMED(GL_POLYGON_OFFSET_POINT, 1),
    NAMED(GL_POLYGON_SMOOTH, 1),
    NAMED(GL_PRIMITIVE_RESTART, 1),
    NAMED(GL_PRIMITIVE_RESTART_FIXED_INDEX, 1),
    NAMED(GL_PROGRAM_POINT_SIZE, 1),
    NAMED(GL_RASTERIZER_DISCARD, 1),
    NAMED(GL_SAMPLE_ALPHA_TO_COVERAGE, 1),
    NAMED(GL_SAMPLE_ALPHA_TO_ONE, 1),
    NAMED(GL_SAMPLE_COVERAGE, 1),
    NAMED(GL_SAMPLE_MASK, 1),
    NAMED(GL_SAMPLE_SHADING, 1),
    NAMED(GL_SCISSOR_TEST, 1),
    NAMED(GL_STENCIL_TEST, 1),
    NAMED(GL_TEXTURE_CUBE_MAP_SEAMLESS, 1),
};

/* Of each texture unit. */
static const named units[] = {
    NAMED(GL_TEXTURE_BINDING_1D, 1),
    NAMED(GL_TEXTURE_BINDING_2D, 1),
    NAMED(GL_TEXTURE_BINDING_3D, 1),
    NAMED(GL_TEXTURE_BINDING_1D_ARRAY, 1),
    NAMED(GL_TEXTURE_BINDING_2D_ARRAY, 1),
    NAMED(GL_TEXTURE_BINDING_RECTANGLE, 1),
    NAMED(GL_TEXTURE_BINDING_BUFFER, 1),
    NAMED(GL_TEXTURE_BINDING_CUBE_MAP, 1),
    NAMED(GL_TEXTURE_BINDING_CUBE_MAP_ARRAY, 1),
    NAMED(GL_TEXTURE_BINDING_2D_MULTISAMPLE, 1),
    NAMED(GL_TEXTURE_BINDING_2D_MULTISAMPLE_ARRAY, 1),
    NAMED(GL_SAMPLER_BINDING, 1),
};

static const named images[] = {
    NAMED(GL_IMAGE_BINDING_NAME, 1),
    NAMED(GL_IMAGE_BINDING_LEVEL, 1),
    NAMED(GL_IMAGE_BINDING_LAYERED, 1),
    NAMED(GL_IMAGE_BINDING_LAYER, 1),
    NAMED(GL_IMAGE_BINDING_ACCESS, 1),
    NAMED(GL_IMAGE_BINDING_FORMAT, 1),
};

static const named vertex_bindings[] = {
    NAMED(GL_VERTEX_BINDING_BUFFER, 1),
    NAMED(GL_VERTEX_BINDING_OFFSET, 1),
    NAMED(GL_VERTEX_BINDING_STRIDE, 1),
    NAMED(GL_VERTEX_BINDING_DIVISOR, 1),
};

static const named vertex_attributes[] = {
    NAMED(GL_VERTEX_ATTRIB_ARRAY_ENABLED, 1),
    NAMED(GL_VERTEX_ATTRIB_ARRAY_SIZE, 1),
    NAMED(GL_VERTEX_ATTRIB_ARRAY_TYPE, 1),
    NAMED(GL_VERTEX_ATTRIB_ARRAY_NORMALIZED, 1),
    NAMED(GL_VERTEX_ATTRIB_ARRAY_INTEGER, 1),
    NAMED(GL_VERTEX_ATTRIB_BINDING, 1),
    NAMED(GL_VERTEX_ATTRIB_RELATIVE_OFFSET, 1),
};

/* Indexed buffer bindings; the count's name says how many there are. */
static const struct {
    named binding;
    named start;
    named size;
    GLenum most;
} indexed[] = {
    {NAMED(GL_UNIFORM_BUFFER_BINDING, 1), NAMED(GL_UNIFORM_BUFFER_START, 1),
        NAMED(GL_UNIFORM_BUFFER_SIZE, 1), GL_MAX_UNIFORM_BUFFER_BINDINGS},
    {NAMED(GL_SHADER_STORAGE_BUFFER_BINDING, 1), NAMED(GL_SHADER_STORAGE_BUFFER_START, 1),
        NAMED(GL_SHADER_STORAGE_BUFFER_SIZE, 1), GL_MAX_SHADER_STORAGE_BUFFER_BINDINGS},
    {NAMED(GL_ATOMIC_COUNTER_BUFFER_BINDING, 1), NAMED(GL_ATOMIC_COUNTER_BUFFER_START, 1),
        NAMED(GL_ATOMIC_COUNTER_BUFFER_SIZE, 1), GL_MAX_ATOMIC_COUNTER_BUFFER_BINDINGS},
    {NAMED(GL_TRANSFORM_FEEDBACK_BUFFER_BINDING, 1), NAMED(GL_TRANSFORM_FEEDBACK_BUFFER_START, 1),
        NAMED(GL_TRANSFORM_FEEDBACK_BUFFER_SIZE, 1), GL_MAX_TRANSFORM_FEEDBACK_BUFFERS},
};

static const named queries[] = {
    NAMED(GL_SAMPLES_PASSED, 1),
    NAMED(GL_ANY_SAMPLES_PASSED, 1),
    NAMED(GL_ANY_SAMPLES_PASSED_CONSERVATIVE, 1),
    NAMED(GL_PRIMITIVES_GENERATED, 1),
    NAMED(GL_TRANSFORM_FEEDBACK_PRIMITIVES_WRITTEN, 1),
    NAMED(GL_TIME_ELAPSED, 1),
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void put(gl_state *state, const char *name, size_t index, GLint64 value) {
    ck_assert_uint_lt(state->count, GL_STATE_MAX);
    state->values[state->count++] = (gl_state_value){name, (unsigned)index, value};
}

static GLint get_limit(GladGLContext *gl, GLenum name, GLint most) {
    GLint value = 0;
    gl->GetIntegerv(name, &value);
    return value < most ? value : most;
}

static void take_values(GladGLContext *gl, gl_state *out) {
    for (size_t i = 0; i < COUNT(integers); i++) {
        GLint64 numbers[MAX_NUMBERS] = {0};
        gl->GetInteger64v(integers[i].name_enum, numbers);
        for (int at = 0; at < integers[i].count; at++) {
            put(out, integers[i].name, (unsigned)at, numbers[at]);
        }
    }
    for (size_t i = 0; i < COUNT(floats); i++) {
        GLfloat numbers[MAX_NUMBERS] = {0};
        gl->GetFloatv(floats[i].name_enum, numbers);
        for (int at = 0; at < floats[i].count; at++) {
            uint32_t bits;
            memcpy(&bits, &numbers[at], sizeof bits);
            put(out, floats[i].name, (unsigned)at, bits);
        }
    }
    for (size_t i = 0; i < COUNT(enables); i++) {
        put(out, enables[i].name, 0, gl->IsEnabled(enables[i].name_enum));
    }
    for (size_t i = 0; i < COUNT(queries); i++) {
        GLint name = 0;
        gl->GetQueryiv(queries[i].name_enum, GL_CURRENT_QUERY, &name);
        put(out, queries[i].name, 0, name);
    }
}

static void take_units(GladGLContext *gl, gl_state *out) {
    GLint active = 0;
    const GLint unit_count = get_limit(gl, GL_MAX_COMBINED_TEXTURE_IMAGE_UNITS, MAX_UNITS);
    const GLint image_count = get_limit(gl, GL_MAX_IMAGE_UNITS, MAX_UNITS);
    gl->GetIntegerv(GL_ACTIVE_TEXTURE, &active);
    for (GLint unit = 0; unit < unit_count; unit++) {
        gl->ActiveTexture(GL_TEXTURE0 + (GLenum)unit);
        for (size_t i = 0; i < COUNT(units); i++) {
            GLint name = 0;
            gl->GetIntegerv(units[i].name_enum, &name);
            put(out, units[i].name, (size_t)unit, name);
        }
    }
    gl->ActiveTexture((GLenum)active);
    for (GLint unit = 0; unit < image_count; unit++) {
        for (size_t i = 0; i < COUNT(images); i++) {
            GLint value = 0;
            gl->GetIntegeri_v(images[i].name_enum, (GLuint)unit, &value);
            put(out, images[i].name, (size_t)unit, value);
        }
    }
}

static void take_indexed_buffers(GladGLContext *gl, gl_state *out) {
    for (size_t kind = 0; kind < COUNT(indexed); kind++) {
        const GLint count = get_limit(gl, indexed[kind].most, MAX_BINDINGS);
        const named *parts[] = {&indexed[kind].binding, &indexed[kind].start, &indexed[kind].size};
        for (GLint at = 0; at < count; at++) {
            for (size_t i = 0; i < COUNT(parts); i++) {
                GLint64 value = 0;
                gl->GetInteger64i_v(parts[i]->name_enum, (GLuint)at, &value);
                put(out, parts[i]->name, (size_t)at + 1000, value);
            }
        }
    }
}

static void take_vertex_array(GladGLContext *gl, gl_state *out) {
    const GLint binding_count = get_limit(gl, GL_MAX_VERTEX_ATTRIB_BINDINGS, MAX_UNITS);
    const GLint attribute_count = get_limit(gl, GL_MAX_VERTEX_ATTRIBS, MAX_UNITS);
    for (GLint at = 0; at < binding_count; at++) {
        for (size_t i = 0; i < COUNT(vertex_bindings); i++) {
            GLint64 value = 0;
            gl->GetInteger64i_v(vertex_bindings[i].name_enum, (GLuint)at, &value);
            put(out, vertex_bindings[i].name, (size_t)at, value);
        }
    }
    for (GLint at = 0; at < attribute_count; at++) {
        for (size_t i = 0; i < COUNT(vertex_attributes); i++) {
            GLint value = 0;
            gl->GetVertexAttribiv((GLuint)at, vertex_attributes[i].name_enum, &value);
            put(out, vertex_attributes[i].name, (size_t)at, value);
        }
    }
}

static void take_debug(GladGLContext *gl, gl_state *out) {
    static const GLenum pointers[] = {GL_DEBUG_CALLBACK_FUNCTION, GL_DEBUG_CALLBACK_USER_PARAM};
    for (size_t i = 0; i < COUNT(pointers); i++) {
        void *pointer = NULL;
        gl->GetPointerv(pointers[i], &pointer);
        put(out, "GL_DEBUG_CALLBACK", i, (GLint64)(intptr_t)pointer);
    }
    put(out, "GL_SAMPLE_MASK_VALUE", 0, 0);
    gl->GetInteger64i_v(GL_SAMPLE_MASK_VALUE, 0, &out->values[out->count - 1].value);
}

void gl_state_take(GladGLContext *gl, gl_state *out) {
    out->count = 0;
    put(out, "glGetError", 0, gl->GetError());
    take_values(gl, out);
    take_units(gl, out);
    take_indexed_buffers(gl, out);
    take_vertex_array(gl, out);
    take_debug(gl, out);
    const GLenum error = gl->GetError();
    ck_assert_msg(error == GL_NO_ERROR, "taking the picture raised GL error 0x%x", error);
}

static bool excepted(const char *name, const char *const *except) {
    for (; except != NULL && *except != NULL; except++) {
        if (strncmp(name, *except, strlen(*except)) == 0) {
            return true;
        }
    }
    return false;
}

size_t gl_state_compare(const gl_state *before, const gl_state *after, const char *const *except) {
    size_t differences = 0;
    ck_assert_uint_eq(before->count, after->count);
    for (size_t i = 0; i < before->count; i++) {
        const gl_state_value *was = &before->values[i];
        const gl_state_value *is = &after->values[i];
        if (was->value != is->value && !excepted(was->name, except)) {
            printf("%s[%u] was %lld and is %lld\n", was->name, was->index, (long long)was->value,
                (long long)is->value);
            differences++;
        }
    }
    return differences;
}

GLint64 gl_state_get(const gl_state *state, const char *name, unsigned index) {
    for (size_t i = 0; i < state->count; i++) {
        if (strcmp(state->values[i].name, name) == 0 && state->values[i].index == index) {
            return state->values[i].value;
        }
    }
    ck_abort_msg("the picture has no %s[%u]", name, index);
    return 0;
}
