/* A way to break the library on purpose, so that a test can see --verify notice. With `--fault
 * no-poll` the library is handed a glClientWaitSync and a glGetSynciv that call every fence
 * signaled: its poll is as good as taken out, and it writes into regions that the GPU still reads.
 * The demo's own fences stay honest. */
#ifndef DEMO_FAULT_H
#define DEMO_FAULT_H

#include <trireme/gl.h>

/* Replaces `real`, the function called `name`, if it is one of the two. */
trm_gl_proc demo_fault_no_poll(const char *name, trm_gl_proc real);

#endif
