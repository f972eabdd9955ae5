/* Objects that no command here looks into (textures, framebuffers, queries, ...): their names, and
 * what becomes of bindings when they go. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>

static strict_object *add(strict_gpu *gpu, strict_kind kind, GLenum target) {
    strict_object *object = strict_alloc(sizeof *object);
    object->target = target;
    object->name = strict_names_add(&gpu->objects[kind], object);
    return object;
}

static void create(
    strict_function function, strict_kind kind, GLenum target, GLsizei n, GLuint *names) {
    strict_gpu *gpu;
    if (!strict_enter(function, &gpu)) {
        return;
    }
    if (n < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
        return;
    }
    if (kind == STRICT_TEXTURES && strict_texture_slot(target) == STRICT_TEXTURE_TARGETS) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
        return;
    }
    if (kind == STRICT_QUERIES && strict_query_slot(target) == STRICT_QUERY_TARGETS &&
        target != GL_TIMESTAMP) {
        strict_error(gpu, GL_INVALID_ENUM, "target 0x%x", target);
        return;
    }
    for (GLsizei i = 0; i < n; i++) {
        names[i] = add(gpu, kind, target)->name;
    }
}

static void forget(GLuint *slot, GLuint name) {
    *slot = *slot == name ? 0 : *slot;
}

/* Deleting an object takes it out of the context's bindings. */
static void unbind(strict_gpu *gpu, strict_kind kind, strict_object *object) {
    strict_bound *bound = &gpu->state.bound;
    const GLuint name = object->name;
    switch (kind) {
    case STRICT_FEEDBACKS:
        gpu->state.feedback_object =
            gpu->state.feedback_object == object ? NULL : gpu->state.feedback_object;
        for (size_t i = 0; i < STRICT_OTHER_BINDINGS; i++) {
            strict_buffer_bind(gpu, &object->feedback[i].buffer, NULL);
        }
        break;
    case STRICT_FRAMEBUFFERS:
        forget(&bound->draw_framebuffer, name);
        forget(&bound->read_framebuffer, name);
        break;
    case STRICT_PIPELINES:
        forget(&bound->pipeline, name);
        for (size_t i = 0; i < STRICT_STAGES; i++) {
            strict_program_place(gpu, &object->stages[i], NULL);
        }
        break;
    case STRICT_QUERIES:
        if (object->target != GL_TIMESTAMP) {
            forget(&bound->queries[strict_query_slot(object->target)], name);
        }
        strict_query_forget(gpu, object);
        break;
    case STRICT_RENDERBUFFERS:
        forget(&bound->renderbuffer, name);
        break;
    case STRICT_SAMPLERS:
        for (size_t i = 0; i < STRICT_UNITS; i++) {
            forget(&bound->units[i].sampler, name);
        }
        break;
    case STRICT_TEXTURES:
        for (size_t i = 0; i < STRICT_UNITS; i++) {
            forget(&bound->units[i].textures[strict_texture_slot(object->target)], name);
        }
        for (size_t i = 0; i < STRICT_IMAGES; i++) {
            forget(&bound->images[i].texture, name);
        }
        break;
    case STRICT_KINDS:
        break;
    }
}

static void delete_object(strict_gpu *gpu, strict_kind kind, strict_object *object) {
    unbind(gpu, kind, object);
    strict_names_remove(&gpu->objects[kind], object->name);
    free(object);
}

static void delete_named(
    strict_function function, strict_kind kind, GLsizei n, const GLuint *names) {
    strict_gpu *gpu;
    if (!strict_enter(function, &gpu)) {
        return;
    }
    if (n < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
        return;
    }
    for (GLsizei i = 0; i < n; i++) {
        strict_object *object = strict_names_get(&gpu->objects[kind], names[i]);
        if (object != NULL) {
            delete_object(gpu, kind, object);
        } else if (names[i] != 0) {
            strict_violate(
                gpu, "lint", "%s: there is no %u", strict_function_name(function), names[i]);
        }
    }
}

void strict_objects_clear(strict_gpu *gpu) {
    for (int kind = 0; kind < STRICT_KINDS; kind++) {
        strict_names *names = &gpu->objects[kind];
        for (GLuint name = 1; name <= names->count; name++) {
            strict_object *object = strict_names_get(names, name);
            if (object != NULL) {
                delete_object(gpu, (strict_kind)kind, object);
            }
        }
        free(names->objects);
    }
}

size_t strict_gpu_live_others(const strict_gpu *gpu) {
    size_t count = strict_names_live(&gpu->vertex_arrays);
    for (int kind = 0; kind < STRICT_KINDS; kind++) {
        count += strict_names_live(&gpu->objects[kind]);
    }
    return count;
}

/* --- The functions */

#define CREATE(kind, function, word)                                                               \
    static void GLAD_API_PTR create_##word(GLsizei n, GLuint *names) {                             \
        create(STRICT_glCreate##function, kind, 0, n, names);                                      \
    }
#define CREATE_FOR_TARGET(kind, function, word)                                                    \
    static void GLAD_API_PTR create_##word(GLenum target, GLsizei n, GLuint *names) {              \
        create(STRICT_glCreate##function, kind, target, n, names);                                 \
    }
#define DELETE(kind, function, word)                                                               \
    static void GLAD_API_PTR delete_##word(GLsizei n, const GLuint *names) {                       \
        delete_named(STRICT_glDelete##function, kind, n, names);                                   \
    }

