/* What a device holds, as text or JSON. Whole numbers alone: how fractions are written depends on
 * the program's locale. */
#include "core/device_impl.h"

#include <stdarg.h>
#include <stdio.h>

/* Every counter of trm_stats. */
#define COUNTERS(X)                                                                                \
    X(frames)                                                                                      \
    X(uploads)                                                                                     \
    X(marked_nbytes)                                                                               \
    X(copied_nbytes)                                                                               \
    X(flushed_nbytes)                                                                              \
    X(flushes)                                                                                     \
    X(fences)                                                                                      \
    X(polls)                                                                                       \
    X(waits)                                                                                       \
    X(waited_ns)                                                                                   \
    X(longest_call_ns)                                                                             \
    X(uploading_ns)                                                                                \
    X(buffers)                                                                                     \
    X(mapped_nbytes)                                                                               \
    X(device_nbytes)                                                                               \
    X(staging_nbytes)                                                                              \
    X(staging_used_nbytes)                                                                         \
    X(transfers)                                                                                   \
    X(inline_nbytes)                                                                               \
    X(streamed_nbytes)                                                                             \
    X(read_nbytes)                                                                                 \
    X(retired_nbytes)                                                                              \
    X(host_nbytes)                                                                                 \
    X(restores)                                                                                    \
    X(lost_contents)

#define COUNTER_ENUM(name) COUNTER_##name,
enum { COUNTERS(COUNTER_ENUM) COUNTER_COUNT };
#undef COUNTER_ENUM
_Static_assert(sizeof(trm_stats) == COUNTER_COUNT * sizeof(uint64_t), "a counter is missing here");

/* Counts what would be written, and writes what there is room for. */
typedef struct writer {
    char *out;
    size_t capacity;
    size_t length;
} writer;

TRM_PRINTF(2, 3)
static void put(writer *to, const char *format, ...) {
    size_t room = to->length < to->capacity ? to->capacity - to->length : 0;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(room ? to->out + to->length : NULL, room, format, arguments);
    va_end(arguments);
    to->length += length > 0 ? (size_t)length : 0;
}

static bool continues(const unsigned char *text, size_t count) {
    for (size_t i = 0; i < count; i++)
        if ((text[i] & 0xc0) != 0x80)
            return false;
    return true;
}

/* Bytes of the character that begins here, before the end; 0 if it is no proper UTF-8. */
static size_t character(const unsigned char *text) {
    unsigned char first = text[0], second = text[1];
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return continues(text + 1, 1) ? 2 : 0;
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f))
        return 0; /* overlong, a surrogate, or past the end */
    if (first >= 0xe0 && first <= 0xef)
        return continues(text + 1, 2) ? 3 : 0;
    return first >= 0xf0 && first <= 0xf4 && continues(text + 1, 3) ? 4 : 0;
}

/* A string of JSON, whatever the text is. */
static void put_quoted(writer *to, const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    put(to, "\"");
    while (*at) {
        size_t length = character(at);
        if (!length)
            put(to, "\\ufffd");
        else if (*at == '"' || *at == '\\')
            put(to, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7f)
            put(to, "\\u%04x", *at);
        else
            put(to, "%.*s", (int)length, (const char *)at);
        at += length ? length : 1;
    }
    put(to, "\"");
}

static const char *placement_name(trm_placement placement) {
    return placement == TRM_PLACEMENT_MAPPED   ? "mapped"
           : placement == TRM_PLACEMENT_DEVICE ? "device"
                                               : "none";
}

static const char *memory_name(trm_memory_kind kind) {
    return kind == TRM_MEMORY_DISCRETE  ? "discrete"
           : kind == TRM_MEMORY_UNIFIED ? "unified"
                                        : "software";
}

static uint64_t each(uint64_t sum, uint64_t count) {
    return count ? sum / count : 0;
}

static uint64_t per_second(uint64_t nbytes, uint64_t ns) {
    const uint64_t second = 1000000000;
    return nbytes <= UINT64_MAX / second ? each(nbytes * second, ns)
                                         : each(nbytes, each(ns, second));
}

typedef unsigned long long figure;

