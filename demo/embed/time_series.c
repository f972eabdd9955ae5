/* A viewer of a measurement that keeps growing. Samples are appended to an array, which is marked
 * from the first new one on: what goes up is what is new. When the array is full a larger one takes
 * its place, and trm_buffer_resize tells the buffer. The draw range is what the window shows: the
 * last 500 samples, or fewer at the start. */
#include "embed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <trireme/gl.h>

enum { WIDTH = 500, HEIGHT = 200, SHOWN = 500, EACH_FRAME = 40, FIRST_CAPACITY = 256 };

static const char vertex_shader[] =
    "#version 450\n"
    "layout(location = 0) in float value;"
    "layout(location = 0) uniform int first;"
    "void main() {"
    "    gl_Position = vec4((float(gl_VertexID - first) + 0.5) / 250.0 - 1.0, 0.8 * value, 0, 1);"
    "}";
static const char fragment_shader[] = "#version 450\n"
                                      "out vec4 color;"
                                      "void main() { color = vec4(0.3, 1, 0.4, 1); }";

typedef struct series {
    float *values;
    size_t length;
    size_t capacity;
    trm_buffer *buffer; /* as many items as there is room for */
} series;

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
    return glfwCreateWindow(WIDTH, HEIGHT, "A growing time series", NULL, NULL);
}

static bool series_create(series *it) {
    it->values = calloc(FIRST_CAPACITY, sizeof it->values[0]);
    it->capacity = FIRST_CAPACITY;
    it->length = 0;
    return it->values && trm_buffer_create(&(trm_buffer_desc){.data = it->values,
                                               .nitems = it->capacity,
                                               .format = "f4",
                                               .usage = TRM_USAGE_VERTEX,
                                               .label = "series",
                                               .log = {.write = trm_log_stderr}},
                             &it->buffer) == TRM_OK;
}

/* Twice the room. Not by realloc: the buffer borrows the old array until it has been told. */
static bool series_grow(series *it) {
    const size_t capacity = 2 * it->capacity;
    float *values = calloc(capacity, sizeof values[0]);

    if (!values)
        return false;
    memcpy(values, it->values, it->length * sizeof values[0]);
    if (trm_buffer_resize(it->buffer, values, capacity * sizeof values[0], 0) != TRM_OK) {
        free(values);
        return false;
    }
    free(it->values);
    it->values = values;
    it->capacity = capacity;
    return true;
}

static bool series_append(series *it, const float *values, size_t count) {
    while (count > it->capacity - it->length)
        if (!series_grow(it))
            return false;
    memcpy(it->values + it->length, values, count * sizeof values[0]);
    trm_buffer_update_range(it->buffer, it->length, count);
    it->length += count;

    const size_t shown = it->length < SHOWN ? it->length : SHOWN;
    return trm_buffer_set_draw_range(it->buffer, it->length - shown, shown) == TRM_OK;
}

/* Stands for whatever measures. */
static void measure(float *values, size_t first, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const double t = (double)(first + i);
        values[i] = (float)(sin(t * 0.05) * (0.6 + 0.4 * sin(t * 0.004)));
    }
}

static void draw(trm_device *device, GLuint vertices, const series *it) {
    const trm_range range = trm_buffer_draw_range(it->buffer);

    glClear(GL_COLOR_BUFFER_BIT);
    if (trm_gl_bind_vertex(device, vertices, 0, it->buffer) == TRM_OK) {
        glUniform1i(0, (GLint)range.offset);
        glDrawArrays(GL_LINE_STRIP, (GLint)range.offset, (GLsizei)range.size);
    }
    trm_device_end_frame(device);
}

int main(int argc, char **argv) {
    const embed_options options = embed_read(argc, argv);
    GLFWwindow *window = open_window();
    GLuint vertices;
    trm_device *device;
    series data;

    if (!window)
        return embed_no_gl("GLFW opens no window with it");
    glfwMakeContextCurrent(window);
    glUseProgram(embed_program(vertex_shader, fragment_shader));
    glCreateVertexArrays(1, &vertices);
    glVertexArrayAttribFormat(vertices, 0, 1, GL_FLOAT, GL_FALSE, 0);
    glEnableVertexArrayAttrib(vertices, 0);
    glBindVertexArray(vertices);
    if (trm_gl_device_create(&(trm_gl_device_desc){.get_proc_address = load,
                                 .device = {.log = {.write = trm_log_stderr}}},
            &device) ||
        !series_create(&data))
        return 1;

    for (int frame = 0; !glfwWindowShouldClose(window); frame++) {
        float values[EACH_FRAME];
        measure(values, data.length, EACH_FRAME);
        if (!series_append(&data, values, EACH_FRAME))
            return 1;
        draw(device, vertices, &data);
        if (embed_is_last(&options, frame)) {
            trm_stats stats;
            trm_device_stats(device, &stats);
            printf("%zu samples in room for %zu, %llu bytes brought up\n", data.length,
                data.capacity, (unsigned long long)stats.copied_nbytes);
            if (options.picture)
                embed_save(options.picture, WIDTH, HEIGHT);
            glfwSetWindowShouldClose(window, GLFW_TRUE);
        }
        glfwSwapBuffers(window);
        glfwPollEvents();
    }

    trm_device_destroy(device);
    trm_buffer_destroy(data.buffer);
    free(data.values);
    glfwTerminate();
    return 0;
}
