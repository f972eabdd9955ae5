#include "core/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *trm_result_string(trm_result result) {
    switch (result) {
    case TRM_OK:
        return "TRM_OK";
    case TRM_NOT_READY:
        return "TRM_NOT_READY";
    case TRM_ERROR_INVALID_ARGUMENT:
        return "TRM_ERROR_INVALID_ARGUMENT";
    case TRM_ERROR_OUT_OF_RANGE:
        return "TRM_ERROR_OUT_OF_RANGE";
    case TRM_ERROR_FORMAT:
        return "TRM_ERROR_FORMAT";
    case TRM_ERROR_STATE:
        return "TRM_ERROR_STATE";
    case TRM_ERROR_ATTACHED:
        return "TRM_ERROR_ATTACHED";
    case TRM_ERROR_OUT_OF_MEMORY:
        return "TRM_ERROR_OUT_OF_MEMORY";
    case TRM_ERROR_OUT_OF_DEVICE_MEMORY:
        return "TRM_ERROR_OUT_OF_DEVICE_MEMORY";
    case TRM_ERROR_BUDGET:
        return "TRM_ERROR_BUDGET";
    case TRM_ERROR_FRAME_OPEN:
        return "TRM_ERROR_FRAME_OPEN";
    case TRM_ERROR_UNSUPPORTED:
        return "TRM_ERROR_UNSUPPORTED";
    case TRM_ERROR_TIMEOUT:
        return "TRM_ERROR_TIMEOUT";
    case TRM_ERROR_DEVICE_LOST:
        return "TRM_ERROR_DEVICE_LOST";
    }
    return "unknown result";
}

const char *trm_version_string(void) {
    return TRM_VERSION_STRING;
}

void trm_log_stderr(void *user, const trm_message *message) {
    static const char *const levels[] = {"error", "warning", "info"};
    (void)user;
    if (!message)
        return;
    fprintf(stderr, "trireme: %s: %s%s%s [%s]\n", levels[message->level], message->label,
        message->label[0] ? ": " : "", message->text, message->rule);
}

bool trm_allocator_valid(const trm_allocator *allocator) {
    return !allocator->allocate == !allocator->release;
}

void *trm_allocate(const trm_allocator *allocator, size_t nbytes) {
    if (!allocator->allocate)
        return calloc(1, nbytes);
    void *memory = allocator->allocate(allocator->user, nbytes);
    if (memory)
        memset(memory, 0, nbytes);
    return memory;
}

void trm_release(const trm_allocator *allocator, void *memory, size_t nbytes) {
    if (!memory)
        return;
    if (allocator->release)
        allocator->release(allocator->user, memory, nbytes);
    else
        free(memory);
}

/* The byte before the line says how far it is from what was allocated. */
void *trm_allocate_lines(const trm_allocator *allocator, size_t nbytes) {
    unsigned char *memory = trm_allocate(allocator, nbytes + TRM_CACHE_LINE);
    if (!memory)
        return NULL;
    size_t shift = TRM_CACHE_LINE - (uintptr_t)memory % TRM_CACHE_LINE;
    memory[shift - 1] = (unsigned char)shift;
    return memory + shift;
}

void trm_release_lines(const trm_allocator *allocator, void *memory, size_t nbytes) {
    unsigned char *line = memory;
    trm_release(allocator, line - line[-1], nbytes + TRM_CACHE_LINE);
}

char *trm_copy_string(const trm_allocator *allocator, const char *text) {
    size_t nbytes = strlen(text ? text : "") + 1;
    char *copy = trm_allocate(allocator, nbytes);
    if (copy)
        memcpy(copy, text ? text : "", nbytes);
    return copy;
}

void trm_release_string(const trm_allocator *allocator, char *text) {
    if (text)
        trm_release(allocator, text, strlen(text) + 1);
}
