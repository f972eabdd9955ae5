/* The queue: what was issued and has not happened yet, and in which order it does. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>
#include <string.h>

/* How far ahead is looked for a command that may overtake the first. */
#define LOOK_AHEAD 256

static bool may_overtake_any(const strict_gpu *gpu, const strict_command *command) {
    const strict_command_type type = command->type;
    return type == STRICT_COMMAND_DISPATCH || type == STRICT_COMMAND_SHADE ||
           (type == STRICT_COMMAND_COPY && gpu->desc.quirk_copies_overtake_storage_reads) ||
           (type == STRICT_COMMAND_WRITE && !command->is_held &&
               gpu->desc.quirk_updates_overtake_storage_reads);
}

static bool is_bound_as_storage(const strict_gpu *gpu, const strict_store *store) {
    for (int i = 0; i < STRICT_STORAGE_BINDINGS; i++) {
        const strict_buffer *buffer = gpu->state.storage[i].buffer;
        if (buffer != NULL && buffer->store == store) {
            return true;
        }
    }
    return false;
}

strict_command *strict_issue(strict_gpu *gpu, strict_command_type type, strict_reader reader) {
    strict_lane *lane = &gpu->lanes[gpu->lane];
    strict_command *command = strict_alloc(sizeof *command);
    command->type = type;
    command->reader = reader;
    command->seq = ++gpu->seq;
    command->seen = gpu->barriers[reader];
    command->previous = lane->last;
    if (lane->last != NULL) {
        lane->last->next = command;
    } else {
        lane->first = command;
    }
    lane->last = command;
    lane->count++;
    lane->eager += may_overtake_any(gpu, command);
    return command;
}

strict_command *strict_issue_write(strict_gpu *gpu, strict_store *target) {
    strict_command *command = strict_issue(gpu, STRICT_COMMAND_WRITE, STRICT_UPDATE);
    command->target = strict_store_ref(target);
    if (is_bound_as_storage(gpu, target)) {
        gpu->lanes[gpu->lane].eager -= may_overtake_any(gpu, command);
        command->is_held = true;
    }
    return command;
}

static void unlink_command(strict_gpu *gpu, strict_lane *lane, strict_command *command) {
    if (command->previous != NULL) {
        command->previous->next = command->next;
    } else {
        lane->first = command->next;
    }
    if (command->next != NULL) {
        command->next->previous = command->previous;
    } else {
        lane->last = command->previous;
    }
    lane->count--;
    lane->eager -= may_overtake_any(gpu, command);
}

static void close_command(strict_gpu *gpu, strict_command *command) {
    if (command->read != NULL) {
        command->read->command = NULL;
    }
    strict_store_unref(gpu, command->source);
    strict_store_unref(gpu, command->target);
    strict_dispatch_close(gpu, command->dispatch);
    if (command->sync != NULL) {
        strict_sync_unref(gpu, command->sync);
    }
    free(command->data);
    free(command);
}

uint64_t strict_oldest(const strict_gpu *gpu) {
    uint64_t oldest = UINT64_MAX;
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        const strict_command *first = gpu->lanes[i].first;
        if (first != NULL && first->seq < oldest) {
            oldest = first->seq;
        }
    }
    return oldest;
}

/* --- Order */

static bool overlaps(const strict_store *one, size_t offset, size_t nbytes,
    const strict_store *other, size_t other_offset, size_t other_nbytes) {
    return one != NULL && one == other && offset < other_offset + other_nbytes &&
           other_offset < offset + nbytes;
}

static bool meets(
    const strict_command *write, const strict_store *store, size_t offset, size_t nbytes) {
    return overlaps(write->target, write->target_offset, write->nbytes, store, offset, nbytes);
}

/* Whether it goes to memory that the dispatch has bound. */
static bool meets_bound(const strict_command *write, const strict_dispatch *dispatch) {
    for (size_t i = 0; i < STRICT_STORAGE_BINDINGS; i++) {
        if (meets(write, dispatch->bindings[i].store, dispatch->bindings[i].offset,
                dispatch->bindings[i].nbytes)) {
            return true;
        }
    }
    return false;
}

/* Whether an ordered write goes to memory that the dispatch has bound, or the shader writes to. */
static bool feeds(const strict_command *write, const strict_command *shader) {
    return shader->type == STRICT_COMMAND_SHADE
               ? meets(write, shader->target, shader->target_offset, shader->nbytes)
               : meets_bound(write, shader->dispatch);
}

