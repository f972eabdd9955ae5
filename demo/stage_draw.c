/* Programs, and the frame: background, objects from far to near, passes, resolve. */
#include <string.h>

#include "shaders.h"
#include "stage_impl.h"

static bool make_program(demo_stage *stage, demo_object *object) {
    const demo_stage_parts *parts = stage->parts;
    char prelude[320];
    int used = snprintf(
        prelude, sizeof prelude, "%s#define LIGHTS %zu\n", object->defines, parts->nlights);

    if (parts->ambient)
        used += snprintf(prelude + used, sizeof prelude - (size_t)used, "#define AMBIENT\n");
    if (object->bones)
        snprintf(prelude + used, sizeof prelude - (size_t)used, "#define BONES %zu\n",
            trm_buffer_nitems(object->bones->buffer));
    object->program = demo_gl_program_with(
        stage->env.gl, "object", prelude, demo_blocks_glsl, object->vertex, object->fragment);
    return object->program != 0;
}

/* Attributes as the buffers' formats say. */
static bool make_vertices(demo_stage *stage, demo_object *object) {
    const GladGLContext *gl = stage->env.gl;

    for (GLuint i = 0; i < DEMO_OBJECT_ATTRIBUTES; i++) {
        trm_gl_vertex_attribute attribute;
        trm_view view;

        if (!object->attributes[i])
            continue;
        if (trm_buffer_view(object->attributes[i]->buffer, &view) != TRM_OK ||
            trm_gl_vertex_format(&view.format, &attribute) != TRM_OK)
            return false;
        if (attribute.integer)
            gl->VertexArrayAttribIFormat(object->vertices, i, attribute.size, attribute.type, 0);
        else
            gl->VertexArrayAttribFormat(
                object->vertices, i, attribute.size, attribute.type, attribute.normalized, 0);
        gl->VertexArrayAttribBinding(object->vertices, i, i);
        gl->EnableVertexArrayAttrib(object->vertices, i);
    }
    return true;
}

bool demo_stage_finish_programs(demo_stage *stage) {
    const GladGLContext *gl = stage->env.gl;
    demo_stage_parts *parts = stage->parts;

    for (size_t i = 0; i < parts->nobjects; i++)
        if (!make_program(stage, &parts->objects[i]) || !make_vertices(stage, &parts->objects[i]))
            return false;
    if (parts->background)
        parts->background_program = demo_gl_program_with(
            gl, "background", "", demo_blocks_glsl, demo_screen_vert, demo_background_frag);
    parts->resolve_program = demo_gl_program(gl, "resolve", demo_screen_vert, demo_resolve_frag);
    return parts->resolve_program && (!parts->background || parts->background_program);
}

static bool acquire_all(demo_stage *stage) {
    demo_stage_parts *parts = stage->parts;

    for (size_t i = 0; i < parts->narrays; i++) {
        demo_array *array = &parts->arrays[i];

        if (array->buffer &&
            trm_gl_acquire(stage->env.device, array->buffer, &array->span) != TRM_OK)
            return false;
    }
    return true;
}

static void bind_block(
    const GladGLContext *gl, GLenum target, GLuint binding, const demo_array *array) {
    if (array)
        gl->BindBufferRange(target, binding, array->span.object, (GLintptr)array->span.offset,
            (GLsizeiptr)array->span.nbytes);
}

static void bind_object(const demo_stage *stage, const demo_object *object) {
    const GladGLContext *gl = stage->env.gl;

    bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_OBJECT, object->block);
    bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_MATERIAL, object->surface);
    bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_TRANSFORM, object->transform);
    bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_BONES, object->bones);
    for (GLuint i = 0; i < DEMO_OBJECT_STORAGE; i++)
        bind_block(gl, GL_SHADER_STORAGE_BUFFER, i, object->storage[i]);
    for (GLuint i = 0; i < DEMO_OBJECT_ATTRIBUTES; i++)
        if (object->attributes[i])
            gl->VertexArrayVertexBuffer(object->vertices, i, object->attributes[i]->span.object,
                (GLintptr)object->attributes[i]->span.offset,
                (GLsizei)trm_buffer_itemsize(object->attributes[i]->buffer));
    if (object->map)
        gl->BindTextureUnit(0, object->map->name);
}

static void draw_object(const demo_stage *stage, const demo_object *object) {
    const GladGLContext *gl = stage->env.gl;

    bind_object(stage, object);
    gl->UseProgram(object->program);
    gl->BindVertexArray(object->vertices);
    gl->DepthFunc(object->on_top ? GL_ALWAYS : GL_LESS);
    if (object->indices) {
        gl->VertexArrayElementBuffer(object->vertices, object->indices->span.object);
        gl->DrawElements(GL_TRIANGLES, object->count, GL_UNSIGNED_INT,
            (const void *)(uintptr_t)object->indices->span.offset);
    } else {
        gl->DrawArrays(GL_TRIANGLES, 0, object->count);
    }
}

