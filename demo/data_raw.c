#include "data_raw.h"

#include <inttypes.h>

#include "data_voxels.h"

static const struct {
    const char *name;
    demo_voxel_format format;
} types[] = {
    [DEMO_VOXEL_F4] = {"f4", {DEMO_CLASS_FLOAT, 4, false, 1.0, 0.0}},
    [DEMO_VOXEL_U2] = {"u2", {DEMO_CLASS_UNSIGNED, 2, false, 1.0, 0.0}},
    [DEMO_VOXEL_U1] = {"u1", {DEMO_CLASS_UNSIGNED, 1, false, 1.0, 0.0}},
};

/* Reads on to the end, or to where no type could need more. */
static bool count_rest(demo_stream *stream, uint64_t *total, uint64_t most, demo_reason *reason) {
    unsigned char block[1 << 14];
    size_t got = 1;

    while (got > 0 && *total <= most) {
        if (!demo_stream_read(stream, block, sizeof block, &got, reason))
            return false;
        *total += got;
    }
    return true;
}

static bool wrong_size(const demo_volume_source *source, const demo_volume *volume, uint64_t total,
    demo_reason *reason) {
    uint64_t count = demo_volume_count(volume), wanted = count * types[source->type].format.nbytes;
    const char *most = total > 4 * count ? "more than " : "";
    uint64_t shown = total > 4 * count ? 4 * count : total;

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (total == count * types[i].format.nbytes)
            return demo_because(reason,
                "%s: %" PRIu64 " bytes, but %" PRIu64 " values of type %s take %" PRIu64
                "; --volume-type %s would fit",
                source->file, total, count, types[source->type].name, wanted, types[i].name);
    return demo_because(reason,
        "%s: %s%" PRIu64 " bytes, but %" PRIu32 " x %" PRIu32 " x %" PRIu32
        " values of type %s take %" PRIu64,
        source->file, most, shown, volume->size[0], volume->size[1], volume->size[2],
        types[source->type].name, wanted);
}

static bool read_values(demo_volume *out, demo_stream *stream, const demo_volume_source *source,
    demo_progress *progress, demo_reason *reason) {
    const demo_voxel_format *format = &types[source->type].format;
    uint64_t count = demo_volume_count(out), total;

    if (!demo_voxels_alloc(out, source->file, reason) ||
        !demo_voxels_read(out, stream, format, progress, &total, reason) ||
        !count_rest(stream, &total, 4 * count, reason))
        return false;
    return total == count * format->nbytes || wrong_size(source, out, total, reason);
}

bool demo_raw_read(demo_volume *out, const demo_volume_source *source, demo_progress *progress,
    demo_reason *reason) {
    const long long size[3] = {source->size[0], source->size[1], source->size[2]};
    demo_stream stream;
    bool fine;

    if (!demo_voxels_check_size(source->file, size, reason) ||
        !demo_stream_open(&stream, source->file, false, reason))
        return false;
    *out = (demo_volume){
        .size = {source->size[0], source->size[1], source->size[2]}, .spacing = {1, 1, 1}};
    fine = read_values(out, &stream, source, progress, reason);
    demo_stream_close(&stream);
    if (fine)
        demo_voxels_measure(out);
    return fine;
}
