/* What a stage owns: memory, arrays, and itself. */
#include <stdlib.h>
#include <string.h>

#include "stage_impl.h"

void *demo_stage_alloc(demo_stage *stage, size_t count, size_t size) {
    demo_stage_parts *parts = stage->parts;
    void *memory = parts->nmemory < DEMO_STAGE_MEMORY ? calloc(count, size) : NULL;

    if (memory)
        parts->memory[parts->nmemory++] = memory;
    else
        fprintf(stderr, "trireme-demo: no memory for a scene\n");
    return memory;
}

demo_array *demo_stage_array(demo_stage *stage, const trm_buffer_desc *desc) {
    demo_stage_parts *parts = stage->parts;
    trm_buffer_desc full = *desc;
    demo_array *array;

    if (parts->narrays == DEMO_STAGE_ARRAYS) {
        fprintf(stderr, "trireme-demo: a scene has more than %d buffers\n", DEMO_STAGE_ARRAYS);
        return NULL;
    }
    full.usage |= TRM_USAGE_TEXEL;
    full.placement = stage->env.placement;
    full.log = stage->env.log;
    array = &parts->arrays[parts->narrays];
    if (trm_buffer_create(&full, &array->buffer) != TRM_OK)
        return NULL;
    parts->narrays++;
    return array;
}

demo_array *demo_stage_block(
    demo_stage *stage, size_t nitems, size_t itemsize, void **memory, const char *label) {
    *memory = demo_stage_alloc(stage, nitems, itemsize);
    if (!*memory)
        return NULL;
    return demo_stage_array(stage, &(trm_buffer_desc){.data = *memory,
                                       .nbytes = nitems * itemsize,
                                       .nitems = nitems,
                                       .usage = TRM_USAGE_UNIFORM,
                                       .label = label});
}

demo_array *demo_stage_replace(demo_stage *stage, demo_array *old, const trm_buffer_desc *desc) {
    if (old && trm_buffer_destroy(old->buffer) == TRM_OK)
        *old = (demo_array){0};
    return demo_stage_array(stage, desc);
}

static void destroy_gl(demo_stage *stage) {
    const GladGLContext *gl = stage->env.gl;
    demo_stage_parts *parts = stage->parts;

    demo_targets_destroy(&parts->targets, gl);
    for (size_t i = 0; i < parts->nobjects; i++) {
        gl->DeleteVertexArrays(1, &parts->objects[i].vertices);
        gl->DeleteProgram(parts->objects[i].program);
    }
    for (size_t i = 0; i < parts->npasses; i++)
        gl->DeleteProgram(parts->passes[i].program);
    for (size_t i = 0; i < parts->ntextures; i++)
        gl->DeleteTextures(1, &parts->textures[i].name);
    gl->DeleteProgram(parts->background_program);
    gl->DeleteProgram(parts->resolve_program);
    gl->DeleteVertexArrays(1, &parts->nothing);
}

static void stage_destroy(void *scene) {
    demo_stage *stage = scene;
    demo_stage_parts *parts = stage->parts;

    if (parts) {
        destroy_gl(stage);
        for (size_t i = 0; i < parts->narrays; i++)
            trm_buffer_destroy(parts->arrays[i].buffer);
        for (size_t i = 0; i < parts->nmemory; i++)
            free(parts->memory[i]);
    }
    free(parts);
    free(stage);
}

static bool build(demo_stage *stage) {
    demo_stage_parts *parts = stage->parts;
    const demo_gallery *gallery = parts->gallery;
    void *memory;

    stage->env.gl->CreateVertexArrays(1, &parts->nothing);
    parts->view = demo_stage_block(stage, 1, sizeof *parts->view_data, &memory, "view");
    parts->view_data = memory;
    if (!parts->view)
        return false;
    parts->state = demo_stage_alloc(stage, 1, gallery->state_size + 1);
    return parts->state && gallery->build(stage, parts->state) && demo_stage_finish_lights(stage) &&
           demo_stage_finish_programs(stage);
}

