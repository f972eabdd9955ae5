/* The one lock of the library: <threads.h> is missing on mingw and confuses the thread sanitizer.
 */
#ifndef TRM_CORE_MUTEX_H
#define TRM_CORE_MUTEX_H

#include <stdbool.h>
#include <stdint.h>

#ifdef _WIN32
typedef struct trm_mutex {
    void *srwlock; /* an SRWLOCK, which is one pointer that starts as NULL */
} trm_mutex;
#else
#include <pthread.h>
typedef struct trm_mutex {
    pthread_mutex_t native;
} trm_mutex;
#endif

bool trm_mutex_init(trm_mutex *mutex);
void trm_mutex_destroy(trm_mutex *mutex);
void trm_mutex_lock(trm_mutex *mutex);
void trm_mutex_unlock(trm_mutex *mutex);

/* Lets any other thread run for some microseconds. */
void trm_thread_rest(void);

/* A number that no other living thread has. */
uintptr_t trm_thread_id(void);

#endif