static float depth_of(const demo_stage *stage, const demo_object *object) {
    const float *view = stage->parts->view_data->view, *origin = &object->data->world[12];

    return view[2] * origin[0] + view[6] * origin[1] + view[10] * origin[2] + view[14];
}

/* From far to near, and among equals in the order of making. */
static void draw_objects(const demo_stage *stage) {
    const demo_stage_parts *parts = stage->parts;
    const demo_object *order[DEMO_STAGE_OBJECTS];

    for (size_t i = 0; i < parts->nobjects; i++) {
        const demo_object *object = &parts->objects[i];
        float depth = depth_of(stage, object);
        size_t at = i;

        for (; at > 0 && depth_of(stage, order[at - 1]) > depth; at--)
            order[at] = order[at - 1];
        order[at] = object;
    }
    for (size_t i = 0; i < parts->nobjects; i++)
        draw_object(stage, order[i]);
}

static void draw_scene(const demo_stage *stage) {
    const GladGLContext *gl = stage->env.gl;
    const demo_stage_parts *parts = stage->parts;
    bool solid = !parts->gallery->transparent && parts->npasses == 0;
    const GLfloat clear[4] = {0, 0, 0, solid ? 1 : 0}, farthest = 1;

    gl->ClipControl(GL_LOWER_LEFT, GL_ZERO_TO_ONE);
    gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, parts->targets.framebuffers[0]);
    gl->Viewport(0, 0, parts->targets.width, parts->targets.height);
    gl->ClearNamedFramebufferfv(parts->targets.framebuffers[0], GL_COLOR, 0, clear);
    gl->ClearNamedFramebufferfv(parts->targets.framebuffers[0], GL_DEPTH, 0, &farthest);
    gl->Enable(GL_BLEND);
    gl->BlendFuncSeparate(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_VIEW, parts->view);
    bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_AMBIENT, parts->ambient);
    bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_LIGHTS, parts->light_array);
    if (parts->background) {
        bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_MATERIAL, parts->background);
        gl->UseProgram(parts->background_program);
        gl->BindVertexArray(parts->nothing);
        gl->DrawArrays(GL_TRIANGLES, 0, 3);
    }
    gl->Enable(GL_DEPTH_TEST);
    draw_objects(stage);
    gl->DepthFunc(GL_LESS);
    gl->Disable(GL_DEPTH_TEST);
    gl->Disable(GL_BLEND);
}

/* Returns which of the two colours holds the result. */
static int draw_passes(const demo_stage *stage) {
    const GladGLContext *gl = stage->env.gl;
    const demo_stage_parts *parts = stage->parts;
    int from = 0;

    gl->BindVertexArray(parts->nothing);
    gl->BindTextureUnit(1, parts->targets.depth);
    for (size_t i = 0; i < parts->npasses; i++) {
        gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, parts->targets.framebuffers[1 - from]);
        gl->BindTextureUnit(0, parts->targets.colours[from]);
        bind_block(gl, GL_UNIFORM_BUFFER, DEMO_BIND_PASS, parts->passes[i].block);
        gl->UseProgram(parts->passes[i].program);
        gl->DrawArrays(GL_TRIANGLES, 0, 3);
        from = 1 - from;
    }
    return from;
}

static void resolve(const demo_stage *stage, const demo_canvas *canvas, int from) {
    const GladGLContext *gl = stage->env.gl;
    const demo_stage_parts *parts = stage->parts;

    gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, canvas->encoder);
    gl->Viewport(0, 0, canvas->width, canvas->height);
    gl->BindTextureUnit(0, parts->targets.colours[from]);
    gl->UseProgram(parts->resolve_program);
    gl->ProgramUniform1i(parts->resolve_program, 0, parts->targets.factor);
    gl->BindVertexArray(parts->nothing);
    gl->DrawArrays(GL_TRIANGLES, 0, 3);
}

bool demo_stage_draw(demo_stage *stage, const demo_canvas *canvas) {
    const GladGLContext *gl = stage->env.gl;

    if (!demo_targets_fit(&stage->parts->targets, gl, canvas) || !acquire_all(stage))
        return false;
    gl->Enable(GL_FRAMEBUFFER_SRGB);
    draw_scene(stage);
    resolve(stage, canvas, draw_passes(stage));
    gl->Disable(GL_FRAMEBUFFER_SRGB);
    return true;
}
