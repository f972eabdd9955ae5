/* State that no command here uses. It is the application's: it comes back as it was set, so that a
 * library that changes it is seen. */
#include "support/strict_gpu_internal.h"

#include <string.h>

typedef struct row {
    GLenum name;
    unsigned char count;
    bool is_switch; /* for glEnable and glDisable */
    double initial[STRICT_MOST_VALUES];
} row;

#define SWITCH(name, on)                                                                           \
    {                                                                                              \
        name, 1, true, {                                                                           \
            on                                                                                     \
        }                                                                                          \
    }
#define NUMBER(name, initial)                                                                      \
    {                                                                                              \
        name, 1, false, {                                                                          \
            initial                                                                                \
        }                                                                                          \
    }
#define NUMBERS(name, count, ...)                                                                  \
    {                                                                                              \
        name, count, false, {                                                                      \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

static const row rows[] = {
    SWITCH(GL_BLEND, 0),
    SWITCH(GL_CLIP_DISTANCE0, 0),
    SWITCH(GL_CLIP_DISTANCE1, 0),
    SWITCH(GL_CLIP_DISTANCE2, 0),
    SWITCH(GL_CLIP_DISTANCE3, 0),
    SWITCH(GL_CLIP_DISTANCE4, 0),
    SWITCH(GL_CLIP_DISTANCE5, 0),
    SWITCH(GL_CLIP_DISTANCE6, 0),
    SWITCH(GL_CLIP_DISTANCE7, 0),
    SWITCH(GL_COLOR_LOGIC_OP, 0),
    SWITCH(GL_CULL_FACE, 0),
    SWITCH(GL_DEBUG_OUTPUT, 0),
    SWITCH(GL_DEBUG_OUTPUT_SYNCHRONOUS, 0),
    SWITCH(GL_DEPTH_CLAMP, 0),
    SWITCH(GL_DEPTH_TEST, 0),
    SWITCH(GL_DITHER, 1),
    SWITCH(GL_FRAMEBUFFER_SRGB, 0),
    SWITCH(GL_LINE_SMOOTH, 0),
    SWITCH(GL_MULTISAMPLE, 1),
    SWITCH(GL_POLYGON_OFFSET_FILL, 0),
    SWITCH(GL_POLYGON_OFFSET_LINE, 0),
    SWITCH(GL_POLYGON_OFFSET_POINT, 0),
    SWITCH(GL_POLYGON_SMOOTH, 0),
    SWITCH(GL_PRIMITIVE_RESTART, 0),
    SWITCH(GL_PRIMITIVE_RESTART_FIXED_INDEX, 0),
    SWITCH(GL_PROGRAM_POINT_SIZE, 0),
    SWITCH(GL_RASTERIZER_DISCARD, 0),
    SWITCH(GL_SAMPLE_ALPHA_TO_COVERAGE, 0),
    SWITCH(GL_SAMPLE_ALPHA_TO_ONE, 0),
    SWITCH(GL_SAMPLE_COVERAGE, 0),
    SWITCH(GL_SAMPLE_MASK, 0),
    SWITCH(GL_SAMPLE_SHADING, 0),
    SWITCH(GL_SCISSOR_TEST, 0),
    SWITCH(GL_STENCIL_TEST, 0),
    SWITCH(GL_TEXTURE_CUBE_MAP_SEAMLESS, 0),

    NUMBER(GL_BLEND_SRC_RGB, GL_ONE),
    NUMBER(GL_BLEND_DST_RGB, GL_ZERO),
    NUMBER(GL_BLEND_SRC_ALPHA, GL_ONE),
    NUMBER(GL_BLEND_DST_ALPHA, GL_ZERO),
    NUMBER(GL_BLEND_EQUATION_RGB, GL_FUNC_ADD),
    NUMBER(GL_BLEND_EQUATION_ALPHA, GL_FUNC_ADD),
    NUMBERS(GL_BLEND_COLOR, 4, 0),
    NUMBERS(GL_COLOR_CLEAR_VALUE, 4, 0),
    NUMBERS(GL_COLOR_WRITEMASK, 4, 1, 1, 1, 1),
    NUMBER(GL_LOGIC_OP_MODE, GL_COPY),
    NUMBER(GL_DEPTH_FUNC, GL_LESS),
    NUMBER(GL_DEPTH_WRITEMASK, 1),
    NUMBER(GL_DEPTH_CLEAR_VALUE, 1),
    NUMBERS(GL_DEPTH_RANGE, 2, 0, 1),
    NUMBER(GL_STENCIL_FUNC, GL_ALWAYS),
    NUMBER(GL_STENCIL_REF, 0),
    NUMBER(GL_STENCIL_VALUE_MASK, UINT32_MAX),
    NUMBER(GL_STENCIL_WRITEMASK, UINT32_MAX),
    NUMBER(GL_STENCIL_FAIL, GL_KEEP),
    NUMBER(GL_STENCIL_PASS_DEPTH_FAIL, GL_KEEP),
    NUMBER(GL_STENCIL_PASS_DEPTH_PASS, GL_KEEP),
    NUMBER(GL_STENCIL_BACK_FUNC, GL_ALWAYS),
    NUMBER(GL_STENCIL_BACK_REF, 0),
    NUMBER(GL_STENCIL_BACK_VALUE_MASK, UINT32_MAX),
    NUMBER(GL_STENCIL_BACK_WRITEMASK, UINT32_MAX),
    NUMBER(GL_STENCIL_BACK_FAIL, GL_KEEP),
    NUMBER(GL_STENCIL_BACK_PASS_DEPTH_FAIL, GL_KEEP),
    NUMBER(GL_STENCIL_BACK_PASS_DEPTH_PASS, GL_KEEP),
    NUMBER(GL_STENCIL_CLEAR_VALUE, 0),

    NUMBER(GL_CULL_FACE_MODE, GL_BACK),
    NUMBER(GL_FRONT_FACE, GL_CCW),
    NUMBER(GL_POLYGON_MODE, GL_FILL),
    NUMBER(GL_POLYGON_OFFSET_FACTOR, 0),
    NUMBER(GL_POLYGON_OFFSET_UNITS, 0),
    NUMBER(GL_LINE_WIDTH, 1),
    NUMBER(GL_POINT_SIZE, 1),
    NUMBER(GL_POINT_FADE_THRESHOLD_SIZE, 1),
    NUMBER(GL_POINT_SPRITE_COORD_ORIGIN, GL_UPPER_LEFT),
    NUMBERS(GL_SCISSOR_BOX, 4, 0),
    NUMBERS(GL_VIEWPORT, 4, 0),
    NUMBER(GL_CLIP_ORIGIN, GL_LOWER_LEFT),
    NUMBER(GL_CLIP_DEPTH_MODE, GL_NEGATIVE_ONE_TO_ONE),
    NUMBER(GL_PROVOKING_VERTEX, GL_LAST_VERTEX_CONVENTION),
    NUMBER(GL_PRIMITIVE_RESTART_INDEX, 0),
    NUMBER(GL_PATCH_VERTICES, 3),
    NUMBERS(GL_PATCH_DEFAULT_INNER_LEVEL, 2, 1, 1),
    NUMBERS(GL_PATCH_DEFAULT_OUTER_LEVEL, 4, 1, 1, 1, 1),
    NUMBER(GL_SAMPLE_COVERAGE_VALUE, 1),
    NUMBER(GL_SAMPLE_COVERAGE_INVERT, 0),
    NUMBER(GL_SAMPLE_MASK_VALUE, UINT32_MAX),
    NUMBER(GL_MIN_SAMPLE_SHADING_VALUE, 0),

    NUMBER(GL_PACK_SWAP_BYTES, 0),
    NUMBER(GL_PACK_LSB_FIRST, 0),
    NUMBER(GL_PACK_ROW_LENGTH, 0),
    NUMBER(GL_PACK_IMAGE_HEIGHT, 0),
    NUMBER(GL_PACK_SKIP_ROWS, 0),
    NUMBER(GL_PACK_SKIP_PIXELS, 0),
    NUMBER(GL_PACK_SKIP_IMAGES, 0),
    NUMBER(GL_PACK_ALIGNMENT, 4),
    NUMBER(GL_UNPACK_SWAP_BYTES, 0),
    NUMBER(GL_UNPACK_LSB_FIRST, 0),
    NUMBER(GL_UNPACK_ROW_LENGTH, 0),
    NUMBER(GL_UNPACK_IMAGE_HEIGHT, 0),
    NUMBER(GL_UNPACK_SKIP_ROWS, 0),
    NUMBER(GL_UNPACK_SKIP_PIXELS, 0),
    NUMBER(GL_UNPACK_SKIP_IMAGES, 0),
    NUMBER(GL_UNPACK_ALIGNMENT, 4),
    NUMBER(GL_LINE_SMOOTH_HINT, GL_DONT_CARE),
    NUMBER(GL_POLYGON_SMOOTH_HINT, GL_DONT_CARE),
    NUMBER(GL_TEXTURE_COMPRESSION_HINT, GL_DONT_CARE),
    NUMBER(GL_FRAGMENT_SHADER_DERIVATIVE_HINT, GL_DONT_CARE),
};

#define ROWS (sizeof rows / sizeof rows[0])
_Static_assert(ROWS <= STRICT_VALUES, "each row has its numbers in the state");

/* The row of a name, or ROWS. */
static size_t find(GLenum name) {
    size_t at = 0;
    while (at < ROWS && rows[at].name != name) {
        at++;
    }
    return at;
}

void strict_values_init(strict_gpu *gpu) {
    for (size_t i = 0; i < ROWS; i++) {
        memcpy(gpu->state.values[i], rows[i].initial, sizeof rows[i].initial);
    }
}

void strict_values_set(strict_gpu *gpu, GLenum name, size_t count, const double *numbers) {
    const size_t at = find(name);
    if (at == ROWS || rows[at].count != count) {
        strict_abort("state that is not there was set", strict_function_name(gpu->function));
    }
    memcpy(gpu->state.values[at], numbers, count * sizeof *numbers);
}

void strict_value_set(strict_gpu *gpu, GLenum name, double number) {
    strict_values_set(gpu, name, 1, &number);
}

size_t strict_values_get(const strict_gpu *gpu, GLenum name, const double **numbers) {
    const size_t at = find(name);
    *numbers = at == ROWS ? NULL : gpu->state.values[at];
    return at == ROWS ? 0 : rows[at].count;
}

bool strict_value_is_switch(GLenum name) {
    const size_t at = find(name);
    return at < ROWS && rows[at].is_switch;
}
