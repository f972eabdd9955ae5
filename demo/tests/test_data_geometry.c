/* The generators of shapes: counts, order, boxes and check values of the specification, and the
 * rule that holds for all: a triangle faces where its normals point. */
#include "support/runner.h"

#include <math.h>
#include <string.h>

#include "data_geometry.h"

#define TOLERANCE 1e-5

static void check_vector(const float got[3], double x, double y, double z) {
    ck_assert_double_eq_tol(got[0], x, TOLERANCE);
    ck_assert_double_eq_tol(got[1], y, TOLERANCE);
    ck_assert_double_eq_tol(got[2], z, TOLERANCE);
}

static void check_texcoord(const demo_geometry *g, size_t i, double u, double v) {
    ck_assert_double_eq_tol(g->texcoords[i][0], u, TOLERANCE);
    ck_assert_double_eq_tol(g->texcoords[i][1], v, TOLERANCE);
}

static void check_triangle(const demo_geometry *g, size_t i, uint32_t a, uint32_t b, uint32_t c) {
    ck_assert_uint_eq(g->triangles[i][0], a);
    ck_assert_uint_eq(g->triangles[i][1], b);
    ck_assert_uint_eq(g->triangles[i][2], c);
}

static void face_normal(const demo_geometry *g, const uint32_t triangle[3], double out[3]) {
    double a[3], b[3];

    for (size_t k = 0; k < 3; k++) {
        double origin = g->positions[triangle[0]][k];

        a[k] = g->positions[triangle[1]][k] - origin;
        b[k] = g->positions[triangle[2]][k] - origin;
    }
    for (size_t k = 0; k < 3; k++)
        out[k] = a[(k + 1) % 3] * b[(k + 2) % 3] - a[(k + 2) % 3] * b[(k + 1) % 3];
}

/* Unit normals, and every triangle with an area faces where all three of its normals point. */
static void check_outward(const demo_geometry *g, size_t degenerate) {
    size_t flat = 0;

    for (size_t i = 0; i < g->nvertices; i++) {
        const float *n = g->normals[i];

        ck_assert_double_eq_tol(n[0] * n[0] + n[1] * n[1] + n[2] * n[2], 1.0, TOLERANCE);
    }
    for (size_t i = 0; i < g->ntriangles; i++) {
        double face[3];

        for (size_t k = 0; k < 3; k++)
            ck_assert_uint_lt(g->triangles[i][k], g->nvertices);
        face_normal(g, g->triangles[i], face);
        if (sqrt(face[0] * face[0] + face[1] * face[1] + face[2] * face[2]) < 1e-7) {
            flat++;
            continue;
        }
        for (size_t k = 0; k < 3; k++) {
            const float *n = g->normals[g->triangles[i][k]];

            ck_assert_double_gt(face[0] * n[0] + face[1] * n[1] + face[2] * n[2], 0.0);
        }
    }
    ck_assert_uint_eq(flat, degenerate);
}

static void check_box(const demo_geometry *g, const double low[3], const double high[3]) {
    demo_box box = demo_geometry_box(g);

    check_vector(box.low, low[0], low[1], low[2]);
    check_vector(box.high, high[0], high[1], high[2]);
}

START_TEST(plane_of_one_quad) {
    demo_geometry g;

    ck_assert(demo_geometry_plane(&g, 200, 100, 1, 1));
    ck_assert_uint_eq(g.nvertices, 4);
    ck_assert_uint_eq(g.ntriangles, 2);
    check_vector(g.positions[0], -100, -50, 0);
    check_vector(g.positions[1], 100, -50, 0);
    check_vector(g.positions[2], -100, 50, 0);
    check_vector(g.positions[3], 100, 50, 0);
    check_texcoord(&g, 0, 0, 1);
    check_texcoord(&g, 3, 1, 0);
    check_triangle(&g, 0, 0, 1, 2);
    check_triangle(&g, 1, 3, 2, 1);
    check_outward(&g, 0);
    demo_geometry_destroy(&g);
    ck_assert_ptr_null(g.positions);
}
END_TEST

START_TEST(plane_of_many_quads) {
    demo_geometry g;

    ck_assert(demo_geometry_plane(&g, 3, 2, 3, 2));
    ck_assert_uint_eq(g.nvertices, 12);
    ck_assert_uint_eq(g.ntriangles, 12);
    check_vector(g.positions[5], -0.5, 0, 0); /* row 1, column 1 */
    check_texcoord(&g, 5, 1.0 / 3, 0.5);
    check_triangle(&g, 8, 5, 6, 9); /* of the quad at row 1, column 1 */
    check_triangle(&g, 9, 10, 9, 6);
    check_outward(&g, 0);
    demo_geometry_destroy(&g);
}
END_TEST

