#include "data_nifti.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "data_voxels.h"

enum {
    HEADER_NBYTES = 348,
    HEADER2_NBYTES = 540, /* of NIfTI-2 */
    DATA_OFFSET = 352,    /* in one file with the header, unless that says otherwise */
    MAX_OFFSET = 1 << 26
};

/* Where the fields lie. */
enum {
    AT_DIM = 40,
    AT_DATATYPE = 70,
    AT_BITPIX = 72,
    AT_PIXDIM = 76,
    AT_VOX_OFFSET = 108,
    AT_SLOPE = 112,
    AT_INTERCEPT = 116,
    AT_CAL_MAX = 124,
    AT_CAL_MIN = 128,
    AT_MAGIC = 344
};

typedef struct header {
    unsigned char bytes[HEADER_NBYTES];
    bool big_endian;
} header;

static uint32_t get_bits(const header *h, size_t at, size_t nbytes) {
    uint32_t bits = 0;

    for (size_t i = 0; i < nbytes; i++)
        bits = bits << 8 | h->bytes[at + (h->big_endian ? i : nbytes - 1 - i)];
    return bits;
}

static int get_short(const header *h, size_t at) {
    int value = (int)get_bits(h, at, 2);

    return value < 0x8000 ? value : value - 0x10000;
}

