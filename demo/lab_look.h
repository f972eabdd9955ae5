/* How edit-lab looks: points of light in a dark room. Knows no buffer but the span it is handed. */
#ifndef DEMO_LAB_LOOK_H
#define DEMO_LAB_LOOK_H

#include "lab_camera.h"
#include "lab_edit.h"
#include "scene.h"

typedef struct lab_look {
    const GladGLContext *gl;
    GLuint back;
    GLuint points;
    GLuint back_array;
    GLuint point_array;
} lab_look;

/* What changes from frame to frame. */
typedef struct lab_view {
    const lab_field *field;
    const lab_camera *camera;
    lab_brush brush;
    float brush_light;
    float time;
} lab_view;

/* False after a failure, which has been reported. */
bool lab_look_create(lab_look *look, const GladGLContext *gl);
void lab_look_destroy(lab_look *look);
void lab_look_draw(
    const lab_look *look, const lab_view *view, const trm_gl_span *span, const demo_canvas *canvas);

#endif
