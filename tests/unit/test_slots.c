/* Slots that are rewritten as a whole (slot.c), on a backend whose memory is the heap's: what goes
 * that way, what does not, and what set_data means meanwhile; also to buffers of their own. */
#include "unit.h"

#include "core/device_impl.h"

#include <stdlib.h>
#include <string.h>

#define COUNT      600 /* more words of a listing than are copied in one go */
#define PAGES      6
#define MORE_PAGES 9 /* of slots of 4 KiB */
#define NBYTES     ((size_t)256)
#define LONGER     ((size_t)272) /* and does not fill its slot */

/* A GPU that is always done, but for what the test holds up. */
static struct {
    bool busy;
    uint64_t fences;
    uint64_t flushed_nbytes;
    size_t flushes;
} gpu;

static trm_result create(void *self, uint64_t nbytes, const char *label, trm_memory *out) {
    (void)self, (void)label;
    *out = (trm_memory){.handle = 1, .pointer = calloc(1, (size_t)nbytes), .nbytes = nbytes};
    return out->pointer ? TRM_OK : TRM_ERROR_OUT_OF_DEVICE_MEMORY;
}

static trm_result create_device_local(void *self, uint64_t nbytes, const void *initial,
    bool updatable, const char *label, trm_memory *out) {
    (void)updatable;
    trm_result result = create(self, nbytes, label, out);
    if (result == TRM_OK && initial)
        memcpy(out->pointer, initial, (size_t)nbytes);
    return result;
}

static void write(const trm_memory *target, uint64_t offset, uint64_t nbytes, const void *bytes) {
    memcpy((unsigned char *)target->pointer + offset, bytes, (size_t)nbytes);
}

static void update(
    void *self, const trm_memory *target, const trm_update *updates, size_t count, bool any_time) {
    (void)self, (void)any_time;
    for (size_t i = 0; i < count; i++)
        write(target, updates[i].offset, updates[i].nbytes, updates[i].bytes);
}

static void transfer(
    void *self, const trm_memory *source, const trm_transfer *transfers, size_t count) {
    (void)self;
    for (size_t i = 0; i < count; i++)
        write(transfers[i].target, transfers[i].target_offset, transfers[i].nbytes,
            (unsigned char *)source->pointer + transfers[i].source_offset);
}

static void destroy_memory(void *self, trm_memory *memory) {
    (void)self;
    free(memory->pointer);
}

static void flush(void *self, const trm_memory *memory, uint64_t offset, uint64_t nbytes) {
    (void)self;
    ck_assert_uint_le(offset + nbytes, memory->nbytes);
    gpu.flushes++;
    gpu.flushed_nbytes += nbytes;
}

static trm_fence insert(void *self, bool for_reads) {
    (void)self, (void)for_reads;
    return ++gpu.fences;
}

static void forget(void *self, trm_fence fence) {
    (void)self, (void)fence;
}

static void (*when_asked)(void);

static trm_result wait_for(void *self, trm_fence fence, uint64_t timeout_ns) {
    (void)self, (void)fence, (void)timeout_ns;
    if (when_asked)
        when_asked();
    when_asked = NULL;
    return gpu.busy ? TRM_NOT_READY : TRM_OK;
}

static void submit(void *self) {
    (void)self;
}

static trm_result status(void *self) {
    (void)self;
    return TRM_OK;
}

static void destroy(void *self, bool lost) {
    (void)self, (void)lost;
}

static trm_device *device;
static trm_buffer *buffers[COUNT];
static unsigned char arrays[COUNT][2 * NBYTES]; /* the second half: none of the buffer's */

static void open_device(const trm_device_desc *desc) {
    const trm_backend backend = {.alignments = {1, 1, 1, 1},
        .traits.memory_kind = TRM_MEMORY_UNIFIED,
        .mapped_create = create,
        .device_create = create_device_local,
        .update = update,
        .transfer = transfer,
        .memory_destroy = destroy_memory,
        .flush = flush,
        .fence_insert = insert,
        .fence_destroy = forget,
        .fence_wait = wait_for,
        .submit = submit,
        .status = status,
        .destroy = destroy};
    memset(&gpu, 0, sizeof gpu);
    ck_assert_int_eq(trm_device_create(&backend, desc, &device), TRM_OK);
}

static void edit(size_t i, unsigned char value) {
    memset(arrays[i], value, NBYTES);
}

