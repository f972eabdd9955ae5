#ifndef DEMO_EDIT_LAB_H
#define DEMO_EDIT_LAB_H

#include "scene.h"

extern const demo_scene_type demo_edit_lab;

#endif
