/* Fences: when they signal, who makes them, and what waiting costs. */
#include <string.h>

#include "strict/strict_test.h"

static GLsync fence(void) {
    return gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
}

static GLint status(GLsync sync) {
    GLint value = -1;
    GLsizei length = -1;
    gl.GetSynciv(sync, GL_SYNC_STATUS, 1, &length, &value);
    ck_assert_int_eq(length, 1);
    return value;
}

START_TEST(an_unflushed_fence_never_signals) {
    strict_test_open(&(strict_gpu_desc){.policy = (strict_policy)_i});
    GLsync sync = fence();
    for (int i = 0; i < 1000; i++) {
        ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 1000000), GL_TIMEOUT_EXPIRED);
        ck_assert_int_eq(status(sync), GL_UNSIGNALED);
    }
    ck_assert_uint_eq(strict_gpu_step(gpu, 10), 0);
    ck_assert(!strict_gpu_complete_up_to(gpu, sync));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(the_flush_bit_of_a_wait_is_a_flush) {
    strict_test_open(&(strict_gpu_desc){.policy = STRICT_ON_WAIT});
    GLsync sync = fence();
    ck_assert_uint_eq(gl.ClientWaitSync(sync, GL_SYNC_FLUSH_COMMANDS_BIT, 0), GL_TIMEOUT_EXPIRED);
    ck_assert_uint_eq(strict_gpu_submitted(gpu), 1);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 1), GL_CONDITION_SATISFIED);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 0), GL_ALREADY_SIGNALED);
}
END_TEST

START_TEST(manual_waits_expire) {
    strict_test_open_mode(STRICT_FLUSHED);
    GLsync sync = strict_test_fence();
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 5000), GL_TIMEOUT_EXPIRED);
    ck_assert_uint_eq(strict_gpu_now(gpu), 5000);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, UINT64_MAX), GL_TIMEOUT_EXPIRED);
    ck_assert(strict_gpu_complete_up_to(gpu, sync));
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 5000), GL_ALREADY_SIGNALED);
    ck_assert_uint_eq(strict_gpu_now(gpu), 6000); /* one command */
}
END_TEST

START_TEST(on_wait_polls_see_nothing) {
    strict_test_open(&(strict_gpu_desc){.policy = STRICT_ON_WAIT});
    GLsync first = strict_test_fence();
    GLsync second = strict_test_fence();
    ck_assert_uint_eq(gl.ClientWaitSync(first, 0, 0), GL_TIMEOUT_EXPIRED);
    ck_assert_int_eq(status(first), GL_UNSIGNALED);
    ck_assert_uint_eq(gl.ClientWaitSync(first, 0, 1), GL_CONDITION_SATISFIED);
    ck_assert_int_eq(status(second), GL_UNSIGNALED);
}
END_TEST

START_TEST(on_poll_polls_see_everything_flushed) {
    strict_test_open(&(strict_gpu_desc){.policy = STRICT_ON_POLL});
    GLsync first = strict_test_fence();
    GLsync second = strict_test_fence();
    ck_assert_int_eq(status(first), GL_SIGNALED);
    ck_assert_uint_eq(gl.ClientWaitSync(second, 0, 0), GL_ALREADY_SIGNALED);
}
END_TEST

START_TEST(random_completion_is_late_and_certain) {
    unsigned late = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        strict_test_open(&(strict_gpu_desc){.policy = STRICT_RANDOM, .seed = seed});
        GLsync sync = strict_test_fence();
        late += gl.ClientWaitSync(sync, 0, 0) == GL_TIMEOUT_EXPIRED;
        int polls = 0;
        while (gl.ClientWaitSync(sync, 0, 0) == GL_TIMEOUT_EXPIRED) {
            ck_assert_int_lt(++polls, 1000);
        }
        sync = strict_test_fence();
        ck_assert_uint_ne(gl.ClientWaitSync(sync, 0, 1000000), GL_TIMEOUT_EXPIRED);
    }
    ck_assert_uint_gt(late, 5);
}
END_TEST

START_TEST(random_waits_end_with_their_time) {
    strict_test_open(
        &(strict_gpu_desc){.policy = STRICT_RANDOM, .progress = 1, .command_ns = 1000});
    const GLuint buffer = strict_test_buffer(64, 1, 0);
    for (int i = 0; i < 100; i++) {
        strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, 64);
    }
    GLsync sync = strict_test_fence();
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 20000), GL_TIMEOUT_EXPIRED);
    ck_assert_uint_ge(strict_gpu_now(gpu), 20000);
    ck_assert_uint_lt(strict_gpu_queued(gpu), 101);
    ck_assert_uint_gt(strict_gpu_queued(gpu), 50);
    ck_assert_uint_eq(gl.ClientWaitSync(sync, 0, 10000000), GL_CONDITION_SATISFIED);
}
END_TEST

