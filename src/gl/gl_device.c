/* From a loader to a device: load, check, limits, build. */
#include "gl/gl_impl.h"

#include "core/memory.h"
#include "core/notes.h"

/* Every function that the backend calls in any case. glad leaves out none of a context's version,
 * but a loader may. */
#define REQUIRED_FUNCTIONS(X)                                                                      \
    X(BindBufferRange)                                                                             \
    X(BindBuffersBase)                                                                             \
    X(BindBuffersRange)                                                                            \
    X(AttachShader)                                                                                \
    X(CompileShader)                                                                               \
    X(ClientWaitSync)                                                                              \
    X(CreateProgram)                                                                               \
    X(CreateShader)                                                                                \
    X(DeleteBuffers)                                                                               \
    X(DeleteProgram)                                                                               \
    X(DeleteShader)                                                                                \
    X(DeleteSync)                                                                                  \
    X(DetachShader)                                                                                \
    X(DispatchCompute)                                                                             \
    X(FenceSync)                                                                                   \
    X(Flush)                                                                                       \
    X(IsSync)                                                                                      \
    X(LinkProgram)                                                                                 \
    X(GetError)                                                                                    \
    X(GetGraphicsResetStatus)                                                                      \
    X(GetIntegerv)                                                                                 \
    X(GetInteger64v)                                                                               \
    X(GetInteger64i_v)                                                                             \
    X(GetIntegeri_v)                                                                               \
    X(GetProgramPipelineiv)                                                                        \
    X(GetProgramStageiv)                                                                           \
    X(GetProgramiv)                                                                                \
    X(GetString)                                                                                   \
    X(GetStringi)                                                                                  \
    X(IsBuffer)                                                                                    \
    X(MemoryBarrier)                                                                               \
    X(ObjectLabel)                                                                                 \
    X(PopDebugGroup)                                                                               \
    X(ProgramUniform1ui)                                                                           \
    X(PushDebugGroup)                                                                              \
    X(ShaderSource)                                                                                \
    X(UseProgram)                                                                                  \
    X(WaitSync)

/* Those of gl_named.c: one of the two sets. */
#define DIRECT_FUNCTIONS(X)                                                                        \
    X(ClearNamedBufferData)                                                                        \
    X(CopyNamedBufferSubData)                                                                      \
    X(CreateBuffers)                                                                               \
    X(FlushMappedNamedBufferRange)                                                                 \
    X(GetNamedBufferParameteri64v)                                                                 \
    X(MapNamedBufferRange)                                                                         \
    X(NamedBufferSubData)                                                                          \
    X(NamedBufferStorage)                                                                          \
    X(VertexArrayElementBuffer)                                                                    \
    X(VertexArrayVertexBuffer)

#define BOUND_FUNCTIONS(X)                                                                         \
    X(BindBuffer)                                                                                  \
    X(BindVertexArray)                                                                             \
    X(BindVertexBuffer)                                                                            \
    X(BufferStorage)                                                                               \
    X(BufferSubData)                                                                               \
    X(ClearBufferData)                                                                             \
    X(CopyBufferSubData)                                                                           \
    X(FlushMappedBufferRange)                                                                      \
    X(GenBuffers)                                                                                  \
    X(GetBufferParameteri64v)                                                                      \
    X(MapBufferRange)

/* Those of gl_stamp.c. */
#define STAMP_FUNCTIONS(X)                                                                         \
    X(BindBuffer)                                                                                  \
    X(CreateQueries)                                                                               \
    X(DeleteQueries)                                                                               \
    X(GetQueryObjectuiv)                                                                           \
    X(IsQuery)                                                                                     \
    X(QueryCounter)

static const char *missing_function(const GladGLContext *gl, uint32_t quirks) {
#define RETURN_IF_MISSING(name)                                                                    \
    if (!gl->name)                                                                                 \
        return "gl" #name;
    REQUIRED_FUNCTIONS(RETURN_IF_MISSING)
    if (quirks & TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS) {
        BOUND_FUNCTIONS(RETURN_IF_MISSING)
    } else {
        DIRECT_FUNCTIONS(RETURN_IF_MISSING)
    }
    if (quirks & TRM_GL_QUIRK_SLOW_FENCES) {
        STAMP_FUNCTIONS(RETURN_IF_MISSING)
    }
#undef RETURN_IF_MISSING
    return NULL;
}

