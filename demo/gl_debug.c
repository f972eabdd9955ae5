#include "gl.h"

#include <stdio.h>

static const char *severity_name(GLenum severity) {
    switch (severity) {
    case GL_DEBUG_SEVERITY_HIGH:
        return "high";
    case GL_DEBUG_SEVERITY_MEDIUM:
        return "medium";
    default:
        return "low";
    }
}

static void GLAD_API_PTR on_message(GLenum source, GLenum type, GLuint id, GLenum severity,
    GLsizei length, const GLchar *message, const void *user) {
    const demo_gl_watcher *watcher = user;

    (void)source;
    (void)length;
    if (severity == GL_DEBUG_SEVERITY_NOTIFICATION)
        return;
    ++*watcher->complaints;
    fprintf(stderr, "trireme-demo: GL says (%s, type 0x%x, id %u): %s\n", severity_name(severity),
        (unsigned)type, id, message);
}

void demo_gl_watch(const GladGLContext *gl, const demo_gl_watcher *watcher) {
    gl->Enable(GL_DEBUG_OUTPUT);
    gl->Enable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
    gl->DebugMessageCallback(on_message, watcher);
    gl->DebugMessageControl(GL_DONT_CARE, GL_DONT_CARE, GL_DONT_CARE, 0, NULL, GL_TRUE);
}
