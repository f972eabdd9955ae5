/* Who sees which bytes: crossings, shadows of shader writes, and what the client gets to see. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>
#include <string.h>

/* More layers than this are worth tidying up. */
#define LAYERS_KEPT 8

strict_layer *strict_layer_open(size_t lo, size_t hi, uint64_t seq) {
    strict_layer *layer = strict_alloc(sizeof *layer + 2 * (hi - lo));
    layer->seq = seq;
    layer->lo = lo;
    layer->hi = hi;
    layer->mask = (unsigned char *)(layer + 1);
    layer->old = layer->mask + (hi - lo);
    return layer;
}

void strict_layers_close(strict_layer *first) {
    while (first != NULL) {
        strict_layer *next = first->next;
        free(first);
        first = next;
    }
}

/* The part of [offset, offset + nbytes) that the layer speaks of. */
static bool overlap(
    const strict_layer *layer, size_t offset, size_t nbytes, size_t *from, size_t *to) {
    *from = offset > layer->lo ? offset : layer->lo;
    *to = offset + nbytes < layer->hi ? offset + nbytes : layer->hi;
    return *from < *to;
}

void strict_layers_clear(strict_layer *first, size_t offset, size_t nbytes) {
    for (strict_layer *layer = first; layer != NULL; layer = layer->next) {
        size_t from, to;
        if (overlap(layer, offset, nbytes, &from, &to)) {
            memset(layer->mask + (from - layer->lo), 0, to - from);
        }
    }
}

/* --- Crossing */

/* Remembers what crosses while commands are queued: those issued before must not profit from it. */
static void note_crossing(strict_gpu *gpu, strict_store *store, size_t offset, size_t nbytes,
    const unsigned char *bytes) {
    strict_crossings_tidy(gpu, store);
    const uint64_t seq = ++gpu->seq;
    if (strict_oldest(gpu) > seq) {
        return;
    }
    const unsigned char *server = store->server->bytes + offset;
    if (memcmp(server, bytes, nbytes) == 0) {
        return;
    }
    strict_layer *layer = strict_layer_open(offset, offset + nbytes, seq);
    memcpy(layer->old, server, nbytes);
    for (size_t i = 0; i < nbytes; i++) {
        layer->mask[i] = server[i] != bytes[i];
    }
    layer->next = store->crossings;
    store->crossings = layer;
}

void strict_store_cross(strict_gpu *gpu, strict_store *store, size_t offset, size_t nbytes) {
    strict_layers_clear(store->shadows, offset, nbytes);
    if (store->eager) {
        return;
    }
    const unsigned char *bytes = store->client->bytes + (offset - store->map_offset);
    note_crossing(gpu, store, offset, nbytes, bytes);
    memcpy(store->server->bytes + offset, bytes, nbytes);
    strict_layers_clear(store->written, offset, nbytes);
    strict_layers_clear(store->published, offset, nbytes);
}

void strict_crossings_tidy(const strict_gpu *gpu, strict_store *store) {
    const uint64_t oldest = strict_oldest(gpu);
    strict_layer **link = &store->crossings;
    while (*link != NULL && (*link)->seq > oldest) {
        link = &(*link)->next;
    }
    strict_layers_close(*link);
    *link = NULL;
}

/* Neither what was there nor what came. */
static unsigned char torn(unsigned char one, unsigned char other) {
    const unsigned char byte = one ^ 0x5A;
    return byte != other ? byte : one ^ 0xA5;
}

static void tear(strict_gpu *gpu, const strict_store *store, const strict_access *who,
    size_t offset, size_t nbytes, unsigned char *out) {
    size_t count = 0;
    size_t first = 0;
    for (const strict_layer *layer = store->crossings; layer != NULL && layer->seq > who->seq;
         layer = layer->next) {
        size_t from, to;
        if (!overlap(layer, offset, nbytes, &from, &to)) {
            continue;
        }
        for (size_t i = from; i < to; i++) {
            if (layer->mask[i - layer->lo] != 0) {
                out[i - offset] = torn(out[i - offset], layer->old[i - layer->lo]);
                first = count++ == 0 || i < first ? i : first;
            }
        }
    }
    if (count > 0) {
        strict_violate(gpu, "race",
            "%lu bytes from %lu of buffer %u were flushed after a command was issued that had "
            "still "
            "to read them",
            (unsigned long)count, (unsigned long)first, store->name);
    }
}

/* --- Shadows */

/* A shader write is seen by those it overtook, and by those behind a barrier. */
static bool sees(const strict_access *who, const strict_layer *layer) {
    return layer->seq >= who->seq || layer->seq < who->seen;
}

