/* The naive model of a buffer's marks: a flag for each chunk. */
#ifndef TRIREME_TESTS_MARKS_MODEL_H
#define TRIREME_TESTS_MARKS_MODEL_H

#include "unit.h"

typedef struct marks_model {
    size_t nitems;
    size_t chunk_size;
    size_t chunk_count;
    bool *marked;
} marks_model;

/* A model of the buffer as it is now, with everything marked or nothing. */
marks_model marks_model_create(const trm_buffer *buffer, bool marked);
void marks_model_destroy(marks_model *model);

/* Marks the chunks of items [offset, offset + size), cut off at the end. */
void marks_model_mark(marks_model *model, size_t offset, size_t size);

/* The marked chunks as maximal runs. Returns how many; writes them if `runs` is not NULL. */
size_t marks_model_runs(const marks_model *model, trm_run *runs);

/* Takes the buffer's runs, asserts that they are exactly the model's, and clears the model. */
void marks_model_take(marks_model *model, trm_buffer *buffer);

/* A buffer of `nitems` one-byte items over a static array, nothing pending. */
trm_buffer *marks_buffer(size_t nitems, size_t chunk_size);

/* Takes everything that is pending and forgets it. */
void marks_drain(trm_buffer *buffer);

#define MARKS_MAX_ITEMS 600000

#endif
