/* The uniform blocks of a stage, as std140 lays them out (shaders/blocks.glsl, mesh.frag, ...). */
#ifndef DEMO_BLOCKS_H
#define DEMO_BLOCKS_H

#include <assert.h>
#include <stdint.h>

/* Binding points: uniform blocks, then storage blocks from 0 on. */
enum {
    DEMO_BIND_VIEW = 0,
    DEMO_BIND_PASS = 0, /* of a post pass */
    DEMO_BIND_OBJECT = 1,
    DEMO_BIND_MATERIAL = 2,
    DEMO_BIND_TRANSFORM = 3,
    DEMO_BIND_AMBIENT = 4,
    DEMO_BIND_LIGHTS = 5,
    DEMO_BIND_BONES = 6
};

typedef struct demo_view_block {
    float view[16];
    float view_inverse[16];
    float projection[16];
    float projection_inverse[16];
    float ndc_offset[4];
    float physical_size[2];
    float logical_size[2];
} demo_view_block;

typedef struct demo_object_block {
    float world[16];
    float world_inverse[16];
    uint32_t id;
    uint32_t render_id;
    uint32_t pad[2];
    float bind[16]; /* only with skin */
    float bind_inverse[16];
} demo_object_block;

typedef struct demo_basic_block {
    float colour[4];
    float map_range[2];
    float opacity;
    float alpha_test;
    float wireframe;
    float pad[7];
} demo_basic_block;

typedef struct demo_phong_block {
    float colour[4];
    float emissive[4];
    float specular[4];
    float map_range[2];
    float normal_scale[2];
    float opacity;
    float alpha_test;
    float wireframe;
    float spare[4];
    float shininess;
    float emissive_intensity;
    float pad[3];
} demo_phong_block;

typedef struct demo_background_block {
    float corners[4][4]; /* bottom left, bottom right, top left, top right */
    float opacity;
    float alpha_test;
    float pad[2];
} demo_background_block;

typedef struct demo_transform_block {
    float columns[3][4];
} demo_transform_block;

typedef struct demo_ambient_block {
    float world[16];
    float world_inverse[16];
    uint32_t ids[4];
    float colour[4]; /* intensity last */
    float spare[20];
} demo_ambient_block;

typedef struct demo_light_block {
    float world[16];
    float world_inverse[16];
    uint32_t ids[4];
    float colour[4];
    float direction[4];
    float spare[20];
} demo_light_block;

typedef struct demo_lines_block {
    float thickness;
    float smoothing;
    uint32_t colour_size;
    uint32_t pad;
} demo_lines_block;

#define DEMO_OBJECT_NBYTES         144 /* of a demo_object_block */
#define DEMO_SKINNED_OBJECT_NBYTES 272

static_assert(sizeof(demo_view_block) == 288, "std140");
static_assert(sizeof(demo_object_block) == DEMO_SKINNED_OBJECT_NBYTES, "std140");
static_assert(sizeof(demo_basic_block) == 64, "std140");
static_assert(sizeof(demo_phong_block) == 112, "std140");
static_assert(sizeof(demo_background_block) == 80, "std140");
static_assert(sizeof(demo_transform_block) == 48, "std140");
static_assert(sizeof(demo_ambient_block) == 240, "std140");
static_assert(sizeof(demo_light_block) == 256, "std140");

#endif
