/* Two windows with a context each, and one array that both show. A buffer belongs to one device,
 * and a device to one context: so there are two of both. The array stays one; whoever edits it
 * marks the edit in both buffers, and each device brings its own copy up to date when its window is
 * drawn. */
#include "embed.h"

#include <stdlib.h>
#include <string.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <trireme/gl.h>

enum { SIDE = 200, ITEMS = 16 };

static const char vertex_shader[] =
    "#version 450\n"
    "layout(location = 0) in float height;"
    "void main() {"
    "    float x = (float(gl_VertexID / 2) + 0.5) / 8.0 - 1.0;"
    "    gl_Position = vec4(x, gl_VertexID % 2 == 0 ? -1.0 : height, 0, 1);"
    "}";
static const char *const fragment_shaders[2] = {
    "#version 450\nout vec4 color; void main() { color = vec4(1, 0.8, 0, 1); }",
    "#version 450\nout vec4 color; void main() { color = vec4(0, 0.8, 1, 1); }"};

typedef struct view {
    GLFWwindow *window;
    trm_device *device;
    trm_buffer *buffer;
    GLuint vertices;
} view;

static float heights[2 * ITEMS]; /* a line has two ends; the shader looks at the second */

static trm_gl_proc load(void *user, const char *name) {
    (void)user;
    return glfwGetProcAddress(name);
}

static bool make_view(view *it, int index) {
    const trm_log log = {.write = trm_log_stderr};

    it->window = glfwCreateWindow(SIDE, SIDE, index == 0 ? "One" : "Two", NULL, NULL);
    if (!it->window)
        return false;
    glfwSetWindowPos(it->window, 20 + index * (SIDE + 40), 20);
    glfwMakeContextCurrent(it->window);
    /* Two windows that each wait for the display in turn would halve the rate. */
    glfwSwapInterval(index == 0);
    glUseProgram(embed_program(vertex_shader, fragment_shaders[index]));
    glCreateVertexArrays(1, &it->vertices);
    glVertexArrayAttribFormat(it->vertices, 0, 1, GL_FLOAT, GL_FALSE, 0);
    glEnableVertexArrayAttrib(it->vertices, 0);
    glBindVertexArray(it->vertices);
    return trm_gl_device_create(&(trm_gl_device_desc){.get_proc_address = load,
                                    .device = {.label = index == 0 ? "one" : "two", .log = log}},
               &it->device) == TRM_OK &&
           trm_buffer_create(&(trm_buffer_desc){.data = heights,
                                 .nitems = 2 * ITEMS,
                                 .format = "f4",
                                 .usage = TRM_USAGE_VERTEX,
                                 .label = "heights",
                                 .log = log},
               &it->buffer) == TRM_OK;
}

/* Each device's calls are made while its context is current. */
static void draw(view *it) {
    glfwMakeContextCurrent(it->window);
    glClear(GL_COLOR_BUFFER_BIT);
    if (trm_gl_bind_vertex(it->device, it->vertices, 0, it->buffer) == TRM_OK)
        glDrawArrays(GL_LINES, 0, 2 * ITEMS);
    trm_device_end_frame(it->device);
}

/* Both windows side by side in one picture. */
static void save(view views[2], const char *path) {
    unsigned char *both = calloc(2 * SIDE * SIDE, 4);

    for (int i = 0; both && i < 2; i++) {
        glfwMakeContextCurrent(views[i].window);
        unsigned char *pixels = embed_pixels(SIDE, SIDE);
        for (int row = 0; row < SIDE; row++)
            memcpy(both + 4 * SIDE * (2 * row + i), pixels + 4 * SIDE * row, 4 * SIDE);
        free(pixels);
    }
    if (both)
        embed_save_pixels(path, 2 * SIDE, SIDE, both);
    free(both);
}

int main(int argc, char **argv) {
    const embed_options options = embed_read(argc, argv);
    view views[2] = {{0}};
    int open = 1;

    if (!glfwInit())
        return embed_no_gl("GLFW cannot be initialised");
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_RESIZABLE, GLFW_FALSE);
    for (int i = 0; i < 2; i++)
        if (!make_view(&views[i], i))
            return views[i].window ? 1 : embed_no_gl("GLFW opens no window with it");

    for (int frame = 0; open; frame++) {
        const int item = frame * 3 % ITEMS;
        heights[2 * item + 1] = -0.9f + 0.1f * (float)(frame % 19);
        for (int i = 0; i < 2; i++)
            trm_buffer_update_range(views[i].buffer, 2 * (size_t)item + 1, 1);
        for (int i = 0; i < 2; i++)
            draw(&views[i]);
        if (embed_is_last(&options, frame)) {
            if (options.picture)
                save(views, options.picture);
            open = 0;
        }
        for (int i = 0; i < 2; i++) {
            glfwSwapBuffers(views[i].window);
            open = open && !glfwWindowShouldClose(views[i].window);
        }
        glfwPollEvents();
    }

    for (int i = 0; i < 2; i++) {
        glfwMakeContextCurrent(views[i].window);
        trm_device_destroy(views[i].device);
        trm_buffer_destroy(views[i].buffer);
    }
    glfwTerminate();
    return 0;
}
