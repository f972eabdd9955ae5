/* Hints that memory is about to be written, or read, for loops whose next lines the processor
 * cannot guess. */
#ifndef TRM_CORE_PREFETCH_H
#define TRM_CORE_PREFETCH_H

static inline void trm_prefetch(const void *memory) {
#ifdef __GNUC__
    __builtin_prefetch(memory, 1);
#else
    (void)memory;
#endif
}

static inline void trm_prefetch_read(const void *memory) {
#ifdef __GNUC__
    __builtin_prefetch(memory, 0);
#else
    (void)memory;
#endif
}

#endif
