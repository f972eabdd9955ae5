/* State that no command of the strict GPU uses: it stays as it was set, and is seen when it
 * changes.
 */
#include "strict/strict_test.h"

static void open_gpu(void) {
    strict_test_open_mode(STRICT_FLUSHED);
}

static GLint integer(GLenum name) {
    GLint value = -1;
    gl.GetIntegerv(name, &value);
    return value;
}

static GLint indexed(GLenum name, GLuint index) {
    GLint value = -1;
    gl.GetIntegeri_v(name, index, &value);
    return value;
}

/* --- Numbers */

static void set_everything(void) {
    gl.BlendFuncSeparate(1, 2, 3, 4);
    gl.BlendEquationSeparate(5, 6);
    gl.BlendColor(0.5f, 1.5f, 2.5f, 3.5f);
    gl.ClearColor(4.5f, 5.5f, 6.5f, 7.5f);
    gl.ClearDepth(0.25);
    gl.ClearStencil(7);
    gl.ColorMask(GL_TRUE, GL_FALSE, GL_FALSE, GL_TRUE);
    gl.CullFace(8);
    gl.FrontFace(9);
    gl.DepthFunc(10);
    gl.DepthMask(GL_FALSE);
    gl.DepthRange(0.5, 0.75);
    gl.StencilFuncSeparate(GL_FRONT, 11, 12, 13);
    gl.StencilFuncSeparate(GL_BACK, 14, 15, 16);
    gl.StencilMask(17);
    gl.StencilOp(18, 19, 20);
    gl.Scissor(21, 22, 23, 24);
    gl.Viewport(25, 26, 27, 28);
    gl.LogicOp(29);
    gl.PolygonMode(GL_FRONT_AND_BACK, 30);
    gl.PolygonOffset(31.5f, 32.5f);
    gl.PointSize(33.5f);
    gl.PointParameterf(GL_POINT_FADE_THRESHOLD_SIZE, 34.5f);
    gl.PixelStorei(GL_PACK_ALIGNMENT, 2);
    gl.PixelStorei(GL_UNPACK_SKIP_ROWS, 35);
    gl.ClipControl(36, 37);
    gl.ProvokingVertex(38);
    gl.PrimitiveRestartIndex(39);
    gl.PatchParameteri(GL_PATCH_VERTICES, 40);
    gl.SampleCoverage(0.5f, GL_TRUE);
    gl.SampleMaski(0, 41);
    gl.MinSampleShading(0.125f);
    gl.Hint(GL_LINE_SMOOTH_HINT, 42);
}

static const struct {
    GLenum name;
    float values[4];
} numbers[] = {
    {GL_BLEND_SRC_RGB, {1}},
    {GL_BLEND_DST_RGB, {2}},
    {GL_BLEND_SRC_ALPHA, {3}},
    {GL_BLEND_DST_ALPHA, {4}},
    {GL_BLEND_EQUATION_RGB, {5}},
    {GL_BLEND_EQUATION_ALPHA, {6}},
    {GL_BLEND_COLOR, {0.5f, 1.5f, 2.5f, 3.5f}},
    {GL_COLOR_CLEAR_VALUE, {4.5f, 5.5f, 6.5f, 7.5f}},
    {GL_DEPTH_CLEAR_VALUE, {0.25f}},
    {GL_STENCIL_CLEAR_VALUE, {7}},
    {GL_COLOR_WRITEMASK, {1, 0, 0, 1}},
    {GL_CULL_FACE_MODE, {8}},
    {GL_FRONT_FACE, {9}},
    {GL_DEPTH_FUNC, {10}},
    {GL_DEPTH_WRITEMASK, {0}},
    {GL_DEPTH_RANGE, {0.5f, 0.75f}},
    {GL_STENCIL_FUNC, {11}},
    {GL_STENCIL_REF, {12}},
    {GL_STENCIL_VALUE_MASK, {13}},
    {GL_STENCIL_BACK_FUNC, {14}},
    {GL_STENCIL_BACK_REF, {15}},
    {GL_STENCIL_BACK_VALUE_MASK, {16}},
    {GL_STENCIL_WRITEMASK, {17}},
    {GL_STENCIL_BACK_WRITEMASK, {17}},
    {GL_STENCIL_FAIL, {18}},
    {GL_STENCIL_BACK_PASS_DEPTH_FAIL, {19}},
    {GL_STENCIL_PASS_DEPTH_PASS, {20}},
    {GL_SCISSOR_BOX, {21, 22, 23, 24}},
    {GL_VIEWPORT, {25, 26, 27, 28}},
    {GL_LOGIC_OP_MODE, {29}},
    {GL_POLYGON_MODE, {30}},
    {GL_POLYGON_OFFSET_FACTOR, {31.5f}},
    {GL_POLYGON_OFFSET_UNITS, {32.5f}},
    {GL_POINT_SIZE, {33.5f}},
    {GL_POINT_FADE_THRESHOLD_SIZE, {34.5f}},
    {GL_PACK_ALIGNMENT, {2}},
    {GL_UNPACK_ALIGNMENT, {4}}, /* as it was */
    {GL_UNPACK_SKIP_ROWS, {35}},
    {GL_CLIP_ORIGIN, {36}},
    {GL_CLIP_DEPTH_MODE, {37}},
    {GL_PROVOKING_VERTEX, {38}},
    {GL_PRIMITIVE_RESTART_INDEX, {39}},
    {GL_PATCH_VERTICES, {40}},
    {GL_SAMPLE_COVERAGE_VALUE, {0.5f}},
    {GL_SAMPLE_COVERAGE_INVERT, {1}},
    {GL_MIN_SAMPLE_SHADING_VALUE, {0.125f}},
    {GL_LINE_SMOOTH_HINT, {42}},
};

