#include "core/scatter.h"

/* Words that one work group moves: long runs are cut, so that no group works long after the others.
 */
#define ENTRY_WORDS 1024u
#define ENTRY_ROW   4u
#define ROW_NBYTES  (ENTRY_ROW * sizeof(uint32_t))
/* The smallest largest dispatch that GL allows. */
#define MOST_ENTRIES 65535u

/* Each has a row, and one more for every full entry. A table each for few runs, that begins with a
 * line. */
size_t trm_scatter_table_nbytes(size_t nbytes, size_t runs) {
    size_t tables = runs / TRM_SCATTER_FEWEST_RUNS + 1;
    return (runs + nbytes / (ENTRY_WORDS * sizeof(uint32_t))) * ROW_NBYTES +
           tables * (size_t)TRM_SLICE_ALIGNMENT;
}

/* Transfers [first, end) of one target, as one dispatch. */
typedef struct group {
    size_t first;
    size_t end;
    uint64_t base; /* of the window that the dispatch sees */
    uint32_t entries;
} group;

static bool is_whole_words(const trm_transfer *transfer) {
    return !((transfer->target_offset | transfer->source_offset | transfer->nbytes) & 3);
}

static uint32_t entries_of(const trm_transfer *transfer) {
    uint64_t words = transfer->nbytes / 4;
    return (uint32_t)((words + ENTRY_WORDS - 1) / ENTRY_WORDS);
}

/* The longest group that starts at `first`. Transfers into one buffer come in ascending order. */
static group find_group(const trm_staging *staging, size_t first, size_t count) {
    const trm_transfer *transfers = staging->transfers;
    uint64_t window = staging->backend->traits.largest_binding;
    uint64_t base = transfers[first].target_offset;
    base -= base % staging->backend->alignments.storage;
    group found = {.first = first, .end = first, .base = base};
    while (found.end < count) {
        const trm_transfer *next = &transfers[found.end];
        if (next->target->handle != transfers[first].target->handle ||
            next->usage != transfers[first].usage || !is_whole_words(next) ||
            next->target_offset < base || next->target_offset + next->nbytes - base > window ||
            found.entries + entries_of(next) > MOST_ENTRIES)
            break;
        found.entries += entries_of(next);
        found.end++;
    }
    return found;
}

static void write_rows(uint32_t *row, const trm_transfer *transfer, uint64_t base) {
    uint64_t words = transfer->nbytes / 4;
    for (uint64_t done = 0; done < words; done += ENTRY_WORDS, row += ENTRY_ROW) {
        uint64_t left = words - done;
        row[0] = (uint32_t)(transfer->source_offset / 4 + done);
        row[1] = (uint32_t)((transfer->target_offset - base) / 4 + done);
        row[2] = (uint32_t)(left < ENTRY_WORDS ? left : ENTRY_WORDS);
        row[3] = 0;
    }
}

/* Room for a table, if need be where the GPU has just finished: once in a hand-over somebody asks.
 * A ring that has none is too small. */
static bool find_room(trm_staging *staging, size_t nbytes, trm_slice *out) {
    if (trm_staging_try_reserve(staging, nbytes, out))
        return true;
    if (!staging->asked && trm_timeline_poll(staging->timeline) == TRM_OK) {
        trm_staging_reclaim(staging);
        if (trm_staging_try_reserve(staging, nbytes, out))
            return true;
    }
    staging->asked = true;
    staging->table_nbytes += nbytes;
    return false;
}

/* Where a table goes, in the parcel or in the ring: its offset there, or UINT64_MAX. */
static uint64_t place_table(trm_staging *staging, size_t nbytes, uint32_t **row) {
    trm_slice slice;
    if (staging->parcel.is_queued)
        return trm_parcel_add_table(staging, nbytes, row);
    if (!find_room(staging, nbytes, &slice))
        return UINT64_MAX;
    *row = (uint32_t *)(void *)slice.pointer;
    staging->written = slice.position + nbytes;
    return slice.offset;
}

/* Writes a group's table. False when there is no room: it stays copies then. */
static bool add_scatter(trm_staging *staging, const group *runs) {
    uint32_t *row;
    if (staging->scatter_count == TRM_STAGING_SCATTERS)
        return false;
    uint64_t table_offset = place_table(staging, runs->entries * ROW_NBYTES, &row);
    if (table_offset == UINT64_MAX)
        return false;
    const trm_transfer *first = &staging->transfers[runs->first];
    for (size_t i = runs->first; i < runs->end; i++) {
        write_rows(row, &staging->transfers[i], runs->base);
        row += (size_t)entries_of(&staging->transfers[i]) * ENTRY_ROW;
    }
    uint64_t window = staging->backend->traits.largest_binding;
    uint64_t nbytes_left = first->target->nbytes - runs->base;
    staging->scatters[staging->scatter_count++] = (trm_scatter){
        .target = first->target,
        .usage = first->usage,
        .target_offset = runs->base,
        .target_nbytes = nbytes_left < window ? nbytes_left : window,
        .table_offset = table_offset,
        .entries = runs->entries,
    };
    return true;
}

size_t trm_scatter_plan(trm_staging *staging, size_t count) {
    size_t copies = 0;
    staging->scatter_count = 0;
    staging->asked = false;
    uint64_t nbytes = staging->parcel.is_queued ? staging->parcel.memory.nbytes : staging->capacity;
    if (!staging->may_dispatch || nbytes > staging->backend->traits.largest_binding)
        return count;
    for (size_t first = 0; first < count;) {
        group found = find_group(staging, first, count);
        size_t end = found.end > first ? found.end : first + 1;
        bool scattered = end - first >= TRM_SCATTER_FEWEST_RUNS && add_scatter(staging, &found);
        for (size_t i = first; i < end && !scattered; i++) {
            trm_transfer transfer = staging->transfers[copies];
            staging->transfers[copies++] = staging->transfers[i];
            staging->transfers[i] = transfer;
        }
        first = end;
    }
    return copies;
}
