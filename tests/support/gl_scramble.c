#include <string.h>

#include "support/gl_program.h"
#include "support/gl_state.h"

#define BUFFER_NBYTES 65536
#define UNITS         16

static const GLenum buffer_targets[] = {GL_ARRAY_BUFFER, GL_COPY_READ_BUFFER, GL_COPY_WRITE_BUFFER,
    GL_DRAW_INDIRECT_BUFFER, GL_DISPATCH_INDIRECT_BUFFER, GL_PIXEL_PACK_BUFFER,
    GL_PIXEL_UNPACK_BUFFER, GL_QUERY_BUFFER, GL_TEXTURE_BUFFER, GL_ATOMIC_COUNTER_BUFFER,
    GL_SHADER_STORAGE_BUFFER, GL_TRANSFORM_FEEDBACK_BUFFER, GL_UNIFORM_BUFFER};

static const GLenum indexed_targets[] = {GL_UNIFORM_BUFFER, GL_SHADER_STORAGE_BUFFER,
    GL_ATOMIC_COUNTER_BUFFER, GL_TRANSFORM_FEEDBACK_BUFFER};

static const GLenum toggled[] = {GL_BLEND, GL_CLIP_DISTANCE0, GL_COLOR_LOGIC_OP, GL_CULL_FACE,
    GL_DEPTH_CLAMP, GL_DEPTH_TEST, GL_DITHER, GL_FRAMEBUFFER_SRGB, GL_LINE_SMOOTH, GL_MULTISAMPLE,
    GL_POLYGON_OFFSET_FILL, GL_POLYGON_OFFSET_LINE, GL_POLYGON_OFFSET_POINT, GL_POLYGON_SMOOTH,
    GL_PRIMITIVE_RESTART, GL_PROGRAM_POINT_SIZE, GL_RASTERIZER_DISCARD, GL_SAMPLE_ALPHA_TO_COVERAGE,
    GL_SAMPLE_COVERAGE, GL_SAMPLE_MASK, GL_SCISSOR_TEST, GL_STENCIL_TEST,
    GL_TEXTURE_CUBE_MAP_SEAMLESS};

/* The objects that are bound. */
static struct {
    GLuint buffers[13];
    GLuint vertex_array;
    GLuint program;
    GLuint pipeline;
    GLuint framebuffers[2];
    GLuint renderbuffer;
    GLuint textures[2]; /* 2D, buffer */
    GLuint sampler;
    GLuint feedback;
    GLuint query;
} scene;

static const char vertex_source[] = "#version 450 core\n"
                                    "layout(location = 0) in vec4 position;\n"
                                    "out gl_PerVertex { vec4 gl_Position; };\n"
                                    "void main() { gl_Position = position; }\n";
static const char fragment_source[] = "#version 450 core\n"
                                      "layout(location = 0) out vec4 colour;\n"
                                      "void main() { colour = vec4(1.0); }\n";

static void scramble_buffers(GladGLContext *gl) {
    const size_t count = sizeof buffer_targets / sizeof buffer_targets[0];
    const size_t indexed = sizeof indexed_targets / sizeof indexed_targets[0];
    gl->CreateBuffers((GLsizei)count, scene.buffers);
    gl->CreateTransformFeedbacks(1, &scene.feedback);
    gl->BindTransformFeedback(GL_TRANSFORM_FEEDBACK, scene.feedback);
    for (size_t i = 0; i < count; i++) {
        gl->NamedBufferStorage(scene.buffers[i], BUFFER_NBYTES, NULL, GL_DYNAMIC_STORAGE_BIT);
    }
    for (size_t i = 0; i < indexed; i++) {
        gl->BindBufferRange(indexed_targets[i], 0, scene.buffers[i], 256, 512);
        gl->BindBufferRange(indexed_targets[i], i == 2 ? 0 : 3, scene.buffers[i + 1], 1024, 2048);
    }
    for (size_t i = 0; i < count; i++) {
        gl->BindBuffer(buffer_targets[i], scene.buffers[i]);
    }
    gl->CreateVertexArrays(1, &scene.vertex_array);
    gl->BindVertexArray(scene.vertex_array);
    gl->VertexArrayElementBuffer(scene.vertex_array, scene.buffers[1]);
    for (GLuint i = 0; i < 3; i++) {
        gl->VertexArrayVertexBuffer(
            scene.vertex_array, i, scene.buffers[2 + i], 16 * (GLintptr)i, 24);
        gl->EnableVertexArrayAttrib(scene.vertex_array, i);
        gl->VertexArrayAttribFormat(scene.vertex_array, i, 3, GL_FLOAT, GL_FALSE, 4 * i);
        gl->VertexArrayAttribBinding(scene.vertex_array, i, 2 - i);
    }
    gl->VertexArrayBindingDivisor(scene.vertex_array, 1, 2);
}

