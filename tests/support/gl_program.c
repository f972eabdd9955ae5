#include "support/gl_program.h"

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

GLuint gl_program_build(GladGLContext *gl, const char *vertex, const char *fragment) {
    GLint linked = GL_FALSE;
    const GLuint shaders[] = {
        compile(gl, GL_VERTEX_SHADER, vertex), compile(gl, GL_FRAGMENT_SHADER, fragment)};
    GLuint program = gl->CreateProgram();
    for (size_t i = 0; i < 2; i++) {
        gl->AttachShader(program, shaders[i]);
    }
    gl->LinkProgram(program);
    for (size_t i = 0; i < 2; i++) {
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
