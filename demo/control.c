#include "control.h"

#define RADIANS_PER_PIXEL 0.005f
#define HIGHEST           glm_rad(89.0f)
#define DAMPING           12.5f /* parts of the way per second */
#define SNAP              0.5f  /* what is left is done at once below this */
#define NOTCH             100.0f
#define WIDEST            150.0f

static void move(demo_control *control, float x, float y) {
    float dx = x - control->at[0], dy = y - control->at[1];

    control->at[0] = x;
    control->at[1] = y;
    if (control->turning) {
        control->turn[0] += dx;
        control->turn[1] += dy;
    }
    if (control->panning) {
        control->pan[0] += dx;
        control->pan[1] += dy;
    }
}

void demo_control_input(demo_control *control, const demo_input *input, const demo_canvas *canvas) {
    if (control->mode == DEMO_CONTROL_NONE || input->type == DEMO_INPUT_KEY)
        return;
    if (input->type == DEMO_INPUT_WHEEL) {
        *(input->alt ? &control->fov : &control->wheel) += NOTCH * (input->x + input->y);
        return;
    }
    if (input->type != DEMO_INPUT_MOVE && input->pressed) {
        control->at[0] = input->x / canvas->scale;
        control->at[1] = input->y / canvas->scale;
    }
    move(control, input->x / canvas->scale, input->y / canvas->scale);
    if (input->type == DEMO_INPUT_LEFT)
        control->turning = input->pressed;
    else if (input->type == DEMO_INPUT_RIGHT)
        control->panning = input->pressed;
}

bool demo_control_moving(const demo_control *control) {
    return control->turn[0] != 0 || control->turn[1] != 0 || control->pan[0] != 0 ||
           control->pan[1] != 0 || control->wheel != 0 || control->fov != 0;
}

/* Takes this frame's part of what is left to do. */
static float take(float *left, double step) {
    float part = fminf(1.0f, DAMPING * (float)step), taken = *left;

    if (fabsf(*left) > SNAP)
        taken *= part;
    *left -= taken;
    return taken;
}

/* Sets the rotation, and puts the camera where it sees the pivot as before. */
static void turn_to(demo_camera *camera, vec3 pivot, versor rotation) {
    versor back;
    vec3 way;

    glm_vec3_sub(camera->position, pivot, way);
    glm_quat_inv(camera->rotation, back);
    glm_quat_rotatev(back, way, way);
    glm_quat_normalize_to(rotation, camera->rotation);
    glm_quat_rotatev(camera->rotation, way, way);
    glm_vec3_add(pivot, way, camera->position);
}

static void orbit(demo_control *control, demo_camera *camera, float dx, float dy) {
    vec3 up = {0, 1, 0}, back = {0, 0, 1};
    float elevation, wanted;
    versor around, tilt, turned;

    if (glm_vec3_norm2(control->up) > 0)
        glm_vec3_normalize_to(control->up, up);
    glm_quat_rotatev(camera->rotation, back, back);
    elevation = asinf(glm_clamp(glm_vec3_dot(back, up), -1.0f, 1.0f));
    wanted = glm_clamp(elevation + RADIANS_PER_PIXEL * dy, -HIGHEST, HIGHEST);
    glm_quatv(around, -RADIANS_PER_PIXEL * dx, up);
    glm_quat(tilt, elevation - wanted, 1, 0, 0);
    glm_quat_mul(around, camera->rotation, turned);
    glm_quat_mul(turned, tilt, turned);
    turn_to(camera, control->pivot, turned);
}

static void trackball(demo_control *control, demo_camera *camera, float dx, float dy) {
    versor across, down, turned;

    glm_quat(across, -RADIANS_PER_PIXEL * dx, 0, 1, 0);
    glm_quat(down, -RADIANS_PER_PIXEL * dy, 1, 0, 0);
    glm_quat_mul(camera->rotation, across, turned);
    glm_quat_mul(turned, down, turned);
    turn_to(camera, control->pivot, turned);
}

/* The plane of the pivot follows the cursor. */
static void pan(
    demo_control *control, demo_camera *camera, const demo_canvas *canvas, float dx, float dy) {
    float unit, depth;
    mat4 world, projection;
    vec3 way;

    demo_camera_world(camera, world);
    demo_camera_projection(camera, (float)canvas->width / (float)canvas->height, projection);
    glm_vec3_sub(camera->position, control->pivot, way);
    depth = camera->fov > 0 ? glm_vec3_dot(way, world[2]) : 1.0f;
    unit = 2.0f * depth / projection[1][1] * canvas->scale / (float)canvas->height;
    glm_vec3_scale(world[0], -dx * unit, way);
    glm_vec3_muladds(world[1], dy * unit, way);
    glm_vec3_add(camera->position, way, camera->position);
    glm_vec3_add(control->pivot, way, control->pivot);
}

static void zoom(demo_control *control, demo_camera *camera, float notches) {
    float factor = exp2f(0.1f * notches);
    vec3 way;

    camera->width /= factor;
    camera->height /= factor;
    if (camera->fov <= 0)
        return;
    glm_vec3_sub(camera->position, control->pivot, way);
    glm_vec3_scale(way, 1.0f / factor, way);
    glm_vec3_add(control->pivot, way, camera->position);
}

static void widen(demo_control *control, demo_camera *camera, float degrees) {
    mat4 world;
    float away;

    camera->fov = glm_clamp(camera->fov + degrees, 0.0f, WIDEST);
    camera->near = camera->far = 0;
    demo_camera_world(camera, world);
    away = demo_camera_reach(camera->fov) * demo_camera_extent(camera);
    glm_vec3_copy(control->pivot, camera->position);
    glm_vec3_muladds(world[2], away, camera->position);
}

void demo_control_apply(
    demo_control *control, demo_camera *camera, const demo_canvas *canvas, double step) {
    float x, y, some;

    if (!demo_control_moving(control))
        return;
    x = take(&control->turn[0], step);
    y = take(&control->turn[1], step);
    if ((x != 0 || y != 0) && control->mode == DEMO_CONTROL_TRACKBALL)
        trackball(control, camera, x, y);
    else if (x != 0 || y != 0)
        orbit(control, camera, x, y);
    x = take(&control->pan[0], step);
    y = take(&control->pan[1], step);
    if (x != 0 || y != 0)
        pan(control, camera, canvas, x, y);
    some = take(&control->wheel, step);
    if (some != 0)
        zoom(control, camera, some / NOTCH);
    some = take(&control->fov, step);
    if (some != 0)
        widen(control, camera, some / NOTCH);
}
