/* Trireme: everything but the OpenGL backend, which has its own header, gl.h. */
#ifndef TRIREME_TRIREME_H
#define TRIREME_TRIREME_H

#include <trireme/base.h>
#include <trireme/buffer.h>
#include <trireme/device.h>
#include <trireme/format.h>

#endif
