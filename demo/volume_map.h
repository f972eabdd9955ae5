/* The volume as the colour map of surfaces: shared by the scenes that cut it into slices. */
#ifndef DEMO_VOLUME_MAP_H
#define DEMO_VOLUME_MAP_H

#include "stage.h"

/* A grey, unlit material with the volume of stage->env.data as its map. */
demo_material *demo_volume_map_material(demo_stage *stage);

/* The volume's sides, scaled such that the longest of the first `axes` ones is `longest`. */
void demo_volume_map_extent(const demo_volume *volume, size_t axes, float longest, vec3 out);

/* A rectangle with four texture coordinates of three components each, in the order bottom left,
 * bottom right, top left, top right. `coords` must live as long as the stage. */
demo_mesh *demo_volume_map_plane(
    demo_stage *stage, float width, float height, float coords[4][3], const char *label);

#endif
