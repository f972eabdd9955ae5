/* The picture: the offscreen target that scenes draw into, of exactly the size asked for, whatever
 * the window is like. */
#ifndef DEMO_PICTURE_H
#define DEMO_PICTURE_H

#include "scene.h"

typedef struct demo_picture {
    demo_canvas canvas;
    GLuint colour; /* RGBA8, holding sRGB-encoded values */
    GLuint depth;
} demo_picture;

/* A pixel rectangle in the window, from the bottom left. */
typedef struct demo_rect {
    int x;
    int y;
    int width;
    int height;
} demo_rect;

/* Makes the picture, or makes it anew in another size. False after a failure, which has been
 * reported; the old picture is gone then. */
bool demo_picture_resize(demo_picture *picture, const GladGLContext *gl, int width, int height);
void demo_picture_destroy(demo_picture *picture, const GladGLContext *gl);

/* Where the picture lies in a window of that size: as large as fits, centred. */
demo_rect demo_picture_fit(const demo_picture *picture, int width, int height);

/* Shows the picture in the default framebuffer. */
void demo_picture_present(
    const demo_picture *picture, const GladGLContext *gl, int width, int height);

/* Writes the picture as a PNG. Reports failure. */
bool demo_picture_save(const demo_picture *picture, const GladGLContext *gl, const char *path);

#endif
