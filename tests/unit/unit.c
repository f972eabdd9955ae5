#include "unit.h"

#include "rule_owners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- runner ---- */

int unit_main(Suite *suite) {
    SRunner *runner = srunner_create(suite);
    /* One process: what the tests record adds up, and leak checkers see everything. */
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_ENV);
    int run = srunner_ntests_run(runner);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return run > 0 && failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void unit_add(Suite *suite, const char *name, const TTest *test) {
    TCase *tcase = tcase_create(name);
    tcase_add_test(tcase, test);
    suite_add_tcase(suite, tcase);
}

/* ---- messages ---- */

#define MAX_RULES 256
#define RULE_SIZE 64

static struct {
    size_t count;
    trm_log_level level;
    trm_result result;
    char rule[RULE_SIZE];
    char label[128];
    char text[512];
    char seen[MAX_RULES][RULE_SIZE];
    size_t seen_count;
} messages;

bool unit_rule_seen(const char *rule) {
    for (size_t i = 0; i < messages.seen_count; i++) {
        if (strcmp(messages.seen[i], rule) == 0)
            return true;
    }
    return false;
}

static void copy_text(char *to, size_t capacity, const char *from) {
    ck_assert_ptr_nonnull(from);
    ck_assert_uint_lt(strlen(from), capacity);
    memcpy(to, from, strlen(from) + 1);
}

static void record(void *user, const trm_message *message) {
    (void)user;
    messages.count++;
    messages.level = message->level;
    messages.result = message->result;
    copy_text(messages.rule, sizeof messages.rule, message->rule);
    copy_text(messages.label, sizeof messages.label, message->label);
    copy_text(messages.text, sizeof messages.text, message->text);
    if (!unit_rule_seen(messages.rule)) {
        ck_assert_uint_lt(messages.seen_count, MAX_RULES);
        memcpy(messages.seen[messages.seen_count++], messages.rule, RULE_SIZE);
    }
}

trm_log unit_log(void) {
    return (trm_log){.write = record};
}

void unit_forget_message(void) {
    messages.count = 0;
    messages.rule[0] = messages.label[0] = messages.text[0] = '\0';
}

size_t unit_message_count(void) {
    return messages.count;
}

const char *unit_message_text(void) {
    return messages.text;
}

void unit_expect_rule(trm_result actual, trm_result expected, const char *rule, const char *label,
    const char *call, int line) {
    ck_assert_msg(actual == expected, "line %d: %s is %s instead of %s (%s)", line, call,
        trm_result_string(actual), trm_result_string(expected), messages.rule);
    ck_assert_msg(
        messages.count == 1, "line %d: %s wrote %zu messages", line, call, messages.count);
    ck_assert_msg(strcmp(messages.rule, rule) == 0, "line %d: %s broke \"%s\" instead of \"%s\"",
        line, call, messages.rule, rule);
    ck_assert_msg(strcmp(messages.label, label) == 0, "line %d: %s named \"%s\" instead of \"%s\"",
        line, call, messages.label, label);
    ck_assert_int_eq(messages.level, TRM_LOG_ERROR);
    ck_assert_int_eq(messages.result, expected);
    ck_assert_str_ne(messages.text, "");
}

void unit_expect_ok(trm_result actual, const char *call, int line) {
    ck_assert_msg(actual == TRM_OK, "line %d: %s is %s (%s: %s)", line, call,
        trm_result_string(actual), messages.rule, messages.text);
    ck_assert_msg(
        messages.count == 0, "line %d: %s said %s: %s", line, call, messages.rule, messages.text);
}

const unit_rule unit_rules[] = {
#define ROW(id, owner) {id, UNIT_OWNER_##owner},
    UNIT_RULE_OWNERS(ROW)
#undef ROW
};

const size_t unit_rule_count = sizeof unit_rules / sizeof unit_rules[0];

void unit_check_rules(unit_owner owner) {
    size_t owned = 0;
    for (size_t i = 0; i < unit_rule_count; i++) {
        if (unit_rules[i].owner != owner)
            continue;
        owned++;
        ck_assert_msg(unit_rule_seen(unit_rules[i].id), "nothing broke %s", unit_rules[i].id);
    }
    ck_assert_uint_gt(owned, 0);
}

/* ---- memory ---- */

typedef union block_head {
    size_t nbytes;
    max_align_t align;
} block_head;

static void *count_allocate(void *user, size_t nbytes) {
    unit_memory *memory = user;

    memory->calls++;
    if (memory->calls == memory->fail_at)
        return NULL;
    if (nbytes > SIZE_MAX - sizeof(block_head))
        return NULL;
    block_head *head = malloc(sizeof *head + nbytes);
    if (!head)
        return NULL;
    head->nbytes = nbytes;
    memory->live_blocks++;
    memory->live_nbytes += nbytes;
    /* Nobody may count on zeroed memory. */
    memset(head + 1, 0xA5, nbytes);
    return head + 1;
}

static void count_release(void *user, void *block, size_t nbytes) {
    unit_memory *memory = user;

    ck_assert_ptr_nonnull(block);
    block_head *head = (block_head *)block - 1;
    ck_assert_uint_eq(head->nbytes, nbytes);
    ck_assert_uint_gt(memory->live_blocks, 0);
    memory->live_blocks--;
    memory->live_nbytes -= nbytes;
    free(head);
}

trm_allocator unit_allocator(unit_memory *memory) {
    return (trm_allocator){count_allocate, count_release, memory};
}

/* ---- random numbers ---- */

random_state unit_seeded(const char *name) {
    const char *given = getenv("TRIREME_SEED");
    uint64_t seed = given ? (uint64_t)strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    printf("%s: TRIREME_SEED=%llu\n", name, (unsigned long long)seed);
    fflush(stdout);
    return (random_state){seed};
}
