/* Marking: what an application calls most often. The way of an edit through here is straight, short
 * and without calls; whatever is rare is a function of its own. */
#include "core/buffer_impl.h"

#include "core/bits.h"
#include "core/mutant.h"
#include "core/prefetch.h"

/* Puts the buffer on its device's list. Read after its own bitmap was written: a device that
 * attaches now either shows up here or sees the raised state. */
static inline void list(const trm_buffer *buffer) {
    trm_listing *listing = atomic_load(&buffer->listing);
    if (!listing)
        return;
    size_t word = buffer->listing_bit / TRM_WORD_BITS;
    trm_dirty_lift(&listing->words[word], buffer->listing_bit);
    trm_dirty_lift(&listing->summary, word);
}

static inline void raise(trm_buffer *buffer, uint32_t flags) {
    trm_dirty_raise(&buffer->dirty, flags);
    list(buffer);
}

/* An attached buffer's listing takes the mark of all of it. A device that attaches now is met by
 * raise, as above. */
static inline void edited_all(trm_buffer *buffer) {
    trm_listing *listing = atomic_load(&buffer->listing);
    if (listing) {
        trm_listing_set(listing->full, buffer);
        trm_dirty_lift(&listing->summary, buffer->listing_bit / TRM_WORD_BITS);
    } else {
        raise(buffer, TRM_DIRTY_FULL);
    }
    trm_buffer_end_revision(buffer);
}

/* The same behind marks in the bitmap. */
static inline void edited_some(trm_buffer *buffer) {
    trm_dirty_raise_marked(&buffer->dirty);
    list(buffer);
    trm_buffer_end_revision(buffer);
}

void trm_buffer_raise(trm_buffer *buffer, uint32_t flags) {
    raise(buffer, flags);
}

void trm_buffer_edited(trm_buffer *buffer, uint32_t flags) {
    if (flags & TRM_DIRTY_FULL) {
        edited_all(buffer);
    } else {
        raise(buffer, flags);
        trm_buffer_end_revision(buffer);
    }
}

trm_result trm_buffer_update_full(trm_buffer *buffer) {
    if (!buffer || !trm_buffer_has_data(buffer))
        return trm_buffer_need_data(buffer);
    edited_all(buffer);
    return TRM_OK;
}

/* So many buffers ahead: marking a buffer takes less time than fetching its first cache line. */
#define AHEAD 32

/* Buffers whose marks share a word of a listing. */
typedef struct gathered {
    trm_listing *listing;
    size_t word;
    uint64_t bits;
    trm_buffer *const *first; /* of those whose revisions are still to end, behind the mark */
} gathered;

static inline void mark_gathered(gathered *marks, trm_buffer *const *end) {
    if (marks->bits) {
        atomic_fetch_or(&marks->listing->full[marks->word], marks->bits);
        trm_dirty_lift(&marks->listing->summary, marks->word);
        marks->bits = 0;
    }
    for (; marks->first < end; marks->first++)
        trm_buffer_end_revision(*marks->first);
}

/* Goes on as long as marks fall into the word of the last one. Returns where they do not, or `end`.
 */
static inline trm_buffer *const *gather_more(
    gathered *marks, trm_buffer *const *place, trm_buffer *const *end) {
    const trm_listing *listing = marks->listing;
    size_t first_bit = marks->word * TRM_WORD_BITS;
    uint64_t bits = marks->bits;
    for (; listing && place < end; place++) {
        const trm_buffer *buffer = *place;
        if (end - place > AHEAD)
            trm_prefetch(place[AHEAD]);
        if (!buffer || !trm_buffer_has_data(buffer) || atomic_load(&buffer->listing) != listing)
            break;
        size_t bit = buffer->listing_bit ^ first_bit;
        if (bit >= TRM_WORD_BITS)
            break;
        bits |= UINT64_C(1) << bit;
    }
    marks->bits = bits;
    return place;
}

/* The first of a word. */
static inline void gather(gathered *marks, trm_buffer *const *place) {
    trm_buffer *buffer = *place;
    trm_listing *listing = atomic_load(&buffer->listing);
    if (!listing) {
        raise(buffer, TRM_DIRTY_FULL);
        return;
    }
    mark_gathered(marks, place);
    marks->listing = listing;
    marks->word = buffer->listing_bit / TRM_WORD_BITS;
    marks->bits = UINT64_C(1) << (buffer->listing_bit % TRM_WORD_BITS);
}

