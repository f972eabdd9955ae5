/* A person's own scans: what is read, and that every file that cannot be read has its sentence. */
#include "support/runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "data_volume.h"

enum { OFFSET = 352, MOST = 4096 };

/* A file in the making. Numbers go in at a place, in the byte order of the file. */
typedef struct image {
    unsigned char bytes[MOST];
    size_t nbytes;
    bool big_endian;
} image;

static void put_bits(image *f, size_t at, size_t nbytes, uint64_t bits) {
    for (size_t i = 0; i < nbytes; i++)
        f->bytes[at + (f->big_endian ? nbytes - 1 - i : i)] = (unsigned char)(bits >> 8 * i);
    if (at + nbytes > f->nbytes)
        f->nbytes = at + nbytes;
}

static void put_float(image *f, size_t at, float value) {
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_bits(f, at, 4, bits);
}

static void put_double(image *f, size_t at, double value) {
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_bits(f, at, 8, bits);
}

/* The header of a volume of 3 x 2 x 2 voxels. */
static void put_header(image *f, bool big_endian, unsigned type, unsigned bits) {
    memset(f, 0, sizeof *f);
    f->big_endian = big_endian;
    put_bits(f, 0, 4, 348);
    put_bits(f, 40, 2, 3);
    put_bits(f, 42, 2, 3);
    put_bits(f, 44, 2, 2);
    put_bits(f, 46, 2, 2);
    put_bits(f, 70, 2, type);
    put_bits(f, 72, 2, bits);
    put_float(f, 80, 0.5f);
    put_float(f, 84, -1.0f); /* some programs write a sign */
    put_float(f, 88, 3.0f);
    put_float(f, 108, OFFSET);
    memcpy(f->bytes + 344, "n+1", 4);
    f->nbytes = OFFSET;
}

static void put_counting_shorts(image *f) {
    put_header(f, false, 4, 16);
    for (size_t i = 0; i < 12; i++)
        put_bits(f, OFFSET + 2 * i, 2, (uint64_t)i - 3); /* from -3 on */
}

static void save(const image *f, const char *path) {
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(f->bytes, 1, f->nbytes, file), f->nbytes);
    ck_assert_int_eq(fclose(file), 0);
}

static void save_packed(const image *f, const char *path) {
    gzFile file = gzopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(gzwrite(file, f->bytes, (unsigned)f->nbytes), (int)f->nbytes);
    ck_assert_int_eq(gzclose(file), Z_OK);
}

static void cut(const char *path, long drop, unsigned char flip_last) {
    image f = {0};
    FILE *file = fopen(path, "rb");

    ck_assert_ptr_nonnull(file);
    f.nbytes = fread(f.bytes, 1, MOST, file);
    fclose(file);
    f.nbytes -= (size_t)drop;
    f.bytes[f.nbytes - 1] ^= flip_last;
    save(&f, path);
}

static void load(demo_volume *v, const char *path) {
    demo_volume_source source = {.file = path};
    demo_reason reason = {""};

    ck_assert_msg(demo_volume_load(v, &source, NULL, &reason), "%s", reason.text);
}

static void refuse_source(const demo_volume_source *source, const char *words) {
    demo_volume v;
    demo_reason reason = {""};

    memset(&v, 0x55, sizeof v);
    ck_assert(!demo_volume_load(&v, source, NULL, &reason));
    ck_assert_ptr_null(v.voxels);
    ck_assert_uint_eq(v.size[0], 0);
    ck_assert_msg(strstr(reason.text, words), "\"%s\" does not say \"%s\"", reason.text, words);
    ck_assert_msg(strstr(reason.text, source->file), "\"%s\" names no file", reason.text);
}

static void refuse(const image *f, const char *words) {
    save(f, "scan-refused.nii");
    refuse_source(&(demo_volume_source){.file = "scan-refused.nii"}, words);
}

START_TEST(nifti_is_read) {
    image f;
    demo_volume v;

    put_counting_shorts(&f);
    save(&f, "scan.nii");
    save_packed(&f, "scan.nii.gz");
    for (size_t packed = 0; packed < 2; packed++) {
        load(&v, packed ? "scan.nii.gz" : "scan.nii");
        ck_assert_mem_eq(v.size, ((const uint32_t[]){3, 2, 2}), sizeof v.size);
        ck_assert_mem_eq(v.spacing, ((const float[]){0.5f, 1, 3}), sizeof v.spacing);
        for (size_t i = 0; i < 12; i++)
            ck_assert_double_eq(v.voxels[i], (double)i - 3);
        ck_assert_double_eq_tol(v.black, -3, 0.01);
        ck_assert_double_eq_tol(v.white, 8, 0.01);
        ck_assert(!v.synthetic);
        demo_volume_destroy(&v);
    }
}
END_TEST

