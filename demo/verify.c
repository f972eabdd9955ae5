#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "shaders.h"

#define TEXEL   16u  /* bytes: one RGBA32UI texel */
#define COLUMNS 1024 /* of fragments, as in verify.frag */

enum { COUNT = 0 };

static bool check_limits(const GladGLContext *gl, size_t nbytes) {
    GLint texels = 0, block = 0, rows = 0;

    gl->GetIntegerv(GL_MAX_TEXTURE_BUFFER_SIZE, &texels);
    gl->GetIntegerv(GL_MAX_SHADER_STORAGE_BLOCK_SIZE, &block);
    gl->GetIntegerv(GL_MAX_FRAMEBUFFER_HEIGHT, &rows);
    if (nbytes / TEXEL <= (size_t)texels && nbytes <= (size_t)block &&
        nbytes / TEXEL / COLUMNS < (size_t)rows)
        return true;
    fprintf(stderr, "trireme-demo: --verify cannot read %zu bytes at once here; use fewer points\n",
        nbytes);
    return false;
}

static bool create_slot(const demo_verify *verify, demo_verify_slot *slot) {
    const GladGLContext *gl = verify->gl;
    const GLbitfield access = GL_MAP_READ_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    GLsizeiptr nbytes = (GLsizeiptr)verify->nbytes;

    slot->expected = malloc(verify->nbytes);
    gl->CreateBuffers(1, &slot->result);
    gl->NamedBufferStorage(slot->result, nbytes, NULL, access);
    slot->seen = gl->MapNamedBufferRange(slot->result, 0, nbytes, access);
    gl->ObjectLabel(GL_BUFFER, slot->result, -1, "verify");
    return slot->expected && slot->seen;
}

bool demo_verify_create(demo_verify *verify, const GladGLContext *gl, size_t nbytes) {
    bool done = true;

    *verify = (demo_verify){.gl = gl, .nbytes = nbytes};
    verify->rows = (GLsizei)((nbytes / TEXEL + COLUMNS - 1) / COLUMNS);
    if (!check_limits(gl, nbytes))
        return false;
    verify->program = demo_gl_program(gl, "verify", demo_screen_vert, demo_verify_frag);
    gl->CreateVertexArrays(1, &verify->array);
    gl->CreateTextures(GL_TEXTURE_BUFFER, 1, &verify->items);
    gl->CreateFramebuffers(1, &verify->framebuffer);
    gl->NamedFramebufferParameteri(verify->framebuffer, GL_FRAMEBUFFER_DEFAULT_WIDTH, COLUMNS);
    gl->NamedFramebufferParameteri(
        verify->framebuffer, GL_FRAMEBUFFER_DEFAULT_HEIGHT, verify->rows);
    for (int i = 0; i < DEMO_PACE_SLOTS; i++)
        done = create_slot(verify, &verify->slots[i]) && done;
    if (done && verify->program)
        return true;
    fprintf(stderr, "trireme-demo: no memory for --verify\n");
    demo_verify_destroy(verify);
    return false;
}

void demo_verify_destroy(demo_verify *verify) {
    const GladGLContext *gl = verify->gl;

    for (int i = 0; i < DEMO_PACE_SLOTS; i++) {
        gl->DeleteBuffers(1, &verify->slots[i].result);
        free(verify->slots[i].expected);
    }
    gl->DeleteFramebuffers(1, &verify->framebuffer);
    gl->DeleteTextures(1, &verify->items);
    gl->DeleteVertexArrays(1, &verify->array);
    gl->DeleteProgram(verify->program);
    *verify = (demo_verify){0};
}

void demo_verify_capture(demo_verify *verify, uint64_t frame, const demo_subject *subject) {
    const GladGLContext *gl = verify->gl;
    demo_verify_slot *slot = &verify->slots[frame % DEMO_PACE_SLOTS];
    const trm_gl_span *span = &subject->span;

    memcpy(slot->expected, trm_buffer_data(subject->buffer), verify->nbytes);
    slot->frame = frame;
    slot->pending = true;
    gl->TextureBufferRange(verify->items, GL_RGBA32UI, span->object, (GLintptr)span->offset,
        (GLsizeiptr)verify->nbytes);
    gl->BindTextureUnit(0, verify->items);
    gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, slot->result);
    gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, verify->framebuffer);
    gl->Viewport(0, 0, COLUMNS, verify->rows);
    gl->UseProgram(verify->program);
    gl->ProgramUniform1ui(verify->program, COUNT, (GLuint)(verify->nbytes / TEXEL));
    gl->BindVertexArray(verify->array);
    gl->DrawArrays(GL_TRIANGLES, 0, 3);
}

static void report(const demo_verify_slot *slot, size_t item) {
    uint32_t seen[4], expected[4];

    memcpy(seen, slot->seen + item * TEXEL, TEXEL);
    memcpy(expected, slot->expected + item * TEXEL, TEXEL);
    fprintf(stderr,
        "trireme-demo: mismatch in frame %llu, item %zu: the GPU read %08x %08x %08x %08x, the "
        "array held %08x %08x %08x %08x\n",
        (unsigned long long)slot->frame, item, seen[0], seen[1], seen[2], seen[3], expected[0],
        expected[1], expected[2], expected[3]);
}

void demo_verify_collect(demo_verify *verify, uint64_t frame) {
    demo_verify_slot *slot = &verify->slots[frame % DEMO_PACE_SLOTS];

    if (!slot->pending)
        return;
    slot->pending = false;
    verify->frames++;
    if (memcmp(slot->seen, slot->expected, verify->nbytes) == 0)
        return;
    for (size_t i = 0; i < verify->nbytes / TEXEL; i++) {
        if (memcmp(slot->seen + i * TEXEL, slot->expected + i * TEXEL, TEXEL) == 0)
            continue;
        if (verify->mismatches++ == 0)
            report(slot, i);
    }
}
