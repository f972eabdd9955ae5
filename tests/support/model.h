/* A buffer with its CPU array, and what the GPU should read from it: an array for each draw.
 *
 * Edits write into the array and mark what they wrote. They also keep a bitmap of their own of the
 * chunks touched since the last model_frame, to hold the library's byte counts against.
 */
#ifndef TRIREME_TESTS_MODEL_H
#define TRIREME_TESTS_MODEL_H

#include <trireme/buffer.h>

#include "support/harness.h"
#include "support/random.h"

typedef struct model {
    trm_buffer *buffer;
    uint8_t *array; /* nitems * stride bytes */
    uint8_t *spare; /* the array of the next set_data */
    uint8_t *touched;
    size_t nitems;
    size_t itemsize;
    size_t stride;
    size_t swapped; /* bytes of a big-endian component, else 1 */
    size_t chunk;   /* items */
    random_state random;
} model;

/* What was edited since the last model_frame. */
typedef struct model_frame_info {
    size_t touched_nbytes; /* of all chunks touched */
    size_t runs;           /* maximal sequences of touched chunks */
} model_frame_info;

/* A buffer by the description, whose `data`, `nbytes` and `log` are filled in here: `nitems` and
 * `format` must be given. Content is random by the seed. A description that leaves the placement
 * open gets MAPPED: most suites speak of regions. */
void model_open(model *m, const trm_buffer_desc *desc, uint64_t seed);

/* The same with this placement, be it AUTO, whatever the description says. */
void model_open_placed(
    model *m, const trm_buffer_desc *desc, trm_placement placement, uint64_t seed);

/* Destroys the buffer too, which must succeed. */
void model_close(model *m);

/* The bytes that the GPU should see now. */
size_t model_nbytes(const model *m);
void model_expect(const model *m, uint8_t *out);

/* Writes new random values into the array without marking them, or with the call that marks them.
 */
void model_scribble(model *m, size_t first, size_t count);
void model_edit_range(model *m, size_t first, size_t count);
void model_edit_indices(model *m, size_t count); /* at random */
void model_edit_full(model *m);
void model_set_data(model *m);

/* One to three edits of any kind, seldom none. */
void model_edit_anything(model *m);

/* Closes the books on the edits made so far. A model starts with everything touched. */
model_frame_info model_frame(model *m);

/* A draw and what it should read. */
typedef struct model_draw {
    harness_draw draw;
    size_t nbytes;
    uint8_t *expected;
} model_draw;

/* Draws from the span, which must be as large as the model, and notes the array's present content.
 */
model_draw model_issue(const model *m, harness_reader reader, const trm_gl_span *span);

/* Whether the draw read what was noted. Prints the first difference otherwise. Frees the note. */
bool model_check(model_draw *draw);

#endif