START_TEST(numbers_come_back) {
    const uint64_t before = strict_gpu_state_hash(gpu);
    set_everything();
    ck_assert_uint_ne(strict_gpu_state_hash(gpu), before);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        GLfloat values[4] = {0};
        gl.GetFloatv(numbers[i].name, values);
        for (size_t at = 0; at < 4; at++) {
            ck_assert_msg(values[at] == numbers[i].values[at], "0x%x[%zu] is %f", numbers[i].name,
                at, (double)values[at]);
        }
    }
    ck_assert_int_eq(indexed(GL_SAMPLE_MASK_VALUE, 0), 41);
    ck_assert_int_eq(integer(GL_POLYGON_OFFSET_FACTOR), 31);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(wrong_settings_are_errors) {
    static const GLenum errors[] = {GL_INVALID_ENUM, GL_INVALID_VALUE};
    for (int i = 0; i < 11; i++) {
        switch (i) {
        case 0:
            gl.Enable(GL_FLOAT);
            break;
        case 1:
            gl.Disable(GL_DEPTH_FUNC); /* state, and no switch */
            break;
        case 2:
            gl.IsEnabled(GL_FLOAT);
            break;
        case 3:
            gl.PolygonMode(GL_FRONT, GL_LINE);
            break;
        case 4:
            gl.PointParameterf(GL_POINT_SIZE, 1.0f);
            break;
        case 5:
            gl.PatchParameteri(GL_PATCH_DEFAULT_INNER_LEVEL, 1);
            break;
        case 6:
            gl.Hint(GL_BLEND, GL_NICEST);
            break;
        case 7:
            gl.PixelStorei(GL_DEPTH_FUNC, 1);
            break;
        case 8:
            gl.StencilFuncSeparate(GL_LINE, GL_LESS, 0, 0);
            break;
        case 9:
            gl.PixelStorei(GL_PACK_ALIGNMENT, 3);
            break;
        default:
            gl.SampleMaski(1, 0);
            break;
        }
        ck_assert_msg(gl.GetError() == errors[i > 8], "case %d", i);
        CHECK_VIOLATIONS(1);
    }
}
END_TEST

/* --- Objects and their binding points */