static float get_float(const header *h, size_t at) {
    uint32_t bits = get_bits(h, at, 4);
    float value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

static const struct {
    int code;
    demo_voxel_class class;
    uint32_t nbytes;
} datatypes[] = {
    {2, DEMO_CLASS_UNSIGNED, 1},
    {4, DEMO_CLASS_SIGNED, 2},
    {8, DEMO_CLASS_SIGNED, 4},
    {16, DEMO_CLASS_FLOAT, 4},
    {64, DEMO_CLASS_FLOAT, 8},
    {256, DEMO_CLASS_SIGNED, 1},
    {512, DEMO_CLASS_UNSIGNED, 2},
    {768, DEMO_CLASS_UNSIGNED, 4},
    {1024, DEMO_CLASS_SIGNED, 8},
    {1280, DEMO_CLASS_UNSIGNED, 8},
};

static bool read_header(header *h, demo_stream *stream, demo_reason *reason) {
    const char *path = stream->path;
    size_t got;
    uint32_t nbytes;

    if (!demo_stream_read(stream, h->bytes, HEADER_NBYTES, &got, reason))
        return false;
    if (got < HEADER_NBYTES)
        return demo_because(reason, "%s: %zu bytes are too few for a NIfTI header", path, got);
    h->big_endian = false;
    nbytes = get_bits(h, 0, 4);
    if (nbytes != HEADER_NBYTES && nbytes != HEADER2_NBYTES) {
        h->big_endian = true;
        nbytes = get_bits(h, 0, 4);
    }
    if (nbytes == HEADER2_NBYTES)
        return demo_because(reason, "%s: this is NIfTI-2; NIfTI-1 is understood", path);
    if (nbytes != HEADER_NBYTES)
        return demo_because(reason, "%s: this is not a NIfTI file", path);
    if (memcmp(h->bytes + AT_MAGIC, "ni1", 4) == 0)
        return demo_because(
            reason, "%s: only a header; its voxels lie in another file, which is not read", path);
    return memcmp(h->bytes + AT_MAGIC, "n+1", 4) == 0 ||
           demo_because(reason, "%s: this is not a NIfTI-1 file (its magic is missing)", path);
}

static bool parse_size(demo_volume *out, const header *h, const char *path, demo_reason *reason) {
    int dimensions = get_short(h, AT_DIM);
    long long size[3];

    if (dimensions < 3 || dimensions > 7)
        return demo_because(
            reason, "%s: %d dimensions; a volume has three, or more", path, dimensions);
    for (int axis = 0; axis < 3; axis++)
        size[axis] = get_short(h, AT_DIM + 2 + 2 * (size_t)axis);
    if (!demo_voxels_check_size(path, size, reason))
        return false;
    for (size_t axis = 0; axis < 3; axis++) {
        float spacing = fabsf(get_float(h, AT_PIXDIM + 4 + 4 * axis));

        out->size[axis] = (uint32_t)size[axis];
        out->spacing[axis] = spacing >= 1e-6f && spacing <= 1e6f ? spacing : 1.0f;
    }
    return true;
}

static bool parse_format(
    demo_voxel_format *out, const header *h, const char *path, demo_reason *reason) {
    int code = get_short(h, AT_DATATYPE), bits = get_short(h, AT_BITPIX);
    float slope = get_float(h, AT_SLOPE), intercept = get_float(h, AT_INTERCEPT);
    bool scaled = isfinite(slope) && slope != 0.0f; /* 0 says: not scaled */
    size_t i = 0, count = sizeof datatypes / sizeof datatypes[0];

    while (i < count && datatypes[i].code != code)
        i++;
    if (i == count)
        return demo_because(reason, "%s: voxels of NIfTI type %d are not understood", path, code);
    if (bits != (int)(8 * datatypes[i].nbytes))
        return demo_because(reason, "%s: damaged header: type %d has %" PRIu32 " bits, not %d",
            path, code, 8 * datatypes[i].nbytes, bits);
    *out = (demo_voxel_format){
        .class = datatypes[i].class,
        .nbytes = datatypes[i].nbytes,
        .big_endian = h->big_endian,
        .slope = scaled ? (double)slope : 1.0,
        .intercept = scaled && isfinite(intercept) ? (double)intercept : 0.0,
    };
    return true;
}

/* To the first voxel. */
static bool skip(const header *h, demo_stream *stream, demo_reason *reason) {
    float offset = get_float(h, AT_VOX_OFFSET);
    unsigned char block[4096];
    size_t left, got;

    if (offset == 0.0f)
        offset = DATA_OFFSET;
    if (!(offset >= HEADER_NBYTES && offset <= MAX_OFFSET))
        return demo_because(reason, "%s: damaged header: the voxels cannot begin at byte %g",
            stream->path, (double)offset);
    for (left = (size_t)offset - HEADER_NBYTES; left > 0; left -= got) {
        if (!demo_stream_read(
                stream, block, left < sizeof block ? left : sizeof block, &got, reason))
            return false;
        if (got == 0)
            return demo_because(reason, "%s: the file ends before its voxels begin", stream->path);
    }
    return true;
}

/* Reading to the end has the checksum of a gzip file looked at. What follows the first volume in a
 * file of several is left alone. */
static bool check_end(demo_stream *stream, demo_reason *reason) {
    unsigned char byte;
    size_t got;

    return demo_stream_read(stream, &byte, 1, &got, reason);
}

/* The window that the file asks for, if it does. */
static void apply_window(demo_volume *out, const header *h) {
    float low = get_float(h, AT_CAL_MIN), high = get_float(h, AT_CAL_MAX);

    if (isfinite(low) && isfinite(high) && high - low > 0.0f && isfinite(high - low)) {
        out->black = low;
        out->white = high;
    }
}

static bool read_volume(
    demo_volume *out, demo_stream *stream, demo_progress *progress, demo_reason *reason) {
    demo_voxel_format format;
    uint64_t wanted, read;
    header h;

    if (!read_header(&h, stream, reason) || !parse_size(out, &h, stream->path, reason) ||
        !parse_format(&format, &h, stream->path, reason) || !skip(&h, stream, reason) ||
        !demo_voxels_alloc(out, stream->path, reason) ||
        !demo_voxels_read(out, stream, &format, progress, &read, reason))
        return false;
    wanted = (uint64_t)demo_volume_count(out) * format.nbytes;
    if (read < wanted)
        return demo_because(reason,
            "%s: the file is too short: %" PRIu64 " of %" PRIu64 " bytes of voxels", stream->path,
            read, wanted);
    if (!check_end(stream, reason))
        return false;
    demo_voxels_measure(out);
    apply_window(out, &h);
    return true;
}

bool demo_nifti_is(const char *path) {
    static const char *const endings[] = {".nii", ".nii.gz"};
    size_t length = strlen(path);

    for (size_t i = 0; i < 2; i++) {
        size_t n = strlen(endings[i]);

        if (length > n && strcmp(path + length - n, endings[i]) == 0)
            return true;
    }
    return false;
}

bool demo_nifti_read(
    demo_volume *out, const char *path, demo_progress *progress, demo_reason *reason) {
    demo_stream stream;
    bool fine;

    if (!demo_stream_open(&stream, path, true, reason))
        return false;
    *out = (demo_volume){0};
    fine = read_volume(out, &stream, progress, reason);
    demo_stream_close(&stream);
    return fine;
}
