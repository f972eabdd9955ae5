/* Shaders and programs: nothing is compiled; a compute shader runs the C twin that was registered
 * for a marker in its source. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>
#include <string.h>

void strict_gpu_register_kernel(
    strict_gpu *gpu, const char *marker, strict_kernel kernel, const char *const *uniforms) {
    if (gpu->twin_count == STRICT_TWINS) {
        strict_abort("too many kernels", marker);
    }
    gpu->twins[gpu->twin_count++] = (strict_twin){marker, kernel, uniforms};
}

void strict_gpu_set_subroutines(strict_gpu *gpu, GLuint program, GLint count) {
    strict_program *found = strict_names_get(&gpu->programs, program);
    if (found != NULL) {
        found->subroutines[strict_stage_index(GL_COMPUTE_SHADER)] = count;
    }
}

unsigned strict_stage_index(GLenum stage) {
    static const GLenum stages[STRICT_STAGES] = {GL_VERTEX_SHADER, GL_TESS_CONTROL_SHADER,
        GL_TESS_EVALUATION_SHADER, GL_GEOMETRY_SHADER, GL_FRAGMENT_SHADER, GL_COMPUTE_SHADER};
    unsigned index = 0;
    while (index < STRICT_STAGES && stages[index] != stage) {
        index++;
    }
    return index;
}

size_t strict_gpu_live_programs(const strict_gpu *gpu) {
    return strict_names_live(&gpu->programs);
}

/* --- Objects */

/* Frees it if it was deleted and nothing holds it any more. */
void strict_program_release(strict_gpu *gpu, strict_program *program) {
    if (!program->deleted || program->attached > 0 || gpu->state.program == program) {
        return;
    }
    for (int i = 0; i < STRICT_STAGES; i++) {
        strict_program *shader = program->shaders[i];
        if (shader != NULL) {
            shader->attached--;
            strict_program_release(gpu, shader);
        }
    }
    strict_names_remove(&gpu->programs, program->name);
    free(program->source);
    free(program->log);
    free(program->label);
    free(program);
}

static strict_program *make(strict_gpu *gpu, bool is_shader) {
    strict_program *program = strict_alloc(sizeof *program);
    program->is_shader = is_shader;
    program->name = strict_names_add(&gpu->programs, program);
    return program;
}

/* A shader or program by name, or NULL and GL's error. */
static strict_program *named(strict_gpu *gpu, GLuint name, bool is_shader) {
    strict_program *program = strict_names_get(&gpu->programs, name);
    if (program == NULL) {
        strict_error(gpu, GL_INVALID_VALUE, "there is no shader or program %u", name);
        return NULL;
    }
    if (program->is_shader != is_shader) {
        strict_error(
            gpu, GL_INVALID_OPERATION, "%u is no %s", name, is_shader ? "shader" : "program");
        return NULL;
    }
    return program;
}

static strict_program *open_object(
    strict_function function, GLuint name, bool is_shader, strict_gpu **gpu) {
    return strict_enter(function, gpu) ? named(*gpu, name, is_shader) : NULL;
}

static GLuint GLAD_API_PTR create_shader(GLenum stage) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glCreateShader, &gpu)) {
        return 0;
    }
    if (strict_stage_index(stage) == STRICT_STAGES) {
        strict_error(gpu, GL_INVALID_ENUM, "stage 0x%x", stage);
        return 0;
    }
    strict_program *shader = make(gpu, true);
    shader->stage = stage;
    return shader->name;
}

static void GLAD_API_PTR shader_source(
    GLuint name, GLsizei count, const GLchar *const *strings, const GLint *lengths) {
    strict_gpu *gpu;
    strict_program *shader = open_object(STRICT_glShaderSource, name, true, &gpu);
    if (shader == NULL) {
        return;
    }
    if (count < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative count");
        return;
    }
    size_t total = 0;
    char *source = strict_copy_text("", 0);
    for (GLsizei i = 0; i < count; i++) {
        const bool counted = lengths != NULL && lengths[i] >= 0;
        const size_t nbytes = counted ? (size_t)lengths[i] : strlen(strings[i]);
        source = strict_grow(source, total + nbytes + 1);
        memcpy(source + total, strings[i], nbytes);
        total += nbytes;
        source[total] = '\0';
    }
    free(shader->source);
    shader->source = source;
}

