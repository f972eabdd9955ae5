/* Planted bugs, to prove that the tests would notice. The library as shipped has none: the macro is
 * the constant false. A build with TRIREME_MUTANTS takes the name of one bug from the environment,
 * TRIREME_MUTANT. */
#ifndef TRM_CORE_MUTANT_H
#define TRM_CORE_MUTANT_H

#include <stdbool.h>

#ifdef TRIREME_MUTANTS
#include <stdlib.h>
#include <string.h>

static inline bool trm_mutant(const char *name) {
    const char *planted = getenv("TRIREME_MUTANT");
    return planted && strcmp(planted, name) == 0;
}
#define TRM_MUTANT(name) trm_mutant(name)
#else
#define TRM_MUTANT(name) false
#endif

#endif
