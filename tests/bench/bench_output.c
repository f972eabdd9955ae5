/* The table and the JSON. */
#define _POSIX_C_SOURCE 200809L

#include "bench.h"

#include <string.h>
#include <time.h>

static const char *gl_string(GLenum name) {
    const char *text = (const char *)bench_gl.GetString(name);
    return text ? text : "";
}

/* The ways of all groups, in the order of the columns; NULL behind the last. */
static const bench_way *way_at(size_t index) {
    if (index < bench_trireme_count)
        return &bench_triremes[index];
    index -= bench_trireme_count;
    if (index < bench_peer_count)
        return &bench_peers[index];
    index -= bench_peer_count;
    return index < bench_persistent_count ? &bench_persistents[index] : NULL;
}

void bench_table_begin(FILE *out, const bench_options *options) {
    fprintf(out,
        "%s, %s\nMicroseconds a frame: all of it/upload by the thread's CPU clock. Medians of %u, "
        "%u frames in flight.\n",
        gl_string(GL_RENDERER), gl_string(GL_VERSION), options->repeat, options->pacing);
    fprintf(
        out, "ratio: best other way that copies from an array / auto; cpu: the same of upload\n");
    fprintf(out, "\n%-24s%6s%6s ", "", "ratio", "cpu");
    for (size_t i = 0; way_at(i); i++)
        fprintf(out, "%16s", way_at(i)->name);
    fprintf(out, "\n");
}

static void print_cell(FILE *out, const bench_variant *variant) {
    char text[40] = "-";
    if (variant && !variant->ok)
        snprintf(text, sizeof text, "WRONG");
    else if (variant)
        snprintf(text, sizeof text, "%.*f/%.*f", variant->median.frame_us < 100,
            variant->median.frame_us, variant->median.cpu_us < 100, variant->median.cpu_us);
    fprintf(out, "%16s", text);
}

static const bench_variant *find(
    const bench_result *result, const bench_way *way, unsigned threads) {
    for (size_t i = 0; i < result->count; i++)
        if (result->variants[i].way == way && result->variants[i].threads == threads)
            return &result->variants[i];
    return NULL;
}

/* 0: no line with several threads. */
static unsigned most_threads(const bench_result *result) {
    unsigned most = 0;
    for (size_t i = 0; i < result->count; i++)
        if (result->variants[i].threads > 1)
            most = result->variants[i].threads;
    return most;
}

static void print_line(FILE *out, const bench_result *result, const char *name, unsigned threads) {
    const bench_variant *mine = bench_of_trireme(result, threads, false);
    fprintf(out, "%-24s", name);
    if (mine)
        fprintf(out, "%6.2f%6.2f%s",
            bench_ratio(bench_best_other(result, BENCH_FRAME, threads, false), mine, BENCH_FRAME),
            bench_ratio(bench_best_other(result, BENCH_CPU, threads, false), mine, BENCH_CPU),
            bench_all_ok(result) ? " " : "!");
    else
        fprintf(out, "%6s%6s ", "", "");
    for (size_t i = 0; way_at(i); i++)
        print_cell(out, find(result, way_at(i), threads));
    fprintf(out, "\n");
}

void bench_table_row(FILE *out, const bench_result *result) {
    char name[32];
    const unsigned threads = most_threads(result);
    print_line(out, result, result->row->name, 1);
    snprintf(name, sizeof name, "  %u threads", threads);
    if (threads > 0)
        print_line(out, result, name, threads);
    fflush(out);
}

/* --- JSON */

static void put_string(FILE *out, const char *key, const char *value) {
    fprintf(out, "\"%s\": \"", key);
    for (; *value; value++)
        if (*value == '"' || *value == '\\')
            fprintf(out, "\\%c", *value);
        else if ((unsigned char)*value >= 0x20)
            fputc(*value, out);
    fprintf(out, "\"");
}

static void put_ratio(FILE *out, const char *key, double ratio) {
    if (ratio > 0)
        fprintf(out, ", \"%s\": %.4f", key, ratio);
}

