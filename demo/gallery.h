/* The scenes of the gallery, in the order of the keys 1 to 8. */
#ifndef DEMO_GALLERY_H
#define DEMO_GALLERY_H

#include "scene.h"

extern const demo_scene_type demo_scene_volume_slice;
extern const demo_scene_type demo_scene_colormap_channels;
extern const demo_scene_type demo_scene_multi_slice;
extern const demo_scene_type demo_scene_skinned_mesh;
extern const demo_scene_type demo_scene_colormap_mesh;
extern const demo_scene_type demo_scene_wireframe;
extern const demo_scene_type demo_scene_mesh_colormaps;
extern const demo_scene_type demo_scene_post_processing;

#endif
