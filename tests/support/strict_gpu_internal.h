/* The strict GPU from the inside. What it does and why stands in strict_gpu.h.
 *
 * One counter, `seq`, orders all that is issued: commands, barriers, and the moments at which
 * client bytes cross to the server. Who sees what is decided by comparing such numbers.
 */
#ifndef TRIREME_TESTS_STRICT_GPU_INTERNAL_H
#define TRIREME_TESTS_STRICT_GPU_INTERNAL_H

#include "support/random.h"
#include "support/strict_gpu.h"
#include "support/strict_gpu_functions.h"

#if defined(__MINGW_PRINTF_FORMAT)
#define STRICT_PRINTF(text, first) __attribute__((format(__MINGW_PRINTF_FORMAT, text, first)))
#elif defined(__GNUC__)
#define STRICT_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define STRICT_PRINTF(text, first)
#endif

/* --- Memory (strict_gpu_memory.c, strict_gpu_layers.c) */

/* Bytes between guards. */
typedef struct strict_plane {
    unsigned char *block;
    unsigned char *bytes;
    size_t nbytes;
    struct strict_plane *next; /* in the graveyard */
} strict_plane;

/* Some bytes of a store at a point of the sequence: mask[i] says whether byte lo + i is meant,
 * old[i] what was there before. */
typedef struct strict_layer {
    struct strict_layer *next;
    uint64_t seq;
    size_t lo, hi;
    unsigned char *mask;
    unsigned char *old;
} strict_layer;

/* What a buffer object's data lives in: shared by the object and by queued commands. */
typedef struct strict_store {
    struct strict_store *next, **link; /* all stores of the gpu */
    uint32_t refs;
    GLuint name; /* of the object that made it, for messages */
    size_t nbytes;
    bool immutable;
    bool eager; /* one plane serves client and server */
    GLbitfield flags;
    GLenum usage;
    strict_plane *server;
    strict_plane *client; /* while mapped, unless eager; byte 0 is map_offset */

    bool mapped;
    GLbitfield access;
    size_t map_offset, map_nbytes;

    strict_layer *shadows;   /* shader writes that some reader may not see, last executed first */
    strict_layer *crossings; /* what crossed while commands were queued, latest first */
    strict_layer *written;   /* server writes that no barrier has covered; only for MAP_READ */
    strict_layer *published; /* those that a barrier did: seq is the barrier's */
} strict_store;

/* Who touches a store: a command issued at `seq`, whose last barrier of its kind was at `seen`. */
typedef struct strict_access {
    uint64_t seq;
    uint64_t seen;
} strict_access;

void *strict_alloc(size_t nbytes); /* zeroed; aborts when there is none */
void *strict_grow(void *memory, size_t nbytes);
char *strict_copy_text(const char *text, size_t length);

/* `phase`: the address of the first byte modulo the map alignment. */
strict_plane *strict_plane_open(const strict_gpu *gpu, size_t nbytes, size_t phase);
void strict_plane_close(strict_gpu *gpu, strict_plane *plane);
void strict_plane_bury(strict_gpu *gpu, strict_plane *plane);
void strict_plane_check(strict_gpu *gpu, const strict_plane *plane, bool buried);
void strict_graveyard_check(strict_gpu *gpu);
void strict_graveyard_clear(strict_gpu *gpu);

strict_store *strict_store_open(strict_gpu *gpu, GLuint name, size_t nbytes, const void *data,
    GLbitfield flags, bool immutable);
strict_store *strict_store_ref(strict_store *store);
void strict_store_unref(strict_gpu *gpu, strict_store *store);
unsigned char *strict_store_map(
    strict_gpu *gpu, strict_store *store, size_t offset, size_t nbytes, GLbitfield access);
void strict_store_unmap(strict_gpu *gpu, strict_store *store, bool corrupt);

