/* multi-slice: three planes through a volume, one of which moves, and the axes. */
#include <string.h>

#include "data_axes.h"
#include "volume_map.h"

#define LONGEST   256.0f /* side of the volume */
#define AXES_SIZE 50.0f
#define LIFT      0.005f /* of the visible height */

enum { CORNERS = 4 };

typedef struct slices_scene {
    demo_object *moving;
    demo_object *axes;
    float (*coords)[3]; /* of the moving plane */
    demo_array *texcoords;
    float reach; /* how far it moves up and down */
} slices_scene;

typedef struct plane_row {
    const char *label;
    size_t across; /* axes of the volume along the plane's sides */
    size_t up;
    float turn[2]; /* about X, then about the new Y */
    float coords[CORNERS][3];
} plane_row;

static const plane_row rows[] = {
    {"yz", 1, 2, {GLM_PI_2f, GLM_PI_2f}, {{.5f, 0, 0}, {.5f, 1, 0}, {.5f, 0, 1}, {.5f, 1, 1}}},
    {"xz", 0, 2, {GLM_PI_2f, 0}, {{0, .5f, 0}, {1, .5f, 0}, {0, .5f, 1}, {1, .5f, 1}}},
    {"xy", 0, 1, {0, 0}, {{0, 0, .5f}, {1, 0, .5f}, {0, 1, .5f}, {1, 1, .5f}}},
};

static bool add_plane(demo_stage *stage, slices_scene *scene, demo_material *material,
    const plane_row *row, const vec3 extent) {
    float(*coords)[3] = demo_stage_alloc(stage, CORNERS, sizeof *coords);
    demo_mesh *mesh;
    mat4 world;

    if (!coords)
        return false;
    memcpy(coords, row->coords, sizeof row->coords);
    mesh = demo_volume_map_plane(stage, extent[row->across], extent[row->up], coords, row->label);
    if (!mesh)
        return false;
    demo_stage_rotation_xy(row->turn[0], row->turn[1], world);
    scene->moving = demo_stage_object(stage, mesh, material, world);
    scene->coords = coords;
    scene->texcoords = mesh->texcoords;
    return scene->moving != NULL;
}

static demo_array *add_line_array(
    demo_stage *stage, const void *values, size_t components, const char *label) {
    float *copy = demo_stage_alloc(stage, 6 * components, sizeof *copy);

    if (!copy)
        return NULL;
    memcpy(copy, values, 6 * components * sizeof *copy);
    return demo_stage_array(stage, &(trm_buffer_desc){
                                       .data = copy,
                                       .nitems = 6,
                                       .format = components == 3 ? "3xf4" : "4xf4",
                                       .usage = TRM_USAGE_VERTEX | TRM_USAGE_STORAGE,
                                       .label = label,
                                   });
}

static bool add_cones(demo_stage *stage, demo_axes *axes) {
    demo_mesh *mesh = demo_stage_mesh(stage, &axes->cone, "cone");

    for (size_t axis = 0; axis < 3; axis++) {
        demo_material_desc desc = {.shading = DEMO_SHADING_BASIC};
        demo_material *material;

        memcpy(desc.colour, axes->cone_colours[axis], sizeof desc.colour);
        material = demo_stage_material(stage, &desc, "cone");
        if (!demo_stage_object(stage, mesh, material, axes->cone_worlds[axis]))
            return false;
    }
    return true;
}

/* The axes lie in the planes, and one where two of them meet: which of them a pixel shows would be
 * chance. So the lines stand a little nearer to the person, by some pixels' worth of depth, which
 * nothing but the depth test notices. */
static void lift_axes(demo_stage *stage, slices_scene *scene) {
    mat4 camera, world;
    vec3 lift;

    demo_camera_world(&stage->camera, camera);
    glm_vec3_scale(camera[2], LIFT * stage->camera.height, lift);
    glm_translate_make(world, lift);
    demo_object_place(scene->axes, world);
}

static bool add_axes(demo_stage *stage, slices_scene *scene) {
    demo_lines_desc lines = {.thickness = 2.0f, .smooth = true};
    demo_axes axes;
    bool fine = false;

    if (!demo_axes_create(&axes, AXES_SIZE))
        return false;
    lines.positions = add_line_array(stage, axes.positions, 3, "axes positions");
    lines.colours = add_line_array(stage, axes.colours, 4, "axes colours");
    if (lines.positions && lines.colours) {
        scene->axes = demo_stage_lines(stage, &lines, GLM_MAT4_IDENTITY);
        fine = scene->axes && add_cones(stage, &axes);
    }
    demo_axes_destroy(&axes);
    return fine;
}

static bool build(demo_stage *stage, void *state) {
    slices_scene *scene = state;
    demo_material *material = demo_volume_map_material(stage);
    demo_camera *camera = &stage->camera;
    vec3 extent, away = {200, 200, 200};
    float distance = glm_vec3_norm(away);

    if (!material || !demo_stage_grey_background(stage))
        return false;
    demo_volume_map_extent(&stage->env.data->volume, 3, LONGEST, extent);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!add_plane(stage, scene, material, &rows[i], extent))
            return false;
    scene->reach = 0.5f * extent[2];
    stage->featured = scene->texcoords;
    *camera = demo_camera_orthographic(distance, distance);
    glm_vec3_copy(away, camera->position);
    demo_camera_look_at(camera, (vec3){0, 0, 0}, (vec3){0, 0, 1});
    stage->control.mode = DEMO_CONTROL_ORBIT;
    stage->control.up[2] = 1.0f;
    if (!add_axes(stage, scene))
        return false;
    lift_axes(stage, scene);
    return true;
}

static void animate(demo_stage *stage, void *state, const demo_tick *tick) {
    slices_scene *scene = state;
    float t = cosf(0.5f * (float)tick->time);
    mat4 world;

    lift_axes(stage, scene);
    glm_translate_make(world, (vec3){0, 0, scene->reach * t});
    demo_object_place(scene->moving, world);
    for (size_t i = 0; i < CORNERS; i++)
        scene->coords[i][2] = 0.5f * (t + 1.0f);
    trm_buffer_update_full(scene->texcoords->buffer);
}

static const demo_gallery gallery = {
    .state_size = sizeof(slices_scene),
    .build = build,
    .animate = animate,
};

const demo_scene_type demo_scene_multi_slice = {
    .name = "multi-slice",
    .title = "three planes through a volume, one of them moving",
    .keys = "drag orbit   right drag pan   wheel zoom   space pause   H overlay",
    .ops = &demo_stage_ops,
    .data = &gallery,
    .width = 640,
    .height = 480,
    .rate = 30,
    .wants_data = true,
};