/* A mistake ends what was gathered, and costs the others nothing: their edits were made. */
trm_result trm_buffer_update_many(trm_buffer *const *buffers, size_t count) {
    gathered marks = {.first = buffers};
    if (!count)
        return TRM_OK;
    if (!buffers)
        return trm_fail(NULL, NULL, TRM_RULE_ARGUMENT_NULL, "buffers");
    trm_buffer *const *end = buffers + count, *const *mistake = end;
    for (trm_buffer *const *place = buffers; (place = gather_more(&marks, place, end)) < end;
         place++) {
        if (*place && trm_buffer_has_data(*place)) {
            gather(&marks, place);
            continue;
        }
        mark_gathered(&marks, place);
        marks.first = place + 1;
        mistake = place < mistake ? place : mistake;
    }
    mark_gathered(&marks, end);
    return mistake < end ? trm_buffer_need_data(*mistake) : TRM_OK;
}

trm_result trm_buffer_update_range(trm_buffer *buffer, size_t offset, size_t size) {
    if (!buffer || !trm_buffer_has_data(buffer))
        return trm_buffer_need_data(buffer);
    size_t nitems = buffer->layout.nitems;
    if (!size || offset >= nitems)
        return TRM_OK;
    if (size > nitems - offset)
        size = nitems - offset;
    if (size == nitems || buffer->layout.chunk_count == 1) {
        edited_all(buffer);
        return TRM_OK;
    }
    size_t end = offset + size - 1;
    size_t first = offset >> buffer->chunk_shift, last = end >> buffer->chunk_shift;
    if (!buffer->chunk_is_power_of_two) {
        first = offset / buffer->layout.chunk_size;
        last = end / buffer->layout.chunk_size;
    }
    size_t word = first / TRM_WORD_BITS;
    if (TRM_MUTANT("mark-early-exit") && first == last &&
        (atomic_load_explicit(&buffer->dirty.words[word], memory_order_relaxed) >>
                (first % TRM_WORD_BITS) &
            1))
        return TRM_OK;
    if (word != last / TRM_WORD_BITS)
        return trm_buffer_mark_words(buffer, first, last + 1);
    trm_dirty_mark_word(&buffer->dirty, word,
        trm_bit_range(first % TRM_WORD_BITS, (unsigned)(last % TRM_WORD_BITS) + 1));
    edited_some(buffer);
    return TRM_OK;
}

/* Neighbours in the list often share a word: gathers its bits, and writes it when the word changes.
 * The division is only for chunk sizes that are no power of two. */
static inline void mark_indices(
    trm_buffer *buffer, const uint32_t *indices, size_t count, bool divides) {
    _Atomic uint64_t *words = buffer->dirty.words, *summary = buffer->dirty.summary;
    const size_t divisor = buffer->layout.chunk_size;
    const unsigned shift = buffer->chunk_shift;
    const uint32_t *end = indices + count;
    size_t chunk = divides ? *indices / divisor : *indices >> shift, word = chunk / TRM_WORD_BITS;
    uint64_t bits = 0;
    for (;;) {
        bits |= UINT64_C(1) << (chunk % TRM_WORD_BITS);
        if (++indices == end)
            break;
        chunk = divides ? *indices / divisor : *indices >> shift;
        if (chunk / TRM_WORD_BITS == word)
            continue;
        trm_dirty_mark_at(words, summary, word, bits);
        word = chunk / TRM_WORD_BITS;
        bits = 0;
    }
    trm_dirty_mark_at(words, summary, word, bits);
}

trm_result trm_buffer_update_indices(trm_buffer *buffer, const uint32_t *indices, size_t count) {
    trm_result result = trm_buffer_need_data(buffer);
    if (result != TRM_OK || !count)
        return result;
    if (!indices)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_ARGUMENT_NULL, "indices");
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = indices[i] > largest ? indices[i] : largest;
    if (largest >= buffer->layout.nitems)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_INDEX_RANGE, "index %u of %zu items",
            (unsigned)largest, buffer->layout.nitems);
    if (buffer->layout.chunk_count == 1) {
        edited_all(buffer);
        return TRM_OK;
    }
    if (buffer->chunk_is_power_of_two)
        mark_indices(buffer, indices, count, false);
    else
        mark_indices(buffer, indices, count, true);
    edited_some(buffer);
    return TRM_OK;
}
