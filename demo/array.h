/* An array of a scene: a trm_buffer, and where its content lies on the GPU in this frame.
 *
 * A stage (stage.h) makes arrays with demo_stage_array and owns them. Once a frame, after the scene
 * has edited, it acquires each of them; all draws of the frame use that span. A scene edits its own
 * memory and says so with the trm_buffer_update calls on `buffer`. */
#ifndef DEMO_ARRAY_H
#define DEMO_ARRAY_H

#include <trireme/gl.h>

typedef struct demo_array {
    trm_buffer *buffer; /* NULL: the array has been replaced */
    trm_gl_span span;
} demo_array;

#endif
