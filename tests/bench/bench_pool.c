#define _POSIX_C_SOURCE 200809L

#include "bench_pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#define MOST_THREADS 64

struct bench_pool {
    pthread_mutex_t mutex;
    pthread_cond_t work, done;
    pthread_t threads[MOST_THREADS];
    unsigned started; /* besides the caller */
    bench_body body;
    void *context;
    size_t next, count, unfinished;
    bool closing;
};

/* Takes indices until there are none; the mutex is held at both ends. */
static void take_part(bench_pool *pool) {
    while (pool->next < pool->count) {
        size_t index = pool->next++;
        pthread_mutex_unlock(&pool->mutex);
        pool->body(pool->context, index);
        pthread_mutex_lock(&pool->mutex);
        if (--pool->unfinished == 0)
            pthread_cond_signal(&pool->done);
    }
}

static void *worker(void *context) {
    bench_pool *pool = context;
    pthread_mutex_lock(&pool->mutex);
    while (!pool->closing) {
        take_part(pool);
        if (!pool->closing)
            pthread_cond_wait(&pool->work, &pool->mutex);
    }
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

bench_pool *bench_pool_open(unsigned threads) {
    bench_pool *pool = calloc(1, sizeof *pool);
    if (!pool || threads == 0 || threads > MOST_THREADS)
        goto fail_pool;
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    for (; pool->started + 1 < threads; pool->started++)
        if (pthread_create(&pool->threads[pool->started], NULL, worker, pool) != 0)
            goto fail_threads;
    return pool;
fail_threads:
    bench_pool_close(pool);
    return NULL;
fail_pool:
    free(pool);
    return NULL;
}

unsigned bench_pool_threads(const bench_pool *pool) {
    return pool ? pool->started + 1 : 1;
}

void bench_pool_run(bench_pool *pool, size_t count, bench_body body, void *context) {
    if (!pool) {
        for (size_t i = 0; i < count; i++)
            body(context, i);
        return;
    }
    pthread_mutex_lock(&pool->mutex);
    pool->body = body;
    pool->context = context;
    pool->next = 0;
    pool->count = pool->unfinished = count;
    pthread_cond_broadcast(&pool->work);
    take_part(pool);
    while (pool->unfinished > 0)
        pthread_cond_wait(&pool->done, &pool->mutex);
    pthread_mutex_unlock(&pool->mutex);
}

void bench_pool_close(bench_pool *pool) {
    if (!pool)
        return;
    pthread_mutex_lock(&pool->mutex);
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
    for (unsigned i = 0; i < pool->started; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->mutex);
    free(pool);
}