/* `stride`: from array to array, at least `nbytes`. All are up to date then. */
static void open_sized(const trm_device_desc *device_desc, size_t nbytes, size_t stride) {
    open_device(device_desc);
    for (size_t i = 0; i < COUNT; i++) {
        const trm_buffer_desc desc = {.data = &arrays[0][0] + i * stride,
            .nbytes = nbytes,
            .format = "f4",
            .chunk_size = 16,
            .placement = TRM_PLACEMENT_MAPPED};
        expect_ok(trm_buffer_create(&desc, &buffers[i]));
        expect_ok(trm_device_attach(device, buffers[i]));
    }
    for (unsigned frame = 0; frame < 2; frame++) { /* a first upload lists its buffer once more */
        expect_ok(trm_device_sync(device));
        expect_ok(trm_device_end_frame(device));
    }
    gpu.flushes = gpu.flushed_nbytes = 0;
}

static void open_all(size_t stride) {
    open_sized(&(trm_device_desc){.log = unit_log()}, NBYTES, stride);
}

static void close_all(void) {
    for (size_t i = 0; i < COUNT; i++)
        expect_ok(trm_buffer_destroy(buffers[i]));
    trm_device_destroy(device);
}

static uint64_t rewrites(size_t i) {
    return trm_store_rewrites(buffers[i]->store);
}

/* Whether a draw would read that. */
static bool shows(size_t i, const unsigned char *content) {
    const trm_store *store = buffers[i]->store;
    const unsigned char *memory = store->memory.pointer;
    return memcmp(memory + trm_store_offset(store, store->turn->current), content, store->nbytes) ==
           0;
}

/* What a round of edits leaves. */
static void check_rewritten(unsigned round, size_t stride) {
    for (size_t i = 0; i < COUNT; i++) {
        trm_span span;
        ck_assert_uint_eq(rewrites(i), round);
        ck_assert(shows(i, &arrays[0][0] + i * stride));
        expect_ok(trm_device_acquire(device, buffers[i], false, &span));
    }
}

static void rewrite_all(const trm_device_desc *desc, size_t nbytes, size_t stride) {
    size_t slot_nbytes = NBYTES;
    while (slot_nbytes < nbytes)
        slot_nbytes *= 2;
    open_sized(desc, nbytes, stride);
    for (unsigned round = 1; round <= 10; round++) {
        random_state random = {round};
        for (size_t i = 0; i < sizeof arrays; i++)
            (&arrays[0][0])[i] = (unsigned char)random_next(&random);
        gpu.flushes = gpu.flushed_nbytes = 0;
        device->synced_nbytes = round % 4 < 2 ? 0 : TRM_CACHED_NBYTES + 1; /* past the caches */
        expect_ok(trm_buffer_update_many(buffers, COUNT));
        expect_ok(trm_device_sync(device));
        check_rewritten(round, stride);
        ck_assert_uint_eq(gpu.flushed_nbytes, COUNT * slot_nbytes);
        ck_assert_uint_le(gpu.flushes, slot_nbytes > 2 * NBYTES ? MORE_PAGES : PAGES);
        expect_ok(trm_device_end_frame(device));
        gpu.busy = round % 3 != 0; /* another region then */
    }
    gpu.busy = false;
    close_all();
}

static const trm_device_desc discrete = {.memory_kind = TRM_MEMORY_DISCRETE};

START_TEST(arrays_apart) {
    rewrite_all(&discrete, NBYTES, 2 * NBYTES);
}
END_TEST

START_TEST(arrays_next_to_each_other) {
    rewrite_all(&discrete, NBYTES, NBYTES);
}
END_TEST

/* Slots that are not filled: neighbours are copied one by one. */
START_TEST(longer_arrays) {
    rewrite_all(&discrete, LONGER, LONGER);
    rewrite_all(&discrete, LONGER, LONGER + 16);
}
END_TEST

/* A word has as many bytes as are copied in one go. (The arrays overlap.) */
START_TEST(much_longer_arrays) {
    rewrite_all(&discrete, 16 * NBYTES, NBYTES);
}
END_TEST

START_TEST(eight_regions) {
    rewrite_all(&(trm_device_desc){.region_count = TRM_MAX_REGIONS}, NBYTES, NBYTES);
    rewrite_all(&(trm_device_desc){.region_count = TRM_MAX_REGIONS}, LONGER, 2 * NBYTES);
}
END_TEST

