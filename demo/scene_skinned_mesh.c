/* Scene skinned-mesh: a tube bent by a chain of bones, whose matrices are rewritten each frame. */
#include <string.h>

#include "gallery.h"
#include "stage.h"

enum { BONES = 5 };

#define BONE_LENGTH 8.0f
#define TUBE_LENGTH 32.0f

typedef struct skinned_mesh {
    demo_object *tube;
    demo_array *bones;
    demo_array *helper;
    float (*matrices)[16]; /* BONES */
    float (*positions)[3]; /* of the helper: child and parent of each link */
    float mesh_world[16];
} skinned_mesh;

/* Where a bone is before anything turns, along the tube. */
static float rest(int bone) {
    return BONE_LENGTH * (float)bone - 0.5f * TUBE_LENGTH;
}

/* Each vertex hangs on the bone below it and the one above. */
static bool add_skin(demo_stage *stage, demo_mesh *mesh) {
    size_t count = mesh->geometry.nvertices;
    uint32_t(*indices)[4] = demo_stage_alloc(stage, count, sizeof *indices);
    float(*weights)[4] = demo_stage_alloc(stage, count, sizeof *weights);

    if (!indices || !weights)
        return false;
    for (size_t i = 0; i < count; i++) {
        float along = (mesh->geometry.positions[i][2] + 0.5f * TUBE_LENGTH) / BONE_LENGTH;
        float below = floorf(along);

        indices[i][0] = (uint32_t)below;
        indices[i][1] = (uint32_t)below + 1; /* past the last bone at the top, with weight 0 */
        weights[i][0] = 1.0f - (along - below);
        weights[i][1] = along - below;
    }
    mesh->skin_indices = demo_stage_array(stage, &(trm_buffer_desc){.data = indices,
                                                     .nitems = count,
                                                     .format = "4xu4",
                                                     .usage = TRM_USAGE_VERTEX,
                                                     .label = "skin indices"});
    mesh->skin_weights = demo_stage_array(stage, &(trm_buffer_desc){.data = weights,
                                                     .nitems = count,
                                                     .format = "4xf4",
                                                     .usage = TRM_USAGE_VERTEX,
                                                     .label = "skin weights"});
    return mesh->skin_indices && mesh->skin_weights;
}

static bool add_tube(demo_stage *stage, skinned_mesh *scene) {
    mat4 upright = GLM_MAT4_IDENTITY_INIT;
    demo_geometry tube;
    demo_mesh *mesh;
    void *memory;

    if (!demo_geometry_cylinder(
            &tube, &(demo_cylinder_desc){
                       .bottom = 5, .top = 5, .height = TUBE_LENGTH, .around = 8, .along = 8})) {
        fprintf(stderr, "trireme-demo: no memory for a tube\n");
        return false;
    }
    mesh = demo_stage_mesh(stage, &tube, "tube");
    if (!mesh || !add_skin(stage, mesh))
        return false;
    glm_rotate_x(upright, -GLM_PI_2f, upright);
    memcpy(scene->mesh_world, upright, sizeof scene->mesh_world);
    scene->tube = demo_stage_object(stage, mesh,
        demo_stage_material(stage, &(demo_material_desc){.shading = DEMO_SHADING_NORMALS}, "tube"),
        upright);
    scene->bones = demo_stage_block(stage, BONES, sizeof *scene->matrices, &memory, "bones");
    scene->matrices = memory;
    stage->featured = scene->bones;
    return demo_object_skin(scene->tube, scene->bones);
}

/* Lines from each bone to its parent, over the tube: blue at the child, green at the parent. */
static bool add_helper(demo_stage *stage, skinned_mesh *scene) {
    float(*colours)[3] = demo_stage_alloc(stage, 2 * (BONES - 1), sizeof *colours);
    demo_lines_desc lines = {.thickness = 1, .on_top = true};
    mat4 world;

    scene->positions = demo_stage_alloc(stage, 2 * (BONES - 1), sizeof *scene->positions);
    if (!colours || !scene->positions)
        return false;
    for (int i = 0; i < 2 * (BONES - 1); i++)
        colours[i][i % 2 == 0 ? 2 : 1] = 1;
    lines.positions = scene->helper =
        demo_stage_array(stage, &(trm_buffer_desc){.data = scene->positions,
                                    .nitems = 2 * (BONES - 1),
                                    .format = "3xf4",
                                    .usage = TRM_USAGE_STORAGE,
                                    .label = "skeleton positions"});
    lines.colours = demo_stage_array(stage, &(trm_buffer_desc){.data = colours,
                                                .nitems = 2 * (BONES - 1),
                                                .format = "3xf4",
                                                .usage = TRM_USAGE_STORAGE,
                                                .label = "skeleton colours"});
    demo_object_world(scene->tube, world);
    return demo_stage_lines(stage, &lines, world) != NULL;
}

static bool build(demo_stage *stage, void *state) {
    skinned_mesh *scene = state;

    stage->camera = demo_camera_perspective(
        75, 4.0f / 3.0f, (vec3){0, 30, 30}, (vec3){0, 0, 0}, (vec3){0, 1, 0});
    stage->camera.near = 0.1f;
    stage->camera.far = 200;
    stage->control.mode = DEMO_CONTROL_ORBIT;
    return add_tube(stage, scene) && add_helper(stage, scene);
}

/* Each bone turns by the same angle in its parent, the first one in the tube. */
static void animate(demo_stage *stage, void *state, const demo_tick *tick) {
    skinned_mesh *scene = state;
    float angle = 0.4f * (float)sin(tick->time);
    mat4 mesh_world, bone = GLM_MAT4_IDENTITY_INIT; /* in the tube */

    (void)stage;
    memcpy(mesh_world, scene->mesh_world, sizeof mesh_world);
    for (int i = 0; i < BONES; i++) {
        mat4 matrix, unrest;

        glm_translate(bone, (vec3){0, 0, i == 0 ? rest(0) : BONE_LENGTH});
        glm_rotate(bone, angle, (vec3){0, 1, 0});
        glm_translate_make(unrest, (vec3){0, 0, -rest(i)});
        glm_mat4_mulN((mat4 *[]){&mesh_world, &bone, &unrest}, 3, matrix);
        memcpy(scene->matrices[i], matrix, sizeof matrix);
        if (i > 0)
            memcpy(scene->positions[2 * i - 2], bone[3], sizeof *scene->positions);
        if (i < BONES - 1)
            memcpy(scene->positions[2 * i + 1], bone[3], sizeof *scene->positions);
    }
    trm_buffer_update_full(scene->bones->buffer);
    trm_buffer_update_range(scene->helper->buffer, 0, TRM_WHOLE);
}

static const demo_gallery gallery = {
    .state_size = sizeof(skinned_mesh),
    .build = build,
    .animate = animate,
};

const demo_scene_type demo_scene_skinned_mesh = {
    .name = "skinned-mesh",
    .title = "a chain of bones bends a tube",
    .keys = "drag orbit   right drag pan   wheel zoom   space pause   H overlay",
    .ops = &demo_stage_ops,
    .data = &gallery,
    .width = 640,
    .height = 480,
};
