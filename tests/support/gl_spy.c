#include "support/gl_spy.h"

#include <stdio.h>
#include <string.h>

#define DEDICATED_VIDMEM_NVX 0x9047 /* of GL_NVX_gpu_memory_info */

gl_spy spy;

/* Raised by a call that was made to fail, until glGetError is asked. */
static GLenum planted_error;

static struct {
    PFNGLATTACHSHADERPROC AttachShader;
    PFNGLBINDBUFFERRANGEPROC BindBufferRange;
    PFNGLBINDBUFFERSBASEPROC BindBuffersBase;
    PFNGLBINDBUFFERSRANGEPROC BindBuffersRange;
    PFNGLCLEARNAMEDBUFFERDATAPROC ClearNamedBufferData;
    PFNGLCLIENTWAITSYNCPROC ClientWaitSync;
    PFNGLCOMPILESHADERPROC CompileShader;
    PFNGLCOPYNAMEDBUFFERSUBDATAPROC CopyNamedBufferSubData;
    PFNGLCREATEBUFFERSPROC CreateBuffers;
    PFNGLCREATEPROGRAMPROC CreateProgram;
    PFNGLCREATEQUERIESPROC CreateQueries;
    PFNGLCREATESHADERPROC CreateShader;
    PFNGLDELETEBUFFERSPROC DeleteBuffers;
    PFNGLDELETEPROGRAMPROC DeleteProgram;
    PFNGLDELETEQUERIESPROC DeleteQueries;
    PFNGLDELETESHADERPROC DeleteShader;
    PFNGLDELETESYNCPROC DeleteSync;
    PFNGLDETACHSHADERPROC DetachShader;
    PFNGLDISPATCHCOMPUTEPROC DispatchCompute;
    PFNGLFENCESYNCPROC FenceSync;
    PFNGLFLUSHPROC Flush;
    PFNGLFLUSHMAPPEDNAMEDBUFFERRANGEPROC FlushMappedNamedBufferRange;
    PFNGLGETERRORPROC GetError;
    PFNGLGETGRAPHICSRESETSTATUSPROC GetGraphicsResetStatus;
    PFNGLGETINTEGER64I_VPROC GetInteger64i_v;
    PFNGLGETINTEGER64VPROC GetInteger64v;
    PFNGLGETINTEGERI_VPROC GetIntegeri_v;
    PFNGLGETINTEGERVPROC GetIntegerv;
    PFNGLGETNAMEDBUFFERPARAMETERI64VPROC GetNamedBufferParameteri64v;
    PFNGLGETQUERYOBJECTUIVPROC GetQueryObjectuiv;
    PFNGLGETPROGRAMPIPELINEIVPROC GetProgramPipelineiv;
    PFNGLGETPROGRAMSTAGEIVPROC GetProgramStageiv;
    PFNGLGETPROGRAMIVPROC GetProgramiv;
    PFNGLGETSTRINGPROC GetString;
    PFNGLGETSTRINGIPROC GetStringi;
    PFNGLISQUERYPROC IsQuery;
    PFNGLISBUFFERPROC IsBuffer;
    PFNGLISSYNCPROC IsSync;
    PFNGLLINKPROGRAMPROC LinkProgram;
    PFNGLMAPNAMEDBUFFERRANGEPROC MapNamedBufferRange;
    PFNGLMEMORYBARRIERPROC MemoryBarrier;
    PFNGLNAMEDBUFFERSTORAGEPROC NamedBufferStorage;
    PFNGLNAMEDBUFFERSUBDATAPROC NamedBufferSubData;
    PFNGLOBJECTLABELPROC ObjectLabel;
    PFNGLPOPDEBUGGROUPPROC PopDebugGroup;
    PFNGLPROGRAMUNIFORM1UIPROC ProgramUniform1ui;
    PFNGLPUSHDEBUGGROUPPROC PushDebugGroup;
    PFNGLQUERYCOUNTERPROC QueryCounter;
    PFNGLSHADERSOURCEPROC ShaderSource;
    PFNGLUNMAPNAMEDBUFFERPROC UnmapNamedBuffer;
    PFNGLUSEPROGRAMPROC UseProgram;
    PFNGLVERTEXARRAYELEMENTBUFFERPROC VertexArrayElementBuffer;
    PFNGLVERTEXARRAYVERTEXBUFFERPROC VertexArrayVertexBuffer;
    PFNGLWAITSYNCPROC WaitSync;
} real;

