#include "sheet.h"

#include "sketch.h"

enum {
    GAP = 24,
    HEAD = 84,  /* title */
    LABEL = 40, /* below each picture */
    WIDTH = 1920,
    SMALL = (WIDTH - 4 * GAP) / 3, /* three in a row, 4:3 */
    STACK = 735                    /* two 9:4 pictures, one above the other, as high as edit-lab */
};

#define POINTS 100000u /* of edit-lab */

/* One picture on the sheet; pixels from the top left. */
typedef struct sheet_cell {
    const char *scene;
    double time; /* at which it looks its best */
    int x, y;
    int width, height;
} sheet_cell;

enum {
    ROW = SMALL * 3 / 4,
    TOP_1 = HEAD,
    TOP_2 = TOP_1 + ROW + LABEL + GAP,
    TOP_3 = TOP_2 + ROW + LABEL + GAP,
    STACKED = STACK * 4 / 9,
    LAB_X = 2 * GAP + STACK,
    LAB = WIDTH - LAB_X - GAP,
    LAB_ROW = 2 * STACKED + LABEL + GAP,
    HEIGHT = TOP_3 + LAB_ROW + LABEL + GAP
};

static const sheet_cell cells[] = {
    {"volume-slice", 0, GAP, TOP_1, SMALL, ROW},
    {"colormap-channels", 1.6, 2 * GAP + SMALL, TOP_1, SMALL, ROW},
    {"multi-slice", 3.9, 3 * GAP + 2 * SMALL, TOP_1, SMALL, ROW},
    {"skinned-mesh", 0.9, GAP, TOP_2, SMALL, ROW},
    {"wireframe", 0, 2 * GAP + SMALL, TOP_2, SMALL, ROW},
    {"post-processing", 2.0, 3 * GAP + 2 * SMALL, TOP_2, SMALL, ROW},
    {"colormap-mesh", 1.2, GAP, TOP_3, STACK, STACKED},
    {"mesh-colormaps", 0, GAP, TOP_3 + STACKED + LABEL + GAP, STACK, STACKED},
    {"edit-lab", 6.0, LAB_X, TOP_3, LAB, LAB_ROW},
};

static bool run_frame(void *scene, const demo_scene_type *type, const demo_scene_env *env,
    double time, const demo_canvas *canvas) {
    demo_tick tick = {.time = time, .step = 1.0 / 60.0};

    type->ops->edit(scene, &tick, canvas);
    return trm_device_sync(env->device) == TRM_OK && type->ops->draw(scene, &tick, canvas) &&
           trm_device_end_frame(env->device) == TRM_OK;
}

static bool draw_scene(const demo_scene_env *env, const sheet_cell *cell, demo_picture *picture) {
    const demo_scene_type *type = demo_scene_find(cell->scene);
    bool done = demo_picture_resize(picture, env->gl, cell->width, cell->height);
    void *scene = done ? type->ops->create(type, env, cell->time) : NULL;

    if (!scene)
        return false;
    done = run_frame(scene, type, env, cell->time, &picture->canvas);
    type->ops->destroy(scene);
    return done;
}

/* Pictures that keep their alpha lie on black here. */
static void paste(const demo_scene_env *env, const demo_picture *from, const demo_picture *to,
    const sheet_cell *cell) {
    int bottom = to->canvas.height - cell->y - cell->height;

    env->gl->BlitNamedFramebuffer(from->canvas.framebuffer, to->canvas.framebuffer, 0, 0,
        cell->width, cell->height, cell->x, bottom, cell->x + cell->width, bottom + cell->height,
        GL_COLOR_BUFFER_BIT, GL_NEAREST);
}

static bool label(const demo_scene_env *env, const demo_picture *sheet) {
    const demo_colour white = {236, 242, 250, 255}, grey = {150, 165, 188, 255};
    const demo_colour blue = {120, 190, 240, 255};
    demo_sketch sketch;
    bool done;

    if (!demo_sketch_create(&sketch, env))
        return false;
    demo_sketch_text(&sketch, GAP, 26, 4, white, "Trireme");
    demo_sketch_text(&sketch, GAP + 190, 40, 2, grey,
        "the gallery: each picture drawn from buffers that the library keeps in step");
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        const demo_scene_type *type = demo_scene_find(cells[i].scene);
        float x = (float)cells[i].x, y = (float)(cells[i].y + cells[i].height + 12);
        char key[4] = "1";

        while (key[0] < '9' && demo_scene_at((size_t)(key[0] - '1')) != type)
            key[0]++;
        x = demo_sketch_text(&sketch, x, y, 2, blue, key) + 12;
        x = demo_sketch_text(&sketch, x, y, 2, white, type->name) + 16;
        if (x + demo_sketch_text_width(1.5f, type->title) < (float)(cells[i].x + cells[i].width))
            demo_sketch_text(&sketch, x, y + 3, 1.5f, grey, type->title);
    }
    done = demo_sketch_draw(&sketch, &sheet->canvas);
    demo_sketch_destroy(&sketch);
    return done;
}

bool demo_sheet_save(const demo_scene_env *env, const char *path) {
    const GLfloat dark[4] = {0.055f, 0.065f, 0.085f, 1};
    demo_picture sheet = {.canvas = {.scale = 1}}, picture = {.canvas = {.scale = 1}};
    demo_scene_env own = *env;
    bool done = false;

    own.points = POINTS;
    if (!demo_picture_resize(&sheet, env->gl, WIDTH, HEIGHT))
        return false;
    env->gl->ClearNamedFramebufferfv(sheet.canvas.framebuffer, GL_COLOR, 0, dark);
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        if (!draw_scene(&own, &cells[i], &picture))
            goto fail;
        paste(env, &picture, &sheet, &cells[i]);
    }
    done = label(&own, &sheet) && demo_picture_save(&sheet, env->gl, path, false);
    if (done)
        printf("saved %s\n", path);
fail:
    demo_picture_destroy(&picture, env->gl);
    demo_picture_destroy(&sheet, env->gl);
    return done;
}
