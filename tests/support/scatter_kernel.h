/* scatter.comp on the strict GPU, for whoever runs the library there. */
#ifndef TRIREME_TESTS_SCATTER_KERNEL_H
#define TRIREME_TESTS_SCATTER_KERNEL_H

#include "support/scatter_twin.h"
#include "support/strict_gpu.h"

static inline void scatter_kernel(const strict_group *group) {
#define LOAD_(i)         strict_group_load(group, SCATTER_TWIN_RING, i)
#define STORE_(i, value) strict_group_store(group, SCATTER_TWIN_TARGET, i, value)
    SCATTER_TWIN_BODY(LOAD_, STORE_, strict_group_uniform(group, 0, 0), strict_group_id(group, 0),
        strict_group_nbytes(group, SCATTER_TWIN_TARGET) / 4);
#undef LOAD_
#undef STORE_
}

static inline void scatter_kernel_register(strict_gpu *on) {
    strict_gpu_register_kernel(on, "trireme:scatter", scatter_kernel, NULL);
}

#endif
