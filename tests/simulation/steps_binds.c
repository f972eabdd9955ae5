/* Steps: the bind helpers, with draws that read through what was bound, and parts of spans. */
#include "simulation/sim_kinds.h"

#define NUMBER(s) ((unsigned long)((s)-world->subjects))
#define UL(value) ((unsigned long)(value))

#define POINTS 4

typedef struct binding {
    uint32_t point, array; /* of blocks; or a vertex array's */
    bool ranged;           /* by trm_gl_bind_vertex_range */
    trm_range items;
    size_t offset; /* of indices */
} binding;

/* --- Calls */

static trm_result bind_block(sim_world *world, sim_subject *s, void *context) {
    const binding *to = context;
    return s->reader == STRICT_STORAGE
               ? trm_gl_bind_storage(world->here->device, to->point, s->buffer)
               : trm_gl_bind_uniform(world->here->device, to->point, s->buffer);
}

static trm_result bind_vertices(sim_world *world, sim_subject *s, void *context) {
    const binding *to = context;
    trm_device *device = world->here->device;
    return to->ranged ? trm_gl_bind_vertex_range(device, to->array, to->point, s->buffer, to->items)
                      : trm_gl_bind_vertex(device, to->array, to->point, s->buffer);
}

static trm_result bind_indices(sim_world *world, sim_subject *s, void *context) {
    binding *to = context;
    return trm_gl_bind_index(world->here->device, to->array, s->buffer, &to->offset);
}

/* Any, mostly one that lies inside. */
static trm_range choose_items(size_t nitems, uint32_t a, uint32_t b) {
    const size_t offset = a % (nitems + 1), left = nitems - offset + (b % 16 == 0);
    return (trm_range){offset, b / 16 % 4 == 0 ? TRM_WHOLE : b / 64 % (left + 1)};
}

static size_t count_items(size_t nitems, trm_range items) {
    const size_t left = nitems - items.offset;
    return items.size == TRM_WHOLE ? left : items.size <= left ? items.size : 0;
}

/* --- Blocks */

static bool suits_block(const sim_world *world, const sim_subject *s) {
    const size_t most = s->reader == STRICT_UNIFORM     ? 60000
                        : world->setup.max_storage != 0 ? 16384
                                                        : SIZE_MAX;
    return sim_nbytes(s) <= most;
}

static void unbind_block(GLenum target, uint32_t point) {
    sim_gl()->BindBufferBase(target, point, 0);
    sim_gl()->BindBuffer(target, 0);
}

static void step_block(sim_world *world, sim_subject *s, const sim_step *step) {
    const GLenum target =
        s->reader == STRICT_STORAGE ? GL_SHADER_STORAGE_BUFFER : GL_UNIFORM_BUFFER;
    binding to = {.point = step->a % POINTS};
    bool fine;
    if (!suits_block(world, s)) {
        return;
    }
    sim_note(world, "bind #%lu and draw", NUMBER(s));
    const sim_acquirer by = {.call = "bind a block", .run = bind_block, .context = &to};
    const trm_result result = sim_acquire_by(world, s, &by, &fine);
    if (!fine || result != TRM_OK || world->report->failed) {
        return;
    }
    if (s->torn) {
        unbind_block(target, to.point);
        return;
    }
    sim_add_draw(world, s,
        strict_gpu_read_block_later(world->here->gpu, target, to.point, s->shown_nbytes), 0);
    if (step->b % 8 == 0) {
        world->here->bound = true; /* whoever deletes it changes the binding */
    } else {
        unbind_block(target, to.point);
    }
}

/* --- Vertex arrays */

/* What the application says of an attribute; untyped items are bytes to it. */
static trm_gl_vertex_attribute describe(const sim_subject *s) {
    trm_gl_vertex_attribute attribute;
    trm_view view;
    if (trm_buffer_view(s->buffer, &view) != TRM_OK ||
        trm_gl_vertex_format(&view.format, &attribute) != TRM_OK) {
        attribute = (trm_gl_vertex_attribute){
            .size = 1, .type = GL_UNSIGNED_BYTE, .integer = true, .count = 1, .nbytes = 1};
    }
    return attribute;
}

/* An item may hold several attributes: one of them. */
static size_t set_attribute(
    GLuint array, const trm_gl_vertex_attribute *attribute, size_t itemsize, uint32_t dice) {
    const size_t relative = dice % (itemsize / attribute->nbytes) * attribute->nbytes;
    if (attribute->integer) {
        sim_gl()->VertexArrayAttribIFormat(
            array, 0, attribute->size, attribute->type, (GLuint)relative);
    } else {
        sim_gl()->VertexArrayAttribFormat(array, 0, attribute->size, attribute->type,
            attribute->normalized ? GL_TRUE : GL_FALSE, (GLuint)relative);
    }
    sim_gl()->EnableVertexArrayAttrib(array, 0);
    return relative;
}

