#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <EGL/egl.h>

enum { FRAMES = 200, EDITS = 64, EDIT = 40, IN_FLIGHT = 2 };

static const char vertex_shader[] =
    "#version 450\n"
    "layout(location = 0) in vec2 place; layout(location = 1) in vec4 tint;"
    "out vec4 shade;"
    "void main() { shade = tint; gl_Position = vec4(place, 0, 1); }";
static const char fragment_shader[] = "#version 450\n"
                                      "in vec4 shade; out vec4 color;"
                                      "void main() { color = shade; }";

static port_point points[PORT_POINTS];

void (*port_load(void *user, const char *name))(void) {
    (void)user;
    return eglGetProcAddress(name);
}

static GLuint prepare(void) {
    GLuint framebuffer, pixels, vertices;

    glCreateRenderbuffers(1, &pixels);
    glNamedRenderbufferStorage(pixels, GL_RGBA8, PORT_SIDE, PORT_SIDE);
    glCreateFramebuffers(1, &framebuffer);
    glNamedFramebufferRenderbuffer(framebuffer, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, pixels);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    glViewport(0, 0, PORT_SIDE, PORT_SIDE);
    glUseProgram(embed_program(vertex_shader, fragment_shader));
    glCreateVertexArrays(1, &vertices);
    glVertexArrayAttribFormat(vertices, 0, 2, GL_FLOAT, GL_FALSE, offsetof(port_point, place));
    glVertexArrayAttribFormat(
        vertices, 1, 4, GL_UNSIGNED_BYTE, GL_TRUE, offsetof(port_point, color));
    for (GLuint i = 0; i < 2; i++) {
        glVertexArrayAttribBinding(vertices, i, 0);
        glEnableVertexArrayAttrib(vertices, i);
    }
    glBindVertexArray(vertices);
    return vertices;
}

static void set_points(port_edit edit, int frame) {
    for (size_t i = edit.first; i < edit.first + edit.count; i++) {
        points[i].place[0] = ((float)(i % PORT_SIDE) + 0.5f) / (PORT_SIDE / 2) - 1.0f;
        points[i].place[1] = ((float)(i / PORT_SIDE) + 0.5f) / (PORT_SIDE / 2) - 1.0f;
        points[i].color[0] = (uint8_t)(i * 7 + (size_t)frame);
        points[i].color[1] = (uint8_t)(frame * 3);
        points[i].color[2] = (uint8_t)(i >> 10);
        points[i].color[3] = 255;
    }
}

/* The same for every program. */
static size_t edit_points(const port_way *way, int frame, port_edit edits[EDITS]) {
    uint32_t dice = (uint32_t)frame * 2654435761u + 1u;
    size_t count = 0;

    if (way->rewrites)
        edits[count++] = (port_edit){0, PORT_POINTS};
    for (; !way->rewrites && count < EDITS; count++) {
        dice = dice * 1664525u + 1013904223u;
        edits[count] = (port_edit){(dice >> 8) % (PORT_POINTS - EDIT), EDIT};
    }
    for (size_t i = 0; i < count; i++)
        set_points(edits[i], frame);
    return count;
}

static double seconds(void) {
    struct timespec now;

    timespec_get(&now, TIME_UTC);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Lets the CPU be two frames ahead of the GPU, as a swap chain does. */
static void pace(int frame) {
    static GLsync fences[IN_FLIGHT];
    GLsync *fence = &fences[frame % IN_FLIGHT];

    if (*fence) {
        glClientWaitSync(*fence, GL_SYNC_FLUSH_COMMANDS_BIT, 10000000000u);
        glDeleteSync(*fence);
    }
    *fence = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
}

int port_run(const port_way *way, int argc, char **argv) {
    const embed_options options = embed_read(argc, argv);
    const int frames = options.frames ? options.frames : FRAMES;
    double spent = 0.0, begun;
    port_edit edits[EDITS];

    if (!embed_open_egl())
        return embed_no_gl("EGL has none without a window");
    const GLuint vertices = prepare();
    set_points((port_edit){0, PORT_POINTS}, 0);
    way->create(points);
    glFinish();
    begun = seconds();
    for (int frame = 0; frame < frames; frame++) {
        const size_t count = edit_points(way, frame, edits);
        double at = seconds();
        const port_source source = way->update(points, edits, count);
        spent += seconds() - at;
        glVertexArrayVertexBuffer(
            vertices, 0, source.object, (GLintptr)source.offset, sizeof(port_point));
        glClear(GL_COLOR_BUFFER_BIT);
        glDrawArrays(GL_POINTS, 0, PORT_POINTS);
        glFlush(); /* or the first call that flushes would seem to cost what the draw does */
        at = seconds();
        way->drawn();
        spent += seconds() - at;
        pace(frame);
    }
    glFinish();
    printf("%s: %.0f us a frame in its own calls, %.0f us a frame in all\n", way->name,
        spent / frames * 1e6, (seconds() - begun) / frames * 1e6);
    if (options.picture)
        embed_save(options.picture, PORT_SIDE, PORT_SIDE);
    way->destroy();
    return glGetError() == GL_NO_ERROR ? EXIT_SUCCESS : EXIT_FAILURE;
}
