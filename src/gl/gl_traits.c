/* What a driver says of itself: the kind of its memory, and quirks. */
#include "gl/gl_impl.h"

#include <string.h>

/* From GL_NVX_gpu_memory_info, which NVIDIA and Mesa have. */
#define GPU_MEMORY_INFO_DEDICATED_VIDMEM_NVX 0x9047

/* Rows are matched against GL_RENDERER. */
static const struct {
    const char *renderer;
    uint32_t quirks;
} quirk_table[] = {
    {"llvmpipe", TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE},
};

static const char *get_string(const GladGLContext *gl, GLenum name) {
    const GLubyte *text = gl->GetString(name);
    return text ? (const char *)text : "";
}

static bool has_extension(const GladGLContext *gl, const char *wanted) {
    GLint count = 0;
    gl->GetIntegerv(GL_NUM_EXTENSIONS, &count);
    for (GLint i = 0; i < count; i++) {
        const GLubyte *name = gl->GetStringi(GL_EXTENSIONS, (GLuint)i);
        if (name && strcmp((const char *)name, wanted) == 0)
            return true;
    }
    return false;
}

static trm_memory_kind memory_kind(const GladGLContext *gl) {
    static const char *const software[] = {"llvmpipe", "softpipe", "swrast", "SwiftShader"};
    const char *renderer = get_string(gl, GL_RENDERER);
    for (size_t i = 0; i < sizeof software / sizeof *software; i++)
        if (strstr(renderer, software[i]))
            return TRM_MEMORY_SOFTWARE;
    GLint dedicated_kib = 0;
    if (has_extension(gl, "GL_NVX_gpu_memory_info"))
        gl->GetIntegerv(GPU_MEMORY_INFO_DEDICATED_VIDMEM_NVX, &dedicated_kib);
    return dedicated_kib > 0 ? TRM_MEMORY_DISCRETE : TRM_MEMORY_UNIFIED;
}

trm_traits trm_gl_get_traits(const GladGLContext *gl, uint32_t quirks_on, uint32_t quirks_off) {
    uint32_t quirks = 0;
    const char *renderer = get_string(gl, GL_RENDERER);
    for (size_t i = 0; i < sizeof quirk_table / sizeof *quirk_table; i++)
        if (strstr(renderer, quirk_table[i].renderer))
            quirks |= quirk_table[i].quirks;
    quirks = (quirks & ~quirks_off) | quirks_on;
    return (trm_traits){
        .memory_kind = memory_kind(gl),
        .copies_overtake_storage = quirks & TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE,
    };
}
