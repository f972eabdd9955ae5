/* What the context says of itself. */
#include "support/strict_gpu_internal.h"

#include <stdio.h>
#include <string.h>

#define MAX_TEXTURE_BUFFER (1 << 27)

/* --- Strings */

static const char *version_string(const strict_gpu *gpu) {
    static _Thread_local char text[64];
    snprintf(text, sizeof text, "%d.%d (strict)", gpu->desc.major, gpu->desc.minor);
    return text;
}

static const GLubyte *GLAD_API_PTR get_string(GLenum name) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetString, &gpu)) {
        return NULL;
    }
    const char *text = NULL;
    switch (name) {
    case GL_VENDOR:
        text = gpu->desc.vendor;
        break;
    case GL_RENDERER:
        text = gpu->desc.renderer;
        break;
    case GL_VERSION:
        text = version_string(gpu);
        break;
    case GL_SHADING_LANGUAGE_VERSION:
        text = "4.50";
        break;
    default:
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", name);
    }
    return (const GLubyte *)text;
}

/* Never none at all: loaders take that for an error. */
static GLuint extension_count(const strict_gpu *gpu) {
    return gpu->desc.no_robustness ? 1 : 2;
}

static const char *extension(const strict_gpu *gpu, GLuint index) {
    static const char *const names[] = {"GL_KHR_debug", "GL_KHR_robustness"};
    return index < extension_count(gpu) ? names[index] : NULL;
}

static const GLubyte *GLAD_API_PTR get_stringi(GLenum name, GLuint index) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetStringi, &gpu)) {
        return NULL;
    }
    if (name != GL_EXTENSIONS) {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", name);
        return NULL;
    }
    const char *text = extension(gpu, index);
    if (text == NULL) {
        strict_error(gpu, GL_INVALID_VALUE, "extension %u", index);
    }
    return (const GLubyte *)text;
}

/* --- Numbers */

static GLint64 name_of(const strict_buffer *buffer) {
    return buffer == NULL ? 0 : (GLint64)buffer->name;
}

static bool limit(const strict_gpu *gpu, GLenum name, GLint64 *value) {
    const struct {
        GLenum name;
        GLint64 value;
    } limits[] = {
        {GL_MAJOR_VERSION, gpu->desc.major},
        {GL_MINOR_VERSION, gpu->desc.minor},
        {GL_NUM_EXTENSIONS, extension_count(gpu)},
        {GL_CONTEXT_PROFILE_MASK, GL_CONTEXT_CORE_PROFILE_BIT},
        {GL_CONTEXT_FLAGS, gpu->desc.no_robustness ? 0 : GL_CONTEXT_FLAG_ROBUST_ACCESS_BIT},
        {GL_RESET_NOTIFICATION_STRATEGY,
            gpu->desc.no_robustness ? GL_NO_RESET_NOTIFICATION : GL_LOSE_CONTEXT_ON_RESET},
        {GL_MIN_MAP_BUFFER_ALIGNMENT, gpu->desc.map_alignment},
        {GL_UNIFORM_BUFFER_OFFSET_ALIGNMENT, gpu->desc.uniform_alignment},
        {GL_SHADER_STORAGE_BUFFER_OFFSET_ALIGNMENT, gpu->desc.storage_alignment},
        {GL_TEXTURE_BUFFER_OFFSET_ALIGNMENT, gpu->desc.texel_alignment},
        {GL_MAX_UNIFORM_BLOCK_SIZE, gpu->desc.max_uniform_nbytes},
        {GL_MAX_SHADER_STORAGE_BLOCK_SIZE, gpu->desc.max_storage_nbytes},
        {GL_MAX_TEXTURE_BUFFER_SIZE, MAX_TEXTURE_BUFFER},
        {GL_MAX_UNIFORM_BUFFER_BINDINGS, STRICT_UNIFORM_BINDINGS},
        {GL_MAX_SHADER_STORAGE_BUFFER_BINDINGS, STRICT_STORAGE_BINDINGS},
        {GL_MAX_COMPUTE_SHADER_STORAGE_BLOCKS, STRICT_STORAGE_BINDINGS},
        {GL_MAX_COMBINED_SHADER_STORAGE_BLOCKS, STRICT_STORAGE_BINDINGS},
        {GL_MAX_ATOMIC_COUNTER_BUFFER_BINDINGS, STRICT_OTHER_BINDINGS},
        {GL_MAX_TRANSFORM_FEEDBACK_BUFFERS, STRICT_OTHER_BINDINGS},
        {GL_MAX_COMPUTE_WORK_GROUP_INVOCATIONS, 1024},
        {GL_MAX_COMPUTE_SHARED_MEMORY_SIZE, 32768},
        {GL_MAX_VERTEX_ATTRIBS, STRICT_ATTRIBUTES},
        {GL_MAX_VERTEX_ATTRIB_BINDINGS, STRICT_ATTRIBUTES},
        {GL_MAX_VERTEX_ATTRIB_STRIDE, 2048},
        {GL_MAX_VERTEX_ATTRIB_RELATIVE_OFFSET, 2047},
        {GL_MAX_LABEL_LENGTH, 256},
        {GL_MAX_DEBUG_MESSAGE_LENGTH, 1024},
        {GL_MAX_DEBUG_GROUP_STACK_DEPTH, 64},
        {GL_MAX_SERVER_WAIT_TIMEOUT, INT64_MAX},
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        if (limits[i].name == name) {
            *value = limits[i].value;
            return true;
        }
    }
    return false;
}

