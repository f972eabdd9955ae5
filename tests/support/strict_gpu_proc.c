/* The loader, and the traps behind the names that are not supported. */
#include "support/strict_gpu_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each unsupported name that is asked for gets a function of its own, so that calling it can say
 * which one it was. There is no portable way but to have them all. */
static void sprung(unsigned index) {
    const strict_gpu *gpu = strict_current();
    strict_abort("an unsupported GL function was called", gpu->traps[index]);
}

/* Left alone, for these lists would be indented further each time. */
/* clang-format off */
#define TRAP(n)                                                                                    \
    static void GLAD_API_PTR trap_##n(void) { sprung(0x##n); }
#define TRAPS_OF(M, h)                                                                             \
    M(h##0) M(h##1) M(h##2) M(h##3) M(h##4) M(h##5) M(h##6) M(h##7)                                \
    M(h##8) M(h##9) M(h##a) M(h##b) M(h##c) M(h##d) M(h##e) M(h##f)
#define ALL_TRAPS(M)                                                                               \
    TRAPS_OF(M, 00) TRAPS_OF(M, 01) TRAPS_OF(M, 02) TRAPS_OF(M, 03) TRAPS_OF(M, 04)                \
    TRAPS_OF(M, 05) TRAPS_OF(M, 06) TRAPS_OF(M, 07) TRAPS_OF(M, 08) TRAPS_OF(M, 09)                \
    TRAPS_OF(M, 0a) TRAPS_OF(M, 0b) TRAPS_OF(M, 0c) TRAPS_OF(M, 0d) TRAPS_OF(M, 0e)                \
    TRAPS_OF(M, 0f) TRAPS_OF(M, 10) TRAPS_OF(M, 11) TRAPS_OF(M, 12) TRAPS_OF(M, 13)                \
    TRAPS_OF(M, 14) TRAPS_OF(M, 15) TRAPS_OF(M, 16) TRAPS_OF(M, 17) TRAPS_OF(M, 18)                \
    TRAPS_OF(M, 19) TRAPS_OF(M, 1a) TRAPS_OF(M, 1b) TRAPS_OF(M, 1c) TRAPS_OF(M, 1d)                \
    TRAPS_OF(M, 1e) TRAPS_OF(M, 1f) TRAPS_OF(M, 20) TRAPS_OF(M, 21) TRAPS_OF(M, 22)                \
    TRAPS_OF(M, 23) TRAPS_OF(M, 24) TRAPS_OF(M, 25) TRAPS_OF(M, 26) TRAPS_OF(M, 27)                \
    TRAPS_OF(M, 28) TRAPS_OF(M, 29) TRAPS_OF(M, 2a) TRAPS_OF(M, 2b) TRAPS_OF(M, 2c)                \
    TRAPS_OF(M, 2d) TRAPS_OF(M, 2e) TRAPS_OF(M, 2f)
/* clang-format on */

ALL_TRAPS(TRAP)

#define TRAP_NAME(n) trap_##n,
static const trm_gl_proc traps[STRICT_TRAPS] = {ALL_TRAPS(TRAP_NAME)};

static trm_gl_proc trap_for(strict_gpu *gpu, const char *name) {
    for (size_t i = 0; i < gpu->trap_count; i++) {
        if (strict_same(gpu->traps[i], name)) {
            return traps[i];
        }
    }
    if (gpu->trap_count == STRICT_TRAPS) {
        strict_abort("too many unsupported functions", name);
    }
    gpu->traps[gpu->trap_count] = strict_copy_text(name, strlen(name));
    return traps[gpu->trap_count++];
}

/* Names that end in a vendor's capitals, or do not begin as GL's do, are none of GL 4.5's. */
static bool is_core_name(const char *name) {
    static const char *const suffixes[] = {
        "KHR", "ARB", "EXT", "NV", "AMD", "INTEL", "OES", "MESA"};
    const size_t length = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        const size_t suffix = strlen(suffixes[i]);
        if (length >= suffix && strcmp(name + length - suffix, suffixes[i]) == 0) {
            return false;
        }
    }
    return strncmp(name, "gl", 2) == 0;
}

static trm_gl_proc find(const strict_entry *entries, const char *name) {
    for (; entries->proc != NULL; entries++) {
        if (strict_same(strict_function_name(entries->function), name)) {
            return entries->proc;
        }
    }
    return NULL;
}

trm_gl_proc strict_gpu_get_proc(void *user, const char *name) {
    static const strict_entry *const tables[] = {strict_buffer_entries, strict_map_entries,
        strict_bound_entries, strict_bind_entries, strict_vertex_array_entries,
        strict_program_entries, strict_dispatch_entries, strict_sync_entries, strict_query_entries,
        strict_state_entries, strict_debug_entries, strict_object_entries, strict_point_entries,
        strict_setting_entries};
    strict_gpu *gpu = user;
    for (size_t i = 0; i < gpu->hidden_count; i++) {
        if (strcmp(gpu->hidden[i], name) == 0) {
            return NULL;
        }
    }
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        const trm_gl_proc proc = find(tables[i], name);
        if (proc != NULL) {
            return proc;
        }
    }
    return is_core_name(name) ? trap_for(gpu, name) : NULL;
}

trm_gl_proc strict_gpu_current_proc(const char *name) {
    return strict_gpu_get_proc(strict_current(), name);
}

void strict_gpu_hide(strict_gpu *gpu, const char *name) {
    if (gpu->hidden_count == STRICT_HIDDEN) {
        strict_abort("too many functions hidden", name);
    }
    gpu->hidden[gpu->hidden_count++] = name;
}
