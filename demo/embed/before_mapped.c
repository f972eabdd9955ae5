/* Before: persistent mapping by hand. Three regions, a fence for each, a list of what each has
 * missed since it was written last, and a flush for every piece. */
#include "port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REGIONS = 3, NBYTES = PORT_POINTS * sizeof(port_point), MOST = 1024 };

static const GLbitfield access = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT;
static GLuint buffer;
static unsigned char *memory;
static int region;
static GLsync fences[REGIONS];
static port_edit missed[REGIONS][MOST];
static size_t missed_count[REGIONS];

static void create(const port_point *points) {
    glCreateBuffers(1, &buffer);
    glNamedBufferStorage(buffer, REGIONS * NBYTES, NULL, access);
    memory = glMapNamedBufferRange(buffer, 0, REGIONS * NBYTES, access | GL_MAP_FLUSH_EXPLICIT_BIT);
    if (!memory) {
        fputs("the buffer cannot be mapped\n", stderr);
        exit(EXIT_FAILURE);
    }
    for (int i = 0; i < REGIONS; i++)
        memcpy(memory + (size_t)i * NBYTES, points, NBYTES);
    glFlushMappedNamedBufferRange(buffer, 0, REGIONS * NBYTES);
}

/* Every region has to get the edit once. When its list is full, it gets everything. */
static void remember(const port_edit *edits, size_t count) {
    for (int i = 0; i < REGIONS; i++) {
        if (count > MOST - missed_count[i]) {
            missed[i][0] = (port_edit){0, PORT_POINTS};
            missed_count[i] = 1;
            continue;
        }
        memcpy(missed[i] + missed_count[i], edits, count * sizeof edits[0]);
        missed_count[i] += count;
    }
}

static void wait_for_region(void) {
    GLenum state = GL_TIMEOUT_EXPIRED;

    while (fences[region] && state == GL_TIMEOUT_EXPIRED)
        state = glClientWaitSync(fences[region], GL_SYNC_FLUSH_COMMANDS_BIT, 100000000);
    if (state == GL_WAIT_FAILED) {
        fputs("waiting for the GPU failed\n", stderr);
        exit(EXIT_FAILURE);
    }
    glDeleteSync(fences[region]);
    fences[region] = NULL;
}

static port_source update(const port_point *points, const port_edit *edits, size_t count) {
    remember(edits, count);
    region = (region + 1) % REGIONS;
    wait_for_region();
    const size_t base = (size_t)region * NBYTES;
    for (size_t i = 0; i < missed_count[region]; i++) {
        const port_edit edit = missed[region][i];
        const size_t offset = base + edit.first * sizeof(port_point);
        const size_t nbytes = edit.count * sizeof(port_point);
        memcpy(memory + offset, points + edit.first, nbytes);
        glFlushMappedNamedBufferRange(buffer, (GLintptr)offset, (GLsizeiptr)nbytes);
    }
    missed_count[region] = 0;
    return (port_source){buffer, base};
}

static void drawn(void) {
    fences[region] = glFenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
}

static void destroy(void) {
    for (int i = 0; i < REGIONS; i++)
        glDeleteSync(fences[i]);
    glDeleteBuffers(1, &buffer);
}

int main(int argc, char **argv) {
    return port_run(
        &(port_way){"before_mapped", false, create, update, drawn, destroy}, argc, argv);
}
