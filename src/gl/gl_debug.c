/* Labels and groups for debuggers: RenderDoc, apitrace, the driver's own messages. */
#include "gl/gl_impl.h"

#include <string.h>

static GLsizei cut(const char *text, GLint longest) {
    size_t length = strlen(text);
    return length < (size_t)longest ? (GLsizei)length : (GLsizei)longest;
}

void trm_gl_label(const trm_gl *self, GLenum kind, GLuint name, const char *label) {
    GLsizei length = cut(label, self->longest_label);
    if (length)
        self->gl.ObjectLabel(kind, name, length, label);
}

bool trm_gl_wants_groups(const GladGLContext *gl, trm_gl_debug_groups wish) {
    GLint flags = 0;
    if (wish == TRM_GL_DEBUG_GROUPS_AUTO)
        gl->GetIntegerv(GL_CONTEXT_FLAGS, &flags);
    return wish == TRM_GL_DEBUG_GROUPS_ALWAYS || (flags & GL_CONTEXT_FLAG_DEBUG_BIT);
}

/* None where the application has used up the stack: closing ours would close one of its own. */
void trm_gl_group_push(void *self, const char *label) {
    trm_gl *backend = self;
    GLint depth = 0;
    backend->gl.GetIntegerv(GL_DEBUG_GROUP_STACK_DEPTH, &depth);
    backend->in_group = depth < backend->deepest_group;
    if (backend->in_group)
        backend->gl.PushDebugGroup(
            GL_DEBUG_SOURCE_THIRD_PARTY, 0, cut(label, backend->longest_message), label);
}

void trm_gl_group_pop(void *self) {
    const trm_gl *backend = self;
    if (backend->in_group)
        backend->gl.PopDebugGroup();
}
