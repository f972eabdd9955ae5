/* The staging ring on a GPU that works off its commands whenever the test says: no byte is written
 * while a command still reads it, nor flushed, and where there is room nobody waits. */
#include "unit.h"

#include "core/copy.h"
#include "core/staging.h"

#include <stdlib.h>
#include <string.h>

enum {
    CAPACITY = 12288,
    QUARTER = CAPACITY / 4,
    STEP = 13,
    SMALL = 500,
    MOST_CAPACITY = 8 * CAPACITY
};

/* Commands are numbered from 1; the GPU has executed those up to `done`. A fence is the number of
 * its own. */
typedef struct fake_gpu {
    uint64_t issued;
    uint64_t done;
    uint64_t read_by[MOST_CAPACITY]; /* the last command that reads the byte of the ring */
    bool fresh[MOST_CAPACITY];       /* written since it was last flushed */
    size_t end;                      /* behind the furthest byte that was ever flushed */
    uint64_t ends[2];                /* of the frames in flight */
    uint64_t rings;                  /* made so far; the last one's bytes are the ones above */
} fake_gpu;

static fake_gpu *gpu;
static unsigned char *memory;
static trm_stats stats;
static trm_backend backend;
static trm_timeline timeline;
static trm_staging ring;

static trm_result mapped_create(void *self, uint64_t nbytes, const char *label, trm_memory *out) {
    (void)label;
    fake_gpu *g = self;
    ck_assert_uint_le(nbytes, MOST_CAPACITY);
    memset(g->read_by, 0, sizeof g->read_by);
    memset(g->fresh, 0, sizeof g->fresh);
    *out = (trm_memory){.handle = ++g->rings, .pointer = memory, .nbytes = nbytes};
    return TRM_OK;
}

static void memory_destroy(void *self, trm_memory *gone) {
    (void)self;
    (void)gone;
}

static void flush(void *self, const trm_memory *target, uint64_t offset, uint64_t nbytes) {
    fake_gpu *g = self;
    if (target->handle != g->rings)
        return; /* the end of a ring that was too small */
    for (uint64_t i = offset; i < offset + nbytes; i++) {
        unit_assert(g->read_by[i] <= g->done); /* also bytes between two slices */
        g->fresh[i] = false;
    }
    g->end = offset + nbytes > g->end ? (size_t)(offset + nbytes) : g->end;
}

static void transfer(
    void *self, const trm_memory *source, const trm_transfer *transfers, size_t count) {
    fake_gpu *g = self;
    g->issued++;
    for (size_t i = 0; i < count && source->handle == g->rings; i++)
        for (uint64_t k = 0; k < transfers[i].nbytes; k++) {
            unit_assert(!g->fresh[transfers[i].source_offset + k]); /* flushed before it is read */
            g->read_by[transfers[i].source_offset + k] = g->issued;
        }
}

static trm_fence fence_insert(void *self, bool for_reads) {
    (void)for_reads;
    return (trm_fence)++((fake_gpu *)self)->issued;
}

static void fence_destroy(void *self, trm_fence fence) {
    (void)self;
    (void)fence;
}

static trm_result fence_wait(void *self, trm_fence fence, uint64_t timeout_ns) {
    fake_gpu *g = self;
    if (timeout_ns && g->done < fence)
        g->done = fence;
    return fence <= g->done ? TRM_OK : TRM_NOT_READY;
}

static void submit(void *self) {
    (void)self;
}

static void setup(void) {
    gpu = calloc(1, sizeof *gpu);
    memory = calloc(1, MOST_CAPACITY);
    ck_assert(gpu && memory);
    stats = (trm_stats){0};
    backend = (trm_backend){.self = gpu,
        .mapped_create = mapped_create,
        .memory_destroy = memory_destroy,
        .flush = flush,
        .transfer = transfer,
        .fence_insert = fence_insert,
        .fence_destroy = fence_destroy,
        .fence_wait = fence_wait,
        .submit = submit};
    trm_timeline_init(&timeline, &backend, &stats);
    timeline.lazy = true;
    ring = (trm_staging){.backend = &backend,
        .timeline = &timeline,
        .stats = &stats,
        .wait_timeout_ns = UINT64_MAX,
        .limit = CAPACITY};
    ck_assert_int_eq(trm_staging_create(&ring, CAPACITY, &(trm_allocator){0}), TRM_OK);
}