static void put_text_buffer(writer *to, const trm_buffer *buffer, const trm_buffer_info *info) {
    put(to, "buffer ");
    put_quoted(to, buffer->label);
    put(to, ": %s (%s), %zu items, %zu bytes, holds %llu in %u regions",
        placement_name(info->placement), trm_placement_reason_string(info->reason),
        buffer->layout.nitems, buffer->layout.nbytes, (figure)info->store_nbytes,
        (unsigned)info->region_count);
    put(to, "; %llu uploads, %llu bytes copied, %llu a frame; %llu waits%s\n",
        (figure)info->uploads, (figure)info->copied_nbytes,
        (figure)each(info->copied_nbytes, info->frames), (figure)info->waits,
        info->content_lost ? "; content lost" : "");
}

static void put_text(writer *to, const trm_device *device) {
    const trm_stats *stats = &device->stats;
    put(to, "trireme %s, device ", trm_version_string());
    put_quoted(to, device->label);
    put(to, ": %s memory%s\n", memory_name(device->backend.traits.memory_kind),
        trm_device_is_lost(device) ? ", lost" : "");
#define PUT_LINE(name) put(to, "  %-24s %llu\n", #name, (figure)stats->name);
    COUNTERS(PUT_LINE)
#undef PUT_LINE
    put(to, "  %-24s %llu\n", "budget_nbytes", (figure)device->desc.budget_nbytes);
    put(to, "  %-24s %llu\n", "copied_nbytes_per_frame",
        (figure)each(stats->copied_nbytes, stats->frames));
    put(to, "  %-24s %llu\n", "copied_nbytes_per_second",
        (figure)per_second(stats->copied_nbytes, stats->uploading_ns));
}

static void put_json_buffer(writer *to, const trm_buffer *buffer, const trm_buffer_info *info) {
    put(to, "{\"label\":");
    put_quoted(to, buffer->label);
    put(to, ",\"placement\":\"%s\",\"reason\":\"%s\",\"usage\":%u,\"nitems\":%zu,\"nbytes\":%zu",
        placement_name(info->placement), trm_placement_reason_string(info->reason),
        (unsigned)buffer->usage, buffer->layout.nitems, buffer->layout.nbytes);
    put(to, ",\"store_nbytes\":%llu,\"regions\":%u,\"uploads\":%llu,\"copied_nbytes\":%llu",
        (figure)info->store_nbytes, (unsigned)info->region_count, (figure)info->uploads,
        (figure)info->copied_nbytes);
    put(to, ",\"copied_nbytes_per_frame\":%llu,\"waits\":%llu,\"frames\":%llu",
        (figure)each(info->copied_nbytes, info->frames), (figure)info->waits, (figure)info->frames);
    put(to, ",\"content_lost\":%s}", info->content_lost ? "true" : "false");
}

static void put_json(writer *to, const trm_device *device) {
    const trm_stats *stats = &device->stats;
    put(to, "{\"trireme\":\"%s\",\"label\":", trm_version_string());
    put_quoted(to, device->label);
    put(to, ",\"memory\":\"%s\",\"lost\":%s,\"budget_nbytes\":%llu,\"counters\":{",
        memory_name(device->backend.traits.memory_kind),
        trm_device_is_lost(device) ? "true" : "false", (figure)device->desc.budget_nbytes);
#define PUT_MEMBER(name) put(to, "\"" #name "\":%llu,", (figure)stats->name);
    COUNTERS(PUT_MEMBER)
#undef PUT_MEMBER
    put(to, "\"copied_nbytes_per_frame\":%llu,\"copied_nbytes_per_second\":%llu},\"buffers\":[",
        (figure)each(stats->copied_nbytes, stats->frames),
        (figure)per_second(stats->copied_nbytes, stats->uploading_ns));
}

trm_result trm_device_report(const trm_device *device, trm_report_format format, char *out,
    size_t capacity, size_t *length) {
    bool json = format == TRM_REPORT_JSON, first = true;
    writer to = {.out = out, .capacity = capacity};
    if (length)
        *length = 0;
    if (!device || !length || (!out && capacity))
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    if (!json && format != TRM_REPORT_TEXT)
        return trm_fail(
            &device->desc.log, device->label, TRM_RULE_REPORT_FORMAT, "%d", (int)format);
    (json ? put_json : put_text)(&to, device);
    for (size_t i = 0; i < device->listing_count * TRM_LISTING_BITS; i++) {
        const trm_buffer *buffer = device->slots[i];
        trm_buffer_info info;
        if (!buffer || trm_device_buffer_info(device, buffer, &info) != TRM_OK)
            continue;
        if (json && !first)
            put(&to, ",");
        first = false;
        (json ? put_json_buffer : put_text_buffer)(&to, buffer, &info);
    }
    if (json)
        put(&to, "]}\n");
    *length = to.length;
    return TRM_OK;
}
