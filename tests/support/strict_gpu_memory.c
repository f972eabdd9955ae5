/* Planes and stores: memory that the two sides see, with guards around it, and what is left of it
 * when a mapping has ended. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>
#include <string.h>

#define GUARD           64
#define GUARD_BYTE      0xFD
#define BURIED_BYTE     0xDD
#define UNWRITTEN_BYTE  0xB7 /* what storage without data holds */
#define CORRUPT_BYTE    0xE1 /* what a failed unmap leaves */
#define GRAVEYARD_LIMIT ((size_t)64 << 20)

void *strict_alloc(size_t nbytes) {
    void *memory = calloc(1, nbytes == 0 ? 1 : nbytes);
    if (memory == NULL) {
        strict_abort("no memory left", "calloc");
    }
    return memory;
}

void *strict_grow(void *memory, size_t nbytes) {
    void *grown = realloc(memory, nbytes);
    if (grown == NULL) {
        strict_abort("no memory left", "realloc");
    }
    return grown;
}

char *strict_copy_text(const char *text, size_t length) {
    char *copy = strict_alloc(length + 1);
    memcpy(copy, text, length);
    return copy;
}

strict_plane *strict_plane_open(const strict_gpu *gpu, size_t nbytes, size_t phase) {
    const size_t alignment = (size_t)gpu->desc.map_alignment;
    strict_plane *plane = strict_alloc(sizeof *plane);
    plane->block = strict_alloc(nbytes + 2 * GUARD + 2 * alignment + gpu->desc.map_skew);
    const uintptr_t start = (uintptr_t)plane->block + GUARD;
    const size_t past = (size_t)(start % alignment);
    const size_t wanted = phase % alignment;
    const size_t ahead = (wanted + alignment - past) % alignment;
    plane->bytes = plane->block + GUARD + ahead + gpu->desc.map_skew;
    plane->nbytes = nbytes;
    memset(plane->bytes - GUARD, GUARD_BYTE, GUARD);
    memset(plane->bytes + nbytes, GUARD_BYTE, GUARD);
    return plane;
}

static bool all_equal(const unsigned char *bytes, size_t nbytes, unsigned char value) {
    return nbytes == 0 || (bytes[0] == value && memcmp(bytes, bytes + 1, nbytes - 1) == 0);
}

void strict_plane_check(strict_gpu *gpu, const strict_plane *plane, bool buried) {
    const unsigned long nbytes = (unsigned long)plane->nbytes;
    if (!all_equal(plane->bytes - GUARD, GUARD, GUARD_BYTE)) {
        strict_violate(gpu, "stray", "bytes were written before a mapping of %lu bytes", nbytes);
        memset(plane->bytes - GUARD, GUARD_BYTE, GUARD);
    }
    if (!all_equal(plane->bytes + plane->nbytes, GUARD, GUARD_BYTE)) {
        strict_violate(gpu, "stray", "bytes were written past a mapping of %lu bytes", nbytes);
        memset(plane->bytes + plane->nbytes, GUARD_BYTE, GUARD);
    }
    if (buried && !all_equal(plane->bytes, plane->nbytes, BURIED_BYTE)) {
        strict_violate(gpu, "stray", "bytes were written to %lu bytes no longer mapped", nbytes);
        memset(plane->bytes, BURIED_BYTE, plane->nbytes);
    }
}

void strict_plane_close(strict_gpu *gpu, strict_plane *plane) {
    if (plane == NULL) {
        return;
    }
    strict_plane_check(gpu, plane, false);
    free(plane->block);
    free(plane);
}

static void dig_up(strict_gpu *gpu) {
    strict_plane *plane = gpu->graveyard;
    gpu->graveyard = plane->next;
    if (gpu->graveyard == NULL) {
        gpu->graveyard_end = &gpu->graveyard;
    }
    gpu->graveyard_nbytes -= plane->nbytes;
    strict_plane_check(gpu, plane, true);
    free(plane->block);
    free(plane);
}

void strict_plane_bury(strict_gpu *gpu, strict_plane *plane) {
    strict_plane_check(gpu, plane, false);
    memset(plane->bytes, BURIED_BYTE, plane->nbytes);
    plane->next = NULL;
    *gpu->graveyard_end = plane;
    gpu->graveyard_end = &plane->next;
    gpu->graveyard_nbytes += plane->nbytes;
    while (gpu->graveyard_nbytes > GRAVEYARD_LIMIT) {
        dig_up(gpu);
    }
}