static bool shader_may_overtake(const strict_command *shader, const strict_command *other) {
    switch (other->type) {
    case STRICT_COMMAND_COPY:
    case STRICT_COMMAND_WRITE:
        return !feeds(other, shader);
    case STRICT_COMMAND_BARRIER:
        return (other->barrier & GL_SHADER_STORAGE_BARRIER_BIT) == 0;
    case STRICT_COMMAND_WAIT:
        return false;
    case STRICT_COMMAND_READ:
    case STRICT_COMMAND_SHADE:
    case STRICT_COMMAND_DISPATCH:
    case STRICT_COMMAND_FENCE:
        return true;
    }
    return false;
}

/* The quirk. Everything but a storage read keeps its place. */
static bool copy_may_overtake(const strict_command *copy, const strict_command *other) {
    if (other->type == STRICT_COMMAND_FENCE) {
        return true;
    }
    if (other->type == STRICT_COMMAND_READ) {
        return other->reader == STRICT_STORAGE ||
               !overlaps(other->source, other->source_offset, other->nbytes, copy->target,
                   copy->target_offset, copy->nbytes);
    }
    return false;
}

/* The other quirk: nothing but what reads it otherwise keeps a write back, unless it is held. */
static bool write_may_overtake(const strict_command *write, const strict_command *other) {
    switch (other->type) {
    case STRICT_COMMAND_BARRIER:
    case STRICT_COMMAND_DISPATCH:
        return true;
    case STRICT_COMMAND_WRITE:
    case STRICT_COMMAND_COPY:
        return true;
    case STRICT_COMMAND_SHADE:
        return !meets(write, other->target, other->target_offset, other->nbytes);
    default:
        return copy_may_overtake(write, other);
    }
}

static bool may_overtake(const strict_command *command, const strict_command *other) {
    return command->type == STRICT_COMMAND_COPY    ? copy_may_overtake(command, other)
           : command->type == STRICT_COMMAND_WRITE ? write_may_overtake(command, other)
                                                   : shader_may_overtake(command, other);
}

static bool may_overtake_all_before(const strict_command *command) {
    for (const strict_command *other = command->previous; other != NULL; other = other->previous) {
        if (!may_overtake(command, other)) {
            return false;
        }
    }
    return true;
}

/* The command that executes next, or NULL if none can. */
static strict_command *pick(strict_gpu *gpu, const strict_lane *lane) {
    strict_command *first = lane->first;
    if (first == NULL || first->seq > lane->submitted) {
        return NULL;
    }
    if (first->type == STRICT_COMMAND_WAIT && !first->sync->signalled) {
        return NULL;
    }
    if (lane->eager == 0 || gpu->desc.reorder == STRICT_IN_ORDER) {
        return first;
    }
    strict_command *command = first->next;
    for (int i = 0; i < LOOK_AHEAD && command != NULL && command->seq <= lane->submitted; i++) {
        const bool early = gpu->desc.reorder == STRICT_REORDER_ALWAYS || strict_chance(gpu, 128);
        if (may_overtake_any(gpu, command) && early && may_overtake_all_before(command)) {
            return command;
        }
        command = command->next;
    }
    return first;
}

/* --- Execution */

static void run_read(strict_gpu *gpu, const strict_command *command, const strict_access *who) {
    if (command->read != NULL) {
        unsigned char *bytes = strict_alloc(command->nbytes);
        strict_store_read(
            gpu, command->source, who, command->source_offset, command->nbytes, bytes);
        command->read->bytes = bytes;
    }
}

static void run_copy(strict_gpu *gpu, const strict_command *command, const strict_access *who) {
    unsigned char *bytes = strict_alloc(command->nbytes);
    strict_store_read(gpu, command->source, who, command->source_offset, command->nbytes, bytes);
    strict_store_write(gpu, command->target, who, command->target_offset, command->nbytes, bytes);
    free(bytes);
}

static void run(strict_gpu *gpu, const strict_command *command) {
    const strict_access who = {command->seq, command->seen};
    switch (command->type) {
    case STRICT_COMMAND_READ:
        run_read(gpu, command, &who);
        break;
    case STRICT_COMMAND_COPY:
        run_copy(gpu, command, &who);
        break;
    case STRICT_COMMAND_WRITE:
        strict_store_write(
            gpu, command->target, &who, command->target_offset, command->nbytes, command->data);
        break;
    case STRICT_COMMAND_SHADE:
        strict_store_shade(gpu, command->target, command->seq, command->target_offset,
            command->nbytes, command->data);
        strict_store_shaded(gpu, command->target, command->seq);
        break;
    case STRICT_COMMAND_DISPATCH:
        strict_dispatch_run(gpu, command);
        break;
    case STRICT_COMMAND_BARRIER:
        if ((command->barrier & GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT) != 0) {
            strict_client_barrier(gpu, command->seq);
        }
        break;
    case STRICT_COMMAND_FENCE:
        command->sync->signalled = true;
        break;
    case STRICT_COMMAND_WAIT:
        break;
    }
}

