/* The functions that set what strict_gpu_values.c keeps. */
#include "support/strict_gpu_internal.h"

/* --- Switches */

static bool switch_right(strict_gpu *gpu, GLenum name) {
    if (!strict_value_is_switch(name)) {
        strict_error(gpu, GL_INVALID_ENUM, "capability 0x%x (or not supported here)", name);
        return false;
    }
    return true;
}

static void turn(strict_function function, GLenum name, bool on) {
    strict_gpu *gpu;
    if (strict_enter(function, &gpu) && switch_right(gpu, name)) {
        strict_value_set(gpu, name, on);
    }
}

static void GLAD_API_PTR enable(GLenum name) {
    turn(STRICT_glEnable, name, true);
}

static void GLAD_API_PTR disable(GLenum name) {
    turn(STRICT_glDisable, name, false);
}

static GLboolean GLAD_API_PTR is_enabled(GLenum name) {
    strict_gpu *gpu;
    const double *on;
    if (!strict_enter(STRICT_glIsEnabled, &gpu) || !switch_right(gpu, name)) {
        return GL_FALSE;
    }
    strict_values_get(gpu, name, &on);
    return *on > 0.0;
}

/* --- One number or several */

static void set_one(strict_function function, GLenum name, double number) {
    strict_gpu *gpu;
    if (strict_enter(function, &gpu)) {
        strict_value_set(gpu, name, number);
    }
}

static void set_two(strict_function function, GLenum a, double of_a, GLenum b, double of_b) {
    strict_gpu *gpu;
    if (strict_enter(function, &gpu)) {
        strict_value_set(gpu, a, of_a);
        strict_value_set(gpu, b, of_b);
    }
}

static void set_four(
    strict_function function, GLenum name, double a, double b, double c, double d) {
    strict_gpu *gpu;
    if (strict_enter(function, &gpu)) {
        strict_values_set(gpu, name, 4, (const double[]){a, b, c, d});
    }
}

static void GLAD_API_PTR blend_func(GLenum from, GLenum to, GLenum from_alpha, GLenum to_alpha) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glBlendFuncSeparate, &gpu)) {
        strict_value_set(gpu, GL_BLEND_SRC_RGB, from);
        strict_value_set(gpu, GL_BLEND_DST_RGB, to);
        strict_value_set(gpu, GL_BLEND_SRC_ALPHA, from_alpha);
        strict_value_set(gpu, GL_BLEND_DST_ALPHA, to_alpha);
    }
}

static void GLAD_API_PTR blend_equation(GLenum colour, GLenum alpha) {
    set_two(STRICT_glBlendEquationSeparate, GL_BLEND_EQUATION_RGB, colour, GL_BLEND_EQUATION_ALPHA,
        alpha);
}

static void GLAD_API_PTR blend_color(GLfloat r, GLfloat g, GLfloat b, GLfloat a) {
    set_four(STRICT_glBlendColor, GL_BLEND_COLOR, r, g, b, a);
}

static void GLAD_API_PTR clear_color(GLfloat r, GLfloat g, GLfloat b, GLfloat a) {
    set_four(STRICT_glClearColor, GL_COLOR_CLEAR_VALUE, r, g, b, a);
}

static void GLAD_API_PTR color_mask(GLboolean r, GLboolean g, GLboolean b, GLboolean a) {
    set_four(STRICT_glColorMask, GL_COLOR_WRITEMASK, r, g, b, a);
}

static void GLAD_API_PTR clear_depth(GLdouble depth) {
    set_one(STRICT_glClearDepth, GL_DEPTH_CLEAR_VALUE, depth);
}

static void GLAD_API_PTR clear_stencil(GLint value) {
    set_one(STRICT_glClearStencil, GL_STENCIL_CLEAR_VALUE, value);
}

static void GLAD_API_PTR logic_op(GLenum operation) {
    set_one(STRICT_glLogicOp, GL_LOGIC_OP_MODE, operation);
}

