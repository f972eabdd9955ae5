/* Lights, background and passes of a stage. */
#include <string.h>

#include "shaders.h"
#include "stage_impl.h"

bool demo_stage_ambient(demo_stage *stage, float intensity) {
    demo_ambient_block *block;
    void *memory;

    stage->parts->ambient = demo_stage_block(stage, 1, sizeof *block, &memory, "ambient light");
    if (!stage->parts->ambient)
        return false;
    block = memory;
    for (int i = 0; i < 4; i++)
        block->world[5 * i] = block->world_inverse[5 * i] = block->colour[i] = 1;
    block->colour[3] = intensity;
    return true;
}

bool demo_stage_light(demo_stage *stage, const demo_light *light) {
    demo_stage_parts *parts = stage->parts;

    if (parts->nlights == DEMO_STAGE_LIGHTS) {
        fprintf(stderr, "trireme-demo: a scene has more than %d lights\n", DEMO_STAGE_LIGHTS);
        return false;
    }
    parts->lights[parts->nlights++] = *light;
    return true;
}

static demo_light_block light_block(const demo_stage *stage, const demo_light *light) {
    float grey = light->grey > 0 ? light->grey : 1;
    demo_light_block block = {.colour = {grey, grey, grey, light->intensity}};
    vec3 way = {light->direction[0], light->direction[1], light->direction[2]};
    mat4 world = GLM_MAT4_IDENTITY_INIT, inverse;

    if (light->on_camera) {
        demo_camera_world(&stage->camera, world);
        glm_vec3_negate_to(world[2], way);
    }
    glm_vec3_normalize(way);
    glm_mat4_inv(world, inverse);
    memcpy(block.world, world, sizeof world);
    memcpy(block.world_inverse, inverse, sizeof inverse);
    memcpy(block.direction, way, sizeof way);
    return block;
}

bool demo_stage_finish_lights(demo_stage *stage) {
    demo_stage_parts *parts = stage->parts;
    void *memory;

    if (parts->nlights == 0)
        return true;
    parts->light_array =
        demo_stage_block(stage, parts->nlights, sizeof *parts->light_data, &memory, "lights");
    parts->light_data = memory;
    return parts->light_array != NULL;
}

void demo_stage_aim_lights(demo_stage *stage) {
    demo_stage_parts *parts = stage->parts;

    for (size_t i = 0; i < parts->nlights; i++) {
        demo_light_block block = light_block(stage, &parts->lights[i]);

        if (memcmp(&block, &parts->light_data[i], sizeof block) == 0)
            continue;
        parts->light_data[i] = block;
        trm_buffer_update_range(parts->light_array->buffer, i, 1);
    }
}

bool demo_stage_background(demo_stage *stage, const float bottom[3], const float top[3]) {
    demo_background_block *block;
    void *memory;

    stage->parts->background = demo_stage_block(stage, 1, sizeof *block, &memory, "background");
    if (!stage->parts->background)
        return false;
    block = memory;
    block->opacity = 1;
    for (int corner = 0; corner < 4; corner++) {
        for (int i = 0; i < 3; i++)
            block->corners[corner][i] = (corner < 2 ? bottom : top)[i] / 255.0f;
        block->corners[corner][3] = 1;
    }
    return true;
}

bool demo_stage_grey_background(demo_stage *stage) {
    const float bottom[3] = {100, 100, 100}, top[3] = {169, 167, 168};

    return demo_stage_background(stage, bottom, top);
}

bool demo_stage_pass(
    demo_stage *stage, const char *label, const char *fragment, demo_array *block) {
    demo_stage_parts *parts = stage->parts;
    demo_stage_pass_row *row = &parts->passes[parts->npasses];

    if (parts->npasses == DEMO_STAGE_PASSES) {
        fprintf(stderr, "trireme-demo: a scene has more than %d passes\n", DEMO_STAGE_PASSES);
        return false;
    }
    row->program = demo_gl_program(stage->env.gl, label, demo_screen_vert, fragment);
    row->block = block;
    parts->npasses += row->program != 0;
    return row->program != 0;
}
