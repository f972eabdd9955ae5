/* The generated volume, pictures and maps: the check values of the specification. */
#include "support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data_maps.h"
#include "data_noise.h"
#include "data_set.h"
#include "reference_images.h"
#include "reference_volume.h"

START_TEST(noise) {
    ck_assert_uint_eq(demo_hash(1, 2, 3), 0x5f24cf5a);
    ck_assert_uint_eq(demo_hash(127, 127, 255), 0x240c6c60);
    ck_assert_double_eq_tol(demo_random(1, 2, 3), 0x24cf5a / 16777215.0, 1e-7);
    ck_assert_double_eq_tol(demo_smooth(2, 4, 3.5f), 0.75 * 0.75 * 1.5, 1e-6);
    ck_assert_double_eq_tol(demo_smooth(4, 2, 2.5f), 0.75 * 0.75 * 1.5, 1e-6);
    ck_assert_double_eq_tol(demo_smooth(0, 1, -3), 0, 1e-6);
    ck_assert_double_eq_tol(demo_smooth(0, 1, 3), 1, 1e-6);
    ck_assert_double_eq_tol(demo_mix(10, 20, 0.25f), 12.5, 1e-6);
}
END_TEST

static double voxel(const demo_volume *v, size_t x, size_t y, size_t z) {
    return v->voxels[(z * v->size[1] + y) * v->size[0] + x];
}

START_TEST(volume) {
    size_t bright = 0, dark = 0, outside = 0;
    double sum = 0, most = 0;
    demo_volume v;

    ck_assert(demo_volume_generate(&v, NULL));
    ck_assert(v.synthetic);
    ck_assert_uint_eq(demo_volume_count(&v) * sizeof *v.voxels, 16777216);
    for (size_t i = 0; i < demo_volume_count(&v); i++) {
        double value = v.voxels[i];

        outside += !(value >= 0 && value <= 4095);
        sum += value;
        most = value > most ? value : most;
        bright += value > 2000;
        dark += value < 500;
    }
    ck_assert_uint_eq(outside, 0);
    ck_assert_double_eq_tol(sum / (double)demo_volume_count(&v), 971.5, 1);
    ck_assert_double_eq_tol(most, 3339, 1);
    ck_assert(bright > 12100 && bright < 12300);
    ck_assert(dark > 339000 && dark < 341000);
    ck_assert_double_eq_tol(voxel(&v, 0, 0, 0), 40, 0.01);
    ck_assert_double_eq_tol(voxel(&v, 64, 64, 128), 1367.6, 1);
    ck_assert_double_eq_tol(voxel(&v, 64, 104, 18), 1334.4, 1);
    ck_assert_double_eq_tol(voxel(&v, 64, 104, 0), 1111.6, 1);
    ck_assert_double_eq_tol(voxel(&v, 20, 64, 100), 1066.1, 1);
    demo_volume_destroy(&v);
}
END_TEST

START_TEST(bricks) {
    static const struct {
        size_t x, y;
        uint8_t texel[4];
    } checks[] = {
        {0, 0, {183, 178, 169, 255}}, {32, 16, {126, 65, 50, 255}}, {300, 500, {146, 75, 58, 255}}};
    uint8_t(*texels)[4] = demo_bricks_generate();

    ck_assert_ptr_nonnull(texels);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 4; k++)
            ck_assert_int_eq(
                texels[checks[i].y * DEMO_BRICKS_SIDE + checks[i].x][k], checks[i].texel[k]);
    free(texels);
}
END_TEST

START_TEST(cat) {
    static const struct {
        size_t x, y;
        double texel[4];
    } checks[] = {{225, 20, {.350, .292, .253, 1}}, {225, 205, {.860, .450, .450, 1}},
        {151, 150, {.030, .030, .030, 1}}};
    float(*texels)[4] = demo_cat_generate();
    size_t outside = 0;

    ck_assert_ptr_nonnull(texels);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 4; k++)
            ck_assert_double_eq_tol(
                texels[checks[i].y * DEMO_CAT_WIDTH + checks[i].x][k], checks[i].texel[k], 0.0006);
    for (size_t i = 0; i < (size_t)DEMO_CAT_WIDTH * DEMO_CAT_HEIGHT; i++)
        for (size_t k = 0; k < 4; k++)
            outside += !(texels[i][k] >= 0 && texels[i][k] <= 1);
    ck_assert_uint_eq(outside, 0);
    free(texels);
}
END_TEST