void bench_json_begin(FILE *out, const bench_options *options, double bus_rate) {
    char date[32] = "";
    const time_t now = time(NULL);
    struct tm parts;
    if (gmtime_r(&now, &parts))
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &parts);
    fprintf(out, "{\n");
    put_string(out, "renderer", gl_string(GL_RENDERER));
    fprintf(out, ",\n");
    put_string(out, "vendor", gl_string(GL_VENDOR));
    fprintf(out, ",\n");
    put_string(out, "driver", gl_string(GL_VERSION));
    fprintf(out, ",\n");
    put_string(out, "trireme", trm_version_string());
    fprintf(out, ",\n");
    put_string(out, "date", date);
    fprintf(out,
        ",\n\"frames\": %u, \"warm_up\": %u, \"repeats\": %u, \"pacing\": %u, \"threads\": %u, "
        "\"ring_limit_mib\": %u,\n\"bus_gb_per_s\": %.2f,\n\"rows\": [",
        options->frames, options->warm_up, options->repeat, options->pacing, options->threads,
        options->ring_limit_mib, bus_rate);
}

static void put_variant(FILE *out, const bench_variant *variant, bool first) {
    const bench_sample *median = &variant->median;
    fprintf(out, "%s\n    \"%s", first ? "" : ",", variant->way->name);
    if (variant->threads > 1)
        fprintf(out, "@%u", variant->threads);
    fprintf(out,
        "\": {\"frame_us\": %.2f, \"frame_us_least\": %.2f, \"upload_us\": %.2f, \"cpu_us\": %.2f, "
        "\"pace_us\": %.2f, "
        "\"make_us\": %.2f, \"longest_call_us\": %.2f, \"waits\": %.0f, \"bytes\": %.0f, "
        "\"calls\": %.1f, \"wrong_frames\": %.0f, \"checksum_ok\": %s, \"threads\": %u, "
        "\"trireme\": %s}",
        median->frame_us, variant->least.frame_us, median->upload_us, median->cpu_us,
        median->pace_us, median->make_us, median->longest_us, median->waits, median->nbytes,
        median->calls, median->mistakes, variant->ok ? "true" : "false", variant->threads,
        variant->way->traits & BENCH_TRIREME ? "true" : "false");
}

void bench_json_row(FILE *out, const bench_result *result, bool first) {
    const bench_variant *other = bench_best_other(result, BENCH_FRAME, 1, false),
                        *mine = bench_of_trireme(result, 1, false);
    const unsigned threads = most_threads(result);
    fprintf(out, "%s\n  {", first ? "" : ",");
    put_string(out, "name", result->row->name);
    fprintf(out, ", \"ratio\": %.4f, \"checksum_ok\": %s", bench_ratio(other, mine, BENCH_FRAME),
        bench_all_ok(result) ? "true" : "false");
    put_ratio(out, "ratio_cpu",
        bench_ratio(bench_best_other(result, BENCH_CPU, 1, false), mine, BENCH_CPU));
    put_ratio(out, "ratio_upload",
        bench_ratio(bench_best_other(result, BENCH_UPLOAD, 1, false), mine, BENCH_UPLOAD));
    put_ratio(out, "ratio_least",
        bench_ratio(
            bench_best_other(result, BENCH_LEAST_FRAME, 1, false), mine, BENCH_LEAST_FRAME));
    put_ratio(out, "ratio_in_place",
        bench_ratio(bench_best_other(result, BENCH_FRAME, 1, true),
            bench_of_trireme(result, 1, true), BENCH_FRAME));
    if (threads > 0) {
        const bench_variant *many = bench_of_trireme(result, threads, false);
        put_ratio(out, "ratio_threads",
            bench_ratio(bench_best_other(result, BENCH_FRAME, threads, false), many, BENCH_FRAME));
        put_ratio(out, "ratio_threads_to_one", bench_ratio(other, many, BENCH_FRAME));
    }
    fprintf(out, ",\n   ");
    put_string(out, "best_other", other ? other->way->name : "");
    fprintf(out, ", ");
    put_string(out, "reader", bench_reader_names[result->row->reader]);
    fprintf(out, ", \"frames\": %u, \"nbytes\": %zu, \"buffers\": %zu,\n   \"variants\": {",
        result->frames, result->row->nbytes, result->row->buffers > 0 ? result->row->buffers : 1);
    for (size_t i = 0; i < result->count; i++)
        put_variant(out, &result->variants[i], i == 0);
    fprintf(out, "}}");
    fflush(out);
}

void bench_json_end(FILE *out) {
    fprintf(out, "\n]}\n");
}
