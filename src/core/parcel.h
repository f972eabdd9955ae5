/* Small dispatches. What a sync moves, if it is little, is gathered in host memory and travels as
 * the bytes of a single command into device-local memory, where the dispatch finds it. Out of the
 * ring its work groups would wait for the bus, first for their table and then for the bytes, and
 * the rest of the frame for them: of 104 KiB in 26 runs that costs an H200 17 microseconds, and 8
 * in a parcel, for which the processor copies once more (4 microseconds).
 *
 * Parcels take turns with some places, each of which is free again when the frame has passed that
 * used it last: drivers let such commands overtake what dispatches still read. Small ones share a
 * place, one behind the other, so that fences, which are dear, become rare. */
#ifndef TRM_CORE_PARCEL_H
#define TRM_CORE_PARCEL_H

#include "core/backend.h"
#include "core/limit.h"

/* Above that the second copy costs the processor more than the bus costs the GPU. */
#define TRM_PARCEL_NBYTES TRM_LIMIT((size_t)128 << 10, (size_t)3072)

/* Places; a fence is asked for behind every few. Three unfinished frames and what the fence behind
 * them covers are in use. */
#define TRM_PARCEL_PLACES TRM_LIMIT(16u, 2u)
#define TRM_PARCEL_FENCED TRM_LIMIT(8u, 1u)

/* Who had no memory is asked again after so many frames: it costs a driver milliseconds. */
#define TRM_REFUSED_FRAMES TRM_LIMIT(256u, 4u)

struct trm_staging;

typedef struct trm_parcel {
    trm_memory memory;                    /* all places; device-local */
    uint64_t last_use[TRM_PARCEL_PLACES]; /* serials */
    unsigned place;                       /* where the next one arrives */
    size_t begun;                         /* bytes of it that earlier ones took */
    unsigned char *bytes;                 /* what will be sent. NULL: there are no parcels yet */
    size_t used;
    size_t taken;            /* the same with the tables to come, at most */
    bool may_fill;           /* during a sync that is expected to move little */
    bool is_queued;          /* the queued transfers are out of here, not out of the ring */
    uint32_t refused_lately; /* how many more frames remember that there was no memory */
} trm_parcel;

/* Makes the memory, if there is none. False when it was refused, now or lately. */
bool trm_parcel_create(struct trm_staging *staging, const trm_allocator *allocator);
void trm_parcel_destroy(struct trm_staging *staging, const trm_allocator *allocator, bool lost);

/* Gives its memory back, for what the budget has no room for and what cannot do without. */
void trm_parcel_give_way(struct trm_staging *staging, const trm_allocator *allocator);

/* Whether there is room for `nbytes` in at most `runs` runs, where the GPU is done with what was
 * there before; asks it, and turns to the next place if need be. */
bool trm_parcel_has_room(struct trm_staging *staging, size_t nbytes, size_t runs);

/* Takes that room, for runs which are then queued one after the other. NULL: something else is
 * queued, or too much. Asks nobody. */
unsigned char *trm_parcel_take(struct trm_staging *staging, size_t nbytes, size_t runs);

/* Queues a move of bytes there, which are written; `source_offset` is filled in. */
void trm_parcel_transfer(
    struct trm_staging *staging, const unsigned char *bytes, trm_transfer transfer);

/* Room for a table, which was counted. Its offset in the memory, and where to write it. */
uint64_t trm_parcel_add_table(struct trm_staging *staging, size_t nbytes, uint32_t **rows);

/* Sends what is there; the next one begins. */
void trm_parcel_send(struct trm_staging *staging);

#endif
