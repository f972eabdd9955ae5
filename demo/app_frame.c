/* One frame. */
#include "app_impl.h"

/* The first name that no file has. */
static void free_name(demo_app *app, char *out, size_t room) {
    FILE *taken;

    do {
        snprintf(out, room, "trireme-%s-%03u.png", app->type->name, ++app->saved);
        taken = fopen(out, "rb");
        if (taken)
            fclose(taken);
    } while (taken);
}

/* The picture is saved before the overlay is drawn, or after it with --overlay. */
static bool save(demo_app *app, bool last) {
    bool alpha = app->type->transparent;
    char name[64];

    if (last && app->options->screenshot) {
        if (!demo_picture_save(&app->picture, &app->gl, app->options->screenshot, alpha))
            return false;
        printf("saved %s\n", app->options->screenshot);
    }
    if (app->save_wanted) {
        app->save_wanted = false;
        free_name(app, name, sizeof name);
        if (demo_picture_save(&app->picture, &app->gl, name, alpha))
            printf("saved %s\n", name);
    }
    return true;
}

static bool draw_overlay(demo_app *app) {
    demo_overlay_view view = {
        .type = app->type,
        .device = app->env.device,
        .subject = demo_app_first_subject(app),
        .buffers = app->type->ops->subjects(app->scene, NULL, 0),
        .full_nbytes = app->full_nbytes,
        .paused = app->clock.tick.paused,
        .help = app->host.ops->swap != NULL,
    };

    return demo_overlay_draw(&app->overlay, &view, &app->picture.canvas);
}

static void note_region(demo_app *app) {
    demo_subject subject = demo_app_first_subject(app);
    trm_buffer_info info;

    if (trm_device_buffer_info(app->env.device, subject.buffer, &info) != TRM_OK)
        return;
    app->region_count = info.region_count;
    for (uint32_t i = 0; i < info.region_count && i < TRM_MAX_REGIONS; i++)
        if (info.regions[i].current)
            app->regions_used |= 1u << i;
}

static void capture(demo_app *app) {
    demo_subject subjects[DEMO_MOST_SUBJECTS];
    size_t count = app->type->ops->subjects(app->scene, subjects, DEMO_MOST_SUBJECTS);

    demo_verify_capture(&app->verify, app->clock.tick.frame, subjects, count);
}

static bool draw_frame(demo_app *app, bool last) {
    bool with_overlay = app->has_overlay && app->overlay.shown;

    if (!app->type->ops->draw(app->scene, &app->clock.tick, &app->picture.canvas))
        return false;
    note_region(app);
    if (app->options->verify)
        capture(app);
    if (!app->options->overlay && !save(app, last))
        return false;
    if (with_overlay && !draw_overlay(app))
        return false;
    if (app->has_overlay)
        demo_overlay_next(&app->overlay, app->env.device);
    return !app->options->overlay || save(app, last);
}

static void present(demo_app *app) {
    int width, height;

    if (!app->host.ops->swap)
        return;
    app->host.ops->framebuffer_size(&app->host, &width, &height);
    if (width > 0 && height > 0)
        demo_picture_present(&app->picture, &app->gl, width, height);
}

static bool follow_window(demo_app *app) {
    demo_canvas *canvas = &app->picture.canvas;
    int width, height;

    if (app->fixed_size)
        return true;
    canvas->scale = app->host.ops->scale(&app->host);
    app->host.ops->framebuffer_size(&app->host, &width, &height);
    if (width <= 0 || height <= 0 || (width == canvas->width && height == canvas->height))
        return true;
    return demo_picture_resize(&app->picture, &app->gl, width, height);
}

/* The frame that had this slot before ends now at the latest. */
static bool begin(demo_app *app, uint64_t frame) {
    if (app->gate.gl && frame >= DEMO_PACE_SLOTS)
        demo_gate_open(&app->gate, frame - DEMO_PACE_SLOTS + 1);
    return demo_pace_begin(&app->pace, &app->gl, frame);
}

bool demo_app_frame(demo_app *app, bool last) {
    uint64_t frame = app->clock.tick.frame;
    double start = app->clock.wall;

    if (!begin(app, frame))
        return false;
    if (app->options->verify)
        demo_verify_collect(&app->verify, frame);
    if (!follow_window(app))
        return false;
    if (app->gate.gl)
        demo_gate_hold(&app->gate, frame);
    app->type->ops->edit(app->scene, &app->clock.tick, &app->picture.canvas);
    if (trm_device_sync(app->env.device) != TRM_OK || !draw_frame(app, last))
        return false;
    present(app);
    if (trm_device_end_frame(app->env.device) != TRM_OK)
        return false;
    demo_pace_end(&app->pace, &app->gl, frame);
    if (app->host.ops->swap)
        app->host.ops->swap(&app->host);
    demo_clock_next(&app->clock);
    if (app->has_overlay)
        demo_overlay_time(&app->overlay, app->clock.wall - start);
    return true;
}

bool demo_app_finish(demo_app *app) {
    uint64_t frame = app->clock.tick.frame;

    for (uint64_t i = 0; i < DEMO_PACE_SLOTS; i++) {
        if (!begin(app, frame + i))
            return false;
        if (app->options->verify)
            demo_verify_collect(&app->verify, frame + i);
    }
    return true;
}