static void GLAD_API_PTR depth_func(GLenum function) {
    set_one(STRICT_glDepthFunc, GL_DEPTH_FUNC, function);
}

static void GLAD_API_PTR depth_mask(GLboolean on) {
    set_one(STRICT_glDepthMask, GL_DEPTH_WRITEMASK, on);
}

static void GLAD_API_PTR depth_range(GLdouble nearest, GLdouble farthest) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glDepthRange, &gpu)) {
        strict_values_set(gpu, GL_DEPTH_RANGE, 2, (const double[]){nearest, farthest});
    }
}

static void GLAD_API_PTR cull_face(GLenum face) {
    set_one(STRICT_glCullFace, GL_CULL_FACE_MODE, face);
}

static void GLAD_API_PTR front_face(GLenum winding) {
    set_one(STRICT_glFrontFace, GL_FRONT_FACE, winding);
}

static void GLAD_API_PTR polygon_offset(GLfloat factor, GLfloat units) {
    set_two(
        STRICT_glPolygonOffset, GL_POLYGON_OFFSET_FACTOR, factor, GL_POLYGON_OFFSET_UNITS, units);
}

static void GLAD_API_PTR point_size(GLfloat size) {
    set_one(STRICT_glPointSize, GL_POINT_SIZE, size);
}

static void GLAD_API_PTR scissor(GLint x, GLint y, GLsizei width, GLsizei height) {
    set_four(STRICT_glScissor, GL_SCISSOR_BOX, x, y, width, height);
}

static void GLAD_API_PTR viewport(GLint x, GLint y, GLsizei width, GLsizei height) {
    set_four(STRICT_glViewport, GL_VIEWPORT, x, y, width, height);
}

static void GLAD_API_PTR clip_control(GLenum origin, GLenum depth) {
    set_two(STRICT_glClipControl, GL_CLIP_ORIGIN, origin, GL_CLIP_DEPTH_MODE, depth);
}

static void GLAD_API_PTR provoking_vertex(GLenum mode) {
    set_one(STRICT_glProvokingVertex, GL_PROVOKING_VERTEX, mode);
}

static void GLAD_API_PTR primitive_restart_index(GLuint index) {
    set_one(STRICT_glPrimitiveRestartIndex, GL_PRIMITIVE_RESTART_INDEX, index);
}

static void GLAD_API_PTR sample_coverage(GLfloat value, GLboolean invert) {
    set_two(STRICT_glSampleCoverage, GL_SAMPLE_COVERAGE_VALUE, value, GL_SAMPLE_COVERAGE_INVERT,
        invert);
}

static void GLAD_API_PTR min_sample_shading(GLfloat value) {
    set_one(STRICT_glMinSampleShading, GL_MIN_SAMPLE_SHADING_VALUE, value);
}

/* --- Those that take a name */

static void GLAD_API_PTR polygon_mode(GLenum face, GLenum mode) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glPolygonMode, &gpu)) {
        return;
    }
    if (face != GL_FRONT_AND_BACK) {
        strict_error(gpu, GL_INVALID_ENUM, "face 0x%x", face);
        return;
    }
    strict_value_set(gpu, GL_POLYGON_MODE, mode);
}

static void GLAD_API_PTR point_parameterf(GLenum name, GLfloat value) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glPointParameterf, &gpu)) {
        return;
    }
    if (name != GL_POINT_FADE_THRESHOLD_SIZE && name != GL_POINT_SPRITE_COORD_ORIGIN) {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", name);
        return;
    }
    strict_value_set(gpu, name, value);
}

static void GLAD_API_PTR patch_parameteri(GLenum name, GLint value) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glPatchParameteri, &gpu)) {
        return;
    }
    if (name != GL_PATCH_VERTICES) {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", name);
        return;
    }
    strict_value_set(gpu, name, value);
}

