/* Which test program produces which rule or note. test_rules.c holds this list against the
 * library's own: every rule has exactly one owner, and each owner ends with unit_check_rules, which
 * fails for a rule of its own that was never seen. The owners GL_... are the programs of tests/gl,
 * which have a device: they call harness_require_rules. */
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
    X("buffer.destroy-thread",       GL_LIFETIME) \
    X("data.size",                   SET_DATA) \
    X("draw-range.bounds",           DRAW_RANGE) \
    X("indices.range",               UPDATE) \
    X("send.range",                  SEND) \
    X("runs.capacity",               TAKE_RUNS) \
    X("runs.attached",               GL_LIFETIME) \
    X("device.region-count",         GL_CREATE) \
    X("device.out-of-memory",        GL_MEMORY) \
    X("device.lost",                 GL_LOST) \
    X("device.not-lost",             GL_RESTORE) \
    X("content.lost",                GL_RESTORE) \
    X("device.restored",             GL_RESTORE) \
    X("attach.other-device",         GL_LIFETIME) \
    X("attach.none",                 GL_LIFETIME) \
    X("attach.placement",            GL_MEMORY) \
    X("attach.size",                 GL_MEMORY) \
    X("attach.out-of-memory",        GL_MEMORY) \
    X("attach.out-of-device-memory", GL_MEMORY) \
    X("attach.budget",               GL_MEMORY) \
    X("device.memory-kind",          GL_CREATE) \
    X("context.setting",             GL_CREATE) \
    X("staging.memory",              GL_STAGING) \
    X("staging.out-of-memory",       GL_MEMORY) \
    X("staging.item",                GL_STAGING) \
    X("fence.sync",                  GL_FRAMES) \
    X("fence.full",                  GL_FRAMES) \
    X("acquire.unsynced",            GL_FRAMES) \
    X("acquire.empty",               GL_SENT) \
    X("acquire.partial-send",        GL_REGIONS) \
    X("frame.open",                  GL_REGIONS) \
    X("write.open",                  GL_WRITE) \
    X("write.none",                  GL_WRITE) \
    X("write.range",                 GL_WRITE) \
    X("write.partial",               GL_WRITE) \
    X("write.size",                  GL_WRITE) \
    X("write.unended",               GL_WRITE) \
    X("stream.empty",                GL_STREAM) \
    X("stream.size",                 GL_STREAM) \
    X("read.range",                  GL_READ) \
    X("read.empty",                  GL_READ) \
    X("wait.timeout",                GL_WAITING) \
    X("bind.usage",                  GL_BIND) \
    X("bind.stride",                 GL_BIND) \
    X("range.bounds",                GL_VIEWS) \
    X("report.format",               GL_REPORT) \
    X("wait.gpu",                    GL_DIAGNOSTICS) \
    X("ring.refused",                GL_DIAGNOSTICS) \
    X("ring.small",                  GL_DIAGNOSTICS) \
    X("page.refused",                GL_DIAGNOSTICS) \
    X("quirk.copies-overtake-storage", GL_DIAGNOSTICS) \
    X("quirk.broken-direct-state-access", GL_DIAGNOSTICS) \
    X("quirk.broken-explicit-flush", GL_DIAGNOSTICS) \
    X("scatter.unavailable",         GL_DIAGNOSTICS) \
    X("placement.kept",              GL_DIAGNOSTICS) \
    X("placement.chosen",            GL_DIAGNOSTICS) \
    X("placement.moved",             GL_DIAGNOSTICS) \
    X("context.version",                  GL_CREATE) \
    X("context.function",                 GL_CREATE)
/* clang-format on */

typedef enum unit_owner {
    UNIT_OWNER_CREATE,
    UNIT_OWNER_MEMORY,
    UNIT_OWNER_UPDATE,
    UNIT_OWNER_SEND,
    UNIT_OWNER_SET_DATA,
    UNIT_OWNER_DRAW_RANGE,
    UNIT_OWNER_TAKE_RUNS,
    UNIT_OWNER_GL_BIND,
    UNIT_OWNER_GL_CREATE,
    UNIT_OWNER_GL_DIAGNOSTICS,
    UNIT_OWNER_GL_FRAMES,
    UNIT_OWNER_GL_LIFETIME,
    UNIT_OWNER_GL_LOST,
    UNIT_OWNER_GL_MEMORY,
    UNIT_OWNER_GL_REGIONS,
    UNIT_OWNER_GL_REPORT,
    UNIT_OWNER_GL_RESTORE,
    UNIT_OWNER_GL_SENT,
    UNIT_OWNER_GL_STAGING,
    UNIT_OWNER_GL_STREAM,
    UNIT_OWNER_GL_READ,
    UNIT_OWNER_GL_VIEWS,
    UNIT_OWNER_GL_WAITING,
    UNIT_OWNER_GL_WRITE
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
