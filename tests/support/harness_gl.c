/* The harness on a real driver. */
#define _DEFAULT_SOURCE /* fork and its kin */

#include "support/harness_shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/egl_context.h"
#include "support/gl_fetch.h"
#include "support/gl_reader.h"
#include "support/gl_spy.h"
#include "support/runner.h"

#define MAX_DRAWS 256

/* NVIDIA's "shader is being recompiled based on GL state": about the tests' shaders, and often only
 * the first time on a machine. */
#define NVIDIA_RECOMPILED 131218

static GladGLContext functions;
static gl_reader reader;
static gl_reader other_reader; /* of the second context; not open while its functions are NULL */
static gl_reading readings[MAX_DRAWS];
static bool elsewhere[MAX_DRAWS]; /* drawn by the second context */
static GLsync frames[HARNESS_FRAMES_IN_FLIGHT];
static size_t frame;
static unsigned complaints, complaints_of_errors;
static const char *expected_text; /* NULL: none is */
static GLenum other_error;        /* of the second context */

static void GLAD_API_PTR hear(GLenum source, GLenum type, GLuint id, GLenum severity,
    GLsizei length, const GLchar *text, const void *user) {
    (void)source;
    (void)length;
    (void)user;
    const bool recompiled = type == GL_DEBUG_TYPE_PERFORMANCE && id == NVIDIA_RECOMPILED;
    const bool expected = expected_text != NULL && strstr(text, expected_text) != NULL;
    if (severity != GL_DEBUG_SEVERITY_NOTIFICATION && !recompiled && !expected) {
        complaints++;
        complaints_of_errors += type == GL_DEBUG_TYPE_ERROR;
        fprintf(stderr, "GL: %s\n", text);
    }
}

static void listen(void) {
    functions.Enable(GL_DEBUG_OUTPUT);
    functions.Enable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
    functions.DebugMessageCallback(hear, NULL);
    /* Those of low severity are off at first. */
    functions.DebugMessageControl(GL_DONT_CARE, GL_DONT_CARE, GL_DONT_CARE, 0, NULL, GL_TRUE);
}

static bool open_context(const char **why) {
    if (!egl_context_open(why)) {
        return false;
    }
    if (gladLoadGLContext(&functions, egl_context_proc) == 0 || !functions.VERSION_4_5) {
        *why = "the OpenGL functions cannot be loaded";
        return false;
    }
    return true;
}

