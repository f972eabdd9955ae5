/* A file that is read from front to back, unpacked on the way if it is a gzip file. */
#ifndef DEMO_DATA_STREAM_H
#define DEMO_DATA_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <zlib.h>

#include "data_reason.h"

typedef struct demo_stream {
    const char *path; /* borrowed */
    FILE *plain;      /* one of the two */
    gzFile packed;
} demo_stream;

/* `unpack`: recognise gzip by its first bytes. Otherwise the bytes are taken as they are. */
bool demo_stream_open(demo_stream *out, const char *path, bool unpack, demo_reason *reason);
void demo_stream_close(demo_stream *stream);

/* Reads `nbytes`, or fewer where the file ends; *got says how many. At most 1 GiB at once. False
 * when the file cannot be read or unpacked. */
bool demo_stream_read(
    demo_stream *stream, void *out, size_t nbytes, size_t *got, demo_reason *reason);

#endif
