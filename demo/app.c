#include "app.h"

#include <stdlib.h>

#include "clock.h"
#include "fault.h"
#include "host.h"
#include "measure.h"
#include "overlay.h"
#include "pace.h"
#include "picture.h"
#include "verify.h"

enum { STATUS_FINE = 0, STATUS_FAILED = 1, STATUS_REFUSED = 2 };

typedef struct demo_app {
    const demo_options *options;
    const demo_scene_type *type;
    demo_host host;
    GladGLContext gl;
    demo_gl_watcher watcher;
    unsigned complaints;
    trm_gl_device_desc device_desc;
    demo_scene_env env;
    void *scene;
    demo_picture picture;
    demo_overlay overlay;
    demo_verify verify;
    demo_pace pace;
    demo_clock clock;
    size_t full_nbytes;    /* of all of the scene's buffers */
    uint32_t regions_used; /* bits */
    uint32_t region_count;
    unsigned saved; /* number of the last picture saved by key */
    bool has_overlay;
    bool fixed_size; /* the picture does not follow the window */
    bool save_wanted;
    bool leaving;
} demo_app;

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

static void press_key(demo_app *app, int key) {
    switch (key) {
    case DEMO_KEY_ESCAPE:
        app->leaving = true;
        break;
    case ' ':
        app->clock.tick.paused = !app->clock.tick.paused;
        break;
    case 'h':
        app->overlay.shown = !app->overlay.shown;
        break;
    case 's':
        app->save_wanted = true;
        break;
    default:
        break;
    }
}

/* From the window's pixels to those of the picture. */
static void scale_input(const demo_app *app, demo_input *input) {
    const demo_canvas *canvas = &app->picture.canvas;
    int width, height;
    demo_rect rect;

    app->host.ops->framebuffer_size(&app->host, &width, &height);
    rect = demo_picture_fit(&app->picture, width, height);
    if (rect.width <= 0 || rect.height <= 0)
        return;
    input->x = (input->x - (float)rect.x) * (float)canvas->width / (float)rect.width;
    input->y = (input->y - (float)(height - rect.y - rect.height)) * (float)canvas->height /
               (float)rect.height;
}

static void on_input(void *user, const demo_input *input) {
    demo_app *app = user;
    demo_input scaled = *input;

    if (!app->scene)
        return;
    if (input->type == DEMO_INPUT_KEY)
        press_key(app, input->key);
    else if (input->type != DEMO_INPUT_WHEEL)
        scale_input(app, &scaled);
    app->type->input(app->scene, &scaled, &app->picture.canvas);
}

static size_t count_nbytes(demo_app *app) {
    demo_subject subjects[16];
    size_t count = app->type->subjects(app->scene, subjects, 16), sum = 0;

    for (size_t i = 0; i < count && i < 16; i++)
        sum += trm_buffer_nbytes(subjects[i].buffer);
    return sum;
}

static demo_subject first_subject(const demo_app *app) {
    demo_subject subject = {0};

    app->type->subjects(app->scene, &subject, 1);
    return subject;
}

static bool open_host(demo_app *app) {
    const demo_options *options = app->options;
    demo_host_desc desc = {
        .title = "Trireme",
        .width = options->width,
        .height = options->height,
        .debug = options->gl_debug,
        .on_input = on_input,
        .user = app,
    };

    return options->offscreen ? demo_offscreen_open(&desc, &app->host)
                              : demo_window_open(&desc, &app->host);
}

static bool create_picture(demo_app *app) {
    int width = app->options->width, height = app->options->height;

    app->fixed_size = app->options->size_given || app->options->screenshot;
    if (!app->fixed_size)
        app->host.ops->framebuffer_size(&app->host, &width, &height);
    return demo_picture_resize(
        &app->picture, &app->gl, width > 0 ? width : 1, height > 0 ? height : 1);
}

static bool create_scene(demo_app *app) {
    demo_subject subject;
    char title[96];

    if (app->env.points == 0)
        app->env.points =
            demo_measure_points(app->type, &app->env, &app->device_desc, &app->picture.canvas);
    if (app->env.points == 0 || trm_gl_device_create(&app->device_desc, &app->env.device) != TRM_OK)
        return false;
    app->scene = app->type->create(&app->env, app->options->time);
    if (!app->scene)
        return false;
    app->full_nbytes = count_nbytes(app);
    subject = first_subject(app);
    snprintf(title, sizeof title, "Trireme - %s - %zu items", app->type->name,
        trm_buffer_nitems(subject.buffer));
    app->host.ops->title(&app->host, title);
    printf("%s: %zu items of %zu bytes, on %s\n", app->type->name,
        trm_buffer_nitems(subject.buffer), trm_buffer_itemsize(subject.buffer),
        (const char *)app->gl.GetString(GL_RENDERER));
    if (app->has_overlay && !demo_overlay_map(&app->overlay, subject.buffer))
        return false;
    return !app->options->verify ||
           demo_verify_create(&app->verify, &app->gl, trm_buffer_nbytes(subject.buffer));
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
    if (!create_picture(app))
        return false;
    if (options->overlay || app->host.ops->swap) {
        if (!demo_overlay_create(&app->overlay, &app->env, &app->device_desc))
            return false;
        app->has_overlay = true;
        app->overlay.shown = options->overlay || !options->screenshot;
    }
    return create_scene(app);
}

