#include "lab_look.h"

#include <math.h>

#include "shaders.h"

/* Uniform locations, as in the shaders. */
enum { MATRIX, EYE, BRUSH, NOW, RINGS, RING_STEP, SLOPE_SCALE, PIXELS, HALO };

static void create_point_array(lab_look *look) {
    const GladGLContext *gl = look->gl;
    GLuint array;

    gl->CreateVertexArrays(1, &array);
    gl->VertexArrayAttribFormat(array, 0, 1, GL_FLOAT, GL_FALSE, offsetof(lab_point, height));
    gl->VertexArrayAttribFormat(array, 1, 2, GL_SHORT, GL_TRUE, offsetof(lab_point, slope));
    gl->VertexArrayAttribFormat(array, 2, 1, GL_FLOAT, GL_FALSE, offsetof(lab_point, edited_at));
    gl->VertexArrayAttribFormat(array, 3, 4, GL_UNSIGNED_BYTE, GL_TRUE, offsetof(lab_point, glow));
    for (GLuint i = 0; i < 4; i++) {
        gl->VertexArrayAttribBinding(array, i, 0);
        gl->EnableVertexArrayAttrib(array, i);
    }
    look->point_array = array;
}

bool lab_look_create(lab_look *look, const GladGLContext *gl) {
    *look = (lab_look){.gl = gl};
    look->back = demo_gl_program(gl, "edit-lab back", demo_screen_vert, demo_lab_back_frag);
    look->points =
        demo_gl_program(gl, "edit-lab points", demo_lab_points_vert, demo_lab_points_frag);
    if (!look->back || !look->points) {
        lab_look_destroy(look);
        return false;
    }
    create_point_array(look);
    gl->CreateVertexArrays(1, &look->back_array);
    return true;
}

void lab_look_destroy(lab_look *look) {
    const GladGLContext *gl = look->gl;

    gl->DeleteVertexArrays(1, &look->back_array);
    gl->DeleteVertexArrays(1, &look->point_array);
    gl->DeleteProgram(look->points);
    gl->DeleteProgram(look->back);
    *look = (lab_look){0};
}

static void set_uniforms(const lab_look *look, const lab_view *view, const demo_canvas *canvas) {
    const GladGLContext *gl = look->gl;
    const lab_camera *camera = view->camera;
    float aspect = (float)canvas->width / (float)canvas->height;
    mat4 matrix;
    vec3 eye;

    lab_camera_matrix(camera, aspect, matrix);
    lab_camera_eye(camera, eye);
    gl->ProgramUniformMatrix4fv(look->points, MATRIX, 1, GL_FALSE, (const GLfloat *)matrix);
    gl->ProgramUniform3fv(look->points, EYE, 1, eye);
    gl->ProgramUniform4f(
        look->points, BRUSH, view->brush.x, view->brush.z, view->brush.radius, view->brush_light);
    gl->ProgramUniform1f(look->points, NOW, view->time);
    gl->ProgramUniform1f(look->points, RINGS, (float)view->field->rings);
    gl->ProgramUniform1ui(look->points, RING_STEP, LAB_RING_STEP);
    gl->ProgramUniform1f(look->points, SLOPE_SCALE, LAB_SLOPE_SCALE);
    gl->ProgramUniform1f(look->points, PIXELS,
        (float)canvas->height / (2.0f * tanf(0.5f * lab_camera_fov(camera, aspect))));
}

static void draw_points(const lab_look *look, const lab_view *view, const trm_gl_span *span) {
    const GladGLContext *gl = look->gl;
    GLsizei count = (GLsizei)view->field->count;

    gl->VertexArrayVertexBuffer(
        look->point_array, 0, span->object, (GLintptr)span->offset, sizeof(lab_point));
    gl->BindVertexArray(look->point_array);
    gl->UseProgram(look->points);
    gl->Enable(GL_PROGRAM_POINT_SIZE);
    gl->Enable(GL_DEPTH_TEST);
    gl->DepthFunc(GL_LESS);
    gl->Enable(GL_BLEND);
    gl->BlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
    gl->ProgramUniform1i(look->points, HALO, 0);
    gl->DrawArrays(GL_POINTS, 0, count);
    gl->DepthMask(GL_FALSE);
    gl->ProgramUniform1i(look->points, HALO, 1);
    gl->DrawArrays(GL_POINTS, 0, count);
    gl->DepthMask(GL_TRUE);
    gl->Disable(GL_DEPTH_TEST);
    gl->Disable(GL_BLEND);
}

/* One pass and no other target: software rasterisers queue only a few, and the CPU would have to
 * wait for them. */
void lab_look_draw(const lab_look *look, const lab_view *view, const trm_gl_span *span,
    const demo_canvas *canvas) {
    const GladGLContext *gl = look->gl;
    const GLfloat farthest = 1.0f;

    set_uniforms(look, view, canvas);
    gl->ClipControl(GL_LOWER_LEFT, GL_ZERO_TO_ONE);
    gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, canvas->framebuffer);
    gl->Viewport(0, 0, canvas->width, canvas->height);
    gl->ClearNamedFramebufferfv(canvas->framebuffer, GL_DEPTH, 0, &farthest);
    gl->UseProgram(look->back);
    gl->BindVertexArray(look->back_array);
    gl->DrawArrays(GL_TRIANGLES, 0, 3);
    draw_points(look, view, span);
}
