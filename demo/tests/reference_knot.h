/* The torus knot of the specification, (1, 0.3, 128, 32), once more. */
#ifndef REFERENCE_KNOT_H
#define REFERENCE_KNOT_H

#include "reference_raster.h"

enum { REFERENCE_KNOT_ALONG = 128, REFERENCE_KNOT_AROUND = 32 };

typedef reference_vertex reference_knot[REFERENCE_KNOT_ALONG + 1][REFERENCE_KNOT_AROUND + 1];

/* All but `clip`; the texture coordinates along and around. */
void reference_knot_make(reference_knot out);

void reference_knot_draw(reference_picture *picture, const reference_knot knot,
    reference_shader shader, const void *user);

#endif
