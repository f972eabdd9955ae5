#include "simulation/sim_kinds.h"

#include <stdio.h>

typedef struct kind_row {
    void (*execute)(sim_world *world, sim_subject *s, const sim_step *step);
    const char *name;
    unsigned weight;
    sim_when when;
} kind_row;

#define SIM_ROW(function, name, weight, when) {sim_step_##function, name, weight, when},
static const kind_row kinds[] = {SIM_KINDS(SIM_ROW)};
#undef SIM_ROW
#define KINDS (sizeof kinds / sizeof kinds[0])

size_t sim_kind_count(void) {
    return KINDS;
}

const char *sim_kind_name(size_t kind) {
    return kinds[kind].name;
}

unsigned sim_kind_weight(size_t kind, const sim_setup *setup) {
    const bool wanted[] = {[SIM_ALWAYS] = true,
        [SIM_WITH_FAULTS] = setup->with_faults,
        [SIM_WITH_LOSS] = setup->with_loss,
        [SIM_WITH_STALLS] = setup->with_stalls,
        [SIM_WITH_SECOND] = setup->with_second};
    const bool often = setup->dispatches && kinds[kind].execute == sim_step_scattered;
    return wanted[kinds[kind].when] ? kinds[kind].weight * (often ? 10 : 1) : 0;
}

void sim_execute(sim_world *world, const sim_step *step) {
    const kind_row *row = &kinds[step->kind % KINDS];
    row->execute(world, &world->subjects[step->subject % SIM_SUBJECTS], step);
}

void sim_setup_print(const sim_setup *s) {
    static const char *const policies[] = {"manual", "on wait", "on poll", "random"};
    static const char *const reorders[] = {"always", "random", "in order"};
    static const char *const kinds_of_memory[] = {"auto", "discrete", "unified", "software"};
    static const char *const overtaking[] = {"", ", copies overtake", ", updates overtake"};
    static const char *const scatters[] = {"auto", "never", "always"};
    printf("  %s, gpu moves %s (%u/256), reorders %s, %u regions, ring %lu, budget %lu, memory "
           "%lu, %s memory, scatter %s%s%s%s%s%s%s%s%s%s%s%s%s%s\n",
        s->mode == STRICT_FLUSHED ? "flushed" : "eager", policies[s->policy], s->progress,
        reorders[s->reorder], (unsigned)s->regions, (unsigned long)s->staging_nbytes,
        (unsigned long)s->budget_nbytes, (unsigned long)s->memory_limit,
        kinds_of_memory[s->memory_kind], scatters[s->scatter], s->no_flush ? ", no flush" : "",
        s->no_inline ? ", no inline" : "", s->no_pages ? ", no pages" : "",
        s->explicit_sync ? ", explicit sync" : "", overtaking[s->overtaking],
        s->no_robustness ? ", no robustness" : "", s->map_skew != 0 ? ", skewed" : "",
        s->max_storage != 0 ? ", small blocks" : "", s->with_faults ? ", faults" : "",
        s->with_loss ? ", losses" : "", s->with_stalls ? ", stalls" : "",
        s->with_second ? ", two devices" : "", s->dispatches ? ", dispatches" : "");
}
