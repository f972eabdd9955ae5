/* An application that calls OpenGL by prototypes. The C++ programs compile the same text. */
#define GL_GLEXT_PROTOTYPES
#include <GL/glcorearb.h>

#include "draw.h"
#include "egl.h"

int main(void) {
    const int status = open_context();
    return status ? status : draw_and_check(load_function);
}