/* Client bytes become server bytes. Offsets count from the start of the store everywhere. */
void strict_store_cross(strict_gpu *gpu, strict_store *store, size_t offset, size_t nbytes);

void strict_store_read(strict_gpu *gpu, strict_store *store, const strict_access *who,
    size_t offset, size_t nbytes, unsigned char *out);

/* A write that GL orders: a copy's and its like. */
void strict_store_write(strict_gpu *gpu, strict_store *store, const strict_access *who,
    size_t offset, size_t nbytes, const unsigned char *data);

/* A write by a shader. */
void strict_store_shade(strict_gpu *gpu, strict_store *store, uint64_t seq, size_t offset,
    size_t nbytes, const unsigned char *data);
void strict_store_shaded(
    strict_gpu *gpu, strict_store *store, uint64_t seq); /* that was the last one */

void strict_client_barrier(strict_gpu *gpu, uint64_t seq); /* executes */
void strict_client_observe(strict_gpu *gpu, uint64_t seq); /* a fence of this number was seen */

strict_layer *strict_layer_open(size_t lo, size_t hi, uint64_t seq);
void strict_layers_close(strict_layer *first);
void strict_layers_clear(strict_layer *first, size_t offset, size_t nbytes);
void strict_layers_tidy(const strict_gpu *gpu, strict_store *store);
void strict_crossings_tidy(const strict_gpu *gpu, strict_store *store);

/* --- Objects */

typedef struct strict_names {
    void **objects; /* by name - 1 */
    GLuint count, capacity;
} strict_names;

GLuint strict_names_add(strict_names *names, void *object);
void *strict_names_get(const strict_names *names, GLuint name);
void strict_names_remove(strict_names *names, GLuint name);
size_t strict_names_live(const strict_names *names);

typedef struct strict_buffer {
    uint32_t refs;
    GLuint name;
    bool exists; /* created or once bound: not just a reserved name */
    strict_store *store;
    char *label;
} strict_buffer;

void strict_buffer_unref(strict_gpu *gpu, strict_buffer *buffer);
strict_buffer *strict_buffer_find(const strict_gpu *gpu, GLuint name); /* NULL unless it exists */
void strict_buffer_delete(strict_gpu *gpu, strict_buffer *buffer);
/* Points *slot to a buffer (or NULL), keeping count. */
void strict_buffer_bind(strict_gpu *gpu, strict_buffer **slot, strict_buffer *buffer);

/* What is behind both forms of a call, by name and by binding. */
void strict_buffer_storage(
    strict_gpu *gpu, GLuint name, GLsizeiptr size, const void *data, GLbitfield flags);
void strict_buffer_data(
    strict_gpu *gpu, GLuint name, GLsizeiptr size, const void *data, GLenum usage);
void strict_buffer_write(
    strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr size, const void *data);
void strict_buffer_read(strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr size, void *data);
void strict_buffer_copy(strict_gpu *gpu, GLuint source, GLuint target, GLintptr source_offset,
    GLintptr target_offset, GLsizeiptr size);
void strict_buffer_clear(strict_gpu *gpu, GLuint name, GLenum internal, const void *data);
void *strict_buffer_map(
    strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr length, GLbitfield access);
GLboolean strict_buffer_unmap(strict_gpu *gpu, GLuint name);
void strict_buffer_flush(strict_gpu *gpu, GLuint name, GLintptr offset, GLsizeiptr length);
bool strict_buffer_parameter(strict_gpu *gpu, GLuint name, GLenum parameter_name, GLint64 *value);
void strict_buffer_pointer(strict_gpu *gpu, GLuint name, GLenum parameter_name, void **out);

#define STRICT_ATTRIBUTES 16

typedef struct strict_vertex_array {
    GLuint name;
    bool exists;
    char *label;
    strict_buffer *element;
    struct {
        bool enabled, normalized, integer;
        GLint size;
        GLenum type;
        GLuint relative, binding;
    } attributes[STRICT_ATTRIBUTES];
    struct {
        strict_buffer *buffer;
        GLintptr offset;
        GLsizei stride;
        GLuint divisor;
    } bindings[STRICT_ATTRIBUTES];
} strict_vertex_array;

