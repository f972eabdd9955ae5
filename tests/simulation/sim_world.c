/* The GPU, the device, and the end of a program. */
#include "simulation/sim_world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/sim_clock.h"
#include "support/scatter_kernel.h"

#define WAIT_NS UINT64_C(50000000)

void sim_fail(sim_world *world, const char *format, ...) {
    va_list arguments;
    if (world->report->failed) {
        return;
    }
    world->report->failed = true;
    world->report->step = world->step;
    va_start(arguments, format);
    vsnprintf(world->report->text, sizeof world->report->text, format, arguments);
    va_end(arguments);
}

void sim_note(sim_world *world, const char *format, ...) {
    va_list arguments;
    world->noted = true;
    if (world->trace) {
        printf("  %4lu  ", (unsigned long)world->step);
        va_start(arguments, format);
        vprintf(format, arguments);
        va_end(arguments);
        putchar('\n');
    }
}

/* Loaded once: the functions act on whichever gpu is current. */
static GladGLContext functions;

const GladGLContext *sim_gl(void) {
    return &functions;
}

/* --- The loader, with a memory: a device asks for hundreds of names, and they never change. They
 * are literals, the same for every device: so their addresses will do. */

#define NAMES 4096

typedef struct known_name {
    const char *name;
    trm_gl_proc proc;
} known_name;

static void trap(void) {
    fprintf(stderr, "simulate: a function of GL that the strict GPU does not have\n");
    abort();
}

static trm_gl_proc find_proc(void *user, const char *name) {
    const trm_gl_proc proc = strict_gpu_get_proc(user, name);
    /* Its own traps belong to one gpu. */
    return proc != NULL && strict_gpu_failures_of(name) == 0 ? trap
                                                             : sim_interrupt_wrap(name, proc);
}

static trm_gl_proc get_proc(void *user, const char *name) {
    static known_name known[NAMES];
    known_name *entry = &known[((uintptr_t)name * 2654435769u >> 8) % NAMES];
    while (entry->name != NULL && entry->name != name) {
        entry = entry + 1 < known + NAMES ? entry + 1 : known;
    }
    if (entry->name == NULL) {
        *entry = (known_name){name, find_proc(user, name)};
    }
    return entry->proc;
}

/* --- The GPU */

void sim_open_gpu(sim_world *world) {
    const sim_setup *setup = &world->setup;
    const bool finer = world->here->generation % 2 != 0;
    const strict_gpu_desc desc = {.mode = setup->mode,
        .policy = setup->policy,
        .reorder = setup->reorder,
        .seed = setup->seed + (uint64_t)(world->here - world->contexts),
        .progress = setup->progress,
        .memory_limit = setup->memory_limit,
        .no_robustness = setup->no_robustness,
        .status_once = setup->seed % 3 == 1,
        .max_storage_nbytes = setup->max_storage,
        .quirk_copies_overtake_storage_reads = setup->overtaking == SIM_COPIES,
        .quirk_updates_overtake_storage_reads = setup->overtaking == SIM_UPDATES,
        .record_calls = world->plan.names != NULL,
        .map_skew = setup->map_skew,
        .uniform_alignment = finer ? 64 : 0,
        .storage_alignment = finer ? 32 : 0,
        .texel_alignment = finer ? 16 : 0};
    world->here->gpu = strict_gpu_create(&desc);
    strict_gpu_make_current(world->here->gpu);
    sim_clock_follow(world->here->gpu);
    scatter_kernel_register(world->here->gpu);
    if (functions.CreateBuffers == NULL &&
        gladLoadGLContext(&functions, strict_gpu_current_proc) == 0) {
        abort();
    }
    world->here->stalled = world->here->lost = world->here->told = world->here->bound = false;
    world->here->lost_for = 0;
}

/* Tasks in another order than they were cut in. */
static void backwards(
    void *user, size_t count, void (*task)(void *context, size_t index), void *context) {
    (void)user;
    while (count-- > 0) {
        task(context, count);
    }
}