START_TEST(the_same_seed_is_the_same_gpu) {
    uint64_t times[2];
    for (int run = 0; run < 2; run++) {
        strict_test_open(&(strict_gpu_desc){.policy = STRICT_RANDOM, .seed = 99});
        for (int i = 0; i < 100; i++) {
            gl.ClientWaitSync(strict_test_fence(), 0, 3000);
        }
        times[run] = strict_gpu_now(gpu);
    }
    ck_assert_uint_eq(times[0], times[1]);
}
END_TEST

START_TEST(fences_signal_in_order) {
    strict_test_open_mode(STRICT_FLUSHED);
    GLsync syncs[3];
    for (int i = 0; i < 3; i++) {
        syncs[i] = strict_test_fence();
    }
    ck_assert_uint_eq(strict_gpu_step_fences(gpu, 2), 2);
    ck_assert_int_eq(status(syncs[1]), GL_SIGNALED);
    ck_assert_int_eq(status(syncs[2]), GL_UNSIGNALED);
    gl.DeleteSync(syncs[2]); /* pending: it must not hurt */
    ck_assert_uint_eq(strict_gpu_live_fences(gpu), 2);
    ck_assert_uint_eq(strict_gpu_step_fences(gpu, 5), 1);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(finish_finishes) {
    strict_test_open_mode(STRICT_FLUSHED);
    GLsync sync = fence();
    gl.Finish();
    ck_assert_int_eq(status(sync), GL_SIGNALED);
    ck_assert_uint_eq(strict_gpu_queued(gpu), 0);
}
END_TEST

START_TEST(contexts_have_queues_of_their_own) {
    strict_test_open(&(strict_gpu_desc){.policy = STRICT_ON_WAIT});
    const GLuint buffer = strict_test_buffer(64, 1, 0);
    strict_gpu_use_context(gpu, 1);
    strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, buffer, 0, 64);
    GLsync theirs = fence();
    strict_gpu_use_context(gpu, 0);
    gl.Flush();
    gl.Finish();
    ck_assert_ptr_null(strict_gpu_result(draw));
    ck_assert_uint_eq(gl.ClientWaitSync(theirs, GL_SYNC_FLUSH_COMMANDS_BIT, 1), GL_TIMEOUT_EXPIRED);
    strict_gpu_use_context(gpu, 1);
    gl.Flush();
    strict_gpu_use_context(gpu, 0);
    gl.WaitSync(theirs, 0, GL_TIMEOUT_IGNORED);
    GLsync ours = strict_test_fence();
    ck_assert_uint_eq(gl.ClientWaitSync(ours, 0, 1), GL_CONDITION_SATISFIED);
    ck_assert(strict_test_saw(draw, 1));
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(waiting_for_an_unflushed_context_is_found) {
    strict_test_open_mode(STRICT_FLUSHED);
    strict_gpu_use_context(gpu, 1);
    GLsync theirs = fence();
    strict_gpu_use_context(gpu, 0);
    gl.WaitSync(theirs, 0, GL_TIMEOUT_IGNORED);
    gl.Finish();
    CHECK_VIOLATIONS(1);
}
END_TEST

Suite *strict_sync_suite(void) {
    Suite *suite = suite_create("sync");
    TCase *tcase = tcase_create("sync");
    tcase_add_checked_fixture(tcase, NULL, strict_test_close);
    tcase_add_loop_test(tcase, an_unflushed_fence_never_signals, 0, STRICT_RANDOM + 1);
    tcase_add_test(tcase, the_flush_bit_of_a_wait_is_a_flush);
    tcase_add_test(tcase, manual_waits_expire);
    tcase_add_test(tcase, on_wait_polls_see_nothing);
    tcase_add_test(tcase, on_poll_polls_see_everything_flushed);
    tcase_add_test(tcase, random_completion_is_late_and_certain);
    tcase_add_test(tcase, random_waits_end_with_their_time);
    tcase_add_test(tcase, the_same_seed_is_the_same_gpu);
    tcase_add_test(tcase, fences_signal_in_order);
    tcase_add_test(tcase, finish_finishes);
    tcase_add_test(tcase, contexts_have_queues_of_their_own);
    tcase_add_test(tcase, waiting_for_an_unflushed_context_is_found);
    suite_add_tcase(suite, tcase);
    return suite;
}
