/* nanosleep */
#define _POSIX_C_SOURCE 199309L
#include "core/mutex.h"

#ifdef _WIN32
#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#include <windows.h>

_Static_assert(sizeof(SRWLOCK) == sizeof(void *), "an SRWLOCK is one pointer");

bool trm_mutex_init(trm_mutex *mutex) {
    InitializeSRWLock((SRWLOCK *)&mutex->srwlock);
    return true;
}

void trm_mutex_destroy(trm_mutex *mutex) {
    (void)mutex;
}

void trm_mutex_lock(trm_mutex *mutex) {
    AcquireSRWLockExclusive((SRWLOCK *)&mutex->srwlock);
}

void trm_mutex_unlock(trm_mutex *mutex) {
    ReleaseSRWLockExclusive((SRWLOCK *)&mutex->srwlock);
}

void trm_thread_rest(void) {
    Sleep(1);
}
#else
#include <time.h>

bool trm_mutex_init(trm_mutex *mutex) {
    return pthread_mutex_init(&mutex->native, NULL) == 0;
}

void trm_mutex_destroy(trm_mutex *mutex) {
    pthread_mutex_destroy(&mutex->native);
}

void trm_mutex_lock(trm_mutex *mutex) {
    pthread_mutex_lock(&mutex->native);
}

void trm_mutex_unlock(trm_mutex *mutex) {
    pthread_mutex_unlock(&mutex->native);
}

void trm_thread_rest(void) {
    const struct timespec rest = {0, 10000};
    nanosleep(&rest, NULL);
}
#endif

uintptr_t trm_thread_id(void) {
    static _Thread_local char here;
    return (uintptr_t)&here;
}
