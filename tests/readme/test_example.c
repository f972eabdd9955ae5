/* Runs the README's example for a few frames and looks at what it drew.
 *
 * Its triangle has corners at (-0.9, -0.9), (0.9, -0.9) and a tip at y = 0.9, whose x is edited
 * each frame: 0.2, 0, 0.2, ... A point beside each place of the tip tells whether the edit has
 * arrived. */
#define GL_GLEXT_PROTOTYPES
#define GLFW_INCLUDE_GLCOREARB
#include <GLFW/glfw3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <trireme/gl.h>

#define FRAMES  9
#define SKIPPED 77

/* The example. */
void triangle_open(trm_gl_proc (*load)(void *user, const char *name));
void triangle_draw(GLuint vertex_array);
void triangle_close(void);

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
    GLFWwindow *window = glfwCreateWindow(640, 480, "Trireme", NULL, NULL);
    if (window)
        glfwMakeContextCurrent(window);
    return window;
}

/* Draws attribute 0 in orange. */
static void bind_shaders(void) {
    const char *vertex = "#version 450\nlayout(location=0) in vec2 p; out gl_PerVertex { vec4 "
                         "gl_Position; }; void main() { gl_Position = vec4(p, 0, 1); }";
    const char *fragment =
        "#version 450\nout vec4 color; void main() { color = vec4(1, 0.6, 0.1, 1); }";
    GLuint pipeline;
    glCreateProgramPipelines(1, &pipeline);
    glUseProgramStages(
        pipeline, GL_VERTEX_SHADER_BIT, glCreateShaderProgramv(GL_VERTEX_SHADER, 1, &vertex));
    glUseProgramStages(
        pipeline, GL_FRAGMENT_SHADER_BIT, glCreateShaderProgramv(GL_FRAGMENT_SHADER, 1, &fragment));
    glBindProgramPipeline(pipeline);
}

static GLuint bind_vertex_array(void) {
    GLuint vertices;
    glCreateVertexArrays(1, &vertices);
    glVertexArrayAttribFormat(vertices, 0, 2, GL_FLOAT, GL_FALSE, 0);
    glEnableVertexArrayAttrib(vertices, 0);
    glBindVertexArray(vertices);
    return vertices;
}

/* Whether the pixel at a point (-1 to 1) is the triangle's orange, or the black of the background.
 */
static bool is(GLFWwindow *window, double x, double y, bool orange) {
    int width = 0, height = 0;
    unsigned char pixel[4] = {0};
    glfwGetFramebufferSize(window, &width, &height);
    glReadPixels((int)((x + 1.0) / 2.0 * width), (int)((y + 1.0) / 2.0 * height), 1, 1, GL_RGBA,
        GL_UNSIGNED_BYTE, pixel);
    bool right = orange ? pixel[0] >= 253 && abs(pixel[1] - 153) <= 2 && abs(pixel[2] - 26) <= 2
                        : pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0;
    if (!right)
        printf("(%g, %g) is %d, %d, %d and should %sbe orange\n", x, y, pixel[0], pixel[1],
            pixel[2], orange ? "" : "not ");
    return right;
}

static bool is_right(GLFWwindow *window, bool leaning) {
    const struct {
        double x, y;
        bool orange;
    } points[] = {{0.0, 0.0, true}, {-0.7, -0.8, true}, {-0.9, 0.9, false}, {0.9, 0.9, false},
        {0.19, 0.8, leaning}, {0.0, 0.8, !leaning}};
    bool right = glGetError() == GL_NO_ERROR;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++)
        right = is(window, points[i].x, points[i].y, points[i].orange) && right;
    return right;
}

int main(void) {
    const char *required = getenv("TRIREME_REQUIRE_GL");
    GLFWwindow *window = open_window();
    if (!window) {
        puts("No window with an OpenGL 4.5 context.");
        return required && strcmp(required, "1") == 0 ? EXIT_FAILURE : SKIPPED;
    }
    int wrong = 0;
    bind_shaders();
    GLuint vertices = bind_vertex_array();
    triangle_open(load);
    for (int frame = 0; frame < FRAMES; frame++) {
        glClear(GL_COLOR_BUFFER_BIT);
        triangle_draw(vertices);
        wrong += !is_right(window, frame % 2 == 0);
        glfwSwapBuffers(window);
        glfwPollEvents();
    }
    triangle_close();
    printf("%d frames, %d wrong\n", FRAMES, wrong);
#ifndef TRIREME_SANITIZED
    /* Unloads drivers, and what they keep on purpose then looks like a leak. */
    glfwTerminate();
#endif
    return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
