/* The benchmark: the same edits brought to the GPU in every common way, in turn, in one context.
 *
 * A row is a workload, a plan the row with its random edits and the sums that the GPU must see, a
 * way one method of uploading (a table of functions), a variant a way with a number of threads, a
 * sample one repetition of a variant.
 */
#ifndef TRIREME_TESTS_BENCH_H
#define TRIREME_TESTS_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <glad/gl.h>
#include <trireme/gl.h>

#include "bench_pool.h"

#define BENCH_ITEM        16  /* bytes; everything is edited in whole items */
#define BENCH_CHUNK       256 /* bytes; to which scattered items are widened for those that copy */
#define BENCH_BLOCK       256 /* bytes of a buffer where there are many */
#define BENCH_ALIGN       256 /* of what is bound: no driver asks for more */
#define BENCH_COPIES      3
#define BENCH_MOST_WAYS   16
#define BENCH_MOST_PACING 3

/* --- what is to be done */

typedef enum bench_kind {
    BENCH_RUNS = 0, /* random runs of edit_nbytes; one run of everything where part is 1 */
    BENCH_ITEMS,    /* random single items */
    BENCH_APPEND,   /* the edit_nbytes that follow those of the last frame */
    BENCH_IDLE      /* nothing */
} bench_kind;

/* How a frame reads what was uploaded. */
typedef enum bench_reader {
    BENCH_STORAGE = 0,
    BENCH_VERTEX,
    BENCH_INDEX,
    BENCH_UNIFORM,
    BENCH_READERS
} bench_reader;

typedef struct bench_row {
    char name[48];
    bench_kind kind;
    bench_reader reader;
    size_t nbytes;       /* of the whole array */
    size_t buffers;      /* which is cut into so many; 0: one */
    size_t edit_nbytes;  /* of one edit; edits start at multiples of it */
    double part;         /* of the array, edited in a frame */
    size_t chunk_nbytes; /* 0: BENCH_CHUNK */
    bool threads;        /* once more with several threads */
    bool full;           /* only with --full */
} bench_row;

/* Items [first, first + count). */
typedef struct bench_run {
    uint32_t first, count;
} bench_run;

typedef struct bench_runs {
    bench_run *runs; /* ascending, disjoint, as few as possible */
    size_t count;
    size_t nbytes;
} bench_runs;

/* The edits of one frame. Trireme hears of the edits one by one; the others get a finished list. */
typedef struct bench_edits {
    uint32_t *places; /* first items, ascending */
    size_t count;
    uint32_t size;    /* items of each */
    bench_runs fresh; /* the same, joined; single items widened to chunks */
    bench_runs stale; /* what a copy lacks that was last written BENCH_COPIES frames ago */
} bench_edits;

typedef struct bench_plan {
    const bench_row *row;
    size_t buffers;    /* at least one */
    size_t each;       /* bytes of one buffer */
    bench_edits *sets; /* frames take turns with these */
    size_t set_count;
    unsigned warm_up, frames, pacing;
    uint32_t *expected; /* of each frame and one more: the sum that the reader must find */
} bench_plan;

/* --- bench_rows.c */

extern const bench_row bench_rows[];
extern const size_t bench_row_count;
/* SIZE/CHUNK/PERCENT, as in 16MiB/4KiB/10%. */
bool bench_row_parse(const char *text, bench_row *out);
bool bench_reader_parse(const char *text, bench_reader *out);
extern const char *const bench_reader_names[BENCH_READERS];

/* --- bench_plan.c */

bool bench_plan_open(bench_plan *plan, const bench_row *row, unsigned char *data);
void bench_plan_close(bench_plan *plan);
const bench_edits *bench_plan_edits(const bench_plan *plan, unsigned frame);
/* The array as it is before the first frame, and what a frame changes in it. */
void bench_plan_reset(const bench_plan *plan, unsigned char *data);
void bench_plan_write(const bench_plan *plan, unsigned frame, unsigned char *data);
/* Items of a frame's edits, straight from their producer to wherever they belong. */
void bench_produce(void *to, uint32_t first, uint32_t count, unsigned frame);
/* The same into mapped memory; has arrived after bench_produced, on the same thread. */
void bench_produce_mapped(void *to, uint32_t first, uint32_t count, unsigned frame);
void bench_produced(void);

/* --- how it is done */

/* What a draw reads. */
typedef struct bench_span {
    GLuint object;
    size_t offset;
} bench_span;

/* One way at work on one plan. */
typedef struct bench_job {
    const bench_plan *plan;
    unsigned char *data;
    bench_pool *pool; /* NULL: one thread */
    unsigned frame;
    uint64_t ring_limit_nbytes; /* of Trireme's device; 0: its default */
    bool whole;                 /* the extra frame, in which all of many buffers are read */
    /* Set by the way: where the array is in this frame, or with many objects, where each buffer. */
    bench_span span;
    bench_span *spans;
    /* Counted by the way, since it was opened. */
    uint64_t nbytes, calls, waits;
} bench_job;

