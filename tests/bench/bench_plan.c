/* A row's random edits, made before anything is timed, and what the GPU must see in each frame. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "support/random.h"

#if defined(__SSE2__) || defined(_M_X64)
#define STREAMS 1
#include <emmintrin.h>
#endif

#define RANDOM_SETS 8

static size_t most(size_t a, size_t b) {
    return a > b ? a : b;
}

/* A random subset of the places where an edit can be, ascending. */
static bool choose_places(const bench_row *row, uint64_t seed, bench_edits *out) {
    const size_t places = row->nbytes / row->edit_nbytes;
    const size_t wanted = (size_t)((double)places * row->part + 0.5);
    random_state random = {seed};
    out->size = (uint32_t)(row->edit_nbytes / BENCH_ITEM);
    out->places = malloc(most(wanted, 1) * sizeof *out->places);
    for (size_t i = 0; out->places && i < places && out->count < wanted; i++)
        if (random_below(&random, places - i) < wanted - out->count)
            out->places[out->count++] = (uint32_t)i * out->size;
    return out->places != NULL;
}

static bool one_place(size_t first, size_t size, bench_edits *out) {
    out->places = malloc(sizeof *out->places);
    if (out->places)
        out->places[0] = (uint32_t)first;
    out->count = 1;
    out->size = (uint32_t)size;
    return out->places != NULL;
}

static bool make_set(const bench_plan *plan, size_t number, bench_edits *out) {
    const bench_row *row = plan->row;
    if (row->kind == BENCH_APPEND)
        return one_place(
            number * row->edit_nbytes / BENCH_ITEM, row->edit_nbytes / BENCH_ITEM, out);
    if (row->kind == BENCH_RUNS && row->part >= 1 && plan->buffers == 1)
        return one_place(0, row->nbytes / BENCH_ITEM, out);
    return choose_places(row, 17 + number, out);
}

/* Adds a run behind all others, or to the last one if they touch and may be joined. */
static void add_run(bench_runs *runs, uint32_t first, uint32_t end, bool join) {
    bench_run *last = runs->count > 0 ? &runs->runs[runs->count - 1] : NULL;
    if (last && join && first <= last->first + last->count) {
        if (end > last->first + last->count) {
            runs->nbytes += (size_t)(end - last->first - last->count) * BENCH_ITEM;
            last->count = end - last->first;
        }
        return;
    }
    runs->runs[runs->count++] = (bench_run){first, end - first};
    runs->nbytes += (size_t)(end - first) * BENCH_ITEM;
}

static bool make_fresh(const bench_plan *plan, bench_edits *edits) {
    const bench_row *row = plan->row;
    const size_t chunk = row->kind != BENCH_ITEMS ? 1
                         : row->chunk_nbytes      ? row->chunk_nbytes / BENCH_ITEM
                                                  : BENCH_CHUNK / BENCH_ITEM;
    edits->fresh.runs = malloc(most(edits->count, 1) * sizeof *edits->fresh.runs);
    for (size_t i = 0; edits->fresh.runs && i < edits->count; i++) {
        const size_t first = edits->places[i] / chunk * chunk;
        const size_t end = (edits->places[i] + edits->size + chunk - 1) / chunk * chunk;
        add_run(&edits->fresh, (uint32_t)first, (uint32_t)end, plan->buffers == 1);
    }
    return edits->fresh.runs != NULL;
}

static bool make_stale(const bench_plan *plan, size_t number, bench_edits *edits) {
    const bench_runs *sources[BENCH_COPIES];
    size_t at[BENCH_COPIES] = {0}, total = 0;
    for (size_t i = 0; i < BENCH_COPIES; i++) {
        const size_t back = i % plan->set_count;
        sources[i] = &plan->sets[(number + plan->set_count - back) % plan->set_count].fresh;
        total += sources[i]->count;
    }
    edits->stale.runs = malloc(most(total, 1) * sizeof *edits->stale.runs);
    for (size_t left = total; edits->stale.runs && left > 0; left--) {
        size_t next = BENCH_COPIES;
        for (size_t i = 0; i < BENCH_COPIES; i++)
            if (at[i] < sources[i]->count &&
                (next == BENCH_COPIES ||
                    sources[i]->runs[at[i]].first < sources[next]->runs[at[next]].first))
                next = i;
        const bench_run *run = &sources[next]->runs[at[next]++];
        const bool known = plan->buffers > 1 && edits->stale.count > 0 &&
                           edits->stale.runs[edits->stale.count - 1].first == run->first;
        if (!known)
            add_run(&edits->stale, run->first, run->first + run->count, plan->buffers == 1);
    }
    return edits->stale.runs != NULL;
}

