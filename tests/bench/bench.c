/* trireme-bench: how long a frame takes, by workload and way. */
#include "bench.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: trireme-bench [options]\n"
    "Brings the same edits to the GPU in every common way and by Trireme, and measures frames.\n"
    "\n"
    "  --json FILE|-           also write everything as JSON; with - the table goes to stderr\n"
    "  --full                  the long rows too\n"
    "  --list                  print the names of the rows that would run, and stop\n"
    "  --only TEXT             only rows with TEXT in their names; may be repeated\n"
    "  --row SIZE/EDIT/PERCENT a row of your own, as in 32MiB/4KiB/2%; may be repeated\n"
    "  --way NAME              only this way, as the table calls it; may be repeated\n"
    "  --reader KIND           storage, vertex, index or uniform, instead of each row's own\n"
    "  --frames N              frames that count (default: by size, 400 to 24; 4 in software)\n"
    "  --warm-up N             frames before those (default 8; 4 in software)\n"
    "  --repeat N              repetitions, of which the medians are shown (default 5)\n"
    "  --pacing 2|3            frames in flight (default 2)\n"
    "  --threads N             of the rows that are measured with several (default 4; 1: none)\n"
    "  --ring-limit MIB        what Trireme's staging ring may grow to (default: the library's)\n";

#define UNSET UINT_MAX

static bool parse_number(const char *text, unsigned least, unsigned most, unsigned *out) {
    char *end;
    const unsigned long number = strtoul(text, &end, 10);
    *out = (unsigned)number;
    return end != text && *end == '\0' && number >= least && number <= most;
}

static bool parse_reader(const char *text, bench_options *out) {
    bench_reader reader;
    if (!bench_reader_parse(text, &reader))
        return false;
    out->reader = (int)reader;
    return true;
}

static bool parse_value(const char *option, const char *value, bench_options *out) {
    if (strcmp(option, "--json") == 0)
        return (out->json = value)[0] != '\0';
    if (strcmp(option, "--only") == 0 && out->only_count < sizeof out->only / sizeof *out->only)
        return (out->only[out->only_count++] = value)[0] != '\0';
    if (strcmp(option, "--way") == 0 && out->way_count < sizeof out->ways / sizeof *out->ways)
        return (out->ways[out->way_count++] = value)[0] != '\0';
    if (strcmp(option, "--row") == 0 && out->own_count < sizeof out->own / sizeof *out->own)
        return bench_row_parse(value, &out->own[out->own_count++]);
    if (strcmp(option, "--reader") == 0)
        return parse_reader(value, out);
    if (strcmp(option, "--frames") == 0)
        return parse_number(value, 1, 100000, &out->frames);
    if (strcmp(option, "--warm-up") == 0)
        return parse_number(value, 0, 1000, &out->warm_up);
    if (strcmp(option, "--repeat") == 0)
        return parse_number(value, 1, 1000, &out->repeat);
    if (strcmp(option, "--pacing") == 0)
        return parse_number(value, 2, BENCH_MOST_PACING, &out->pacing);
    if (strcmp(option, "--threads") == 0)
        return parse_number(value, 1, 64, &out->threads);
    if (strcmp(option, "--ring-limit") == 0)
        return parse_number(value, 1, 65536, &out->ring_limit_mib);
    return false;
}

static bool parse(int argc, char **argv, bench_options *out) {
    *out = (bench_options){.reader = -1, .warm_up = UNSET, .repeat = 5, .pacing = 2, .threads = 4};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--full") == 0)
            out->full = true;
        else if (strcmp(argv[i], "--list") == 0)
            out->list = true;
        else if (strcmp(argv[i], "--help") == 0)
            out->help = true;
        else if (i + 1 < argc && parse_value(argv[i], argv[i + 1], out))
            i++;
        else {
            fprintf(stderr, "trireme-bench: cannot make sense of %s\n%s", argv[i], help);
            return false;
        }
    }
    return true;
}

static bool wanted(const bench_row *row, const bench_options *options) {
    bool named = options->only_count == 0;
    for (size_t i = 0; i < options->only_count; i++)
        named = named || strstr(row->name, options->only[i]);
    return named && (options->full || !row->full);
}

/* Rows of the caller's own come instead of ours. */
static const bench_row *row_at(const bench_options *options, size_t index) {
    if (options->own_count > 0)
        return index < options->own_count ? &options->own[index] : NULL;
    return index < bench_row_count ? &bench_rows[index] : NULL;
}

/* Many buffers are read as uniform blocks, whatever is asked for. */
static bench_row with_reader(const bench_row *row, const bench_options *options) {
    bench_row own = *row;
    if (options->reader >= 0 && row->buffers == 0)
        own.reader = (bench_reader)options->reader;
    return own;
}

static int run(const bench_options *options, FILE *table, FILE *json) {
    const bench_row *row;
    bool ok = true, first = true;
    bench_table_begin(table, options);
    if (json)
        bench_json_begin(json, options, bench_bus_rate());
    for (size_t i = 0; (row = row_at(options, i)) != NULL; i++) {
        if (!wanted(row, options))
            continue;
        const bench_row own = with_reader(row, options);
        bench_result result;
        const bool made = bench_measure(&own, options, &result);
        if (!made)
            fprintf(stderr, "trireme-bench: %s cannot be measured here\n", own.name);
        else
            bench_table_row(table, &result);
        if (made && json)
            bench_json_row(json, &result, first);
        first = first && !made;
        ok = ok && made && bench_all_ok(&result);
    }
    if (json)
        bench_json_end(json);
    if (first)
        fprintf(stderr, "trireme-bench: no row was measured\n");
    return ok && !first ? 0 : 1;
}

int main(int argc, char **argv) {
    bench_options options;
    const char *why;
    if (!parse(argc, argv, &options))
        return 2;
    if (options.help || options.list) {
        const bench_row *row;
        fputs(options.help ? help : "", stdout);
        for (size_t i = 0; options.list && (row = row_at(&options, i)) != NULL; i++)
            if (wanted(row, &options))
                puts(row->name);
        return 0;
    }
    if (!bench_context_open(&why)) {
        fprintf(stderr, "trireme-bench: no OpenGL 4.5: %s\n", why);
        return 77;
    }
    if (options.warm_up == UNSET) /* three regions are full by then; clocks that rise take longer */
        options.warm_up = bench_context_is_software() ? 4 : 8;
    const bool to_stdout = options.json && strcmp(options.json, "-") == 0;
    FILE *json = to_stdout ? stdout : options.json ? fopen(options.json, "w") : NULL;
    if (options.json && !json) {
        perror(options.json);
        return 2;
    }
    int status = run(&options, to_stdout ? stderr : stdout, json);
    if (json && !to_stdout && fclose(json) != 0)
        status = 1;
    bench_context_close();
    return status;
}
