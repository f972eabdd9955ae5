#include "app_impl.h"
#include "memory.h"

#define SAY_EVERY    10.0 /* seconds */
#define WARM_UP      0.25 /* of the time; likewise the last part */
#define LAST_PART    0.25
#define MOST_FRAMES  24u                  /* from one change to the next */
#define TOLERANCE    (UINT64_C(16) << 20) /* bytes that memory may grow by */
#define MIB(nbytes)  ((double)(nbytes) / 1048576.0)
#define COUNT(value) ((unsigned long long)(value))

static const char *const placements[] = {[TRM_PLACEMENT_AUTO] = "auto",
    [TRM_PLACEMENT_MAPPED] = "mapped",
    [TRM_PLACEMENT_DEVICE] = "device"};

#define PLACEMENTS (sizeof placements / sizeof placements[0])

/* A Weyl sequence through a mixing function. */
static uint64_t draw_below(demo_soak *soak, uint64_t bound) {
    uint64_t mixed = soak->random += UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
    mixed = (mixed ^ mixed >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return (mixed ^ mixed >> 32) % bound;
}

static uint64_t count_mismatches(const demo_app *app) {
    return app->mismatches + app->verify.mismatches;
}

void demo_soak_start(demo_app *app) {
    const demo_options *options = app->options;

    app->soak =
        (demo_soak){.random = options->soak_seed, .points = app->env.points, .start = demo_now()};
    printf("soak: %g seconds, up to %zu points, seed %llu\n", options->soak, app->soak.points,
        COUNT(options->soak_seed));
}

/* --- Memory */

static void note(demo_soak_memory *memory, uint64_t nbytes, double part) {
    if (part < WARM_UP && nbytes > memory->warm)
        memory->warm = nbytes;
    if (part >= 1.0 - LAST_PART && (memory->last == 0 || nbytes < memory->last))
        memory->last = nbytes;
    if (nbytes > memory->largest)
        memory->largest = nbytes;
}

static void sample(demo_app *app, double seconds) {
    const demo_options *options = app->options;
    double part = options->frames > 0 ? (double)app->clock.tick.frame / (double)options->frames
                                      : seconds / options->soak;
    trm_stats stats;

    trm_device_stats(app->env.device, &stats);
    note(&app->soak.resident, demo_memory_resident(), part);
    note(&app->soak.gpu, stats.mapped_nbytes + stats.device_nbytes + stats.staging_nbytes, part);
}

static bool judge(const char *name, const demo_soak_memory *memory) {
    bool grew = memory->last > memory->warm + TOLERANCE;

    if (memory->largest == 0)
        printf("soak: %s memory: unknown\n", name);
    else
        printf("soak: %s memory: %.1f MiB after the warm-up, %.1f at the end, at most %.1f%s\n",
            name, MIB(memory->warm), MIB(memory->last), MIB(memory->largest),
            grew ? ": it grows" : "");
    return !grew;
}

/* --- Changes */

static bool vary(demo_app *app) {
    demo_soak *soak = &app->soak;
    demo_scene_env *env = &app->env;
    uint64_t least = soak->points / 2;

    if (soak->change > 0 && draw_below(soak, 3) == 0) {
        env->placement = (trm_placement)(((unsigned)env->placement + 1) % PLACEMENTS);
        soak->moves++;
    } else {
        env->points = (size_t)(least + 1 + draw_below(soak, soak->points - least));
        soak->resizes++;
    }
    soak->change = app->clock.tick.frame + 1 + draw_below(soak, MOST_FRAMES);
    return app->type->ops->vary(app->scene, env, app->clock.tick.time) &&
           demo_app_take_subjects(app);
}

static void say(demo_app *app, double seconds) {
    const demo_soak *soak = &app->soak;
    trm_stats stats;

    trm_device_stats(app->env.device, &stats);
    printf("soak: %4.0f s, %llu frames, %llu resizes, %llu moves, now %s and %zu points, "
           "%llu mismatches, %.1f MiB resident, %.1f on the GPU\n",
        seconds, COUNT(stats.frames), COUNT(soak->resizes), COUNT(soak->moves),
        placements[app->env.placement], app->env.points, COUNT(count_mismatches(app)),
        MIB(demo_memory_resident()),
        MIB(stats.mapped_nbytes + stats.device_nbytes + stats.staging_nbytes));
    fflush(stdout);
}

bool demo_soak_step(demo_app *app) {
    demo_soak *soak = &app->soak;
    double seconds = demo_now() - soak->start;

    sample(app, seconds);
    if (seconds - soak->spoken >= SAY_EVERY) {
        soak->spoken = seconds;
        say(app, seconds);
    }
    if (seconds >= app->options->soak)
        app->leaving = true;
    return app->clock.tick.frame < soak->change || vary(app);
}

bool demo_soak_conclude(const demo_app *app) {
    const demo_soak *soak = &app->soak;
    bool flat;

    printf("soak: %llu resizes, %llu moves, %llu frames compared, %llu mismatches\n",
        COUNT(soak->resizes), COUNT(soak->moves), COUNT(app->verified), COUNT(app->mismatches));
    flat = judge("resident", &soak->resident);
    flat = judge("GPU", &soak->gpu) && flat;
    printf("soak: memory is %s (%.0f MiB are tolerated)\n", flat ? "flat" : "not flat",
        MIB(TOLERANCE));
    return flat;
}
