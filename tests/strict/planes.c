/* Client bytes and server bytes: what crosses, when, and what a mistake looks like. */
#include <string.h>

#include "strict/strict_test.h"

#define SIZE 1024

/* Tests with a loop over both modes get the mode as _i. */
#define MODE ((strict_mode)_i)

START_TEST(flushed_bytes_arrive) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    memset(map + 256, 2, 256);
    strict_test_flush(buffer, 256, 256);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 256, 256, 2));
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, 256, 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(a_missed_flush_shows) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    memset(map, 2, SIZE);
    strict_test_flush(buffer, 0, 512);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, 512, 2));
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 512, 512, MODE == STRICT_EAGER ? 2 : 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(flush_offsets_count_from_the_mapping) {
    strict_test_open_mode(MODE);
    const GLbitfield flags = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT;
    const GLuint buffer = strict_test_buffer(SIZE, 1, flags);
    unsigned char *map =
        gl.MapNamedBufferRange(buffer, 512, 512, flags | GL_MAP_FLUSH_EXPLICIT_BIT);
    memset(map, 2, 256);
    strict_test_flush(buffer, 0, 256);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 512, 256, 2));
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, 256, 1));
    CHECK_VIOLATIONS(0);
    strict_test_flush(buffer, 512, 256);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_VALUE);
    CHECK_VIOLATIONS(1);
}
END_TEST

START_TEST(an_early_write_shows_without_a_flush) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    gl.Flush();
    memset(map, 2, SIZE);
    strict_gpu_drain(gpu);
    ck_assert(strict_test_saw(draw, MODE == STRICT_EAGER ? 2 : 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(an_early_write_shows_with_a_flush) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    memset(map, 2, SIZE);
    strict_test_flush(buffer, 0, SIZE);
    strict_gpu_drain(gpu);
    ck_assert(!strict_test_saw(draw, 1));
    CHECK_VIOLATIONS(MODE == STRICT_EAGER ? 0U : 1U);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 2));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(a_flush_after_the_draw_is_too_late) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    memset(map, 2, SIZE);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    strict_test_flush(buffer, 0, SIZE);
    strict_gpu_drain(gpu);
    if (MODE == STRICT_FLUSHED) {
        ck_assert_ptr_nonnull(strict_gpu_result(draw));
        ck_assert_uint_ne(strict_gpu_result(draw)[0], 1);
        ck_assert_uint_ne(strict_gpu_result(draw)[0], 2);
        ck_assert_ptr_nonnull(strstr(strict_gpu_violation(gpu, 0), "race: 1024 bytes from 0"));
        CHECK_VIOLATIONS(1);
    } else {
        ck_assert(strict_test_saw(draw, 2));
        CHECK_VIOLATIONS(0);
    }
}
END_TEST

