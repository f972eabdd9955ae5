/* trireme-bench [--full] [--json] [--frames N] [--repeat N]: how long a frame takes, by workload
 * and way. */
#define _POSIX_C_SOURCE 199309L

#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST_WAYS 16
#define EDIT_SETS 8 /* frames take turns with these */

static const bench_workload workloads[] = {
    {"1MiB/256B/1%", 1u << 20, 256, 0.01},
    {"16MiB/512B/1%", 16u << 20, 512, 0.01},
    {"16MiB/4KiB/1%", 16u << 20, 4096, 0.01},
    {"16MiB/4KiB/10%", 16u << 20, 4096, 0.10},
    {"16MiB/4KiB/100%", 16u << 20, 4096, 1.0},
    {"64MiB/4KiB/5%", 64u << 20, 4096, 0.05},
    {"64MiB/64KiB/5%", 64u << 20, 65536, 0.05},
    /* only with --full */
    {"256MiB/4KiB/2%", 256u << 20, 4096, 0.02},
    {"256MiB/64KiB/10%", 256u << 20, 65536, 0.10},
    {"256MiB/1MiB/100%", 256u << 20, 1u << 20, 1.0},
};
#define SHORT_WORKLOADS 7

typedef struct options {
    bool full, json;
    unsigned frames, repeat;
} options;

/* Of one way and workload; times in microseconds a frame, the best repetition. */
typedef struct outcome {
    double frame, upload;
    uint64_t waits;
    bool ok;
} outcome;

static double now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A random subset of the possible edits, ascending; all of them as one run when everything is
 * edited. */
static bool make_edits(const bench_workload *workload, uint32_t seed, bench_edits *out) {
    size_t places = workload->nbytes / workload->edit_nbytes,
           items = workload->edit_nbytes / BENCH_ITEM;
    size_t wanted = (size_t)((double)places * workload->fraction + 0.5), left = wanted;
    if (workload->fraction >= 1.0)
        wanted = left = 1, places = 1, items = workload->nbytes / BENCH_ITEM;
    out->count = 0;
    out->runs = malloc(wanted * sizeof *out->runs);
    for (size_t i = 0; out->runs && i < places && left; i++)
        if (next_random(&seed) % (places - i) < left) {
            out->runs[out->count++] = (trm_range){i * items, items};
            left--;
        }
    return out->runs != NULL;
}

static void write_edits(unsigned char *data, const bench_edits *edits, uint32_t value) {
    for (size_t i = 0; i < edits->count; i++) {
        uint32_t *words = (uint32_t *)(void *)(data + edits->runs[i].offset * BENCH_ITEM);
        for (size_t n = 0; n < edits->runs[i].size * BENCH_ITEM / 4; n++)
            words[n] = value + (uint32_t)n;
    }
}

/* One repetition: frames paced at BENCH_IN_FLIGHT by fences of the benchmark's own. */
static outcome run(const bench_workload *workload, const bench_way *way, unsigned char *data,
    const bench_edits *sets, unsigned frames) {
    GLsync pace[BENCH_IN_FLIGHT] = {NULL};
    outcome result = {0};
    unsigned warm_up = 10;
    double start = 0;
    if (!way->open(data, workload->nbytes))
        return result;
    for (unsigned frame = 0; frame < warm_up + frames; frame++) {
        const bench_edits *edits = &sets[frame % EDIT_SETS];
        GLsync *slot = &pace[frame % BENCH_IN_FLIGHT];
        if (*slot) {
            bench_gl.ClientWaitSync(*slot, GL_SYNC_FLUSH_COMMANDS_BIT, UINT64_C(10000000000));
            bench_gl.DeleteSync(*slot);
        }
        if (frame == warm_up) {
            bench_gl.Finish();
            start = now_us();
            result.upload = 0;
        }
        double written = now_us();
        write_edits(data, edits, frame * 2654435761u);
        double before = now_us();
        start += before - written; /* making the data is nobody's upload */
        bench_span span = way->upload(data, workload->nbytes, edits);
        result.upload += now_us() - before;
        bench_reader_issue(&span, workload->nbytes);
        if (way->end_frame)
            way->end_frame();
        *slot = bench_gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        bench_gl.Flush();
    }
    bench_gl.Finish();
    result.frame = (now_us() - start) / frames;
    result.upload /= frames;
    result.waits = way->waits ? way->waits() : 0;
    result.ok = bench_reader_fetch() == bench_checksum(data, workload->nbytes);
    for (size_t i = 0; i < BENCH_IN_FLIGHT; i++)
        bench_gl.DeleteSync(pace[i]);
    way->close();
    return result;
}

