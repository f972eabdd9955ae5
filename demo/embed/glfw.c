/* Trireme in a GLFW program: a triangle whose tip wanders. One item of the array is edited a frame,
 * and that item is what goes up. */
#include "embed.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <trireme/gl.h>

static const char vertex_shader[] = "#version 450\n"
                                    "layout(location = 0) in vec2 corner;"
                                    "void main() { gl_Position = vec4(corner, 0, 1); }";
static const char fragment_shader[] = "#version 450\n"
                                      "out vec4 color;"
                                      "void main() { color = vec4(1, 0.6, 0.1, 1); }";

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
    return glfwCreateWindow(320, 240, "Trireme with GLFW", NULL, NULL);
}

int main(int argc, char **argv) {
    const embed_options options = embed_read(argc, argv);
    static float corners[3][2] = {{-0.9f, -0.9f}, {0.9f, -0.9f}, {0.0f, 0.9f}};
    GLuint vertices;
    trm_device *device;
    trm_buffer *positions;
    GLFWwindow *window = open_window();

    if (!window)
        return embed_no_gl("GLFW opens no window with it");
    glfwMakeContextCurrent(window);
    glUseProgram(embed_program(vertex_shader, fragment_shader));
    glCreateVertexArrays(1, &vertices);
    glVertexArrayAttribFormat(vertices, 0, 2, GL_FLOAT, GL_FALSE, 0);
    glEnableVertexArrayAttrib(vertices, 0);
    glBindVertexArray(vertices);

    const trm_log log = {.write = trm_log_stderr};
    if (trm_gl_device_create(
            &(trm_gl_device_desc){.get_proc_address = load, .device = {.log = log}}, &device) ||
        trm_buffer_create(
            &(trm_buffer_desc){.data = corners, .nitems = 3, .format = "2xf4", .log = log},
            &positions))
        return 1;

    for (int frame = 0; !glfwWindowShouldClose(window); frame++) {
        corners[2][0] = 0.04f * (float)(frame % 20);
        trm_buffer_update_range(positions, 2, 1);
        glClear(GL_COLOR_BUFFER_BIT);
        if (trm_gl_bind_vertex(device, vertices, 0, positions) == TRM_OK)
            glDrawArrays(GL_TRIANGLES, 0, 3);
        trm_device_end_frame(device);
        if (embed_is_last(&options, frame)) {
            if (options.picture)
                embed_save(options.picture, 320, 240);
            glfwSetWindowShouldClose(window, GLFW_TRUE);
        }
        glfwSwapBuffers(window);
        glfwPollEvents();
    }

    trm_device_destroy(device);
    trm_buffer_destroy(positions);
    glfwTerminate();
    return 0;
}
