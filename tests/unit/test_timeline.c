/* Frames and fences, on a backend whose GPU does what the test says. */
#include "unit.h"

#include "core/timeline.h"

#include <string.h>

/* Fences are numbered from 1; the GPU has passed those up to `passed`. */
typedef struct fake_gpu {
    trm_fence inserted;
    trm_fence passed;
    trm_fence held; /* one that has not passed, whatever the others did */
    size_t alive;
    size_t polls;
    size_t waits;
    size_t submits;
    trm_fence submitted;  /* the newest one that has left the CPU */
    bool refuse;          /* fence_insert returns 0 */
    bool lost;            /* fence_wait returns DEVICE_LOST */
    trm_fence pass_after; /* waits (not polls) let fences up to this one pass ... */
    size_t patience;      /* ... after so many */
    bool for_reads[8000]; /* of each fence */
    trm_fence seen;       /* the newest of those that was seen to have passed */
} fake_gpu;

static fake_gpu gpu;
static trm_stats stats;
static trm_backend backend;
static trm_timeline timeline;

static trm_fence fence_insert(void *self) {
    fake_gpu *g = self;
    if (g->refuse)
        return 0;
    g->alive++;
    return ++g->inserted;
}

static trm_fence fence_insert_for(void *self, bool for_reads) {
    trm_fence fence = fence_insert(self);
    if (fence)
        gpu.for_reads[fence] = for_reads;
    return fence;
}

static void fence_destroy(void *self, trm_fence fence) {
    fake_gpu *g = self;
    ck_assert(fence > 0 && fence <= g->inserted);
    ck_assert_uint_gt(g->alive, 0);
    g->alive--;
}

static trm_result fence_wait(void *self, trm_fence fence, uint64_t timeout_ns) {
    fake_gpu *g = self;
    ck_assert(fence > 0 && fence <= g->inserted);
    if (timeout_ns == 0)
        g->polls++;
    else if (g->waits++ >= g->patience && g->passed < g->pass_after)
        g->passed = g->pass_after;
    if (g->lost)
        return TRM_ERROR_DEVICE_LOST;
    if (fence > g->passed || fence == g->held)
        return TRM_NOT_READY;
    if (g->for_reads[fence] && fence > g->seen)
        g->seen = fence;
    return TRM_OK;
}

static void submit(void *self) {
    fake_gpu *g = self;
    g->submits++;
    g->submitted = g->inserted;
}

static void setup(void) {
    gpu = (fake_gpu){0};
    stats = (trm_stats){0};
    backend = (trm_backend){.self = &gpu,
        .fence_insert = fence_insert_for,
        .fence_destroy = fence_destroy,
        .fence_wait = fence_wait,
        .submit = submit};
    trm_timeline_init(&timeline, &backend, &stats);
}

static void teardown(void) {
    trm_timeline_destroy(&timeline, false);
    ck_assert_uint_eq(gpu.alive, 0);
}

static uint64_t used_frame(void) {
    uint64_t serial = trm_timeline_use(&timeline);
    trm_timeline_end_frame(&timeline);
    return serial;
}

START_TEST(one_fence_for_each_used_frame) {
    uint64_t last = 0;
    for (size_t frame = 1; frame <= 10; frame++) {
        uint64_t serial = used_frame();
        ck_assert_uint_gt(serial, last);
        ck_assert_uint_eq(trm_timeline_use(&timeline), serial + 1);
        trm_timeline_use(&timeline);
        last = serial;
        ck_assert_uint_eq(gpu.inserted, frame);
        ck_assert_uint_eq(stats.fences, frame);
    }
}
END_TEST

START_TEST(no_fence_for_an_unused_frame) {
    for (int frame = 0; frame < 5; frame++)
        trm_timeline_end_frame(&timeline);
    ck_assert_uint_eq(gpu.inserted, 0);
    used_frame();
    for (int frame = 0; frame < 5; frame++)
        trm_timeline_end_frame(&timeline);
    ck_assert_uint_eq(gpu.inserted, 1);
}
END_TEST

