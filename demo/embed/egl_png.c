/* Trireme without a window: a context of EGL alone (egl.c), a framebuffer object, and a PNG file at
 * the end. For servers, batch jobs and tests. A curve of 4096 points is drawn; each frame bends a
 * tenth of it. */
#include "embed.h"

#include <math.h>
#include <stdio.h>

#include <EGL/egl.h>
#include <trireme/gl.h>

enum { SIDE = 256, POINTS = 4096, FRAMES = 40 };

static const char vertex_shader[] = "#version 450\n"
                                    "layout(location = 0) in vec2 point;"
                                    "void main() { gl_Position = vec4(point, 0, 1); }";
static const char fragment_shader[] = "#version 450\n"
                                      "out vec4 color;"
                                      "void main() { color = vec4(1); }";

static float curve[POINTS][2];

static trm_gl_proc load(void *user, const char *name) {
    (void)user;
    return eglGetProcAddress(name);
}

static void make_target(void) {
    GLuint framebuffer, pixels;

    glCreateRenderbuffers(1, &pixels);
    glNamedRenderbufferStorage(pixels, GL_RGBA8, SIDE, SIDE);
    glCreateFramebuffers(1, &framebuffer);
    glNamedFramebufferRenderbuffer(framebuffer, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, pixels);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    glViewport(0, 0, SIDE, SIDE);
}

/* Puts some of the points on a circle. */
static void set_points(int first, int count, double radius) {
    for (int i = first; i < first + count; i++) {
        const double angle = 2.0 * 3.14159265358979 * i / POINTS;
        curve[i][0] = (float)(radius * cos(angle));
        curve[i][1] = (float)(radius * sin(angle));
    }
}

int main(int argc, char **argv) {
    embed_options options = embed_read(argc, argv);
    const trm_log log = {.write = trm_log_stderr};
    GLuint vertices;
    trm_device *device;
    trm_buffer *points;

    if (!options.frames)
        options.frames = FRAMES;
    if (!options.picture)
        options.picture = "egl.png";
    if (!embed_open_egl())
        return embed_no_gl("EGL has none without a window");
    make_target();
    set_points(0, POINTS, 0.9);
    glUseProgram(embed_program(vertex_shader, fragment_shader));
    glCreateVertexArrays(1, &vertices);
    glVertexArrayAttribFormat(vertices, 0, 2, GL_FLOAT, GL_FALSE, 0);
    glEnableVertexArrayAttrib(vertices, 0);
    glBindVertexArray(vertices);
    if (trm_gl_device_create(
            &(trm_gl_device_desc){.get_proc_address = load, .device = {.log = log}}, &device) ||
        trm_buffer_create(
            &(trm_buffer_desc){.data = curve, .nitems = POINTS, .format = "2xf4", .log = log},
            &points))
        return 1;

    for (int frame = 0; frame < options.frames; frame++) {
        const int first = frame * (POINTS / 10) % POINTS;
        const int count = POINTS / 10 < POINTS - first ? POINTS / 10 : POINTS - first;
        set_points(first, count, frame / 10 % 2 == 0 ? 0.5 : 0.9);
        trm_buffer_update_range(points, (size_t)first, (size_t)count);

        glClear(GL_COLOR_BUFFER_BIT);
        if (trm_gl_bind_vertex(device, vertices, 0, points) == TRM_OK)
            glDrawArrays(GL_POINTS, 0, POINTS);
        trm_device_end_frame(device);
    }
    embed_save(options.picture, SIDE, SIDE);
    printf("%d frames, see %s\n", options.frames, options.picture);

    trm_device_destroy(device);
    trm_buffer_destroy(points);
    return 0;
}
