#include <stdlib.h>

#include "stage_impl.h"

typedef struct texel_row {
    GLenum storage;
    GLenum layout;
    GLenum type;
    GLint swizzle[4];
} texel_row;

static bool find_texel(const trm_format *format, texel_row *out) {
    static const texel_row floats[4] = {
        {GL_R32F, GL_RED, GL_FLOAT, {GL_RED, GL_RED, GL_RED, GL_ONE}},
        {GL_RG32F, GL_RG, GL_FLOAT, {GL_RED, GL_RED, GL_RED, GL_GREEN}},
        {0, 0, 0, {0}}, /* three channels are padded by whoever makes the data */
        {GL_RGBA32F, GL_RGBA, GL_FLOAT, {GL_RED, GL_GREEN, GL_BLUE, GL_ALPHA}}};
    static const texel_row bytes = {
        GL_RGBA8, GL_RGBA, GL_UNSIGNED_BYTE, {GL_RED, GL_GREEN, GL_BLUE, GL_ALPHA}};

    *out = (texel_row){0};
    if (format->component == TRM_COMPONENT_FLOAT32 && format->count <= 4)
        *out = floats[format->count - 1];
    else if (format->component == TRM_COMPONENT_UINT8 && format->count == 4)
        *out = bytes;
    return out->storage != 0;
}

/* From the pixel unpack buffer that is bound. */
static void upload(const GladGLContext *gl, const demo_texture *texture, const GLsizei size[3],
    const texel_row *texel, size_t offset) {
    const void *at = (const void *)(uintptr_t)offset;

    if (texture->dimensions == 1) {
        gl->TextureStorage1D(texture->name, 1, texel->storage, size[0]);
        gl->TextureSubImage1D(texture->name, 0, 0, size[0], texel->layout, texel->type, at);
    } else if (texture->dimensions == 2) {
        gl->TextureStorage2D(texture->name, 1, texel->storage, size[0], size[1]);
        gl->TextureSubImage2D(
            texture->name, 0, 0, 0, size[0], size[1], texel->layout, texel->type, at);
    } else {
        gl->TextureStorage3D(texture->name, 1, texel->storage, size[0], size[1], size[2]);
        gl->TextureSubImage3D(
            texture->name, 0, 0, 0, 0, size[0], size[1], size[2], texel->layout, texel->type, at);
    }
}

static void set_sampling(
    const GladGLContext *gl, GLuint name, const texel_row *texel, bool nearest) {
    GLint filter = nearest ? GL_NEAREST : GL_LINEAR;

    gl->TextureParameteri(name, GL_TEXTURE_MIN_FILTER, filter);
    gl->TextureParameteri(name, GL_TEXTURE_MAG_FILTER, filter);
    gl->TextureParameteri(name, GL_TEXTURE_WRAP_S, GL_REPEAT);
    gl->TextureParameteri(name, GL_TEXTURE_WRAP_T, GL_REPEAT);
    gl->TextureParameteri(name, GL_TEXTURE_WRAP_R, GL_REPEAT);
    gl->TextureParameteriv(name, GL_TEXTURE_SWIZZLE_RGBA, texel->swizzle);
}

/* The buffer can go at once: its span stays valid until the frame ends. */
static bool send(demo_stage *stage, const demo_texture_desc *desc, demo_texture *texture,
    const texel_row *texel) {
    const GladGLContext *gl = stage->env.gl;
    GLsizei size[3];
    size_t ntexels = 1;
    trm_buffer *buffer;
    trm_gl_span span;

    for (int i = 0; i < 3; i++) {
        size[i] = desc->size[i] > 0 ? (GLsizei)desc->size[i] : 1;
        ntexels *= (size_t)size[i];
    }
    if (trm_buffer_create(&(trm_buffer_desc){.data = desc->data,
                              .nitems = ntexels,
                              .format = desc->format,
                              .usage = TRM_USAGE_PIXEL_UNPACK,
                              .label = desc->label,
                              .log = stage->env.log},
            &buffer) != TRM_OK)
        return false;
    if (trm_gl_acquire(stage->env.device, buffer, &span) != TRM_OK) {
        trm_buffer_destroy(buffer);
        return false;
    }
    gl->BindBuffer(GL_PIXEL_UNPACK_BUFFER, span.object);
    upload(gl, texture, size, texel, span.offset);
    gl->BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    return trm_buffer_destroy(buffer) == TRM_OK;
}

/* A person's own scan may be of any size. */
static bool fits(const GladGLContext *gl, const demo_texture_desc *desc) {
    GLint limit = 0;

    gl->GetIntegerv(desc->size[2] > 0 ? GL_MAX_3D_TEXTURE_SIZE : GL_MAX_TEXTURE_SIZE, &limit);
    for (int i = 0; i < 3; i++)
        if (desc->size[i] > (uint32_t)limit) {
            fprintf(stderr,
                "trireme-demo: texture \"%s\" has %u texels along one side, %d is the most here\n",
                desc->label, desc->size[i], limit);
            return false;
        }
    return true;
}

demo_texture *demo_stage_texture(demo_stage *stage, const demo_texture_desc *desc) {
    static const GLenum targets[3] = {GL_TEXTURE_1D, GL_TEXTURE_2D, GL_TEXTURE_3D};
    const GladGLContext *gl = stage->env.gl;
    demo_stage_parts *parts = stage->parts;
    demo_texture *texture = &parts->textures[parts->ntextures];
    trm_format format;
    texel_row texel;

    if (parts->ntextures == DEMO_STAGE_TEXTURES ||
        trm_format_parse(desc->format, &format) != TRM_OK || !find_texel(&format, &texel)) {
        fprintf(stderr, "trireme-demo: texture \"%s\" cannot be made\n", desc->label);
        return NULL;
    }
    if (!fits(gl, desc))
        return NULL;
    texture->dimensions = desc->size[2] > 0 ? 3 : desc->size[1] > 0 ? 2 : 1;
    gl->CreateTextures(targets[texture->dimensions - 1], 1, &texture->name);
    gl->ObjectLabel(GL_TEXTURE, texture->name, -1, desc->label);
    parts->ntextures++;
    set_sampling(gl, texture->name, &texel, desc->nearest);
    return send(stage, desc, texture, &texel) ? texture : NULL;
}
