#include "gate.h"

#include <stdio.h>

#include "shaders.h"

/* Fragments that a thread of a software rasteriser works off one after another. As long as the gate
 * is shut, each of them makes all its turns. */
#define SIDE  16
#define TIMES 4

#define WORDS 64 /* as in gate.frag */

enum { FRAME = 0 };

bool demo_gate_create(demo_gate *gate, const GladGLContext *gl) {
    const GLbitfield access = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    const uint32_t closed[WORDS + 1] = {0};

    *gate = (demo_gate){.gl = gl};
    gate->program = demo_gl_program(gl, "gate", demo_screen_vert, demo_gate_frag);
    gl->CreateVertexArrays(1, &gate->array);
    gl->CreateFramebuffers(1, &gate->framebuffer);
    gl->NamedFramebufferParameteri(gate->framebuffer, GL_FRAMEBUFFER_DEFAULT_WIDTH, SIDE);
    gl->NamedFramebufferParameteri(gate->framebuffer, GL_FRAMEBUFFER_DEFAULT_HEIGHT, SIDE);
    gl->CreateBuffers(1, &gate->buffer);
    gl->NamedBufferStorage(gate->buffer, sizeof closed, closed, access);
    gl->ObjectLabel(GL_BUFFER, gate->buffer, -1, "gate");
    gate->open = gl->MapNamedBufferRange(gate->buffer, 0, sizeof closed, access);
    if (gate->open && gate->program)
        return true;
    fprintf(stderr, "trireme-demo: no memory for --fault late-gpu\n");
    demo_gate_destroy(gate);
    return false;
}

void demo_gate_destroy(demo_gate *gate) {
    const GladGLContext *gl = gate->gl;

    gl->DeleteBuffers(1, &gate->buffer);
    gl->DeleteFramebuffers(1, &gate->framebuffer);
    gl->DeleteVertexArrays(1, &gate->array);
    gl->DeleteProgram(gate->program);
    *gate = (demo_gate){0};
}

void demo_gate_open(demo_gate *gate, uint64_t frames) {
    for (int i = 0; i < WORDS; i++)
        gate->open[i] = (uint32_t)frames;
}

void demo_gate_hold(demo_gate *gate, uint64_t frame) {
    const GladGLContext *gl = gate->gl;

    gl->BindFramebuffer(GL_DRAW_FRAMEBUFFER, gate->framebuffer);
    gl->Viewport(0, 0, SIDE, SIDE);
    gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, gate->buffer);
    gl->ProgramUniform1ui(gate->program, FRAME, (GLuint)frame);
    gl->UseProgram(gate->program);
    gl->BindVertexArray(gate->array);
    gl->DrawArraysInstanced(GL_TRIANGLES, 0, 3, TIMES);
}
