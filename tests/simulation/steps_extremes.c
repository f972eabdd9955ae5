/* Steps: numbers that nobody means. Sizes near SIZE_MAX, counts and strides that wrap when they are
 * multiplied, one too many, none at all. A call refuses them with its code and changes nothing, or
 * does the little that they ask for.
 *
 * A public function that takes a size, count, offset or stride is a function here and a row of the
 * table at the end. It gets two such numbers, and returns false where they would be quite ordinary.
 */
#include <stdlib.h>

#include "simulation/sim_kinds.h"

#define UL(value)  ((unsigned long)(value))
#define ENORMOUS   ((size_t)1 << 30) /* no GPU here has so much */
#define SLICE_MOST ((size_t)1 << 16) /* no stream here either */

typedef struct numbers {
    size_t x, y;
} numbers;

static size_t choose(const sim_subject *s, uint32_t dice) {
    const size_t nitems = s->nitems, itemsize = s->itemsize;
    const size_t all[] = {0, 1, SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, SIZE_MAX / 2 + 1,
        SIZE_MAX / itemsize, SIZE_MAX / itemsize + 1, SIZE_MAX - SIZE_MAX % itemsize, nitems,
        nitems + 1, nitems - 1, nitems * itemsize, nitems * itemsize + 1, SIZE_MAX - nitems,
        SIZE_MAX - nitems + 1, SIZE_MAX / nitems, SIZE_MAX / nitems + 1, UINT32_MAX,
        (size_t)UINT32_MAX + 1, itemsize, itemsize - 1, itemsize + 1, (size_t)INT32_MAX + 1,
        SIZE_MAX / 4 + 1};
    const size_t count = sizeof all / sizeof all[0], which = dice % 32;
    return which < count ? all[which] : dice / 32 % 4096;
}

static bool inside(const sim_subject *s, const numbers *n) {
    const size_t left = n->x <= s->nitems ? s->nitems - n->x : 0;
    return n->y > 0 && left > 0 && (n->y == TRM_WHOLE || n->y <= left);
}

/* Whether an array can have items so far apart. */
static bool stride_right(const sim_subject *s, size_t nitems, size_t stride) {
    return stride == 0 ||
           (stride >= s->itemsize && nitems - 1 <= (SIZE_MAX - s->itemsize) / stride);
}

/* --- Calls on a buffer */

static bool update_range(sim_world *world, sim_subject *s, const numbers *n) {
    const bool edits = s->has_data && n->x < s->nitems && n->y > 0;
    const bool was_pending = trm_buffer_pending(s->buffer);
    sim_enter(world);
    const trm_result result = trm_buffer_update_range(s->buffer, n->x, n->y);
    sim_leave_buffer(
        world, "update_range", result, s->has_data ? SIM_OK : SIM_MAY(TRM_ERROR_STATE), 0);
    if (edits) {
        sim_mark(s, n->x, n->y);
    }
    if (trm_buffer_pending(s->buffer) != (was_pending || edits)) {
        sim_fail(world, "update_range: %s pending", edits ? "not" : "something is");
    }
    return true;
}

static bool update_indices(sim_world *world, sim_subject *s, const numbers *n) {
    const uint32_t indices[] = {0, (uint32_t)n->y};
    const bool many = n->x % 2 != 0;
    if (many && indices[1] < s->nitems) {
        return false;
    }
    sim_enter(world);
    const trm_result result = many ? trm_buffer_update_indices(s->buffer, indices, 2)
                                   : trm_buffer_update_indices(s->buffer, NULL, n->x);
    const unsigned wrong = many        ? SIM_MAY(TRM_ERROR_OUT_OF_RANGE)
                           : n->x == 0 ? SIM_OK
                                       : SIM_MAY(TRM_ERROR_INVALID_ARGUMENT);
    sim_leave_buffer(
        world, "update_indices", result, s->has_data ? wrong : SIM_MAY(TRM_ERROR_STATE) | wrong, 0);
    return true;
}

