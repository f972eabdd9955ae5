/* From repetitions to figures. */
#include "bench.h"

#include <stdlib.h>

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A sample is a row of doubles, each with a median of its own. */
void bench_summarise(
    const bench_sample *samples, size_t count, bench_sample *median, bench_sample *least) {
    enum { FIELDS = sizeof(bench_sample) / sizeof(double) };
    double *column = malloc(count * sizeof *column);
    *median = *least = (bench_sample){.mistakes = -1};
    for (size_t field = 0; column && field < FIELDS; field++) {
        for (size_t i = 0; i < count; i++)
            column[i] = ((const double *)&samples[i])[field];
        qsort(column, count, sizeof *column, compare);
        ((double *)median)[field] = (column[(count - 1) / 2] + column[count / 2]) / 2;
        ((double *)least)[field] = column[0];
    }
    for (size_t i = 0; column && i < count; i++) {
        if (samples[i].waits > median->waits)
            median->waits = samples[i].waits;
        if (samples[i].mistakes != 0)
            median->mistakes = samples[i].mistakes;
    }
    least->waits = median->waits;
    least->mistakes = median->mistakes;
    free(column);
}

static double value(const bench_variant *variant, bench_figure what) {
    switch (what) {
    case BENCH_LEAST_FRAME:
        return variant->least.frame_us;
    case BENCH_UPLOAD:
        return variant->median.upload_us;
    case BENCH_CPU:
        return variant->median.cpu_us;
    default:
        return variant->median.frame_us;
    }
}

static bool matches(const bench_variant *variant, unsigned threads, bool trireme, bool in_place) {
    const unsigned wanted = (trireme ? BENCH_TRIREME : 0u) | (in_place ? BENCH_IN_PLACE : 0u);
    return variant->threads == threads &&
           (variant->way->traits & (BENCH_TRIREME | BENCH_IN_PLACE)) == wanted;
}

const bench_variant *bench_best_other(
    const bench_result *result, bench_figure what, unsigned threads, bool in_place) {
    const bench_variant *best = NULL;
    for (size_t i = 0; i < result->count; i++) {
        const bench_variant *variant = &result->variants[i];
        if (variant->ok && matches(variant, threads, false, in_place) &&
            (!best || value(variant, what) < value(best, what)))
            best = variant;
    }
    return best;
}

const bench_variant *bench_of_trireme(const bench_result *result, unsigned threads, bool in_place) {
    for (size_t i = 0; i < result->count; i++)
        if (matches(&result->variants[i], threads, true, in_place))
            return &result->variants[i];
    return NULL;
}

double bench_ratio(const bench_variant *other, const bench_variant *mine, bench_figure what) {
    return other && mine && value(mine, what) > 0 ? value(other, what) / value(mine, what) : 0;
}

bool bench_all_ok(const bench_result *result) {
    bool ok = result->count > 0;
    for (size_t i = 0; i < result->count; i++)
        ok = ok && result->variants[i].ok;
    return ok;
}