static bool state_value(const strict_gpu *gpu, GLenum name, GLint64 *value) {
    for (int i = 0; i < STRICT_TARGETS; i++) {
        if (strict_target_query((strict_target)i) == name) {
            *value = name_of(gpu->state.generic[i]);
            return true;
        }
    }
    const strict_vertex_array *array = gpu->state.vertex_array;
    switch (name) {
    case GL_VERTEX_ARRAY_BINDING:
        *value = array == NULL ? 0 : (GLint64)array->name;
        return true;
    case GL_ELEMENT_ARRAY_BUFFER_BINDING:
        *value = array == NULL ? 0 : name_of(array->element);
        return true;
    case GL_CURRENT_PROGRAM:
        *value = gpu->state.program == NULL ? 0 : (GLint64)gpu->state.program->name;
        return true;
    case GL_DEBUG_GROUP_STACK_DEPTH:
        *value = gpu->state.debug_depth + 1;
        return true;
    case GL_DEBUG_OUTPUT:
        *value = gpu->state.debug_output;
        return true;
    case GL_DEBUG_OUTPUT_SYNCHRONOUS:
        *value = gpu->state.debug_synchronous;
        return true;
    case GL_DEBUG_LOGGED_MESSAGES:
    case GL_PROGRAM_PIPELINE_BINDING:
    case GL_DRAW_FRAMEBUFFER_BINDING:
    case GL_READ_FRAMEBUFFER_BINDING:
    case GL_TRANSFORM_FEEDBACK_BINDING:
    case GL_TRANSFORM_FEEDBACK_ACTIVE:
    case GL_TRANSFORM_FEEDBACK_PAUSED:
        *value = 0;
        return true;
    default:
        return false;
    }
}

static bool value_of(strict_gpu *gpu, GLenum name, GLint64 *value) {
    if (limit(gpu, name, value) || state_value(gpu, name, value)) {
        return true;
    }
    strict_error(gpu, GL_INVALID_ENUM, "name 0x%x (or not supported here)", name);
    return false;
}

static GLint narrow(GLint64 value) {
    return value > INT32_MAX ? INT32_MAX : (GLint)value;
}

static void GLAD_API_PTR get_integerv(GLenum name, GLint *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    if (strict_enter(STRICT_glGetIntegerv, &gpu) && value_of(gpu, name, &value)) {
        *out = narrow(value);
    }
}

static void GLAD_API_PTR get_integer64v(GLenum name, GLint64 *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    if (strict_enter(STRICT_glGetInteger64v, &gpu) && value_of(gpu, name, &value)) {
        *out = value;
    }
}

static void GLAD_API_PTR get_booleanv(GLenum name, GLboolean *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    if (strict_enter(STRICT_glGetBooleanv, &gpu) && value_of(gpu, name, &value)) {
        *out = value != 0;
    }
}

/* --- Indexed numbers */

typedef enum binding_field { FIELD_NAME, FIELD_OFFSET, FIELD_NBYTES } binding_field;

