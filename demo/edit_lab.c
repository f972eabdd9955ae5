/* Scene edit-lab: one array of points, edited in every way that a buffer knows. */
#include "edit_lab.h"

#include <math.h>
#include <stdlib.h>

#include "lab_look.h"

#define BRUSH_SMALLEST 0.02f
#define BRUSH_LARGEST  0.35f
#define BRUSH_SPEED    0.30f /* height per second */
#define TURNING        0.04  /* of the camera by itself, radians per second */
#define WARM_UP        2.0   /* seconds of sparks and brush before the first frame */

typedef struct edit_lab {
    trm_device *device;
    trm_buffer *buffer;
    trm_gl_span span;
    lab_field field;
    lab_look look;
    lab_camera camera;
    lab_brush brush;
    double before; /* time of the last edit */
    float mouse[2];
    bool brushing;
    bool orbiting;
    bool held;        /* a person has taken the brush: it no longer wanders */
    bool turned;      /* likewise the camera */
    bool full;        /* everything is rewritten each frame */
    bool brush_shown; /* the mouse is over the field */
} edit_lab;

/* For as long as nobody holds the brush, it strolls by itself. */
static void wander(edit_lab *lab, double time) {
    float t = (float)(time * 0.30);
    float reach = 0.56f + 0.16f * sinf(1.9f * t);

    lab->brush.x = reach * sinf(1.3f * t + 0.6f);
    lab->brush.z = reach * cosf(0.9f * t + 0.1f);
}

static void use_brush(edit_lab *lab, trm_buffer *buffer, double time, double step) {
    if (!lab->held)
        wander(lab, time);
    if (!lab->held || (lab->brushing && lab->brush_shown))
        lab_edit_brush(&lab->field, buffer, &lab->brush, time, BRUSH_SPEED * (float)step);
}

/* The field as if it had been running for a while. */
static void warm_up(edit_lab *lab, double time) {
    const double step = 1.0 / 60.0;
    double start = fmax(0.0, time - WARM_UP);

    lab_edit_all(&lab->field, NULL, time);
    lab_edit_sparks(&lab->field, NULL, start, time);
    for (double t = start; t < time; t += step)
        use_brush(lab, NULL, t, step);
    lab_edit_window(&lab->field, NULL, time, time);
}

static bool create_buffer(edit_lab *lab, const demo_scene_env *env) {
    trm_buffer_desc desc = {
        .data = lab->field.points,
        .nbytes = lab->field.count * sizeof(lab_point),
        .nitems = lab->field.count,
        .usage = TRM_USAGE_VERTEX | TRM_USAGE_TEXEL, /* texel: --verify reads it that way */
        .placement = env->placement,
        .label = "points",
        .log = env->log,
    };

    return trm_buffer_create(&desc, &lab->buffer) == TRM_OK &&
           trm_device_attach(env->device, lab->buffer) == TRM_OK;
}

static void lab_destroy(void *scene) {
    edit_lab *lab = scene;

    trm_buffer_destroy(lab->buffer);
    if (lab->look.gl)
        lab_look_destroy(&lab->look);
    lab_field_destroy(&lab->field);
    free(lab);
}

static void *lab_create(const demo_scene_type *type, const demo_scene_env *env, double time) {
    edit_lab *lab = calloc(1, sizeof *lab);

    (void)type;
    if (!lab || !lab_field_create(&lab->field, env->points)) {
        fprintf(stderr, "trireme-demo: no memory for %zu points\n", env->points);
        free(lab);
        return NULL;
    }
    lab->device = env->device;
    lab->before = time;
    lab->brush.radius = 0.085f;
    lab->camera =
        (lab_camera){.target = {0, 0.0f, 0}, .elevation = 0.47f, .distance = 2.15f, .fov = 0.62f};
    warm_up(lab, time);
    if (!lab_look_create(&lab->look, env->gl) || !create_buffer(lab, env)) {
        lab_destroy(lab);
        return NULL;
    }
    return lab;
}

static void lab_edit(void *scene, const demo_tick *tick, const demo_canvas *canvas) {
    edit_lab *lab = scene;

    (void)canvas;
    if (!lab->turned)
        lab->camera.azimuth = (float)fmod(0.4 + TURNING * tick->time, 2.0 * GLM_PI);
    if (!tick->paused && lab->full)
        lab_edit_full(&lab->field, lab->buffer, tick->time);
    else if (!tick->paused)
        lab_edit_window(&lab->field, lab->buffer, lab->before, tick->time);
    if (!tick->paused)
        lab_edit_sparks(&lab->field, lab->buffer, lab->before, tick->time);
    if (!tick->paused || lab->brushing)
        use_brush(lab, lab->buffer, tick->time, tick->step);
    lab->before = tick->time;
}

