#include "picture.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>

bool demo_picture_resize(demo_picture *picture, const GladGLContext *gl, int width, int height) {
    GLint limit = 0;

    demo_picture_destroy(picture, gl);
    gl->GetIntegerv(GL_MAX_TEXTURE_SIZE, &limit);
    if (width > limit || height > limit) {
        fprintf(stderr, "trireme-demo: a picture of %dx%d is too large here, %dx%d is the most\n",
            width, height, limit, limit);
        return false;
    }
    gl->CreateTextures(GL_TEXTURE_2D, 1, &picture->colour);
    gl->TextureStorage2D(picture->colour, 1, GL_RGBA8, width, height);
    gl->ObjectLabel(GL_TEXTURE, picture->colour, -1, "picture");
    gl->CreateFramebuffers(1, &picture->canvas.framebuffer);
    gl->NamedFramebufferTexture(
        picture->canvas.framebuffer, GL_COLOR_ATTACHMENT0, picture->colour, 0);
    /* A view is made from a name without an object, which only GenTextures gives. */
    gl->GenTextures(1, &picture->encoded);
    gl->TextureView(picture->encoded, GL_TEXTURE_2D, picture->colour, GL_SRGB8_ALPHA8, 0, 1, 0, 1);
    gl->CreateFramebuffers(1, &picture->canvas.encoder);
    gl->NamedFramebufferTexture(picture->canvas.encoder, GL_COLOR_ATTACHMENT0, picture->encoded, 0);
    gl->CreateTextures(GL_TEXTURE_2D, 1, &picture->depth);
    gl->TextureStorage2D(picture->depth, 1, GL_DEPTH_COMPONENT32F, width, height);
    gl->NamedFramebufferTexture(
        picture->canvas.framebuffer, GL_DEPTH_ATTACHMENT, picture->depth, 0);
    picture->canvas.width = width;
    picture->canvas.height = height;
    if (gl->CheckNamedFramebufferStatus(picture->canvas.framebuffer, GL_FRAMEBUFFER) ==
            GL_FRAMEBUFFER_COMPLETE &&
        gl->CheckNamedFramebufferStatus(picture->canvas.encoder, GL_FRAMEBUFFER) ==
            GL_FRAMEBUFFER_COMPLETE)
        return true;
    fprintf(stderr, "trireme-demo: no memory for a picture of %dx%d\n", width, height);
    demo_picture_destroy(picture, gl);
    return false;
}

void demo_picture_destroy(demo_picture *picture, const GladGLContext *gl) {
    float scale = picture->canvas.scale;

    gl->DeleteFramebuffers(1, &picture->canvas.framebuffer);
    gl->DeleteFramebuffers(1, &picture->canvas.encoder);
    gl->DeleteTextures(1, &picture->depth);
    gl->DeleteTextures(1, &picture->encoded);
    gl->DeleteTextures(1, &picture->colour);
    *picture = (demo_picture){.canvas = {.scale = scale}};
}

demo_rect demo_picture_fit(const demo_picture *picture, int width, int height) {
    const demo_canvas *canvas = &picture->canvas;
    double across = (double)width / canvas->width;
    double down = (double)height / canvas->height;
    double scale = across < down ? across : down;
    demo_rect rect = {
        .width = (int)(canvas->width * scale + 0.5), .height = (int)(canvas->height * scale + 0.5)};

    rect.x = (width - rect.width) / 2;
    rect.y = (height - rect.height) / 2;
    return rect;
}

void demo_picture_present(
    const demo_picture *picture, const GladGLContext *gl, int width, int height) {
    const demo_canvas *canvas = &picture->canvas;
    const GLfloat black[4] = {0, 0, 0, 1};
    demo_rect to = demo_picture_fit(picture, width, height);
    bool same = to.width == canvas->width && to.height == canvas->height;

    gl->Disable(GL_SCISSOR_TEST);
    gl->Disable(GL_FRAMEBUFFER_SRGB);
    if (to.width != width || to.height != height)
        gl->ClearNamedFramebufferfv(0, GL_COLOR, 0, black);
    gl->BlitNamedFramebuffer(canvas->framebuffer, 0, 0, 0, canvas->width, canvas->height, to.x,
        to.y, to.x + to.width, to.y + to.height, GL_COLOR_BUFFER_BIT,
        same ? GL_NEAREST : GL_LINEAR);
}

void demo_picture_read(const demo_picture *picture, const GladGLContext *gl, unsigned char *out) {
    size_t nbytes = (size_t)picture->canvas.width * (size_t)picture->canvas.height * 4;

    gl->GetTextureImage(picture->colour, 0, GL_RGBA, GL_UNSIGNED_BYTE, (GLsizei)nbytes, out);
}

/* Closes the gaps that dropping the fourth of four bytes leaves. */
static void drop_alpha(unsigned char *pixels, size_t count) {
    for (size_t i = 0; i < count; i++)
        memmove(pixels + 3 * i, pixels + 4 * i, 3);
}

bool demo_picture_write(
    const char *path, unsigned char *pixels, int width, int height, bool alpha) {
    png_image image;
    size_t row = (size_t)width * (alpha ? 4 : 3);

    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = (png_uint_32)width;
    image.height = (png_uint_32)height;
    image.format = alpha ? PNG_FORMAT_RGBA : PNG_FORMAT_RGB;
    if (!alpha)
        drop_alpha(pixels, (size_t)width * (size_t)height);
    /* GL's first row is the lowest: hence the negative stride. */
    if (png_image_write_to_file(&image, path, 0, pixels, -(png_int_32)row, NULL))
        return true;
    fprintf(stderr, "trireme-demo: %s could not be written: %s\n", path, image.message);
    return false;
}

bool demo_picture_save(
    const demo_picture *picture, const GladGLContext *gl, const char *path, bool alpha) {
    const demo_canvas *canvas = &picture->canvas;
    unsigned char *pixels = malloc((size_t)canvas->width * (size_t)canvas->height * 4);
    bool done;

    if (!pixels) {
        fprintf(stderr, "trireme-demo: no memory to save %s\n", path);
        return false;
    }
    demo_picture_read(picture, gl, pixels);
    done = demo_picture_write(path, pixels, canvas->width, canvas->height, alpha);
    free(pixels);
    return done;
}
