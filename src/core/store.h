/* The GPU side of one buffer: either a mapped object with N regions, or one device-local object,
 * and what each region still lacks. (A device-local object counts as one region.)
 *
 * A buffer's marks have one consumer, its store, which takes them once and ORs them into the stale
 * plane of every region before anything that can fail. From then on the store alone knows what is
 * missing where: whichever region is chosen next, it catches up on exactly that. */
#ifndef TRM_CORE_STORE_H
#define TRM_CORE_STORE_H

#include "core/backend.h"
#include "core/buffer_impl.h"
#include "core/page.h"
#include "core/plane.h"
#include "core/timeline.h"

/* Of a store without memory: no buffer's. */
#define TRM_NO_GENERATION UINT64_MAX

/* What an acquire looks at comes first: with thousands of stores each cache line counts. */
typedef struct trm_store {
    trm_turn *turn;       /* its own, or that of its slot */
    trm_memory memory;    /* of the page, if it has a slot in one */
    uint64_t base;        /* of region 0 in the memory, in bytes */
    size_t region_nbytes; /* from region to region */
    size_t nbytes;        /* of the buffer: layout.nbytes */
    uint8_t region_count;
    bool filled;             /* the current region has content */
    bool wants_fence;        /* a frame that uses it has one, even where those are dear */
    trm_placement placement; /* MAPPED or DEVICE */

    struct trm_device *device;
    trm_page *page;
    uint64_t uploads;       /* but for rewrites: trm_store_uploads */
    uint64_t copied_nbytes; /* likewise */
    trm_plane *stale;       /* what each region lacks; without CPU data they have no bits */
    trm_buffer *buffer;
    uint64_t generation; /* of the buffer when the store was made */
    uint64_t epoch;      /* the buffer's data_epoch that the planes are about */
    trm_layout layout;   /* likewise */
    trm_placement_reason reason;
    uint32_t streak;         /* frames with an upload, none of them long after the one before */
    uint64_t edited_at;      /* frames that had ended at the last upload; of a rewrite, when
                                demote.c saw it */
    uint64_t dated_rewrites; /* when demote.c last looked */
    size_t slot;
    uint64_t held_nbytes;
    struct trm_store *watch_next, *watch_previous; /* among those that may be demoted */
    bool is_watched;
    uint64_t since; /* frames that had ended when the buffer got its first memory */
    uint64_t waits;
    uint64_t lost_before;   /* content was lost before the n-th upload, from 1; 0: never */
    struct trm_store *next; /* in the device's list of retired stores */
    uint64_t retired_at;    /* when retired, or outgrown: free once this serial has completed */
    size_t host_nbytes;     /* of this struct, its planes and their words */
} trm_store;

/* Uploads of its slot by slot.c. */
static inline uint64_t trm_store_rewrites(const trm_store *store) {
    return store->page ? store->page->rewrites[store->slot] : 0;
}

static inline uint64_t trm_store_uploads(const trm_store *store) {
    return store->uploads + trm_store_rewrites(store);
}

static inline uint64_t trm_store_copied_nbytes(const trm_store *store) {
    return store->copied_nbytes + trm_store_rewrites(store) * store->nbytes;
}

/* Writes into the planes what the turn says: before anything that goes by them. */
static inline void trm_store_settle(trm_store *store) {
    trm_turn *turn = store->turn;
    for (uint32_t i = 0; i < store->region_count && turn->whole; i++) {
        if (i + 1 == turn->whole)
            trm_plane_clear(&store->stale[i]);
        else
            trm_plane_fill(&store->stale[i]);
    }
    turn->whole = 0;
}

/* Where a region begins in the memory. */
static inline uint64_t trm_store_offset(const trm_store *store, uint32_t region) {
    return store->base + (uint64_t)region * store->region_nbytes;
}

/* After a loss of the context a store has no memory, and only keeps count for its successor. */
static inline bool trm_store_has_memory(const trm_store *store) {
    return store && store->held_nbytes;
}

/* Whether content was lost, and none came since. */
static inline bool trm_store_lacks_content(const trm_store *store) {
    return trm_store_uploads(store) < store->lost_before;
}

/* A store for the buffer as it is now; everything in it is stale, unless `with_content` was asked
 * for and a device-local store could be made with it. The caller has taken the buffer's marks, and
 * gives them back if this fails. `log` hears why; NULL when the store was only a wish. */
trm_result trm_store_create(struct trm_device *device, trm_buffer *buffer, trm_placement placement,
    bool with_content, const trm_log *log, trm_store **out);

/* What is counted of a buffer runs on in the store that takes over. */
void trm_store_succeed(trm_store *store, const trm_store *old);

/* Frees it at once; the GPU must be done with it (or the context lost). */
void trm_store_destroy(trm_store *store);

/* Its memory went with the context. */
void trm_store_forsake(trm_store *store);

