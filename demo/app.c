#include "app_impl.h"

#include <stdlib.h>

#include "fault.h"
#include "sheet.h"

enum { STATUS_FINE = 0, STATUS_FAILED = 1, STATUS_REFUSED = 2 };

static trm_gl_proc get_proc(void *user, const char *name) {
    const demo_app *app = user;

    return app->host.ops->get_proc(name);
}

/* What the library is given; see fault.h. */
static trm_gl_proc get_library_proc(void *user, const char *name) {
    const demo_app *app = user;
    trm_gl_proc proc = get_proc(user, name);

    return app->options->no_poll ? demo_fault_no_poll(name, proc) : proc;
}

static void on_copy(void *user, const trm_copy_event *event) {
    demo_app *app = user;

    if (app->has_overlay)
        demo_overlay_copied(&app->overlay, event);
}

static bool open_host(demo_app *app) {
    const demo_options *options = app->options;
    demo_host_desc desc = {
        .title = "Trireme",
        .width = options->size_given ? options->width : app->type->width,
        .height = options->size_given ? options->height : app->type->height,
        .debug = options->gl_debug,
        .on_input = demo_app_input,
        .on_refresh = demo_app_refresh,
        .user = app,
    };

    return options->offscreen ? demo_offscreen_open(&desc, &app->host)
                              : demo_window_open(&desc, &app->host);
}

static bool set_up(demo_app *app) {
    const demo_options *options = app->options;

    if (!demo_gl_load(&app->gl, get_proc, app))
        return false;
    app->watcher.complaints = &app->complaints;
    if (options->gl_debug)
        demo_gl_watch(&app->gl, &app->watcher);
    app->device_desc = (trm_gl_device_desc){
        .get_proc_address = get_library_proc,
        .user = app,
        .device = {.label = "scene",
            .no_flush = app->host.ops->swap != NULL,
            .log = {.write = trm_log_stderr},
            .on_copy = on_copy,
            .on_copy_user = app},
    };
    app->env = (demo_scene_env){.gl = &app->gl,
        .log = app->device_desc.device.log,
        .placement = options->placement,
        .points = options->points};
    if (options->overlay || app->host.ops->swap) {
        if (!demo_overlay_create(&app->overlay, &app->env, &app->device_desc))
            return false;
        app->has_overlay = true;
        app->overlay.shown = options->overlay || !options->screenshot;
    }
    if (trm_gl_device_create(&app->device_desc, &app->env.device) != TRM_OK)
        return false;
    if (options->late_gpu && !demo_gate_create(&app->gate, &app->gl))
        return false;
    return options->contact_sheet || demo_app_open_scene(app, options->time);
}

static void tear_down(demo_app *app) {
    demo_app_close_scene(app);
    trm_device_destroy(app->env.device);
    if (app->has_overlay)
        demo_overlay_destroy(&app->overlay);
    if (app->gl.VERSION_4_5) {
        demo_pace_destroy(&app->pace, &app->gl);
        if (app->gate.gl)
            demo_gate_destroy(&app->gate);
        demo_picture_destroy(&app->picture, &app->gl);
    }
    demo_data_destroy(&app->data);
    app->host.ops->close(&app->host);
}

/* In a window, waits for the next frame's time, or as long as there is nothing to draw. */
static void wait_for_frame(demo_app *app) {
    bool on_demand = app->type->on_demand && app->options->frames == 0 && app->redraw == 0;
    bool capped = app->type->rate > 0 && app->clock.mode == DEMO_CLOCK_WALL;
    double left = capped ? app->due - demo_now() : 0;

    app->host.ops->poll(&app->host, 0);
    while (!app->leaving && !app->host.ops->closing(&app->host)) {
        if (on_demand && app->redraw == 0)
            app->host.ops->poll(&app->host, 0.1);
        else if (left > 0)
            app->host.ops->poll(&app->host, left);
        else
            break;
        left = capped ? app->due - demo_now() : 0;
    }
    app->redraw -= app->redraw > 0;
    app->due = demo_now() + (capped ? 1.0 / app->type->rate : 0);
}

