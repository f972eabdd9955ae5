/* The gpu as a whole: birth, death, which one is current, and names. */
#include "support/strict_gpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/strict_gpu_internal.h"

static _Thread_local strict_gpu *current;

_Noreturn void strict_abort(const char *what, const char *name) {
    fprintf(stderr, "strict GPU: %s: %s\n", what, name);
    abort();
}

strict_gpu *strict_current(void) {
    if (current == NULL) {
        strict_abort("a GL call on a thread without a context", "strict_gpu_make_current");
    }
    return current;
}

void strict_gpu_make_current(strict_gpu *gpu) {
    current = gpu;
}

bool strict_chance(strict_gpu *gpu, unsigned n) {
    return random_below(&gpu->random, 256) < n;
}

/* --- Names */

GLuint strict_names_add(strict_names *names, void *object) {
    if (names->count == names->capacity) {
        names->capacity = names->capacity == 0 ? 64 : 2 * names->capacity;
        names->objects = strict_grow(names->objects, names->capacity * sizeof *names->objects);
    }
    names->objects[names->count++] = object;
    return names->count;
}

void *strict_names_get(const strict_names *names, GLuint name) {
    return name == 0 || name > names->count ? NULL : names->objects[name - 1];
}

void strict_names_remove(strict_names *names, GLuint name) {
    names->objects[name - 1] = NULL;
}

size_t strict_names_live(const strict_names *names) {
    size_t count = 0;
    for (GLuint i = 0; i < names->count; i++) {
        count += names->objects[i] != NULL;
    }
    return count;
}

size_t strict_gpu_live_buffers(const strict_gpu *gpu) {
    return strict_names_live(&gpu->buffers);
}

/* --- Birth and death */

static void or_else(GLint *value, GLint otherwise) {
    if (*value == 0) {
        *value = otherwise;
    }
}

static void fill_in(strict_gpu_desc *desc) {
    if (desc->major == 0) {
        desc->major = 4;
        desc->minor = 5;
    }
    or_else(&desc->uniform_alignment, 256);
    or_else(&desc->storage_alignment, 256);
    or_else(&desc->texel_alignment, 256);
    or_else(&desc->map_alignment, 64);
    or_else(&desc->max_uniform_nbytes, 65536);
    desc->max_storage_nbytes = desc->max_storage_nbytes == 0 ? 1 << 27 : desc->max_storage_nbytes;
    desc->vendor = desc->vendor == NULL ? "Trireme" : desc->vendor;
    desc->renderer = desc->renderer == NULL ? "strict" : desc->renderer;
    desc->command_ns = desc->command_ns == 0 ? 1000 : desc->command_ns;
    desc->progress = desc->progress == 0 ? 48 : desc->progress;
}

strict_gpu *strict_gpu_create(const strict_gpu_desc *desc) {
    strict_gpu *gpu = strict_alloc(sizeof *gpu);
    if (desc != NULL) {
        gpu->desc = *desc;
    }
    fill_in(&gpu->desc);
    gpu->random.sequence = gpu->desc.seed;
    gpu->graveyard_end = &gpu->graveyard;
    gpu->reset = GL_UNKNOWN_CONTEXT_RESET;
    strict_values_init(gpu);
    strict_points_init(gpu);
    strict_vertex_array_init(&gpu->state.no_array);
    return gpu;
}

static void delete_all(strict_gpu *gpu) {
    gpu->state.program = NULL;
    strict_objects_clear(gpu);
    for (GLuint name = 1; name <= gpu->vertex_arrays.count; name++) {
        strict_vertex_array *array = strict_names_get(&gpu->vertex_arrays, name);
        if (array != NULL) {
            strict_vertex_array_delete(gpu, array);
        }
    }
    for (GLuint name = 1; name <= gpu->buffers.count; name++) {
        strict_buffer *buffer = strict_names_get(&gpu->buffers, name);
        if (buffer != NULL) {
            strict_buffer_delete(gpu, buffer);
        }
    }
    /* Programs before the shaders that they hold. */
    for (int shaders = 0; shaders < 2; shaders++) {
        for (GLuint name = 1; name <= gpu->programs.count; name++) {
            strict_program *program = strict_names_get(&gpu->programs, name);
            if (program != NULL && program->is_shader == (shaders == 1)) {
                program->deleted = true;
                strict_program_release(gpu, program);
            }
        }
    }
    while (gpu->syncs != NULL) {
        strict_sync_unref(gpu, gpu->syncs);
    }
    while (gpu->reads != NULL) {
        strict_gpu_forget(gpu, gpu->reads);
    }
}

void strict_gpu_destroy(strict_gpu *gpu) {
    if (gpu == NULL) {
        return;
    }
    strict_discard(gpu);
    delete_all(gpu);
    strict_graveyard_clear(gpu);
    for (size_t i = 0; i < gpu->trap_count; i++) {
        free(gpu->traps[i]);
    }
    strict_gpu_forgive(gpu);
    free(gpu->buffers.objects);
    free(gpu->vertex_arrays.objects);
    free(gpu->programs.objects);
    free(gpu->record);
    if (current == gpu) {
        current = NULL;
    }
    free(gpu);
}

void strict_gpu_set_policy(strict_gpu *gpu, strict_policy policy) {
    gpu->desc.policy = policy;
}

uint64_t strict_gpu_now(const strict_gpu *gpu) {
    return gpu->now;
}

uint64_t strict_gpu_memory(const strict_gpu *gpu) {
    return gpu->memory;
}

void strict_gpu_use_context(strict_gpu *gpu, unsigned context) {
    if (context >= STRICT_LANES) {
        strict_abort("there are only two contexts", "strict_gpu_use_context");
    }
    gpu->lane = context;
}
