/* From the options about volumes to the reader of the file. */
#include <stdlib.h>
#include <string.h>

#include "data_nifti.h"
#include "data_raw.h"
#include "data_voxels.h"

bool demo_volume_parse_size(const char *text, uint32_t out[3]) {
    uint32_t size[3];

    for (size_t axis = 0; axis < 3; axis++) {
        unsigned long value;
        char *end;

        if (text[0] < '0' || text[0] > '9')
            return false;
        value = strtoul(text, &end, 10);
        if (value < 1 || value > DEMO_MAX_SIDE || *end != (axis < 2 ? 'x' : '\0'))
            return false;
        size[axis] = (uint32_t)value;
        text = end + 1;
    }
    memcpy(out, size, sizeof size);
    return true;
}

bool demo_volume_parse_type(const char *text, demo_voxel_type *out) {
    if (strcmp(text, "f4") == 0)
        *out = DEMO_VOXEL_F4;
    else if (strcmp(text, "u2") == 0)
        *out = DEMO_VOXEL_U2;
    else if (strcmp(text, "u1") == 0)
        *out = DEMO_VOXEL_U1;
    else
        return false;
    return true;
}

bool demo_volume_source_check(const demo_volume_source *source, demo_reason *reason) {
    bool sized = source->size[0] > 0;

    if (!source->file)
        return (!sized && !source->type_given) ||
               demo_because(
                   reason, "--volume-size and --volume-type say how to read --volume FILE");
    if (demo_nifti_is(source->file))
        return (!sized && !source->type_given) ||
               demo_because(reason,
                   "--volume %s: a NIfTI file says itself what size and type it has", source->file);
    return sized || demo_because(reason,
                        "--volume %s: raw values need --volume-size WxHxD (and perhaps "
                        "--volume-type)",
                        source->file);
}

bool demo_volume_load(demo_volume *out, const demo_volume_source *source, demo_progress *progress,
    demo_reason *reason) {
    bool fine;

    *out = (demo_volume){0};
    fine = demo_nifti_is(source->file) ? demo_nifti_read(out, source->file, progress, reason)
                                       : demo_raw_read(out, source, progress, reason);
    if (!fine)
        demo_volume_destroy(out);
    return fine;
}
