/* Draws through vertex arrays, element buffers and blocks. */
#include <string.h>

#include "strict/strict_test.h"

#define SIZE 1024
#define ONE  0x3f800000u /* 1.0f */

#define MODE (_i == 0 ? STRICT_FLUSHED : STRICT_EAGER)

/* A vertex array in use, with this buffer at point 5, and attribute 2 there. */
static GLuint make_array(GLuint buffer, GLintptr offset, GLsizei stride) {
    GLuint array;
    gl.CreateVertexArrays(1, &array);
    gl.VertexArrayVertexBuffer(array, 5, buffer, offset, stride);
    gl.VertexArrayAttribIFormat(array, 2, 1, GL_UNSIGNED_INT, 0);
    gl.VertexArrayAttribBinding(array, 2, 5);
    gl.EnableVertexArrayAttrib(array, 2);
    gl.BindVertexArray(array);
    return array;
}

static GLuint make_words(const uint32_t *words, size_t count) {
    GLuint buffer;
    gl.CreateBuffers(1, &buffer);
    gl.NamedBufferStorage(buffer, (GLsizeiptr)(4 * count), words, 0);
    return buffer;
}

static void fetch(GLenum declared, uint32_t count, const size_t *index_offset, uint32_t (*out)[4]) {
    strict_fetch draw;
    ck_assert(strict_gpu_fetch_later(gpu, 2, declared, count, index_offset, &draw));
    ck_assert(!strict_gpu_fetched(gpu, &draw, out));
    strict_gpu_drain(gpu);
    ck_assert(strict_gpu_fetched(gpu, &draw, out));
}

static const struct {
    GLint size;
    GLenum type;
    GLenum declared;
    bool normalized;
    uint32_t stored[4];
    uint32_t expected[4];
} formats[] = {
    {1, GL_UNSIGNED_BYTE, GL_UNSIGNED_INT, false, {0xfe}, {254, 0, 0, 1}},
    {2, GL_BYTE, GL_INT, false, {0x80ff}, {UINT32_MAX, (uint32_t)-128, 0, 1}},
    {4, GL_SHORT, GL_INT, false, {0x8000ffff, 0x7fff0001},
        {UINT32_MAX, (uint32_t)-32768, 1, 32767}},
    {3, GL_UNSIGNED_SHORT, GL_UNSIGNED_INT, false, {0x8000ffff, 7}, {65535, 32768, 7, 1}},
    {2, GL_INT, GL_INT, false, {0x80000000, 5}, {0x80000000, 5, 0, 1}},
    {4, GL_UNSIGNED_INT, GL_UNSIGNED_INT, false, {1, 2, 3, UINT32_MAX}, {1, 2, 3, UINT32_MAX}},
    {1, GL_FLOAT, GL_FLOAT, false, {0x40490fdb}, {0x40490fdb, 0, 0, ONE}},
    /* 1.5, the smallest one, -infinity, -0 */
    {4, GL_HALF_FLOAT, GL_FLOAT, false, {0x00013e00, 0x8000fc00},
        {0x3fc00000, 0x33800000, 0xff800000, 0x80000000}},
    {2, GL_UNSIGNED_BYTE, GL_FLOAT, false, {0x0302}, {0x40000000, 0x40400000, 0, ONE}},
    {2, GL_UNSIGNED_BYTE, GL_FLOAT, true, {0xff00}, {0, ONE, 0, ONE}},
    {3, GL_BYTE, GL_FLOAT, true, {0x807f81}, {0xbf800000, ONE, 0xbf800000, ONE}},
    {2, GL_UNSIGNED_SHORT, GL_FLOAT, true, {0x0000ffff}, {ONE, 0, 0, ONE}},
    {2, GL_SHORT, GL_FLOAT, true, {0x80007fff}, {ONE, 0xbf800000, 0, ONE}},
    {GL_BGRA, GL_UNSIGNED_BYTE, GL_FLOAT, true, {0x00ff0000}, {ONE, 0, 0, 0}},
    {4, GL_UNSIGNED_INT_2_10_10_10_REV, GL_FLOAT, true, {0xc00ffc00}, {0, ONE, 0, ONE}},
    {4, GL_UNSIGNED_INT_2_10_10_10_REV, GL_FLOAT, false, {0x00100401}, {ONE, ONE, ONE, 0}},
};

