/* The driver, not the library: what Trireme needs of immutable storage and persistent mappings,
 * case by case as the Khronos conformance suite names them (buffer_storage), with plain GL. Where a
 * case fails the driver is at fault. The cases named "of Trireme" do the same with its buffers.
 * Those that need more than buffers are in test_khronos_persistent.c. */
#include <string.h>

#include "khronos.h"
#include "support/model.h"

#define NBYTES 4096

static GladGLContext *gl;

static void open_case(void) {
    harness_open();
    /* NVIDIA's driver tells where it moves what the CPU reads or maps without warning. */
    harness_expect_messages("Buffer performance warning");
    gl = harness_gl();
}

static void close_case(void) {
    ck_assert_uint_eq(gl->GetError(), GL_NO_ERROR);
    harness_close();
}

/* A buffer without storage, bound to GL_ARRAY_BUFFER. */
static GLuint open_bound(void) {
    GLuint name;
    gl->GenBuffers(1, &name);
    gl->BindBuffer(GL_ARRAY_BUFFER, name);
    return name;
}

static void close_bound(GLuint name) {
    gl->BindBuffer(GL_ARRAY_BUFFER, 0);
    gl->DeleteBuffers(1, &name);
}

/* Whether the buffer has exactly these bytes, as commands see them. */
static bool holds(GLuint name, GLintptr offset, const void *bytes, size_t nbytes) {
    unsigned char seen[NBYTES];
    ck_assert_uint_le(nbytes, sizeof seen);
    gl->GetNamedBufferSubData(name, offset, (GLsizeiptr)nbytes, seen);
    return memcmp(seen, bytes, nbytes) == 0;
}

/* --- Errors */

static const struct {
    GLenum target;
    GLsizeiptr nbytes;
    GLbitfield flags;
    GLenum error;
} refused_storage[] = {
    {GL_TRIANGLES, NBYTES, GL_MAP_WRITE_BIT, GL_INVALID_ENUM},
    {GL_UNIFORM_BUFFER, NBYTES, GL_MAP_WRITE_BIT, GL_INVALID_OPERATION}, /* nothing is bound */
    {GL_ARRAY_BUFFER, 0, GL_MAP_WRITE_BIT, GL_INVALID_VALUE},
    {GL_ARRAY_BUFFER, -1, GL_MAP_WRITE_BIT, GL_INVALID_VALUE},
    {GL_ARRAY_BUFFER, NBYTES, GL_MAP_WRITE_BIT | GL_MAP_INVALIDATE_RANGE_BIT, GL_INVALID_VALUE},
    {GL_ARRAY_BUFFER, NBYTES, GL_MAP_WRITE_BIT | GL_MAP_FLUSH_EXPLICIT_BIT, GL_INVALID_VALUE},
    {GL_ARRAY_BUFFER, NBYTES, GL_MAP_PERSISTENT_BIT, GL_INVALID_VALUE},
    {GL_ARRAY_BUFFER, NBYTES, GL_MAP_WRITE_BIT | GL_MAP_COHERENT_BIT, GL_INVALID_VALUE},
};
#define REFUSED_STORAGE (sizeof refused_storage / sizeof refused_storage[0])

/* What is refused leaves the buffer as it was: it can still be given storage. */
START_TEST(storage_is_refused) {
    GLint immutable = GL_TRUE;
    const GLuint name = open_bound();
    gl->BufferStorage(
        refused_storage[_i].target, refused_storage[_i].nbytes, NULL, refused_storage[_i].flags);
    harness_expect_error(refused_storage[_i].error);
    gl->GetBufferParameteriv(GL_ARRAY_BUFFER, GL_BUFFER_IMMUTABLE_STORAGE, &immutable);
    ck_assert_int_eq(immutable, GL_FALSE);
    gl->BufferStorage(GL_ARRAY_BUFFER, NBYTES, NULL, GL_MAP_WRITE_BIT);
    close_bound(name);
}
END_TEST

START_TEST(storage_of_no_buffer_is_refused) {
    GLuint name;
    gl->GenBuffers(1, &name); /* a name, and no object before it is bound */
    gl->NamedBufferStorage(name, NBYTES, NULL, GL_MAP_WRITE_BIT);
    harness_expect_error(GL_INVALID_OPERATION);
    gl->DeleteBuffers(1, &name);
}
END_TEST

