/* What no upload can beat: the GPU's own copy out of mapped memory. */
#include "bench.h"

#define NBYTES ((GLsizeiptr)64 << 20)
#define COPIES 4
#define TRIES  5

double bench_bus_rate(void) {
    const GLbitfield access = GL_MAP_WRITE_BIT | GL_MAP_PERSISTENT_BIT | GL_MAP_COHERENT_BIT;
    GLuint objects[2];
    double best = 0;
    bench_gl.CreateBuffers(2, objects);
    bench_gl.NamedBufferStorage(objects[0], NBYTES, NULL, access);
    bench_gl.NamedBufferStorage(objects[1], NBYTES, NULL, 0);
    unsigned char *from = bench_gl.MapNamedBufferRange(objects[0], 0, NBYTES, access);
    for (GLsizeiptr i = 0; from && i < NBYTES; i += 4096)
        from[i] = (unsigned char)i;
    for (unsigned try = 0; from && try < TRIES; try++) {
        bench_gl.Finish();
        const double begin = bench_now_us();
        for (unsigned i = 0; i < COPIES; i++)
            bench_gl.CopyNamedBufferSubData(objects[0], objects[1], 0, 0, NBYTES);
        bench_gl.Finish();
        const double rate = (double)NBYTES * COPIES / (bench_now_us() - begin) / 1e3;
        best = rate > best ? rate : best;
    }
    bench_gl.DeleteBuffers(2, objects);
    return best;
}
