/* Steps: what a device writes about itself, in any state. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "simulation/sim_kinds.h"

#define CANARY 0x5a

static size_t count_of(const char *text, const char *what) {
    size_t count = 0;
    for (; (text = strstr(text, what)) != NULL; text += strlen(what)) {
        count++;
    }
    return count;
}

/* --- JSON: the strings are such, and brackets close in order. */

/* Behind the string that begins here, or NULL. */
static const char *skip_string(const char *at) {
    for (at++; *at != '"'; at++) {
        if ((unsigned char)*at < 0x20) {
            return NULL;
        }
        if (*at == '\\' && strchr("\"\\u", *++at) == NULL) {
            return NULL;
        }
    }
    return at + 1;
}

static bool is_json(const char *at) {
    char open[16];
    size_t depth = 0;
    while (*at != '\0') {
        if (*at == '"') {
            at = skip_string(at);
            if (at == NULL) {
                return false;
            }
            continue;
        }
        if ((*at == '{' || *at == '[') && depth < sizeof open) {
            open[depth++] = *at;
        } else if (*at == '}' || *at == ']') {
            if (depth == 0 || open[--depth] != (*at == '}' ? '{' : '[')) {
                return false;
            }
        } else if (strchr(":,\n", *at) == NULL && !isalnum((unsigned char)*at)) {
            return false;
        }
        at++;
    }
    return depth == 0;
}

/* --- Figures */

static bool has_figure(const char *text, bool json, const char *name, uint64_t value) {
    char line[96];
    if (json) {
        snprintf(line, sizeof line, "\"%s\":%lu,", name, (unsigned long)value);
    } else {
        snprintf(line, sizeof line, "\n  %-24s %lu\n", name, (unsigned long)value);
    }
    return strstr(text, line) != NULL;
}

static void check_report(sim_world *world, const char *text, bool json) {
    const sim_context *here = world->here;
    size_t attached = 0;
    trm_stats stats;
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        attached += world->subjects[i].home == here;
    }
    if (count_of(text, json ? "{\"label\":" : "\nbuffer \"") != attached) {
        sim_fail(world, "report: not %lu buffers", (unsigned long)attached);
    }
    if (json && !is_json(text)) {
        sim_fail(world, "report: no JSON");
    }
    const bool lost = strstr(text, json ? "\"lost\":true" : " memory, lost\n") != NULL;
    if (here->lost ? here->told && !lost : lost) {
        sim_fail(world, "report: the device is %slost", lost ? "" : "not ");
    }
    trm_device_stats(here->device, &stats);
    if (!has_figure(text, json, "copied_nbytes", stats.copied_nbytes) ||
        !has_figure(text, json, "frames", stats.frames) ||
        !has_figure(text, json, "waited_ns", stats.waited_ns) ||
        !has_figure(text, json, "budget_nbytes", world->setup.budget_nbytes)) {
        sim_fail(world, "report: other figures than the counters'");
    }
}

/* --- The call, as snprintf */

/* Into `capacity` bytes; the rest stays as it was. */
static char *write_report(
    sim_world *world, trm_report_format format, size_t capacity, size_t *length) {
    char *text = capacity > 0 ? malloc(capacity + 1) : NULL;
    if (capacity > 0 && text == NULL) {
        abort();
    }
    if (text != NULL) {
        text[capacity] = CANARY;
    }
    sim_enter(world);
    const trm_result result =
        trm_device_report(world->here->device, format, text, capacity, length);
    sim_leave_buffer(world, "report", result, SIM_OK, 0);
    if (text != NULL && text[capacity] != CANARY) {
        sim_fail(world, "report: wrote past its room");
    }
    return text;
}

void sim_step_report(sim_world *world, sim_subject *s, const sim_step *step) {
    const bool json = step->a % 2 == 0;
    const trm_report_format format = json ? TRM_REPORT_JSON : TRM_REPORT_TEXT;
    size_t length = 0, whole_length = 0, cut_length = 0;
    (void)s;
    if (world->here->device == NULL) {
        return;
    }
    sim_note(world, "report");
    write_report(world, format, 0, &length);
    char *whole = write_report(world, format, length + 1, &whole_length);
    const size_t room = 1 + step->b % length;
    char *cut = write_report(world, format, room, &cut_length);
    if (whole_length != length || cut_length != length || strlen(whole) != length ||
        strlen(cut) != room - 1 || memcmp(cut, whole, room - 1) != 0) {
        sim_fail(world, "report: one length and another");
    } else {
        check_report(world, whole, json);
    }
    free(whole);
    free(cut);
}
