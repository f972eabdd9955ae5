#include "support/runner.h"

#include <stdio.h>
#include <stdlib.h>

int runner_run(Suite *const *suites, size_t count) {
    SRunner *runner = srunner_create(NULL);
    for (size_t i = 0; i < count; i++) {
        srunner_add_suite(runner, suites[i]);
    }
    srunner_run_all(runner, CK_ENV);
    const int run = srunner_ntests_run(runner);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (run == 0) {
        fputs("no test was run\n", stderr);
        return EXIT_FAILURE;
    }
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
