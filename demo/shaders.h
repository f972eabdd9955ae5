/* The texts of demo/shaders, put into shaders.c by embed.cmake. */
#ifndef DEMO_SHADERS_H
#define DEMO_SHADERS_H

extern const char demo_background_frag[];
extern const char demo_blocks_glsl[];
extern const char demo_fog_frag[];
extern const char demo_lab_back_frag[];
extern const char demo_lab_points_frag[];
extern const char demo_lab_points_vert[];
extern const char demo_lines_frag[];
extern const char demo_lines_vert[];
extern const char demo_mesh_frag[];
extern const char demo_mesh_vert[];
extern const char demo_noise_frag[];
extern const char demo_resolve_frag[];
extern const char demo_screen_vert[];
extern const char demo_sketch_frag[];
extern const char demo_sketch_vert[];
extern const char demo_smooth_frag[];
extern const char demo_gate_frag[];
extern const char demo_verify_frag[];
extern const char demo_wire_frag[];
extern const char demo_wire_vert[];

#endif
