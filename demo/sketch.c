#include "sketch.h"

#include <stdlib.h>
#include <string.h>

#include <stb/stb_easy_font.h>

#include "shaders.h"

#define MOST_QUADS 16384u
#define MOST_TEXT  160u

enum { SIZE = 0 };

static bool create_buffers(demo_sketch *sketch, const demo_scene_env *env) {
    trm_buffer_desc vertices = {
        .data = sketch->vertex_data,
        .nbytes = 4 * MOST_QUADS * sizeof(demo_sketch_vertex),
        .nitems = 4 * MOST_QUADS,
        .usage = TRM_USAGE_VERTEX,
        .label = "overlay vertices",
        .log = env->log,
    };
    trm_buffer_desc indices = {
        .data = sketch->index_data,
        .nitems = 6 * MOST_QUADS,
        .format = "uint32",
        .usage = TRM_USAGE_INDEX,
        .label = "overlay indices",
        .log = env->log,
    };

    return trm_buffer_create(&vertices, &sketch->vertices) == TRM_OK &&
           trm_buffer_create(&indices, &sketch->indices) == TRM_OK;
}

static void create_array(demo_sketch *sketch) {
    const GladGLContext *gl = sketch->gl;

    gl->CreateVertexArrays(1, &sketch->array);
    gl->VertexArrayAttribFormat(
        sketch->array, 0, 2, GL_FLOAT, GL_FALSE, offsetof(demo_sketch_vertex, x));
    gl->VertexArrayAttribFormat(
        sketch->array, 1, 4, GL_UNSIGNED_BYTE, GL_TRUE, offsetof(demo_sketch_vertex, colour));
    for (GLuint i = 0; i < 2; i++) {
        gl->VertexArrayAttribBinding(sketch->array, i, 0);
        gl->EnableVertexArrayAttrib(sketch->array, i);
    }
}

bool demo_sketch_create(demo_sketch *sketch, const demo_scene_env *env) {
    *sketch = (demo_sketch){.gl = env->gl, .device = env->device};
    sketch->vertex_data = calloc(4 * MOST_QUADS, sizeof *sketch->vertex_data);
    sketch->index_data = malloc(6 * MOST_QUADS * sizeof *sketch->index_data);
    if (!sketch->vertex_data || !sketch->index_data) {
        fprintf(stderr, "trireme-demo: no memory for the overlay\n");
        goto fail;
    }
    for (uint32_t i = 0; i < 6 * MOST_QUADS; i++) {
        static const uint32_t corners[6] = {0, 1, 2, 0, 2, 3};

        sketch->index_data[i] = 4 * (i / 6) + corners[i % 6];
    }
    sketch->program = demo_gl_program(env->gl, "sketch", demo_sketch_vert, demo_sketch_frag);
    if (!sketch->program || !create_buffers(sketch, env))
        goto fail;
    create_array(sketch);
    return true;
fail:
    demo_sketch_destroy(sketch);
    return false;
}

void demo_sketch_destroy(demo_sketch *sketch) {
    if (!sketch->gl)
        return;
    trm_buffer_destroy(sketch->indices);
    trm_buffer_destroy(sketch->vertices);
    sketch->gl->DeleteVertexArrays(1, &sketch->array);
    sketch->gl->DeleteProgram(sketch->program);
    free(sketch->index_data);
    free(sketch->vertex_data);
    *sketch = (demo_sketch){0};
}

void demo_sketch_box(
    demo_sketch *sketch, float x, float y, float width, float height, demo_colour colour) {
    demo_sketch_vertex *to = &sketch->vertex_data[4 * sketch->quads];

    if (sketch->quads >= MOST_QUADS || width <= 0 || height <= 0)
        return;
    to[0] = (demo_sketch_vertex){x, y, 0, colour};
    to[1] = (demo_sketch_vertex){x + width, y, 0, colour};
    to[2] = (demo_sketch_vertex){x + width, y + height, 0, colour};
    to[3] = (demo_sketch_vertex){x, y + height, 0, colour};
    sketch->quads++;
}

float demo_sketch_text(
    demo_sketch *sketch, float x, float y, float scale, demo_colour colour, const char *text) {
    demo_sketch_vertex *to = &sketch->vertex_data[4 * sketch->quads];
    size_t room = (MOST_QUADS - sketch->quads) * 4 * sizeof *to;
    unsigned char tint[4] = {colour.r, colour.g, colour.b, colour.a};
    char line[MOST_TEXT];
    int quads;

    snprintf(line, sizeof line, "%s", text);
    quads = stb_easy_font_print(0, 0, line, tint, to, (int)room);
    for (int i = 0; i < 4 * quads; i++) {
        to[i].x = x + scale * to[i].x;
        to[i].y = y + scale * to[i].y;
    }
    sketch->quads += (size_t)quads;
    return x + scale * (float)stb_easy_font_width(line);
}

float demo_sketch_text_width(float scale, const char *text) {
    char line[MOST_TEXT];

    snprintf(line, sizeof line, "%s", text);
    return scale * (float)stb_easy_font_width(line);
}

bool demo_sketch_draw(demo_sketch *sketch, const demo_canvas *canvas) {
    const GladGLContext *gl = sketch->gl;
    size_t quads = sketch->quads, offset = 0;

    sketch->quads = 0;
    trm_buffer_update_range(sketch->vertices, 0, 4 * quads);
    if (trm_device_sync(sketch->device) != TRM_OK ||
        trm_gl_bind_vertex(sketch->device, sketch->array, 0, sketch->vertices) != TRM_OK ||
        trm_gl_bind_index(sketch->device, sketch->array, sketch->indices, &offset) != TRM_OK)
        return false;
    gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, canvas->framebuffer);
    gl->Viewport(0, 0, canvas->width, canvas->height);
    gl->Enable(GL_BLEND);
    gl->BlendFunc(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA);
    gl->UseProgram(sketch->program);
    gl->ProgramUniform2f(sketch->program, SIZE, (GLfloat)canvas->width, (GLfloat)canvas->height);
    gl->BindVertexArray(sketch->array);
    gl->DrawElements(
        GL_TRIANGLES, (GLsizei)(6 * quads), GL_UNSIGNED_INT, (const void *)(uintptr_t)offset);
    gl->Disable(GL_BLEND);
    return trm_device_end_frame(sketch->device) == TRM_OK;
}
