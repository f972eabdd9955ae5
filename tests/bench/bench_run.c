/* Measures a row: repetitions of all its variants in turn (A B C A B C ...), so that whatever else
 * the machine does hits all of them alike. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

/* What a repetition adds up. */
typedef struct totals {
    double upload, cpu, pace, own, longest;
} totals;

/* The benchmark's own fences: a frame begins when that `pacing` frames ago has finished. */
static double pace(GLsync *fence) {
    const double begin = bench_now_us();
    if (*fence) {
        bench_gl.ClientWaitSync(*fence, GL_SYNC_FLUSH_COMMANDS_BIT, UINT64_C(20000000000));
        bench_gl.DeleteSync(*fence);
        *fence = NULL;
    }
    return bench_now_us() - begin;
}

/* Calls one function of the way, between clocks. The thread's clock is a slow one: reading it
 * counts as the benchmark's own time, like making the data. */
static void visit(const bench_way *way, bench_job *job, const bench_edits *edits, totals *sum) {
    const double outer_begin = bench_now_us(), cpu_begin = bench_thread_us(),
                 begin = bench_now_us();
    if (edits)
        way->upload(job, edits);
    else
        way->end_frame(job);
    const double end = bench_now_us(), cpu_end = bench_thread_us(), outer_end = bench_now_us();
    sum->upload += end - begin;
    sum->cpu += cpu_end - cpu_begin;
    sum->own += begin - outer_begin + outer_end - end;
    if (end - begin > sum->longest)
        sum->longest = end - begin;
}

/* Who writes in place has no array: making one would hide what the GPU does meanwhile. */
static void run_frame(const bench_way *way, bench_job *job, totals *sum) {
    const double begin = bench_now_us();
    if (!(way->traits & BENCH_IN_PLACE))
        bench_plan_write(job->plan, job->frame, job->data);
    sum->own += bench_now_us() - begin;
    visit(way, job, bench_plan_edits(job->plan, job->frame), sum);
    bench_reader_issue(job);
    if (way->end_frame)
        visit(way, job, NULL, sum);
}

/* Frames [first, end) of a plan. Returns the time they took, until the GPU had finished. */
static double run_frames(
    const bench_way *way, bench_job *job, unsigned first, unsigned end, totals *sum) {
    const unsigned pacing = job->plan->pacing;
    GLsync fences[BENCH_MOST_PACING] = {NULL};
    const double begin = bench_now_us();
    for (job->frame = first; job->frame < end; job->frame++) {
        GLsync *fence = &fences[job->frame % pacing];
        sum->pace += pace(fence);
        run_frame(way, job, sum);
        *fence = bench_gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        bench_gl.Flush();
    }
    bench_gl.Finish();
    const double elapsed = bench_now_us() - begin;
    for (unsigned i = 0; i < pacing; i++)
        pace(&fences[i]);
    return elapsed;
}

/* One repetition: warm-up, the frames that count, and one more in which everything is read. */
static bench_sample repeat(const bench_plan *plan, const bench_variant *variant, bench_job *job) {
    const bench_way *way = variant->way;
    const unsigned first = plan->warm_up, end = first + plan->frames;
    bench_sample sample = {.mistakes = -1};
    totals warm = {0}, sum = {0};
    bench_plan_reset(plan, job->data);
    if (way->open(job)) {
        run_frames(way, job, 0, first, &warm);
        if (way->count)
            way->count(job);
        const bench_job before = *job;
        const double elapsed = run_frames(way, job, first, end, &sum), n = plan->frames;
        if (way->count)
            way->count(job);
        sample = (bench_sample){(elapsed - sum.own) / n, sum.upload / n, sum.cpu / n, sum.pace / n,
            sum.own / n, sum.longest, (double)(job->nbytes - before.nbytes) / n,
            (double)(job->calls - before.calls) / n, (double)(job->waits - before.waits), 0};
        job->whole = true;
        run_frame(way, job, &warm);
        bench_gl.Finish();
        sample.mistakes = bench_reader_verify(plan);
        if (bench_gl.GetError() != GL_NO_ERROR)
            sample.mistakes = -1;
    }
    way->close(job);
    while (bench_gl.GetError() != GL_NO_ERROR)
        ;
    return sample;
}

static bool applies(const bench_way *way, const bench_row *row) {
    const bool many = row->buffers > 1;
    return (!many || !(way->traits & BENCH_ONE_BUFFER)) &&
           ((many && row->kind != BENCH_IDLE) || !(way->traits & BENCH_MANY)) &&
           (row->kind == BENCH_ITEMS || !(way->traits & BENCH_ONLY_ITEMS)) &&
           ((!many && row->part >= 1) || !(way->traits & BENCH_ONLY_WHOLE));
}

