#include "measure.h"

#include "clock.h"

#define FEW    100000u
#define MANY   1000000u
#define FRAMES 5
#define FAST   0.004 /* seconds for a frame of FEW, its edits included: an ordinary GPU takes one */

static bool run_frame(const demo_scene_type *type, void *scene, const demo_scene_env *env,
    const demo_tick *tick, const demo_canvas *canvas) {
    bool done;

    type->ops->edit(scene, tick, canvas);
    done = trm_device_sync(env->device) == TRM_OK && type->ops->draw(scene, tick, canvas) &&
           trm_device_end_frame(env->device) == TRM_OK;
    env->gl->Finish();
    return done;
}

/* The best of some frames; the first ones pay for what drivers do late. */
static double time_frames(const demo_scene_type *type, void *scene, const demo_scene_env *env,
    const demo_canvas *canvas) {
    demo_clock clock;
    double best = 1e9;

    demo_clock_start(&clock, DEMO_CLOCK_FRAMES, 0, 0);
    for (int i = 0; i < FRAMES; i++) {
        double start = demo_now(), took;

        if (!run_frame(type, scene, env, &clock.tick, canvas))
            return -1.0;
        took = demo_now() - start;
        best = took < best ? took : best;
        demo_clock_next(&clock);
    }
    return best;
}

size_t demo_measure_points(const demo_scene_type *type, const demo_scene_env *env,
    const trm_gl_device_desc *device, const demo_canvas *canvas) {
    trm_gl_device_desc desc = *device;
    demo_scene_env own = *env;
    double seconds = -1.0;
    void *scene;

    desc.device.label = "measurement";
    desc.device.on_copy = NULL;
    own.points = FEW;
    if (trm_gl_device_create(&desc, &own.device) != TRM_OK)
        return 0;
    scene = type->ops->create(type, &own, 0);
    if (scene) {
        seconds = time_frames(type, scene, &own, canvas);
        type->ops->destroy(scene);
    }
    trm_device_destroy(own.device);
    return seconds < 0 ? 0 : seconds < FAST ? MANY : FEW;
}
