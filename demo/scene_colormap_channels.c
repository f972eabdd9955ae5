/* colormap-channels: four knots that share all their geometry, with colour maps of one to four
 * channels. Their texture coordinate is one column of a table of two: the buffer gathers it. */
#include "data_maps.h"
#include "stage.h"

enum { KNOTS = 4 };

typedef struct channels_scene {
    demo_object *knots[KNOTS];
} channels_scene;

static float place_of(size_t knot) {
    return 4.0f * (float)knot - 6.0f;
}

static demo_mesh *make_knot(demo_stage *stage, demo_box *box) {
    demo_geometry knot;
    demo_mesh *mesh;

    if (!demo_geometry_torus_knot(&knot, 1.0f, 0.3f, 128, 32))
        return NULL;
    *box = demo_geometry_box(&knot);
    mesh = demo_stage_mesh(stage, &knot, "knot");
    if (!mesh)
        return NULL;
    mesh->texcoords = demo_stage_replace(stage, mesh->texcoords,
        &(trm_buffer_desc){.data = mesh->geometry.texcoords,
            .nitems = mesh->geometry.nvertices,
            .format = "f4",
            .stride = sizeof *mesh->geometry.texcoords,
            .usage = TRM_USAGE_VERTEX,
            .label = "texcoords, column 0"});
    return mesh->texcoords ? mesh : NULL;
}

static demo_material *make_material(demo_stage *stage, size_t knot) {
    static const struct {
        const void *texels;
        const char *format;
        const char *label;
    } maps[KNOTS] = {
        {demo_map_grey, "f4", "grey"},
        {demo_map_grey_alpha, "2xf4", "grey and alpha"},
        {demo_map_rgb, "4xf4", "rgb"},
        {demo_map_rgba, "4xf4", "rgba"},
    };
    const demo_texture *map = demo_stage_texture(stage, &(demo_texture_desc){
                                                            .data = maps[knot].texels,
                                                            .size = {4, 0, 0},
                                                            .format = maps[knot].format,
                                                            .label = maps[knot].label,
                                                        });

    if (!map)
        return NULL;
    return demo_stage_material(
        stage, &(demo_material_desc){.shading = DEMO_SHADING_PHONG, .map = map}, maps[knot].label);
}

/* Frames the four knots as they stand at the start. */
static void frame(demo_stage *stage, const demo_box *box) {
    vec3 low = {box->low[0] + place_of(0), box->low[1], box->low[2]};
    vec3 high = {box->high[0] + place_of(KNOTS - 1), box->high[1], box->high[2]};

    stage->camera.fov = 70.0f;
    demo_camera_frame(
        &stage->camera, low, high, (vec3){0, 0, -1}, (vec3){0, 1, 0}, 4.0f / 3.0f, 1.4f);
    stage->control.mode = DEMO_CONTROL_ORBIT;
    glm_vec3_center(low, high, stage->control.pivot);
}

static void animate(demo_stage *stage, void *state, const demo_tick *tick) {
    channels_scene *scene = state;
    mat4 world;

    (void)stage;
    demo_stage_turning(tick->time, world);
    for (size_t i = 0; i < KNOTS; i++) {
        world[3][0] = place_of(i);
        demo_object_place(scene->knots[i], world);
    }
}

static bool build(demo_stage *stage, void *state) {
    channels_scene *scene = state;
    demo_box box;
    demo_mesh *mesh = make_knot(stage, &box);

    if (!mesh || !demo_stage_ambient(stage, 0.2f) || !demo_stage_grey_background(stage) ||
        !demo_stage_light(stage, &(demo_light){.intensity = 3.0f, .on_camera = true}))
        return false;
    for (size_t i = 0; i < KNOTS; i++) {
        scene->knots[i] =
            demo_stage_object(stage, mesh, make_material(stage, i), GLM_MAT4_IDENTITY);
        if (!scene->knots[i])
            return false;
    }
    stage->featured = mesh->texcoords;
    frame(stage, &box);
    return true;
}

static const demo_gallery gallery = {
    .state_size = sizeof(channels_scene),
    .build = build,
    .animate = animate,
};

const demo_scene_type demo_scene_colormap_channels = {
    .name = "colormap-channels",
    .title = "colour maps of one to four channels",
    .keys = "drag orbit   right drag pan   wheel zoom   space pause   H overlay",
    .ops = &demo_stage_ops,
    .data = &gallery,
    .width = 640,
    .height = 480,
    .rate = 30,
};
