/* Scene post-processing: a knot of bricks, then grain, fog and smooth edges over the whole
 * picture. */
#include "gallery.h"
#include "shaders.h"
#include "stage.h"

#define BRICKS_ALONG 10.0f /* repetitions of the texture along the tube */

/* The uniform blocks of noise.frag and fog.frag. */
typedef struct noise_block {
    float time;
    float strength;
    float pad[2];
} noise_block;

typedef struct fog_block {
    float time;
    float power;
    float pad[2];
    float tint[4]; /* linear */
} fog_block;

typedef struct post_processing {
    demo_array *noise;
    demo_array *fog;
    noise_block *noise_data;
    fog_block *fog_data;
} post_processing;

/* Edits the texture coordinates in place. The buffer is new, so all of it is marked already. */
static void repeat_bricks(demo_mesh *mesh) {
    for (size_t i = 0; i < mesh->geometry.nvertices; i++)
        mesh->geometry.texcoords[i][0] *= BRICKS_ALONG;
}

static bool add_knot(demo_stage *stage) {
    demo_material_desc desc = {.shading = DEMO_SHADING_PHONG};
    demo_geometry knot;
    demo_mesh *mesh;
    demo_box box;

    if (!demo_geometry_torus_knot(&knot, 1, 0.3f, 128, 32)) {
        fprintf(stderr, "trireme-demo: no memory for a knot\n");
        return false;
    }
    box = demo_geometry_box(&knot);
    demo_camera_frame(&stage->camera, box.low, box.high, (vec3){0, 0, -1}, (vec3){0, 1, 0}, 1, 1);
    stage->camera.near = -2;
    stage->camera.far = 2;
    stage->control.mode = DEMO_CONTROL_TRACKBALL;
    demo_camera_pivot(&stage->camera, stage->control.pivot);
    mesh = demo_stage_mesh(stage, &knot, "knot");
    desc.map = demo_stage_texture(stage, &(demo_texture_desc){.data = stage->env.data->bricks,
                                             .size = {DEMO_BRICKS_SIDE, DEMO_BRICKS_SIDE, 0},
                                             .format = "4xu1",
                                             .label = "bricks"});
    if (!mesh || !desc.map)
        return false;
    repeat_bricks(mesh);
    return demo_stage_object(stage, mesh, demo_stage_material(stage, &desc, "knot"), NULL) != NULL;
}

static bool add_passes(demo_stage *stage, post_processing *scene) {
    void *memory;

    scene->noise = demo_stage_block(stage, 1, sizeof *scene->noise_data, &memory, "noise");
    scene->noise_data = memory;
    scene->fog = demo_stage_block(stage, 1, sizeof *scene->fog_data, &memory, "fog");
    scene->fog_data = memory;
    if (!scene->noise || !scene->fog)
        return false;
    *scene->noise_data = (noise_block){.strength = 0.5f};
    *scene->fog_data = (fog_block){.power = 1, .tint = {1, 1, 1, 1}};
    stage->featured = scene->noise;
    return demo_stage_pass(stage, "noise", demo_noise_frag, scene->noise) &&
           demo_stage_pass(stage, "fog", demo_fog_frag, scene->fog) &&
           demo_stage_pass(stage, "smooth", demo_smooth_frag, NULL);
}

static bool build(demo_stage *stage, void *state) {
    return add_knot(stage) && add_passes(stage, state) && demo_stage_ambient(stage, 0.2f) &&
           demo_stage_light(stage, &(demo_light){.intensity = 3, .on_camera = true});
}

static void animate(demo_stage *stage, void *state, const demo_tick *tick) {
    post_processing *scene = state;

    (void)stage;
    scene->noise_data->time = scene->fog_data->time = (float)tick->time;
    trm_buffer_update_full(scene->noise->buffer);
    trm_buffer_update_full(scene->fog->buffer);
}

static const demo_gallery gallery = {
    .state_size = sizeof(post_processing),
    .build = build,
    .animate = animate,
};

const demo_scene_type demo_scene_post_processing = {
    .name = "post-processing",
    .title = "grain, fog and smooth edges over a knot",
    .keys = "drag trackball   right drag pan   wheel zoom   space pause   H overlay",
    .ops = &demo_stage_ops,
    .data = &gallery,
    .width = 640,
    .height = 480,
    .wants_data = true,
};