static bool set_draw_range(sim_world *world, sim_subject *s, const numbers *n) {
    const trm_range before = trm_buffer_draw_range(s->buffer);
    const bool right = n->x < s->nitems && (n->y == 0 || inside(s, n));
    sim_enter(world);
    const trm_result result = trm_buffer_set_draw_range(s->buffer, n->x, n->y);
    sim_leave_buffer(
        world, "set_draw_range", result, right ? SIM_OK : SIM_MAY(TRM_ERROR_OUT_OF_RANGE), 0);
    const trm_range after = trm_buffer_draw_range(s->buffer);
    if (right) {
        s->draw_offset = n->x;
        s->draw_size = n->y;
    } else if (before.offset != after.offset || before.size != after.size) {
        sim_fail(world, "set_draw_range: refused, and another");
    }
    if (after.offset > s->nitems || after.size > s->nitems - after.offset) {
        sim_fail(world, "the draw range is %lu + %lu", UL(after.offset), UL(after.size));
    }
    return true;
}

static bool send_data(sim_world *world, sim_subject *s, const numbers *n) {
    static const unsigned char byte;
    const bool fits =
        n->x <= s->nitems && n->y <= (s->nitems - n->x) * s->itemsize; /* which does not wrap */
    if (fits && n->y > 0 && !s->has_data) {
        return false;
    }
    sim_enter(world);
    const trm_result result = trm_buffer_send_data(s->buffer, n->x, &byte, n->y);
    const unsigned allowed = (n->y == 0 ? SIM_OK : 0) | SIM_MAY(TRM_ERROR_OUT_OF_RANGE);
    sim_leave_buffer(
        world, "send_data", result, s->has_data ? SIM_MAY(TRM_ERROR_STATE) : allowed, 0);
    return true;
}

static bool set_data(sim_world *world, sim_subject *s, const numbers *n) {
    const size_t nbytes = n->x % 2 == 0 ? sim_nbytes(s) : n->x;
    if (nbytes == sim_nbytes(s) && stride_right(s, s->nitems, n->y) && s->has_data) {
        return false;
    }
    sim_enter(world);
    const trm_result result = trm_buffer_set_data(s->buffer, &nbytes, nbytes, n->y);
    sim_leave_buffer(world, "set_data", result,
        SIM_MAY(s->has_data ? TRM_ERROR_INVALID_ARGUMENT : TRM_ERROR_STATE), 0);
    return true;
}

static bool resize(sim_world *world, sim_subject *s, const numbers *n) {
    const size_t nitems = n->x / s->itemsize;
    const bool whole = n->x > 0 && n->x % s->itemsize == 0;
    if (s->write.pointer != NULL || (whole && (!s->has_data || stride_right(s, nitems, n->y)))) {
        return false;
    }
    sim_enter(world);
    const trm_result result = trm_buffer_resize(s->buffer, s->array, n->x, n->y);
    sim_leave_buffer(world, "resize", result, SIM_MAY(TRM_ERROR_INVALID_ARGUMENT), 0);
    return true;
}

static bool take_runs(sim_world *world, sim_subject *s, const numbers *n) {
    size_t count = 0;
    sim_enter(world);
    const trm_result result = trm_buffer_take_runs(s->buffer, NULL, n->x, &count);
    const trm_result code = !s->has_data      ? TRM_ERROR_STATE
                            : s->home != NULL ? TRM_ERROR_ATTACHED
                                              : TRM_OK;
    sim_leave_buffer(world, "take_runs", result, SIM_MAY(code), 0);
    if (s->has_data && count > s->chunk_count) {
        sim_fail(world, "%lu runs of %lu chunks", UL(count), UL(s->chunk_count));
    }
    return true;
}

/* --- Buffers that never were, and never will be */

