/* Fences, waiting, and when the GPU moves. */
#include "support/strict_gpu_internal.h"

#include <stdlib.h>

/* --- Policy */

static bool run_towards(strict_gpu *gpu, const strict_sync *sync) {
    if (strict_run_one(gpu, sync->lane)) {
        return true;
    }
    for (unsigned i = 0; i < STRICT_LANES; i++) {
        if (i != sync->lane && strict_run_one(gpu, i)) {
            return true;
        }
    }
    return false;
}

/* Someone asks without waiting. */
static void poll_fence(strict_gpu *gpu, const strict_sync *sync) {
    if (gpu->desc.policy == STRICT_RANDOM) {
        size_t count = strict_chance(gpu, gpu->desc.progress) ? random_below(&gpu->random, 8) : 0;
        while (count-- > 0 && !sync->signalled && run_towards(gpu, sync)) {
        }
        return;
    }
    while (gpu->desc.policy == STRICT_ON_POLL && !sync->signalled && run_towards(gpu, sync)) {
    }
}

/* Someone waits. The clock goes on by the whole timeout if it is in vain. */
static void wait_fence(strict_gpu *gpu, const strict_sync *sync, uint64_t timeout) {
    const uint64_t start = gpu->now;
    const bool bounded = gpu->desc.policy == STRICT_RANDOM;
    const bool moves = gpu->desc.policy != STRICT_MANUAL;
    while (moves && !sync->signalled && (!bounded || gpu->now - start < timeout) &&
           run_towards(gpu, sync)) {
    }
    if (!sync->signalled && gpu->now - start < timeout && timeout < UINT64_MAX - gpu->now) {
        gpu->now = start + timeout;
    }
}

/* --- Objects */

strict_sync *strict_sync_find(const strict_gpu *gpu, GLsync handle) {
    for (strict_sync *sync = gpu->syncs; sync != NULL; sync = sync->next) {
        if ((GLsync)(void *)sync == handle && !sync->deleted) {
            return sync;
        }
    }
    return NULL;
}

void strict_sync_unref(strict_gpu *gpu, strict_sync *sync) {
    if (--sync->refs > 0) {
        return;
    }
    strict_sync **link = &gpu->syncs;
    while (*link != sync) {
        link = &(*link)->next;
    }
    *link = sync->next;
    free(sync->label);
    free(sync);
}

size_t strict_gpu_live_fences(const strict_gpu *gpu) {
    size_t count = 0;
    for (const strict_sync *sync = gpu->syncs; sync != NULL; sync = sync->next) {
        count += !sync->deleted;
    }
    return count;
}

static strict_sync *find_or_error(strict_gpu *gpu, GLsync handle) {
    strict_sync *sync = strict_sync_find(gpu, handle);
    if (sync == NULL) {
        strict_error(gpu, GL_INVALID_VALUE, "that is no sync object");
    }
    return sync;
}

strict_sync *strict_sync_issue(strict_gpu *gpu) {
    strict_sync *sync = strict_alloc(sizeof *sync);
    strict_command *command = strict_issue(gpu, STRICT_COMMAND_FENCE, STRICT_UPDATE);
    sync->refs = 2; /* the command's, too */
    sync->seq = command->seq;
    sync->lane = gpu->lane;
    sync->next = gpu->syncs;
    gpu->syncs = sync;
    command->sync = sync;
    return sync;
}

bool strict_sync_poll(strict_gpu *gpu, const strict_sync *sync) {
    poll_fence(gpu, sync);
    return sync->signalled;
}

static bool poll_and_observe(strict_gpu *gpu, const strict_sync *sync) {
    if (strict_sync_poll(gpu, sync)) {
        strict_client_observe(gpu, sync->seq);
    }
    return sync->signalled;
}

static GLsync GLAD_API_PTR fence_sync(GLenum condition, GLbitfield flags) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glFenceSync, &gpu)) {
        return NULL;
    }
    if (condition != GL_SYNC_GPU_COMMANDS_COMPLETE) {
        strict_error(gpu, GL_INVALID_ENUM, "condition 0x%x", condition);
        return NULL;
    }
    if (flags != 0) {
        strict_error(gpu, GL_INVALID_VALUE, "flags must be 0");
        return NULL;
    }
    return (GLsync)(void *)strict_sync_issue(gpu);
}