void strict_submit(strict_gpu *gpu, unsigned lane) {
    gpu->lanes[lane].submitted = gpu->seq;
}

bool strict_run_one(strict_gpu *gpu, unsigned lane) {
    strict_command *command = pick(gpu, &gpu->lanes[lane]);
    if (command == NULL) {
        return false;
    }
    const bool random = gpu->desc.policy == STRICT_RANDOM;
    gpu->now += gpu->desc.command_ns * (random ? 1 + random_below(&gpu->random, 8) : 1);
    unlink_command(gpu, &gpu->lanes[lane], command);
    run(gpu, command);
    close_command(gpu, command);
    return true;
}

/* A wait for another context's fence can only be over when that one has run. */
static bool run_others(strict_gpu *gpu, unsigned lane) {
    bool moved = false;
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        moved = (i != lane && strict_run_one(gpu, i)) || moved;
    }
    return moved;
}

void strict_run_lane(strict_gpu *gpu, unsigned lane) {
    strict_submit(gpu, lane);
    while (gpu->lanes[lane].first != NULL) {
        if (!strict_run_one(gpu, lane) && !run_others(gpu, lane)) {
            strict_violate(gpu, "error", "%s would wait for ever for a fence that was not flushed",
                strict_function_name(gpu->function));
            gpu->lanes[lane].first->sync->signalled = true;
        }
    }
}

void strict_wait_for(strict_gpu *gpu, const strict_store *store) {
    if (store->refs > 1) {
        strict_run_lane(gpu, gpu->lane);
    }
}

void strict_discard(strict_gpu *gpu) {
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        strict_lane *lane = &gpu->lanes[i];
        while (lane->first != NULL) {
            strict_command *command = lane->first;
            unlink_command(gpu, lane, command);
            close_command(gpu, command);
        }
    }
}

/* --- For tests */

static bool run_any(strict_gpu *gpu) {
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        if (strict_run_one(gpu, i)) {
            return true;
        }
    }
    return false;
}

size_t strict_gpu_step(strict_gpu *gpu, size_t count) {
    size_t done = 0;
    while (done < count && run_any(gpu)) {
        done++;
    }
    return done;
}

static size_t fences_queued(const strict_gpu *gpu) {
    size_t count = 0;
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        for (const strict_command *c = gpu->lanes[i].first; c != NULL; c = c->next) {
            count += c->type == STRICT_COMMAND_FENCE;
        }
    }
    return count;
}

size_t strict_gpu_step_fences(strict_gpu *gpu, size_t count) {
    const size_t before = fences_queued(gpu);
    while (before - fences_queued(gpu) < count && run_any(gpu)) {
    }
    return before - fences_queued(gpu);
}

bool strict_gpu_complete_up_to(strict_gpu *gpu, GLsync fence) {
    const strict_sync *sync = strict_sync_find(gpu, fence);
    if (sync == NULL) {
        return false;
    }
    while (!sync->signalled && (strict_run_one(gpu, sync->lane) || run_others(gpu, sync->lane))) {
    }
    return sync->signalled;
}

void strict_gpu_drain(strict_gpu *gpu) {
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        strict_submit(gpu, i);
    }
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        strict_run_lane(gpu, i);
    }
}

size_t strict_gpu_queued(const strict_gpu *gpu) {
    size_t count = 0;
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        count += gpu->lanes[i].count;
    }
    return count;
}

size_t strict_gpu_submitted(const strict_gpu *gpu) {
    size_t count = 0;
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        const strict_lane *lane = &gpu->lanes[i];
        for (const strict_command *c = lane->first; c != NULL && c->seq <= lane->submitted;
             c = c->next) {
            count++;
        }
    }
    return count;
}

/* --- Draws */

GLbitfield strict_reader_barrier(strict_reader reader) {
    static const GLbitfield bits[STRICT_READERS] = {
        [STRICT_VERTEX] = GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT,
        [STRICT_ELEMENT] = GL_ELEMENT_ARRAY_BARRIER_BIT,
        [STRICT_UNIFORM] = GL_UNIFORM_BARRIER_BIT,
        [STRICT_TEXEL] = GL_TEXTURE_FETCH_BARRIER_BIT,
        [STRICT_INDIRECT] = GL_COMMAND_BARRIER_BIT,
        [STRICT_UNPACK] = GL_PIXEL_BUFFER_BARRIER_BIT,
        [STRICT_UPDATE] = GL_BUFFER_UPDATE_BARRIER_BIT,
        [STRICT_STORAGE] = GL_SHADER_STORAGE_BARRIER_BIT,
    };
    return bits[reader];
}

