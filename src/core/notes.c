#include "core/notes.h"

#include <stdarg.h>
#include <stdio.h>

typedef enum often { EACH, ONCE } often;

typedef struct note_entry {
    const char *id;
    trm_log_level level;
    often often;
    const char *text;
} note_entry;

static const note_entry notes[TRM_NOTE_COUNT] = {
#define TRM_NOTE_ROW(name, id, level, often, text) {id, TRM_LOG_##level, often, text},
    TRM_NOTES(TRM_NOTE_ROW)
#undef TRM_NOTE_ROW
};

void trm_tell(const trm_log *log, const char *label, trm_note note, const char *detail, ...) {
    const note_entry *entry = &notes[note];
    if (!log || !log->write || log->level < entry->level)
        return;

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
                              .level = entry->level,
                              .rule = entry->id,
                              .label = label ? label : "",
                              .text = text,
                          });
}

bool trm_note_is_lasting(trm_note note) {
    return notes[note].often == ONCE;
}
