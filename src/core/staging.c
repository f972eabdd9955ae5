#include "core/staging.h"

#include "core/flush.h"
#include "core/memory.h"
#include "core/scatter.h"

#define MEMORY_PAGE_NBYTES 4096u

/* Frames that are short order. */
#define LATELY 8u

/* What frames take is forgotten by so many parts a frame. */
#define USUAL_FRAMES 64u

/* Has the system provide the memory now, rather than page by page during the first lap. */
static void touch(const trm_memory *memory) {
    volatile unsigned char *bytes = memory->pointer;
    for (uint64_t i = 0; i < memory->nbytes; i += MEMORY_PAGE_NBYTES)
        bytes[i] = 0;
}

uint64_t trm_staging_capacity(uint64_t nbytes) {
    return nbytes + -nbytes % (TRM_SLICE_ALIGNMENT * 4);
}

bool trm_staging_has_queue(trm_staging *staging, const trm_allocator *allocator) {
    if (!staging->transfers)
        staging->transfers =
            trm_allocate(allocator, TRM_STAGING_TRANSFERS * sizeof *staging->transfers);
    return staging->transfers != NULL;
}

trm_result trm_staging_create(
    trm_staging *staging, uint64_t capacity, const trm_allocator *allocator) {
    const trm_backend *backend = staging->backend;
    if (!trm_staging_has_queue(staging, allocator))
        return TRM_ERROR_OUT_OF_MEMORY;
    trm_result result =
        backend->mapped_create(backend->self, capacity, "trireme staging", &staging->memory);
    if (result != TRM_OK)
        return result;
    touch(&staging->memory);
    staging->capacity = staging->first_capacity = capacity;
    staging->hold = UINT64_MAX;
    staging->stats->staging_nbytes += capacity;
    return TRM_OK;
}

void trm_staging_destroy(trm_staging *staging, const trm_allocator *allocator, bool lost) {
    const trm_backend *backend = staging->backend;
    for (size_t i = 0; i < staging->mark_count && !lost; i++)
        if (staging->marks[i].fence)
            backend->fence_destroy(backend->self, staging->marks[i].fence);
    if (staging->capacity && !lost)
        backend->memory_destroy(backend->self, &staging->memory);
    if (!lost)
        trm_staging_reclaim_outgrown(staging, true);
    trm_parcel_destroy(staging, allocator, lost);
    trm_release(allocator, staging->transfers, TRM_STAGING_TRANSFERS * sizeof *staging->transfers);
    staging->transfers = NULL;
    staging->capacity = 0;
    staging->mark_count = 0;
}

/* Whether a mark has passed, after at most `timeout_ns`. */
static trm_result wait_mark(
    trm_staging *staging, const trm_staging_mark *mark, uint64_t timeout_ns) {
    if (TRM_MUTANT("ring-a-frame-early"))
        return TRM_OK;
    if (mark->serial)
        return trm_timeline_done(staging->timeline, mark->serial) ? TRM_OK
               : timeout_ns ? trm_timeline_wait(staging->timeline, mark->serial, timeout_ns)
                            : TRM_NOT_READY;
    return trm_timeline_wait_fence(staging->timeline, mark->fence, timeout_ns);
}

static void pop_mark(trm_staging *staging) {
    const trm_backend *backend = staging->backend;
    staging->tail = staging->marks[0].position;
    if (staging->marks[0].fence)
        backend->fence_destroy(backend->self, staging->marks[0].fence);
    staging->mark_count--;
    for (size_t i = 0; i < staging->mark_count; i++)
        staging->marks[i] = staging->marks[i + 1];
    trm_staging_count_used(staging);
}

void trm_staging_reclaim(trm_staging *staging) {
    while (staging->mark_count && wait_mark(staging, &staging->marks[0], 0) == TRM_OK)
        pop_mark(staging);
    if (staging->outgrown_count)
        trm_staging_reclaim_outgrown(staging, false);
}

