/* Small buffers in mapped pages that were edited as a whole: the commonest edit where there are
 * thousands. The steps are those of trm_store_update, for a few hundred buffers in one go: none of
 * them can fail, what each region lacks is said by the turn, and neither buffers nor stores are
 * looked at, for cache lines and locked instructions are all that this costs beside the copy.
 * Whatever does not fit goes the general way.
 *
 * Against set_data, which replaces arrays on any thread, there is no lock but the listing's bits:
 * it bars its buffer before it looks which words are being rewritten, and that is said here before
 * bars are looked for. */
#include "core/bits.h"
#include "core/device_impl.h"

#include <string.h>

void trm_slot_judge(trm_store *store) {
    trm_buffer *buffer = store->buffer;
    trm_listing *listing = atomic_load(&buffer->listing);
    if (!store->page || store->placement != TRM_PLACEMENT_MAPPED)
        return;
    trm_mutex_lock(buffer->lock); /* against set_data */
    trm_source source = trm_buffer_source(buffer);
    if (trm_source_is_plain(&source)) {
        store->turn->data = source.data;
        store->device->turns[buffer->listing_slot] = store->turn;
        if (!trm_listing_test(listing->rewritable, buffer))
            trm_listing_set(listing->rewritable, buffer);
    }
    trm_mutex_unlock(buffer->lock);
}

/* The first region that the GPU is done with, for each will lack the same, everything. So slots
 * that draws have driven apart meet again, and only neighbours in one region are one copy and one
 * flush. region_count: somebody has to wait. */
static inline uint32_t choose_region(const trm_turn *turn, const trm_timeline *timeline) {
    uint32_t region = 0;
    while (
        region < turn->page->region_count && !trm_timeline_passed(timeline, turn->last_use[region]))
        region++;
    return region;
}

/* Puts a finished piece on the list. */
static inline void finish(trm_slot_work *work, const trm_slot_piece *piece) {
    if (piece->nbytes)
        work->pieces[work->count++] = *piece;
}

static inline size_t slot_of(const trm_turn *turn) {
    const trm_page *page = turn->page;
    return (size_t)((const unsigned char *)turn - page->turns) >> page->turn_shift;
}

/* What is copied of it, and to where. */
static inline trm_slot_piece piece_of(const trm_turn *turn, size_t slot, uint32_t region) {
    const trm_page *page = turn->page;
    return (trm_slot_piece){page, slot * page->slot_nbytes + (uint64_t)region * page->region_nbytes,
        turn->data, turn->nbytes};
}

static inline bool continues(const trm_slot_piece *last, const trm_slot_piece *next) {
    return last->page == next->page && last->offset + last->nbytes == next->offset &&
           (uintptr_t)last->from + last->nbytes == (uintptr_t)next->from;
}

/* Plans `bits` of the word that begins at slot `first`; returns those whose regions the GPU has all
 * of. A piece goes on until something else comes, also from word to word. */
static uint64_t plan(trm_device *device, size_t first, uint64_t bits) {
    const trm_timeline *timeline = &device->timeline;
    trm_slot_work *work = &device->slot_work;
    trm_slot_piece last = work->count ? work->pieces[--work->count] : (trm_slot_piece){0};
    uint64_t left = 0, nbytes = 0;
    for (uint64_t rest = bits; rest; rest &= rest - 1) {
        trm_turn *turn = device->turns[first + trm_lowest_bit(rest)];
        uint32_t region = choose_region(turn, timeline);
        if (region == turn->page->region_count) {
            left |= rest & -rest;
            continue;
        }
        size_t slot = slot_of(turn);
        trm_slot_piece next = piece_of(turn, slot, region);
        turn->page->rewrites[slot]++;
        turn->current = (uint8_t)region;
        turn->whole = (uint8_t)(region + 1);
        nbytes += next.nbytes;
        if (continues(&last, &next)) {
            last.nbytes += next.nbytes;
        } else {
            finish(work, &last);
            last = next;
        }
    }
    finish(work, &last);
    work->buffers += trm_popcount(bits & ~left);
    work->nbytes += nbytes;
    return left;
}

static unsigned char *target_of(const trm_slot_piece *piece) {
    return (unsigned char *)piece->page->memory.pointer + piece->offset;
}

static void copy_plainly(const trm_slot_work *work) {
    for (size_t i = 0; i < work->count; i++)
        memcpy(target_of(&work->pieces[i]), work->pieces[i].from, work->pieces[i].nbytes);
}

static void copy_streamed(const trm_slot_work *work) {
    trm_plain_copy copies[TRM_SLOT_PIECES];
    for (size_t i = 0; i < work->count; i++) {
        const trm_slot_piece *piece = &work->pieces[i];
        copies[i] = (trm_plain_copy){target_of(piece), piece->from, piece->nbytes};
    }
    trm_copy_plain_streamed(copies, work->count);
}