static void set_log(strict_program *program, const char *text) {
    free(program->log);
    program->log = strict_copy_text(text, strlen(text));
}

static void GLAD_API_PTR compile_shader(GLuint name) {
    strict_gpu *gpu;
    strict_program *shader = open_object(STRICT_glCompileShader, name, true, &gpu);
    if (shader == NULL) {
        return;
    }
    const char *version = "#version ";
    const bool fails = gpu->failing == STRICT_FAIL_BUILD;
    const bool begins =
        shader->source != NULL && strncmp(shader->source, version, strlen(version)) == 0;
    shader->built = begins && !fails;
    set_log(shader, fails    ? "this compilation was made to fail"
                    : begins ? ""
                             : "the source does not begin with #version");
}

static void GLAD_API_PTR delete_shader(GLuint name) {
    strict_gpu *gpu;
    strict_program *shader =
        strict_enter(STRICT_glDeleteShader, &gpu) && name != 0 ? named(gpu, name, true) : NULL;
    if (shader != NULL) {
        shader->deleted = true;
        strict_program_release(gpu, shader);
    }
}

static GLboolean is_object(strict_function function, GLuint name, bool is_shader) {
    strict_gpu *gpu;
    if (!strict_enter(function, &gpu)) {
        return GL_FALSE;
    }
    const strict_program *program = strict_names_get(&gpu->programs, name);
    return program != NULL && program->is_shader == is_shader;
}

static GLboolean GLAD_API_PTR is_shader(GLuint name) {
    return is_object(STRICT_glIsShader, name, true);
}

static GLboolean GLAD_API_PTR is_program(GLuint name) {
    return is_object(STRICT_glIsProgram, name, false);
}

static GLuint GLAD_API_PTR create_program(void) {
    strict_gpu *gpu;
    return strict_enter(STRICT_glCreateProgram, &gpu) ? make(gpu, false)->name : 0;
}

/* Where a program has this shader (NULL: where it has none), or NULL. */
static strict_program **find_attached(strict_program *program, const strict_program *shader) {
    for (int i = 0; i < STRICT_STAGES; i++) {
        if (program->shaders[i] == shader) {
            return &program->shaders[i];
        }
    }
    return NULL;
}

static void GLAD_API_PTR attach_shader(GLuint name, GLuint shader_name) {
    strict_gpu *gpu;
    strict_program *program = open_object(STRICT_glAttachShader, name, false, &gpu);
    strict_program *shader = program == NULL ? NULL : named(gpu, shader_name, true);
    if (shader == NULL) {
        return;
    }
    if (find_attached(program, shader) != NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "shader %u is attached already", shader_name);
        return;
    }
    strict_program **room = find_attached(program, NULL);
    if (room == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is room for %d shaders", STRICT_STAGES);
        return;
    }
    *room = shader;
    shader->attached++;
}

static void GLAD_API_PTR detach_shader(GLuint name, GLuint shader_name) {
    strict_gpu *gpu;
    strict_program *program = open_object(STRICT_glDetachShader, name, false, &gpu);
    strict_program *shader = program == NULL ? NULL : named(gpu, shader_name, true);
    if (shader == NULL) {
        return;
    }
    strict_program **slot = find_attached(program, shader);
    if (slot == NULL) {
        strict_error(
            gpu, GL_INVALID_OPERATION, "shader %u is not attached to %u", shader_name, name);
        return;
    }
    *slot = NULL;
    shader->attached--;
    strict_program_release(gpu, shader);
}

