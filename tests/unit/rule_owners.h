/* Which test program produces which rule. test_rules.c holds this list against the library's own:
 * every rule has exactly one owner, and each owner ends with unit_check_rules, which fails for a
 * rule of its own that was never seen. The owner GL stands for the programs of tests/gl, which have
 * a device. */
#ifndef TRIREME_TESTS_RULE_OWNERS_H
#define TRIREME_TESTS_RULE_OWNERS_H

#include <stddef.h>

/* clang-format off */
#define UNIT_RULE_OWNERS(X) \
    X("argument.null",               CREATE) \
    X("allocator.incomplete",        CREATE) \
    X("buffer.size-unknown",         CREATE) \
    X("buffer.size-overflow",        CREATE) \
    X("buffer.size-uneven",          CREATE) \
    X("buffer.stride",               CREATE) \
    X("buffer.usage",                CREATE) \
    X("buffer.placement",            CREATE) \
    X("buffer.format",               CREATE) \
    X("buffer.format-size",          CREATE) \
    X("buffer.not-contiguous",       CREATE) \
    X("buffer.not-native-order",     CREATE) \
    X("buffer.out-of-memory",        MEMORY) \
    X("buffer.no-data",              UPDATE) \
    X("buffer.has-data",             SEND) \
    X("buffer.destroy-thread",       GL) \
    X("data.size",                   SET_DATA) \
    X("draw-range.bounds",           DRAW_RANGE) \
    X("indices.range",               UPDATE) \
    X("send.range",                  SEND) \
    X("runs.capacity",               TAKE_RUNS) \
    X("runs.attached",               GL) \
    X("device.region-count",         GL) \
    X("device.out-of-memory",        GL) \
    X("device.lost",                 GL) \
    X("attach.other-device",         GL) \
    X("attach.none",                 GL) \
    X("attach.placement",            GL) \
    X("attach.size",                 GL) \
    X("attach.out-of-memory",        GL) \
    X("attach.out-of-device-memory", GL) \
    X("attach.budget",               GL) \
    X("acquire.empty",               GL) \
    X("acquire.partial-send",        GL) \
    X("frame.open",                  GL) \
    X("wait.timeout",                GL) \
    X("gl.version",                  GL) \
    X("gl.function",                 GL) \
/* clang-format on */

typedef enum unit_owner {
    UNIT_OWNER_CREATE,
    UNIT_OWNER_MEMORY,
    UNIT_OWNER_UPDATE,
    UNIT_OWNER_SEND,
    UNIT_OWNER_SET_DATA,
    UNIT_OWNER_DRAW_RANGE,
    UNIT_OWNER_TAKE_RUNS,
    UNIT_OWNER_GL
} unit_owner;

typedef struct unit_rule {
    const char *id;
    unit_owner owner;
} unit_rule;

/* The list above as an array of `unit_rule_count` rows. */
extern const unit_rule unit_rules[];
extern const size_t unit_rule_count;

/* Asserts that every rule of this owner was seen; to be called by the last test of the program. */
void unit_check_rules(unit_owner owner);

#endif
