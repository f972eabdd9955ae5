#include "overlay.h"

#include <math.h>

#define MOST_CELLS 8000

static const demo_colour white = {236, 242, 250, 255};
static const demo_colour grey = {150, 165, 188, 255};
static const demo_colour panel_colour = {5, 8, 16, 170};
static const demo_colour track = {120, 150, 200, 44};

/* Where the next thing goes. */
typedef struct layout {
    demo_sketch *sketch;
    float unit; /* pixels of one font pixel */
    float x;
    float y;
    float width;
} layout;

bool demo_overlay_create(
    demo_overlay *overlay, const demo_scene_env *env, const trm_gl_device_desc *device) {
    trm_gl_device_desc desc = *device;
    demo_scene_env own = *env;

    *overlay = (demo_overlay){0};
    desc.device.label = "overlay";
    desc.device.on_copy = NULL;
    desc.device.no_flush = true; /* the scene's frame ends right after */
    if (trm_gl_device_create(&desc, &overlay->device) != TRM_OK)
        return false;
    own.device = overlay->device;
    if (demo_sketch_create(&overlay->sketch, &own))
        return true;
    demo_overlay_destroy(overlay);
    return false;
}

void demo_overlay_destroy(demo_overlay *overlay) {
    demo_map_destroy(&overlay->map);
    demo_sketch_destroy(&overlay->sketch);
    trm_device_destroy(overlay->device);
    *overlay = (demo_overlay){0};
}

bool demo_overlay_map(demo_overlay *overlay, const demo_subject *subjects, size_t count) {
    demo_map_destroy(&overlay->map);
    return demo_map_create(&overlay->map, subjects, count, MOST_CELLS);
}

void demo_overlay_copied(demo_overlay *overlay, const trm_copy_event *event) {
    if (overlay->map.cells)
        demo_map_light(&overlay->map, event);
}

void demo_overlay_time(demo_overlay *overlay, double seconds) {
    overlay->times[overlay->at] = (float)(seconds * 1e3);
    overlay->at = (overlay->at + 1) % DEMO_TIMES;
}

static float text_line(const layout *to, float x, demo_colour colour, const char *text) {
    return demo_sketch_text(to->sketch, x, to->y, to->unit, colour, text);
}

static void text_right(const layout *to, float right, demo_colour colour, const char *text) {
    float width = demo_sketch_text_width(to->unit, text);

    demo_sketch_text(to->sketch, right - width, to->y, to->unit, colour, text);
}

static void format_bytes(char *out, size_t room, double nbytes) {
    if (nbytes < 1024)
        snprintf(out, room, "%.0f B", nbytes);
    else if (nbytes < 1024 * 1024)
        snprintf(out, room, "%.1f KiB", nbytes / 1024);
    else
        snprintf(out, room, "%.2f MiB", nbytes / (1024 * 1024));
}

/* 1234567 as 1,234,567. */
static void format_count(char *out, size_t room, size_t count) {
    char digits[32];
    size_t length = (size_t)snprintf(digits, sizeof digits, "%zu", count);
    size_t used = 0;

    for (size_t i = 0; i < length && used + 2 < room; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = digits[i];
    }
    out[used] = '\0';
}

static void bar(const layout *to, float y, double part, demo_colour colour) {
    float wide = (float)(part < 0 ? 0 : part > 1 ? 1 : part) * to->width;

    demo_sketch_box(to->sketch, to->x, y, to->width, 2 * to->unit, track);
    demo_sketch_box(to->sketch, to->x, y, part > 0 && wide < 1 ? 1 : wide, 2 * to->unit, colour);
}

