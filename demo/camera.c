#include "camera.h"

#include <cglm/clipspace/ortho_rh_zo.h>
#include <cglm/clipspace/persp_rh_zo.h>

/* What the spec calls E times k. */
static float reach(const demo_camera *camera) {
    return demo_camera_reach(camera->fov) * demo_camera_extent(camera);
}

static void forward(const demo_camera *camera, vec3 out) {
    demo_camera copy = *camera; /* cglm's arguments are not const */
    vec3 ahead = {0, 0, -1};

    glm_quat_rotatev(copy.rotation, ahead, out);
}

demo_camera demo_camera_orthographic(float width, float height) {
    return (demo_camera){.rotation = {0, 0, 0, 1}, .width = width, .height = height};
}

void demo_camera_look_at(demo_camera *camera, const vec3 target, const vec3 up) {
    vec3 way = {target[0] - camera->position[0], target[1] - camera->position[1],
        target[2] - camera->position[2]};
    vec3 above = {up[0], up[1], up[2]};

    glm_vec3_normalize(way);
    glm_quat_for(way, above, camera->rotation);
}

demo_camera demo_camera_perspective(
    float fov, float aspect, const vec3 position, const vec3 target, const vec3 up) {
    demo_camera camera = {.fov = fov, .position = {position[0], position[1], position[2]}};
    float dx = target[0] - position[0], dy = target[1] - position[1], dz = target[2] - position[2];
    float extent = sqrtf(dx * dx + dy * dy + dz * dz) / demo_camera_reach(fov);

    camera.height = 2.0f * extent / (1.0f + aspect);
    camera.width = camera.height * aspect;
    demo_camera_look_at(&camera, target, up);
    return camera;
}

void demo_camera_frame(demo_camera *camera, const vec3 low, const vec3 high, const vec3 direction,
    const vec3 up, float aspect, float scale) {
    float extent, away, length = 0, diagonal = 0;
    vec3 centre;

    for (int i = 0; i < 3; i++) {
        diagonal += (high[i] - low[i]) * (high[i] - low[i]);
        length += direction[i] * direction[i];
        centre[i] = 0.5f * (low[i] + high[i]);
    }
    extent = sqrtf(diagonal) * scale;
    away = demo_camera_reach(camera->fov) * extent / sqrtf(length);
    camera->height = 2.0f * extent / (1.0f + aspect);
    camera->width = camera->height * aspect;
    for (int i = 0; i < 3; i++)
        camera->position[i] = centre[i] - away * direction[i];
    for (int i = 0; i < 3; i++)
        centre[i] = camera->position[i] + direction[i];
    demo_camera_look_at(camera, centre, up);
}

float demo_camera_extent(const demo_camera *camera) {
    return 0.5f * (camera->width + camera->height);
}

float demo_camera_reach(float fov) {
    return fov > 0 ? 0.5f / tanf(0.5f * glm_rad(fov)) : 0;
}

void demo_camera_pivot(const demo_camera *camera, vec3 out) {
    vec3 way;

    forward(camera, way);
    for (int i = 0; i < 3; i++)
        out[i] = camera->position[i] + reach(camera) * way[i];
}

void demo_camera_depths(const demo_camera *camera, float *near, float *far) {
    *near = camera->near;
    *far = camera->far;
    if (*near != 0 || *far != 0)
        return;
    if (camera->fov > 0) {
        *near = reach(camera) / 100.0f;
        *far = reach(camera) * 10000.0f;
    } else {
        *near = -100.0f * demo_camera_extent(camera);
        *far = -*near;
    }
}

void demo_camera_world(const demo_camera *camera, mat4 out) {
    demo_camera copy = *camera;

    glm_quat_mat4(copy.rotation, out);
    glm_vec3_copy(copy.position, out[3]);
}

void demo_camera_view(const demo_camera *camera, mat4 out) {
    mat4 world;

    demo_camera_world(camera, world);
    glm_mat4_inv(world, out);
}

void demo_camera_projection(const demo_camera *camera, float aspect, mat4 out) {
    float width = camera->width, height = camera->height, near, far;

    demo_camera_depths(camera, &near, &far);
    if (camera->fov > 0) {
        float side = 2.0f * near * tanf(0.5f * glm_rad(camera->fov));
        float shape = width / height;

        height = 2.0f * side / (1.0f + shape);
        width = height * shape;
    }
    if (width / height < aspect)
        width = height * aspect;
    else
        height = width / aspect;
    if (camera->fov > 0)
        glm_frustum_rh_zo(
            -0.5f * width, 0.5f * width, -0.5f * height, 0.5f * height, near, far, out);
    else
        glm_ortho_rh_zo(-0.5f * width, 0.5f * width, -0.5f * height, 0.5f * height, near, far, out);
}