static void scramble_textures(GladGLContext *gl) {
    gl->CreateTextures(GL_TEXTURE_2D, 1, &scene.textures[0]);
    gl->TextureStorage2D(scene.textures[0], 1, GL_RGBA8, 16, 16);
    gl->CreateTextures(GL_TEXTURE_BUFFER, 1, &scene.textures[1]);
    gl->TextureBuffer(scene.textures[1], GL_R32UI, scene.buffers[0]);
    gl->CreateSamplers(1, &scene.sampler);
    for (GLuint unit = 0; unit < UNITS; unit += 3) {
        gl->BindTextureUnit(unit, scene.textures[0]);
        gl->BindTextureUnit(unit, scene.textures[1]);
        gl->BindSampler(unit, scene.sampler);
    }
    gl->ActiveTexture(GL_TEXTURE5);
    gl->BindImageTexture(1, scene.textures[0], 0, GL_FALSE, 0, GL_READ_WRITE, GL_RGBA8);
    gl->CreateFramebuffers(2, scene.framebuffers);
    gl->NamedFramebufferTexture(scene.framebuffers[0], GL_COLOR_ATTACHMENT0, scene.textures[0], 0);
    gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, scene.framebuffers[0]);
    gl->BindFramebuffer(GL_READ_FRAMEBUFFER, scene.framebuffers[1]);
    gl->CreateRenderbuffers(1, &scene.renderbuffer);
    gl->BindRenderbuffer(GL_RENDERBUFFER, scene.renderbuffer);
    gl->CreateQueries(GL_PRIMITIVES_GENERATED, 1, &scene.query);
    gl->BeginQuery(GL_PRIMITIVES_GENERATED, scene.query);
}

static void scramble_values(GladGLContext *gl) {
    for (size_t i = 0; i < sizeof toggled / sizeof toggled[0]; i++) {
        if (gl->IsEnabled(toggled[i])) {
            gl->Disable(toggled[i]);
        } else {
            gl->Enable(toggled[i]);
        }
    }
    gl->BlendFuncSeparate(GL_SRC_ALPHA, GL_ONE, GL_DST_ALPHA, GL_ONE_MINUS_DST_ALPHA);
    gl->BlendEquationSeparate(GL_FUNC_SUBTRACT, GL_MAX);
    gl->BlendColor(0.1f, 0.2f, 0.3f, 0.4f);
    gl->ClearColor(0.5f, 0.6f, 0.7f, 0.8f);
    gl->ClearDepth(0.25);
    gl->ClearStencil(3);
    gl->ColorMask(GL_TRUE, GL_FALSE, GL_TRUE, GL_FALSE);
    gl->CullFace(GL_FRONT);
    gl->FrontFace(GL_CW);
    gl->DepthFunc(GL_GEQUAL);
    gl->DepthMask(GL_FALSE);
    gl->DepthRange(0.125, 0.75);
    gl->StencilFuncSeparate(GL_FRONT, GL_LESS, 1, 0x0f);
    gl->StencilFuncSeparate(GL_BACK, GL_GREATER, 2, 0xf0);
    gl->StencilMask(0x3c);
    gl->StencilOp(GL_INCR, GL_DECR, GL_INVERT);
    gl->Scissor(1, 2, 3, 4);
    gl->Viewport(5, 6, 7, 8);
    gl->LogicOp(GL_XOR);
    gl->PolygonMode(GL_FRONT_AND_BACK, GL_LINE);
    gl->PolygonOffset(1.5f, 2.5f);
    gl->PointSize(3.0f);
    gl->PointParameterf(GL_POINT_FADE_THRESHOLD_SIZE, 2.0f);
    gl->PixelStorei(GL_PACK_ALIGNMENT, 2);
    gl->PixelStorei(GL_PACK_ROW_LENGTH, 33);
    gl->PixelStorei(GL_UNPACK_ALIGNMENT, 8);
    gl->PixelStorei(GL_UNPACK_SKIP_ROWS, 4);
    gl->ClipControl(GL_UPPER_LEFT, GL_ZERO_TO_ONE);
    gl->ProvokingVertex(GL_FIRST_VERTEX_CONVENTION);
    gl->PrimitiveRestartIndex(0xabcd);
    gl->PatchParameteri(GL_PATCH_VERTICES, 5);
    gl->SampleCoverage(0.5f, GL_TRUE);
    gl->SampleMaski(0, 0x55);
    gl->MinSampleShading(0.5f);
    gl->Hint(GL_LINE_SMOOTH_HINT, GL_NICEST);
}

void gl_state_scramble(GladGLContext *gl) {
    memset(&scene, 0, sizeof scene);
    scene.program = gl_program_build(gl, vertex_source, fragment_source);
    gl->UseProgram(scene.program);
    gl->CreateProgramPipelines(1, &scene.pipeline);
    gl->BindProgramPipeline(scene.pipeline);
    scramble_buffers(gl);
    scramble_textures(gl);
    scramble_values(gl);
    gl->PushDebugGroup(GL_DEBUG_SOURCE_APPLICATION, 1, -1, "scrambled");
}

void gl_state_unscramble(GladGLContext *gl) {
    gl->PopDebugGroup();
    gl->EndQuery(GL_PRIMITIVES_GENERATED);
    gl->UseProgram(0);
    gl->BindTransformFeedback(GL_TRANSFORM_FEEDBACK, 0);
    gl->DeleteQueries(1, &scene.query);
    gl->DeleteTransformFeedbacks(1, &scene.feedback);
    gl->DeleteRenderbuffers(1, &scene.renderbuffer);
    gl->DeleteFramebuffers(2, scene.framebuffers);
    gl->DeleteSamplers(1, &scene.sampler);
    gl->DeleteTextures(2, scene.textures);
    gl->DeleteVertexArrays(1, &scene.vertex_array);
    gl->DeleteBuffers(sizeof scene.buffers / sizeof scene.buffers[0], scene.buffers);
    gl->DeleteProgramPipelines(1, &scene.pipeline);
    gl->DeleteProgram(scene.program);
}
