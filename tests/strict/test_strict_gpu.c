/* The strict GPU, tested with plain GL calls: the right way must be right and each wrong way must
 * show. */
#include "strict/strict_test.h"
#include "support/runner.h"

int main(void) {
    Suite *suites[] = {strict_planes_suite(), strict_lifetime_suite(), strict_shaders_suite(),
        strict_sync_suite(), strict_rules_suite(), strict_failures_suite(), strict_programs_suite(),
        strict_queries_suite(), strict_settings_suite(), strict_vertices_suite()};
    return runner_run(suites, sizeof suites / sizeof suites[0]);
}
