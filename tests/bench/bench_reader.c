/* Reads the whole buffer once a frame, as a draw would, and adds up what it finds. */
#include "bench.h"

#define GROUP 256u

static GLuint program, sums;

/* Words are weighted by their place, so that one that lies elsewhere shows. */
static const char *const source =
    "#version 450\n"
    "layout(local_size_x = 256) in;\n"
    "layout(std430, binding = 0) readonly buffer Data { uint data[]; };\n"
    "layout(std430, binding = 1) buffer Sum { uint sum; };\n"
    "layout(location = 0) uniform uint words;\n"
    "shared uint partial;\n"
    "void main() {\n"
    "    if (gl_LocalInvocationIndex == 0u) partial = 0u;\n"
    "    barrier();\n"
    "    uint local = 0u, stride = gl_WorkGroupSize.x * gl_NumWorkGroups.x;\n"
    "    for (uint i = gl_GlobalInvocationID.x; i < words; i += stride)\n"
    "        local += data[i] * (i * 2u + 1u);\n"
    "    atomicAdd(partial, local);\n"
    "    barrier();\n"
    "    if (gl_LocalInvocationIndex == 0u) atomicAdd(sum, partial);\n"
    "}\n";

bool bench_reader_open(void) {
    GLint linked = GL_FALSE;
    GLuint shader = bench_gl.CreateShader(GL_COMPUTE_SHADER);
    bench_gl.ShaderSource(shader, 1, &source, NULL);
    bench_gl.CompileShader(shader);
    program = bench_gl.CreateProgram();
    bench_gl.AttachShader(program, shader);
    bench_gl.LinkProgram(program);
    bench_gl.DeleteShader(shader);
    bench_gl.GetProgramiv(program, GL_LINK_STATUS, &linked);
    bench_gl.CreateBuffers(1, &sums);
    bench_gl.NamedBufferStorage(sums, 4, NULL, 0);
    return linked;
}

void bench_reader_issue(const bench_span *span, size_t nbytes) {
    GLuint words = (GLuint)(nbytes / 4), groups = (words + GROUP * 16 - 1) / (GROUP * 16);
    bench_gl.ClearNamedBufferData(sums, GL_R32UI, GL_RED_INTEGER, GL_UNSIGNED_INT, NULL);
    bench_gl.UseProgram(program);
    bench_gl.BindBufferRange(
        GL_SHADER_STORAGE_BUFFER, 0, span->object, (GLintptr)span->offset, (GLsizeiptr)nbytes);
    bench_gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 1, sums);
    bench_gl.ProgramUniform1ui(program, 0, words);
    bench_gl.DispatchCompute(groups, 1, 1);
    bench_gl.MemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
}

uint32_t bench_reader_fetch(void) {
    uint32_t sum = 0;
    bench_gl.GetNamedBufferSubData(sums, 0, 4, &sum);
    return sum;
}

uint32_t bench_checksum(const void *data, size_t nbytes) {
    const uint32_t *words = data;
    uint32_t sum = 0;
    for (size_t i = 0; i < nbytes / 4; i++)
        sum += words[i] * (uint32_t)(i * 2 + 1);
    return sum;
}
