/* The driver, not the library: whether what writes a buffer stays behind what wrote the same bytes
 * before, on a GPU that is far behind. With plain GL; where a case fails the driver is at fault. */
#include <string.h>

#include "support/gl_program.h"
#include "support/harness.h"

#define FRAMES     24
#define MOST_WORDS 4096 /* as much as goes inside a command */
#define POINT      6    /* for storage, as the library has it */

typedef enum writer {
    UPDATE,         /* glNamedBufferSubData */
    UPDATE_BOUND,   /* while the buffer is bound as storage, where nothing else is */
    COPY,           /* out of a mapped buffer, as from the ring */
    CLEAR,          /* as new buffers are */
    DISPATCH,       /* and the storage binding empty again */
    DISPATCH_BOUND, /* which stays */
} writer;

static const struct {
    writer first, second;
} orders[] = {
    {UPDATE, UPDATE},
    {UPDATE, COPY},
    {UPDATE, DISPATCH},
    {COPY, UPDATE},
    {COPY, COPY},
    {COPY, DISPATCH},
    {CLEAR, UPDATE},
    {CLEAR, COPY},
    {CLEAR, DISPATCH},
    {DISPATCH, COPY},
    {DISPATCH, DISPATCH},
    {DISPATCH_BOUND, UPDATE},
    {UPDATE, UPDATE_BOUND},
    {UPDATE_BOUND, UPDATE_BOUND},
    {COPY, UPDATE_BOUND},
    {CLEAR, UPDATE_BOUND},
    {DISPATCH, UPDATE_BOUND},
};
#define ORDERS (sizeof orders / sizeof orders[0])

static const char *const fill_source =
    "#version 450 core\n"
    "layout(local_size_x = 64) in;\n"
    "layout(std430, binding = 0) writeonly buffer Target { uint target[]; };\n"
    "layout(location = 0) uniform uint value;\n"
    "layout(location = 1) uniform uint count;\n"
    "void main() {\n"
    "    if (gl_GlobalInvocationID.x < count)\n"
    "        target[gl_GlobalInvocationID.x] = value;\n"
    "}\n";

static const char *const read_source =
    "#version 450 core\n"
    "layout(local_size_x = 64) in;\n"
    "layout(std430, binding = 0) readonly buffer Target { uint target[]; };\n"
    "layout(std430, binding = 1) writeonly buffer Result { uint result[]; };\n"
    "layout(location = 0) uniform uint count;\n"
    "void main() {\n"
    "    if (gl_GlobalInvocationID.x < count)\n"
    "        result[gl_GlobalInvocationID.x] = target[gl_GlobalInvocationID.x];\n"
    "}\n";

static const char *const look_source =
    "#version 450 core\n"
    "layout(local_size_x = 1) in;\n"
    "layout(std140, binding = 0) uniform Block { uvec4 words; };\n"
    "layout(std430, binding = 0) writeonly buffer Seen { uvec4 seen; };\n"
    "void main() { seen = words; }\n";

static struct {
    GladGLContext *gl;
    GLuint program;
    GLuint read;     /* copies storage */
    GLuint look;     /* reads a uniform block */
    GLuint seen;     /* and writes there */
    GLuint target;   /* what is written twice */
    GLuint result;   /* a copy of it for each frame */
    GLuint staging;  /* MOST_WORDS for each value */
    uint32_t *bytes; /* its mapping */
    GLsizeiptr nbytes;
} on;

static GLuint open_buffer(GLsizeiptr nbytes, GLbitfield flags) {
    GLuint name;
    on.gl->CreateBuffers(1, &name);
    on.gl->NamedBufferStorage(name, nbytes, NULL, flags);
    return name;
}

static void open_case(void) {
    const GLsizeiptr most = MOST_WORDS * sizeof(uint32_t);
    harness_open();
    harness_expect_messages("Buffer performance warning");
    on.gl = harness_gl();
    on.program = gl_program_build_compute(on.gl, fill_source);
    ck_assert_uint_ne(on.program, 0);
    on.read = gl_program_build_compute(on.gl, read_source);
    ck_assert_uint_ne(on.read, 0);
    on.look = gl_program_build_compute(on.gl, look_source);
    ck_assert_uint_ne(on.look, 0);
    on.seen = open_buffer(16, 0);
    on.target = open_buffer(most, GL_DYNAMIC_STORAGE_BIT);
    on.result = open_buffer(FRAMES * most, 0);
    on.staging = open_buffer(2 * FRAMES * most, GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT);
    on.bytes = on.gl->MapNamedBufferRange(on.staging, 0, 2 * FRAMES * most,
        GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_FLUSH_EXPLICIT_BIT);
    ck_assert_ptr_nonnull(on.bytes);
}

