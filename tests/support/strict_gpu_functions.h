/* The GL functions that the strict GPU has: X(name, ways in which a driver can make it fail, beside
 * a lost context, which every call can find). */
#ifndef TRIREME_TESTS_STRICT_GPU_FUNCTIONS_H
#define TRIREME_TESTS_STRICT_GPU_FUNCTIONS_H

#define STRICT_NEVER   0u
#define STRICT_MEMORY  ((unsigned)STRICT_FAIL_OUT_OF_MEMORY)
#define STRICT_NOTHING ((unsigned)STRICT_FAIL_OUT_OF_MEMORY | (unsigned)STRICT_FAIL_QUIETLY)
#define STRICT_UNMAP   ((unsigned)STRICT_FAIL_UNMAP)
#define STRICT_WAITING ((unsigned)STRICT_FAIL_WAIT | (unsigned)STRICT_FAIL_TIMEOUT)
#define STRICT_LATE    ((unsigned)STRICT_FAIL_TIMEOUT)
#define STRICT_BUILD   ((unsigned)STRICT_FAIL_BUILD)

#define STRICT_BUFFER_FUNCTIONS(X)                                                                 \
    X(glGenBuffers, STRICT_MEMORY)                                                                 \
    X(glCreateBuffers, STRICT_MEMORY)                                                              \
    X(glDeleteBuffers, STRICT_NEVER)                                                               \
    X(glIsBuffer, STRICT_NEVER)                                                                    \
    X(glNamedBufferStorage, STRICT_MEMORY)                                                         \
    X(glNamedBufferData, STRICT_MEMORY)                                                            \
    X(glNamedBufferSubData, STRICT_NEVER)                                                          \
    X(glGetNamedBufferSubData, STRICT_NEVER)                                                       \
    X(glCopyNamedBufferSubData, STRICT_NEVER)                                                      \
    X(glClearNamedBufferData, STRICT_NEVER)                                                        \
    X(glClearNamedBufferSubData, STRICT_NEVER)                                                     \
    X(glInvalidateBufferData, STRICT_NEVER)                                                        \
    X(glInvalidateBufferSubData, STRICT_NEVER)                                                     \
    X(glMapNamedBuffer, STRICT_NOTHING)                                                            \
    X(glMapNamedBufferRange, STRICT_NOTHING)                                                       \
    X(glUnmapNamedBuffer, STRICT_UNMAP)                                                            \
    X(glFlushMappedNamedBufferRange, STRICT_NEVER)                                                 \
    X(glGetNamedBufferParameteriv, STRICT_NEVER)                                                   \
    X(glGetNamedBufferParameteri64v, STRICT_NEVER)                                                 \
    X(glGetNamedBufferPointerv, STRICT_NEVER)

#define STRICT_BOUND_FUNCTIONS(X)                                                                  \
    X(glBufferStorage, STRICT_MEMORY)                                                              \
    X(glBufferData, STRICT_MEMORY)                                                                 \
    X(glBufferSubData, STRICT_NEVER)                                                               \
    X(glGetBufferSubData, STRICT_NEVER)                                                            \
    X(glCopyBufferSubData, STRICT_NEVER)                                                           \
    X(glClearBufferData, STRICT_NEVER)                                                             \
    X(glMapBufferRange, STRICT_NOTHING)                                                            \
    X(glUnmapBuffer, STRICT_UNMAP)                                                                 \
    X(glFlushMappedBufferRange, STRICT_NEVER)                                                      \
    X(glGetBufferParameteriv, STRICT_NEVER)                                                        \
    X(glGetBufferParameteri64v, STRICT_NEVER)                                                      \
    X(glGetBufferPointerv, STRICT_NEVER)

#define STRICT_BINDING_FUNCTIONS(X)                                                                \
    X(glBindBuffer, STRICT_NEVER)                                                                  \
    X(glBindBufferBase, STRICT_NEVER)                                                              \
    X(glBindBufferRange, STRICT_NEVER)                                                             \
    X(glBindBuffersBase, STRICT_NEVER)                                                             \
    X(glBindBuffersRange, STRICT_NEVER)

