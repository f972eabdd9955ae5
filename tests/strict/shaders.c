/* Shader writes: which reader sees them, who overtakes whom, and kernels. */
#include <string.h>

#include "strict/strict_test.h"

#define SIZE 1024
#define MODE ((strict_mode)_i)

/* All barrier bits that exist, one by one. */
#define EVERY_BIT 0x0000FFEFU

static const char *reader_name(strict_reader reader) {
    static const char *const names[STRICT_READERS] = {
        "vertex", "element", "uniform", "texel", "indirect", "unpack", "update", "storage"};
    return names[reader];
}

static void shade(GLuint buffer, size_t offset, size_t nbytes, int value) {
    unsigned char bytes[SIZE];
    memset(bytes, value, nbytes);
    strict_gpu_write_later(gpu, buffer, offset, bytes, nbytes);
}

/* --- Barriers after */

START_TEST(each_reader_needs_its_own_barrier_bit) {
    const strict_reader reader = (strict_reader)_i;
    strict_test_open_mode(STRICT_FLUSHED);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    shade(buffer, 0, SIZE, 2);
    ck_assert_msg(
        strict_test_sees(reader, buffer, 0, SIZE, 1), "%s: no barrier", reader_name(reader));
    gl.MemoryBarrier(EVERY_BIT & ~strict_reader_barrier(reader));
    gl.Finish(); /* which is no barrier */
    ck_assert_msg(
        strict_test_sees(reader, buffer, 0, SIZE, 1), "%s: all other bits", reader_name(reader));
    gl.MemoryBarrier(strict_reader_barrier(reader));
    ck_assert_msg(strict_test_sees(reader, buffer, 0, SIZE, 2), "%s: its bit", reader_name(reader));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(a_barrier_before_the_dispatch_does_not_count) {
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    gl.MemoryBarrier(GL_ALL_BARRIER_BITS);
    shade(buffer, 0, SIZE, 2);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 1));
    gl.MemoryBarrier(GL_ALL_BARRIER_BITS);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 2));
}
END_TEST

START_TEST(a_barrier_behind_the_draw_does_not_count) {
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    shade(buffer, 0, SIZE, 2);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    gl.MemoryBarrier(GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT);
    strict_gpu_drain(gpu);
    ck_assert(strict_test_saw(draw, 1));
}
END_TEST

START_TEST(the_sight_of_a_reader_survives_many_dispatches) {
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_buffer(SIZE, 100, 0);
    for (int i = 0; i < 50; i++) {
        shade(buffer, (size_t)(i % 4) * 256, 256, i + 1);
        shade(buffer, 0, SIZE, i + 1);
        gl.MemoryBarrier(GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT | GL_SHADER_STORAGE_BARRIER_BIT);
        if (i == 20) {
            gl.MemoryBarrier(GL_TEXTURE_FETCH_BARRIER_BIT);
        }
        ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, i + 1));
    }
    ck_assert(strict_test_sees(STRICT_UNIFORM, buffer, 0, SIZE, 100));
    ck_assert(strict_test_sees(STRICT_TEXEL, buffer, 0, SIZE, 21));
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 50));
    gl.MemoryBarrier(GL_ALL_BARRIER_BITS);
    ck_assert(strict_test_sees(STRICT_UNIFORM, buffer, 0, SIZE, 50));
}
END_TEST