/* The forms that act on what is bound. */
static struct {
    PFNGLBINDBUFFERPROC BindBuffer;
    PFNGLBINDVERTEXBUFFERPROC BindVertexBuffer;
    PFNGLBUFFERSTORAGEPROC BufferStorage;
    PFNGLBUFFERSUBDATAPROC BufferSubData;
    PFNGLCLEARBUFFERDATAPROC ClearBufferData;
    PFNGLCOPYBUFFERSUBDATAPROC CopyBufferSubData;
    PFNGLFLUSHMAPPEDBUFFERRANGEPROC FlushMappedBufferRange;
    PFNGLGENBUFFERSPROC GenBuffers;
    PFNGLGETBUFFERPARAMETERI64VPROC GetBufferParameteri64v;
    PFNGLMAPBUFFERRANGEPROC MapBufferRange;
} bound;

static void count(gl_spy_function function) {
    spy.calls[function]++;
    if (spy.on_call != NULL) {
        spy.on_call(function);
    }
}

/* Counts a call and says whether this one was made to fail. */
static bool fails(gl_spy_function function, bool with_error) {
    count(function);
    if (spy.skip[function] > 0) {
        spy.skip[function]--;
        return false;
    }
    if (spy.fail[function] == 0) {
        return false;
    }
    spy.fail[function]--;
    if (with_error && planted_error == GL_NO_ERROR) {
        planted_error = spy.error != 0 ? spy.error : GL_OUT_OF_MEMORY;
    }
    return true;
}

static void GLAD_API_PTR spy_BindBufferRange(
    GLenum target, GLuint index, GLuint buffer, GLintptr offset, GLsizeiptr size) {
    count(SPY_BindBufferRange);
    real.BindBufferRange(target, index, buffer, offset, size);
}

/* The last fences and counters, the newest first. */
static GLsync newest[8];

static void note_newest(GLsync sync) {
    memmove(&newest[1], &newest[0], sizeof newest - sizeof newest[0]);
    newest[0] = sync;
}

/* Its name may come again. */
static void forget_newest(GLsync sync) {
    for (size_t i = 0; i < sizeof newest / sizeof newest[0]; i++) {
        newest[i] = newest[i] == sync ? NULL : newest[i];
    }
}

static bool lags(GLsync sync) {
    for (unsigned i = 0; i < spy.lag && i < sizeof newest / sizeof newest[0]; i++) {
        if (newest[i] == sync) {
            return true;
        }
    }
    return false;
}

static GLenum GLAD_API_PTR spy_ClientWaitSync(GLsync sync, GLbitfield flags, GLuint64 timeout) {
    count(SPY_ClientWaitSync);
    spy.wait_nonzero += timeout > 0;
    if (spy.wait_not_yet > 0) {
        spy.wait_not_yet--;
        return GL_TIMEOUT_EXPIRED;
    }
    if ((spy.held != NULL && sync == spy.held) || (timeout == 0 && lags(sync))) {
        return GL_TIMEOUT_EXPIRED;
    }
    switch (spy.wait) {
    case SPY_WAIT_SIGNALLED:
        return GL_ALREADY_SIGNALED;
    case SPY_WAIT_TIMEOUT:
        return GL_TIMEOUT_EXPIRED;
    case SPY_WAIT_FAILED:
        return GL_WAIT_FAILED;
    case SPY_WAIT_REAL:
        break;
    }
    return real.ClientWaitSync(sync, flags, timeout);
}

static void GLAD_API_PTR spy_CreateBuffers(GLsizei n, GLuint *names) {
    if (fails(SPY_CreateBuffers, true)) {
        memset(names, 0, (size_t)n * sizeof *names);
        return;
    }
    real.CreateBuffers(n, names);
}

static void GLAD_API_PTR spy_DeleteBuffers(GLsizei n, const GLuint *names) {
    count(SPY_DeleteBuffers);
    real.DeleteBuffers(n, names);
}

static void GLAD_API_PTR spy_DeleteSync(GLsync sync) {
    count(SPY_DeleteSync);
    forget_newest(sync);
    real.DeleteSync(sync);
}

static GLsync GLAD_API_PTR spy_FenceSync(GLenum condition, GLbitfield flags) {
    if (fails(SPY_FenceSync, false)) {
        return NULL;
    }
    note_newest(real.FenceSync(condition, flags));
    return newest[0];
}

/* What stands for a query among the fences. */
static GLsync sync_of(GLuint query) {
    return (GLsync)(UINTPTR_MAX - query);
}

