/* Mapped memory of a stream or a read-back, and with it the host memory of its owner: both go when
 * the GPU is done with the former, or with the device. */
#ifndef TRM_CORE_LEASE_H
#define TRM_CORE_LEASE_H

#include "core/device_impl.h"

/* The first member of its owner. */
typedef struct trm_lease {
    trm_device *device;
    trm_memory memory; /* all zero: it went with its context */
    char *label;
    size_t owner_nbytes;
    uint64_t last_use; /* serial of the last frame in which the GPU touches the memory */
    bool given_back;
    struct trm_lease *previous, *next; /* in the device's list */
} trm_lease;

typedef trm_result (*trm_memory_create)(
    void *self, uint64_t nbytes, const char *label, trm_memory *out);

/* Makes an owner of `owner_nbytes` zeroed bytes around a lease with memory from one of the
 * backend's functions. Says what went wrong. OUT_OF_MEMORY, BUDGET, OUT_OF_DEVICE_MEMORY,
 * DEVICE_LOST. */
trm_result trm_lease_create(trm_device *device, trm_memory_create create, uint64_t nbytes,
    const char *label, size_t owner_nbytes, trm_lease **out);

/* The owner is gone for the application. */
void trm_lease_give_back(trm_lease *lease);

/* Frees what was given back and has served out its frames. */
void trm_lease_reclaim(trm_device *device);

/* The memory of all of them went with the context. */
void trm_lease_forsake_all(trm_device *device);

/* New memory for one that has none. Says what went wrong, as trm_lease_create does. */
trm_result trm_lease_renew(trm_lease *lease, trm_memory_create create, uint64_t nbytes);

/* Frees everything, given back or not. */
void trm_lease_destroy_all(trm_device *device);

#endif
