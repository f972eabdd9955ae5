/* The inside of the demo's program. Private to demo/app*.c. */
#ifndef DEMO_APP_IMPL_H
#define DEMO_APP_IMPL_H

#include "app.h"
#include "app_soak.h"
#include "clock.h"
#include "gate.h"
#include "host.h"
#include "overlay.h"
#include "pace.h"
#include "picture.h"
#include "verify.h"

struct demo_app {
    const demo_options *options;
    const demo_scene_type *type;
    demo_host host;
    GladGLContext gl;
    demo_gl_watcher watcher;
    unsigned complaints;
    trm_gl_device_desc device_desc;
    demo_scene_env env;
    demo_data data; /* env.data points here once a scene has asked for it */
    void *scene;
    demo_picture picture;
    demo_overlay overlay;
    demo_verify verify;
    demo_pace pace;
    demo_gate gate;
    demo_clock clock;
    demo_soak soak;
    size_t full_nbytes; /* of all of the scene's buffers */
    uint64_t verified;  /* frames compared, and mismatches, of scenes that are gone */
    uint64_t mismatches;
    uint32_t regions_used; /* bits */
    uint32_t region_count;
    unsigned saved;                /* number of the last picture saved by key */
    unsigned redraw;               /* frames that an on-demand scene still wants */
    double due;                    /* when the next frame of a scene with a rate may begin */
    const demo_scene_type *wanted; /* the scene to switch to; NULL: stay */
    bool has_overlay;
    bool fixed_size; /* the picture does not follow the window */
    bool save_wanted;
    bool leaving;
};

/* For the host. */
void demo_app_input(void *app, const demo_input *input);
void demo_app_refresh(void *app);

/* Makes the data, unless it is there. False after a failure, which has been reported. */
bool demo_app_provide_data(demo_app *app);

/* The picture and the scene that app->type names. False after a failure, which was reported. */
bool demo_app_open_scene(demo_app *app, double time);
void demo_app_close_scene(demo_app *app);
/* To app->wanted. A scene that cannot be had leaves the present one. */
bool demo_app_switch_scene(demo_app *app);

/* After a change of the scene's buffers. False: no memory. */
bool demo_app_take_subjects(demo_app *app);

demo_subject demo_app_first_subject(const demo_app *app);

bool demo_app_frame(demo_app *app, bool last);
/* Lets the last frames finish, and looks at what they read. */
bool demo_app_finish(demo_app *app);

#endif
