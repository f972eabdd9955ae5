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
        {GL_MAX_COMBINED_TEXTURE_IMAGE_UNITS, STRICT_UNITS},
        {GL_MAX_IMAGE_UNITS, STRICT_IMAGES},
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
    case GL_DEBUG_LOGGED_MESSAGES: /* violations are kept elsewhere */
        *value = 0;
        return true;
    default:
        return strict_point_value(gpu, name, value);
    }
}

/* The numbers of a name, and how many: 0, with an error, if there are none. */
static size_t values_of(strict_gpu *gpu, GLenum name, GLint64 *values) {
    const double *numbers;
    if (limit(gpu, name, values) || state_value(gpu, name, values)) {
        return 1;
    }
    const size_t count = strict_values_get(gpu, name, &numbers);
    for (size_t i = 0; i < count; i++) {
        values[i] = (GLint64)numbers[i];
    }
    if (count == 0) {
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x (or not supported here)", name);
    }
    return count;
}

static GLint narrow(GLint64 value) {
    return value > INT32_MAX ? INT32_MAX : (GLint)value;
}

static void GLAD_API_PTR get_integerv(GLenum name, GLint *out) {
    strict_gpu *gpu;
    GLint64 values[STRICT_MOST_VALUES];
    const size_t count =
        strict_enter(STRICT_glGetIntegerv, &gpu) ? values_of(gpu, name, values) : 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = narrow(values[i]);
    }
}

static void GLAD_API_PTR get_integer64v(GLenum name, GLint64 *out) {
    strict_gpu *gpu;
    GLint64 values[STRICT_MOST_VALUES];
    const size_t count =
        strict_enter(STRICT_glGetInteger64v, &gpu) ? values_of(gpu, name, values) : 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = values[i];
    }
}

static void GLAD_API_PTR get_floatv(GLenum name, GLfloat *out) {
    strict_gpu *gpu;
    const double *numbers;
    GLint64 values[STRICT_MOST_VALUES];
    if (!strict_enter(STRICT_glGetFloatv, &gpu)) {
        return;
    }
    size_t count = strict_values_get(gpu, name, &numbers);
    for (size_t i = 0; i < count; i++) {
        out[i] = (GLfloat)numbers[i];
    }
    if (count > 0) {
        return;
    }
    count = values_of(gpu, name, values);
    for (size_t i = 0; i < count; i++) {
        out[i] = (GLfloat)values[i];
    }
}

static void GLAD_API_PTR get_booleanv(GLenum name, GLboolean *out) {
    strict_gpu *gpu;
    GLint64 values[STRICT_MOST_VALUES];
    const size_t count =
        strict_enter(STRICT_glGetBooleanv, &gpu) ? values_of(gpu, name, values) : 0;
    for (size_t i = 0; i < count; i++) {
        out[i] = values[i] != 0;
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

static bool count_right(strict_gpu *gpu, GLuint index, GLuint count) {
    if (index >= count) {
        strict_error(gpu, GL_INVALID_VALUE, "index %u of %u", index, count);
    }
    return index < count;
}

/* Of image units, and of the binding points of the vertex array in use. */
static bool other_indexed_value(strict_gpu *gpu, GLenum name, GLuint index, GLint64 *value) {
    const strict_vertex_array *array =
        gpu->state.vertex_array == NULL ? &gpu->state.no_array : gpu->state.vertex_array;
    const double *numbers;
    const GLuint image = index < STRICT_IMAGES ? index : 0;
    const GLuint point = index < STRICT_ATTRIBUTES ? index : 0;
    if (name == GL_SAMPLE_MASK_VALUE) {
        strict_values_get(gpu, name, &numbers);
        *value = (GLint64)*numbers;
        return count_right(gpu, index, 1);
    }
    if (strict_image_value(&gpu->state.bound.images[image], name, value)) {
        return count_right(gpu, index, STRICT_IMAGES);
    }
    if (strict_vertex_binding_value(array, point, name, value)) {
        return count_right(gpu, index, STRICT_ATTRIBUTES);
    }
    strict_error(gpu, GL_INVALID_ENUM, "name 0x%x (or not supported here)", name);
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
        return other_indexed_value(gpu, name, index, value);
    }
    const strict_binding *bindings = strict_indexed(gpu, target, &count);
    if (!count_right(gpu, index, count)) {
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

/* --- Errors and pointers */

static GLenum GLAD_API_PTR get_error(void) {
    strict_gpu *gpu = strict_enter_always(STRICT_glGetError);
    const GLenum error = gpu->error;
    gpu->error = GL_NO_ERROR;
    return error;
}

static GLenum GLAD_API_PTR get_graphics_reset_status(void) {
    strict_gpu *gpu = strict_enter_always(STRICT_glGetGraphicsResetStatus);
    const bool tells = gpu->lost && !gpu->desc.no_robustness && !gpu->status_told;
    gpu->status_told |= tells && gpu->desc.status_once;
    return tells ? gpu->reset : GL_NO_ERROR;
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

/* Of whole words, without padding; in a few chains side by side, for most of it is here. */
static void mix_bytes(uint64_t *hash, const void *bytes, size_t nbytes) {
    uint64_t chains[4] = {*hash, *hash, *hash, *hash};
    for (size_t i = 0; i < nbytes; i += 4) {
        uint32_t word;
        memcpy(&word, (const unsigned char *)bytes + i, sizeof word);
        mix(&chains[i / 4 % 4], word);
    }
    for (size_t i = 0; i < 4; i++) {
        mix(hash, chains[i]);
    }
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
    mix_bytes(&hash, state->subroutines, sizeof state->subroutines);
    mix_bytes(&hash, &state->bound, sizeof state->bound);
    mix_bytes(&hash, state->values, sizeof state->values);
    if (state->feedback_object != NULL) {
        mix(&hash, state->feedback_object->name);
        mix_bindings(&hash, state->feedback_object->feedback, STRICT_OTHER_BINDINGS);
    }
    mix(&hash, (uint64_t)state->debug_depth);
    return hash;
}

const strict_entry strict_state_entries[] = {
    STRICT_ENTRY(glGetString, PFNGLGETSTRINGPROC, get_string),
    STRICT_ENTRY(glGetStringi, PFNGLGETSTRINGIPROC, get_stringi),
    STRICT_ENTRY(glGetBooleanv, PFNGLGETBOOLEANVPROC, get_booleanv),
    STRICT_ENTRY(glGetIntegerv, PFNGLGETINTEGERVPROC, get_integerv),
    STRICT_ENTRY(glGetInteger64v, PFNGLGETINTEGER64VPROC, get_integer64v),
    STRICT_ENTRY(glGetFloatv, PFNGLGETFLOATVPROC, get_floatv),
    STRICT_ENTRY(glGetIntegeri_v, PFNGLGETINTEGERI_VPROC, get_integeri_v),
    STRICT_ENTRY(glGetInteger64i_v, PFNGLGETINTEGER64I_VPROC, get_integer64i_v),
    STRICT_ENTRY(glGetPointerv, PFNGLGETPOINTERVPROC, get_pointerv),
    STRICT_ENTRY(glGetError, PFNGLGETERRORPROC, get_error),
    STRICT_ENTRY(
        glGetGraphicsResetStatus, PFNGLGETGRAPHICSRESETSTATUSPROC, get_graphics_reset_status),
    STRICT_ENTRY_END,
};