static void GLAD_API_PTR spy_CreateQueries(GLenum target, GLsizei n, GLuint *names) {
    if (fails(SPY_CreateQueries, true)) {
        memset(names, 0, (size_t)n * sizeof *names);
        return;
    }
    real.CreateQueries(target, n, names);
}

static void GLAD_API_PTR spy_DeleteQueries(GLsizei n, const GLuint *names) {
    count(SPY_DeleteQueries);
    for (GLsizei i = 0; i < n; i++) {
        forget_newest(sync_of(names[i]));
    }
    real.DeleteQueries(n, names);
}

static void GLAD_API_PTR spy_QueryCounter(GLuint query, GLenum target) {
    count(SPY_QueryCounter);
    note_newest(sync_of(query));
    real.QueryCounter(query, target);
}

/* What is lost answers, and is not there. */
static bool queries_are_lost(void) {
    return spy.wait == SPY_WAIT_FAILED && spy.reset_status != GL_NO_ERROR;
}

static GLboolean GLAD_API_PTR spy_IsQuery(GLuint query) {
    count(SPY_IsQuery);
    return queries_are_lost() ? GL_FALSE : real.IsQuery(query);
}

static void GLAD_API_PTR spy_GetQueryObjectuiv(GLuint query, GLenum name, GLuint *value) {
    count(SPY_GetQueryObjectuiv);
    if (spy.wait_not_yet > 0) {
        spy.wait_not_yet--;
        *value = GL_FALSE;
    } else if (lags(sync_of(query)) || spy.wait == SPY_WAIT_TIMEOUT) {
        *value = GL_FALSE;
    } else if (spy.wait == SPY_WAIT_SIGNALLED || queries_are_lost()) {
        *value = GL_TRUE;
    } else {
        real.GetQueryObjectuiv(query, name, value);
    }
}

static void GLAD_API_PTR spy_Flush(void) {
    count(SPY_Flush);
    real.Flush();
}

static void GLAD_API_PTR spy_FlushMappedNamedBufferRange(
    GLuint buffer, GLintptr offset, GLsizeiptr length) {
    count(SPY_FlushMappedNamedBufferRange);
    spy.flushed_nbytes += (uint64_t)length;
    if (!spy.no_flush) {
        real.FlushMappedNamedBufferRange(buffer, offset, length);
    }
}

GLenum gl_spy_take_error(void) {
    const GLenum error = planted_error;
    planted_error = GL_NO_ERROR;
    return error;
}

static GLenum GLAD_API_PTR spy_GetError(void) {
    count(SPY_GetError);
    const GLenum error = gl_spy_take_error();
    return error != GL_NO_ERROR ? error : real.GetError();
}

static GLenum GLAD_API_PTR spy_GetGraphicsResetStatus(void) {
    count(SPY_GetGraphicsResetStatus);
    if (spy.status_told) {
        return GL_NO_ERROR;
    }
    return spy.reset_status != 0 ? spy.reset_status : real.GetGraphicsResetStatus();
}

static void GLAD_API_PTR spy_GetInteger64v(GLenum name, GLint64 *data) {
    count(SPY_GetInteger64v);
    real.GetInteger64v(name, data);
}

static void GLAD_API_PTR spy_GetIntegerv(GLenum name, GLint *data) {
    count(SPY_GetIntegerv);
    if (spy.version != 0 && name == GL_MAJOR_VERSION) {
        *data = spy.version / 10;
    } else if (spy.version != 0 && name == GL_MINOR_VERSION) {
        *data = spy.version % 10;
    } else if (spy.tells_memory && name == DEDICATED_VIDMEM_NVX) {
        *data = spy.dedicated_kib;
    } else {
        real.GetIntegerv(name, data);
        *data |= spy.debug_context && name == GL_CONTEXT_FLAGS ? GL_CONTEXT_FLAG_DEBUG_BIT : 0;
    }
}

static void GLAD_API_PTR spy_GetNamedBufferParameteri64v(
    GLuint buffer, GLenum name, GLint64 *data) {
    count(SPY_GetNamedBufferParameteri64v);
    real.GetNamedBufferParameteri64v(buffer, name, data);
}

static const GLubyte *GLAD_API_PTR spy_GetString(GLenum name) {
    static GLubyte version[] = "0.0 (an older context)";
    count(SPY_GetString);
    const char *const told = name == GL_VENDOR     ? spy.vendor
                             : name == GL_RENDERER ? spy.renderer
                             : name == GL_VERSION  ? spy.version_text
                                                   : NULL;
    if (told != NULL) {
        return (const GLubyte *)told;
    }
    if (spy.version == 0 || name != GL_VERSION) {
        return real.GetString(name);
    }
    version[0] = (GLubyte)('0' + spy.version / 10);
    version[2] = (GLubyte)('0' + spy.version % 10);
    return version;
}