START_TEST(what_is_bound_goes_with_the_object) {
    GLuint feedback, framebuffer, pipeline, renderbuffer, sampler;
    const uint64_t clean = strict_gpu_state_hash(gpu);
    gl.CreateTransformFeedbacks(1, &feedback);
    gl.CreateFramebuffers(1, &framebuffer);
    gl.CreateProgramPipelines(1, &pipeline);
    gl.CreateRenderbuffers(1, &renderbuffer);
    gl.CreateSamplers(1, &sampler);
    ck_assert_uint_eq(strict_gpu_state_hash(gpu), clean);
    gl.BindTransformFeedback(GL_TRANSFORM_FEEDBACK, feedback);
    gl.BindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    gl.BindProgramPipeline(pipeline);
    gl.BindRenderbuffer(GL_RENDERBUFFER, renderbuffer);
    gl.BindSampler(7, sampler);
    gl.ActiveTexture(GL_TEXTURE7);
    const GLenum names[] = {GL_TRANSFORM_FEEDBACK_BINDING, GL_DRAW_FRAMEBUFFER_BINDING,
        GL_READ_FRAMEBUFFER_BINDING, GL_PROGRAM_PIPELINE_BINDING, GL_RENDERBUFFER_BINDING,
        GL_SAMPLER_BINDING};
    for (size_t i = 0; i < 6; i++) {
        ck_assert_int_eq(integer(names[i]), 1);
    }
    ck_assert_int_eq(integer(GL_READ_BUFFER), GL_COLOR_ATTACHMENT0);
    ck_assert_uint_eq(strict_gpu_live_others(gpu), 5);
    gl.DeleteTransformFeedbacks(1, &feedback);
    gl.DeleteFramebuffers(1, &framebuffer);
    gl.DeleteProgramPipelines(1, &pipeline);
    gl.DeleteRenderbuffers(1, &renderbuffer);
    gl.DeleteSamplers(1, &sampler);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_int_eq(integer(names[i]), 0);
    }
    gl.ActiveTexture(GL_TEXTURE0);
    ck_assert_uint_eq(strict_gpu_state_hash(gpu), clean);
    ck_assert_uint_eq(strict_gpu_live_others(gpu), 0);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(units_have_a_texture_of_each_kind) {
    GLuint textures[2];
    gl.CreateTextures(GL_TEXTURE_2D, 1, &textures[0]);
    gl.CreateTextures(GL_TEXTURE_BUFFER, 1, &textures[1]);
    gl.TextureStorage2D(textures[0], 1, GL_RGBA8, 4, 4);
    gl.TextureBuffer(textures[1], GL_R32UI, strict_test_buffer(64, 0, 0));
    gl.BindTextureUnit(3, textures[0]);
    gl.BindTextureUnit(3, textures[1]);
    ck_assert_int_eq(integer(GL_TEXTURE_BINDING_2D), 0);
    gl.ActiveTexture(GL_TEXTURE3);
    ck_assert_int_eq(integer(GL_ACTIVE_TEXTURE), GL_TEXTURE3);
    ck_assert_int_eq(integer(GL_TEXTURE_BINDING_2D), (GLint)textures[0]);
    ck_assert_int_eq(integer(GL_TEXTURE_BINDING_BUFFER), (GLint)textures[1]);
    gl.BindImageTexture(1, textures[0], 2, GL_TRUE, 3, GL_WRITE_ONLY, GL_R32UI);
    ck_assert_int_eq(indexed(GL_IMAGE_BINDING_NAME, 1), (GLint)textures[0]);
    ck_assert_int_eq(indexed(GL_IMAGE_BINDING_LEVEL, 1), 2);
    ck_assert_int_eq(indexed(GL_IMAGE_BINDING_LAYERED, 1), 1);
    ck_assert_int_eq(indexed(GL_IMAGE_BINDING_LAYER, 1), 3);
    ck_assert_int_eq(indexed(GL_IMAGE_BINDING_ACCESS, 1), GL_WRITE_ONLY);
    ck_assert_int_eq(indexed(GL_IMAGE_BINDING_FORMAT, 1), GL_R32UI);
    ck_assert_int_eq(indexed(GL_IMAGE_BINDING_FORMAT, 0), GL_R8);
    gl.DeleteTextures(1, &textures[0]);
    ck_assert_int_eq(integer(GL_TEXTURE_BINDING_2D), 0);
    ck_assert_int_eq(indexed(GL_IMAGE_BINDING_NAME, 1), 0);
    gl.BindTextureUnit(3, 0);
    ck_assert_int_eq(integer(GL_TEXTURE_BINDING_BUFFER), 0);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(one_query_at_a_time) {
    GLuint query;
    GLint active = -1;
    gl.CreateQueries(GL_SAMPLES_PASSED, 1, &query);
    gl.BeginQuery(GL_SAMPLES_PASSED, query);
    gl.GetQueryiv(GL_SAMPLES_PASSED, GL_CURRENT_QUERY, &active);
    ck_assert_int_eq(active, (GLint)query);
    CHECK_VIOLATIONS(0);
    gl.BeginQuery(GL_SAMPLES_PASSED, query);
    gl.BeginQuery(GL_TIME_ELAPSED, query);
    gl.EndQuery(GL_TIME_ELAPSED);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_OPERATION);
    CHECK_VIOLATIONS(3);
    gl.EndQuery(GL_SAMPLES_PASSED);
    gl.GetQueryiv(GL_SAMPLES_PASSED, GL_CURRENT_QUERY, &active);
    ck_assert_int_eq(active, 0);
}
END_TEST