START_TEST(storage_is_for_good) {
    GLint nbytes = 0;
    const GLuint name = open_bound();
    gl->BufferStorage(GL_ARRAY_BUFFER, NBYTES, NULL, GL_MAP_WRITE_BIT);
    gl->BufferStorage(GL_ARRAY_BUFFER, 2 * NBYTES, NULL, GL_MAP_WRITE_BIT);
    harness_expect_error(GL_INVALID_OPERATION);
    gl->BufferData(GL_ARRAY_BUFFER, 2 * NBYTES, NULL, GL_STATIC_DRAW);
    harness_expect_error(GL_INVALID_OPERATION);
    gl->GetBufferParameteriv(GL_ARRAY_BUFFER, GL_BUFFER_SIZE, &nbytes);
    ck_assert_int_eq(nbytes, NBYTES);
    close_bound(name);
}
END_TEST

static const struct {
    GLbitfield storage, access;
} refused_mappings[] = {
    {GL_MAP_WRITE_BIT, GL_MAP_READ_BIT},
    {GL_MAP_READ_BIT, GL_MAP_WRITE_BIT},
    {GL_DYNAMIC_STORAGE_BIT, GL_MAP_WRITE_BIT},
    {GL_MAP_WRITE_BIT, GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT},
    {GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT,
        GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT},
    {GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT,
        GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_FLUSH_EXPLICIT_BIT},
    {GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT, GL_MAP_PERSISTENT_BIT},
};
#define REFUSED_MAPPINGS (sizeof refused_mappings / sizeof refused_mappings[0])

START_TEST(mapping_is_refused) {
    const GLuint name = open_bound();
    gl->BufferStorage(GL_ARRAY_BUFFER, NBYTES, NULL, refused_mappings[_i].storage);
    ck_assert_ptr_null(gl->MapBufferRange(GL_ARRAY_BUFFER, 0, NBYTES, refused_mappings[_i].access));
    harness_expect_error(GL_INVALID_OPERATION);
    ck_assert_ptr_null(gl->MapNamedBufferRange(name, 0, NBYTES, refused_mappings[_i].access));
    harness_expect_error(GL_INVALID_OPERATION);
    close_bound(name);
}
END_TEST

START_TEST(flush_is_refused) {
    khronos_buffer plain = khronos_open(KHRONOS_BARRIER, GL_MAP_WRITE_BIT, 0, 0, NBYTES);
    gl->FlushMappedNamedBufferRange(plain.name, 0, NBYTES);
    harness_expect_error(GL_INVALID_OPERATION);
    khronos_close(&plain);
    khronos_buffer flushed = khronos_open(KHRONOS_FLUSH, GL_MAP_WRITE_BIT, 0, 64, NBYTES);
    gl->FlushMappedNamedBufferRange(
        flushed.name, 0, NBYTES + 1); /* the mapping's, not the buffer's */
    harness_expect_error(GL_INVALID_VALUE);
    gl->FlushMappedNamedBufferRange(flushed.name, -1, 1);
    harness_expect_error(GL_INVALID_VALUE);
    gl->UnmapNamedBuffer(flushed.name);
    gl->FlushMappedNamedBufferRange(flushed.name, 0, NBYTES);
    harness_expect_error(GL_INVALID_OPERATION);
    gl->DeleteBuffers(1, &flushed.name);
}
END_TEST

/* --- GetBufferParameter */

static GLint64 ask(GLuint name, GLenum parameter) {
    GLint answers[2] = {-1, -1};
    GLint64 long_answers[2] = {-1, -1};
    gl->GetBufferParameteriv(GL_ARRAY_BUFFER, parameter, &answers[0]);
    gl->GetNamedBufferParameteriv(name, parameter, &answers[1]);
    gl->GetBufferParameteri64v(GL_ARRAY_BUFFER, parameter, &long_answers[0]);
    gl->GetNamedBufferParameteri64v(name, parameter, &long_answers[1]);
    ck_assert_int_eq(answers[0], answers[1]);
    ck_assert_int_eq(long_answers[0], long_answers[1]);
    ck_assert_int_eq(long_answers[0], answers[0]);
    return long_answers[0];
}

static const GLbitfield storage_flags[] = {0, GL_DYNAMIC_STORAGE_BIT, GL_MAP_READ_BIT,
    GL_MAP_WRITE_BIT, GL_CLIENT_STORAGE_BIT, GL_MAP_WRITE_BIT | GL_CLIENT_STORAGE_BIT,
    GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT, GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT,
    GL_MAP_READ_BIT | GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT |
        GL_DYNAMIC_STORAGE_BIT | GL_CLIENT_STORAGE_BIT};
#define STORAGE_FLAGS (sizeof storage_flags / sizeof storage_flags[0])

