/* Counting, planted failures, the loss of the context, and the loader. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "strict/strict_test.h"

#define SIZE 256

static const GLbitfield persistent = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT;

static void open_gpu(void) {
    strict_test_open(&(strict_gpu_desc){.record_calls = true, .policy = STRICT_ON_WAIT});
}

START_TEST(calls_are_counted_by_name) {
    GLuint buffer;
    gl.CreateBuffers(1, &buffer);
    gl.Flush();
    gl.Flush();
    ck_assert_uint_eq(strict_gpu_calls(gpu, NULL), 3);
    ck_assert_uint_eq(strict_gpu_calls(gpu, "glFlush"), 2);
    ck_assert_uint_eq(strict_gpu_calls(gpu, "glNothing"), 0);
    ck_assert_str_eq(strict_gpu_call_name(gpu, 1), "glCreateBuffers");
    ck_assert_str_eq(strict_gpu_call_name(gpu, 3), "glFlush");
    ck_assert_ptr_null(strict_gpu_call_name(gpu, 0));
    ck_assert_ptr_null(strict_gpu_call_name(gpu, 4));
    strict_gpu_reset_calls(gpu);
    ck_assert_uint_eq(strict_gpu_calls(gpu, NULL), 0);
}
END_TEST

START_TEST(the_nth_call_of_a_function_fails) {
    GLuint names[3] = {0, 0, 0};
    strict_gpu_fail(gpu, "glCreateBuffers", 2, false, STRICT_FAIL_OUT_OF_MEMORY);
    for (int i = 0; i < 3; i++) {
        gl.Flush();
        gl.CreateBuffers(1, &names[i]);
        ck_assert_uint_eq(gl.GetError(), i == 1 ? GL_OUT_OF_MEMORY : GL_NO_ERROR);
        ck_assert_int_eq(names[i] == 0, i == 1);
    }
    ck_assert_uint_eq(strict_gpu_failed(gpu), 1);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(every_nth_call_of_all_fails) {
    int failed = 0;
    strict_gpu_fail(gpu, NULL, 3, true, STRICT_FAIL_OUT_OF_MEMORY);
    for (int i = 1; i <= 9; i++) {
        GLuint name = 0;
        gl.CreateBuffers(1, &name);
        ck_assert_int_eq(name == 0, i % 3 == 0);
        failed += name == 0;
    }
    ck_assert_int_eq(failed, 3);
    strict_gpu_fail_nothing(gpu);
    for (int i = 0; i < 9; i++) {
        GLuint name = 0;
        gl.CreateBuffers(1, &name);
        ck_assert_uint_ne(name, 0);
    }
}
END_TEST

START_TEST(each_way_of_failing) {
    const GLuint buffer = strict_test_buffer(SIZE, 1, persistent);
    strict_gpu_fail(gpu, "glMapNamedBufferRange", 1, false, STRICT_FAIL_OUT_OF_MEMORY);
    ck_assert_ptr_null(gl.MapNamedBufferRange(buffer, 0, SIZE, persistent));
    ck_assert_uint_eq(gl.GetError(), GL_OUT_OF_MEMORY);
    strict_gpu_fail(gpu, "glMapNamedBufferRange", 1, false, STRICT_FAIL_QUIETLY);
    ck_assert_ptr_null(gl.MapNamedBufferRange(buffer, 0, SIZE, persistent));
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    ck_assert_ptr_nonnull(gl.MapNamedBufferRange(buffer, 0, SIZE, persistent));
    strict_gpu_fail(gpu, "glUnmapNamedBuffer", 1, false, STRICT_FAIL_UNMAP);
    ck_assert_int_eq(gl.UnmapNamedBuffer(buffer), GL_FALSE);
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    ck_assert(!strict_test_sees(STRICT_VERTEX, buffer, 0, SIZE, 1));
    strict_gpu_fail(gpu, "glFenceSync", 1, false, STRICT_FAIL_QUIETLY);
    ck_assert_ptr_null((void *)gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0));
    GLsync sync = strict_test_fence();
    strict_gpu_fail(gpu, "glClientWaitSync", 1, false, STRICT_FAIL_WAIT);
    strict_gpu_fail(gpu, "glClientWaitSync", 2, false, STRICT_FAIL_TIMEOUT);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 1), GL_WAIT_FAILED);
    ck_assert_uint_eq(gl.GetError(), GL_OUT_OF_MEMORY);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 1), GL_TIMEOUT_EXPIRED);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 1), GL_CONDITION_SATISFIED);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(building_a_program_fails) {
    GLint status = -1;
    char log[64] = "";
    strict_gpu_fail(gpu, "glCompileShader", 1, false, STRICT_FAIL_BUILD);
    const GLchar *source = "#version 450 core\nvoid main() {}\n";
    const GLuint shader = gl.CreateShader(GL_COMPUTE_SHADER);
    gl.ShaderSource(shader, 1, &source, NULL);
    gl.CompileShader(shader);
    gl.GetShaderiv(shader, GL_COMPILE_STATUS, &status);
    ck_assert_int_eq(status, 0);
    gl.GetShaderInfoLog(shader, sizeof log, NULL, log);
    ck_assert_str_ne(log, "");
    gl.CompileShader(shader);
    const GLuint program = gl.CreateProgram();
    gl.AttachShader(program, shader);
    strict_gpu_fail(gpu, "glLinkProgram", 1, false, STRICT_FAIL_BUILD);
    gl.LinkProgram(program);
    gl.GetProgramiv(program, GL_LINK_STATUS, &status);
    ck_assert_int_eq(status, 0);
    gl.LinkProgram(program);
    gl.GetProgramiv(program, GL_LINK_STATUS, &status);
    ck_assert_int_eq(status, 1);
    strict_gpu_fail(gpu, "glCreateProgram", 1, false, STRICT_FAIL_QUIETLY);
    ck_assert_uint_eq(gl.CreateProgram(), 0);
}
END_TEST

START_TEST(functions_know_how_they_can_fail) {
    ck_assert_uint_eq(strict_gpu_failures_of("glMapNamedBufferRange"),
        STRICT_FAIL_OUT_OF_MEMORY | STRICT_FAIL_QUIETLY | STRICT_FAIL_CONTEXT_LOST);
    ck_assert_uint_eq(strict_gpu_failures_of("glClientWaitSync"),
        STRICT_FAIL_WAIT | STRICT_FAIL_TIMEOUT | STRICT_FAIL_CONTEXT_LOST);
    ck_assert_uint_eq(strict_gpu_failures_of("glFlush"), STRICT_FAIL_CONTEXT_LOST);
    ck_assert_uint_eq(strict_gpu_failures_of("glNothing"), 0);
}
END_TEST

START_TEST(memory_has_a_limit) {
    strict_test_open(&(strict_gpu_desc){.memory_limit = 1000});
    const GLuint first = strict_test_buffer(600, 1, 0);
    strict_test_buffer(600, 1, 0);
    ck_assert_uint_eq(gl.GetError(), GL_OUT_OF_MEMORY);
    gl.DeleteBuffers(1, &first);
    strict_test_buffer(600, 1, 0);
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    CHECK_VIOLATIONS(0);
}
END_TEST

/* --- Loss */

