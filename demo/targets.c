#include "targets.h"

#define DENSE 2.0f /* content scale from which on nothing is gained by drawing larger */

static void make_texture(
    const GladGLContext *gl, GLuint *out, GLenum format, const demo_targets *targets) {
    gl->CreateTextures(GL_TEXTURE_2D, 1, out);
    gl->TextureStorage2D(*out, 1, format, targets->width, targets->height);
    gl->TextureParameteri(*out, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    gl->TextureParameteri(*out, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    gl->TextureParameteri(*out, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

bool demo_targets_fit(demo_targets *targets, const GladGLContext *gl, const demo_canvas *canvas) {
    int factor = canvas->scale >= DENSE ? 1 : 2;
    bool complete = true;

    if (targets->factor == factor && targets->width == factor * canvas->width &&
        targets->height == factor * canvas->height)
        return true;
    demo_targets_destroy(targets, gl);
    targets->width = factor * canvas->width;
    targets->height = factor * canvas->height;
    targets->factor = factor;
    make_texture(gl, &targets->depth, GL_DEPTH_COMPONENT32F, targets);
    gl->CreateFramebuffers(2, targets->framebuffers);
    for (int i = 0; i < 2; i++) {
        make_texture(gl, &targets->colours[i], GL_SRGB8_ALPHA8, targets);
        gl->NamedFramebufferTexture(
            targets->framebuffers[i], GL_COLOR_ATTACHMENT0, targets->colours[i], 0);
    }
    gl->NamedFramebufferTexture(targets->framebuffers[0], GL_DEPTH_ATTACHMENT, targets->depth, 0);
    for (int i = 0; i < 2; i++)
        complete = complete && gl->CheckNamedFramebufferStatus(targets->framebuffers[i],
                                   GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
    if (complete)
        return true;
    fprintf(
        stderr, "trireme-demo: no memory to draw %dx%d pixels\n", targets->width, targets->height);
    demo_targets_destroy(targets, gl);
    return false;
}

void demo_targets_destroy(demo_targets *targets, const GladGLContext *gl) {
    gl->DeleteFramebuffers(2, targets->framebuffers);
    gl->DeleteTextures(2, targets->colours);
    gl->DeleteTextures(1, &targets->depth);
    *targets = (demo_targets){0};
}