static const GLubyte *GLAD_API_PTR spy_GetStringi(GLenum name, GLuint index) {
    count(SPY_GetStringi);
    if (spy.tells_memory && name == GL_EXTENSIONS && index == 0) {
        return (const GLubyte *)"GL_NVX_gpu_memory_info";
    }
    return real.GetStringi(name, index);
}

static GLboolean GLAD_API_PTR spy_IsBuffer(GLuint buffer) {
    count(SPY_IsBuffer);
    return real.IsBuffer(buffer);
}

static bool mapping_fails(GLintptr offset, GLsizeiptr length, GLbitfield access) {
    if (fails(SPY_MapNamedBufferRange, !spy.quiet)) {
        return true;
    }
    spy.map_offset = offset;
    spy.map_nbytes = length;
    spy.map_access = access;
    return false;
}

static void *GLAD_API_PTR spy_MapNamedBufferRange(
    GLuint buffer, GLintptr offset, GLsizeiptr length, GLbitfield access) {
    return mapping_fails(offset, length, access)
               ? NULL
               : real.MapNamedBufferRange(buffer, offset, length, access);
}

static bool storage_fails(GLsizeiptr size, GLbitfield flags) {
    spy.storage_nbytes = size;
    spy.storage_flags = flags;
    return fails(SPY_NamedBufferStorage, true);
}

static void GLAD_API_PTR spy_NamedBufferStorage(
    GLuint buffer, GLsizeiptr size, const void *data, GLbitfield flags) {
    if (!storage_fails(size, flags)) {
        real.NamedBufferStorage(buffer, size, data, flags);
    }
}

static void note_update(GLintptr offset, GLsizeiptr size) {
    count(SPY_NamedBufferSubData);
    spy.uneven_updates += offset % 4 != 0 || size % 4 != 0;
}

static void GLAD_API_PTR spy_NamedBufferSubData(
    GLuint buffer, GLintptr offset, GLsizeiptr size, const void *data) {
    note_update(offset, size);
    real.NamedBufferSubData(buffer, offset, size, data);
}

static void GLAD_API_PTR spy_ObjectLabel(
    GLenum identifier, GLuint name, GLsizei length, const GLchar *label) {
    count(SPY_ObjectLabel);
    real.ObjectLabel(identifier, name, length, label);
}

static GLboolean GLAD_API_PTR spy_UnmapNamedBuffer(GLuint buffer) {
    count(SPY_UnmapNamedBuffer);
    return real.UnmapNamedBuffer(buffer);
}

static void GLAD_API_PTR spy_VertexArrayElementBuffer(GLuint vertex_array, GLuint buffer) {
    count(SPY_VertexArrayElementBuffer);
    real.VertexArrayElementBuffer(vertex_array, buffer);
}

static GLboolean GLAD_API_PTR spy_IsSync(GLsync sync) {
    count(SPY_IsSync);
    return real.IsSync(sync);
}

static void GLAD_API_PTR spy_WaitSync(GLsync sync, GLbitfield flags, GLuint64 timeout) {
    count(SPY_WaitSync);
    real.WaitSync(sync, flags, timeout);
}

static void GLAD_API_PTR spy_VertexArrayVertexBuffer(
    GLuint vertex_array, GLuint binding, GLuint buffer, GLintptr offset, GLsizei stride) {
    count(SPY_VertexArrayVertexBuffer);
    real.VertexArrayVertexBuffer(vertex_array, binding, buffer, offset, stride);
}

/* Functions that are only counted. */
#define COUNTED(name, parameters, arguments)                                                       \
    static void GLAD_API_PTR spy_##name parameters {                                               \
        count(SPY_##name);                                                                         \
        real.name arguments;                                                                       \
    }

COUNTED(AttachShader, (GLuint program, GLuint shader), (program, shader))
COUNTED(BindBuffersBase, (GLenum target, GLuint first, GLsizei n, const GLuint *buffers),
    (target, first, n, buffers))
COUNTED(BindBuffersRange,
    (GLenum target, GLuint first, GLsizei n, const GLuint *buffers, const GLintptr *offsets,
        const GLsizeiptr *sizes),
    (target, first, n, buffers, offsets, sizes))
