/* After: everything is marked. A full rewrite is a memcpy for everyone; what is gained is that a
 * frame that changes less also costs less. */
#include "port.h"

#include <stdlib.h>

#include <trireme/gl.h>

static trm_device *device;
static trm_buffer *buffer;

static void create(const port_point *points) {
    const trm_log log = {.write = trm_log_stderr};

    if (trm_gl_device_create(
            &(trm_gl_device_desc){.get_proc_address = port_load, .device = {.log = log}},
            &device) ||
        trm_buffer_create(&(trm_buffer_desc){.data = points,
                              .nitems = PORT_POINTS,
                              .nbytes = PORT_POINTS * sizeof(port_point),
                              .usage = TRM_USAGE_VERTEX,
                              .log = log},
            &buffer))
        exit(EXIT_FAILURE);
}

static port_source update(const port_point *points, const port_edit *edits, size_t count) {
    trm_gl_span span;

    (void)points;
    (void)edits;
    (void)count;
    trm_buffer_update_full(buffer);
    if (trm_gl_acquire(device, buffer, &span))
        exit(EXIT_FAILURE);
    return (port_source){span.object, span.offset};
}

static void drawn(void) {
    trm_device_end_frame(device);
}

static void destroy(void) {
    trm_device_destroy(device);
    trm_buffer_destroy(buffer);
}

int main(int argc, char **argv) {
    return port_run(&(port_way){"after_orphan", true, create, update, drawn, destroy}, argc, argv);
}