/* Every type that is understood, in both byte orders, scaled by 2 and moved by 1. */
START_TEST(nifti_types) {
    static const struct {
        unsigned type, nbytes;
        double low, high; /* two values that it can hold */
    } types[] = {{2, 1, 0, 255}, {256, 1, -128, 127}, {4, 2, -32768, 32767}, {512, 2, 0, 65535},
        {8, 4, -2147483648.0, 2147483647}, {768, 4, 0, 4294967295.0}, {16, 4, -1.5, 2.5},
        {64, 8, -1.5, 2.5}, {1024, 8, -4611686018427387904.0, 5}, {1280, 8, 0, 1e18}};

    for (size_t i = 0; i < 2 * sizeof types / sizeof types[0]; i++) {
        unsigned type = types[i / 2].type, nbytes = types[i / 2].nbytes;
        image f;
        demo_volume v;

        put_header(&f, i % 2, type, 8 * nbytes);
        put_float(&f, 112, 2);
        put_float(&f, 116, 1);
        for (size_t k = 0; k < 12; k++) {
            double value = k % 2 ? types[i / 2].high : types[i / 2].low;
            size_t at = OFFSET + k * nbytes;

            if (type == 16)
                put_float(&f, at, (float)value);
            else if (type == 64)
                put_double(&f, at, value);
            else
                put_bits(&f, at, nbytes, value < 0 ? (uint64_t)(int64_t)value : (uint64_t)value);
        }
        save(&f, "scan-type.nii");
        load(&v, "scan-type.nii");
        for (size_t k = 0; k < 12; k++) {
            double value = 2 * (k % 2 ? types[i / 2].high : types[i / 2].low) + 1;

            ck_assert_double_eq_tol(v.voxels[k], value, 1e-7 * fabs(value));
        }
        demo_volume_destroy(&v);
    }
}
END_TEST

START_TEST(nifti_first_of_several) {
    image f;
    demo_volume v;

    put_counting_shorts(&f);
    put_bits(&f, 40, 2, 4);
    put_bits(&f, 48, 2, 100);
    f.nbytes += 50;
    save(&f, "scan-4d.nii");
    load(&v, "scan-4d.nii");
    ck_assert_double_eq(v.voxels[11], 8);
    demo_volume_destroy(&v);
}
END_TEST

START_TEST(nifti_odd_but_fine) {
    image f;
    demo_volume v;

    put_counting_shorts(&f);
    put_float(&f, 112, NAN); /* no scale */
    put_float(&f, 116, INFINITY);
    put_float(&f, 80, NAN); /* no spacing */
    put_float(&f, 84, 0);
    put_float(&f, 108, 0); /* no offset */
    put_float(&f, 124, 5); /* a window */
    put_float(&f, 128, -2);
    save(&f, "scan-odd.nii");
    load(&v, "scan-odd.nii");
    ck_assert_double_eq(v.voxels[0], -3);
    ck_assert_mem_eq(v.spacing, ((const float[]){1, 1, 3}), sizeof v.spacing);
    ck_assert_double_eq(v.black, -2);
    ck_assert_double_eq(v.white, 5);
    demo_volume_destroy(&v);
}
END_TEST

