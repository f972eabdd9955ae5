/* The strict GPU: an OpenGL 4.5 without a driver that does as badly as the specification allows. A
 * program that is right here does not live on a driver's good will; one that is wrong reads wrong
 * bytes, and a test sees them.
 *
 *     strict_gpu *gpu = strict_gpu_create(&(strict_gpu_desc){.mode = STRICT_FLUSHED, .seed = 7});
 *     strict_gpu_make_current(gpu);
 *     ... load functions through strict_gpu_get_proc, use them ...
 *     strict_read *draw = strict_gpu_read_later(gpu, STRICT_VERTEX, object, offset, nbytes);
 *     strict_gpu_drain(gpu);
 *     compare(strict_gpu_result(draw), expected);
 *     ck_assert_uint_eq(strict_gpu_audit(gpu), 0);
 *     strict_gpu_destroy(gpu);
 *
 * TWO PLANES. A store has client bytes, which a mapping shows, and server bytes, which commands
 * read and write.
 *   - STRICT_FLUSHED: bytes cross from client to server only when a flush names them (or, in a
 *     mapping without FLUSH_EXPLICIT, when it is unmapped or a CLIENT_MAPPED_BUFFER barrier is
 *     issued). They cross at the call. A command issued *before* that call and executed after it
 *     gets neither the old bytes nor the new ones but other ones, and the race is recorded: a
 *     region written too early shows, and so does a flush that comes after the draw.
 *     Everything in the range crosses, written or not. Server writes do not change the client's
 *     bytes; so flushing a range that the CPU has not written again puts old bytes over newer ones.
 *     They reach the client of a MAP_READ mapping after a CLIENT_MAPPED_BUFFER barrier, when a
 *     fence behind that barrier has been *seen* signalled (or glFinish has returned).
 *   - STRICT_EAGER: both planes are the same memory. A CPU store is seen at once by whatever
 *     executes next, flushed or not. Coherent stores are kept so in both modes.
 * A missed flush shows in the first mode, a store into a region in flight in the second. Run every
 * program in both.
 *
 * LATE. Reads, copies, clears, dispatches and fences are queued. Nothing executes before it was
 * submitted (glFlush, glFinish, SYNC_FLUSH_COMMANDS_BIT, or a call that has to wait for its
 * result), so an unflushed fence never signals; when it executes after that is the policy's choice.
 * Commands execute in order and read what is there then, except:
 *
 * SHADER WRITES are not ordered by GL.
 *   - A reader issued after a dispatch sees the bytes from before it, until a glMemoryBarrier with
 *     the bit of its kind stands between them. Fences and glFinish do not replace the barrier.
 *   - A copy (or SubData, clear) behind a dispatch without BUFFER_UPDATE between them loses to it.
 *   - A dispatch executes before reads and copies that were issued earlier, unless a SHADER_STORAGE
 *     barrier stands between them; never before a copy *into* memory that is bound to it, for GL
 *     orders those. (That such a dispatch's own writes may lose to the copy is not modelled.)
 *   - The work groups of a dispatch run in random order.
 *
 * RULES. Breaking one of GL's own raises the error flag and records a violation ("error: ...").
 * Violations without an error flag: races ("race: ..."), writes through a pointer that is no longer
 * or never was part of a mapping ("stray: ...", found by strict_gpu_audit), and what is legal but
 * never right in a library such as this one ("lint: ..."): COHERENT with FLUSH_EXPLICIT,
 * zero-length calls, deleting names that do not exist. Names are never used twice. The mapping of a
 * deleted or unmapped buffer is filled with 0xDD and kept; what queued commands need of the buffer
 * lives on.
 *
 * STATE. Bindings of buffers and vertex arrays, the program with its uniforms, debug groups and the
 * error flag are what the calls use. Other state of an application (blending, textures,
 * framebuffers, queries, ...) is kept as it was set, comes back when it is asked for, and goes with
 * its objects; nothing else looks at it.
 *
 * FAILURES. Each call is counted; any call can be made to fail, see strict_gpu_fail.
 *
 * GL functions act on the gpu that is current on the calling thread. One thread at a time may use a
 * gpu. Time is a number here: no call sleeps.
 */
#ifndef TRIREME_TESTS_STRICT_GPU_H
#define TRIREME_TESTS_STRICT_GPU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glad/gl.h>
#include <trireme/gl.h>

typedef struct strict_gpu strict_gpu;
typedef struct strict_read strict_read;
typedef struct strict_group strict_group;

typedef enum strict_mode {
    STRICT_FLUSHED = 0, /* unflushed bytes never cross */
    STRICT_EAGER        /* every store crosses at once */
} strict_mode;