/* Whom a draw has driven out of a region comes back to the others: however long that goes on,
 * neighbours are copied and flushed together. */
START_TEST(slots_meet_again) {
    trm_span span;
    open_all(NBYTES);
    for (unsigned frame = 0; frame < 60; frame++) {
        gpu.busy = frame % 2 == 1;
        if (!gpu.busy)
            expect_ok(trm_device_wait_idle(device, UINT64_MAX));
        gpu.flushes = 0;
        memset(&arrays[0][0] + frame * NBYTES, (int)frame + 1, NBYTES);
        expect_ok(trm_buffer_update_many(buffers, COUNT));
        expect_ok(trm_device_sync(device));
        ck_assert(shows(frame, &arrays[0][0] + frame * NBYTES));
        /* And around what was drawn. */
        ck_assert_uint_le(gpu.flushes, gpu.busy ? PAGES + 2 : PAGES);
        expect_ok(trm_device_acquire(device, buffers[frame * 7 % COUNT], false, &span));
        expect_ok(trm_device_end_frame(device));
    }
    gpu.busy = false;
    close_all();
}
END_TEST

/* Between buffers of one word of a list of the device's: some that cannot be marked, and some that
 * are listed elsewhere, or nowhere. */
START_TEST(marks_of_all_kinds) {
    static unsigned char own[NBYTES];
    enum { FROM = 32, TO = 96, LISTED = TO - FROM };
    trm_buffer *list[2 * LISTED], *loose, *empty;
    expect_ok(trm_buffer_create(
        &(trm_buffer_desc){.data = own, .nbytes = NBYTES, .format = "f4", .log = unit_log()},
        &loose));
    expect_ok(trm_buffer_create(
        &(trm_buffer_desc){.nbytes = NBYTES, .format = "f4", .label = "empty", .log = unit_log()},
        &empty));
    trm_buffer *const odd[] = {NULL, empty, loose};
    for (size_t kind = 0; kind < 3; kind++) {
        open_all(2 * NBYTES);
        for (size_t i = 0; i < LISTED; i++) {
            list[2 * i] = buffers[FROM + i];
            list[2 * i + 1] = i % 5 == 2 ? odd[kind] : buffers[FROM + i];
            edit(FROM + i, (unsigned char)(kind * 50 + i));
        }
        const uint64_t revision = trm_buffer_revision(loose);
        const trm_result expected[] = {TRM_ERROR_INVALID_ARGUMENT, TRM_ERROR_STATE, TRM_OK};
        ck_assert_int_eq(trm_buffer_update_many(list, 2 * LISTED), expected[kind]);
        ck_assert_int_eq(trm_buffer_revision(loose) != revision, kind == 2);
        expect_ok(trm_device_sync(device));
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert_uint_eq(rewrites(i), i >= FROM && i < TO);
            ck_assert(rewrites(i) == 0 || shows(i, arrays[i]));
        }
        close_all();
    }
    expect_ok(trm_buffer_destroy(loose));
    expect_ok(trm_buffer_destroy(empty));
}
END_TEST

/* A region says by 32 bits when it was used last: whether that is over is known all the same. */
START_TEST(frames_beyond_32_bits) {
    trm_span span;
    for (uint64_t left = 0; left < 6; left++) {
        uint64_t used[TRM_MAX_REGIONS] = {0};
        open_all(NBYTES);
        device->timeline.open = (UINT64_C(1) << 32) - left;
        trm_timeline_restart(&device->timeline);
        const trm_store *store = buffers[0]->store;
        for (unsigned frame = 0; frame < 12; frame++) {
            gpu.busy = frame % 3 != 2;
            memset(arrays[0], (int)frame + 1, NBYTES);
            expect_ok(trm_buffer_update_many(buffers, COUNT));
            expect_ok(trm_device_sync(device));
            ck_assert(shows(0, arrays[0]));
            ck_assert_uint_eq(rewrites(0), frame + 1);
            ck_assert_uint_le(used[store->turn->current], device->timeline.completed);
            expect_ok(trm_device_acquire(device, buffers[0], false, &span));
            used[store->turn->current] = device->timeline.open;
            ck_assert_uint_eq(trm_store_last_use(store), device->timeline.open);
            expect_ok(trm_device_end_frame(device));
        }
        gpu.busy = false;
        close_all();
    }
}
END_TEST