COUNTED(ClearNamedBufferData,
    (GLuint buffer, GLenum internal, GLenum format, GLenum type, const void *data),
    (buffer, internal, format, type, data))
COUNTED(CompileShader, (GLuint shader), (shader))
COUNTED(DeleteProgram, (GLuint program), (program))
COUNTED(DeleteShader, (GLuint shader), (shader))
COUNTED(DetachShader, (GLuint program, GLuint shader), (program, shader))
COUNTED(DispatchCompute, (GLuint x, GLuint y, GLuint z), (x, y, z))
COUNTED(GetInteger64i_v, (GLenum name, GLuint index, GLint64 *data), (name, index, data))
COUNTED(GetIntegeri_v, (GLenum name, GLuint index, GLint *data), (name, index, data))
COUNTED(
    GetProgramPipelineiv, (GLuint pipeline, GLenum name, GLint *values), (pipeline, name, values))
COUNTED(GetProgramStageiv, (GLuint program, GLenum stage, GLenum name, GLint *values),
    (program, stage, name, values))
COUNTED(GetProgramiv, (GLuint program, GLenum name, GLint *values), (program, name, values))
COUNTED(LinkProgram, (GLuint program), (program))
COUNTED(PopDebugGroup, (void), ())
COUNTED(
    ProgramUniform1ui, (GLuint program, GLint location, GLuint value), (program, location, value))
COUNTED(ShaderSource,
    (GLuint shader, GLsizei n, const GLchar *const *strings, const GLint *lengths),
    (shader, n, strings, lengths))
COUNTED(UseProgram, (GLuint program), (program))

static void GLAD_API_PTR spy_PushDebugGroup(
    GLenum source, GLuint id, GLsizei length, const GLchar *message) {
    count(SPY_PushDebugGroup);
    snprintf(spy.group, sizeof spy.group, "%.*s", (int)length, message);
    real.PushDebugGroup(source, id, length, message);
}

static void GLAD_API_PTR spy_CopyNamedBufferSubData(
    GLuint source, GLuint target, GLintptr from, GLintptr to, GLsizeiptr size) {
    count(SPY_CopyNamedBufferSubData);
    spy.transferred_nbytes += (uint64_t)size;
    real.CopyNamedBufferSubData(source, target, from, to, size);
}

static void GLAD_API_PTR spy_MemoryBarrier(GLbitfield barriers) {
    count(SPY_MemoryBarrier);
    spy.barriers |= barriers;
    real.MemoryBarrier(barriers);
}

static GLuint GLAD_API_PTR spy_CreateProgram(void) {
    return fails(SPY_CreateProgram, true) ? 0 : real.CreateProgram();
}

static GLuint GLAD_API_PTR spy_CreateShader(GLenum stage) {
    return fails(SPY_CreateShader, true) ? 0 : real.CreateShader(stage);
}

static void GLAD_API_PTR bound_BindBuffer(GLenum target, GLuint buffer) {
    if (target == GL_ELEMENT_ARRAY_BUFFER) {
        count(SPY_VertexArrayElementBuffer);
    }
    bound.BindBuffer(target, buffer);
}

static void GLAD_API_PTR bound_BindVertexBuffer(
    GLuint binding, GLuint buffer, GLintptr offset, GLsizei stride) {
    spy.bound_calls++;
    count(SPY_VertexArrayVertexBuffer);
    bound.BindVertexBuffer(binding, buffer, offset, stride);
}

static void GLAD_API_PTR bound_BufferStorage(
    GLenum target, GLsizeiptr size, const void *data, GLbitfield flags) {
    spy.bound_calls++;
    if (!storage_fails(size, flags)) {
        bound.BufferStorage(target, size, data, flags);
    }
}

static void GLAD_API_PTR bound_BufferSubData(
    GLenum target, GLintptr offset, GLsizeiptr size, const void *data) {
    spy.bound_calls++;
    note_update(offset, size);
    bound.BufferSubData(target, offset, size, data);
}

static void GLAD_API_PTR bound_ClearBufferData(
    GLenum target, GLenum internal, GLenum format, GLenum type, const void *data) {
    spy.bound_calls++;
    count(SPY_ClearNamedBufferData);
    bound.ClearBufferData(target, internal, format, type, data);
}

static void GLAD_API_PTR bound_CopyBufferSubData(
    GLenum source, GLenum target, GLintptr from, GLintptr to, GLsizeiptr size) {
    spy.bound_calls++;
    count(SPY_CopyNamedBufferSubData);
    spy.transferred_nbytes += (uint64_t)size;
    bound.CopyBufferSubData(source, target, from, to, size);
}

