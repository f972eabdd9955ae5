/* Keeps at most two frames unfinished, by fences of the demo's own: the GPU always has work, and
 * nobody waits for it inside the library. */
#ifndef DEMO_PACE_H
#define DEMO_PACE_H

#include "gl.h"

#define DEMO_PACE_SLOTS 3 /* the frame being made and two unfinished ones */

typedef struct demo_pace {
    GLsync fences[DEMO_PACE_SLOTS];
} demo_pace;

/* Before a frame: the frame that last had this slot has finished afterwards. False when the GPU
 * does not come to an end; that has been reported. */
bool demo_pace_begin(demo_pace *pace, const GladGLContext *gl, uint64_t frame);

/* After the last command of a frame. */
void demo_pace_end(demo_pace *pace, const GladGLContext *gl, uint64_t frame);

void demo_pace_destroy(demo_pace *pace, const GladGLContext *gl);

#endif