void strict_vertex_array_init(strict_vertex_array *array);
void strict_vertex_array_delete(strict_gpu *gpu, strict_vertex_array *array);
void strict_vertex_array_detach(
    strict_gpu *gpu, strict_vertex_array *array, const strict_buffer *buffer);
/* What the array says of one of its binding points; false if `parameter` is nothing of one. */
bool strict_vertex_binding_value(
    const strict_vertex_array *array, GLuint index, GLenum parameter, GLint64 *out);

#define STRICT_UNIFORMS    16
#define STRICT_STAGES      6
#define STRICT_SUBROUTINES 8 /* subroutine uniforms of a stage */

/* 0 to STRICT_STAGES - 1, or STRICT_STAGES for what is no stage. */
unsigned strict_stage_index(GLenum stage);

typedef struct strict_twin {
    const char *marker;
    strict_kernel kernel;
    const char *const *uniforms;
} strict_twin;

/* A shader or a program: they share their names. */
typedef struct strict_program {
    GLuint name;
    bool is_shader, deleted, built;
    bool separable; /* a program that pipelines may use */
    GLenum stage;
    char *source;
    char *log;
    char *label;
    struct strict_program *shaders[STRICT_STAGES]; /* attached, in any order; NULL: room */
    uint32_t attached; /* programs with this shader, or pipelines' stages with this program */
    bool stages[STRICT_STAGES]; /* of a program, as linked */
    const strict_twin *twin;
    GLint subroutines[STRICT_STAGES]; /* active subroutine uniforms */
    uint32_t uniforms[STRICT_UNIFORMS][4];
} strict_program;

void strict_program_release(strict_gpu *gpu, strict_program *program);
/* A stage of a pipeline takes a program, or NULL. */
void strict_program_place(strict_gpu *gpu, strict_program **slot, strict_program *program);

typedef struct strict_sync {
    struct strict_sync *next;
    uint64_t seq;
    unsigned lane;
    uint32_t refs;
    bool signalled, deleted;
    char *label;
} strict_sync;

void strict_sync_unref(strict_gpu *gpu, strict_sync *sync);
strict_sync *strict_sync_find(const strict_gpu *gpu, GLsync handle);
strict_sync *strict_sync_issue(strict_gpu *gpu); /* behind all commands so far; one reference */
bool strict_sync_poll(strict_gpu *gpu, const strict_sync *sync); /* observes nothing */

/* --- Bindings */

typedef enum strict_target {
    STRICT_TARGET_ARRAY,
    STRICT_TARGET_ATOMIC_COUNTER,
    STRICT_TARGET_COPY_READ,
    STRICT_TARGET_COPY_WRITE,
    STRICT_TARGET_DISPATCH_INDIRECT,
    STRICT_TARGET_DRAW_INDIRECT,
    STRICT_TARGET_PIXEL_PACK,
    STRICT_TARGET_PIXEL_UNPACK,
    STRICT_TARGET_QUERY,
    STRICT_TARGET_SHADER_STORAGE,
    STRICT_TARGET_TEXTURE,
    STRICT_TARGET_TRANSFORM_FEEDBACK,
    STRICT_TARGET_UNIFORM,
    STRICT_TARGETS
} strict_target;

#define STRICT_STORAGE_BINDINGS 16
#define STRICT_UNIFORM_BINDINGS 84
#define STRICT_OTHER_BINDINGS   4 /* atomic counters, transform feedback */

typedef struct strict_binding {
    strict_buffer *buffer;
    GLintptr offset;
    GLsizeiptr nbytes; /* 0: whatever the buffer has */
} strict_binding;

/* --- Objects that no command here looks into: their names (strict_gpu_objects.c) and where they
 * are bound (strict_gpu_points.c) */