static void GLAD_API_PTR delete_sync(GLsync handle) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glDeleteSync, &gpu) || handle == NULL) {
        return;
    }
    strict_sync *sync = find_or_error(gpu, handle);
    if (sync != NULL) {
        sync->deleted = true;
        strict_sync_unref(gpu, sync);
    }
}

static GLboolean GLAD_API_PTR is_sync(GLsync handle) {
    strict_gpu *gpu;
    return strict_enter(STRICT_glIsSync, &gpu) && strict_sync_find(gpu, handle) != NULL;
}

static GLenum wait_without_effect(const strict_gpu *gpu) {
    return gpu->lost && gpu->desc.no_robustness ? GL_TIMEOUT_EXPIRED : GL_WAIT_FAILED;
}

static GLenum GLAD_API_PTR client_wait_sync(GLsync handle, GLbitfield flags, GLuint64 timeout) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glClientWaitSync, &gpu)) {
        return wait_without_effect(gpu);
    }
    strict_sync *sync = find_or_error(gpu, handle);
    if (sync == NULL) {
        return GL_WAIT_FAILED;
    }
    if ((flags & ~(GLbitfield)GL_SYNC_FLUSH_COMMANDS_BIT) != 0) {
        strict_error(gpu, GL_INVALID_VALUE, "flags 0x%x", flags);
        return GL_WAIT_FAILED;
    }
    if (gpu->failing == STRICT_FAIL_WAIT) {
        strict_raise(gpu, GL_OUT_OF_MEMORY);
        return GL_WAIT_FAILED;
    }
    if (gpu->failing == STRICT_FAIL_TIMEOUT) {
        gpu->now += timeout < UINT32_MAX ? timeout : UINT32_MAX;
        return GL_TIMEOUT_EXPIRED;
    }
    if (poll_and_observe(gpu, sync)) {
        return GL_ALREADY_SIGNALED;
    }
    if ((flags & GL_SYNC_FLUSH_COMMANDS_BIT) != 0) {
        strict_submit(gpu, gpu->lane);
    }
    if (timeout == 0) {
        return GL_TIMEOUT_EXPIRED;
    }
    wait_fence(gpu, sync, timeout);
    if (!sync->signalled) {
        return GL_TIMEOUT_EXPIRED;
    }
    strict_client_observe(gpu, sync->seq);
    return GL_CONDITION_SATISFIED;
}

static void GLAD_API_PTR wait_sync(GLsync handle, GLbitfield flags, GLuint64 timeout) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glWaitSync, &gpu)) {
        return;
    }
    strict_sync *sync = find_or_error(gpu, handle);
    if (sync == NULL) {
        return;
    }
    if (flags != 0 || timeout != GL_TIMEOUT_IGNORED) {
        strict_error(gpu, GL_INVALID_VALUE, "flags must be 0 and the timeout GL_TIMEOUT_IGNORED");
        return;
    }
    strict_command *command = strict_issue(gpu, STRICT_COMMAND_WAIT, STRICT_UPDATE);
    command->sync = sync;
    sync->refs++;
}

static GLint sync_value(strict_gpu *gpu, const strict_sync *sync, GLenum name) {
    switch (name) {
    case GL_OBJECT_TYPE:
        return GL_SYNC_FENCE;
    case GL_SYNC_CONDITION:
        return GL_SYNC_GPU_COMMANDS_COMPLETE;
    case GL_SYNC_FLAGS:
        return 0;
    case GL_SYNC_STATUS:
        return poll_and_observe(gpu, sync) ? GL_SIGNALED : GL_UNSIGNALED;
    default:
        strict_error(gpu, GL_INVALID_ENUM, "name 0x%x", name);
        return 0;
    }
}

static void GLAD_API_PTR get_synciv(
    GLsync handle, GLenum name, GLsizei count, GLsizei *length, GLint *values) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glGetSynciv, &gpu)) {
        if (gpu->lost && !gpu->desc.no_robustness && name == GL_SYNC_STATUS && count > 0) {
            values[0] = GL_SIGNALED;
        }
        return;
    }
    strict_sync *sync = find_or_error(gpu, handle);
    if (sync == NULL) {
        return;
    }
    if (count < 0) {
        strict_error(gpu, GL_INVALID_VALUE, "a negative size");
        return;
    }
    const GLint value = sync_value(gpu, sync, name);
    if (count > 0) {
        values[0] = value;
    }
    if (length != NULL) {
        *length = count > 0;
    }
}