/* One line for each region. */
static void draw_regions(layout *to, const trm_buffer_info *info, double full) {
    for (uint32_t i = 0; i < info->region_count && i < TRM_MAX_REGIONS; i++) {
        const trm_region_info *region = &info->regions[i];
        demo_colour colour = demo_region_colour(i);
        char stale[32];
        float x = to->x + 11 * to->unit;

        demo_sketch_box(to->sketch, to->x, to->y, 7 * to->unit, 7 * to->unit, colour);
        format_bytes(stale, sizeof stale, (double)region->stale_nbytes);
        x = text_line(
            to, x, region->in_flight ? white : grey, region->in_flight ? "in flight" : "idle");
        if (region->current)
            text_line(to, x + 4 * to->unit, colour, "current");
        text_right(to, to->x + to->width, region->stale_nbytes > 0 ? white : grey, stale);
        bar(to, to->y + 10 * to->unit, (double)region->stale_nbytes / full, colour);
        to->y += 17 * to->unit;
    }
}

/* How much of the staging ring unfinished frames hold. There is none until something goes through
 * it. */
static void draw_ring(layout *to, const trm_stats *stats) {
    char used[32], whole[32], text[80];
    double part = stats->staging_nbytes > 0
                      ? (double)stats->staging_used_nbytes / (double)stats->staging_nbytes
                      : 0;

    format_bytes(used, sizeof used, (double)stats->staging_used_nbytes);
    format_bytes(whole, sizeof whole, (double)stats->staging_nbytes);
    snprintf(text, sizeof text, "%s of %s", used, whole);
    text_line(to, to->x, white, "ring");
    text_right(to, to->x + to->width, white, text);
    bar(to, to->y + 10 * to->unit, part, demo_region_colour(0));
    to->y += 17 * to->unit;
}

/* Where the buffer lives decides what there is to see: its regions, or the ring that feeds it. */
static void draw_placement(layout *to, const demo_overlay_view *view) {
    trm_buffer_info info;
    trm_stats stats;
    double full = (double)trm_buffer_nbytes(view->subject.buffer);

    if (trm_device_buffer_info(view->device, view->subject.buffer, &info) != TRM_OK)
        return;
    switch (info.placement) {
    case TRM_PLACEMENT_MAPPED:
        text_line(to, to->x, grey,
            view->buffers > 1 ? trm_buffer_label(view->subject.buffer) : "regions");
        text_right(to, to->x + to->width, grey, "stale");
        to->y += 13 * to->unit;
        draw_regions(to, &info, full);
        break;
    case TRM_PLACEMENT_DEVICE:
    case TRM_PLACEMENT_AUTO:
        trm_device_stats(view->device, &stats);
        text_line(to, to->x, grey, "device-local");
        to->y += 13 * to->unit;
        draw_ring(to, &stats);
        break;
    }
}

static void draw_times(layout *to, const demo_overlay *overlay) {
    float last = overlay->times[(overlay->at + DEMO_TIMES - 1) % DEMO_TIMES];
    float height = 26 * to->unit, most = 20.0f, step = to->width / DEMO_TIMES;
    char text[32];

    for (size_t i = 0; i < DEMO_TIMES; i++)
        most = overlay->times[i] > most ? overlay->times[i] : most;
    text_line(to, to->x, grey, "frame time");
    snprintf(text, sizeof text, "%.1f ms", (double)last);
    text_right(to, to->x + to->width, white, text);
    to->y += 11 * to->unit;
    demo_sketch_box(to->sketch, to->x, to->y, to->width, height, track);
    for (size_t i = 0; i < DEMO_TIMES; i++) {
        float tall = overlay->times[(overlay->at + i) % DEMO_TIMES] / most * height;
        float left = (float)(int)((float)i * step), right = (float)(int)((float)(i + 1) * step);

        demo_sketch_box(to->sketch, to->x + left, to->y + height - tall, right - left, tall,
            (demo_colour){140, 200, 240, 210});
    }
    demo_sketch_box(to->sketch, to->x, to->y + height - 1000.0f / 60.0f / most * height, to->width,
        1, (demo_colour){255, 255, 255, 120});
    to->y += height + 6 * to->unit;
}

