/* Where a stage draws: colour at twice the size of the picture (or at its size on dense monitors),
 * twice over so that passes can read one and write the other, and depth. Linear light, stored as
 * sRGB. */
#ifndef DEMO_TARGETS_H
#define DEMO_TARGETS_H

#include "scene.h"

typedef struct demo_targets {
    GLuint colours[2];
    GLuint framebuffers[2]; /* the first one with depth */
    GLuint depth;
    int width;
    int height;
    int factor; /* pixels across a pixel of the picture */
} demo_targets;

/* Makes them anew when the size of the picture is another. False after a failure, which has been
 * reported. */
bool demo_targets_fit(demo_targets *targets, const GladGLContext *gl, const demo_canvas *canvas);
void demo_targets_destroy(demo_targets *targets, const GladGLContext *gl);

#endif
