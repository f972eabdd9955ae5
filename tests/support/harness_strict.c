/* The harness on the strict GPU (strict_gpu.h): no driver, no window system, and everything as late
 * as the policy allows: nothing executes before somebody waits for it. The environment's
 * TRIREME_STRICT_MODE says how bytes cross, "flushed" (the default) or "eager"; with
 * TRIREME_STRICT_QUIRK=1 it passes for Mesa's llvmpipe and has its quirk, with 2 for NVIDIA's
 * driver. */
#include "support/harness_shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/gl_spy.h"
#include "support/scatter_kernel.h"
#include "support/strict_gpu.h"

#define MAX_DRAWS 256

typedef struct drawing {
    strict_read *read; /* NULL: free */
    unsigned context;
} drawing;

static strict_gpu *gpu;
static GladGLContext functions;
static drawing drawings[MAX_DRAWS];
static GLsync frames[HARNESS_FRAMES_IN_FLIGHT];
static size_t frame;
static const char *expected_text; /* NULL: none is */
static bool expecting_remains;

/* The C twin of the shader in gl_writer.c. */
static void fill(const strict_group *group) {
    const uint32_t first = strict_group_uniform(group, 0, 0);
    const uint32_t count = strict_group_uniform(group, 1, 0);
    const uint32_t value = strict_group_uniform(group, 2, 0);
    for (uint32_t n = 0; n < 64; n++) {
        const uint32_t i = 64 * strict_group_id(group, 0) + n;
        if (i < count) {
            strict_group_store(group, 6, first + i, value + i);
        }
    }
}

/* The application's. The strict GPU has violations instead of messages. */
static void GLAD_API_PTR hear(GLenum source, GLenum type, GLuint id, GLenum severity,
    GLsizei length, const GLchar *text, const void *user) {
    (void)source;
    (void)type;
    (void)id;
    (void)severity;
    (void)length;
    (void)user;
    ck_abort_msg("the strict GPU called back: %s", text);
}

static strict_mode mode(void) {
    const char *name = getenv("TRIREME_STRICT_MODE");
    return name != NULL && strcmp(name, "eager") == 0 ? STRICT_EAGER : STRICT_FLUSHED;
}

/* 0: none. */
static int quirk(void) {
    const char *wanted = getenv("TRIREME_STRICT_QUIRK");
    return wanted != NULL ? atoi(wanted) : 0;
}

int harness_main(Suite *const *suites, size_t count) {
    printf("OpenGL: the strict GPU, %s\n", mode() == STRICT_EAGER ? "eager" : "flushed");
    return harness_run(suites, count);
}

static void open_gpu(void) {
    static const char *const fill_uniforms[] = {"first", "count", "value", NULL};
    memset(drawings, 0, sizeof drawings);
    memset(frames, 0, sizeof frames);
    gpu = strict_gpu_create(&(strict_gpu_desc){.mode = mode(),
        .policy = STRICT_ON_WAIT,
        .seed = 20,
        .vendor = quirk() == 2 ? "NVIDIA (strict)" : NULL,
        .renderer = quirk() == 1 ? "llvmpipe (strict)" : NULL,
        .quirk_copies_overtake_storage_reads = quirk() == 1,
        .quirk_updates_overtake_storage_reads = quirk() == 2});
    strict_gpu_make_current(gpu);
    scatter_kernel_register(gpu);
    strict_gpu_register_kernel(gpu, "writeonly buffer Target", fill, fill_uniforms);
    ck_assert_int_ne(gladLoadGLContext(&functions, strict_gpu_current_proc), 0);
    ck_assert(functions.VERSION_4_5);
    functions.Enable(GL_DEBUG_OUTPUT);
    functions.Enable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
    functions.DebugMessageCallback(hear, NULL);
}

void harness_open(void) {
    strict_gpu_destroy(gpu); /* of a test that failed in this process */
    memset(&spy, 0, sizeof spy);
    gl_spy_take_error();
    expected_text = NULL;
    expecting_remains = false;
    harness_forget_messages();
    open_gpu();
}

/* Violations that nobody expects. Only the first few have a text. */
static size_t complaints(void) {
    const size_t all = strict_gpu_audit(gpu);
    size_t told = 0, expected = 0;
    const char *text;
    for (; (text = strict_gpu_violation(gpu, told)) != NULL; told++) {
        expected += expected_text != NULL && strstr(text, expected_text) != NULL;
    }
    return expected == told ? 0 : all - expected;
}

/* Whatever a lost device leaves goes with the GPU, and is freed memory for whoever touches it. */
void harness_renew(void) {
    strict_gpu_drain(gpu);
    const size_t violations = complaints();
    ck_assert_msg(violations == 0, "the strict GPU complained");
    strict_gpu_destroy(gpu);
    open_gpu();
}

bool harness_is_llvmpipe(void) {
    return quirk() == 1;
}

bool harness_is_strict(void) {
    return true;
}

const char *harness_scatter(void) {
    return "its C twin";
}

void harness_close(void) {
    functions.Finish();
    for (size_t i = 0; i < HARNESS_FRAMES_IN_FLIGHT; i++) {
        functions.DeleteSync(frames[i]);
    }
    functions.UseProgram(0); /* the last one may be deleted and still in use */
    const GLenum error = functions.GetError();
    strict_gpu_drain(gpu);
    const size_t violations = complaints();
    const size_t remains = strict_gpu_live_buffers(gpu) + strict_gpu_live_fences(gpu) +
                           strict_gpu_live_programs(gpu) + strict_gpu_live_others(gpu);
    strict_gpu_destroy(gpu);
    gpu = NULL;
    ck_assert_msg(error == GL_NO_ERROR, "GL error 0x%x is left", error);
    ck_assert_msg(violations == 0, "the strict GPU complained");
    ck_assert_msg(
        expecting_remains || remains == 0, "%lu objects are left", (unsigned long)remains);
}

