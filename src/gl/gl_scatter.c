/* Runs moved by a compute shader. The one place of the library that needs a program: it saves what
 * it touches and puts it back. */
#include "gl/gl_impl.h"

#include "core/mutant.h"

#include "gl/scatter_comp.h"

static GLuint link_program(const GladGLContext *gl, GLuint shader) {
    GLint linked = GL_FALSE;
    GLuint program = gl->CreateProgram();
    if (!program)
        return 0;
    gl->AttachShader(program, shader);
    gl->LinkProgram(program);
    gl->DetachShader(program, shader);
    gl->GetProgramiv(program, GL_LINK_STATUS, &linked);
    if (!linked) {
        gl->DeleteProgram(program);
        return 0;
    }
    return program;
}

GLuint trm_gl_scatter_build(const trm_gl *self) {
    const GladGLContext *gl = &self->gl;
    const GLchar *source = scatter_comp;
    GLuint shader = gl->CreateShader(GL_COMPUTE_SHADER);
    GLuint program = 0;
    if (shader) {
        gl->ShaderSource(shader, 1, &source, NULL);
        gl->CompileShader(shader);
        program = link_program(gl, shader);
        gl->DeleteShader(shader);
    }
    if (program)
        trm_gl_label(self, GL_PROGRAM, program, "trireme scatter");
    else
        trm_gl_clear_errors(gl); /* copies will do */
    return program;
}

#define STAGES 6

static const GLenum stages[STAGES] = {GL_VERTEX_SHADER, GL_TESS_CONTROL_SHADER,
    GL_TESS_EVALUATION_SHADER, GL_GEOMETRY_SHADER, GL_FRAGMENT_SHADER, GL_COMPUTE_SHADER};

static bool has(const GladGLContext *gl, GLuint program, GLenum what) {
    GLint value = GL_FALSE;
    gl->GetProgramiv(program, what, &value);
    return value != GL_FALSE;
}

/* Not their locations: Mesa raises an error for those of stages that a program lacks. */
static bool has_subroutines(const GladGLContext *gl, GLuint program, GLenum stage) {
    GLint uniforms = 0;
    gl->GetProgramStageiv(program, stage, GL_ACTIVE_SUBROUTINE_UNIFORMS, &uniforms);
    return uniforms > 0;
}

/* Without a program it is the bound pipeline's that draw. */
static bool can_borrow_pipeline(const GladGLContext *gl) {
    GLint pipeline = 0;
    gl->GetIntegerv(GL_PROGRAM_PIPELINE_BINDING, &pipeline);
    for (size_t i = 0; i < STAGES && pipeline; i++) {
        GLint name = 0;
        gl->GetProgramPipelineiv((GLuint)pipeline, stages[i], &name);
        GLuint program = (GLuint)name;
        if (program &&
            (!has(gl, program, GL_LINK_STATUS) || has_subroutines(gl, program, stages[i])))
            return false;
    }
    return true;
}

/* Whether what is in use can be taken away and given back: a program that is flagged for deletion
 * would be gone, one whose last link failed refused, one with subroutines would forget its choices.
 */
static bool can_borrow(const GladGLContext *gl, GLuint program) {
    if (!program)
        return can_borrow_pipeline(gl);
    bool can = !has(gl, program, GL_DELETE_STATUS) && has(gl, program, GL_LINK_STATUS);
    for (size_t i = 0; i < STAGES && can; i++)
        can = !has_subroutines(gl, program, stages[i]);
    return can;
}

/* The barriers that whoever reads the buffer next, or writes there, needs; 0 may be read by
 * anything. Later copies into it have to come after the dispatch as well. */
static GLbitfield reader_barriers(uint32_t usage) {
    static const struct {
        uint32_t usage;
        GLbitfield bit;
    } table[] = {
        {TRM_USAGE_VERTEX, GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT},
        {TRM_USAGE_INDEX, GL_ELEMENT_ARRAY_BARRIER_BIT},
        {TRM_USAGE_UNIFORM, GL_UNIFORM_BARRIER_BIT},
        {TRM_USAGE_STORAGE | TRM_USAGE_GPU_WRITE, GL_SHADER_STORAGE_BARRIER_BIT},
        {TRM_USAGE_INDIRECT, GL_COMMAND_BARRIER_BIT},
        {TRM_USAGE_TEXEL, GL_TEXTURE_FETCH_BARRIER_BIT},
        {TRM_USAGE_PIXEL_UNPACK | TRM_USAGE_GPU_WRITE, GL_PIXEL_BUFFER_BARRIER_BIT},
        {TRM_USAGE_QUERY_RESOLVE | TRM_USAGE_GPU_WRITE, GL_QUERY_BUFFER_BARRIER_BIT},
        {TRM_USAGE_GPU_WRITE, GL_TRANSFORM_FEEDBACK_BARRIER_BIT},
        {TRM_USAGE_GPU_WRITE, GL_ATOMIC_COUNTER_BARRIER_BIT},
        {TRM_USAGE_GPU_WRITE, GL_SHADER_IMAGE_ACCESS_BARRIER_BIT},
    };
    GLbitfield bits = GL_BUFFER_UPDATE_BARRIER_BIT;
    if (!usage)
        return GL_ALL_BARRIER_BITS;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (usage & table[i].usage)
            bits |= table[i].bit;
    return bits;
}

static void dispatch(
    const GladGLContext *gl, GLuint program, const trm_memory *source, const trm_scatter *scatter) {
    GLuint buffers[TRM_GL_POINTS] = {(GLuint)source->handle, (GLuint)scatter->target->handle};
    GLintptr offsets[TRM_GL_POINTS] = {0, (GLintptr)scatter->target_offset};
    GLsizeiptr sizes[TRM_GL_POINTS] = {
        (GLsizeiptr)source->nbytes, (GLsizeiptr)scatter->target_nbytes};
    gl->BindBuffersRange(
        GL_SHADER_STORAGE_BUFFER, TRM_GL_FIRST_POINT, TRM_GL_POINTS, buffers, offsets, sizes);
    gl->ProgramUniform1ui(program, 0, (GLuint)(scatter->table_offset / 4));
    gl->DispatchCompute(scatter->entries, 1, 1);
}

bool trm_gl_scatter(
    void *self, const trm_memory *source, const trm_scatter *scatters, size_t count) {
    const trm_gl *backend = self;
    const GladGLContext *gl = &backend->gl;
    trm_gl_points points;
    GLint program = 0; /* which a lost context leaves */
    GLbitfield after = 0;
    gl->GetIntegerv(GL_CURRENT_PROGRAM, &program);
    if (!can_borrow(gl, (GLuint)program))
        return false;
    trm_gl_points_borrow(gl, TRM_GL_POINTS, &points);
    /* Earlier draws and dispatches may still read or write what is about to be overwritten. */
    if (!TRM_MUTANT("no-barrier-before"))
        gl->MemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT);
    gl->UseProgram(backend->scatter_program);
    for (size_t i = 0; i < count; i++) {
        dispatch(gl, backend->scatter_program, source, &scatters[i]);
        after |= reader_barriers(scatters[i].usage);
    }
    gl->UseProgram((GLuint)program);
    trm_gl_points_return(gl, &points, (GLuint)source->handle);
    if (!TRM_MUTANT("no-barrier-after"))
        gl->MemoryBarrier(after);
    return true;
}
