#include "support/gl_reader.h"

#include <stdlib.h>
#include <string.h>

#include "support/gl_program.h"

#define WIDTH        256 /* texels of a result row */
#define TEXEL_NBYTES 16
#define UNIT         0
#define BINDING      7

/* Few fragments and many turns: about as slow on a CPU as on a GPU. */
#define BUSY_SIZE  8
#define BUSY_TURNS 400000

static const char fullscreen_vertex[] =
    "#version 450 core\n"
    "void main() {\n"
    "    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);\n"
    "    gl_Position = vec4(corner * 4.0 - 1.0, 0.0, 1.0);\n"
    "}\n";

static const char texel_fragment[] =
    "#version 450 core\n"
    "layout(binding = 0) uniform usamplerBuffer source;\n"
    "layout(location = 0) uniform int count;\n"
    "layout(location = 1) uniform bool bytes;\n"
    "layout(location = 0) out uvec4 seen;\n"
    "uint fetch(int at) { return at < count ? texelFetch(source, at).r : 0u; }\n"
    "uint word(int at) {\n"
    "    if (!bytes) return fetch(at);\n"
    "    at *= 4;\n"
    "    return fetch(at) | fetch(at + 1) << 8 | fetch(at + 2) << 16 | fetch(at + 3) << 24;\n"
    "}\n"
    "void main() {\n"
    "    ivec2 pixel = ivec2(gl_FragCoord.xy);\n"
    "    int first = 4 * (pixel.y * 256 + pixel.x);\n"
    "    seen = uvec4(word(first), word(first + 1), word(first + 2), word(first + 3));\n"
    "}\n";

static const char storage_fragment[] =
    "#version 450 core\n"
    "layout(std430, binding = 7) readonly buffer Source { uint words[]; };\n"
    "layout(location = 0) uniform int count;\n"
    "layout(location = 0) out uvec4 seen;\n"
    "uint word(int at) { return at < count ? words[at] : 0u; }\n"
    "void main() {\n"
    "    ivec2 pixel = ivec2(gl_FragCoord.xy);\n"
    "    int first = 4 * (pixel.y * 256 + pixel.x);\n"
    "    seen = uvec4(word(first), word(first + 1), word(first + 2), word(first + 3));\n"
    "}\n";

static const char busy_fragment[] =
    "#version 450 core\n"
    "layout(location = 0) uniform uint turns;\n"
    "layout(location = 0) out uint seen;\n"
    "void main() {\n"
    "    uint value = uint(gl_FragCoord.x + 8.0 * gl_FragCoord.y);\n"
    "    for (uint i = 0u; i < turns; i++)\n"
    "        value = value * 1664525u + 1013904223u;\n"
    "    seen = value;\n"
    "}\n";

/* A framebuffer with one new texture as its colour. */
static void make_target(
    GladGLContext *gl, GLenum format, GLsizei width, GLsizei height, GLuint *texture, GLuint *out) {
    gl->CreateTextures(GL_TEXTURE_2D, 1, texture);
    gl->TextureStorage2D(*texture, 1, format, width, height);
    gl->CreateFramebuffers(1, out);
    gl->NamedFramebufferTexture(*out, GL_COLOR_ATTACHMENT0, *texture, 0);
}

bool gl_reader_open(gl_reader *reader, GladGLContext *gl) {
    memset(reader, 0, sizeof *reader);
    reader->gl = gl;
    /* On at first, and NVIDIA's driver tells of each draw that integers are not dithered. */
    gl->Disable(GL_DITHER);
    reader->texel_program = gl_program_build(gl, fullscreen_vertex, texel_fragment);
    reader->storage_program = gl_program_build(gl, fullscreen_vertex, storage_fragment);
    reader->busy_program = gl_program_build(gl, fullscreen_vertex, busy_fragment);
    gl->CreateVertexArrays(1, &reader->vertex_array);
    make_target(
        gl, GL_R32UI, BUSY_SIZE, BUSY_SIZE, &reader->busy_texture, &reader->busy_framebuffer);
    return reader->texel_program != 0 && reader->storage_program != 0 && reader->busy_program != 0;
}

void gl_reader_close(gl_reader *reader) {
    GladGLContext *gl = reader->gl;
    gl->DeleteFramebuffers(1, &reader->busy_framebuffer);
    gl->DeleteTextures(1, &reader->busy_texture);
    gl->DeleteVertexArrays(1, &reader->vertex_array);
    gl->DeleteProgram(reader->busy_program);
    gl->DeleteProgram(reader->storage_program);
    gl->DeleteProgram(reader->texel_program);
}

static void draw_fullscreen(
    gl_reader *reader, GLuint program, GLuint framebuffer, GLsizei width, GLsizei height) {
    GladGLContext *gl = reader->gl;
    gl->BindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    gl->Viewport(0, 0, width, height);
    gl->BindVertexArray(reader->vertex_array);
    gl->UseProgram(program);
    gl->DrawArrays(GL_TRIANGLES, 0, 3);
}

void gl_reader_draw(
    gl_reader *reader, bool storage, GLuint buffer, size_t offset, size_t nbytes, gl_reading *out) {
    GladGLContext *gl = reader->gl;
    const size_t texels = (nbytes + TEXEL_NBYTES - 1) / TEXEL_NBYTES;
    const bool bytes = nbytes % 4 != 0;
    const GLuint program = storage ? reader->storage_program : reader->texel_program;
    *out = (gl_reading){.height = (GLsizei)((texels + WIDTH - 1) / WIDTH), .nbytes = nbytes};
    make_target(gl, GL_RGBA32UI, WIDTH, out->height, &out->result, &out->framebuffer);
    if (storage) {
        gl->BindBufferRange(
            GL_SHADER_STORAGE_BUFFER, BINDING, buffer, (GLintptr)offset, (GLsizeiptr)nbytes);
    } else {
        gl->CreateTextures(GL_TEXTURE_BUFFER, 1, &out->source);
        gl->TextureBufferRange(
            out->source, bytes ? GL_R8UI : GL_R32UI, buffer, (GLintptr)offset, (GLsizeiptr)nbytes);
        gl->BindTextureUnit(UNIT, out->source);
        gl->ProgramUniform1i(program, 1, bytes);
    }
    gl->ProgramUniform1i(program, 0, (GLint)(bytes && !storage ? nbytes : nbytes / 4));
    draw_fullscreen(reader, program, out->framebuffer, WIDTH, out->height);
}

void gl_reader_fetch(gl_reader *reader, gl_reading *reading, void *out) {
    GladGLContext *gl = reader->gl;
    const size_t room = (size_t)reading->height * WIDTH * TEXEL_NBYTES;
    void *texels = malloc(room);
    if (texels == NULL) {
        abort();
    }
    gl->GetTextureImage(
        reading->result, 0, GL_RGBA_INTEGER, GL_UNSIGNED_INT, (GLsizei)room, texels);
    memcpy(out, texels, reading->nbytes);
    free(texels);
    gl->DeleteFramebuffers(1, &reading->framebuffer);
    gl->DeleteTextures(1, &reading->result);
    gl->DeleteTextures(1, &reading->source);
    memset(reading, 0, sizeof *reading);
}

void gl_reader_keep_busy(gl_reader *reader) {
    reader->gl->ProgramUniform1ui(reader->busy_program, 0, BUSY_TURNS);
    draw_fullscreen(reader, reader->busy_program, reader->busy_framebuffer, BUSY_SIZE, BUSY_SIZE);
}
