/* The tables of rules and notes, and that each has a test program that produces it. */
#include "rule_owners.h"
#include "unit.h"

#include "core/notes.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
    const char *id;
    trm_result result;
    const char *text;
} rows[] = {
#define ROW(name, id, result, text) {id, TRM_ERROR_##result, text},
    TRM_RULES(ROW)
#undef ROW
};

static const struct {
    const char *id;
    trm_log_level level;
    const char *text;
} notes[] = {
#define ROW(name, id, level, often, text) {id, TRM_LOG_##level, text},
    TRM_NOTES(ROW)
#undef ROW
};

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/* "object.what-is-wrong" */
static bool is_id(const char *id) {
    size_t dots = 0;
    for (const char *c = id; *c; c++) {
        if (*c == '.')
            dots++;
        else if (!is_lower(*c) && !(*c == '-' && is_lower(c[1])))
            return false;
    }
    return dots == 1 && is_lower(id[0]) && is_lower(id[strlen(id) - 1]);
}

START_TEST(ids_are_unique_and_regular) {
    ck_assert_uint_eq(LENGTH(rows), TRM_RULE_COUNT);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        ck_assert_msg(is_id(rows[i].id), "\"%s\"", rows[i].id);
        ck_assert_uint_lt(strlen(rows[i].id), 40);
        ck_assert_int_lt(rows[i].result, 0);
        ck_assert_str_ne(rows[i].text, "");
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(rows[i].id, rows[j].id);
    }
    for (size_t i = 0; i < LENGTH(notes); i++) {
        ck_assert_msg(is_id(notes[i].id), "\"%s\"", notes[i].id);
        ck_assert_uint_lt(strlen(notes[i].id), 40);
        ck_assert_int_gt(notes[i].level, TRM_LOG_ERROR);
        ck_assert_str_ne(notes[i].text, "");
        for (size_t j = 0; j < LENGTH(rows); j++)
            ck_assert_str_ne(notes[i].id, rows[j].id);
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(notes[i].id, notes[j].id);
    }
}
END_TEST

static void has_one_owner(const char *id) {
    size_t owners = 0;
    for (size_t j = 0; j < unit_rule_count; j++)
        owners += strcmp(unit_rules[j].id, id) == 0;
    ck_assert_msg(owners == 1, "%s has %zu owners", id, owners);
}

START_TEST(every_rule_has_one_owner) {
    for (size_t i = 0; i < LENGTH(rows); i++)
        has_one_owner(rows[i].id);
    for (size_t i = 0; i < LENGTH(notes); i++)
        has_one_owner(notes[i].id);
    for (size_t j = 0; j < unit_rule_count; j++) {
        size_t rules = 0;
        for (size_t i = 0; i < LENGTH(rows); i++)
            rules += strcmp(unit_rules[j].id, rows[i].id) == 0;
        for (size_t i = 0; i < LENGTH(notes); i++)
            rules += strcmp(unit_rules[j].id, notes[i].id) == 0;
        ck_assert_msg(rules == 1, "%s is no rule of the library", unit_rules[j].id);
    }
}
END_TEST

/* So that who owns a rule produces its code as well: none is left out. */
START_TEST(every_error_has_a_rule) {
    for (int error = TRM_ERROR_INVALID_ARGUMENT; error >= TRM_ERROR_DEVICE_LOST; error--) {
        size_t rules = 0;
        for (size_t i = 0; i < LENGTH(rows); i++)
            rules += rows[i].result == (trm_result)error;
        ck_assert_msg(rules > 0, "%s", trm_result_string((trm_result)error));
    }
}
END_TEST

START_TEST(fail_says_everything) {
    trm_log log = unit_log();
    for (size_t i = 0; i < LENGTH(rows); i++) {
        expect_rule(
            trm_fail(&log, "bones", (trm_rule)i, NULL), rows[i].result, rows[i].id, "bones");
        ck_assert_str_eq(unit_message_text(), rows[i].text);
        expect_rule(trm_fail(&log, NULL, (trm_rule)i, "%d of %s", 7, "nine"), rows[i].result,
            rows[i].id, "");
        ck_assert_ptr_eq(strstr(unit_message_text(), rows[i].text), unit_message_text());
        ck_assert_ptr_nonnull(strstr(unit_message_text(), ": 7 of nine"));
    }
}
END_TEST

START_TEST(fail_without_a_log) {
    trm_log nobody = {0};
    unit_forget_message();
    ck_assert_int_eq(trm_fail(NULL, "x", TRM_RULE_DATA_SIZE, NULL), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_int_eq(trm_fail(&nobody, NULL, TRM_RULE_FRAME_OPEN, "%d", 1), TRM_ERROR_FRAME_OPEN);
    ck_assert_uint_eq(unit_message_count(), 0);
}
END_TEST

/* Figures of any length are cut, not run over. */
START_TEST(fail_with_a_long_label) {
    char label[100], figures[2000];
    trm_log log = unit_log();
    memset(label, 'l', sizeof label - 1);
    label[sizeof label - 1] = '\0';
    memset(figures, 'f', sizeof figures - 1);
    figures[sizeof figures - 1] = '\0';
    expect_rule(trm_fail(&log, label, TRM_RULE_DATA_SIZE, "%s", figures),
        TRM_ERROR_INVALID_ARGUMENT, "data.size", label);
    ck_assert_uint_gt(strlen(unit_message_text()), 100);
}
END_TEST

START_TEST(notes_are_told_at_their_level) {
    trm_log log = unit_log();
    for (size_t i = 0; i < LENGTH(notes); i++) {
        unit_forget_message();
        log.level = (trm_log_level)(notes[i].level - 1);
        trm_tell(&log, "bones", (trm_note)i, NULL);
        ck_assert_uint_eq(unit_message_count(), 0);
        log.level = notes[i].level;
        trm_tell(&log, "bones", (trm_note)i, "%d of %s", 7, "nine");
        ck_assert_uint_eq(unit_message_count(), 1);
        ck_assert_ptr_eq(strstr(unit_message_text(), notes[i].text), unit_message_text());
        ck_assert_ptr_nonnull(strstr(unit_message_text(), ": 7 of nine"));
    }
    unit_forget_message();
    trm_tell(NULL, "x", TRM_NOTE_WAIT, NULL);
    trm_tell(&(trm_log){.level = TRM_LOG_INFO}, "x", TRM_NOTE_WAIT, NULL);
    ck_assert_uint_eq(unit_message_count(), 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("rules");
    UNIT_ADD(suite, ids_are_unique_and_regular);
    UNIT_ADD(suite, every_rule_has_one_owner);
    UNIT_ADD(suite, every_error_has_a_rule);
    UNIT_ADD(suite, fail_says_everything);
    UNIT_ADD(suite, fail_without_a_log);
    UNIT_ADD(suite, fail_with_a_long_label);
    UNIT_ADD(suite, notes_are_told_at_their_level);
    return unit_main(suite);
}