/* The indexed bindings belong to the object, and so come and go with it. */
START_TEST(feedback_objects_have_their_own_bindings) {
    GLuint feedback;
    const GLuint buffers[] = {strict_test_buffer(64, 0, 0), strict_test_buffer(64, 0, 0)};
    gl.BindBufferBase(GL_TRANSFORM_FEEDBACK_BUFFER, 1, buffers[0]);
    gl.CreateTransformFeedbacks(1, &feedback);
    gl.BindTransformFeedback(GL_TRANSFORM_FEEDBACK, feedback);
    ck_assert_int_eq(indexed(GL_TRANSFORM_FEEDBACK_BUFFER_BINDING, 1), 0);
    gl.BindBufferBase(GL_TRANSFORM_FEEDBACK_BUFFER, 1, buffers[1]);
    ck_assert_int_eq(indexed(GL_TRANSFORM_FEEDBACK_BUFFER_BINDING, 1), (GLint)buffers[1]);
    gl.DeleteTransformFeedbacks(1, &feedback);
    ck_assert_int_eq(indexed(GL_TRANSFORM_FEEDBACK_BUFFER_BINDING, 1), (GLint)buffers[0]);
    CHECK_VIOLATIONS(0);
}
END_TEST

START_TEST(names_that_are_none_are_errors) {
    GLuint none = 99;
    gl.BindTransformFeedback(GL_TRANSFORM_FEEDBACK, none);
    gl.BindFramebuffer(GL_FRAMEBUFFER, none);
    gl.BindProgramPipeline(none);
    gl.BindRenderbuffer(GL_RENDERBUFFER, none);
    gl.BindSampler(0, none);
    gl.BindTextureUnit(0, none);
    gl.TextureStorage2D(none, 1, GL_RGBA8, 1, 1);
    gl.TextureBuffer(none, GL_R8, 0);
    gl.NamedFramebufferTexture(none, GL_COLOR_ATTACHMENT0, 0, 0);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_OPERATION);
    gl.BindImageTexture(0, none, 0, GL_FALSE, 0, GL_READ_ONLY, GL_R8);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_VALUE);
    gl.ActiveTexture(GL_TEXTURE0 + 96);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_ENUM);
    gl.DeleteTextures(1, &none);
    ck_assert_uint_eq(gl.GetError(), GL_NO_ERROR);
    CHECK_VIOLATIONS(12);
}
END_TEST

/* --- Programs of several stages, subroutines and pipelines */

static GLuint compile(GLenum stage, const char *text) {
    const GLuint shader = gl.CreateShader(stage);
    gl.ShaderSource(shader, 1, &text, NULL);
    gl.CompileShader(shader);
    return shader;
}

START_TEST(subroutines_are_forgotten_with_the_next_program) {
    const GLuint chosen = 1;
    GLuint seen = 9;
    GLint count = -1;
    const GLuint program = gl.CreateProgram();
    const GLuint shaders[] = {compile(GL_VERTEX_SHADER, "#version 450 core\n"),
        compile(GL_FRAGMENT_SHADER, "#version 450 core\nsubroutine uniform kind shade;\n"),
        compile(GL_COMPUTE_SHADER, "#version 450 core\n")};
    for (size_t i = 0; i < 3; i++) {
        gl.AttachShader(program, shaders[i]);
    }
    gl.LinkProgram(program);
    gl.GetProgramiv(program, GL_LINK_STATUS, &count);
    ck_assert_int_eq(count, GL_FALSE); /* compute and others */
    gl.DetachShader(program, shaders[2]);
    gl.LinkProgram(program);
    gl.GetProgramiv(program, GL_ATTACHED_SHADERS, &count);
    ck_assert_int_eq(count, 2);
    gl.GetProgramStageiv(program, GL_FRAGMENT_SHADER, GL_ACTIVE_SUBROUTINE_UNIFORMS, &count);
    ck_assert_int_eq(count, 1);
    gl.GetProgramStageiv(program, GL_VERTEX_SHADER, GL_ACTIVE_SUBROUTINE_UNIFORMS, &count);
    ck_assert_int_eq(count, 0);
    gl.UseProgram(program);
    gl.UniformSubroutinesuiv(GL_FRAGMENT_SHADER, 1, &chosen);
    gl.GetUniformSubroutineuiv(GL_FRAGMENT_SHADER, 0, &seen);
    ck_assert_uint_eq(seen, 1);
    gl.UseProgram(0);
    gl.UseProgram(program);
    gl.GetUniformSubroutineuiv(GL_FRAGMENT_SHADER, 0, &seen);
    ck_assert_uint_eq(seen, 0);
    CHECK_VIOLATIONS(0);
    gl.UniformSubroutinesuiv(GL_VERTEX_SHADER, 1, &chosen);
    gl.GetUniformSubroutineuiv(GL_FRAGMENT_SHADER, 1, &seen);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_VALUE);
    gl.DispatchCompute(1, 1, 1);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_OPERATION);
    CHECK_VIOLATIONS(3);
}
END_TEST

