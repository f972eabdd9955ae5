/* An OpenGL 4.5 core context without any window system. */
#ifndef TRIREME_TESTS_EGL_CONTEXT_H
#define TRIREME_TESTS_EGL_CONTEXT_H

#include <stdbool.h>

/* Makes a debug context current on this thread: on Mesa's surfaceless platform, or else on the
 * first EGL device that has one. TRIREME_TEST_EGL=surfaceless or =device allows only that way. On
 * failure returns false, and *why says in a few words what was missing. */
bool egl_context_open(const char **why);

/* Makes a second context of the first one's share group current, or the first one again. False,
 * and the first one is current, if there is no second one. */
bool egl_context_use_second(bool second);

/* Destroys the contexts. The display is left initialised: terminating it unloads drivers, and leak
 * checkers then see what these keep on purpose. */
void egl_context_close(void);

/* eglGetProcAddress. */
void (*egl_context_proc(const char *name))(void);

#endif