static void teardown(void) {
    trm_staging_destroy(&ring, &(trm_allocator){0}, false);
    trm_timeline_destroy(&timeline, false);
    free(memory);
    free(gpu);
}

static trm_memory there; /* where transfers go */

/* Writes `nbytes` and queues their move. */
static void fill(const trm_slice *slice, size_t nbytes) {
    ck_assert_uint_le(slice->offset + slice->nbytes, ring.capacity);
    ck_assert_ptr_eq(slice->pointer, memory + slice->offset);
    for (size_t i = 0; i < nbytes; i++) {
        unit_assert(gpu->read_by[slice->offset + i] <= gpu->done);
        gpu->fresh[slice->offset + i] = true;
    }
    if (nbytes)
        trm_staging_transfer(&ring, slice, 0, (trm_transfer){.target = &there, .nbytes = nbytes});
    trm_staging_trim(&ring, slice, nbytes);
    ck_assert_uint_le(stats.staging_used_nbytes, ring.capacity);
}

/* Queues `nbytes` in slices, as the upload of a buffer does. */
static trm_result queue(size_t nbytes) {
    trm_result result = TRM_OK;
    while (nbytes && result == TRM_OK) {
        trm_slice slice;
        size_t limit = trm_staging_slice_limit(&ring, 1), part = nbytes < limit ? nbytes : limit;
        result = trm_staging_reserve(&ring, part, true, &slice);
        if (result == TRM_OK)
            fill(&slice, part);
        nbytes -= part;
    }
    return result;
}

static void upload(size_t nbytes) {
    ck_assert_int_eq(queue(nbytes), TRM_OK);
    trm_staging_hand_over(&ring);
}

static void end_frame(void) {
    trm_staging_end_frame(&ring);
    trm_timeline_end_frame(&timeline);
    ck_assert_int_eq(trm_timeline_poll(&timeline), TRM_OK);
    trm_staging_reclaim(&ring);
    timeline.polled = false;
}

/* An upload whose last eighth is its table, if there is room for one. */
static bool upload_with_table(size_t nbytes) {
    trm_slice table;
    ck_assert_int_eq(queue(nbytes - nbytes / 8), TRM_OK);
    bool found = trm_staging_try_reserve(&ring, nbytes / 8, &table);
    if (found)
        fill(&table, nbytes / 8);
    trm_staging_hand_over(&ring);
    return found;
}

/* Frames of `nbytes`, or up to an eighth less, with the GPU two frames behind. Returns how many had
 * a table. */
static size_t paced_frames(size_t count, size_t nbytes, bool vary) {
    random_state dice = {nbytes};
    size_t tables = 0;
    for (size_t frame = 0; frame < count; frame++) {
        gpu->done = gpu->ends[0] > gpu->done ? gpu->ends[0] : gpu->done;
        tables += upload_with_table(nbytes - (vary ? random_below(&dice, nbytes / 8 + 1) : 0));
        end_frame();
        gpu->ends[0] = gpu->ends[1];
        gpu->ends[1] = gpu->issued;
    }
    return tables;
}

/* Frames never wait, and stay where the ring begins: four of them, or so many as wait together for
 * fences of an eighth of the ring. _i: of how many bytes. */
START_TEST(frames_come_back_to_the_beginning) {
    const size_t nbytes = STEP * (size_t)_i + 1;
    for (size_t frame = 0; frame < 200; frame++) {
        paced_frames(1, nbytes, false);
        ck_assert_uint_le(stats.staging_used_nbytes, QUARTER + 5 * (nbytes + 128));
    }
    ck_assert_uint_eq(stats.waits, 0);
    const size_t shared = CAPACITY / 2 + nbytes, own = 4 * (nbytes + 128);
    ck_assert_uint_le(gpu->end, shared > own ? shared : own);
    ck_assert_uint_ge(gpu->end, nbytes);
    ck_assert_uint_le(stats.fences, 200 * (nbytes + 128) / (CAPACITY / 8) + 1);
}
END_TEST

/* Behind many small frames a larger one, which does not fit before those in flight: it goes on
 * behind them without a wait. _i: its bytes. */
START_TEST(a_larger_frame_goes_on_behind) {
    paced_frames(50, SMALL, false);
    const uint64_t waits = stats.waits;
    const size_t nbytes = SMALL + STEP * (size_t)_i;
    upload(nbytes);
    end_frame();
    ck_assert_uint_eq(stats.waits, waits);
    ck_assert_uint_ge(stats.staging_used_nbytes, nbytes);
    paced_frames(20, SMALL, false);
    ck_assert_uint_eq(stats.waits, waits);
}
END_TEST