static GLuint separable(const char *text) {
    const GLuint program = gl.CreateProgram(), shader = compile(GL_FRAGMENT_SHADER, text);
    gl.ProgramParameteri(program, GL_PROGRAM_SEPARABLE, GL_TRUE);
    gl.AttachShader(program, shader);
    gl.LinkProgram(program);
    gl.DeleteShader(shader);
    return program;
}

START_TEST(pipelines_have_programs_and_subroutines) {
    const GLuint chosen = 1;
    GLuint pipelines[2], seen = 9;
    GLint stage = -1;
    gl.CreateProgramPipelines(2, pipelines);
    const GLuint program = separable("#version 450 core\nsubroutine uniform kind shade;\n");
    gl.UseProgramStages(pipelines[0], GL_ALL_SHADER_BITS, program);
    gl.GetProgramPipelineiv(pipelines[0], GL_FRAGMENT_SHADER, &stage);
    ck_assert_uint_eq((GLuint)stage, program);
    gl.GetProgramPipelineiv(pipelines[0], GL_VERTEX_SHADER, &stage);
    ck_assert_int_eq(stage, 0);
    gl.BindProgramPipeline(pipelines[0]);
    for (int i = 0; i < 3; i++) {
        gl.UniformSubroutinesuiv(GL_FRAGMENT_SHADER, 1, &chosen);
        gl.GetUniformSubroutineuiv(GL_FRAGMENT_SHADER, 0, &seen);
        ck_assert_uint_eq(seen, 1);
        if (i == 0) {
            gl.UseProgram(0);
        } else if (i == 1) {
            gl.BindProgramPipeline(pipelines[0]);
        } else {
            gl.UseProgramStages(pipelines[0], GL_FRAGMENT_SHADER_BIT, program);
        }
        gl.GetUniformSubroutineuiv(GL_FRAGMENT_SHADER, 0, &seen);
        ck_assert_uint_eq(seen, 0);
    }
    gl.DeleteProgram(program);
    ck_assert(gl.IsProgram(program)); /* the pipeline has it */
    CHECK_VIOLATIONS(0);
    gl.UseProgramStages(pipelines[0], GL_FRAGMENT_SHADER_BIT, 0);
    ck_assert(!gl.IsProgram(program));
    gl.UniformSubroutinesuiv(GL_FRAGMENT_SHADER, 1, &chosen);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_OPERATION);
    const GLuint other = separable("not GLSL"), third = separable("#version 450 core\n");
    gl.UseProgramStages(pipelines[1], GL_FRAGMENT_SHADER_BIT, other);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_OPERATION);
    gl.UseProgramStages(99, GL_FRAGMENT_SHADER_BIT, third);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_OPERATION);
    gl.UseProgramStages(pipelines[1], GL_FRAGMENT_SHADER_BIT, 99);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_VALUE);
    gl.GetProgramPipelineiv(pipelines[1], GL_TEXTURE_2D, &stage);
    ck_assert_uint_eq(gl.GetError(), GL_INVALID_ENUM);
    CHECK_VIOLATIONS(5);
    gl.UseProgramStages(pipelines[1], GL_FRAGMENT_SHADER_BIT, third);
    gl.DeleteProgram(third);
    gl.DeleteProgramPipelines(2, pipelines);
    ck_assert(!gl.IsProgram(third));
}
END_TEST

Suite *strict_settings_suite(void) {
    Suite *suite = suite_create("settings");
    TCase *tcase = tcase_create("settings");
    tcase_add_checked_fixture(tcase, open_gpu, strict_test_close);
    tcase_add_test(tcase, numbers_come_back);
    tcase_add_test(tcase, wrong_settings_are_errors);
    tcase_add_test(tcase, what_is_bound_goes_with_the_object);
    tcase_add_test(tcase, units_have_a_texture_of_each_kind);
    tcase_add_test(tcase, one_query_at_a_time);
    tcase_add_test(tcase, feedback_objects_have_their_own_bindings);
    tcase_add_test(tcase, names_that_are_none_are_errors);
    tcase_add_test(tcase, subroutines_are_forgotten_with_the_next_program);
    tcase_add_test(tcase, pipelines_have_programs_and_subroutines);
    suite_add_tcase(suite, tcase);
    return suite;
}
