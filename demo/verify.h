/* --verify: what did the GPU read? A fragment shader copies the spans that the scene has just drawn
 * from, word by word through a buffer texture, into memory that the CPU can see. When the frame has
 * finished, by the demo's own fence, that is compared with the arrays as they were when the frame
 * was made. Nothing here waits, so the GPU really is a frame or two behind.
 *
 * Fragments, because a software rasteriser fetches vertices while the draw is submitted: only what
 * fragments read can come too late there. A storage buffer, because reading pixels back would wait.
 * Mapped coherently, because then the fence alone makes the GPU's writes visible
 * (GL_ARB_buffer_storage), and no memory barrier is needed, which on such a machine is a full wait.
 */
#ifndef DEMO_VERIFY_H
#define DEMO_VERIFY_H

#include "pace.h"
#include "scene.h"

/* Where one buffer lies in a slot. */
typedef struct demo_verify_part {
    size_t offset;
    size_t nbytes;
    size_t itemsize;
    char label[32]; /* the buffer's, which may be gone when the frame is compared */
} demo_verify_part;

typedef struct demo_verify_slot {
    GLuint result;
    const unsigned char *seen; /* mapped: what the GPU read */
    unsigned char *expected;   /* the arrays at that time, packed */
    demo_verify_part parts[DEMO_MOST_SUBJECTS];
    size_t count;
    uint64_t frame;
    bool pending;
} demo_verify_slot;

typedef struct demo_verify {
    const GladGLContext *gl;
    demo_verify_slot slots[DEMO_PACE_SLOTS];
    size_t nbytes;
    GLsizei rows;
    GLuint program;
    GLuint array;
    GLuint framebuffer;  /* without attachments: a number of fragments, no more */
    GLuint items;        /* the buffer texture */
    uint64_t mismatches; /* items, over all frames */
    uint64_t frames;     /* compared */
} demo_verify;

/* For buffers of `nbytes` bytes in all, each of them whole words. False after a failure, which is
 * reported. */
bool demo_verify_create(demo_verify *verify, const GladGLContext *gl, size_t nbytes);
void demo_verify_destroy(demo_verify *verify);

/* After the scene's draw. */
void demo_verify_capture(
    demo_verify *verify, uint64_t frame, const demo_subject *subjects, size_t count);

/* Compares the frame whose slot `frame` is about to take; it has finished. */
void demo_verify_collect(demo_verify *verify, uint64_t frame);

#endif