START_TEST(storage_tells_its_flags) {
    const GLuint name = open_bound();
    ck_assert_int_eq(ask(name, GL_BUFFER_IMMUTABLE_STORAGE), GL_FALSE);
    gl->BufferStorage(GL_ARRAY_BUFFER, NBYTES, NULL, storage_flags[_i]);
    ck_assert_int_eq(ask(name, GL_BUFFER_IMMUTABLE_STORAGE), GL_TRUE);
    ck_assert_int_eq(ask(name, GL_BUFFER_STORAGE_FLAGS), storage_flags[_i]);
    ck_assert_int_eq(ask(name, GL_BUFFER_SIZE), NBYTES);
    close_bound(name);
}
END_TEST

START_TEST(mutable_storage_tells_its_flags) {
    const GLuint name = open_bound();
    gl->BufferData(GL_ARRAY_BUFFER, NBYTES, NULL, GL_STATIC_DRAW);
    ck_assert_int_eq(ask(name, GL_BUFFER_IMMUTABLE_STORAGE), GL_FALSE);
    ck_assert_int_eq(ask(name, GL_BUFFER_STORAGE_FLAGS),
        GL_MAP_READ_BIT | GL_MAP_WRITE_BIT | GL_DYNAMIC_STORAGE_BIT);
    close_bound(name);
}
END_TEST

START_TEST(a_mapping_tells_of_itself) {
    static const GLbitfield arrival[KHRONOS_WAYS] = {
        [KHRONOS_FLUSH] = GL_MAP_FLUSH_EXPLICIT_BIT, [KHRONOS_COHERENT] = GL_MAP_COHERENT_BIT};
    void *pointer = NULL;
    khronos_buffer buffer = khronos_open((khronos_way)_i, GL_MAP_WRITE_BIT, 0, 256, NBYTES);
    gl->BindBuffer(GL_ARRAY_BUFFER, buffer.name);
    ck_assert_int_eq(ask(buffer.name, GL_BUFFER_MAPPED), GL_TRUE);
    ck_assert_int_eq(ask(buffer.name, GL_BUFFER_MAP_OFFSET), 256);
    ck_assert_int_eq(ask(buffer.name, GL_BUFFER_MAP_LENGTH), NBYTES);
    ck_assert_int_eq(ask(buffer.name, GL_BUFFER_ACCESS_FLAGS),
        GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | arrival[_i]);
    gl->GetBufferPointerv(GL_ARRAY_BUFFER, GL_BUFFER_MAP_POINTER, &pointer);
    ck_assert_ptr_eq(pointer, buffer.bytes);
    khronos_close(&buffer);
}
END_TEST

/* --- DynamicStorage */

/* With the flag bytes can be sent, without it they cannot; copies on the GPU need none. */
START_TEST(dynamic_storage) {
    unsigned char before[NBYTES], after[NBYTES];
    GLuint names[2];
    khronos_fill(before, NBYTES, 1);
    khronos_fill(after, NBYTES, 2);
    gl->CreateBuffers(2, names);
    gl->NamedBufferStorage(names[0], NBYTES, before, GL_DYNAMIC_STORAGE_BIT);
    gl->NamedBufferStorage(names[1], NBYTES, before, 0);
    gl->NamedBufferSubData(names[0], 128, NBYTES / 2, after + 128);
    ck_assert(holds(names[0], 0, before, 128));
    ck_assert(holds(names[0], 128, after + 128, NBYTES / 2));
    ck_assert(holds(names[0], 128 + NBYTES / 2, before + 128 + NBYTES / 2, NBYTES / 2 - 128));
    gl->NamedBufferSubData(names[1], 128, NBYTES / 2, after + 128);
    harness_expect_error(GL_INVALID_OPERATION);
    ck_assert(holds(names[1], 0, before, NBYTES));
    gl->CopyNamedBufferSubData(names[0], names[1], 128, 128, NBYTES / 2);
    ck_assert(holds(names[1], 128, after + 128, NBYTES / 2));
    gl->DeleteBuffers(2, names);
}
END_TEST

/* What Trireme keeps on the GPU, with small edits that travel in commands. */
START_TEST(dynamic_storage_of_trireme) {
    model m;
    trm_gl_span span;
    uint8_t expected[NBYTES];
    harness_allow_inline(true);
    trm_device *device = harness_device(NULL);
    model_open_placed(
        &m, &(trm_buffer_desc){.nitems = NBYTES / 4, .format = "u4"}, TRM_PLACEMENT_DEVICE, 1);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        model_expect(&m, expected);
        ck_assert(holds(span.object, (GLintptr)span.offset, expected, NBYTES));
        model_edit_range(&m, 10, 30);
    }
    harness_allow_inline(false);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* --- MapPersistentBufferSubData */

