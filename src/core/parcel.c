#include "core/parcel.h"

#include "core/memory.h"
#include "core/scatter.h"

bool trm_parcel_create(trm_staging *staging, const trm_allocator *allocator) {
    const trm_backend *backend = staging->backend;
    trm_parcel *parcel = &staging->parcel;
    if (parcel->bytes || parcel->refused_lately)
        return parcel->bytes != NULL;
    parcel->bytes = trm_allocate(allocator, TRM_PARCEL_NBYTES);
    if (!parcel->bytes || !trm_staging_has_queue(staging, allocator))
        goto fail_host;
    if (backend->device_create(backend->self, TRM_PARCEL_PLACES * TRM_PARCEL_NBYTES, NULL, true,
            "trireme parcels", &parcel->memory) != TRM_OK)
        goto fail_host;
    staging->stats->staging_nbytes += parcel->memory.nbytes;
    return true;

fail_host:
    trm_release(allocator, parcel->bytes, TRM_PARCEL_NBYTES);
    parcel->bytes = NULL;
    parcel->refused_lately = TRM_REFUSED_FRAMES; /* the ring will do */
    return false;
}

void trm_parcel_destroy(trm_staging *staging, const trm_allocator *allocator, bool lost) {
    const trm_backend *backend = staging->backend;
    trm_parcel *parcel = &staging->parcel;
    if (parcel->bytes && !lost)
        backend->memory_destroy(backend->self, &parcel->memory);
    trm_release(allocator, parcel->bytes, TRM_PARCEL_NBYTES);
    *parcel = (trm_parcel){0};
}

/* The memory serves out its frames like a ring's. */
void trm_parcel_give_way(trm_staging *staging, const trm_allocator *allocator) {
    trm_parcel *parcel = &staging->parcel;
    if (!parcel->bytes || staging->outgrown_count == TRM_STAGING_OUTGROWN)
        return;
    trm_staging_hand_over(staging);
    uint64_t last_use = 0;
    for (size_t i = 0; i < TRM_PARCEL_PLACES; i++)
        last_use = parcel->last_use[i] > last_use ? parcel->last_use[i] : last_use;
    trm_timeline_want(staging->timeline, last_use);
    staging->outgrown[staging->outgrown_count++] = (trm_outgrown_ring){parcel->memory, last_use};
    trm_release(allocator, parcel->bytes, TRM_PARCEL_NBYTES);
    *parcel = (trm_parcel){.refused_lately = TRM_REFUSED_FRAMES};
    if (trm_timeline_poll(staging->timeline) == TRM_OK)
        trm_staging_reclaim_outgrown(staging, false);
}

static uint64_t offset_in_memory(const trm_parcel *parcel) {
    return (uint64_t)parcel->place * TRM_PARCEL_NBYTES + parcel->begun;
}

static bool is_place_free(const trm_staging *staging) {
    const trm_parcel *parcel = &staging->parcel;
    uint64_t last_use = parcel->last_use[parcel->place];
    return trm_timeline_done(staging->timeline, last_use) ||
           (trm_timeline_poll_once(staging->timeline) == TRM_OK &&
               trm_timeline_done(staging->timeline, last_use));
}

static void leave_place(trm_staging *staging) {
    trm_parcel *parcel = &staging->parcel;
    if (parcel->place % TRM_PARCEL_FENCED == 0)
        trm_timeline_want(staging->timeline, parcel->last_use[parcel->place]);
    parcel->place = (parcel->place + 1) % TRM_PARCEL_PLACES;
    parcel->begun = 0;
}

static size_t aligned(size_t used) {
    return used + -used % (size_t)TRM_SLICE_ALIGNMENT;
}

/* With the tables to come, at most. */
static size_t taken_with(const trm_parcel *parcel, size_t nbytes, size_t runs) {
    return parcel->taken - parcel->used + aligned(parcel->used) + nbytes + TRM_SLICE_ALIGNMENT +
           trm_scatter_table_nbytes(nbytes, runs);
}

bool trm_parcel_has_room(trm_staging *staging, size_t nbytes, size_t runs) {
    trm_parcel *parcel = &staging->parcel;
    size_t taken = taken_with(parcel, nbytes, runs);
    if (taken > TRM_PARCEL_NBYTES)
        return false;
    if (taken > TRM_PARCEL_NBYTES - parcel->begun) {
        if (parcel->is_queued)
            return false;
        leave_place(staging);
    }
    return parcel->begun || is_place_free(staging);
}

unsigned char *trm_parcel_take(trm_staging *staging, size_t nbytes, size_t runs) {
    trm_parcel *parcel = &staging->parcel;
    size_t taken = taken_with(parcel, nbytes, runs), start = aligned(parcel->used);
    bool of_ring = staging->transfer_count && !parcel->is_queued;
    if (of_ring || runs > TRM_STAGING_TRANSFERS - staging->transfer_count)
        return NULL;
    parcel->taken = taken;
    parcel->used = start + nbytes;
    parcel->is_queued = true;
    return parcel->bytes + start;
}

void trm_parcel_transfer(trm_staging *staging, const unsigned char *bytes, trm_transfer transfer) {
    const trm_parcel *parcel = &staging->parcel;
    transfer.source_offset = offset_in_memory(parcel) + (uint64_t)(bytes - parcel->bytes);
    staging->transfers[staging->transfer_count++] = transfer;
}

uint64_t trm_parcel_add_table(trm_staging *staging, size_t nbytes, uint32_t **rows) {
    trm_parcel *parcel = &staging->parcel;
    size_t start = aligned(parcel->used);
    parcel->used = start + nbytes;
    *rows = (uint32_t *)(void *)(parcel->bytes + start);
    return offset_in_memory(parcel) + start;
}

/* A place is left when what comes next, if it resembles this one, might not fit. */
void trm_parcel_send(trm_staging *staging) {
    const trm_backend *backend = staging->backend;
    trm_parcel *parcel = &staging->parcel;
    size_t nbytes = aligned(parcel->used);
    const trm_update update = {offset_in_memory(parcel), nbytes, parcel->bytes};
    backend->update(backend->self, &parcel->memory, &update, 1, true);
    parcel->last_use[parcel->place] = trm_timeline_touch(staging->timeline);
    parcel->begun += nbytes;
    if (TRM_PARCEL_NBYTES - parcel->begun < 2 * nbytes)
        leave_place(staging);
    parcel->used = parcel->taken = 0;
    parcel->is_queued = false;
}
