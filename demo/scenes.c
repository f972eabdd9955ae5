#include "scene.h"

#include <string.h>

#include "edit_lab.h"
#include "gallery.h"

static const demo_scene_type *const scenes[] = {
    &demo_scene_volume_slice,
    &demo_scene_colormap_channels,
    &demo_scene_multi_slice,
    &demo_scene_skinned_mesh,
    &demo_scene_colormap_mesh,
    &demo_scene_wireframe,
    &demo_scene_mesh_colormaps,
    &demo_scene_post_processing,
    &demo_edit_lab,
};

enum { COUNT = sizeof scenes / sizeof scenes[0] };

const demo_scene_type *demo_scene_find(const char *name) {
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp(scenes[i]->name, name) == 0)
            return scenes[i];
    return NULL;
}

const demo_scene_type *demo_scene_at(size_t index) {
    return index < COUNT ? scenes[index] : NULL;
}

void demo_scenes_print(FILE *to) {
    for (size_t i = 0; i < COUNT; i++)
        fprintf(to, "  %zu  %-20s%s\n", i + 1, scenes[i]->name, scenes[i]->title);
}
