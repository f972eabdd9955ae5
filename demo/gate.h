/* `--fault late-gpu`: a GPU that is late, however slow the machine that makes its frames. Each
 * frame starts with fragments that turn round and round until the CPU lets the frame go, which is
 * when its slot is wanted for another one (pace.h): two frames are unfinished whenever a third is
 * made. What that shows has to be seen each time then, and not only on a good day.
 *
 * For a GPU that executes apart from the thread that feeds it. A frame that is not let go ends by
 * itself after a while, so that nothing hangs. */
#ifndef DEMO_GATE_H
#define DEMO_GATE_H

#include "gl.h"

typedef struct demo_gate {
    const GladGLContext *gl;
    volatile uint32_t *open; /* mapped coherently: frames that may go */
    GLuint buffer;
    GLuint program;
    GLuint array;
    GLuint framebuffer; /* without attachments; and of its own, so that the rest comes after it */
} demo_gate;

/* False after a failure, which is reported. */
bool demo_gate_create(demo_gate *gate, const GladGLContext *gl);
void demo_gate_destroy(demo_gate *gate);

/* Lets the first `frames` frames go. */
void demo_gate_open(demo_gate *gate, uint64_t frames);

/* What is drawn from now on waits until this frame may go. */
void demo_gate_hold(demo_gate *gate, uint64_t frame);

#endif
