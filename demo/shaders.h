/* The texts of demo/shaders, put into shaders.c by embed.cmake. */
#ifndef DEMO_SHADERS_H
#define DEMO_SHADERS_H

extern const char demo_sketch_frag[];
extern const char demo_sketch_vert[];
extern const char demo_lab_back_frag[];
extern const char demo_lab_points_frag[];
extern const char demo_lab_points_vert[];
extern const char demo_screen_vert[];
extern const char demo_verify_frag[];

#endif