static void play_input(void *user, const demo_input *input) {
    demo_app *app = user;

    if (input->type == DEMO_INPUT_KEY)
        demo_app_input(app, input);
    else /* in pixels of the picture already */
        app->type->ops->input(app->scene, input, &app->picture.canvas);
}

static bool run(demo_app *app) {
    const demo_options *options = app->options;
    bool by_frames = options->screenshot || options->offscreen;

    demo_clock_start(&app->clock,
        options->time_given ? DEMO_CLOCK_FIXED
        : by_frames         ? DEMO_CLOCK_FRAMES
                            : DEMO_CLOCK_WALL,
        options->time, app->type->rate);
    if (options->soak > 0)
        demo_soak_start(app);
    while (!app->leaving && !app->host.ops->closing(&app->host)) {
        uint64_t done = app->clock.tick.frame + 1;

        if (options->soak > 0 && !demo_soak_step(app))
            return false;
        if (!demo_app_frame(app, done == options->frames || app->leaving))
            return false;
        if (done == options->frames)
            break;
        if (app->host.ops->swap)
            wait_for_frame(app);
        if (done == 1)
            demo_play_run(&options->play, &app->picture.canvas, play_input, app);
        if (app->wanted && !demo_app_switch_scene(app))
            return false;
    }
    return demo_app_finish(app);
}

static bool save_sheet(demo_app *app) {
    return demo_app_provide_data(app) && demo_sheet_save(&app->env, app->options->contact_sheet);
}

static void print_regions(const demo_app *app) {
    printf("regions used:");
    for (uint32_t i = 0; i < app->region_count; i++)
        if (app->regions_used & 1u << i)
            printf(" %u", i);
    printf(" of %u\n", app->region_count);
}

/* The line that ends the output. */
static void print_summary(const demo_app *app, const trm_stats *stats) {
    printf("frames=%llu marked=%llu copied=%llu full=%llu waits=%llu mismatches=",
        (unsigned long long)stats->frames, (unsigned long long)stats->marked_nbytes,
        (unsigned long long)stats->copied_nbytes,
        (unsigned long long)(stats->frames * app->full_nbytes), (unsigned long long)stats->waits);
    if (app->options->verify)
        printf("%llu\n", (unsigned long long)app->mismatches);
    else
        puts("-");
}

static int conclude(demo_app *app, int status, const trm_stats *stats) {
    if (status == STATUS_FINE && app->options->verify && app->verified != stats->frames &&
        !app->options->contact_sheet) {
        fprintf(stderr, "trireme-demo: only %llu frames could be compared\n",
            (unsigned long long)app->verified);
        status = STATUS_FAILED;
    }
    if (status == STATUS_FAILED)
        fprintf(stderr, "trireme-demo: stopped in frame %llu\n",
            (unsigned long long)app->clock.tick.frame);
    if (app->complaints > 0)
        fprintf(stderr, "trireme-demo: OpenGL complained %u times\n", app->complaints);
    if (app->mismatches > 0 || app->complaints > 0)
        status = STATUS_FAILED;
    if (app->options->soak > 0 && !demo_soak_conclude(app))
        status = STATUS_FAILED;
    if (!app->options->contact_sheet) {
        print_regions(app);
        print_summary(app, stats);
    }
    return status;
}

int demo_app_run(const demo_options *options) {
    demo_app *app = calloc(1, sizeof *app);
    int status = STATUS_REFUSED;
    trm_stats stats;

    if (!app) {
        fprintf(stderr, "trireme-demo: no memory\n");
        return STATUS_FAILED;
    }
    app->options = options;
    app->type = demo_scene_find(options->scene);
    if (!open_host(app))
        goto fail_host;
    if (!set_up(app)) {
        tear_down(app);
        goto fail_host;
    }
    status = (options->contact_sheet ? save_sheet(app) : run(app)) ? STATUS_FINE : STATUS_FAILED;
    trm_device_stats(app->env.device, &stats);
    tear_down(app);
    status = conclude(app, status, &stats);
fail_host:
    free(app);
    return status;
}
