/* Real threads: editors write between two syncs (a lock stands for a program's own discipline) and
 * mark whenever they like, replace arrays and send, while the main thread runs frames and, now and
 * then, loses its context. Every draw is compared; in doubt are only items between their write and
 * the end of the call that marks them.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/sim_world.h"

#define EDITORS 3
#define FRAMES  60

typedef struct arena arena;

typedef struct editor {
    arena *arena;
    pthread_t thread;
    random_state dice;
    size_t subject; /* of what is in doubt now */
    sim_loose owed; /* count 0: nothing */
    size_t own;     /* the buffer whose array it may replace, or that it sends into */
} editor;

struct arena {
    sim_world world;
    pthread_mutex_t lock; /* over arrays, what is owed, and `over` */
    editor editors[EDITORS];
    bool over;
};

/* A failure here is the main thread's to tell; an editor has nobody to tell it to. */
static void demand(trm_result result) {
    if (result != TRM_OK) {
        fprintf(stderr, "simulate: an edit says %s\n", trm_result_string(result));
        abort();
    }
}

static void owe(editor *e, size_t subject, size_t first, size_t count) {
    e->subject = subject;
    e->owed = (sim_loose){first, count};
}

/* --- The editors */

static void edit(editor *e, size_t index) {
    arena *a = e->arena;
    sim_subject *s = &a->world.subjects[index];
    const size_t first = random_below(&e->dice, s->nitems), left = s->nitems - first;
    const size_t count = 1 + random_below(&e->dice, left < 40 ? left : 40);
    uint32_t indices[40];
    pthread_mutex_lock(&a->lock);
    for (size_t i = 0; i < count; i++) {
        indices[i] = (uint32_t)(first + i);
        sim_scribble(
            s->array + (first + i) * s->stride, s->itemsize, (uint32_t)random_next(&e->dice));
    }
    owe(e, index, first, count);
    pthread_mutex_unlock(&a->lock);
    const size_t other = EDITORS + random_below(&e->dice, SIM_SUBJECTS - EDITORS);
    trm_buffer *const both[] = {a->world.subjects[other].buffer, s->buffer};
    switch (random_below(&e->dice, 3)) {
    case 0:
        demand(trm_buffer_update_range(s->buffer, first, count));
        break;
    case 1:
        demand(trm_buffer_update_indices(s->buffer, indices, count));
        break;
    default:
        demand(trm_buffer_update_many(both, 2));
    }
    pthread_mutex_lock(&a->lock);
    owe(e, index, 0, 0);
    pthread_mutex_unlock(&a->lock);
}

/* Only the owner replaces an array; others may be writing into it. */
static void replace(editor *e) {
    arena *a = e->arena;
    sim_subject *s = &a->world.subjects[e->own];
    pthread_mutex_lock(&a->lock);
    unsigned char *old = s->array, *fresh = malloc(sim_array_nbytes(s));
    if (fresh == NULL) {
        abort();
    }
    memcpy(fresh, old, sim_array_nbytes(s));
    sim_scribble(fresh, s->itemsize, (uint32_t)random_next(&e->dice));
    s->array = fresh;
    owe(e, e->own, 0, s->nitems);
    pthread_mutex_unlock(&a->lock);
    demand(trm_buffer_set_data(s->buffer, fresh, sim_nbytes(s), s->stride));
    memset(old, 0xdd, sim_array_nbytes(s));
    free(old);
    pthread_mutex_lock(&a->lock);
    owe(e, e->own, 0, 0);
    pthread_mutex_unlock(&a->lock);
}

