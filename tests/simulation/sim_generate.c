/* Programs from seeds. */
#include "simulation/sim.h"

#include <stdlib.h>

static uint64_t pick(random_state *dice, const uint64_t *from, size_t count) {
    return from[random_below(dice, count)];
}
#define PICK(dice, ...)                                                                            \
    pick(dice, (const uint64_t[]){__VA_ARGS__},                                                    \
        sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static bool one_in(random_state *dice, size_t n) {
    return random_below(dice, n) == 0;
}

void sim_setup_generate(sim_setup *out, uint64_t seed, int mode) {
    random_state dice = {seed * UINT64_C(0x9e3779b97f4a7c15)};
    random_next(&dice);
    *out = (sim_setup){.seed = seed};
    out->mode = (strict_mode)PICK(&dice, STRICT_FLUSHED, STRICT_EAGER);
    if (mode >= 0) {
        out->mode = (strict_mode)mode;
    }
    out->policy = (strict_policy)PICK(
        &dice, STRICT_ON_WAIT, STRICT_ON_WAIT, STRICT_ON_POLL, STRICT_RANDOM, STRICT_RANDOM);
    out->reorder =
        (strict_reorder)PICK(&dice, STRICT_REORDER_ALWAYS, STRICT_REORDER_RANDOM, STRICT_IN_ORDER);
    out->progress = (unsigned)PICK(&dice, 4, 16, 48, 128);
    out->regions = (uint32_t)PICK(&dice, 0, 0, 1, 2, 3, 5, 8);
    out->staging_nbytes = PICK(&dice, 4096, 4096, 4096, 16384, 65536, 262144);
    out->memory_kind = (trm_memory_kind)PICK(&dice, TRM_MEMORY_AUTO, TRM_MEMORY_DISCRETE,
        TRM_MEMORY_DISCRETE, TRM_MEMORY_UNIFIED, TRM_MEMORY_SOFTWARE);
    out->scatter = (trm_gl_scatter_mode)PICK(
        &dice, TRM_GL_SCATTER_AUTO, TRM_GL_SCATTER_NEVER, TRM_GL_SCATTER_ALWAYS);
    out->no_flush = one_in(&dice, 3);
    out->no_inline = one_in(&dice, 2);
    out->no_pages = one_in(&dice, 2);
    out->explicit_sync = one_in(&dice, 6);
    static const sim_overtaking overtaking[10] = {SIM_COPIES, SIM_UPDATES};
    out->overtaking = overtaking[random_below(&dice, 10)];
    out->no_robustness = one_in(&dice, 6);
    out->map_skew = one_in(&dice, 4) ? 16 : 0;
    out->max_storage = one_in(&dice, 3) ? 16384 : 0;
    /* Half of the programs have no trouble at all: every error is one too many there. */
    if (one_in(&dice, 2)) {
        out->with_faults = one_in(&dice, 2);
        out->with_loss = one_in(&dice, 3);
        out->with_stalls = one_in(&dice, 3);
        out->budget_nbytes = one_in(&dice, 3) ? PICK(&dice, 20000, 60000, 200000) : 0;
        out->memory_limit = one_in(&dice, 4) ? PICK(&dice, 40000, 150000, 400000) : 0;
    }
    out->with_second = one_in(&dice, 3);
    out->dispatches = one_in(&dice, 6);
    if (out->dispatches) {
        out->memory_kind = TRM_MEMORY_DISCRETE;
        out->scatter = TRM_GL_SCATTER_ALWAYS;
        out->no_inline = false;
        out->overtaking = (sim_overtaking)PICK(&dice, SIM_NOTHING_OVERTAKES, SIM_UPDATES);
    }
}

static uint32_t draw_number(random_state *dice) {
    return (uint32_t)(random_next(dice) >> 20);
}

static size_t draw_kind(random_state *dice, const sim_setup *setup, unsigned total) {
    size_t left = random_below(dice, total), kind = 0;
    while (left >= sim_kind_weight(kind, setup)) {
        left -= sim_kind_weight(kind, setup);
        kind++;
    }
    return kind;
}

void sim_generate(sim_program *out, uint64_t seed, size_t count, int mode) {
    sim_setup_generate(&out->setup, seed, mode);
    sim_generate_steps(out, count);
}

void sim_generate_steps(sim_program *out, size_t count) {
    random_state dice = {out->setup.seed};
    unsigned total = 0;
    for (size_t kind = 0; kind < sim_kind_count(); kind++) {
        total += sim_kind_weight(kind, &out->setup);
    }
    out->count = count;
    out->steps = malloc((count > 0 ? count : 1) * sizeof *out->steps);
    if (out->steps == NULL) {
        abort();
    }
    const size_t subjects = 1 + random_below(&dice, 6);
    for (size_t i = 0; i < count; i++) {
        out->steps[i] = (sim_step){.kind = (uint8_t)draw_kind(&dice, &out->setup, total),
            .subject = (uint8_t)random_below(&dice, subjects),
            .a = draw_number(&dice),
            .b = draw_number(&dice),
            .c = draw_number(&dice)};
        if (i < 3 * subjects / 2) {
            out->steps[i].kind = 0; /* something to begin with */
        }
    }
}

void sim_program_free(sim_program *program) {
    free(program->steps);
    *program = (sim_program){0};
}