void harness_expect_error(GLenum error) {
    const GLenum raised = functions.GetError();
    ck_assert_msg(raised == error, "GL error 0x%x, not 0x%x", raised, error);
    ck_assert_uint_gt(strict_gpu_violations(gpu), 0);
    for (size_t i = 0; i < strict_gpu_violations(gpu); i++) {
        const char *text = strict_gpu_violation(gpu, i);
        ck_assert_msg(text != NULL && strncmp(text, "error: ", 7) == 0, "%s", text);
    }
    strict_gpu_forgive(gpu);
}

void harness_expect_messages(const char *text) {
    expected_text = text;
}

void harness_expect_remains(void) {
    expecting_remains = true;
}

GladGLContext *harness_gl(void) {
    return &functions;
}

trm_gl_proc harness_get_proc_address(void *user, const char *name) {
    (void)user;
    return gl_spy_lookup(strict_gpu_current_proc, name);
}

/* The text of the latest violation. */
static const char *complaint(void) {
    return strict_gpu_violation(gpu, strict_gpu_violations(gpu) - 1);
}

static harness_draw issue(unsigned context, harness_reader kind, const trm_gl_span *span) {
    const strict_reader reader = kind == HARNESS_STORAGE ? STRICT_STORAGE : STRICT_TEXEL;
    for (uint32_t i = 0; i < MAX_DRAWS; i++) {
        if (drawings[i].read == NULL) {
            drawings[i].read =
                strict_gpu_read_later(gpu, reader, span->object, span->offset, span->nbytes);
            drawings[i].context = context;
            ck_assert_msg(drawings[i].read != NULL, "%s", complaint());
            return i + 1;
        }
    }
    ck_abort_msg("too many draws are not fetched");
    return 0;
}

harness_draw harness_issue(harness_reader kind, const trm_gl_span *span) {
    return issue(0, kind, span);
}

harness_draw harness_issue_elsewhere(harness_reader kind, const trm_gl_span *span, GLsync *sync) {
    strict_gpu_use_context(gpu, 1);
    const harness_draw draw = issue(1, kind, span);
    *sync = functions.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    functions.Flush();
    strict_gpu_use_context(gpu, 0);
    return draw;
}

void harness_delete_elsewhere(GLuint buffer) {
    functions.DeleteBuffers(1, &buffer);
}

static void step(void) {
    ck_assert_msg(strict_gpu_step(gpu, 1) == 1, "a draw that was submitted does not execute");
}

/* Like the query of a driver: it submits, and waits for this draw and what comes before it. */
static void finish_read(strict_read *read, void *out) {
    functions.Flush();
    while (strict_gpu_result(read) == NULL) {
        step();
    }
    memcpy(out, strict_gpu_result(read), strict_gpu_read_nbytes(read));
    strict_gpu_forget(gpu, read);
}

void harness_fetch(harness_draw draw, void *out) {
    ck_assert(draw > 0 && draw <= MAX_DRAWS && drawings[draw - 1].read != NULL);
    drawing *fetched = &drawings[draw - 1];
    strict_gpu_use_context(gpu, fetched->context);
    finish_read(fetched->read, out);
    strict_gpu_use_context(gpu, 0);
    fetched->read = NULL;
}

void harness_fetch_vertices(vertex_kind kind, GLuint vertex_array, int count, bool indexed,
    size_t index_offset, vertex_value *out) {
    static const GLenum declared[] = {
        [VERTEX_FLOAT] = GL_FLOAT, [VERTEX_SINT] = GL_INT, [VERTEX_UINT] = GL_UNSIGNED_INT};
    strict_fetch fetch;
    uint32_t(*words)[4] = calloc((size_t)count, sizeof *words);
    ck_assert_ptr_nonnull(words);
    functions.BindVertexArray(vertex_array);
    ck_assert_msg(strict_gpu_fetch_later(gpu, 0, declared[kind], (uint32_t)count,
                      indexed ? &index_offset : NULL, &fetch),
        "%s", complaint());
    functions.BindVertexArray(0);
    functions.UseProgram(0);
    functions.Flush();
    while (!strict_gpu_fetched(gpu, &fetch, words)) {
        step();
    }
    memcpy(out, words, (size_t)count * sizeof *out);
    free(words);
}

void harness_read_blocks(GLuint uniform, GLuint storage, uint32_t out[2][64]) {
    strict_read *reads[2];
    reads[0] = strict_gpu_read_block_later(gpu, GL_UNIFORM_BUFFER, uniform, sizeof out[0]);
    ck_assert_msg(reads[0] != NULL, "%s", complaint());
    reads[1] = strict_gpu_read_block_later(gpu, GL_SHADER_STORAGE_BUFFER, storage, sizeof out[1]);
    ck_assert_msg(reads[1] != NULL, "%s", complaint());
    for (size_t i = 0; i < 2; i++) {
        finish_read(reads[i], out[i]);
    }
}

/* It always is: nothing executes before it is waited for. */
void harness_keep_busy(void) {
}

void harness_end_frame(void) {
    const size_t slot = frame++ % HARNESS_FRAMES_IN_FLIGHT;
    GLsync oldest = frames[slot];
    frames[slot] = functions.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    functions.Flush();
    if (oldest != NULL) {
        const GLenum status = functions.ClientWaitSync(oldest, 0, UINT64_MAX);
        ck_assert(status == GL_ALREADY_SIGNALED || status == GL_CONDITION_SATISFIED);
        functions.DeleteSync(oldest);
    }
}

void harness_finish(void) {
    functions.Finish();
}