START_TEST(a_copy_needs_its_barrier_to_win) {
    strict_test_open_mode(MODE);
    const GLuint source = strict_test_buffer(SIZE, 3, 0);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    shade(buffer, 0, 512, 2);
    gl.CopyNamedBufferSubData(source, buffer, 0, 0, SIZE);
    gl.MemoryBarrier(GL_ALL_BARRIER_BITS);
    ck_assert(
        strict_test_sees(STRICT_VERTEX, buffer, 0, 512, 2)); /* the dispatch came out on top */
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 512, 512, 3));
    shade(buffer, 0, 512, 4);
    gl.MemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
    gl.CopyNamedBufferSubData(source, buffer, 0, 0, SIZE);
    ck_assert(
        strict_test_sees(STRICT_VERTEX, buffer, 0, 512, 3)); /* and a copy needs no other bit */
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(a_copy_reads_old_bytes_without_its_barrier) {
    strict_test_open_mode(MODE);
    const GLuint source = strict_test_buffer(SIZE, 1, 0);
    const GLuint target = strict_test_buffer(SIZE, 9, 0);
    shade(source, 0, SIZE, 2);
    gl.CopyNamedBufferSubData(source, target, 0, 0, SIZE);
    ck_assert(strict_test_sees(STRICT_VERTEX, target, 0, SIZE, 1));
    gl.MemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
    gl.CopyNamedBufferSubData(source, target, 0, 0, SIZE);
    ck_assert(strict_test_sees(STRICT_VERTEX, target, 0, SIZE, 2));
}
END_TEST

START_TEST(flushed_bytes_are_seen_over_shader_writes) {
    unsigned char *map;
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    shade(buffer, 0, SIZE, 2);
    gl.Finish();
    memset(map, 3, SIZE);
    strict_test_flush(buffer, 0, SIZE);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 3));
    CHECK_VIOLATIONS(0);
}
END_TEST

/* --- Barriers before */

START_TEST(a_dispatch_overtakes_draws) {
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    gl.MemoryBarrier(EVERY_BIT & ~(GLbitfield)GL_SHADER_STORAGE_BARRIER_BIT);
    shade(buffer, 0, SIZE, 2);
    strict_gpu_drain(gpu);
    ck_assert(strict_test_saw(draw, 2));
}
END_TEST

START_TEST(a_storage_barrier_holds_a_dispatch_back) {
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    gl.MemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT);
    shade(buffer, 0, SIZE, 2);
    strict_gpu_drain(gpu);
    ck_assert(strict_test_saw(draw, 1));
}
END_TEST

START_TEST(nothing_overtakes_before_it_is_submitted) {
    strict_test_open_mode(MODE);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    gl.Flush();
    shade(buffer, 0, SIZE, 2);
    ck_assert_uint_eq(strict_gpu_step(gpu, 10), 1);
    ck_assert(strict_test_saw(draw, 1));
}
END_TEST

START_TEST(a_dispatch_overtakes_a_copy_that_reads_what_it_writes) {
    strict_test_open_mode(MODE);
    const GLuint source = strict_test_buffer(SIZE, 1, 0);
    const GLuint target = strict_test_buffer(SIZE, 9, 0);
    gl.CopyNamedBufferSubData(source, target, 0, 0, SIZE);
    shade(source, 0, SIZE, 2);
    ck_assert(strict_test_sees(STRICT_VERTEX, target, 0, SIZE, 2));
}
END_TEST

START_TEST(a_dispatch_waits_for_the_copy_that_feeds_it) {
    strict_test_open_mode(MODE);
    const GLuint source = strict_test_buffer(SIZE, 3, 0);
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    gl.CopyNamedBufferSubData(source, buffer, 0, 0, SIZE);
    shade(buffer, 0, 512, 2);
    gl.MemoryBarrier(GL_ALL_BARRIER_BITS);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 0, 512, 2));
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 512, 512, 3));
}
END_TEST

START_TEST(in_order_nothing_overtakes) {
    strict_test_open(&(strict_gpu_desc){.reorder = STRICT_IN_ORDER});
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    shade(buffer, 0, SIZE, 2);
    strict_gpu_drain(gpu);
    ck_assert(strict_test_saw(draw, 1));
}
END_TEST

START_TEST(random_order_is_sometimes_wrong) {
    int wrong = 0;
    for (uint64_t seed = 0; seed < 64; seed++) {
        strict_test_open(&(strict_gpu_desc){.reorder = STRICT_REORDER_RANDOM, .seed = seed});
        const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
        strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
        shade(buffer, 0, SIZE, 2);
        strict_gpu_drain(gpu);
        wrong += !strict_test_saw(draw, 1);
    }
    ck_assert_int_gt(wrong, 8);
    ck_assert_int_lt(wrong, 56);
}
END_TEST