/* The model of such a buffer is its array: what was sent so far. */
static void send(editor *e) {
    arena *a = e->arena;
    unsigned char bytes[1200];
    sim_subject *s = &a->world.subjects[e->own];
    const size_t most = sizeof bytes / s->itemsize;
    const size_t first = random_below(&e->dice, s->nitems), left = s->nitems - first;
    const size_t count = 1 + random_below(&e->dice, left < most ? left : most);
    sim_scribble(bytes, count * s->itemsize, (uint32_t)random_next(&e->dice));
    pthread_mutex_lock(&a->lock);
    memcpy(s->sent + first * s->itemsize, bytes, count * s->itemsize);
    owe(e, e->own, first, count);
    pthread_mutex_unlock(&a->lock);
    demand(trm_buffer_send_data(s->buffer, first, bytes, count * s->itemsize));
    pthread_mutex_lock(&a->lock);
    owe(e, e->own, 0, 0);
    pthread_mutex_unlock(&a->lock);
}

static bool is_over(arena *a) {
    pthread_mutex_lock(&a->lock);
    const bool over = a->over;
    pthread_mutex_unlock(&a->lock);
    return over;
}

static void *work(void *argument) {
    editor *e = argument;
    while (!is_over(e->arena)) {
        const size_t shared = random_below(&e->dice, SIM_SUBJECTS - EDITORS);
        switch (random_below(&e->dice, 8)) {
        case 0:
            if (e->arena->world.subjects[e->own].has_data) {
                replace(e);
            }
            break;
        case 1:
        case 2:
            if (e->arena->world.subjects[e->own].has_data) {
                edit(e, e->own);
            } else {
                send(e);
            }
            break;
        default:
            edit(e, EDITORS + shared);
        }
    }
    return NULL;
}

/* --- The main thread */

/* All items of a subject that are in doubt, as one range. */
static sim_loose hull(const arena *a, size_t index) {
    size_t first = SIZE_MAX, end = 0;
    for (size_t i = 0; i < EDITORS; i++) {
        const editor *e = &a->editors[i];
        if (e->owed.count > 0 && e->subject == index) {
            first = e->owed.first < first ? e->owed.first : first;
            end = e->owed.first + e->owed.count > end ? e->owed.first + e->owed.count : end;
        }
    }
    return end > 0 ? (sim_loose){first, end - first} : (sim_loose){0, 0};
}

static void show(arena *a, size_t index) {
    sim_world *world = &a->world;
    sim_subject *s = &world->subjects[index];
    trm_gl_span span;
    s->owed = hull(a, index);
    if (s->has_data) {
        sim_mark_all(s);
        sim_uploaded(s);
    } else {
        memset(s->sent_mask, 1, sim_nbytes(s));
        s->sent_nbytes = sim_nbytes(s);
        sim_uploaded(s);
        s->loose = s->owed;
    }
    const trm_result result = trm_gl_acquire(world->here->device, s->buffer, &span);
    if (result != TRM_OK) {
        sim_fail(world, "acquire #%lu: %s", (unsigned long)index, trm_result_string(result));
        return;
    }
    sim_hold(world, s, &span);
}

static void run_frame(arena *a) {
    sim_world *world = &a->world;
    pthread_mutex_lock(&a->lock);
    if (trm_device_sync(world->here->device) != TRM_OK) {
        sim_fail(world, "sync: failed");
    }
    for (size_t i = 0; i < SIM_SUBJECTS && !world->report->failed; i++) {
        show(a, i);
    }
    pthread_mutex_unlock(&a->lock);
    sim_draw_all_held(world);
    if (trm_device_end_frame(world->here->device) != TRM_OK) {
        sim_fail(world, "end_frame: failed");
    }
    sim_check_draws(world, false);
}

/* The device goes on with another context, while the editors go on. What only the GPU had is sent
 * again. */
static void lose(arena *a, bool early) {
    sim_world *world = &a->world;
    strict_gpu_lose(world->here->gpu, GL_INNOCENT_CONTEXT_RESET);
    world->here->lost = true;
    trm_device_lost(world->here->device);
    if (trm_device_sync(world->here->device) != TRM_ERROR_DEVICE_LOST) {
        sim_fail(world, "sync: on a lost device");
    }
    sim_restore(world, early);
    pthread_mutex_lock(&a->lock);
    for (size_t i = 0; i < EDITORS; i++) {
        sim_subject *s = &world->subjects[i];
        if (!s->has_data) {
            demand(trm_buffer_send_data(s->buffer, 0, s->sent, sim_nbytes(s)));
        }
    }
    pthread_mutex_unlock(&a->lock);
}