START_TEST(a_lost_context_does_nothing_and_says_so) {
    unsigned char *map;
    GLuint name = 77;
    GLint value = -1;
    const GLuint buffer = strict_test_mapped(SIZE, 1, &map);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, SIZE);
    GLsync sync = strict_test_fence();
    ck_assert_uint_eq(gl.GetGraphicsResetStatus(), GL_NO_ERROR);
    strict_gpu_lose(gpu, GL_INNOCENT_CONTEXT_RESET);
    ck_assert_uint_eq(gl.GetGraphicsResetStatus(), GL_INNOCENT_CONTEXT_RESET);
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    gl.CreateBuffers(1, &name);
    ck_assert_uint_eq(name, 77);
    ck_assert_uint_eq(gl.GetError(), GL_CONTEXT_LOST);
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 1), GL_WAIT_FAILED);
    gl.GetSynciv(sync, GL_SYNC_STATUS, 1, NULL, &value);
    ck_assert_int_eq(value, GL_SIGNALED);
    ck_assert_ptr_null(gl.GetString(GL_VERSION));
    map[0] = 5; /* still memory */
    strict_gpu_drain(gpu);
    ck_assert_ptr_null(strict_gpu_result(draw));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(the_context_is_lost_at_a_call) {
    strict_gpu_set_reset(gpu, GL_GUILTY_CONTEXT_RESET);
    strict_gpu_fail(gpu, NULL, 3, false, STRICT_FAIL_CONTEXT_LOST);
    gl.Flush();
    gl.Flush();
    ck_assert(!strict_gpu_is_lost(gpu));
    gl.Flush();
    ck_assert(strict_gpu_is_lost(gpu));
    ck_assert_uint_eq(gl.GetError(), GL_CONTEXT_LOST);
    ck_assert_uint_eq(gl.GetGraphicsResetStatus(), GL_GUILTY_CONTEXT_RESET);
    strict_test_open(NULL);
    strict_gpu_fail(gpu, "glGetGraphicsResetStatus", 1, false, STRICT_FAIL_CONTEXT_LOST);
    ck_assert_uint_eq(gl.GetGraphicsResetStatus(), GL_UNKNOWN_CONTEXT_RESET);
}
END_TEST