static void GLAD_API_PTR bound_FlushMappedBufferRange(
    GLenum target, GLintptr offset, GLsizeiptr length) {
    spy.bound_calls++;
    count(SPY_FlushMappedNamedBufferRange);
    spy.flushed_nbytes += (uint64_t)length;
    if (!spy.no_flush) {
        bound.FlushMappedBufferRange(target, offset, length);
    }
}

static void GLAD_API_PTR bound_GenBuffers(GLsizei n, GLuint *names) {
    spy.bound_calls++;
    if (fails(SPY_CreateBuffers, true)) {
        memset(names, 0, (size_t)n * sizeof *names);
        return;
    }
    bound.GenBuffers(n, names);
}

static void GLAD_API_PTR bound_GetBufferParameteri64v(GLenum target, GLenum name, GLint64 *data) {
    spy.bound_calls++;
    count(SPY_GetNamedBufferParameteri64v);
    bound.GetBufferParameteri64v(target, name, data);
}

static void *GLAD_API_PTR bound_MapBufferRange(
    GLenum target, GLintptr offset, GLsizeiptr length, GLbitfield access) {
    spy.bound_calls++;
    return mapping_fails(offset, length, access)
               ? NULL
               : bound.MapBufferRange(target, offset, length, access);
}

const char *gl_spy_name(gl_spy_function function) {
#define NAME(name) "gl" #name,
    static const char *const names[] = {GL_SPY_FUNCTIONS(NAME)};
#undef NAME
    return names[function];
}

/* Function pointers of different types have no common home but each other. */
#define STORE(name)                                                                                \
    case SPY_##name:                                                                               \
        memcpy(&real.name, &found, sizeof found);                                                  \
        return (trm_gl_proc)spy_##name;

static trm_gl_proc replace(gl_spy_function function, trm_gl_proc found) {
    switch (function) {
        GL_SPY_FUNCTIONS(STORE)
    case SPY_COUNT:
        break;
    }
    return found;
}

/* The spy's version of a form that acts on what is bound; NULL if it has none. */
static trm_gl_proc replace_bound(const char *name, trm_gl_proc found) {
#define BOUND(function)                                                                            \
    if (strcmp(name, "gl" #function) == 0) {                                                       \
        memcpy(&bound.function, &found, sizeof found);                                             \
        return (trm_gl_proc)bound_##function;                                                      \
    }
    BOUND(BindBuffer)
    BOUND(BindVertexBuffer)
    BOUND(BufferStorage)
    BOUND(BufferSubData)
    BOUND(ClearBufferData)
    BOUND(CopyBufferSubData)
    BOUND(FlushMappedBufferRange)
    BOUND(GenBuffers)
    BOUND(GetBufferParameteri64v)
    BOUND(MapBufferRange)
#undef BOUND
    return NULL;
}

static bool is_direct(const char *name) {
    return strstr(name, "Named") != NULL || strncmp(name, "glVertexArray", 13) == 0 ||
           strcmp(name, "glCreateBuffers") == 0 || strcmp(name, "glCreateVertexArrays") == 0;
}

trm_gl_proc gl_spy_lookup(trm_gl_proc (*lookup)(const char *name), const char *name) {
    if ((spy.no_direct_state_access && is_direct(name)) ||
        (spy.hidden != NULL && strcmp(name, spy.hidden) == 0)) {
        return NULL;
    }
    for (int i = 0; i < SPY_COUNT; i++) {
        if (strcmp(name, gl_spy_name((gl_spy_function)i)) == 0) {
            trm_gl_proc found = spy.missing[i] ? NULL : lookup(name);
            return found == NULL ? NULL : replace((gl_spy_function)i, found);
        }
    }
    trm_gl_proc found = spy.nothing_else ? NULL : lookup(name);
    trm_gl_proc replaced = found == NULL ? NULL : replace_bound(name, found);
    return replaced != NULL ? replaced : found;
}

void gl_spy_reset_counts(void) {
    memset(spy.calls, 0, sizeof spy.calls);
    spy.flushed_nbytes = 0;
    spy.transferred_nbytes = 0;
    spy.barriers = 0;
    spy.wait_nonzero = 0;
}

uint64_t gl_spy_total(void) {
    uint64_t total = 0;
    for (int i = 0; i < SPY_COUNT; i++) {
        total += spy.calls[i];
    }
    return total;
}