typedef enum strict_kind {
    STRICT_FEEDBACKS,
    STRICT_FRAMEBUFFERS,
    STRICT_PIPELINES,
    STRICT_QUERIES,
    STRICT_RENDERBUFFERS,
    STRICT_SAMPLERS,
    STRICT_TEXTURES,
    STRICT_KINDS
} strict_kind;

typedef struct strict_object {
    GLuint name;
    GLenum target;                                  /* of textures and queries */
    bool immutable;                                 /* a texture with storage */
    strict_binding feedback[STRICT_OTHER_BINDINGS]; /* of transform feedback objects */
    strict_program *stages[STRICT_STAGES];          /* of pipelines */
    strict_sync *counter;                           /* of timestamp queries; NULL: not asked yet */
} strict_object;

#define STRICT_TEXTURE_TARGETS 11
#define STRICT_QUERY_TARGETS   6
#define STRICT_UNITS           96
#define STRICT_IMAGES          8

typedef struct strict_image {
    GLuint texture;
    GLint level, layered, layer;
    GLenum access, format;
} strict_image;

/* What is bound of these objects, by name. */
typedef struct strict_bound {
    GLuint active_unit;
    struct {
        GLuint textures[STRICT_TEXTURE_TARGETS];
        GLuint sampler;
    } units[STRICT_UNITS];
    strict_image images[STRICT_IMAGES];
    GLuint queries[STRICT_QUERY_TARGETS];
    GLuint draw_framebuffer, read_framebuffer, renderbuffer, pipeline;
} strict_bound;

/* Where a target is in textures[] or queries[]: the array's length for what is none. */
size_t strict_texture_slot(GLenum target);
void strict_query_forget(strict_gpu *gpu, strict_object *query); /* what it was asked */
size_t strict_query_slot(GLenum target);

void strict_points_init(strict_gpu *gpu);
/* What is bound, as glGet tells it; false if `name` is nothing of that. */
bool strict_point_value(const strict_gpu *gpu, GLenum name, GLint64 *value);
bool strict_image_value(const strict_image *image, GLenum name, GLint64 *value);
void strict_objects_clear(strict_gpu *gpu); /* deletes them all */

/* --- State that no command here uses: kept, so that a change of it shows (strict_gpu_values.c) */

#define STRICT_VALUES      128
#define STRICT_MOST_VALUES 4

typedef double strict_values[STRICT_VALUES][STRICT_MOST_VALUES];

/* `count` numbers of the state `name`, which must exist. */
void strict_values_set(strict_gpu *gpu, GLenum name, size_t count, const double *numbers);
void strict_value_set(strict_gpu *gpu, GLenum name, double number);
/* The numbers of a name and how many there are: 0 if there is no such name. */
size_t strict_values_get(const strict_gpu *gpu, GLenum name, const double **numbers);
bool strict_value_is_switch(GLenum name); /* glEnable's */
void strict_values_init(strict_gpu *gpu);

typedef struct strict_state {
    strict_buffer *generic[STRICT_TARGETS];
    strict_binding storage[STRICT_STORAGE_BINDINGS];
    strict_binding uniform[STRICT_UNIFORM_BINDINGS];
    strict_binding counter[STRICT_OTHER_BINDINGS];
    strict_binding feedback[STRICT_OTHER_BINDINGS]; /* of the feedback object 0 */
    strict_object *feedback_object;                 /* NULL: 0 */
    strict_vertex_array no_array;                   /* what is said of the vertex array 0 */
    strict_vertex_array *vertex_array;
    strict_program *program;
    GLuint subroutines[STRICT_STAGES][STRICT_SUBROUTINES]; /* chosen for the program in use */
    strict_bound bound;
    strict_values values;
    GLint debug_depth;
    GLDEBUGPROC debug_callback;
    const void *debug_user;
} strict_state;