START_TEST(completion_in_order) {
    uint64_t serials[5];
    for (int i = 0; i < 5; i++)
        serials[i] = used_frame();
    for (trm_fence passed = 0; passed <= 5; passed++) {
        gpu.passed = passed;
        ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
        for (trm_fence i = 0; i < 5; i++)
            ck_assert_int_eq(trm_timeline_done(&timeline, serials[i]), i < passed);
        ck_assert_uint_eq(gpu.alive, 5 - passed);
    }
    ck_assert(trm_timeline_done(&timeline, 0));
    ck_assert_uint_eq(stats.waits, 0);
}
END_TEST

START_TEST(open_frame_is_never_done) {
    uint64_t serial = trm_timeline_use(&timeline);
    gpu.passed = 100;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(!trm_timeline_done(&timeline, serial));
    ck_assert_int_eq(trm_timeline_wait(&timeline, serial, 1000000), TRM_ERROR_FRAME_OPEN);
    ck_assert_uint_eq(gpu.inserted, 0);
    trm_timeline_end_frame(&timeline);
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, serial));
}
END_TEST

START_TEST(poll_once_a_frame) {
    used_frame();
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(trm_timeline_poll_once(&timeline), TRM_OK);
    ck_assert_uint_eq(gpu.polls, 1);
    trm_timeline_end_frame(&timeline);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(trm_timeline_poll_once(&timeline), TRM_OK);
    ck_assert_uint_eq(gpu.polls, 2);
    ck_assert_uint_eq(stats.polls, 2);
}
END_TEST

/* A look asks for what is there; a poll also sees to it that what is due gets a fence, and that
 * fences leave the CPU. */
START_TEST(a_look_makes_nothing) {
    timeline.lazy = true;
    uint64_t first = used_frame();
    uint64_t second = trm_timeline_touch(&timeline);
    trm_timeline_end_frame(&timeline);
    trm_timeline_want(&timeline, second);
    ck_assert_int_eq(trm_timeline_look(&timeline), TRM_OK);
    ck_assert_uint_eq(gpu.polls, 1);
    ck_assert_uint_eq(gpu.inserted, 1);
    ck_assert_uint_eq(gpu.submits, 0);
    gpu.passed = 1;
    ck_assert_int_eq(trm_timeline_look(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, first));
    ck_assert_uint_eq(gpu.inserted, 1);
    /* The first poll of the frame is still to come. */
    ck_assert_int_eq(trm_timeline_poll_once(&timeline), TRM_OK);
    ck_assert_uint_eq(gpu.inserted, 2);
    ck_assert_uint_eq(gpu.submitted, 2);
    gpu.lost = true;
    ck_assert_int_eq(trm_timeline_look(&timeline), TRM_ERROR_DEVICE_LOST);
}
END_TEST

/* The lower half of a serial is enough, and never 0. */
START_TEST(stamps) {
    const uint64_t turns[] = {1, 100, (UINT64_C(1) << 32) - 2, (UINT64_C(1) << 32) - 1,
        UINT64_C(1) << 32, UINT64_C(5) << 32};
    for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
        timeline.open = turns[i];
        trm_timeline_restart(&timeline);
        ck_assert_uint_gt(timeline.open, turns[i]);
        ck_assert_uint_eq(timeline.completed, timeline.open - 1);
        for (unsigned frame = 0; frame < 5; frame++) {
            used_frame();
            const uint64_t open = timeline.open;
            ck_assert_uint_ne((uint32_t)open, 0);
            for (uint64_t serial = open > 9 ? open - 9 : 1; serial <= open; serial++) {
                const uint32_t stamp = (uint32_t)serial;
                ck_assert_uint_eq(trm_timeline_serial(&timeline, stamp), stamp ? serial : 0);
                ck_assert_int_eq(
                    trm_timeline_passed(&timeline, stamp), !stamp || serial <= timeline.completed);
            }
        }
        gpu.passed = gpu.inserted;
        ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    }
}
END_TEST

