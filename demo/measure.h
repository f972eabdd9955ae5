/* How many points this machine can draw. */
#ifndef DEMO_MEASURE_H
#define DEMO_MEASURE_H

#include "scene.h"

/* Runs a few frames of the scene on a device of its own and times them. 0 after a failure, which
 * has been reported. */
size_t demo_measure_points(const demo_scene_type *type, const demo_scene_env *env,
    const trm_gl_device_desc *device, const demo_canvas *canvas);

#endif
