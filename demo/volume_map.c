#include "volume_map.h"

demo_material *demo_volume_map_material(demo_stage *stage) {
    const demo_volume *volume = &stage->env.data->volume;
    const demo_texture *map =
        demo_stage_texture(stage, &(demo_texture_desc){
                                      .data = volume->voxels,
                                      .size = {volume->size[0], volume->size[1], volume->size[2]},
                                      .format = "f4",
                                      .label = "volume",
                                  });

    if (!map)
        return NULL;
    return demo_stage_material(stage,
        &(demo_material_desc){
            .shading = DEMO_SHADING_BASIC, .map = map, .map_range = {volume->black, volume->white}},
        "slices");
}

void demo_volume_map_extent(const demo_volume *volume, size_t axes, float longest, vec3 out) {
    float most = 0.0f;

    for (size_t axis = 0; axis < 3; axis++) {
        out[axis] = (float)volume->size[axis] * volume->spacing[axis];
        if (axis < axes)
            most = glm_max(most, out[axis]);
    }
    glm_vec3_scale(out, longest / most, out);
}

demo_mesh *demo_volume_map_plane(
    demo_stage *stage, float width, float height, float coords[4][3], const char *label) {
    demo_geometry plane;
    demo_mesh *mesh;

    if (!demo_geometry_plane(&plane, width, height, 1, 1))
        return NULL;
    mesh = demo_stage_mesh(stage, &plane, label);
    if (!mesh)
        return NULL;
    mesh->texcoords = demo_stage_replace(stage, mesh->texcoords,
        &(trm_buffer_desc){.data = coords,
            .nitems = 4,
            .format = "3xf4",
            .usage = TRM_USAGE_VERTEX,
            .label = "texcoords"});
    return mesh->texcoords ? mesh : NULL;
}
