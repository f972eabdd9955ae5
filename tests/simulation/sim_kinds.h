/* What a step can be: X(function, name, weight, when). The weight is per mille, roughly; `when`
 * says which setups have such steps. */
#ifndef TRIREME_TESTS_SIM_KINDS_H
#define TRIREME_TESTS_SIM_KINDS_H

#include "simulation/sim_world.h"

typedef enum sim_when {
    SIM_ALWAYS,
    SIM_WITH_FAULTS,
    SIM_WITH_LOSS,
    SIM_WITH_STALLS,
    SIM_WITH_SECOND
} sim_when;

#define SIM_KINDS(X)                                                                               \
    /* steps_buffer.c: what a program does to its buffers */                                       \
    X(create, "create", 40, SIM_ALWAYS)                                                            \
    X(destroy, "destroy", 12, SIM_ALWAYS)                                                          \
    X(range, "update_range", 130, SIM_ALWAYS)                                                      \
    X(indices, "update_indices", 90, SIM_ALWAYS)                                                   \
    X(full, "update_full", 20, SIM_ALWAYS)                                                         \
    X(write, "write", 25, SIM_ALWAYS)                                                              \
    X(mark, "mark", 30, SIM_ALWAYS)                                                                \
    X(set_data, "set_data", 15, SIM_ALWAYS)                                                        \
    X(send, "send_data", 60, SIM_ALWAYS)                                                           \
    X(resize, "resize", 15, SIM_ALWAYS)                                                            \
    X(draw_range, "set_draw_range", 10, SIM_ALWAYS)                                                \
    X(take_runs, "take_runs", 6, SIM_ALWAYS)                                                       \
    X(query, "query", 10, SIM_ALWAYS)                                                              \
    X(mistake, "mistake", 8, SIM_ALWAYS)                                                           \
    /* steps_device.c: frames */                                                                   \
    X(attach, "attach", 8, SIM_ALWAYS)                                                             \
    X(detach, "detach", 14, SIM_ALWAYS)                                                            \
    X(acquire, "acquire", 160, SIM_ALWAYS)                                                         \
    X(acquire_draw, "acquire and draw", 90, SIM_ALWAYS)                                            \
    X(try_acquire, "try_acquire", 30, SIM_ALWAYS)                                                  \
    X(bind, "bind", 40, SIM_ALWAYS)                                                                \
    X(draw, "draw", 60, SIM_ALWAYS)                                                                \
    X(elsewhere, "draw elsewhere", 8, SIM_ALWAYS)                                                  \
    X(gpu_write, "gpu write", 20, SIM_ALWAYS)                                                      \
    X(sync, "sync", 40, SIM_ALWAYS)                                                                \
    X(end_frame, "end_frame", 110, SIM_ALWAYS)                                                     \
    X(wait_idle, "wait_idle", 6, SIM_ALWAYS)                                                       \
    /* steps_moves.c: in-place writes, reading back, streams */                                    \
    X(write_begin, "write_begin", 30, SIM_ALWAYS)                                                  \
    X(write_end, "write_end", 35, SIM_ALWAYS)                                                      \
    X(read, "read", 20, SIM_ALWAYS)                                                                \
    X(poll, "poll", 15, SIM_ALWAYS)                                                                \
    X(stream, "stream", 30, SIM_ALWAYS)                                                            \
    /* steps_world.c: the rest of the world */                                                     \
    X(interrupt, "interrupt", 25, SIM_ALWAYS)                                                      \
    X(swap, "swap", 15, SIM_ALWAYS)                                                                \
    X(gpu_step, "gpu step", 30, SIM_ALWAYS)                                                        \
    X(gpu_fences, "gpu fences", 20, SIM_ALWAYS)                                                    \
    X(stall, "stall", 12, SIM_WITH_STALLS)                                                         \
    X(resume, "resume", 20, SIM_WITH_STALLS)                                                       \
    X(fail_call, "fail a call", 30, SIM_WITH_FAULTS)                                               \
    X(fail_memory, "fail an allocation", 20, SIM_WITH_FAULTS)                                      \
    X(lose, "lose the context", 12, SIM_WITH_LOSS)                                                 \
    X(renew, "renew the device", 3, SIM_ALWAYS)                                                    \
    /* by age from here on: the fuzzer knows kinds by number */                                    \
    X(extreme, "extreme", 15, SIM_ALWAYS)                                                          \
    X(part, "part", 20, SIM_ALWAYS)                                                                \
    X(switch, "switch", 30, SIM_WITH_SECOND)                                                       \
    X(move, "move", 20, SIM_WITH_SECOND)                                                           \
    X(foreign, "foreign", 15, SIM_WITH_SECOND)                                                     \
    X(report, "report", 3, SIM_ALWAYS)                                                             \
    X(restore, "restore", 20, SIM_WITH_LOSS)                                                       \
    X(many, "update_many", 20, SIM_ALWAYS)                                                         \
    X(scattered, "scatter edits", 40, SIM_ALWAYS)

#define SIM_DECLARE(function, name, weight, when)                                                  \
    void sim_step_##function(sim_world *world, sim_subject *s, const sim_step *step);
SIM_KINDS(SIM_DECLARE)
#undef SIM_DECLARE

void sim_execute(sim_world *world, const sim_step *step);

#endif