/* Buffers that several editors share, and one of each editor's own. */
static void open_subject(sim_world *world, size_t index, random_state *dice) {
    const bool sends = index < EDITORS && random_below(dice, 3) == 0;
    sim_subject *s = &world->subjects[index];
    bool suits = false;
    while (!suits) {
        const sim_step step = {.a = (uint32_t)random_next(dice),
            .b = (uint32_t)random_next(dice),
            .c = (uint32_t)random_next(dice)};
        sim_subject_open(world, index, &step);
        suits = s->has_data != sends && (s->usage & TRM_USAGE_GPU_WRITE) == 0 &&
                !(sends && s->placement == TRM_PLACEMENT_MAPPED);
        if (!suits) {
            demand(trm_buffer_destroy(s->buffer));
            sim_subject_free(s);
        }
    }
    demand(trm_device_attach(world->here->device, s->buffer));
    if (sends) {
        demand(trm_buffer_send_data(s->buffer, 0, s->sent, sim_nbytes(s)));
    }
}

static void open_arena(arena *a, uint64_t seed, sim_report *report) {
    random_state dice = {seed};
    sim_program program = {0};
    sim_setup_generate(&program.setup, seed, -1);
    program.setup.with_faults = program.setup.with_loss = program.setup.with_stalls = false;
    program.setup.budget_nbytes = program.setup.memory_limit = 0;
    *a = (arena){.world = {.report = report}};
    pthread_mutex_init(&a->lock, NULL);
    sim_world_open(&a->world, &program, NULL);
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        open_subject(&a->world, i, &dice);
    }
    for (size_t i = 0; i < EDITORS; i++) {
        editor *e = &a->editors[i];
        *e = (editor){.arena = a, .dice = {seed * 8 + i}, .own = i};
        if (pthread_create(&e->thread, NULL, work, e) != 0) {
            abort();
        }
    }
}

static void close_arena(arena *a) {
    pthread_mutex_lock(&a->lock);
    a->over = true;
    pthread_mutex_unlock(&a->lock);
    for (size_t i = 0; i < EDITORS; i++) {
        pthread_join(a->editors[i].thread, NULL);
    }
    if (!a->world.report->failed) {
        run_frame(a); /* nothing is in doubt any more */
        strict_gpu_drain(a->world.here->gpu);
        sim_check_draws(&a->world, true);
    }
    if (!a->world.report->failed && strict_gpu_audit(a->world.here->gpu) > 0) {
        sim_fail(&a->world, "%s", strict_gpu_violation(a->world.here->gpu, 0));
    }
    sim_world_drop(&a->world);
    pthread_mutex_destroy(&a->lock);
}

int sim_threads(uint64_t seed, size_t rounds) {
    uint64_t compared = 0;
    arena *a = malloc(sizeof *a);
    if (a == NULL) {
        abort();
    }
    for (size_t round = 0; round < rounds; round++) {
        sim_report report = {0};
        open_arena(a, seed + round, &report);
        for (size_t i = 0; i < FRAMES && !report.failed; i++) {
            a->world.step = i;
            if (i % 16 == 15 && (seed + round) % 2 == 0) {
                lose(a, i % 32 == 15);
            }
            run_frame(a);
        }
        close_arena(a);
        compared += report.compared;
        if (report.failed) {
            printf("threads, seed %lu, frame %lu: %s\n", (unsigned long)(seed + round),
                (unsigned long)report.step, report.text);
            free(a);
            return 1;
        }
    }
    free(a);
    printf("%lu rounds of %d threads: %lu draws compared\n", (unsigned long)rounds, EDITORS,
        (unsigned long)compared);
    return 0;
}
