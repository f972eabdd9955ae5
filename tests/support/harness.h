/* The GL under test, whichever it is.
 *
 * A suite of the backend speaks to this interface and nothing else, so that the same source runs on
 * a real driver (harness_gl.c, gl_reader.c) and on the strict GPU (harness_strict.c). What it
 * hides: how a context comes into being, how a draw reads a span, and when the GPU gets round to
 * it.
 *
 * A context belongs to one process: open the harness in a *checked* fixture, never before Check
 * forks.
 */
#ifndef TRIREME_TESTS_HARNESS_H
#define TRIREME_TESTS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <check.h>
#include <glad/gl.h>
#include <trireme/gl.h>

#include "support/vertex_value.h"
#include "unit/rule_owners.h"

/* Unfinished frames that harness_end_frame leaves behind at most. */
#define HARNESS_FRAMES_IN_FLIGHT 2

/* Who reads the span. Both read in the fragment stage, at the time the GPU executes the draw. */
typedef enum harness_reader {
    HARNESS_TEXEL,  /* a buffer texture */
    HARNESS_STORAGE /* a shader storage block; whole 32-bit words only */
} harness_reader;

/* A draw whose result has not been fetched. 0 is none. */
typedef uint32_t harness_draw;

/* Runs the suites on this GL and returns the program's exit status. Without any GL that is
 * RUNNER_SKIPPED, or a failure if TRIREME_REQUIRE_GL=1. */
int harness_main(Suite *const *suites, size_t count);

/* To be called before harness_main: the program's status is a failure unless each rule of this
 * owner was heard in one of its tests. (Not asked when Check was told to run only some of them.) */
void harness_require_rules(unit_owner owner);

/* Whether the driver is Mesa's llvmpipe, or passes for it. */
bool harness_is_llvmpipe(void);

/* Whether this is the strict GPU (strict_gpu.h): there is no driver, and a draw reads by itself. */
bool harness_is_strict(void);

/* Binds no buffer to storage bindings any more, as programs do between their passes. */
void harness_unbind_storage(void);

/* What executes when the library's scatter.comp is dispatched here, in words. */
const char *harness_scatter(void);

/* A checked fixture. The contexts are made for debugging. Closing fails the test if GL has an error
 * pending in any of them, or if the driver complained (any debug message above notification; on the
 * strict GPU any violation) of something that the test did not say it would. The strict GPU also
 * asks for all objects back, unless harness_expect_remains was called: a lost device leaves its own
 * to the context. */
void harness_open(void);
void harness_close(void);
void harness_expect_remains(void);

/* The test provoked this error, which is pending, and nothing else: takes it, and what was said of
 * it. Fails the test if it is another, if there is none, or if nobody said anything. */
void harness_expect_error(GLenum error);

/* From now on complaints that contain this text (borrowed) are to be expected. */
void harness_expect_messages(const char *text);

/* Destroys the context with everything in it, draws that were not fetched included, and makes
 * another one current, with another loader for devices to be restored by: harness_gl is new. */
void harness_renew(void);

/* What trm_gl_device_restore says with the harness's loader. `desc` NULL: nothing else. */
trm_result harness_try_restore(trm_device *device, const trm_gl_device_desc *desc);

/* The test's own functions of the current context. They bypass the spy. */
GladGLContext *harness_gl(void);

/* A trm_gl_device_desc.get_proc_address. What it hands out goes through the spy (gl_spy.h). */
trm_gl_proc harness_get_proc_address(void *user, const char *name);

/* Whether the devices made from now on may hand over small edits with their commands. Not by
 * default: most suites are about the ring. */
void harness_allow_inline(bool allowed);

/* Whether small buffers may share objects there. Not by default: most suites count memory. */
void harness_allow_pages(bool allowed);

/* A device for the harness's context. `desc` NULL: all defaults. A log is added if there is none:
 * it keeps the last message (harness_message). Fails the test if the device cannot be made. */
trm_device *harness_device(const trm_device_desc *desc);

/* As above, but returns what trm_gl_device_create says. */
trm_result harness_try_device(const trm_device_desc *desc, trm_device **out);

/* The same with everything of the backend's own description but the loader. Without debug groups
 * unless they are asked for: suites count calls. */
trm_result harness_try_gl_device(const trm_gl_device_desc *desc, trm_device **out);
trm_device *harness_gl_device(const trm_gl_device_desc *desc);

/* Whether all devices are to assume this quirk, as the environment's TRIREME_TEST_QUIRK says
 * ("broken-direct-state-access", "broken-explicit-flush", "slow-fences"): no test's own choice.
 * Where direct state access is broken the devices' loader does not find it. Fences are never slow
 * by themselves, whatever the driver: suites that count them would differ. */
bool harness_forces(trm_gl_quirk quirk);

/* As many flushes, or flushed bytes, as `expected`: none where explicit flush is forced to be
 * broken. */
uint64_t harness_flushes(uint64_t expected);

/* The flags of memory that the CPU writes for the GPU, and of its mapping, as they have to be. */
GLbitfield harness_upload_storage(void);
GLbitfield harness_upload_access(void);

/* The last message that a device or buffer made with harness_log() has logged. */
typedef struct harness_message {
    unsigned count;
    trm_log_level level;
    trm_result result;
    char rule[64];
    char label[64];
    char text[512];
} harness_message;

trm_log harness_log(void);
const harness_message *harness_last_message(void);
void harness_forget_messages(void);

/* Issues a draw that reads all bytes of the span (shorter than a test's patience: up to 16 MiB) and
 * returns at once; the GPU reads when it gets there. */
harness_draw harness_issue(harness_reader reader, const trm_gl_span *span);

/* Waits for a draw and writes the span.nbytes bytes that it read. */
void harness_fetch(harness_draw draw, void *out);

/* Lets another context of the share group draw, behind something long. The draw is flushed; *sync
 * is behind it, and the caller's. Fetch it like any other. */
harness_draw harness_issue_elsewhere(harness_reader reader, const trm_gl_span *span, GLsync *sync);

/* Lets another context of the share group delete a buffer, which stays bound in this one. (The
 * strict GPU unbinds it.) */
void harness_delete_elsewhere(GLuint buffer);

/* Draws `count` points through the vertex array, each vertex once: with the element buffer's 32-bit
 * indices from byte `index_offset` on, if `indexed`. Waits; out[i] is what vertex i got in
 * attribute 0, which the shader declares as `kind` says. No vertex array and no program is bound
 * afterwards. */
void harness_fetch_vertices(vertex_kind kind, GLuint vertex_array, int count, bool indexed,
    size_t index_offset, vertex_value *out);

/* Draws, and waits: out[0] is what shaders find in the uniform block at one binding point, out[1]
 * in the storage block at the other. */
void harness_read_blocks(GLuint uniform, GLuint storage, uint32_t out[2][64]);

/* Gives the GPU something long to do before the draws that follow, so that they are surely late. */
void harness_keep_busy(void);

/* Marks the end of the test's frame, after trm_device_end_frame, and waits until at most
 * HARNESS_FRAMES_IN_FLIGHT frames are unfinished: by the test's own fences, never the library's. */
void harness_end_frame(void);

/* Waits until the GPU has nothing left to do. */
void harness_finish(void);

#endif