/* Somebody else is at the array: it is read under the lock, whatever the slot knows of it. */
START_TEST(a_bar_keeps_out) {
    static unsigned char fresh[NBYTES];
    open_all(2 * NBYTES);
    memset(fresh, 0x77, sizeof fresh);
    trm_listing *listing = atomic_load(&buffers[3]->listing);
    trm_listing_set(listing->barred, buffers[3]);
    trm_buffer_replace_array(buffers[3], fresh, 4);
    edit(3, 0xdd);
    edit(4, 0x44);
    expect_ok(trm_buffer_update_many(buffers, 5));
    expect_ok(trm_device_sync(device));
    ck_assert(shows(3, fresh));
    ck_assert(shows(4, arrays[4]));
    ck_assert_uint_eq(rewrites(3), 0);
    ck_assert_uint_eq(rewrites(4), 1);
    trm_listing_clear(listing->barred, buffers[3]);
    close_all();
}
END_TEST

/* What another thread's set_data has done when it has yet to mark. */
static void exchange(size_t i, const void *fresh) {
    trm_mutex_lock(buffers[i]->lock);
    trm_buffer_replace_array(buffers[i], fresh, 4);
    trm_mutex_unlock(buffers[i]->lock);
}

/* An edit in part, and a new array whose mark is still to come: all of it goes up, into whichever
 * region is next. */
START_TEST(an_array_comes_before_its_mark) {
    static unsigned char fresh[2][NBYTES];
    trm_span span;
    open_all(2 * NBYTES);
    edit(3, 0x11);
    for (unsigned round = 0; round < 6; round++) {
        gpu.busy = round % 3 != 0;
        memset(fresh[round % 2], (int)round + 1, NBYTES);
        if (round % 2 == 0)
            exchange(3, fresh[0]);
        fresh[0][0]++;
        expect_ok(trm_buffer_update_range(buffers[3], 0, 1));
        expect_ok(trm_device_sync(device));
        ck_assert(shows(3, fresh[0]));
        expect_ok(trm_device_acquire(device, buffers[3], false, &span));
        expect_ok(trm_device_end_frame(device));
    }
    gpu.busy = false;
    trm_buffer_edited(buffers[3], TRM_DIRTY_FULL);
    expect_ok(trm_device_sync(device));
    ck_assert(shows(3, fresh[0]));
    close_all();
}
END_TEST

static unsigned char newcomer[NBYTES];

static bool is_armed; /* the next host memory comes late */

static void *allocate(void *user, size_t nbytes) {
    (void)user;
    if (is_armed)
        exchange(0, newcomer);
    is_armed = false;
    return malloc(nbytes);
}

static void release(void *user, void *memory, size_t nbytes) {
    (void)user, (void)nbytes;
    free(memory);
}

/* The same while an idle buffer returns to one copy: of the old array. */
START_TEST(an_array_comes_while_its_buffer_returns) {
    open_device(&(trm_device_desc){
        .idle_frames = 1, .no_pages = true, .allocator = {allocate, release, NULL}});
    edit(0, 0x11);
    memset(newcomer, 0x22, sizeof newcomer);
    const trm_buffer_desc desc = {
        .data = arrays[0], .nbytes = NBYTES, .format = "f4", .chunk_size = 16};
    expect_ok(trm_buffer_create(&desc, &buffers[0]));
    expect_ok(trm_device_attach(device, buffers[0]));
    for (unsigned frame = 0; frame < 2; frame++) {
        expect_ok(trm_buffer_update_full(buffers[0]));
        expect_ok(trm_device_sync(device));
        expect_ok(trm_device_end_frame(device));
    }
    ck_assert_int_eq(buffers[0]->store->placement, TRM_PLACEMENT_MAPPED);
    is_armed = true;
    for (unsigned frame = 0; frame < 10 && is_armed; frame++) {
        expect_ok(trm_device_sync(device));
        expect_ok(trm_device_end_frame(device));
    }
    ck_assert_int_eq(buffers[0]->store->placement, TRM_PLACEMENT_DEVICE);
    ck_assert(shows(0, arrays[0]));
    expect_ok(trm_buffer_update_range(buffers[0], 0, 1));
    expect_ok(trm_device_sync(device));
    ck_assert(shows(0, newcomer));
    expect_ok(trm_buffer_destroy(buffers[0]));
    trm_device_destroy(device);
}
END_TEST

