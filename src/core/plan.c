#include "core/plan.h"

/* A flush call costs about as long as writing this many bytes into mapped memory (16-20 ns, at 7-12
 * GB/s with the driver's own work behind it). Gaps are at most one chunk: so a run never costs more
 * than a chunk on top. */
#define BRIDGE_NBYTES 384
/* Where most is stale: there a piece costs an entry in lists and the start of a short copy, too.
 * (At most TRM_PLAN_WIDEST_BRIDGE chunks.) */
#define DENSE_BRIDGE_NBYTES 1024

unsigned trm_plan_bridge(const trm_plane *plane, size_t chunk_nbytes) {
    if (!trm_plane_is_dense(plane))
        return chunk_nbytes <= BRIDGE_NBYTES;
    size_t chunks = DENSE_BRIDGE_NBYTES / chunk_nbytes;
    return chunks < TRM_PLAN_WIDEST_BRIDGE ? (unsigned)chunks : TRM_PLAN_WIDEST_BRIDGE;
}

/* Field by field: emptying the edges would take longer than most plans. */
void trm_plan_begin(trm_plan *plan, const trm_plane *plane, unsigned bridge) {
    plan->plane = plane;
    plan->group = SIZE_MAX; /* before the first */
    plan->todo = plan->inside = 0;
    plan->bridge = bridge;
    plan->next = plan->count = 0;
    if (plane->full) { /* then no bit is set */
        plan->edges[0] = 0;
        plan->edges[1] = plane->bit_count;
        plan->count = 2;
    }
}

/* Bit i: it and the `count` - 1 bits behind it are set, bits of `high` following those of `low`. At
 * most 65: by doubling, so that a word takes as long whatever lies in it. */
static inline uint64_t starts_of(uint64_t low, uint64_t high, unsigned count) {
    for (unsigned have = 1, step; have < count; have += step) {
        step = have < count - have ? have : count - have;
        low &= low >> step | high << (TRM_WORD_BITS - step);
        high &= high >> step;
    }
    return low;
}

/* The other way: bit i is set if it or one of the `count` - 1 bits before it is. */
static inline uint64_t reach_of(uint64_t starts, unsigned count) {
    for (unsigned have = 1, step; starts && have < count; have += step) {
        step = have < count - have ? have : count - have;
        starts |= starts << step;
    }
    return starts;
}

/* Bits of a word that are set, or in gaps that are joined. Outside of a piece, what is clear before
 * the first set bit belongs to a gap that began earlier. */
static inline uint64_t joined(const trm_plan *plan, size_t word, size_t words) {
    const uint64_t *bits = &plan->plane->words[word];
    if (!plan->bridge)
        return *bits;
    uint64_t clear_behind = word + 1 < words ? ~bits[1] : ~UINT64_C(0);
    uint64_t before = plan->inside ? 0 : (*bits & -*bits) - 1;
    return ~(
        reach_of(starts_of(~*bits, clear_behind, plan->bridge + 1), plan->bridge + 1) | before);
}

/* Finds a word to look at: one with set bits, or one where a piece may end. */
static inline bool look_on(trm_plan *plan, size_t words) {
    const size_t groups = trm_plane_group_count(plan->plane);
    while (!plan->todo) {
        size_t group = plan->group + 1;
        if (!plan->inside)
            group = trm_plane_next_group(plan->plane, group);
        if (group >= groups)
            return false;
        plan->group = group;
        plan->todo = trm_plane_summary(plan->plane)[group] | plan->inside;
    }
    return plan->group * TRM_WORD_BITS + trm_lowest_bit(plan->todo) < words;
}

/* Some at a time, those that are not there as well: how many there are no processor can guess. */
static inline uint64_t note(size_t *edges, size_t count, size_t word, uint64_t bits) {
    for (size_t i = 0; i < count; i++) {
        edges[i] = word * TRM_WORD_BITS + trm_lowest_bit(bits | UINT64_C(1) << 63);
        bits &= bits - 1;
    }
    return bits;
}

/* Notes the edges of a word behind `edges`, of which there is at least one. Returns their end. */
static inline size_t *note_all(size_t *edges, size_t word, uint64_t bits) {
    size_t *end = edges + trm_popcount(bits);
    bits = note(edges, 2, word, bits);
    for (edges += 2; bits; edges += 4)
        bits = note(edges, 4, word, bits);
    return end;
}

bool trm_plan_look(trm_plan *plan) {
    const size_t words = trm_plane_word_count(plan->plane);
    size_t *end = plan->edges, *room = plan->edges + TRM_PLAN_EDGES - TRM_PLAN_EDGES_OF_WORD;
    bool more = true;
    if (plan->next < plan->count) /* of a piece that has not ended yet */
        *end++ = plan->edges[plan->next];
    while (end < room && (more = look_on(plan, words))) {
        unsigned bit = trm_lowest_bit(plan->todo);
        size_t word = plan->group * TRM_WORD_BITS + bit;
        uint64_t set = joined(plan, word, words), edges = set ^ (set << 1 | plan->inside);
        plan->inside = set >> (TRM_WORD_BITS - 1);
        plan->todo = (plan->todo & (plan->todo - 1)) | plan->inside << bit << 1;
        if (edges)
            end = note_all(end, word, edges);
    }
    if (!more && plan->inside) {
        *end++ = plan->plane->bit_count;
        plan->inside = 0;
    }
    plan->next = 0;
    plan->count = (unsigned)(end - plan->edges);
    return plan->count >= 2;
}
