/* What a driver says of itself: the kind of its memory, quirks, and what hints are worth. */
#include "gl/gl_impl.h"

#include <string.h>

/* From GL_NVX_gpu_memory_info, which NVIDIA and Mesa have. */
#define GPU_MEMORY_INFO_DEDICATED_VIDMEM_NVX 0x9047

/* A row holds when each of its texts is part of the string of that name; "" always is.
 *
 * No driver with OpenGL 4.5 is known whose explicit flush is broken: Qualcomm's was (Dolphin pull
 * request 3832), which has OpenGL ES only. */
static const struct {
    const char *vendor, *renderer, *version;
    uint32_t quirks;
} quirk_table[] = {
    {"", "llvmpipe", "", TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE},
    /* Seen with 580.159 on an H200: 198 of 200 frames wrong, of compute and vertex shaders; none
     * through uniform blocks, texture buffers, vertices or indices, and none of copies. Of what
     * other commands still write nearly as many; while the buffer is bound, of either none
     * (tests/gl/test_order.c). */
    {"NVIDIA", "", "", TRM_GL_QUIRK_UPDATES_OVERTAKE_STORAGE},
    /* The same driver: glFenceSync takes 3.4 microseconds of the processor and makes a frame of 14
     * take 21, glQueryCounter 0.5, and 14.6. On llvmpipe it is the other way round. */
    {"NVIDIA", "", "", TRM_GL_QUIRK_SLOW_FENCES},
    /* Intel on Windows, told from Mesa's by the version: what goes into buffers and vertex arrays
     * by name comes late or not at all (Magnum pull request 405, seen with drivers 24 to 26; yuzu
     * pull request 2002). Of NVIDIA 566 to 572 Magnum suspects the same (its workaround
     * nv-broken-buffer-dsa); it is not established, and 580 is right. */
    {"Intel", "", " - Build ", TRM_GL_QUIRK_BROKEN_DIRECT_STATE_ACCESS},
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

uint32_t trm_gl_get_quirks(const GladGLContext *gl, uint32_t quirks_on, uint32_t quirks_off) {
    uint32_t quirks = 0;
    const char *vendor = get_string(gl, GL_VENDOR);
    const char *renderer = get_string(gl, GL_RENDERER);
    const char *version = get_string(gl, GL_VERSION);
    for (size_t i = 0; i < sizeof quirk_table / sizeof *quirk_table; i++)
        if (strstr(vendor, quirk_table[i].vendor) && strstr(renderer, quirk_table[i].renderer) &&
            strstr(version, quirk_table[i].version))
            quirks |= quirk_table[i].quirks;
    return (quirks & ~quirks_off) | quirks_on;
}

/* Host memory for what the CPU writes. AMD's drivers, Mesa's among them, may put mapped memory on
 * the card otherwise, where the CPU writes it across the bus piece by piece; NVIDIA's choose well
 * by themselves, and slow down when told; for the others there is one memory. */
GLbitfield trm_gl_get_client_storage(const GladGLContext *gl, trm_gl_client_storage wish) {
    static const char *const gain[] = {"AMD", "ATI Technologies"};
    const char *vendor = get_string(gl, GL_VENDOR), *renderer = get_string(gl, GL_RENDERER);
    bool wanted = wish == TRM_GL_CLIENT_STORAGE_ALWAYS;
    /* Mesa's vendor was "X.Org" for long. */
    for (size_t i = 0; i < sizeof gain / sizeof *gain && wish == TRM_GL_CLIENT_STORAGE_AUTO; i++)
        wanted |= strstr(vendor, gain[i]) || strstr(renderer, gain[i]);
    return wanted ? GL_CLIENT_STORAGE_BIT : 0;
}

trm_traits trm_gl_get_traits(const trm_gl *self) {
    return (trm_traits){
        .memory_kind = memory_kind(&self->gl),
        .copies_overtake_storage = self->quirks & TRM_GL_QUIRK_COPIES_OVERTAKE_STORAGE,
        .cheap_fences = self->quirks & TRM_GL_QUIRK_SLOW_FENCES, /* queries are */
    };
}