static bool masked(const strict_layer *layer, size_t offset) {
    return offset >= layer->lo && offset < layer->hi && layer->mask[offset - layer->lo] != 0;
}

/* Later layers first, so that the oldest bytes win; a dispatch's own writes hide all before them.
 */
static void overlay(const strict_store *store, const strict_access *who, size_t offset,
    size_t nbytes, unsigned char *out) {
    const strict_layer *own = store->shadows;
    if (own != NULL && own->seq != who->seq) {
        own = NULL;
    }
    for (const strict_layer *layer = store->shadows; layer != NULL; layer = layer->next) {
        size_t from, to;
        if (sees(who, layer) || !overlap(layer, offset, nbytes, &from, &to)) {
            continue;
        }
        for (size_t i = from; i < to; i++) {
            if (layer->mask[i - layer->lo] != 0 && (own == NULL || !masked(own, i))) {
                out[i - offset] = layer->old[i - layer->lo];
            }
        }
    }
}

void strict_store_read(strict_gpu *gpu, strict_store *store, const strict_access *who,
    size_t offset, size_t nbytes, unsigned char *out) {
    memcpy(out, store->server->bytes + offset, nbytes);
    if (store->crossings != NULL) {
        tear(gpu, store, who, offset, nbytes, out);
    }
    if (store->shadows != NULL) {
        overlay(store, who, offset, nbytes, out);
    }
}

static void note_written(strict_store *store, size_t offset, size_t nbytes) {
    size_t from, to;
    if (store->written != NULL && overlap(store->written, offset, nbytes, &from, &to)) {
        memset(store->written->mask + (from - store->written->lo), 1, to - from);
    }
}

/* Whether a shader write that no BUFFER_UPDATE barrier parts from this one comes out on top. */
static bool loses(const strict_store *store, const strict_access *who, size_t offset) {
    for (const strict_layer *layer = store->shadows; layer != NULL; layer = layer->next) {
        if (masked(layer, offset)) {
            return !sees(who, layer);
        }
    }
    return false;
}

void strict_store_write(strict_gpu *gpu, strict_store *store, const strict_access *who,
    size_t offset, size_t nbytes, const unsigned char *data) {
    (void)gpu;
    note_written(store, offset, nbytes);
    if (store->shadows == NULL) {
        memcpy(store->server->bytes + offset, data, nbytes);
        return;
    }
    for (size_t i = 0; i < nbytes; i++) {
        if (!loses(store, who, offset + i)) {
            store->server->bytes[offset + i] = data[i];
        }
    }
    strict_layers_clear(store->shadows, offset, nbytes);
}

void strict_store_shade(strict_gpu *gpu, strict_store *store, uint64_t seq, size_t offset,
    size_t nbytes, const unsigned char *data) {
    (void)gpu;
    note_written(store, offset, nbytes);
    strict_layer *layer = store->shadows;
    if (layer == NULL || layer->seq != seq) {
        layer = strict_layer_open(0, store->nbytes, seq);
        layer->next = store->shadows;
        store->shadows = layer;
    }
    unsigned char *server = store->server->bytes + offset;
    for (size_t i = 0; i < nbytes; i++) {
        if (layer->mask[offset + i] == 0) {
            layer->mask[offset + i] = 1;
            layer->old[offset + i] = server[i];
        }
        server[i] = data[i];
    }
}

/* The layer without the untouched bytes at both ends; NULL if it has no others. */
static strict_layer *trimmed(const strict_layer *layer) {
    size_t lo = layer->lo;
    size_t hi = layer->hi;
    while (lo < hi && !masked(layer, lo)) {
        lo++;
    }
    while (hi > lo && !masked(layer, hi - 1)) {
        hi--;
    }
    if (lo == hi) {
        return NULL;
    }
    strict_layer *small = strict_layer_open(lo, hi, layer->seq);
    memcpy(small->mask, layer->mask + (lo - layer->lo), hi - lo);
    memcpy(small->old, layer->old + (lo - layer->lo), hi - lo);
    return small;
}

/* Puts `fresh` (may be NULL) in the place of *link. */
static void replace(strict_layer **link, strict_layer *fresh) {
    strict_layer *layer = *link;
    if (fresh == NULL) {
        *link = layer->next;
    } else {
        fresh->next = layer->next;
        *link = fresh;
    }
    free(layer);
}