static bool lab_draw(void *scene, const demo_tick *tick, const demo_canvas *canvas) {
    edit_lab *lab = scene;
    lab_view view = {
        .field = &lab->field,
        .camera = &lab->camera,
        .brush = lab->brush,
        .brush_light = !lab->held         ? 0.6f
                       : lab->brushing    ? 1.0f
                       : lab->brush_shown ? 0.6f
                                          : 0.0f,
        .time = (float)tick->time,
    };

    if (trm_gl_acquire(lab->device, lab->buffer, &lab->span) != TRM_OK)
        return false;
    lab_look_draw(&lab->look, &view, &lab->span, canvas);
    return true;
}

/* Where the surface is under the mouse: a few steps from a level plane towards the height of the
 * nearest item. */
static void point_brush(edit_lab *lab, const demo_canvas *canvas) {
    float width = (float)canvas->width, height = (float)canvas->height;
    float level = 0.1f;
    vec3 origin, way;

    lab_camera_ray(&lab->camera, width / height, 2.0f * lab->mouse[0] / width - 1.0f,
        1.0f - 2.0f * lab->mouse[1] / height, origin, way);
    lab->brush_shown = false;
    for (int i = 0; i < 6; i++) {
        float along = way[1] < -1e-3f ? (level - origin[1]) / way[1] : -1.0f;
        float x = origin[0] + along * way[0], z = origin[2] + along * way[2];

        if (along <= 0 || x * x + z * z > 1.0f)
            return;
        lab->brush.x = x;
        lab->brush.z = z;
        level += 0.6f * (lab->field.points[lab_field_nearest(&lab->field, x, z)].height - level);
    }
    lab->brush_shown = true;
}

static void lab_key(edit_lab *lab, int key) {
    if (key == '[')
        lab->brush.radius = fmaxf(BRUSH_SMALLEST, lab->brush.radius / 1.15f);
    else if (key == ']')
        lab->brush.radius = fminf(BRUSH_LARGEST, lab->brush.radius * 1.15f);
    else if (key == 'f')
        lab->full = !lab->full;
}

static void lab_move(edit_lab *lab, const demo_input *input, const demo_canvas *canvas) {
    if (lab->orbiting) {
        lab_camera_orbit(&lab->camera, input->x - lab->mouse[0], input->y - lab->mouse[1],
            (float)canvas->height);
        lab->turned = true;
    }
    lab->mouse[0] = input->x;
    lab->mouse[1] = input->y;
    if (lab->held)
        point_brush(lab, canvas);
}

static void lab_input(void *scene, const demo_input *input, const demo_canvas *canvas) {
    edit_lab *lab = scene;

    switch (input->type) {
    case DEMO_INPUT_KEY:
        lab_key(lab, input->key);
        break;
    case DEMO_INPUT_LEFT:
        lab->held = true;
        lab_move(lab, input, canvas);
        lab->brushing = input->pressed;
        break;
    case DEMO_INPUT_RIGHT:
        lab->orbiting = false;
        lab_move(lab, input, canvas);
        lab->orbiting = input->pressed;
        break;
    case DEMO_INPUT_MOVE:
        lab_move(lab, input, canvas);
        break;
    case DEMO_INPUT_WHEEL:
        lab_camera_zoom(&lab->camera, input->y);
        break;
    }
}

static size_t lab_subjects(void *scene, demo_subject *out, size_t capacity) {
    edit_lab *lab = scene;

    if (capacity > 0)
        out[0] = (demo_subject){.buffer = lab->buffer, .span = lab->span};
    return 1;
}

static bool change_points(edit_lab *lab, size_t count, double time) {
    lab_field field;

    if (!lab_field_create(&field, count)) {
        fprintf(stderr, "trireme-demo: no memory for %zu points\n", count);
        return false;
    }
    lab_edit_all(&field, NULL, time);
    if (trm_buffer_resize(lab->buffer, field.points, count * sizeof(lab_point), 0) != TRM_OK) {
        lab_field_destroy(&field);
        return false;
    }
    lab_field_destroy(&lab->field);
    lab->field = field;
    return true;
}

/* Where a buffer lives is said when it is made. */
static bool change_placement(edit_lab *lab, const demo_scene_env *env) {
    if (trm_buffer_destroy(lab->buffer) != TRM_OK)
        return false;
    lab->buffer = NULL;
    return create_buffer(lab, env);
}

static bool lab_vary(void *scene, const demo_scene_env *env, double time) {
    edit_lab *lab = scene;

    if (env->points != lab->field.count && !change_points(lab, env->points, time))
        return false;
    return env->placement == trm_buffer_placement(lab->buffer) || change_placement(lab, env);
}

static const demo_scene_ops ops = {
    .create = lab_create,
    .destroy = lab_destroy,
    .input = lab_input,
    .edit = lab_edit,
    .draw = lab_draw,
    .subjects = lab_subjects,
    .vary = lab_vary,
};

const demo_scene_type demo_edit_lab = {
    .name = "edit-lab",
    .title = "a window, sparks and a brush edit one array of points",
    .keys = "drag brush   [ ] size   right drag orbit   wheel zoom   space pause   F rewrite all   "
            "H overlay",
    .ops = &ops,
    .width = 1280,
    .height = 720,
    .wants_points = true,
};