static void close_case(void) {
    const GLuint names[] = {on.target, on.result, on.staging, on.seen};
    on.gl->DeleteProgram(on.program);
    on.gl->DeleteProgram(on.read);
    on.gl->DeleteProgram(on.look);
    on.gl->DeleteBuffers(4, names);
    ck_assert_uint_eq(on.gl->GetError(), GL_NO_ERROR);
    harness_close();
}

static void fill(uint32_t *words, uint32_t value) {
    for (size_t i = 0; i < MOST_WORDS; i++)
        words[i] = value;
}

static void copy(uint32_t value) {
    const size_t words = (size_t)(value - 1) * MOST_WORDS;
    const GLintptr offset = (GLintptr)(words * sizeof(uint32_t));
    fill(on.bytes + words, value);
    on.gl->FlushMappedNamedBufferRange(on.staging, offset, on.nbytes);
    on.gl->CopyNamedBufferSubData(on.staging, on.target, offset, 0, on.nbytes);
}

static void dispatch(uint32_t value, bool stays_bound) {
    on.gl->MemoryBarrier(GL_ALL_BARRIER_BITS);
    on.gl->UseProgram(on.program);
    on.gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, on.target);
    on.gl->Uniform1ui(0, value);
    on.gl->Uniform1ui(1, (GLuint)((size_t)on.nbytes / sizeof(uint32_t)));
    on.gl->DispatchCompute(MOST_WORDS / 64, 1, 1);
    on.gl->UseProgram(0);
    if (!stays_bound)
        on.gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, 0);
    on.gl->MemoryBarrier(GL_ALL_BARRIER_BITS);
}

static void update(uint32_t value, bool bound) {
    uint32_t words[MOST_WORDS];
    fill(words, value);
    if (bound)
        on.gl->BindBuffersBase(GL_SHADER_STORAGE_BUFFER, POINT, 1, &on.target);
    on.gl->NamedBufferSubData(on.target, 0, on.nbytes, words);
    if (bound)
        on.gl->BindBuffersBase(GL_SHADER_STORAGE_BUFFER, POINT, 1, NULL);
}

static void write_all(writer how, uint32_t value) {
    switch (how) {
    case UPDATE:
    case UPDATE_BOUND:
        update(value, how == UPDATE_BOUND);
        break;
    case COPY:
        copy(value);
        break;
    case CLEAR:
        on.gl->ClearNamedBufferData(on.target, GL_R32UI, GL_RED_INTEGER, GL_UNSIGNED_INT, &value);
        break;
    case DISPATCH:
    case DISPATCH_BOUND:
        dispatch(value, how == DISPATCH_BOUND);
        break;
    }
}

static GLintptr result_of(unsigned frame) {
    return (GLintptr)(frame * MOST_WORDS * sizeof(uint32_t));
}

/* In how many frames the first writer had the last word. */
static unsigned count_wrong(void) {
    static uint32_t seen[MOST_WORDS];
    unsigned wrong = 0;
    on.gl->Finish();
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        bool right = true;
        on.gl->GetNamedBufferSubData(on.result, result_of(frame), on.nbytes, seen);
        for (size_t i = 0; i < (size_t)on.nbytes / sizeof seen[0]; i++)
            right = right && seen[i] == 2 * frame + 2;
        wrong += !right;
    }
    return wrong;
}

static unsigned count_overtaken(writer first, writer second) {
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        harness_keep_busy();
        write_all(first, 2 * frame + 1);
        write_all(second, 2 * frame + 2);
        on.gl->CopyNamedBufferSubData(on.target, on.result, 0, result_of(frame), on.nbytes);
        harness_end_frame();
    }
    return count_wrong();
}

static void look_at_target(void) {
    on.gl->UseProgram(on.look);
    on.gl->BindBufferRange(GL_UNIFORM_BUFFER, 0, on.target, 0, 16);
    on.gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, on.seen);
    on.gl->DispatchCompute(1, 1, 1);
    on.gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, 0);
    on.gl->BindBufferBase(GL_UNIFORM_BUFFER, 0, 0);
    on.gl->UseProgram(0);
}

/* The same where the GPU is done with the last reader of the buffer, but not with the first writer.
 */