START_TEST(formats_are_decoded) {
    strict_test_open_mode(MODE);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        uint32_t seen[1][4];
        const GLuint array = make_array(make_words(formats[i].stored, 4), 0, 16);
        if (formats[i].declared == GL_FLOAT) {
            gl.VertexArrayAttribFormat(
                array, 2, formats[i].size, formats[i].type, formats[i].normalized, 0);
        } else {
            gl.VertexArrayAttribIFormat(array, 2, formats[i].size, formats[i].type, 0);
        }
        fetch(formats[i].declared, 1, NULL, seen);
        for (size_t c = 0; c < 4; c++) {
            ck_assert_msg(seen[0][c] == formats[i].expected[c], "row %zu, component %zu: 0x%08x", i,
                c, seen[0][c]);
        }
    }
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(offsets_strides_and_divisors_count) {
    strict_test_open_mode(MODE);
    uint32_t words[16], seen[4][4];
    for (uint32_t i = 0; i < 16; i++) {
        words[i] = 100 + i;
    }
    const GLuint array = make_array(make_words(words, 16), 8, 12);
    gl.VertexArrayAttribIFormat(array, 2, 1, GL_UNSIGNED_INT, 4);
    fetch(GL_UNSIGNED_INT, 4, NULL, seen);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(seen[i][0], 103 + 3 * i);
    }
    gl.VertexArrayBindingDivisor(array, 5, 1);
    fetch(GL_UNSIGNED_INT, 4, NULL, seen);
    ck_assert_uint_eq(seen[3][0], 103);
    gl.DisableVertexArrayAttrib(array, 2);
    strict_fetch draw;
    ck_assert(strict_gpu_fetch_later(gpu, 2, GL_FLOAT, 4, NULL, &draw));
    ck_assert(strict_gpu_fetched(gpu, &draw, seen));
    ck_assert_uint_eq(seen[1][0], 0);
    ck_assert_uint_eq(seen[1][3], ONE);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(indices_choose_vertices) {
    strict_test_open_mode(MODE);
    const uint32_t words[] = {10, 11, 12, 13};
    const uint32_t order[] = {9, 9, 3, 0, 3, 2, 4};
    uint32_t seen[4][4];
    size_t offset = 8;
    const GLuint array = make_array(make_words(words, 4), 0, 4);
    gl.VertexArrayElementBuffer(array, make_words(order, 7));
    fetch(GL_UNSIGNED_INT, 4, &offset, seen);
    ck_assert_uint_eq(seen[0][0], 10);
    ck_assert_uint_eq(seen[1][0], 0); /* not drawn */
    ck_assert_uint_eq(seen[2][0], 12);
    ck_assert_uint_eq(seen[3][0], 13);
    CHECK_VIOLATIONS(0);
    offset = 12;
    fetch(GL_UNSIGNED_INT, 4, &offset, seen);
    CHECK_VIOLATIONS(1);
}
END_TEST

/* Vertices and indices are read when the draw executes, from the buffers that were bound when it
 * was issued. */
START_TEST(fetches_are_late) {
    strict_test_open_mode(MODE);
    unsigned char *map;
    uint32_t seen[2][4];
    strict_fetch draw;
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    const GLuint array = make_array(buffer, 0, 4);
    ck_assert(strict_gpu_fetch_later(gpu, 2, GL_UNSIGNED_INT, 2, NULL, &draw));
    gl.VertexArrayVertexBuffer(array, 5, 0, 0, 4);
    gl.DeleteVertexArrays(1, &array);
    memset(map, 2, SIZE);
    strict_test_flush(buffer, 0, SIZE);
    strict_gpu_drain(gpu);
    ck_assert(strict_gpu_fetched(gpu, &draw, seen));
    ck_assert_uint_ne(seen[1][0], 0x01010101); /* the race of a region written too early */
    ck_assert_uint_eq(strict_gpu_violations(gpu) > 0, _i == 0);
}
END_TEST

/* Each kind of reader needs its own barrier. */
START_TEST(fetches_need_their_barriers) {
    strict_test_open_mode(MODE);
    const uint32_t ones[] = {1, 1}, new_words[] = {7, 7}, new_order[] = {0, 0};
    uint32_t seen[2][4];
    const size_t offset = 0;
    const GLuint vertices = make_words(ones, 2), indices = make_words(ones, 2);
    const GLuint array = make_array(vertices, 0, 4);
    gl.VertexArrayElementBuffer(array, indices);
    strict_gpu_write_later(gpu, vertices, 0, new_words, sizeof new_words);
    strict_gpu_write_later(gpu, indices, 0, new_order, sizeof new_order);
    fetch(GL_UNSIGNED_INT, 2, &offset, seen);
    ck_assert_uint_eq(seen[0][0], 0);
    ck_assert_uint_eq(seen[1][0], 1);
    gl.MemoryBarrier(GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT);
    fetch(GL_UNSIGNED_INT, 2, &offset, seen);
    ck_assert_uint_eq(seen[0][0], 0);
    ck_assert_uint_eq(seen[1][0], 7);
    gl.MemoryBarrier(GL_ELEMENT_ARRAY_BARRIER_BIT);
    fetch(GL_UNSIGNED_INT, 2, &offset, seen);
    ck_assert_uint_eq(seen[0][0], 7);
    ck_assert_uint_eq(seen[1][0], 0);
}
END_TEST

