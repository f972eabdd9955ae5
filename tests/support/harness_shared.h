/* The harness's inside: what harness_shared.c has for the harness of each GL. */
#ifndef TRIREME_TESTS_HARNESS_SHARED_H
#define TRIREME_TESTS_HARNESS_SHARED_H

#include "support/harness.h"

/* Runs the suites, and asks for the rules of harness_require_rules. The program's exit status. */
int harness_run(Suite *const *suites, size_t count);

#endif
