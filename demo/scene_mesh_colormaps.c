/* Scene mesh-colormaps: four cylinders, coloured by maps of one, two and three dimensions and by
 * their vertices. One static picture, with a reference elsewhere to agree with. */
#include "four_cylinders.h"
#include "gallery.h"

static bool build(demo_stage *stage, void *state) {
    float steps_1d[4][4], steps_2d[16][4], steps_3d[64][4];
    demo_four_cylinders *scene = state;
    mat4 tilt;

    demo_map_steps_1d(steps_1d);
    demo_map_steps_2d(steps_2d);
    demo_map_steps_3d(steps_3d);
    if (!demo_four_cylinders_build(scene, stage,
            (demo_texture_desc[3]){
                {steps_1d, {4, 0, 0}, "4xf4", .nearest = true, .label = "1-D map"},
                {steps_2d, {4, 4, 0}, "4xf4", .nearest = true, .label = "2-D map"},
                {steps_3d, {4, 4, 4}, "4xf4", .nearest = true, .label = "3-D map"}},
            NULL))
        return false;
    demo_stage_rotation_xy(0.71f, 0.1f, tilt);
    demo_four_cylinders_turn(scene, tilt);
    stage->camera = demo_camera_orthographic(16, 3);
    stage->camera.near = -1000;
    stage->camera.far = 1000;
    return demo_stage_ambient(stage, 0.2f) &&
           demo_stage_light(stage, &(demo_light){.intensity = 2, .direction = {0, 0, -1}});
}

static const demo_gallery gallery = {
    .state_size = sizeof(demo_four_cylinders),
    .transparent = true,
    .build = build,
};

const demo_scene_type demo_scene_mesh_colormaps = {
    .name = "mesh-colormaps",
    .title = "maps of 1, 2 and 3 dimensions, and colours of vertices",
    .keys = "nothing moves here   1-9 scenes   H overlay   S save",
    .ops = &demo_stage_ops,
    .data = &gallery,
    .width = 900,
    .height = 400,
    .rate = 30,
    .transparent = true,
};