/* The indexed bindings of a target (NULL if it has none) and their number. */
strict_binding *strict_indexed(strict_gpu *gpu, GLenum target, GLuint *count);
/* Where a generic target keeps its buffer; NULL for an unknown target. */
strict_buffer **strict_generic(strict_gpu *gpu, GLenum target);
GLenum strict_target_query(strict_target target); /* GL_..._BUFFER_BINDING */
GLint strict_target_alignment(const strict_gpu *gpu, GLenum target);
void strict_unbind_everywhere(strict_gpu *gpu, const strict_buffer *buffer);

/* --- Commands */

typedef enum strict_command_type {
    STRICT_COMMAND_READ,
    STRICT_COMMAND_COPY,
    STRICT_COMMAND_WRITE, /* SubData, clear, invalidate */
    STRICT_COMMAND_SHADE, /* shader writes of the application */
    STRICT_COMMAND_DISPATCH,
    STRICT_COMMAND_BARRIER,
    STRICT_COMMAND_FENCE,
    STRICT_COMMAND_WAIT
} strict_command_type;

/* What a dispatch works with, as it was when it was issued. */
typedef struct strict_dispatch {
    const strict_twin *twin;
    uint32_t groups[3];
    uint32_t uniforms[STRICT_UNIFORMS][4];
    struct {
        strict_store *store;
        size_t offset, nbytes;
    } bindings[STRICT_STORAGE_BINDINGS];
} strict_dispatch;

struct strict_group {
    strict_gpu *gpu;
    const strict_dispatch *dispatch;
    strict_access who;
    uint32_t id[3];
};

struct strict_read {
    struct strict_read *next, **link;
    struct strict_command *command; /* NULL once executed */
    unsigned char *bytes;
    size_t nbytes;
};

typedef struct strict_command {
    struct strict_command *next, *previous;
    strict_command_type type;
    uint64_t seq;
    uint64_t seen;
    strict_reader reader;
    GLbitfield barrier;
    bool is_held; /* a write that keeps its place, whatever the quirk */
    strict_store *source, *target;
    size_t source_offset, target_offset, nbytes;
    unsigned char *data;
    strict_dispatch *dispatch;
    strict_read *read;
    strict_sync *sync;
} strict_command;

#define STRICT_LANES 2

/* One context's queue. */
typedef struct strict_lane {
    strict_command *first, *last;
    size_t count;
    size_t eager;       /* of them those that may overtake others */
    uint64_t submitted; /* all up to this number */
} strict_lane;

strict_command *strict_issue(strict_gpu *gpu, strict_command_type type, strict_reader reader);
/* Updates, clears and the like. */
strict_command *strict_issue_write(strict_gpu *gpu, strict_store *target);
/* strict_gpu_read_later with the buffer in hand; NULL is none. */
strict_read *strict_read_buffer(strict_gpu *gpu, strict_reader reader, const strict_buffer *buffer,
    size_t offset, size_t nbytes);
void strict_submit(strict_gpu *gpu, unsigned lane);
bool strict_run_one(strict_gpu *gpu, unsigned lane);
void strict_run_lane(strict_gpu *gpu, unsigned lane); /* submits and runs all */
/* What a synchronous call does: if queued commands use the store, runs all. */
void strict_wait_for(strict_gpu *gpu, const strict_store *store);
void strict_discard(strict_gpu *gpu); /* drops all that is queued */
uint64_t strict_oldest(
    const strict_gpu *gpu); /* number of the oldest queued command, or UINT64_MAX */
void strict_dispatch_run(strict_gpu *gpu, const strict_command *command);
void strict_dispatch_close(strict_gpu *gpu, strict_dispatch *dispatch);

/* --- Failures */

#define STRICT_PLANTED 16

typedef struct strict_planted {
    bool active, every;
    int function; /* -1: any */
    uint64_t nth, left;
    strict_failure way;
} strict_planted;