/* The bar is gone behind set_data, and the slot follows the new array. */
START_TEST(arrays_are_followed) {
    static unsigned char fresh[2][NBYTES];
    open_all(2 * NBYTES);
    for (unsigned round = 0; round < 4; round++) {
        memset(fresh[round % 2], (int)round + 1, NBYTES);
        edit(65, 0xdd);
        expect_ok(trm_buffer_set_data(buffers[65], fresh[round % 2], NBYTES, 0));
        expect_ok(trm_device_sync(device));
        ck_assert(shows(65, fresh[round % 2]));
        ck_assert_uint_eq(rewrites(65), round + 1);
        expect_ok(trm_device_end_frame(device));
    }
    trm_stats before, after;
    trm_device_stats(device, &before);
    expect_ok(trm_buffer_update_range(buffers[65], 3, 1));
    expect_ok(trm_device_sync(device));
    trm_device_stats(device, &after);
    ck_assert_uint_eq(after.copied_nbytes - before.copied_nbytes, 64); /* a chunk */
    close_all();
}
END_TEST

static unsigned char another[NBYTES];

static void set_another(void) {
    expect_ok(trm_buffer_set_data(buffers[3], another, NBYTES, 0));
}

/* The GPU is asked for the first slot of the second word: whoever waits for one of the first word
 * to be copied is not kept until it answers. Here it is the same thread, which would wait for
 * ever. */
START_TEST(nobody_waits_while_the_gpu_is_asked) {
    trm_span span;
    open_all(2 * NBYTES);
    memset(another, 0x66, sizeof another);
    for (unsigned round = 1; round <= 2; round++) {
        for (size_t i = 0; i < COUNT; i++)
            edit(i, (unsigned char)(i + round));
        expect_ok(trm_buffer_update_many(buffers, COUNT));
        when_asked = round == 2 ? set_another : NULL;
        expect_ok(trm_device_sync(device));
        ck_assert(!when_asked);
        expect_ok(trm_device_acquire(device, buffers[64], false, &span));
        expect_ok(trm_device_end_frame(device));
    }
    ck_assert(trm_buffer_pending(buffers[3]));
    expect_ok(trm_device_sync(device));
    for (size_t i = 0; i < COUNT; i++)
        ck_assert(shows(i, i == 3 ? another : arrays[i]));
    close_all();
}
END_TEST

/* Strided items have to be gathered. */
START_TEST(strided_arrays_go_the_general_way) {
    static unsigned char sparse[64 * 8];
    unsigned char packed[NBYTES];
    open_all(2 * NBYTES);
    for (size_t i = 0; i < sizeof sparse; i++)
        sparse[i] = (unsigned char)i;
    for (size_t i = 0; i < NBYTES; i++)
        packed[i] = sparse[i / 4 * 8 + i % 4];
    expect_ok(trm_buffer_set_data(buffers[9], sparse, NBYTES, 8));
    expect_ok(trm_device_sync(device));
    ck_assert(shows(9, packed));
    ck_assert_uint_eq(rewrites(9), 0);
    close_all();
}
END_TEST

/* Both marks are taken by one upload. */
START_TEST(marked_in_part_and_as_a_whole) {
    trm_stats before, after;
    open_all(2 * NBYTES);
    edit(7, 0x12);
    trm_device_stats(device, &before);
    expect_ok(trm_buffer_update_range(buffers[7], 3, 1));
    expect_ok(trm_buffer_update_full(buffers[7]));
    expect_ok(trm_device_sync(device));
    trm_device_stats(device, &after);
    ck_assert(shows(7, arrays[7]));
    ck_assert(!trm_buffer_pending(buffers[7]));
    ck_assert_uint_eq(after.copied_nbytes - before.copied_nbytes, NBYTES);
    ck_assert_uint_eq(after.uploads - before.uploads, 1);
    close_all();
}
END_TEST