static bool asked_for(const bench_way *way, const bench_options *options) {
    bool asked = options->way_count == 0;
    for (size_t i = 0; i < options->way_count; i++)
        asked = asked || strcmp(way->name, options->ways[i]) == 0;
    return asked;
}

static void add_variants(bench_result *result, const bench_options *options, const bench_way *ways,
    size_t count, unsigned threads) {
    for (size_t i = 0; i < count; i++)
        if (asked_for(&ways[i], options) && applies(&ways[i], result->row) &&
            (threads == 1 || (ways[i].traits & BENCH_THREADED)))
            result->variants[result->count++] =
                (bench_variant){.way = &ways[i], .threads = threads};
}

static void list_variants(bench_result *result, const bench_options *options) {
    const unsigned threads[] = {1, options->threads};
    for (size_t i = 0; i < (result->row->threads && options->threads > 1 ? 2 : 1); i++) {
        add_variants(result, options, bench_triremes, bench_trireme_count, threads[i]);
        add_variants(result, options, bench_peers, bench_peer_count, threads[i]);
        add_variants(result, options, bench_persistents, bench_persistent_count, threads[i]);
    }
}

/* Bytes that a frame costs the processor, about: it edits them, or the GPU reads them, which one of
 * its own does ten times as fast, and a software rasteriser at half the speed or less. Of many
 * buffers few are read. */
static double cost_of(const bench_row *row) {
    const double edited = row->kind == BENCH_IDLE     ? 0
                          : row->kind == BENCH_APPEND ? (double)row->edit_nbytes
                                                      : (double)row->nbytes * row->part;
    const double read = row->kind == BENCH_IDLE || row->buffers > 1 ? 0 : (double)row->nbytes;
    const double cost = bench_context_is_software() ? 2 * read : read / 10;
    return edited > cost ? edited : cost;
}

/* More frames the less there is in one, unless their number is asked for: a repetition of a few
 * milliseconds would measure when the system wakes whom. And enough that the first, whose upload
 * has no frame before it to run beside, and the last, whose drawing has none behind it, weigh
 * little; a software rasteriser does both on the same cores. */
static unsigned frames_of(const bench_row *row, const bench_options *options) {
    const unsigned frames = (unsigned)(400 / (1 + cost_of(row) / (1 << 20)));
    const unsigned least = bench_context_is_software() ? 4 : 24;
    if (options->frames > 0)
        return options->frames;
    return frames < least ? least : frames;
}

/* An order for one repetition, each time another one: what a driver does for the variant before (it
 * frees hundreds of megabytes, say) must not always hit the same one. */
static void shuffle(size_t *order, size_t count, uint32_t dice) {
    for (size_t i = 0; i < count; i++) {
        dice = dice * 1664525u + 1013904223u;
        const size_t place = (dice >> 8) % (i + 1);
        order[i] = order[place];
        order[place] = i;
    }
}

static bool measure_variants(
    const bench_plan *plan, const bench_options *options, unsigned char *data, bench_result *out) {
    bench_sample *samples = calloc(out->count * options->repeat, sizeof *samples);
    bench_pool *pool = out->row->threads ? bench_pool_open(options->threads) : NULL;
    size_t order[2 * BENCH_MOST_WAYS];
    for (unsigned i = 0; samples && i < options->repeat; i++) {
        shuffle(order, out->count, 17 * i + 5);
        for (size_t k = 0; k < out->count; k++) {
            const size_t which = order[k];
            const bool many = out->variants[which].threads > 1;
            bench_job job = {.plan = plan,
                .data = data,
                .pool = many ? pool : NULL,
                .ring_limit_nbytes = (uint64_t)options->ring_limit_mib << 20};
            samples[which * options->repeat + i] = repeat(plan, &out->variants[which], &job);
        }
    }
    for (size_t k = 0; samples && k < out->count; k++) {
        bench_variant *variant = &out->variants[k];
        bench_summarise(
            &samples[k * options->repeat], options->repeat, &variant->median, &variant->least);
        variant->ok = variant->median.mistakes == 0;
    }
    bench_pool_close(pool);
    free(samples);
    return samples != NULL;
}

bool bench_measure(const bench_row *row, const bench_options *options, bench_result *out) {
    bench_plan plan = {
        .warm_up = options->warm_up, .frames = frames_of(row, options), .pacing = options->pacing};
    unsigned char *data = malloc(row->nbytes);
    *out = (bench_result){.row = row, .frames = plan.frames};
    list_variants(out, options);
    bool made = data && bench_plan_open(&plan, row, data) && bench_reader_open(&plan);
    made = made && measure_variants(&plan, options, data, out);
    bench_reader_close();
    bench_plan_close(&plan);
    free(data);
    return made;
}
