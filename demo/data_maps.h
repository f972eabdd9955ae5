/* The small colour maps: texels of four floats, RGBA unless said otherwise; sRGB-encoded. */
#ifndef DEMO_DATA_MAPS_H
#define DEMO_DATA_MAPS_H

/* colormap-channels: four texels of one to four channels. */
extern const float demo_map_grey[4][1];
extern const float demo_map_grey_alpha[4][2];
extern const float demo_map_rgb[4][4]; /* padded: alpha 1 */
extern const float demo_map_rgba[4][4];

/* colormap-mesh: yellow to cyan. */
extern const float demo_map_yellow_cyan[2][4];

/* mesh-colormaps: the values 0.1, 0.4, 0.6, 0.9 along each axis, in red, green and blue. */
void demo_map_steps_1d(float out[4][4]);
void demo_map_steps_2d(float out[16][4]); /* x fastest */
void demo_map_steps_3d(float out[64][4]);

#endif
