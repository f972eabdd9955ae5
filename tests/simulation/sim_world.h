/* The inside of a run: the GPU, the device, the buffers with what they should show, and the draws
 * that have not been compared. */
#ifndef TRIREME_TESTS_SIM_WORLD_H
#define TRIREME_TESTS_SIM_WORLD_H

#include "simulation/sim.h"
#include "simulation/sim_memory.h"
#include "simulation/sim_watch.h"

#define SIM_SUBJECTS 6
#define SIM_DRAWS    512
#define SIM_READINGS 8
#define SIM_CONTEXTS 2

typedef struct sim_context sim_context;

/* Items [first, first + count) whose bytes nobody can know: written, but not marked yet. */
typedef struct sim_loose {
    size_t first, count;
} sim_loose;

/* A span handed out in this frame and not drawn from yet, with the bytes it must give. */
typedef struct sim_held {
    bool held;
    sim_context *where;
    trm_gl_span span;
    unsigned char *bytes; /* NULL: nobody can say */
    unsigned char *other; /* or these; NULL: no */
    size_t loose_first, loose_nbytes;
} sim_held;

/* An in-place write that is open. */
typedef struct sim_write {
    unsigned char *pointer; /* NULL: none */
    size_t first, count;    /* items */
} sim_write;

typedef struct sim_subject {
    trm_buffer *buffer; /* NULL: the place is free */
    size_t format;      /* which of the table */
    size_t nitems, itemsize, stride, swap;
    const char *label;
    uint32_t usage;
    trm_placement placement;
    strict_reader reader;
    bool has_data;

    unsigned char *array; /* the CPU's, with its stride */
    sim_loose owed;       /* written, and the mark is still to come */
    size_t chunk;         /* items */
    size_t chunk_count;
    unsigned char *marks; /* a byte a chunk: what the buffer should know to be edited */

    /* Without data: what was sent and has not gone up. */
    unsigned char *sent, *sent_mask;
    size_t sent_nbytes;

    /* What a draw would show after an acquire that uploads nothing. */
    unsigned char *shown;
    size_t shown_nbytes;
    sim_loose loose;
    bool filled;           /* the device has content to show */
    bool torn;             /* a failed upload left nobody knows what */
    bool resized;          /* and not uploaded since */
    sim_context *home;     /* whose device it is attached to; NULL: none */
    bool interrupted;      /* edited in the middle of a call: the call may have seen it, or not */
    sim_loose doubt;       /* the items edited so */
    unsigned char *before; /* or what the array was, as the GPU would see it */

    uint64_t used_in;          /* the frame in which it was handed out last, or written */
    bool write_lost;           /* an open write went with its context */
    bool content_lost, unsure; /* as the device should say; a call was made on a lost context */
    bool mixed;                /* of an old and a new array, until the next upload */
    sim_write write;

    size_t draw_offset, draw_size; /* as set; TRM_WHOLE stays */
    sim_held held;
} sim_subject;

typedef struct sim_draw {
    strict_read *read;
    unsigned char *bytes, *other;
    size_t nbytes;
    size_t loose_first, loose_nbytes;
    size_t subject, step;
} sim_draw;

/* Bytes on their way back, and what they must be; NULL: nobody can say. */
typedef struct sim_reading {
    trm_read *read;
    unsigned char *bytes;
    size_t nbytes, step;
    bool dead; /* its context is gone */
    unsigned polls;
} sim_reading;

/* An edit to come in the middle of a call. */
typedef struct sim_interrupt {
    uint32_t left; /* calls of GL until then; 0: none */
    size_t subject;
    uint32_t noise;
} sim_interrupt;

/* One context of GL with its device, and what is under way there. */
struct sim_context {
    strict_gpu *gpu; /* NULL: not opened yet */
    trm_device *device;
    sim_draw draws[SIM_DRAWS];
    size_t draw_first, draw_count; /* a ring */
    sim_reading readings[SIM_READINGS];
    size_t reading_count;
    trm_stream *stream;
    bool stream_lost;    /* and has no memory in the new context yet */
    unsigned generation; /* of the context, which is not always the same */

    bool stalled; /* the GPU does nothing, whoever waits */
    bool lost;    /* the context is gone */
    bool told;    /* and the device knows */
    unsigned lost_for;
    uint64_t state; /* of the bindings */
    bool bound;     /* by a step: `state` says nothing any more */

    uint64_t frames;  /* ended */
    uint64_t idle_to; /* frames before this one have finished, as far as the program knows */
};

typedef struct sim_world {
    sim_setup setup;
    sim_context contexts[SIM_CONTEXTS];
    sim_context *here; /* the one that is current */
    sim_memory memory;
    sim_subject subjects[SIM_SUBJECTS];

    /* Faults of the GL: on the n-th call of the library from now. */
    uint64_t fault_left;
    const char *fault_name; /* NULL: any function */
    strict_failure fault_way;
    uint64_t calls_made; /* by the library, in this run */
    sim_fault plan;
    bool planned; /* there is one */
    sim_interrupt interrupt;
    sim_watch watch;

    /* Within a call of the library. */
    uint64_t calls_before, named_before, failed_before, refused_before;
    bool fault_fired; /* in the last call */

    bool trace, noted;
    size_t step;
    sim_report *report;
} sim_world;

/* --- What went wrong: the first failure is kept, and ends the run. */

#if defined(__GNUC__)
#define SIM_PRINTF(format_index, first) __attribute__((format(printf, format_index, first)))
#else
#define SIM_PRINTF(format_index, first)
#endif

SIM_PRINTF(2, 3) void sim_fail(sim_world *world, const char *format, ...);
/* What a step did, for the list of steps; a step without a note did not apply. */
SIM_PRINTF(2, 3) void sim_note(sim_world *world, const char *format, ...);

