/* A camera that circles a point. Depth runs from 0 to 1, near to far. */
#ifndef DEMO_CAMERA_H
#define DEMO_CAMERA_H

#include <cglm/cglm.h>

typedef struct demo_camera {
    vec3 target;
    float azimuth;   /* radians around +Y, 0 looks along -Z */
    float elevation; /* radians above the horizon */
    float distance;
    float fov; /* vertical, radians, for pictures of 16:9 and wider; narrower ones see more */
} demo_camera;

/* A drag by that many pixels of a picture that is `height` pixels high. */
void demo_camera_orbit(demo_camera *camera, float dx, float dy, float height);

void demo_camera_zoom(demo_camera *camera, float notches);

void demo_camera_eye(const demo_camera *camera, vec3 out);

/* The vertical angle for a picture of that shape, radians. */
float demo_camera_fov(const demo_camera *camera, float aspect);

void demo_camera_matrix(const demo_camera *camera, float aspect, mat4 out);

/* The ray through a point of the picture, given from -1 to 1 on both axes, up positive. */
void demo_camera_ray(
    const demo_camera *camera, float aspect, float x, float y, vec3 origin, vec3 direction);

#endif