START_TEST(wait_until_it_passes) {
    used_frame();
    uint64_t second = used_frame();
    uint64_t third = used_frame();
    gpu.pass_after = 2;
    gpu.patience = 3;
    ck_assert_int_eq(trm_timeline_wait(&timeline, second, UINT64_C(1000000000000)), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, second));
    ck_assert(!trm_timeline_done(&timeline, third));
    ck_assert_uint_ge(gpu.waits, 3);
    ck_assert_uint_eq(stats.waits, 1);
    /* What is done needs no wait. */
    ck_assert_int_eq(trm_timeline_wait(&timeline, second, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(stats.waits, 1);
}
END_TEST

START_TEST(wait_in_vain) {
    uint64_t serial = used_frame();
    ck_assert_int_eq(trm_timeline_wait(&timeline, serial, 0), TRM_NOT_READY);
    ck_assert_int_eq(trm_timeline_wait(&timeline, serial, 100000), TRM_NOT_READY);
    ck_assert(!trm_timeline_done(&timeline, serial));
    ck_assert_uint_eq(gpu.alive, 1);
    ck_assert_uint_eq(stats.waits, 2);
    ck_assert_uint_ge(stats.waited_ns, 100000);
    gpu.passed = 1;
    ck_assert_int_eq(trm_timeline_wait(&timeline, serial, 0), TRM_OK);
}
END_TEST

/* More frames in flight than there is room for fences: completion may come late, never early. */
START_TEST(more_frames_than_fences) {
    uint64_t serials[3 * TRM_FENCES];
    const size_t count = sizeof serials / sizeof serials[0];
    for (size_t i = 0; i < count; i++)
        serials[i] = used_frame();
    ck_assert_uint_le(gpu.alive, TRM_FENCES);
    for (trm_fence passed = 0; passed <= count; passed++) {
        gpu.passed = passed;
        ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
        for (size_t i = passed; i < count; i++)
            ck_assert(!trm_timeline_done(&timeline, serials[i]));
    }
    ck_assert(trm_timeline_done(&timeline, serials[count - 1]));
    ck_assert_uint_eq(gpu.alive, 0);
}
END_TEST

/* What the CPU is going to read needs a fence that is made for it, also where that has to share the
 * place of a later frame's, and is made later; others do not. */
START_TEST(reads_have_fences_of_their_own) {
    used_frame();
    ck_assert(!gpu.for_reads[1]);
    trm_timeline_use_for_reads(&timeline);
    trm_timeline_end_frame(&timeline);
    ck_assert(gpu.for_reads[2]);
    used_frame();
    ck_assert(!gpu.for_reads[3]);
    gpu.refuse = true;
    trm_timeline_use_for_reads(&timeline);
    trm_timeline_end_frame(&timeline);
    gpu.refuse = false;
    used_frame();
    ck_assert(gpu.for_reads[4]);
    for (trm_fence fence = 5; fence < TRM_FENCES; fence++)
        used_frame();
    trm_timeline_use_for_reads(&timeline);
    trm_timeline_end_frame(&timeline);
    ck_assert_uint_eq(gpu.inserted, TRM_FENCES);
    ck_assert_uint_eq(gpu.alive, TRM_FENCES);
    for (int frame = 0; frame < 3; frame++) {
        used_frame();
        ck_assert_uint_eq(gpu.alive, TRM_FENCES);
        ck_assert(gpu.for_reads[gpu.inserted]);
    }
    gpu.passed = gpu.inserted;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    used_frame();
    ck_assert(!gpu.for_reads[gpu.inserted]);
}
END_TEST

/* A fence for the frames before does not serve what the open one is going to have read. */
START_TEST(reads_of_the_open_frame) {
    timeline.lazy = true;
    const uint64_t before = trm_timeline_touch(&timeline);
    trm_timeline_end_frame(&timeline);
    ck_assert_uint_eq(gpu.inserted, 0);
    trm_timeline_use_for_reads(&timeline);
    trm_timeline_want(&timeline, before);
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert_uint_eq(gpu.inserted, 1);
    ck_assert(!gpu.for_reads[1]);
    trm_timeline_end_frame(&timeline);
    ck_assert_uint_eq(gpu.inserted, 2);
    ck_assert(gpu.for_reads[2]);
}
END_TEST

/* A frame whose fence was refused completes with the next one. */
START_TEST(refused_fence) {
    gpu.refuse = true;
    uint64_t first = used_frame();
    gpu.passed = 100;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(!trm_timeline_done(&timeline, first));
    gpu.refuse = false;
    uint64_t second = used_frame();
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, first));
    ck_assert(trm_timeline_done(&timeline, second));
}
END_TEST

