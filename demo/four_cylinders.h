/* Four cylinders in a row: what two scenes have in common. Three have a map each, the last one has
 * colours at its vertices. Each has geometry buffers of its own. */
#ifndef DEMO_FOUR_CYLINDERS_H
#define DEMO_FOUR_CYLINDERS_H

#include "data_maps.h"
#include "stage.h"

typedef struct demo_four_cylinders {
    demo_object *objects[4];
} demo_four_cylinders;

/* maps[i] is of i + 1 dimensions. `range` (may be NULL) is what of the last one is seen as 0 and
 * as 1. */
bool demo_four_cylinders_build(demo_four_cylinders *scene, demo_stage *stage,
    const demo_texture_desc maps[3], const float range[2]);

/* Turns each one where it stands. */
void demo_four_cylinders_turn(demo_four_cylinders *scene, mat4 rotation);

#endif
