/* The demo's readers of scans: the first byte says how the rest is to be read. Either there is a
 * volume then, with numbers only and a range worth seeing, or a reason why not. */
#define _POSIX_C_SOURCE 200809L

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data_volume.h"
#include "fuzz.h"

/* Larger ones would only be slow, up to what the readers refuse. */
#define MOST_VOXELS    (UINT64_C(1) << 20)
#define REFUSED_VOXELS (UINT64_C(1) << 28)

static char path[64];
static const char *const endings[] = {".nii", ".nii.gz", ".raw"};

static void demand(bool condition) {
    if (!condition) {
        abort();
    }
}

static void remove_file(void) {
    unlink(path);
}

static void write_file(size_t kind, const uint8_t *data, size_t nbytes) {
    static bool registered;
    if (!registered) {
        registered = true;
        atexit(remove_file);
    }
    unlink(path);
    snprintf(path, sizeof path, "/dev/shm/trireme-fuzz-%ld%s", (long)getpid(), endings[kind]);
    FILE *file = fopen(path, "wb");
    demand(file != NULL);
    demand(fwrite(data, 1, nbytes, file) == nbytes);
    demand(fclose(file) == 0);
}

static void check_volume(const demo_volume *volume) {
    const size_t count = demo_volume_count(volume);
    demand(count > 0 && volume->voxels != NULL);
    for (size_t i = 0; i < count; i++) {
        demand(isfinite(volume->voxels[i]) != 0);
    }
    for (size_t axis = 0; axis < 3; axis++) {
        demand(isfinite(volume->spacing[axis]) && volume->spacing[axis] > 0.0f);
    }
    demand(isfinite(volume->black) && isfinite(volume->white) && volume->black < volume->white);
}

static void load(const demo_volume_source *source) {
    demo_volume volume;
    demo_reason reason = {""};
    if (demo_volume_load(&volume, source, NULL, &reason)) {
        check_volume(&volume);
    } else {
        demand(reason.text[0] != '\0' && volume.voxels == NULL);
    }
    demo_volume_destroy(&volume);
}

static bool is_slow(uint64_t count) {
    return count > MOST_VOXELS && count <= REFUSED_VOXELS;
}

static uint64_t count_voxels(const uint32_t *size) {
    uint64_t count = 1;
    for (size_t axis = 0; axis < 3; axis++) {
        count = size[axis] < REFUSED_VOXELS && count <= REFUSED_VOXELS ? count * size[axis]
                                                                       : UINT64_MAX;
    }
    return count;
}

/* The options that go with raw values, as text. */
static bool parse_options(const uint8_t **data, size_t *nbytes, demo_volume_source *source) {
    char text[32];
    const size_t length = *nbytes < sizeof text ? *nbytes : sizeof text - 1;
    memcpy(text, *data, length);
    text[length] = '\0';
    const size_t used = strlen(text) + 1;
    *data += used <= *nbytes ? used : *nbytes;
    *nbytes -= used <= *nbytes ? used : *nbytes;
    return demo_volume_parse_size(text, source->size) && !is_slow(count_voxels(source->size));
}

/* The dimensions of a header, in either byte order. */
static bool is_slow_file(const uint8_t *data, size_t nbytes) {
    uint64_t little = 1, big = 1;
    for (size_t axis = 0; axis < 3 && nbytes >= 48; axis++) {
        const uint8_t *at = data + 42 + 2 * axis;
        little *= (uint64_t)(at[0] | at[1] << 8);
        big *= (uint64_t)(at[1] | at[0] << 8);
    }
    return is_slow(little) && is_slow(big);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    static const char *const types[] = {"f4", "u2", "u1"};
    demo_volume_source source = {.file = path};
    demo_reason reason;
    if (nbytes < 1) {
        return 0;
    }
    const size_t kind = data[0] % 3, type = data[0] / 3 % 3;
    data++;
    nbytes--;
    if (kind == 2) {
        demand(demo_volume_parse_type(types[type], &source.type));
        if (!parse_options(&data, &nbytes, &source)) {
            return 0;
        }
    } else if (is_slow_file(data, nbytes)) {
        return 0;
    }
    write_file(kind, data, nbytes);
    demand(demo_volume_source_check(&source, &reason));
    load(&source);
    return 0;
}