/* Opens every GL function: counts it, lets the GPU move, and decides whether it fails. False: the
 * call has no effect (its error is raised already). True with gpu->failing != 0: it fails in a way
 * of its own. *gpu is always set. */
bool strict_enter(strict_function function, strict_gpu **gpu);
/* For those that work after a loss. */
strict_gpu *strict_enter_always(strict_function function);

/* Raises an error and records the violation, in the name of the current function. */
void strict_error(strict_gpu *gpu, GLenum error, const char *format, ...) STRICT_PRINTF(3, 4);
void strict_raise(strict_gpu *gpu, GLenum error);
/* Records a violation: `kind` is "race", "stray" or "lint". */
void strict_violate(strict_gpu *gpu, const char *kind, const char *format, ...) STRICT_PRINTF(3, 4);
const char *strict_function_name(strict_function function);
/* Names by the thousand are compared, and most differ soon after "gl": strcmp would be a call of a
 * sanitizer for each. */
bool strict_same(const char *one, const char *other);

/* --- The gpu */

#define STRICT_VIOLATIONS 64
#define STRICT_HIDDEN     32
#define STRICT_TWINS      16
#define STRICT_TRAPS      768

struct strict_gpu {
    strict_gpu_desc desc;
    random_state random;
    uint64_t seq;
    uint64_t now;
    uint64_t barriers[STRICT_READERS]; /* number of the last one with the kind's bit */
    strict_lane lanes[STRICT_LANES];
    unsigned lane;

    strict_store *stores;
    uint64_t memory;
    size_t publications; /* layers `published` of all stores */
    strict_plane *graveyard, **graveyard_end;
    size_t graveyard_nbytes;

    strict_names buffers, vertex_arrays, programs, objects[STRICT_KINDS];
    strict_sync *syncs;
    strict_read *reads;
    strict_twin twins[STRICT_TWINS];
    size_t twin_count;
    strict_state state;

    GLenum error;
    strict_function function; /* being called */
    char *violations[STRICT_VIOLATIONS];
    size_t violation_count;

    uint64_t calls[STRICT_FUNCTION_COUNT];
    uint64_t call_count;
    uint8_t *record;
    size_t recorded, record_capacity;
    strict_planted planted[STRICT_PLANTED];
    strict_failure failing; /* how the current call fails; 0: it does not */
    uint64_t failed;
    bool lost;
    GLenum reset;
    bool status_told;

    const char *hidden[STRICT_HIDDEN];
    size_t hidden_count;
    char *traps[STRICT_TRAPS];
    size_t trap_count;
};

strict_gpu *strict_current(void); /* aborts without one */
_Noreturn void strict_abort(const char *what, const char *name);

/* A chance of n in 256. */
bool strict_chance(strict_gpu *gpu, unsigned n);

/* --- Functions by file */

typedef struct strict_entry {
    strict_function function;
    trm_gl_proc proc;
} strict_entry;

/* An entry of a function whose type is the header's. */
#define STRICT_ENTRY(name, type, function)                                                         \
    { STRICT_##name, _Generic(&function, type : (trm_gl_proc)function) }

extern const strict_entry strict_buffer_entries[];
extern const strict_entry strict_map_entries[];
extern const strict_entry strict_bound_entries[];
extern const strict_entry strict_bind_entries[];
extern const strict_entry strict_vertex_array_entries[];
extern const strict_entry strict_program_entries[];
extern const strict_entry strict_dispatch_entries[];
extern const strict_entry strict_sync_entries[];
extern const strict_entry strict_query_entries[];
extern const strict_entry strict_state_entries[];
extern const strict_entry strict_debug_entries[];
extern const strict_entry strict_object_entries[];
extern const strict_entry strict_point_entries[];
extern const strict_entry strict_setting_entries[];

/* Ends a table of entries. */
#define STRICT_ENTRY_END                                                                           \
    { STRICT_FUNCTION_COUNT, NULL }

#endif
