#include "lab_camera.h"

#include <cglm/clipspace/persp_rh_zo.h>

#define LOWEST   0.06f
#define HIGHEST  1.50f
#define NEAREST  0.8f
#define FARTHEST 12.0f

void lab_camera_orbit(lab_camera *camera, float dx, float dy, float height) {
    camera->azimuth -= dx * GLM_PIf / height;
    camera->elevation = glm_clamp(camera->elevation + dy * GLM_PIf / height, LOWEST, HIGHEST);
}

void lab_camera_zoom(lab_camera *camera, float notches) {
    camera->distance = glm_clamp(camera->distance * powf(0.9f, notches), NEAREST, FARTHEST);
}

void lab_camera_eye(const lab_camera *camera, vec3 out) {
    float level = cosf(camera->elevation) * camera->distance;

    out[0] = camera->target[0] + sinf(camera->azimuth) * level;
    out[1] = camera->target[1] + sinf(camera->elevation) * camera->distance;
    out[2] = camera->target[2] + cosf(camera->azimuth) * level;
}

float lab_camera_fov(const lab_camera *camera, float aspect) {
    float widen = fmaxf(1.0f, 16.0f / 9.0f / aspect);

    return 2.0f * atanf(tanf(0.5f * camera->fov) * widen);
}

void lab_camera_matrix(const lab_camera *camera, float aspect, mat4 out) {
    mat4 view, projection;
    lab_camera at = *camera; /* cglm's arguments are not const */
    vec3 eye, up = {0, 1, 0};

    lab_camera_eye(camera, eye);
    glm_lookat(eye, at.target, up, view);
    glm_perspective_rh_zo(lab_camera_fov(camera, aspect), aspect, 0.05f, 40.0f, projection);
    glm_mat4_mul(projection, view, out);
}

void lab_camera_ray(
    const lab_camera *camera, float aspect, float x, float y, vec3 origin, vec3 direction) {
    mat4 matrix, inverse;
    vec4 corner = {x, y, 1.0f, 1.0f}, far_point;

    lab_camera_matrix(camera, aspect, matrix);
    glm_mat4_inv(matrix, inverse);
    glm_mat4_mulv(inverse, corner, far_point);
    lab_camera_eye(camera, origin);
    glm_vec3_scale(far_point, 1.0f / far_point[3], direction);
    glm_vec3_sub(direction, origin, direction);
    glm_vec3_normalize(direction);
}
