/* Trireme in an SDL2 program: a disc of 48 triangles, with an index buffer. Each frame one of its
 * rim's points moves, and another triangle leaves the disc: both arrays are edited, item by item.
 */
#include "embed.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <SDL.h>
#include <trireme/gl.h>

enum { SIDE = 240, RIM = 48 };

static const char vertex_shader[] =
    "#version 450\n"
    "layout(location = 0) in vec2 point;"
    "out vec2 place;"
    "void main() { place = point; gl_Position = vec4(point, 0, 1); }";
static const char fragment_shader[] =
    "#version 450\n"
    "in vec2 place; out vec4 color;"
    "void main() { color = vec4(0.2, 0.5 + 0.5 * place.y, 1, 1); }";

static float points[RIM + 1][2]; /* the middle, then the rim */
static uint16_t triangles[RIM][3];

static trm_gl_proc load(void *user, const char *name) {
    void *const address = SDL_GL_GetProcAddress(name);
    trm_gl_proc function;

    (void)user;
    memcpy(&function, &address, sizeof function); /* C knows no other way */
    return function;
}

static SDL_Window *open_window(void) {
    SDL_Window *window;

    if (SDL_Init(SDL_INIT_VIDEO) != 0)
        return NULL;
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 4);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 5);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_PROFILE_MASK, SDL_GL_CONTEXT_PROFILE_CORE);
    window = SDL_CreateWindow("Trireme with SDL2", SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED,
        SIDE, SIDE, SDL_WINDOW_OPENGL);
    return window && SDL_GL_CreateContext(window) ? window : NULL;
}

static void set_point(int i, double radius) {
    const double angle = 2.0 * 3.14159265358979 * i / RIM;

    points[i + 1][0] = (float)(radius * cos(angle));
    points[i + 1][1] = (float)(radius * sin(angle));
}

static void set_triangle(int i, int visible) {
    triangles[i][0] = 0;
    triangles[i][1] = (uint16_t)(visible ? i + 1 : 0);
    triangles[i][2] = (uint16_t)(visible ? (i + 1) % RIM + 1 : 0);
}

static GLuint make_vertex_array(void) {
    GLuint vertices;

    glCreateVertexArrays(1, &vertices);
    glVertexArrayAttribFormat(vertices, 0, 2, GL_FLOAT, GL_FALSE, 0);
    glEnableVertexArrayAttrib(vertices, 0);
    glBindVertexArray(vertices);
    return vertices;
}

static int wants_to_quit(void) {
    int quit = 0;

    for (SDL_Event event; SDL_PollEvent(&event);)
        quit |= event.type == SDL_QUIT;
    return quit;
}

/* A point of the rim goes in or out, a hole opens, the one before closes. */
static void edit(int frame, trm_buffer *vertex_buffer, trm_buffer *index_buffer) {
    const int point = frame % RIM, hole = frame * 5 % RIM, healed = (frame + RIM - 1) * 5 % RIM;
    set_point(point, 0.9 - 0.3 * (frame / RIM % 2 == 0));
    trm_buffer_update_range(vertex_buffer, (size_t)point + 1, 1);
    set_triangle(healed, 1);
    set_triangle(hole, 0);
    trm_buffer_update_indices(index_buffer, (uint32_t[]){(uint32_t)healed, (uint32_t)hole}, 2);
}

int main(int argc, char **argv) {
    const embed_options options = embed_read(argc, argv);
    const trm_log log = {.write = trm_log_stderr};
    trm_device *device;
    trm_buffer *vertex_buffer, *index_buffer;
    SDL_Window *window = open_window();

    if (!window)
        return embed_no_gl(SDL_GetError());
    for (int i = 0; i < RIM; i++) {
        set_point(i, 0.9);
        set_triangle(i, 1);
    }
    glUseProgram(embed_program(vertex_shader, fragment_shader));
    const GLuint vertices = make_vertex_array();
    if (trm_gl_device_create(
            &(trm_gl_device_desc){.get_proc_address = load, .device = {.log = log}}, &device) ||
        trm_buffer_create(&(trm_buffer_desc){.data = points,
                              .nitems = RIM + 1,
                              .format = "2xf4",
                              .usage = TRM_USAGE_VERTEX,
                              .log = log},
            &vertex_buffer) ||
        trm_buffer_create(&(trm_buffer_desc){.data = triangles,
                              .nitems = RIM,
                              .nbytes = sizeof triangles,
                              .format = "uint16",
                              .usage = TRM_USAGE_INDEX,
                              .log = log},
            &index_buffer))
        return 1;

    int last = 0;
    for (int frame = 0; !last && !wants_to_quit(); frame++) {
        size_t first_index;
        edit(frame, vertex_buffer, index_buffer);
        glClear(GL_COLOR_BUFFER_BIT);
        /* An element binding has no offset of its own: it goes into the draw call. */
        if (trm_gl_bind_vertex(device, vertices, 0, vertex_buffer) == TRM_OK &&
            trm_gl_bind_index(device, vertices, index_buffer, &first_index) == TRM_OK)
            glDrawElements(
                GL_TRIANGLES, 3 * RIM, GL_UNSIGNED_SHORT, (const void *)(uintptr_t)first_index);
        trm_device_end_frame(device);
        last = embed_is_last(&options, frame);
        if (last && options.picture)
            embed_save(options.picture, SIDE, SIDE);
        SDL_GL_SwapWindow(window);
    }

    trm_device_destroy(device);
    trm_buffer_destroy(vertex_buffer);
    trm_buffer_destroy(index_buffer);
    SDL_Quit();
    return 0;
}