/* The current region is handed out, or written by the GPU, in the open frame. Nobody waits for a
 * device-local store but its own end. */
static inline void trm_store_use(trm_store *store, trm_timeline *timeline) {
    timeline->used = true;
    timeline->wanted |= store->wants_fence;
    store->turn->last_use[store->turn->current] = (uint32_t)timeline->open;
}

/* The serial after which nothing reads a region any more, or the store. */
uint64_t trm_store_region_use(const trm_store *store, uint32_t region);
uint64_t trm_store_last_use(const trm_store *store);

/* Takes the buffer's pending marks and brings a region up to date; it is the current one then. What
 * went through the staging ring still has to be handed over. On error, or when it would have to
 * wait and may not (NOT_READY), the marks stay in the stale planes, and the buffer is pending
 * again. */
trm_result trm_store_update(trm_store *store, bool may_wait);

/* Takes the buffer's marks into the planes of its store (which is settled), or nowhere if that is
 * NULL. Returns the bytes of their chunks. Cannot fail. */
uint64_t trm_store_take_marks(trm_buffer *buffer, trm_store *store);

/* Whether the buffer has another array than the planes are about: then every region lacks all of
 * it. set_data marks only behind the exchange, so an array may come before its mark. Whoever is to
 * copy asks under the buffer's lock. */
bool trm_store_follow_array(trm_store *store);

/* The current region if no unfinished frame reads it, so that an idle GPU means one copy an edit;
 * else the finished region with the least to catch up. region_count when all are in use. */
uint32_t trm_store_free_region(const trm_store *store);

/* Where the buffer lives from now on, or NULL. */
static inline void trm_store_install(trm_buffer *buffer, trm_store *store) {
    trm_buffer_forbid_rewrites(buffer);
    buffer->store = store;
}

/* Bytes of the chunks that a region lacks. */
size_t trm_store_stale_nbytes(const trm_store *store, uint32_t region);

/* Makes bytes of a mapped store visible, from byte `offset` of its memory on. */
void trm_store_flush(trm_store *store, uint64_t offset, size_t nbytes);

/* The alignment that a span of this usage needs; usage 0 may be anything. */
size_t trm_span_alignment(const trm_alignments *alignments, uint32_t usage);

static inline bool trm_may_be_storage(uint32_t usage) {
    return !usage || (usage & (TRM_USAGE_STORAGE | TRM_USAGE_GPU_WRITE));
}

/* Whether copies into a buffer of this usage may overtake what earlier draws still read. */
static inline bool trm_copies_overtake(const trm_traits *traits, uint32_t usage) {
    return traits->copies_overtake_storage && trm_may_be_storage(usage);
}

/* What must be over before the GPU may write into the current region: asks the ring for barriers.
 */
void trm_store_raise_barriers(trm_store *store);

/* store_memory.c: GPU memory for the store, whose layout, placement and number of regions are set.
 */
trm_result trm_store_take_memory(trm_store *store, bool with_content, const trm_log *log);
void trm_store_give_back_memory(trm_store *store);

/* store_mapped.c: copies what a region lacks out of the caller's array, or what was sent, which is
 * the whole content. */
void trm_store_write_stale(trm_store *store, uint32_t region);
void trm_store_write_sends(trm_store *store, uint32_t region);

/* store_inline.c: whether what is stale had better travel inside commands; brings it up that way,
 * in order with the commands recorded so far. False when the array was replaced meanwhile:
 * everything is left for the ring then. */
bool trm_store_suits_inline(const trm_store *store);
bool trm_store_inline_stale(trm_store *store);

/* store_parcel.c: the same by a dispatch of what one command can carry. False when it cannot, or
 * had better not: nothing has happened then. */
bool trm_store_parcel_stale(trm_store *store);

/* store_staged.c: whether only stale bytes are worth moving, for pieces cost next to nothing in a
 * dispatch; unless so much is stale that the gaps cost the CPU more than the bytes in them. */
bool trm_store_moves_exactly(const trm_store *store);

/* A move to byte `offset` of the current region. */
static inline trm_transfer trm_store_move(trm_store *store, size_t offset, size_t nbytes) {
    return (trm_transfer){
        .target = &store->memory,
        .usage = store->buffer->usage,
        .target_offset = trm_store_offset(store, store->turn->current) + offset,
        .nbytes = nbytes,
    };
}

/* Through the ring into the current region, in order with the commands recorded so
 * far. */
trm_result trm_store_stage_stale(trm_store *store, bool may_wait);
trm_result trm_store_stage_sends(trm_store *store, bool may_wait);

/* What it means that there is no staging ring, told to the device's log. */
trm_result trm_store_fail_staging(trm_store *store, trm_result result);

/* The result of a wait that did not end well, told to the device's log. */
trm_result trm_store_fail_wait(trm_store *store, trm_result result, bool may_wait);

#endif
