#include "support/writing.h"

#include <string.h>

trm_stats writing_stats(const trm_device *device) {
    trm_stats stats;
    trm_device_stats(device, &stats);
    return stats;
}

trm_device *writing_device(uint64_t staging_nbytes, trm_gl_scatter_mode scatter) {
    return harness_gl_device(&(trm_gl_device_desc){.scatter = scatter,
        .device = {.staging_nbytes = staging_nbytes, .memory_kind = TRM_MEMORY_DISCRETE}});
}

trm_device *writing_small_device(void) {
    return writing_device(WRITING_SMALL, TRM_GL_SCATTER_NEVER);
}

trm_buffer *writing_buffer(
    size_t nitems, const char *format, trm_placement placement, uint32_t usage) {
    trm_buffer *buffer;
    const trm_buffer_desc desc = {.nitems = nitems,
        .format = format,
        .placement = placement,
        .usage = usage,
        .label = "slate",
        .log = harness_log()};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    return buffer;
}

trm_buffer *writing_bytes(size_t nbytes, trm_placement placement) {
    return writing_buffer(nbytes, "u1", placement, 0);
}

unsigned char *writing_begin(trm_device *device, trm_buffer *buffer, size_t offset, size_t size) {
    void *pointer = NULL;
    ck_assert_int_eq(trm_device_write_begin(device, buffer, offset, size, &pointer), TRM_OK);
    ck_assert_ptr_nonnull(pointer);
    return pointer;
}

void writing_end(trm_device *device, trm_buffer *buffer, size_t written) {
    ck_assert_int_eq(trm_device_write_end(device, buffer, written), TRM_OK);
}

/* Opens, fills and closes a write of bytes. */
void writing_put(trm_device *device, trm_buffer *buffer, size_t offset, size_t size, int value) {
    memset(writing_begin(device, buffer, offset, size), value, size);
    writing_end(device, buffer, size);
}

void writing_send(trm_buffer *buffer, size_t offset, size_t nbytes, int value) {
    static uint8_t bytes[WRITING_MOST];
    memset(bytes, value, nbytes);
    ck_assert_int_eq(trm_buffer_send_data(buffer, offset, bytes, nbytes), TRM_OK);
}

harness_draw writing_issue(trm_device *device, trm_buffer *buffer) {
    trm_gl_span span;
    ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
    return harness_issue(HARNESS_TEXEL, &span);
}

void writing_assert_read(harness_draw draw, const void *expected, size_t nbytes) {
    static uint8_t seen[WRITING_MOST];
    ck_assert_uint_le(nbytes, sizeof seen);
    harness_fetch(draw, seen);
    ck_assert_mem_eq(seen, expected, nbytes);
}

void writing_assert_content(trm_device *device, trm_buffer *buffer, const void *expected) {
    writing_assert_read(writing_issue(device, buffer), expected, trm_buffer_nbytes(buffer));
}

void writing_assert_rule(trm_result actual, trm_result expected, const char *rule) {
    ck_assert_int_eq(actual, expected);
    ck_assert_str_eq(harness_last_message()->rule, rule);
    ck_assert_str_eq(harness_last_message()->label, "slate");
}

void writing_close(trm_device *device, trm_buffer *buffer) {
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
