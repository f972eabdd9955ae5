/* Dragging and scrolling, as camera motion. */
#include "support/runner.h"

#include "control.h"

#define LONG_STEP 1.0 /* seconds: all that is left to do happens in one frame */

static const demo_canvas canvas = {.width = 640, .height = 480, .scale = 1};

static demo_camera camera;
static demo_control control;

/* Ten units before the origin, in front of a pivot there. */
static void start(demo_control_mode mode, float fov) {
    camera = demo_camera_orthographic(8, 6);
    if (fov > 0)
        camera = demo_camera_perspective(
            fov, 4.0f / 3.0f, (vec3){0, 0, 10}, (vec3){0, 0, 0}, (vec3){0, 1, 0});
    else
        camera.position[2] = 10;
    control = (demo_control){.mode = mode};
}

static void drag(demo_input_type button, float dx, float dy) {
    const demo_input inputs[3] = {{.type = button, .pressed = true, .x = 300, .y = 200},
        {.type = DEMO_INPUT_MOVE, .x = 300 + dx, .y = 200 + dy},
        {.type = button, .x = 300 + dx, .y = 200 + dy}};

    for (int i = 0; i < 3; i++)
        demo_control_input(&control, &inputs[i], &canvas);
}

static void scroll(float notches, bool alt) {
    demo_control_input(
        &control, &(demo_input){.type = DEMO_INPUT_WHEEL, .alt = alt, .y = notches}, &canvas);
}

static void apply(void) {
    demo_control_apply(&control, &camera, &canvas, LONG_STEP);
    ck_assert(!demo_control_moving(&control));
}

static void check_position(double x, double y, double z) {
    ck_assert_double_eq_tol(camera.position[0], x, 1e-4);
    ck_assert_double_eq_tol(camera.position[1], y, 1e-4);
    ck_assert_double_eq_tol(camera.position[2], z, 1e-4);
}

/* Pixels from the top left. */
static void project(vec3 point, float out[2]) {
    vec4 at = {point[0], point[1], point[2], 1};
    mat4 view, projection;

    demo_camera_view(&camera, view);
    demo_camera_projection(&camera, 4.0f / 3.0f, projection);
    glm_mat4_mulv(view, at, at);
    glm_mat4_mulv(projection, at, at);
    out[0] = (1 + at[0] / at[3]) * 320;
    out[1] = (1 - at[1] / at[3]) * 240;
}

START_TEST(orbits_about_the_reference_axis) {
    start(DEMO_CONTROL_ORBIT, 45);
    drag(DEMO_INPUT_LEFT, 100, 0);
    apply();
    check_position(-10 * sin(0.5), 0, 10 * cos(0.5));
    drag(DEMO_INPUT_LEFT, -100, 60);
    apply();
    check_position(0, 10 * sin(0.3), 10 * cos(0.3));
}
END_TEST

START_TEST(orbit_stops_short_of_the_poles) {
    start(DEMO_CONTROL_ORBIT, 45);
    drag(DEMO_INPUT_LEFT, 0, 5000);
    apply();
    check_position(0, 10 * sin((double)glm_rad(89.0f)), 10 * cos((double)glm_rad(89.0f)));
    drag(DEMO_INPUT_LEFT, 0, -9000);
    apply();
    ck_assert_double_eq_tol(camera.position[1], -10 * sin((double)glm_rad(89.0f)), 1e-3);
}
END_TEST

START_TEST(trackball_goes_over_the_pole) {
    start(DEMO_CONTROL_TRACKBALL, 0);
    drag(DEMO_INPUT_LEFT, 0, 400); /* 2 radians */
    apply();
    check_position(0, 10 * sin(2), 10 * cos(2));
}
END_TEST

