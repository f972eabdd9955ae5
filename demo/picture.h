/* The picture: the offscreen target that scenes draw into, of exactly the size asked for, whatever
 * the window is like. */
#ifndef DEMO_PICTURE_H
#define DEMO_PICTURE_H

#include "scene.h"

typedef struct demo_picture {
    demo_canvas canvas;
    GLuint colour;  /* RGBA8, holding sRGB-encoded values */
    GLuint encoded; /* the same texels as SRGB8_ALPHA8 */
    GLuint depth;
} demo_picture;

/* A pixel rectangle in the window, from the bottom left. */
typedef struct demo_rect {
    int x;
    int y;
    int width;
    int height;
} demo_rect;

/* Makes the picture, or makes it anew in another size; canvas.scale stays. False after a failure,
 * which has been reported; the old picture is gone then. */
bool demo_picture_resize(demo_picture *picture, const GladGLContext *gl, int width, int height);
void demo_picture_destroy(demo_picture *picture, const GladGLContext *gl);

/* Where the picture lies in a window of that size: as large as fits, centred. */
demo_rect demo_picture_fit(const demo_picture *picture, int width, int height);

/* Shows the picture in the default framebuffer. */
void demo_picture_present(
    const demo_picture *picture, const GladGLContext *gl, int width, int height);

/* Reads the picture into `out`, four bytes a pixel, the lowest row first. */
void demo_picture_read(const demo_picture *picture, const GladGLContext *gl, unsigned char *out);

/* Writes pixels as read above as a PNG; overwrites them unless `alpha`. Reports failure. */
bool demo_picture_write(const char *path, unsigned char *pixels, int width, int height, bool alpha);

/* Writes the picture as a PNG, with its alpha channel or opaque. Reports failure. */
bool demo_picture_save(
    const demo_picture *picture, const GladGLContext *gl, const char *path, bool alpha);

#endif
