/* What a fuzz target is: one function, which libFuzzer calls with inputs of its own making, and
 * replay.c with the files that it is given. It aborts, or a sanitizer does, when something is
 * wrong. */
#ifndef TRIREME_TESTS_FUZZ_H
#define TRIREME_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes);

#endif
