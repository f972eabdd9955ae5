/* Runs Check suites as the whole of a test program. */
#ifndef TRIREME_TESTS_RUNNER_H
#define TRIREME_TESTS_RUNNER_H

#include <stddef.h>

#include <check.h>

/* What a program returns when it could not test anything on this machine. */
#define RUNNER_SKIPPED 77

/* Runs the suites and returns the program's exit status: 0 if every test passed and there was at
 * least one. Takes the suites over. Like Check itself it heeds CK_RUN_SUITE, CK_RUN_CASE, CK_FORK
 * and CK_VERBOSITY. */
int runner_run(Suite *const *suites, size_t count);

#endif