static const strict_twin *find_twin(const strict_gpu *gpu, const char *source) {
    for (size_t i = 0; i < gpu->twin_count; i++) {
        if (strstr(source, gpu->twins[i].marker) != NULL) {
            return &gpu->twins[i];
        }
    }
    return NULL;
}

/* Why a program cannot be linked, or NULL. */
static const char *why_not(const strict_program *program) {
    size_t count = 0;
    bool computes = false;
    for (int i = 0; i < STRICT_STAGES; i++) {
        const strict_program *shader = program->shaders[i];
        if (shader != NULL && !shader->built) {
            return "a shader is not compiled";
        }
        count += shader != NULL;
        computes = computes || (shader != NULL && shader->stage == GL_COMPUTE_SHADER);
    }
    if (count == 0) {
        return "no shader is attached";
    }
    return computes && count > 1 ? "a compute shader stands beside others" : NULL;
}

static void link_shader(strict_gpu *gpu, strict_program *program, const strict_program *shader) {
    static const char declaration[] = "subroutine uniform";
    const unsigned stage = strict_stage_index(shader->stage);
    program->stage = shader->stage;
    program->stages[stage] = true;
    program->twin = find_twin(gpu, shader->source);
    for (const char *at = shader->source; (at = strstr(at, declaration)) != NULL; at++) {
        program->subroutines[stage]++;
    }
}

static void GLAD_API_PTR link_program(GLuint name) {
    strict_gpu *gpu;
    strict_program *program = open_object(STRICT_glLinkProgram, name, false, &gpu);
    if (program == NULL) {
        return;
    }
    const char *problem =
        gpu->failing == STRICT_FAIL_BUILD ? "this link was made to fail" : why_not(program);
    program->built = problem == NULL;
    program->stage = 0;
    program->twin = NULL;
    memset(program->stages, 0, sizeof program->stages);
    memset(program->subroutines, 0, sizeof program->subroutines);
    memset(program->uniforms, 0, sizeof program->uniforms);
    for (int i = 0; i < STRICT_STAGES && program->built; i++) {
        if (program->shaders[i] != NULL) {
            link_shader(gpu, program, program->shaders[i]);
        }
    }
    set_log(program, program->built ? "" : problem);
}

static void GLAD_API_PTR delete_program(GLuint name) {
    strict_gpu *gpu;
    strict_program *program =
        strict_enter(STRICT_glDeleteProgram, &gpu) && name != 0 ? named(gpu, name, false) : NULL;
    if (program != NULL) {
        program->deleted = true;
        strict_program_release(gpu, program);
    }
}

static void GLAD_API_PTR use_program(GLuint name) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glUseProgram, &gpu)) {
        return;
    }
    strict_program *program = name == 0 ? NULL : named(gpu, name, false);
    if (name != 0 && program == NULL) {
        return;
    }
    if (program != NULL && !program->built) {
        strict_error(gpu, GL_INVALID_OPERATION, "program %u is not linked", name);
        return;
    }
    strict_program *before = gpu->state.program;
    gpu->state.program = program;
    memset(gpu->state.subroutines, 0, sizeof gpu->state.subroutines); /* as GL has it */
    if (before != NULL) {
        strict_program_release(gpu, before);
    }
}

static void GLAD_API_PTR program_parameteri(GLuint name, GLenum parameter, GLint value) {
    strict_gpu *gpu;
    strict_program *program = open_object(STRICT_glProgramParameteri, name, false, &gpu);
    if (program == NULL) {
        return;
    }
    if (parameter != GL_PROGRAM_SEPARABLE) {
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x (or not supported here)", parameter);
        return;
    }
    program->separable = value != 0; /* GL asks for it before the link; here nobody does after */
}

/* --- Pipelines */

void strict_program_place(strict_gpu *gpu, strict_program **slot, strict_program *program) {
    strict_program *before = *slot;
    *slot = program;
    if (program != NULL) {
        program->attached++;
    }
    if (before != NULL) {
        before->attached--;
        strict_program_release(gpu, before);
    }
}

