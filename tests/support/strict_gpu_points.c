/* Binding points of the objects in strict_gpu_objects.c. */
#include "support/strict_gpu_internal.h"

#include <string.h>

static const struct {
    GLenum target;
    GLenum query;
} texture_targets[STRICT_TEXTURE_TARGETS] = {
    {GL_TEXTURE_1D, GL_TEXTURE_BINDING_1D},
    {GL_TEXTURE_2D, GL_TEXTURE_BINDING_2D},
    {GL_TEXTURE_3D, GL_TEXTURE_BINDING_3D},
    {GL_TEXTURE_1D_ARRAY, GL_TEXTURE_BINDING_1D_ARRAY},
    {GL_TEXTURE_2D_ARRAY, GL_TEXTURE_BINDING_2D_ARRAY},
    {GL_TEXTURE_RECTANGLE, GL_TEXTURE_BINDING_RECTANGLE},
    {GL_TEXTURE_BUFFER, GL_TEXTURE_BINDING_BUFFER},
    {GL_TEXTURE_CUBE_MAP, GL_TEXTURE_BINDING_CUBE_MAP},
    {GL_TEXTURE_CUBE_MAP_ARRAY, GL_TEXTURE_BINDING_CUBE_MAP_ARRAY},
    {GL_TEXTURE_2D_MULTISAMPLE, GL_TEXTURE_BINDING_2D_MULTISAMPLE},
    {GL_TEXTURE_2D_MULTISAMPLE_ARRAY, GL_TEXTURE_BINDING_2D_MULTISAMPLE_ARRAY},
};

static const GLenum query_targets[STRICT_QUERY_TARGETS] = {GL_SAMPLES_PASSED, GL_ANY_SAMPLES_PASSED,
    GL_ANY_SAMPLES_PASSED_CONSERVATIVE, GL_PRIMITIVES_GENERATED,
    GL_TRANSFORM_FEEDBACK_PRIMITIVES_WRITTEN, GL_TIME_ELAPSED};

size_t strict_texture_slot(GLenum target) {
    size_t slot = 0;
    while (slot < STRICT_TEXTURE_TARGETS && texture_targets[slot].target != target) {
        slot++;
    }
    return slot;
}

size_t strict_query_slot(GLenum target) {
    size_t slot = 0;
    while (slot < STRICT_QUERY_TARGETS && query_targets[slot] != target) {
        slot++;
    }
    return slot;
}

void strict_points_init(strict_gpu *gpu) {
    for (size_t i = 0; i < STRICT_IMAGES; i++) {
        gpu->state.bound.images[i].access = GL_READ_ONLY;
        gpu->state.bound.images[i].format = GL_R8;
    }
}

/* --- Queries */

/* Framebuffer 0 draws to and reads from its back; any other its first colour, for nothing here
 * says otherwise. */
static GLint64 colour_of(GLuint framebuffer) {
    return framebuffer == 0 ? GL_BACK : GL_COLOR_ATTACHMENT0;
}

bool strict_point_value(const strict_gpu *gpu, GLenum name, GLint64 *value) {
    const strict_bound *bound = &gpu->state.bound;
    const strict_object *feedback = gpu->state.feedback_object;
    const struct {
        GLenum name;
        GLint64 value;
    } known[] = {
        {GL_ACTIVE_TEXTURE, GL_TEXTURE0 + (GLint64)bound->active_unit},
        {GL_SAMPLER_BINDING, bound->units[bound->active_unit].sampler},
        {GL_PROGRAM_PIPELINE_BINDING, bound->pipeline},
        {GL_DRAW_FRAMEBUFFER_BINDING, bound->draw_framebuffer},
        {GL_READ_FRAMEBUFFER_BINDING, bound->read_framebuffer},
        {GL_DRAW_BUFFER0, colour_of(bound->draw_framebuffer)},
        {GL_READ_BUFFER, colour_of(bound->read_framebuffer)},
        {GL_RENDERBUFFER_BINDING, bound->renderbuffer},
        {GL_TRANSFORM_FEEDBACK_BINDING, feedback == NULL ? 0 : feedback->name},
        {GL_TRANSFORM_FEEDBACK_ACTIVE, 0},
        {GL_TRANSFORM_FEEDBACK_PAUSED, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].name == name) {
            *value = known[i].value;
            return true;
        }
    }
    for (size_t i = 0; i < STRICT_TEXTURE_TARGETS; i++) {
        if (texture_targets[i].query == name) {
            *value = bound->units[bound->active_unit].textures[i];
            return true;
        }
    }
    return false;
}