static size_t reader_alignment(const strict_gpu *gpu, strict_reader reader) {
    switch (reader) {
    case STRICT_UNIFORM:
        return (size_t)gpu->desc.uniform_alignment;
    case STRICT_STORAGE:
        return (size_t)gpu->desc.storage_alignment;
    case STRICT_TEXEL:
        return (size_t)gpu->desc.texel_alignment;
    case STRICT_INDIRECT:
        return 4;
    default:
        return 1;
    }
}

/* The store that a draw or dispatch of the application may use; NULL and a violation otherwise. */
static strict_store *usable(
    strict_gpu *gpu, const strict_buffer *buffer, size_t offset, size_t nbytes, size_t alignment) {
    const GLuint object = buffer == NULL ? 0 : buffer->name;
    strict_store *store = buffer == NULL ? NULL : buffer->store;
    if (store == NULL) {
        strict_violate(
            gpu, "error", "a draw uses a buffer that does not exist or is empty (%u)", object);
        return NULL;
    }
    if (nbytes == 0 || offset > store->nbytes || nbytes > store->nbytes - offset) {
        strict_violate(gpu, "error", "a draw uses %lu bytes from %lu of the %lu of buffer %u",
            (unsigned long)nbytes, (unsigned long)offset, (unsigned long)store->nbytes, object);
        return NULL;
    }
    if (offset % alignment != 0) {
        strict_violate(gpu, "error", "a draw uses offset %lu, not a multiple of %lu, of buffer %u",
            (unsigned long)offset, (unsigned long)alignment, object);
        return NULL;
    }
    if (store->mapped && (store->access & GL_MAP_PERSISTENT_BIT) == 0) {
        strict_violate(gpu, "error", "a draw uses buffer %u, which is mapped", object);
        return NULL;
    }
    return store;
}

strict_read *strict_read_buffer(strict_gpu *gpu, strict_reader reader, const strict_buffer *buffer,
    size_t offset, size_t nbytes) {
    strict_store *store = usable(gpu, buffer, offset, nbytes, reader_alignment(gpu, reader));
    if (store == NULL) {
        return NULL;
    }
    strict_read *read = strict_alloc(sizeof *read);
    read->nbytes = nbytes;
    read->next = gpu->reads;
    read->link = &gpu->reads;
    if (read->next != NULL) {
        read->next->link = &read->next;
    }
    gpu->reads = read;
    if (gpu->lost) {
        return read;
    }
    strict_command *command = strict_issue(gpu, STRICT_COMMAND_READ, reader);
    command->source = strict_store_ref(store);
    command->source_offset = offset;
    command->nbytes = nbytes;
    command->read = read;
    read->command = command;
    return read;
}

strict_read *strict_gpu_read_later(
    strict_gpu *gpu, strict_reader reader, GLuint object, size_t offset, size_t nbytes) {
    return strict_read_buffer(gpu, reader, strict_buffer_find(gpu, object), offset, nbytes);
}

const unsigned char *strict_gpu_result(const strict_read *read) {
    return read == NULL ? NULL : read->bytes;
}

size_t strict_gpu_read_nbytes(const strict_read *read) {
    return read == NULL ? 0 : read->nbytes;
}

void strict_gpu_forget(strict_gpu *gpu, strict_read *read) {
    (void)gpu;
    if (read == NULL) {
        return;
    }
    if (read->command != NULL) {
        read->command->read = NULL;
    }
    *read->link = read->next;
    if (read->next != NULL) {
        read->next->link = read->link;
    }
    free(read->bytes);
    free(read);
}

void strict_gpu_write_later(
    strict_gpu *gpu, GLuint object, size_t offset, const void *data, size_t nbytes) {
    strict_store *store = usable(gpu, strict_buffer_find(gpu, object), offset, nbytes, 4);
    if (store == NULL || gpu->lost) {
        return;
    }
    strict_command *command = strict_issue(gpu, STRICT_COMMAND_SHADE, STRICT_STORAGE);
    command->target = strict_store_ref(store);
    command->target_offset = offset;
    command->nbytes = nbytes;
    command->data = strict_alloc(nbytes);
    memcpy(command->data, data, nbytes);
}

void strict_gpu_peek(strict_gpu *gpu, GLuint object, size_t offset, size_t nbytes, void *out) {
    const strict_store *store = usable(gpu, strict_buffer_find(gpu, object), offset, nbytes, 1);
    if (store == NULL) {
        memset(out, 0, nbytes);
    } else {
        memcpy(out, store->server->bytes + offset, nbytes);
    }
}