/* No device takes what is enormous; what is not, it may. */
static void try_to_write(sim_world *world, trm_buffer *buffer) {
    void *pointer = NULL;
    sim_enter(world);
    const trm_result result =
        trm_device_write_begin(world->here->device, buffer, 0, TRM_WHOLE, &pointer);
    const bool small = trm_buffer_nbytes(buffer) < ENORMOUS;
    const unsigned refused = SIM_MAY(TRM_ERROR_OUT_OF_DEVICE_MEMORY) | SIM_MAY(TRM_ERROR_BUDGET) |
                             SIM_MAY(TRM_ERROR_OUT_OF_MEMORY) | SIM_MAY(TRM_ERROR_FRAME_OPEN);
    const bool fine = sim_leave(world, "write_begin", result,
        refused | sim_upload_errors(world) | (small ? SIM_OK : 0), SIM_MAY(TRM_ERROR_TIMEOUT));
    if (fine && result == TRM_OK) {
        sim_enter(world);
        sim_leave(
            world, "write_end", trm_device_write_end(world->here->device, buffer, 0), SIM_OK, 0);
    }
}

/* Tracked only: there is no such array. */
static void check_made(sim_world *world, trm_buffer *buffer, const numbers *n) {
    const size_t nitems = trm_buffer_nitems(buffer), itemsize = trm_buffer_itemsize(buffer);
    if (nitems == 0 || itemsize == 0 || trm_buffer_nbytes(buffer) / itemsize != nitems) {
        sim_fail(world, "a buffer of %lu items of %lu bytes", UL(nitems), UL(itemsize));
    }
    if (trm_buffer_data(buffer) == NULL && world->here->device != NULL && !world->here->lost) {
        try_to_write(world, buffer);
    } else if (trm_buffer_data(buffer) != NULL &&
               (trm_buffer_update_range(buffer, n->x, n->y) != TRM_OK ||
                   trm_buffer_update_range(buffer, nitems - 1, TRM_WHOLE) != TRM_OK ||
                   !trm_buffer_pending(buffer))) {
        sim_fail(world, "a range of a large buffer was refused");
    }
}

static bool create(sim_world *world, sim_subject *s, const numbers *n) {
    static const char *const formats[] = {NULL, "3xf4", "u1", "16xf4"};
    static const unsigned char nowhere;
    const bool with_data = (n->x ^ n->y) % 2 != 0;
    const trm_buffer_desc desc = {.data = with_data ? &nowhere : NULL,
        .nitems = n->x,
        .nbytes = n->y % 4 == 0 ? 0 : n->y,
        .stride = with_data && n->y % 3 == 0 ? n->y : 0,
        .chunk_size = SIZE_MAX, /* a bitmap of that length is nobody's wish */
        .format = formats[s->nitems % 4],
        .placement = s->placement,
        .label = "extreme",
        .allocator = sim_memory_allocator(&world->memory),
        .log = sim_watch_log(&world->watch)};
    trm_buffer *buffer = NULL;
    sim_enter(world);
    const trm_result result = trm_buffer_create(&desc, &buffer);
    const unsigned refused = SIM_MAY(TRM_ERROR_INVALID_ARGUMENT) | SIM_MAY(TRM_ERROR_FORMAT);
    sim_leave_buffer(world, "create", result, SIM_OK | refused, SIM_MAY(TRM_ERROR_OUT_OF_MEMORY));
    if ((result == TRM_OK) != (buffer != NULL)) {
        sim_fail(world, "create: %s, and %s buffer", trm_result_string(result),
            buffer != NULL ? "a" : "no");
    }
    if (buffer != NULL) {
        check_made(world, buffer, n);
        sim_enter(world);
        sim_leave_buffer(world, "destroy", trm_buffer_destroy(buffer), SIM_OK, 0);
    }
    return true;
}

/* --- Calls on a device */