static void tear_down(demo_app *app) {
    if (app->verify.gl)
        demo_verify_destroy(&app->verify);
    if (app->scene)
        app->type->destroy(app->scene);
    app->scene = NULL;
    trm_device_destroy(app->env.device);
    if (app->has_overlay)
        demo_overlay_destroy(&app->overlay);
    if (app->gl.VERSION_4_5) {
        demo_pace_destroy(&app->pace, &app->gl);
        demo_picture_destroy(&app->picture, &app->gl);
    }
    app->host.ops->close(&app->host);
}

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
    char name[64];

    if (last && app->options->screenshot) {
        if (!demo_picture_save(&app->picture, &app->gl, app->options->screenshot))
            return false;
        printf("saved %s\n", app->options->screenshot);
    }
    if (app->save_wanted) {
        app->save_wanted = false;
        free_name(app, name, sizeof name);
        if (demo_picture_save(&app->picture, &app->gl, name))
            printf("saved %s\n", name);
    }
    return true;
}

static bool draw_overlay(demo_app *app) {
    demo_overlay_view view = {
        .type = app->type,
        .device = app->env.device,
        .subject = first_subject(app),
        .full_nbytes = app->full_nbytes,
        .paused = app->clock.tick.paused,
        .help = app->host.ops->swap != NULL,
    };

    return demo_overlay_draw(&app->overlay, &view, &app->picture.canvas);
}

static void note_region(demo_app *app) {
    demo_subject subject = first_subject(app);
    trm_buffer_info info;

    if (trm_device_buffer_info(app->env.device, subject.buffer, &info) != TRM_OK)
        return;
    app->region_count = info.region_count;
    for (uint32_t i = 0; i < info.region_count && i < TRM_MAX_REGIONS; i++)
        if (info.regions[i].current)
            app->regions_used |= 1u << i;
}

static bool draw_frame(demo_app *app, bool last) {
    const demo_tick *tick = &app->clock.tick;
    bool with_overlay = app->has_overlay && app->overlay.shown;
    demo_subject subject;

    if (!app->type->draw(app->scene, tick, &app->picture.canvas))
        return false;
    note_region(app);
    if (app->options->verify) {
        subject = first_subject(app);
        demo_verify_capture(&app->verify, tick->frame, &subject);
    }
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
    const demo_canvas *canvas = &app->picture.canvas;
    int width, height;

    if (app->fixed_size)
        return true;
    app->host.ops->framebuffer_size(&app->host, &width, &height);
    if (width <= 0 || height <= 0 || (width == canvas->width && height == canvas->height))
        return true;
    return demo_picture_resize(&app->picture, &app->gl, width, height);
}

static bool run_frame(demo_app *app, bool last) {
    uint64_t frame = app->clock.tick.frame;
    double start = app->clock.wall;

    if (!demo_pace_begin(&app->pace, &app->gl, frame))
        return false;
    if (app->options->verify)
        demo_verify_collect(&app->verify, frame);
    if (!follow_window(app))
        return false;
    app->type->edit(app->scene, &app->clock.tick);
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

/* Lets the last frames finish, and looks at what they read. */
static bool finish(demo_app *app) {
    uint64_t frame = app->clock.tick.frame;

    for (uint64_t i = 0; i < DEMO_PACE_SLOTS; i++) {
        if (!demo_pace_begin(&app->pace, &app->gl, frame + i))
            return false;
        if (app->options->verify)
            demo_verify_collect(&app->verify, frame + i);
    }
    return true;
}

static bool run(demo_app *app) {
    const demo_options *options = app->options;
    bool by_frames = options->screenshot || options->offscreen;

    demo_clock_start(&app->clock,
        options->time_given ? DEMO_CLOCK_FIXED
        : by_frames         ? DEMO_CLOCK_FRAMES
                            : DEMO_CLOCK_WALL,
        options->time);
    while (!app->leaving && !app->host.ops->closing(&app->host)) {
        uint64_t done = app->clock.tick.frame + 1;

        if (!run_frame(app, done == options->frames))
            return false;
        if (done == options->frames)
            break;
        app->host.ops->poll(&app->host);
    }
    return finish(app);
}

static void print_regions(const demo_app *app) {
    printf("regions used:");
    for (uint32_t i = 0; i < app->region_count; i++)
        if (app->regions_used & 1u << i)
            printf(" %u", i);
    printf(" of %u\n", app->region_count);
}

/* The line that ends the output. */
static void print_summary(const demo_app *app, const trm_stats *stats, uint64_t mismatches) {
    printf("frames=%llu marked=%llu copied=%llu full=%llu waits=%llu mismatches=",
        (unsigned long long)stats->frames, (unsigned long long)stats->marked_nbytes,
        (unsigned long long)stats->copied_nbytes,
        (unsigned long long)(stats->frames * app->full_nbytes), (unsigned long long)stats->waits);
    if (app->options->verify)
        printf("%llu\n", (unsigned long long)mismatches);
    else
        puts("-");
}

int demo_app_run(const demo_options *options) {
    demo_app *app = calloc(1, sizeof *app);
    int status = STATUS_REFUSED;
    uint64_t mismatches;
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
    status = run(app) ? STATUS_FINE : STATUS_FAILED;
    mismatches = app->verify.mismatches;
    trm_device_stats(app->env.device, &stats);
    if (status == STATUS_FINE && options->verify && app->verify.frames != stats.frames) {
        fprintf(stderr, "trireme-demo: only %llu frames could be compared\n",
            (unsigned long long)app->verify.frames);
        status = STATUS_FAILED;
    }
    tear_down(app);
    if (status == STATUS_FAILED)
        fprintf(stderr, "trireme-demo: stopped in frame %llu\n",
            (unsigned long long)app->clock.tick.frame);
    if (app->complaints > 0)
        fprintf(stderr, "trireme-demo: OpenGL complained %u times\n", app->complaints);
    if (mismatches > 0 || app->complaints > 0)
        status = STATUS_FAILED;
    print_regions(app);
    print_summary(app, &stats, mismatches);
fail_host:
    free(app);
    return status;
}
