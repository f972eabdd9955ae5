/* Threads that produce, and threads that copy: one small job system does both. Each frame its
 * workers write a share of an array of 256 x 256 points, each one pixel of the picture, and mark
 * what they wrote; then trm_device_sync has the same workers copy the changes, through
 * trm_device_desc.parallel_for. With explicit_sync they could write again while this thread draws.
 */
#include "embed.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include <EGL/egl.h>
#include <trireme/gl.h>

enum { SIDE = 256, POINTS = SIDE * SIDE, WORKERS = 3, BANDS = 32, FRAMES = 40 };

typedef struct jobs {
    pthread_t threads[WORKERS];
    pthread_mutex_t lock;
    pthread_cond_t begun, done;
    void (*task)(void *context, size_t index);
    void *context;
    size_t count, next, finished;
    bool closing;
} jobs;

/* Takes tasks of the list until there are none. The lock is held, but not during a task. */
static void jobs_help(jobs *it) {
    while (it->next < it->count) {
        const size_t index = it->next++;
        pthread_mutex_unlock(&it->lock);
        it->task(it->context, index);
        pthread_mutex_lock(&it->lock);
        if (++it->finished == it->count)
            pthread_cond_broadcast(&it->done);
    }
}

static void *jobs_work(void *user) {
    jobs *it = user;

    pthread_mutex_lock(&it->lock);
    while (!it->closing) {
        jobs_help(it);
        if (!it->closing)
            pthread_cond_wait(&it->begun, &it->lock);
    }
    pthread_mutex_unlock(&it->lock);
    return NULL;
}

/* A trm_parallel_for: this thread helps, and returns when all tasks have. */
static void jobs_run(
    void *user, size_t count, void (*task)(void *context, size_t index), void *context) {
    jobs *it = user;

    pthread_mutex_lock(&it->lock);
    it->task = task;
    it->context = context;
    it->next = it->finished = 0;
    it->count = count;
    pthread_cond_broadcast(&it->begun);
    jobs_help(it);
    while (it->finished < count)
        pthread_cond_wait(&it->done, &it->lock);
    it->count = it->next = 0;
    pthread_mutex_unlock(&it->lock);
}

static bool jobs_open(jobs *it) {
    pthread_mutex_init(&it->lock, NULL);
    pthread_cond_init(&it->begun, NULL);
    pthread_cond_init(&it->done, NULL);
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&it->threads[i], NULL, jobs_work, it))
            return false;
    return true;
}

static void jobs_close(jobs *it) {
    pthread_mutex_lock(&it->lock);
    it->closing = true;
    pthread_cond_broadcast(&it->begun);
    pthread_mutex_unlock(&it->lock);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(it->threads[i], NULL);
}

static const char vertex_shader[] =
    "#version 450\n"
    "layout(location = 0) in vec2 point;"
    "layout(location = 1) in vec4 tint;"
    "out vec4 shade;"
    "void main() { shade = tint; gl_Position = vec4(point, 0, 1); }";
static const char fragment_shader[] = "#version 450\n"
                                      "in vec4 shade; out vec4 color;"
                                      "void main() { color = shade; }";

typedef struct dot {
    float place[2];
    uint8_t tint[4];
} dot;

typedef struct picture {
    dot dots[POINTS];
    trm_buffer *buffer;
    int frame;
    atomic_int shares; /* copies that went to the workers */
} picture;

static picture scene;
static jobs workers;

/* A task: a worker writes a band of rows and marks it; of every frame's bands each second one
 * changes. */
