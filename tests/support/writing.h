/* What the suites of in-place writes share: buffers without CPU data, and writing into them. */
#ifndef TRIREME_TESTS_WRITING_H
#define TRIREME_TESTS_WRITING_H

#include "support/harness.h"

#define WRITING_SMALL ((size_t)4096) /* bytes a frame; the ring has three times as much */
#define WRITING_RING  (3 * WRITING_SMALL)
#define WRITING_MOST  ((size_t)60000) /* bytes of a buffer */

/* A device of discrete memory; the small one has a ring of WRITING_RING bytes and no scatter. */
trm_device *writing_device(uint64_t staging_nbytes, trm_gl_scatter_mode scatter);
trm_device *writing_small_device(void);

/* A buffer "slate" without CPU data. */
trm_buffer *writing_buffer(
    size_t nitems, const char *format, trm_placement placement, uint32_t usage);
trm_buffer *writing_bytes(size_t nbytes, trm_placement placement);

/* Calls that must succeed. */
unsigned char *writing_begin(trm_device *device, trm_buffer *buffer, size_t offset, size_t size);
void writing_end(trm_device *device, trm_buffer *buffer, size_t written);

/* Opens, fills and closes a write of bytes; sends bytes. */
void writing_put(trm_device *device, trm_buffer *buffer, size_t offset, size_t size, int value);
void writing_send(trm_buffer *buffer, size_t offset, size_t nbytes, int value);

/* Acquires and draws; what is drawn must be this. */
harness_draw writing_issue(trm_device *device, trm_buffer *buffer);
void writing_assert_read(harness_draw draw, const void *expected, size_t nbytes);
void writing_assert_content(trm_device *device, trm_buffer *buffer, const void *expected);

/* The call said so, with this rule and the label "slate". */
void writing_assert_rule(trm_result actual, trm_result expected, const char *rule);

/* Destroys both. */
void writing_close(trm_device *device, trm_buffer *buffer);

trm_stats writing_stats(const trm_device *device);

#endif
