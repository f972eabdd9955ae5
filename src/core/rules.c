#include "core/rules.h"

#include <stdarg.h>
#include <stdio.h>

typedef struct rule_entry {
    const char *id;
    trm_result result;
    const char *text;
} rule_entry;

static const rule_entry rules[TRM_RULE_COUNT] = {
#define TRM_RULE_ROW(name, id, result, text) {id, TRM_ERROR_##result, text},
    TRM_RULES(TRM_RULE_ROW)
#undef TRM_RULE_ROW
};

trm_result trm_fail(const trm_log *log, const char *label, trm_rule rule, const char *detail, ...) {
    const rule_entry *entry = &rules[rule];
    if (!log || !log->write)
        return entry->result;

    char figures[256] = "";
    char text[512];
    if (detail) {
        va_list arguments;
        va_start(arguments, detail);
        vsnprintf(figures, sizeof figures, detail, arguments);
        va_end(arguments);
    }
    snprintf(text, sizeof text, "%s%s%s", entry->text, detail ? ": " : "", figures);
    log->write(log->user, &(trm_message){
                              .level = TRM_LOG_ERROR,
                              .result = entry->result,
                              .rule = entry->id,
                              .label = label ? label : "",
                              .text = text,
                          });
    return entry->result;
}
