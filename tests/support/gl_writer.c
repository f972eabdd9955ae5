#include "support/gl_writer.h"

#include <stdio.h>

#define BINDING 6

static const char fill_source[] =
    "#version 450 core\n"
    "layout(local_size_x = 64) in;\n"
    "layout(std430, binding = 6) writeonly buffer Target { uint words[]; };\n"
    "layout(location = 0) uniform uint first;\n"
    "layout(location = 1) uniform uint count;\n"
    "layout(location = 2) uniform uint value;\n"
    "void main() {\n"
    "    uint i = gl_GlobalInvocationID.x;\n"
    "    if (i < count) words[first + i] = value + i;\n"
    "}\n";

GLuint gl_writer_compute_program(GladGLContext *gl, const char *source) {
    GLint linked = GL_FALSE;
    const GLuint shader = gl->CreateShader(GL_COMPUTE_SHADER);
    GLuint program = gl->CreateProgram();
    gl->ShaderSource(shader, 1, &source, NULL);
    gl->CompileShader(shader);
    gl->AttachShader(program, shader);
    gl->LinkProgram(program);
    gl->DetachShader(program, shader);
    gl->GetProgramiv(program, GL_LINK_STATUS, &linked);
    if (!linked) {
        char text[1024] = "";
        gl->GetShaderInfoLog(shader, (GLsizei)sizeof text, NULL, text);
        fprintf(stderr, "a compute program does not link: %s\n", text);
        gl->DeleteProgram(program);
        program = 0;
    }
    gl->DeleteShader(shader);
    return program;
}

GLuint gl_writer_program(GladGLContext *gl) {
    return gl_writer_compute_program(gl, fill_source);
}

void gl_writer_fill(
    GladGLContext *gl, GLuint program, GLuint buffer, size_t first, size_t count, uint32_t value) {
    gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, BINDING, buffer);
    gl->ProgramUniform1ui(program, 0, (GLuint)first);
    gl->ProgramUniform1ui(program, 1, (GLuint)count);
    gl->ProgramUniform1ui(program, 2, value);
    gl->UseProgram(program);
    gl->DispatchCompute((GLuint)((count + 63) / 64), 1, 1);
}