/* When submitted commands execute, beside strict_gpu_step, its kin, and calls that must wait. */
typedef enum strict_policy {
    STRICT_MANUAL = 0, /* never: also a wait with a timeout expires */
    STRICT_ON_WAIT,    /* a wait with a timeout runs everything up to its fence; a poll nothing */
    STRICT_ON_POLL,    /* polls too: as early as a program can tell */
    STRICT_RANDOM      /* a few at a time, at any GL call; waits run on until their time is up */
} strict_policy;

/* Whether what may execute early (see SHADER WRITES) does. */
typedef enum strict_reorder {
    STRICT_REORDER_ALWAYS = 0,
    STRICT_REORDER_RANDOM,
    STRICT_IN_ORDER
} strict_reorder;

/* All zero is a context of the harshest kind in STRICT_FLUSHED mode. */
typedef struct strict_gpu_desc {
    strict_mode mode;
    strict_policy policy;
    strict_reorder reorder;
    uint64_t seed;       /* of all randomness */
    uint64_t command_ns; /* virtual time that a command takes; 0: 1000 */
    unsigned progress;   /* STRICT_RANDOM: of 256 calls, those at which the GPU moves; 0: 48 */

    uint64_t memory_limit; /* storage beyond it: GL_OUT_OF_MEMORY; 0: 2^30 */
    bool no_robustness;    /* no GL_KHR_robustness; a loss is then never reported */
    bool status_once;      /* glGetGraphicsResetStatus tells of a loss only once */
    bool record_calls;     /* keep what strict_gpu_call_name tells */
    /* Copies overtake STORAGE reads issued before them unless a barrier stands between: what Mesa's
     * llvmpipe does. */
    bool quirk_copies_overtake_storage_reads;
    /* SubData overtakes STORAGE reads, dispatches, copies and other SubData, whatever barriers
     * stand between, unless the buffer is bound as storage when it is called: what NVIDIA's driver
     * does where the GPU is done with all uses of the buffer that the driver has seen. */
    bool quirk_updates_overtake_storage_reads;
    size_t map_skew; /* added to every mapped pointer, as a debugger might */

    GLint major, minor;            /* 0.0: 4.5 */
    const char *vendor, *renderer; /* borrowed; NULL: "Trireme", "strict" */
    GLint uniform_alignment, storage_alignment, texel_alignment,
        map_alignment;          /* 0: 256, 256, 256, 64 */
    GLint max_uniform_nbytes;   /* 0: 65536 */
    GLint64 max_storage_nbytes; /* 0: 2^27 */
} strict_gpu_desc;

/* Aborts when there is no memory, as everything here does: this is a test's tool. */
strict_gpu *strict_gpu_create(const strict_gpu_desc *desc);

/* Frees it with everything in it: reads, mappings, queued commands. NULL is fine. */
void strict_gpu_destroy(strict_gpu *gpu);

/* Makes it current on this thread; NULL: none is. A GL call without one aborts. */
void strict_gpu_make_current(strict_gpu *gpu);

/* A loader (trm_gl_device_desc.get_proc_address); `user` is the gpu. Functions of GL 4.5 core that
 * are not supported are found too, and abort with their name when they are called. NULL for names
 * that strict_gpu_hide took away, that do not begin with "gl", or that end as an extension's do. */
trm_gl_proc strict_gpu_get_proc(void *user, const char *name);

/* A loader without `user`, for the current gpu: what gladLoadGLContext takes. */
trm_gl_proc strict_gpu_current_proc(const char *name);

/* From now on the loader does not find `name` (kept by reference). At most 32. */
void strict_gpu_hide(strict_gpu *gpu, const char *name);

/* --- The GPU's side */

/* Executes at most `count` submitted commands and returns how many it did. */
size_t strict_gpu_step(strict_gpu *gpu, size_t count);

/* Executes until `count` more fences have signalled or nothing submitted is left; returns how many
 * did. */
size_t strict_gpu_step_fences(strict_gpu *gpu, size_t count);

/* Executes up to this fence; false if it was not submitted. */
bool strict_gpu_complete_up_to(strict_gpu *gpu, GLsync fence);

/* Submits and executes everything. For the end of a test: it is not a GL call, and the client has
 * seen no fence by it. */
void strict_gpu_drain(strict_gpu *gpu);

void strict_gpu_set_policy(strict_gpu *gpu, strict_policy policy);

/* Commands queued and not executed; of them those submitted. */
size_t strict_gpu_queued(const strict_gpu *gpu);
size_t strict_gpu_submitted(const strict_gpu *gpu);

/* Virtual nanoseconds: what commands took and waits waited. */
uint64_t strict_gpu_now(const strict_gpu *gpu);

