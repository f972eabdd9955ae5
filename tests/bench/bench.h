/* The benchmark: the same edits brought to the GPU in every common way, in turn, in one context. */
#ifndef TRIREME_TESTS_BENCH_H
#define TRIREME_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glad/gl.h>
#include <trireme/gl.h>

/* Frames that the benchmark itself lets the GPU fall behind. */
#define BENCH_IN_FLIGHT 2

typedef struct bench_workload {
    const char *name;
    size_t nbytes;
    size_t edit_nbytes; /* of one edit; edits start at multiples of it */
    double fraction;    /* of the buffer, edited each frame; 1: all of it */
} bench_workload;

/* The edits of one frame, ascending and disjoint, as items of 16 bytes. */
typedef struct bench_edits {
    trm_range *runs;
    size_t count;
} bench_edits;

#define BENCH_ITEM 16

/* What a draw reads. */
typedef struct bench_span {
    GLuint object;
    size_t offset;
} bench_span;

/* A way to bring edits to the GPU. `upload` returns what to read from; what it does is timed. */
typedef struct bench_way {
    const char *name;
    bool is_trireme;
    bool (*open)(void *data, size_t nbytes);
    bench_span (*upload)(const void *data, size_t nbytes, const bench_edits *edits);
    void (*end_frame)(void); /* NULL: nothing */
    uint64_t (*waits)(void); /* NULL: unknown */
    void (*close)(void);
} bench_way;

extern const bench_way bench_ways[];
extern const size_t bench_way_count;

extern GladGLContext bench_gl;

/* A context without a window system and without debugging. */
bool bench_context_open(const char **why);
trm_gl_proc bench_proc(void *user, const char *name);

/* bench_reader.c: a compute pass over all words, and what it should find. */
bool bench_reader_open(void);
void bench_reader_issue(const bench_span *span, size_t nbytes);
uint32_t bench_reader_fetch(void);
uint32_t bench_checksum(const void *data, size_t nbytes);

#endif