void strict_store_shaded(strict_gpu *gpu, strict_store *store, uint64_t seq) {
    if (store->shadows == NULL || store->shadows->seq != seq) {
        return;
    }
    replace(&store->shadows, trimmed(store->shadows));
    strict_layers_tidy(gpu, store);
}

/* --- Tidying up: layers that no present or future command can tell apart become one */

/* Every `seen` that a command has, or can have. */
typedef struct barriers_seen {
    uint64_t *values;
    size_t count;
} barriers_seen;

static barriers_seen collect(const strict_gpu *gpu) {
    barriers_seen seen = {NULL, 0};
    size_t capacity = STRICT_READERS;
    for (unsigned lane = 0; lane < STRICT_LANES; lane++) {
        capacity += 2 * gpu->lanes[lane].count;
    }
    seen.values = strict_alloc(capacity * sizeof *seen.values);
    for (unsigned reader = 0; reader < STRICT_READERS; reader++) {
        seen.values[seen.count++] = gpu->barriers[reader];
    }
    for (unsigned lane = 0; lane < STRICT_LANES; lane++) {
        for (const strict_command *c = gpu->lanes[lane].first; c != NULL; c = c->next) {
            seen.values[seen.count++] = c->seen;
            seen.values[seen.count++] = c->seq;
        }
    }
    return seen;
}

static bool told_apart(const barriers_seen *seen, uint64_t one, uint64_t other) {
    for (size_t i = 0; i < seen->count; i++) {
        if ((one < seen->values[i]) != (other < seen->values[i])) {
            return true;
        }
    }
    return false;
}

static bool seen_by_all(const barriers_seen *seen, uint64_t seq) {
    for (size_t i = 0; i < seen->count; i++) {
        if (seq >= seen->values[i]) {
            return false;
        }
    }
    return true;
}

/* One layer from two: where both speak, the older one knows what was there first. */
static strict_layer *merged(const strict_layer *newer, const strict_layer *older) {
    const size_t lo = newer->lo < older->lo ? newer->lo : older->lo;
    const size_t hi = newer->hi > older->hi ? newer->hi : older->hi;
    strict_layer *both = strict_layer_open(lo, hi, newer->seq);
    const strict_layer *layers[] = {newer, older};
    for (size_t n = 0; n < 2; n++) {
        for (size_t i = layers[n]->lo; i < layers[n]->hi; i++) {
            if (masked(layers[n], i)) {
                both->mask[i - lo] = 1;
                both->old[i - lo] = layers[n]->old[i - layers[n]->lo];
            }
        }
    }
    return both;
}

static size_t length(const strict_layer *layer) {
    size_t count = 0;
    for (; layer != NULL; layer = layer->next) {
        count++;
    }
    return count;
}

void strict_layers_tidy(const strict_gpu *gpu, strict_store *store) {
    if (length(store->shadows) <= LAYERS_KEPT) {
        return;
    }
    const barriers_seen seen = collect(gpu);
    strict_layer **link = &store->shadows;
    while (*link != NULL) {
        strict_layer *layer = *link;
        strict_layer *older = layer->next;
        if (seen_by_all(&seen, layer->seq)) {
            replace(link, NULL);
        } else if (older != NULL && !told_apart(&seen, layer->seq, older->seq)) {
            strict_layer *both = merged(layer, older);
            replace(link, NULL);
            replace(link, both);
        } else {
            link = &layer->next;
        }
    }
    free(seen.values);
}

/* --- What the client sees */

void strict_client_barrier(strict_gpu *gpu, uint64_t seq) {
    for (strict_store *store = gpu->stores; store != NULL; store = store->next) {
        strict_layer *fresh = store->written == NULL ? NULL : trimmed(store->written);
        if (fresh != NULL) {
            fresh->seq = seq;
            fresh->next = store->published;
            store->published = fresh;
            gpu->publications++;
            memset(store->written->mask, 0, store->written->hi - store->written->lo);
        }
    }
}

static void publish(strict_store *store, const strict_layer *layer) {
    for (size_t i = layer->lo; i < layer->hi; i++) {
        if (masked(layer, i)) {
            store->client->bytes[i - store->map_offset] = store->server->bytes[i];
        }
    }
}

void strict_client_observe(strict_gpu *gpu, uint64_t seq) {
    if (gpu->publications == 0) {
        return;
    }
    for (strict_store *store = gpu->stores; store != NULL; store = store->next) {
        strict_layer **link = &store->published;
        while (*link != NULL) {
            if ((*link)->seq < seq) {
                publish(store, *link);
                gpu->publications--;
                replace(link, NULL);
            } else {
                link = &(*link)->next;
            }
        }
    }
}
