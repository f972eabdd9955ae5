#include "support/gl_program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

static GLuint compile(GladGLContext *gl, GLenum stage, const char *source) {
    GLint compiled = GL_FALSE;
    const GLuint shader = gl->CreateShader(stage);
    gl->ShaderSource(shader, 1, &source, NULL);
    gl->CompileShader(shader);
    gl->GetShaderiv(shader, GL_COMPILE_STATUS, &compiled);
    if (!compiled) {
        char text[1024] = "";
        gl->GetShaderInfoLog(shader, (GLsizei)sizeof text, NULL, text);
        fprintf(stderr, "a shader does not compile: %s\n", text);
    }
    return shader;
}

static GLuint link_shaders(GladGLContext *gl, const GLuint *shaders, size_t count, bool separable) {
    GLint linked = GL_FALSE;
    GLuint program = gl->CreateProgram();
    if (separable) {
        gl->ProgramParameteri(program, GL_PROGRAM_SEPARABLE, GL_TRUE);
    }
    for (size_t i = 0; i < count; i++) {
        gl->AttachShader(program, shaders[i]);
    }
    gl->LinkProgram(program);
    for (size_t i = 0; i < count; i++) {
        gl->DetachShader(program, shaders[i]);
        gl->DeleteShader(shaders[i]);
    }
    gl->GetProgramiv(program, GL_LINK_STATUS, &linked);
    if (!linked) {
        fputs("a program does not link\n", stderr);
        gl->DeleteProgram(program);
        program = 0;
    }
    return program;
}

GLuint gl_program_build(GladGLContext *gl, const char *vertex, const char *fragment) {
    const GLuint shaders[] = {
        compile(gl, GL_VERTEX_SHADER, vertex), compile(gl, GL_FRAGMENT_SHADER, fragment)};
    return link_shaders(gl, shaders, 2, false);
}

GLuint gl_program_build_compute(GladGLContext *gl, const char *compute) {
    const GLuint shader = compile(gl, GL_COMPUTE_SHADER, compute);
    return link_shaders(gl, &shader, 1, false);
}

GLuint gl_program_build_separable(GladGLContext *gl, GLenum stage, const char *source) {
    const GLuint shader = compile(gl, stage, source);
    return link_shaders(gl, &shader, 1, true);
}

void gl_program_break(GladGLContext *gl, GLuint program) {
    const GLchar *source = "#version 450 core\n"
                           "void main() { missing(); }\n";
    const GLuint shader = gl->CreateShader(GL_FRAGMENT_SHADER);
    const GLboolean debug = gl->IsEnabled(GL_DEBUG_OUTPUT);
    gl->ShaderSource(shader, 1, &source, NULL);
    gl->AttachShader(program, shader); /* never compiled */
    gl->Disable(GL_DEBUG_OUTPUT);      /* of what some drivers complain of */
    gl->LinkProgram(program);
    if (debug)
        gl->Enable(GL_DEBUG_OUTPUT);
    gl->DetachShader(program, shader);
    gl->DeleteShader(shader);
}
