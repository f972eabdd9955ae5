/* What a person does: from the host to the frame loop, and on to the scene. */
#ifndef DEMO_INPUT_H
#define DEMO_INPUT_H

#include <stdbool.h>

#define DEMO_KEY_ESCAPE 27

typedef enum demo_input_type {
    DEMO_INPUT_KEY, /* `key`: a lower-case character */
    DEMO_INPUT_LEFT,
    DEMO_INPUT_RIGHT,
    DEMO_INPUT_MOVE,
    DEMO_INPUT_WHEEL /* `y`: notches, up positive */
} demo_input_type;

/* `x` and `y` are pixels from the left and the top: of the window's framebuffer when they come from
 * the host, of the picture when a scene gets them. */
typedef struct demo_input {
    demo_input_type type;
    int key;
    bool pressed;
    bool alt; /* that key is held; wheel only */
    float x;
    float y;
} demo_input;

#endif
