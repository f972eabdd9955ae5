/* Meshes, materials, and the objects made of them. */
#include <string.h>

#include "shaders.h"
#include "stage_impl.h"

static demo_array *mesh_array(
    demo_stage *stage, const char *label, const char *what, const trm_buffer_desc *desc) {
    trm_buffer_desc full = *desc;
    char name[64];

    snprintf(name, sizeof name, "%s %s", label, what);
    full.label = name;
    return demo_stage_array(stage, &full);
}

/* The four arrays of a geometry become the stage's memory. */
static bool adopt(demo_stage *stage, const demo_geometry *geometry) {
    demo_stage_parts *parts = stage->parts;
    void *memory[4] = {
        geometry->positions, geometry->normals, geometry->texcoords, geometry->triangles};

    if (parts->nmemory + 4 > DEMO_STAGE_MEMORY) {
        fprintf(stderr, "trireme-demo: a scene has too many meshes\n");
        return false;
    }
    memcpy(&parts->memory[parts->nmemory], memory, sizeof memory);
    parts->nmemory += 4;
    return true;
}

demo_mesh *demo_stage_mesh(demo_stage *stage, demo_geometry *geometry, const char *label) {
    const uint32_t usage = TRM_USAGE_VERTEX | TRM_USAGE_STORAGE;
    demo_mesh *mesh = demo_stage_alloc(stage, 1, sizeof *mesh);
    demo_geometry own = *geometry;

    *geometry = (demo_geometry){0};
    if (!mesh || !adopt(stage, &own)) {
        demo_geometry_destroy(&own);
        return NULL;
    }
    mesh->geometry = own;
    mesh->indices = mesh_array(stage, label, "indices",
        &(trm_buffer_desc){.data = own.triangles,
            .nitems = own.ntriangles,
            .format = "3xu4",
            .usage = TRM_USAGE_INDEX | TRM_USAGE_STORAGE});
    mesh->positions = mesh_array(stage, label, "positions",
        &(trm_buffer_desc){
            .data = own.positions, .nitems = own.nvertices, .format = "3xf4", .usage = usage});
    mesh->normals = mesh_array(stage, label, "normals",
        &(trm_buffer_desc){
            .data = own.normals, .nitems = own.nvertices, .format = "3xf4", .usage = usage});
    mesh->texcoords = mesh_array(stage, label, "texcoords",
        &(trm_buffer_desc){.data = own.texcoords,
            .nitems = own.nvertices,
            .format = "2xf4",
            .usage = TRM_USAGE_VERTEX});
    return mesh->indices && mesh->positions && mesh->normals && mesh->texcoords ? mesh : NULL;
}

static void fill_colour(const demo_material_desc *desc, float out[4]) {
    bool given =
        desc->colour[0] > 0 || desc->colour[1] > 0 || desc->colour[2] > 0 || desc->colour[3] > 0;

    for (int i = 0; i < 4; i++)
        out[i] = given ? desc->colour[i] : 1;
}

static void fill_range(const demo_material_desc *desc, float out[2]) {
    bool given = desc->map_range[0] != 0 || desc->map_range[1] != 0;

    out[0] = given ? desc->map_range[0] : 0;
    out[1] = given ? desc->map_range[1] : 1;
}

static void fill_phong(demo_phong_block *block, const demo_material_desc *desc) {
    const float specular = 73.0f / 255.0f;

    *block = (demo_phong_block){.specular = {specular, specular, specular, 1},
        .emissive = {0, 0, 0, 1},
        .normal_scale = {1, 1},
        .opacity = 1,
        .wireframe = desc->wireframe,
        .shininess = desc->shininess > 0 ? desc->shininess : 30,
        .emissive_intensity = 1};
    fill_colour(desc, block->colour);
    fill_range(desc, block->map_range);
}

static void fill_basic(demo_basic_block *block, const demo_material_desc *desc) {
    *block = (demo_basic_block){.opacity = 1, .wireframe = desc->wireframe};
    fill_colour(desc, block->colour);
    fill_range(desc, block->map_range);
}

static bool add_transform(demo_stage *stage, demo_material *material, const char *label) {
    demo_transform_block *block;
    void *memory;
    char name[64];

    snprintf(name, sizeof name, "%s map transform", label);
    material->transform = demo_stage_block(stage, 1, sizeof *block, &memory, name);
    if (!material->transform)
        return false;
    block = memory;
    for (int i = 0; i < 3; i++)
        block->columns[i][i] = 1;
    return true;
}

