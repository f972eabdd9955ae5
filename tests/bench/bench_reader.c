/* What a frame does with the buffer: reads all of it, and adds up what it finds. Of many buffers
 * it reads a few, other ones in each frame: a pass that binds each of them would cost more than
 * all the edits. After the last frame all of them are read. */
#include "bench.h"

#include <stdlib.h>

#include "bench_shaders.h"

#define GROUP_ITEMS (256 * 16) /* of the storage reader */

static GLuint program, sums, vertex_array, framebuffer;
static size_t block;  /* bytes of one uniform block; 0: not reading uniforms */
static size_t window; /* most bytes of one storage binding */

static GLuint build(GLenum stage, const char *head, const char *body) {
    const char *const texts[] = {head, body};
    GLint linked = GL_FALSE;
    GLuint shader = bench_gl.CreateShader(stage), made = bench_gl.CreateProgram();
    bench_gl.ShaderSource(shader, 2, texts, NULL);
    bench_gl.CompileShader(shader);
    bench_gl.AttachShader(made, shader);
    bench_gl.LinkProgram(made);
    bench_gl.DeleteShader(shader);
    bench_gl.GetProgramiv(made, GL_LINK_STATUS, &linked);
    if (!linked) {
        char log[512] = "";
        bench_gl.GetProgramInfoLog(made, (GLsizei)sizeof log, NULL, log);
        fprintf(stderr, "trireme-bench: the reader does not build: %s\n", log);
        bench_gl.DeleteProgram(made);
        return 0;
    }
    return made;
}

static GLuint build_uniform(const bench_plan *plan) {
    char head[64];
    GLint most = 0;
    bench_gl.GetIntegerv(GL_MAX_UNIFORM_BLOCK_SIZE, &most);
    block = (size_t)most / BENCH_ALIGN * BENCH_ALIGN;
    block = block < 65536 ? block : 65536;
    block = block < plan->each ? block : plan->each;
    snprintf(head, sizeof head, "#version 450\n#define VECTORS %uu\n", (unsigned)(block / 16));
    return build(GL_COMPUTE_SHADER, head, bench_uniform_source);
}

/* Draws need a vertex array and a framebuffer; nothing ever arrives in the latter. */
static void open_drawing(void) {
    bench_gl.CreateVertexArrays(1, &vertex_array);
    bench_gl.EnableVertexArrayAttrib(vertex_array, 0);
    bench_gl.VertexArrayAttribIFormat(vertex_array, 0, 4, GL_UNSIGNED_INT, 0);
    bench_gl.CreateFramebuffers(1, &framebuffer);
    bench_gl.NamedFramebufferParameteri(framebuffer, GL_FRAMEBUFFER_DEFAULT_WIDTH, 1);
    bench_gl.NamedFramebufferParameteri(framebuffer, GL_FRAMEBUFFER_DEFAULT_HEIGHT, 1);
    bench_gl.BindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    bench_gl.Enable(GL_RASTERIZER_DISCARD);
}

bool bench_reader_open(const bench_plan *plan) {
    const size_t slots = plan->warm_up + plan->frames + 1;
    GLint64 most = 0;
    bench_gl.GetInteger64v(GL_MAX_SHADER_STORAGE_BLOCK_SIZE, &most);
    window = (size_t)most / BENCH_ALIGN * BENCH_ALIGN;
    block = 0;
    switch (plan->row->reader) {
    case BENCH_VERTEX:
        program = build(GL_VERTEX_SHADER, "", bench_vertex_source);
        open_drawing();
        break;
    case BENCH_INDEX:
        program = build(GL_VERTEX_SHADER, "", bench_index_source);
        open_drawing();
        bench_gl.DisableVertexArrayAttrib(vertex_array, 0);
        break;
    case BENCH_UNIFORM:
        program = build_uniform(plan);
        break;
    default:
        program = build(GL_COMPUTE_SHADER, "", bench_storage_source);
    }
    bench_gl.CreateBuffers(1, &sums);
    bench_gl.NamedBufferStorage(sums, (GLsizeiptr)(slots * BENCH_LANES * 4), NULL, 0);
    bench_gl.ClearNamedBufferData(sums, GL_R32UI, GL_RED_INTEGER, GL_UNSIGNED_INT, NULL);
    return program != 0;
}

void bench_reader_close(void) {
    bench_gl.Disable(GL_RASTERIZER_DISCARD);
    bench_gl.BindFramebuffer(GL_FRAMEBUFFER, 0);
    bench_gl.BindVertexArray(0);
    bench_gl.UseProgram(0);
    bench_gl.DeleteFramebuffers(1, &framebuffer);
    bench_gl.DeleteVertexArrays(1, &vertex_array);
    bench_gl.DeleteBuffers(1, &sums);
    bench_gl.DeleteProgram(program);
    framebuffer = vertex_array = sums = program = 0;
}

void bench_reader_window(const bench_plan *plan, unsigned frame, size_t *first, size_t *nbytes) {
    const size_t count = plan->row->kind == BENCH_IDLE ? 1 : BENCH_BLOCKS;
    *first = 0;
    *nbytes = plan->row->nbytes;
    if (plan->buffers > count) {
        *first = (size_t)frame * count % (plan->buffers - count + 1) * plan->each;
        *nbytes = count * plan->each;
    }
    if (plan->row->kind == BENCH_IDLE)
        *first = 0;
}

