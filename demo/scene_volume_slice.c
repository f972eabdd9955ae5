/* volume-slice: one plane in a volume. The wheel writes one column of four texture coordinates, and
 * 48 bytes go up. Between two turns of the wheel nothing is drawn. */
#include "volume_map.h"

#define SIDE        200.0f
#define WHEEL_UNITS 100.0f /* of a notch, positive towards the person */
#define SLICE_UNITS 90.0f

typedef struct slice_scene {
    float (*coords)[3];
    demo_array *texcoords;
    float slice;
    float depth; /* slices of the volume */
} slice_scene;

/* u and v stay as the plane has them; w, column 2, is the slice. */
static void write_slice(slice_scene *scene) {
    for (size_t i = 0; i < 4; i++)
        scene->coords[i][2] = scene->slice / scene->depth;
}

static bool build(demo_stage *stage, void *state) {
    slice_scene *scene = state;
    const demo_volume *volume = &stage->env.data->volume;
    demo_material *material = demo_volume_map_material(stage);
    demo_mesh *mesh;
    vec3 extent;

    scene->coords = demo_stage_alloc(stage, 4, sizeof *scene->coords);
    if (!material || !scene->coords)
        return false;
    scene->depth = (float)volume->size[2];
    scene->slice = 0.5f * scene->depth;
    demo_volume_map_extent(volume, 2, SIDE, extent);
    mesh = demo_volume_map_plane(stage, extent[0], extent[1], scene->coords, "plane");
    if (!mesh)
        return false;
    for (size_t i = 0; i < 4; i++) {
        scene->coords[i][0] = mesh->geometry.texcoords[i][0];
        scene->coords[i][1] = mesh->geometry.texcoords[i][1];
    }
    write_slice(scene);
    scene->texcoords = stage->featured = mesh->texcoords;
    stage->camera = demo_camera_orthographic(SIDE, SIDE);
    return demo_stage_object(stage, mesh, material, GLM_MAT4_IDENTITY) != NULL;
}

static bool input(demo_stage *stage, void *state, const demo_input *input) {
    slice_scene *scene = state;

    (void)stage;
    if (input->type != DEMO_INPUT_WHEEL)
        return false;
    scene->slice -= input->y * WHEEL_UNITS / SLICE_UNITS;
    scene->slice = glm_clamp(scene->slice, 0.0f, scene->depth - 1.0f);
    write_slice(scene);
    trm_buffer_update_full(scene->texcoords->buffer);
    return true;
}

static const demo_gallery gallery = {
    .state_size = sizeof(slice_scene),
    .build = build,
    .input = input,
};

const demo_scene_type demo_scene_volume_slice = {
    .name = "volume-slice",
    .title = "a slice through a volume, moved by the wheel",
    .keys = "wheel through the slices   1-9 scenes   H overlay   S save",
    .ops = &demo_stage_ops,
    .data = &gallery,
    .width = 640,
    .height = 480,
    .wants_data = true,
    .on_demand = true,
};
