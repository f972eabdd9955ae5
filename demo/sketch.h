/* Flat boxes and text, for the overlay. Its vertices are a trm_buffer too, rewritten each frame, on
 * a device of its own: the numbers of the scene's device stay the scene's. */
#ifndef DEMO_SKETCH_H
#define DEMO_SKETCH_H

#include "scene.h"

typedef struct demo_colour {
    uint8_t r, g, b, a;
} demo_colour;

/* As stb_easy_font writes it. */
typedef struct demo_sketch_vertex {
    float x, y, z;
    demo_colour colour;
} demo_sketch_vertex;

typedef struct demo_sketch {
    const GladGLContext *gl;
    trm_device *device;
    trm_buffer *vertices;
    trm_buffer *indices;
    demo_sketch_vertex *vertex_data;
    uint32_t *index_data;
    size_t quads; /* so far in this frame; more than there is room for are left out */
    GLuint program;
    GLuint array;
} demo_sketch;

/* False after a failure, which has been reported. */
bool demo_sketch_create(demo_sketch *sketch, const demo_scene_env *env);
void demo_sketch_destroy(demo_sketch *sketch);

/* Pixels, from the top left. */
void demo_sketch_box(
    demo_sketch *sketch, float x, float y, float width, float height, demo_colour colour);

/* One line of capitals 7 * `scale` pixels high. Returns where it ends. */
float demo_sketch_text(
    demo_sketch *sketch, float x, float y, float scale, demo_colour colour, const char *text);

float demo_sketch_text_width(float scale, const char *text);

/* Draws what was sketched since the last call, and ends the sketch's frame. */
bool demo_sketch_draw(demo_sketch *sketch, const demo_canvas *canvas);

#endif