/* Whether there is a GL, asked in a process of its own: the tests fork, a context does not. */
static bool gl_exists(void) {
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        const char *why = "";
        const bool opened = open_context(&why);
        if (opened) {
            printf("OpenGL: %s, %s\n", (const char *)functions.GetString(GL_RENDERER),
                (const char *)functions.GetString(GL_VERSION));
        } else {
            printf("No OpenGL here: %s.\n", why);
        }
        fflush(stdout);
        _exit(opened ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == EXIT_SUCCESS;
}

int harness_main(Suite *const *suites, size_t count) {
    if (gl_exists()) {
        return harness_run(suites, count);
    }
    const char *required = getenv("TRIREME_REQUIRE_GL");
    const bool fail = required != NULL && strcmp(required, "1") == 0;
    fputs(fail ? "Failed: TRIREME_REQUIRE_GL is 1.\n" : "Skipped.\n", stderr);
    return fail ? EXIT_FAILURE : RUNNER_SKIPPED;
}

static void open_all(void) {
    const char *why = "";
    ck_assert_msg(open_context(&why), "no context: %s", why);
    listen();
    ck_assert(gl_reader_open(&reader, &functions));
    memset(&other_reader, 0, sizeof other_reader);
}

void harness_open(void) {
    memset(&spy, 0, sizeof spy);
    complaints = complaints_of_errors = 0;
    expected_text = NULL;
    other_error = GL_NO_ERROR;
    harness_forget_messages();
    open_all();
}

bool harness_is_strict(void) {
    return false;
}

const char *harness_scatter(void) {
    return "the shader, compiled by the driver";
}

bool harness_is_llvmpipe(void) {
    return strstr((const char *)functions.GetString(GL_RENDERER), "llvmpipe") != NULL;
}

/* Everything of the harness's own, and the context. What GL had to complain of. */
static GLenum close_all(void) {
    functions.Finish();
    for (size_t i = 0; i < HARNESS_FRAMES_IN_FLIGHT; i++) {
        functions.DeleteSync(frames[i]);
        frames[i] = NULL;
    }
    if (other_reader.gl != NULL) {
        ck_assert(egl_context_use_second(true));
        gl_reader_close(&other_reader);
        other_error = functions.GetError();
        ck_assert(egl_context_use_second(false));
    }
    gl_reader_close(&reader);
    const GLenum error = functions.GetError();
    egl_context_close();
    return error;
}

void harness_renew(void) {
    memset(readings, 0, sizeof readings);
    ck_assert_uint_eq(close_all(), GL_NO_ERROR);
    open_all();
}

void harness_close(void) {
    const GLenum error = close_all();
    ck_assert_msg(error == GL_NO_ERROR, "GL error 0x%x is left", error);
    ck_assert_msg(other_error == GL_NO_ERROR, "GL error 0x%x is left elsewhere", other_error);
    ck_assert_msg(complaints == 0, "the driver complained");
}

void harness_expect_error(GLenum error) {
    const GLenum raised = functions.GetError();
    ck_assert_msg(raised == error, "GL error 0x%x, not 0x%x", raised, error);
    ck_assert_msg(complaints_of_errors > 0, "the driver says nothing of its error 0x%x", error);
    complaints -= complaints_of_errors;
    complaints_of_errors = 0;
}

void harness_expect_messages(const char *text) {
    expected_text = text;
}

/* A driver does not tell; the context takes them along. */
void harness_expect_remains(void) {
}

GladGLContext *harness_gl(void) {
    return &functions;
}

trm_gl_proc harness_get_proc_address(void *user, const char *name) {
    (void)user;
    return gl_spy_lookup(egl_context_proc, name);
}

static harness_draw issue(gl_reader *with, harness_reader kind, const trm_gl_span *span) {
    for (uint32_t i = 0; i < MAX_DRAWS; i++) {
        if (readings[i].result == 0) {
            gl_reader_draw(with, kind == HARNESS_STORAGE, span->object, span->offset, span->nbytes,
                &readings[i]);
            elsewhere[i] = with != &reader;
            return i + 1;
        }
    }
    ck_abort_msg("too many draws are not fetched");
    return 0;
}

harness_draw harness_issue(harness_reader kind, const trm_gl_span *span) {
    return issue(&reader, kind, span);
}

/* Both contexts come from one driver, so they share the functions. */
harness_draw harness_issue_elsewhere(harness_reader kind, const trm_gl_span *span, GLsync *sync) {
    ck_assert_msg(egl_context_use_second(true), "no second context");
    if (other_reader.gl == NULL) {
        listen();
        ck_assert(gl_reader_open(&other_reader, &functions));
    }
    gl_reader_keep_busy(&other_reader);
    const harness_draw draw = issue(&other_reader, kind, span);
    *sync = functions.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
    functions.Flush();
    ck_assert(egl_context_use_second(false));
    return draw;
}

void harness_delete_elsewhere(GLuint buffer) {
    ck_assert_msg(egl_context_use_second(true), "no second context");
    functions.DeleteBuffers(1, &buffer);
    ck_assert(egl_context_use_second(false));
}

void harness_fetch(harness_draw draw, void *out) {
    ck_assert(draw > 0 && draw <= MAX_DRAWS && readings[draw - 1].result != 0);
    const bool other = elsewhere[draw - 1];
    ck_assert(!other || egl_context_use_second(true));
    gl_reader_fetch(other ? &other_reader : &reader, &readings[draw - 1], out);
    ck_assert(!other || egl_context_use_second(false));
}

void harness_fetch_vertices(vertex_kind kind, GLuint vertex_array, int count, bool indexed,
    size_t index_offset, vertex_value *out) {
    gl_fetch_vertices(&functions, kind, vertex_array, count, indexed, index_offset, out);
}

void harness_read_blocks(GLuint uniform, GLuint storage, uint32_t out[2][64]) {
    gl_read_blocks(&functions, uniform, storage, out);
}

void harness_keep_busy(void) {
    gl_reader_keep_busy(&reader);
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