/* --- The queue */

/* Without FLUSH_EXPLICIT this barrier is what takes a persistent mapping's bytes to the server. */
static void cross_unflushed(strict_gpu *gpu) {
    for (strict_store *store = gpu->stores; store != NULL; store = store->next) {
        const GLbitfield wanted = GL_MAP_PERSISTENT_BIT | GL_MAP_WRITE_BIT;
        const bool flushed = (store->access & GL_MAP_FLUSH_EXPLICIT_BIT) != 0;
        if (store->mapped && (store->access & wanted) == wanted && !flushed) {
            strict_store_cross(gpu, store, store->map_offset, store->map_nbytes);
        }
    }
}

static void GLAD_API_PTR memory_barrier(GLbitfield bits) {
    strict_gpu *gpu;
    if (!strict_enter(STRICT_glMemoryBarrier, &gpu)) {
        return;
    }
    const GLbitfield known =
        GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT | GL_ELEMENT_ARRAY_BARRIER_BIT | GL_UNIFORM_BARRIER_BIT |
        GL_TEXTURE_FETCH_BARRIER_BIT | GL_SHADER_IMAGE_ACCESS_BARRIER_BIT | GL_COMMAND_BARRIER_BIT |
        GL_PIXEL_BUFFER_BARRIER_BIT | GL_TEXTURE_UPDATE_BARRIER_BIT | GL_BUFFER_UPDATE_BARRIER_BIT |
        GL_FRAMEBUFFER_BARRIER_BIT | GL_TRANSFORM_FEEDBACK_BARRIER_BIT |
        GL_ATOMIC_COUNTER_BARRIER_BIT | GL_SHADER_STORAGE_BARRIER_BIT |
        GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT | GL_QUERY_BUFFER_BARRIER_BIT;
    if (bits != GL_ALL_BARRIER_BITS && (bits & ~known) != 0) {
        strict_error(gpu, GL_INVALID_VALUE, "barrier bits 0x%x", bits);
        return;
    }
    if ((bits & GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT) != 0) {
        cross_unflushed(gpu);
    }
    strict_command *command = strict_issue(gpu, STRICT_COMMAND_BARRIER, STRICT_UPDATE);
    command->barrier = bits;
    for (unsigned reader = 0; reader < STRICT_READERS; reader++) {
        if ((bits & strict_reader_barrier((strict_reader)reader)) != 0) {
            gpu->barriers[reader] = command->seq;
        }
    }
}

static void GLAD_API_PTR flush(void) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glFlush, &gpu)) {
        strict_submit(gpu, gpu->lane);
    }
}

static void GLAD_API_PTR finish(void) {
    strict_gpu *gpu;
    if (strict_enter(STRICT_glFinish, &gpu)) {
        strict_run_lane(gpu, gpu->lane);
        strict_client_observe(gpu, UINT64_MAX);
    }
}

const strict_entry strict_sync_entries[] = {
    STRICT_ENTRY(glFenceSync, PFNGLFENCESYNCPROC, fence_sync),
    STRICT_ENTRY(glDeleteSync, PFNGLDELETESYNCPROC, delete_sync),
    STRICT_ENTRY(glIsSync, PFNGLISSYNCPROC, is_sync),
    STRICT_ENTRY(glClientWaitSync, PFNGLCLIENTWAITSYNCPROC, client_wait_sync),
    STRICT_ENTRY(glWaitSync, PFNGLWAITSYNCPROC, wait_sync),
    STRICT_ENTRY(glGetSynciv, PFNGLGETSYNCIVPROC, get_synciv),
    STRICT_ENTRY(glMemoryBarrier, PFNGLMEMORYBARRIERPROC, memory_barrier),
    STRICT_ENTRY(glFlush, PFNGLFLUSHPROC, flush),
    STRICT_ENTRY(glFinish, PFNGLFINISHPROC, finish),
    STRICT_ENTRY_END,
};
