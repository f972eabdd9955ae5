/* Bind helpers, vertex formats and labels: what GL sees of a buffer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/harness.h"
#include "support/model.h"
#include "vertex_decode.h"

/* Every name of WebGPU's GPUVertexFormat. */
static const char *const webgpu_formats[] = {"uint8", "uint8x2", "uint8x4", "sint8", "sint8x2",
    "sint8x4", "unorm8", "unorm8x2", "unorm8x4", "snorm8", "snorm8x2", "snorm8x4", "uint16",
    "uint16x2", "uint16x4", "sint16", "sint16x2", "sint16x4", "unorm16", "unorm16x2", "unorm16x4",
    "snorm16", "snorm16x2", "snorm16x4", "float16", "float16x2", "float16x4", "float32",
    "float32x2", "float32x3", "float32x4", "uint32", "uint32x2", "uint32x3", "uint32x4", "sint32",
    "sint32x2", "sint32x3", "sint32x4", "unorm10-10-10-2", "unorm8x4-bgra"};

/* Declares attribute `index` of a vertex array by what the library says of a format. */
static void declare(GladGLContext *gl, GLuint vertex_array, GLuint index, GLuint relative_offset,
    const trm_gl_vertex_attribute *attribute) {
    if (attribute->integer) {
        gl->VertexArrayAttribIFormat(
            vertex_array, index, attribute->size, attribute->type, relative_offset);
    } else {
        gl->VertexArrayAttribFormat(vertex_array, index, attribute->size, attribute->type,
            attribute->normalized, relative_offset);
    }
    gl->VertexArrayAttribBinding(vertex_array, index, 0);
    gl->EnableVertexArrayAttrib(vertex_array, index);
    ck_assert_uint_eq(gl->GetError(), GL_NO_ERROR);
}

/* Random bytes may be no numbers: those of float formats are made finite. */
static void make_finite(const trm_format *format, uint8_t *bytes, size_t nbytes) {
    const size_t size = trm_component_nbytes(format->component);
    for (size_t i = 0; i + size <= nbytes; i += size) {
        if (format->component == TRM_COMPONENT_FLOAT16) {
            bytes[i + 1] &= 0xbf;
            bytes[i + 1] |= 0x10; /* and normal */
        } else if (format->component == TRM_COMPONENT_FLOAT32) {
            bytes[i + 3] &= 0xbf;
            bytes[i + 3] |= 0x10;
        }
    }
}

static bool same_value(vertex_kind kind, const vertex_value *a, const vertex_value *b) {
    for (int i = 0; i < 4; i++) {
        const bool same = kind == VERTEX_FLOAT
                              ? fabsf(a->f[i] - b->f[i]) <= 1e-5f * fmaxf(1.0f, fabsf(b->f[i]))
                              : a->u[i] == b->u[i];
        if (!same) {
            printf("component %d is 0x%08x and should be 0x%08x\n", i, a->u[i], b->u[i]);
            return false;
        }
    }
    return true;
}

START_TEST(every_webgpu_format_is_fetched) {
    enum { COUNT = 37 };
    GladGLContext *gl = harness_gl();
    model m;
    trm_format format;
    trm_gl_vertex_attribute attribute;
    GLuint vertex_array;
    vertex_value seen[COUNT];
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = COUNT, .format = webgpu_formats[_i]}, 1);
    ck_assert_int_eq(trm_format_parse(webgpu_formats[_i], &format), TRM_OK);
    make_finite(&format, m.array, model_nbytes(&m));
    ck_assert_int_eq(trm_gl_vertex_format(&format, &attribute), TRM_OK);
    ck_assert_uint_eq(attribute.count, 1);
    ck_assert_uint_eq(attribute.nbytes, format.nbytes);
    gl->CreateVertexArrays(1, &vertex_array);
    declare(gl, vertex_array, 0, 0, &attribute);
    ck_assert_int_eq(trm_gl_bind_vertex(device, vertex_array, 0, m.buffer), TRM_OK);
    const vertex_kind kind = vertex_format_kind(&format);
    ck_assert_int_eq(attribute.integer, kind != VERTEX_FLOAT);
    harness_fetch_vertices(kind, vertex_array, COUNT, false, 0, seen);
    for (size_t i = 0; i < COUNT; i++) {
        const vertex_value expected = vertex_decode(&format, m.array + i * m.itemsize);
        ck_assert_msg(
            same_value(kind, &seen[i], &expected), "%s, vertex %zu", webgpu_formats[_i], i);
    }
    gl->DeleteVertexArrays(1, &vertex_array);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* A matrix takes four attributes. */
