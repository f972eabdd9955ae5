/* What the cases after the Khronos conformance suite have in common: a buffer that stays mapped
 * while the GPU uses it, and the three ways in which the two come to see each other's bytes. */
#ifndef TRIREME_TESTS_KHRONOS_H
#define TRIREME_TESTS_KHRONOS_H

#include "support/harness.h"

typedef enum khronos_way {
    KHRONOS_FLUSH = 0, /* FLUSH_EXPLICIT; the way of Trireme */
    KHRONOS_COHERENT,  /* the way around broken explicit flushes */
    KHRONOS_BARRIER,   /* neither, but glMemoryBarrier(CLIENT_MAPPED_BUFFER) */
    KHRONOS_WAYS
} khronos_way;

typedef struct khronos_buffer {
    khronos_way way;
    GLuint name;
    unsigned char *bytes; /* its mapping, from `start` on */
    GLintptr start;
    GLsizeiptr nbytes; /* of the mapping */
} khronos_buffer;

/* A buffer of start + nbytes bytes, all zero, mapped persistently from `start` to its end.
 * `access`: GL_MAP_READ_BIT, GL_MAP_WRITE_BIT or both; `more` are other storage flags. */
khronos_buffer khronos_open(
    khronos_way way, GLbitfield access, GLbitfield more, GLintptr start, GLsizeiptr nbytes);
void khronos_close(khronos_buffer *buffer);

/* Bytes that the CPU wrote, counted from the mapping's first: commands from now on see them. */
void khronos_publish(const khronos_buffer *buffer, GLintptr offset, GLsizeiptr nbytes);

/* Waits until what the GPU did can be read through the mapping. */
void khronos_receive(const khronos_buffer *buffer);

/* Deterministic bytes, another row of them for each seed. */
void khronos_fill(unsigned char *out, size_t nbytes, unsigned seed);

#endif