static bool indexed_target(GLenum name, GLenum *target, binding_field *field) {
    static const struct {
        GLenum name, target;
        binding_field field;
    } known[] = {
        {GL_SHADER_STORAGE_BUFFER_BINDING, GL_SHADER_STORAGE_BUFFER, FIELD_NAME},
        {GL_SHADER_STORAGE_BUFFER_START, GL_SHADER_STORAGE_BUFFER, FIELD_OFFSET},
        {GL_SHADER_STORAGE_BUFFER_SIZE, GL_SHADER_STORAGE_BUFFER, FIELD_NBYTES},
        {GL_UNIFORM_BUFFER_BINDING, GL_UNIFORM_BUFFER, FIELD_NAME},
        {GL_UNIFORM_BUFFER_START, GL_UNIFORM_BUFFER, FIELD_OFFSET},
        {GL_UNIFORM_BUFFER_SIZE, GL_UNIFORM_BUFFER, FIELD_NBYTES},
        {GL_ATOMIC_COUNTER_BUFFER_BINDING, GL_ATOMIC_COUNTER_BUFFER, FIELD_NAME},
        {GL_ATOMIC_COUNTER_BUFFER_START, GL_ATOMIC_COUNTER_BUFFER, FIELD_OFFSET},
        {GL_ATOMIC_COUNTER_BUFFER_SIZE, GL_ATOMIC_COUNTER_BUFFER, FIELD_NBYTES},
        {GL_TRANSFORM_FEEDBACK_BUFFER_BINDING, GL_TRANSFORM_FEEDBACK_BUFFER, FIELD_NAME},
        {GL_TRANSFORM_FEEDBACK_BUFFER_START, GL_TRANSFORM_FEEDBACK_BUFFER, FIELD_OFFSET},
        {GL_TRANSFORM_FEEDBACK_BUFFER_SIZE, GL_TRANSFORM_FEEDBACK_BUFFER, FIELD_NBYTES},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].name == name) {
            *target = known[i].target;
            *field = known[i].field;
            return true;
        }
    }
    return false;
}

static bool indexed_value(strict_gpu *gpu, GLenum name, GLuint index, GLint64 *value) {
    GLenum target;
    binding_field field;
    GLuint count;
    if (name == GL_MAX_COMPUTE_WORK_GROUP_COUNT || name == GL_MAX_COMPUTE_WORK_GROUP_SIZE) {
        *value = name == GL_MAX_COMPUTE_WORK_GROUP_COUNT ? 65535 : index == 2 ? 64 : 1024;
        return true;
    }
    if (!indexed_target(name, &target, &field)) {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x (or not supported here)", name);
        return false;
    }
    const strict_binding *bindings = strict_indexed(gpu, target, &count);
    if (index >= count) {
        strict_error(gpu, GL_INVALID_VALUE, "index %u of %u", index, count);
        return false;
    }
    const strict_binding *binding = &bindings[index];
    *value = field == FIELD_NAME     ? name_of(binding->buffer)
             : field == FIELD_OFFSET ? (GLint64)binding->offset
                                     : (GLint64)binding->nbytes;
    return true;
}

static void GLAD_API_PTR get_integeri_v(GLenum name, GLuint index, GLint *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    if (strict_enter(STRICT_glGetIntegeri_v, &gpu) && indexed_value(gpu, name, index, &value)) {
        *out = narrow(value);
    }
}

static void GLAD_API_PTR get_integer64i_v(GLenum name, GLuint index, GLint64 *out) {
    strict_gpu *gpu;
    GLint64 value = 0;
    if (strict_enter(STRICT_glGetInteger64i_v, &gpu) && indexed_value(gpu, name, index, &value)) {
        *out = value;
    }
}

/* --- Errors and switches */

static GLenum GLAD_API_PTR get_error(void) {
    strict_gpu *gpu = strict_enter_always(STRICT_glGetError);
    const GLenum error = gpu->error;
    gpu->error = GL_NO_ERROR;
    return error;
}

static GLenum GLAD_API_PTR get_graphics_reset_status(void) {
    const strict_gpu *gpu = strict_enter_always(STRICT_glGetGraphicsResetStatus);
    return gpu->lost && !gpu->desc.no_robustness ? gpu->reset : GL_NO_ERROR;
}

static bool *capability(strict_gpu *gpu, GLenum name) {
    switch (name) {
    case GL_DEBUG_OUTPUT:
        return &gpu->state.debug_output;
    case GL_DEBUG_OUTPUT_SYNCHRONOUS:
        return &gpu->state.debug_synchronous;
    default:
        strict_error(gpu, GL_INVALID_ENUM, "capability 0x%x (or not supported here)", name);
        return NULL;
    }
}

static void set(strict_function function, GLenum name, bool on) {
    strict_gpu *gpu;
    bool *flag = strict_enter(function, &gpu) ? capability(gpu, name) : NULL;
    if (flag != NULL) {
        *flag = on;
    }
}

static void GLAD_API_PTR enable(GLenum name) {
    set(STRICT_glEnable, name, true);
}

static void GLAD_API_PTR disable(GLenum name) {
    set(STRICT_glDisable, name, false);
}

static GLboolean GLAD_API_PTR is_enabled(GLenum name) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glIsEnabled, &gpu)) {
        return GL_FALSE;
    }
    if (name == GL_RASTERIZER_DISCARD || name == GL_PRIMITIVE_RESTART) {
        return GL_FALSE;
    }
    const bool *flag = capability(gpu, name);
    return flag != NULL && *flag;
}