static void push_mark(trm_staging *staging, uint64_t position, uint64_t serial, trm_fence fence) {
    const trm_backend *backend = staging->backend;
    if (staging->mark_count == TRM_STAGING_MARKS) {
        /* The last two become one, which passes when the later does. */
        staging->mark_count--;
        if (staging->marks[staging->mark_count].fence)
            backend->fence_destroy(backend->self, staging->marks[staging->mark_count].fence);
    }
    staging->marks[staging->mark_count++] =
        (trm_staging_mark){.position = position, .serial = serial, .fence = fence};
}

/* A fence in the middle of a frame, behind everything that was handed over. What comes behind an
 * open slice has to wait for a later one: the slice's own move is still to be issued. */
static bool mark_lap(trm_staging *staging) {
    const trm_backend *backend = staging->backend;
    uint64_t end = staging->flushed < staging->hold ? staging->flushed : staging->hold;
    if (end <= trm_staging_marked(staging))
        return false;
    trm_fence fence = backend->fence_insert(backend->self, false);
    if (!fence)
        return false;
    staging->stats->fences++;
    backend->submit(backend->self);
    push_mark(staging, end, 0, fence);
    return true;
}

/* A fence is dear: a frame that used little of the ring is content with the next one's. */
void trm_staging_end_frame(trm_staging *staging) {
    if (trm_staging_marked(staging) != staging->head)
        staging->head += -staging->head % TRM_SLICE_ALIGNMENT;
    staging->frame_nbytes = staging->head - staging->frame_start + staging->table_nbytes;
    staging->frame_start = staging->head;
    staging->table_nbytes = 0;
    staging->usual_nbytes -= staging->usual_nbytes / USUAL_FRAMES;
    if (staging->usual_nbytes < staging->frame_nbytes)
        staging->usual_nbytes = staging->frame_nbytes;
    bool large = staging->frame_nbytes > staging->capacity / 3;
    staging->wants_more = large && staging->large_lately;
    staging->large_lately -= staging->large_lately != 0;
    if (large)
        staging->large_lately = LATELY;
    staging->refused_lately -= staging->refused_lately != 0;
    staging->parcel.refused_lately -= staging->parcel.refused_lately != 0;
    if (!staging->capacity || trm_staging_marked(staging) == staging->head)
        return;
    uint64_t serial = trm_timeline_touch(staging->timeline);
    if (staging->head - staging->fenced >= staging->capacity / 8) {
        staging->fenced = staging->head;
        trm_timeline_want(staging->timeline, serial);
    }
    push_mark(staging, staging->head, serial, 0);
}

/* Makes room by waiting for the oldest mark; sets one first if the open frame holds everything. */
static trm_result make_room(trm_staging *staging, bool may_wait) {
    uint64_t tail = staging->tail;
    trm_staging_hand_over(staging);
    if (staging->tail != tail || trm_staging_start_over(staging))
        return TRM_OK;
    if (!staging->mark_count && !mark_lap(staging))
        return TRM_ERROR_FRAME_OPEN;
    /* Whoever tries again within a frame must be able to hear of the GPU's progress. */
    trm_result result = trm_timeline_poll(staging->timeline);
    if (result == TRM_OK)
        result = wait_mark(staging, &staging->marks[0], may_wait ? staging->wait_timeout_ns : 0);
    if (result == TRM_OK)
        pop_mark(staging);
    return result;
}

trm_result trm_staging_reserve(trm_staging *staging, size_t nbytes, bool may_wait, trm_slice *out) {
    /* Never in the middle of a slice, whose end is not written then. By quarters, so that the GPU
     * empties one while the others are filled. */
    if (trm_staging_is_full(staging) || staging->parcel.is_queued ||
        staging->written - staging->flushed >= staging->capacity / 4)
        trm_staging_hand_over(staging);
    if (staging->wants_more && staging->hold == UINT64_MAX) {
        staging->wants_more = false;
        trm_staging_grow(staging);
    }
    if (staging->head == staging->frame_start)
        trm_staging_choose_start(staging);
    if (trm_staging_try_reserve(staging, nbytes, out))
        return TRM_OK;
    trm_result result = trm_timeline_poll_once(staging->timeline);
    if (result == TRM_OK)
        trm_staging_reclaim(staging);
    while (result == TRM_OK && !trm_staging_try_reserve(staging, nbytes, out)) {
        if (!trm_staging_grow(staging))
            result = make_room(staging, may_wait);
    }
    return result;
}