START_TEST(the_quirk_lets_copies_overtake_storage_reads_only) {
    static const strict_reader readers[] = {STRICT_STORAGE, STRICT_VERTEX};
    for (int barrier = 0; barrier < 2; barrier++) {
        strict_test_open(&(strict_gpu_desc){.quirk_copies_overtake_storage_reads = true});
        const GLuint source = strict_test_buffer(SIZE, 2, 0);
        for (size_t i = 0; i < 2; i++) {
            const GLuint target = strict_test_buffer(SIZE, 1, 0);
            strict_read *draw = strict_gpu_read_later(gpu, readers[i], target, 0, SIZE);
            if (barrier == 1) {
                gl.MemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT);
            }
            gl.CopyNamedBufferSubData(source, target, 0, 0, SIZE);
            strict_gpu_drain(gpu);
            const bool wrong = readers[i] == STRICT_STORAGE && barrier == 0;
            ck_assert(strict_test_saw(draw, wrong ? 2 : 1));
        }
    }
}
END_TEST

static uint32_t word_of(GLuint buffer, size_t word) {
    uint32_t value;
    strict_gpu_peek(gpu, buffer, 4 * word, sizeof value, &value);
    return value;
}

/* Unless the buffer is bound as storage when it is called. */
START_TEST(the_other_quirk_lets_updates_overtake) {
    static const unsigned char new_bytes[SIZE] = {0};
    for (int bound = 0; bound < 2; bound++) {
        strict_test_open(&(strict_gpu_desc){.quirk_updates_overtake_storage_reads = true});
        const GLuint target = strict_test_buffer(SIZE, 1, GL_DYNAMIC_STORAGE_BIT);
        strict_read *draw = strict_gpu_read_later(gpu, STRICT_STORAGE, target, 0, SIZE);
        gl.MemoryBarrier(GL_ALL_BARRIER_BITS);
        if (bound == 1) {
            gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 3, target);
        }
        gl.NamedBufferSubData(target, 0, SIZE, new_bytes);
        gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 3, 0);
        strict_gpu_drain(gpu);
        ck_assert(strict_test_saw(draw, bound));
        ck_assert_uint_eq(word_of(target, 0), 0);
    }
}
END_TEST

/* --- Kernels */

/* Binding 0 is read, binding 1 written; uniform 0 is added to each word. */
static void add(const strict_group *group) {
    const size_t word = strict_group_id(group, 0);
    strict_group_store(
        group, 1, word, strict_group_load(group, 0, word) + strict_group_uniform(group, 0, 0));
}

/* Every group writes the same word. */
static void collide(const strict_group *group) {
    strict_group_store(group, 1, 0, strict_group_id(group, 0));
}

/* Adds one to a word, twice. */
static void twice(const strict_group *group) {
    for (int i = 0; i < 2; i++) {
        strict_group_store(group, 1, 0, strict_group_load(group, 1, 0) + 1);
    }
}

/* Reads one word too far, and writes there. */
static void overrun(const strict_group *group) {
    const size_t words = strict_group_nbytes(group, 1) / 4;
    strict_group_store(group, 1, words, strict_group_load(group, 1, words) + 1);
}

static void open_with_kernels(strict_gpu_desc desc) {
    static const char *const uniforms[] = {"addend", NULL};
    strict_test_open(&desc);
    strict_gpu_register_kernel(gpu, "test:add", add, uniforms);
    strict_gpu_register_kernel(gpu, "test:collide", collide, NULL);
    strict_gpu_register_kernel(gpu, "test:twice", twice, NULL);
    strict_gpu_register_kernel(gpu, "test:overrun", overrun, NULL);
}

