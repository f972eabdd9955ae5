/* Sequences of calls: the bytes are a program of the simulation (../simulation/sim.h). Two bytes
 * choose the setup, ten make a step. */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "simulation/sim.h"

#define STEP_NBYTES 10
#define MOST_STEPS  400

static uint32_t number(const uint8_t *bytes, size_t nbytes) {
    uint32_t value = 0;
    for (size_t i = 0; i < nbytes; i++) {
        value |= (uint32_t)bytes[i] << (8 * i);
    }
    return value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    static sim_step steps[MOST_STEPS];
    sim_program program = {.steps = steps};
    sim_report report;
    if (nbytes < 2) {
        return 0;
    }
    sim_setup_generate(&program.setup, number(data, 2), -1);
    program.setup.small = true;
    program.setup.staging_nbytes /= program.setup.staging_nbytes > 4096 ? 4 : 1;
    for (const uint8_t *at = data + 2;
         (size_t)(data + nbytes - at) >= STEP_NBYTES && program.count < MOST_STEPS;
         at += STEP_NBYTES) {
        steps[program.count++] = (sim_step){.kind = at[0],
            .subject = at[1],
            .a = number(at + 2, 3),
            .b = number(at + 5, 3),
            .c = number(at + 8, 2)};
    }
    sim_run(&program, NULL, false, &report);
    if (report.failed) {
        printf("step %lu: %s\n", (unsigned long)report.step, report.text);
        sim_run(&program, NULL, true, &report);
        fflush(stdout);
        abort();
    }
    return 0;
}