static strict_object *open_pipeline(strict_gpu *gpu, GLuint name) {
    strict_object *pipeline = strict_names_get(&gpu->objects[STRICT_PIPELINES], name);
    if (pipeline == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "there is no pipeline %u", name);
    }
    return pipeline;
}

static void GLAD_API_PTR use_program_stages(GLuint name, GLbitfield stages, GLuint program_name) {
    static const GLbitfield bits[STRICT_STAGES] = {GL_VERTEX_SHADER_BIT, GL_TESS_CONTROL_SHADER_BIT,
        GL_TESS_EVALUATION_SHADER_BIT, GL_GEOMETRY_SHADER_BIT, GL_FRAGMENT_SHADER_BIT,
        GL_COMPUTE_SHADER_BIT};
    strict_gpu *gpu;
    strict_object *pipeline =
        strict_enter(STRICT_glUseProgramStages, &gpu) ? open_pipeline(gpu, name) : NULL;
    if (pipeline == NULL) {
        return;
    }
    strict_program *program = program_name == 0 ? NULL : named(gpu, program_name, false);
    if (program_name != 0 && program == NULL) {
        return;
    }
    if (program != NULL && !(program->built && program->separable)) {
        strict_error(
            gpu, GL_INVALID_OPERATION, "program %u is not linked to be separable", program_name);
        return;
    }
    for (int i = 0; i < STRICT_STAGES; i++) {
        if (stages & bits[i]) {
            const bool has = program != NULL && program->stages[i];
            strict_program_place(gpu, &pipeline->stages[i], has ? program : NULL);
        }
    }
    memset(gpu->state.subroutines, 0, sizeof gpu->state.subroutines);
}

static void GLAD_API_PTR get_program_pipelineiv(GLuint name, GLenum parameter, GLint *out) {
    strict_gpu *gpu;
    const strict_object *pipeline =
        strict_enter(STRICT_glGetProgramPipelineiv, &gpu) ? open_pipeline(gpu, name) : NULL;
    if (pipeline == NULL) {
        return;
    }
    const unsigned index = strict_stage_index(parameter);
    if (index == STRICT_STAGES) {
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x (or not supported here)", parameter);
        return;
    }
    *out = pipeline->stages[index] == NULL ? 0 : (GLint)pipeline->stages[index]->name;
}

/* --- Queries */

static GLint log_length(const strict_program *program) {
    return program->log == NULL || program->log[0] == '\0' ? 0 : (GLint)strlen(program->log) + 1;
}

static void GLAD_API_PTR get_shaderiv(GLuint name, GLenum parameter, GLint *out) {
    strict_gpu *gpu;
    const strict_program *shader = open_object(STRICT_glGetShaderiv, name, true, &gpu);
    if (shader == NULL) {
        return;
    }
    switch (parameter) {
    case GL_SHADER_TYPE:
        *out = (GLint)shader->stage;
        break;
    case GL_DELETE_STATUS:
        *out = shader->deleted;
        break;
    case GL_COMPILE_STATUS:
        *out = shader->built;
        break;
    case GL_INFO_LOG_LENGTH:
        *out = log_length(shader);
        break;
    case GL_SHADER_SOURCE_LENGTH:
        *out = shader->source == NULL ? 0 : (GLint)strlen(shader->source) + 1;
        break;
    default:
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x", parameter);
    }
}

static void GLAD_API_PTR get_programiv(GLuint name, GLenum parameter, GLint *out) {
    strict_gpu *gpu;
    const strict_program *program = open_object(STRICT_glGetProgramiv, name, false, &gpu);
    if (program == NULL) {
        return;
    }
    switch (parameter) {
    case GL_DELETE_STATUS:
        *out = program->deleted;
        break;
    case GL_LINK_STATUS:
    case GL_VALIDATE_STATUS:
        *out = program->built;
        break;
    case GL_INFO_LOG_LENGTH:
        *out = log_length(program);
        break;
    case GL_ATTACHED_SHADERS:
        *out = 0;
        for (int i = 0; i < STRICT_STAGES; i++) {
            *out += program->shaders[i] != NULL;
        }
        break;
    default:
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x (or not supported here)", parameter);
    }
}