START_TEST(sixteen_floats_are_four_attributes) {
    enum { COUNT = 20 };
    GladGLContext *gl = harness_gl();
    model m;
    trm_gl_vertex_attribute attribute;
    vertex_value seen[COUNT];
    const trm_format matrix = {TRM_COMPONENT_FLOAT32, 16, 64, false};
    const trm_format column = {TRM_COMPONENT_FLOAT32, 4, 16, false};
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = COUNT, .format = "16xf4"}, 2);
    make_finite(&column, m.array, model_nbytes(&m));
    ck_assert_int_eq(trm_gl_vertex_format(&matrix, &attribute), TRM_OK);
    ck_assert_uint_eq(attribute.count, 4);
    for (GLuint i = 0; i < attribute.count; i++) {
        GLuint vertex_array;
        gl->CreateVertexArrays(1, &vertex_array);
        declare(gl, vertex_array, 0, i * attribute.nbytes, &attribute);
        ck_assert_int_eq(trm_gl_bind_vertex(device, vertex_array, 0, m.buffer), TRM_OK);
        harness_fetch_vertices(VERTEX_FLOAT, vertex_array, COUNT, false, 0, seen);
        for (size_t item = 0; item < COUNT; item++) {
            const vertex_value expected = vertex_decode(&column, m.array + item * 64 + i * 16);
            ck_assert(same_value(VERTEX_FLOAT, &seen[item], &expected));
        }
        gl->DeleteVertexArrays(1, &vertex_array);
    }
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(bind_vertex_sets_one_binding_point) {
    GladGLContext *gl = harness_gl();
    model m;
    trm_gl_span span;
    GLuint vertex_array;
    GLint buffer = 0, stride = 0, other = 1;
    GLint64 offset = 0;
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = 100, .format = "3xf4", .stride = 20}, 3);
    gl->CreateVertexArrays(1, &vertex_array);
    for (int frame = 0; frame < 5; frame++) {
        spy.wait = SPY_WAIT_TIMEOUT; /* so that another region comes each time, and its offset */
        model_edit_range(&m, 1, 1);
        if (frame >= 3) {
            spy.wait = SPY_WAIT_REAL;
        }
        ck_assert_int_eq(trm_gl_bind_vertex(device, vertex_array, 5, m.buffer), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        gl->BindVertexArray(vertex_array);
        gl->GetIntegeri_v(GL_VERTEX_BINDING_BUFFER, 5, &buffer);
        gl->GetInteger64i_v(GL_VERTEX_BINDING_OFFSET, 5, &offset);
        gl->GetIntegeri_v(GL_VERTEX_BINDING_STRIDE, 5, &stride);
        gl->GetIntegeri_v(GL_VERTEX_BINDING_BUFFER, 4, &other);
        gl->BindVertexArray(0);
        ck_assert_uint_eq((GLuint)buffer, span.object);
        ck_assert_uint_eq((size_t)offset, span.offset);
        ck_assert_int_eq(stride, 12);
        ck_assert_int_eq(other, 0);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    gl->DeleteVertexArrays(1, &vertex_array);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* An element binding has no offset: draws add the one that the helper returns. */
START_TEST(bind_index_returns_the_offset) {
    enum { COUNT = 64 };
    GladGLContext *gl = harness_gl();
    static uint32_t order[COUNT], values[COUNT];
    trm_buffer *indices, *vertices;
    GLuint vertex_array;
    trm_gl_vertex_attribute attribute;
    vertex_value seen[COUNT];
    bool offset_seen = false;
    trm_device *device = harness_device(NULL);
    const trm_format format = {TRM_COMPONENT_UINT32, 1, 4, false};
    ck_assert_int_eq(trm_buffer_create(&(trm_buffer_desc){.data = order,
                                           .nitems = COUNT,
                                           .format = "uint32",
                                           .usage = TRM_USAGE_INDEX,
                                           .placement = TRM_PLACEMENT_MAPPED,
                                           .log = harness_log()},
                         &indices),
        TRM_OK);
    ck_assert_int_eq(trm_buffer_create(&(trm_buffer_desc){.data = values,
                                           .nitems = COUNT,
                                           .format = "uint32",
                                           .usage = TRM_USAGE_VERTEX,
                                           .log = harness_log()},
                         &vertices),
        TRM_OK);
    ck_assert_int_eq(trm_gl_vertex_format(&format, &attribute), TRM_OK);
    gl->CreateVertexArrays(1, &vertex_array);
    declare(gl, vertex_array, 0, 0, &attribute);
    for (uint32_t frame = 0; frame < 6; frame++) {
        size_t offset = 1;
        spy.wait = frame < 3 ? SPY_WAIT_TIMEOUT : SPY_WAIT_REAL;
        for (uint32_t i = 0; i < COUNT; i++) {
            order[i] = (i * 5 + frame) % COUNT; /* a permutation */
            values[i] = 1000 * frame + i;
        }
        ck_assert_int_eq(trm_buffer_update_full(indices), TRM_OK);
        ck_assert_int_eq(trm_buffer_update_full(vertices), TRM_OK);
        ck_assert_int_eq(trm_gl_bind_vertex(device, vertex_array, 0, vertices), TRM_OK);
        ck_assert_int_eq(trm_gl_bind_index(device, vertex_array, indices, &offset), TRM_OK);
        offset_seen |= offset > 0;
        harness_fetch_vertices(VERTEX_UINT, vertex_array, COUNT, true, offset, seen);
        for (uint32_t i = 0; i < COUNT; i++) {
            ck_assert_uint_eq(seen[i].u[0], values[i]);
        }
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    ck_assert(offset_seen);
    size_t offset = 7;
    ck_assert_int_eq(
        trm_gl_bind_index(device, vertex_array, NULL, &offset), TRM_ERROR_INVALID_ARGUMENT);
    ck_assert_uint_eq(offset, 0);
    ck_assert_int_eq(
        trm_gl_bind_index(device, vertex_array, indices, NULL), TRM_ERROR_INVALID_ARGUMENT);
    gl->DeleteVertexArrays(1, &vertex_array);
    ck_assert_int_eq(trm_buffer_destroy(indices), TRM_OK);
    ck_assert_int_eq(trm_buffer_destroy(vertices), TRM_OK);
    trm_device_destroy(device);
}
END_TEST

START_TEST(bind_uniform_and_storage) {
    GladGLContext *gl = harness_gl();
    model uniforms, storage;
    uint32_t seen[2][64];
    trm_device *device = harness_device(NULL);
    const uint32_t any = _i == 0 ? 0 : TRM_USAGE_UNIFORM | TRM_USAGE_STORAGE;
    model_open(&uniforms, &(trm_buffer_desc){.nitems = 16, .format = "uint32x4", .usage = any}, 4);
    model_open(&storage, &(trm_buffer_desc){.nitems = 16, .format = "uint32x4", .usage = any}, 5);
    for (int frame = 0; frame < 6; frame++) {
        trm_gl_span span;
        GLint name = 0;
        GLint64 start = 0, size = 0;
        spy.wait = frame < 3 ? SPY_WAIT_TIMEOUT : SPY_WAIT_REAL;
        model_edit_full(&uniforms);
        model_edit_range(&storage, (size_t)frame, 1);
        ck_assert_int_eq(trm_gl_bind_uniform(device, 2, uniforms.buffer), TRM_OK);
        ck_assert_int_eq(trm_gl_bind_storage(device, 3, storage.buffer), TRM_OK);
        ck_assert_int_eq(trm_gl_acquire(device, uniforms.buffer, &span), TRM_OK);
        gl->GetIntegeri_v(GL_UNIFORM_BUFFER_BINDING, 2, &name);
        gl->GetInteger64i_v(GL_UNIFORM_BUFFER_START, 2, &start);
        gl->GetInteger64i_v(GL_UNIFORM_BUFFER_SIZE, 2, &size);
        ck_assert_uint_eq((GLuint)name, span.object);
        ck_assert_uint_eq((size_t)start, span.offset);
        ck_assert_uint_eq((size_t)size, span.nbytes);
        harness_read_blocks(2, 3, seen);
        ck_assert_mem_eq(seen[0], uniforms.array, 256);
        ck_assert_mem_eq(seen[1], storage.array, 256);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
    }
    model_close(&uniforms);
    model_close(&storage);
    trm_device_destroy(device);
}
END_TEST

/* _i: what it is bound as. */
static trm_result bind_as(
    int how, trm_device *device, GLuint vertex_array, trm_buffer *buffer, size_t *offset) {
    switch (how) {
    case 0:
        return trm_gl_bind_vertex(device, vertex_array, 0, buffer);
    case 1:
        return trm_gl_bind_vertex_range(device, vertex_array, 0, buffer, (trm_range){1, 2});
    case 2:
        return trm_gl_bind_index(device, vertex_array, buffer, offset);
    case 3:
        return trm_gl_bind_uniform(device, 1, buffer);
    default:
        return trm_gl_bind_storage(device, 1, buffer);
    }
}

/* A buffer has the offsets, and its uploads the barriers, of what it was declared for. */
START_TEST(bound_as_something_else) {
    static const uint32_t uses[] = {
        TRM_USAGE_VERTEX, TRM_USAGE_VERTEX, TRM_USAGE_INDEX, TRM_USAGE_UNIFORM, TRM_USAGE_STORAGE};
    const uint32_t all = TRM_USAGE_VERTEX | TRM_USAGE_INDEX | TRM_USAGE_UNIFORM |
                         TRM_USAGE_STORAGE | TRM_USAGE_TEXEL;
    const struct {
        uint32_t usage;
        trm_result result;
    } rows[] = {{0, TRM_OK}, {uses[_i], TRM_OK}, {all, TRM_OK},
        {all & ~uses[_i], TRM_ERROR_INVALID_ARGUMENT},
        {TRM_USAGE_GPU_WRITE, TRM_ERROR_INVALID_ARGUMENT}};
    GLuint vertex_array;
    trm_device *device = harness_device(NULL);
    harness_gl()->CreateVertexArrays(1, &vertex_array);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        model m;
        size_t offset = 7;
        const bool refused = rows[i].result != TRM_OK;
        model_open(&m,
            &(trm_buffer_desc){
                .nitems = 16, .format = "u4", .usage = rows[i].usage, .label = "cube"},
            7);
        gl_spy_reset_counts();
        ck_assert_int_eq(bind_as(_i, device, vertex_array, m.buffer, &offset), rows[i].result);
        if (refused) {
            ck_assert_str_eq(harness_last_message()->rule, "bind.usage");
            ck_assert_str_eq(harness_last_message()->label, "cube");
            ck_assert_uint_eq(gl_spy_total(), 0);
            ck_assert(_i != 2 || offset == 0);
        }
        model_close(&m);
    }
    harness_gl()->DeleteVertexArrays(1, &vertex_array);
    trm_device_destroy(device);
}
END_TEST

/* GL has a largest stride, and would refuse the call. */
START_TEST(items_of_any_size_but_vertices) {
    GLint most = 0;
    GLuint vertex_array;
    size_t offset;
    trm_device *device = harness_device(NULL);
    harness_gl()->GetIntegerv(GL_MAX_VERTEX_ATTRIB_STRIDE, &most);
    ck_assert_int_ge(most, 2048);
    harness_gl()->CreateVertexArrays(1, &vertex_array);
    for (size_t more = 0; more < 2; more++) {
        const size_t nbytes = 4 * ((size_t)most + more);
        void *data = calloc(1, nbytes);
        trm_buffer *buffer;
        ck_assert_ptr_nonnull(data);
        ck_assert_int_eq(
            trm_buffer_create(
                &(trm_buffer_desc){.data = data, .nbytes = nbytes, .nitems = 4, .label = "slab"},
                &buffer),
            TRM_OK);
        const trm_result result = bind_as(_i, device, vertex_array, buffer, &offset);
        ck_assert_int_eq(result, more > 0 && _i < 2 ? TRM_ERROR_INVALID_ARGUMENT : TRM_OK);
        if (result != TRM_OK) {
            ck_assert_str_eq(harness_last_message()->rule, "bind.stride");
            ck_assert_str_eq(harness_last_message()->label, "slab");
        }
        ck_assert_uint_eq(harness_gl()->GetError(), GL_NO_ERROR);
        ck_assert_int_eq(trm_buffer_destroy(buffer), TRM_OK);
        free(data);
    }
    harness_gl()->DeleteVertexArrays(1, &vertex_array);
    trm_device_destroy(device);
}
END_TEST

/* Offsets suit every use that the buffer was declared for. */
START_TEST(offsets_are_aligned) {
    static const struct {
        uint32_t usage;
        GLenum limits[4];
    } rows[] = {
        {0, {GL_UNIFORM_BUFFER_OFFSET_ALIGNMENT, GL_SHADER_STORAGE_BUFFER_OFFSET_ALIGNMENT,
                GL_TEXTURE_BUFFER_OFFSET_ALIGNMENT, GL_MIN_MAP_BUFFER_ALIGNMENT}},
        {TRM_USAGE_UNIFORM, {GL_UNIFORM_BUFFER_OFFSET_ALIGNMENT}},
        {TRM_USAGE_STORAGE, {GL_SHADER_STORAGE_BUFFER_OFFSET_ALIGNMENT}},
        {TRM_USAGE_TEXEL, {GL_TEXTURE_BUFFER_OFFSET_ALIGNMENT}},
        {TRM_USAGE_VERTEX, {0}},
    };
    model m;
    trm_gl_span span;
    size_t different = 0, last = SIZE_MAX;
    trm_device *device = harness_device(NULL);
    model_open(
        &m, &(trm_buffer_desc){.nitems = 1001, .format = "3xu1", .usage = rows[_i].usage}, 6);
    spy.wait = SPY_WAIT_TIMEOUT;
    for (int frame = 0; frame < 3; frame++) {
        model_edit_range(&m, 0, 1);
        ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
        ck_assert_int_eq(trm_device_end_frame(device), TRM_OK);
        different += span.offset != last;
        last = span.offset;
        for (size_t i = 0; i < 4 && rows[_i].limits[i] != 0; i++) {
            GLint alignment = 0;
            harness_gl()->GetIntegerv(rows[_i].limits[i], &alignment);
            ck_assert_int_gt(alignment, 0);
            ck_assert_uint_eq(span.offset % (size_t)alignment, 0);
        }
        ck_assert_uint_eq(span.offset % 4, 0);
    }
    ck_assert_uint_eq(different, 3);
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

START_TEST(objects_carry_the_label) {
    GladGLContext *gl = harness_gl();
    model m;
    trm_gl_span span;
    char text[64] = "";
    GLsizei length = 0;
    trm_device *device = harness_device(NULL);
    model_open(&m, &(trm_buffer_desc){.nitems = 10, .format = "f4", .label = "tide table"}, 7);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    gl->GetObjectLabel(GL_BUFFER, span.object, (GLsizei)sizeof text, &length, text);
    ck_assert_ptr_nonnull(strstr(text, "tide table"));
    /* The next store, too. */
    m.nitems = 5;
    ck_assert_int_eq(trm_buffer_resize(m.buffer, m.array, model_nbytes(&m), 0), TRM_OK);
    trm_gl_span next;
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &next), TRM_OK);
    ck_assert_uint_ne(next.object, span.object);
    gl->GetObjectLabel(GL_BUFFER, next.object, (GLsizei)sizeof text, &length, text);
    ck_assert_ptr_nonnull(strstr(text, "tide table"));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

/* GL has a longest label; a longer one of ours must not become a GL error. */
START_TEST(long_labels_are_fine) {
    static char label[100001];
    model m;
    trm_gl_span span;
    trm_device *device = harness_device(NULL);
    memset(label, 'x', sizeof label - 1);
    model_open(&m, &(trm_buffer_desc){.nitems = 10, .format = "f4", .label = label}, 8);
    ck_assert_int_eq(trm_gl_acquire(device, m.buffer, &span), TRM_OK);
    ck_assert_uint_eq(harness_gl()->GetError(), GL_NO_ERROR);
    model_draw draw = model_issue(&m, HARNESS_TEXEL, &span);
    ck_assert(model_check(&draw));
    model_close(&m);
    trm_device_destroy(device);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-bind");
    TCase *tcase = tcase_create("bind");
    tcase_add_checked_fixture(tcase, harness_open, harness_close);
    tcase_add_loop_test(
        tcase, every_webgpu_format_is_fetched, 0, sizeof webgpu_formats / sizeof webgpu_formats[0]);
    tcase_add_test(tcase, sixteen_floats_are_four_attributes);
    tcase_add_test(tcase, bind_vertex_sets_one_binding_point);
    tcase_add_test(tcase, bind_index_returns_the_offset);
    tcase_add_loop_test(tcase, bind_uniform_and_storage, 0, 2);
    tcase_add_loop_test(tcase, bound_as_something_else, 0, 5);
    tcase_add_loop_test(tcase, items_of_any_size_but_vertices, 0, 5);
    tcase_add_loop_test(tcase, offsets_are_aligned, 0, 5);
    tcase_add_test(tcase, objects_carry_the_label);
    tcase_add_test(tcase, long_labels_are_fine);
    suite_add_tcase(suite, tcase);
    harness_require_rules(UNIT_OWNER_GL_BIND);
    return harness_main(&suite, 1);
}
