/* A volume: a scan as a box of grey values. Either the synthetic one or a person's own file. */
#ifndef DEMO_DATA_VOLUME_H
#define DEMO_DATA_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data_progress.h"
#include "data_reason.h"

typedef struct demo_volume {
    float *voxels;      /* x fastest, then y, then z */
    uint32_t size[3];   /* voxels along x, y, z */
    float spacing[3];   /* of a voxel, in any unit: only their ratio matters */
    float black, white; /* the range of values worth seeing */
    bool synthetic;
} demo_volume;

typedef enum demo_voxel_type { DEMO_VOXEL_F4, DEMO_VOXEL_U2, DEMO_VOXEL_U1 } demo_voxel_type;

/* What the command line says of a person's own scan. */
typedef struct demo_volume_source {
    const char *file; /* NULL: the synthetic volume. .nii and .nii.gz: NIfTI-1; else raw values,
                         little-endian */
    uint32_t size[3]; /* raw only; zero: not given */
    demo_voxel_type type;
    bool type_given;
} demo_volume_source;

/* For --volume-size and --volume-type. False: not understood; *out is unchanged. */
bool demo_volume_parse_size(const char *text, uint32_t out[3]);
bool demo_volume_parse_type(const char *text, demo_voxel_type *out);

/* Whether the options go together. */
bool demo_volume_source_check(const demo_volume_source *source, demo_reason *reason);

/* 128 x 128 x 256 voxels of a stented vessel beside a spine. `progress` may be NULL. False: no
 * memory. */
bool demo_volume_generate(demo_volume *out, demo_progress *progress);

/* Reads the file of the source. On failure *out is all zero and `reason` says why. */
bool demo_volume_load(demo_volume *out, const demo_volume_source *source, demo_progress *progress,
    demo_reason *reason);

void demo_volume_destroy(demo_volume *volume);

static inline size_t demo_volume_count(const demo_volume *volume) {
    return (size_t)volume->size[0] * volume->size[1] * volume->size[2];
}

#endif