/* Commands, fences and flushes that follow belong to another context of the share group (0 to 1;
 * all else is shared): each has a queue of its own, without any order between them. */
void strict_gpu_use_context(strict_gpu *gpu, unsigned context);

/* --- Readers and writers: what stands for the application's draws */

/* Who reads, and which barrier bit makes shader writes visible to it. */
typedef enum strict_reader {
    STRICT_VERTEX,   /* VERTEX_ATTRIB_ARRAY */
    STRICT_ELEMENT,  /* ELEMENT_ARRAY */
    STRICT_UNIFORM,  /* UNIFORM */
    STRICT_TEXEL,    /* TEXTURE_FETCH: a buffer texture */
    STRICT_INDIRECT, /* COMMAND */
    STRICT_UNPACK,   /* PIXEL_BUFFER */
    STRICT_UPDATE,   /* BUFFER_UPDATE: copies, glGetNamedBufferSubData */
    STRICT_STORAGE,  /* SHADER_STORAGE */
    STRICT_READERS
} strict_reader;

GLbitfield strict_reader_barrier(strict_reader reader);

/* Issues a draw that reads [offset, offset + nbytes) of a buffer when it executes. NULL, and a
 * violation, for what no draw may read: no such buffer, out of range, mapped and not persistent, an
 * offset that is not aligned for its kind. */
strict_read *strict_gpu_read_later(
    strict_gpu *gpu, strict_reader reader, GLuint object, size_t offset, size_t nbytes);

/* What it read; NULL until it has executed. Lives until it is forgotten or the gpu destroyed. */
const unsigned char *strict_gpu_result(const strict_read *read);
size_t strict_gpu_read_nbytes(const strict_read *read);
void strict_gpu_forget(strict_gpu *gpu, strict_read *read);

/* A draw of points whose vertex shader declares an attribute as four components. The result is each
 * vertex's components, as 32-bit words. */
typedef struct strict_fetch {
    strict_read *vertices; /* NULL: the attribute is not an array */
    strict_read *indices;  /* NULL: not indexed */
    GLenum declared, type;
    GLint size;
    bool normalized;
    size_t step; /* bytes from vertex to vertex */
    uint32_t count;
} strict_fetch;

/* Issues the draw of vertices 0 to count - 1 through the vertex array that is bound now, or, with
 * `index_offset`, of `count` vertices, each below `count`, by the 32-bit indices at that byte of
 * its element buffer. `declared` is GL_FLOAT, GL_INT or GL_UNSIGNED_INT. False, and a violation,
 * for what would fetch nothing or anything: no array, no buffer, too short a one, offsets that do
 * not suit the type, an attribute of another kind than declared. */
bool strict_gpu_fetch_later(strict_gpu *gpu, GLuint attribute, GLenum declared, uint32_t count,
    const size_t *index_offset, strict_fetch *out);

/* Whether it has executed; then out[i] is what vertex i got (0 if it was not drawn), and the fetch
 * is over. An index that is not below `count` is a violation. */
bool strict_gpu_fetched(strict_gpu *gpu, strict_fetch *fetch, uint32_t (*out)[4]);

/* Issues a draw that reads a block of `nbytes` bytes at a binding point of GL_UNIFORM_BUFFER or
 * GL_SHADER_STORAGE_BUFFER. NULL, and a violation, if the range bound there is too short. */
strict_read *strict_gpu_read_block_later(
    strict_gpu *gpu, GLenum target, GLuint index, size_t nbytes);

/* Issues a dispatch of the application that writes these bytes (copied at once) by shader. */
void strict_gpu_write_later(
    strict_gpu *gpu, GLuint object, size_t offset, const void *data, size_t nbytes);

/* Server bytes as they are this moment, barriers or not. For tests of the strict GPU itself. */
void strict_gpu_peek(strict_gpu *gpu, GLuint object, size_t offset, size_t nbytes, void *out);

/* --- Compute programs */

/* The C twin of a compute shader: one work group of a dispatch. */
typedef void (*strict_kernel)(const strict_group *group);

/* A compute shader whose source contains `marker` runs `kernel`. `uniforms` names the locations 0,
 * 1, ... for glGetUniformLocation, NULL at the end; it may be NULL itself. All kept by reference;
 * at most 16. A dispatch of a program without a twin is a violation. */
void strict_gpu_register_kernel(
    strict_gpu *gpu, const char *marker, strict_kernel kernel, const char *const *uniforms);

/* Where the group is, and how many there are. */
uint32_t strict_group_id(const strict_group *group, unsigned axis);
uint32_t strict_group_count(const strict_group *group, unsigned axis);

/* A component of the uniform at a location. */
uint32_t strict_group_uniform(const strict_group *group, GLint location, unsigned component);