/* A refused fence is made up for at the next end of a frame even if nothing was used in between. */
START_TEST(refused_fence_then_idle_frames) {
    gpu.refuse = true;
    uint64_t serial = used_frame();
    gpu.refuse = false;
    trm_timeline_end_frame(&timeline);
    gpu.passed = 100;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, serial));
}
END_TEST

/* A fence that was made up for between frames leaves the CPU when it is asked for, once: whoever
 * polls has not to wait for the end of another frame. */
START_TEST(late_fences_are_submitted) {
    gpu.refuse = true;
    uint64_t serial = used_frame();
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert_uint_eq(gpu.submits, 0);
    gpu.refuse = false;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
        ck_assert_uint_eq(gpu.submits, 1);
        ck_assert_uint_eq(gpu.submitted, 1);
    }
    gpu.passed = 1;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, serial));
}
END_TEST

/* A full queue gives no fence away for one that is refused. */
START_TEST(refused_fence_behind_a_full_queue) {
    uint64_t last = 0;
    for (size_t i = 0; i < TRM_FENCES; i++)
        last = used_frame();
    gpu.refuse = true;
    used_frame();
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert_uint_eq(gpu.alive, TRM_FENCES);
    gpu.passed = gpu.inserted;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, last));
}
END_TEST

/* Waiting for a frame whose fence was refused must not declare the open frame finished: draws that
 * are recorded after the wait are behind that fence. */
START_TEST(refused_fence_and_the_open_frame) {
    gpu.refuse = true;
    uint64_t ended = used_frame();
    gpu.refuse = false;
    uint64_t open = trm_timeline_use(&timeline);
    gpu.passed = 100;
    ck_assert_int_eq(trm_timeline_wait(&timeline, ended, 1000000), TRM_OK);
    ck_assert(!trm_timeline_done(&timeline, open));
    trm_timeline_end_frame(&timeline);
    ck_assert_uint_eq(gpu.inserted, 2);
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, open));
}
END_TEST

START_TEST(refused_twice) {
    gpu.refuse = true;
    uint64_t serial = used_frame();
    ck_assert_int_eq(trm_timeline_wait(&timeline, serial, 1000), TRM_NOT_READY);
    ck_assert(!trm_timeline_done(&timeline, serial));
    gpu.refuse = false;
    gpu.passed = 100;
    ck_assert_int_eq(trm_timeline_wait(&timeline, serial, 1000000), TRM_OK);
}
END_TEST

/* A fence of someone else's, put into the open frame, holds up this frame and those after it, but
 * none before. */
START_TEST(added_fence) {
    uint64_t before = used_frame();
    uint64_t held = trm_timeline_use(&timeline);
    gpu.held = fence_insert(&gpu);
    ck_assert(trm_timeline_add_fence(&timeline, gpu.held));
    trm_timeline_end_frame(&timeline);
    uint64_t after = used_frame();
    gpu.passed = 100;
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
        ck_assert(trm_timeline_done(&timeline, before));
        ck_assert(!trm_timeline_done(&timeline, held));
        ck_assert(!trm_timeline_done(&timeline, after));
    }
    ck_assert_int_eq(trm_timeline_wait(&timeline, held, 1000), TRM_NOT_READY);
    gpu.held = 0;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, held));
    ck_assert(trm_timeline_done(&timeline, after));
    ck_assert_uint_eq(gpu.alive, 0);
}
END_TEST

