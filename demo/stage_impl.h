/* The inside of a stage. Private to demo/stage*.c. */
#ifndef DEMO_STAGE_IMPL_H
#define DEMO_STAGE_IMPL_H

#include "blocks.h"
#include "stage.h"
#include "targets.h"

enum {
    DEMO_STAGE_MEMORY = 160, /* pieces of memory that a stage can own */
    DEMO_OBJECT_STORAGE = 3,
    DEMO_OBJECT_ATTRIBUTES = 6
};

struct demo_object {
    demo_array *block; /* uniform */
    demo_object_block *data;
    demo_array *attributes[DEMO_OBJECT_ATTRIBUTES]; /* by location in mesh.vert; NULL: none */
    demo_array *storage[DEMO_OBJECT_STORAGE];       /* by binding */
    demo_array *indices;                            /* of an indexed draw; NULL: not indexed */
    demo_array *surface;                            /* the uniform block at DEMO_BIND_MATERIAL */
    demo_array *transform;                          /* of the map */
    demo_array *bones;
    const demo_texture *map;
    const char *vertex; /* shaders */
    const char *fragment;
    char defines[160]; /* what they are compiled with, beside the lights */
    GLuint program;
    GLuint vertices; /* the vertex array object */
    GLsizei count;   /* indices, or vertices */
    bool on_top;
};

typedef struct demo_stage_pass_row {
    GLuint program;
    demo_array *block;
} demo_stage_pass_row;

typedef struct demo_stage_parts {
    const demo_gallery *gallery;
    void *state;
    void *memory[DEMO_STAGE_MEMORY];
    size_t nmemory;
    demo_array arrays[DEMO_STAGE_ARRAYS];
    size_t narrays;
    demo_texture textures[DEMO_STAGE_TEXTURES];
    size_t ntextures;
    demo_object objects[DEMO_STAGE_OBJECTS];
    size_t nobjects;
    demo_stage_pass_row passes[DEMO_STAGE_PASSES];
    size_t npasses;
    demo_light lights[DEMO_STAGE_LIGHTS];
    size_t nlights;
    demo_array *view;
    demo_view_block *view_data;
    demo_array *ambient;
    demo_array *light_array;
    demo_light_block *light_data;
    demo_array *background;
    GLuint background_program;
    GLuint resolve_program;
    GLuint nothing; /* a vertex array without attributes */
    demo_targets targets;
} demo_stage_parts;

/* The next object, with its block. NULL after a failure, which has been reported. */
demo_object *demo_stage_add_object(demo_stage *stage, size_t block_nbytes, mat4 world);

/* Once after build: what depends on all that was built. */
bool demo_stage_finish_lights(demo_stage *stage);
bool demo_stage_finish_programs(demo_stage *stage);

/* Lights that follow the camera; marks those that changed. */
void demo_stage_aim_lights(demo_stage *stage);

/* The whole frame, from the acquires to the resolve. */
bool demo_stage_draw(demo_stage *stage, const demo_canvas *canvas);

#endif