START_TEST(rewriting_the_same_bytes_is_no_race) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, 512);
    memset(map, 1, 512);
    memset(map + 512, 2, 512);
    strict_test_flush(buffer, 0, SIZE);
    strict_gpu_drain(gpu);
    ck_assert(strict_test_saw(draw, 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(a_wait_makes_it_right) {
    unsigned char *map;
    strict_test_open(&(strict_gpu_desc){.mode = MODE, .policy = STRICT_ON_WAIT});
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    GLsync fence = strict_test_fence();
    ck_assert_uint_eq(gl.ClientWaitSync(fence, 0, 1), GL_CONDITION_SATISFIED);
    memset(map, 2, SIZE);
    strict_test_flush(buffer, 0, SIZE);
    ck_assert(strict_test_saw(draw, 1));
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 2));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(copies_are_in_order) {
    strict_test_open_mode(MODE);
    const GLuint source = strict_test_buffer(SIZE, 2, 0);
    const GLuint target = strict_test_buffer(SIZE, 1, GL_DYNAMIC_STORAGE_BIT);
    unsigned char three[SIZE];
    memset(three, 3, SIZE);
    strict_read *before = strict_gpu_read_later(gpu, STRICT_STORAGE, target, 0, SIZE);
    gl.CopyNamedBufferSubData(source, target, 0, 0, SIZE);
    strict_read *between = strict_gpu_read_later(gpu, STRICT_STORAGE, target, 0, SIZE);
    gl.NamedBufferSubData(target, 0, SIZE, three);
    strict_read *after = strict_gpu_read_later(gpu, STRICT_STORAGE, target, 0, SIZE);
    memset(three, 4, SIZE);
    strict_gpu_drain(gpu);
    ck_assert(strict_test_saw(before, 1));
    ck_assert(strict_test_saw(between, 2));
    ck_assert(strict_test_saw(after, 3));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(a_ring_reused_early_shows) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint ring = strict_test_mapped(SIZE, 2, &map);
    const GLuint target = strict_test_buffer(SIZE, 1, 0);
    gl.CopyNamedBufferSubData(ring, target, 0, 0, SIZE);
    gl.Flush();
    memset(map, 3, SIZE);
    strict_test_flush(ring, 0, SIZE);
    ck_assert(!strict_test_sees(STRICT_VERTEX, target, 0, SIZE, 2));
    CHECK_VIOLATIONS(MODE == STRICT_EAGER ? 0U : 1U);
}
END_TEST

/* The CPU writes both ends; the GPU wrote the middle, of which the client's bytes know nothing. */
static GLuint region_with_a_gap(unsigned char **map) {
    const GLuint source = strict_test_buffer(256, 5, 0);
    const GLuint region = strict_test_mapped(768, 1, map);
    gl.CopyNamedBufferSubData(source, region, 0, 256, 256);
    gl.Finish();
    memset(*map, 6, 256);
    memset(*map + 512, 6, 256);
    return region;
}

START_TEST(flushing_a_gap_publishes_old_bytes) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint region = region_with_a_gap(&map);
    strict_test_flush(region, 0, 768);
    ck_assert(strict_test_sees(STRICT_VERTEX, region, 0, 256, 6));
    ck_assert(strict_test_sees(STRICT_VERTEX, region, 256, 256, MODE == STRICT_EAGER ? 5 : 1));
    ck_assert(strict_test_sees(STRICT_VERTEX, region, 512, 256, 6));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(flushing_around_a_gap_is_right) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint region = region_with_a_gap(&map);
    strict_test_flush(region, 0, 256);
    strict_test_flush(region, 512, 256);
    ck_assert(strict_test_sees(STRICT_VERTEX, region, 0, 256, 6));
    ck_assert(strict_test_sees(STRICT_VERTEX, region, 256, 256, 5));
    ck_assert(strict_test_sees(STRICT_VERTEX, region, 512, 256, 6));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(coherent_stores_need_no_flush) {
    strict_test_open_mode(MODE);
    const GLbitfield flags = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    const GLuint buffer = strict_test_buffer(SIZE, 1, flags);
    unsigned char *map = gl.MapNamedBufferRange(buffer, 0, SIZE, flags);
    memset(map, 2, SIZE);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 2));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(without_explicit_flush_a_barrier_takes_bytes_across) {
    strict_test_open_mode(MODE);
    const GLbitfield flags = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT;
    const GLuint buffer = strict_test_buffer(SIZE, 1, flags);
    unsigned char *map = gl.MapNamedBufferRange(buffer, 0, SIZE, flags);
    memset(map, 2, SIZE);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, MODE == STRICT_EAGER ? 2 : 1));
    gl.MemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 2));
    CHECK_VIOLATIONS(0);
}
END_TEST

/* --- Reading back */

static GLuint read_back_buffer(const unsigned char **map) {
    const GLbitfield flags = GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT;
    const GLuint source = strict_test_buffer(SIZE, 7, 0);
    const GLuint target = strict_test_buffer(SIZE, 1, flags);
    *map = gl.MapNamedBufferRange(target, 0, SIZE, flags);
    gl.CopyNamedBufferSubData(source, target, 0, 0, SIZE);
    return target;
}