/* That it has passed says nothing of the frame's own fence, and takes nothing back. */
START_TEST(added_fence_passes_first) {
    uint64_t before = used_frame();
    uint64_t own = trm_timeline_use(&timeline);
    trm_fence added = fence_insert(&gpu);
    ck_assert(trm_timeline_add_fence(&timeline, added));
    trm_timeline_end_frame(&timeline);
    gpu.passed = added;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, before));
    ck_assert(!trm_timeline_done(&timeline, own));
    ck_assert_uint_eq(gpu.alive, 1);
}
END_TEST

/* A frame with nothing in it but an added fence is a used one. */
START_TEST(added_fence_alone) {
    ck_assert(trm_timeline_add_fence(&timeline, fence_insert(&gpu)));
    trm_timeline_end_frame(&timeline);
    ck_assert_uint_eq(stats.fences, 1);
    gpu.passed = 100;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert_uint_eq(gpu.alive, 0);
}
END_TEST

/* Added fences cannot be merged: beyond the room there is they are refused, and stay the caller's.
 */
START_TEST(too_many_added_fences) {
    trm_fence fence;
    size_t added = 0;
    gpu.held = 1;
    uint64_t serial = trm_timeline_use(&timeline);
    while (fence = fence_insert(&gpu), trm_timeline_add_fence(&timeline, fence))
        added++;
    ck_assert_uint_eq(added, TRM_FENCES);
    fence_destroy(&gpu, fence);
    trm_timeline_end_frame(&timeline);
    gpu.passed = 1000;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert(!trm_timeline_done(&timeline, serial));
    gpu.held = 0;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    ck_assert_int_eq(trm_timeline_wait(&timeline, serial, 1000), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, serial));
    ck_assert_uint_eq(gpu.alive, 0);
}
END_TEST

/* Nor does an added fence take the place of a frame's. */
START_TEST(added_fence_behind_a_full_queue) {
    uint64_t last = 0;
    for (size_t i = 0; i < TRM_FENCES; i++)
        last = used_frame();
    trm_fence fence = fence_insert(&gpu);
    ck_assert(!trm_timeline_add_fence(&timeline, fence));
    fence_destroy(&gpu, fence);
    gpu.passed = 1000;
    ck_assert_int_eq(trm_timeline_wait(&timeline, last, 1000), TRM_OK);
    ck_assert(trm_timeline_done(&timeline, last));
}
END_TEST

START_TEST(wait_for_one_fence) {
    trm_fence fence = fence_insert(&gpu);
    ck_assert_int_eq(trm_timeline_wait_fence(&timeline, fence, 0), TRM_NOT_READY);
    ck_assert_uint_eq(stats.polls, 1);
    ck_assert_uint_eq(stats.waits, 0);
    ck_assert_int_eq(trm_timeline_wait_fence(&timeline, fence, 1000), TRM_NOT_READY);
    ck_assert_uint_eq(stats.waits, 1);
    gpu.pass_after = fence;
    gpu.patience = gpu.waits + 2;
    ck_assert_int_eq(trm_timeline_wait_fence(&timeline, fence, UINT64_MAX), TRM_OK);
    ck_assert_uint_eq(stats.waits, 2);
    ck_assert_int_eq(trm_timeline_wait_fence(&timeline, fence, 0), TRM_OK);
    gpu.lost = true;
    ck_assert_int_eq(trm_timeline_wait_fence(&timeline, fence, 0), TRM_ERROR_DEVICE_LOST);
    ck_assert_uint_eq(gpu.alive, 1);
    fence_destroy(&gpu, fence);
}
END_TEST