/* A persistent mapping forbids neither to send bytes nor to fetch them, and shows what was sent. */
START_TEST(map_persistent_buffer_sub_data) {
    unsigned char sent[NBYTES];
    khronos_buffer buffer =
        khronos_open((khronos_way)_i, GL_MAP_READ_BIT, GL_DYNAMIC_STORAGE_BIT, 0, NBYTES);
    khronos_fill(sent, NBYTES, 3);
    gl->NamedBufferSubData(buffer.name, 512, 1000, sent);
    ck_assert(holds(buffer.name, 512, sent, 1000));
    khronos_receive(&buffer);
    ck_assert_int_eq(memcmp(buffer.bytes + 512, sent, 1000), 0);
    ck_assert_uint_eq(buffer.bytes[511] | buffer.bytes[1512], 0);
    khronos_close(&buffer);
}
END_TEST

START_TEST(any_other_mapping_forbids_them) {
    unsigned char bytes[16] = {0};
    const GLuint name = open_bound();
    gl->BufferStorage(GL_ARRAY_BUFFER, NBYTES, NULL,
        GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_DYNAMIC_STORAGE_BIT);
    ck_assert_ptr_nonnull(gl->MapBufferRange(GL_ARRAY_BUFFER, 0, NBYTES, GL_MAP_WRITE_BIT));
    gl->BufferSubData(GL_ARRAY_BUFFER, 0, sizeof bytes, bytes);
    harness_expect_error(GL_INVALID_OPERATION);
    gl->GetBufferSubData(GL_ARRAY_BUFFER, 0, sizeof bytes, bytes);
    harness_expect_error(GL_INVALID_OPERATION);
    gl->UnmapBuffer(GL_ARRAY_BUFFER);
    close_bound(name);
}
END_TEST

/* --- MapPersistentFlush */

/* Flushed ranges arrive, wherever in the mapping, and wherever that starts in the buffer. */
START_TEST(map_persistent_flush) {
    static const struct {
        GLintptr offset;
        GLsizeiptr nbytes;
    } ranges[] = {{0, 1}, {1000, 513}, {NBYTES - 7, 7}};
    GLuint copy;
    khronos_buffer buffer = khronos_open((khronos_way)_i, GL_MAP_WRITE_BIT, 0, 320, NBYTES);
    unsigned char expected[NBYTES] = {0};
    gl->CreateBuffers(1, &copy);
    gl->NamedBufferStorage(copy, NBYTES, NULL, 0);
    for (unsigned round = 0; round < 3; round++) {
        for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
            const GLintptr at = ranges[i].offset;
            khronos_fill(expected + at, (size_t)ranges[i].nbytes, 4 + round);
            memcpy(buffer.bytes + at, expected + at, (size_t)ranges[i].nbytes);
            khronos_publish(&buffer, at, ranges[i].nbytes);
        }
        gl->CopyNamedBufferSubData(buffer.name, copy, 320, 0, NBYTES);
        ck_assert(holds(copy, 0, expected, NBYTES));
    }
    gl->DeleteBuffers(1, &copy);
    khronos_close(&buffer);
}
END_TEST