static void draw_panel(const demo_overlay *overlay, layout *to, const demo_overlay_view *view) {
    size_t nitems = trm_buffer_nitems(view->subject.buffer);
    char count[32], line[96];

    format_count(count, sizeof count, nitems);
    text_line(to, to->x, white, view->type->name);
    text_right(to, to->x + to->width, white, view->paused ? "paused" : "");
    to->y += 12 * to->unit;
    if (view->buffers > 1)
        snprintf(line, sizeof line, "%zu buffers", view->buffers);
    else
        snprintf(line, sizeof line, "%s items of %zu bytes", count,
            trm_buffer_itemsize(view->subject.buffer));
    text_line(to, to->x, grey, line);
    to->y += 18 * to->unit;
    draw_placement(to, view);
    to->y += 3 * to->unit;
    draw_times(to, overlay);
}

/* A number with its name. Returns where the next one goes. */
static float draw_number(
    const layout *to, float x, demo_colour colour, const char *name, const char *number) {
    demo_sketch_box(to->sketch, x, to->y, 7 * to->unit, 7 * to->unit, colour);
    x = text_line(to, x + 11 * to->unit, grey, name);
    return text_line(to, x + 5 * to->unit, white, number) + 16 * to->unit;
}

/* What this frame moved, beside what uploading everything would have moved. */
static void draw_bytes(
    const demo_overlay *overlay, const layout *to, const demo_overlay_view *view) {
    const demo_colour green = {140, 232, 150, 255}, amber = {255, 170, 80, 255};
    const demo_colour dull = {92, 108, 138, 255};
    double full = (double)view->full_nbytes, marked, copied;
    float x = to->x, y = to->y + 11 * to->unit;
    char text[32];
    trm_stats now;

    trm_device_stats(view->device, &now);
    marked = (double)(now.marked_nbytes - overlay->last.marked_nbytes);
    copied = (double)(now.copied_nbytes - overlay->last.copied_nbytes);
    format_bytes(text, sizeof text, marked);
    x = draw_number(to, x, green, "marked", text);
    format_bytes(text, sizeof text, copied);
    x = draw_number(to, x, amber, "copied", text);
    format_bytes(text, sizeof text, full);
    x = draw_number(to, x, dull, "full upload", text);
    snprintf(text, sizeof text, "%llu", (unsigned long long)now.waits);
    x = text_line(to, x, grey, "waits");
    text_line(to, x + 5 * to->unit, white, text);
    bar(to, y, 1.0, dull);
    bar(to, y, copied / full, amber);
    bar(to, y, marked / full, green);
}

/* Grows with the picture, and is never smaller than a logical pixel. */
static float choose_unit(const demo_canvas *canvas) {
    int across = canvas->width / 640, down = canvas->height / 360;
    float fit = (float)(across < down ? across : down);

    return fmaxf(fit, fmaxf(roundf(canvas->scale), 1.0f));
}

bool demo_overlay_draw(
    demo_overlay *overlay, const demo_overlay_view *view, const demo_canvas *canvas) {
    demo_sketch *sketch = &overlay->sketch;
    float unit = choose_unit(canvas);
    float margin = 10 * unit, cell = unit > 1 ? floorf(1.5f * unit) : 2.0f;
    float width = (float)canvas->width - 2 * margin;
    float map_height = (float)demo_map_rows(&overlay->map, width, cell) * cell;
    float map_top = (float)canvas->height - margin - map_height;
    layout panel = {sketch, unit, 2 * margin, 2 * margin, 154 * unit};
    layout line = {sketch, unit, margin, map_top - 17 * unit, width};
    float band = line.y - (view->help ? 20 : 6) * unit;

    demo_sketch_box(sketch, margin, margin, panel.width + 2 * margin, 147 * unit, panel_colour);
    demo_sketch_box(
        sketch, 0, band, (float)canvas->width, (float)canvas->height - band, panel_colour);
    draw_panel(overlay, &panel, view);
    draw_bytes(overlay, &line, view);
    demo_map_draw(&overlay->map, sketch, margin, map_top, width, cell);
    if (view->help)
        demo_sketch_text(sketch, margin, line.y - 14 * unit, unit, grey, view->type->keys);
    return demo_sketch_draw(sketch, canvas);
}

void demo_overlay_next(demo_overlay *overlay, const trm_device *scene_device) {
    trm_device_stats(scene_device, &overlay->last);
    demo_map_fade(&overlay->map);
}