#define STRICT_VERTEX_ARRAY_FUNCTIONS(X)                                                           \
    X(glGenVertexArrays, STRICT_MEMORY)                                                            \
    X(glCreateVertexArrays, STRICT_MEMORY)                                                         \
    X(glDeleteVertexArrays, STRICT_NEVER)                                                          \
    X(glIsVertexArray, STRICT_NEVER)                                                               \
    X(glBindVertexArray, STRICT_NEVER)                                                             \
    X(glVertexArrayElementBuffer, STRICT_NEVER)                                                    \
    X(glVertexArrayVertexBuffer, STRICT_NEVER)                                                     \
    X(glBindVertexBuffer, STRICT_NEVER)                                                            \
    X(glVertexArrayAttribFormat, STRICT_NEVER)                                                     \
    X(glVertexArrayAttribIFormat, STRICT_NEVER)                                                    \
    X(glVertexArrayAttribBinding, STRICT_NEVER)                                                    \
    X(glVertexArrayBindingDivisor, STRICT_NEVER)                                                   \
    X(glEnableVertexArrayAttrib, STRICT_NEVER)                                                     \
    X(glDisableVertexArrayAttrib, STRICT_NEVER)                                                    \
    X(glGetVertexArrayiv, STRICT_NEVER)                                                            \
    X(glGetVertexArrayIndexediv, STRICT_NEVER)                                                     \
    X(glGetVertexArrayIndexed64iv, STRICT_NEVER)                                                   \
    X(glGetVertexAttribiv, STRICT_NEVER)

#define STRICT_PROGRAM_FUNCTIONS(X)                                                                \
    X(glCreateShader, STRICT_NOTHING)                                                              \
    X(glShaderSource, STRICT_NEVER)                                                                \
    X(glCompileShader, STRICT_BUILD)                                                               \
    X(glGetShaderiv, STRICT_NEVER)                                                                 \
    X(glGetShaderInfoLog, STRICT_NEVER)                                                            \
    X(glDeleteShader, STRICT_NEVER)                                                                \
    X(glIsShader, STRICT_NEVER)                                                                    \
    X(glCreateProgram, STRICT_NOTHING)                                                             \
    X(glAttachShader, STRICT_NEVER)                                                                \
    X(glDetachShader, STRICT_NEVER)                                                                \
    X(glLinkProgram, STRICT_BUILD)                                                                 \
    X(glGetProgramiv, STRICT_NEVER)                                                                \
    X(glGetProgramStageiv, STRICT_NEVER)                                                           \
    X(glProgramParameteri, STRICT_NEVER)                                                           \
    X(glUseProgramStages, STRICT_NEVER)                                                            \
    X(glGetProgramPipelineiv, STRICT_NEVER)                                                        \
    X(glGetProgramInfoLog, STRICT_NEVER)                                                           \
    X(glDeleteProgram, STRICT_NEVER)                                                               \
    X(glIsProgram, STRICT_NEVER)                                                                   \
    X(glUseProgram, STRICT_NEVER)                                                                  \
    X(glUniformSubroutinesuiv, STRICT_NEVER)                                                       \
    X(glGetUniformSubroutineuiv, STRICT_NEVER)                                                     \
    X(glGetUniformLocation, STRICT_NEVER)                                                          \
    X(glGetUniformuiv, STRICT_NEVER)                                                               \
    X(glUniform1i, STRICT_NEVER)                                                                   \
    X(glUniform1ui, STRICT_NEVER)                                                                  \
    X(glUniform2ui, STRICT_NEVER)                                                                  \
    X(glUniform4ui, STRICT_NEVER)                                                                  \
    X(glProgramUniform1i, STRICT_NEVER)                                                            \
    X(glProgramUniform1ui, STRICT_NEVER)                                                           \
    X(glProgramUniform2ui, STRICT_NEVER)                                                           \
    X(glProgramUniform4ui, STRICT_NEVER)                                                           \
    X(glDispatchCompute, STRICT_NEVER)

