#include "scene.h"

#include <string.h>

#include "edit_lab.h"

static const demo_scene_type *const scenes[] = {&demo_edit_lab};

const demo_scene_type *demo_scene_find(const char *name) {
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        if (strcmp(scenes[i]->name, name) == 0)
            return scenes[i];
    return NULL;
}

void demo_scenes_print(FILE *to) {
    for (size_t i = 0; i < sizeof scenes / sizeof scenes[0]; i++)
        fprintf(to, "  %-16s%s\n", scenes[i]->name, scenes[i]->title);
}