static void GLAD_API_PTR get_program_stageiv(
    GLuint name, GLenum stage, GLenum parameter, GLint *out) {
    strict_gpu *gpu;
    const strict_program *program = open_object(STRICT_glGetProgramStageiv, name, false, &gpu);
    if (program == NULL) {
        return;
    }
    if (parameter != GL_ACTIVE_SUBROUTINES && parameter != GL_ACTIVE_SUBROUTINE_UNIFORMS &&
        parameter != GL_ACTIVE_SUBROUTINE_UNIFORM_LOCATIONS) {
        strict_error(gpu, GL_INVALID_ENUM, "parameter 0x%x (or not supported here)", parameter);
        return;
    }
    const unsigned index = strict_stage_index(stage);
    if (index == STRICT_STAGES) {
        strict_error(gpu, GL_INVALID_ENUM, "stage 0x%x", stage);
        return;
    }
    *out = program->subroutines[index];
    if (!program->stages[index] && parameter == GL_ACTIVE_SUBROUTINE_UNIFORM_LOCATIONS) {
        strict_error(gpu, GL_INVALID_OPERATION, "no such stage in the program"); /* as Mesa does */
    }
}

/* What a stage runs: the program in use, or the bound pipeline's. */
static const strict_program *current_program(const strict_gpu *gpu, unsigned stage) {
    const strict_object *pipeline =
        strict_names_get(&gpu->objects[STRICT_PIPELINES], gpu->state.bound.pipeline);
    if (gpu->state.program != NULL || pipeline == NULL) {
        return gpu->state.program;
    }
    return pipeline->stages[stage];
}

/* Number of subroutine uniforms that the program in use has in a stage; -1, with an error, without
 * program or stage. */
static GLint subroutine_uniforms(strict_gpu *gpu, GLenum stage) {
    const unsigned index = strict_stage_index(stage);
    if (index == STRICT_STAGES) {
        strict_error(gpu, GL_INVALID_ENUM, "stage 0x%x", stage);
        return -1;
    }
    const strict_program *program = current_program(gpu, index);
    if (program == NULL) {
        strict_error(gpu, GL_INVALID_OPERATION, "no program is in use");
        return -1;
    }
    const GLint count = program->subroutines[index];
    return count < STRICT_SUBROUTINES ? count : STRICT_SUBROUTINES;
}

/* The choice is the context's, and gone with the next glUseProgram, or another pipeline. */
static void GLAD_API_PTR uniform_subroutinesuiv(GLenum stage, GLsizei n, const GLuint *indices) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glUniformSubroutinesuiv, &gpu)) {
        return;
    }
    const GLint count = subroutine_uniforms(gpu, stage);
    if (count < 0) {
        return;
    }
    if (n != count) {
        strict_error(gpu, GL_INVALID_VALUE, "%d subroutines for %d uniforms", n, count);
        return;
    }
    memcpy(gpu->state.subroutines[strict_stage_index(stage)], indices, (size_t)n * sizeof *indices);
}

static void GLAD_API_PTR get_uniform_subroutineuiv(GLenum stage, GLint location, GLuint *out) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetUniformSubroutineuiv, &gpu)) {
        return;
    }
    const GLint count = subroutine_uniforms(gpu, stage);
    if (count < 0) {
        return;
    }
    if (location < 0 || location >= count) {
        strict_error(gpu, GL_INVALID_VALUE, "location %d of %d", location, count);
        return;
    }
    *out = gpu->state.subroutines[strict_stage_index(stage)][location];
}

