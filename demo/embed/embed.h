/* What the programs of this folder share, so that each shows little but its subject: two options, a
 * shader program, a picture. They call OpenGL by prototypes, which libGL and libOpenGL have on
 * Linux; elsewhere, and in any larger program, a loader such as glad or libepoxy takes that place.
 */
#ifndef EMBED_H
#define EMBED_H

#define GL_GLEXT_PROTOTYPES
#include <GL/glcorearb.h>
#include <stdbool.h>

/* Exit status of a program that found no OpenGL 4.5. */
#define EMBED_NO_GL 77

typedef struct embed_options {
    int frames;          /* --frames N: ends after so many; 0: when the window is closed */
    const char *picture; /* --picture FILE.png: what the last frame shows; NULL: none */
} embed_options;

/* Reads the command line; a mistake in it ends the program. */
embed_options embed_read(int argc, char **argv);

/* Whether frame number `frame`, counted from 0, is the last one. */
bool embed_is_last(const embed_options *options, int frame);

/* Makes a context without a window current (egl.c). */
bool embed_open_egl(void);

/* Says that there is no OpenGL 4.5; the exit status. */
int embed_no_gl(const char *why);

/* Compiles and links; a mistake ends the program. */
GLuint embed_program(const char *vertex, const char *fragment);

/* RGBA pixels of the bound framebuffer, all opaque, rows from the bottom; free() them. */
unsigned char *embed_pixels(int width, int height);

/* Writes the bound framebuffer, or pixels, as a PNG file; a failure ends the program. */
void embed_save(const char *path, int width, int height);
void embed_save_pixels(const char *path, int width, int height, const unsigned char *pixels);

#endif
