/* Result names, version, the ready-made log. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

START_TEST(result_strings) {
#define ROW(result)                                                                                \
    { result, #result }
    static const struct {
        trm_result result;
        const char *name;
    } rows[] = {ROW(TRM_OK), ROW(TRM_NOT_READY), ROW(TRM_ERROR_INVALID_ARGUMENT),
        ROW(TRM_ERROR_OUT_OF_RANGE), ROW(TRM_ERROR_FORMAT), ROW(TRM_ERROR_STATE),
        ROW(TRM_ERROR_ATTACHED), ROW(TRM_ERROR_OUT_OF_MEMORY), ROW(TRM_ERROR_OUT_OF_DEVICE_MEMORY),
        ROW(TRM_ERROR_BUDGET), ROW(TRM_ERROR_FRAME_OPEN), ROW(TRM_ERROR_UNSUPPORTED),
        ROW(TRM_ERROR_TIMEOUT), ROW(TRM_ERROR_DEVICE_LOST)};
#undef ROW
    for (size_t i = 0; i < LENGTH(rows); i++)
        ck_assert_str_eq(trm_result_string(rows[i].result), rows[i].name);
    for (int value = -64; value < 64; value++) {
        bool known = value >= TRM_ERROR_DEVICE_LOST && value <= TRM_NOT_READY;
        const char *name = trm_result_string((trm_result)value);
        ck_assert_int_eq(strcmp(name, "unknown result") != 0, known);
    }
}
END_TEST

/* The values are part of the binary interface. */
START_TEST(result_values) {
    ck_assert_int_eq(TRM_OK, 0);
    ck_assert_int_eq(TRM_NOT_READY, 1);
    ck_assert_int_eq(TRM_ERROR_INVALID_ARGUMENT, -1);
    ck_assert_int_eq(TRM_ERROR_OUT_OF_MEMORY, -6);
    ck_assert_int_eq(TRM_ERROR_DEVICE_LOST, -12);
}
END_TEST

START_TEST(version) {
    char text[32];
    snprintf(
        text, sizeof text, "%d.%d.%d", TRM_VERSION_MAJOR, TRM_VERSION_MINOR, TRM_VERSION_PATCH);
    ck_assert_str_eq(trm_version_string(), text);
    ck_assert_str_eq(trm_version_string(), TRM_VERSION_STRING);
}
END_TEST

/* WebGPU's values, which programs may share with other code. */
START_TEST(usage_values) {
    static const unsigned bits[] = {TRM_USAGE_MAP_READ, TRM_USAGE_MAP_WRITE, TRM_USAGE_COPY_SRC,
        TRM_USAGE_COPY_DST, TRM_USAGE_INDEX, TRM_USAGE_VERTEX, TRM_USAGE_UNIFORM, TRM_USAGE_STORAGE,
        TRM_USAGE_INDIRECT, TRM_USAGE_QUERY_RESOLVE};
    for (size_t i = 0; i < LENGTH(bits); i++)
        ck_assert_uint_eq(bits[i], 1u << i);
}
END_TEST

/* Reads what a function wrote to stderr through a file, which stays there for the rest of the
 * program: the last test. */
START_TEST(log_to_stderr) {
    static const char path[] = "test_base.stderr";
    char text[256];
    ck_assert_ptr_nonnull(freopen(path, "w", stderr));
    trm_log_stderr(
        NULL, &(trm_message){TRM_LOG_ERROR, TRM_ERROR_STATE, "a.rule", "a label", "a sentence"});
    trm_log_stderr(NULL, &(trm_message){TRM_LOG_WARNING, TRM_OK, "b.rule", "", "second"});
    trm_log_stderr(NULL, NULL);
    fflush(stderr);

    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    ck_assert_ptr_nonnull(strstr(text, "error"));
    ck_assert_ptr_nonnull(strstr(text, "a.rule"));
    ck_assert_ptr_nonnull(strstr(text, "a label"));
    ck_assert_ptr_nonnull(strstr(text, "a sentence"));
    ck_assert_ptr_nonnull(strchr(text, '\n'));
    ck_assert_ptr_nonnull(fgets(text, sizeof text, file));
    ck_assert_ptr_nonnull(strstr(text, "warning"));
    ck_assert_ptr_nonnull(strstr(text, "second"));
    ck_assert_ptr_null(fgets(text, sizeof text, file));
    fclose(file);
    remove(path);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("base");
    UNIT_ADD(suite, result_strings);
    UNIT_ADD(suite, result_values);
    UNIT_ADD(suite, version);
    UNIT_ADD(suite, usage_values);
    UNIT_ADD(suite, log_to_stderr);
    return unit_main(suite);
}