static void refuse(GLuint attribute, GLenum declared, uint32_t count, const size_t *index_offset) {
    strict_fetch draw;
    ck_assert(!strict_gpu_fetch_later(gpu, attribute, declared, count, index_offset, &draw));
    CHECK_VIOLATIONS(1);
}

START_TEST(wrong_fetches_are_refused) {
    strict_test_open_mode(MODE);
    const size_t start = 0, odd = 2;
    const GLuint buffer = strict_test_buffer(16, 1, 0);
    refuse(2, GL_UNSIGNED_INT, 1, NULL); /* no array */
    const GLuint array = make_array(buffer, 0, 4);
    refuse(16, GL_UNSIGNED_INT, 1, NULL);
    refuse(2, GL_UNSIGNED_INT, 0, NULL);
    refuse(2, GL_INT, 1, NULL);
    refuse(2, GL_FLOAT, 1, NULL);
    refuse(2, GL_UNSIGNED_INT, 5, NULL);   /* longer than the buffer */
    refuse(2, GL_UNSIGNED_INT, 1, &start); /* no element buffer */
    gl.VertexArrayElementBuffer(array, buffer);
    refuse(2, GL_UNSIGNED_INT, 1, &odd);
    refuse(2, GL_FLOAT, 1, &start);
    gl.VertexArrayVertexBuffer(array, 5, buffer, 2, 4);
    refuse(2, GL_UNSIGNED_INT, 1, NULL);
    gl.VertexArrayVertexBuffer(array, 5, buffer, 0, 5);
    refuse(2, GL_UNSIGNED_INT, 1, NULL);
    gl.VertexArrayAttribFormat(array, 2, 1, GL_DOUBLE, GL_FALSE, 0);
    refuse(2, GL_FLOAT, 1, NULL); /* not supported */
    gl.VertexArrayVertexBuffer(array, 5, 0, 0, 4);
    gl.VertexArrayAttribFormat(array, 2, 1, GL_FLOAT, GL_FALSE, 0);
    refuse(2, GL_FLOAT, 1, NULL); /* no buffer */
}
END_TEST

START_TEST(blocks_are_read_where_they_are_bound) {
    strict_test_open_mode(MODE);
    static const GLenum targets[] = {GL_UNIFORM_BUFFER, GL_SHADER_STORAGE_BUFFER};
    const GLuint buffer = strict_test_buffer(SIZE, 1, 0);
    const uint32_t word = 0x02020202;
    strict_gpu_write_later(gpu, buffer, 256, &word, sizeof word);
    gl.MemoryBarrier(GL_UNIFORM_BARRIER_BIT | GL_SHADER_STORAGE_BARRIER_BIT);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_ptr_null(strict_gpu_read_block_later(gpu, targets[i], 3, 4));
        gl.BindBufferRange(targets[i], 3, buffer, 256, 128);
        ck_assert_ptr_null(strict_gpu_read_block_later(gpu, targets[i], 3, 132));
        ck_assert_ptr_null(strict_gpu_read_block_later(gpu, targets[i], 1000, 4));
        CHECK_VIOLATIONS(3);
        strict_read *draw = strict_gpu_read_block_later(gpu, targets[i], 3, 4);
        gl.BindBufferBase(targets[i], 3, 0);
        strict_gpu_drain(gpu);
        ck_assert(strict_test_saw(draw, 2));
        gl.BindBufferBase(targets[i], 3, buffer); /* all of it */
        draw = strict_gpu_read_block_later(gpu, targets[i], 3, 256);
        strict_gpu_drain(gpu);
        ck_assert(strict_test_saw(draw, 1));
    }
    ck_assert_ptr_null(strict_gpu_read_block_later(gpu, GL_ATOMIC_COUNTER_BUFFER, 0, 4));
    CHECK_VIOLATIONS(1);
}
END_TEST

Suite *strict_vertices_suite(void) {
    Suite *suite = suite_create("vertices");
    TCase *tcase = tcase_create("vertices");
    tcase_add_loop_test(tcase, formats_are_decoded, 0, 2);
    tcase_add_loop_test(tcase, offsets_strides_and_divisors_count, 0, 2);
    tcase_add_loop_test(tcase, indices_choose_vertices, 0, 2);
    tcase_add_loop_test(tcase, fetches_are_late, 0, 2);
    tcase_add_loop_test(tcase, fetches_need_their_barriers, 0, 2);
    tcase_add_loop_test(tcase, wrong_fetches_are_refused, 0, 2);
    tcase_add_loop_test(tcase, blocks_are_read_where_they_are_bound, 0, 2);
    tcase_add_checked_fixture(tcase, NULL, strict_test_close);
    suite_add_tcase(suite, tcase);
    return suite;
}
