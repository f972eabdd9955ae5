/* What the unit tests share: a runner, a recorder of messages, an allocator that counts and fails
 * on demand, random numbers whose seed is printed. */
#ifndef TRIREME_TESTS_UNIT_H
#define TRIREME_TESTS_UNIT_H

#include <check.h>
#include <trireme/trireme.h>

#include "support/random.h"

/* ---- runner ---- */

/* Runs the suite in this process and returns main's exit status. A suite in which nothing ran has
 * failed. */
int unit_main(Suite *suite);

/* Adds a test case of its own name to the suite. */
#define UNIT_ADD(suite, test) unit_add((suite), #test, test)
void unit_add(Suite *suite, const char *name, const TTest *test);

/* Like ck_assert, but free unless it fails: for inner loops. */
#define unit_assert(condition)                                                                     \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg("'%s' is not so", #condition);                                            \
    } while (0)

/* ---- messages ---- */

/* A log that remembers the last message, and the rule of every message ever. */
trm_log unit_log(void);

/* Forgets the last message, not the rules seen. */
void unit_forget_message(void);

/* How many messages came since then. */
size_t unit_message_count(void);

/* The last message's text, "" if there is none. */
const char *unit_message_text(void);

/* Asserts that a call returned `expected` and said so: one message, of that rule and label. */
#define expect_rule(call, expected, rule, label)                                                   \
    (unit_forget_message(), unit_expect_rule((call), (expected), (rule), (label), #call, __LINE__))
void unit_expect_rule(trm_result actual, trm_result expected, const char *rule, const char *label,
    const char *call, int line);

/* Asserts that a call returned TRM_OK and said nothing. */
#define expect_ok(call) (unit_forget_message(), unit_expect_ok((call), #call, __LINE__))
void unit_expect_ok(trm_result actual, const char *call, int line);

/* Whether a message of this rule came since the program started. */
bool unit_rule_seen(const char *rule);

/* ---- memory ---- */

typedef struct unit_memory {
    size_t calls;       /* allocations asked for */
    size_t fail_at;     /* the call that fails, counted from 1; 0: none */
    size_t live_blocks; /* not released yet */
    size_t live_nbytes;
} unit_memory;

/* An allocator over malloc that counts in `memory`, fails when it says so, and asserts that
 * releases state the size that was asked for. For one thread. */
trm_allocator unit_allocator(unit_memory *memory);

/* ---- random numbers (support/random.h) ---- */

/* A fresh sequence. Its seed is TRIREME_SEED from the environment or else the time, and is printed
 * with `name` so that a failure can be repeated. */
random_state unit_seeded(const char *name);

#endif
