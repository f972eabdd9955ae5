/* Objects that are more than a mesh with a material, and what can be done with all of them. */
#include <string.h>

#include "shaders.h"
#include "stage_impl.h"

demo_object *demo_stage_custom(demo_stage *stage, const demo_custom_desc *desc, mat4 world) {
    demo_object *object = demo_stage_add_object(stage, DEMO_OBJECT_NBYTES, world);

    if (!object)
        return NULL;
    object->vertex = desc->vertex;
    object->fragment = desc->fragment;
    object->count = (GLsizei)desc->corners;
    object->surface = desc->block;
    for (int i = 0; i < DEMO_OBJECT_STORAGE; i++)
        object->storage[i] = desc->storage[i];
    return object;
}

demo_object *demo_stage_lines(demo_stage *stage, const demo_lines_desc *desc, mat4 world) {
    demo_custom_desc custom = {.vertex = demo_lines_vert,
        .fragment = demo_lines_frag,
        .storage = {desc->positions, desc->colours}};
    demo_lines_block *block;
    demo_object *object;
    void *memory;

    if (!desc->positions || !desc->colours)
        return NULL;
    custom.block = demo_stage_block(stage, 1, sizeof *block, &memory, "lines");
    if (!custom.block)
        return NULL;
    block = memory;
    block->thickness = desc->thickness;
    block->smoothing = desc->smooth ? 1 : 0;
    block->colour_size = (uint32_t)(trm_buffer_itemsize(desc->colours->buffer) / sizeof(float));
    custom.corners = trm_buffer_nitems(desc->positions->buffer) / 2 * 6;
    object = demo_stage_custom(stage, &custom, world);
    if (object)
        object->on_top = desc->on_top;
    return object;
}

bool demo_object_skin(demo_object *object, demo_array *bones) {
    mat4 world, inverse;

    if (!object || !bones)
        return false;
    object->bones = bones;
    demo_object_world(object, world);
    glm_mat4_inv(world, inverse);
    for (int i = 0; i < 4; i++)
        object->data->bind[5 * i] = 1;
    memcpy(object->data->bind_inverse, inverse, sizeof inverse);
    trm_buffer_update_full(object->block->buffer);
    return true;
}

void demo_object_place(demo_object *object, mat4 world) {
    demo_object_block *block = object->data;
    mat4 inverse;

    if (memcmp(block->world, world, sizeof block->world) == 0)
        return;
    glm_mat4_inv(world, inverse);
    memcpy(block->world, world, sizeof block->world);
    memcpy(block->world_inverse, inverse, sizeof inverse);
    trm_buffer_update_full(object->block->buffer);
}

void demo_object_world(const demo_object *object, mat4 out) {
    memcpy(out, object->data->world, sizeof object->data->world);
}

void demo_stage_rotation_xy(float a, float b, mat4 out) {
    mat4 first = GLM_MAT4_IDENTITY_INIT;

    glm_rotate_x(first, a, first);
    glm_rotate_y(first, b, out);
}

/* One rotation repeated is a rotation about the same axis by a multiple of the angle: nothing adds
 * up but the angle, and a picture depends on the time alone. */
void demo_stage_turning(double time, mat4 out) {
    const double a = 0.5 * 0.0071, b = 0.5 * 0.01; /* half angles: the quaternion's */
    double steps = floor(30.0 * time + 1e-6);      /* 30 * (n / 30) may fall a little short of n */
    double turn[4] = {cos(a) * cos(b), sin(a) * cos(b), cos(a) * sin(b), sin(a) * sin(b)};
    double angle = 2.0 * acos(turn[0]);
    vec3 axis = {(float)turn[1], (float)turn[2], (float)turn[3]};

    glm_rotate_make(out, (float)fmod(steps * angle, 2.0 * GLM_PI), axis);
}
