/* Trireme, told of each edit by a mark. Its calls are counted by the tests' spy, through which each
 * of them goes; that costs it a nanosecond or two a call. */
#include "bench.h"
#include "bench_pool.h"

#include <stdlib.h>

#include "support/gl_spy.h"

static trm_device *device;
static trm_buffer **buffers;
static trm_buffer ***edited; /* of many buffers those of each set of edits, as the plan has them */
static bool acquires_all;    /* not only what is drawn */
static bool marks_singly;    /* a call for each of many buffers */

static trm_gl_proc get_proc(void *user, const char *name) {
    (void)user;
    return gl_spy_lookup(bench_context_proc, name);
}

static const uint32_t usages[BENCH_READERS] = {
    TRM_USAGE_STORAGE, TRM_USAGE_VERTEX, TRM_USAGE_INDEX, TRM_USAGE_UNIFORM};

static bool make_buffer(const bench_job *job, trm_placement placement, size_t index) {
    const bench_plan *plan = job->plan;
    const trm_buffer_desc desc = {.data = job->data + index * plan->each,
        .nbytes = plan->each,
        .format = "4xf4",
        .chunk_size = plan->row->chunk_nbytes / BENCH_ITEM,
        .usage = usages[plan->row->reader],
        .placement = placement,
        .log.write = trm_log_stderr};
    trm_gl_span span;
    return trm_buffer_create(&desc, &buffers[index]) == TRM_OK &&
           trm_gl_acquire(device, buffers[index], &span) == TRM_OK;
}

static void share_out(
    void *user, size_t count, void (*task)(void *context, size_t index), void *context) {
    bench_pool_run(user, count, task, context);
}

/* An application knows its buffers by their pointers. */
static bool list_edited(const bench_plan *plan) {
    edited = calloc(plan->set_count, sizeof(trm_buffer **));
    bool made = edited != NULL;
    for (size_t set = 0; made && set < plan->set_count; set++) {
        const bench_edits *edits = &plan->sets[set];
        edited[set] = calloc(edits->count + 1, sizeof(trm_buffer *));
        made = edited[set] != NULL;
        for (size_t i = 0; made && i < edits->count; i++)
            edited[set][i] = buffers[(size_t)edits->places[i] * BENCH_ITEM / plan->each];
    }
    return made;
}

static bool open_placed(bench_job *job, trm_placement placement) {
    /* The benchmark flushes each frame itself, at once. */
    const trm_gl_device_desc desc = {.get_proc_address = get_proc,
        .device = {.no_flush = true,
            .staging_limit_nbytes = job->ring_limit_nbytes,
            .parallel_for = job->pool ? share_out : NULL,
            .parallel_user = job->pool,
            .log.write = trm_log_stderr}};
    const size_t count = job->plan->buffers;
    acquires_all = marks_singly = false;
    bool made = trm_gl_device_create(&desc, &device) == TRM_OK;
    buffers = calloc(count, sizeof(trm_buffer *));
    job->spans = calloc(count, sizeof *job->spans);
    made = made && buffers && job->spans;
    for (size_t i = 0; made && i < count; i++)
        made = make_buffer(job, placement, i);
    made = made && list_edited(job->plan);
    gl_spy_reset_counts();
    return made;
}

static bool auto_open(bench_job *job) {
    return open_placed(job, TRM_PLACEMENT_AUTO);
}

static bool auto_all_open(bench_job *job) {
    const bool made = open_placed(job, TRM_PLACEMENT_AUTO);
    acquires_all = true;
    return made;
}

static bool auto_singly_open(bench_job *job) {
    const bool made = open_placed(job, TRM_PLACEMENT_AUTO);
    marks_singly = true;
    return made;
}

static bool mapped_open(bench_job *job) {
    return open_placed(job, TRM_PLACEMENT_MAPPED);
}

static bool device_open(bench_job *job) {
    return open_placed(job, TRM_PLACEMENT_DEVICE);
}

static void mark_many(trm_buffer *const *list, size_t count) {
    if (!marks_singly)
        trm_buffer_update_many(list, count);
    for (size_t i = 0; marks_singly && i < count; i++)
        trm_buffer_update_full(list[i]);
}

static void mark(const bench_plan *plan, const bench_edits *edits) {
    if (plan->buffers > 1)
        mark_many(edited[edits - plan->sets], edits->count);
    else if (edits->size == 1)
        trm_buffer_update_indices(buffers[0], edits->places, edits->count);
    else
        for (size_t i = 0; i < edits->count; i++)
            trm_buffer_update_range(buffers[0], edits->places[i], edits->size);
}