/* Bytes of the range bound to a storage block; 32-bit words of it. Beyond the range a load is 0 and
 * a store nothing, and either is a violation. */
size_t strict_group_nbytes(const strict_group *group, GLuint binding);
uint32_t strict_group_load(const strict_group *group, GLuint binding, size_t word);
void strict_group_store(const strict_group *group, GLuint binding, size_t word, uint32_t value);

/* A program's number of active compute subroutine uniforms. Until it is set, that is, as for other
 * stages, how often the shader says "subroutine uniform". */
void strict_gpu_set_subroutines(strict_gpu *gpu, GLuint program, GLint count);

/* --- What went wrong */

/* Violations so far, and their texts (NULL past the end; only the first 64 are kept). */
size_t strict_gpu_violations(const strict_gpu *gpu);
const char *strict_gpu_violation(const strict_gpu *gpu, size_t index);
void strict_gpu_forgive(strict_gpu *gpu);

/* Looks for stray writes around mappings and into former ones; prints all violations to stderr and
 * returns their number. */
size_t strict_gpu_audit(strict_gpu *gpu);

/* --- Calls and failures */

/* Calls since creation or strict_gpu_reset_calls: all, or of the function with this name. */
uint64_t strict_gpu_calls(const strict_gpu *gpu, const char *name_or_null);
void strict_gpu_reset_calls(strict_gpu *gpu);

/* The name of the i-th call (from 1), with desc.record_calls; NULL past the end. */
const char *strict_gpu_call_name(const strict_gpu *gpu, uint64_t index);

/* How a call can fail. */
typedef enum strict_failure {
    STRICT_FAIL_OUT_OF_MEMORY = 0x01, /* no effect; raises GL_OUT_OF_MEMORY; returns 0 or NULL */
    STRICT_FAIL_QUIETLY = 0x02,       /* no effect, no error flag; returns 0 or NULL */
    STRICT_FAIL_UNMAP = 0x04,         /* glUnmapNamedBuffer: GL_FALSE, the content is lost */
    STRICT_FAIL_WAIT = 0x08,          /* glClientWaitSync: GL_WAIT_FAILED, GL_OUT_OF_MEMORY */
    STRICT_FAIL_TIMEOUT = 0x10,       /* glClientWaitSync: GL_TIMEOUT_EXPIRED */
    STRICT_FAIL_BUILD = 0x20,         /* glCompileShader, glLinkProgram: with a log */
    STRICT_FAIL_CONTEXT_LOST = 0x40   /* the context is lost, from this call on */
} strict_failure;

/* The ways in which the function can fail on a real driver, OR-ed; 0 for a name not supported. */
unsigned strict_gpu_failures_of(const char *name);

/* Makes the n-th call from now (1: the next one) fail, of the function `name` or, with NULL, of
 * all; with `every`, and each n-th after it. At most 16 at a time. A way that does not fit the
 * function that it hits counts as STRICT_FAIL_OUT_OF_MEMORY, or as nothing where the function can
 * only fail with its context. */
void strict_gpu_fail(
    strict_gpu *gpu, const char *name_or_null, uint64_t nth, bool every, strict_failure way);
void strict_gpu_fail_nothing(strict_gpu *gpu);

/* Failures injected so far. */
uint64_t strict_gpu_failed(const strict_gpu *gpu);

/* Loses the context now. glGetGraphicsResetStatus says `status` from then on (also for a loss by
 * strict_gpu_fail, which says GL_UNKNOWN_CONTEXT_RESET unless strict_gpu_set_reset was called). All
 * calls do nothing and raise GL_CONTEXT_LOST; waits say GL_WAIT_FAILED, polls of glGetSynciv say
 * signalled. Without robustness nothing is raised, and waits expire. Mappings stay readable and
 * writable, and lead nowhere. */
void strict_gpu_lose(strict_gpu *gpu, GLenum status);
void strict_gpu_set_reset(strict_gpu *gpu, GLenum status);
bool strict_gpu_is_lost(const strict_gpu *gpu);

/* --- What there is */

/* Objects whose names have not been deleted, and bytes of storage, those kept for commands too. */
size_t strict_gpu_live_buffers(const strict_gpu *gpu);
size_t strict_gpu_live_fences(const strict_gpu *gpu);
size_t strict_gpu_live_programs(const strict_gpu *gpu); /* shaders too */
size_t strict_gpu_live_others(const strict_gpu *gpu);   /* vertex arrays, textures, queries, ... */
uint64_t strict_gpu_memory(const strict_gpu *gpu);

/* A digest of all bindings: the same before and after a call that restored what it touched. */
uint64_t strict_gpu_state_hash(const strict_gpu *gpu);

#endif
