/* Limits of somebody's choice: how much is held at once, and from where on a way pays. With
 * TRIREME_SHRUNK, for tests alone, they are so small that random programs reach each of them all
 * the time, and with it the lines of code for what is full, merged, cut or put off. */
#ifndef TRM_CORE_LIMIT_H
#define TRM_CORE_LIMIT_H

#ifdef TRIREME_SHRUNK
#define TRM_LIMIT(usual, shrunk) (shrunk)
#else
#define TRM_LIMIT(usual, shrunk) (usual)
#endif

#endif
