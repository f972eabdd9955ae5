/* Stands between the library and the GL functions that it was given: counts calls, remembers some
 * arguments, hides functions and makes calls fail.
 *
 * GL functions carry no user pointer, so there is one spy per process; harness_open resets it.
 */
#ifndef TRIREME_TESTS_GL_SPY_H
#define TRIREME_TESTS_GL_SPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glad/gl.h>
#include <trireme/gl.h>

/* Every GL function that the library may call, without its "gl". Of those that act on an object by
 * name the forms that act on what is bound are counted, and fail, as the same function. */
#define GL_SPY_FUNCTIONS(X)                                                                        \
    X(AttachShader)                                                                                \
    X(BindBufferRange)                                                                             \
    X(BindBuffersBase)                                                                             \
    X(BindBuffersRange)                                                                            \
    X(ClearNamedBufferData)                                                                        \
    X(ClientWaitSync)                                                                              \
    X(CompileShader)                                                                               \
    X(CopyNamedBufferSubData)                                                                      \
    X(CreateBuffers)                                                                               \
    X(CreateQueries)                                                                               \
    X(CreateProgram)                                                                               \
    X(CreateShader)                                                                                \
    X(DeleteBuffers)                                                                               \
    X(DeleteProgram)                                                                               \
    X(DeleteQueries)                                                                               \
    X(DeleteShader)                                                                                \
    X(DeleteSync)                                                                                  \
    X(DetachShader)                                                                                \
    X(DispatchCompute)                                                                             \
    X(FenceSync)                                                                                   \
    X(Flush)                                                                                       \
    X(FlushMappedNamedBufferRange)                                                                 \
    X(GetError)                                                                                    \
    X(GetGraphicsResetStatus)                                                                      \
    X(GetInteger64i_v)                                                                             \
    X(GetInteger64v)                                                                               \
    X(GetIntegeri_v)                                                                               \
    X(GetIntegerv)                                                                                 \
    X(GetNamedBufferParameteri64v)                                                                 \
    X(GetQueryObjectuiv)                                                                           \
    X(GetProgramPipelineiv)                                                                        \
    X(GetProgramStageiv)                                                                           \
    X(GetProgramiv)                                                                                \
    X(GetString)                                                                                   \
    X(GetStringi)                                                                                  \
    X(IsQuery)                                                                                     \
    X(IsBuffer)                                                                                    \
    X(IsSync)                                                                                      \
    X(LinkProgram)                                                                                 \
    X(MapNamedBufferRange)                                                                         \
    X(MemoryBarrier)                                                                               \
    X(NamedBufferStorage)                                                                          \
    X(NamedBufferSubData)                                                                          \
    X(ObjectLabel)                                                                                 \
    X(PopDebugGroup)                                                                               \
    X(ProgramUniform1ui)                                                                           \
    X(PushDebugGroup)                                                                              \
    X(QueryCounter)                                                                                \
    X(ShaderSource)                                                                                \
    X(UnmapNamedBuffer)                                                                            \
    X(UseProgram)                                                                                  \
    X(VertexArrayElementBuffer)                                                                    \
    X(VertexArrayVertexBuffer)                                                                     \
    X(WaitSync)

#define GL_SPY_ENUM(name) SPY_##name,
typedef enum gl_spy_function { GL_SPY_FUNCTIONS(GL_SPY_ENUM) SPY_COUNT } gl_spy_function;
#undef GL_SPY_ENUM

/* What glClientWaitSync says, and so glGetQueryObjectuiv. */
typedef enum gl_spy_wait {
    SPY_WAIT_REAL = 0,
    SPY_WAIT_SIGNALLED, /* at once, whatever the GPU is doing: the library's fences are blind */
    SPY_WAIT_TIMEOUT,   /* never signalled; returns at once */
    SPY_WAIT_FAILED
} gl_spy_wait;

typedef struct gl_spy {
    uint64_t calls[SPY_COUNT];

    /* Functions that the loader does not find. */
    bool missing[SPY_COUNT];
    /* The loader does not find this one either, with its "gl"; NULL: none. */
    const char *hidden;
    /* The loader finds nothing beyond GL_SPY_FUNCTIONS. */
    bool nothing_else;
    /* The loader finds no direct state access to buffers and vertex arrays. */
    bool no_direct_state_access;

    /* glCreateBuffers, glCreateProgram, glCreateQueries, glCreateShader, glNamedBufferStorage,
     * glMapNamedBufferRange and glFenceSync: after `skip` more calls, the next `fail` calls do
     * nothing and fail: 0 or NULL, and `error` (but glFenceSync raises none). */
    unsigned skip[SPY_COUNT];
    unsigned fail[SPY_COUNT];
    GLenum error; /* 0: GL_OUT_OF_MEMORY */
    /* glMapNamedBufferRange then raises no error either. */
    bool quiet;

    gl_spy_wait wait;
    /* glClientWaitSync says "not yet" this many times before `wait` applies. */
    unsigned wait_not_yet;
    /* Polls of the newest fences, so many, always say "not yet", as if the GPU were so far behind.
     */
    unsigned lag;
    /* This fence always says "not yet". */
    GLsync held;
    /* glFlushMappedNamedBufferRange does nothing. */
    bool no_flush;
    /* Told of each call before it happens; NULL: nobody. */
    void (*on_call)(gl_spy_function function);
    /* What glGetGraphicsResetStatus says; 0: the truth. */
    GLenum reset_status;
    /* Somebody else was told: it says nothing any more. */
    bool status_told;
    /* The context says that it was made for debugging. */
    bool debug_context;
    /* The version that the context claims, e.g. 44 for 4.4; 0: the truth. */
    int version;
    /* What glGetString says; NULL: the truth. */
    const char *vendor, *renderer, *version_text;
    /* The context has GL_NVX_gpu_memory_info, which says so much. */
    bool tells_memory;
    int dedicated_kib;

    /* Calls of the forms that act on what is bound, glBindBuffer aside. */
    uint64_t bound_calls;
    /* Calls of glNamedBufferSubData for anything but whole words, which a driver does badly. */
    uint64_t uneven_updates;
    /* Seen in calls; of glNamedBufferStorage in refused ones, too. */
    GLbitfield storage_flags;  /* of the last glNamedBufferStorage */
    GLsizeiptr storage_nbytes; /* likewise */
    GLbitfield map_access;     /* of the last glMapNamedBufferRange */
    GLintptr map_offset;
    GLsizeiptr map_nbytes;
    uint64_t flushed_nbytes;
    uint64_t transferred_nbytes; /* by glCopyNamedBufferSubData */
    GLbitfield barriers;         /* of every glMemoryBarrier, OR-ed */
    uint64_t wait_nonzero;       /* glClientWaitSync calls with a timeout */
    char group[64];              /* the last glPushDebugGroup's message, maybe cut */
} gl_spy;

extern gl_spy spy;

/* "glFenceSync" for SPY_FenceSync. */
const char *gl_spy_name(gl_spy_function function);

/* Looks a function up in `real` and returns the spy's version of it, or the real one if there is
 * none. */
trm_gl_proc gl_spy_lookup(trm_gl_proc (*real)(const char *name), const char *name);

/* Forgets the counts, not the faults. */
void gl_spy_reset_counts(void);

/* Takes an error that a failed call raised and nobody asked for; GL_NO_ERROR if there is none. */
GLenum gl_spy_take_error(void);

/* The sum of all counts. */
uint64_t gl_spy_total(void);

#endif
