/* Host memory through the caller's allocator. */
#ifndef TRM_CORE_MEMORY_H
#define TRM_CORE_MEMORY_H

#include <trireme/base.h>

/* Zeroed memory, or NULL. */
void *trm_allocate(const trm_allocator *allocator, size_t nbytes);

/* NULL is fine. `nbytes` is what was asked for. */
void trm_release(const trm_allocator *allocator, void *memory, size_t nbytes);

/* The same for structs, starting with a cache line: what is touched once for each of thousands of
 * buffers lies in as few lines as its size allows. Not NULL to release. */
#define TRM_CACHE_LINE 64u
void *trm_allocate_lines(const trm_allocator *allocator, size_t nbytes);
void trm_release_lines(const trm_allocator *allocator, void *memory, size_t nbytes);

/* Whether both functions are given, or none. */
bool trm_allocator_valid(const trm_allocator *allocator);

/* A copy of a string; "" for NULL. Released with trm_release_string. */
char *trm_copy_string(const trm_allocator *allocator, const char *text);
void trm_release_string(const trm_allocator *allocator, char *text);

#endif