void sim_describe_device(sim_world *world, trm_gl_device_desc *out) {
    static const uint32_t quirks[] = {
        0, TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE, TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE};
    const sim_setup *setup = &world->setup;
    *out = (trm_gl_device_desc){.get_proc_address = get_proc,
        .user = world->here->gpu,
        .quirks_on = quirks[setup->overtaking] |
                     (setup->seed % 5 < 2 ? (uint32_t)TRM_GL_QUIRK_SLOW_FENCES : 0),
        .scatter = (trm_gl_scatter_mode)((setup->scatter + world->here->generation) % 3),
        .device = {.region_count = setup->regions,
            .staging_nbytes = setup->staging_nbytes,
            .budget_nbytes = setup->budget_nbytes,
            .wait_timeout_ns = WAIT_NS,
            .no_flush = setup->no_flush,
            .no_inline = setup->no_inline,
            .no_pages = setup->no_pages,
            .explicit_sync = setup->explicit_sync,
            .memory_kind = setup->memory_kind,
            .staging_limit_nbytes = setup->seed % 3 == 0 ? setup->staging_nbytes : 0,
            .idle_frames = setup->seed % 4 == 1   ? 1
                           : setup->seed % 4 == 2 ? 4
                                                  : 0,
            .parallel_for = setup->seed % 2 == 0 ? backwards : NULL,
            .label = "simulation",
            .allocator = sim_memory_allocator(&world->memory)}};
    /* Who is told of each copy has them made the long way round (slot.c). */
    sim_watch_device(&world->watch, &out->device, (setup->seed >> 3) % 2 == 0);
}

trm_result sim_open_device(sim_world *world) {
    trm_gl_device_desc desc;
    sim_describe_device(world, &desc);
    sim_enter(world);
    const trm_result result = trm_gl_device_create(&desc, &world->here->device);
    sim_leave(world, "device_create", result, SIM_OK,
        SIM_MAY(TRM_ERROR_OUT_OF_MEMORY) | SIM_MAY(TRM_ERROR_UNSUPPORTED));
    if ((result == TRM_OK) != (world->here->device != NULL)) {
        sim_fail(world, "device_create: %s, and %s device", trm_result_string(result),
            world->here->device != NULL ? "a" : "no");
    }
    world->here->stream_lost = false;
    world->here->state = strict_gpu_state_hash(world->here->gpu);
    world->here->frames = world->here->idle_to = 0;
    return result;
}

/* A fault that it was in the way of is gone the second time. */
static void open_context(sim_world *world) {
    sim_open_gpu(world);
    if (sim_open_device(world) != TRM_OK && !world->report->failed && !world->here->lost) {
        sim_open_device(world);
    }
}

void sim_go(sim_world *world, sim_context *to) {
    if (world->here == to) {
        return;
    }
    world->here = to;
    if (to->gpu == NULL) {
        open_context(world);
    } else {
        strict_gpu_make_current(to->gpu);
        sim_clock_follow(to->gpu);
    }
}

bool sim_is_away(const sim_world *world, const sim_subject *s) {
    return s->home != NULL && s->home != world->here;
}

void sim_world_open(sim_world *world, const sim_program *program, const sim_fault *fault) {
    world->setup = program->setup;
    world->here = world->contexts;
    world->planned = fault != NULL;
    if (fault != NULL) {
        world->plan = *fault;
        world->fault_left = fault->nth_call;
        world->fault_way = fault->way;
        atomic_store(&world->memory.fail_at, fault->nth_allocation);
    }
    open_context(world);
}

/* --- New devices */

static void forget_store(sim_world *world, sim_subject *s) {
    trm_buffer_info info;
    if (s->buffer == NULL || world->here->device == NULL ||
        trm_device_buffer_info(world->here->device, s->buffer, &info) != TRM_OK) {
        return;
    }
    if (trm_device_detach(world->here->device, s->buffer) != TRM_OK) {
        sim_fail(world, "detach: refused");
    }
    sim_detached(s);
}

/* A device that knows of the loss leaves GL alone. */
static void close_device(sim_world *world) {
    const uint64_t calls = strict_gpu_calls(world->here->gpu, NULL);
    if (world->here->lost) {
        trm_device_lost(world->here->device);
    }
    trm_device_destroy(world->here->device);
    world->here->device = NULL;
    if (world->here->lost && strict_gpu_calls(world->here->gpu, NULL) != calls) {
        sim_fail(world, "device_destroy: calls of GL after a loss");
    }
}

void sim_renew(sim_world *world) {
    const bool lost = world->here->lost;
    if (!lost) {
        sim_end_writes(world);
    }
    sim_draw_all_held(world);
    sim_forget_readings(world);
    world->here->stream = NULL; /* goes with its device */
    if (lost) {
        trm_device_lost(world->here->device);
    }
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        forget_store(world, &world->subjects[i]);
    }
    close_device(world);
    world->here->told = world->here->lost = false;
    if (lost) {
        sim_forget_draws(world);
        strict_gpu_destroy(world->here->gpu);
        open_context(world);
    } else if (sim_open_device(world) != TRM_OK && !world->here->lost) {
        sim_open_device(world);
    }
}

