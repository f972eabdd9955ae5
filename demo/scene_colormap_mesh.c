/* Scene colormap-mesh: four turning cylinders, coloured by a two-texel map, a picture, a volume and
 * their vertices. Only their places change. */
#include "four_cylinders.h"
#include "gallery.h"

#define SYNTHETIC_WHITE 1600.0f /* of the synthetic volume: more contrast than its own range */

static bool build(demo_stage *stage, void *state) {
    const demo_data *data = stage->env.data;
    const demo_volume *volume = &data->volume;
    const float white = volume->synthetic ? SYNTHETIC_WHITE : volume->white;

    stage->camera = demo_camera_orthographic(16, 3);
    return demo_four_cylinders_build(state, stage,
               (demo_texture_desc[3]){
                   {demo_map_yellow_cyan, {2, 0, 0}, "4xf4", .label = "yellow to cyan"},
                   {data->cat, {DEMO_CAT_WIDTH, DEMO_CAT_HEIGHT, 0}, "4xf4", .label = "picture"},
                   {volume->voxels, {volume->size[0], volume->size[1], volume->size[2]}, "f4",
                       .label = "volume"}},
               (float[2]){volume->black, white}) &&
           demo_stage_ambient(stage, 0.2f) &&
           demo_stage_light(stage, &(demo_light){.intensity = 3, .direction = {0, 0, -1}});
}

static void animate(demo_stage *stage, void *state, const demo_tick *tick) {
    mat4 rotation;

    (void)stage;
    demo_stage_turning(tick->time, rotation);
    demo_four_cylinders_turn(state, rotation);
}

static const demo_gallery gallery = {
    .state_size = sizeof(demo_four_cylinders),
    .build = build,
    .animate = animate,
};

const demo_scene_type demo_scene_colormap_mesh = {
    .name = "colormap-mesh",
    .title = "a ramp, a picture, a volume and vertices colour four meshes",
    .keys = "space pause   1-9 scenes   H overlay   S save",
    .ops = &demo_stage_ops,
    .data = &gallery,
    .width = 900,
    .height = 400,
    .rate = 30,
    .wants_data = true,
};
