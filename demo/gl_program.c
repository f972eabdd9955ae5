#include "gl.h"

#include <stdio.h>

static GLuint compile(const GladGLContext *gl, const char *label, GLenum stage, const char *prelude,
    const char *common, const char *source) {
    const char *parts[5] = {"#version 450 core\n", prelude, common, "#line 1\n", source};
    GLuint shader = gl->CreateShader(stage);
    GLint done = 0;

    gl->ShaderSource(shader, 5, parts, NULL);
    gl->CompileShader(shader);
    gl->GetShaderiv(shader, GL_COMPILE_STATUS, &done);
    if (!done) {
        char log[2048] = "";

        gl->GetShaderInfoLog(shader, sizeof log, NULL, log);
        fprintf(stderr, "trireme-demo: the %s shader of \"%s\" does not compile:\n%s\n",
            stage == GL_VERTEX_SHADER ? "vertex" : "fragment", label, log);
        gl->DeleteShader(shader);
        return 0;
    }
    return shader;
}

static bool link_program(const GladGLContext *gl, const char *label, GLuint program) {
    GLint done = 0;

    gl->LinkProgram(program);
    gl->GetProgramiv(program, GL_LINK_STATUS, &done);
    if (!done) {
        char log[2048] = "";

        gl->GetProgramInfoLog(program, sizeof log, NULL, log);
        fprintf(stderr, "trireme-demo: program \"%s\" does not link:\n%s\n", label, log);
    }
    return done != 0;
}

GLuint demo_gl_program_with(const GladGLContext *gl, const char *label, const char *prelude,
    const char *common, const char *vertex, const char *fragment) {
    GLuint program = 0;
    GLuint vs = compile(gl, label, GL_VERTEX_SHADER, prelude, common, vertex);
    GLuint fs = compile(gl, label, GL_FRAGMENT_SHADER, prelude, common, fragment);

    if (vs && fs) {
        program = gl->CreateProgram();
        gl->AttachShader(program, vs);
        gl->AttachShader(program, fs);
        if (!link_program(gl, label, program)) {
            gl->DeleteProgram(program);
            program = 0;
        } else {
            gl->ObjectLabel(GL_PROGRAM, program, -1, label);
        }
    }
    gl->DeleteShader(vs);
    gl->DeleteShader(fs);
    return program;
}

GLuint demo_gl_program(
    const GladGLContext *gl, const char *label, const char *vertex, const char *fragment) {
    return demo_gl_program_with(gl, label, "", "", vertex, fragment);
}
