#include "play.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST 100000.0f /* pixels or notches */

static const struct {
    const char *name;
    demo_input_type type;
    size_t numbers;
    bool alt;
} words[] = {
    {"wheel:", DEMO_INPUT_WHEEL, 1, false},
    {"alt-wheel:", DEMO_INPUT_WHEEL, 1, true},
    {"drag:", DEMO_INPUT_LEFT, 2, false},
    {"pan:", DEMO_INPUT_RIGHT, 2, false},
    {"key:", DEMO_INPUT_KEY, 0, false},
};

static bool parse_number(const char **text, float *out) {
    char *end;

    *out = strtof(*text, &end);
    if (end == *text || !(fabsf(*out) <= MOST))
        return false;
    *text = end;
    return true;
}

/* One act; *text is behind it then. */
static bool parse_act(demo_act *out, const char **text) {
    size_t i = 0, count = sizeof words / sizeof words[0];

    while (i < count && strncmp(*text, words[i].name, strlen(words[i].name)) != 0)
        i++;
    if (i == count)
        return false;
    *text += strlen(words[i].name);
    *out = (demo_act){.type = words[i].type, .alt = words[i].alt};
    if (words[i].numbers == 0) {
        out->key = (unsigned char)**text;
        *text += **text != '\0';
        return out->key != 0;
    }
    for (size_t k = 0; k < words[i].numbers; k++) {
        if (k > 0 && *(*text)++ != ':')
            return false;
        if (!parse_number(text, &out->by[k]))
            return false;
    }
    return true;
}

bool demo_play_parse(demo_play *out, const char *text) {
    *out = (demo_play){.count = 0};
    while (out->count < DEMO_MOST_ACTS) {
        if (!parse_act(&out->acts[out->count++], &text))
            return false;
        if (*text == '\0')
            return true;
        if (*text++ != ',')
            return false;
    }
    return false;
}

static void run_drag(const demo_act *act, const demo_canvas *canvas,
    void (*input)(void *user, const demo_input *input), void *user) {
    demo_input event = {.type = act->type,
        .pressed = true,
        .x = 0.5f * (float)canvas->width,
        .y = 0.5f * (float)canvas->height};

    input(user, &event);
    event.type = DEMO_INPUT_MOVE;
    event.pressed = false;
    event.x += act->by[0];
    event.y += act->by[1];
    input(user, &event);
    event.type = act->type;
    input(user, &event);
}

void demo_play_run(const demo_play *play, const demo_canvas *canvas,
    void (*input)(void *user, const demo_input *input), void *user) {
    for (size_t i = 0; i < play->count; i++) {
        const demo_act *act = &play->acts[i];
        demo_input event = {.type = act->type, .key = act->key, .alt = act->alt};

        if (act->type == DEMO_INPUT_LEFT || act->type == DEMO_INPUT_RIGHT) {
            run_drag(act, canvas, input, user);
            continue;
        }
        event.y = act->by[0];
        event.pressed = act->type == DEMO_INPUT_KEY;
        input(user, &event);
    }
}
