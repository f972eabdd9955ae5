/* Draws with Trireme and looks at the pixels, in C11 and C++17, through whichever GL functions the
 * including file has declared: those of OpenGL 3.3 are enough.
 *
 * Sixteen points stand side by side on a row of sixteen pixels. Each frame another point gets
 * another shade, and the row is compared with the array. */
#ifndef CONSUMER_DRAW_H
#define CONSUMER_DRAW_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trireme/gl.h>
#include <trireme/trireme.h>

enum { ITEMS = 16, FRAMES = 12 };

typedef struct item {
    float x;
    float shade;
} item;

static GLuint make_shader(GLenum type, const char *text) {
    const GLuint shader = glCreateShader(type);
    glShaderSource(shader, 1, &text, NULL);
    glCompileShader(shader);
    return shader;
}

static void make_target_and_program(void) {
    const GLuint program = glCreateProgram();
    GLuint framebuffer = 0, pixels = 0, vertices = 0;

    glGenFramebuffers(1, &framebuffer);
    glGenRenderbuffers(1, &pixels);
    glBindRenderbuffer(GL_RENDERBUFFER, pixels);
    glRenderbufferStorage(GL_RENDERBUFFER, GL_RGBA8, ITEMS, 1);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    glFramebufferRenderbuffer(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, pixels);
    glViewport(0, 0, ITEMS, 1);
    glAttachShader(
        program, make_shader(GL_VERTEX_SHADER,
                     "#version 330\nlayout(location = 0) in vec2 item; out float shade;"
                     "void main() { gl_Position = vec4(item.x, 0, 0, 1); shade = item.y; }"));
    glAttachShader(program,
        make_shader(GL_FRAGMENT_SHADER,
            "#version 330\nin float shade; out vec4 color; void main() { color = vec4(shade); }"));
    glLinkProgram(program);
    glUseProgram(program);
    glGenVertexArrays(1, &vertices);
    glBindVertexArray(vertices);
    glEnableVertexAttribArray(0);
}

/* One frame; how many pixels are wrong, or ITEMS if a call failed. */
static int draw_frame(trm_device *device, trm_buffer *buffer, const item *items) {
    unsigned char row[ITEMS][4];
    trm_gl_span span;
    int wrong = 0;

    if (trm_gl_acquire(device, buffer, &span) != TRM_OK)
        return ITEMS;
    glBindBuffer(GL_ARRAY_BUFFER, span.object);
    glVertexAttribPointer(
        0, 2, GL_FLOAT, GL_FALSE, sizeof(item), (const void *)(uintptr_t)span.offset);
    glClear(GL_COLOR_BUFFER_BIT);
    glDrawArrays(GL_POINTS, 0, ITEMS);
    if (trm_device_end_frame(device) != TRM_OK)
        return ITEMS;
    memset(row, 0, sizeof row);
    glReadPixels(0, 0, ITEMS, 1, GL_RGBA, GL_UNSIGNED_BYTE, row);
    for (int i = 0; i < ITEMS; i++)
        wrong += row[i][0] != (int)(items[i].shade * 255.0f + 0.5f);
    return wrong;
}

/* The exit status. A context is current. */
static int draw_and_check(trm_gl_proc (*load)(void *user, const char *name)) {
    static item items[ITEMS];
    trm_gl_device_desc how;
    trm_buffer_desc what;
    trm_device *device = NULL;
    trm_buffer *buffer = NULL;
    int wrong = 0;

    memset(&how, 0, sizeof how);
    memset(&what, 0, sizeof what);
    for (int i = 0; i < ITEMS; i++) {
        items[i].x = ((float)i + 0.5f) * 2.0f / ITEMS - 1.0f;
        items[i].shade = (float)i / 255.0f;
    }
    how.get_proc_address = load;
    how.device.log.write = trm_log_stderr;
    what.data = items;
    what.nitems = ITEMS;
    what.format = "2xf4";
    what.usage = TRM_USAGE_VERTEX;
    what.log = how.device.log;
    make_target_and_program();
    if (trm_gl_device_create(&how, &device) != TRM_OK ||
        trm_buffer_create(&what, &buffer) != TRM_OK)
        return EXIT_FAILURE;
    for (int frame = 0; frame < FRAMES; frame++) {
        items[frame % ITEMS].shade = (float)(200 + frame) / 255.0f;
        trm_buffer_update_range(buffer, (size_t)(frame % ITEMS), 1);
        wrong += draw_frame(device, buffer, items);
    }
    wrong += glGetError() != GL_NO_ERROR;
    trm_device_destroy(device);
    trm_buffer_destroy(buffer);
    printf("trireme %s: %d frames, %d wrong pixels\n", trm_version_string(), FRAMES, wrong);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
