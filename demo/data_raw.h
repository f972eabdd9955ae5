/* A scan as nothing but values: their number and type come from the command line. */
#ifndef DEMO_DATA_RAW_H
#define DEMO_DATA_RAW_H

#include "data_volume.h"

/* On failure *out may hold memory: the caller destroys it. */
bool demo_raw_read(demo_volume *out, const demo_volume_source *source, demo_progress *progress,
    demo_reason *reason);

#endif
