/* From the bytes of a file to voxels. */
#ifndef DEMO_DATA_VOXELS_H
#define DEMO_DATA_VOXELS_H

#include "data_stream.h"
#include "data_volume.h"

typedef enum demo_voxel_class {
    DEMO_CLASS_UNSIGNED,
    DEMO_CLASS_SIGNED,
    DEMO_CLASS_FLOAT
} demo_voxel_class;

typedef struct demo_voxel_format {
    demo_voxel_class class;
    uint32_t nbytes; /* 1, 2, 4 or 8; floats 4 or 8 */
    bool big_endian;
    double slope; /* value = slope * stored + intercept */
    double intercept;
} demo_voxel_format;

enum { DEMO_MAX_SIDE = 2048 }; /* voxels; what every OpenGL 4.5 takes */

/* Whether a volume of that size can be shown. */
bool demo_voxels_check_size(const char *path, const long long size[3], demo_reason *reason);

/* Memory for volume->size voxels, all zero. */
bool demo_voxels_alloc(demo_volume *volume, const char *path, demo_reason *reason);

/* Fills volume->voxels; *read is the number of bytes used, fewer than needed where the file ends
 * early. False when it cannot be read. */
bool demo_voxels_read(demo_volume *volume, demo_stream *stream, const demo_voxel_format *format,
    demo_progress *progress, uint64_t *read, demo_reason *reason);

/* Sets black and white so that the half percent of voxels at either end are cut off. Voxels that
 * are no numbers become black. */
void demo_voxels_measure(demo_volume *volume);

#endif
