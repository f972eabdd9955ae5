/* A few threads that share out the indices of a loop: the job system of an application, in small.
 */
#ifndef TRIREME_TESTS_BENCH_POOL_H
#define TRIREME_TESTS_BENCH_POOL_H

#include <stddef.h>

typedef struct bench_pool bench_pool;
typedef void (*bench_body)(void *context, size_t index);

/* `threads` counts the caller's. NULL: no memory or no threads. */
bench_pool *bench_pool_open(unsigned threads);
unsigned bench_pool_threads(const bench_pool *pool); /* 1 for NULL */
/* Calls body(context, 0 ... count - 1), on this thread and the others; returns when all are done.
 * Without a pool, on this one alone. */
void bench_pool_run(bench_pool *pool, size_t count, bench_body body, void *context);
void bench_pool_close(bench_pool *pool); /* NULL is fine */

#endif
