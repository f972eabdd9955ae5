/* The stage: what a scene of the gallery is built on. It owns every array, texture, mesh, material
 * and object of the scene, keeps the uniform blocks, and draws: background, objects, post passes,
 * resolve. All functions report their failures; what they return is NULL or false then. NULL for an
 * object that could not be made is accepted everywhere and leads to NULL again.
 *
 * A scene is a demo_gallery: a few numbers and up to four functions. Its row in scenes.c is a
 * demo_scene_type with `.ops = &demo_stage_ops` and `.data = &gallery`. For example:
 *
 *     typedef struct spinning { demo_object *knot; } spinning;
 *
 *     static bool build(demo_stage *stage, void *state) {
 *         spinning *scene = state;
 *         demo_geometry geometry;
 *         demo_mesh *mesh;
 *         demo_material *material;
 *
 *         if (!demo_geometry_torus_knot(&geometry, 1, 0.3f, 128, 32))
 *             return false;
 *         mesh = demo_stage_mesh(stage, &geometry, "knot");
 *         material = demo_stage_material(
 *             stage, &(demo_material_desc){.shading = DEMO_SHADING_PHONG}, "knot");
 *         scene->knot = demo_stage_object(stage, mesh, material, NULL);
 *         stage->camera = demo_camera_orthographic(4, 3);
 *         stage->control.mode = DEMO_CONTROL_ORBIT;
 *         return demo_stage_light(stage, &(demo_light){.intensity = 3, .on_camera = true}) &&
 *             scene->knot;
 *     }
 *
 *     static void animate(demo_stage *stage, void *state, const demo_tick *tick) {
 *         mat4 world;
 *
 *         (void)stage;
 *         demo_stage_turning(tick->time, world);
 *         demo_object_place(((spinning *)state)->knot, world);
 *     }
 */
#ifndef DEMO_STAGE_H
#define DEMO_STAGE_H

#include "camera.h"
#include "control.h"
#include "light.h"
#include "material.h"
#include "mesh.h"
#include "scene.h"

enum {
    DEMO_STAGE_ARRAYS = 96,
    DEMO_STAGE_TEXTURES = 8,
    DEMO_STAGE_OBJECTS = 16,
    DEMO_STAGE_LIGHTS = 4,
    DEMO_STAGE_PASSES = 4
};

typedef struct demo_stage demo_stage;

typedef struct demo_gallery {
    size_t state_size; /* bytes of the scene's own state, zeroed; freed with the stage */
    bool transparent;  /* the picture keeps its alpha; otherwise it stands on black */
    bool (*build)(demo_stage *stage, void *state);
    /* Once a frame before drawing: edits arrays and marks them, places objects. Must depend on
     * tick->time and on input alone. NULL: nothing moves. */
    void (*animate)(demo_stage *stage, void *state, const demo_tick *tick);
    /* What a person does, before the controller hears of it. True: that was for the scene, the
     * controller does not get it. NULL: nothing. */
    bool (*input)(demo_stage *stage, void *state, const demo_input *input);
} demo_gallery;

/* Something to draw. */
typedef struct demo_object demo_object;

struct demo_stage {
    /* For the scene. */
    demo_scene_env env;
    demo_camera camera;
    demo_control control;
    demo_array *featured; /* the array that the overlay maps; NULL: the first one made */

    /* The renderer's own; see stage_impl.h. */
    struct demo_stage_parts *parts;
};

/* Zeroed memory that lives as long as the stage: for what buffers borrow. */
void *demo_stage_alloc(demo_stage *stage, size_t count, size_t size);

/* A buffer. The stage adds TEXEL to the usage (--verify reads it that way) and the log. The data
 * must outlive the stage: take it from demo_stage_alloc, a mesh's geometry, env.data or static
 * memory. */
demo_array *demo_stage_array(demo_stage *stage, const trm_buffer_desc *desc);