static void GLAD_API_PTR get_pointerv(GLenum name, void **out) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetPointerv, &gpu)) {
        return;
    }
    if (name == GL_DEBUG_CALLBACK_FUNCTION) {
        memcpy(out, &gpu->state.debug_callback, sizeof *out);
    } else if (name == GL_DEBUG_CALLBACK_USER_PARAM) {
        memcpy(out, &gpu->state.debug_user, sizeof *out);
    } else {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", name);
    }
}

/* --- The digest */

static void mix(uint64_t *hash, uint64_t value) {
    *hash = (*hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    *hash ^= *hash >> 29;
}

static void mix_bindings(uint64_t *hash, const strict_binding *bindings, size_t count) {
    for (size_t i = 0; i < count; i++) {
        mix(hash, (uint64_t)name_of(bindings[i].buffer));
        mix(hash, (uint64_t)bindings[i].offset);
        mix(hash, (uint64_t)bindings[i].nbytes);
    }
}

static void mix_array(uint64_t *hash, const strict_vertex_array *array) {
    mix(hash, array->name);
    mix(hash, (uint64_t)name_of(array->element));
    for (int i = 0; i < STRICT_ATTRIBUTES; i++) {
        mix(hash, array->attributes[i].enabled);
        mix(hash, (uint64_t)array->attributes[i].size);
        mix(hash, array->attributes[i].type);
        mix(hash, array->attributes[i].normalized);
        mix(hash, array->attributes[i].integer);
        mix(hash, array->attributes[i].relative);
        mix(hash, array->attributes[i].binding);
        mix(hash, (uint64_t)name_of(array->bindings[i].buffer));
        mix(hash, (uint64_t)array->bindings[i].offset);
        mix(hash, (uint64_t)array->bindings[i].stride);
        mix(hash, array->bindings[i].divisor);
    }
}

uint64_t strict_gpu_state_hash(const strict_gpu *gpu) {
    const strict_state *state = &gpu->state;
    uint64_t hash = 1;
    for (int i = 0; i < STRICT_TARGETS; i++) {
        mix(&hash, (uint64_t)name_of(state->generic[i]));
    }
    mix_bindings(&hash, state->storage, STRICT_STORAGE_BINDINGS);
    mix_bindings(&hash, state->uniform, STRICT_UNIFORM_BINDINGS);
    mix_bindings(&hash, state->counter, STRICT_OTHER_BINDINGS);
    mix_bindings(&hash, state->feedback, STRICT_OTHER_BINDINGS);
    for (GLuint name = 1; name <= gpu->vertex_arrays.count; name++) {
        const strict_vertex_array *array = strict_names_get(&gpu->vertex_arrays, name);
        if (array != NULL) {
            mix_array(&hash, array);
        }
    }
    mix(&hash, state->vertex_array == NULL ? 0 : state->vertex_array->name);
    mix(&hash, state->program == NULL ? 0 : state->program->name);
    mix(&hash, (uint64_t)state->debug_depth);
    mix(&hash, state->debug_output);
    mix(&hash, state->debug_synchronous);
    return hash;
}

const strict_entry strict_state_entries[] = {
    STRICT_ENTRY(glGetString, PFNGLGETSTRINGPROC, get_string),
    STRICT_ENTRY(glGetStringi, PFNGLGETSTRINGIPROC, get_stringi),
    STRICT_ENTRY(glGetBooleanv, PFNGLGETBOOLEANVPROC, get_booleanv),
    STRICT_ENTRY(glGetIntegerv, PFNGLGETINTEGERVPROC, get_integerv),
    STRICT_ENTRY(glGetInteger64v, PFNGLGETINTEGER64VPROC, get_integer64v),
    STRICT_ENTRY(glGetIntegeri_v, PFNGLGETINTEGERI_VPROC, get_integeri_v),
    STRICT_ENTRY(glGetInteger64i_v, PFNGLGETINTEGER64I_VPROC, get_integer64i_v),
    STRICT_ENTRY(glGetPointerv, PFNGLGETPOINTERVPROC, get_pointerv),
    STRICT_ENTRY(glGetError, PFNGLGETERRORPROC, get_error),
    STRICT_ENTRY(
        glGetGraphicsResetStatus, PFNGLGETGRAPHICSRESETSTATUSPROC, get_graphics_reset_status),
    STRICT_ENTRY(glEnable, PFNGLENABLEPROC, enable),
    STRICT_ENTRY(glDisable, PFNGLDISABLEPROC, disable),
    STRICT_ENTRY(glIsEnabled, PFNGLISENABLEDPROC, is_enabled),
    STRICT_ENTRY_END,
};
