/* The three edits of edit-lab, each with its call of the library: a window of items travels through
 * the array and is rewritten (update_range), scattered items sparkle (update_indices), and a brush
 * lifts what is under it (a range per ring). The first two are functions of time alone.
 *
 * `buffer` may be NULL everywhere: the array is written and nothing is marked. */
#ifndef DEMO_LAB_EDIT_H
#define DEMO_LAB_EDIT_H

#include <trireme/buffer.h>

#include "lab_field.h"

typedef struct lab_brush {
    float x;
    float z;
    float radius;
} lab_brush;

/* Every item as the window left it when it last passed. */
void lab_edit_all(lab_field *field, trm_buffer *buffer, double time);

/* Every item as the surface is now. */
void lab_edit_full(lab_field *field, trm_buffer *buffer, double time);

/* The items in the window at `time`, and those that it has left since `before`. */
void lab_edit_window(lab_field *field, trm_buffer *buffer, double before, double time);

/* The sparks of each sixtieth of a second after `before` up to `time`; the latest ones at least. */
void lab_edit_sparks(lab_field *field, trm_buffer *buffer, double before, double time);

/* `amount` is the height that the middle gains. */
void lab_edit_brush(
    lab_field *field, trm_buffer *buffer, const lab_brush *brush, double time, float amount);

#endif