/* Everything, against the formulas written down once more. */
START_TEST(whole_pictures) {
    uint8_t(*wall)[4] = demo_bricks_generate();
    float(*texels)[4] = demo_cat_generate();
    double worst = 0, wanted[3];

    for (int i = 0; i < DEMO_CAT_WIDTH * DEMO_CAT_HEIGHT; i++) {
        reference_cat(i % DEMO_CAT_WIDTH, i / DEMO_CAT_WIDTH, wanted);
        for (size_t k = 0; k < 3; k++)
            worst = fmax(worst, fabs((double)texels[i][k] - wanted[k]));
    }
    ck_assert_double_lt(worst, 0.0005);
    worst = 0;
    for (int i = 0; i < DEMO_BRICKS_SIDE * DEMO_BRICKS_SIDE; i++) {
        reference_bricks(i % DEMO_BRICKS_SIDE, i / DEMO_BRICKS_SIDE, wanted);
        for (size_t k = 0; k < 3; k++)
            worst = fmax(worst, fabs(wall[i][k] - wanted[k]));
    }
    ck_assert_double_le(worst, 1); /* rounded the other way */
    free(texels);
    free(wall);
}
END_TEST

START_TEST(whole_volume) {
    double worst = 0;
    demo_volume v;

    ck_assert(demo_volume_generate(&v, NULL));
    /* One of seven, which meets every column sooner or later. */
    for (int i = 0; i < 128 * 128 * 256; i += 7) {
        double wanted = reference_voxel(i & 127, i >> 7 & 127, i >> 14);

        worst = fmax(worst, fabs((double)v.voxels[i] - wanted));
    }
    ck_assert_double_lt(worst, 1);
    demo_volume_destroy(&v);
}
END_TEST

START_TEST(maps) {
    static const float steps[4] = {0.1f, 0.4f, 0.6f, 0.9f};
    float line[4][4], square[16][4], cube[64][4];

    demo_map_steps_1d(line);
    demo_map_steps_2d(square);
    demo_map_steps_3d(cube);
    for (size_t z = 0; z < 4; z++) {
        ck_assert_mem_eq(line[z], ((const float[]){steps[z], 0, 0, 1}), sizeof line[z]);
        for (size_t y = 0; y < 4; y++) {
            ck_assert_mem_eq(
                square[4 * z + y], ((const float[]){steps[y], steps[z], 0, 1}), sizeof square[0]);
            for (size_t x = 0; x < 4; x++)
                ck_assert_mem_eq(cube[16 * z + 4 * y + x],
                    ((const float[]){steps[x], steps[y], steps[z], 1}), sizeof cube[0]);
        }
    }
}
END_TEST

START_TEST(whole_set) {
    demo_volume_source source = {0};
    demo_data data;

    ck_assert(demo_data_create(&data, &source));
    ck_assert(data.volume.voxels && data.bricks && data.cat);
    demo_data_destroy(&data);
    source.file = "no-such-file.nii";
    ck_assert(!demo_data_create(&data, &source));
    ck_assert(!data.volume.voxels && !data.bricks && !data.cat);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("demo-images");
    TCase *tcase = tcase_create("check values");

    tcase_add_test(tcase, noise);
    tcase_add_test(tcase, volume);
    tcase_add_test(tcase, bricks);
    tcase_add_test(tcase, cat);
    tcase_add_test(tcase, whole_pictures);
    tcase_add_test(tcase, whole_volume);
    tcase_add_test(tcase, maps);
    tcase_add_test(tcase, whole_set);
    suite_add_tcase(suite, tcase);
    return runner_run(&suite, 1);
}