static trm_result load(trm_gl *self, const trm_gl_device_desc *desc) {
    const trm_device_desc *device = &desc->device;
    /* What glad itself asks first; without them it cannot say what is wrong. */
    static const char *const first[] = {"glGetString", "glGetIntegerv", "glGetStringi"};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        if (!desc->get_proc_address(desc->user, first[i]))
            return trm_fail(&device->log, device->label, TRM_RULE_CONTEXT_FUNCTION, "%s", first[i]);
    int version = trm_gl_load(&self->gl, desc->get_proc_address, desc->user);
    if (!version)
        return trm_fail(
            &device->log, device->label, TRM_RULE_CONTEXT_VERSION, "no OpenGL context is current");
    if (version < 45)
        return trm_fail(&device->log, device->label, TRM_RULE_CONTEXT_VERSION,
            "OpenGL 4.5 is needed, this one is %d.%d", version / 10, version % 10);
    self->quirks = trm_gl_get_quirks(&self->gl, desc->quirks_on, desc->quirks_off);
    self->client_storage = trm_gl_get_client_storage(&self->gl, desc->client_storage);
    const char *missing = missing_function(&self->gl, self->quirks);
    if (missing)
        return trm_fail(&device->log, device->label, TRM_RULE_CONTEXT_FUNCTION, "%s", missing);
    return TRM_OK;
}

static size_t get_alignment(const GladGLContext *gl, GLenum name) {
    GLint value = 0;
    gl->GetIntegerv(name, &value);
    return value > 0 ? (size_t)value : 1;
}

/* No limit where the driver says nothing. */
static size_t get_largest_stride(const GladGLContext *gl) {
    GLint value = 0;
    gl->GetIntegerv(GL_MAX_VERTEX_ATTRIB_STRIDE, &value);
    return value > 0 ? (size_t)value : SIZE_MAX;
}

static trm_alignments get_alignments(const GladGLContext *gl) {
    return (trm_alignments){
        .map = get_alignment(gl, GL_MIN_MAP_BUFFER_ALIGNMENT),
        .uniform = get_alignment(gl, GL_UNIFORM_BUFFER_OFFSET_ALIGNMENT),
        .storage = get_alignment(gl, GL_SHADER_STORAGE_BUFFER_OFFSET_ALIGNMENT),
        .texel = get_alignment(gl, GL_TEXTURE_BUFFER_OFFSET_ALIGNMENT),
    };
}

static void get_debug_limits(trm_gl *self) {
    GLint label_size = 0, message_size = 0; /* the end included */
    self->gl.GetIntegerv(GL_MAX_LABEL_LENGTH, &label_size);
    self->gl.GetIntegerv(GL_MAX_DEBUG_MESSAGE_LENGTH, &message_size);
    self->gl.GetIntegerv(GL_MAX_DEBUG_GROUP_STACK_DEPTH, &self->deepest_group);
    self->longest_label = label_size > 0 ? label_size - 1 : 0;
    self->longest_message = message_size > 0 ? message_size - 1 : 0;
}

/* Dispatches pay where the GPU is a machine of its own. */
static void build_scatter(trm_gl *self, const trm_gl_device_desc *desc, trm_traits *traits) {
    trm_memory_kind kind =
        desc->device.memory_kind ? desc->device.memory_kind : traits->memory_kind;
    bool wanted = desc->scatter == TRM_GL_SCATTER_ALWAYS ||
                  (desc->scatter == TRM_GL_SCATTER_AUTO && kind == TRM_MEMORY_DISCRETE);
    GLint64 largest = 0;
    if (wanted)
        self->scatter_program = trm_gl_scatter_build(self);
    if (wanted && !self->scatter_program)
        trm_tell(&desc->device.log, desc->device.label, TRM_NOTE_SCATTER, NULL);
    if (self->scatter_program)
        self->gl.GetInteger64v(GL_MAX_SHADER_STORAGE_BLOCK_SIZE, &largest);
    traits->largest_binding = largest > 0 ? (uint64_t)largest & ~UINT64_C(255) : 0;
}

static void tell_quirks(const trm_gl *self, const trm_device_desc *desc) {
    if (self->quirks & TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS)
        trm_tell(&desc->log, desc->label, TRM_NOTE_NAMES, NULL);
    if (self->quirks & TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH)
        trm_tell(&desc->log, desc->label, TRM_NOTE_COHERENT, NULL);
}

static void destroy(void *self, bool lost) {
    trm_gl *backend = self;
    if (backend->scatter_program && !lost)
        backend->gl.DeleteProgram(backend->scatter_program);
    if (!lost)
        trm_gl_stamps_close(backend);
    trm_allocator allocator = backend->allocator;
    trm_release(&allocator, self, sizeof(trm_gl));
}

