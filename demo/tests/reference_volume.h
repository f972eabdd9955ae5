/* The specified volume once more, in double precision and straight from the formula, to check
 * pictures by. Voxels are worked out when they are first asked for. */
#ifndef REFERENCE_VOLUME_H
#define REFERENCE_VOLUME_H

double reference_voxel(int x, int y, int z);

/* The volume at a point in texture coordinates: linear between voxels, repeating. */
double reference_volume_sample(double u, double v, double w);

#endif
