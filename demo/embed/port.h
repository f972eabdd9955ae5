/* The application around the pairs before_*.c and after_*.c: a context without a window, an array
 * of 256 x 256 points, each one pixel of the picture, edits that are the same in every program,
 * draws, times, a picture at the end. A program supplies what brings the array to the GPU. */
#ifndef PORT_H
#define PORT_H

#include "embed.h"

#include <stddef.h>
#include <stdint.h>

enum { PORT_SIDE = 256, PORT_POINTS = PORT_SIDE * PORT_SIDE };

typedef struct port_point {
    float place[2];
    uint8_t color[4];
} port_point;

/* Items [first, first + count) have changed. */
typedef struct port_edit {
    size_t first;
    size_t count;
} port_edit;

/* What a draw reads from. */
typedef struct port_source {
    GLuint object;
    size_t offset; /* bytes */
} port_source;

typedef struct port_way {
    const char *name;
    bool rewrites; /* every frame writes the whole array, as one edit */
    void (*create)(const port_point *points);
    /* Before the frame's draw: what to draw from, with these edits in it. */
    port_source (*update)(const port_point *points, const port_edit *edits, size_t count);
    void (*drawn)(void); /* after the frame's draw */
    void (*destroy)(void);
} port_way;

/* All of main(). */
int port_run(const port_way *way, int argc, char **argv);

/* For ways that need to load functions themselves. */
void (*port_load(void *user, const char *name))(void);

#endif