START_TEST(map_persistent_flush_of_trireme) {
    static const trm_placement placements[] = {TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE};
    model m;
    GLuint copy;
    trm_gl_span span;
    uint8_t expected[NBYTES];
    trm_device *device = harness_device(NULL);
    model_open_placed(
        &m, &(trm_buffer_desc){.nitems = NBYTES / 4, .format = "u4"}, placements[_i], 1);
    gl->CreateBuffers(1, &copy);
    gl->NamedBufferStorage(copy, NBYTES, NULL, 0);
    for (int frame = 0; frame < 6; frame++) {
        model_edit_range(&m, 100, 77);
        model_edit_indices(&m, 20);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        gl->CopyNamedBufferSubData(span.object, copy, (GLintptr)span.offset, 0, NBYTES);
        model_expect(&m, expected);
        ck_assert(holds(copy, 0, expected, NBYTES));
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    gl->DeleteBuffers(1, &copy);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* --- MapPersistentDraw */

#define VERTICES 64

static GLuint open_array(void) {
    GLuint array;
    gl->CreateVertexArrays(1, &array);
    gl->EnableVertexArrayAttrib(array, 0);
    gl->VertexArrayAttribIFormat(array, 0, 4, GL_UNSIGNED_INT, 0);
    gl->VertexArrayAttribBinding(array, 0, 0);
    return array;
}

/* Vertices and indices that stay mapped, and change between draws. */
START_TEST(map_persistent_draw) {
    vertex_value seen[VERTICES];
    khronos_buffer vertices = khronos_open((khronos_way)_i, GL_MAP_WRITE_BIT, 0, 0, sizeof seen);
    khronos_buffer indices =
        khronos_open((khronos_way)_i, GL_MAP_WRITE_BIT, 0, 0, VERTICES * sizeof(uint32_t));
    const GLuint array = open_array();
    gl->VertexArrayVertexBuffer(array, 0, vertices.name, 0, 16);
    gl->VertexArrayElementBuffer(array, indices.name);
    for (uint32_t i = 0; i < VERTICES; i++) {
        memcpy(indices.bytes + 4 * i, &(uint32_t){VERTICES - 1 - i}, 4);
    }
    khronos_publish(&indices, 0, indices.nbytes);
    for (unsigned round = 0; round < 4; round++) {
        unsigned char written[sizeof seen];
        khronos_fill(written, sizeof written, 10 + round);
        memcpy(vertices.bytes, written, sizeof written);
        khronos_publish(&vertices, 0, sizeof written);
        harness_fetch_vertices(VERTEX_UINT, array, VERTICES, round % 2 != 0, 0, seen);
        ck_assert_int_eq(memcmp(seen, written, sizeof seen), 0);
    }
    gl->DeleteVertexArrays(1, &array);
    khronos_close(&indices);
    khronos_close(&vertices);
}
END_TEST

START_TEST(map_persistent_draw_of_trireme) {
    static const trm_placement placements[] = {TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE};
    model m;
    vertex_value seen[VERTICES];
    uint8_t expected[sizeof seen];
    trm_device *device = harness_device(NULL);
    model_open_placed(&m,
        &(trm_buffer_desc){.nitems = VERTICES, .format = "4xu4", .usage = TRM_USAGE_VERTEX},
        placements[_i], 1);
    const GLuint array = open_array();
    for (int frame = 0; frame < 6; frame++) {
        model_edit_anything(&m);
        ck_assert_int_eq(trm_gl_bind_vertex(device, array, 0, m.buffer), TRM_OK);
        model_expect(&m, expected);
        harness_fetch_vertices(VERTEX_UINT, array, VERTICES, false, 0, seen);
        ck_assert_int_eq(memcmp(seen, expected, sizeof seen), 0);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    gl->DeleteVertexArrays(1, &array);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

static TCase *add_case(Suite *suite, const char *name) {
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, open_case, close_case);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int main(void) {
    Suite *suite = suite_create("the driver: buffer_storage");
    TCase *tcase = add_case(suite, "Errors");
    tcase_add_loop_test(tcase, storage_is_refused, 0, REFUSED_STORAGE);
    tcase_add_test(tcase, storage_of_no_buffer_is_refused);
    tcase_add_test(tcase, storage_is_for_good);
    tcase_add_loop_test(tcase, mapping_is_refused, 0, REFUSED_MAPPINGS);
    tcase_add_test(tcase, flush_is_refused);
    tcase = add_case(suite, "GetBufferParameter");
    tcase_add_loop_test(tcase, storage_tells_its_flags, 0, STORAGE_FLAGS);
    tcase_add_test(tcase, mutable_storage_tells_its_flags);
    tcase_add_loop_test(tcase, a_mapping_tells_of_itself, 0, KHRONOS_WAYS);
    tcase = add_case(suite, "DynamicStorage");
    tcase_add_test(tcase, dynamic_storage);
    tcase_add_test(tcase, dynamic_storage_of_trireme);
    tcase = add_case(suite, "MapPersistentBufferSubData");
    tcase_add_loop_test(tcase, map_persistent_buffer_sub_data, 0, KHRONOS_WAYS);
    tcase_add_test(tcase, any_other_mapping_forbids_them);
    tcase = add_case(suite, "MapPersistentFlush");
    tcase_add_loop_test(tcase, map_persistent_flush, 0, KHRONOS_WAYS);
    tcase_add_loop_test(tcase, map_persistent_flush_of_trireme, 0, 2);
    tcase = add_case(suite, "MapPersistentDraw");
    tcase_add_loop_test(tcase, map_persistent_draw, 0, KHRONOS_WAYS);
    tcase_add_loop_test(tcase, map_persistent_draw_of_trireme, 0, 2);
    return harness_main(&suite, 1);
}
