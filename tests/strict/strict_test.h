/* What the tests of the strict GPU share: one gpu, its functions, and short words for what they do
 * with them. */
#ifndef TRIREME_TESTS_STRICT_TEST_H
#define TRIREME_TESTS_STRICT_TEST_H

#include <check.h>

#include "support/strict_gpu.h"

extern strict_gpu *gpu;
extern GladGLContext gl;

/* Makes the gpu current and loads its functions. Closes the one before. */
void strict_test_open(const strict_gpu_desc *desc);
/* As above, with everything but the mode at its default. */
void strict_test_open_mode(strict_mode mode);
void strict_test_close(void);

/* Fails the test unless there are exactly so many violations, and forgives them. */
#define CHECK_VIOLATIONS(count)                                                                    \
    do {                                                                                           \
        const size_t found_ = (count) == 0 ? strict_gpu_audit(gpu) : strict_gpu_violations(gpu);   \
        ck_assert_uint_eq(found_, (count));                                                        \
        strict_gpu_forgive(gpu);                                                                   \
    } while (0)

/* A buffer of `nbytes` bytes, all `value`. */
GLuint strict_test_buffer(size_t nbytes, int value, GLbitfield flags);

/* The same, mapped for ever and flushed explicitly. */
GLuint strict_test_mapped(size_t nbytes, int value, unsigned char **pointer);

void strict_test_flush(GLuint buffer, size_t offset, size_t nbytes);
GLsync strict_test_fence(void); /* flushed */

/* Whether all bytes that the draw read are `value`; it must have executed. Forgets it. */
bool strict_test_saw(strict_read *draw, int value);

/* Draws, lets the GPU finish, and looks. */
bool strict_test_sees(strict_reader reader, GLuint buffer, size_t offset, size_t nbytes, int value);

/* A linked program for the marker, in use. */
GLuint strict_test_program(const char *marker);

Suite *strict_planes_suite(void);
Suite *strict_lifetime_suite(void);
Suite *strict_shaders_suite(void);
Suite *strict_sync_suite(void);
Suite *strict_rules_suite(void);
Suite *strict_failures_suite(void);
Suite *strict_programs_suite(void);
Suite *strict_queries_suite(void);
Suite *strict_settings_suite(void);
Suite *strict_vertices_suite(void);

#endif
