#include "four_cylinders.h"

static demo_mesh *make_cylinder(demo_stage *stage) {
    demo_geometry geometry;

    if (!demo_geometry_cylinder(&geometry,
            &(demo_cylinder_desc){
                .bottom = 1, .top = 1, .height = 2, .around = 32, .along = 4, .closed = true})) {
        fprintf(stderr, "trireme-demo: no memory for a cylinder\n");
        return NULL;
    }
    return demo_stage_mesh(stage, &geometry, "cylinder");
}

/* 0.4 x + 0.5 of each component. */
static float (*spread(demo_stage *stage, const float (*from)[3], size_t count))[3] {
    float(*out)[3] = demo_stage_alloc(stage, count, sizeof *out);

    for (size_t i = 0; out && i < count; i++)
        for (int k = 0; k < 3; k++)
            out[i][k] = from[i][k] * 0.4f + 0.5f;
    return out;
}

/* The map's one dimension is the second column of the texture coordinates: a copy of its own. */
static bool use_second_column(demo_stage *stage, demo_mesh *mesh) {
    size_t count = mesh->geometry.nvertices;
    float *column = demo_stage_alloc(stage, count, sizeof *column);

    if (!column)
        return false;
    for (size_t i = 0; i < count; i++)
        column[i] = mesh->geometry.texcoords[i][1];
    mesh->texcoords = demo_stage_replace(stage, mesh->texcoords,
        &(trm_buffer_desc){.data = column,
            .nitems = count,
            .format = "f4",
            .usage = TRM_USAGE_VERTEX,
            .label = "cylinder texcoords 1-D"});
    return mesh->texcoords != NULL;
}

static bool use_positions(demo_stage *stage, demo_mesh *mesh) {
    float(*texcoords)[3] =
        spread(stage, (const float(*)[3])mesh->geometry.positions, mesh->geometry.nvertices);

    if (!texcoords)
        return false;
    mesh->texcoords = demo_stage_replace(stage, mesh->texcoords,
        &(trm_buffer_desc){.data = texcoords,
            .nitems = mesh->geometry.nvertices,
            .format = "3xf4",
            .usage = TRM_USAGE_VERTEX,
            .label = "cylinder texcoords 3-D"});
    return mesh->texcoords != NULL;
}

static bool use_normals_as_colours(demo_stage *stage, demo_mesh *mesh) {
    float(*colours)[3] =
        spread(stage, (const float(*)[3])mesh->geometry.normals, mesh->geometry.nvertices);

    if (!colours)
        return false;
    mesh->colours = demo_stage_array(stage, &(trm_buffer_desc){.data = colours,
                                                .nitems = mesh->geometry.nvertices,
                                                .format = "3xf4",
                                                .usage = TRM_USAGE_VERTEX,
                                                .label = "cylinder colours"});
    return mesh->colours != NULL;
}

static bool prepare(demo_stage *stage, demo_mesh *mesh, int which) {
    switch (which) {
    case 0:
        return use_second_column(stage, mesh);
    case 1:
        return true; /* both columns, as they are */
    case 2:
        return use_positions(stage, mesh);
    default:
        return use_normals_as_colours(stage, mesh);
    }
}

bool demo_four_cylinders_build(demo_four_cylinders *scene, demo_stage *stage,
    const demo_texture_desc maps[3], const float range[2]) {
    for (int i = 0; i < 4; i++) {
        demo_material_desc desc = {.shading = DEMO_SHADING_PHONG, .vertex_colours = i == 3};
        demo_mesh *mesh = make_cylinder(stage);
        mat4 place;

        if (!mesh || !prepare(stage, mesh, i))
            return false;
        if (i < 3) {
            desc.map = demo_stage_texture(stage, &maps[i]);
            if (!desc.map)
                return false;
        }
        if (i == 2 && range) {
            desc.map_range[0] = range[0];
            desc.map_range[1] = range[1];
        }
        glm_translate_make(place, (vec3){-6.0f + 4.0f * (float)i, 0, 0});
        scene->objects[i] =
            demo_stage_object(stage, mesh, demo_stage_material(stage, &desc, "cylinder"), place);
        if (!scene->objects[i])
            return false;
    }
    return true;
}

void demo_four_cylinders_turn(demo_four_cylinders *scene, mat4 rotation) {
    for (int i = 0; i < 4; i++) {
        mat4 world, place;

        glm_mat4_copy(rotation, world);
        demo_object_world(scene->objects[i], place);
        glm_vec3_copy(place[3], world[3]);
        demo_object_place(scene->objects[i], world);
    }
}
