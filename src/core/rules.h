/* Every mistake that a caller can make, as data: its stable id, the code it returns, and one
 * sentence. The figures of the case at hand are added by whoever calls trm_fail. */
#ifndef TRM_CORE_RULES_H
#define TRM_CORE_RULES_H

#include <trireme/base.h>

/* clang-format off */
#define TRM_RULES(X) \
    X(ARGUMENT_NULL,          "argument.null",            INVALID_ARGUMENT, "a pointer that must be given is NULL") \
    X(ALLOCATOR_HALF,         "allocator.incomplete",     INVALID_ARGUMENT, "an allocator needs both of its functions or neither") \
    X(BUFFER_SIZE_UNKNOWN,    "buffer.size-unknown",      INVALID_ARGUMENT, "two of nbytes, nitems and format must be given, and none of the sizes may be zero") \
    X(BUFFER_SIZE_OVERFLOW,   "buffer.size-overflow",     INVALID_ARGUMENT, "the size in bytes does not fit in size_t") \
    X(BUFFER_SIZE_UNEVEN,     "buffer.size-uneven",       INVALID_ARGUMENT, "nbytes must be a whole number of items") \
    X(BUFFER_STRIDE,          "buffer.stride",            INVALID_ARGUMENT, "the stride must be zero or at least the item size") \
    X(BUFFER_USAGE,           "buffer.usage",             INVALID_ARGUMENT, "usage has bits that do not exist") \
    X(BUFFER_PLACEMENT,       "buffer.placement",         INVALID_ARGUMENT, "the placement does not exist") \
    X(BUFFER_FORMAT,          "buffer.format",            FORMAT,           "the format is not understood") \
    X(BUFFER_FORMAT_SIZE,     "buffer.format-size",       FORMAT,           "the format's size must divide the item size") \
    X(BUFFER_STRIDED,         "buffer.not-contiguous",    STATE,            "force_contiguous was asked for, but the data is strided") \
    X(BUFFER_SWAPPED,         "buffer.not-native-order",  STATE,            "force_contiguous was asked for, but the data is big-endian and would have to be swapped") \
    X(BUFFER_MEMORY,          "buffer.out-of-memory",     OUT_OF_MEMORY,    "no host memory for the buffer") \
    X(BUFFER_NO_DATA,         "buffer.no-data",           STATE,            "the buffer has no CPU data; use trm_buffer_send_data") \
    X(BUFFER_HAS_DATA,        "buffer.has-data",          STATE,            "the buffer has CPU data; write there and mark it instead") \
    X(BUFFER_FOREIGN_THREAD,  "buffer.destroy-thread",    ATTACHED,         "an attached buffer can only be destroyed or resized on its device's thread") \
    X(DATA_SIZE,              "data.size",                INVALID_ARGUMENT, "set_data takes exactly the buffer's byte count; use trm_buffer_resize for another") \
    X(DRAW_RANGE,             "draw-range.bounds",        OUT_OF_RANGE,     "the draw range must lie inside the buffer") \
    X(INDEX_RANGE,            "indices.range",            OUT_OF_RANGE,     "an index is not below the number of items; nothing was marked") \
    X(SEND_RANGE,             "send.range",               OUT_OF_RANGE,     "the data would pass the end of the buffer") \
    X(RUNS_CAPACITY,          "runs.capacity",            INVALID_ARGUMENT, "an array of no runs was given") \
    X(RUNS_ATTACHED,          "runs.attached",            ATTACHED,         "the marks of an attached buffer belong to its device") \
    X(DEVICE_REGIONS,         "device.region-count",      INVALID_ARGUMENT, "region_count must be 0 (the default) to TRM_MAX_REGIONS") \
    X(DEVICE_MEMORY,          "device.out-of-memory",     OUT_OF_MEMORY,    "no host memory for the device") \
    X(DEVICE_LOST,            "device.lost",              DEVICE_LOST,      "the context was lost") \
    X(DEVICE_NOT_LOST,        "device.not-lost",          STATE,            "only a lost device can be restored; trm_device_lost says that it is") \
    X(ATTACH_OTHER,           "attach.other-device",      ATTACHED,         "the buffer is attached to another device") \
    X(ATTACH_NONE,            "attach.none",              STATE,            "the buffer is not attached to this device") \
    X(ATTACH_PLACEMENT,       "attach.placement",         UNSUPPORTED,      "the buffer cannot have this placement") \
    X(ATTACH_SIZE,            "attach.size",              OUT_OF_DEVICE_MEMORY, "the buffer's regions are larger than any memory") \
    X(ATTACH_MEMORY,          "attach.out-of-memory",     OUT_OF_MEMORY,    "no host memory to track the buffer on the device") \
    X(ATTACH_DEVICE_MEMORY,   "attach.out-of-device-memory", OUT_OF_DEVICE_MEMORY, "the driver gave no memory") \
    X(ATTACH_BUDGET,          "attach.budget",            BUDGET,           "the device's memory budget does not allow it") \
    X(STAGING_MEMORY,         "staging.memory",           OUT_OF_DEVICE_MEMORY, "neither the driver nor the budget has memory for the staging ring") \
    X(STAGING_HOST_MEMORY,    "staging.out-of-memory",    OUT_OF_MEMORY,    "no host memory for the staging ring") \
    X(STAGING_ITEM,           "staging.item",             BUDGET,           "an item that must be gathered is larger than a quarter of the staging ring") \
    X(FENCE_SYNC,             "fence.sync",               INVALID_ARGUMENT, "what was given is no sync object of the context's share group") \
    X(FENCE_FULL,             "fence.full",               BUDGET,           "too many fences are unfinished") \
    X(ACQUIRE_UNSYNCED,       "acquire.unsynced",         STATE,            "with explicit_sync a buffer must be synced before it is acquired") \
    X(DEVICE_MEMORY_KIND,     "device.memory-kind",       INVALID_ARGUMENT, "the memory kind does not exist") \
    X(ACQUIRE_EMPTY,          "acquire.empty",            STATE,            "nothing was sent into the buffer yet") \
    X(ACQUIRE_PARTIAL,        "acquire.partial-send",     STATE,            "a mapped buffer without CPU data must be sent whole") \
    X(FRAME_OPEN,             "frame.open",               FRAME_OPEN,       "only the end of the open frame can free what is needed; end it, or allow more memory") \
    X(WRITE_OPEN,             "write.open",               STATE,            "an in-place write of the buffer is open; trm_device_write_end closes it") \
    X(WRITE_NONE,             "write.none",               STATE,            "no in-place write of the buffer is open") \
    X(WRITE_RANGE,            "write.range",              OUT_OF_RANGE,     "an in-place write needs at least an item, and must stay inside the buffer and inside what was asked for") \
    X(WRITE_PARTIAL,          "write.partial",            STATE,            "a mapped buffer must be written in place as a whole") \
    X(WRITE_SIZE,             "write.size",               BUDGET,           "an in-place write must fit in the staging ring; raise staging_nbytes, or write in pieces") \
    X(WRITE_UNENDED,          "write.unended",            STATE,            "the frame cannot end while an in-place write is open; nothing happened") \
    X(STREAM_EMPTY,           "stream.empty",             INVALID_ARGUMENT, "a stream, and each slice of one, needs at least a byte") \
    X(STREAM_SIZE,            "stream.size",              BUDGET,           "the slice, with what its alignment may skip, is larger than what the stream has for a frame; raise its nbytes") \
    X(READ_RANGE,             "read.range",               OUT_OF_RANGE,     "a read-back needs at least an item, and must stay inside the buffer") \
    X(READ_EMPTY,             "read.empty",               STATE,            "the GPU has no content of the buffer yet; sync or acquire it first") \
    X(WAIT_TIMEOUT,           "wait.timeout",             TIMEOUT,          "the GPU did not finish in time") \
    X(BIND_USAGE,             "bind.usage",               INVALID_ARGUMENT, "the buffer's usage is not 0 and lacks what it is bound for; nothing was bound") \
    X(BIND_STRIDE,            "bind.stride",              INVALID_ARGUMENT, "an item is larger than the largest stride of vertices; nothing was bound") \
    X(RANGE_BOUNDS,           "range.bounds",             OUT_OF_RANGE,     "the range must lie inside the span, and hold at least one item") \
    X(REPORT_FORMAT,          "report.format",            INVALID_ARGUMENT, "the report's format does not exist") \
    X(CONTEXT_SETTING,        "context.setting",          INVALID_ARGUMENT, "a choice or a quirk that does not exist was asked for") \
    X(CONTEXT_VERSION,        "context.version",          UNSUPPORTED,      "the context is not one that the backend can use") \
    X(CONTEXT_FUNCTION,       "context.function",              UNSUPPORTED,      "the context lacks a function")
/* clang-format on */

typedef enum trm_rule {
#define TRM_RULE_ENUM(name, id, result, text) TRM_RULE_##name,
    TRM_RULES(TRM_RULE_ENUM)
#undef TRM_RULE_ENUM
        TRM_RULE_COUNT
} trm_rule;

#if defined(__MINGW32__) /* whose vsnprintf is C99's, while "printf" is Microsoft's here */
#define TRM_PRINTF(format_index, first) __attribute__((format(gnu_printf, format_index, first)))
#elif defined(__GNUC__)
#define TRM_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define TRM_PRINTF(format_index, first)
#endif

/* Tells the log, if there is one, and returns the rule's code: `return trm_fail(...)`. `detail` may
 * be NULL. */
TRM_PRINTF(4, 5)
trm_result trm_fail(const trm_log *log, const char *label, trm_rule rule, const char *detail, ...);

#endif