/* Frames find room, also those that are suddenly larger, and all of them for their tables.
 * _i: of how many bytes, or a little less. */
START_TEST(tables_always_find_room) {
    const size_t nbytes = STEP * (size_t)_i + 8;
    const size_t tables = paced_frames(400, nbytes, true);
    ck_assert_uint_eq(tables, 400);
    ck_assert_uint_eq(stats.waits, 0);
}
END_TEST

/* By what frames took lately, or by what the open one takes so far. */
START_TEST(some_frames_find_cached_memory) {
    const uint64_t least = TRM_CACHED_NBYTES / 32, most = TRM_CACHED_NBYTES / 3;
    const uint64_t sizes[] = {0, least - 1, least, most, most + 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const bool cached = sizes[i] >= least && sizes[i] <= most;
        ring.usual_nbytes = sizes[i];
        ring.head = ring.frame_start = 0;
        ck_assert_int_eq(trm_staging_is_cached(&ring), cached);
        ring.usual_nbytes = 0;
        ring.head = sizes[i];
        ck_assert_int_eq(trm_staging_is_cached(&ring), cached);
    }
    ring.head = 0;
}
END_TEST

/* An in-place write, maybe with an upload while it is open. */
static void random_write(random_state *dice) {
    trm_slice slice;
    const size_t nbytes = 64 + random_below(dice, CAPACITY / 4);
    if (trm_staging_open(&ring, nbytes, &slice) != TRM_OK)
        return;
    ring.hold = slice.position;
    for (size_t i = 0; i < nbytes; i++)
        unit_assert(gpu->read_by[slice.offset + i] <= gpu->done);
    if (random_below(dice, 2))
        upload(random_below(dice, CAPACITY / 8));
    const size_t used = random_below(dice, 3) ? nbytes : random_below(dice, nbytes);
    for (size_t i = 0; i < used; i++) {
        unit_assert(gpu->read_by[slice.offset + i] <= gpu->done);
        gpu->fresh[slice.offset + i] = true;
    }
    ring.hold = UINT64_MAX;
    trm_staging_close(&ring, &slice, used, (trm_transfer){.target = &there, .nbytes = used});
}

/* Frames of any size, in-place writes, and a GPU of any speed. _i: seed. */
START_TEST(random_frames) {
    random_state dice = {(uint64_t)_i};
    const size_t usual = 1 + random_below(&dice, CAPACITY / 2);
    const bool grows = random_below(&dice, 4) == 0;
    ring.limit = grows ? MOST_CAPACITY : CAPACITY;
    for (size_t frame = 0; frame < 300; frame++) {
        for (size_t part = random_below(&dice, 4); part > 0; part--) {
            size_t nbytes = random_below(&dice, usual);
            nbytes *= random_below(&dice, 20) ? 1 : 1 + random_below(&dice, 4);
            ck_assert_int_eq(queue(nbytes), TRM_OK);
            if (random_below(&dice, 2))
                trm_staging_hand_over(&ring);
            if (!grows && random_below(&dice, 8) == 0)
                random_write(&dice);
            gpu->done += random_below(&dice, (size_t)(gpu->issued - gpu->done) + 1);
        }
        trm_staging_hand_over(&ring);
        end_frame();
        if (random_below(&dice, 30) == 0)
            gpu->done = gpu->issued;
    }
    ck_assert_int_eq(trm_timeline_wait(&timeline, timeline.open - 1, UINT64_MAX), TRM_OK);
    gpu->done = gpu->issued;
    end_frame();
    ck_assert_uint_eq(stats.staging_used_nbytes, 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("unit_ring");
    TCase *tcase = tcase_create("ring");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, frames_come_back_to_the_beginning, 1, QUARTER / STEP);
    tcase_add_loop_test(tcase, tables_always_find_room, 1, QUARTER / STEP);
    tcase_add_loop_test(tcase, a_larger_frame_goes_on_behind, 1, QUARTER / STEP);
    tcase_add_test(tcase, some_frames_find_cached_memory);
    tcase_add_loop_test(tcase, random_frames, 0, 500);
    suite_add_tcase(suite, tcase);
    return unit_main(suite);
}
