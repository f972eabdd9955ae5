/* The gallery's camera against the numbers of the specification. */
#include "support/runner.h"

#include "camera.h"

static void check_position(const demo_camera *camera, double x, double y, double z, double within) {
    ck_assert_double_eq_tol(camera->position[0], x, within);
    ck_assert_double_eq_tol(camera->position[1], y, within);
    ck_assert_double_eq_tol(camera->position[2], z, within);
}

static void check_visible(const demo_camera *camera, float aspect, double width, double height) {
    mat4 projection;

    demo_camera_projection(camera, aspect, projection);
    ck_assert_double_eq_tol(2.0 / (double)projection[0][0], width, 1e-2);
    ck_assert_double_eq_tol(2.0 / (double)projection[1][1], height, 1e-2);
}

/* The depth that a point so far ahead of the camera has in the picture. */
static double depth_at(const demo_camera *camera, float ahead) {
    mat4 projection;
    vec4 point = {0, 0, -ahead, 1};

    demo_camera_projection(camera, 4.0f / 3.0f, projection);
    glm_mat4_mulv(projection, point, point);
    return (double)(point[2] / point[3]);
}

START_TEST(orthographic_shows_the_whole_rectangle) {
    demo_camera wide = demo_camera_orthographic(16, 3), square = demo_camera_orthographic(200, 200);

    check_visible(&wide, 900.0f / 400.0f, 16, 7.1111);
    check_visible(&wide, 16.0f / 2.0f, 24, 3);
    check_visible(&square, 640.0f / 480.0f, 266.67, 200);
}
END_TEST

START_TEST(orthographic_depths_follow_from_the_extent) {
    demo_camera camera = demo_camera_orthographic(16, 3);
    float near, far;

    demo_camera_depths(&camera, &near, &far);
    ck_assert_float_eq(near, -950);
    ck_assert_float_eq(far, 950);
    ck_assert_double_eq_tol(depth_at(&camera, -950), 0, 1e-6);
    ck_assert_double_eq_tol(depth_at(&camera, 0), 0.5, 1e-6);
    ck_assert_double_eq_tol(depth_at(&camera, 950), 1, 1e-6);
    camera.near = -1000;
    camera.far = 1000;
    ck_assert_double_eq_tol(depth_at(&camera, 500), 0.75, 1e-6);
}
END_TEST

START_TEST(perspective_fov_is_that_of_the_mean_side) {
    demo_camera camera = demo_camera_perspective(
        75, 4.0f / 3.0f, (vec3){0, 30, 30}, (vec3){0, 0, 0}, (vec3){0, 1, 0});
    double tangent = 6.0 / 7.0 * tan(0.5 * (double)glm_rad(75));
    mat4 projection;
    vec3 pivot;

    camera.near = 0.1f;
    camera.far = 200;
    demo_camera_projection(&camera, 4.0f / 3.0f, projection);
    ck_assert_double_eq_tol(1.0 / (double)projection[1][1], tangent, 1e-5);
    ck_assert_double_eq_tol(1.0 / (double)projection[0][0], tangent * 4 / 3, 1e-5);
    ck_assert_double_eq_tol(depth_at(&camera, 0.1f), 0, 1e-5);
    ck_assert_double_eq_tol(depth_at(&camera, 200), 1, 1e-5);
    demo_camera_pivot(&camera, pivot);
    ck_assert_float_lt(glm_vec3_norm(pivot), 1e-3f);
}
END_TEST

START_TEST(frames_two_spheres) {
    demo_camera camera = {.fov = 45};
    float near, far;
    mat4 projection;

    demo_camera_frame(&camera, (vec3){-2, -1, -1}, (vec3){2, 1, 1}, (vec3){0, 0, -1},
        (vec3){0, 1, 0}, 4.0f / 3.0f, 1);
    check_position(&camera, 0, 0, 5.91359, 1e-4);
    ck_assert_double_eq_tol(demo_camera_extent(&camera), 4.89898, 1e-4);
    demo_camera_depths(&camera, &near, &far);
    ck_assert_double_eq_tol(near, 0.059136, 1e-5);
    ck_assert_double_eq_tol(far, 59136, 1);
    demo_camera_projection(&camera, 4.0f / 3.0f, projection);
    ck_assert_double_eq_tol(1.0 / (double)projection[1][1], 0.35504, 1e-5);
}
END_TEST

START_TEST(frames_four_knots) {
    demo_camera camera = {.fov = 70};
    float near, far;

    demo_camera_frame(&camera, (vec3){-7.47988f, -1.71275f, -0.79986f},
        (vec3){7.79999f, 1.71294f, 0.79986f}, (vec3){0, 0, -1}, (vec3){0, 1, 0}, 4.0f / 3.0f, 1.4f);
    check_position(&camera, 0.1601, 0.0001, 15.7360, 1e-3);
    ck_assert_double_eq_tol(demo_camera_extent(&camera), 22.0369, 1e-3);
    demo_camera_depths(&camera, &near, &far);
    ck_assert_double_eq_tol(near, 0.15736, 1e-5);
    ck_assert_double_eq_tol(far, 157360, 10);
}
END_TEST

START_TEST(frames_one_knot_orthographically) {
    demo_camera camera = demo_camera_orthographic(1, 1);

    demo_camera_frame(&camera, (vec3){-1.47988f, -1.71275f, -0.79986f},
        (vec3){1.79999f, 1.71294f, 0.79986f}, (vec3){0, 0, -1}, (vec3){0, 1, 0}, 1, 1);
    check_position(&camera, 0.1601, 0.0001, 0, 1e-4);
    ck_assert_double_eq_tol(camera.width, 5.00519, 1e-4);
    ck_assert_double_eq_tol(camera.height, 5.00519, 1e-4);
    check_visible(&camera, 4.0f / 3.0f, 6.67359, 5.00519);
}
END_TEST

START_TEST(looks_at_its_target_upright) {
    demo_camera camera = demo_camera_orthographic(346.41f, 346.41f);
    vec4 origin = {0, 0, 0, 1}, above = {0, 0, 10, 1};
    mat4 view;

    glm_vec3_copy((vec3){200, 200, 200}, camera.position);
    demo_camera_look_at(&camera, (vec3){0, 0, 0}, (vec3){0, 0, 1});
    demo_camera_view(&camera, view);
    glm_mat4_mulv(view, origin, origin);
    glm_mat4_mulv(view, above, above);
    ck_assert_double_eq_tol(origin[0], 0, 1e-3);
    ck_assert_double_eq_tol(origin[1], 0, 1e-3);
    ck_assert_double_eq_tol(origin[2], -346.41, 1e-2);
    ck_assert_double_eq_tol(above[0], 0, 1e-3);
    ck_assert_float_gt(above[1], 8);
    check_visible(&camera, 4.0f / 3.0f, 461.88, 346.41);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("demo-camera");
    TCase *tcase = tcase_create("camera");

    tcase_add_test(tcase, orthographic_shows_the_whole_rectangle);
    tcase_add_test(tcase, orthographic_depths_follow_from_the_extent);
    tcase_add_test(tcase, perspective_fov_is_that_of_the_mean_side);
    tcase_add_test(tcase, frames_two_spheres);
    tcase_add_test(tcase, frames_four_knots);
    tcase_add_test(tcase, frames_one_knot_orthographically);
    tcase_add_test(tcase, looks_at_its_target_upright);
    suite_add_tcase(suite, tcase);
    return runner_run(&suite, 1);
}