CREATE(STRICT_FEEDBACKS, TransformFeedbacks, feedbacks)
CREATE(STRICT_FRAMEBUFFERS, Framebuffers, framebuffers)
CREATE(STRICT_PIPELINES, ProgramPipelines, pipelines)
CREATE_FOR_TARGET(STRICT_QUERIES, Queries, queries)
CREATE(STRICT_RENDERBUFFERS, Renderbuffers, renderbuffers)
CREATE(STRICT_SAMPLERS, Samplers, samplers)
CREATE_FOR_TARGET(STRICT_TEXTURES, Textures, textures)
DELETE(STRICT_FEEDBACKS, TransformFeedbacks, feedbacks)
DELETE(STRICT_FRAMEBUFFERS, Framebuffers, framebuffers)
DELETE(STRICT_PIPELINES, ProgramPipelines, pipelines)
DELETE(STRICT_QUERIES, Queries, queries)
DELETE(STRICT_RENDERBUFFERS, Renderbuffers, renderbuffers)
DELETE(STRICT_SAMPLERS, Samplers, samplers)
DELETE(STRICT_TEXTURES, Textures, textures)

/* What a texture holds and a framebuffer draws to, nobody asks: only GL's rules are kept. */

static strict_object *texture_of(strict_gpu *gpu, GLuint name, bool of_buffer) {
    strict_object *texture = strict_names_get(&gpu->objects[STRICT_TEXTURES], name);
    if (texture == NULL || (texture->target == GL_TEXTURE_BUFFER) != of_buffer) {
        strict_error(gpu, GL_INVALID_OPERATION, "%u is no such texture", name);
        return NULL;
    }
    return texture;
}

static void GLAD_API_PTR texture_storage_2d(
    GLuint name, GLsizei levels, GLenum format, GLsizei width, GLsizei height) {
    strict_gpu *gpu;
    (void)format;
    if (!strict_enter(STRICT_glTextureStorage2D, &gpu)) {
        return;
    }
    strict_object *texture = texture_of(gpu, name, false);
    if (texture == NULL) {
        return;
    }
    if (levels < 1 || width < 1 || height < 1) {
        strict_error(gpu, GL_INVALID_VALUE, "%d levels of %d x %d", levels, width, height);
    } else if (texture->immutable) {
        strict_error(gpu, GL_INVALID_OPERATION, "texture %u has storage already", name);
    } else {
        texture->immutable = true;
    }
}

static void GLAD_API_PTR texture_buffer(GLuint name, GLenum format, GLuint buffer) {
    strict_gpu *gpu;
    (void)format;
    if (strict_enter(STRICT_glTextureBuffer, &gpu) && texture_of(gpu, name, true) != NULL &&
        buffer != 0 && strict_buffer_find(gpu, buffer) == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is no buffer %u", buffer);
    }
}

static void GLAD_API_PTR framebuffer_texture(
    GLuint name, GLenum attachment, GLuint texture, GLint level) {
    strict_gpu *gpu;
    (void)attachment;
    if (!strict_enter(STRICT_glNamedFramebufferTexture, &gpu)) {
        return;
    }
    if (strict_names_get(&gpu->objects[STRICT_FRAMEBUFFERS], name) == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is no framebuffer %u", name);
    } else if (texture != 0 && texture_of(gpu, texture, false) != NULL && level < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "level %d", level);
    }
}

const strict_entry strict_object_entries[] = {
    STRICT_ENTRY(glCreateTransformFeedbacks, PFNGLCREATETRANSFORMFEEDBACKSPROC, create_feedbacks),
    STRICT_ENTRY(glCreateFramebuffers, PFNGLCREATEFRAMEBUFFERSPROC, create_framebuffers),
    STRICT_ENTRY(glCreateProgramPipelines, PFNGLCREATEPROGRAMPIPELINESPROC, create_pipelines),
    STRICT_ENTRY(glCreateQueries, PFNGLCREATEQUERIESPROC, create_queries),
    STRICT_ENTRY(glCreateRenderbuffers, PFNGLCREATERENDERBUFFERSPROC, create_renderbuffers),
    STRICT_ENTRY(glCreateSamplers, PFNGLCREATESAMPLERSPROC, create_samplers),
    STRICT_ENTRY(glCreateTextures, PFNGLCREATETEXTURESPROC, create_textures),
    STRICT_ENTRY(glDeleteTransformFeedbacks, PFNGLDELETETRANSFORMFEEDBACKSPROC, delete_feedbacks),
    STRICT_ENTRY(glDeleteFramebuffers, PFNGLDELETEFRAMEBUFFERSPROC, delete_framebuffers),
    STRICT_ENTRY(glDeleteProgramPipelines, PFNGLDELETEPROGRAMPIPELINESPROC, delete_pipelines),
    STRICT_ENTRY(glDeleteQueries, PFNGLDELETEQUERIESPROC, delete_queries),
    STRICT_ENTRY(glDeleteRenderbuffers, PFNGLDELETERENDERBUFFERSPROC, delete_renderbuffers),
    STRICT_ENTRY(glDeleteSamplers, PFNGLDELETESAMPLERSPROC, delete_samplers),
    STRICT_ENTRY(glDeleteTextures, PFNGLDELETETEXTURESPROC, delete_textures),
    STRICT_ENTRY(glTextureStorage2D, PFNGLTEXTURESTORAGE2DPROC, texture_storage_2d),
    STRICT_ENTRY(glTextureBuffer, PFNGLTEXTUREBUFFERPROC, texture_buffer),
    STRICT_ENTRY(glNamedFramebufferTexture, PFNGLNAMEDFRAMEBUFFERTEXTUREPROC, framebuffer_texture),
    STRICT_ENTRY_END,
};
