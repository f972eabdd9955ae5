/* Before: one glNamedBufferSubData for each edit. */
#include "port.h"

static GLuint buffer;

static void create(const port_point *points) {
    glCreateBuffers(1, &buffer);
    glNamedBufferStorage(buffer, PORT_POINTS * sizeof(port_point), points, GL_DYNAMIC_STORAGE_BIT);
}

static port_source update(const port_point *points, const port_edit *edits, size_t count) {
    for (size_t i = 0; i < count; i++)
        glNamedBufferSubData(buffer, (GLintptr)(edits[i].first * sizeof(port_point)),
            (GLsizeiptr)(edits[i].count * sizeof(port_point)), points + edits[i].first);
    return (port_source){buffer, 0};
}

static void drawn(void) {
}

static void destroy(void) {
    glDeleteBuffers(1, &buffer);
}

int main(int argc, char **argv) {
    return port_run(
        &(port_way){"before_subdata", false, create, update, drawn, destroy}, argc, argv);
}