/* A frame acquires what it draws. Of many buffers these are the few that the reader looks at, as
 * the others are spared all but a few bindings, too; or all of them, with auto-all. */
static void acquire(bench_job *job) {
    const bench_plan *plan = job->plan;
    size_t first = 0, nbytes = plan->row->nbytes;
    if (!acquires_all && !job->whole)
        bench_reader_window(plan, job->frame, &first, &nbytes);
    for (size_t i = first / plan->each; i < (first + nbytes) / plan->each; i++) {
        trm_gl_span span;
        trm_gl_acquire(device, buffers[i], &span);
        job->spans[i] = (bench_span){span.object, span.offset};
    }
    job->span = job->spans[0];
}

static void marked(bench_job *job, const bench_edits *edits) {
    mark(job->plan, edits);
    trm_device_sync(device);
    acquire(job);
}

static void end_frame(bench_job *job) {
    (void)job;
    trm_device_end_frame(device);
}

static void count(bench_job *job) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    job->nbytes = stats.copied_nbytes;
    job->waits = stats.waits;
    job->calls = gl_spy_total();
}

static void close_all(bench_job *job) {
    trm_device_destroy(device);
    for (size_t i = 0; buffers && i < job->plan->buffers; i++)
        trm_buffer_destroy(buffers[i]);
    for (size_t set = 0; edited && set < job->plan->set_count; set++)
        free(edited[set]);
    free(edited);
    free(buffers);
    free(job->spans);
    buffers = NULL;
    edited = NULL;
    job->spans = NULL;
    device = NULL;
}

/* --- written in place: the producer writes into the staging ring */

#define PIECES 4 /* for each thread */

static bool in_place_open(bench_job *job) {
    const size_t nbytes = job->plan->row->nbytes;
    const trm_gl_device_desc desc = {.get_proc_address = get_proc,
        .device = {.no_flush = true, .staging_nbytes = nbytes, .log.write = trm_log_stderr}};
    buffers = calloc(1, sizeof(trm_buffer *));
    job->spans = calloc(1, sizeof *job->spans);
    return buffers && job->spans && trm_gl_device_create(&desc, &device) == TRM_OK &&
           trm_buffer_create(&(trm_buffer_desc){.nbytes = nbytes,
                                 .format = "4xf4",
                                 .usage = usages[job->plan->row->reader],
                                 .log.write = trm_log_stderr},
               &buffers[0]) == TRM_OK &&
           trm_buffer_send_data(buffers[0], 0, job->data, nbytes) == TRM_OK;
}

typedef struct producing {
    unsigned char *to;
    uint32_t items;
    unsigned frame;
    size_t pieces;
} producing;

static void produce_piece(void *context, size_t index) {
    const producing *work = context;
    const uint32_t first = (uint32_t)(work->items * (uint64_t)index / work->pieces);
    const uint32_t end = (uint32_t)(work->items * (uint64_t)(index + 1) / work->pieces);
    bench_produce_mapped(work->to + (size_t)first * BENCH_ITEM, first, end - first, work->frame);
    bench_produced();
}

static void in_place(bench_job *job, const bench_edits *edits) {
    trm_gl_span span;
    void *to;
    if (edits->count > 0 &&
        trm_device_write_begin(device, buffers[0], 0, TRM_WHOLE, &to) == TRM_OK) {
        producing work = {to, (uint32_t)(job->plan->row->nbytes / BENCH_ITEM), job->frame,
            job->pool ? PIECES * bench_pool_threads(job->pool) : 1};
        bench_pool_run(job->pool, work.pieces, produce_piece, &work);
        trm_device_write_end(device, buffers[0], work.items);
    }
    trm_gl_acquire(device, buffers[0], &span);
    job->span = job->spans[0] = (bench_span){span.object, span.offset};
}

const bench_way bench_triremes[] = {
    {"auto", BENCH_TRIREME | BENCH_THREADED, auto_open, marked, end_frame, count, close_all},
    {"auto-all", BENCH_TRIREME | BENCH_MANY, auto_all_open, marked, end_frame, count, close_all},
    {"auto-singly", BENCH_TRIREME | BENCH_MANY, auto_singly_open, marked, end_frame, count,
        close_all},
    {"mapped", BENCH_TRIREME | BENCH_THREADED, mapped_open, marked, end_frame, count, close_all},
    {"device", BENCH_TRIREME | BENCH_THREADED, device_open, marked, end_frame, count, close_all},
    {"in-place", BENCH_TRIREME | BENCH_IN_PLACE | BENCH_THREADED | BENCH_ONLY_WHOLE, in_place_open,
        in_place, end_frame, count, close_all},
};
const size_t bench_trireme_count = sizeof bench_triremes / sizeof bench_triremes[0];
