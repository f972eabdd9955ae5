/* The way into every GL function: counting, planted failures, the loss of the context, and what is
 * recorded when a rule is broken. */
#include "support/strict_gpu_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_LENGTH 320

typedef struct function_info {
    const char *name;
    unsigned ways;
} function_info;

#define FUNCTION_INFO(name, ways) {#name, ways},
static const function_info functions[] = {STRICT_FUNCTIONS(FUNCTION_INFO)};
#undef FUNCTION_INFO

const char *strict_function_name(strict_function function) {
    return functions[function].name;
}

_Static_assert(STRICT_FUNCTION_COUNT <= UINT8_MAX + 1, "a recorded call is one byte");

bool strict_same(const char *one, const char *other) {
    while (*one != '\0' && *one == *other) {
        one++;
        other++;
    }
    return *one == *other;
}

static int find_function(const char *name) {
    for (int i = 0; i < STRICT_FUNCTION_COUNT; i++) {
        if (strict_same(functions[i].name, name)) {
            return i;
        }
    }
    return -1;
}

/* --- Violations */

static void record(strict_gpu *gpu, const char *kind, const char *where, const char *text) {
    if (gpu->violation_count < STRICT_VIOLATIONS) {
        char line[TEXT_LENGTH + 96];
        const int length = snprintf(line, sizeof line, "%s: %s%s", kind, where, text);
        gpu->violations[gpu->violation_count] = strict_copy_text(line, (size_t)length);
    }
    gpu->violation_count++;
}