static unsigned count_overtaken_unread(writer first, writer second) {
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        look_at_target();
        const GLsync looked = on.gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        harness_keep_busy();
        write_all(first, 2 * frame + 1);
        on.gl->ClientWaitSync(looked, GL_SYNC_FLUSH_COMMANDS_BIT, UINT64_MAX);
        on.gl->DeleteSync(looked);
        write_all(second, 2 * frame + 2);
        on.gl->CopyNamedBufferSubData(on.target, on.result, 0, result_of(frame), on.nbytes);
        harness_end_frame();
    }
    return count_wrong();
}

/* _i: 16 bytes or as many as there may be, of each order. */
START_TEST(the_last_one_wins) {
    const size_t order = (size_t)_i / 2;
    on.nbytes = _i % 2 == 0 ? 16 : MOST_WORDS * sizeof(uint32_t);
    ck_assert_uint_eq(count_overtaken(orders[order].first, orders[order].second), 0);
}
END_TEST

static bool is_known(writer first, writer second) {
    return second == UPDATE && (first == COPY || first == CLEAR);
}

/* The same orders where the GPU is done with the reader before. */
START_TEST(others_stay_behind) {
    const size_t order = (size_t)_i / 2;
    on.nbytes = _i % 2 == 0 ? 16 : MOST_WORDS * sizeof(uint32_t);
    if (!is_known(orders[order].first, orders[order].second))
        ck_assert_uint_eq(count_overtaken_unread(orders[order].first, orders[order].second), 0);
}
END_TEST

/* Read as storage, and bound there no longer when the second writer comes. In how many frames that
 * one was read. */
static unsigned count_overtaken_read(writer second) {
    const GLuint buffers[] = {on.target, on.result};
    const GLsizeiptr sizes[] = {on.nbytes, on.nbytes};
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        const GLintptr offsets[] = {0, result_of(frame)};
        write_all(UPDATE_BOUND, 2 * frame + 2);
        harness_keep_busy();
        on.gl->UseProgram(on.read);
        on.gl->BindBuffersRange(GL_SHADER_STORAGE_BUFFER, 0, 2, buffers, offsets, sizes);
        on.gl->Uniform1ui(0, (GLuint)((size_t)on.nbytes / sizeof(uint32_t)));
        on.gl->DispatchCompute(MOST_WORDS / 64, 1, 1);
        on.gl->BindBuffersBase(GL_SHADER_STORAGE_BUFFER, 0, 2, NULL);
        on.gl->UseProgram(0);
        on.gl->MemoryBarrier(GL_ALL_BARRIER_BITS); /* of no use where it is needed */
        write_all(second, 2 * frame + 1);
        harness_end_frame();
    }
    return count_wrong();
}

/* What a dispatch reads as storage, it reads before a later update, but on NVIDIA's driver; there,
 * too, if the buffer is bound for the update. _i: 16 bytes or as many as there may be. */
START_TEST(a_reader_stays_ahead) {
    const char *vendor = (const char *)on.gl->GetString(GL_VENDOR);
    on.nbytes = _i == 0 ? 16 : MOST_WORDS * sizeof(uint32_t);
    if (!harness_is_llvmpipe()) /* whose updates overtake readers in fragment shaders */
        ck_assert_int_eq(count_overtaken_read(UPDATE) > 0, strstr(vendor, "NVIDIA") != NULL);
    ck_assert_uint_eq(count_overtaken_read(UPDATE_BOUND), 0);
}
END_TEST

static const writer overtaken[] = {DISPATCH, COPY, CLEAR};

/* NVIDIA's driver (580) lets an update overtake what wrote there before, as long as it has seen no
 * other use of the buffer, or the GPU is done with those that it has seen:
 * TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE is still needed there, and nowhere else. _i: 16 bytes or as
 * many as there may be, of each. */
START_TEST(an_update_may_overtake) {
    const char *vendor = (const char *)on.gl->GetString(GL_VENDOR);
    on.nbytes = _i % 2 == 0 ? 16 : MOST_WORDS * sizeof(uint32_t);
    for (size_t i = 0; i < 3; i++) /* the driver has seen it written in all ways */
        ck_assert_uint_eq(count_overtaken_unread(orders[i].first, orders[i].second), 0);
    ck_assert_int_eq(
        count_overtaken_unread(overtaken[_i / 2], UPDATE) > 0, strstr(vendor, "NVIDIA") != NULL);
    ck_assert_uint_eq(count_overtaken_unread(overtaken[_i / 2], UPDATE_BOUND), 0);
}
END_TEST

/* Another context reads storage, and this one waits for that on the GPU before it updates. _i: 16
 * bytes or as many as there may be. */
