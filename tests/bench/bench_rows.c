/* The workloads. */
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#define KIB(n) ((size_t)(n) << 10)
#define MIB(n) ((size_t)(n) << 20)

/* Random runs in one buffer. */
#define RUNS(size, chunk, percent)                                                                 \
    .nbytes = (size), .edit_nbytes = (chunk), .part = (percent) / 100.0
/* Many small buffers. */
#define SMALL(count, percent)                                                                      \
    .nbytes = (size_t)(count)*BENCH_BLOCK, .buffers = (count), .edit_nbytes = BENCH_BLOCK,         \
    .part = (percent) / 100.0, .reader = BENCH_UNIFORM
/* `count` of `items` items. */
#define ITEMS(items, count)                                                                        \
    .kind = BENCH_ITEMS, .nbytes = (size_t)(items)*BENCH_ITEM, .edit_nbytes = BENCH_ITEM,          \
    .part = (double)(count) / (double)(items)
#define MILLION      1048576
#define CHUNK(chunk) ITEMS(MILLION, 10486), .chunk_nbytes = (chunk)
#define IDLE(count)                                                                                \
    .kind = BENCH_IDLE, .nbytes = (size_t)(count)*BENCH_BLOCK, .buffers = (count),                 \
    .edit_nbytes = BENCH_BLOCK, .reader = BENCH_UNIFORM

const bench_row bench_rows[] = {
    /* The ten of the design, full rewrites among them. */
    {"1MiB/256B/1%", RUNS(MIB(1), 256, 1)},
    {"16MiB/512B/1%", RUNS(MIB(16), 512, 1)},
    {"16MiB/4KiB/1%", RUNS(MIB(16), KIB(4), 1)},
    {"16MiB/4KiB/10%", RUNS(MIB(16), KIB(4), 10)},
    {"16MiB/4KiB/100%", RUNS(MIB(16), KIB(4), 100), .threads = true},
    {"64MiB/4KiB/5%", RUNS(MIB(64), KIB(4), 5)},
    {"64MiB/64KiB/5%", RUNS(MIB(64), KIB(64), 5)},
    {"256MiB/4KiB/2%", RUNS(MIB(256), KIB(4), 2), .full = true},
    {"256MiB/64KiB/10%", RUNS(MIB(256), KIB(64), 10), .full = true},
    {"256MiB/1MiB/100%", RUNS(MIB(256), MIB(1), 100), .threads = true, .full = true},
    {"1MiB/4KiB/100%", RUNS(MIB(1), KIB(4), 100), .threads = true},

    /* Other readers. */
    {"1MiB/4KiB/10% vertex", RUNS(MIB(1), KIB(4), 10), .reader = BENCH_VERTEX},
    {"1MiB/4KiB/10% index", RUNS(MIB(1), KIB(4), 10), .reader = BENCH_INDEX},
    {"1MiB/4KiB/10% uniform", RUNS(MIB(1), KIB(4), 10), .reader = BENCH_UNIFORM},
    {"16MiB/4KiB/10% vertex", RUNS(MIB(16), KIB(4), 10), .reader = BENCH_VERTEX, .full = true},

    {"small/100/1%", SMALL(100, 1), .full = true},
    {"small/100/3%", SMALL(100, 3), .full = true}, /* DEVICE caught NVIDIA's updates overtaking */
    {"small/100/100%", SMALL(100, 100)},
    {"small/1000/1%", SMALL(1000, 1), .full = true},
    {"small/1000/100%", SMALL(1000, 100)},
    {"small/10000/1%", SMALL(10000, 1)},
    {"small/10000/100%", SMALL(10000, 100)},
    {"small/100000/1%", SMALL(100000, 1)},
    {"small/100000/100%", SMALL(100000, 100)},

    {"items/1M/104", ITEMS(MILLION, 104)},
    {"items/1M/1%", ITEMS(MILLION, 10486)},
    {"items/1M/10%", ITEMS(MILLION, 104858)},
    {"items/16M/104", ITEMS(16 * MILLION, 104), .full = true},
    {"items/16M/1%", ITEMS(16 * MILLION, 167772), .full = true},
    {"items/16M/10%", ITEMS(16 * MILLION, 1677722), .full = true},

    {"append/16MiB/64KiB", .kind = BENCH_APPEND, .nbytes = MIB(16), .edit_nbytes = KIB(64)},
    {"append/1MiB/4KiB", .kind = BENCH_APPEND, .nbytes = MIB(1), .edit_nbytes = KIB(4)},

    {"chunk/128B", CHUNK(128)},
    {"chunk/256B", CHUNK(256), .full = true}, /* as items/1M/1% */
    {"chunk/512B", CHUNK(512)},
    {"chunk/1KiB", CHUNK(KIB(1)), .full = true},
    {"chunk/2KiB", CHUNK(KIB(2))},
    {"chunk/4KiB", CHUNK(KIB(4)), .full = true},
    {"chunk/16KiB", CHUNK(KIB(16))},

    {"idle/1/0%", IDLE(1)},
    {"idle/100000/0%", IDLE(100000)},
};
const size_t bench_row_count = sizeof bench_rows / sizeof bench_rows[0];

const char *const bench_reader_names[BENCH_READERS] = {"storage", "vertex", "index", "uniform"};

bool bench_reader_parse(const char *text, bench_reader *out) {
    for (unsigned i = 0; i < BENCH_READERS; i++)
        if (strcmp(text, bench_reader_names[i]) == 0) {
            *out = (bench_reader)i;
            return true;
        }
    return false;
}

/* "16MiB/": a number, a unit and the slash. */
static const char *parse_size(const char *text, size_t *out) {
    static const struct {
        const char *name;
        unsigned shift;
    } units[] = {{"B/", 0}, {"KiB/", 10}, {"MiB/", 20}, {"GiB/", 30}};
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    for (size_t i = 0; number > 0 && number < 1u << 20 && i < sizeof units / sizeof *units; i++)
        if (strncmp(end, units[i].name, strlen(units[i].name)) == 0) {
            *out = (size_t)number << units[i].shift;
            return end + strlen(units[i].name);
        }
    return NULL;
}

bool bench_row_parse(const char *text, bench_row *out) {
    char *end;
    *out = (bench_row){.threads = true};
    const char *at = parse_size(text, &out->nbytes);
    at = at ? parse_size(at, &out->edit_nbytes) : NULL;
    if (!at || strlen(text) >= sizeof out->name)
        return false;
    out->part = strtod(at, &end) / 100.0;
    strcpy(out->name, text);
    return end != at && strcmp(end, "%") == 0 && out->part > 0 && out->part <= 1 &&
           out->edit_nbytes % BENCH_ITEM == 0 && out->nbytes % out->edit_nbytes == 0 &&
           out->nbytes / BENCH_ITEM <= UINT32_MAX;
}
