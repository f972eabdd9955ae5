/* A camera that circles a point. Depth runs from 0 to 1, near to far. */
#ifndef DEMO_LAB_CAMERA_H
#define DEMO_LAB_CAMERA_H

#include <cglm/cglm.h>

typedef struct lab_camera {
    vec3 target;
    float azimuth;   /* radians around +Y, 0 looks along -Z */
    float elevation; /* radians above the horizon */
    float distance;
    float fov; /* vertical, radians, for pictures of 16:9 and wider; narrower ones see more */
} lab_camera;

/* A drag by that many pixels of a picture that is `height` pixels high. */
void lab_camera_orbit(lab_camera *camera, float dx, float dy, float height);

void lab_camera_zoom(lab_camera *camera, float notches);

void lab_camera_eye(const lab_camera *camera, vec3 out);

/* The vertical angle for a picture of that shape, radians. */
float lab_camera_fov(const lab_camera *camera, float aspect);

void lab_camera_matrix(const lab_camera *camera, float aspect, mat4 out);

/* The ray through a point of the picture, given from -1 to 1 on both axes, up positive. */
void lab_camera_ray(
    const lab_camera *camera, float aspect, float x, float y, vec3 origin, vec3 direction);

#endif
