/* Scene wireframe: one sphere, twice as wires. The left one's wires are as wide as its triangles
 * are stretched, and come from a derived buffer; the right one's have one width everywhere, and
 * come from the index and vertex buffers, read as storage. */
#include "gallery.h"
#include "shaders.h"
#include "stage.h"

#define THINNEST 1.0f
#define THICKEST 16.0f

/* The uniform block of wire.frag. */
typedef struct wire_block {
    float thickness;
    float pad[3];
} wire_block;

typedef struct wireframe {
    wire_block *wire_data;
    demo_array *wire;
    demo_material *solid;
} wireframe;

/* One position for each corner of each triangle. */
static demo_array *expand(demo_stage *stage, const demo_geometry *geometry) {
    size_t corners = 3 * geometry->ntriangles;
    float(*positions)[3] = demo_stage_alloc(stage, corners, sizeof *positions);

    if (!positions)
        return NULL;
    for (size_t i = 0; i < corners; i++)
        for (int k = 0; k < 3; k++)
            positions[i][k] = geometry->positions[geometry->triangles[i / 3][i % 3]][k];
    return demo_stage_array(stage, &(trm_buffer_desc){.data = positions,
                                       .nitems = corners,
                                       .format = "3xf4",
                                       .usage = TRM_USAGE_STORAGE,
                                       .label = "expanded positions"});
}

static bool add_left(demo_stage *stage, wireframe *scene, const demo_mesh *mesh) {
    demo_array *expanded = expand(stage, &mesh->geometry);
    void *memory;
    mat4 place;

    scene->wire = demo_stage_block(stage, 1, sizeof *scene->wire_data, &memory, "wire material");
    if (!scene->wire || !expanded)
        return false;
    scene->wire_data = memory;
    scene->wire_data->thickness = 4;
    glm_translate_make(place, (vec3){-1, 0, 0});
    return demo_stage_custom(stage,
               &(demo_custom_desc){.vertex = demo_wire_vert,
                   .fragment = demo_wire_frag,
                   .storage = {expanded},
                   .block = scene->wire,
                   .corners = trm_buffer_nitems(expanded->buffer)},
               place) != NULL;
}

static bool add_right(demo_stage *stage, wireframe *scene, demo_mesh *mesh) {
    mat4 place;

    scene->solid = demo_stage_material(stage,
        &(demo_material_desc){.shading = DEMO_SHADING_PHONG, .wireframe = 4}, "right sphere");
    glm_translate_make(place, (vec3){1, 0, 0});
    return demo_stage_object(stage, mesh, scene->solid, place) != NULL;
}

static bool build(demo_stage *stage, void *state) {
    wireframe *scene = state;
    demo_geometry sphere;
    demo_mesh *mesh;

    if (!demo_geometry_sphere(&sphere, 1, 16, 16)) {
        fprintf(stderr, "trireme-demo: no memory for a sphere\n");
        return false;
    }
    mesh = demo_stage_mesh(stage, &sphere, "sphere");
    if (!mesh || !add_left(stage, scene, mesh) || !add_right(stage, scene, mesh))
        return false;
    stage->featured = scene->wire;
    stage->camera.fov = 45;
    demo_camera_frame(&stage->camera, (vec3){-2, -1, -1}, (vec3){2, 1, 1}, (vec3){0, 0, -1},
        (vec3){0, 1, 0}, 4.0f / 3.0f, 1);
    stage->control.mode = DEMO_CONTROL_ORBIT;
    return demo_stage_ambient(stage, 0.2f) &&
           demo_stage_light(stage, &(demo_light){.intensity = 3, .grey = 0.7f, .on_camera = true});
}

static bool input(demo_stage *stage, void *state, const demo_input *input) {
    wireframe *scene = state;
    float thickness = scene->wire_data->thickness;

    (void)stage;
    if (input->type != DEMO_INPUT_KEY || (input->key != '[' && input->key != ']'))
        return false;
    thickness = glm_clamp(thickness + (input->key == ']' ? 1.0f : -1.0f), THINNEST, THICKEST);
    scene->wire_data->thickness = thickness;
    trm_buffer_update_full(scene->wire->buffer);
    demo_material_set_wireframe(scene->solid, thickness);
    return true;
}

static const demo_gallery gallery = {
    .state_size = sizeof(wireframe),
    .build = build,
    .input = input,
};

const demo_scene_type demo_scene_wireframe = {
    .name = "wireframe",
    .title = "two ways to draw a mesh as wires",
    .keys = "[ ] thickness   drag orbit   right drag pan   wheel zoom   H overlay",
    .ops = &demo_stage_ops,
    .data = &gallery,
    .width = 640,
    .height = 480,
};
