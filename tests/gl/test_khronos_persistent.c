/* The driver, not the library: the cases of test_khronos_storage.c that need more than buffers -
 * textures, pixels, compute shaders. On real GL only. Where a case fails the driver is at fault;
 * the cases named "of Trireme" do the same with its buffers. */
#include <string.h>

#include "khronos.h"
#include "support/gl_program.h"
#include "support/model.h"

#define WIDTH  33
#define HEIGHT 17
#define NBYTES (4 * WIDTH * HEIGHT)

static const trm_placement placements[] = {TRM_PLACEMENT_MAPPED, TRM_PLACEMENT_DEVICE};

static GladGLContext *gl;

static void open_case(void) {
    harness_open();
    gl = harness_gl();
}

static void close_case(void) {
    ck_assert_uint_eq(gl->GetError(), GL_NO_ERROR);
    harness_close();
}

static void *at(GLintptr offset) {
    return (void *)offset; /* in the bound buffer */
}

static GLuint open_texture(void) {
    GLuint texture;
    gl->CreateTextures(GL_TEXTURE_2D, 1, &texture);
    gl->TextureStorage2D(texture, 1, GL_RGBA8, WIDTH, HEIGHT);
    return texture;
}

static void upload(GLuint texture, GLuint buffer, GLintptr offset) {
    gl->BindBuffer(GL_PIXEL_UNPACK_BUFFER, buffer);
    gl->TextureSubImage2D(texture, 0, 0, 0, WIDTH, HEIGHT, GL_RGBA, GL_UNSIGNED_BYTE, at(offset));
    gl->BindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
}

static bool shows(GLuint texture, const unsigned char *expected) {
    unsigned char seen[NBYTES];
    gl->GetTextureImage(texture, 0, GL_RGBA, GL_UNSIGNED_BYTE, sizeof seen, seen);
    return memcmp(seen, expected, sizeof seen) == 0;
}

/* --- MapPersistentTexture */

/* Texels come from memory that stays mapped, and is written again between the uploads. */
START_TEST(map_persistent_texture) {
    khronos_buffer buffer = khronos_open((khronos_way)_i, GL_MAP_WRITE_BIT, 0, 0, NBYTES);
    const GLuint texture = open_texture();
    for (unsigned round = 0; round < 4; round++) {
        unsigned char written[NBYTES];
        khronos_fill(written, NBYTES, round);
        memcpy(buffer.bytes, written, NBYTES);
        khronos_publish(&buffer, 0, NBYTES);
        upload(texture, buffer.name, 0);
        ck_assert(shows(texture, written));
    }
    gl->DeleteTextures(1, &texture);
    khronos_close(&buffer);
}
END_TEST

/* The same behind a binding of the buffer as the texture's own storage. */
START_TEST(map_persistent_texture_buffer) {
    khronos_buffer buffer = khronos_open((khronos_way)_i, GL_MAP_WRITE_BIT, 0, 0, NBYTES);
    const trm_gl_span span = {.object = buffer.name, .nbytes = NBYTES};
    for (unsigned round = 0; round < 4; round++) {
        unsigned char written[NBYTES], seen[NBYTES];
        khronos_fill(written, NBYTES, round);
        memcpy(buffer.bytes, written, NBYTES);
        khronos_publish(&buffer, 0, NBYTES);
        harness_fetch(harness_issue(HARNESS_TEXEL, &span), seen);
        ck_assert_int_eq(memcmp(seen, written, NBYTES), 0);
    }
    khronos_close(&buffer);
}
END_TEST

