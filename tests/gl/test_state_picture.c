/* The instrument of test_state.c: what it must notice, and that its scene is an unusual one. */
#include <string.h>

#include "support/gl_state.h"
#include "support/harness.h"

static void open_scrambled(void) {
    harness_open();
    gl_state_scramble(harness_gl());
}

static void close_scrambled(void) {
    gl_state_unscramble(harness_gl());
    harness_close();
}

static void disturb(GladGLContext *gl, int how) {
    switch (how) {
    case 0:
        gl->BindBuffer(GL_COPY_WRITE_BUFFER, 0);
        break;
    case 1:
        gl->UseProgram(0);
        break;
    case 2:
        gl->ActiveTexture(GL_TEXTURE0);
        break;
    case 3:
        gl->PixelStorei(GL_UNPACK_ALIGNMENT, 1);
        break;
    case 4:
        gl->Disable(GL_RASTERIZER_DISCARD);
        break;
    case 5:
        gl->BindVertexArray(0);
        break;
    case 6:
        gl->BindBufferBase(GL_SHADER_STORAGE_BUFFER, 3, 0);
        break;
    case 7:
        gl->BindSampler(3, 0);
        break;
    case 8:
        gl->EndQuery(GL_PRIMITIVES_GENERATED);
        break;
    case 9:
        gl->BindImageTexture(1, 0, 0, GL_FALSE, 0, GL_READ_ONLY, GL_R32UI);
        break;
    default:
        gl->DebugMessageCallback(NULL, NULL);
        break;
    }
}

START_TEST(disturbances_are_noticed) {
    static gl_state before, after;
    GladGLContext *gl = harness_gl();
    gl_state_take(gl, &before);
    disturb(gl, _i);
    gl_state_take(gl, &after);
    ck_assert_uint_gt(gl_state_compare(&before, &after, NULL), 0);
    if (_i == 8) {
        const GLuint query = (GLuint)gl_state_get(&before, "GL_PRIMITIVES_GENERATED", 0);
        gl->BeginQuery(GL_PRIMITIVES_GENERATED, query);
    }
}
END_TEST

/* Whether any value of this name differs. */
static bool name_differs(const gl_state *a, const gl_state *b, const char *name) {
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->values[i].name, name) == 0 && a->values[i].value != b->values[i].value) {
            return true;
        }
    }
    return false;
}

/* The scrambled state is another than the initial one, in most of what has a name. */
START_TEST(the_scene_is_unusual) {
    static gl_state initial, scrambled;
    size_t names = 0, unusual = 0;
    gl_state_take(harness_gl(), &initial);
    gl_state_scramble(harness_gl());
    gl_state_take(harness_gl(), &scrambled);
    for (size_t i = 0; i < initial.count; i++) {
        size_t first = 0;
        while (strcmp(initial.values[first].name, initial.values[i].name) != 0) {
            first++;
        }
        if (first == i) {
            names++;
            unusual += name_differs(&initial, &scrambled, initial.values[i].name);
        }
    }
    ck_assert_uint_gt(names, 150);
    ck_assert_msg(unusual * 10 > names * 6, "%zu of %zu", unusual, names);
    gl_state_unscramble(harness_gl());
}
END_TEST

int main(void) {
    Suite *suite = suite_create("gl-state_picture");
    TCase *tcase = tcase_create("disturbances");
    tcase_add_checked_fixture(tcase, open_scrambled, close_scrambled);
    tcase_add_loop_test(tcase, disturbances_are_noticed, 0, 11);
    suite_add_tcase(suite, tcase);
    TCase *plain = tcase_create("picture");
    tcase_add_checked_fixture(plain, harness_open, harness_close);
    tcase_add_test(plain, the_scene_is_unusual);
    suite_add_tcase(suite, plain);
    return harness_main(&suite, 1);
}
