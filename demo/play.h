/* What a person would do, from the command line: pictures after interaction without anybody there.
 * A list such as "wheel:-10,drag:100:50,key:]":
 *   wheel:N        notches, up positive      alt-wheel:N    the same with alt held
 *   drag:DX:DY     left button, from the picture's centre, in its pixels, down positive
 *   pan:DX:DY      right button, likewise
 *   key:C          one character */
#ifndef DEMO_PLAY_H
#define DEMO_PLAY_H

#include "scene.h"

enum { DEMO_MOST_ACTS = 32 };

typedef struct demo_act {
    demo_input_type type; /* LEFT and RIGHT: a whole drag */
    int key;
    bool alt;
    float by[2]; /* pixels, or notches in [0] */
} demo_act;

typedef struct demo_play {
    demo_act acts[DEMO_MOST_ACTS];
    size_t count;
} demo_play;

/* False: not understood, or too much. */
bool demo_play_parse(demo_play *out, const char *text);

/* Does it all at once. */
void demo_play_run(const demo_play *play, const demo_canvas *canvas,
    void (*input)(void *user, const demo_input *input), void *user);

#endif