START_TEST(not_numbers_become_black) {
    static const float values[12] = {7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    image f;
    demo_volume v;

    put_header(&f, false, 16, 32);
    for (size_t i = 0; i < 12; i++)
        put_float(&f, OFFSET + 4 * i, i == 0 ? NAN : values[i]);
    save(&f, "scan-nan.nii");
    load(&v, "scan-nan.nii");
    ck_assert_double_eq(v.voxels[0], v.black);
    ck_assert_double_eq_tol(v.black, 1, 0.01);
    demo_volume_destroy(&v);
    for (size_t i = 0; i < 12; i++)
        put_float(&f, OFFSET + 4 * i, i % 2 ? NAN : -INFINITY);
    save(&f, "scan-nan.nii");
    load(&v, "scan-nan.nii");
    ck_assert_double_eq(v.voxels[3], 0);
    ck_assert_double_gt(v.white, v.black);
    demo_volume_destroy(&v);
    for (size_t i = 0; i < 12; i++)
        put_float(&f, OFFSET + 4 * i, 3e38f);
    save(&f, "scan-nan.nii");
    load(&v, "scan-nan.nii");
    ck_assert_double_gt(v.white, v.black);
    demo_volume_destroy(&v);
}
END_TEST

typedef struct flaw {
    size_t at, nbytes;
    uint64_t bits;
    const char *words;
} flaw;

START_TEST(nifti_damaged_headers) {
    static const flaw flaws[] = {
        {0, 4, 349, "not a NIfTI file"},
        {0, 4, 540, "NIfTI-2"},
        {344, 4, 0, "magic"},
        {344, 4, 0x0031696e, "another file"},
        {40, 2, 2, "2 dimensions"},
        {40, 2, 8, "8 dimensions"},
        {40, 2, 0xffff, "-1 dimensions"},
        {42, 2, 0, "each side"},
        {44, 2, 0xffff, "each side"},
        {46, 2, 0x8000, "each side"},
        {46, 2, 0x7fff, "each side"},
        {70, 2, 128, "type 128"},
        {70, 2, 0xffff, "type -1"},
        {72, 2, 8, "bits"},
        {108, 4, 0x43ad8000, "begin at byte 347"},
        {108, 4, 0x7fc00000, "begin at byte"}, /* no number */
        {108, 4, 0x7f800000, "begin at byte inf"},
        {108, 4, 0xc3b00000, "begin at byte -352"},
        {108, 4, 0x45000000, "ends before"}, /* 2048 */
        {42, 2, 4, "24 of 32 bytes"},
    };
    image f;

    for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++) {
        put_counting_shorts(&f);
        put_bits(&f, flaws[i].at, flaws[i].nbytes, flaws[i].bits);
        refuse(&f, flaws[i].words);
    }
    put_counting_shorts(&f);
    for (size_t axis = 0; axis < 3; axis++)
        put_bits(&f, 42 + 2 * axis, 2, 2048);
    refuse(&f, "more than");
}
END_TEST

START_TEST(nifti_cut_off) {
    image f;

    put_counting_shorts(&f);
    f.nbytes = 347;
    refuse(&f, "347 bytes are too few");
    f.nbytes = 0;
    refuse(&f, "0 bytes are too few");
    put_counting_shorts(&f);
    f.nbytes -= 1;
    refuse(&f, "23 of 24 bytes");
    refuse_source(&(demo_volume_source){.file = "no-such-file.nii"}, "No such file");
    refuse_source(&(demo_volume_source){.file = "no-such-file.nii.gz"}, "No such file");
}
END_TEST

START_TEST(packed_and_damaged) {
    const demo_volume_source source = {.file = "scan-damaged.nii.gz"};
    image f;

    put_counting_shorts(&f);
    save_packed(&f, source.file);
    cut(source.file, 4, 0);
    refuse_source(&source, "cut off");
    save_packed(&f, source.file);
    cut(source.file, 60, 0);
    refuse_source(&source, "cut off");
    save_packed(&f, source.file);
    cut(source.file, 0, 0x10); /* the length in the trailer */
    refuse_source(&source, "damaged");
    save_packed(&f, source.file);
    cut(source.file, 60, 0xff);
    refuse_source(&source, "scan-damaged"); /* one or the other */
}
END_TEST

START_TEST(raw_is_read) {
    demo_volume_source source = {.file = "scan.raw", .size = {2, 1, 3}};
    image f = {0};
    demo_volume v;

    for (size_t i = 0; i < 6; i++)
        put_float(&f, 4 * i, (float)i * 0.5f);
    save(&f, source.file);
    ck_assert(demo_volume_load(&v, &source, NULL, &(demo_reason){""}));
    ck_assert_mem_eq(v.size, source.size, sizeof v.size);
    ck_assert_double_eq(v.voxels[5], 2.5);
    demo_volume_destroy(&v);
    source.type = DEMO_VOXEL_U2;
    source.size[0] = 4;
    ck_assert(demo_volume_load(&v, &source, NULL, &(demo_reason){""}));
    ck_assert_double_eq(v.voxels[3], 0x3f00); /* the upper half of 0.5 */
    demo_volume_destroy(&v);
    source.type = DEMO_VOXEL_U1;
    source.size[1] = 2;
    ck_assert(demo_volume_load(&v, &source, NULL, &(demo_reason){""}));
    ck_assert_double_eq(v.voxels[7], 0x3f);
    demo_volume_destroy(&v);
}
END_TEST

