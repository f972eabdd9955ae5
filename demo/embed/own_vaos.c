/* An application with vertex arrays of its own, filled in once: nothing is bound while it draws but
 * the vertex array. That asks for DEVICE placement, whose spans stay the same until the buffer is
 * detached or resized.
 *
 * Twelve bars, each a vertex array with its own vertex buffer; the index buffer is common to all.
 * Every frame three bars get another height, and one trm_device_sync brings all of it up. */
#include "embed.h"

#include <stdint.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <trireme/gl.h>

enum { WIDTH = 360, HEIGHT = 200, BARS = 12 };

static const char vertex_shader[] =
    "#version 450\n"
    "layout(location = 0) in vec2 corner;"
    "layout(location = 1) in vec4 tint;"
    "out vec4 shade;"
    "void main() { shade = tint; gl_Position = vec4(corner, 0, 1); }";
static const char fragment_shader[] = "#version 450\n"
                                      "in vec4 shade; out vec4 color;"
                                      "void main() { color = shade; }";

typedef struct corner {
    float place[2];
    uint8_t tint[4];
} corner;

typedef struct bar {
    corner corners[4];
    trm_buffer *buffer;
    GLuint vertices;
} bar;

static bar bars[BARS];
static const uint16_t indices[6] = {0, 1, 2, 2, 1, 3};
static size_t first_index; /* bytes; an element binding has no offset of its own */

static trm_gl_proc load(void *user, const char *name) {
    (void)user;
    return glfwGetProcAddress(name);
}

static GLFWwindow *open_window(void) {
    if (!glfwInit())
        return NULL;
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_RESIZABLE, GLFW_FALSE);
    return glfwCreateWindow(WIDTH, HEIGHT, "Trireme and your vertex arrays", NULL, NULL);
}

static void set_height(bar *it, int index, int step) {
    const float left = -1.0f + 2.0f * (float)index / BARS, right = left + 1.6f / BARS;
    const float top = -1.0f + 2.0f * (float)(step % 10 + 1) / 11.0f;

    for (int i = 0; i < 4; i++) {
        corner *at = &it->corners[i];
        at->place[0] = i % 2 == 0 ? left : right;
        at->place[1] = i < 2 ? -1.0f : top;
        at->tint[0] = (uint8_t)(20 * index);
        at->tint[1] = (uint8_t)(200 - 10 * index);
        at->tint[2] = 255;
        at->tint[3] = 255;
    }
}

/* A vertex array as the application would fill it in without Trireme, too; the spans only say which
 * objects. */
static bool bake(trm_device *device, bar *it, trm_buffer *index_buffer) {
    trm_gl_span corners, triangles;

    if (trm_gl_acquire(device, it->buffer, &corners) ||
        trm_gl_acquire(device, index_buffer, &triangles))
        return false;
    first_index = triangles.offset;
    glCreateVertexArrays(1, &it->vertices);
    glVertexArrayVertexBuffer(
        it->vertices, 0, corners.object, (GLintptr)corners.offset, sizeof(corner));
    glVertexArrayElementBuffer(it->vertices, triangles.object);
    glVertexArrayAttribFormat(it->vertices, 0, 2, GL_FLOAT, GL_FALSE, 0);
    glVertexArrayAttribFormat(it->vertices, 1, 4, GL_UNSIGNED_BYTE, GL_TRUE, 8);
    for (GLuint i = 0; i < 2; i++) {
        glVertexArrayAttribBinding(it->vertices, i, 0);
        glEnableVertexArrayAttrib(it->vertices, i);
    }
    return true;
}

static bool make_bars(trm_device *device, trm_log log, trm_buffer *index_buffer) {
    for (int i = 0; i < BARS; i++) {
        set_height(&bars[i], i, 0);
        if (trm_buffer_create(&(trm_buffer_desc){.data = bars[i].corners,
                                  .nitems = 4,
                                  .nbytes = sizeof bars[i].corners,
                                  .usage = TRM_USAGE_VERTEX,
                                  .placement = TRM_PLACEMENT_DEVICE,
                                  .log = log},
                &bars[i].buffer) ||
            !bake(device, &bars[i], index_buffer))
            return false;
    }
    return true;
}

static void draw_frame(trm_device *device, int frame) {
    for (int i = 0; i < 3; i++) {
        const int index = (3 * frame + i) % BARS;
        set_height(&bars[index], index, frame + index);
        trm_buffer_update_full(bars[index].buffer);
    }
    trm_device_sync(device); /* all edits at once; no acquire, the spans are known */
    glClear(GL_COLOR_BUFFER_BIT);
    for (int i = 0; i < BARS; i++) {
        glBindVertexArray(bars[i].vertices);
        glDrawElements(GL_TRIANGLES, 6, GL_UNSIGNED_SHORT, (const void *)(uintptr_t)first_index);
    }
    trm_device_end_frame(device);
}

int main(int argc, char **argv) {
    const embed_options options = embed_read(argc, argv);
    const trm_log log = {.write = trm_log_stderr};
    trm_device *device;
    trm_buffer *index_buffer;
    GLFWwindow *window = open_window();

    if (!window)
        return embed_no_gl("GLFW opens no window with it");
    glfwMakeContextCurrent(window);
    glUseProgram(embed_program(vertex_shader, fragment_shader));
    if (trm_gl_device_create(
            &(trm_gl_device_desc){.get_proc_address = load, .device = {.log = log}}, &device) ||
        trm_buffer_create(&(trm_buffer_desc){.data = indices,
                              .nitems = 6,
                              .format = "uint16",
                              .usage = TRM_USAGE_INDEX,
                              .placement = TRM_PLACEMENT_DEVICE,
                              .log = log},
            &index_buffer) ||
        !make_bars(device, log, index_buffer))
        return 1;

    for (int frame = 0; !glfwWindowShouldClose(window); frame++) {
        draw_frame(device, frame);
        if (embed_is_last(&options, frame)) {
            if (options.picture)
                embed_save(options.picture, WIDTH, HEIGHT);
            glfwSetWindowShouldClose(window, GLFW_TRUE);
        }
        glfwSwapBuffers(window);
        glfwPollEvents();
    }

    trm_device_destroy(device);
    for (int i = 0; i < BARS; i++)
        trm_buffer_destroy(bars[i].buffer);
    trm_buffer_destroy(index_buffer);
    glfwTerminate();
    return 0;
}