START_TEST(an_update_waits_for_other_contexts) {
    harness_draw draws[FRAMES];
    uint32_t seen[MOST_WORDS];
    on.nbytes = _i == 0 ? 16 : MOST_WORDS * sizeof(uint32_t);
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        const trm_gl_span span = {.object = on.target, .nbytes = (size_t)on.nbytes};
        GLsync sync;
        write_all(UPDATE_BOUND, 2 * frame + 2);
        on.gl->Finish(); /* the other one draws at once */
        draws[frame] = harness_issue_elsewhere(HARNESS_STORAGE, &span, &sync);
        on.gl->WaitSync(sync, 0, GL_TIMEOUT_IGNORED);
        on.gl->DeleteSync(sync);
        write_all(UPDATE_BOUND, 2 * frame + 1);
        harness_end_frame();
    }
    for (unsigned frame = 0; frame < FRAMES; frame++) {
        harness_fetch(draws[frame], seen);
        for (size_t i = 0; i < (size_t)on.nbytes / sizeof seen[0]; i++)
            ck_assert_uint_eq(seen[i], 2 * frame + 2);
    }
}
END_TEST

/* What reads the mapped bytes of a frame: a copy, or a uniform block. */
static void read_mapped(bool by_copy, unsigned frame) {
    const GLintptr offset = (GLintptr)(frame * MOST_WORDS * sizeof(uint32_t));
    on.gl->FlushMappedNamedBufferRange(on.staging, offset, on.nbytes);
    if (by_copy) {
        on.gl->CopyNamedBufferSubData(on.staging, on.result, offset, offset, on.nbytes);
        return;
    }
    on.gl->UseProgram(on.look);
    on.gl->BindBufferRange(GL_UNIFORM_BUFFER, 0, on.staging, offset, 16);
    on.gl->BindBufferRange(GL_SHADER_STORAGE_BUFFER, 0, on.result, offset, 16);
    on.gl->DispatchCompute(1, 1, 1);
    on.gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, 0);
    on.gl->BindBufferBase(GL_UNIFORM_BUFFER, 0, 0);
    on.gl->UseProgram(0);
}

static void await_answer(GLuint query) {
    GLuint answer = GL_FALSE;
    while (!answer)
        on.gl->GetQueryObjectuiv(query, GL_QUERY_RESULT_AVAILABLE, &answer);
}

/* A timestamp query is answered when all commands before it are done, a fence among them, and not
 * by what it was asked before: TRM_GL_QUIRK_SLOW_FENCES relies on it. _i: who reads. */
START_TEST(a_query_stays_behind) {
    uint32_t *words = on.bytes;
    GLuint query, early = 0;
    on.nbytes = _i == 0 ? MOST_WORDS * sizeof(uint32_t) : 16;
    on.gl->CreateQueries(GL_TIMESTAMP, 1, &query);
    for (unsigned frame = 0; frame < FRAMES; frame++, words += MOST_WORDS) {
        fill(words, 2 * frame + 2);
        harness_keep_busy();
        read_mapped(_i == 0, frame);
        GLsync fence = on.gl->FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
        on.gl->QueryCounter(query, GL_TIMESTAMP);
        on.gl->Flush();
        await_answer(query);
        fill(words, 0); /* too late for what comes before the query */
        on.gl->FlushMappedNamedBufferRange(on.staging,
            (GLintptr)(frame * MOST_WORDS * sizeof(uint32_t)), MOST_WORDS * sizeof(uint32_t));
        early += on.gl->ClientWaitSync(fence, 0, 0) != GL_ALREADY_SIGNALED;
        on.gl->DeleteSync(fence);
    }
    ck_assert_uint_eq(early, 0);
    ck_assert_uint_eq(count_wrong(), 0);
    on.gl->DeleteQueries(1, &query);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-order");
    TCase *tcase = tcase_create("order");
    tcase_add_checked_fixture(tcase, open_case, close_case);
    tcase_add_loop_test(tcase, the_last_one_wins, 0, 2 * ORDERS);
    tcase_add_loop_test(tcase, others_stay_behind, 0, 2 * ORDERS);
    tcase_add_loop_test(tcase, an_update_may_overtake, 0, 6);
    tcase_add_loop_test(tcase, a_reader_stays_ahead, 0, 2);
    tcase_add_loop_test(tcase, an_update_waits_for_other_contexts, 0, 2);
    tcase_add_loop_test(tcase, a_query_stays_behind, 0, 2);
    suite_add_tcase(suite, tcase);
    return harness_main(&suite, 1);
}