START_TEST(read_back_needs_barrier_then_fence) {
    const unsigned char *map;
    strict_test_open(&(strict_gpu_desc){.policy = STRICT_ON_WAIT});
    read_back_buffer(&map);
    gl.MemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
    GLsync fence = strict_test_fence();
    strict_gpu_drain(gpu);
    ck_assert_uint_eq(map[0], 1); /* executed, but nobody has seen the fence */
    ck_assert_uint_eq(gl.ClientWaitSync(fence, 0, 0), GL_ALREADY_SIGNALED);
    ck_assert_uint_eq(map[0], 7);
    ck_assert_uint_eq(map[SIZE - 1], 7);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(read_back_without_a_barrier_stays_old) {
    const unsigned char *map;
    strict_test_open(&(strict_gpu_desc){.policy = STRICT_ON_WAIT});
    read_back_buffer(&map);
    GLsync fence = strict_test_fence();
    ck_assert_uint_eq(gl.ClientWaitSync(fence, 0, 1), GL_CONDITION_SATISFIED);
    ck_assert_uint_eq(map[0], 1);
}
END_TEST

START_TEST(read_back_with_the_barrier_behind_the_fence_stays_old) {
    const unsigned char *map;
    strict_test_open(&(strict_gpu_desc){.policy = STRICT_ON_WAIT});
    read_back_buffer(&map);
    GLsync fence = strict_test_fence();
    gl.MemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
    gl.Flush();
    strict_gpu_drain(gpu);
    ck_assert_uint_eq(gl.ClientWaitSync(fence, 0, 0), GL_ALREADY_SIGNALED);
    ck_assert_uint_eq(map[0], 1);
    gl.Finish();
    ck_assert_uint_eq(map[0], 7);
}
END_TEST

START_TEST(an_upload_mapping_never_sees_server_writes) {
    unsigned char *map;
    strict_test_open_mode(STRICT_FLUSHED);
    const GLuint source = strict_test_buffer(SIZE, 7, 0);
    const GLuint target = strict_test_mapped(SIZE, 1, &map);
    gl.CopyNamedBufferSubData(source, target, 0, 0, SIZE);
    gl.MemoryBarrier(GL_CLIENT_MAPPED_BUFFER_BARRIER_BIT);
    gl.Finish();
    ck_assert_uint_eq(map[0], 1);
    ck_assert(strict_test_sees(STRICT_VERTEX, target, 0, SIZE, 7));
}
END_TEST

START_TEST(get_sub_data_waits_for_what_it_needs) {
    unsigned char bytes[SIZE];
    strict_test_open_mode(MODE);
    const GLuint source = strict_test_buffer(SIZE, 7, 0);
    const GLuint target = strict_test_buffer(SIZE, 1, 0);
    const GLuint other = strict_test_buffer(SIZE, 1, 0);
    gl.CopyNamedBufferSubData(source, target, 0, 0, SIZE);
    gl.GetNamedBufferSubData(other, 0, SIZE, bytes);
    ck_assert_uint_eq(strict_gpu_queued(gpu), 1); /* what nobody uses is there at once */
    gl.GetNamedBufferSubData(target, 0, SIZE, bytes);
    ck_assert_uint_eq(bytes[0], 7);
    CHECK_VIOLATIONS(0);
}
END_TEST

Suite *strict_planes_suite(void) {
    Suite *suite = suite_create("planes");
    TCase *tcase = tcase_create("planes");
    tcase_add_checked_fixture(tcase, NULL, strict_test_close);
    tcase_add_loop_test(tcase, flushed_bytes_arrive, 0, 2);
    tcase_add_loop_test(tcase, a_missed_flush_shows, 0, 2);
    tcase_add_loop_test(tcase, flush_offsets_count_from_the_mapping, 0, 2);
    tcase_add_loop_test(tcase, an_early_write_shows_without_a_flush, 0, 2);
    tcase_add_loop_test(tcase, an_early_write_shows_with_a_flush, 0, 2);
    tcase_add_loop_test(tcase, a_flush_after_the_draw_is_too_late, 0, 2);
    tcase_add_loop_test(tcase, rewriting_the_same_bytes_is_no_race, 0, 2);
    tcase_add_loop_test(tcase, a_wait_makes_it_right, 0, 2);
    tcase_add_loop_test(tcase, copies_are_in_order, 0, 2);
    tcase_add_loop_test(tcase, a_ring_reused_early_shows, 0, 2);
    tcase_add_loop_test(tcase, flushing_a_gap_publishes_old_bytes, 0, 2);
    tcase_add_loop_test(tcase, flushing_around_a_gap_is_right, 0, 2);
    tcase_add_loop_test(tcase, coherent_stores_need_no_flush, 0, 2);
    tcase_add_loop_test(tcase, without_explicit_flush_a_barrier_takes_bytes_across, 0, 2);
    tcase_add_test(tcase, read_back_needs_barrier_then_fence);
    tcase_add_test(tcase, read_back_without_a_barrier_stays_old);
    tcase_add_test(tcase, read_back_with_the_barrier_behind_the_fence_stays_old);
    tcase_add_test(tcase, an_upload_mapping_never_sees_server_writes);
    tcase_add_loop_test(tcase, get_sub_data_waits_for_what_it_needs, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