/* Partial edits, each of which finds the GPU reading what the one before wrote. */
static void catch_up(size_t i, unsigned count) {
    trm_span span;
    for (unsigned round = 0; round < count; round++) {
        gpu.busy = round % 3 != 0; /* never all three */
        arrays[i][0]++;
        expect_ok(trm_buffer_update_range(buffers[i], 0, 1));
        expect_ok(trm_device_sync(device));
        ck_assert(shows(i, arrays[i]));
        expect_ok(trm_device_acquire(device, buffers[i], false, &span));
        expect_ok(trm_device_end_frame(device));
    }
    gpu.busy = false;
}

/* After a rewrite the other regions lack everything, and a partial edit finds that out. */
START_TEST(partial_edits_behind_a_rewrite) {
    open_all(2 * NBYTES);
    catch_up(5, 9);
    edit(5, 0x31);
    expect_ok(trm_buffer_update_full(buffers[5]));
    expect_ok(trm_device_sync(device));
    ck_assert_uint_eq(rewrites(5), 1);
    catch_up(5, 3);
    close_all();
}
END_TEST

/* What was counted stays, with the slot or without it. */
START_TEST(counts_outlive_the_slot) {
    trm_buffer_info before, after;
    open_all(2 * NBYTES);
    for (unsigned round = 0; round < 3; round++) {
        edit(2, (unsigned char)round);
        expect_ok(trm_buffer_update_full(buffers[2]));
        expect_ok(trm_device_sync(device));
        expect_ok(trm_device_end_frame(device));
    }
    expect_ok(trm_device_buffer_info(device, buffers[2], &before));
    ck_assert_uint_eq(before.uploads, 4);
    ck_assert_uint_eq(before.copied_nbytes, 4 * NBYTES);
    trm_buffer_forbid_rewrites(buffers[2]);
    trm_store_forsake(buffers[2]->store);
    expect_ok(trm_device_buffer_info(device, buffers[2], &after));
    ck_assert_uint_eq(after.uploads, before.uploads);
    ck_assert_uint_eq(after.copied_nbytes, before.copied_nbytes);
    edit(2, 0x99);
    expect_ok(trm_buffer_update_full(buffers[2]));
    expect_ok(trm_device_sync(device));
    ck_assert(shows(2, arrays[2]));
    expect_ok(trm_device_buffer_info(device, buffers[2], &after));
    ck_assert_uint_eq(after.uploads, before.uploads + 1);
    close_all();
}
END_TEST

/* Whoever comes next in the place of a detached buffer is not taken for it. */
START_TEST(places_are_given_anew) {
    open_all(2 * NBYTES);
    trm_listing *listing = atomic_load(&buffers[11]->listing);
    ck_assert(trm_listing_test(listing->rewritable, buffers[11]));
    expect_ok(trm_buffer_set_data(buffers[11], arrays[11], NBYTES, 0));
    expect_ok(trm_device_detach(device, buffers[11]));
    ck_assert(!trm_listing_test(listing->rewritable, buffers[11]));
    ck_assert(!trm_listing_test(listing->moved, buffers[11]));
    expect_ok(trm_device_attach(device, buffers[11]));
    edit(11, 0x55);
    expect_ok(trm_buffer_update_full(buffers[11]));
    expect_ok(trm_device_sync(device));
    ck_assert(shows(11, arrays[11]));
    close_all();
}
END_TEST

int main(void) {
    Suite *suite = suite_create("slots");
    UNIT_ADD(suite, arrays_apart);
    UNIT_ADD(suite, arrays_next_to_each_other);
    UNIT_ADD(suite, longer_arrays);
    UNIT_ADD(suite, much_longer_arrays);
    UNIT_ADD(suite, eight_regions);
    UNIT_ADD(suite, slots_meet_again);
    UNIT_ADD(suite, marks_of_all_kinds);
    UNIT_ADD(suite, frames_beyond_32_bits);
    UNIT_ADD(suite, a_bar_keeps_out);
    UNIT_ADD(suite, an_array_comes_before_its_mark);
    UNIT_ADD(suite, an_array_comes_while_its_buffer_returns);
    UNIT_ADD(suite, arrays_are_followed);
    UNIT_ADD(suite, nobody_waits_while_the_gpu_is_asked);
    UNIT_ADD(suite, strided_arrays_go_the_general_way);
    UNIT_ADD(suite, marked_in_part_and_as_a_whole);
    UNIT_ADD(suite, partial_edits_behind_a_rewrite);
    UNIT_ADD(suite, counts_outlive_the_slot);
    UNIT_ADD(suite, places_are_given_anew);
    return unit_main(suite);
}