static void *stage_create(const demo_scene_type *type, const demo_scene_env *env, double time) {
    demo_stage *stage = calloc(1, sizeof *stage);

    (void)time; /* everything follows from the first tick */
    if (stage)
        stage->parts = calloc(1, sizeof *stage->parts);
    if (!stage || !stage->parts) {
        fprintf(stderr, "trireme-demo: no memory for a scene\n");
        free(stage);
        return NULL;
    }
    stage->env = *env;
    stage->camera = demo_camera_orthographic(1, 1);
    stage->parts->gallery = type->data;
    if (build(stage))
        return stage;
    fprintf(stderr, "trireme-demo: scene %s could not be built\n", type->name);
    stage_destroy(stage);
    return NULL;
}

static void stage_input(void *scene, const demo_input *input, const demo_canvas *canvas) {
    demo_stage *stage = scene;
    const demo_gallery *gallery = stage->parts->gallery;

    if (!gallery->input || !gallery->input(stage, stage->parts->state, input))
        demo_control_input(&stage->control, input, canvas);
}

static void write_view(demo_stage *stage, const demo_canvas *canvas) {
    demo_view_block *block = stage->parts->view_data;
    float aspect = (float)canvas->width / (float)canvas->height;
    float factor = canvas->scale >= 2 ? 1.0f : 2.0f;
    mat4 view, world, projection, inverse;

    demo_camera_world(&stage->camera, world);
    demo_camera_view(&stage->camera, view);
    demo_camera_projection(&stage->camera, aspect, projection);
    glm_mat4_inv_precise(projection, inverse);
    memcpy(block->view, view, sizeof view);
    memcpy(block->view_inverse, world, sizeof world);
    memcpy(block->projection, projection, sizeof projection);
    memcpy(block->projection_inverse, inverse, sizeof inverse);
    block->ndc_offset[0] = block->ndc_offset[1] = 1;
    block->physical_size[0] = factor * (float)canvas->width;
    block->physical_size[1] = factor * (float)canvas->height;
    block->logical_size[0] = (float)canvas->width / canvas->scale;
    block->logical_size[1] = (float)canvas->height / canvas->scale;
    trm_buffer_update_full(stage->parts->view->buffer);
}

static void stage_edit(void *scene, const demo_tick *tick, const demo_canvas *canvas) {
    demo_stage *stage = scene;
    const demo_gallery *gallery = stage->parts->gallery;

    demo_control_apply(&stage->control, &stage->camera, canvas, tick->step);
    if (gallery->animate)
        gallery->animate(stage, stage->parts->state, tick);
    demo_stage_aim_lights(stage);
    write_view(stage, canvas);
}

static bool stage_draw(void *scene, const demo_tick *tick, const demo_canvas *canvas) {
    (void)tick;
    return demo_stage_draw(scene, canvas);
}

/* The featured array comes first. */
static size_t stage_subjects(void *scene, demo_subject *out, size_t capacity) {
    const demo_stage *stage = scene;
    const demo_stage_parts *parts = stage->parts;
    const demo_array *featured = stage->featured ? stage->featured : parts->arrays;
    size_t count = 1;

    if (capacity > 0)
        out[0] = (demo_subject){featured->buffer, featured->span};
    for (size_t i = 0; i < parts->narrays; i++) {
        const demo_array *array = &parts->arrays[i];

        if (!array->buffer || array == featured)
            continue;
        if (count < capacity)
            out[count] = (demo_subject){array->buffer, array->span};
        count++;
    }
    return count;
}

const demo_scene_ops demo_stage_ops = {
    .create = stage_create,
    .destroy = stage_destroy,
    .input = stage_input,
    .edit = stage_edit,
    .draw = stage_draw,
    .subjects = stage_subjects,
};