static void produce(void *context, size_t band) {
    picture *it = context;
    const size_t nitems = POINTS / BANDS, first = band * nitems;

    if ((band + (size_t)it->frame) % 2 != 0 && it->frame > 0)
        return;
    for (size_t i = first; i < first + nitems; i++) {
        dot *at = &it->dots[i];
        at->place[0] = ((float)(i % SIDE) + 0.5f) / (SIDE / 2) - 1.0f;
        at->place[1] = ((float)(i / SIDE) + 0.5f) / (SIDE / 2) - 1.0f;
        at->tint[0] = (uint8_t)(i % SIDE);
        at->tint[1] = (uint8_t)(8 * band);
        at->tint[2] = (uint8_t)(5 * it->frame);
        at->tint[3] = 255;
    }
    trm_buffer_update_range(it->buffer, first, nitems);
}

/* What the device calls: counts, and passes on. */
static void share(
    void *user, size_t count, void (*task)(void *context, size_t index), void *context) {
    atomic_fetch_add(&scene.shares, (int)count);
    jobs_run(user, count, task, context);
}

static trm_gl_proc load(void *user, const char *name) {
    (void)user;
    return eglGetProcAddress(name);
}

static void make_target(void) {
    GLuint framebuffer, pixels;

    glCreateRenderbuffers(1, &pixels);
    glNamedRenderbufferStorage(pixels, GL_RGBA8, SIDE, SIDE);
    glCreateFramebuffers(1, &framebuffer);
    glNamedFramebufferRenderbuffer(framebuffer, GL_COLOR_ATTACHMENT0, GL_RENDERBUFFER, pixels);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    glViewport(0, 0, SIDE, SIDE);
}

static GLuint make_vertices(void) {
    GLuint vertices;

    glCreateVertexArrays(1, &vertices);
    glVertexArrayAttribFormat(vertices, 0, 2, GL_FLOAT, GL_FALSE, 0);
    glVertexArrayAttribFormat(vertices, 1, 4, GL_UNSIGNED_BYTE, GL_TRUE, 8);
    for (GLuint i = 0; i < 2; i++) {
        glVertexArrayAttribBinding(vertices, i, 0);
        glEnableVertexArrayAttrib(vertices, i);
    }
    glBindVertexArray(vertices);
    return vertices;
}

int main(int argc, char **argv) {
    embed_options options = embed_read(argc, argv);
    const trm_log log = {.write = trm_log_stderr};
    trm_device *device;

    if (!options.frames)
        options.frames = FRAMES;
    if (!options.picture)
        options.picture = "producers.png";
    if (!embed_open_egl())
        return embed_no_gl("EGL has none without a window");
    make_target();
    glUseProgram(embed_program(vertex_shader, fragment_shader));
    const GLuint vertices = make_vertices();
    const trm_gl_device_desc desc = {.get_proc_address = load,
        .device = {
            .explicit_sync = true, .parallel_for = share, .parallel_user = &workers, .log = log}};
    if (!jobs_open(&workers) || trm_gl_device_create(&desc, &device) ||
        trm_buffer_create(&(trm_buffer_desc){.data = scene.dots,
                              .nitems = POINTS,
                              .nbytes = sizeof scene.dots,
                              .usage = TRM_USAGE_VERTEX,
                              .log = log},
            &scene.buffer) ||
        trm_device_attach(device, scene.buffer))
        return 1;

    for (; scene.frame < options.frames; scene.frame++) {
        jobs_run(&workers, BANDS, produce, &scene);
        trm_device_sync(device); /* reads the array; from here on it may be written again */
        glClear(GL_COLOR_BUFFER_BIT);
        if (trm_gl_bind_vertex(device, vertices, 0, scene.buffer) == TRM_OK)
            glDrawArrays(GL_POINTS, 0, POINTS);
        trm_device_end_frame(device);
    }
    embed_save(options.picture, SIDE, SIDE);
    printf("%d frames, %d shares of copies done by %d threads\n", options.frames,
        atomic_load(&scene.shares), WORKERS + 1);
    if (options.frames > 2 && atomic_load(&scene.shares) == 0)
        fputs("error: nothing was shared out\n", stderr);

    trm_device_destroy(device);
    trm_buffer_destroy(scene.buffer);
    jobs_close(&workers);
    return 0;
}