static void get_log(const strict_program *program, GLsizei size, GLsizei *length, GLchar *out) {
    const char *log = program->log == NULL ? "" : program->log;
    size_t nbytes = strlen(log);
    if (size <= 0) {
        nbytes = 0;
    } else {
        nbytes = nbytes < (size_t)size ? nbytes : (size_t)size - 1;
        memcpy(out, log, nbytes);
        out[nbytes] = '\0';
    }
    if (length != NULL) {
        *length = (GLsizei)nbytes;
    }
}

static void GLAD_API_PTR get_shader_info_log(
    GLuint name, GLsizei size, GLsizei *length, GLchar *out) {
    strict_gpu *gpu;
    const strict_program *shader = open_object(STRICT_glGetShaderInfoLog, name, true, &gpu);
    if (shader != NULL) {
        get_log(shader, size, length, out);
    }
}

static void GLAD_API_PTR get_program_info_log(
    GLuint name, GLsizei size, GLsizei *length, GLchar *out) {
    strict_gpu *gpu;
    const strict_program *program = open_object(STRICT_glGetProgramInfoLog, name, false, &gpu);
    if (program != NULL) {
        get_log(program, size, length, out);
    }
}

const strict_entry strict_program_entries[] = {
    STRICT_ENTRY(glCreateShader, PFNGLCREATESHADERPROC, create_shader),
    STRICT_ENTRY(glShaderSource, PFNGLSHADERSOURCEPROC, shader_source),
    STRICT_ENTRY(glCompileShader, PFNGLCOMPILESHADERPROC, compile_shader),
    STRICT_ENTRY(glGetShaderiv, PFNGLGETSHADERIVPROC, get_shaderiv),
    STRICT_ENTRY(glGetShaderInfoLog, PFNGLGETSHADERINFOLOGPROC, get_shader_info_log),
    STRICT_ENTRY(glDeleteShader, PFNGLDELETESHADERPROC, delete_shader),
    STRICT_ENTRY(glIsShader, PFNGLISSHADERPROC, is_shader),
    STRICT_ENTRY(glCreateProgram, PFNGLCREATEPROGRAMPROC, create_program),
    STRICT_ENTRY(glAttachShader, PFNGLATTACHSHADERPROC, attach_shader),
    STRICT_ENTRY(glDetachShader, PFNGLDETACHSHADERPROC, detach_shader),
    STRICT_ENTRY(glLinkProgram, PFNGLLINKPROGRAMPROC, link_program),
    STRICT_ENTRY(glGetProgramiv, PFNGLGETPROGRAMIVPROC, get_programiv),
    STRICT_ENTRY(glGetProgramStageiv, PFNGLGETPROGRAMSTAGEIVPROC, get_program_stageiv),
    STRICT_ENTRY(glProgramParameteri, PFNGLPROGRAMPARAMETERIPROC, program_parameteri),
    STRICT_ENTRY(glUseProgramStages, PFNGLUSEPROGRAMSTAGESPROC, use_program_stages),
    STRICT_ENTRY(glGetProgramPipelineiv, PFNGLGETPROGRAMPIPELINEIVPROC, get_program_pipelineiv),
    STRICT_ENTRY(glGetProgramInfoLog, PFNGLGETPROGRAMINFOLOGPROC, get_program_info_log),
    STRICT_ENTRY(glDeleteProgram, PFNGLDELETEPROGRAMPROC, delete_program),
    STRICT_ENTRY(glIsProgram, PFNGLISPROGRAMPROC, is_program),
    STRICT_ENTRY(glUseProgram, PFNGLUSEPROGRAMPROC, use_program),
    STRICT_ENTRY(glUniformSubroutinesuiv, PFNGLUNIFORMSUBROUTINESUIVPROC, uniform_subroutinesuiv),
    STRICT_ENTRY(
        glGetUniformSubroutineuiv, PFNGLGETUNIFORMSUBROUTINEUIVPROC, get_uniform_subroutineuiv),
    STRICT_ENTRY_END,
};