START_TEST(map_persistent_texture_of_trireme) {
    model m;
    trm_gl_span span;
    uint8_t expected[NBYTES];
    trm_device *device = harness_device(NULL);
    const GLuint texture = open_texture();
    model_open_placed(&m,
        &(trm_buffer_desc){
            .nitems = WIDTH * HEIGHT, .format = "4xu1", .usage = TRM_USAGE_PIXEL_UNPACK},
        placements[_i], 1);
    for (int frame = 0; frame < 6; frame++) {
        model_edit_anything(&m);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        upload(texture, span.object, (GLintptr)span.offset);
        model_expect(&m, expected);
        ck_assert(shows(texture, expected));
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    gl->DeleteTextures(1, &texture);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* --- MapPersistentReadPixels */

/* A picture in one colour, as the bytes of a seed say. */
static void draw(GLuint framebuffer, unsigned seed, unsigned char expected[NBYTES]) {
    unsigned char colour[4];
    khronos_fill(colour, sizeof colour, seed);
    const GLfloat values[4] = {(GLfloat)colour[0] / 255.0f, (GLfloat)colour[1] / 255.0f,
        (GLfloat)colour[2] / 255.0f, (GLfloat)colour[3] / 255.0f};
    gl->ClearNamedFramebufferfv(framebuffer, GL_COLOR, 0, values);
    for (size_t i = 0; i < NBYTES; i++) {
        expected[i] = colour[i % 4];
    }
}

static GLuint open_framebuffer(GLuint texture) {
    GLuint framebuffer;
    gl->CreateFramebuffers(1, &framebuffer);
    gl->NamedFramebufferTexture(framebuffer, GL_COLOR_ATTACHMENT0, texture, 0);
    gl->BindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    return framebuffer;
}

static void read_pixels(GLuint buffer, GLintptr offset) {
    gl->BindBuffer(GL_PIXEL_PACK_BUFFER, buffer);
    gl->ReadPixels(0, 0, WIDTH, HEIGHT, GL_RGBA, GL_UNSIGNED_BYTE, at(offset));
    gl->BindBuffer(GL_PIXEL_PACK_BUFFER, 0);
}

START_TEST(map_persistent_read_pixels) {
    khronos_buffer buffer = khronos_open((khronos_way)_i, GL_MAP_READ_BIT, 0, 0, 2 * NBYTES);
    GLuint texture = open_texture();
    GLuint framebuffer = open_framebuffer(texture);
    for (unsigned round = 0; round < 4; round++) {
        unsigned char expected[NBYTES];
        const GLintptr offset = round % 2 != 0 ? NBYTES : 0;
        draw(framebuffer, round, expected);
        read_pixels(buffer.name, offset);
        khronos_receive(&buffer);
        ck_assert_int_eq(memcmp(buffer.bytes + offset, expected, NBYTES), 0);
    }
    gl->DeleteFramebuffers(1, &framebuffer);
    gl->DeleteTextures(1, &texture);
    khronos_close(&buffer);
}
END_TEST

/* A buffer that the GPU writes, and its asynchronous way back. */
static trm_buffer *open_result(size_t nbytes) {
    trm_buffer *buffer = NULL;
    const trm_buffer_desc desc = {.nitems = nbytes / 4,
        .format = "u4",
        .usage = TRM_USAGE_STORAGE | TRM_USAGE_GPU_WRITE,
        .label = "result"};
    ck_assert_int_eq(trm_buffer_create(&desc, &buffer), TRM_OK);
    return buffer;
}

static void fetch(trm_device *device, trm_buffer *buffer, void *out) {
    trm_read *read = NULL;
    ck_assert_int_eq(trm_device_read_begin(device, buffer, 0, TRM_WHOLE, &read), TRM_OK);
    ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    ck_assert_int_eq(trm_device_wait_idle(device, UINT64_MAX), TRM_OK);
    ck_assert_int_eq(trm_read_poll(read), TRM_OK);
    memcpy(out, trm_read_data(read), trm_buffer_nbytes(buffer));
    trm_read_destroy(read);
}

START_TEST(map_persistent_read_pixels_of_trireme) {
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    trm_buffer *buffer = open_result(NBYTES);
    GLuint texture = open_texture();
    GLuint framebuffer = open_framebuffer(texture);
    const uint32_t word = 0;
    ck_assert_int_eq(trm_buffer_send_data(buffer, 0, &word, sizeof word), TRM_OK);
    for (unsigned round = 0; round < 4; round++) {
        unsigned char expected[NBYTES], seen[NBYTES];
        ck_assert_int_eq(trm_gl_acquire(device, buffer, &span), TRM_OK);
        draw(framebuffer, round, expected);
        read_pixels(span.object, (GLintptr)span.offset);
        fetch(device, buffer, seen);
        ck_assert_int_eq(memcmp(seen, expected, NBYTES), 0);
    }
    gl->DeleteFramebuffers(1, &framebuffer);
    gl->DeleteTextures(1, &texture);
    ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

/* --- MapPersistentDispatch */

#define WORDS 1024

static const char square[] =
    "#version 450 core\n"
    "layout(local_size_x = 64) in;\n"
    "layout(std430, binding = 0) readonly buffer Source { uint source[]; };\n"
    "layout(std430, binding = 1) writeonly buffer Target { uint target[]; };\n"
    "void main() {\n"
    "    uint i = gl_GlobalInvocationID.x;\n"
    "    target[i] = source[i] * source[i] + i;\n"
    "}\n";

static GLuint build(void) {
    const GLuint program = gl_program_build_compute(gl, square);
    ck_assert_uint_ne(program, 0);
    return program;
}

static void dispatch(GLuint program) {
    gl->UseProgram(program);
    gl->DispatchCompute(WORDS / 64, 1, 1);
    gl->UseProgram(0);
}

static bool squared(const void *source, const void *target) {
    for (uint32_t i = 0; i < WORDS; i++) {
        uint32_t word, result;
        memcpy(&word, (const unsigned char *)source + 4 * i, sizeof word);
        memcpy(&result, (const unsigned char *)target + 4 * i, sizeof result);
        if (result != word * word + i) {
            return false;
        }
    }
    return true;
}

/* The source is written and the result read while both stay mapped. */
START_TEST(map_persistent_dispatch) {
    const GLuint program = build();
    khronos_buffer source = khronos_open((khronos_way)_i, GL_MAP_WRITE_BIT, 0, 0, 4 * WORDS);
    khronos_buffer target = khronos_open((khronos_way)_i, GL_MAP_READ_BIT, 0, 0, 4 * WORDS);
    gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, source.name);
    gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 1, target.name);
    for (unsigned round = 0; round < 4; round++) {
        unsigned char written[4 * WORDS];
        khronos_fill(written, sizeof written, round);
        memcpy(source.bytes, written, sizeof written);
        khronos_publish(&source, 0, sizeof written);
        dispatch(program);
        khronos_receive(&target);
        ck_assert(squared(written, target.bytes));
    }
    khronos_close(&target);
    khronos_close(&source);
    gl->DeleteProgram(program);
}
END_TEST

START_TEST(map_persistent_dispatch_of_trireme) {
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    trm_buffer *result = open_result(4 * WORDS);
    const GLuint program = build();
    const uint32_t word = 0;
    ck_assert_int_eq(trm_buffer_send_data(result, 0, &word, sizeof word), TRM_OK);
    model_open_placed(&m,
        &(trm_buffer_desc){.nitems = WORDS, .format = "u4", .usage = TRM_USAGE_STORAGE},
        placements[_i], 1);
    for (int round = 0; round < 6; round++) {
        uint8_t written[4 * WORDS], seen[4 * WORDS];
        model_edit_anything(&m);
        ck_assert_int_eq(trm_gl_bind_storage(device, 0, m.buffer), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, result, &span), TRM_OK);
        gl->BindBufferRange(GL_SHADER_STORAGE_BUFFER, 1, span.object, (GLintptr)span.offset,
            (GLsizeiptr)span.nbytes);
        dispatch(program);
        model_expect(&m, written);
        fetch(device, result, seen);
        ck_assert(squared(written, seen));
    }
    gl->DeleteProgram(program);
    model_close(&m);
    ck_assert_int_eq(trm_buffer_destroy(result), TRM_OK);
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
    TCase *tcase = add_case(suite, "MapPersistentTexture");
    tcase_add_loop_test(tcase, map_persistent_texture, 0, KHRONOS_WAYS);
    tcase_add_loop_test(tcase, map_persistent_texture_buffer, 0, KHRONOS_WAYS);
    tcase_add_loop_test(tcase, map_persistent_texture_of_trireme, 0, 2);
    tcase = add_case(suite, "MapPersistentReadPixels");
    tcase_add_loop_test(tcase, map_persistent_read_pixels, 0, KHRONOS_WAYS);
    tcase_add_test(tcase, map_persistent_read_pixels_of_trireme);
    tcase = add_case(suite, "MapPersistentDispatch");
    tcase_add_loop_test(tcase, map_persistent_dispatch, 0, KHRONOS_WAYS);
    tcase_add_loop_test(tcase, map_persistent_dispatch_of_trireme, 0, 2);
    return harness_main(&suite, 1);
}
