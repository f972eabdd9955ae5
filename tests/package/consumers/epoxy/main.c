#include <epoxy/gl.h>

#include "../draw.h"
#include "../egl.h"

int main(void) {
    const int status = open_context();
    return status ? status : draw_and_check(load_function);
}