/* --- The end */

/* With the troubles gone, every buffer shows what it should. */
static void show_all(sim_world *world) {
    for (size_t i = 0; i < SIM_SUBJECTS && !world->report->failed; i++) {
        sim_subject *s = &world->subjects[i];
        if (s->buffer != NULL && !sim_is_away(world, s)) {
            sim_acquire(world, s, false);
            sim_draw_held(world, s, false);
        }
    }
}

static void settle(sim_world *world) {
    if (world->here->lost) {
        (world->setup.seed % 2 == 0 ? sim_renew(world) : sim_restore(world, false));
    }
    strict_gpu_set_policy(world->here->gpu, STRICT_ON_WAIT);
    world->here->stalled = false;
    sim_end_writes(world);
    sim_draw_all_held(world);
    sim_sync(world);
    show_all(world);
    if (!world->report->failed) {
        sim_end_frame(world);
    }
    if (!world->report->failed) {
        trm_device_wait_idle(world->here->device, UINT64_MAX);
        sim_check_readings(world);
    }
    sim_forget_readings(world);
}

static void destroy_all(sim_world *world) {
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        sim_subject *s = &world->subjects[i];
        if (s->home != NULL) {
            sim_go(world, s->home);
        }
        if (s->buffer != NULL && trm_buffer_destroy(s->buffer) != TRM_OK) {
            sim_fail(world, "destroy: refused");
        }
        sim_subject_free(s);
    }
}

static void check_remains(sim_world *world) {
    strict_gpu *gpu = world->here->gpu;
    if (strict_gpu_live_buffers(gpu) + strict_gpu_live_fences(gpu) + strict_gpu_live_programs(gpu) >
        0) {
        sim_fail(world, "%lu buffers, %lu fences and %lu programs remain",
            (unsigned long)strict_gpu_live_buffers(gpu), (unsigned long)strict_gpu_live_fences(gpu),
            (unsigned long)strict_gpu_live_programs(gpu));
    }
    strict_gpu_drain(gpu);
    sim_check_draws(world, true);
    if (strict_gpu_memory(gpu) > 0) {
        sim_fail(world, "%lu bytes of GPU memory remain", (unsigned long)strict_gpu_memory(gpu));
    }
    if (sim_gl()->GetError() != GL_NO_ERROR && !world->report->hit) {
        sim_fail(world, "GL has an error");
    }
    if (!world->report->failed && strict_gpu_audit(gpu) > 0) {
        sim_fail(world, "%s", strict_gpu_violation(gpu, 0));
    }
}

static void check_memory(sim_world *world) {
    if (atomic_load(&world->memory.live_nbytes) > 0) {
        sim_fail(world, "%lu bytes of host memory remain",
            (unsigned long)atomic_load(&world->memory.live_nbytes));
    }
    if (atomic_load(&world->memory.corrupt)) {
        sim_fail(world, "memory came back with another size");
    }
}

/* The next context that was opened, from NULL; made current. */
static bool next_context(sim_world *world, sim_context **context) {
    sim_context *next = *context == NULL ? world->contexts : *context + 1;
    if (next == world->contexts + SIM_CONTEXTS || next->gpu == NULL) {
        return false;
    }
    sim_go(world, next);
    *context = next;
    return true;
}

static void settle_all(sim_world *world) {
    world->report->gl_calls = world->calls_made;
    world->report->allocations = atomic_load(&world->memory.allocations);
    world->fault_left = 0;
    atomic_store(&world->memory.fail_at, 0);
    for (sim_context *at = NULL; !world->report->failed && next_context(world, &at);) {
        settle(world);
        if (!world->report->failed && !at->bound && strict_gpu_state_hash(at->gpu) != at->state) {
            sim_fail(world, "bindings have changed");
        }
    }
}

void sim_world_close(sim_world *world) {
    settle_all(world);
    if (world->report->failed) {
        return;
    }
    destroy_all(world);
    for (sim_context *at = NULL; next_context(world, &at);) {
        close_device(world);
        check_remains(world);
    }
    check_memory(world);
}

void sim_world_drop(sim_world *world) {
    for (sim_context *at = NULL; world->report->failed && next_context(world, &at);) {
        trm_device_lost(at->device);
        sim_forget_readings(world);
    }
    destroy_all(world);
    for (sim_context *at = NULL; next_context(world, &at);) {
        trm_device_destroy(at->device);
        sim_forget_draws(world);
        strict_gpu_destroy(at->gpu);
        *at = (sim_context){0};
    }
    sim_clock_follow(NULL);
}