#define STRICT_SYNC_FUNCTIONS(X)                                                                   \
    X(glFenceSync, STRICT_NOTHING)                                                                 \
    X(glDeleteSync, STRICT_NEVER)                                                                  \
    X(glIsSync, STRICT_NEVER)                                                                      \
    X(glClientWaitSync, STRICT_WAITING)                                                            \
    X(glWaitSync, STRICT_NEVER)                                                                    \
    X(glGetSynciv, STRICT_NEVER)                                                                   \
    X(glMemoryBarrier, STRICT_NEVER)                                                               \
    X(glFlush, STRICT_NEVER)                                                                       \
    X(glFinish, STRICT_NEVER)

#define STRICT_QUERY_FUNCTIONS(X)                                                                  \
    X(glQueryCounter, STRICT_NEVER)                                                                \
    X(glIsQuery, STRICT_NEVER)                                                                     \
    X(glGetQueryObjectuiv, STRICT_LATE)

#define STRICT_STATE_FUNCTIONS(X)                                                                  \
    X(glGetString, STRICT_NEVER)                                                                   \
    X(glGetStringi, STRICT_NEVER)                                                                  \
    X(glGetBooleanv, STRICT_NEVER)                                                                 \
    X(glGetIntegerv, STRICT_NEVER)                                                                 \
    X(glGetInteger64v, STRICT_NEVER)                                                               \
    X(glGetFloatv, STRICT_NEVER)                                                                   \
    X(glGetIntegeri_v, STRICT_NEVER)                                                               \
    X(glGetInteger64i_v, STRICT_NEVER)                                                             \
    X(glGetPointerv, STRICT_NEVER)                                                                 \
    X(glGetError, STRICT_NEVER)                                                                    \
    X(glGetGraphicsResetStatus, STRICT_NEVER)

#define STRICT_DEBUG_FUNCTIONS(X)                                                                  \
    X(glObjectLabel, STRICT_MEMORY)                                                                \
    X(glGetObjectLabel, STRICT_NEVER)                                                              \
    X(glObjectPtrLabel, STRICT_MEMORY)                                                             \
    X(glGetObjectPtrLabel, STRICT_NEVER)                                                           \
    X(glPushDebugGroup, STRICT_MEMORY)                                                             \
    X(glPopDebugGroup, STRICT_NEVER)                                                               \
    X(glDebugMessageCallback, STRICT_NEVER)                                                        \
    X(glDebugMessageControl, STRICT_NEVER)

#define STRICT_OBJECT_FUNCTIONS(X)                                                                 \
    X(glCreateTransformFeedbacks, STRICT_MEMORY)                                                   \
    X(glDeleteTransformFeedbacks, STRICT_NEVER)                                                    \
    X(glCreateFramebuffers, STRICT_MEMORY)                                                         \
    X(glDeleteFramebuffers, STRICT_NEVER)                                                          \
    X(glCreateProgramPipelines, STRICT_MEMORY)                                                     \
    X(glDeleteProgramPipelines, STRICT_NEVER)                                                      \
    X(glCreateQueries, STRICT_MEMORY)                                                              \
    X(glDeleteQueries, STRICT_NEVER)                                                               \
    X(glCreateRenderbuffers, STRICT_MEMORY)                                                        \
    X(glDeleteRenderbuffers, STRICT_NEVER)                                                         \
    X(glCreateSamplers, STRICT_MEMORY)                                                             \
    X(glDeleteSamplers, STRICT_NEVER)                                                              \
    X(glCreateTextures, STRICT_MEMORY)                                                             \
    X(glDeleteTextures, STRICT_NEVER)                                                              \
    X(glNamedFramebufferTexture, STRICT_NEVER)                                                     \
    X(glTextureStorage2D, STRICT_MEMORY)                                                           \
    X(glTextureBuffer, STRICT_NEVER)

