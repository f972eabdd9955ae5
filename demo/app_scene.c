/* Opening, closing and changing the scene. */
#include "app_impl.h"
#include "measure.h"

static size_t count_nbytes(const demo_app *app) {
    demo_subject subjects[DEMO_MOST_SUBJECTS];
    size_t count = app->type->ops->subjects(app->scene, subjects, DEMO_MOST_SUBJECTS), sum = 0;

    for (size_t i = 0; i < count && i < DEMO_MOST_SUBJECTS; i++)
        sum += trm_buffer_nbytes(subjects[i].buffer);
    return sum;
}

demo_subject demo_app_first_subject(const demo_app *app) {
    demo_subject subject = {0};

    app->type->ops->subjects(app->scene, &subject, 1);
    return subject;
}

/* All data is made once, for the first scene that wants any. */
bool demo_app_provide_data(demo_app *app) {
    if (app->env.data)
        return true;
    if (!demo_data_create(&app->data, &app->options->volume))
        return false;
    app->env.data = &app->data;
    return true;
}

static bool create_picture(demo_app *app) {
    const demo_options *options = app->options;
    int width = options->size_given ? options->width : app->type->width;
    int height = options->size_given ? options->height : app->type->height;

    app->fixed_size = options->size_given || options->screenshot;
    app->picture.canvas.scale = 1;
    if (!app->fixed_size) {
        app->host.ops->framebuffer_size(&app->host, &width, &height);
        app->picture.canvas.scale = app->host.ops->scale(&app->host);
    }
    return demo_picture_resize(
        &app->picture, &app->gl, width > 0 ? width : 1, height > 0 ? height : 1);
}

static bool map_buffers(demo_app *app) {
    demo_subject subjects[DEMO_MOST_SUBJECTS];
    size_t count = app->type->ops->subjects(app->scene, subjects, DEMO_MOST_SUBJECTS);

    return demo_overlay_map(&app->overlay, subjects, count);
}

bool demo_app_take_subjects(demo_app *app) {
    app->full_nbytes = count_nbytes(app);
    return !app->has_overlay || map_buffers(app);
}

static void announce(demo_app *app) {
    demo_subject subjects[DEMO_MOST_SUBJECTS];
    size_t count = app->type->ops->subjects(app->scene, subjects, DEMO_MOST_SUBJECTS);
    const char *renderer = (const char *)app->gl.GetString(GL_RENDERER);
    char title[128];

    snprintf(title, sizeof title, "Trireme - %s - %s", app->type->name, app->type->title);
    app->host.ops->title(&app->host, title);
    if (count == 1)
        printf("%s: %zu items of %zu bytes, on %s\n", app->type->name,
            trm_buffer_nitems(subjects[0].buffer), trm_buffer_itemsize(subjects[0].buffer),
            renderer);
    else
        printf("%s: %zu buffers of %zu bytes, on %s\n", app->type->name, count, app->full_nbytes,
            renderer);
}

bool demo_app_open_scene(demo_app *app, double time) {
    if (app->type->wants_data && !demo_app_provide_data(app))
        return false;
    if (!create_picture(app))
        return false;
    if (app->type->wants_points && app->env.points == 0)
        app->env.points =
            demo_measure_points(app->type, &app->env, &app->device_desc, &app->picture.canvas);
    if (app->type->wants_points && app->env.points == 0)
        return false;
    app->scene = app->type->ops->create(app->type, &app->env, time);
    if (!app->scene)
        return false;
    if (!demo_app_take_subjects(app))
        return false;
    announce(app);
    return !app->options->verify || demo_verify_create(&app->verify, &app->gl, app->full_nbytes);
}

void demo_app_close_scene(demo_app *app) {
    app->verified += app->verify.frames;
    app->mismatches += app->verify.mismatches;
    if (app->verify.gl)
        demo_verify_destroy(&app->verify);
    if (app->scene)
        app->type->ops->destroy(app->scene);
    app->scene = NULL;
}

bool demo_app_switch_scene(demo_app *app) {
    const demo_scene_type *type = app->wanted;

    app->wanted = NULL;
    if (!type || type == app->type || app->options->soak > 0 ||
        (type->wants_data && !demo_app_provide_data(app)))
        return true;
    if (!demo_app_finish(app))
        return false;
    demo_app_close_scene(app);
    app->type = type;
    app->regions_used = 0;
    demo_clock_set_rate(&app->clock, type->rate);
    return demo_app_open_scene(app, app->clock.tick.time);
}
