/* Uniforms and dispatches: what a kernel gets, and what it does to memory. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_GROUPS 65535

/* --- Uniforms */

static strict_program *linked(strict_gpu *gpu, GLuint name) {
    strict_program *program = strict_names_get(&gpu->programs, name);
    if (program == NULL) {
        strict_error(gpu, GL_INVALID_VALUE, "there is no program %u", name);
        return NULL;
    }
    if (program->is_shader || !program->built) {
        strict_error(gpu, GL_INVALID_OPERATION, "%u is no linked program", name);
        return NULL;
    }
    return program;
}

static GLint GLAD_API_PTR get_uniform_location(GLuint name, const GLchar *text) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetUniformLocation, &gpu)) {
        return -1;
    }
    const strict_program *program = linked(gpu, name);
    const strict_twin *twin = program == NULL ? NULL : program->twin;
    for (GLint i = 0; twin != NULL && twin->uniforms != NULL && twin->uniforms[i] != NULL; i++) {
        if (strcmp(twin->uniforms[i], text) == 0) {
            return i;
        }
    }
    return -1;
}

static bool location_right(strict_gpu *gpu, GLint location) {
    if (location >= 0 && location < STRICT_UNIFORMS) {
        return true;
    }
    if (location != -1) {
        strict_error(gpu, GL_INVALID_OPERATION, "location %d", location);
    }
    return false;
}

static void set(strict_gpu *gpu, strict_program *program, GLint location, unsigned count,
    const uint32_t *values) {
    if (program != NULL && location_right(gpu, location)) {
        memcpy(program->uniforms[location], values, count * sizeof *values);
    }
}

static void set_current(
    strict_function function, GLint location, unsigned count, const uint32_t *values) {
    strict_gpu *gpu;
    if (!strict_enter(function, &gpu)) {
        return;
    }
    if (gpu->state.program == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "no program is in use");
        return;
    }
    set(gpu, gpu->state.program, location, count, values);
}

static void set_named(
    strict_function function, GLuint name, GLint location, unsigned count, const uint32_t *values) {
    strict_gpu *gpu;
    if (strict_enter(function, &gpu)) {
        set(gpu, linked(gpu, name), location, count, values);
    }
}

static void GLAD_API_PTR uniform_1i(GLint location, GLint a) {
    const uint32_t values[] = {(uint32_t)a};
    set_current(STRICT_glUniform1i, location, 1, values);
}

static void GLAD_API_PTR uniform_1ui(GLint location, GLuint a) {
    set_current(STRICT_glUniform1ui, location, 1, &a);
}

static void GLAD_API_PTR uniform_2ui(GLint location, GLuint a, GLuint b) {
    const uint32_t values[] = {a, b};
    set_current(STRICT_glUniform2ui, location, 2, values);
}

static void GLAD_API_PTR uniform_4ui(GLint location, GLuint a, GLuint b, GLuint c, GLuint d) {
    const uint32_t values[] = {a, b, c, d};
    set_current(STRICT_glUniform4ui, location, 4, values);
}

static void GLAD_API_PTR program_uniform_1i(GLuint program, GLint location, GLint a) {
    const uint32_t values[] = {(uint32_t)a};
    set_named(STRICT_glProgramUniform1i, program, location, 1, values);
}

static void GLAD_API_PTR program_uniform_1ui(GLuint program, GLint location, GLuint a) {
    set_named(STRICT_glProgramUniform1ui, program, location, 1, &a);
}

static void GLAD_API_PTR program_uniform_2ui(GLuint program, GLint location, GLuint a, GLuint b) {
    const uint32_t values[] = {a, b};
    set_named(STRICT_glProgramUniform2ui, program, location, 2, values);
}

static void GLAD_API_PTR program_uniform_4ui(
    GLuint program, GLint location, GLuint a, GLuint b, GLuint c, GLuint d) {
    const uint32_t values[] = {a, b, c, d};
    set_named(STRICT_glProgramUniform4ui, program, location, 4, values);
}

