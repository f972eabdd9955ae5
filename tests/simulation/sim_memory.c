#include "simulation/sim_memory.h"

#include <stdlib.h>
#include <string.h>

/* In front of each block; as large as the alignment of malloc. */
typedef struct head {
    size_t nbytes;
    size_t canary;
} head;

#define CANARY ((size_t)0x7472697265u)

/* So much of a block is made unlike zero; of what is longer, nobody begins behind that. */
#define SPOILT ((size_t)16384)

/* Nobody has more than that at a time. */
#define MOST ((size_t)8 << 20)

static void *allocate(void *user, size_t nbytes) {
    sim_memory *memory = user;
    const uint64_t number = atomic_fetch_add(&memory->allocations, 1) + 1;
    if (number == atomic_load(&memory->fail_at) || nbytes > MOST) {
        atomic_fetch_add(&memory->refused, 1);
        return NULL;
    }
    head *block = malloc(sizeof *block + nbytes);
    if (block == NULL) {
        return NULL;
    }
    *block = (head){nbytes, CANARY};
    memset(block + 1, 0xa5, nbytes < SPOILT ? nbytes : SPOILT);
    atomic_fetch_add(&memory->live_nbytes, nbytes);
    return block + 1;
}

static void release(void *user, void *pointer, size_t nbytes) {
    sim_memory *memory = user;
    head *block = (head *)pointer - 1;
    if (block->canary != CANARY || block->nbytes != nbytes) {
        atomic_store(&memory->corrupt, true);
    }
    atomic_fetch_sub(&memory->live_nbytes, block->nbytes);
    block->canary = 0;
    free(block);
}

trm_allocator sim_memory_allocator(sim_memory *memory) {
    return (trm_allocator){.allocate = allocate, .release = release, .user = memory};
}