static bench_span span_at(const bench_job *job, size_t offset) {
    const size_t each = job->plan->each;
    if (!job->spans)
        return (bench_span){job->span.object, job->span.offset + offset};
    return (bench_span){
        job->spans[offset / each].object, job->spans[offset / each].offset + offset % each};
}

static void issue_storage(const bench_job *job) {
    const size_t nbytes = job->plan->row->nbytes;
    for (size_t first = 0; first < nbytes; first += window) {
        const size_t size = nbytes - first < window ? nbytes - first : window;
        const GLuint items = (GLuint)(size / BENCH_ITEM);
        bench_gl.BindBufferRange(GL_SHADER_STORAGE_BUFFER, 1, job->span.object,
            (GLintptr)(job->span.offset + first), (GLsizeiptr)size);
        bench_gl.ProgramUniform1ui(program, 1, (GLuint)(first / BENCH_ITEM));
        bench_gl.ProgramUniform1ui(program, 2, items);
        bench_gl.DispatchCompute((items + GROUP_ITEMS - 1) / GROUP_ITEMS, 1, 1);
    }
}

static void issue_uniform(const bench_job *job, size_t first, size_t nbytes) {
    while (nbytes > 0) {
        GLuint objects[BENCH_BLOCKS];
        GLintptr offsets[BENCH_BLOCKS];
        GLsizeiptr sizes[BENCH_BLOCKS];
        GLsizei count = 0;
        bench_gl.ProgramUniform1ui(program, 1, (GLuint)(first / BENCH_ITEM));
        for (; count < BENCH_BLOCKS && nbytes > 0; count++) {
            const bench_span span = span_at(job, first);
            objects[count] = span.object;
            offsets[count] = (GLintptr)span.offset;
            sizes[count] = (GLsizeiptr)block;
            first += block;
            nbytes -= block;
        }
        bench_gl.BindBuffersRange(GL_UNIFORM_BUFFER, 0, count, objects, offsets, sizes);
        bench_gl.DispatchCompute((GLuint)count, 1, 1);
    }
}

static void issue_draw(const bench_job *job) {
    const size_t nbytes = job->plan->row->nbytes;
    bench_gl.BindVertexArray(vertex_array);
    if (job->plan->row->reader == BENCH_VERTEX) {
        bench_gl.VertexArrayVertexBuffer(
            vertex_array, 0, job->span.object, (GLintptr)job->span.offset, BENCH_ITEM);
        bench_gl.DrawArrays(GL_POINTS, 0, (GLsizei)(nbytes / BENCH_ITEM));
        return;
    }
    bench_gl.VertexArrayElementBuffer(vertex_array, job->span.object);
    bench_gl.DrawElements(GL_POINTS, (GLsizei)(nbytes / 4), GL_UNSIGNED_INT,
        (const void *)(uintptr_t)job->span.offset);
}

void bench_reader_issue(const bench_job *job) {
    bench_gl.UseProgram(program);
    bench_gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, sums);
    bench_gl.ProgramUniform1ui(program, 0, job->frame * BENCH_LANES);
    if (job->plan->row->reader == BENCH_UNIFORM) {
        size_t first = 0, nbytes = job->plan->row->nbytes;
        if (!job->whole)
            bench_reader_window(job->plan, job->frame, &first, &nbytes);
        issue_uniform(job, first, nbytes);
    } else if (job->plan->row->reader == BENCH_STORAGE)
        issue_storage(job);
    else
        issue_draw(job);
}

unsigned bench_reader_verify(const bench_plan *plan) {
    const unsigned frames = plan->warm_up + plan->frames + 1;
    const size_t nbytes = (size_t)frames * BENCH_LANES * 4;
    uint32_t *seen = malloc(nbytes);
    unsigned mistakes = 0;
    if (!seen)
        return frames;
    bench_gl.MemoryBarrier(GL_BUFFER_UPDATE_BARRIER_BIT);
    bench_gl.GetNamedBufferSubData(sums, 0, (GLsizeiptr)nbytes, seen);
    bench_gl.ClearNamedBufferData(sums, GL_R32UI, GL_RED_INTEGER, GL_UNSIGNED_INT, NULL);
    for (unsigned frame = 0; frame < frames; frame++) {
        uint32_t sum = 0;
        for (unsigned lane = 0; lane < BENCH_LANES; lane++)
            sum += seen[frame * BENCH_LANES + lane];
        mistakes += sum != plan->expected[frame];
    }
    free(seen);
    return mistakes;
}

uint32_t bench_reader_sum(
    bench_reader reader, const unsigned char *data, size_t first, size_t nbytes) {
    const uint32_t *words = (const uint32_t *)(const void *)data;
    const size_t end = (first + nbytes) / 4;
    uint32_t sum = 0;
    if (reader == BENCH_INDEX)
        for (size_t i = first / 4; i < end; i++)
            sum += (words[i] ^ (words[i] >> 15)) * 2246822519u;
    else
        for (size_t i = first / 4; i < end; i++)
            sum += words[i] * ((uint32_t)i * 2 + 1);
    return sum;
}