void strict_violate(strict_gpu *gpu, const char *kind, const char *format, ...) {
    char text[TEXT_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    record(gpu, kind, "", text);
}

void strict_raise(strict_gpu *gpu, GLenum error) {
    if (gpu->error == GL_NO_ERROR) {
        gpu->error = error;
    }
}

static const char *error_name(GLenum error) {
    switch (error) {
    case GL_INVALID_ENUM:
        return "INVALID_ENUM: ";
    case GL_INVALID_VALUE:
        return "INVALID_VALUE: ";
    case GL_INVALID_OPERATION:
        return "INVALID_OPERATION: ";
    default:
        return "";
    }
}

void strict_error(strict_gpu *gpu, GLenum error, const char *format, ...) {
    char where[96];
    char text[TEXT_LENGTH];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(where, sizeof where, "%s: %s", strict_function_name(gpu->function), error_name(error));
    record(gpu, "error", where, text);
    strict_raise(gpu, error);
}

size_t strict_gpu_violations(const strict_gpu *gpu) {
    return gpu->violation_count;
}

const char *strict_gpu_violation(const strict_gpu *gpu, size_t index) {
    return index < gpu->violation_count && index < STRICT_VIOLATIONS ? gpu->violations[index]
                                                                     : NULL;
}

void strict_gpu_forgive(strict_gpu *gpu) {
    for (size_t i = 0; i < STRICT_VIOLATIONS; i++) {
        free(gpu->violations[i]);
        gpu->violations[i] = NULL;
    }
    gpu->violation_count = 0;
}

size_t strict_gpu_audit(strict_gpu *gpu) {
    strict_graveyard_check(gpu);
    const char *text;
    for (size_t i = 0; (text = strict_gpu_violation(gpu, i)) != NULL; i++) {
        fprintf(stderr, "strict GPU: %s\n", text);
    }
    if (gpu->violation_count > STRICT_VIOLATIONS) {
        fprintf(stderr, "strict GPU: %lu violations in all\n", (unsigned long)gpu->violation_count);
    }
    return gpu->violation_count;
}

/* --- Calls */

static void count(strict_gpu *gpu, strict_function function) {
    gpu->function = function;
    gpu->failing = (strict_failure)0;
    gpu->calls[function]++;
    gpu->call_count++;
    if (!gpu->desc.record_calls) {
        return;
    }
    if (gpu->recorded == gpu->record_capacity) {
        gpu->record_capacity = gpu->record_capacity == 0 ? 4096 : 2 * gpu->record_capacity;
        gpu->record = strict_grow(gpu->record, gpu->record_capacity);
    }
    gpu->record[gpu->recorded++] = (uint8_t)function;
}

uint64_t strict_gpu_calls(const strict_gpu *gpu, const char *name_or_null) {
    if (name_or_null == NULL) {
        return gpu->call_count;
    }
    const int function = find_function(name_or_null);
    return function < 0 ? 0 : gpu->calls[function];
}

void strict_gpu_reset_calls(strict_gpu *gpu) {
    memset(gpu->calls, 0, sizeof gpu->calls);
    gpu->call_count = 0;
    gpu->recorded = 0;
}

const char *strict_gpu_call_name(const strict_gpu *gpu, uint64_t index) {
    const bool known = index >= 1 && index <= gpu->recorded;
    return known ? strict_function_name((strict_function)gpu->record[index - 1]) : NULL;
}

/* --- Failures */

unsigned strict_gpu_failures_of(const char *name) {
    const int function = find_function(name);
    return function < 0 ? 0 : functions[function].ways | (unsigned)STRICT_FAIL_CONTEXT_LOST;
}

void strict_gpu_fail(
    strict_gpu *gpu, const char *name_or_null, uint64_t nth, bool every, strict_failure way) {
    const int function = name_or_null == NULL ? -1 : find_function(name_or_null);
    if (name_or_null != NULL && function < 0) {
        strict_abort("no such function to make fail", name_or_null);
    }
    for (size_t i = 0; i < STRICT_PLANTED; i++) {
        if (!gpu->planted[i].active) {
            gpu->planted[i] = (strict_planted){true, every, function, nth, nth, way};
            return;
        }
    }
    strict_abort("too many failures planted", "strict_gpu_fail");
}

void strict_gpu_fail_nothing(strict_gpu *gpu) {
    memset(gpu->planted, 0, sizeof gpu->planted);
}

uint64_t strict_gpu_failed(const strict_gpu *gpu) {
    return gpu->failed;
}

/* How this call is to fail; 0: not at all. Every planted failure counts on. */
static strict_failure due(strict_gpu *gpu, strict_function function) {
    strict_failure way = (strict_failure)0;
    for (size_t i = 0; i < STRICT_PLANTED; i++) {
        strict_planted *planted = &gpu->planted[i];
        const bool meant = planted->function < 0 || planted->function == (int)function;
        if (planted->active && meant && --planted->left == 0) {
            way = planted->way;
            planted->left = planted->nth;
            planted->active = planted->every;
        }
    }
    return way;
}

static bool has_own_way(strict_function function, strict_failure way) {
    const unsigned own =
        STRICT_FAIL_UNMAP | STRICT_FAIL_WAIT | STRICT_FAIL_TIMEOUT | STRICT_FAIL_BUILD;
    return ((unsigned)way & own & functions[function].ways) != 0;
}

/* --- Loss */

void strict_gpu_set_reset(strict_gpu *gpu, GLenum status) {
    gpu->reset = status;
}

void strict_gpu_lose(strict_gpu *gpu, GLenum status) {
    gpu->reset = status;
    gpu->lost = true;
    strict_discard(gpu);
}

bool strict_gpu_is_lost(const strict_gpu *gpu) {
    return gpu->lost;
}

static bool refuse_lost(strict_gpu *gpu) {
    if (!gpu->desc.no_robustness) {
        strict_raise(gpu, GL_CONTEXT_LOST);
    }
    return false;
}

/* --- Entry */

/* Under STRICT_RANDOM the GPU moves a little whenever it likes. */
static void tick(strict_gpu *gpu) {
    if (gpu->desc.policy == STRICT_RANDOM && strict_chance(gpu, gpu->desc.progress)) {
        const unsigned lane = (unsigned)random_below(&gpu->random, STRICT_LANES);
        size_t left = 1 + random_below(&gpu->random, 4);
        while (left-- > 0 && strict_run_one(gpu, lane)) {
        }
    }
}

bool strict_enter(strict_function function, strict_gpu **out) {
    strict_gpu *gpu = strict_current();
    *out = gpu;
    count(gpu, function);
    tick(gpu);
    if (gpu->lost) {
        return refuse_lost(gpu);
    }
    const strict_failure way = due(gpu, function);
    if (way == 0 || (way != STRICT_FAIL_CONTEXT_LOST && functions[function].ways == 0)) {
        return true;
    }
    gpu->failed++;
    if (way == STRICT_FAIL_CONTEXT_LOST) {
        strict_gpu_lose(gpu, gpu->reset);
        return refuse_lost(gpu);
    }
    if (has_own_way(function, way)) {
        gpu->failing = way;
        return true;
    }
    if (way != STRICT_FAIL_QUIETLY) {
        strict_raise(gpu, GL_OUT_OF_MEMORY);
    }
    return false;
}

strict_gpu *strict_enter_always(strict_function function) {
    strict_gpu *gpu = strict_current();
    count(gpu, function);
    tick(gpu);
    if (!gpu->lost && due(gpu, function) == STRICT_FAIL_CONTEXT_LOST) {
        gpu->failed++;
        strict_gpu_lose(gpu, gpu->reset);
    }
    return gpu;
}