START_TEST(pan_follows_the_cursor) {
    const float fovs[2] = {0, 45};

    for (int i = 0; i < 2; i++) {
        float before[2], after[2];
        vec3 point = {1, 0.5f, 0}; /* in the plane of the pivot */

        start(DEMO_CONTROL_ORBIT, fovs[i]);
        project(point, before);
        drag(DEMO_INPUT_RIGHT, 70, -30);
        apply();
        project(point, after);
        ck_assert_double_eq_tol(after[0] - before[0], 70, 1e-2);
        ck_assert_double_eq_tol(after[1] - before[1], -30, 1e-2);
    }
}
END_TEST

START_TEST(wheel_zooms_by_tenths_of_a_doubling) {
    start(DEMO_CONTROL_ORBIT, 45);
    scroll(10, false);
    apply();
    check_position(0, 0, 5);
    start(DEMO_CONTROL_ORBIT, 0);
    scroll(-10, false);
    apply();
    check_position(0, 0, 10);
    ck_assert_double_eq_tol(camera.width, 16, 1e-4);
    ck_assert_double_eq_tol(camera.height, 12, 1e-4);
}
END_TEST

START_TEST(alt_wheel_changes_the_field_of_view) {
    vec3 pivot;

    start(DEMO_CONTROL_ORBIT, 45);
    scroll(5, true);
    apply();
    ck_assert_double_eq_tol(camera.fov, 50, 1e-4);
    demo_camera_pivot(&camera, pivot);
    ck_assert_float_lt(glm_vec3_norm(pivot), 1e-3f);
    ck_assert_double_eq_tol(
        camera.position[2], 10 * (double)(demo_camera_reach(50) / demo_camera_reach(45)), 1e-3);
    scroll(-80, true);
    apply();
    ck_assert_float_eq(camera.fov, 0);
}
END_TEST

START_TEST(motion_is_damped) {
    double angle = 0, left = 100;

    start(DEMO_CONTROL_ORBIT, 45);
    drag(DEMO_INPUT_LEFT, (float)left, 0);
    for (int i = 0; i < 100 && demo_control_moving(&control); i++) {
        double part = left <= 0.5 ? left : left * 12.5 / 60;

        demo_control_apply(&control, &camera, &canvas, 1.0 / 60);
        angle -= 0.005 * part;
        left -= part;
        check_position(10 * sin(angle), 0, 10 * cos(angle));
    }
    ck_assert(!demo_control_moving(&control));
    ck_assert_double_eq_tol(angle, -0.5, 1e-9);
}
END_TEST

START_TEST(dense_monitors_count_logical_pixels) {
    const demo_canvas dense = {.width = 1280, .height = 960, .scale = 2};

    start(DEMO_CONTROL_ORBIT, 45);
    demo_control_input(&control, &(demo_input){.type = DEMO_INPUT_LEFT, .pressed = true}, &dense);
    demo_control_input(&control, &(demo_input){.type = DEMO_INPUT_MOVE, .x = 200}, &dense);
    demo_control_apply(&control, &camera, &dense, LONG_STEP);
    check_position(-10 * sin(0.5), 0, 10 * cos(0.5));
}
END_TEST

START_TEST(nothing_moves_without_a_mode) {
    start(DEMO_CONTROL_NONE, 45);
    drag(DEMO_INPUT_LEFT, 100, 100);
    scroll(3, false);
    apply();
    check_position(0, 0, 10);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("demo-control");
    TCase *tcase = tcase_create("control");

    tcase_add_test(tcase, orbits_about_the_reference_axis);
    tcase_add_test(tcase, orbit_stops_short_of_the_poles);
    tcase_add_test(tcase, trackball_goes_over_the_pole);
    tcase_add_test(tcase, pan_follows_the_cursor);
    tcase_add_test(tcase, wheel_zooms_by_tenths_of_a_doubling);
    tcase_add_test(tcase, alt_wheel_changes_the_field_of_view);
    tcase_add_test(tcase, motion_is_damped);
    tcase_add_test(tcase, dense_monitors_count_logical_pixels);
    tcase_add_test(tcase, nothing_moves_without_a_mode);
    suite_add_tcase(suite, tcase);
    return runner_run(&suite, 1);
}