static void GLAD_API_PTR sample_maski(GLuint index, GLbitfield mask) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glSampleMaski, &gpu)) {
        return;
    }
    if (index > 0) {
        strict_error(gpu, GL_INVALID_VALUE, "word %u of 1", index);
        return;
    }
    strict_value_set(gpu, GL_SAMPLE_MASK_VALUE, mask);
}

static void GLAD_API_PTR hint(GLenum name, GLenum mode) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glHint, &gpu)) {
        return;
    }
    if (name != GL_LINE_SMOOTH_HINT && name != GL_POLYGON_SMOOTH_HINT &&
        name != GL_TEXTURE_COMPRESSION_HINT && name != GL_FRAGMENT_SHADER_DERIVATIVE_HINT) {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", name);
        return;
    }
    strict_value_set(gpu, name, mode);
}

static bool is_pixel_store(GLenum name) {
    return (name >= GL_UNPACK_SWAP_BYTES && name <= GL_UNPACK_ALIGNMENT) ||
           (name >= GL_PACK_SWAP_BYTES && name <= GL_PACK_ALIGNMENT) ||
           (name >= GL_PACK_SKIP_IMAGES && name <= GL_UNPACK_IMAGE_HEIGHT);
}

static void GLAD_API_PTR pixel_storei(GLenum name, GLint value) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glPixelStorei, &gpu)) {
        return;
    }
    if (!is_pixel_store(name)) {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", name);
        return;
    }
    const bool alignment = name == GL_PACK_ALIGNMENT || name == GL_UNPACK_ALIGNMENT;
    if (value < 0 || (alignment && value != 1 && value != 2 && value != 4 && value != 8)) {
        strict_error(gpu, GL_INVALID_VALUE, "value %d", value);
        return;
    }
    strict_value_set(gpu, name, value);
}

/* --- The stencil, whose two faces have names of their own */

static bool face_right(strict_gpu *gpu, GLenum face) {
    if (face == GL_FRONT || face == GL_BACK || face == GL_FRONT_AND_BACK) {
        return true;
    }
    strict_error(gpu, GL_INVALID_ENUM, "face 0x%x", face);
    return false;
}

static void GLAD_API_PTR stencil_func(GLenum face, GLenum function, GLint reference, GLuint mask) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glStencilFuncSeparate, &gpu) || !face_right(gpu, face)) {
        return;
    }
    if (face != GL_BACK) {
        strict_value_set(gpu, GL_STENCIL_FUNC, function);
        strict_value_set(gpu, GL_STENCIL_REF, reference);
        strict_value_set(gpu, GL_STENCIL_VALUE_MASK, mask);
    }
    if (face != GL_FRONT) {
        strict_value_set(gpu, GL_STENCIL_BACK_FUNC, function);
        strict_value_set(gpu, GL_STENCIL_BACK_REF, reference);
        strict_value_set(gpu, GL_STENCIL_BACK_VALUE_MASK, mask);
    }
}

static void GLAD_API_PTR stencil_mask(GLuint mask) {
    set_two(STRICT_glStencilMask, GL_STENCIL_WRITEMASK, mask, GL_STENCIL_BACK_WRITEMASK, mask);
}

static void GLAD_API_PTR stencil_op(GLenum fail, GLenum depth_fail, GLenum pass) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glStencilOp, &gpu)) {
        strict_value_set(gpu, GL_STENCIL_FAIL, fail);
        strict_value_set(gpu, GL_STENCIL_PASS_DEPTH_FAIL, depth_fail);
        strict_value_set(gpu, GL_STENCIL_PASS_DEPTH_PASS, pass);
        strict_value_set(gpu, GL_STENCIL_BACK_FAIL, fail);
        strict_value_set(gpu, GL_STENCIL_BACK_PASS_DEPTH_FAIL, depth_fail);
        strict_value_set(gpu, GL_STENCIL_BACK_PASS_DEPTH_PASS, pass);
    }
}

