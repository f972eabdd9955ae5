/* Mappings that end, buffers deleted in flight, and stray writes. */
#include <stdlib.h>
#include <string.h>

#include "strict/strict_test.h"

#define SIZE 1024
#define MODE ((strict_mode)_i)

START_TEST(unmapping_takes_written_bytes_across) {
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_buffer(SIZE, 1, GL_MAP_WRITE_BIT);
    unsigned char *map = gl.MapNamedBufferRange(buffer, 0, SIZE, GL_MAP_WRITE_BIT);
    memset(map, 2, 512);
    ck_assert_int_eq(gl.UnmapNamedBuffer(buffer), GL_TRUE);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, 512, 2));
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 512, 512, 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(unmapping_takes_only_flushed_bytes_across_if_asked) {
    strict_test_open_mode(STRICT_FLUSHED);
    const GLuint buffer = strict_test_buffer(SIZE, 1, GL_MAP_WRITE_BIT);
    unsigned char *map =
        gl.MapNamedBufferRange(buffer, 0, SIZE, GL_MAP_WRITE_BIT | GL_MAP_FLUSH_EXPLICIT_BIT);
    memset(map, 2, SIZE);
    strict_test_flush(buffer, 0, 512);
    gl.UnmapNamedBuffer(buffer);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, 512, 2));
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 512, 512, 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(mapping_waits_unless_unsynchronized) {
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_buffer(SIZE, 1, GL_MAP_WRITE_BIT);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    gl.MapNamedBufferRange(buffer, 0, SIZE, GL_MAP_WRITE_BIT | GL_MAP_UNSYNCHRONIZED_BIT);
    gl.UnmapNamedBuffer(buffer);
    ck_assert_ptr_null(strict_gpu_result(draw));
    gl.MapNamedBufferRange(buffer, 0, SIZE, GL_MAP_WRITE_BIT);
    ck_assert(strict_test_saw(draw, 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(invalidated_bytes_are_garbage) {
    strict_test_open_mode(STRICT_FLUSHED);
    const GLuint buffer = strict_test_buffer(SIZE, 1, GL_MAP_WRITE_BIT);
    unsigned char *map =
        gl.MapNamedBufferRange(buffer, 0, SIZE, GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT);
    memset(map, 2, 512);
    gl.UnmapNamedBuffer(buffer);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, 512, 2));
    ck_assert(!strict_test_sees(STRICT_VERTEX, buffer, 512, 512, 1));
    gl.InvalidateBufferData(buffer);
    ck_assert(!strict_test_sees(STRICT_VERTEX, buffer, 0, 512, 2));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(commands_keep_what_they_use) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    ck_assert_uint_eq(strict_gpu_live_buffers(gpu), 1);
    ck_assert_uint_eq(strict_gpu_memory(gpu), SIZE);
    gl.DeleteBuffers(1, &buffer);
    ck_assert_uint_eq(strict_gpu_live_buffers(gpu), 0);
    ck_assert_uint_eq(strict_gpu_memory(gpu), SIZE);
    ck_assert_uint_eq(map[0], 0xDD); /* the pointer is dead at once */
    strict_gpu_drain(gpu);
    ck_assert(strict_test_saw(draw, 1));
    ck_assert_uint_eq(strict_gpu_memory(gpu), 0);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(a_write_after_the_end_is_found) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    gl.DeleteBuffers(1, &buffer);
    CHECK_VIOLATIONS(0);
    map[100] = 3;
    ck_assert_uint_eq(strict_gpu_audit(gpu), 1);
    ck_assert_ptr_nonnull(strstr(strict_gpu_violation(gpu, 0), "stray: "));
    CHECK_VIOLATIONS(1);
    CHECK_VIOLATIONS(0); /* once is enough */
}
END_TEST

START_TEST(a_write_beside_a_mapping_is_found) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    strict_test_mapped(SIZE, 1, &map);
    map[SIZE] = 3;
    ck_assert_uint_eq(strict_gpu_audit(gpu), 1);
    CHECK_VIOLATIONS(1);
    map[-1] = 3;
    ck_assert_uint_eq(strict_gpu_audit(gpu), 1);
    CHECK_VIOLATIONS(1);
}
END_TEST