START_TEST(lost) {
    uint64_t serial = used_frame();
    gpu.lost = true;
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_ERROR_DEVICE_LOST);
    ck_assert_int_eq(trm_timeline_wait(&timeline, serial, 1000000), TRM_ERROR_DEVICE_LOST);
    ck_assert(!trm_timeline_done(&timeline, serial));
    /* With a lost context the API is not touched. */
    trm_timeline_destroy(&timeline, true);
    ck_assert_uint_eq(gpu.alive, 1);
    gpu.alive = 0;
}
END_TEST

/* Random frames: a serial is done only after the GPU has passed a fence that was inserted behind
 * the frame's end, and as soon as all its fences have. One with reads only when a fence for these
 * was seen to have. */
START_TEST(random_frames) {
    random_state random = unit_seeded("timeline");
    static uint64_t serials[4000];
    static trm_fence before[4000]; /* fences inserted before the frame ended */
    static bool reads[4000];

    for (size_t frame = 0; frame < 4000; frame++) {
        gpu.refuse = random_below(&random, 10) == 0;
        reads[frame] = random_below(&random, 5) == 0;
        serials[frame] =
            reads[frame] ? trm_timeline_use_for_reads(&timeline) : trm_timeline_use(&timeline);
        before[frame] = gpu.inserted;
        trm_timeline_end_frame(&timeline);
        if (random_below(&random, 20) == 0)
            gpu.passed = gpu.inserted;
        else
            gpu.passed += random_below(&random, (size_t)(gpu.inserted - gpu.passed) + 1);
        ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
        for (size_t i = frame < 40 ? 0 : frame - 40; i <= frame; i++) {
            if (trm_timeline_done(&timeline, serials[i]))
                unit_assert(gpu.passed > before[i] && (!reads[i] || gpu.seen > before[i]));
            else
                unit_assert(gpu.passed < gpu.inserted || before[i] == gpu.inserted);
        }
    }
    gpu.refuse = false;
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test) {
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, test);
    suite_add_tcase(suite, tcase);
}

int main(void) {
    Suite *suite = suite_create("timeline");
    add(suite, "one_fence_for_each_used_frame", one_fence_for_each_used_frame);
    add(suite, "no_fence_for_an_unused_frame", no_fence_for_an_unused_frame);
    add(suite, "completion_in_order", completion_in_order);
    add(suite, "open_frame_is_never_done", open_frame_is_never_done);
    add(suite, "poll_once_a_frame", poll_once_a_frame);
    add(suite, "a_look_makes_nothing", a_look_makes_nothing);
    add(suite, "stamps", stamps);
    add(suite, "wait_until_it_passes", wait_until_it_passes);
    add(suite, "wait_in_vain", wait_in_vain);
    add(suite, "more_frames_than_fences", more_frames_than_fences);
    add(suite, "reads_have_fences_of_their_own", reads_have_fences_of_their_own);
    add(suite, "reads_of_the_open_frame", reads_of_the_open_frame);
    add(suite, "refused_fence", refused_fence);
    add(suite, "refused_fence_then_idle_frames", refused_fence_then_idle_frames);
    add(suite, "late_fences_are_submitted", late_fences_are_submitted);
    add(suite, "refused_fence_behind_a_full_queue", refused_fence_behind_a_full_queue);
    add(suite, "refused_fence_and_the_open_frame", refused_fence_and_the_open_frame);
    add(suite, "refused_twice", refused_twice);
    add(suite, "added_fence", added_fence);
    add(suite, "added_fence_passes_first", added_fence_passes_first);
    add(suite, "added_fence_alone", added_fence_alone);
    add(suite, "too_many_added_fences", too_many_added_fences);
    add(suite, "added_fence_behind_a_full_queue", added_fence_behind_a_full_queue);
    add(suite, "wait_for_one_fence", wait_for_one_fence);
    add(suite, "lost", lost);
    add(suite, "random_frames", random_frames);
    return unit_main(suite);
}