/* A backend for the current context. Says what is missing. */
static trm_result build(const trm_gl_device_desc *desc, trm_backend *out) {
    trm_gl *self = trm_allocate(&desc->device.allocator, sizeof *self);
    if (!self)
        return trm_fail(&desc->device.log, desc->device.label, TRM_RULE_DEVICE_MEMORY, NULL);
    self->allocator = desc->device.allocator;
    trm_result result = load(self, desc);
    if (result != TRM_OK) {
        destroy(self, false);
        return result;
    }
    tell_quirks(self, &desc->device);
    get_debug_limits(self);
    self->largest_stride = get_largest_stride(&self->gl);
    *out = (trm_backend){
        .self = self,
        .alignments = get_alignments(&self->gl),
        .traits = trm_gl_get_traits(self),
        .mapped_create = trm_gl_mapped_create,
        .readable_create = trm_gl_readable_create,
        .device_create = trm_gl_device_local_create,
        .memory_destroy = trm_gl_memory_destroy,
        .flush = self->quirks & TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH ? NULL : trm_gl_flush,
        .update = trm_gl_update,
        .transfer = trm_gl_transfer,
        .barrier = trm_gl_barrier,
        .scatter = trm_gl_scatter,
        .fence_insert = trm_gl_fence_insert,
        .fence_destroy = trm_gl_fence_destroy,
        .fence_wait = trm_gl_fence_wait,
        .fence_follow = trm_gl_fence_follow,
        .submit = trm_gl_submit,
        .status = trm_gl_status,
        .destroy = destroy,
    };
    if (trm_gl_wants_groups(&self->gl, desc->debug_groups)) {
        out->group_push = trm_gl_group_push;
        out->group_pop = trm_gl_group_pop;
    }
    build_scatter(self, desc, &out->traits);
    if (self->quirks & TRM_GL_QUIRK_SLOW_FENCES)
        trm_gl_stamps_open(self);
    return TRM_OK;
}

/* Not quirks_off: all bits of it mean that no quirk is assumed, whichever there are. */
static trm_result check_settings(const trm_gl_device_desc *desc, const trm_device_desc *device) {
    const uint32_t quirks = TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE |
                            TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS |
                            TRM_GL_QUIRK_BROKEN_EXPLICIT_FLUSH |
                            TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE | TRM_GL_QUIRK_SLOW_FENCES;
    if ((unsigned)desc->scatter > TRM_GL_SCATTER_ALWAYS ||
        (unsigned)desc->debug_groups > TRM_GL_DEBUG_GROUPS_ALWAYS ||
        (unsigned)desc->client_storage > TRM_GL_CLIENT_STORAGE_ALWAYS ||
        (desc->quirks_on & ~quirks))
        return trm_fail(&device->log, device->label, TRM_RULE_CONTEXT_SETTING,
            "scatter %d, debug_groups %d, client_storage %d, quirks_on 0x%x", (int)desc->scatter,
            (int)desc->debug_groups, (int)desc->client_storage, (unsigned)desc->quirks_on);
    return TRM_OK;
}

trm_result trm_gl_device_create(const trm_gl_device_desc *desc, trm_device **out) {
    if (out)
        *out = NULL;
    if (!desc || !out || !desc->get_proc_address)
        return trm_fail(desc ? &desc->device.log : NULL, desc ? desc->device.label : NULL,
            TRM_RULE_ARGUMENT_NULL, NULL);
    trm_backend backend;
    trm_result result = trm_device_check_desc(&desc->device);
    if (result == TRM_OK)
        result = check_settings(desc, &desc->device);
    if (result == TRM_OK)
        result = build(desc, &backend);
    return result == TRM_OK ? trm_device_create(&backend, &desc->device, out) : result;
}

trm_result trm_gl_device_restore(trm_device *device, const trm_gl_device_desc *desc) {
    if (!device || !desc || !desc->get_proc_address)
        return trm_device_fail(device, TRM_RULE_ARGUMENT_NULL);
    if (!trm_device_is_lost(device))
        return trm_device_fail(device, TRM_RULE_DEVICE_NOT_LOST);
    trm_gl_device_desc renewed = *desc;
    renewed.device = *trm_device_described(device);
    trm_backend backend;
    trm_result result = check_settings(desc, &renewed.device);
    trm_device_begin_restore(device);
    if (result == TRM_OK)
        result = build(&renewed, &backend);
    return result == TRM_OK ? trm_device_restore(device, &backend) : result;
}