/* --- sim_world.c */

/* The application's own functions of the current context. */
const GladGLContext *sim_gl(void);

void sim_world_open(sim_world *world, const sim_program *program, const sim_fault *fault);
/* Brings everything to its end and asks for all of it back. */
void sim_world_close(sim_world *world);
/* Frees whatever is there; after a failure. */
void sim_world_drop(sim_world *world);
trm_result sim_open_device(sim_world *world);
/* Makes a context current; the second one is opened when it is first. */
void sim_go(sim_world *world, sim_context *to);
/* Whether another device has it. */
bool sim_is_away(const sim_world *world, const sim_subject *subject);
/* After a loss: a new context and device. Otherwise a new device in the same context. */
void sim_renew(sim_world *world);
void sim_open_gpu(sim_world *world);
void sim_describe_device(sim_world *world, trm_gl_device_desc *out);

/* --- sim_restore.c */

/* After a loss: the same device on a new context; `early`: the old one is destroyed before. */
void sim_restore(sim_world *world, bool early);
void sim_restore_in_vain(sim_world *world);
void sim_lost_in_call(sim_subject *subject);

/* --- sim_call.c: every call of the library stands between these two. */

void sim_enter(sim_world *world);
/* False if the context was found lost, or the result is not among those allowed now: `allowed` are
 * bits made by SIM_MAY, `excused` those that only a fault in this call, or standing trouble,
 * excuses. */
bool sim_leave(
    sim_world *world, const char *call, trm_result result, unsigned allowed, unsigned excused);
/* The same for calls that do not ask the device: a loss changes nothing. */
bool sim_leave_buffer(
    sim_world *world, const char *call, trm_result result, unsigned allowed, unsigned excused);
#define SIM_MAY(result) (1u << ((result) > 0 ? 16 : -(result)))
#define SIM_OK          SIM_MAY(TRM_OK)

/* The errors of sync and acquire that trouble may cause. */
unsigned sim_upload_errors(const sim_world *world);

/* --- sim_watch.c */

void sim_watch_leave(sim_world *world, const char *call, trm_result result);
/* What the call to come may copy; then whether it kept to that. */
void sim_expect_nothing(sim_world *world);
void sim_expect_upload(sim_world *world, const sim_subject *subject);
void sim_check_bytes(sim_world *world, const char *call);

/* --- sim_model.c: a buffer and what it should show */

void sim_scribble(unsigned char *bytes, size_t nbytes, uint32_t noise);
void sim_subject_open(sim_world *world, size_t index, const sim_step *step);
void sim_subject_free(sim_subject *subject);
size_t sim_nbytes(const sim_subject *subject);
size_t sim_array_nbytes(const sim_subject *subject);
unsigned char *sim_new_array(const sim_subject *subject, size_t stride, uint32_t noise);
void sim_mark(sim_subject *subject, size_t first, size_t count);
void sim_mark_all(sim_subject *subject);
void sim_set_chunks(sim_subject *subject);
/* The array as the GPU sees it. */
unsigned char *sim_packed(const sim_subject *subject);
/* All edits so far have reached the device. */
void sim_uploaded(sim_subject *subject);
/* The device has taken new memory for it, which is empty. */
void sim_new_store(sim_subject *subject);
/* The device has let go of it. */
void sim_detached(sim_subject *subject);
/* As the program spelt it; NULL: none. */
const char *sim_format_name(const sim_subject *subject);
void sim_describe(const sim_subject *subject, char *text, size_t capacity);

/* --- steps_device.c: what steps and the end of a program share */

/* One of the calls that acquire. */
typedef struct sim_acquirer {
    const char *call;
    trm_result (*run)(sim_world *world, sim_subject *subject, void *context);
    void *context;
    unsigned more;  /* results that are its own */
    bool bad_range; /* where everything else is right, OUT_OF_RANGE, and it has acquired */
} sim_acquirer;

trm_result sim_acquire_by(
    sim_world *world, sim_subject *subject, const sim_acquirer *by, bool *fine);
/* There are a device and a buffer, which no other device has. */
bool sim_is_usable(const sim_world *world, const sim_subject *subject);
/* Acquires as a program does, and holds the span. */
void sim_acquire(sim_world *world, sim_subject *subject, bool try_only);
void sim_sync(sim_world *world);
void sim_end_frame(sim_world *world);
void sim_ask_attached(sim_world *world, sim_subject *subject);

/* --- steps_moves.c */

bool sim_any_write(const sim_world *world);
void sim_end_writes(sim_world *world);
void sim_end_write(sim_world *world, sim_subject *subject, uint32_t share, uint32_t noise);
void sim_check_readings(sim_world *world);
void sim_forget_readings(sim_world *world);

/* --- sim_interrupt.c */

void sim_interrupt_begin(sim_world *world);
void sim_interrupt_end(void);
/* The function to be handed to the library in place of `proc`. */
trm_gl_proc sim_interrupt_wrap(const char *name, trm_gl_proc proc);

/* --- sim_draw.c */

void sim_hold(sim_world *world, sim_subject *subject, const trm_gl_span *span);
void sim_draw_held(sim_world *world, sim_subject *subject, bool elsewhere);
void sim_draw_all_held(sim_world *world);
/* A draw that was issued just after an acquire, of the bytes from `first` on. */
void sim_add_draw(sim_world *world, sim_subject *subject, strict_read *read, size_t first);
/* The same from the span that is held. */
void sim_add_held_draw(sim_world *world, sim_subject *subject, strict_read *read, size_t first);
/* Compares what has executed; everything must have with `all`. */
void sim_check_draws(sim_world *world, bool all);
void sim_forget_draws(sim_world *world);

#endif
