/* A buffer as plain arrays: what the CPU has, and what the GPU should show. */
#include "simulation/sim_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name; /* NULL: untyped */
    size_t nbytes, swap;
} formats[] = {
    {"3xf4", 12, 0},
    {"uint16", 2, 0},
    {"16xf4", 64, 0},
    {"4xu1", 4, 0},
    {"4xf4", 16, 0},
    {">2xu2", 4, 2},
    {">f4", 4, 4},
    {"unorm10-10-10-2", 4, 0},
    {"3xu1", 3, 0},
    {NULL, 7, 0},
    {NULL, 100, 0},
    {"f2", 2, 0},
};
#define FORMATS (sizeof formats / sizeof formats[0])

/* Text as programs have it, and as they should not. */
static const char *const labels[] = {
    "positions", NULL, "", "a \"quoted\" \\ one", "caf\xc3\xa9", "\xff\xfe", "tab\tand\nline"};
#define LABELS (sizeof labels / sizeof labels[0])

/* Who reads, and what the buffer says of itself for it. */
static const struct {
    uint32_t usage;
    strict_reader reader;
} usages[] = {
    {TRM_USAGE_VERTEX, STRICT_VERTEX},
    {TRM_USAGE_INDEX, STRICT_ELEMENT},
    {TRM_USAGE_UNIFORM, STRICT_UNIFORM},
    {TRM_USAGE_STORAGE, STRICT_STORAGE},
    {TRM_USAGE_STORAGE | TRM_USAGE_TEXEL, STRICT_STORAGE},
    {TRM_USAGE_TEXEL, STRICT_TEXEL},
    {TRM_USAGE_INDIRECT, STRICT_INDIRECT},
    {TRM_USAGE_PIXEL_UNPACK, STRICT_UNPACK},
    {TRM_USAGE_COPY_SRC, STRICT_UPDATE},
    {0, STRICT_VERTEX},
    {0, STRICT_STORAGE},
    {0, STRICT_TEXEL},
    {TRM_USAGE_VERTEX | TRM_USAGE_STORAGE, STRICT_VERTEX},
};
#define USAGES (sizeof usages / sizeof usages[0])