#define STRICT_POINT_FUNCTIONS(X)                                                                  \
    X(glBindTransformFeedback, STRICT_NEVER)                                                       \
    X(glBindFramebuffer, STRICT_NEVER)                                                             \
    X(glBindProgramPipeline, STRICT_NEVER)                                                         \
    X(glBindRenderbuffer, STRICT_NEVER)                                                            \
    X(glBindSampler, STRICT_NEVER)                                                                 \
    X(glBindTextureUnit, STRICT_NEVER)                                                             \
    X(glActiveTexture, STRICT_NEVER)                                                               \
    X(glBindImageTexture, STRICT_NEVER)                                                            \
    X(glBeginQuery, STRICT_NEVER)                                                                  \
    X(glEndQuery, STRICT_NEVER)                                                                    \
    X(glGetQueryiv, STRICT_NEVER)

#define STRICT_SETTING_FUNCTIONS(X)                                                                \
    X(glEnable, STRICT_NEVER)                                                                      \
    X(glDisable, STRICT_NEVER)                                                                     \
    X(glIsEnabled, STRICT_NEVER)                                                                   \
    X(glBlendFuncSeparate, STRICT_NEVER)                                                           \
    X(glBlendEquationSeparate, STRICT_NEVER)                                                       \
    X(glBlendColor, STRICT_NEVER)                                                                  \
    X(glClearColor, STRICT_NEVER)                                                                  \
    X(glClearDepth, STRICT_NEVER)                                                                  \
    X(glClearStencil, STRICT_NEVER)                                                                \
    X(glColorMask, STRICT_NEVER)                                                                   \
    X(glCullFace, STRICT_NEVER)                                                                    \
    X(glFrontFace, STRICT_NEVER)                                                                   \
    X(glDepthFunc, STRICT_NEVER)                                                                   \
    X(glDepthMask, STRICT_NEVER)                                                                   \
    X(glDepthRange, STRICT_NEVER)                                                                  \
    X(glStencilFuncSeparate, STRICT_NEVER)                                                         \
    X(glStencilMask, STRICT_NEVER)                                                                 \
    X(glStencilOp, STRICT_NEVER)                                                                   \
    X(glScissor, STRICT_NEVER)                                                                     \
    X(glViewport, STRICT_NEVER)                                                                    \
    X(glLogicOp, STRICT_NEVER)                                                                     \
    X(glPolygonMode, STRICT_NEVER)                                                                 \
    X(glPolygonOffset, STRICT_NEVER)                                                               \
    X(glPointSize, STRICT_NEVER)                                                                   \
    X(glPointParameterf, STRICT_NEVER)                                                             \
    X(glPixelStorei, STRICT_NEVER)                                                                 \
    X(glClipControl, STRICT_NEVER)                                                                 \
    X(glProvokingVertex, STRICT_NEVER)                                                             \
    X(glPrimitiveRestartIndex, STRICT_NEVER)                                                       \
    X(glPatchParameteri, STRICT_NEVER)                                                             \
    X(glSampleCoverage, STRICT_NEVER)                                                              \
    X(glSampleMaski, STRICT_NEVER)                                                                 \
    X(glMinSampleShading, STRICT_NEVER)                                                            \
    X(glHint, STRICT_NEVER)

#define STRICT_FUNCTIONS(X)                                                                        \
    STRICT_BUFFER_FUNCTIONS(X)                                                                     \
    STRICT_BOUND_FUNCTIONS(X)                                                                      \
    STRICT_BINDING_FUNCTIONS(X)                                                                    \
    STRICT_VERTEX_ARRAY_FUNCTIONS(X)                                                               \
    STRICT_PROGRAM_FUNCTIONS(X)                                                                    \
    STRICT_SYNC_FUNCTIONS(X)                                                                       \
    STRICT_QUERY_FUNCTIONS(X)                                                                      \
    STRICT_STATE_FUNCTIONS(X)                                                                      \
    STRICT_DEBUG_FUNCTIONS(X)                                                                      \
    STRICT_OBJECT_FUNCTIONS(X)                                                                     \
    STRICT_POINT_FUNCTIONS(X)                                                                      \
    STRICT_SETTING_FUNCTIONS(X)

#define STRICT_FUNCTION_ID(name, ways) STRICT_##name,
typedef enum strict_function {
    STRICT_FUNCTIONS(STRICT_FUNCTION_ID) STRICT_FUNCTION_COUNT
} strict_function;
#undef STRICT_FUNCTION_ID

#endif