static void draw_vertices(
    sim_world *world, sim_subject *s, const binding *to, size_t count, uint32_t dice) {
    const trm_gl_vertex_attribute attribute = describe(s);
    const size_t relative = set_attribute(to->array, &attribute, s->itemsize, dice);
    strict_fetch fetch;
    sim_gl()->VertexArrayAttribBinding(to->array, 0, to->point);
    sim_gl()->BindVertexArray(to->array);
    const GLenum declared = attribute.integer ? GL_UNSIGNED_INT : GL_FLOAT;
    if (!strict_gpu_fetch_later(world->here->gpu, 0, declared, (uint32_t)count, NULL, &fetch)) {
        return; /* a violation */
    }
    sim_gl()->BindVertexArray(0);
    if (fetch.step != s->itemsize) {
        sim_fail(world, "items of %lu bytes are bound with a stride of %lu", UL(s->itemsize),
            UL(fetch.step));
    }
    sim_add_draw(world, s, fetch.vertices, to->items.offset * s->itemsize + relative);
}

static void draw_indices(sim_world *world, sim_subject *s, const binding *to) {
    GLint object = 0;
    sim_gl()->GetVertexArrayiv(to->array, GL_ELEMENT_ARRAY_BUFFER_BINDING, &object);
    sim_add_draw(world, s,
        strict_gpu_read_later(
            world->here->gpu, STRICT_ELEMENT, (GLuint)object, to->offset, s->shown_nbytes),
        0);
}

/* Items of the span to come: with explicit sync the old ones, until the next sync. */
static size_t will_show(const sim_world *world, const sim_subject *s) {
    const bool old = world->setup.explicit_sync && s->shown != NULL;
    return old ? s->shown_nbytes / s->itemsize : s->nitems;
}

static void step_array(sim_world *world, sim_subject *s, const sim_step *step) {
    const bool vertices = s->reader == STRICT_VERTEX;
    binding to = {.point = step->a % POINTS, .ranged = step->b % 2 == 0 && !s->torn};
    bool fine;
    const size_t nitems = will_show(world, s);
    size_t count = nitems;
    sim_gl()->CreateVertexArrays(1, &to.array);
    sim_acquirer by = {.context = &to};
    if (!vertices) {
        by.call = "bind_index";
        by.run = bind_indices;
    } else {
        by.call = "bind_vertex";
        by.run = bind_vertices;
    }
    if (vertices && to.ranged) {
        to.items = choose_items(nitems, step->a / POINTS, step->c);
        count = count_items(nitems, to.items);
        by.call = "bind_vertex_range";
        by.bad_range = count == 0;
    }
    sim_note(world, "%s of #%lu: items %lu + %lu, and draw", by.call, NUMBER(s),
        UL(to.items.offset), UL(count));
    const trm_result result = sim_acquire_by(world, s, &by, &fine);
    if (fine && result == TRM_OK && !world->report->failed && !s->torn) {
        if (vertices) {
            draw_vertices(world, s, &to, count, step->c);
        } else {
            draw_indices(world, s, &to);
        }
    }
    sim_gl()->DeleteVertexArrays(1, &to.array);
}

void sim_step_bind(sim_world *world, sim_subject *s, const sim_step *step) {
    const bool block = s->reader == STRICT_STORAGE || s->reader == STRICT_UNIFORM;
    if (!sim_is_usable(world, s) || world->here->lost) {
        return;
    }
    if (block) {
        step_block(world, s, step);
    } else if (s->reader == STRICT_VERTEX || s->reader == STRICT_ELEMENT) {
        step_array(world, s, step);
    }
}

/* --- Some items of a span that is held: the span may be from before a resize. */

/* GL wants some offsets to be multiples: such parts are drawn from, others are only asked for. */
static bool part_suits(const sim_subject *s, const trm_gl_span *part) {
    const bool block =
        s->reader == STRICT_UNIFORM || s->reader == STRICT_STORAGE || s->reader == STRICT_TEXEL;
    const size_t unit = block ? 256 : s->reader == STRICT_INDIRECT ? 4 : 1;
    return part->offset % unit == 0;
}

void sim_step_part(sim_world *world, sim_subject *s, const sim_step *step) {
    trm_gl_span part = {.object = 1};
    if (s->buffer == NULL || !s->held.held || s->held.where != world->here || world->here->lost) {
        return;
    }
    const trm_gl_span whole = s->held.span;
    const size_t nitems = whole.nbytes / s->itemsize;
    const trm_range items = choose_items(nitems, step->a, step->b);
    const size_t count = count_items(nitems, items), first = items.offset * s->itemsize;
    sim_note(world, "draw items %lu + %lu of #%lu", UL(items.offset), UL(count), NUMBER(s));
    sim_enter(world);
    const trm_result result = trm_gl_span_range(&whole, s->buffer, items, &part);
    sim_leave_buffer(
        world, "span_range", result, count > 0 ? SIM_OK : SIM_MAY(TRM_ERROR_OUT_OF_RANGE), 0);
    if (count == 0 ? part.object != 0 || part.offset != 0 || part.nbytes != 0
                   : part.object != whole.object || part.offset != whole.offset + first ||
                         part.nbytes != count * s->itemsize) {
        sim_fail(world, "span_range: another part");
    }
    if (count > 0 && part_suits(s, &part) && !world->report->failed) {
        sim_add_held_draw(world, s,
            strict_gpu_read_later(
                world->here->gpu, s->reader, part.object, part.offset, part.nbytes),
            first);
    }
}