demo_material *demo_stage_material(
    demo_stage *stage, const demo_material_desc *desc, const char *label) {
    bool phong = desc->shading == DEMO_SHADING_PHONG;
    demo_material *material = demo_stage_alloc(stage, 1, sizeof *material);
    char name[64];

    if (!material)
        return NULL;
    snprintf(name, sizeof name, "%s material", label);
    material->desc = *desc;
    material->block = demo_stage_block(stage, 1,
        phong ? sizeof(demo_phong_block) : sizeof(demo_basic_block), &material->data, name);
    if (!material->block || (desc->map && !add_transform(stage, material, label)))
        return NULL;
    if (phong)
        fill_phong(material->data, desc);
    else
        fill_basic(material->data, desc);
    return material;
}

void demo_material_set_wireframe(demo_material *material, float thickness) {
    material->desc.wireframe = thickness;
    if (material->desc.shading == DEMO_SHADING_PHONG)
        ((demo_phong_block *)material->data)->wireframe = thickness;
    else
        ((demo_basic_block *)material->data)->wireframe = thickness;
    trm_buffer_update_full(material->block->buffer);
}

demo_object *demo_stage_add_object(demo_stage *stage, size_t block_nbytes, mat4 world) {
    demo_stage_parts *parts = stage->parts;
    demo_object *object = &parts->objects[parts->nobjects];
    mat4 here = GLM_MAT4_IDENTITY_INIT;
    void *memory;

    if (parts->nobjects == DEMO_STAGE_OBJECTS) {
        fprintf(stderr, "trireme-demo: a scene has more than %d objects\n", DEMO_STAGE_OBJECTS);
        return NULL;
    }
    object->block = demo_stage_block(stage, 1, block_nbytes, &memory, "object");
    if (!object->block)
        return NULL;
    object->data = memory;
    object->data->id = (uint32_t)parts->nobjects + 1;
    demo_object_place(object, world ? world : here);
    stage->env.gl->CreateVertexArrays(1, &object->vertices);
    parts->nobjects++;
    return object;
}

static void choose_program(demo_object *object, const demo_material_desc *desc) {
    char *out = object->defines;
    size_t room = sizeof object->defines, used;

    used = (size_t)snprintf(out, room, "#define MAP %d\n", desc->map ? desc->map->dimensions : 0);
    if (desc->shading == DEMO_SHADING_PHONG)
        used += (size_t)snprintf(out + used, room - used, "#define PHONG\n");
    if (desc->shading == DEMO_SHADING_NORMALS)
        used += (size_t)snprintf(out + used, room - used, "#define FLAT_NORMALS\n");
    if (desc->vertex_colours)
        used += (size_t)snprintf(out + used, room - used, "#define VERTEX_COLOURS\n");
    if (desc->wireframe > 0)
        snprintf(out + used, room - used, "#define WIREFRAME\n");
    object->vertex = demo_mesh_vert;
    object->fragment = demo_mesh_frag;
}

demo_object *demo_stage_object(
    demo_stage *stage, demo_mesh *mesh, demo_material *material, mat4 world) {
    bool skinned = mesh && mesh->skin_indices;
    demo_object *object =
        mesh && material ? demo_stage_add_object(stage,
                               skinned ? DEMO_SKINNED_OBJECT_NBYTES : DEMO_OBJECT_NBYTES, world)
                         : NULL;

    if (!object)
        return NULL;
    choose_program(object, &material->desc);
    object->count = (GLsizei)(3 * mesh->geometry.ntriangles);
    object->surface = material->block;
    object->transform = material->transform;
    object->map = material->desc.map;
    if (material->desc.wireframe > 0) {
        object->storage[0] = mesh->indices;
        object->storage[1] = mesh->positions;
        object->storage[2] = mesh->normals;
        return object;
    }
    object->indices = mesh->indices;
    object->attributes[0] = mesh->positions;
    object->attributes[1] = mesh->normals;
    object->attributes[2] = mesh->texcoords;
    object->attributes[3] = mesh->colours;
    object->attributes[4] = mesh->skin_indices;
    object->attributes[5] = mesh->skin_weights;
    return object;
}
