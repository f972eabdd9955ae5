/* Runs the README's example for a few frames and looks at what it drew.
 *
 * Its triangle has corners at (-0.9, -0.9), (0.9, -0.9) and a tip at y = 0.9, whose x is edited
 * each frame: 0.2, 0, 0.2, ... A point beside each place of the tip tells whether the edit has
 * arrived.
 */
#define GL_GLEXT_PROTOTYPES
#define GLFW_INCLUDE_GLCOREARB
#include <GLFW/glfw3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES  9
#define SKIPPED 77

int example_main(void);
void example_swap_buffers(GLFWwindow *window);
void example_terminate(void);

static int frames;
static int wrong;
static int terminated;

/* Whether the pixel at a point (-1 to 1) is the triangle's orange; anything but that and the black
 * background is wrong. */
static bool is_orange(GLFWwindow *window, double x, double y) {
    int width = 0, height = 0;
    unsigned char pixel[4] = {0};
    glfwGetFramebufferSize(window, &width, &height);
    glReadPixels((int)((x + 1.0) / 2.0 * width), (int)((y + 1.0) / 2.0 * height), 1, 1, GL_RGBA,
        GL_UNSIGNED_BYTE, pixel);
    const bool orange = pixel[0] >= 253 && abs(pixel[1] - 153) <= 2 && abs(pixel[2] - 26) <= 2;
    const bool black = pixel[0] == 0 && pixel[1] == 0 && pixel[2] == 0;
    if (!orange && !black) {
        printf("frame %d: (%g, %g) is %d, %d, %d\n", frames, x, y, pixel[0], pixel[1], pixel[2]);
        wrong++;
    }
    return orange;
}

static void expect(GLFWwindow *window, double x, double y, bool orange) {
    if (is_orange(window, x, y) != orange) {
        printf("frame %d: (%g, %g) should %sbe orange\n", frames, x, y, orange ? "" : "not ");
        wrong++;
    }
}

void example_swap_buffers(GLFWwindow *window) {
    const bool leaning = frames++ % 2 == 0;
    expect(window, 0.0, 0.0, true);
    expect(window, -0.7, -0.8, true);
    expect(window, -0.9, 0.9, false);
    expect(window, 0.9, 0.9, false);
    expect(window, 0.19, 0.8, leaning);
    expect(window, 0.0, 0.8, !leaning);
    if (glGetError() != GL_NO_ERROR) {
        printf("frame %d: a GL error is left\n", frames);
        wrong++;
    }
    if (frames == FRAMES) {
        glfwSetWindowShouldClose(window, GLFW_TRUE);
    }
    glfwSwapBuffers(window);
}

/* Terminating unloads drivers, and what they keep on purpose then looks like a leak. */
void example_terminate(void) {
    terminated++;
#ifndef TRIREME_SANITIZED
    glfwTerminate();
#endif
}

int main(void) {
    const char *required = getenv("TRIREME_REQUIRE_GL");
    const int status = example_main();
    printf("%d frames, %d wrong pixels, status %d\n", frames, wrong, status);
    if (frames == 0 && (required == NULL || strcmp(required, "1") != 0)) {
        puts("Skipped: the example came to no frame.");
        return SKIPPED;
    }
    const bool right = frames == FRAMES && wrong == 0 && status == 0 && terminated == 1;
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