/* A structured uniform block of `nitems` items of `itemsize` bytes: *memory is theirs, zeroed. */
demo_array *demo_stage_block(
    demo_stage *stage, size_t nitems, size_t itemsize, void **memory, const char *label);

/* A buffer instead of `old`, which is destroyed (its memory stays). */
demo_array *demo_stage_replace(demo_stage *stage, demo_array *old, const trm_buffer_desc *desc);

demo_texture *demo_stage_texture(demo_stage *stage, const demo_texture_desc *desc);

/* Takes the geometry over, also after a failure: *geometry is all zero afterwards. `label` starts
 * the labels of its arrays. */
demo_mesh *demo_stage_mesh(demo_stage *stage, demo_geometry *geometry, const char *label);

demo_material *demo_stage_material(
    demo_stage *stage, const demo_material_desc *desc, const char *label);

/* Gives a material with a wireframe another thickness, and marks its block. */
void demo_material_set_wireframe(demo_material *material, float thickness);

/* A mesh with a material, placed by `world` (NULL: identity). Its uniform block of
 * 144 bytes (272 with skin) is made here. */
demo_object *demo_stage_object(
    demo_stage *stage, demo_mesh *mesh, demo_material *material, mat4 world);

/* Line segments, each between two consecutive positions, with round caps. */
typedef struct demo_lines_desc {
    demo_array *positions; /* 3xf4, VERTEX | STORAGE */
    demo_array *colours;   /* 3xf4 or 4xf4, VERTEX | STORAGE; sRGB-encoded */
    float thickness;       /* logical pixels */
    bool smooth;           /* anti-aliased */
    bool on_top;           /* no depth test */
} demo_lines_desc;

demo_object *demo_stage_lines(demo_stage *stage, const demo_lines_desc *desc, mat4 world);

/* Triangles of corners that a vertex shader of the scene's own makes from storage blocks, by
 * gl_VertexID. Both shaders start after shaders/blocks.glsl. */
typedef struct demo_custom_desc {
    const char *vertex;
    const char *fragment;
    demo_array *storage[3]; /* at bindings 0 to 2; NULL: nothing */
    demo_array *block;      /* uniform, at binding 2; NULL: nothing */
    size_t corners;
} demo_custom_desc;

demo_object *demo_stage_custom(demo_stage *stage, const demo_custom_desc *desc, mat4 world);

/* Lets the bones bend an object whose mesh has skin arrays: 64 bytes each, a matrix in world space.
 * Its bind matrix is the identity, the inverse one undoes the object's world as it is now. */
bool demo_object_skin(demo_object *object, demo_array *bones);

/* Moves an object. Its block is marked only if `world` differs from what it has. */
void demo_object_place(demo_object *object, mat4 world);
void demo_object_world(const demo_object *object, mat4 out);

/* At most one of each. */
bool demo_stage_ambient(demo_stage *stage, float intensity);
/* A full-screen gradient from bottom to top, 0 to 255, sRGB-encoded. */
bool demo_stage_background(demo_stage *stage, const float bottom[3], const float top[3]);
/* The grey one of several scenes. */
bool demo_stage_grey_background(demo_stage *stage);

bool demo_stage_light(demo_stage *stage, const demo_light *light);

/* A full-screen pass over the whole picture at internal resolution, after the objects and after the
 * passes that were added before. The fragment shader reads "colour" (unit 0) and "depth" (unit 1)
 * and the uniform block at binding 0, which is `block` (may be NULL). */
bool demo_stage_pass(demo_stage *stage, const char *label, const char *fragment, demo_array *block);

/* The rotation that several scenes share: Rx(0.0071) Ry(0.01), floor(30 time) times. */
void demo_stage_turning(double time, mat4 out);

/* `a` then the new `b`: Rx(a) Ry(b). */
void demo_stage_rotation_xy(float a, float b, mat4 out);

extern const demo_scene_ops demo_stage_ops;

#endif
