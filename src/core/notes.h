/* What the library has to tell that is no mistake, as data: a stable id, a level, how often it is
 * told on a device, and one sentence. The figures are added by whoever calls trm_tell. */
#ifndef TRM_CORE_NOTES_H
#define TRM_CORE_NOTES_H

#include "core/rules.h"

/* clang-format off */
#define TRM_NOTES(X) \
    X(WAIT,        "wait.gpu",                      WARNING, EACH, "the GPU had to be waited for") \
    X(RING,        "ring.refused",                  WARNING, ONCE, "neither the driver nor the budget has memory for the staging ring; what would need it waits or fails") \
    X(SMALL,       "ring.small",                    WARNING, ONCE, "neither the driver nor the budget has memory for a staging ring that holds three frames; they may wait") \
    X(PAGE,        "page.refused",                  WARNING, ONCE, "there is no memory for small buffers to share; each takes an object of its own") \
    X(OVERTAKING,  "quirk.copies-overtake-storage", WARNING, ONCE, "this driver's copies overtake reads of shader storage; such copies wait for the GPU first") \
    X(NAMES,       "quirk.broken-direct-state-access", WARNING, EACH, "this driver's calls on objects by name are broken; they go through bindings, which are given back") \
    X(COHERENT,    "quirk.broken-explicit-flush",   WARNING, EACH, "this driver's explicit flushes are broken; memory that the CPU writes is coherent instead") \
    X(SCATTER,     "scatter.unavailable",           WARNING, EACH, "the compute program could not be built; many scattered edits go by copies") \
    X(KEPT,        "placement.kept",                WARNING, EACH, "there is no memory for mapped regions of the buffer; it makes do with one copy") \
    X(CONTENT,     "content.lost",                  WARNING, EACH, "content that only the GPU had went with its context; send or write it again") \
    X(RESTORED,    "device.restored",               INFO,    EACH, "the device goes on with a new context") \
    X(PLACED,      "placement.chosen",              INFO,    EACH, "the buffer has its first memory") \
    X(MOVED,       "placement.moved",               INFO,    EACH, "the buffer has moved")
/* clang-format on */

typedef enum trm_note {
#define TRM_NOTE_ENUM(name, id, level, often, text) TRM_NOTE_##name,
    TRM_NOTES(TRM_NOTE_ENUM)
#undef TRM_NOTE_ENUM
        TRM_NOTE_COUNT
} trm_note;

/* Tells the log, if there is one that listens to the note's level. `detail` may be NULL. */
TRM_PRINTF(4, 5)
void trm_tell(const trm_log *log, const char *label, trm_note note, const char *detail, ...);

/* Whether a note is told but once on each device. */
bool trm_note_is_lasting(trm_note note);

#endif