static bool write_begin(sim_world *world, sim_subject *s, const numbers *n) {
    void *pointer = NULL;
    if (world->here->device == NULL || (inside(s, n) && !s->has_data)) {
        return false;
    }
    sim_enter(world);
    const trm_result result =
        trm_device_write_begin(world->here->device, s->buffer, n->x, n->y, &pointer);
    sim_leave(world, "write_begin", result,
        SIM_MAY(s->has_data ? TRM_ERROR_STATE : TRM_ERROR_OUT_OF_RANGE), 0);
    return true;
}

static bool write_end(sim_world *world, sim_subject *s, const numbers *n) {
    if (world->here->device == NULL || world->here->lost || s->write.pointer == NULL ||
        n->x <= s->write.count) {
        return false;
    }
    sim_enter(world);
    const trm_result result = trm_device_write_end(world->here->device, s->buffer, n->x);
    sim_leave(world, "write_end", result, SIM_MAY(TRM_ERROR_OUT_OF_RANGE), 0);
    return true;
}

static bool read_begin(sim_world *world, sim_subject *s, const numbers *n) {
    trm_read *read = NULL;
    if (world->here->device == NULL || inside(s, n)) {
        return false;
    }
    sim_enter(world);
    const trm_result result =
        trm_device_read_begin(world->here->device, s->buffer, n->x, n->y, &read);
    sim_leave(world, "read_begin", result,
        SIM_MAY(s->home != NULL ? TRM_ERROR_OUT_OF_RANGE : TRM_ERROR_STATE), 0);
    return true;
}

/* Centuries only where the wait can end before. */
static bool wait_idle(sim_world *world, sim_subject *s, const numbers *n) {
    const bool patient = n->x >= ENORMOUS;
    (void)s;
    if (world->here->device == NULL ||
        (patient && (world->here->stalled || world->here->lost || world->fault_left > 0))) {
        return false;
    }
    sim_enter(world);
    const trm_result result = trm_device_wait_idle(world->here->device, n->x);
    const unsigned late = SIM_MAY(TRM_ERROR_TIMEOUT);
    sim_leave(world, "wait_idle", result, SIM_OK | (patient ? 0 : late), late);
    return true;
}

static bool stream_create(sim_world *world, sim_subject *s, const numbers *n) {
    const trm_stream_desc desc = {.nbytes = n->x, .usage = s->usage};
    trm_stream *stream = NULL;
    if (world->here->device == NULL || world->here->lost) {
        return false;
    }
    sim_enter(world);
    const trm_result result = trm_stream_create(world->here->device, &desc, &stream);
    const unsigned full = SIM_MAY(TRM_ERROR_OUT_OF_DEVICE_MEMORY) | SIM_MAY(TRM_ERROR_BUDGET);
    const unsigned allowed = n->x == 0          ? SIM_MAY(TRM_ERROR_INVALID_ARGUMENT)
                             : n->x >= ENORMOUS ? full
                                                : SIM_OK | sim_upload_errors(world);
    sim_leave(world, "stream_create", result, allowed, full | SIM_MAY(TRM_ERROR_OUT_OF_MEMORY));
    if ((result == TRM_OK) != (stream != NULL)) {
        sim_fail(world, "stream_create: %s, and %s stream", trm_result_string(result),
            stream != NULL ? "a" : "no");
    }
    trm_stream_destroy(stream);
    return true;
}

static bool stream_alloc(sim_world *world, sim_subject *s, const numbers *n) {
    trm_gl_slice slice = {0};
    (void)s;
    if (world->here->stream == NULL || world->here->lost || world->here->stream_lost) {
        return false;
    }
    sim_enter(world);
    const trm_result result = trm_gl_stream_alloc(world->here->stream, n->x, n->y, &slice);
    const unsigned full = SIM_MAY(TRM_ERROR_BUDGET) | SIM_MAY(TRM_ERROR_FRAME_OPEN);
    const unsigned allowed = n->x == 0           ? SIM_MAY(TRM_ERROR_INVALID_ARGUMENT)
                             : n->x > SLICE_MOST ? SIM_MAY(TRM_ERROR_BUDGET)
                                                 : SIM_OK | full | sim_upload_errors(world);
    if (!sim_leave(world, "stream_alloc", result, allowed, SIM_MAY(TRM_ERROR_TIMEOUT)) ||
        result != TRM_OK) {
        return true;
    }
    if (slice.nbytes != n->x || (n->y > 0 && slice.offset % n->y != 0)) {
        sim_fail(world, "a slice of %lu bytes at %lu", UL(slice.nbytes), UL(slice.offset));
        return true;
    }
    ((unsigned char *)slice.pointer)[0] = 1; /* all of it is there */
    ((unsigned char *)slice.pointer)[n->x - 1] = 1;
    return true;
}

