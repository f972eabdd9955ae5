/* Trireme: what every header needs - version, export, results, memory, messages.
 *
 * Conventions of the whole library:
 *   - Every call that can fail returns a trm_result. A failed call leaves its objects as they were
 * and sets its out-parameters to NULL or zero; but a failed acquire may have attached its buffer,
 * and a failed sync has uploaded all buffers but those that failed.
 *   - Descriptions (`const trm_..._desc *`) are plain structs in which an all-zero field means
 * "default".
 *   - Offsets and sizes are size_t. They count *items* (one element along a buffer's first axis)
 * unless the name says `nbytes`. Strides and item sizes are bytes, and so are the places in GL
 * objects that gl.h speaks of.
 *   - A mistake of the caller never aborts. It yields a result code and, through the object's
 * trm_log, a message with a stable rule id and the label of the buffer concerned.
 */
#ifndef TRIREME_BASE_H
#define TRIREME_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRM_VERSION_MAJOR  0
#define TRM_VERSION_MINOR  1
#define TRM_VERSION_PATCH  0
#define TRM_VERSION_STRING "0.1.0"

/* TRIREME_SHARED is defined for users of the shared library, TRIREME_BUILDING while it is compiled;
 * the CMake targets set both. A static library needs neither. */
#if defined(_WIN32) && defined(TRIREME_SHARED)
#ifdef TRIREME_BUILDING
#define TRM_API __declspec(dllexport)
#else
#define TRM_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define TRM_API __attribute__((visibility("default")))
#else
#define TRM_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* "To the end": the size of a range, in items. Every call that takes a range accepts it; the count
 * of trm_device_write_end is none. */
#define TRM_WHOLE SIZE_MAX

/* What a call came to. Zero is success, a positive value a state that is no mistake, negative an
 * error. */
typedef enum trm_result {
    TRM_OK = 0,
    TRM_NOT_READY = 1,               /* would have had to wait, and was asked not to */
    TRM_ERROR_INVALID_ARGUMENT = -1, /* NULL, zero or contradictory arguments */
    TRM_ERROR_OUT_OF_RANGE = -2,     /* an offset or index beyond the buffer */
    TRM_ERROR_FORMAT = -3,   /* unknown or unsupported format, or one that does not fit the data */
    TRM_ERROR_STATE = -4,    /* the object cannot do this now, or ever */
    TRM_ERROR_ATTACHED = -5, /* the buffer belongs to a device (or to another one) */
    TRM_ERROR_OUT_OF_MEMORY = -6,        /* host memory */
    TRM_ERROR_OUT_OF_DEVICE_MEMORY = -7, /* GPU memory: the driver refused, or there is none, not
                                            even in the budget, for the staging ring */
    TRM_ERROR_BUDGET = -8,       /* the device's memory budget does not allow it, or a room of fixed
                                    size (ring, stream, fences) is too small: the rule says which */
    TRM_ERROR_FRAME_OPEN = -9,   /* only the end of the open frame can free what is needed */
    TRM_ERROR_UNSUPPORTED = -10, /* the context or this version of the library lacks something; or
                                    MAPPED for a buffer that the GPU writes */
    TRM_ERROR_TIMEOUT = -11,     /* the GPU did not finish in time; edits stay pending */
    TRM_ERROR_DEVICE_LOST = -12  /* the context was lost */
} trm_result;

/* The name of a result as it is spelt above, "unknown result" for any other value. Never NULL; the
 * text lives as long as the program. Thread-safe. */
TRM_API const char *trm_result_string(trm_result result);

/* The version of the library that was linked, "major.minor.patch". Lives as long as the program.
 * Thread-safe. */
TRM_API const char *trm_version_string(void);

/* Where host memory comes from. All zero: malloc and free. Otherwise both functions must be set,
 * must serve the alignment of malloc, and must be callable from every thread that uses the object.
 * `allocate` returns NULL when there is no memory; `release` gets the size that was asked for and
 * is never called with NULL. `user` must outlive the object. */
typedef struct trm_allocator {
    void *(*allocate)(void *user, size_t nbytes);
    void (*release)(void *user, void *memory, size_t nbytes);
    void *user;
} trm_allocator;

/* How much a message matters, the most important first. */
typedef enum trm_log_level {
    TRM_LOG_ERROR = 0,   /* a mistake or failure: the call returns the error code in `result` */
    TRM_LOG_WARNING = 1, /* it works, but costs: a wait, memory that could not be had, a way around
                          */
    TRM_LOG_INFO = 2     /* what the library decided: where a buffer lives now, and why */
} trm_log_level;

/* One message. `rule` is a stable id such as "buffer.stride" or "wait.gpu"; `text` a sentence with
 * the figures; `label` names the buffer or device concerned ("" if it has none). The strings live
 * until the callback returns. */
typedef struct trm_message {
    trm_log_level level;
    trm_result result; /* TRM_OK for warnings and infos */
    const char *rule;
    const char *label;
    const char *text;
} trm_message;

/* Who hears of mistakes. `write` NULL (the default): nobody, the result code has to do. It is
 * called on the thread of the call concerned, possibly on several threads at once, and must not
 * call Trireme. `user` must outlive the object. */
typedef struct trm_log {
    void (*write)(void *user, const trm_message *message);
    void *user;
    trm_log_level level; /* the least important level that is heard; 0: errors alone */
} trm_log;

/* A ready `write` for trm_log: one line a message to stderr. `user` is not used. Thread-safe. */
TRM_API void trm_log_stderr(void *user, const trm_message *message);

#ifdef __cplusplus
}
#endif
#endif
