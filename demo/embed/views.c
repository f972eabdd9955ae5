/* One buffer, several drawers: a single array of points holds a star, a wave and a grid, and each
 * of the three is drawn from a range of its own. An edit anywhere goes up once, and the GPU holds
 * the points once. At frame 10 the grid gets more points: the buffer grows, the other two ranges
 * stay.
 */
#include "embed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <trireme/gl.h>

enum { WIDTH = 300, HEIGHT = 100, STAR = 11, WAVE = 100, GRID = 25, LARGER_GRID = 100, GROWS = 10 };

static const char vertex_shader[] =
    "#version 450\n"
    "layout(location = 0) in vec2 point;"
    "layout(location = 0) uniform float left;"
    "void main() { gl_Position = vec4(left + point.x / 3.0, point.y, 0, 1); gl_PointSize = 3.0; }";
static const char fragment_shader[] = "#version 450\n"
                                      "layout(location = 1) uniform vec3 tint;"
                                      "out vec4 color;"
                                      "void main() { color = vec4(tint, 1); }";

typedef struct point {
    float x, y;
} point;

/* What draws a part of the buffer: a vertex array of its own, and a range. */
typedef struct drawer {
    GLuint vertices;
    GLenum mode;
    float left;
    float tint[3];
    trm_range range; /* items */
} drawer;

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
    return glfwCreateWindow(WIDTH, HEIGHT, "Views of one buffer", NULL, NULL);
}

static void set_star(point *points, double turn) {
    for (int i = 0; i < STAR; i++) {
        const double angle = 2.0 * 3.14159265358979 * i / (STAR - 1) + turn;
        const double radius = i % 2 == 0 ? 0.9 : 0.4;
        points[i] = (point){(float)(radius * cos(angle)), (float)(radius * sin(angle))};
    }
}

static void set_wave(point *points, int first, int count, double height) {
    for (int i = first; i < first + count; i++)
        points[i] = (point){(float)(-0.9 + 1.8 * i / (WAVE - 1)), (float)(height * sin(i * 0.2))};
}

static void set_grid(point *points, int side) {
    for (int i = 0; i < side * side; i++)
        points[i] = (point){(float)(-0.8 + 1.6 * (i % side) / (side - 1)),
            (float)(-0.8 + 1.6 * (i / side) / (side - 1))};
}

static drawer make_drawer(GLenum mode, float left, float red, float green, trm_range range) {
    drawer it = {.mode = mode, .left = left, .tint = {red, green, 0.5f}, .range = range};

    glCreateVertexArrays(1, &it.vertices);
    glVertexArrayAttribFormat(it.vertices, 0, 2, GL_FLOAT, GL_FALSE, 0);
    glVertexArrayAttribBinding(it.vertices, 0, 0);
    glEnableVertexArrayAttrib(it.vertices, 0);
    return it;
}

/* Vertex 0 is the first item of the range. */
static bool draw(trm_device *device, trm_buffer *buffer, const drawer *it) {
    if (trm_gl_bind_vertex_range(device, it->vertices, 0, buffer, it->range) != TRM_OK)
        return false;
    glBindVertexArray(it->vertices);
    glUniform1f(0, it->left);
    glUniform3fv(1, 1, it->tint);
    glDrawArrays(it->mode, 0, (GLsizei)it->range.size);
    return true;
}

/* A larger array takes the place of the old one. */
static point *grow(trm_buffer *buffer, point *points, drawer *grid) {
    point *larger = calloc(STAR + WAVE + LARGER_GRID, sizeof *larger);

    if (!larger)
        return NULL;
    memcpy(larger, points, (STAR + WAVE) * sizeof *points);
    set_grid(larger + STAR + WAVE, 10);
    if (trm_buffer_resize(buffer, larger, (STAR + WAVE + LARGER_GRID) * sizeof *larger, 0)) {
        free(larger);
        return NULL;
    }
    free(points);
    grid->range.size = LARGER_GRID;
    return larger;
}

static bool draw_frame(
    trm_device *device, trm_buffer *buffer, point *points, const drawer *drawers, int frame) {
    const int first = frame * 10 % WAVE;

    set_star(points, 0.05 * frame);
    trm_buffer_update_range(buffer, 0, STAR);
    set_wave(points + STAR, first, 10, frame / 10 % 2 == 0 ? 0.3 : 0.8);
    trm_buffer_update_range(buffer, (size_t)(STAR + first), 10);
    glClear(GL_COLOR_BUFFER_BIT);
    for (int i = 0; i < 3; i++)
        if (!draw(device, buffer, &drawers[i])) /* the first one uploads, the others only bind */
            return false;
    return trm_device_end_frame(device) == TRM_OK;
}

int main(int argc, char **argv) {
    const embed_options options = embed_read(argc, argv);
    const trm_log log = {.write = trm_log_stderr};
    GLFWwindow *window = open_window();
    trm_device *device;
    trm_buffer *buffer;
    point *points = calloc(STAR + WAVE + GRID, sizeof *points);

    if (!window)
        return embed_no_gl("GLFW opens no window with it");
    glfwMakeContextCurrent(window);
    glUseProgram(embed_program(vertex_shader, fragment_shader));
    glEnable(GL_PROGRAM_POINT_SIZE);
    if (!points ||
        trm_gl_device_create(
            &(trm_gl_device_desc){.get_proc_address = load, .device = {.log = log}}, &device) ||
        trm_buffer_create(&(trm_buffer_desc){.data = points,
                              .nitems = STAR + WAVE + GRID,
                              .format = "2xf4",
                              .usage = TRM_USAGE_VERTEX,
                              .log = log},
            &buffer))
        return 1;

    drawer drawers[3] = {make_drawer(GL_LINE_STRIP, -2.0f / 3, 1.0f, 0.8f, (trm_range){0, STAR}),
        make_drawer(GL_LINE_STRIP, 0.0f, 0.3f, 1.0f, (trm_range){STAR, WAVE}),
        make_drawer(GL_POINTS, 2.0f / 3, 0.4f, 0.6f, (trm_range){STAR + WAVE, GRID})};
    set_wave(points + STAR, 0, WAVE, 0.3);
    set_grid(points + STAR + WAVE, 5);
    for (int frame = 0; !glfwWindowShouldClose(window); frame++) {
        if (frame == GROWS && !(points = grow(buffer, points, &drawers[2])))
            return 1;
        if (!draw_frame(device, buffer, points, drawers, frame))
            return 1;
        if (embed_is_last(&options, frame)) {
            if (options.picture)
                embed_save(options.picture, WIDTH, HEIGHT);
            glfwSetWindowShouldClose(window, GLFW_TRUE);
        }
        glfwSwapBuffers(window);
        glfwPollEvents();
    }

    trm_device_destroy(device);
    trm_buffer_destroy(buffer);
    free(points);
    glfwTerminate();
    return 0;
}
