#include "lab_edit.h"

#include <math.h>
#include <string.h>

#define HALF_TURN 3.14159265f

#define WINDOW_SECONDS 8.0  /* for the whole array */
#define WINDOW_PART    25u  /* of the array */
#define SPARK_RATE     60.0 /* sets of sparks in a second */
#define SPARK_PART     2000u
#define MOST_SPARKS    1024u
#define HIGHEST        0.42f /* that the brush can lift a point */

static const uint8_t window_glow[4] = {70, 205, 255, 0};

static void write_point(lab_point *point, const lab_wave *wave, float time, const uint8_t glow[4]) {
    point->height = wave->height;
    lab_point_set_slope(point, wave->slope[0], wave->slope[1]);
    point->edited_at = time;
    memcpy(point->glow, glow, sizeof point->glow);
}

/* The window is [head - size, head) in item numbers that never wrap; item n lies at n modulo the
 * count. */
static int64_t window_head(const lab_field *field, double time) {
    return (int64_t)floor(time / WINDOW_SECONDS * field->count);
}

static int64_t window_size(const lab_field *field) {
    return field->count / WINDOW_PART + 1;
}

static uint32_t wrapped(const lab_field *field, int64_t item) {
    int64_t index = item % field->count;

    return (uint32_t)(index < 0 ? index + field->count : index);
}

/* The window carries a swell, from its tail to its head. Far from the middle the window is narrow:
 * there the swell is lower, to keep its shape. `part` is the place in the window, 0 to 1. */
static void add_swell(const lab_field *field, uint32_t index, float part, lab_wave *wave) {
    float x = field->places[index][0], z = field->places[index][1];
    float radius = sqrtf(x * x + z * z) + 0.02f;
    float width = (float)window_size(field) / (2.0f * (float)field->count * radius);
    float amplitude = fminf(0.075f, 1.7f * width);
    float rise = sinf(HALF_TURN * part);
    float steep = amplitude * HALF_TURN * sinf(2.0f * HALF_TURN * part) / width / radius;

    wave->height += amplitude * rise * rise;
    wave->slope[0] += steep * x;
    wave->slope[1] += steep * z;
}

static void write_window(lab_field *field, int64_t from, int64_t head, float time) {
    int64_t tail = head - window_size(field);

    for (int64_t item = from; item < head; item++) {
        uint32_t index = wrapped(field, item);
        lab_wave wave = lab_wave_at(field->places[index][0], field->places[index][1], time);

        if (item > tail)
            add_swell(field, index, (float)(item - tail) / (float)(head - tail), &wave);
        write_point(&field->points[index], &wave, time, window_glow);
    }
}

void lab_edit_window(lab_field *field, trm_buffer *buffer, double before, double time) {
    int64_t head = window_head(field, time);
    int64_t from = window_head(field, before) - window_size(field);
    uint32_t first, size;

    if (from > head || head - from > field->count)
        from = head - field->count;
    write_window(field, from, head, (float)time);
    if (!buffer)
        return;
    first = wrapped(field, from);
    size = (uint32_t)(head - from);
    trm_buffer_update_range(buffer, first, size); /* cut off at the end of the array */
    if (first + size > field->count)
        trm_buffer_update_range(buffer, 0, first + size - field->count);
}

void lab_edit_all(lab_field *field, trm_buffer *buffer, double time) {
    int64_t head = window_head(field, time);
    int64_t tail = head - window_size(field);

    for (int64_t item = head - field->count; item < tail; item++) {
        uint32_t index = wrapped(field, item);
        double age = (double)(tail - item) / field->count * WINDOW_SECONDS;
        float then = (float)(time - age);
        lab_wave wave = lab_wave_at(field->places[index][0], field->places[index][1], then);

        write_point(&field->points[index], &wave, then, window_glow);
    }
    write_window(field, tail, head, (float)time);
    if (buffer)
        trm_buffer_update_full(buffer);
}

void lab_edit_full(lab_field *field, trm_buffer *buffer, double time) {
    static const uint8_t faint[4] = {14, 41, 51, 0};

    for (uint32_t i = 0; i < field->count; i++) {
        lab_wave wave = lab_wave_at(field->places[i][0], field->places[i][1], (float)time);

        write_point(&field->points[i], &wave, (float)time, faint);
    }
    if (buffer)
        trm_buffer_update_full(buffer);
}

/* A well-mixed number from two (a finaliser of multiplications and shifts). */
static uint32_t mix(uint32_t a, uint32_t b) {
    uint32_t x = a * 0x9e3779b1u ^ (b + 0x7f4a7c15u) * 0x85ebca77u;

    x ^= x >> 15;
    x *= 0x2c1b3c6du;
    x ^= x >> 12;
    x *= 0x297a2d39u;
    return x ^ x >> 15;
}

