#include "support/gl_fetch.h"

#include <stdio.h>

#include <check.h>

#include "support/gl_program.h"

static const struct {
    const char *type;
    GLenum target;
    GLenum format;
    GLenum data;
} kinds[] = {
    [VERTEX_FLOAT] = {"vec4", GL_RGBA32F, GL_RGBA, GL_FLOAT},
    [VERTEX_SINT] = {"ivec4", GL_RGBA32I, GL_RGBA_INTEGER, GL_INT},
    [VERTEX_UINT] = {"uvec4", GL_RGBA32UI, GL_RGBA_INTEGER, GL_UNSIGNED_INT},
};

static GLuint make_program(GladGLContext *gl, vertex_kind kind) {
    char vertex[512], fragment[256];
    snprintf(vertex, sizeof vertex,
        "#version 450 core\n"
        "layout(location = 0) in %s fetched;\n"
        "layout(location = 0) uniform int count;\n"
        "flat out %s value;\n"
        "void main() {\n"
        "    value = fetched;\n"
        "    gl_Position = vec4((float(gl_VertexID) + 0.5) / float(count) * 2.0 - 1.0, 0, 0, 1);\n"
        "}\n",
        kinds[kind].type, kinds[kind].type);
    snprintf(fragment, sizeof fragment,
        "#version 450 core\n"
        "flat in %s value;\n"
        "layout(location = 0) out %s seen;\n"
        "void main() { seen = value; }\n",
        kinds[kind].type, kinds[kind].type);
    return gl_program_build(gl, vertex, fragment);
}

void gl_fetch_vertices(GladGLContext *gl, vertex_kind kind, GLuint vertex_array, int count,
    bool indexed, size_t index_offset, vertex_value *out) {
    GLuint texture, framebuffer;
    const GLuint program = make_program(gl, kind);
    ck_assert_uint_ne(program, 0);
    gl->CreateTextures(GL_TEXTURE_2D, 1, &texture);
    gl->TextureStorage2D(texture, 1, kinds[kind].target, count, 1);
    gl->CreateFramebuffers(1, &framebuffer);
    gl->NamedFramebufferTexture(framebuffer, GL_COLOR_ATTACHMENT0, texture, 0);
    gl->BindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    gl->Viewport(0, 0, count, 1);
    gl->UseProgram(program);
    gl->ProgramUniform1i(program, 0, count);
    gl->BindVertexArray(vertex_array);
    if (indexed) {
        gl->DrawElements(GL_POINTS, count, GL_UNSIGNED_INT, (const void *)(uintptr_t)index_offset);
    } else {
        gl->DrawArrays(GL_POINTS, 0, count);
    }
    gl->GetTextureImage(texture, 0, kinds[kind].format, kinds[kind].data,
        (GLsizei)((size_t)count * sizeof *out), out);
    gl->BindVertexArray(0);
    gl->UseProgram(0);
    gl->DeleteFramebuffers(1, &framebuffer);
    gl->DeleteTextures(1, &texture);
    gl->DeleteProgram(program);
}

static const char block_vertex[] =
    "#version 450 core\n"
    "void main() {\n"
    "    gl_Position = vec4(4 * (gl_VertexID & 1) - 1, 4 * (gl_VertexID >> 1) - 1, 0, 1);\n"
    "}\n";

/* For the numbers of the two binding points. */
#define BLOCK_FRAGMENT                                                                             \
    "#version 450 core\n"                                                                          \
    "layout(std140, binding = %u) uniform Uniforms { uvec4 uniforms[16]; };\n"                     \
    "layout(std430, binding = %u) readonly buffer Storage { uvec4 stored[16]; };\n"                \
    "layout(location = 0) out uvec4 seen;\n"                                                       \
    "void main() {\n"                                                                              \
    "    int at = int(gl_FragCoord.x);\n"                                                          \
    "    seen = gl_FragCoord.y < 1.0 ? uniforms[at] : stored[at];\n"                               \
    "}\n"

/* Draws 16 x 2 pixels: the uniform block above, the storage block below. */
void gl_read_blocks(GladGLContext *gl, GLuint uniform, GLuint storage, uint32_t out[2][64]) {
    GLuint texture, framebuffer, vertex_array;
    char fragment[512];
    snprintf(fragment, sizeof fragment, BLOCK_FRAGMENT, uniform, storage);
    const GLuint program = gl_program_build(gl, block_vertex, fragment);
    ck_assert_uint_ne(program, 0);
    gl->CreateTextures(GL_TEXTURE_2D, 1, &texture);
    gl->TextureStorage2D(texture, 1, GL_RGBA32UI, 16, 2);
    gl->CreateFramebuffers(1, &framebuffer);
    gl->NamedFramebufferTexture(framebuffer, GL_COLOR_ATTACHMENT0, texture, 0);
    gl->CreateVertexArrays(1, &vertex_array);
    gl->BindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    gl->Viewport(0, 0, 16, 2);
    gl->BindVertexArray(vertex_array);
    gl->UseProgram(program);
    gl->DrawArrays(GL_TRIANGLES, 0, 3);
    gl->GetTextureImage(texture, 0, GL_RGBA_INTEGER, GL_UNSIGNED_INT, 2 * 64 * 4, out);
    gl->UseProgram(0);
    gl->BindVertexArray(0);
    gl->DeleteVertexArrays(1, &vertex_array);
    gl->DeleteFramebuffers(1, &framebuffer);
    gl->DeleteTextures(1, &texture);
    gl->DeleteProgram(program);
}