const bench_edits *bench_plan_edits(const bench_plan *plan, unsigned frame) {
    return &plan->sets[frame % plan->set_count];
}

void bench_produce(void *to, uint32_t first, uint32_t count, unsigned frame) {
    const uint32_t base = (frame + 1) * 2654435761u + first * (BENCH_ITEM / 4);
    uint32_t *words = to;
    for (uint32_t i = 0; i < count * (BENCH_ITEM / 4); i++)
        words[i] = base + i;
}

#ifdef STREAMS
/* Past the caches, as producers should write what another processor reads: the line that is written
 * need not be fetched first. */
void bench_produce_mapped(void *to, uint32_t first, uint32_t count, unsigned frame) {
    const int base = (int)((frame + 1) * 2654435761u + first * (BENCH_ITEM / 4));
    __m128i item = _mm_add_epi32(_mm_set1_epi32(base), _mm_setr_epi32(0, 1, 2, 3));
    __m128i *items = to;
    for (uint32_t i = 0; i < count; i++) {
        _mm_stream_si128(&items[i], item);
        item = _mm_add_epi32(item, _mm_set1_epi32(BENCH_ITEM / 4));
    }
}

void bench_produced(void) {
    _mm_sfence();
}
#else
void bench_produce_mapped(void *to, uint32_t first, uint32_t count, unsigned frame) {
    bench_produce(to, first, count, frame);
}

void bench_produced(void) {
}
#endif

void bench_plan_reset(const bench_plan *plan, unsigned char *data) {
    uint32_t *words = (uint32_t *)(void *)data;
    for (size_t i = 0; i < plan->row->nbytes / 4; i++)
        words[i] = (uint32_t)i * 747796405u;
}

void bench_plan_write(const bench_plan *plan, unsigned frame, unsigned char *data) {
    const bench_edits *edits = bench_plan_edits(plan, frame);
    for (size_t i = 0; i < edits->count; i++)
        bench_produce(
            data + (size_t)edits->places[i] * BENCH_ITEM, edits->places[i], edits->size, frame);
}

static uint32_t sum_of_edits(
    const bench_plan *plan, const bench_edits *edits, const unsigned char *data) {
    const size_t nbytes = (size_t)edits->size * BENCH_ITEM;
    uint32_t sum = 0;
    for (size_t i = 0; i < edits->count; i++)
        sum += bench_reader_sum(
            plan->row->reader, data, (size_t)edits->places[i] * BENCH_ITEM, nbytes);
    return sum;
}

/* Plays every frame once. The last one is the extra frame, in which everything is read. */
static bool make_expected(bench_plan *plan, unsigned char *data) {
    const unsigned frames = plan->warm_up + plan->frames + 1;
    const bench_reader reader = plan->row->reader;
    plan->expected = malloc(frames * sizeof *plan->expected);
    if (!plan->expected)
        return false;
    bench_plan_reset(plan, data);
    uint32_t sum = bench_reader_sum(reader, data, 0, plan->row->nbytes);
    for (unsigned frame = 0; frame < frames; frame++) {
        const bench_edits *edits = bench_plan_edits(plan, frame);
        size_t first, nbytes;
        sum -= sum_of_edits(plan, edits, data);
        bench_plan_write(plan, frame, data);
        sum += sum_of_edits(plan, edits, data);
        bench_reader_window(plan, frame, &first, &nbytes);
        plan->expected[frame] = nbytes == plan->row->nbytes || frame + 1 == frames
                                    ? sum
                                    : bench_reader_sum(reader, data, first, nbytes);
    }
    return true;
}

bool bench_plan_open(bench_plan *plan, const bench_row *row, unsigned char *data) {
    bool made = true;
    plan->row = row;
    plan->buffers = most(row->buffers, 1);
    plan->each = row->nbytes / plan->buffers;
    plan->set_count = row->kind == BENCH_APPEND                   ? row->nbytes / row->edit_nbytes
                      : row->kind == BENCH_IDLE || row->part >= 1 ? 1
                                                                  : RANDOM_SETS;
    plan->sets = calloc(plan->set_count, sizeof *plan->sets);
    if (!plan->sets)
        return false;
    for (size_t i = 0; i < plan->set_count; i++)
        made = made && make_set(plan, i, &plan->sets[i]) && make_fresh(plan, &plan->sets[i]);
    for (size_t i = 0; i < plan->set_count; i++)
        made = made && make_stale(plan, i, &plan->sets[i]);
    return made && make_expected(plan, data);
}

void bench_plan_close(bench_plan *plan) {
    for (size_t i = 0; plan->sets && i < plan->set_count; i++) {
        free(plan->sets[i].places);
        free(plan->sets[i].fresh.runs);
        free(plan->sets[i].stale.runs);
    }
    free(plan->sets);
    free(plan->expected);
}