static void spark_set(lab_field *field, trm_buffer *buffer, uint32_t set) {
    static const uint8_t glows[3][4] = {
        {255, 205, 110, 255}, {255, 240, 215, 200}, {255, 150, 60, 150}};
    uint32_t indices[MOST_SPARKS];
    uint32_t count = field->count / SPARK_PART + 1;

    if (count > MOST_SPARKS)
        count = MOST_SPARKS;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t random = mix(set, i);
        lab_point *point;

        indices[i] = (uint32_t)((uint64_t)random * field->count >> 32);
        point = &field->points[indices[i]];
        point->edited_at = (float)(set / SPARK_RATE);
        memcpy(point->glow, glows[random % 3], sizeof point->glow);
    }
    if (buffer)
        trm_buffer_update_indices(buffer, indices, count);
}

void lab_edit_sparks(lab_field *field, trm_buffer *buffer, double before, double time) {
    uint32_t last = (uint32_t)floor(time * SPARK_RATE + 1e-6);
    uint32_t first = (uint32_t)floor(fmax(before, 0) * SPARK_RATE + 1e-6) + 1;

    if (first > last)
        first = last;
    for (uint32_t set = first; set <= last; set++)
        spark_set(field, buffer, set);
}

/* Lifts items [start, start + count) of one ring; they lie within the brush. */
static void brush_items(lab_field *field, trm_buffer *buffer, const lab_brush *brush, double time,
    float amount, uint32_t start, uint32_t count) {
    for (uint32_t i = start; i < start + count && i < field->count; i++) {
        lab_point *point = &field->points[i];
        float x = (field->places[i][0] - brush->x) / brush->radius;
        float z = (field->places[i][1] - brush->z) / brush->radius;
        float inside = fmaxf(0.0f, 1.0f - x * x - z * z);
        float room = fmaxf(0.0f, 1.0f - point->height / HIGHEST);
        float lift = amount * room * inside * inside;
        float slope = -4.0f * amount * room * inside / brush->radius;
        float unit = LAB_SLOPE_SCALE / 32767.0f;

        point->height += lift;
        lab_point_set_slope(point, (float)point->slope[0] * unit + slope * x,
            (float)point->slope[1] * unit + slope * z);
        point->edited_at = (float)time;
        point->glow[0] = (uint8_t)(255.0f * inside);
        point->glow[1] = (uint8_t)(70.0f * inside);
        point->glow[2] = (uint8_t)(140.0f * inside);
        point->glow[3] = 0;
    }
    if (buffer && start < field->count)
        trm_buffer_update_range(buffer, start, count);
}

/* The arc of one ring under the brush: at most two stretches of items, for it may pass the ring's
 * first item. */
static void brush_ring(lab_field *field, trm_buffer *buffer, const lab_brush *brush, double time,
    float amount, uint32_t ring) {
    uint32_t start = lab_ring_start(ring), count = lab_ring_count(ring);
    float radius = lab_ring_radius(field, ring);
    float reach = sqrtf(brush->x * brush->x + brush->z * brush->z);
    float cosine = (radius * radius + reach * reach - brush->radius * brush->radius) /
                   (2.0f * radius * reach + 1e-9f);
    float half, middle;
    uint32_t first, size;

    if (cosine >= 1.0f)
        return;
    if (cosine <= -1.0f) {
        brush_items(field, buffer, brush, time, amount, start, count);
        return;
    }
    half = acosf(cosine) / (2.0f * HALF_TURN);
    middle = atan2f(brush->z, brush->x) / (2.0f * HALF_TURN) - lab_ring_turn(ring) - half;
    middle -= floorf(middle);
    first = (uint32_t)(middle * (float)count) % count;
    size = (uint32_t)(2.0f * half * (float)count) + 1;
    if (size > count)
        size = count;
    if (first + size <= count) {
        brush_items(field, buffer, brush, time, amount, start + first, size);
    } else {
        brush_items(field, buffer, brush, time, amount, start + first, count - first);
        brush_items(field, buffer, brush, time, amount, start, first + size - count);
    }
}

void lab_edit_brush(
    lab_field *field, trm_buffer *buffer, const lab_brush *brush, double time, float amount) {
    float reach = sqrtf(brush->x * brush->x + brush->z * brush->z);
    float rings = (float)field->rings;
    float low = (reach - brush->radius) * rings - 0.5f;
    float high = (reach + brush->radius) * rings - 0.5f;
    uint32_t first = low > 0 ? (uint32_t)low : 0;
    uint32_t last = high > 0 ? (uint32_t)high : 0;

    for (uint32_t ring = first; ring <= last && ring < field->rings; ring++)
        brush_ring(field, buffer, brush, time, amount, ring);
}
