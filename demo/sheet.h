/* The contact sheet: every scene in one picture, labelled. */
#ifndef DEMO_SHEET_H
#define DEMO_SHEET_H

#include "picture.h"

/* `env` has a device and data. Saves the sheet as `path`. False after a failure, which has been
 * reported. */
bool demo_sheet_save(const demo_scene_env *env, const char *path);

#endif
