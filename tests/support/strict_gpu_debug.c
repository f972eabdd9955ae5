/* Labels and debug groups. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LABEL   256
#define MAX_MESSAGE 1024
#define MAX_DEPTH   64

/* Where an object keeps its label, or NULL and an error. */
static char **label_slot(strict_gpu *gpu, GLenum identifier, GLuint name) {
    if (identifier == GL_BUFFER) {
        strict_buffer *buffer = strict_buffer_find(gpu, name);
        if (buffer != NULL) {
            return &buffer->label;
        }
    } else if (identifier == GL_VERTEX_ARRAY) {
        strict_vertex_array *array = strict_names_get(&gpu->vertex_arrays, name);
        if (array != NULL && array->exists) {
            return &array->label;
        }
    } else if (identifier == GL_PROGRAM || identifier == GL_SHADER) {
        strict_program *program = strict_names_get(&gpu->programs, name);
        if (program != NULL && program->is_shader == (identifier == GL_SHADER)) {
            return &program->label;
        }
    } else {
        strict_error(gpu, GL_INVALID_ENUM, "identifier 0x%x (or not supported here)", identifier);
        return NULL;
    }
    strict_error(gpu, GL_INVALID_VALUE, "there is no object %u of kind 0x%x", name, identifier);
    return NULL;
}

static void set_label(strict_gpu *gpu, char **slot, GLsizei length, const GLchar *text) {
    if (slot == NULL) {
        return;
    }
    const size_t nbytes = text == NULL ? 0 : length < 0 ? strlen(text) : (size_t)length;
    if (nbytes >= MAX_LABEL) {
        strict_error(gpu, GL_INVALID_VALUE, "a label of %lu bytes", (unsigned long)nbytes);
        return;
    }
    free(*slot);
    *slot = text == NULL ? NULL : strict_copy_text(text, nbytes);
}

static void get_label(
    strict_gpu *gpu, char *const *slot, GLsizei size, GLsizei *length, GLchar *out) {
    if (slot == NULL) {
        return;
    }
    if (size < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative size");
        return;
    }
    const char *text = *slot == NULL ? "" : *slot;
    size_t nbytes = strlen(text);
    if (out != NULL && size > 0) {
        nbytes = nbytes < (size_t)size ? nbytes : (size_t)size - 1;
        memcpy(out, text, nbytes);
        out[nbytes] = '\0';
    }
    if (length != NULL) {
        *length = (GLsizei)nbytes;
    }
}

static void GLAD_API_PTR object_label(
    GLenum identifier, GLuint name, GLsizei length, const GLchar *text) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glObjectLabel, &gpu)) {
        set_label(gpu, label_slot(gpu, identifier, name), length, text);
    }
}

static void GLAD_API_PTR get_object_label(
    GLenum identifier, GLuint name, GLsizei size, GLsizei *length, GLchar *out) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glGetObjectLabel, &gpu)) {
        get_label(gpu, label_slot(gpu, identifier, name), size, length, out);
    }
}

/* Only syncs are named by pointer. */
static char **pointer_slot(strict_gpu *gpu, const void *pointer) {
    for (strict_sync *sync = gpu->syncs; sync != NULL; sync = sync->next) {
        if (sync == pointer && !sync->deleted) {
            return &sync->label;
        }
    }
    strict_error(gpu, GL_INVALID_VALUE, "that is no sync object");
    return NULL;
}

static void GLAD_API_PTR object_ptr_label(const void *pointer, GLsizei length, const GLchar *text) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glObjectPtrLabel, &gpu)) {
        set_label(gpu, pointer_slot(gpu, pointer), length, text);
    }
}

static void GLAD_API_PTR get_object_ptr_label(
    const void *pointer, GLsizei size, GLsizei *length, GLchar *out) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glGetObjectPtrLabel, &gpu)) {
        get_label(gpu, pointer_slot(gpu, pointer), size, length, out);
    }
}

static void GLAD_API_PTR push_debug_group(
    GLenum source, GLuint id, GLsizei length, const GLchar *text) {
    strict_gpu *gpu;
    (void)id;
    if (!strict_enter(STRICT_glPushDebugGroup, &gpu)) {
        return;
    }
    if (source != GL_DEBUG_SOURCE_APPLICATION && source != GL_DEBUG_SOURCE_THIRD_PARTY) {
        strict_error(gpu, GL_INVALID_ENUM, "source 0x%x", source);
        return;
    }
    const size_t nbytes = length < 0 ? strlen(text) : (size_t)length;
    if (nbytes >= MAX_MESSAGE) {
        strict_error(gpu, GL_INVALID_VALUE, "a message of %lu bytes", (unsigned long)nbytes);
        return;
    }
    if (gpu->state.debug_depth == MAX_DEPTH - 1) {
        strict_error(gpu, GL_STACK_OVERFLOW, "too many groups");
        return;
    }
    gpu->state.debug_depth++;
}

static void GLAD_API_PTR pop_debug_group(void) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glPopDebugGroup, &gpu)) {
        return;
    }
    if (gpu->state.debug_depth == 0) {
        strict_error(gpu, GL_STACK_UNDERFLOW, "no group is open");
        return;
    }
    gpu->state.debug_depth--;
}

/* Kept and never called: there are violations for that. */
static void GLAD_API_PTR debug_message_callback(GLDEBUGPROC callback, const void *user) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glDebugMessageCallback, &gpu)) {
        gpu->state.debug_callback = callback;
        gpu->state.debug_user = user;
    }
}

static void GLAD_API_PTR debug_message_control(GLenum source, GLenum type, GLenum severity,
    GLsizei count, const GLuint *ids, GLboolean enabled) {
    strict_gpu *gpu;
    (void)source;
    (void)type;
    (void)severity;
    (void)ids;
    (void)enabled;
    if (strict_enter(STRICT_glDebugMessageControl, &gpu) && count < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
    }
}

const strict_entry strict_debug_entries[] = {
    STRICT_ENTRY(glObjectLabel, PFNGLOBJECTLABELPROC, object_label),
    STRICT_ENTRY(glGetObjectLabel, PFNGLGETOBJECTLABELPROC, get_object_label),
    STRICT_ENTRY(glObjectPtrLabel, PFNGLOBJECTPTRLABELPROC, object_ptr_label),
    STRICT_ENTRY(glGetObjectPtrLabel, PFNGLGETOBJECTPTRLABELPROC, get_object_ptr_label),
    STRICT_ENTRY(glPushDebugGroup, PFNGLPUSHDEBUGGROUPPROC, push_debug_group),
    STRICT_ENTRY(glPopDebugGroup, PFNGLPOPDEBUGGROUPPROC, pop_debug_group),
    STRICT_ENTRY(glDebugMessageCallback, PFNGLDEBUGMESSAGECALLBACKPROC, debug_message_callback),
    STRICT_ENTRY(glDebugMessageControl, PFNGLDEBUGMESSAGECONTROLPROC, debug_message_control),
    STRICT_ENTRY_END,
};
