/* The gallery's camera: orthographic for a field of view of 0, perspective above. Depth runs from 0
 * to 1, near to far. World space is right-handed; the camera looks along its own -Z.
 *
 * `width` and `height` are the rectangle that is completely visible, in world units, at the pivot:
 * the picture shows more on two sides when its shape is another. For a perspective camera they give
 * the aspect and the extent; its field of view is that of the mean of width and height. */
#ifndef DEMO_CAMERA_H
#define DEMO_CAMERA_H

#include <cglm/cglm.h>

typedef struct demo_camera {
    vec3 position;
    versor rotation; /* from the camera's axes to the world's */
    float fov;       /* degrees; 0: orthographic */
    float width;
    float height;
    float near; /* both 0: they follow from the extent */
    float far;
} demo_camera;

/* Orthographic, in the origin, looking along -Z, upright +Y. */
demo_camera demo_camera_orthographic(float width, float height);

/* Stands at `position` and looks at `target`. The aspect is width / height of the rectangle, whose
 * extent is chosen such that the pivot (see demo_camera_pivot) lies in the target. */
demo_camera demo_camera_perspective(
    float fov, float aspect, const vec3 position, const vec3 target, const vec3 up);

/* Turns the camera, where it stands, towards a point. */
void demo_camera_look_at(demo_camera *camera, const vec3 target, const vec3 up);

/* Frames a box from `low` to `high`, seen along `direction`, with the camera's present fov and the
 * given aspect: half the box's diagonal times 2 `scale` is the extent. */
void demo_camera_frame(demo_camera *camera, const vec3 low, const vec3 high, const vec3 direction,
    const vec3 up, float aspect, float scale);

/* The mean of width and height. */
float demo_camera_extent(const demo_camera *camera);

/* How many extents the pivot lies in front of the camera: 0 for an orthographic one. */
float demo_camera_reach(float fov);

void demo_camera_pivot(const demo_camera *camera, vec3 out);

/* The range of depths that is drawn: as set, or as it follows from the extent. */
void demo_camera_depths(const demo_camera *camera, float *near, float *far);

/* Of the camera itself: column 3 is its position, column 2 its backward axis. */
void demo_camera_world(const demo_camera *camera, mat4 out);
void demo_camera_view(const demo_camera *camera, mat4 out);

/* For a picture of that aspect (width / height). */
void demo_camera_projection(const demo_camera *camera, float aspect, mat4 out);

#endif
