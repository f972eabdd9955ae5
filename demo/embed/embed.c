#include "embed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

embed_options embed_read(int argc, char **argv) {
    embed_options options = {0};

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--frames") == 0 && i + 1 < argc && atoi(argv[i + 1]) > 0) {
            options.frames = atoi(argv[++i]);
        } else if (strcmp(argv[i], "--picture") == 0 && i + 1 < argc) {
            options.picture = argv[++i];
        } else {
            fprintf(stderr, "usage: %s [--frames N] [--picture FILE.png]\n", argv[0]);
            exit(2);
        }
    }
    return options;
}

bool embed_is_last(const embed_options *options, int frame) {
    return options->frames > 0 && frame + 1 >= options->frames;
}

int embed_no_gl(const char *why) {
    fprintf(stderr, "no OpenGL 4.5: %s\n", why);
    return EMBED_NO_GL;
}

static GLuint stage(GLenum type, const char *text) {
    const GLuint shader = glCreateShader(type);
    GLint done = 0;

    glShaderSource(shader, 1, &text, NULL);
    glCompileShader(shader);
    glGetShaderiv(shader, GL_COMPILE_STATUS, &done);
    if (!done) {
        char log[1024] = "";
        glGetShaderInfoLog(shader, sizeof log, NULL, log);
        fprintf(stderr, "%s\n", log);
        exit(EXIT_FAILURE);
    }
    return shader;
}

GLuint embed_program(const char *vertex, const char *fragment) {
    const GLuint program = glCreateProgram();
    const GLuint stages[2] = {stage(GL_VERTEX_SHADER, vertex), stage(GL_FRAGMENT_SHADER, fragment)};
    GLint done = 0;

    for (int i = 0; i < 2; i++) {
        glAttachShader(program, stages[i]);
        glDeleteShader(stages[i]);
    }
    glLinkProgram(program);
    glGetProgramiv(program, GL_LINK_STATUS, &done);
    if (!done) {
        fputs("the shaders do not fit each other\n", stderr);
        exit(EXIT_FAILURE);
    }
    return program;
}

unsigned char *embed_pixels(int width, int height) {
    unsigned char *pixels = calloc((size_t)width * (size_t)height, 4);

    if (!pixels) {
        fputs("out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels);
    for (size_t i = 3; i < (size_t)width * (size_t)height * 4; i += 4)
        pixels[i] = 255;
    return pixels;
}

void embed_save_pixels(const char *path, int width, int height, const unsigned char *pixels) {
    png_image image;

    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = (png_uint_32)width;
    image.height = (png_uint_32)height;
    image.format = PNG_FORMAT_RGBA;
    /* A negative stride: the rows come from the bottom. */
    if (!png_image_write_to_file(&image, path, 0, pixels, -4 * width, NULL)) {
        fprintf(stderr, "%s: %s\n", path, image.message);
        exit(EXIT_FAILURE);
    }
}

void embed_save(const char *path, int width, int height) {
    unsigned char *pixels = embed_pixels(width, height);

    embed_save_pixels(path, width, height, pixels);
    free(pixels);
}
