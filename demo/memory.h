/* How much memory this program has. */
#ifndef DEMO_MEMORY_H
#define DEMO_MEMORY_H

#include <stdint.h>

/* Bytes in RAM; 0 where nobody says. */
uint64_t demo_memory_resident(void);

#endif