static void keep_best(outcome *best, const outcome *next, unsigned repetition) {
    if (repetition == 0 || next->frame < best->frame)
        best->frame = next->frame;
    if (repetition == 0 || next->upload < best->upload)
        best->upload = next->upload;
    best->waits = repetition == 0 || next->waits > best->waits ? next->waits : best->waits;
    best->ok = (repetition == 0 || best->ok) && next->ok;
}

static bool measure(const bench_workload *workload, const options *how, outcome *outcomes) {
    bench_edits sets[EDIT_SETS] = {{0}};
    unsigned char *data = calloc(1, workload->nbytes);
    bool made = data != NULL;
    for (uint32_t i = 0; i < EDIT_SETS; i++)
        made = make_edits(workload, 17 + i, &sets[i]) && made;
    for (unsigned repetition = 0; made && repetition < how->repeat; repetition++)
        for (size_t i = 0; i < bench_way_count; i++) {
            outcome next = run(workload, &bench_ways[i], data, sets, how->frames);
            keep_best(&outcomes[i], &next, repetition);
        }
    for (uint32_t i = 0; i < EDIT_SETS; i++)
        free(sets[i].runs);
    free(data);
    return made;
}

static double best_other(const outcome *outcomes) {
    double best = 0;
    for (size_t i = 0; i < bench_way_count; i++)
        if (!bench_ways[i].is_trireme && outcomes[i].ok && (best == 0 || outcomes[i].frame < best))
            best = outcomes[i].frame;
    return best;
}

static void print_row(
    const bench_workload *workload, const outcome *outcomes, bool json, bool first) {
    double ratio = outcomes[0].frame > 0 ? best_other(outcomes) / outcomes[0].frame : 0;
    bool ok = true;
    for (size_t i = 0; i < bench_way_count; i++)
        ok = ok && outcomes[i].ok;
    if (json)
        printf("%s{\"name\":\"%s\",\"ratio\":%.3f,\"checksum_ok\":%s,\"variants\":{",
            first ? "" : ",\n", workload->name, ratio, ok ? "true" : "false");
    else
        printf("%-18s %5.2f %s", workload->name, ratio, ok ? "ok " : "BAD");
    for (size_t i = 0; i < bench_way_count; i++)
        if (json)
            printf("%s\"%s\":{\"frame_us\":%.1f,\"upload_us\":%.1f,\"waits\":%llu}", i ? "," : "",
                bench_ways[i].name, outcomes[i].frame, outcomes[i].upload,
                (unsigned long long)outcomes[i].waits);
        else
            printf(" %9.1f/%-8.1f", outcomes[i].frame, outcomes[i].upload);
    printf(json ? "}}" : "\n");
    fflush(stdout);
}

static bool parse(int argc, char **argv, options *out) {
    *out = (options){.frames = 60, .repeat = 3};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--full") == 0)
            out->full = true;
        else if (strcmp(argv[i], "--json") == 0)
            out->json = true;
        else if (strcmp(argv[i], "--frames") == 0 && i + 1 < argc)
            out->frames = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--repeat") == 0 && i + 1 < argc)
            out->repeat = (unsigned)strtoul(argv[++i], NULL, 10);
        else
            return false;
    }
    return out->frames > 0 && out->repeat > 0;
}

int main(int argc, char **argv) {
    options how;
    const char *why;
    if (!parse(argc, argv, &how)) {
        fprintf(stderr, "usage: trireme-bench [--full] [--json] [--frames N] [--repeat N]\n");
        return 2;
    }
    if (!bench_context_open(&why) || !bench_reader_open()) {
        fprintf(stderr, "trireme-bench: no OpenGL 4.5: %s\n", why);
        return 77;
    }
    size_t rows = how.full ? sizeof workloads / sizeof workloads[0] : SHORT_WORKLOADS;
    if (how.json)
        printf("{\"renderer\":\"%s\",\"version\":\"%s\",\"rows\":[\n",
            (const char *)bench_gl.GetString(GL_RENDERER),
            (const char *)bench_gl.GetString(GL_VERSION));
    else {
        printf("%s, %s; microseconds: frame/upload\n%-18s ratio    ",
            (const char *)bench_gl.GetString(GL_RENDERER),
            (const char *)bench_gl.GetString(GL_VERSION), "");
        for (size_t i = 0; i < bench_way_count; i++)
            printf(" %-18s", bench_ways[i].name);
        printf("\n");
    }
    for (size_t i = 0; i < rows; i++) {
        outcome outcomes[MOST_WAYS] = {{0}};
        if (!measure(&workloads[i], &how, outcomes))
            return 1;
        print_row(&workloads[i], outcomes, how.json, i == 0);
    }
    printf(how.json ? "\n]}\n" : "");
    return 0;
}