START_TEST(closed_cylinder) {
    demo_geometry g;

    ck_assert(demo_geometry_cylinder(&g, &(demo_cylinder_desc){1, 1, 2, 32, 4, true}));
    ck_assert_uint_eq(g.nvertices, 233);
    ck_assert_uint_eq(g.ntriangles, 320);
    check_box(&g, (double[]){-1, -1, -1}, (double[]){1, 1, 1});
    check_vector(g.positions[0], 1, 0, -1);
    check_vector(g.positions[8], 0, 1, -1); /* a quarter around */
    check_texcoord(&g, 8, 0.25, 0);
    check_texcoord(&g, 4 * 33 + 32, 1, 1);
    check_triangle(&g, 0, 0, 1, 33);
    check_triangle(&g, 1, 34, 33, 1);
    /* The bottom cap: centre 165, rim 166..198. */
    check_vector(g.positions[165], 0, 0, -1);
    check_vector(g.normals[165], 0, 0, -1);
    check_texcoord(&g, 165, 0.5, 0.5);
    check_texcoord(&g, 166 + 8, 0.5, 0);
    check_triangle(&g, 256, 166, 198, 167);
    /* The top cap: centre 199, rim 200..232. */
    check_vector(g.normals[199], 0, 0, 1);
    check_texcoord(&g, 200 + 8, 0.5, 1);
    check_triangle(&g, 288, 200, 201, 232);
    check_outward(&g, 4);
    demo_geometry_destroy(&g);
}
END_TEST

START_TEST(open_cylinder) {
    demo_geometry g;

    ck_assert(demo_geometry_cylinder(&g, &(demo_cylinder_desc){5, 5, 32, 8, 8, false}));
    ck_assert_uint_eq(g.nvertices, 81);
    ck_assert_uint_eq(g.ntriangles, 128);
    check_box(&g, (double[]){-5, -5, -16}, (double[]){5, 5, 16});
    check_outward(&g, 0);
    demo_geometry_destroy(&g);
}
END_TEST

START_TEST(cone) {
    double height = 5 * sqrt(3.0), length = sqrt(1 + 1 / 3.0);
    demo_geometry g;

    ck_assert(demo_geometry_cone(&g, 5, (float)height, 8));
    ck_assert_uint_eq(g.nvertices, 28);
    ck_assert_uint_eq(g.ntriangles, 24);
    check_box(&g, (double[]){-5, -5, -height / 2}, (double[]){5, 5, height / 2});
    check_vector(g.positions[9], 0, 0, height / 2);
    check_vector(g.normals[0], 1 / length, 0, 1 / sqrt(3.0) / length);
    check_outward(&g, 8 + 2); /* a mantle's upper triangles, and the fan's two */
    demo_geometry_destroy(&g);
}
END_TEST

START_TEST(torus_knot) {
    demo_geometry g;

    ck_assert(demo_geometry_torus_knot(&g, 1, 0.3f, 128, 32));
    ck_assert_uint_eq(g.nvertices, 4257);
    ck_assert_uint_eq(g.ntriangles, 8192);
    check_box(&g, (double[]){-1.47988, -1.71275, -0.79986}, (double[]){1.79999, 1.71294, 0.79986});
    check_vector(g.positions[0], 1.20001, -0.00210, -0.00105);
    check_vector(g.normals[0], -0.99997, -0.00700, -0.00350);
    check_texcoord(&g, 33 + 8, 1.0 / 128, 0.25);
    check_triangle(&g, 0, 33, 0, 34);
    check_triangle(&g, 1, 34, 0, 1);
    check_outward(&g, 0);
    demo_geometry_destroy(&g);
}
END_TEST

START_TEST(sphere) {
    demo_geometry g;

    ck_assert(demo_geometry_sphere(&g, 1, 16, 16));
    ck_assert_uint_eq(g.nvertices, 289);
    ck_assert_uint_eq(g.ntriangles, 512);
    check_box(&g, (double[]){-1, -1, -1}, (double[]){1, 1, 1});
    check_vector(g.positions[0], 0, 1, 0);
    check_vector(g.positions[8 * 17], -1, 0, 0);    /* on the equator */
    check_vector(g.positions[8 * 17 + 4], 0, 0, 1); /* a quarter around */
    check_texcoord(&g, 8 * 17 + 4, 0.25, 0.5);
    check_triangle(&g, 0, 0, 17, 1);
    check_triangle(&g, 1, 18, 1, 17);
    check_outward(&g, 32);
    demo_geometry_destroy(&g);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("demo-geometry");
    TCase *tcase = tcase_create("generators");

    tcase_add_test(tcase, plane_of_one_quad);
    tcase_add_test(tcase, plane_of_many_quads);
    tcase_add_test(tcase, closed_cylinder);
    tcase_add_test(tcase, open_cylinder);
    tcase_add_test(tcase, cone);
    tcase_add_test(tcase, torus_knot);
    tcase_add_test(tcase, sphere);
    suite_add_tcase(suite, tcase);
    return runner_run(&suite, 1);
}
