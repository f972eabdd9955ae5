/* Whole programs with random timing: written right they always read right, and each mistake in them
 * is seen. They are what an uploader does, in small. */
#include <string.h>

#include "strict/strict_test.h"
#include "support/random.h"

#define MODE ((strict_mode)(_i % 2))

/* Seeds that each program runs with; every mistake must show in at least one of them. */
#define SEEDS  24
#define FRAMES 40

typedef enum mistake {
    RIGHT,
    /* of the regions */
    NO_FLUSH,
    HALF_A_FLUSH,
    FLUSH_AFTER_DRAW,
    NO_WAIT,
    WAIT_IGNORED,
    FENCE_BEFORE_DRAW,
    /* of the ring */
    NO_BARRIER_BEFORE,
    NO_BARRIER_AFTER,
    WRONG_BARRIER_AFTER,
    RING_TOO_SHORT,
    COPY_WITHOUT_BARRIER
} mistake;

/* A draw that was issued, and what it must see. */
typedef struct expectation {
    strict_read *draw;
    size_t nbytes;
    unsigned char bytes[1024];
} expectation;

static expectation expectations[4 * FRAMES];
static size_t expectation_count;

static void expect(
    strict_reader reader, GLuint buffer, size_t offset, size_t nbytes, const unsigned char *bytes) {
    expectation *e = &expectations[expectation_count++];
    e->draw = strict_gpu_read_later(gpu, reader, buffer, offset, nbytes);
    e->nbytes = nbytes;
    memcpy(e->bytes, bytes, nbytes);
}

/* Whether something went wrong: a wrong byte, or a violation. */
static bool went_wrong(void) {
    bool wrong = strict_gpu_violations(gpu) > 0;
    strict_gpu_drain(gpu);
    for (size_t i = 0; i < expectation_count; i++) {
        const unsigned char *bytes = strict_gpu_result(expectations[i].draw);
        wrong = wrong || bytes == NULL ||
                memcmp(bytes, expectations[i].bytes, expectations[i].nbytes) != 0;
    }
    expectation_count = 0;
    return wrong || strict_gpu_violations(gpu) > 0;
}

static void wait_for(GLsync *fence, mistake what) {
    if (*fence == NULL) {
        return;
    }
    while (what != NO_WAIT) {
        const GLenum result = gl.ClientWaitSync(*fence, GL_SYNC_FLUSH_COMMANDS_BIT, 2000);
        if (result != GL_TIMEOUT_EXPIRED || what == WAIT_IGNORED) {
            break;
        }
    }
    gl.DeleteSync(*fence);
    *fence = NULL;
}

static void scribble(random_state *random, unsigned char *bytes, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++) {
        bytes[i] = (unsigned char)random_next(random);
    }
}

/* --- Three regions, each fenced */

#define REGION ((size_t)1024)

static bool regions_program(strict_mode mode, uint64_t seed, mistake what) {
    unsigned char content[REGION];
    unsigned char *map;
    GLsync fences[3] = {NULL, NULL, NULL};
    random_state random = {seed};
    strict_test_open(&(strict_gpu_desc){.mode = mode, .policy = STRICT_RANDOM, .seed = seed});
    const GLuint buffer = strict_test_mapped(3 * REGION, 0, &map);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        const size_t region = frame % 3;
        const size_t offset = region * REGION;
        wait_for(&fences[region], what);
        scribble(&random, content, REGION);
        memcpy(map + offset, content, REGION);
        if (what != NO_FLUSH && what != FLUSH_AFTER_DRAW) {
            strict_test_flush(buffer, offset, what == HALF_A_FLUSH ? REGION / 2 : REGION);
        }
        if (what == FENCE_BEFORE_DRAW) {
            fences[region] = strict_test_fence();
        }
        expect(
            (strict_reader)random_below(&random, STRICT_READERS), buffer, offset, REGION, content);
        if (what == FLUSH_AFTER_DRAW) {
            strict_test_flush(buffer, offset, REGION);
        }
        if (what != FENCE_BEFORE_DRAW) {
            fences[region] = strict_test_fence();
        }
    }
    return went_wrong();
}

/* --- A ring that feeds device memory, by copies and by a scatter */

#define LAP    ((size_t)2048) /* a frame's part of the ring */
#define RUNS   8
#define DEVICE ((size_t)1024)

/* Moves one run a group. The table of the ring begins at word 0 of binding 0: source word, target
 * word, words. */
static void scatter(const strict_group *group) {
    const size_t entry = 3 * (size_t)strict_group_id(group, 0);
    const size_t source = strict_group_load(group, 0, entry);
    const size_t target = strict_group_load(group, 0, entry + 1);
    const size_t words = strict_group_load(group, 0, entry + 2);
    for (size_t i = 0; i < words; i++) {
        strict_group_store(group, 1, target + i, strict_group_load(group, 0, source + i));
    }
}

/* Edits up to RUNS pieces of the content and writes them, behind their table, to the lap. */
static size_t gather(random_state *random, unsigned char *content, unsigned char *lap) {
    uint32_t table[3 * RUNS] = {0};
    uint32_t word = 3 * RUNS;
    const size_t share = DEVICE / 4 / RUNS;
    for (size_t run = 0; run < RUNS; run++) {
        const size_t first = run * share + random_below(random, share);
        const size_t words = 1 + random_below(random, (run + 1) * share - first);
        scribble(random, content + 4 * first, 4 * words);
        memcpy(lap + (size_t)4 * word, content + 4 * first, 4 * words);
        table[3 * run] = word;
        table[3 * run + 1] = (uint32_t)first;
        table[3 * run + 2] = (uint32_t)words;
        word += (uint32_t)words;
    }
    memcpy(lap, table, sizeof table);
    return (size_t)4 * word;
}