START_TEST(orphaning_leaves_the_old_bytes_to_the_draw) {
    strict_test_open_mode(MODE);
    GLuint buffer;
    unsigned char bytes[SIZE];
    gl.CreateBuffers(1, &buffer);
    memset(bytes, 1, SIZE);
    gl.NamedBufferData(buffer, SIZE, bytes, GL_STREAM_DRAW);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    memset(bytes, 2, SIZE);
    gl.NamedBufferData(buffer, SIZE, bytes, GL_STREAM_DRAW);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 2));
    ck_assert(strict_test_saw(draw, 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(mapped_pointers_are_aligned) {
    strict_test_open_mode(MODE);
    for (GLintptr offset = 0; offset < 200; offset += 13) {
        const GLuint buffer = strict_test_buffer(SIZE, 1, GL_MAP_WRITE_BIT);
        const unsigned char *map = gl.MapNamedBufferRange(buffer, offset, 100, GL_MAP_WRITE_BIT);
        ck_assert_uint_eq((uintptr_t)(map - offset) % 64, 0);
    }
    strict_test_open(&(strict_gpu_desc){.mode = MODE, .map_skew = 5});
    unsigned char *map;
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    ck_assert_uint_eq((uintptr_t)map % 64, 5);
    memset(map, 2, SIZE);
    strict_test_flush(buffer, 0, SIZE);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 2));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(storage_without_data_is_garbage) {
    strict_test_open_mode(MODE);
    GLuint buffer;
    gl.CreateBuffers(1, &buffer);
    gl.NamedBufferStorage(buffer, SIZE, NULL, 0);
    ck_assert(!strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 0));
    gl.ClearNamedBufferSubData(buffer, GL_R8UI, 0, SIZE, GL_RED_INTEGER, GL_UNSIGNED_BYTE, NULL);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 0));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(a_vertex_array_keeps_a_deleted_buffer_unless_bound) {
    strict_test_open_mode(STRICT_FLUSHED);
    GLuint arrays[2];
    GLint name = -1;
    gl.CreateVertexArrays(2, arrays);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    gl.VertexArrayVertexBuffer(arrays[0], 3, buffer, 128, 16);
    gl.VertexArrayElementBuffer(arrays[1], buffer);
    gl.BindVertexArray(arrays[1]);
    gl.BindBufferRange(GL_UNIFORM_BUFFER, 2, buffer, 256, 64);
    const uint64_t before = strict_gpu_state_hash(gpu);
    gl.DeleteBuffers(1, &buffer);
    ck_assert_uint_ne(strict_gpu_state_hash(gpu), before);
    gl.GetVertexArrayIndexediv(arrays[0], 3, GL_VERTEX_BINDING_BUFFER, &name);
    ck_assert_int_eq(name, (GLint)buffer);
    gl.GetVertexArrayiv(arrays[1], GL_ELEMENT_ARRAY_BUFFER_BINDING, &name);
    ck_assert_int_eq(name, 0);
    gl.GetIntegeri_v(GL_UNIFORM_BUFFER_BINDING, 2, &name);
    ck_assert_int_eq(name, 0);
    ck_assert_uint_eq(strict_gpu_memory(gpu), SIZE);
    gl.DeleteVertexArrays(2, arrays);
    ck_assert_uint_eq(strict_gpu_memory(gpu), 0);
    CHECK_VIOLATIONS(0);
}
END_TEST

Suite *strict_lifetime_suite(void) {
    Suite *suite = suite_create("lifetime");
    TCase *tcase = tcase_create("lifetime");
    tcase_add_checked_fixture(tcase, NULL, strict_test_close);
    tcase_add_loop_test(tcase, unmapping_takes_written_bytes_across, 0, 2);
    tcase_add_test(tcase, unmapping_takes_only_flushed_bytes_across_if_asked);
    tcase_add_loop_test(tcase, mapping_waits_unless_unsynchronized, 0, 2);
    tcase_add_test(tcase, invalidated_bytes_are_garbage);
    tcase_add_loop_test(tcase, commands_keep_what_they_use, 0, 2);
    tcase_add_loop_test(tcase, a_write_after_the_end_is_found, 0, 2);
    tcase_add_loop_test(tcase, a_write_beside_a_mapping_is_found, 0, 2);
    tcase_add_loop_test(tcase, orphaning_leaves_the_old_bytes_to_the_draw, 0, 2);
    tcase_add_loop_test(tcase, mapped_pointers_are_aligned, 0, 2);
    tcase_add_loop_test(tcase, storage_without_data_is_garbage, 0, 2);
    tcase_add_test(tcase, a_vertex_array_keeps_a_deleted_buffer_unless_bound);
    suite_add_tcase(suite, tcase);
    return suite;
}