START_TEST(raw_of_another_size) {
    demo_volume_source source = {.file = "scan-wrong.raw", .size = {2, 1, 3}};
    image f = {.nbytes = 24};

    save(&f, source.file);
    source.type = DEMO_VOXEL_U2;
    refuse_source(&source, "24 bytes, but 6 values of type u2 take 12; --volume-type f4 would fit");
    source.type = DEMO_VOXEL_F4;
    source.size[2] = 4;
    refuse_source(&source, "24 bytes, but 2 x 1 x 4 values of type f4 take 32");
    source.size[2] = 1;
    refuse_source(&source, "more than 8 bytes");
    source.file = "no-such-file.raw";
    refuse_source(&source, "No such file");
    source.file = "."; /* a folder */
    refuse_source(&source, ".");
    source.size[0] = source.size[1] = source.size[2] = 2048;
    refuse_source(&source, "more than 268 million");
}
END_TEST

START_TEST(options) {
    static const char *const bad[] = {"", "x", "1x2", "1x2x", "1x2x3x", "1x2x3x4", "0x1x1",
        "-1x1x1", " 1x1x1", "1x1x2049", "1x1x99999999999999999999", "1,2,3", "1x2x3 "};
    demo_volume_source source = {0};
    demo_reason reason;

    ck_assert(demo_volume_parse_size("1x20x2048", source.size));
    ck_assert_mem_eq(source.size, ((const uint32_t[]){1, 20, 2048}), sizeof source.size);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!demo_volume_parse_size(bad[i], source.size), "%s", bad[i]);
        ck_assert_uint_eq(source.size[1], 20);
    }
    ck_assert(demo_volume_parse_type("u1", &source.type) && source.type == DEMO_VOXEL_U1);
    ck_assert(demo_volume_parse_type("u2", &source.type) && source.type == DEMO_VOXEL_U2);
    ck_assert(demo_volume_parse_type("f4", &source.type) && source.type == DEMO_VOXEL_F4);
    ck_assert(!demo_volume_parse_type("f8", &source.type));

    ck_assert(!demo_volume_source_check(&source, &reason)); /* a size without a file */
    source.file = "a.raw";
    ck_assert(demo_volume_source_check(&source, &reason));
    source.file = "a.nii.gz";
    ck_assert(!demo_volume_source_check(&source, &reason));
    source = (demo_volume_source){.file = "a.nii"};
    ck_assert(demo_volume_source_check(&source, &reason));
    source.file = "a.raw";
    ck_assert(!demo_volume_source_check(&source, &reason));
    source = (demo_volume_source){0};
    ck_assert(demo_volume_source_check(&source, &reason));
}
END_TEST

/* Files of any content: read or refused, with a reason. What else could go wrong the sanitizers
 * see. */
START_TEST(any_bytes) {
    const demo_volume_source source = {.file = "scan-any.nii"};
    uint32_t random = 12345;
    image f;

    for (int round = 0; round < 3000; round++) {
        demo_reason reason = {""};
        demo_volume v;

        put_counting_shorts(&f);
        for (int edit = 0; edit < 1 + round % 4; edit++) {
            random = random * 1664525u + 1013904223u;
            /* Mostly where the fields are that are read. */
            f.bytes[(random >> 8) % (random >> 31 ? 120u : (unsigned)f.nbytes)] =
                (unsigned char)(random >> 20);
        }
        f.nbytes -= random >> 16 & 1 ? random >> 17 & 31 : 0;
        save(&f, source.file);
        if (demo_volume_load(&v, &source, NULL, &reason)) {
            ck_assert_double_gt(v.white, v.black);
            demo_volume_destroy(&v);
        } else
            ck_assert_str_ne(reason.text, "");
    }
}
END_TEST

int main(void) {
    Suite *suite = suite_create("demo-scans");
    TCase *tcase = tcase_create("files");

    tcase_add_test(tcase, nifti_is_read);
    tcase_add_test(tcase, nifti_types);
    tcase_add_test(tcase, nifti_first_of_several);
    tcase_add_test(tcase, nifti_odd_but_fine);
    tcase_add_test(tcase, not_numbers_become_black);
    tcase_add_test(tcase, nifti_damaged_headers);
    tcase_add_test(tcase, nifti_cut_off);
    tcase_add_test(tcase, packed_and_damaged);
    tcase_add_test(tcase, raw_is_read);
    tcase_add_test(tcase, raw_of_another_size);
    tcase_add_test(tcase, options);
    tcase_add_test(tcase, any_bytes);
    suite_add_tcase(suite, tcase);
    return runner_run(&suite, 1);
}