enum bench_trait {
    BENCH_TRIREME = 1,     /* all others are "other ways" */
    BENCH_IN_PLACE = 2,    /* the producer writes to GPU memory: there is no array */
    BENCH_THREADED = 4,    /* can use several threads */
    BENCH_ONE_BUFFER = 8,  /* not where there are many buffers */
    BENCH_ONLY_ITEMS = 16, /* only for scattered items */
    BENCH_MANY = 32,       /* only where many buffers are edited */
    BENCH_ONLY_WHOLE = 64, /* only where all of one buffer is rewritten */
};

/* A way to bring edits to the GPU. `upload` and `end_frame` are timed. */
typedef struct bench_way {
    const char *name;
    unsigned traits;
    bool (*open)(bench_job *job);
    void (*upload)(bench_job *job, const bench_edits *edits);
    void (*end_frame)(bench_job *job); /* after the frame's reading was issued; NULL: nothing */
    void (*count)(bench_job *job);     /* brings the job's counts up to date; NULL: they are */
    void (*close)(bench_job *job);
} bench_way;

/* bench_peers.c, bench_persistent.c, bench_trireme.c; the first of Trireme's is AUTO. */
extern const bench_way bench_peers[];
extern const size_t bench_peer_count;
extern const bench_way bench_persistents[];
extern const size_t bench_persistent_count;
extern const bench_way bench_triremes[];
extern const size_t bench_trireme_count;

/* --- bench_reader.c: reads all of it, as a draw would; of many buffers, a few in turn */

bool bench_reader_open(const bench_plan *plan);
void bench_reader_issue(const bench_job *job);
/* How many frames saw something else than they should have. */
unsigned bench_reader_verify(const bench_plan *plan);
void bench_reader_close(void);
/* The bytes that one frame reads, and what their sum is. */
void bench_reader_window(const bench_plan *plan, unsigned frame, size_t *first, size_t *nbytes);
uint32_t bench_reader_sum(
    bench_reader reader, const unsigned char *data, size_t first, size_t nbytes);

/* --- bench_context.c: a context without a window system and without debugging */

extern GladGLContext bench_gl;
bool bench_context_open(const char **why);
bool bench_context_is_software(void); /* reads with the processors that also write */
void bench_context_close(void);
trm_gl_proc bench_context_proc(const char *name);

/* --- bench_run.c */

typedef struct bench_options {
    bool full, list, help;
    const char *json;
    const char *only[16];
    size_t only_count;
    const char *ways[16];
    size_t way_count; /* 0: all of them */
    bench_row own[16];
    size_t own_count;
    int reader; /* a bench_reader, or -1 */
    unsigned frames, warm_up, repeat, pacing, threads;
    unsigned ring_limit_mib; /* 0: the library's default */
} bench_options;

/* Microseconds, bytes and calls of a frame; waits and mistakes of all its frames. */
typedef struct bench_sample {
    double frame_us;   /* all but making the data */
    double upload_us;  /* in the way's functions */
    double cpu_us;     /* the same by the clock of this thread: without being blocked */
    double pace_us;    /* waiting for the benchmark's own fence; part of frame_us */
    double make_us;    /* making the data; not part of frame_us */
    double longest_us; /* the longest single visit to the way's functions */
    double nbytes, calls;
    double waits;
    double mistakes; /* frames in which the GPU read something else; -1: the way did not open */
} bench_sample;

typedef struct bench_variant {
    const bench_way *way;
    unsigned threads;
    bench_sample median, least;
    bool ok;
} bench_variant;

typedef struct bench_result {
    const bench_row *row;
    unsigned frames;
    bench_variant variants[2 * BENCH_MOST_WAYS];
    size_t count;
} bench_result;

bool bench_measure(const bench_row *row, const bench_options *options, bench_result *out);

/* --- bench_stats.c */

/* Field by field; in both, waits and mistakes are the most of any repetition. */
void bench_summarise(
    const bench_sample *samples, size_t count, bench_sample *median, bench_sample *least);

/* LEAST_FRAME: of the fastest repetition. The rest are medians. */
typedef enum bench_figure { BENCH_FRAME, BENCH_LEAST_FRAME, BENCH_UPLOAD, BENCH_CPU } bench_figure;

/* The best other way that has the same job: with so many threads, and writing in place or not. */
const bench_variant *bench_best_other(
    const bench_result *result, bench_figure what, unsigned threads, bool in_place);
/* The first of Trireme's variants of that kind. NULL: there is none. */
const bench_variant *bench_of_trireme(const bench_result *result, unsigned threads, bool in_place);
/* other / mine; 0 if either is missing. */
double bench_ratio(const bench_variant *other, const bench_variant *mine, bench_figure what);
bool bench_all_ok(const bench_result *result);

/* --- bench_bus.c: GB/s of a copy from mapped to device-local memory */

double bench_bus_rate(void);

/* --- bench_output.c */

void bench_table_begin(FILE *out, const bench_options *options);
void bench_table_row(FILE *out, const bench_result *result);
void bench_json_begin(FILE *out, const bench_options *options, double bus_rate);
void bench_json_row(FILE *out, const bench_result *result, bool first);
void bench_json_end(FILE *out);

/* --- bench_clock.c */

double bench_now_us(void);
double bench_thread_us(void); /* CPU time of this thread */

#endif