const strict_entry strict_setting_entries[] = {
    STRICT_ENTRY(glEnable, PFNGLENABLEPROC, enable),
    STRICT_ENTRY(glDisable, PFNGLDISABLEPROC, disable),
    STRICT_ENTRY(glIsEnabled, PFNGLISENABLEDPROC, is_enabled),
    STRICT_ENTRY(glBlendFuncSeparate, PFNGLBLENDFUNCSEPARATEPROC, blend_func),
    STRICT_ENTRY(glBlendEquationSeparate, PFNGLBLENDEQUATIONSEPARATEPROC, blend_equation),
    STRICT_ENTRY(glBlendColor, PFNGLBLENDCOLORPROC, blend_color),
    STRICT_ENTRY(glClearColor, PFNGLCLEARCOLORPROC, clear_color),
    STRICT_ENTRY(glClearDepth, PFNGLCLEARDEPTHPROC, clear_depth),
    STRICT_ENTRY(glClearStencil, PFNGLCLEARSTENCILPROC, clear_stencil),
    STRICT_ENTRY(glColorMask, PFNGLCOLORMASKPROC, color_mask),
    STRICT_ENTRY(glCullFace, PFNGLCULLFACEPROC, cull_face),
    STRICT_ENTRY(glFrontFace, PFNGLFRONTFACEPROC, front_face),
    STRICT_ENTRY(glDepthFunc, PFNGLDEPTHFUNCPROC, depth_func),
    STRICT_ENTRY(glDepthMask, PFNGLDEPTHMASKPROC, depth_mask),
    STRICT_ENTRY(glDepthRange, PFNGLDEPTHRANGEPROC, depth_range),
    STRICT_ENTRY(glStencilFuncSeparate, PFNGLSTENCILFUNCSEPARATEPROC, stencil_func),
    STRICT_ENTRY(glStencilMask, PFNGLSTENCILMASKPROC, stencil_mask),
    STRICT_ENTRY(glStencilOp, PFNGLSTENCILOPPROC, stencil_op),
    STRICT_ENTRY(glScissor, PFNGLSCISSORPROC, scissor),
    STRICT_ENTRY(glViewport, PFNGLVIEWPORTPROC, viewport),
    STRICT_ENTRY(glLogicOp, PFNGLLOGICOPPROC, logic_op),
    STRICT_ENTRY(glPolygonMode, PFNGLPOLYGONMODEPROC, polygon_mode),
    STRICT_ENTRY(glPolygonOffset, PFNGLPOLYGONOFFSETPROC, polygon_offset),
    STRICT_ENTRY(glPointSize, PFNGLPOINTSIZEPROC, point_size),
    STRICT_ENTRY(glPointParameterf, PFNGLPOINTPARAMETERFPROC, point_parameterf),
    STRICT_ENTRY(glPixelStorei, PFNGLPIXELSTOREIPROC, pixel_storei),
    STRICT_ENTRY(glClipControl, PFNGLCLIPCONTROLPROC, clip_control),
    STRICT_ENTRY(glProvokingVertex, PFNGLPROVOKINGVERTEXPROC, provoking_vertex),
    STRICT_ENTRY(glPrimitiveRestartIndex, PFNGLPRIMITIVERESTARTINDEXPROC, primitive_restart_index),
    STRICT_ENTRY(glPatchParameteri, PFNGLPATCHPARAMETERIPROC, patch_parameteri),
    STRICT_ENTRY(glSampleCoverage, PFNGLSAMPLECOVERAGEPROC, sample_coverage),
    STRICT_ENTRY(glSampleMaski, PFNGLSAMPLEMASKIPROC, sample_maski),
    STRICT_ENTRY(glMinSampleShading, PFNGLMINSAMPLESHADINGPROC, min_sample_shading),
    STRICT_ENTRY(glHint, PFNGLHINTPROC, hint),
    STRICT_ENTRY_END,
};
