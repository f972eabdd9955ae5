/* Another thread comes in between: in the middle of a sync or an acquire, when the library calls GL
 * without holding the lock of any buffer with data, a step's edit happens. Where that is, is the
 * program's to say, so that it happens again. (Threads that really run: sim_threads.c.) */
#include "simulation/sim_world.h"

#include <stdlib.h>
#include <string.h>

/* Of the current world, for functions of GL know nothing of it. */
static sim_world *current;

void sim_interrupt_begin(sim_world *world) {
    current = world;
    for (size_t i = 0; i < SIM_SUBJECTS; i++) {
        sim_subject *s = &world->subjects[i];
        s->interrupted = false;
        s->doubt = (sim_loose){0, 0};
        free(s->before);
        s->before = NULL;
    }
}

void sim_interrupt_end(void) {
    current = NULL;
}

static void replace_array(sim_subject *s, uint32_t noise) {
    unsigned char *fresh = sim_new_array(s, s->itemsize, noise);
    if (trm_buffer_set_data(s->buffer, fresh, sim_nbytes(s), 0) != TRM_OK) {
        sim_fail(current, "set_data: failed in another thread");
    }
    s->before = sim_packed(s);
    memset(s->array, 0xdd, sim_array_nbytes(s));
    free(s->array);
    s->array = fresh;
    s->stride = s->itemsize;
    s->owed = (sim_loose){0, 0};
    sim_mark_all(s);
}

static void mark_owed(sim_subject *s) {
    if (trm_buffer_update_range(s->buffer, s->owed.first, s->owed.count) != TRM_OK) {
        sim_fail(current, "update_range: failed in another thread");
    }
    sim_mark(s, s->owed.first, s->owed.count);
    s->doubt = s->owed;
    s->owed = (sim_loose){0, 0};
}

static void interrupt(void) {
    if (current == NULL || current->interrupt.left == 0 || --current->interrupt.left > 0) {
        return;
    }
    sim_subject *s = &current->subjects[current->interrupt.subject];
    if (s->buffer == NULL || !s->has_data) {
        return;
    }
    if (s->owed.count > 0) {
        mark_owed(s);
    } else {
        replace_array(s, current->interrupt.noise);
    }
    s->interrupted = true;
}

/* --- The calls in which it happens. Others are made with a lock held. */

static struct {
    PFNGLNAMEDBUFFERSUBDATAPROC update;
    PFNGLCOPYNAMEDBUFFERSUBDATAPROC copy;
    PFNGLCLIENTWAITSYNCPROC wait;
    PFNGLGETQUERYOBJECTUIVPROC answer;
    PFNGLFLUSHPROC flush;
} real;

static void GLAD_API_PTR update(
    GLuint buffer, GLintptr offset, GLsizeiptr nbytes, const void *data) {
    real.update(buffer, offset, nbytes, data);
    interrupt();
}

static void GLAD_API_PTR copy(
    GLuint from, GLuint to, GLintptr from_offset, GLintptr to_offset, GLsizeiptr nbytes) {
    real.copy(from, to, from_offset, to_offset, nbytes);
    interrupt();
}

static GLenum GLAD_API_PTR wait(GLsync sync, GLbitfield flags, GLuint64 timeout) {
    const GLenum result = real.wait(sync, flags, timeout);
    interrupt();
    return result;
}

static void GLAD_API_PTR answer(GLuint query, GLenum name, GLuint *value) {
    real.answer(query, name, value);
    interrupt();
}

static void GLAD_API_PTR flush(void) {
    real.flush();
    interrupt();
}

trm_gl_proc sim_interrupt_wrap(const char *name, trm_gl_proc proc) {
    if (strcmp(name, "glNamedBufferSubData") == 0) {
        real.update = (PFNGLNAMEDBUFFERSUBDATAPROC)proc;
        return (trm_gl_proc)update;
    }
    if (strcmp(name, "glCopyNamedBufferSubData") == 0) {
        real.copy = (PFNGLCOPYNAMEDBUFFERSUBDATAPROC)proc;
        return (trm_gl_proc)copy;
    }
    if (strcmp(name, "glClientWaitSync") == 0) {
        real.wait = (PFNGLCLIENTWAITSYNCPROC)proc;
        return (trm_gl_proc)wait;
    }
    if (strcmp(name, "glGetQueryObjectuiv") == 0) {
        real.answer = (PFNGLGETQUERYOBJECTUIVPROC)proc;
        return (trm_gl_proc)answer;
    }
    if (strcmp(name, "glFlush") == 0) {
        real.flush = (PFNGLFLUSHPROC)proc;
        return (trm_gl_proc)flush;
    }
    return proc;
}
