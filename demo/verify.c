#include "verify.h"

#include <stdlib.h>
#include <string.h>

#include "shaders.h"

#define WORD    4u   /* bytes: one R32UI texel */
#define COLUMNS 1024 /* of fragments, as in verify.frag */

enum { COUNT = 0, FIRST = 1 };

static bool check_limits(const GladGLContext *gl, size_t nbytes) {
    GLint texels = 0, block = 0, rows = 0;

    gl->GetIntegerv(GL_MAX_TEXTURE_BUFFER_SIZE, &texels);
    gl->GetIntegerv(GL_MAX_SHADER_STORAGE_BLOCK_SIZE, &block);
    gl->GetIntegerv(GL_MAX_FRAMEBUFFER_HEIGHT, &rows);
    if (nbytes / WORD <= (size_t)texels && nbytes <= (size_t)block &&
        nbytes / WORD / COLUMNS < (size_t)rows)
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
    verify->rows = (GLsizei)((nbytes / WORD + COLUMNS - 1) / COLUMNS);
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

/* The array as the GPU should have it: packed. */
static void keep(unsigned char *out, trm_buffer *buffer) {
    trm_view view;

    if (trm_buffer_view(buffer, &view) != TRM_OK)
        return;
    for (size_t i = 0; i < view.nitems; i++)
        memcpy(out + i * view.itemsize, (const unsigned char *)view.data + i * view.stride,
            view.itemsize);
}

static void copy(const demo_verify *verify, const demo_subject *subject, size_t offset) {
    const GladGLContext *gl = verify->gl;
    size_t count = trm_buffer_nbytes(subject->buffer) / WORD;

    gl->TextureBufferRange(verify->items, GL_R32UI, subject->span.object,
        (GLintptr)subject->span.offset, (GLsizeiptr)(count * WORD));
    gl->Viewport(0, 0, COLUMNS, (GLsizei)((count + COLUMNS - 1) / COLUMNS));
    gl->ProgramUniform1ui(verify->program, COUNT, (GLuint)count);
    gl->ProgramUniform1ui(verify->program, FIRST, (GLuint)(offset / WORD));
    gl->DrawArrays(GL_TRIANGLES, 0, 3);
}

static void take_part(demo_verify_part *part, const trm_buffer *buffer, size_t offset) {
    *part = (demo_verify_part){.offset = offset,
        .nbytes = trm_buffer_nbytes(buffer),
        .itemsize = trm_buffer_itemsize(buffer)};
    snprintf(part->label, sizeof part->label, "%s", trm_buffer_label(buffer));
}

void demo_verify_capture(
    demo_verify *verify, uint64_t frame, const demo_subject *subjects, size_t count) {
    const GladGLContext *gl = verify->gl;
    demo_verify_slot *slot = &verify->slots[frame % DEMO_PACE_SLOTS];
    size_t offset = 0;

    slot->frame = frame;
    slot->pending = true;
    slot->count = 0;
    gl->BindTextureUnit(0, verify->items);
    gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, slot->result);
    gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, verify->framebuffer);
    gl->UseProgram(verify->program);
    gl->BindVertexArray(verify->array);
    for (size_t i = 0; i < count; i++) {
        size_t nbytes = trm_buffer_nbytes(subjects[i].buffer);

        if (i >= DEMO_MOST_SUBJECTS || nbytes > verify->nbytes - offset)
            break;
        keep(slot->expected + offset, subjects[i].buffer);
        copy(verify, &subjects[i], offset);
        take_part(&slot->parts[slot->count++], subjects[i].buffer, offset);
        offset += nbytes;
    }
}

static void report(const demo_verify_slot *slot, const demo_verify_part *part, size_t item) {
    size_t at = part->offset + item * part->itemsize, word = 0;
    uint32_t seen, expected;

    while (memcmp(slot->seen + at + word, slot->expected + at + word, WORD) == 0)
        word += WORD;
    memcpy(&seen, slot->seen + at + word, WORD);
    memcpy(&expected, slot->expected + at + word, WORD);
    fprintf(stderr,
        "trireme-demo: mismatch in frame %llu, buffer \"%s\", item %zu, byte %zu: the GPU read "
        "%08x, the array held %08x\n",
        (unsigned long long)slot->frame, part->label, item, word, seen, expected);
}

void demo_verify_collect(demo_verify *verify, uint64_t frame) {
    demo_verify_slot *slot = &verify->slots[frame % DEMO_PACE_SLOTS];

    if (!slot->pending)
        return;
    slot->pending = false;
    verify->frames++;
    for (size_t i = 0; i < slot->count; i++) {
        const demo_verify_part *part = &slot->parts[i];
        const unsigned char *seen = slot->seen + part->offset;
        const unsigned char *expected = slot->expected + part->offset;

        for (size_t at = 0; at < part->nbytes; at += part->itemsize)
            if (memcmp(seen + at, expected + at, part->itemsize) != 0 && verify->mismatches++ == 0)
                report(slot, part, at / part->itemsize);
    }
}