START_TEST(a_kernel_reads_uniforms_and_bound_ranges) {
    open_with_kernels((strict_gpu_desc){.mode = MODE});
    const GLuint program = strict_test_program("test:add");
    const GLuint buffers[] = {strict_test_buffer(SIZE, 0, 0), strict_test_buffer(SIZE, 0, 0)};
    const GLintptr offsets[] = {0, 256};
    const GLsizeiptr sizes[] = {256, 256};
    ck_assert_int_eq(gl.GetUniformLocation(program, "addend"), 0);
    ck_assert_int_eq(gl.GetUniformLocation(program, "nothing"), -1);
    gl.Uniform1ui(0, 77);
    gl.BindBuffersRange(GL_SHADER_STORAGE_BUFFER, 0, 2, buffers, offsets, sizes);
    gl.DispatchCompute(64, 1, 1);
    gl.ProgramUniform1ui(program, 0, 5); /* too late for the dispatch */
    gl.BindBuffersBase(GL_SHADER_STORAGE_BUFFER, 0, 2, NULL);
    gl.UseProgram(0);
    gl.DeleteProgram(program);
    gl.DeleteBuffers(1, &buffers[0]);
    strict_gpu_drain(gpu);
    for (size_t i = 0; i < SIZE / 4; i++) {
        ck_assert_uint_eq(word_of(buffers[1], i), i >= 64 && i < 128 ? 77 : 0);
    }
    ck_assert_uint_eq(strict_gpu_live_programs(gpu), 0);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(groups_run_in_random_order) {
    bool differs = false;
    uint32_t first = 0;
    for (uint64_t seed = 0; seed < 8; seed++) {
        open_with_kernels((strict_gpu_desc){.seed = seed});
        strict_test_program("test:collide");
        const GLuint buffer = strict_test_buffer(SIZE, 0, 0);
        gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 1, buffer);
        gl.DispatchCompute(4, 5, 6);
        strict_gpu_drain(gpu);
        first = seed == 0 ? word_of(buffer, 0) : first;
        differs = differs || word_of(buffer, 0) != first;
    }
    ck_assert(differs);
}
END_TEST

/* buffers[0] -> buffers[1] -> buffers[2], one added at each step. */
static uint32_t chain(bool barrier) {
    GLuint buffers[3];
    open_with_kernels((strict_gpu_desc){0});
    strict_test_program("test:add");
    gl.Uniform1ui(0, 1);
    for (int i = 0; i < 3; i++) {
        buffers[i] = strict_test_buffer(256, 0, 0);
    }
    for (int i = 0; i < 2; i++) {
        gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, buffers[i]);
        gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 1, buffers[i + 1]);
        gl.DispatchCompute(64, 1, 1);
        if (barrier) {
            gl.MemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT);
        }
    }
    strict_gpu_drain(gpu);
    return word_of(buffers[2], 63);
}

START_TEST(dispatches_have_no_order_without_a_barrier) {
    ck_assert_uint_eq(chain(false), 1);
    ck_assert_uint_eq(chain(true), 2);
}
END_TEST

START_TEST(a_dispatch_sees_its_own_writes) {
    open_with_kernels((strict_gpu_desc){0});
    strict_test_program("test:twice");
    const GLuint buffer = strict_test_buffer(256, 0, 0);
    gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 1, buffer);
    gl.DispatchCompute(1, 1, 1);
    gl.Finish();
    gl.DispatchCompute(1, 1, 1); /* begins with the bytes from before the first */
    strict_gpu_drain(gpu);
    ck_assert_uint_eq(word_of(buffer, 0), 2);
    gl.MemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT);
    gl.DispatchCompute(1, 1, 1);
    strict_gpu_drain(gpu);
    ck_assert_uint_eq(word_of(buffer, 0), 4);
}
END_TEST

