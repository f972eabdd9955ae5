/* The geometry of a mesh: a set of arrays. Any number of objects can share one.
 *
 * demo_stage_mesh makes the first four from a demo_geometry. A scene replaces or adds others with
 * demo_stage_array:
 *
 *     mesh->texcoords = demo_stage_replace(stage, mesh->texcoords, &(trm_buffer_desc){
 *         .data = geometry->texcoords, .nitems = geometry->nvertices, .format = "f4",
 *         .stride = sizeof *geometry->texcoords, .usage = TRM_USAGE_VERTEX, .label = "texcoords"});
 */
#ifndef DEMO_MESH_H
#define DEMO_MESH_H

#include "array.h"
#include "data_geometry.h"

typedef struct demo_mesh {
    demo_geometry geometry;   /* what the first four arrays borrow; the stage's to free */
    demo_array *indices;      /* 3xu4, INDEX | STORAGE */
    demo_array *positions;    /* 3xf4, VERTEX | STORAGE */
    demo_array *normals;      /* 3xf4, VERTEX | STORAGE */
    demo_array *texcoords;    /* 2xf4 at first, VERTEX; f4 and 3xf4 are fine too */
    demo_array *colours;      /* NULL or 3xf4, 4xf4: linear */
    demo_array *skin_indices; /* NULL or 4xu4 */
    demo_array *skin_weights; /* NULL or 4xf4 */
} demo_mesh;

#endif