static void GLAD_API_PTR get_uniformuiv(GLuint name, GLint location, GLuint *out) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetUniformuiv, &gpu)) {
        return;
    }
    const strict_program *program = linked(gpu, name);
    if (program != NULL && location_right(gpu, location)) {
        *out = program->uniforms[location][0];
    }
}

/* --- Issuing */

static strict_dispatch *capture(
    strict_gpu *gpu, const strict_program *program, const uint32_t *groups) {
    strict_dispatch *dispatch = strict_alloc(sizeof *dispatch);
    dispatch->twin = program->twin;
    memcpy(dispatch->groups, groups, sizeof dispatch->groups);
    memcpy(dispatch->uniforms, program->uniforms, sizeof dispatch->uniforms);
    for (int i = 0; i < STRICT_STORAGE_BINDINGS; i++) {
        const strict_binding *binding = &gpu->state.storage[i];
        strict_store *store = binding->buffer == NULL ? NULL : binding->buffer->store;
        if (store == NULL || (size_t)binding->offset >= store->nbytes) {
            continue;
        }
        const size_t rest = store->nbytes - (size_t)binding->offset;
        const bool whole = binding->nbytes == 0 || (size_t)binding->nbytes > rest;
        dispatch->bindings[i].store = strict_store_ref(store);
        dispatch->bindings[i].offset = (size_t)binding->offset;
        dispatch->bindings[i].nbytes = whole ? rest : (size_t)binding->nbytes;
    }
    return dispatch;
}

static bool bindings_usable(strict_gpu *gpu, const strict_dispatch *dispatch) {
    for (int i = 0; i < STRICT_STORAGE_BINDINGS; i++) {
        const strict_store *store = dispatch->bindings[i].store;
        if (store != NULL && store->mapped && (store->access & GL_MAP_PERSISTENT_BIT) == 0) {
            strict_error(gpu, GL_INVALID_OPERATION, "buffer %u is bound and mapped", store->name);
            return false;
        }
        if (store != NULL && (GLint64)dispatch->bindings[i].nbytes > gpu->desc.max_storage_nbytes) {
            strict_violate(gpu, "error", "storage block %d is larger than allowed", i);
        }
    }
    return true;
}

void strict_dispatch_close(strict_gpu *gpu, strict_dispatch *dispatch) {
    if (dispatch == NULL) {
        return;
    }
    for (int i = 0; i < STRICT_STORAGE_BINDINGS; i++) {
        strict_store_unref(gpu, dispatch->bindings[i].store);
    }
    free(dispatch);
}

static void GLAD_API_PTR dispatch_compute(GLuint x, GLuint y, GLuint z) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glDispatchCompute, &gpu)) {
        return;
    }
    const strict_program *program = gpu->state.program;
    if (program == NULL || program->stage != GL_COMPUTE_SHADER) {
        strict_error(gpu, GL_INVALID_OPERATION, "no compute program is in use");
        return;
    }
    if (x > MAX_GROUPS || y > MAX_GROUPS || z > MAX_GROUPS) {
        strict_error(gpu, GL_INVALID_VALUE, "%u x %u x %u groups", x, y, z);
        return;
    }
    if (x == 0 || y == 0 || z == 0) {
        strict_violate(gpu, "lint", "glDispatchCompute: no groups");
        return;
    }
    if (program->twin == NULL) {
        strict_violate(
            gpu, "error", "glDispatchCompute: program %u has no kernel here", program->name);
        return;
    }
    const uint32_t groups[3] = {x, y, z};
    strict_dispatch *dispatch = capture(gpu, program, groups);
    if (!bindings_usable(gpu, dispatch)) {
        strict_dispatch_close(gpu, dispatch);
        return;
    }
    strict_issue(gpu, STRICT_COMMAND_DISPATCH, STRICT_STORAGE)->dispatch = dispatch;
}

/* --- Running */