START_TEST(without_robustness_nothing_is_reported) {
    GLint value = -1;
    strict_test_open(&(strict_gpu_desc){.no_robustness = true});
    gl.GetIntegerv(GL_NUM_EXTENSIONS, &value);
    ck_assert_int_eq(value, 1);
    ck_assert(!gl.KHR_robustness);
    gl.GetIntegerv(GL_RESET_NOTIFICATION_STRATEGY, &value);
    ck_assert_int_eq(value, GL_NO_RESET_NOTIFICATION);
    GLsync sync = strict_test_fence();
    strict_gpu_lose(gpu, GL_GUILTY_CONTEXT_RESET);
    ck_assert_uint_eq(gl.GetGraphicsResetStatus(), GL_NO_ERROR);
    gl.Flush();
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 1), GL_TIMEOUT_EXPIRED);
}
END_TEST

/* --- The loader */

START_TEST(functions_can_be_hidden) {
    strict_gpu_hide(gpu, "glCreateBuffers");
    ck_assert_ptr_null((void *)(uintptr_t)strict_gpu_get_proc(gpu, "glCreateBuffers"));
    ck_assert(strict_gpu_get_proc(gpu, "glDeleteBuffers") != NULL);
}
END_TEST

START_TEST(names_of_no_function_are_not_found) {
    ck_assert(strict_gpu_get_proc(gpu, "glDrawArrays") != NULL);
    ck_assert(strict_gpu_get_proc(gpu, "glDrawArrays") == strict_gpu_get_proc(gpu, "glDrawArrays"));
    ck_assert(strict_gpu_get_proc(gpu, "glDrawArrays") != strict_gpu_get_proc(gpu, "glClear"));
    ck_assert(strict_gpu_get_proc(gpu, "glBufferStorageEXT") == NULL);
    ck_assert(strict_gpu_get_proc(gpu, "eglInitialize") == NULL);
}
END_TEST

START_TEST(the_version_is_as_described) {
    GLint major = 0;
    strict_gpu_destroy(gpu);
    gpu = strict_gpu_create(&(strict_gpu_desc){.major = 4, .minor = 4, .renderer = "llvmpipe"});
    strict_gpu_make_current(gpu);
    ck_assert_int_ne(gladLoadGLContext(&gl, strict_gpu_current_proc), 0);
    ck_assert(gl.VERSION_4_4 && !gl.VERSION_4_5);
    gl.GetIntegerv(GL_MAJOR_VERSION, &major);
    ck_assert_int_eq(major, 4);
    ck_assert_str_eq((const char *)gl.GetString(GL_RENDERER), "llvmpipe");
}
END_TEST

#if !defined(_WIN32)
START_TEST(an_unsupported_function_aborts) {
    gl.Clear(GL_COLOR_BUFFER_BIT);
}
END_TEST

START_TEST(a_call_without_a_context_aborts) {
    strict_gpu_make_current(NULL);
    gl.Flush();
}
END_TEST
#endif

Suite *strict_failures_suite(void) {
    Suite *suite = suite_create("failures");
    TCase *tcase = tcase_create("failures");
    tcase_add_checked_fixture(tcase, open_gpu, strict_test_close);
    tcase_add_test(tcase, calls_are_counted_by_name);
    tcase_add_test(tcase, the_nth_call_of_a_function_fails);
    tcase_add_test(tcase, every_nth_call_of_all_fails);
    tcase_add_test(tcase, each_way_of_failing);
    tcase_add_test(tcase, building_a_program_fails);
    tcase_add_test(tcase, functions_know_how_they_can_fail);
    tcase_add_test(tcase, memory_has_a_limit);
    tcase_add_test(tcase, a_lost_context_does_nothing_and_says_so);
    tcase_add_test(tcase, the_context_is_lost_at_a_call);
    tcase_add_test(tcase, without_robustness_nothing_is_reported);
    tcase_add_test(tcase, functions_can_be_hidden);
    tcase_add_test(tcase, names_of_no_function_are_not_found);
    tcase_add_test(tcase, the_version_is_as_described);
    suite_add_tcase(suite, tcase);

#if !defined(_WIN32)
    /* An abort can be caught in a child only. */
    const char *fork = getenv("CK_FORK");
    if (fork == NULL || strcmp(fork, "no") != 0) {
        TCase *aborts = tcase_create("aborts");
        tcase_add_checked_fixture(aborts, open_gpu, NULL);
        tcase_add_test_raise_signal(aborts, an_unsupported_function_aborts, SIGABRT);
        tcase_add_test_raise_signal(aborts, a_call_without_a_context_aborts, SIGABRT);
        suite_add_tcase(suite, aborts);
    }
#endif
    return suite;
}
