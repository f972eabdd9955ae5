#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "host.h"

static void send(GLFWwindow *window, demo_input input) {
    const demo_host *host = glfwGetWindowUserPointer(window);

    host->desc.on_input(host->desc.user, &input);
}

/* Letters act on press, by the keyboard's own layout. */
static void on_key(GLFWwindow *window, int key, int scancode, int action, int mods) {
    const char *name;
    demo_input input = {.type = DEMO_INPUT_KEY, .pressed = true};

    (void)mods;
    if (action != GLFW_PRESS)
        return;
    name = glfwGetKeyName(key, scancode);
    if (key == GLFW_KEY_ESCAPE)
        input.key = DEMO_KEY_ESCAPE;
    else if (key == GLFW_KEY_SPACE)
        input.key = ' ';
    else if (name && strlen(name) == 1 && isalnum((unsigned char)name[0]))
        input.key = tolower((unsigned char)name[0]);
    else
        return;
    send(window, input);
}

/* Brackets act as characters: on many keyboards they need a modifier. Holding them repeats. */
static void on_character(GLFWwindow *window, unsigned int code) {
    if (code == '[' || code == ']')
        send(window, (demo_input){.type = DEMO_INPUT_KEY, .key = (int)code, .pressed = true});
}

/* Window coordinates as framebuffer pixels: not the same on a dense monitor. */
static demo_input at(GLFWwindow *window, demo_input_type type, double x, double y) {
    int window_width, window_height, width, height;

    glfwGetWindowSize(window, &window_width, &window_height);
    glfwGetFramebufferSize(window, &width, &height);
    if (window_width > 0 && window_height > 0) {
        x *= (double)width / window_width;
        y *= (double)height / window_height;
    }
    return (demo_input){.type = type, .x = (float)x, .y = (float)y};
}

static void on_button(GLFWwindow *window, int button, int action, int mods) {
    const demo_host *host = glfwGetWindowUserPointer(window);
    demo_input input;
    double x = host->cursor[0], y = host->cursor[1];

    (void)mods;
    if (button != GLFW_MOUSE_BUTTON_LEFT && button != GLFW_MOUSE_BUTTON_RIGHT)
        return;
    /* Where it was then, not where it is by now: several events may come at once. */
    if (!host->cursor_seen)
        glfwGetCursorPos(window, &x, &y);
    input = at(window, button == GLFW_MOUSE_BUTTON_LEFT ? DEMO_INPUT_LEFT : DEMO_INPUT_RIGHT, x, y);
    input.pressed = action == GLFW_PRESS;
    send(window, input);
}

static void on_move(GLFWwindow *window, double x, double y) {
    demo_host *host = glfwGetWindowUserPointer(window);

    host->cursor[0] = x;
    host->cursor[1] = y;
    host->cursor_seen = true;
    send(window, at(window, DEMO_INPUT_MOVE, x, y));
}

/* Some systems turn the wheel's direction while alt is held. */
static void on_wheel(GLFWwindow *window, double x, double y) {
    bool alt = glfwGetKey(window, GLFW_KEY_LEFT_ALT) == GLFW_PRESS ||
               glfwGetKey(window, GLFW_KEY_RIGHT_ALT) == GLFW_PRESS;

    send(window, (demo_input){.type = DEMO_INPUT_WHEEL, .alt = alt, .x = (float)x, .y = (float)y});
}

static void on_refresh(GLFWwindow *window) {
    const demo_host *host = glfwGetWindowUserPointer(window);

    host->desc.on_refresh(host->desc.user);
}

static void on_resize(GLFWwindow *window, int width, int height) {
    (void)width;
    (void)height;
    on_refresh(window);
}

static trm_gl_proc window_get_proc(const char *name) {
    return glfwGetProcAddress(name);
}

static void window_size(const demo_host *host, int *width, int *height) {
    glfwGetFramebufferSize(host->window, width, height);
}

/* A window without a size has nothing to show: no hurry then. */
static void window_poll(demo_host *host, double seconds) {
    int width, height;

    window_size(host, &width, &height);
    if (width == 0 || height == 0)
        seconds = fmax(seconds, 0.05);
    if (seconds > 0)
        glfwWaitEventsTimeout(seconds);
    else
        glfwPollEvents();
}

static float window_scale(const demo_host *host) {
    float across = 1, down = 1;

    glfwGetWindowContentScale(host->window, &across, &down);
    return across > 0 ? across : 1;
}

static bool window_closing(const demo_host *host) {
    return glfwWindowShouldClose(host->window);
}

static void window_swap(demo_host *host) {
    glfwSwapBuffers(host->window);
}

static void window_title(demo_host *host, const char *title) {
    glfwSetWindowTitle(host->window, title);
}

static void window_close(demo_host *host) {
    glfwDestroyWindow(host->window);
    glfwTerminate();
    host->window = NULL;
}

static const demo_host_ops window_ops = {
    .get_proc = window_get_proc,
    .poll = window_poll,
    .framebuffer_size = window_size,
    .scale = window_scale,
    .closing = window_closing,
    .swap = window_swap,
    .title = window_title,
    .close = window_close,
};

static void on_error(int code, const char *text) {
    fprintf(stderr, "trireme-demo: GLFW error 0x%x: %s\n", (unsigned)code, text);
}

static GLFWwindow *make_window(const demo_host_desc *desc) {
    glfwWindowHint(GLFW_CLIENT_API, GLFW_OPENGL_API);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 4);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 5);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
    glfwWindowHint(GLFW_OPENGL_DEBUG_CONTEXT, desc->debug ? GLFW_TRUE : GLFW_FALSE);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    return glfwCreateWindow(desc->width, desc->height, desc->title, NULL, NULL);
}

bool demo_window_open(const demo_host_desc *desc, demo_host *host) {
    GLFWwindow *window;

    glfwSetErrorCallback(on_error);
    if (!glfwInit()) {
        fprintf(stderr, "trireme-demo: no window system was found. Without a display, run\n"
                        "    xvfb-run -a trireme-demo --frames 120 --screenshot picture.png\n"
                        "or give --offscreen, which needs none.\n");
        return false;
    }
    window = make_window(desc);
    if (!window) {
        fprintf(stderr, "trireme-demo: no window with OpenGL 4.5 could be opened\n");
        glfwTerminate();
        return false;
    }
    *host = (demo_host){.ops = &window_ops, .desc = *desc, .window = window};
    glfwSetWindowUserPointer(window, host);
    glfwSetKeyCallback(window, on_key);
    glfwSetCharCallback(window, on_character);
    glfwSetMouseButtonCallback(window, on_button);
    glfwSetCursorPosCallback(window, on_move);
    glfwSetScrollCallback(window, on_wheel);
    glfwSetWindowRefreshCallback(window, on_refresh);
    glfwSetFramebufferSizeCallback(window, on_resize);
    glfwMakeContextCurrent(window);
    glfwSwapInterval(1);
    return true;
}
