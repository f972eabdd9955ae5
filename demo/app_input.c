/* What a person does: keys of the program itself, everything else to the scene. */
#include "app_impl.h"

#define REDRAWS 3 /* frames after input: one for each region of a buffer */

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
        if (key >= '1' && key <= '9')
            app->wanted = demo_scene_at((size_t)(key - '1'));
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

void demo_app_refresh(void *user) {
    demo_app *app = user;

    app->redraw = REDRAWS;
}

void demo_app_input(void *user, const demo_input *input) {
    demo_app *app = user;
    demo_input scaled = *input;

    if (!app->scene)
        return;
    app->redraw = REDRAWS;
    if (input->type == DEMO_INPUT_KEY)
        press_key(app, input->key);
    else if (input->type != DEMO_INPUT_WHEEL)
        scale_input(app, &scaled);
    app->type->ops->input(app->scene, &scaled, &app->picture.canvas);
}
