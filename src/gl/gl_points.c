/* The indexed points for shader storage that the library borrows for some calls. */
#include "gl/gl_impl.h"

/* A lost context leaves what it is asked for as it was. */
void trm_gl_points_borrow(const GladGLContext *gl, GLuint count, trm_gl_points *out) {
    *out = (trm_gl_points){.count = count};
    for (GLuint i = 0; i < count; i++) {
        GLuint point = TRM_GL_FIRST_POINT + i;
        gl->GetIntegeri_v(GL_SHADER_STORAGE_BUFFER_BINDING, point, &out->buffer[i]);
        if (!out->buffer[i])
            continue;
        out->any = true;
        gl->GetInteger64i_v(GL_SHADER_STORAGE_BUFFER_START, point, &out->start[i]);
        gl->GetInteger64i_v(GL_SHADER_STORAGE_BUFFER_SIZE, point, &out->size[i]);
    }
}

/* A size of 0 stands for a binding of the whole buffer, however large it becomes. A buffer that
 * another context has deleted cannot be bound again: the binding becomes empty, which it would be
 * had it been deleted here. Its name may be another's by now. */
static void rebind(const GladGLContext *gl, const trm_gl_points *points, GLuint i, GLuint ours) {
    GLuint named = (GLuint)points->buffer[i], point = TRM_GL_FIRST_POINT + i;
    GLuint buffer = named && named != ours && gl->IsBuffer(named) ? named : 0;
    GLintptr start = (GLintptr)points->start[i];
    GLsizeiptr size = (GLsizeiptr)points->size[i];
    if (buffer && size)
        gl->BindBuffersRange(GL_SHADER_STORAGE_BUFFER, point, 1, &buffer, &start, &size);
    else
        gl->BindBuffersBase(GL_SHADER_STORAGE_BUFFER, point, 1, &buffer);
}

void trm_gl_points_return(const GladGLContext *gl, const trm_gl_points *points, GLuint ours) {
    if (!points->any) {
        gl->BindBuffersBase(
            GL_SHADER_STORAGE_BUFFER, TRM_GL_FIRST_POINT, (GLsizei)points->count, NULL);
        return;
    }
    for (GLuint i = 0; i < points->count; i++)
        rebind(gl, points, i, ours);
}