bool strict_image_value(const strict_image *image, GLenum name, GLint64 *value) {
    switch (name) {
    case GL_IMAGE_BINDING_NAME:
        *value = image->texture;
        return true;
    case GL_IMAGE_BINDING_LEVEL:
        *value = image->level;
        return true;
    case GL_IMAGE_BINDING_LAYERED:
        *value = image->layered;
        return true;
    case GL_IMAGE_BINDING_LAYER:
        *value = image->layer;
        return true;
    case GL_IMAGE_BINDING_ACCESS:
        *value = image->access;
        return true;
    case GL_IMAGE_BINDING_FORMAT:
        *value = image->format;
        return true;
    default:
        return false;
    }
}

static void GLAD_API_PTR get_queryiv(GLenum target, GLenum name, GLint *out) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetQueryiv, &gpu)) {
        return;
    }
    const size_t slot = strict_query_slot(target);
    if (slot == STRICT_QUERY_TARGETS || name != GL_CURRENT_QUERY) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x, name 0x%x", target, name);
        return;
    }
    *out = (GLint)gpu->state.bound.queries[slot];
}

/* --- Binding */

/* The object of a kind; *found is false, with an error, for a name other than 0 that is none. */
static strict_object *object_of(
    strict_gpu *gpu, strict_kind kind, GLuint name, GLenum error, bool *found) {
    strict_object *object = strict_names_get(&gpu->objects[kind], name);
    *found = name == 0 || object != NULL;
    if (!*found) {
        strict_error(gpu, error, "there is no object %u", name);
    }
    return object;
}

static bool exists(strict_gpu *gpu, strict_kind kind, GLuint name, GLenum error) {
    bool found;
    object_of(gpu, kind, name, error, &found);
    return found;
}

static bool target_right(strict_gpu *gpu, GLenum target, GLenum only) {
    if (target != only) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
    }
    return target == only;
}

static bool unit_right(strict_gpu *gpu, GLuint unit, GLuint count, GLenum error) {
    if (unit >= count) {
        strict_error(gpu, error, "unit %u of %u", unit, count);
    }
    return unit < count;
}

static void GLAD_API_PTR bind_feedback(GLenum target, GLuint name) {
    strict_gpu *gpu;
    bool found;
    if (!strict_enter(STRICT_glBindTransformFeedback, &gpu) ||
        !target_right(gpu, target, GL_TRANSFORM_FEEDBACK)) {
        return;
    }
    strict_object *object = object_of(gpu, STRICT_FEEDBACKS, name, GL_INVALID_OPERATION, &found);
    if (found) {
        gpu->state.feedback_object = object;
    }
}

static void GLAD_API_PTR bind_framebuffer(GLenum target, GLuint name) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glBindFramebuffer, &gpu) ||
        !exists(gpu, STRICT_FRAMEBUFFERS, name, GL_INVALID_OPERATION)) {
        return;
    }
    if (target != GL_FRAMEBUFFER && target != GL_DRAW_FRAMEBUFFER &&
        target != GL_READ_FRAMEBUFFER) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
        return;
    }
    if (target != GL_READ_FRAMEBUFFER) {
        gpu->state.bound.draw_framebuffer = name;
    }
    if (target != GL_DRAW_FRAMEBUFFER) {
        gpu->state.bound.read_framebuffer = name;
    }
}

static void GLAD_API_PTR bind_renderbuffer(GLenum target, GLuint name) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glBindRenderbuffer, &gpu) &&
        target_right(gpu, target, GL_RENDERBUFFER) &&
        exists(gpu, STRICT_RENDERBUFFERS, name, GL_INVALID_OPERATION)) {
        gpu->state.bound.renderbuffer = name;
    }
}

static void GLAD_API_PTR bind_pipeline(GLuint name) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glBindProgramPipeline, &gpu) &&
        exists(gpu, STRICT_PIPELINES, name, GL_INVALID_OPERATION)) {
        gpu->state.bound.pipeline = name;
        memset(gpu->state.subroutines, 0, sizeof gpu->state.subroutines);
    }
}

static void GLAD_API_PTR active_texture(GLenum unit) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glActiveTexture, &gpu) &&
        unit_right(gpu, unit - GL_TEXTURE0, STRICT_UNITS, GL_INVALID_ENUM)) {
        gpu->state.bound.active_unit = unit - GL_TEXTURE0;
    }
}

