/* What a surface looks like. All colours are sRGB-encoded unless said otherwise. */
#ifndef DEMO_MATERIAL_H
#define DEMO_MATERIAL_H

#include "array.h"
#include "texture.h"

typedef enum demo_shading {
    DEMO_SHADING_BASIC,  /* the colour as it is, unlit */
    DEMO_SHADING_PHONG,  /* Blinn-Phong under the stage's lights */
    DEMO_SHADING_NORMALS /* the flat normal as a colour */
} demo_shading;

typedef struct demo_material_desc {
    demo_shading shading;
    const demo_texture *map; /* NULL: `colour`. Sampled at as many texcoords as it has dimensions */
    float map_range[2];      /* sampled values shown as 0 and as 1; both 0: as they are */
    float colour[4];         /* all zero: white */
    bool vertex_colours;     /* the mesh's `colours`, which are linear, instead of colour and map */
    float shininess;         /* 0: 30 */
    float wireframe;         /* above 0: only edges, that many logical pixels wide (both sides) */
} demo_material_desc;

typedef struct demo_material {
    demo_material_desc desc;
    demo_array *block;     /* uniform: basic 64 bytes, phong 112 */
    void *data;            /* its CPU side, a demo_basic_block or demo_phong_block */
    demo_array *transform; /* uniform, 48 bytes: of the map; NULL without one */
} demo_material;

#endif
