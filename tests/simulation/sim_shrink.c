/* Shrinking: ever smaller pieces of the program are left out, as long as what is left still fails.
 */
#include "simulation/sim.h"

#include <stdlib.h>
#include <string.h>

static bool still_fails(const sim_program *program) {
    sim_report report;
    sim_run(program, NULL, false, &report);
    return report.failed;
}

/* Leaves out steps [first, first + count) if the rest fails, too. */
static bool drop(sim_program *program, size_t *kept, size_t first, size_t count) {
    sim_program rest = *program;
    rest.count = program->count - count;
    rest.steps = malloc((rest.count + 1) * sizeof *rest.steps);
    if (rest.steps == NULL) {
        abort();
    }
    const size_t behind = rest.count - first;
    memcpy(rest.steps, program->steps, first * sizeof *rest.steps);
    memcpy(rest.steps + first, program->steps + first + count, behind * sizeof *rest.steps);
    if (!still_fails(&rest)) {
        free(rest.steps);
        return false;
    }
    memmove(kept + first, kept + first + count, behind * sizeof *kept);
    free(program->steps);
    *program = rest;
    return true;
}

void sim_shrink(sim_program *program, size_t *kept) {
    sim_report report;
    for (size_t i = 0; i < program->count; i++) {
        kept[i] = i;
    }
    sim_run(program, NULL, false, &report);
    if (report.failed && report.step + 1 < program->count) {
        drop(program, kept, report.step + 1, program->count - report.step - 1);
    }
    bool again = true;
    for (size_t size = program->count / 2; size > 0 && program->count > 0;) {
        again = false;
        for (size_t first = 0; first + size <= program->count;) {
            if (drop(program, kept, first, size)) {
                again = true;
            } else {
                first += size;
            }
        }
        size = again && size == 1 ? 1 : size / 2;
    }
}
