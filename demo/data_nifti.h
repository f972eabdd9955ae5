/* Scans in NIfTI-1 files (.nii, .nii.gz), the format of most medical research data. */
#ifndef DEMO_DATA_NIFTI_H
#define DEMO_DATA_NIFTI_H

#include "data_volume.h"

/* By the file's name. */
bool demo_nifti_is(const char *path);

/* The first volume of the file. On failure *out may hold memory: the caller destroys it. */
bool demo_nifti_read(
    demo_volume *out, const char *path, demo_progress *progress, demo_reason *reason);

#endif
