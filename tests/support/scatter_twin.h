/* The C twin of src/gl/shaders/scatter.comp: one work group. It is written twice, for plain arrays
 * and for the strict GPU's bindings, from one body. test_scatter.c holds both and, on real GL, the
 * shader against plain copies. */
#ifndef TRIREME_TESTS_SCATTER_TWIN_H
#define TRIREME_TESTS_SCATTER_TWIN_H

#include <stddef.h>
#include <stdint.h>

/* Where the shader has them. */
#define SCATTER_TWIN_RING   6
#define SCATTER_TWIN_TARGET 7

/* The body. `load(i)` reads word i of the ring, `store(i, value)` writes word i of the target.
 * `longest` bounds a run whose length is garbage, as an unflushed table's is: no right one is
 * longer. */
#define SCATTER_TWIN_BODY(load, store, table, group, longest)                                      \
    do {                                                                                           \
        const size_t row_ = (size_t)(table) + 4 * (size_t)(group);                                 \
        const size_t source_ = load(row_), target_ = load(row_ + 1), words_ = load(row_ + 2);      \
        for (size_t i_ = 0; i_ < words_ && i_ <= (longest); i_++) {                                \
            store(target_ + i_, load(source_ + i_));                                               \
        }                                                                                          \
    } while (0)

static inline void scatter_twin_group(
    const uint32_t *ring, uint32_t *target, uint32_t table, uint32_t group) {
#define LOAD_(i)         ring[i]
#define STORE_(i, value) target[i] = (value)
    SCATTER_TWIN_BODY(LOAD_, STORE_, table, group, SIZE_MAX);
#undef LOAD_
#undef STORE_
}

#endif