void strict_graveyard_check(strict_gpu *gpu) {
    for (const strict_plane *plane = gpu->graveyard; plane != NULL; plane = plane->next) {
        strict_plane_check(gpu, plane, true);
    }
    for (const strict_store *store = gpu->stores; store != NULL; store = store->next) {
        strict_plane_check(gpu, store->server, false);
        if (store->client != NULL) {
            strict_plane_check(gpu, store->client, false);
        }
    }
}

void strict_graveyard_clear(strict_gpu *gpu) {
    while (gpu->graveyard != NULL) {
        dig_up(gpu);
    }
}

strict_store *strict_store_open(strict_gpu *gpu, GLuint name, size_t nbytes, const void *data,
    GLbitfield flags, bool immutable) {
    strict_store *store = strict_alloc(sizeof *store);
    store->refs = 1;
    store->name = name;
    store->nbytes = nbytes;
    store->flags = flags;
    store->immutable = immutable;
    store->eager = gpu->desc.mode == STRICT_EAGER || (flags & GL_MAP_COHERENT_BIT) != 0;
    store->server = strict_plane_open(gpu, nbytes, 0);
    if (data != NULL) {
        memcpy(store->server->bytes, data, nbytes);
    } else {
        memset(store->server->bytes, UNWRITTEN_BYTE, nbytes);
    }
    store->next = gpu->stores;
    store->link = &gpu->stores;
    if (store->next != NULL) {
        store->next->link = &store->next;
    }
    gpu->stores = store;
    gpu->memory += nbytes;
    return store;
}

strict_store *strict_store_ref(strict_store *store) {
    store->refs++;
    return store;
}

static void forget_published(strict_gpu *gpu, strict_store *store) {
    for (const strict_layer *layer = store->published; layer != NULL; layer = layer->next) {
        gpu->publications--;
    }
    strict_layers_close(store->published);
    strict_layers_close(store->written);
    store->published = NULL;
    store->written = NULL;
}

void strict_store_unref(strict_gpu *gpu, strict_store *store) {
    if (store == NULL || --store->refs > 0) {
        return;
    }
    *store->link = store->next;
    if (store->next != NULL) {
        store->next->link = store->link;
    }
    gpu->memory -= store->nbytes;
    forget_published(gpu, store);
    strict_layers_close(store->shadows);
    strict_layers_close(store->crossings);
    strict_plane_close(gpu, store->client);
    strict_plane_close(gpu, store->server);
    free(store);
}

unsigned char *strict_store_map(
    strict_gpu *gpu, strict_store *store, size_t offset, size_t nbytes, GLbitfield access) {
    store->mapped = true;
    store->access = access;
    store->map_offset = offset;
    store->map_nbytes = nbytes;
    if (store->eager) {
        return store->server->bytes + offset;
    }
    store->client = strict_plane_open(gpu, nbytes, offset);
    const bool invalid =
        (access & (GL_MAP_INVALIDATE_BUFFER_BIT | GL_MAP_INVALIDATE_RANGE_BIT)) != 0;
    if (invalid) {
        memset(store->client->bytes, UNWRITTEN_BYTE, nbytes);
    } else {
        memcpy(store->client->bytes, store->server->bytes + offset, nbytes);
    }
    if ((access & GL_MAP_READ_BIT) != 0) {
        store->written = strict_layer_open(offset, offset + nbytes, 0);
    }
    return store->client->bytes;
}

/* The pointer dies; the server's bytes move to where it does not lead. */
static void retire_mapping(strict_gpu *gpu, strict_store *store) {
    if (store->eager) {
        strict_plane *fresh = strict_plane_open(gpu, store->nbytes, 0);
        memcpy(fresh->bytes, store->server->bytes, store->nbytes);
        strict_plane_bury(gpu, store->server);
        store->server = fresh;
    } else {
        strict_plane_bury(gpu, store->client);
        store->client = NULL;
    }
}

void strict_store_unmap(strict_gpu *gpu, strict_store *store, bool corrupt) {
    const bool explicit = (store->access & GL_MAP_FLUSH_EXPLICIT_BIT) != 0;
    if ((store->access & GL_MAP_WRITE_BIT) != 0 && !explicit) {
        strict_store_cross(gpu, store, store->map_offset, store->map_nbytes);
    }
    forget_published(gpu, store);
    retire_mapping(gpu, store);
    store->mapped = false;
    store->access = 0;
    store->map_offset = 0;
    store->map_nbytes = 0;
    if (corrupt) {
        memset(store->server->bytes, CORRUPT_BYTE, store->nbytes);
    }
}
