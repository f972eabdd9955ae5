/* A sentence that says what went wrong, for the caller to print. */
#ifndef DEMO_DATA_REASON_H
#define DEMO_DATA_REASON_H

#include <stdio.h>

typedef struct demo_reason {
    char text[400];
} demo_reason;

/* Writes the sentence, and is false, so that a failing function can end with it. */
#define demo_because(reason, ...)                                                                  \
    ((void)snprintf((reason)->text, sizeof(reason)->text, __VA_ARGS__), false)

#endif
