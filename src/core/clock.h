/* A clock that only runs forward. */
#ifndef TRM_CORE_CLOCK_H
#define TRM_CORE_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some fixed moment. Thread-safe. */
uint64_t trm_clock_ns(void);

#endif
