/* The height field of edit-lab: a disc of points in concentric rings, one 16-byte item each. Where
 * an item lies follows from its index, in the shader too (lab_points.vert); what it is comes from
 * this array. */
#ifndef DEMO_LAB_FIELD_H
#define DEMO_LAB_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ring k, from 0, has LAB_RING_STEP * (k + 1) items. More than 6 makes the rings visible as lines.
 */
#define LAB_RING_STEP 9u

#define LAB_SLOPE_SCALE 8.0f /* the slope that a full-scale int16 stands for */

typedef struct lab_point {
    float height;
    int16_t slope[2]; /* of the height along x and z */
    float edited_at;  /* the shader fades the glow by its age */
    uint8_t glow[4];  /* light of the last edit; the fourth makes the point hop */
} lab_point;

_Static_assert(sizeof(lab_point) == 16, "an item has 16 bytes");

typedef struct lab_field {
    lab_point *points;
    float (*places)[2]; /* x and z of each item, within the unit disc */
    uint32_t count;
    uint32_t rings;
} lab_field;

/* The surface at one place and time. */
typedef struct lab_wave {
    float height;
    float slope[2];
} lab_wave;

bool lab_field_create(lab_field *field, size_t count); /* false: no memory */
void lab_field_destroy(lab_field *field);

uint32_t lab_ring_start(uint32_t ring); /* index of its first item */
uint32_t lab_ring_count(uint32_t ring);
float lab_ring_radius(const lab_field *field, uint32_t ring);
float lab_ring_turn(uint32_t ring); /* where its first item lies, in turns */

/* The item nearest to a place in the disc. */
uint32_t lab_field_nearest(const lab_field *field, float x, float z);

lab_wave lab_wave_at(float x, float z, float time);
void lab_point_set_slope(lab_point *point, float x, float z);

#endif