/* Each target of a unit has a texture of its own; 0 takes them all away. */
static void GLAD_API_PTR bind_texture_unit(GLuint unit, GLuint name) {
    strict_gpu *gpu;
    bool found;
    if (!strict_enter(STRICT_glBindTextureUnit, &gpu) ||
        !unit_right(gpu, unit, STRICT_UNITS, GL_INVALID_VALUE)) {
        return;
    }
    const strict_object *texture =
        object_of(gpu, STRICT_TEXTURES, name, GL_INVALID_OPERATION, &found);
    GLuint *textures = gpu->state.bound.units[unit].textures;
    for (size_t i = 0; found && i < STRICT_TEXTURE_TARGETS; i++) {
        if (texture == NULL || texture_targets[i].target == texture->target) {
            textures[i] = name;
        }
    }
}

static void GLAD_API_PTR bind_sampler(GLuint unit, GLuint name) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glBindSampler, &gpu) &&
        unit_right(gpu, unit, STRICT_UNITS, GL_INVALID_VALUE) &&
        exists(gpu, STRICT_SAMPLERS, name, GL_INVALID_OPERATION)) {
        gpu->state.bound.units[unit].sampler = name;
    }
}

static void GLAD_API_PTR bind_image_texture(GLuint unit, GLuint name, GLint level,
    GLboolean layered, GLint layer, GLenum access, GLenum format) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glBindImageTexture, &gpu) ||
        !unit_right(gpu, unit, STRICT_IMAGES, GL_INVALID_VALUE) ||
        !exists(gpu, STRICT_TEXTURES, name, GL_INVALID_VALUE)) {
        return;
    }
    if (level < 0 || layer < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "level %d, layer %d", level, layer);
        return;
    }
    gpu->state.bound.images[unit] = (strict_image){.texture = name,
        .level = level,
        .layer = layer,
        .layered = layered,
        .access = access,
        .format = format};
}

static void GLAD_API_PTR begin_query(GLenum target, GLuint name) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glBeginQuery, &gpu)) {
        return;
    }
    const size_t slot = strict_query_slot(target);
    if (slot == STRICT_QUERY_TARGETS) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
        return;
    }
    const strict_object *query = strict_names_get(&gpu->objects[STRICT_QUERIES], name);
    if (query == NULL || query->target != target || gpu->state.bound.queries[slot] != 0) {
        strict_error(gpu, GL_INVALID_OPERATION,
            "query %u does not exist or is of another kind, or one is active", name);
        return;
    }
    gpu->state.bound.queries[slot] = name;
}

static void GLAD_API_PTR end_query(GLenum target) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glEndQuery, &gpu)) {
        return;
    }
    const size_t slot = strict_query_slot(target);
    if (slot == STRICT_QUERY_TARGETS) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
    } else if (gpu->state.bound.queries[slot] == 0) {
        strict_error(gpu, GL_INVALID_OPERATION, "no query is active");
    } else {
        gpu->state.bound.queries[slot] = 0;
    }
}

const strict_entry strict_point_entries[] = {
    STRICT_ENTRY(glBindTransformFeedback, PFNGLBINDTRANSFORMFEEDBACKPROC, bind_feedback),
    STRICT_ENTRY(glBindFramebuffer, PFNGLBINDFRAMEBUFFERPROC, bind_framebuffer),
    STRICT_ENTRY(glBindProgramPipeline, PFNGLBINDPROGRAMPIPELINEPROC, bind_pipeline),
    STRICT_ENTRY(glBindRenderbuffer, PFNGLBINDRENDERBUFFERPROC, bind_renderbuffer),
    STRICT_ENTRY(glBindSampler, PFNGLBINDSAMPLERPROC, bind_sampler),
    STRICT_ENTRY(glBindTextureUnit, PFNGLBINDTEXTUREUNITPROC, bind_texture_unit),
    STRICT_ENTRY(glActiveTexture, PFNGLACTIVETEXTUREPROC, active_texture),
    STRICT_ENTRY(glBindImageTexture, PFNGLBINDIMAGETEXTUREPROC, bind_image_texture),
    STRICT_ENTRY(glBeginQuery, PFNGLBEGINQUERYPROC, begin_query),
    STRICT_ENTRY(glEndQuery, PFNGLENDQUERYPROC, end_query),
    STRICT_ENTRY(glGetQueryiv, PFNGLGETQUERYIVPROC, get_queryiv),
    STRICT_ENTRY_END,
};
