/* Programs that lose their context somewhere: buffers with a shadow of what the GPU should show, on
 * one strict GPU after the other. */
#ifndef TRIREME_TESTS_LOSSES_WORLD_H
#define TRIREME_TESTS_LOSSES_WORLD_H

#include "strict/strict_test.h"
#include "support/random.h"

#define LOSSES_SUBJECTS 12
#define LOSSES_DRAWS    128
#define LOSSES_READS    8

typedef struct subject {
    trm_buffer *buffer;
    unsigned char *shadow; /* the array, or what was sent and written */
    size_t nitems, itemsize;
    bool has_data;
    bool has_content; /* something was sent or written */
} subject;

/* Bytes and what they should be. */
typedef struct expected {
    strict_read *draw;
    trm_read *read;
    unsigned char *bytes;
    size_t nbytes;
} expected;

typedef struct world world;

/* What is special about a program; everything else is alike. */
typedef struct program {
    const char *name;
    trm_placement placement;
    trm_memory_kind memory;
    trm_gl_scatter_mode scatter;
    bool with_pages, with_inline;
    bool without_data;
    size_t count; /* of buffers */
    size_t nitems;
    size_t edits; /* a buffer and frame */
    void (*special)(world *w, int frame);
} program;

struct world {
    const program *how;
    strict_gpu_desc gpu_desc;
    trm_device *device;
    trm_stream *stream;
    subject subjects[LOSSES_SUBJECTS];
    expected draws[LOSSES_DRAWS];
    size_t draw_count;
    expected reads[LOSSES_READS];
    size_t read_count;
    random_state dice;
    bool told;           /* a call said DEVICE_LOST */
    uint64_t calls;      /* of GL on the first GPU */
    uint64_t lose_at[2]; /* the n-th call on the first GPU, and on the second; 0: none */
    size_t gpus;         /* that there were */
    uint64_t losses;
    uint64_t allocations, fail_allocation; /* of the device's; the n-th from now fails, 0: none */
    size_t live_nbytes;
};

/* Whether the call went well; anything else needs a lost GPU. */
bool losses_say(world *w, trm_result result);

/* Makes a GPU, the next loss planted in it, and a device. False if that loss came at once. */
void losses_open(world *w, const program *how, const strict_gpu_desc *desc);

/* Another GPU in the place of the lost one. */
void losses_next_gpu(world *w);

/* trm_gl_device_restore with that GPU's loader. */
trm_result losses_restore(world *w);

/* Runs a frame. */
void losses_frame(world *w, int frame);

/* When the context is gone and the device knows (or is told): restores it, and looks at all. */
void losses_recover(world *w);

/* Behind a restore: no read comes any more, and what is reported as lost is sent again. */
void losses_bring_back(world *w);

/* Draws everything, and compares. */
void losses_look_at_all(world *w);

/* Ends it: everything is given back. */
void losses_close(world *w);

/* For what is special. */
void losses_scribble(world *w, unsigned char *bytes, size_t nbytes);
void losses_make(world *w, subject *s);
void losses_send(world *w, subject *s, size_t offset, size_t nbytes);
void losses_expect_draw(
    world *w, const trm_gl_span *span, const unsigned char *bytes, size_t nbytes);
void losses_show(world *w, subject *s);

#endif