static bool span_range(sim_world *world, sim_subject *s, const numbers *n) {
    trm_gl_span part = {0};
    if (!s->held.held) {
        return false;
    }
    const trm_gl_span *span = &s->held.span;
    const size_t nitems = span->nbytes / s->itemsize;
    const size_t left = n->x <= nitems ? nitems - n->x : 0;
    const size_t size = n->y == TRM_WHOLE ? left : n->y;
    const bool right = size > 0 && size <= left;
    const trm_result result = trm_gl_span_range(span, s->buffer, (trm_range){n->x, n->y}, &part);
    if (result != (right ? TRM_OK : TRM_ERROR_OUT_OF_RANGE) ||
        (right && (part.offset != span->offset + n->x * s->itemsize ||
                      part.nbytes != size * s->itemsize)) ||
        (!right && part.nbytes != 0)) {
        sim_fail(world, "span_range: %s", trm_result_string(result));
    }
    return true;
}

static bool device_create(sim_world *world, sim_subject *s, const numbers *n) {
    const trm_gl_device_desc desc = {.get_proc_address = strict_gpu_get_proc,
        .user = world->here->gpu,
        .device = {.region_count = (uint32_t)n->x,
            .staging_nbytes = n->y,
            .log = sim_watch_log(&world->watch)}};
    trm_device *device = NULL;
    (void)s;
    if (desc.device.region_count <= TRM_MAX_REGIONS) {
        return false;
    }
    sim_enter(world);
    const trm_result result = trm_gl_device_create(&desc, &device);
    sim_leave_buffer(world, "device_create", result, SIM_MAY(TRM_ERROR_INVALID_ARGUMENT), 0);
    return true;
}

/* --- All of them */

static const struct {
    const char *name;
    bool (*call)(sim_world *world, sim_subject *s, const numbers *n);
} calls[] = {
    {"update_range", update_range},
    {"update_indices", update_indices},
    {"set_draw_range", set_draw_range},
    {"send_data", send_data},
    {"set_data", set_data},
    {"resize", resize},
    {"take_runs", take_runs},
    {"create", create},
    {"write_begin", write_begin},
    {"write_end", write_end},
    {"read_begin", read_begin},
    {"wait_idle", wait_idle},
    {"stream_create", stream_create},
    {"stream_alloc", stream_alloc},
    {"span_range", span_range},
    {"device_create", device_create},
};
#define CALLS (sizeof calls / sizeof calls[0])

void sim_step_extreme(sim_world *world, sim_subject *s, const sim_step *step) {
    const bool elsewhere = s->home != NULL && s->home != world->here;
    if (s->buffer == NULL || world->here->lost || elsewhere) {
        return;
    }
    const size_t which = step->a % CALLS;
    const numbers n = {choose(s, step->b), choose(s, step->c)};
    if (calls[which].call(world, s, &n)) {
        sim_note(world, "%s, extremely: #%lu, 0x%lx and 0x%lx", calls[which].name,
            UL(s - world->subjects), UL(n.x), UL(n.y));
    }
    if (s->buffer != NULL &&
        (trm_buffer_nitems(s->buffer) != s->nitems || trm_buffer_data(s->buffer) != s->array)) {
        sim_fail(world, "%s, extremely: another size", calls[which].name);
    }
}