static void *grab(size_t nbytes) {
    void *memory = calloc(nbytes > 0 ? nbytes : 1, 1);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

void sim_scribble(unsigned char *bytes, size_t nbytes, uint32_t noise) {
    random_state dice = {noise};
    size_t i = 0;
    for (; i + 8 <= nbytes; i += 8) {
        const uint64_t word = random_next(&dice);
        memcpy(bytes + i, &word, 8);
    }
    for (; i < nbytes; i++) {
        bytes[i] = (unsigned char)random_next(&dice);
    }
}

size_t sim_nbytes(const sim_subject *subject) {
    return subject->nitems * subject->itemsize;
}

size_t sim_array_nbytes(const sim_subject *subject) {
    return (subject->nitems - 1) * subject->stride + subject->itemsize;
}

unsigned char *sim_new_array(const sim_subject *subject, size_t stride, uint32_t noise) {
    const size_t nbytes = (subject->nitems - 1) * stride + subject->itemsize;
    unsigned char *array = grab(nbytes);
    sim_scribble(array, nbytes, noise);
    return array;
}

/* --- Marks */

void sim_mark(sim_subject *subject, size_t first, size_t count) {
    if (count == 0 || first >= subject->nitems) {
        return;
    }
    const size_t left = subject->nitems - first, end = first + (count < left ? count : left);
    const size_t from = first / subject->chunk, to = (end - 1) / subject->chunk + 1;
    memset(subject->marks + from, 1, to - from);
}

void sim_mark_all(sim_subject *subject) {
    if (subject->has_data) {
        memset(subject->marks, 1, subject->chunk_count);
    }
}

/* As the buffer cuts itself now. */
void sim_set_chunks(sim_subject *subject) {
    if (!subject->has_data) {
        return;
    }
    subject->chunk = trm_buffer_chunk_size(subject->buffer);
    subject->chunk_count = (subject->nitems - 1) / subject->chunk + 1;
    free(subject->marks);
    subject->marks = grab(subject->chunk_count);
    sim_mark_all(subject);
}

/* --- What the GPU should show */

static void swap_components(unsigned char *bytes, size_t nbytes, size_t size) {
    for (size_t i = 0; i + size <= nbytes; i += size) {
        for (size_t k = 0; k < size / 2; k++) {
            const unsigned char byte = bytes[i + k];
            bytes[i + k] = bytes[i + size - 1 - k];
            bytes[i + size - 1 - k] = byte;
        }
    }
}

static void pack(unsigned char *out, const sim_subject *subject, size_t first, size_t count) {
    const size_t itemsize = subject->itemsize, stride = subject->stride;
    unsigned char *to = out + first * itemsize;
    const unsigned char *from = subject->array + first * stride;
    if (stride == itemsize) {
        memcpy(to, from, count * itemsize);
    }
    for (size_t i = 0; i < count && stride != itemsize; i++) {
        memcpy(to + i * itemsize, from + i * stride, itemsize);
    }
    if (subject->swap > 1) {
        swap_components(to, count * itemsize, subject->swap);
    }
}

unsigned char *sim_packed(const sim_subject *subject) {
    unsigned char *bytes = grab(sim_nbytes(subject));
    pack(bytes, subject, 0, subject->nitems);
    return bytes;
}

void sim_new_store(sim_subject *subject) {
    free(subject->shown);
    subject->shown_nbytes = sim_nbytes(subject);
    subject->shown = grab(subject->shown_nbytes);
    subject->resized = false;
    sim_mark_all(subject); /* whoever took marks before: the device needs everything */
    subject->filled = !subject->has_data && (subject->usage & TRM_USAGE_GPU_WRITE) != 0;
}

static void upload_array(sim_subject *subject) {
    if ((subject->usage & TRM_USAGE_GPU_WRITE) == 0) {
        pack(subject->shown, subject, 0, subject->nitems);
    }
    for (size_t i = 0; i < subject->chunk_count; i++) {
        /* Elsewhere the GPU may have newer bytes. */
        if (subject->marks[i] && (subject->usage & TRM_USAGE_GPU_WRITE) != 0) {
            const size_t first = i * subject->chunk, left = subject->nitems - first;
            pack(subject->shown, subject, first, subject->chunk < left ? subject->chunk : left);
        }
    }
    memset(subject->marks, 0, subject->chunk_count);
    subject->content_lost = false;
    subject->loose = subject->owed;
    subject->filled = true;
}

static void upload_sent(sim_subject *subject) {
    if (subject->sent_nbytes == 0) {
        return;
    }
    for (size_t i = 0; i < subject->shown_nbytes; i++) {
        if (subject->sent_mask[i]) {
            subject->shown[i] = subject->sent[i];
        }
    }
    memset(subject->sent_mask, 0, subject->shown_nbytes);
    subject->content_lost = false;
    subject->sent_nbytes = 0;
    subject->filled = true;
}

void sim_uploaded(sim_subject *subject) {
    if (subject->shown == NULL || subject->resized) {
        sim_new_store(subject);
    }
    if (subject->has_data) {
        upload_array(subject);
    } else {
        upload_sent(subject);
    }
    subject->torn = subject->mixed = false;
}

void sim_detached(sim_subject *subject) {
    subject->write = (sim_write){0};
    subject->mixed = false;
    free(subject->shown);
    subject->shown = NULL;
    subject->shown_nbytes = 0;
    subject->loose = (sim_loose){0, 0};
    subject->filled = subject->torn = subject->resized = false;
    subject->write_lost = subject->content_lost = subject->unsure = false;
    subject->home = NULL;
    subject->used_in = 0;
    sim_mark_all(subject);
}

/* --- Coming and going */

/* Mostly small ones, some that fill a page, few that no page takes or no 64 KiB hold, and very few
 * that are large enough to be copied in parts. */
static size_t choose_nitems(size_t itemsize, uint32_t dice, const sim_setup *setup) {
    const uint32_t kind = dice % 64, rest = dice / 64;
    const bool small = setup->small;
    size_t nbytes;
    if (setup->dispatches && kind > 2) {
        nbytes = 1000 + rest % 9000;
    } else if (small &&
               dice % 1000 != 577) { /* large ones are rare, and far from a fuzzer's zeros */
        nbytes = kind > 61 ? 2000 + rest % 7000 : kind > 40 ? 1 + rest % 900 : 1 + rest % 200;
    } else if (small || kind < 2) {
        nbytes = rest % 8 == 0 ? 262144 + rest % 65536 : 66000 + rest % 4096;
    } else if (kind < 8) {
        nbytes = 8000 + rest % 12000;
    } else if (kind < 40) {
        nbytes = 1 + rest % 3000;
    } else {
        nbytes = 1 + rest % 300;
    }
    return nbytes / itemsize + 1;
}

static void choose_usage(sim_subject *s, const sim_step *step, bool dispatches) {
    const size_t choice = step->b % USAGES;
    s->usage = usages[choice].usage;
    s->reader = usages[choice].reader;
    s->placement = (trm_placement)(step->b / 16 % 3);
    if (dispatches && step->b / 32768 % 4 != 0) {
        s->placement = TRM_PLACEMENT_DEVICE;
    }
    s->has_data = step->b / 64 % 4 != 0;
    const bool rarely = step->b / 4096 % 16 == 0; /* what no device takes */
    if (step->b / 256 % 6 == 0 && s->usage != 0 &&
        (s->placement != TRM_PLACEMENT_MAPPED || rarely)) {
        s->usage |= TRM_USAGE_GPU_WRITE;
    }
}

static void choose_sizes(sim_subject *s, const sim_step *step, const sim_setup *setup) {
    static const size_t gaps[] = {0, 0, 0, 1, 4, 13};
    s->format = step->a % FORMATS;
    s->itemsize = formats[s->format].nbytes;
    if (step->a / 16 % 8 == 0) {
        s->itemsize *= 3; /* several elements make an item */
    }
    s->swap = formats[s->format].swap;
    s->nitems = choose_nitems(s->itemsize, step->c, setup);
    s->stride = s->itemsize + (s->has_data ? gaps[step->a / 128 % 6] : 0);
}

static void fill_desc(sim_subject *s, const sim_step *step, trm_buffer_desc *desc) {
    static const size_t chunks[] = {0, 0, 0, 1, 3, 7, 64};
    *desc = (trm_buffer_desc){.data = s->array,
        .nitems = s->nitems,
        .nbytes = sim_nbytes(s),
        .format = formats[s->format].name,
        .stride = s->stride == s->itemsize ? 0 : s->stride,
        .chunk_size = chunks[step->a / 1024 % 7],
        .usage = s->usage,
        .placement = s->placement,
        .label = labels[step->a / 8192 % LABELS]};
    s->label = desc->label;
}

void sim_subject_open(sim_world *world, size_t index, const sim_step *step) {
    sim_subject *s = &world->subjects[index];
    trm_buffer_desc desc;
    *s = (sim_subject){.draw_size = TRM_WHOLE};
    choose_usage(s, step, world->setup.dispatches);
    choose_sizes(s, step, &world->setup);
    s->array = s->has_data ? sim_new_array(s, s->stride, step->c) : NULL;
    fill_desc(s, step, &desc);
    desc.allocator = sim_memory_allocator(&world->memory);
    desc.log = sim_watch_log(&world->watch);
    sim_enter(world);
    const trm_result result = trm_buffer_create(&desc, &s->buffer);
    if (!sim_leave_buffer(world, "create", result, SIM_OK, SIM_MAY(TRM_ERROR_OUT_OF_MEMORY)) ||
        result != TRM_OK) {
        if (s->buffer != NULL) {
            sim_fail(world, "a buffer that was not made");
        }
        s->buffer = NULL;
        sim_subject_free(s);
        return;
    }
    sim_set_chunks(s);
    if (!s->has_data) {
        s->sent = grab(sim_nbytes(s));
        s->sent_mask = grab(sim_nbytes(s));
    }
}

void sim_subject_free(sim_subject *subject) {
    free(subject->array);
    free(subject->marks);
    free(subject->sent);
    free(subject->sent_mask);
    free(subject->shown);
    free(subject->held.bytes);
    free(subject->held.other);
    free(subject->before);
    *subject = (sim_subject){0};
}

const char *sim_format_name(const sim_subject *subject) {
    return formats[subject->format].name;
}

void sim_describe(const sim_subject *s, char *text, size_t capacity) {
    static const char *const placements[] = {"auto", "mapped", "device"};
    snprintf(text, capacity,
        "%lu items of %lu bytes, format %s, stride %lu, chunks of %lu, usage 0x%x, %s%s",
        (unsigned long)s->nitems, (unsigned long)s->itemsize,
        formats[s->format].name != NULL ? formats[s->format].name : "none",
        (unsigned long)s->stride, (unsigned long)s->chunk, (unsigned)s->usage,
        placements[s->placement], s->has_data ? "" : ", without data");
}