void strict_dispatch_run(strict_gpu *gpu, const strict_command *command) {
    const strict_dispatch *dispatch = command->dispatch;
    const uint32_t *groups = dispatch->groups;
    const size_t count = (size_t)groups[0] * groups[1] * groups[2];
    uint32_t *order = strict_alloc(count * sizeof *order);
    for (size_t i = 0; i < count; i++) {
        const size_t other = random_below(&gpu->random, i + 1);
        order[i] = order[other];
        order[other] = (uint32_t)i;
    }
    strict_group group = {gpu, dispatch, {command->seq, command->seen}, {0, 0, 0}};
    for (size_t i = 0; i < count; i++) {
        group.id[0] = order[i] % groups[0];
        group.id[1] = order[i] / groups[0] % groups[1];
        group.id[2] = order[i] / groups[0] / groups[1];
        dispatch->twin->kernel(&group);
    }
    free(order);
    for (int i = 0; i < STRICT_STORAGE_BINDINGS; i++) {
        if (dispatch->bindings[i].store != NULL) {
            strict_store_shaded(gpu, dispatch->bindings[i].store, command->seq);
        }
    }
}

uint32_t strict_group_id(const strict_group *group, unsigned axis) {
    return group->id[axis];
}

uint32_t strict_group_count(const strict_group *group, unsigned axis) {
    return group->dispatch->groups[axis];
}

uint32_t strict_group_uniform(const strict_group *group, GLint location, unsigned component) {
    return group->dispatch->uniforms[location][component];
}

size_t strict_group_nbytes(const strict_group *group, GLuint binding) {
    const bool exists = binding < STRICT_STORAGE_BINDINGS;
    return exists ? group->dispatch->bindings[binding].nbytes : 0;
}

static bool within(const strict_group *group, GLuint binding, size_t word, const char *what) {
    const size_t words = strict_group_nbytes(group, binding) / 4;
    if (word >= words) {
        strict_violate(group->gpu, "stray", "a kernel %s word %lu of %lu of storage block %u", what,
            (unsigned long)word, (unsigned long)words, binding);
    }
    return word < words;
}

uint32_t strict_group_load(const strict_group *group, GLuint binding, size_t word) {
    uint32_t value = 0;
    if (within(group, binding, word, "reads")) {
        unsigned char bytes[sizeof value];
        strict_store_read(group->gpu, group->dispatch->bindings[binding].store, &group->who,
            group->dispatch->bindings[binding].offset + 4 * word, sizeof bytes, bytes);
        memcpy(&value, bytes, sizeof value);
    }
    return value;
}

void strict_group_store(const strict_group *group, GLuint binding, size_t word, uint32_t value) {
    if (within(group, binding, word, "writes")) {
        unsigned char bytes[sizeof value];
        memcpy(bytes, &value, sizeof value);
        strict_store_shade(group->gpu, group->dispatch->bindings[binding].store, group->who.seq,
            group->dispatch->bindings[binding].offset + 4 * word, sizeof bytes, bytes);
    }
}

const strict_entry strict_dispatch_entries[] = {
    STRICT_ENTRY(glGetUniformLocation, PFNGLGETUNIFORMLOCATIONPROC, get_uniform_location),
    STRICT_ENTRY(glGetUniformuiv, PFNGLGETUNIFORMUIVPROC, get_uniformuiv),
    STRICT_ENTRY(glUniform1i, PFNGLUNIFORM1IPROC, uniform_1i),
    STRICT_ENTRY(glUniform1ui, PFNGLUNIFORM1UIPROC, uniform_1ui),
    STRICT_ENTRY(glUniform2ui, PFNGLUNIFORM2UIPROC, uniform_2ui),
    STRICT_ENTRY(glUniform4ui, PFNGLUNIFORM4UIPROC, uniform_4ui),
    STRICT_ENTRY(glProgramUniform1i, PFNGLPROGRAMUNIFORM1IPROC, program_uniform_1i),
    STRICT_ENTRY(glProgramUniform1ui, PFNGLPROGRAMUNIFORM1UIPROC, program_uniform_1ui),
    STRICT_ENTRY(glProgramUniform2ui, PFNGLPROGRAMUNIFORM2UIPROC, program_uniform_2ui),
    STRICT_ENTRY(glProgramUniform4ui, PFNGLPROGRAMUNIFORM4UIPROC, program_uniform_4ui),
    STRICT_ENTRY(glDispatchCompute, PFNGLDISPATCHCOMPUTEPROC, dispatch_compute),
    STRICT_ENTRY_END,
};
