#include "pace.h"

#include <stdio.h>

#define SLICE_NS 100000000u /* a tenth of a second */
#define SLICES   300

bool demo_pace_begin(demo_pace *pace, const GladGLContext *gl, uint64_t frame) {
    GLsync *fence = &pace->fences[frame % DEMO_PACE_SLOTS];
    GLenum state = GL_TIMEOUT_EXPIRED;

    if (!*fence)
        return true;
    for (int i = 0; i < SLICES && state == GL_TIMEOUT_EXPIRED; i++)
        state = gl->ClientWaitSync(*fence, GL_SYNC_FLUSH_COMMANDS_BIT, SLICE_NS);
    gl->DeleteSync(*fence);
    *fence = NULL;
    if (state == GL_ALREADY_SIGNALED || state == GL_CONDITION_SATISFIED)
        return true;
    fprintf(stderr, "trireme-demo: the GPU did not finish a frame in time\n");
    return false;
}

void demo_pace_end(demo_pace *pace, const GladGLContext *gl, uint64_t frame) {
    pace->fences[frame % DEMO_PACE_SLOTS] = gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
}

void demo_pace_destroy(demo_pace *pace, const GladGLContext *gl) {
    for (int i = 0; i < DEMO_PACE_SLOTS; i++) {
        if (pace->fences[i])
            gl->DeleteSync(pace->fences[i]);
        pace->fences[i] = NULL;
    }
}
