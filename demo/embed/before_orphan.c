/* Before: the whole array every frame into a buffer whose old memory is thrown away first, so that
 * nobody waits for the draw that still reads it. */
#include "port.h"

#include <string.h>

enum { NBYTES = PORT_POINTS * sizeof(port_point) };

static GLuint buffer;

static void create(const port_point *points) {
    glCreateBuffers(1, &buffer);
    glNamedBufferData(buffer, NBYTES, points, GL_STREAM_DRAW);
}

static port_source update(const port_point *points, const port_edit *edits, size_t count) {
    (void)edits;
    (void)count;
    glNamedBufferData(buffer, NBYTES, NULL, GL_STREAM_DRAW);
    void *memory = glMapNamedBufferRange(buffer, 0, NBYTES,
        GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_BUFFER_BIT | GL_MAP_UNSYNCHRONIZED_BIT);
    if (memory)
        memcpy(memory, points, NBYTES);
    glUnmapNamedBuffer(buffer);
    return (port_source){buffer, 0};
}

static void drawn(void) {
}

static void destroy(void) {
    glDeleteBuffers(1, &buffer);
}

int main(int argc, char **argv) {
    return port_run(&(port_way){"before_orphan", true, create, update, drawn, destroy}, argc, argv);
}