/* With the padding up to the end of its last slot, which belongs to nobody. */
static inline uint64_t end_of(const trm_slot_piece *piece) {
    uint64_t slot = piece->page->slot_nbytes;
    return (piece->offset + piece->nbytes + slot - 1) & ~(slot - 1);
}

static void note(trm_device *device, const trm_slot_work *work) {
    trm_stats *stats = &device->stats;
    size_t next;
    for (size_t i = 0; i < work->count; i = next) {
        const trm_slot_piece *first = &work->pieces[i];
        uint64_t end = end_of(first);
        for (next = i + 1; next < work->count && work->pieces[next].page == first->page &&
                           work->pieces[next].offset == end;
             next++)
            end = end_of(&work->pieces[next]);
        trm_page_note_written(device, first->page, first->offset, (size_t)(end - first->offset), 0);
    }
    device->small_edits += (uint32_t)work->buffers;
    stats->uploads += work->buffers;
    stats->copied_nbytes += work->nbytes;
    stats->marked_nbytes += work->nbytes;
}

/* Who was given another array since the last look. */
static void follow(trm_device *device, trm_listing *listing, size_t first, uint64_t bits) {
    atomic_fetch_and(&listing->moved[first % TRM_LISTING_BITS / TRM_WORD_BITS], ~bits);
    for (; bits; bits &= bits - 1) {
        size_t slot = first + trm_lowest_bit(bits);
        trm_buffer *buffer = device->slots[slot];
        device->turns[slot]->data = atomic_load_explicit(&buffer->data, memory_order_relaxed);
        buffer->store->epoch = atomic_load(&buffer->data_epoch);
    }
}

void trm_slot_copy(trm_device *device, size_t index) {
    trm_slot_work *work = &device->slot_work;
    if (!work->words)
        return;
    /* All regions are written before the first one's turn comes again. */
    if (device->copier.streamed &&
        device->desc.region_count * device->synced_nbytes > TRM_CACHED_NBYTES)
        copy_streamed(work);
    else
        copy_plainly(work);
    atomic_store_explicit(&device->listings[index]->rewriting, 0, memory_order_release);
    note(device, work);
    work->words = work->count = 0;
    work->buffers = work->nbytes = 0;
}

/* From here until they are copied nobody is called, for somebody may be waiting. */
static uint64_t plan_word(trm_device *device, trm_listing *listing, size_t first, uint64_t bits) {
    trm_slot_work *work = &device->slot_work;
    size_t word = first % TRM_LISTING_BITS / TRM_WORD_BITS;
    atomic_fetch_or(&listing->rewriting, UINT64_C(1) << word);
    work->words++;
    /* In this order: set_data takes leave to rewrite away before it lifts its bar. */
    uint64_t barred = atomic_load(&listing->barred[word]);
    uint64_t rewritable = atomic_load(&listing->rewritable[word]);
    uint64_t left = bits & ~(rewritable & ~barred);
    uint64_t moved = atomic_load(&listing->moved[word]) & bits & ~left;
    if (moved)
        follow(device, listing, first, moved);
    return left | plan(device, first, bits & ~left);
}

/* The first one shows whether the GPU has to be asked. False when that fails. */
static bool ask_once(trm_device *device, size_t index, const trm_turn *turn) {
    if (trm_timeline_passed(&device->timeline, turn->last_use[0]))
        return true;
    if (!device->timeline.polled)
        trm_slot_copy(device, index);
    return trm_timeline_poll_once(&device->timeline) == TRM_OK;
}

uint64_t trm_slot_plan(
    trm_device *device, size_t index, size_t word, uint64_t full, uint64_t some) {
    trm_listing *listing = device->listings[index];
    size_t first = index * TRM_LISTING_BITS + word * TRM_WORD_BITS;
    uint64_t left = full, bits = full & ~some & atomic_load(&listing->rewritable[word]);
    const trm_slot_work *work = &device->slot_work;
    if (work->words == TRM_SLOT_WORDS || work->nbytes >= TRM_SLOT_NBYTES)
        trm_slot_copy(device, index);
    /* Somebody who wants to hear of each copy is told by the general way. */
    if (bits && !device->desc.on_copy &&
        ask_once(device, index, device->turns[first + trm_lowest_bit(bits)]))
        left = (full & ~bits) | plan_word(device, listing, first, bits);
    for (uint64_t rest = left; rest; rest &= rest - 1) {
        trm_buffer *buffer = device->slots[first + trm_lowest_bit(rest)];
        if (buffer)
            trm_dirty_raise(&buffer->dirty, TRM_DIRTY_FULL);
    }
    return left;
}