START_TEST(a_kernel_that_leaves_its_range_is_found) {
    open_with_kernels((strict_gpu_desc){0});
    strict_test_program("test:overrun");
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    gl.BindBufferRange(GL_SHADER_STORAGE_BUFFER, 1, buffer, 0, 256);
    gl.DispatchCompute(1, 1, 1);
    strict_gpu_drain(gpu);
    CHECK_VIOLATIONS(2);
    ck_assert(strict_test_sees(STRICT_VERTEX, buffer, 256, 256, 1));
}
END_TEST

START_TEST(a_shader_without_a_kernel_is_found) {
    open_with_kernels((strict_gpu_desc){0});
    strict_test_program("test:nobody-knows");
    gl.DispatchCompute(1, 1, 1);
    CHECK_VIOLATIONS(1);
    ck_assert_uint_eq(strict_gpu_queued(gpu), 0);
}
END_TEST

START_TEST(a_kernel_reads_torn_bytes_too) {
    open_with_kernels((strict_gpu_desc){.mode = MODE});
    strict_test_program("test:add");
    unsigned char *map;
    const GLuint source = strict_test_mapped(256, 0, &map);
    const GLuint target = strict_test_buffer(256, 0, 0);
    gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, source);
    gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 1, target);
    gl.DispatchCompute(1, 1, 1);
    memset(map, 1, 4);
    strict_test_flush(source, 0, 4);
    memset(map + 128, 1, 4); /* which this dispatch does not read */
    strict_test_flush(source, 128, 4);
    strict_gpu_drain(gpu);
    ck_assert_uint_ne(word_of(target, 0), 0);
    CHECK_VIOLATIONS(MODE == STRICT_EAGER ? 0U : 1U);
}
END_TEST

Suite *strict_shaders_suite(void) {
    Suite *suite = suite_create("shaders");
    TCase *tcase = tcase_create("shaders");
    tcase_add_checked_fixture(tcase, NULL, strict_test_close);
    tcase_add_loop_test(tcase, each_reader_needs_its_own_barrier_bit, 0, STRICT_READERS);
    tcase_add_loop_test(tcase, a_barrier_before_the_dispatch_does_not_count, 0, 2);
    tcase_add_loop_test(tcase, a_barrier_behind_the_draw_does_not_count, 0, 2);
    tcase_add_loop_test(tcase, the_sight_of_a_reader_survives_many_dispatches, 0, 2);
    tcase_add_loop_test(tcase, a_copy_needs_its_barrier_to_win, 0, 2);
    tcase_add_loop_test(tcase, a_copy_reads_old_bytes_without_its_barrier, 0, 2);
    tcase_add_loop_test(tcase, flushed_bytes_are_seen_over_shader_writes, 0, 2);
    tcase_add_loop_test(tcase, a_dispatch_overtakes_draws, 0, 2);
    tcase_add_loop_test(tcase, a_storage_barrier_holds_a_dispatch_back, 0, 2);
    tcase_add_loop_test(tcase, nothing_overtakes_before_it_is_submitted, 0, 2);
    tcase_add_loop_test(tcase, a_dispatch_overtakes_a_copy_that_reads_what_it_writes, 0, 2);
    tcase_add_loop_test(tcase, a_dispatch_waits_for_the_copy_that_feeds_it, 0, 2);
    tcase_add_test(tcase, in_order_nothing_overtakes);
    tcase_add_test(tcase, random_order_is_sometimes_wrong);
    tcase_add_test(tcase, the_quirk_lets_copies_overtake_storage_reads_only);
    tcase_add_test(tcase, the_other_quirk_lets_updates_overtake);
    tcase_add_loop_test(tcase, a_kernel_reads_uniforms_and_bound_ranges, 0, 2);
    tcase_add_test(tcase, groups_run_in_random_order);
    tcase_add_test(tcase, dispatches_have_no_order_without_a_barrier);
    tcase_add_test(tcase, a_dispatch_sees_its_own_writes);
    tcase_add_test(tcase, a_kernel_that_leaves_its_range_is_found);
    tcase_add_test(tcase, a_shader_without_a_kernel_is_found);
    tcase_add_loop_test(tcase, a_kernel_reads_torn_bytes_too, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