bool trm_staging_is_full(const trm_staging *staging) {
    return staging->transfer_count == TRM_STAGING_TRANSFERS;
}

void trm_staging_trim(trm_staging *staging, const trm_slice *slice, size_t used) {
    staging->head = slice->position + used;
}

void trm_staging_barrier(trm_staging *staging, trm_barrier barrier) {
    staging->barriers[barrier] = true;
}

/* Everything includes the rest. */
void trm_staging_issue_barriers(trm_staging *staging) {
    const trm_backend *backend = staging->backend;
    if (staging->barriers[TRM_BARRIER_EVERYTHING])
        backend->barrier(backend->self, TRM_BARRIER_EVERYTHING);
    else if (staging->barriers[TRM_BARRIER_SHADER_WRITES])
        backend->barrier(backend->self, TRM_BARRIER_SHADER_WRITES);
    staging->barriers[TRM_BARRIER_EVERYTHING] = staging->barriers[TRM_BARRIER_SHADER_WRITES] =
        false;
}

/* At most two ranges, for the ring may wrap. */
void trm_staging_flush_written(trm_staging *staging) {
    uint64_t from = staging->flushed % staging->capacity;
    uint64_t nbytes = staging->written - staging->flushed, room = staging->capacity - from;
    uint64_t before_wrap = nbytes < room ? nbytes : room;
    trm_flush(staging->backend, staging->stats, &staging->memory, from, before_wrap);
    trm_flush(staging->backend, staging->stats, &staging->memory, 0, nbytes - before_wrap);
    staging->flushed = staging->written;
}

void trm_staging_hand_over(trm_staging *staging) {
    if (!staging->transfer_count)
        return;
    const trm_backend *backend = staging->backend;
    size_t count = staging->transfer_count;
    staging->stats->transfers += count;
    staging->transfer_count = 0;
    size_t copies = trm_scatter_plan(staging, count);
    bool is_parcel = staging->parcel.is_queued;
    const trm_memory *source = is_parcel ? &staging->parcel.memory : &staging->memory;
    if (is_parcel)
        trm_parcel_send(staging);
    else
        trm_staging_flush_written(staging);
    trm_staging_issue_barriers(staging);
    if (staging->scatter_count &&
        !backend->scatter(backend->self, source, staging->scatters, staging->scatter_count))
        copies = count;
    if (copies)
        backend->transfer(backend->self, source, staging->transfers, copies);
    if (!is_parcel && staging->flushed - trm_staging_marked(staging) >= staging->capacity / 4)
        mark_lap(staging);
}

trm_result trm_staging_open(trm_staging *staging, size_t nbytes, trm_slice *out) {
    trm_staging_hand_over(staging);
    trm_result result = trm_staging_reserve(staging, nbytes, true, out);
    /* Flushed by itself, when it is closed: others go on behind it. */
    if (result == TRM_OK)
        staging->written = staging->flushed = staging->head;
    return result;
}

void trm_staging_close(
    trm_staging *staging, const trm_slice *slice, size_t used, trm_transfer transfer) {
    const trm_backend *backend = staging->backend;
    if (staging->head == slice->position + slice->nbytes) {
        staging->head = staging->written = staging->flushed = slice->position + used;
        trm_staging_count_used(staging);
    }
    if (!used)
        return;
    trm_flush(staging->backend, staging->stats, &staging->memory, slice->offset, used);
    trm_staging_issue_barriers(staging);
    transfer.source_offset = slice->offset;
    backend->transfer(backend->self, &staging->memory, &transfer, 1);
    staging->stats->transfers++;
    if (staging->flushed - trm_staging_marked(staging) >= staging->capacity / 4)
        mark_lap(staging);
}