/* All runs by one dispatch. */
static void move_by_scatter(
    GLuint ring, size_t offset, size_t nbytes, GLuint device, mistake what) {
    const GLuint buffers[] = {ring, device};
    const GLintptr offsets[] = {(GLintptr)offset, 0};
    const GLsizeiptr sizes[] = {(GLsizeiptr)nbytes, (GLsizeiptr)DEVICE};
    if (what != NO_BARRIER_BEFORE) {
        gl.MemoryBarrier(GL_SHADER_STORAGE_BARRIER_BIT);
    }
    gl.BindBuffersRange(GL_SHADER_STORAGE_BUFFER, 0, 2, buffers, offsets, sizes);
    gl.DispatchCompute(RUNS, 1, 1);
    if (what == WRONG_BARRIER_AFTER) {
        gl.MemoryBarrier(GL_UNIFORM_BARRIER_BIT | GL_BUFFER_UPDATE_BARRIER_BIT);
    } else if (what != NO_BARRIER_AFTER) {
        gl.MemoryBarrier(GL_VERTEX_ATTRIB_ARRAY_BARRIER_BIT);
    }
}

/* All runs by a copy each. */
static void move_by_copies(
    GLuint ring, size_t offset, const unsigned char *lap, GLuint device, mistake what) {
    uint32_t table[3 * RUNS];
    memcpy(table, lap, sizeof table);
    if (what != COPY_WITHOUT_BARRIER) {
        gl.MemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
    }
    for (size_t run = 0; run < RUNS; run++) {
        gl.CopyNamedBufferSubData(ring, device, (GLintptr)(offset + (size_t)4 * table[3 * run]),
            (GLintptr)4 * (GLintptr)table[3 * run + 1],
            (GLsizeiptr)4 * (GLsizeiptr)table[3 * run + 2]);
    }
}

static bool ring_program(strict_mode mode, uint64_t seed, mistake what) {
    unsigned char content[DEVICE];
    unsigned char *map;
    GLsync fences[3] = {NULL, NULL, NULL};
    random_state random = {seed};
    strict_test_open(&(strict_gpu_desc){.mode = mode,
        .policy = STRICT_RANDOM,
        .seed = seed,
        .reorder = seed % 2 == 0 ? STRICT_REORDER_ALWAYS : STRICT_REORDER_RANDOM});
    strict_gpu_register_kernel(gpu, "test:scatter", scatter, NULL);
    strict_test_program("test:scatter");
    const GLuint ring = strict_test_mapped(3 * LAP, 0, &map);
    const GLuint device = strict_test_buffer(DEVICE, 0, 0);
    memset(content, 0, sizeof content);
    for (size_t frame = 0; frame < FRAMES; frame++) {
        const size_t lap = what == RING_TOO_SHORT ? 0 : frame % 3;
        const size_t offset = lap * LAP;
        wait_for(&fences[frame % 3], what);
        const size_t nbytes = gather(&random, content, map + offset);
        strict_test_flush(ring, offset, nbytes);
        /* The lap is read back from memory here only because this is a test. */
        if (random_below(&random, 3) == 0) {
            move_by_copies(ring, offset, map + offset, device, what);
        } else {
            move_by_scatter(ring, offset, nbytes, device, what);
        }
        expect(STRICT_VERTEX, device, 0, DEVICE, content);
        fences[frame % 3] = strict_test_fence();
    }
    return went_wrong();
}

/* --- The tests */

typedef bool (*program)(strict_mode mode, uint64_t seed, mistake what);

/* In how many of the seeds something went wrong. */
static int count_wrong(program run, strict_mode mode, mistake what) {
    int wrong = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        wrong += run(mode, seed, what);
    }
    return wrong;
}

START_TEST(right_programs_read_right) {
    ck_assert_int_eq(count_wrong(regions_program, MODE, RIGHT), 0);
    ck_assert_int_eq(count_wrong(ring_program, MODE, RIGHT), 0);
}
END_TEST

START_TEST(each_mistake_with_regions_shows) {
    for (int what = NO_FLUSH; what <= FENCE_BEFORE_DRAW; what++) {
        const int flushed = count_wrong(regions_program, STRICT_FLUSHED, (mistake)what);
        const int eager = count_wrong(regions_program, STRICT_EAGER, (mistake)what);
        ck_assert_msg(flushed + eager > SEEDS / 2, "mistake %d: %d and %d of %d", what, flushed,
            eager, SEEDS);
        /* What is wrong with flushes shows in one mode only; with waits, in both. */
        ck_assert_int_eq(eager > 0, what >= NO_WAIT);
        ck_assert_int_gt(flushed, 0);
    }
}
END_TEST

START_TEST(each_mistake_with_a_ring_shows) {
    for (int what = NO_BARRIER_BEFORE; what <= COPY_WITHOUT_BARRIER; what++) {
        const int wrong = count_wrong(ring_program, MODE, (mistake)what);
        ck_assert_msg(wrong > SEEDS / 4, "mistake %d: %d of %d", what, wrong, SEEDS);
    }
}
END_TEST

Suite *strict_programs_suite(void) {
    Suite *suite = suite_create("programs");
    TCase *tcase = tcase_create("programs");
    tcase_add_checked_fixture(tcase, NULL, strict_test_close);
    tcase_add_loop_test(tcase, right_programs_read_right, 0, 2);
    tcase_add_test(tcase, each_mistake_with_regions_shows);
    tcase_add_loop_test(tcase, each_mistake_with_a_ring_shows, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
