/* Textures: plain GL. Their texels go up through a trm_buffer of usage PIXEL_UNPACK that lives only
 * for the upload.
 *
 * Texels hold sRGB-encoded numbers and are filtered as stored; shaders decode them after sampling.
 * So no texture has an sRGB format. Row 0 of the data lies at v = 0, slice 0 at w = 0; everything
 * repeats. One channel is seen as (r, r, r, 1), two as (r, r, r, g). */
#ifndef DEMO_TEXTURE_H
#define DEMO_TEXTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "gl.h"

typedef struct demo_texture_desc {
    const void *data;   /* read during the call; texels packed, x fastest */
    uint32_t size[3];   /* texels; 0: that dimension is not there ({4, 0, 0} is a 1-D texture) */
    const char *format; /* a texel as a trm format: "f4", "2xf4", "4xf4" or "4xu1" (0 to 255) */
    bool nearest;       /* no filter; otherwise linear */
    const char *label;
} demo_texture_desc;

typedef struct demo_texture {
    GLuint name;
    int dimensions; /* 1 to 3 */
} demo_texture;

#endif
