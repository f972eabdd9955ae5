/* Pending marks as runs of items, for programs with an uploader of their own. */
#include "core/buffer_impl.h"

#include "core/bits.h"

/* Runs under construction: the last one may still grow. */
typedef struct run_list {
    const trm_layout *layout;
    trm_run *runs; /* NULL: only count */
    size_t capacity;
    size_t count;
    size_t end; /* chunk after the last run */
} run_list;

/* Adds chunks [first, end) behind the others. False when there is no room for another run. */
static bool add_chunks(run_list *list, size_t first, size_t end) {
    bool grow = list->count && list->end == first;
    if (!grow && list->runs && list->count == list->capacity)
        return false;
    list->end = end;
    if (!grow)
        list->count++;
    if (list->runs) {
        trm_range piece = trm_chunks_to_items(list->layout, first, end);
        if (grow)
            list->runs[list->count - 1].size += piece.size;
        else
            list->runs[list->count - 1] = piece;
    }
    return true;
}

/* Adds the set bits of a word; returns those that found no room. */
static uint64_t add_word(run_list *list, size_t word, uint64_t bits) {
    while (bits) {
        unsigned first = trm_lowest_bit(bits);
        uint64_t holes = ~(bits >> first);
        unsigned length = holes ? trm_lowest_bit(holes) : TRM_WORD_BITS;
        unsigned end = length < TRM_WORD_BITS - first ? first + length : TRM_WORD_BITS;
        size_t base = word * TRM_WORD_BITS;
        if (!add_chunks(list, base + first, base + end))
            return bits;
        bits &= ~trm_bit_range(first, end);
    }
    return 0;
}

static void take_runs(trm_buffer *buffer, run_list *list) {
    trm_dirty_walk walk;
    size_t word;
    uint64_t bits;
    uint32_t flags = trm_dirty_take_begin(&buffer->dirty, &walk);
    if (flags & TRM_DIRTY_FULL) {
        while (trm_dirty_take_next(&walk, &word, &bits))
            continue;
        add_chunks(list, 0, buffer->layout.chunk_count);
        return;
    }
    while (trm_dirty_take_next(&walk, &word, &bits)) {
        uint64_t left = add_word(list, word, bits);
        if (left) {
            trm_dirty_put_back(&walk, word, left);
            return;
        }
    }
}

static void count_runs(trm_buffer *buffer, run_list *list) {
    trm_dirty *dirty = &buffer->dirty;
    if (atomic_load(&dirty->state) & TRM_DIRTY_FULL) {
        list->count = 1;
        return;
    }
    for (size_t word = 0; word < dirty->word_count; word++)
        add_word(list, word, atomic_load(&dirty->words[word]));
}

trm_result trm_buffer_take_runs(trm_buffer *buffer, trm_run *runs, size_t capacity, size_t *count) {
    if (count)
        *count = 0;
    if (!buffer || !count)
        return trm_fail(buffer ? &buffer->log : NULL, buffer ? buffer->label : NULL,
            TRM_RULE_ARGUMENT_NULL, NULL);
    if (!trm_buffer_has_data(buffer))
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_BUFFER_NO_DATA, NULL);
    if (runs && !capacity)
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_RUNS_CAPACITY, NULL);
    if (atomic_load(&buffer->device))
        return trm_fail(&buffer->log, buffer->label, TRM_RULE_RUNS_ATTACHED, NULL);
    run_list list = {.layout = &buffer->layout, .runs = runs, .capacity = capacity};
    if (runs)
        take_runs(buffer, &list);
    else
        count_runs(buffer, &list);
    *count = list.count;
    return TRM_OK;
}
